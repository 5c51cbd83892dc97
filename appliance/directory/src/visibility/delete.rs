use holdfast_audit::{Event, Object};
use holdfast_base::{Error, Result, RuleId};
use holdfast_store::DbTx;

use super::{
    create::{publish, written},
    rows,
};
use crate::{Directory, SecurityAdmin};

/// One whose row does not authenticate goes too: that is the way out of it.
pub fn delete(tx: &mut DbTx<'_>, directory: &Directory, by: &SecurityAdmin, id: RuleId) -> Result<()> {
    by.recheck(directory)?;
    let org = directory.org();
    if !rows::delete(tx.conn(), id)? {
        return Err(Error::NotFound);
    }
    let known = org.rules.rules.iter().find(|rule| rule.id == id);
    let event = Event::new(by.actor(), "visibility.delete", Object::new("visibility-rule", id));
    let event = known.map_or(event.clone(), |rule| event.text("settings", written(&rule.settings)));
    holdfast_audit::record(tx, event);
    publish(tx, directory)
}
