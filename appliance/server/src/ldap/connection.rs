//! One connection: who is signed in, and one operation after the other.

use std::{io, net::IpAddr, sync::Arc};

use actix_web::web::Data;
use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Door, Error, PersonId, RequestId, Source, Who};
use holdfast_directory::{
    app_passwords,
    connectors::{self, Connector, View},
};
use tokio::{net::TcpStream, sync::watch};
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

use super::{
    Mode, Shared,
    controls::{Controls, Of},
    doorstep::Place,
    limits,
    message::{Extra, Message, Outcome, Request, answer, code, write_disconnection, write_outcome},
    search::Paged,
    wire::{Incoming, Wire},
};
use crate::{app::App, rooms::Rooms};

/// Who is signed in on a connection.
#[derive(Debug, Clone, Default)]
pub(super) enum Bound {
    #[default]
    Nobody,
    Connector(Arc<Connector>),
    /// With the own password, through a connector.
    Person {
        id: PersonId,
        epoch: u64,
        must_change: bool,
        through: Arc<Connector>,
    },
    /// With an app password.
    Holder {
        id: PersonId,
        uid: String,
        secret: Zeroizing<String>,
    },
}

pub(super) struct Connection {
    pub(super) app: Data<App>,
    pub(super) tls: TlsAcceptor,
    pub(super) wire: Wire,
    pub(super) place: Place,
    pub(super) bound: Bound,
    pub(super) paged: Vec<Paged>,
    /// A search that a Cancel ended, whose own answer is still owed.
    pub(super) canceled: Option<i32>,
    pub(super) searches: u64,
    pub(super) entries: u64,
    stop: watch::Receiver<bool>,
}

/// The connection ends.
pub(super) struct Ended;

impl From<io::Error> for Ended {
    fn from(_: io::Error) -> Self {
        Self
    }
}

impl Connection {
    pub(super) async fn begin(shared: Shared, stream: TcpStream, place: Place, mode: Mode) -> Option<Self> {
        // Answers are written whole: waiting for more of them would only cost time.
        stream.set_nodelay(true).ok()?;
        let Shared { app, tls, stop, .. } = shared;
        let mut wire = Wire::new(stream);
        if mode == Mode::Tls {
            wire.begin_tls(&tls).await.ok()?;
        }
        let (bound, paged) = (Bound::Nobody, Vec::new());
        Some(Self { app, tls, wire, place, bound, paged, canceled: None, searches: 0, entries: 0, stop })
    }

    pub(super) async fn serve(mut self) {
        while let Some(frame) = self.next().await {
            let Ok(message) = Message::read(&frame) else {
                self.malformed().await;
                break;
            };
            if self.answer(message).await.is_err() {
                break;
            }
        }
        self.say_goodbye();
        self.wire.close().await;
    }

    async fn next(&mut self) -> Option<Vec<u8>> {
        let (most, idle) = match self.bound {
            Bound::Nobody => (limits::MESSAGE_BYTES_STRANGER, limits::IDLE_STRANGER),
            _ => (limits::MESSAGE_BYTES, limits::IDLE),
        };
        let incoming = tokio::select! {
            incoming = self.wire.next(most, idle) => incoming,
            _ = self.stop.changed() => {
                self.disconnect(&Outcome::new(code::UNAVAILABLE, "the box is being restarted")).await;
                return None;
            }
        };
        match incoming {
            Incoming::Frame(frame) => Some(frame),
            Incoming::Closed | Incoming::Idle => None,
            Incoming::Malformed => {
                self.malformed().await;
                None
            }
        }
    }

    async fn answer(&mut self, message: Message<'_>) -> Result<(), Ended> {
        let (of, kind) = match &message.request {
            Request::Unbind => return Err(Ended),
            // What could be given up is given up while it runs.
            Request::Abandon(_) => return Ok(()),
            Request::Bind { .. } => (Of::Bind, answer::BIND),
            Request::Search(_) => (Of::Search, answer::SEARCH_DONE),
            Request::Compare { .. } => (Of::Compare, answer::COMPARE),
            Request::Extended { .. } => (Of::Other, answer::EXTENDED),
            Request::Write(kind) => (Of::Other, *kind),
        };
        let id = message.id;
        let Ok(controls) = Controls::read(&message.controls, of) else {
            self.malformed().await;
            return Err(Ended);
        };
        if controls.unknown_critical {
            return self
                .end(id, kind, &Outcome::new(code::UNAVAILABLE_CRITICAL_EXTENSION, "a critical control is not known here"))
                .await;
        }
        let Ok(rooms) = self.app.rooms() else {
            return self.end(id, kind, &Outcome::new(code::UNAVAILABLE, "the box is sealed")).await;
        };
        if !self.stands(&rooms) {
            self.disconnect(&Outcome::new(code::STRONGER_AUTH_REQUIRED, "what was signed in with counts no more")).await;
            return Err(Ended);
        }
        match message.request {
            Request::Bind { version, name, password } => self.bind(id, &rooms, version, name, password, &controls).await,
            Request::Search(request) => self.search(id, &rooms, &request, &controls, &message.controls).await,
            Request::Compare { name, attribute, value } => self.compare(id, &rooms, name, attribute, value, &controls).await,
            Request::Extended { oid, value } => self.extended(id, &rooms, oid, value, &controls).await,
            Request::Write(kind) => {
                self.end(id, kind, &Outcome::new(code::UNWILLING, "the directory is written on the web only")).await
            }
            Request::Unbind | Request::Abandon(_) => Ok(()),
        }
    }

