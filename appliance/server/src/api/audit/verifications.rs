//! The console's own verification: the same pure function that the auditor's tool runs. It convinces whoever trusts the
//! box; others run `holdfast-audit` on an export, with the key that they carry.

use actix_web::{HttpResponse, get, http::header::ContentType, post};
use holdfast_audit::{
    Event, Object,
    verify::{Finding, Verdict},
};
use holdfast_base::Error;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use crate::{
    http::{Auditor, Created, Json, Problem, problem::Refusals},
    rooms::AUDIT_ORIGIN,
};

/// Verifications that run at once; each reads the whole log. Others wait.
static RUNNING: Semaphore = Semaphore::const_new(2);

/// Nothing to choose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerificationOrder {}

/// What recomputing the whole log has shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct Verification {
    pub verdict: Verdict,
    /// Entries under the signed checkpoint.
    pub size: u64,
    /// Root hash, base64.
    pub root: String,
    pub checked_entries: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_bad: Option<u64>,
    pub findings: Vec<Finding>,
    /// The box's verifier key. Compare it with the one that you wrote down.
    pub key: String,
    pub milliseconds: u64,
}

/// Recomputes the whole log and checks the HSM's signature.
#[utoipa::path(tag = "audit", request_body = VerificationOrder, responses((status = 201, body = Verification), Refusals))]
#[post("/audit/verifications")]
pub async fn create(by: Auditor, _: Json<VerificationOrder>) -> Result<Created<Verification>, Problem> {
    let _turn = RUNNING.acquire().await.map_err(Error::internal("wait for a turn to verify"))?;
    let done = by.session.run(|rooms, actor| {
        let begin = rooms.world.clock.boot();
        let report = rooms.audit.verify()?;
        let milliseconds = u64::try_from(rooms.world.clock.boot().saturating_sub(begin).as_millis()).unwrap_or(u64::MAX);
        let verdict = match report.verdict {
            Verdict::Clean => "clean",
            Verdict::Bad => "bad",
            Verdict::CannotTell => "cannot-tell",
        };
        let event = Event::new(actor, "audit.verify", Object::new("log", AUDIT_ORIGIN)).text("verdict", verdict);
        rooms.audit.append(event.number("size", i64::try_from(report.size).unwrap_or(i64::MAX)))?;
        Ok(Verification {
            verdict: report.verdict,
            size: report.size,
            root: report.root,
            checked_entries: report.checked_entries,
            first_bad: report.first_bad,
            findings: report.findings,
            key: report.key.unwrap_or_default(),
            milliseconds,
        })
    });
    Ok(Created(done.await?))
}

/// The signed checkpoint as it is now. Keep it: `holdfast-audit verify --since` proves with it that nothing was taken back.
#[utoipa::path(tag = "audit", responses((status = 200, description = "C2SP signed note", content_type = "text/plain"), Refusals))]
#[get("/audit/checkpoint")]
pub async fn checkpoint(by: Auditor) -> Result<HttpResponse, Problem> {
    let note = by.session.run(|rooms, _| rooms.audit.checkpoint()).await?;
    Ok(HttpResponse::Ok().content_type(ContentType::plaintext()).body(note))
}
