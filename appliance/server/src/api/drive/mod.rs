//! Routes of the drive (API.md, "Drive").

mod attachments;
mod children;
mod content;
mod nodes;
mod spaces;
pub(crate) mod transfer;
mod trash;
mod uploads;
mod versions;

use holdfast_base::Result;
use holdfast_drive::{Expect, Match};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(spaces::list)
        .service(nodes::read)
        .service(nodes::change)
        .service(nodes::copy)
        .service(nodes::delete)
        .service(children::list)
        .service(children::create)
        .service(content::read)
        .service(content::write)
        .service(versions::list)
        .service(versions::restore)
        .service(uploads::create)
        .service(uploads::state)
        .service(uploads::probe)
        .service(uploads::append)
        .service(uploads::commit)
        .service(uploads::cancel)
        .service(trash::list)
        .service(trash::restore)
        .service(trash::erase)
        .service(attachments::attach)
        .service(attachments::read);
}

/// `If-Match` and `If-None-Match` of a change: checked inside the commit, not here.
pub(crate) fn expectation(headers: &actix_web::http::header::HeaderMap) -> Result<Expect> {
    Ok(Expect {
        if_match: tags(headers, "if-match", false),
        if_none_match: tags(headers, "if-none-match", true),
        tokens: Vec::new(),
    })
}

/// RFC 9110 section 13.1: a weak tag never satisfies `If-Match`; for `If-None-Match` weakness does not count.
pub(crate) fn tags(headers: &actix_web::http::header::HeaderMap, name: &str, weak: bool) -> Option<Match> {
    let mut found = None;
    for value in headers.get_all(name) {
        let text = value.to_str().unwrap_or_default();
        if text.trim() == "*" {
            return Some(Match::Any);
        }
        let listed = found.get_or_insert_with(Vec::new);
        for tag in text.split(',').map(str::trim) {
            let tag = match tag.strip_prefix("W/") {
                Some(tag) if weak => tag,
                Some(_) => continue,
                None => tag,
            };
            listed.extend(tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).map(str::to_owned));
        }
    }
    found.map(Match::Tags)
}
