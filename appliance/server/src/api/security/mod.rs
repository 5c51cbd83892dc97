//! Routes of the security administrator: the token and its keys, epochs, sealing.

mod hsm;
mod rotations;
mod seal;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig) {
    config.service(hsm::hsm).service(rotations::rotate).service(seal::seal);
}
