use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, ClientId, Error, Result, Timestamp};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    due::working_days_after,
    list::view,
    rows::{self, Request, RequestField, RequestKind, RequestState, Words},
};
use crate::{Directory, creates::Create, limits, rows as shared, text, views};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDataRequest {
    pub cid: ClientId,
    pub kind: RequestKind,
    /// What is to be corrected; what is to be deleted, the account when absent.
    pub field: Option<RequestField>,
    /// What it is to be corrected to.
    #[schema(max_length = 1000)]
    pub wanted: Option<String>,
    #[schema(max_length = 1000)]
    pub reason: Option<String>,
}

/// A request of the actor's own, with its number and the day by which it is answered.
pub fn ask(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, new: &NewDataRequest) -> Result<views::DataRequest> {
    let org = directory.org();
    let person = org.active(actor)?.id;
    let words = words(new)?;
    let content = format!("{person} {} {words:?}", new.kind.name());
    let create = Create::new(directory, new.cid, "data-request", &content)?;
    if let Some(before) = create.before(tx)? {
        let id = before.parse().map_err(|_| Error::broken("read the number of an earlier request"))?;
        return Ok(view(&org, directory.world().now(), rows::find(tx.conn(), directory.key(), id)?));
    }
    let now = tx.now();
    let since = Timestamp(now.0.saturating_sub(i64::try_from(limits::REQUESTS_WINDOW.as_micros()).unwrap_or(i64::MAX)));
    let (open, lately) = rows::counts(tx.conn(), person, since)?;
    if open >= limits::REQUESTS_OPEN || lately >= limits::REQUESTS_LATELY {
        return Err(Error::conflict("too-many"));
    }
    let request = Request {
        id: shared::next_id(tx.conn(), "data_request")?,
        person,
        kind: new.kind,
        state: RequestState::Open,
        opened_at: now,
        due_at: working_days_after(now, limits::REQUEST_WORKING_DAYS)?,
        answered_at: None,
        answered_by: None,
        words,
        copy_bytes: 0,
        copy_expires_at: None,
    };
    rows::insert(tx.conn(), directory.key(), &request)?;
    create.done(tx, &request.id.to_string())?;
    let event = Event::new(actor, "data-request.ask", Object::new("data-request", request.id));
    holdfast_audit::record(tx, event.text("kind", new.kind.name()).number("due_at", request.due_at.0));
    Ok(view(&org, now, request))
}

fn words(new: &NewDataRequest) -> Result<Words> {
    let line = |field, words: &Option<String>| text::optional_line(field, words.as_deref(), limits::REQUEST_CHARACTERS);
    let (wanted, reason) = (line("wanted", &new.wanted)?, line("reason", &new.reason)?);
    let needs_field = new.kind == RequestKind::Correct;
    let may_name_field = needs_field || new.kind == RequestKind::Delete;
    if needs_field && new.field.is_none() || !may_name_field && new.field.is_some() {
        return Err(Error::invalid("field", if needs_field { "empty" } else { "unexpected" }));
    }
    if needs_field != wanted.is_some() {
        return Err(Error::invalid("wanted", if needs_field { "empty" } else { "unexpected" }));
    }
    // Everybody in the directory has a name.
    if new.kind == RequestKind::Delete && new.field == Some(RequestField::Name) {
        return Err(Error::invalid("field", "unexpected"));
    }
    Ok(Words { field: new.field, wanted, reason, answer: None })
}

/// The actor does not ask for it any more.
pub fn withdraw(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, id: u64) -> Result<()> {
    let person = directory.org().active(actor)?.id;
    let mut request = rows::find(tx.conn(), directory.key(), id)?;
    if request.person != person {
        return Err(Error::NotFound);
    }
    match request.state {
        RequestState::Withdrawn => return Ok(()),
        RequestState::Open => {}
        RequestState::Done | RequestState::Refused => return Err(Error::conflict("answered")),
    }
    request.state = RequestState::Withdrawn;
    request.answered_at = Some(tx.now());
    rows::update(tx.conn(), directory.key(), &request)?;
    holdfast_audit::record(tx, Event::new(actor, "data-request.withdraw", Object::new("data-request", id)));
    Ok(())
}
