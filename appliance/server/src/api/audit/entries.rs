//! The log, newest first, and one entry of it with its proof.

use actix_web::{
    HttpResponse, get,
    http::header::{CONTENT_DISPOSITION, ContentType},
    web::{Path, Query},
};
use holdfast_audit::{Event, Object, Page as LogPage};
use holdfast_base::limits::{PAGE_ITEMS, PAGE_ITEMS_DEFAULT};

use super::{
    filter::EntryQuery,
    views::{Entry, EntryDetail},
};
use crate::{
    http::{Answer, Auditor, Json, Problem, page::Page, problem::Refusals},
    rooms::AUDIT_ORIGIN,
};

/// Entries that fit the filter, newest first.
#[utoipa::path(tag = "audit", params(EntryQuery), responses((status = 200, body = Page<Entry>), Refusals))]
#[get("/audit/entries")]
pub async fn list(by: Auditor, query: Query<EntryQuery>) -> Answer<Page<Entry>> {
    let query = query.into_inner();
    let page = by.session.run(move |rooms, actor| {
        let (org, filter) = (rooms.directory.org(), query.filter());
        let before = query.before.or(query.cursor);
        let limit = query.limit.unwrap_or(PAGE_ITEMS_DEFAULT).clamp(1, PAGE_ITEMS);
        let found = match filter.resolve(&org)? {
            Some(resolved) => rooms.audit.query(&resolved, before, limit)?,
            None => LogPage::default(),
        };
        // A question is one reading, however many of its pages are turned.
        if before.is_none() {
            rooms.audit.append(filter.describe(Event::new(actor, "audit.search", Object::new("log", AUDIT_ORIGIN))))?;
        }
        let items = found.entries.into_iter().map(|entry| Entry::new(entry, &org)).collect();
        Ok(Page { items, next: found.next.map(|next| next.to_string()) })
    });
    Ok(Json(page.await?))
}

/// One entry with its details and the proof that the signed log contains it.
#[utoipa::path(tag = "audit", params(("index" = u64, Path)), responses((status = 200, body = EntryDetail), Refusals))]
#[get("/audit/entries/{index}")]
pub async fn read(by: Auditor, index: Path<u64>) -> Answer<EntryDetail> {
    let index = index.into_inner();
    let entry = by.session.run(move |rooms, actor| {
        let proven = rooms.audit.entry(index)?;
        rooms.audit.append(Event::new(actor, "audit.read", Object::new("entry", index)))?;
        Ok(EntryDetail::new(proven, &rooms.directory.org()))
    });
    Ok(Json(entry.await?))
}

/// The proof of one entry as a file that needs nothing else: `holdfast-audit verify-proof` takes it. The entry in it is sealed.
#[utoipa::path(tag = "audit", params(("index" = u64, Path)),
    responses((status = 200, description = "C2SP tlog-proof", content_type = "text/plain"), Refusals))]
#[get("/audit/entries/{index}/proof")]
pub async fn proof(by: Auditor, index: Path<u64>) -> Result<HttpResponse, Problem> {
    let index = index.into_inner();
    let proof = by.session.run(move |rooms, actor| {
        let proof = rooms.audit.prove(index)?;
        rooms.audit.append(Event::new(actor, "audit.read", Object::new("entry", index)).text("format", "proof"))?;
        Ok(proof)
    });
    let name = format!("attachment; filename=\"holdfast-entry-{index}.tlog-proof\"");
    let mut answer = HttpResponse::Ok();
    answer.content_type(ContentType::plaintext()).insert_header((CONTENT_DISPOSITION, name));
    Ok(answer.body(proof.await?))
}

/// The actions that occur in the log, for a filter to choose from.
#[utoipa::path(tag = "audit", responses((status = 200, body = Page<String>), Refusals))]
#[get("/audit/actions")]
pub async fn actions(by: Auditor) -> Answer<Page<String>> {
    Ok(Json(Page::whole(by.session.rooms.audit.actions())))
}
