use holdfast_audit::{Event, Object};
use holdfast_base::{Error, Result};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    list::view,
    rows::{self, Request, RequestField, RequestKind, RequestState},
};
use crate::{
    Directory, SystemAdmin, limits,
    people::{self, fields::Fields, rows as people_rows},
    text, views,
};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The person reads it.
    #[schema(max_length = 1000)]
    pub answer: Option<String>,
}

/// What was asked is done: a correction, or the deletion of a field, in the same step.
pub fn accept(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &SystemAdmin,
    id: u64,
    answer: &Answer,
) -> Result<views::DataRequest> {
    let (request, words) = open(tx, directory, by, id, answer)?;
    apply(tx, directory, by, &request)?;
    close(tx, directory, by, Request { state: RequestState::Done, ..request }, words)
}

/// It is not done; the reason is what the person reads.
pub fn refuse(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &SystemAdmin,
    id: u64,
    answer: &Answer,
) -> Result<views::DataRequest> {
    let (request, words) = open(tx, directory, by, id, answer)?;
    if words.is_none() {
        return Err(Error::invalid("answer", "empty"));
    }
    close(tx, directory, by, Request { state: RequestState::Refused, ..request }, words)
}

/// One that waits for an answer. Nobody answers themselves, and copies the box makes by itself.
fn open(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &SystemAdmin,
    id: u64,
    answer: &Answer,
) -> Result<(Request, Option<String>)> {
    by.recheck(directory)?;
    let words = text::optional_line("answer", answer.answer.as_deref(), limits::REQUEST_CHARACTERS)?;
    let request = rows::find(tx.conn(), directory.key(), id)?;
    if request.state != RequestState::Open {
        return Err(Error::conflict("answered"));
    }
    if by.actor().person() == Some(request.person) {
        return Err(Error::Forbidden);
    }
    if request.kind == RequestKind::Copy {
        return Err(Error::conflict("copy-is-made"));
    }
    Ok((request, words))
}

fn apply(tx: &mut DbTx<'_>, directory: &Directory, by: &SystemAdmin, request: &Request) -> Result<()> {
    let Some(field) = request.words.field else { return Ok(()) };
    let value = match request.kind {
        RequestKind::Correct => request.words.wanted.clone(),
        RequestKind::Delete => None,
        RequestKind::Copy | RequestKind::Restrict => return Ok(()),
    };
    let before = people_rows::fields(tx.conn(), directory.key(), request.person)?;
    let after = with(before.clone(), field, value).normalised()?;
    people::write_change(tx, directory, by.actor(), request.person, &before, &after).map(drop)
}

fn with(fields: Fields, field: RequestField, value: Option<String>) -> Fields {
    match field {
        RequestField::Name => Fields { name: value.unwrap_or_default(), ..fields },
        RequestField::Title => Fields { title: value, ..fields },
        RequestField::Mail => Fields { mail: value, ..fields },
        RequestField::Mobile => Fields { mobile: value, ..fields },
        RequestField::Phone => Fields { phone: value, ..fields },
        RequestField::EmployeeNo => Fields { employee_no: value, ..fields },
        RequestField::WorkPlace => Fields { work_place: value, ..fields },
        RequestField::HiredOn => Fields { hired_on: value, ..fields },
    }
}

fn close(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &SystemAdmin,
    mut request: Request,
    words: Option<String>,
) -> Result<views::DataRequest> {
    let org = directory.org();
    request.answered_at = Some(tx.now());
    request.answered_by = by.actor().person();
    request.words.answer = words;
    rows::update(tx.conn(), directory.key(), &request)?;
    let action = if request.state == RequestState::Done { "data-request.accept" } else { "data-request.refuse" };
    let event = Event::new(by.actor(), action, Object::new("data-request", request.id));
    holdfast_audit::record(tx, event.text("kind", request.kind.name()).text("person", request.person.to_string()));
    Ok(view(&org, directory.world().now(), request))
}
