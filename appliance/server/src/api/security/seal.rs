//! Sealing by hand: every key leaves the box's memory; `holdfast unseal` opens it again.

use actix_web::{HttpResponse, post};
use holdfast_audit::{Event, Object};
use holdfast_base::Error;
use holdfast_hsm::SealReason;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{Json, Problem, SecurityAdmin, problem::Refusals};

/// Longest reason, in characters.
const REASON_CHARS: usize = 500;

/// Why the box is sealed. The reason is kept sealed in the audit log.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SealOrder {
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

/// Seals the box. Every session meets the sealed page within a second.
#[utoipa::path(tag = "security", request_body = SealOrder, responses((status = 202, description = "sealing"), Refusals))]
#[post("/security/seal")]
pub async fn seal(by: SecurityAdmin, order: Json<SealOrder>) -> Result<HttpResponse, Problem> {
    let reason = order.into_inner().reason;
    if reason.trim().is_empty() {
        return Err(Error::invalid("reason", "required").into());
    }
    if reason.chars().count() > REASON_CHARS {
        return Err(Error::too_long("reason", u64::try_from(REASON_CHARS).unwrap_or(u64::MAX)).into());
    }
    // The entry first: once sealed, nothing can be written under the log's key.
    by.session
        .run(move |rooms, actor| {
            rooms.audit.append(Event::new(actor, "box.seal", Object::new("box", "self")).text("reason", reason))?;
            Ok(())
        })
        .await?;
    let app = by.session.app.clone();
    std::thread::spawn(move || app.vault.seal(SealReason::Operator));
    Ok(HttpResponse::Accepted().finish())
}
