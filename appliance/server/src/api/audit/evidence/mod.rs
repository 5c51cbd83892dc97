//! The evidence report: what an auditor takes along about keys, storage, the way out, the log and the people who hold a role.
//! Everything is read from the running box for this one report; nothing in it is a promise.

mod gather;
mod page;
mod sheet;
mod storage;

use actix_web::{HttpResponse, get, http::header, web::Query};
use holdfast_audit::Ending;
use holdfast_base::Timestamp;
use holdfast_directory::{
    PersonRef,
    views::{Locale, RoleGrant},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{views::Actor, witnesses::Witness};
use crate::{
    api::security::hsm::Hsm,
    http::{Answer, Auditor, Json, Problem, problem::Refusals},
    ops,
};

/// One report. Its number is that of the audit entry about its own making.
#[derive(Debug, Serialize, ToSchema)]
pub struct Evidence {
    pub number: u64,
    pub made_at: Timestamp,
    pub made_by: PersonRef,
    pub enterprise: String,
    /// As the configuration names it; absent where it names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    pub version: &'static str,
    /// Since when the process runs.
    pub since: Timestamp,
    pub hsm: Hsm,
    pub storage: Vec<Volume>,
    pub egress: Egress,
    /// The last that were signed, the newest first. The first one covers the entry of this report.
    pub checkpoints: Vec<Checkpoint>,
    /// The last verification that stands in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<LastVerification>,
    pub witnesses: Vec<Witness>,
    pub retention: Retention,
    pub roles: Vec<RoleGrant>,
    /// The last rehearsal of a recovery that stands in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rehearsal: Option<Rehearsal>,
}

/// A device with a file system on it, and the folders of the box that lie there. `.` is the data folder itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct Volume {
    pub device: String,
    pub file_system: String,
    pub mounted_on: String,
    pub size_bytes: u64,
    pub free_bytes: u64,
    pub folders: Vec<String>,
}

/// The way out.
#[derive(Debug, Serialize, ToSchema)]
pub struct Egress {
    /// The kernel refuses this process every new INET socket: tried for this report.
    pub closed: bool,
    /// INET connections that this process holds and has begun itself.
    pub started: u64,
    pub relay: RelayState,
    /// Addresses that the relay lets through, as the running relay says.
    pub allowed: Vec<String>,
    /// Connections that the relay has opened for this process since it runs.
    pub relayed: u64,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RelayState {
    /// Nobody listens on its socket: there is no way out.
    Off,
    On,
    /// It is there and did not say what it lets through.
    Silent,
}

/// A signed tree head.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditCheckpoint)]
pub struct Checkpoint {
    pub at: Timestamp,
    pub origin: String,
    pub size: u64,
    /// Base64.
    pub root: String,
    /// Name and id of the key that signed it: `name+hash`.
    pub key: String,
}

/// What the verification before this report found.
#[derive(Debug, Serialize, ToSchema)]
pub struct LastVerification {
    /// Its audit entry.
    pub index: u64,
    pub at: Timestamp,
    pub by: Actor,
    /// `clean`, `bad` or `cannot-tell`.
    pub verdict: String,
    pub size: u64,
}

/// How long entries are kept, and what went.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRetention)]
pub struct Retention {
    pub days: u32,
    /// No setting goes below.
    pub floor_days: u32,
    /// Entries before this one were pruned.
    pub first_kept: u64,
    /// Entries of the log, the pruned ones counted.
    pub size: u64,
    /// The last prunings, the newest first.
    pub prunings: Vec<Pruning>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditPruning)]
pub struct Pruning {
    /// Its audit entry.
    pub index: u64,
    pub at: Timestamp,
    /// The first and the last index that went.
    pub first: u64,
    pub last: u64,
    /// The retention at that time, in days.
    pub days: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Rehearsal {
    /// Its audit entry.
    pub index: u64,
    pub at: Timestamp,
    pub by: Actor,
    pub outcome: Ending,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageLanguage {
    /// Chinese when absent.
    #[param(inline)]
    pub language: Option<Locale>,
}

/// The report.
#[utoipa::path(tag = "audit", responses((status = 200, body = Evidence), Refusals))]
#[get("/audit/evidence")]
pub async fn read(by: Auditor) -> Answer<Evidence> {
    Ok(Json(report(by, "json").await?))
}

/// The same on A4: one file of HTML without scripts, for printing and for keeping.
#[utoipa::path(tag = "audit", params(PageLanguage),
    responses((status = 200, description = "the report", content_type = "text/html"), Refusals))]
#[get("/audit/evidence.html")]
pub async fn print(by: Auditor, asked: Query<PageLanguage>) -> Result<HttpResponse, Problem> {
    let evidence = report(by, "html").await?;
    let name = format!("inline; filename=\"holdfast-evidence-{}.html\"", evidence.number);
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::CONTENT_SECURITY_POLICY, sheet::policy()))
        .body(page::of(&evidence, asked.language.unwrap_or(Locale::Chinese))))
}

async fn report(by: Auditor, format: &'static str) -> Result<Evidence, Problem> {
    let (app, state) = (by.session.app.clone(), ops::state_word(&by.session.app).to_owned());
    by.session.run(move |rooms, actor| gather::evidence(&app, rooms, actor, state, format)).await
}
