//! Routes of auditors. Each reading stands in the log itself before its answer goes out.

mod entries;
mod evidence;
mod exports;
mod filter;
mod verifications;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(entries::list)
        .service(entries::read)
        .service(entries::proof)
        .service(entries::actions)
        .service(verifications::create)
        .service(verifications::checkpoint)
        .service(exports::create)
        .service(evidence::read)
        .service(evidence::print);
}
