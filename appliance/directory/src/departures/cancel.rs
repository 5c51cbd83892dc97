use holdfast_audit::{Event, Object};
use holdfast_base::{Error, Result};
use holdfast_store::{DbTx, Tx};

use super::rows;
use crate::{
    AccountKeeper, Directory, PersonState,
    people::{
        freeze::{self, show},
        rows as people_rows,
    },
    rows as shared, views,
};

/// The person stays after all. What was handed over meanwhile stays with its heir, and whoever is frozen by now stays so.
pub fn cancel(tx: &mut DbTx<'_>, directory: &Directory, by: &AccountKeeper) -> Result<views::Person> {
    by.recheck(directory)?;
    let row = rows::find(tx.conn(), by.person())?.filter(|row| row.gone_at.is_none()).ok_or(Error::NotFound)?;
    rows::delete(tx.conn(), row.person)?;
    let person = shared::org_person_of(tx.conn(), directory.key(), row.person)?;
    if person.state == PersonState::Leaving {
        let (state, now) = (freeze::standing(tx, &person)?, tx.now());
        people_rows::note_state(tx.conn(), person.id, state, now)?;
    }
    holdfast_audit::record(tx, Event::new(by.actor(), "person.stay", Object::new("person", person.id)));
    show(tx, directory, person.id)
}
