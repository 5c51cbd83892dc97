//! Sessions: an opaque token of 256 random bits, of which only the HMAC is kept; a record in the ledger; a map in memory.
//!
//! A session ends when it is closed, idle, too old, or when its person's epoch has grown (freeze, password change).
//! The last is a comparison with the snapshot at every use, so it counts at once and at every door.

mod end;
mod live;
mod open;
mod prove;
mod record;
mod sign_ins;
mod verify;

use holdfast_base::{Error, PersonId, Result, SessionId};

pub use end::{end, end_all, end_others};
pub use open::{Attempt, Opened, open};
pub use prove::{Shown, prove};
pub use sign_ins::sign_ins;
pub use verify::{Verified, verify};

pub(crate) use live::{Live, write_carried};
pub(crate) use open::{Passed, begin, lacks};
pub(crate) use prove::raise;
pub(crate) use verify::Verifier;

use crate::{AccountKeeper, Directory, sign_in_policy::Factor, views};

/// Who a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    pub person: PersonId,
    pub session: SessionId,
    /// The password was set by somebody else, or is too old: the person may only change it.
    pub must_change_password: bool,
    /// What is asked of the person, and they had none when they signed in: they may only make one.
    pub lacks: Option<Factor>,
    /// They have shown who they are within [`crate::limits::PROOF_LIFETIME`].
    pub proved: bool,
}

/// From memory alone, in microseconds.
pub(crate) fn resolve(directory: &Directory, token: &str) -> Result<Resolved> {
    let key = record::token_key(directory.key(), token)?.ok_or(Error::NotSignedIn)?;
    let session = directory.sessions().find(&key).ok_or(Error::NotSignedIn)?;
    let (world, boot) = (directory.world(), directory.world().clock.boot());
    if !session.stands(&directory.org(), boot) {
        return Err(Error::NotSignedIn);
    }
    if session.touch(world) {
        live::write_seen(directory, &session);
    }
    Ok(session.resolved(boot))
}

/// The person's own sessions, the one seen last first.
pub fn list(directory: &Directory, person: PersonId, current: Option<SessionId>) -> views::Page<views::SessionView> {
    let (org, boot) = (directory.org(), directory.world().clock.boot());
    let mut items: Vec<_> =
        directory.sessions().of(person).iter().filter(|s| s.stands(&org, boot)).map(|s| s.view(current)).collect();
    items.sort_by_key(|session| std::cmp::Reverse((session.seen_at, session.id)));
    views::Page::whole(items)
}

/// The sessions of an account, for its keeper.
pub fn list_of(directory: &Directory, by: &AccountKeeper) -> views::Page<views::SessionView> {
    list(directory, by.person(), None)
}

/// What this session still asks of its person: a new password, something more than one.
pub(crate) fn asks(directory: &Directory, id: Option<SessionId>) -> (bool, Option<Factor>) {
    let session = id.and_then(|id| directory.sessions().get(id));
    session.map_or((false, None), |session| (session.must_change_password(), session.proof().lacks))
}

/// Of everybody, those that have ended by themselves and are not swept yet too.
pub(crate) fn ids(directory: &Directory) -> Vec<SessionId> {
    directory.sessions().all().iter().map(|session| session.id()).collect()
}

/// Drops sessions that have ended by themselves, from memory and ledger. A job of the server calls it every few minutes.
pub fn sweep(directory: &Directory) {
    live::sweep(directory);
}
