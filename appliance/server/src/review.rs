//! Who holds what, of all rooms.

use holdfast_base::{Error, Result};
use holdfast_directory::{
    Reviewer,
    review::{self, Holding, HoldingKind, Review},
};

use crate::rooms::Rooms;

/// Which rows. Everything that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// A uid.
    pub person: Option<String>,
    pub kind: Option<HoldingKind>,
    /// Those that end by themselves.
    pub ending: bool,
    /// Those that were given since the last review.
    pub fresh: bool,
}

/// Kind by kind, each by who holds it.
pub fn holdings(rooms: &Rooms, by: &Reviewer, wanted: &Wanted) -> Result<(Vec<Holding>, Option<Review>)> {
    let (org, last) = (rooms.directory.org(), review::last(&rooms.directory)?);
    let person = wanted.person.as_deref().map(|uid| org.by_uid(uid).ok_or(Error::invalid("person", "unknown"))).transpose()?;
    let person = person.map(|person| person.id);
    let mut all = review::held(&rooms.directory, by)?;
    for owner in org.people().filter(|one| one.state.is_kept() && person.is_none_or(|id| id == one.id)) {
        all.extend(rooms.im.owned(owner.id).into_iter().map(|group| Holding {
            count: Some(group.members as u64),
            since: Some(group.created_at),
            ..Holding::of(&org, HoldingKind::Group, group.id.to_string(), Some(owner.id))
        }));
    }
    let reviewed_at = last.as_ref().map(|last| last.reviewed_at);
    let is_fresh = |one: &Holding| reviewed_at.is_none_or(|at| one.since.is_none_or(|since| since > at));
    all.retain(|one| {
        let whose = person.is_none_or(|id| one.person.as_ref().is_some_and(|holder| holder.id == id));
        let kind = wanted.kind.is_none_or(|kind| kind == one.kind);
        whose && kind && (!wanted.ending || one.until.is_some()) && (!wanted.fresh || is_fresh(one))
    });
    all.sort_by(|a, b| {
        let key = |one: &Holding| (one.kind, one.person.as_ref().map(|person| person.uid.clone()), one.object.clone());
        key(a).cmp(&key(b))
    });
    Ok((all, last))
}
