//! What a client's frames mean. Each frame is an act of its own: a request id, an instant, the same proofs as over HTTP.

use std::sync::Arc;

use actix_web::web::Data;
use holdfast_base::{Actor, ClientId, CommitNo, ConversationId, Error, RequestId};
use holdfast_im::{Draft, limits as im_limits, views::NewBody};
use parking_lot::Mutex;
use tokio::time::Instant;

use super::{
    connection::Connection,
    frames::{self, Limits, Retry, Said, Says},
    limits,
};
use crate::{
    api,
    app::App,
    http::{Problem, who::blocking},
    rooms::Rooms,
};

pub(super) struct Talk {
    rooms: Arc<Rooms>,
    app: Data<App>,
    actor: Actor,
    pub(super) connection: Arc<Connection>,
    typed: Mutex<Option<Instant>>,
}

impl Talk {
    pub(super) fn new(rooms: Arc<Rooms>, app: Data<App>, actor: Actor, connection: Arc<Connection>) -> Self {
        Self { rooms, app, actor, connection, typed: Mutex::new(None) }
    }

    pub(super) fn welcome(&self) {
        let welcome = Says::Welcome {
            person: self.connection.person,
            server_time: self.rooms.world.now(),
            head: self.rooms.im.head(),
            limits: Limits::all(),
            hb: limits::HEARTBEAT.as_secs(),
        };
        self.connection.reply(welcome.frame());
    }

    pub(super) fn leave(&self) {
        self.rooms.hub.leave(&self.connection);
    }

    pub(super) fn retry(&self) -> Retry {
        self.rooms.hub.retry()
    }

    pub(super) async fn hear(&self, said: Said) {
        match said {
            Said::Hello { .. } => self.connection.reply(frames::nack(None, None, &Problem::bad_request("hello again"))),
            Said::Send { cid, conv, body } => self.send(cid, conv, body).await,
            Said::Sync { from, limit } => self.sync(from, limit).await,
            Said::Read { conv, ranges } => self.read(conv, ranges),
            Said::Typing { conv } => self.typing(conv),
            Said::Ping => self.connection.reply(Says::Pong.frame()),
        }
    }

    /// The acknowledgement goes out once the message is durable, from the ledger's notifier; nothing waits here.
    async fn send(&self, cid: ClientId, conv: ConversationId, body: NewBody) {
        let nack = |problem: Problem| frames::nack(Some(cid), Some(conv), &problem);
        let actor = self.act();
        let checked = self.app.rates.request(self.connection.person).and_then(|()| Ok(self.rooms.im.member(&actor, conv)?));
        let member = match checked {
            Ok(member) => member,
            Err(problem) => return self.connection.reply(nack(problem)),
        };
        if matches!(body, NewBody::File { .. }) {
            let (rooms, by, body, at) = (self.rooms.clone(), actor.clone(), body.clone(), member.clone());
            if let Err(problem) = blocking(move || api::im::check_file(&rooms, &by, &at, &body)).await {
                return self.connection.reply(nack(problem));
            }
        }
        if !self.connection.begin_send() {
            return self.connection.reply(nack(Error::Busy { retry_seconds: 1 }.into()));
        }
        let (im, connection) = (self.rooms.im.clone(), self.connection.clone());
        self.rooms.ledger.submit(
            move |tx| im.send(tx, &member, &Draft { cid, body }),
            move |sent| {
                let answer = match sent {
                    Ok(sent) => frames::ack(cid, &sent.value),
                    Err(error) => frames::nack(Some(cid), Some(conv), &error.into()),
                };
                connection.finish_send(answer);
            },
        );
    }

    async fn sync(&self, from: CommitNo, limit: Option<usize>) {
        let (rooms, actor) = (self.rooms.clone(), self.act());
        let limit = limit.unwrap_or(im_limits::SYNC_PAGE);
        let answer = match blocking(move || rooms.im.sync(&actor, from, limit)).await {
            Ok(page) => Says::Page { page: &page }.frame(),
            Err(problem) => frames::nack(None, None, &problem),
        };
        self.connection.reply(answer);
    }

    fn read(&self, conv: ConversationId, ranges: Vec<[u64; 2]>) {
        let refuse = move |problem: Problem| frames::nack(None, Some(conv), &problem);
        let checked = self.app.rates.request(self.connection.person);
        let member = match checked.and_then(|()| Ok(self.rooms.im.member(&self.act(), conv)?)) {
            Ok(member) => member,
            Err(problem) => return self.connection.reply(refuse(problem)),
        };
        let (im, connection) = (self.rooms.im.clone(), self.connection.clone());
        self.rooms.ledger.submit(
            move |tx| im.mark_read(tx, &member, &ranges),
            // What was marked comes back as an event to all devices, this one included.
            move |marked| {
                if let Err(error) = marked {
                    connection.reply(refuse(error.into()));
                }
            },
        );
    }

    /// Not stored, not answered, and not told in large groups.
    fn typing(&self, conv: ConversationId) {
        let now = Instant::now();
        {
            let mut typed = self.typed.lock();
            if typed.is_some_and(|last| now - last < limits::TYPING) {
                return;
            }
            *typed = Some(now);
        }
        let Ok(member) = self.rooms.im.member(&self.act(), conv) else { return };
        if member.members() > im_limits::TYPING_MEMBERS {
            return;
        }
        let person = self.rooms.directory.org().reference(self.connection.person);
        let frame = Says::Typing { conv, person: &person }.frame();
        self.rooms.hub.hint(&member.audience(), self.connection.person, &frame);
    }

    fn act(&self) -> Actor {
        let request = RequestId(self.rooms.world.uuid());
        Actor { request, now: self.rooms.world.now(), ..self.actor.clone() }
    }
}
