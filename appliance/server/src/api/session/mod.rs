//! Routes of signing in and oneself (API.md, "Session, self").

mod app_passwords;
mod data_requests;
mod enrolments;
mod me;
mod second_factors;
mod sessions;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(sessions::open)
        .service(sessions::begin)
        .service(sessions::open_with_passkey)
        .service(sessions::prove)
        .service(sessions::sign_ins)
        .service(sessions::list)
        .service(sessions::end_others)
        .service(sessions::end_current)
        .service(sessions::end)
        .service(enrolments::look)
        .service(enrolments::redeem)
        .service(me::read)
        .service(me::change)
        .service(me::change_fields)
        .service(me::password)
        .service(second_factors::list)
        .service(second_factors::begin)
        .service(second_factors::confirm)
        .service(second_factors::remove)
        .service(second_factors::renew)
        .service(second_factors::challenge)
        .service(second_factors::add)
        .service(second_factors::drop_passkey)
        .service(data_requests::list)
        .service(data_requests::ask)
        .service(data_requests::withdraw)
        .service(data_requests::copy)
        .service(app_passwords::list)
        .service(app_passwords::create)
        .service(app_passwords::revoke);
}
