//! Bodies in and out, for REST and WebDAV alike: received by a thread that may block, through a bounded channel, so a slow
//! disk slows the sender's socket; sent in pieces that are read and verified just before they go.

use std::{ops::Range, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::{Method, StatusCode, header},
    web::{self, Data, Payload},
};
use futures_util::{StreamExt, stream};
use holdfast_audit::{Event, Object, limits::DEADLINE};
use holdfast_base::{Actor, Error, Result, Timestamp};
use holdfast_drive::{Content, Incoming, Match};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::tags;
use crate::{
    app::App,
    http::{Problem, who::blocking},
    rooms::Rooms,
};

/// A body of at most this length is received before a thread is asked to take it.
const AT_ONCE_BYTES: u64 = 64 * 1024;
/// Parts of a body that wait for the disk.
const PARTS_WAITING: usize = 16;
/// Bytes of one piece that goes out.
const PIECE_BYTES: u64 = 512 * 1024;
/// Of a body that was refused, so much is still read: the sender then sees the refusal and no reset connection.
const DRAIN_BYTES: usize = 4 * 1024 * 1024;
/// A sender that brings nothing for so long has gone; what it brought of a resumable upload stays.
const STALLED: Duration = Duration::from_secs(60);
/// The same once the body was refused.
const REFUSED: Duration = Duration::from_millis(300);
/// Media types that a browser may show; anything else is octets (web.md 4.3). No SVG, no HTML, no PDF.
const SHOWN: [&str; 7] = ["image/png", "image/jpeg", "image/webp", "image/gif", "video/mp4", "video/webm", "audio/mpeg"];
/// RFC 5987 attr-char.
const ATTR: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The next part of a body.
pub(crate) enum Bytes {
    Some(web::Bytes),
    End,
    /// The connection broke before the end.
    Torn,
}

/// Feeds a body to `f`, which runs on a thread that may block and asks for part after part.
pub(crate) async fn receive<T, F>(request: &HttpRequest, actor: &Actor, body: Payload, f: F) -> Result<T, Problem>
where
    T: Send + 'static,
    F: FnOnce(&mut dyn FnMut() -> Bytes) -> Result<T> + Send + 'static,
{
    let app = request.app_data::<Data<App>>().ok_or(Error::broken("find the app of a request"))?;
    let turn = app.rates.bodies.turn(actor.person().ok_or(Error::NotSignedIn)?)?;
    if content_length(request).is_some_and(|length| length <= AT_ONCE_BYTES) {
        let mut parts = collect(body).await.into_iter();
        return blocking(move || {
            let _turn = turn;
            f(&mut || parts.next().unwrap_or(Bytes::Torn))
        })
        .await;
    }
    let (send, mut parts) = mpsc::channel(PARTS_WAITING);
    let taken = blocking(move || {
        let _turn = turn;
        f(&mut || match parts.blocking_recv() {
            Some(part) => part,
            // The request's future was dropped: the connection is gone.
            None => Bytes::Torn,
        })
    });
    futures_util::future::join(taken, feed(body, send)).await.0
}

/// A small body, whole: a thread that is woken for each of its parts would cost more than they do.
async fn collect(mut body: Payload) -> Vec<Bytes> {
    let mut parts = Vec::new();
    loop {
        match timeout(STALLED, body.next()).await {
            Ok(Some(Ok(bytes))) => parts.push(Bytes::Some(bytes)),
            Ok(Some(Err(_))) | Err(_) => return parts,
            Ok(None) => {
                parts.push(Bytes::End);
                return parts;
            }
        }
    }
}

/// Hands on what comes, until the end, or until whoever takes it has refused.
async fn feed(mut body: Payload, send: mpsc::Sender<Bytes>) {
    let mut refused = 0;
    loop {
        let patience = if refused == 0 { STALLED } else { REFUSED };
        let part = tokio::select! {
            part = timeout(patience, body.next()) => part,
            () = send.closed(), if refused == 0 => {
                refused = 1;
                continue;
            }
        };
        let (part, last) = match part {
            Ok(Some(Ok(bytes))) if refused > 0 => {
                refused += bytes.len();
                if refused > DRAIN_BYTES {
                    return;
                }
                continue;
            }
            Ok(Some(Ok(bytes))) => (Bytes::Some(bytes), false),
            Ok(Some(Err(_))) | Err(_) => (Bytes::Torn, true),
            Ok(None) => (Bytes::End, true),
        };
        if send.send(part).await.is_err() {
            refused = 1;
        }
        if last {
            // Only now may the channel close: earlier it would look like a torn body.
            return;
        }
    }
}

/// Writes a body to its end.
pub(crate) fn fill(incoming: &mut Incoming, parts: &mut dyn FnMut() -> Bytes) -> Result<()> {
    loop {
        match parts() {
            Bytes::Some(bytes) => incoming.write(&bytes)?,
            Bytes::End => return Ok(()),
            Bytes::Torn => return Err(torn()),
        }
    }
}

