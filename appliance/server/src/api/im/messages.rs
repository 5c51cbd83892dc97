//! Messages: sending, and reading page by page.

use actix_web::{
    get, post,
    web::{Path, Query},
};
use holdfast_base::{
    Actor, ConversationId, Error, Result,
    limits::{PAGE_ITEMS, PAGE_ITEMS_DEFAULT},
};
use holdfast_im::{
    Direction, Draft, Member, MessageRange,
    views::{Message, NewBody},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::number;
use crate::{
    http::{
        Answer, Created, Json, Problem, Session,
        page::{Page, within},
        problem::Refusals,
    },
    rooms::Rooms,
};

/// Which messages: the newest where neither `before` nor `after` is given.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MessageQuery {
    /// Only messages with a smaller number.
    #[serde(default, deserialize_with = "within::<_, _, 0, { i64::MAX }>")]
    pub before: Option<u64>,
    /// Only messages with a larger number.
    #[serde(default, deserialize_with = "within::<_, _, 0, { i64::MAX }>")]
    pub after: Option<u64>,
    /// What the page before answered as `next`; goes on in the same direction.
    pub cursor: Option<String>,
    /// At most 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    #[serde(default, deserialize_with = "within::<_, _, 1, 200>")]
    pub limit: Option<usize>,
}

/// One page, ascending by number.
#[utoipa::path(tag = "conversations", params(("id" = String, Path), MessageQuery), responses((status = 200, body = Page<Message>), Refusals))]
#[get("/conversations/{id}/messages")]
pub(super) async fn page(by: Session, at: Path<ConversationId>, query: Query<MessageQuery>) -> Answer<Page<Message>> {
    let id = at.into_inner();
    let direction = query.direction()?;
    let limit = query.limit.unwrap_or(PAGE_ITEMS_DEFAULT).clamp(1, PAGE_ITEMS);
    let range = MessageRange { direction, limit };
    let found = by.run(move |rooms, actor| rooms.im.page(&rooms.im.member(actor, id)?, range)).await?;
    let edge = match direction {
        Direction::After(_) => found.items.last().map(|message| format!("a{}", message.seq)),
        Direction::Newest | Direction::Before(_) => found.items.first().map(|message| format!("b{}", message.seq)),
    };
    Ok(Json(Page { items: found.items, next: edge.filter(|_| found.more) }))
}

/// Sends a message. A retry with the same client id and content answers the first one.
#[utoipa::path(tag = "conversations", params(("id" = String, Path)), request_body = Draft, responses((status = 201, body = Message), Refusals))]
#[post("/conversations/{id}/messages")]
pub(super) async fn send(by: Session, at: Path<ConversationId>, draft: Json<Draft>) -> Result<Created<Message>, Problem> {
    let (id, draft) = (at.into_inner(), draft.into_inner());
    let sent = by.run(move |rooms, actor| {
        let (im, member) = (rooms.im.clone(), rooms.im.member(actor, id)?);
        check_file(rooms, actor, &member, &draft.body)?;
        rooms.write_ledger(move |tx| im.send(tx, &member, &draft))
    });
    Ok(Created(sent.await?))
}

impl MessageQuery {
    fn direction(&self) -> Result<Direction, Problem> {
        if let Some(cursor) = self.cursor.as_deref() {
            return match (cursor.strip_prefix('a'), cursor.strip_prefix('b')) {
                (Some(seq), _) => Ok(Direction::After(number(seq)?)),
                (_, Some(seq)) => Ok(Direction::Before(number(seq)?)),
                _ => Err(super::unknown_cursor()),
            };
        }
        match (self.before, self.after) {
            (Some(_), Some(_)) => Err(Problem::invalid("after", "not-with-before")),
            (Some(seq), None) => Ok(Direction::Before(seq)),
            (None, Some(seq)) => Ok(Direction::After(seq)),
            (None, None) => Ok(Direction::Newest),
        }
    }
}

/// A message may name only a file of its conversation's own space, with its true size. Conversations do not know the
/// drive, so it is asked here.
pub(crate) fn check_file(rooms: &Rooms, actor: &Actor, member: &Member, body: &NewBody) -> Result<()> {
    let NewBody::File { node, size, .. } = body else { return Ok(()) };
    let absent = || Error::invalid("body.node", "not-in-this-conversation");
    let view = rooms.ledger.view();
    let space = rooms.drive.find_conversation_space(&view, member.conversation())?.ok_or_else(absent)?;
    let file = match rooms.drive.attachment(&view, &space, actor, *node) {
        Ok(file) if !file.is_folder() => file,
        Ok(_) | Err(Error::NotFound) => return Err(absent()),
        Err(other) => return Err(other),
    };
    if file.entry().size != *size {
        return Err(Error::invalid("body.size", "not-the-size-of-the-file"));
    }
    Ok(())
}
