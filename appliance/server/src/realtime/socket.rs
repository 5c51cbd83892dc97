//! One socket: the handshake, then a task that reads frames, writes what waits, and keeps the beat.

use std::sync::Arc;

use actix_web::{FromRequest, HttpRequest, HttpResponse, error::PayloadError, get, rt, web::Payload};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, ProtocolError};
use holdfast_base::{Door, Error};
use tokio::time::{Instant, interval_at, timeout};

use super::{
    connection::{Connection, Next},
    frames::{self, Said, Says},
    limits,
    measured::measured,
    talk::Talk,
};
use crate::http::{Problem, Session, who::same_origin};

/// The only subprotocol so far.
const SUBPROTOCOL: &str = "holdfast1.json";

/// The realtime door. Who it is comes with the upgrade request; a cookie-borne one must come from our own pages.
#[get("/api/v1/ws")]
pub(super) async fn open(request: HttpRequest, body: Payload, by: Session) -> Result<HttpResponse, Problem> {
    if by.actor.source.door == Door::Web {
        same_origin(&request, &by.app)?;
    }
    let body = Payload::from_request(&request, &mut measured(body.into_inner())).await;
    let body = body.map_err(|_| Problem::bad_request("not a WebSocket handshake"))?;
    let (response, session, stream) = actix_ws::handle_with_protocols(&request, body, &[SUBPROTOCOL])
        .map_err(|_| Problem::bad_request("not a WebSocket handshake"))?;
    if !response.headers().contains_key("sec-websocket-protocol") {
        return Err(Problem::bad_request("the subprotocol holdfast1.json is required"));
    }
    let (Some(person), Some(id)) = (by.actor.person(), by.actor.session) else {
        return Err(Error::NotSignedIn.into());
    };
    let connection = Arc::new(Connection::new(person, id));
    // Subscribed before anything is read, so nothing falls between the catch-up and the events.
    by.rooms.hub.join(&connection)?;
    let stream = stream.max_frame_size(limits::FRAME_BYTES).aggregate_continuations();
    let stream = stream.max_continuation_size(limits::FRAME_BYTES);
    let mut actor = by.actor;
    actor.source.door = Door::Realtime;
    let talk = Talk::new(by.rooms, by.app, actor, connection);
    rt::spawn(Socket { talk, session, stream }.run());
    Ok(response)
}

struct Socket {
    talk: Talk,
    session: actix_ws::Session,
    stream: AggregatedMessageStream,
}

/// Why the task ends.
enum End {
    /// Say goodbye with this code.
    Bye(&'static str),
    /// Nobody is there to be told.
    Gone,
}

impl End {
    fn of(error: &ProtocolError) -> Self {
        let too_large = match error {
            ProtocolError::Overflow => true,
            ProtocolError::Io(error) => {
                let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<PayloadError>());
                matches!(cause, Some(PayloadError::Overflow))
            }
            _ => false,
        };
        if too_large { Self::Bye("too-large") } else { Self::Gone }
    }
}

impl Socket {
    async fn run(mut self) {
        let end = match self.greet().await {
            Ok(()) => self.serve().await,
            Err(end) => end,
        };
        self.talk.leave();
        if let End::Bye(code) = end {
            self.say_goodbye(code).await;
        }
    }

    /// The first frame must be `hello`.
    async fn greet(&mut self) -> Result<(), End> {
        let connection = self.talk.connection.clone();
        let first = tokio::select! {
            first = timeout(limits::HELLO, self.stream.recv()) => first,
            // Ended before it began; the reason lies in the queue.
            () = connection.ended.notified() => return Ok(()),
        };
        let first = match first {
            Ok(Some(Ok(AggregatedMessage::Text(text)))) => frames::read(&text),
            Ok(Some(Ok(_))) => return Err(End::Bye("bad-request")),
            Ok(None) => return Err(End::Gone),
            Ok(Some(Err(error))) => return Err(End::of(&error)),
            Err(_) => return Err(End::Bye("hello-missing")),
        };
        let Ok(Said::Hello { dev, cursor }) = first else { return Err(End::Bye("bad-request")) };
        tracing::debug!(device = ?dev, cursor = cursor.map(|g| g.0), "a device connected");
        self.talk.welcome();
        Ok(())
    }

    async fn serve(&mut self) -> End {
        let mut beat = interval_at(Instant::now() + limits::HEARTBEAT, limits::HEARTBEAT);
        let mut heard = Instant::now();
        loop {
            if let Err(end) = self.flush().await {
                return end;
            }
            tokio::select! {
                () = self.talk.connection.wake.notified() => {}
                said = self.stream.recv() => {
                    heard = Instant::now();
                    if let Err(end) = self.hear(said).await {
                        return end;
                    }
                }
                _ = beat.tick() => {
                    if heard.elapsed() > limits::HEARTBEAT * 2 {
                        return End::Bye("silent");
                    }
                    if !matches!(timeout(limits::WRITE, self.session.ping(b"")).await, Ok(Ok(()))) {
                        return End::Gone;
                    }
                }
            }
        }
    }

    /// Writes all that waits.
    async fn flush(&mut self) -> Result<(), End> {
        while let Some(next) = self.talk.connection.next() {
            let frame = match next {
                Next::Frame(frame) => frame,
                Next::Bye(code) => return Err(End::Bye(code)),
            };
            tokio::select! {
                biased;
                written = timeout(limits::WRITE, self.session.text(frame)) => {
                    if !matches!(written, Ok(Ok(()))) {
                        return Err(End::Gone);
                    }
                }
                // The session ended while a client that reads nothing holds up the write.
                () = self.talk.connection.ended.notified() => {}
            }
        }
        Ok(())
    }

    async fn hear(&mut self, said: Option<Result<AggregatedMessage, ProtocolError>>) -> Result<(), End> {
        match said {
            Some(Ok(AggregatedMessage::Text(text))) => match frames::read(&text) {
                Ok(said) => self.talk.hear(said).await,
                Err(refusal) => self.talk.connection.reply(refusal),
            },
            Some(Ok(AggregatedMessage::Ping(bytes))) => {
                if !matches!(timeout(limits::WRITE, self.session.pong(&bytes)).await, Ok(Ok(()))) {
                    return Err(End::Gone);
                }
            }
            Some(Ok(AggregatedMessage::Pong(_))) => {}
            Some(Ok(AggregatedMessage::Binary(_))) => return Err(End::Bye("bad-request")),
            Some(Ok(AggregatedMessage::Close(_))) | None => return Err(End::Gone),
            Some(Err(error)) => return Err(End::of(&error)),
        }
        Ok(())
    }

    async fn say_goodbye(mut self, code: &'static str) {
        let bye = Says::Bye { code, retry: self.talk.retry() }.frame();
        let reason = CloseReason { code: CloseCode::Policy, description: Some(code.to_owned()) };
        let farewell = async {
            if self.session.text(bye).await.is_ok() {
                // Closed from the other side meanwhile: as good.
                drop(self.session.close(Some(reason)).await);
            }
        };
        // A client that does not listen is left without it.
        drop(timeout(limits::GOODBYE, farewell).await);
    }
}
