use holdfast_audit::{Event, Object};
use holdfast_base::{ClientId, Error, Result, Timestamp};
use holdfast_store::{DbTx, Tx};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rows;
use crate::{Directory, PersonRef, SecurityAdmin, creates::Create, limits, rows as shared, text};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReview {
    pub cid: ClientId,
    /// What was found, or what is to be done; one line.
    #[schema(max_length = 200)]
    pub note: Option<String>,
}

/// Somebody has looked through the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Review {
    pub id: String,
    pub reviewed_by: PersonRef,
    pub reviewed_at: Timestamp,
    /// Rows that the list had then.
    pub holdings: u64,
    pub note: String,
}

/// Says that the list, of so many rows, has been looked through.
pub fn mark(tx: &mut DbTx<'_>, directory: &Directory, by: &SecurityAdmin, new: &NewReview, holdings: u64) -> Result<Review> {
    by.recheck(directory)?;
    let note = text::optional_line("note", new.note.as_deref(), limits::LABEL_CHARACTERS)?.unwrap_or_default();
    let org = directory.org();
    let reviewer = org.active(by.actor())?.id;
    let create = Create::new(directory, new.cid, "review", &format!("{reviewer} {note:?}"))?;
    if let Some(before) = create.before(tx)? {
        let id = before.parse().map_err(|_| Error::broken("read the id of an earlier review"))?;
        return rows::find(tx.conn(), &org, id)?.ok_or(Error::Gone);
    }
    let id = shared::next_id(tx.conn(), "access-review")?;
    let now = tx.now();
    rows::insert(tx.conn(), id, reviewer, now, holdings, &note)?;
    create.done(tx, &id.to_string())?;
    let event = Event::new(by.actor(), "review.mark", Object::new("review", id))
        .number("holdings", i64::try_from(holdings).unwrap_or(i64::MAX));
    holdfast_audit::record(tx, event.text("note", note.clone()));
    Ok(Review { id: id.to_string(), reviewed_by: org.reference(reviewer), reviewed_at: now, holdings, note })
}

/// The last review; none: nobody has looked through the list yet.
pub fn last(directory: &Directory) -> Result<Option<Review>> {
    let org = directory.org();
    directory.db().read(|conn| rows::last(conn, &org))
}