/// A body that broke off. Nobody is there to read the answer.
fn torn() -> Error {
    Error::invalid("body", "torn")
}

pub(crate) fn content_length(request: &HttpRequest) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

/// A checksum in hexadecimal.
pub(crate) fn sha256(text: &str) -> Result<[u8; 32]> {
    let mut out = [0; 32];
    hex::decode_to_slice(text.trim(), &mut out).map_err(|_| Error::invalid("sha256", "not-a-sha256"))?;
    Ok(out)
}

/// What the sender says, unless it says nothing of use: then what the name suggests.
pub(crate) fn media_of(sent: Option<&str>, name: &str) -> Option<String> {
    let sent = sent.map(|media| media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let said = sent.filter(|media| {
        let vague = matches!(
            media.as_str(),
            "" | "application/octet-stream" | "application/x-www-form-urlencoded" | "binary/octet-stream"
        );
        !vague && media.len() <= holdfast_drive::limits::MEDIA_BYTES && media.bytes().all(|b| b.is_ascii_graphic())
    });
    said.or_else(|| mime_guess::from_path(name).first_raw().map(str::to_owned))
}

/// How a body is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// To browsers: never as something that could run.
    Attachment,
    /// To WebDAV clients: with its own media type. The policy of the answer still lets nothing run.
    AsIs,
}

/// One version of a file as an answer: 200, 206, 304 or 416. A download stands in the audit log before its first byte.
pub(crate) async fn deliver(
    rooms: &std::sync::Arc<Rooms>,
    actor: &Actor,
    request: &HttpRequest,
    content: Content,
    name: &str,
    shown: Shown,
) -> Result<HttpResponse, Problem> {
    let (etag, size) = (content.etag(), content.size());
    let matches = |wanted: &Match| match wanted {
        Match::Any => true,
        Match::Tags(tags) => tags.contains(&etag),
    };
    if tags(request.headers(), "if-match", false).is_some_and(|wanted| !matches(&wanted)) {
        return Err(Error::PreconditionFailed.into());
    }
    if unmodified_since(request.headers()).is_some_and(|limit| content.changed_at().seconds() > limit.seconds()) {
        return Err(Error::PreconditionFailed.into());
    }
    let known = tags(request.headers(), "if-none-match", true);
    if known.as_ref().is_some_and(matches) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, format!("\"{etag}\""))).finish());
    }
    let range = match wanted_range(request, &etag, size) {
        Ok(range) => range,
        Err(()) => return Ok(no_such_range(size)),
    };
    let head = *request.method() == Method::HEAD;
    if !head {
        receipt(rooms, actor, &content, range.as_ref()).await?;
    }
    let mut answer = HttpResponse::Ok();
    if let Some(range) = &range {
        answer.status(StatusCode::PARTIAL_CONTENT);
        answer.insert_header((header::CONTENT_RANGE, format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1))));
    }
    answer.insert_header((header::ETAG, format!("\"{etag}\"")));
    answer.insert_header((header::ACCEPT_RANGES, "bytes"));
    answer.insert_header((header::LAST_MODIFIED, http_date(content.changed_at())));
    answer.insert_header((header::CACHE_CONTROL, "private, no-cache"));
    answer.insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    answer.insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; frame-ancestors 'none'"));
    let media = content.media().unwrap_or("application/octet-stream");
    let media = if shown == Shown::AsIs || SHOWN.contains(&media) { media } else { "application/octet-stream" };
    answer.insert_header((header::CONTENT_TYPE, media.to_owned()));
    if shown == Shown::Attachment {
        answer.insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{}", utf8_percent_encode(name, ATTR)),
        ));
    }
    let range = range.unwrap_or(0..size);
    let length = range.end - range.start;
    if head {
        return Ok(answer.no_chunking(length).body(SizedStream::new(length, stream::empty::<Result<web::Bytes, Problem>>())));
    }
    Ok(answer.body(SizedStream::new(length, pieces(content, range))))
}

/// 416 is no code of the closed set: the range is a bad request, its status says more.
fn no_such_range(size: u64) -> HttpResponse {
    let mut body = Problem::bad_request("no byte of this range is there").body();
    body.status = StatusCode::RANGE_NOT_SATISFIABLE.as_u16();
    HttpResponse::build(StatusCode::RANGE_NOT_SATISFIABLE)
        .insert_header((header::CONTENT_RANGE, format!("bytes */{size}")))
        .content_type("application/problem+json")
        .json(body)
}

