//! The WebDAV door `/dav/`.

use actix_web::web::ServiceConfig;

pub fn configure(_config: &mut ServiceConfig) {}
