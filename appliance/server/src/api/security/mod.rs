//! Routes of the security administrator: the token and its keys, epochs, sealing.

mod explanations;
pub(in crate::api) mod hsm;
mod renewals;
mod reviews;
mod rotations;
mod seal;
mod shreds;
mod sign_in_policy;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(explanations::explain)
        .service(hsm::hsm)
        .service(renewals::list)
        .service(renewals::create)
        .service(renewals::one)
        .service(reviews::holdings)
        .service(reviews::sheet)
        .service(reviews::mark)
        .service(rotations::rotate)
        .service(seal::seal)
        .service(sign_in_policy::read)
        .service(sign_in_policy::change)
        .service(shreds::list)
        .service(shreds::create)
        .service(shreds::one)
        .service(shreds::certificate);
}
