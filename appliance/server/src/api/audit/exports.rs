//! An export: the sealed log with the keys of the entries that the filter opens, as a stream.

use std::{
    io::{self, Write},
    time::Duration,
};

use actix_web::{
    HttpResponse,
    http::header::{ContentDisposition, DispositionParam, DispositionType},
    post,
    web::Bytes,
};
use futures_util::{StreamExt, stream};
use holdfast_audit::{Event, Object};
use holdfast_base::Error;
use tokio::{
    runtime::Handle,
    sync::{Semaphore, mpsc},
    time::timeout,
};

use super::filter::EntryFilter;
use crate::{
    http::{Auditor, Json, Problem, problem::Refusals, who::blocking},
    rooms::AUDIT_ORIGIN,
};

/// Exports that run at once; others wait.
static RUNNING: Semaphore = Semaphore::const_new(2);
const PIECE_BYTES: usize = 256 * 1024;
/// Pieces that wait for the network.
const PIECES_WAITING: usize = 4;
/// Somebody who takes nothing for so long has gone.
const STALLED: Duration = Duration::from_secs(60);

/// The log for a machine that the box's administrators do not control: `holdfast-audit verify` takes it.
///
/// It holds all entries, sealed, since a hash tree cannot be recomputed from a part of it; `keys.json` opens those that
/// the filter lets through.
#[utoipa::path(tag = "audit", request_body = EntryFilter,
    responses((status = 200, body = Vec<u8>, content_type = "application/x-tar"), Refusals))]
#[post("/audit/exports")]
pub async fn create(by: Auditor, filter: Json<EntryFilter>) -> Result<HttpResponse, Problem> {
    let turn = RUNNING.acquire().await.map_err(Error::internal("wait for a turn to export"))?;
    let asked = filter.into_inner();
    let resolved = by
        .session
        .run(move |rooms, actor| {
            let resolved = asked.resolve(&rooms.directory.org()).ok_or(Error::invalid("actor", "unknown"))?;
            rooms.audit.append(asked.describe(Event::new(actor, "audit.export", Object::new("log", AUDIT_ORIGIN))))?;
            Ok(resolved)
        })
        .await?;
    let (send, mut pieces) = mpsc::channel(PIECES_WAITING);
    let (rooms, runtime) = (by.session.rooms.clone(), Handle::current());
    actix_web::rt::spawn(async move {
        let _turn = turn;
        let failed = send.clone();
        let written = blocking(move || {
            let mut out = Pieces { runtime, send, waiting: Vec::with_capacity(PIECE_BYTES) };
            rooms.audit.export(&resolved, &mut out)?;
            out.flush().map_err(Error::internal("send the export"))
        });
        if let Err(problem) = written.await {
            let _ = failed.send(Err(problem)).await;
        }
    });
    // A refusal before the first byte is an answer; afterwards only the connection can be broken.
    let first = match pieces.recv().await {
        Some(Ok(first)) => first,
        Some(Err(problem)) => return Err(problem),
        None => return Err(Error::broken("export the audit log").into()),
    };
    let rest = stream::unfold(pieces, |mut pieces| async move { pieces.recv().await.map(|piece| (piece, pieces)) });
    let body = stream::once(async move { Ok(first) }).chain(rest);
    let name = DispositionParam::Filename("holdfast-audit.tar".to_owned());
    Ok(HttpResponse::Ok()
        .content_type("application/x-tar")
        .insert_header(ContentDisposition { disposition: DispositionType::Attachment, parameters: vec![name] })
        .streaming(Box::pin(body)))
}

/// Where the export is written: whole pieces go to the network as fast as it takes them.
struct Pieces {
    runtime: Handle,
    send: mpsc::Sender<Result<Bytes, Problem>>,
    waiting: Vec<u8>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::replace(&mut self.waiting, Vec::with_capacity(PIECE_BYTES)));
        match self.runtime.block_on(timeout(STALLED, self.send.send(Ok(piece)))) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(io::Error::new(io::ErrorKind::BrokenPipe, "nobody takes the export")),
        }
    }
}
