//! Sessions: an opaque token of 256 random bits, of which only the HMAC is kept; a record in the ledger; a map in memory.
//!
//! A session ends when it is closed, idle, too old, or when its person's epoch has grown (freeze, password change).
//! The last is a comparison with the snapshot at every use, so it counts at once and at every door.

mod end;
mod live;
mod open;
mod record;

use holdfast_base::{Error, PersonId, Result, SessionId};

pub use end::{end, end_others};
pub use open::{Attempt, Opened, open};

pub(crate) use live::{Live, write_carried};
pub(crate) use open::begin;

use crate::{Directory, views};

/// Who a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    pub person: PersonId,
    pub session: SessionId,
    /// The password was set by somebody else: the person may only change it.
    pub must_change_password: bool,
}

/// From memory alone, in microseconds.
pub(crate) fn resolve(directory: &Directory, token: &str) -> Result<Resolved> {
    let key = record::token_key(directory.key(), token)?.ok_or(Error::NotSignedIn)?;
    let session = directory.sessions().find(&key).ok_or(Error::NotSignedIn)?;
    let world = directory.world();
    if !session.stands(&directory.org(), world.clock.boot()) {
        return Err(Error::NotSignedIn);
    }
    if session.touch(world) {
        live::write_seen(directory, &session);
    }
    Ok(session.resolved())
}

/// The person's own sessions, the one seen last first.
pub fn list(directory: &Directory, person: PersonId, current: Option<SessionId>) -> views::Page<views::SessionView> {
    let (org, boot) = (directory.org(), directory.world().clock.boot());
    let mut items: Vec<_> =
        directory.sessions().of(person).iter().filter(|s| s.stands(&org, boot)).map(|s| s.view(current)).collect();
    items.sort_by_key(|session| std::cmp::Reverse((session.seen_at, session.id)));
    views::Page::whole(items)
}

/// Of everybody, those that have ended by themselves and are not swept yet too.
pub(crate) fn ids(directory: &Directory) -> Vec<SessionId> {
    directory.sessions().all().iter().map(|session| session.id()).collect()
}

/// Drops sessions that have ended by themselves, from memory and ledger. A job of the server calls it every few minutes.
pub fn sweep(directory: &Directory) {
    live::sweep(directory);
}
