//! A body that is written while it is sent: by a thread that may block, in pieces, as fast as the network takes them.

use std::{
    io::{self, Write},
    time::Duration,
};

use actix_web::{
    http::header::{ContentDisposition, DispositionParam, DispositionType},
    web::Bytes,
};
use futures_util::{Stream, StreamExt, stream};
use holdfast_base::{Error, Result as Done};
use tokio::{
    runtime::Handle,
    sync::{SemaphorePermit, mpsc},
    time::timeout,
};

use super::{Problem, who::blocking};

const PIECE_BYTES: usize = 256 * 1024;
/// Pieces that wait for the network.
const PIECES_WAITING: usize = 4;
/// Somebody who takes nothing for so long has gone.
const STALLED: Duration = Duration::from_secs(60);

/// To be kept under this name.
pub fn attachment(name: &str, ending: &str) -> ContentDisposition {
    let name = DispositionParam::Filename(format!("{name}.{ending}"));
    ContentDisposition { disposition: DispositionType::Attachment, parameters: vec![name] }
}

/// What `write` writes. A refusal before the first byte is an answer; afterwards only the connection can be broken. `turn` is
/// held until the end.
pub async fn pieces(
    turn: SemaphorePermit<'static>,
    write: impl FnOnce(&mut dyn Write) -> Done<()> + Send + 'static,
) -> Result<impl Stream<Item = Result<Bytes, Problem>>, Problem> {
    let (send, mut pieces) = mpsc::channel(PIECES_WAITING);
    let runtime = Handle::current();
    actix_web::rt::spawn(async move {
        let _turn = turn;
        let failed = send.clone();
        let written = blocking(move || {
            let mut out = Pieces { runtime, send, waiting: Vec::with_capacity(PIECE_BYTES) };
            write(&mut out)?;
            out.flush().map_err(Error::internal("send the export"))
        });
        if let Err(problem) = written.await {
            let _ = failed.send(Err(problem)).await;
        }
    });
    let first = match pieces.recv().await {
        Some(Ok(first)) => first,
        Some(Err(problem)) => return Err(problem),
        None => return Err(Error::broken("write a body").into()),
    };
    let rest = stream::unfold(pieces, |mut pieces| async move { pieces.recv().await.map(|piece| (piece, pieces)) });
    Ok(stream::once(async move { Ok(first) }).chain(rest))
}

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
