use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Error, PersonId, Result};
use holdfast_store::{DbTx, Tx};

use super::{Picture, Version, rows};
use crate::{Directory, SystemAdmin, keys, rows as shared};

pub fn set_own(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, picture: &Picture) -> Result<Version> {
    let person = directory.org().active(actor)?.id;
    put(tx, directory, actor, person, picture)
}

pub fn set(tx: &mut DbTx<'_>, directory: &Directory, by: &SystemAdmin, uid: &str, picture: &Picture) -> Result<Version> {
    by.recheck(directory)?;
    let person = kept(directory, uid)?;
    put(tx, directory, by.actor(), person, picture)
}

pub fn remove_own(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor) -> Result<()> {
    let person = directory.org().active(actor)?.id;
    take(tx, directory, actor, person)
}

pub fn remove(tx: &mut DbTx<'_>, directory: &Directory, by: &SystemAdmin, uid: &str) -> Result<()> {
    by.recheck(directory)?;
    let person = kept(directory, uid)?;
    take(tx, directory, by.actor(), person)
}

fn kept(directory: &Directory, uid: &str) -> Result<PersonId> {
    let org = directory.org();
    org.by_uid(uid).filter(|person| person.state.is_kept()).map(|person| person.id).ok_or(Error::NotFound)
}

fn put(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, id: PersonId, picture: &Picture) -> Result<Version> {
    let mac = directory.key().mac(keys::MAC_AVATAR, &picture.0)?;
    let version = Version(u64::from_be_bytes(mac.first_chunk().copied().unwrap_or_default()));
    if directory.org().person(id).is_some_and(|person| person.avatar == Some(version)) {
        return Ok(version);
    }
    let sealed = directory.key().seal(&keys::avatar(id.0, version.0), &picture.0)?;
    let now = tx.now();
    rows::put(tx.conn(), id, version, sealed, now)?;
    let bytes = i64::try_from(picture.0.len()).unwrap_or(i64::MAX);
    holdfast_audit::record(tx, Event::new(actor, "avatar.set", Object::new("person", id)).number("bytes", bytes));
    publish(tx, directory, id)?;
    Ok(version)
}

/// Again: nothing.
fn take(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, id: PersonId) -> Result<()> {
    let now = tx.now();
    if !rows::remove(tx.conn(), id, now)? {
        return Ok(());
    }
    holdfast_audit::record(tx, Event::new(actor, "avatar.remove", Object::new("person", id)));
    publish(tx, directory, id)
}

fn publish(tx: &mut DbTx<'_>, directory: &Directory, id: PersonId) -> Result<()> {
    let person = shared::org_person_of(tx.conn(), directory.key(), id)?;
    directory.publish(tx, move |org| org.with_people(vec![person]));
    Ok(())
}
