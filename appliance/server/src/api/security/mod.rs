//! Routes of the security administrator: the token and its keys, sealing.

pub(in crate::api) mod hsm;
mod seal;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig) {
    config.service(hsm::hsm).service(seal::seal);
}
