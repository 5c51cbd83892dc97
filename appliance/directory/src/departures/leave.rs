use holdfast_audit::{Event, Object};
use holdfast_base::{Error, PersonId, Result, Timestamp};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::rows::{self, Departure};
use crate::{
    AccountKeeper, Directory, Org, PersonState,
    departures::list::view_of,
    limits,
    people::{freeze::show, rows as people_rows},
    rows as shared, text, views,
};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Leaving {
    /// From then on the person cannot sign in. Now, when absent or past.
    pub leaves_at: Option<Timestamp>,
    #[schema(max_length = 200)]
    pub reason: String,
    /// The uid of who gets what nobody else is named for.
    pub heir: Option<String>,
}

/// Somebody is going to leave; again: another day, reason or heir. Whoever holds one of the three roles gives it away first.
pub fn leave(tx: &mut DbTx<'_>, directory: &Directory, by: &AccountKeeper, ask: &Leaving) -> Result<views::Departure> {
    by.recheck(directory)?;
    let reason = text::line("reason", &ask.reason, limits::LABEL_CHARACTERS)?;
    let person = shared::org_person_of(tx.conn(), directory.key(), by.person())?;
    if !person.state.is_kept() {
        return Err(Error::NotFound);
    }
    if !person.roles.is_empty() {
        return Err(Error::conflict("holds-a-role"));
    }
    let org = directory.org();
    let heir = ask.heir.as_deref().map(|uid| heir(&org, person.id, uid)).transpose()?;
    let now = tx.now();
    let leaves_at = ask.leaves_at.unwrap_or(now).max(now);
    let ordered_by = by.actor().person().ok_or(Error::NotSignedIn)?;
    let row = Departure::ordered(person.id, leaves_at, reason.clone(), heir, ordered_by, now);
    rows::put(tx.conn(), &row)?;
    if person.state != PersonState::Frozen {
        people_rows::note_state(tx.conn(), person.id, PersonState::Leaving, now)?;
    }
    let event = Event::new(by.actor(), "person.leave", Object::new("person", person.id));
    let event = event.text("uid", person.uid).number("leaves_at", leaves_at.0).text("reason", reason);
    holdfast_audit::record(tx, heir.map_or(event.clone(), |heir| event.text("heir", heir.to_string())));
    show(tx, directory, person.id)?;
    let person = shared::org_person_of(tx.conn(), directory.key(), person.id)?;
    view_of(&directory.org().with_people(vec![person]), &row)
}

/// Who can take something over: listed, staying, and somebody else.
pub(super) fn heir(org: &Org, of: PersonId, uid: &str) -> Result<PersonId> {
    let heir = org.by_uid(uid).filter(|heir| heir.state.is_kept()).ok_or(Error::invalid("heir", "unknown"))?;
    if heir.id == of {
        return Err(Error::invalid("heir", "needs-somebody-else"));
    }
    if heir.state != PersonState::Active {
        return Err(Error::invalid("heir", "not-active"));
    }
    Ok(heir.id)
}
