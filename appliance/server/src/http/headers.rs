//! What every answer carries, and the one line that is logged of a request.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    http::{ConnectionType, StatusCode},
    middleware::Next,
    web::Data,
};
use holdfast_base::RequestId;

use super::under_way::Counted;
use crate::app::App;

/// Content-Security-Policy of the web client (web.md 4.1): own files only, no inline anything, Trusted Types enforced.
pub const CLIENT_POLICY: &str = "default-src 'none'; script-src 'self'; script-src-attr 'none'; style-src 'self'; \
    style-src-attr 'none'; img-src 'self' blob: data:; font-src 'self'; media-src 'self' blob:; connect-src 'self'; \
    worker-src 'self'; manifest-src 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
    form-action 'self'; object-src 'none'; require-trusted-types-for 'script'; trusted-types app#worker";

/// Of everything that is not the client: nothing may run.
const CLOSED_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

const ALWAYS: &[(&str, &str)] = &[
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("strict-transport-security", "max-age=31536000"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=(), publickey-credentials-get=(self)",
    ),
];

/// Names the request, times it, and finishes the headers of its answer.
pub async fn finish(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let begun = Instant::now();
    let app = request.app_data::<Data<App>>().cloned();
    let id = app.as_ref().map(|app| RequestId(app.world.uuid()));
    if let Some(id) = id {
        request.extensions_mut().insert(id);
    }
    let step = app.as_ref().map(|app| app.under_way.begin());
    let mut answer = next.call(request).await?;
    let api = answer.request().path().starts_with("/api/");
    complete(answer.headers_mut(), id, api);
    if let Some(app) = app {
        let pattern = answer.request().match_pattern().unwrap_or_else(|| "unmatched".to_owned());
        let (method, status) = (answer.request().method().clone(), answer.status().as_u16());
        app.metrics.request(&method, &pattern, status, begun.elapsed());
        let request = id.map(|id| id.to_string()).unwrap_or_default();
        let microseconds = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        // The pattern, not the path: paths carry names on some doors.
        tracing::debug!(request, %method, pattern, status, microseconds, "answered");
        if app.under_way.is_ending() {
            answer.response_mut().head_mut().set_connection_type(ConnectionType::Close);
        }
    }
    // A socket goes on after its answer; it is not waited for.
    let step = step.filter(|_| answer.status() != StatusCode::SWITCHING_PROTOCOLS);
    Ok(answer.map_into_boxed_body().map_body(|_, body| Counted::new(body, step)))
}

fn complete(headers: &mut HeaderMap, id: Option<RequestId>, api: bool) {
    for (name, value) in ALWAYS {
        set(headers, name, HeaderValue::from_static(value));
    }
    if let Some(id) = id.and_then(|id| HeaderValue::from_str(&id.to_string()).ok()) {
        set(headers, "x-request-id", id);
    }
    set(headers, "content-security-policy", HeaderValue::from_static(CLOSED_POLICY));
    if api && !headers.contains_key(header::ETAG) {
        set(headers, "cache-control", HeaderValue::from_static("no-store"));
    }
}

/// A handler that set a header itself knew why.
fn set(headers: &mut HeaderMap, name: &str, value: HeaderValue) {
    if let Ok(name) = HeaderName::try_from(name)
        && !headers.contains_key(&name)
    {
        headers.insert(name, value);
    }
}
