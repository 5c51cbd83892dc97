//! The WebDAV door `/dav/`: RFC 4918, classes 1, 2, 3.
//!
//! Why not the crate dav-server, which speaks all of this: its file system trait is path by path, so DELETE, MOVE and COPY of a
//! folder become one call per entry where the drive has one act; nothing carries the expected etag to the commit, so two PUTs
//! with the same If-Match can both win; a body that breaks off is published before its length is checked; locks are kept by
//! path and lost by a rename. So the protocol is here, small, and the acts are the drive's.
//!
//! The root lists the person's spaces as collections: `personal`, then the departments by name. Below a space every path is
//! resolved inside the transaction that acts on it. Sign-in is Basic with an app password, never the person's own.
//! Absent: SEARCH, DeltaV, ACL; a depth-infinity PROPFIND (403 with the reason, as the RFC allows).

mod answer;
mod condition;
mod copymove;
mod get;
mod lock;
mod make;
mod patch;
mod path;
mod property;
mod propfind;
mod put;
mod who;
mod xml;

use actix_web::{
    HttpRequest, HttpResponse, guard,
    http::header,
    web::{self, Payload, ServiceConfig},
};

use answer::{Answer, Refusal};

/// Largest XML body.
const XML_BYTES: usize = 256 * 1024;
const METHODS: &str = "OPTIONS, GET, HEAD, PUT, DELETE, MKCOL, COPY, MOVE, PROPFIND, PROPPATCH, LOCK, UNLOCK";

pub fn configure(config: &mut ServiceConfig) {
    config
        // A prefix, not a pattern: the path is ours to read, and a pattern costs a regular expression for each request.
        .service(web::scope("/dav").default_service(web::to(serve)))
        // Windows asks the root of the host before it believes in any folder below.
        .service(web::resource("/").guard(guard::Options()).to(options));
}

async fn options() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("DAV", "1, 2, 3"))
        .insert_header(("MS-Author-Via", "DAV"))
        .insert_header((header::ALLOW, METHODS))
        .insert_header((header::CONTENT_LENGTH, "0"))
        .finish()
}

async fn serve(request: HttpRequest, body: Payload) -> HttpResponse {
    if request.method().as_str() == "OPTIONS" {
        return options().await;
    }
    match dispatch(request, body).await {
        Ok(answer) => answer,
        Err(refusal) => refusal.respond(),
    }
}

async fn dispatch(request: HttpRequest, body: Payload) -> Answer {
    let caller = who::caller(&request)?;
    let target = path::Target::of_request(&request)?;
    if !caller.rooms.drive.has_spaces(&caller.actor) {
        caller.run(path::ensure_spaces).await?;
    }
    match request.method().as_str() {
        "GET" | "HEAD" => get::get(caller, &request, target).await,
        "PUT" => put::put(caller, &request, target, body).await,
        "DELETE" => make::delete(caller, &request, target).await,
        "MKCOL" => make::mkcol(caller, &request, target, body).await,
        "COPY" => copymove::copy(caller, &request, target).await,
        "MOVE" => copymove::relocate(caller, &request, target).await,
        "PROPFIND" => propfind::propfind(caller, &request, target, &xml_body(body).await?).await,
        "PROPPATCH" => patch::proppatch(caller, &request, target, &xml_body(body).await?).await,
        "LOCK" => lock::lock(caller, &request, target, &xml_body(body).await?).await,
        "UNLOCK" => lock::unlock(caller, &request, target).await,
        _ => Err(Refusal::status(405)),
    }
}

async fn xml_body(mut body: Payload) -> Result<Vec<u8>, Refusal> {
    use futures_util::StreamExt;
    let mut bytes = Vec::new();
    while let Some(part) = body.next().await {
        bytes.extend_from_slice(&part.map_err(|_| Refusal::status(400))?);
        if bytes.len() > XML_BYTES {
            return Err(Refusal::status(413));
        }
    }
    Ok(bytes)
}

/// The door of the fuzzers: the body of a request.
#[cfg(fuzzing)]
pub fn read_for_fuzzing(bytes: &[u8]) {
    if let Ok(root) = xml::parse(bytes) {
        let _ = root.inner();
    }
}
