use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Error, PersonId, Result};
use holdfast_store::{DbTx, Tx};

use super::rows;
use crate::{Directory, PersonState, app_passwords, import, people::freeze::to_state, rows as shared};

/// The person's space is being shredded, by this number; `None`: that one came to nothing and another is asked for.
pub fn begin_erasure(tx: &mut DbTx<'_>, id: PersonId, shred: Option<u64>) -> Result<()> {
    let mut row = rows::find(tx.conn(), id)?.filter(|row| row.gone_at.is_some()).ok_or(Error::NotFound)?;
    row.shred = shred;
    row.waits_for = None;
    rows::put(tx.conn(), &row)
}

/// The tombstone: number and uid stay, so that neither is given out again; everything else that any table has of the person is
/// gone with this transaction. Their sessions have ended already and are swept by the server. Again: nothing.
pub fn erase(tx: &mut DbTx<'_>, directory: &Directory, by: &Actor, id: PersonId) -> Result<bool> {
    let now = tx.now();
    let due = rows::find(tx.conn(), id)?.is_some_and(|row| row.erase_at.is_some_and(|at| at <= now));
    let person = shared::org_person_of(tx.conn(), directory.key(), id)?;
    if !due || person.state != PersonState::Gone {
        return Ok(false);
    }
    let reports = rows::reports(tx.conn(), id, usize::MAX)?;
    app_passwords::forget_all(tx, directory, id)?;
    import::forget_old(tx.conn(), now)?;
    rows::forget_everything(tx.conn(), id)?;
    holdfast_audit::record(tx, Event::new(by, "person.erase", Object::new("person", id)).text("uid", person.uid));
    to_state(tx, directory, id, PersonState::Erased)?;
    // Nobody is led by somebody who is not there.
    let mut led = Vec::with_capacity(reports.len());
    for report in reports {
        led.push(shared::org_person_of(tx.conn(), directory.key(), report)?);
    }
    directory.publish(tx, move |org| org.with_people(led));
    Ok(true)
}
