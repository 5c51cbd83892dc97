//! The web client: its build, embedded, served by content hash. Unknown paths answer the client's page, since the
//! client routes them; unknown assets answer 404.

use actix_web::{HttpRequest, HttpResponse, http::header};
use holdfast_base::Error;
use rust_embed::{Embed, EmbeddedFile};

use crate::{
    api::methods,
    http::{Problem, headers::CLIENT_POLICY},
};

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../web/dist"]
struct Client;

const PAGE: &str = "index.html";

/// Serves what no other door took.
pub async fn serve(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let path = request.path().trim_start_matches('/');
    if ["api/", "dav/", "remote.php/", "ocs/"].iter().any(|door| path.starts_with(door)) {
        return match methods::allowed(request.path()) {
            Some(allowed) => Ok(refused(&allowed)),
            None => Err(Error::NotFound.into()),
        };
    }
    if !matches!(request.method().as_str(), "GET" | "HEAD") {
        return Ok(refused("GET, HEAD"));
    }
    let name = if path.is_empty() { PAGE } else { path };
    if let Some(answer) = file(&request, name) {
        return Ok(answer);
    }
    // Account names may have dots: `/people/u/ma.xiao` is a page.
    let asset = name.starts_with("assets/") || (!name.contains('/') && name.contains('.'));
    if asset {
        return Err(Error::NotFound.into());
    }
    file(&request, PAGE).ok_or_else(|| Error::NotFound.into())
}

fn refused(allowed: &str) -> HttpResponse {
    let mut answer = Problem::new("method-not-allowed", format!("this path takes {allowed}")).respond();
    if let Ok(allowed) = header::HeaderValue::from_str(allowed) {
        answer.headers_mut().insert(header::ALLOW, allowed);
    }
    answer
}

fn file(request: &HttpRequest, name: &str) -> Option<HttpResponse> {
    let plain = Client::get(name)?;
    let etag = format!("\"{}\"", hex::encode(&plain.metadata.sha256_hash()[..16]));
    let immutable = name.starts_with("assets/");
    let mut answer = HttpResponse::Ok();
    let seen = request.headers().get(header::IF_NONE_MATCH).is_some_and(|v| v.as_bytes() == etag.as_bytes());
    if seen {
        answer = HttpResponse::NotModified();
    }
    let caching = if immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    answer
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header((header::VARY, "accept-encoding"));
    if seen {
        return Some(answer.finish());
    }
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let kind = if kind.type_() == "text" { format!("{kind}; charset=utf-8") } else { kind.to_string() };
    answer.insert_header((header::CONTENT_TYPE, kind));
    if name.ends_with(".html") {
        answer.insert_header(("content-security-policy", CLIENT_POLICY));
    }
    let (body, encoding) = encoded(request, name, plain);
    if let Some(encoding) = encoding {
        answer.insert_header((header::CONTENT_ENCODING, encoding));
    }
    Some(answer.body(body.data.into_owned()))
}

/// The build writes `.br` and `.gz` beside each file that shrinks.
fn encoded(request: &HttpRequest, name: &str, plain: EmbeddedFile) -> (EmbeddedFile, Option<&'static str>) {
    let accepts = request.headers().get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    for (token, ending) in [("br", "br"), ("gzip", "gz")] {
        let wanted = accepts.split(',').any(|one| one.split(';').next().is_some_and(|t| t.trim() == token));
        if wanted && let Some(small) = Client::get(&format!("{name}.{ending}")) {
            return (small, Some(token));
        }
    }
    (plain, None)
}
