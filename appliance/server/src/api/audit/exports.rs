//! Exports, as streams: the sealed log with the keys of the entries that the filter opens; or those entries as a sheet, or as
//! lines that prove themselves.

use std::io::Write;

use actix_web::{
    HttpResponse,
    http::header::{ContentDisposition, DispositionParam, DispositionType},
    post,
    web::Query,
};
use holdfast_audit::{AuditLog, Event, Filter, Object};
use holdfast_base::{Error, Result as Done};
use serde::Deserialize;
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};

use super::filter::EntryFilter;
use crate::{
    http::{Auditor, Json, Problem, pieces::pieces, problem::Refusals},
    rooms::AUDIT_ORIGIN,
};

/// Exports that run at once; others wait.
static RUNNING: Semaphore = Semaphore::const_new(2);

/// What an export is made for.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ExportFormat)]
pub enum Format {
    /// The whole sealed log as a tar, with the keys of what the filter opens: `holdfast-audit verify` takes it.
    #[default]
    Archive,
    /// The entries for a spreadsheet.
    Csv,
    /// A checkpoint, then the entries, each with its proof and its key: `holdfast-audit verify-proof` takes it.
    JsonLines,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// An archive when absent.
    #[param(inline)]
    pub format: Option<Format>,
}

impl Format {
    /// The word in the audit log, the media type, and the ending of the file.
    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Archive => ("archive", "application/x-tar", "tar"),
            Self::Csv => ("csv", "text/csv; charset=utf-8", "csv"),
            Self::JsonLines => ("json-lines", "application/jsonl", "jsonl"),
        }
    }

    fn write(self, audit: &AuditLog, filter: &Filter, to: impl Write) -> Done<()> {
        match self {
            Self::Archive => audit.export(filter, to).map(drop),
            Self::Csv => audit.export_csv(filter, to).map(drop),
            Self::JsonLines => audit.export_json_lines(filter, to).map(drop),
        }
    }
}

/// The log for a machine that the box's administrators do not control.
///
/// An archive holds all entries, sealed, since a hash tree cannot be recomputed from a part of it; `keys.json` opens those
/// that the filter lets through. The other formats hold what the filter lets through and nothing else.
#[utoipa::path(tag = "audit", params(ExportQuery), request_body = EntryFilter,
    responses((status = 200, description = "the export", content((Vec<u8> = "application/x-tar"), (String = "text/csv"),
        (String = "application/jsonl"))), Refusals))]
#[post("/audit/exports")]
pub async fn create(by: Auditor, asked: Query<ExportQuery>, filter: Json<EntryFilter>) -> Result<HttpResponse, Problem> {
    let format = asked.format.unwrap_or_default();
    let (word, media, ending) = format.names();
    let turn = RUNNING.acquire().await.map_err(Error::internal("wait for a turn to export"))?;
    let asked = filter.into_inner();
    let resolved = by
        .session
        .run(move |rooms, actor| {
            let resolved = asked.resolve(&rooms.directory.org())?.ok_or(Error::invalid("actor", "unknown"))?;
            let event = Event::new(actor, "audit.export", Object::new("log", AUDIT_ORIGIN)).text("format", word);
            rooms.audit.append(asked.describe(event))?;
            Ok(resolved)
        })
        .await?;
    let rooms = by.session.rooms.clone();
    let body = pieces(turn, move |out| format.write(&rooms.audit, &resolved, out)).await?;
    let name = DispositionParam::Filename(format!("holdfast-audit.{ending}"));
    Ok(HttpResponse::Ok()
        .content_type(media)
        .insert_header(ContentDisposition { disposition: DispositionType::Attachment, parameters: vec![name] })
        .streaming(Box::pin(body)))
}
