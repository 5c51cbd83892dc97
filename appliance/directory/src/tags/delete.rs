use holdfast_audit::{Event, Object};
use holdfast_base::{Error, Result, TagId};
use holdfast_store::DbTx;

use super::{create::publish, rows};
use crate::{Directory, Subject, SystemAdmin};

/// One that a rule of visibility or another tag names stays: what it held would change unnoticed.
pub fn delete(tx: &mut DbTx<'_>, directory: &Directory, by: &SystemAdmin, id: TagId) -> Result<()> {
    by.recheck(directory)?;
    let org = directory.org();
    let subject = Subject::Tag(id);
    let in_rule = org.rules.rules.iter().any(|rule| rule.settings.mentions(subject));
    if in_rule || org.tags().iter().any(|other| other.members.iter().any(|member| member.subject == subject)) {
        return Err(Error::conflict("tag-in-use"));
    }
    if !rows::delete(tx.conn(), id)? {
        return Err(Error::NotFound);
    }
    let event = Event::new(by.actor(), "tag.delete", Object::new("tag", id));
    holdfast_audit::record(tx, event.text("name", subject.name(&org)));
    publish(tx, directory)
}
