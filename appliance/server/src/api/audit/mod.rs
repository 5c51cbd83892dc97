//! Routes of auditors. Each reading stands in the log itself before its answer goes out.

mod entries;
mod evidence;
mod exports;
mod filter;
mod holds;
mod openings;
mod saved;
mod shreds;
mod verifications;
mod views;
mod witnesses;

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
        .service(holds::list)
        .service(holds::create)
        .service(holds::lift)
        .service(shreds::list)
        .service(shreds::certificate)
        .service(openings::list)
        .service(openings::create)
        .service(openings::agree)
        .service(openings::content)
        .service(evidence::read)
        .service(evidence::print)
        .service(witnesses::list)
        .service(witnesses::register)
        .service(witnesses::remove)
        .service(witnesses::ask)
        .service(witnesses::take)
        .service(saved::list)
        .service(saved::create)
        .service(saved::remove);
}
