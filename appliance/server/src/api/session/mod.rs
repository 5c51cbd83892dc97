//! Routes of signing in and oneself (API.md, "Session, self").

mod app_passwords;
mod enrolments;
mod me;
mod sessions;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(sessions::open)
        .service(sessions::list)
        .service(sessions::end_current)
        .service(sessions::end)
        .service(enrolments::look)
        .service(enrolments::redeem)
        .service(me::read)
        .service(me::change)
        .service(me::password)
        .service(app_passwords::list)
        .service(app_passwords::create)
        .service(app_passwords::revoke);
}
