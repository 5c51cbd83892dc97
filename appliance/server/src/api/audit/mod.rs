//! Routes of auditors. Each reading stands in the log itself before its answer goes out.

mod entries;
mod exports;
mod filter;
mod holds;
mod openings;
mod verifications;
mod views;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(entries::list)
        .service(entries::read)
        .service(entries::actions)
        .service(verifications::create)
        .service(verifications::checkpoint)
        .service(exports::create)
        .service(holds::list)
        .service(holds::create)
        .service(holds::lift)
        .service(openings::list)
        .service(openings::create)
        .service(openings::agree)
        .service(openings::content);
}