async fn receipt(rooms: &Rooms, actor: &Actor, content: &Content, range: Option<&Range<u64>>) -> Result<(), Problem> {
    let mut event = Event::new(actor, "node.read", Object::new("node", content.node()));
    event = event.number("version", content.version().cast_signed()).number("size", content.size().cast_signed());
    if let Some(range) = range {
        event = event.number("from", range.start.cast_signed()).number("to", range.end.cast_signed());
    }
    let (to, told) = oneshot::channel();
    rooms.audit.append_then(event, move |done| drop(to.send(done)))?;
    let done = timeout(DEADLINE, told).await.ok().and_then(Result::ok);
    Ok(done.unwrap_or(Err(Error::AuditUnavailable)).map(drop)?)
}

/// Piece after piece, each read on a thread that may block. An error ends the connection: the length does not fit then, so
/// no client takes the file for whole.
fn pieces(content: Content, range: Range<u64>) -> impl stream::Stream<Item = Result<web::Bytes, Problem>> {
    let content = std::sync::Arc::new(content);
    stream::unfold((content, range), |(content, range)| async move {
        if range.start >= range.end {
            return None;
        }
        let piece = range.start..range.end.min(range.start + PIECE_BYTES);
        let (reader, next) = (content.clone(), piece.end..range.end);
        match blocking(move || reader.read_range(piece)).await {
            Ok(bytes) => Some((Ok(web::Bytes::from(bytes)), (content, next))),
            Err(problem) => Some((Err(problem), (content, 0..0))),
        }
    })
}

/// One range of RFC 9110 section 14. Several, or what is not understood, are ignored, as the RFC allows. `Err`: 416.
fn wanted_range(request: &HttpRequest, etag: &str, size: u64) -> Result<Option<Range<u64>>, ()> {
    let headers = request.headers();
    let Some(range) = headers.get(header::RANGE).and_then(|value| value.to_str().ok()) else {
        return Ok(None);
    };
    if let Some(only) = headers.get(header::IF_RANGE).and_then(|value| value.to_str().ok())
        && only.trim() != format!("\"{etag}\"")
    {
        return Ok(None);
    }
    parse_range(range, size)
}

fn parse_range(text: &str, size: u64) -> Result<Option<Range<u64>>, ()> {
    let Some((first, last)) = text.trim().strip_prefix("bytes=").and_then(|set| set.split_once('-')) else {
        return Ok(None);
    };
    let (first, last) = (first.trim(), last.trim());
    if last.contains(',') {
        return Ok(None);
    }
    let range = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first > last => return Ok(None),
        (Ok(first), Ok(last)) => first..last.saturating_add(1).min(size),
        (Ok(first), Err(_)) if last.is_empty() => first..size,
        (Err(_), Ok(suffix)) if first.is_empty() => size.saturating_sub(suffix)..size,
        _ => return Ok(None),
    };
    if range.start >= range.end { Err(()) } else { Ok(Some(range)) }
}

fn unmodified_since(headers: &header::HeaderMap) -> Option<Timestamp> {
    if headers.contains_key(header::IF_MATCH) {
        return None;
    }
    parse_http_date(headers.get(header::IF_UNMODIFIED_SINCE)?.to_str().ok()?)
}

/// IMF-fixdate (RFC 9110 section 5.6.7).
pub(crate) fn http_date(at: Timestamp) -> String {
    let instant = jiff::Timestamp::from_second(at.seconds()).unwrap_or_default();
    instant.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

pub(crate) fn parse_http_date(text: &str) -> Option<Timestamp> {
    let civil = jiff::civil::DateTime::strptime("%a, %d %b %Y %H:%M:%S GMT", text.trim()).ok()?;
    let instant = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    Some(Timestamp(instant.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_the_rfc_says() {
        assert_eq!(parse_range("bytes=0-0", 10), Ok(Some(0..1)));
        assert_eq!(parse_range("bytes=2-", 10), Ok(Some(2..10)));
        assert_eq!(parse_range("bytes=-3", 10), Ok(Some(7..10)));
        assert_eq!(parse_range("bytes=-30", 10), Ok(Some(0..10)));
        assert_eq!(parse_range("bytes=5-500", 10), Ok(Some(5..10)));
        assert_eq!(parse_range("bytes=10-", 10), Err(()));
        assert_eq!(parse_range("bytes=-0", 10), Err(()));
        assert_eq!(parse_range("bytes=0-", 0), Err(()));
        for ignored in ["bytes=5-2", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b", "bytes"] {
            assert_eq!(parse_range(ignored, 10), Ok(None), "{ignored}");
        }
    }

    #[test]
    fn dates_of_http_go_both_ways() {
        let at = Timestamp(784_111_777_000_000);
        assert_eq!(http_date(at), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(at));
        assert_eq!(parse_http_date("yesterday"), None);
    }

    #[test]
    fn what_a_sender_says_of_its_bytes() {
        assert_eq!(media_of(Some("Text/Plain; charset=utf-8"), "a.bin").as_deref(), Some("text/plain"));
        assert_eq!(media_of(Some("application/octet-stream"), "a.png").as_deref(), Some("image/png"));
        assert_eq!(media_of(None, "noidea"), None);
    }
}
