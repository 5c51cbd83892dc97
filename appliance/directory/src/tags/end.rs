use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, RequestId, Result, TagId, Timestamp};
use holdfast_store::{DbTx, Tx};

use super::{create::publish, rows};
use crate::{Directory, Org, Subject, TagMember};

/// Takes out the members whose time is over; one entry for each. True when there were some. What has ended counts no more
/// from the next snapshot on, whether this came first or a change did.
pub fn sweep(directory: &Directory) -> Result<bool> {
    let world = directory.world();
    // From memory, since it is asked all the time.
    if over(&directory.org(), world.now()).next().is_none() {
        return Ok(false);
    }
    let by = Actor::system(RequestId(world.uuid()), world.now());
    Ok(directory.db().write(|tx| end(tx, directory, &by))?.value)
}

fn end(tx: &mut DbTx<'_>, directory: &Directory, by: &Actor) -> Result<bool> {
    let org = directory.org();
    let mut any = false;
    for (id, subject) in over(&org, tx.now()) {
        any |= rows::delete_member(tx.conn(), id, subject)?;
        let event = Event::new(by, "tag.end-member", Object::new("tag", id));
        holdfast_audit::record(tx, event.text("member", subject.to_string()));
    }
    publish(tx, directory)?;
    Ok(any)
}

fn over(org: &Org, now: Timestamp) -> impl Iterator<Item = (TagId, Subject)> + '_ {
    let is_over = move |member: &&TagMember| member.until.is_some_and(|until| until <= now);
    org.tags().iter().flat_map(move |tag| tag.members.iter().filter(is_over).map(|member| (tag.id, member.subject)))
}