    /// An answer without anything besides.
    pub(super) async fn end(&mut self, id: i32, kind: u8, outcome: &Outcome) -> Result<(), Ended> {
        write_outcome(&mut self.wire.out, id, kind, outcome, &Extra::default(), &[]);
        Ok(self.wire.flush().await?)
    }

    /// Does what was signed in with still count? Asked at each operation, and in between in long ones.
    pub(super) fn stands(&self, rooms: &Rooms) -> bool {
        let directory = &rooms.directory;
        let connector = |one: &Connector| connectors::standing(directory, one.id, one.changed_at).is_some();
        match &self.bound {
            Bound::Nobody => true,
            Bound::Connector(own) => connector(own),
            Bound::Person { id, epoch, through, .. } => {
                let org = directory.org();
                let same = org.person(*id).is_some_and(|person| person.epoch == *epoch && person.state.may_sign_in());
                same && connector(through)
            }
            Bound::Holder { uid, secret, .. } => app_passwords::resolve(directory, uid, secret, Door::Ldap).is_ok(),
        }
    }

    /// What may be seen, and how many entries and seconds of it; none before somebody has signed in.
    pub(super) fn view(&self) -> Option<(View, u32, u32)> {
        match &self.bound {
            Bound::Nobody | Bound::Person { must_change: true, .. } => None,
            Bound::Connector(by) => Some((by.view(), by.settings.entries, by.settings.seconds)),
            Bound::Person { id, through, .. } => {
                Some((through.view().through_the_eyes_of(*id), through.settings.entries, through.settings.seconds))
            }
            Bound::Holder { id, .. } => Some((View::of_person(*id), limits::PERSON_ENTRIES, limits::PERSON_SECONDS)),
        }
    }

    pub(super) fn person(&self) -> Option<PersonId> {
        match &self.bound {
            Bound::Person { id, .. } | Bound::Holder { id, .. } => Some(*id),
            Bound::Nobody | Bound::Connector(_) => None,
        }
    }

    pub(super) fn through(&self) -> Option<&Arc<Connector>> {
        match &self.bound {
            Bound::Connector(connector) | Bound::Person { through: connector, .. } => Some(connector),
            Bound::Nobody | Bound::Holder { .. } => None,
        }
    }

    /// Whoever is signed in, for the log.
    pub(super) fn actor(&self) -> Actor {
        let agent = self.through().map(|connector| connector.name.clone()).unwrap_or_default();
        let who = self.person().map_or(Who::Stranger, Who::Person);
        actor(&self.app, self.place.address, who, agent)
    }

    async fn malformed(&mut self) {
        self.place.punish();
        if let Ok(rooms) = self.app.rooms() {
            let event = Event::new(&self.actor(), "ldap.malformed", Object::new("box", "self"));
            rooms.audit.append_soon(event.refused("protocol-error"));
        }
        self.disconnect(&Outcome::new(code::PROTOCOL_ERROR, "not LDAP, or more of it than is taken")).await;
    }

    async fn disconnect(&mut self, outcome: &Outcome) {
        write_disconnection(&mut self.wire.out, outcome);
        // Whoever does not read it sees the connection end.
        let _ = self.wire.flush().await;
    }

    /// What was taken through this connection stands in the log when it ends.
    pub(super) fn say_goodbye(&mut self) {
        if self.entries == 0 {
            return;
        }
        let Ok(rooms) = self.app.rooms() else { return };
        let object = match (&self.bound, self.through()) {
            (_, Some(connector)) => Object::new("connector", connector.id),
            _ => Object::new("person", self.person().unwrap_or(PersonId(0))),
        };
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let event = Event::new(&self.actor(), "ldap.read", object);
        rooms.audit.append_soon(event.number("searches", count(self.searches)).number("entries", count(self.entries)));
        (self.searches, self.entries) = (0, 0);
    }
}

pub(super) fn actor(app: &App, address: IpAddr, who: Who, agent: String) -> Actor {
    let source = Source { door: Door::Ldap, address: Some(address), agent };
    Actor { who, session: None, source, request: RequestId(app.world.uuid()), now: app.world.now() }
}

/// How a refusal is said here.
pub(super) fn outcome(error: &Error) -> Outcome {
    match error {
        Error::WrongCredentials
        | Error::SecondFactorRequired
        | Error::TooManyAttempts { .. }
        | Error::NotSignedIn
        | Error::NotFound => Outcome::new(code::INVALID_CREDENTIALS, "invalid credentials"),
        Error::Forbidden => Outcome::new(code::INSUFFICIENT_ACCESS, "not allowed"),
        Error::Invalid { rule, .. } => Outcome::new(code::CONSTRAINT_VIOLATION, rule.code),
        Error::Busy { .. } => Outcome::new(code::BUSY, "too much at once; try again"),
        Error::Sealed | Error::AuditUnavailable | Error::QuotaExceeded => {
            Outcome::new(code::UNAVAILABLE, "the box cannot do that at present")
        }
        other => {
            tracing::error!(error = %other, cause = ?std::error::Error::source(other), "an LDAP operation failed");
            Outcome::new(code::OTHER, "the box failed; its log says why")
        }
    }
}
