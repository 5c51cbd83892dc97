//! What a handler answers. A 201 carries the thing that was made.

use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody};
use serde::Serialize;

use super::{Json, Problem};

/// 200 with JSON, or a problem.
pub type Answer<T> = Result<Json<T>, Problem>;

/// 201 with JSON.
pub struct Created<T>(pub T);

/// 204.
pub struct NoContent;

impl<T: Serialize> Responder for Created<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Created().json(self.0)
    }
}

impl Responder for NoContent {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}
