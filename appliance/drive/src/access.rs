//! Who may do what: proofs that the verbs ask for, and what a caller expects to find.

use holdfast_base::{Actor, Error, NodeId, PersonId, Result, SpaceId};
use holdfast_directory::Org;
use holdfast_store::Read;

use crate::{
    Drive, keys,
    records::{self, Entry, Kind, Owner, Place, Space},
    spaces::ConversationSpace,
};

/// What a person is in a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Reader,
    Editor,
    Manager,
}

/// The actor may read this node (and, a folder, everything below).
#[derive(Debug, Clone)]
pub struct Reader {
    pub(crate) actor: Actor,
    pub(crate) role: Role,
    pub(crate) space: SpaceId,
    pub(crate) entry: Entry,
    pub(crate) parent: Option<NodeId>,
}

/// The actor may change this node (and, a folder, everything below). Verbs read the node again on the lane.
#[derive(Debug, Clone)]
pub struct Writer(pub(crate) Reader);

/// The actor may restore or erase what lies in the trash under this node.
#[derive(Debug, Clone)]
pub struct Trashed {
    pub(crate) actor: Actor,
    pub(crate) role: Role,
    pub(crate) space: SpaceId,
    pub(crate) row: records::Trashed,
}

impl Reader {
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    pub fn node(&self) -> NodeId {
        self.entry.id
    }

    pub fn space(&self) -> SpaceId {
        self.space
    }

    pub fn role(&self) -> Role {
        self.role
    }

    pub fn parent(&self) -> Option<NodeId> {
        self.parent
    }

    pub fn is_folder(&self) -> bool {
        self.entry.kind == Kind::Folder
    }

    /// Proof that the actor may change what he may read: `Forbidden` when he may not.
    pub fn writer(self) -> Result<Writer> {
        if self.role < Role::Editor { Err(Error::Forbidden) } else { Ok(Writer(self)) }
    }

    pub(crate) fn folder(&self) -> Result<()> {
        if self.is_folder() { Ok(()) } else { Err(Error::conflict("not-a-folder")) }
    }

    pub(crate) fn file(&self) -> Result<()> {
        if self.is_folder() { Err(Error::conflict("not-a-file")) } else { Ok(()) }
    }
}

impl Writer {
    pub fn reader(&self) -> &Reader {
        &self.0
    }

    pub(crate) fn actor(&self) -> &Actor {
        &self.0.actor
    }
}

impl Drive {
    /// Proof that the actor may read `node`. What may not be seen is `NotFound`.
    pub fn reader(&self, read: &dyn Read, actor: &Actor, node: NodeId) -> Result<Reader> {
        let walk = self.walk(read, node)?;
        let space = self.space_row(read, walk.space)?;
        let org = self.directory().org();
        let person = org.active(actor)?.id;
        let role = role(&org, person, space.owner).ok_or(Error::NotFound)?;
        let place = *walk.places.first().ok_or(Error::NotFound)?;
        let entry = self.entry_at(read, node, place)?;
        Ok(Reader { actor: actor.clone(), role, space: walk.space, entry, parent: walk.ids.get(1).copied() })
    }

    /// Proof that the actor may read the root of this owner's space. `NotFound` also while there is none yet.
    pub fn root(&self, read: &dyn Read, actor: &Actor, owner: Owner) -> Result<Reader> {
        let space = self.space_of(read, owner)?.ok_or(Error::NotFound)?;
        let row = self.space_row(read, space)?;
        let org = self.directory().org();
        let role = role(&org, org.active(actor)?.id, row.owner).ok_or(Error::NotFound)?;
        let entry = self.entry_at(read, row.root, Place::Root { space })?;
        Ok(Reader { actor: actor.clone(), role, space, entry, parent: None })
    }

    /// Proof that the actor may change `node`: `NotFound` when it may not be seen, `Forbidden` when only read.
    pub fn writer(&self, read: &dyn Read, actor: &Actor, node: NodeId) -> Result<Writer> {
        self.reader(read, actor, node)?.writer()
    }

    /// Proof for a node that lies in the trash itself (not only below something there).
    pub fn trashed(&self, read: &dyn Read, actor: &Actor, node: NodeId) -> Result<Trashed> {
        let Place::Trash { space, at } = self.place(read, node)? else {
            return Err(Error::NotFound);
        };
        let row = self.space_row(read, space)?;
        let org = self.directory().org();
        let role = role(&org, org.active(actor)?.id, row.owner).ok_or(Error::NotFound)?;
        if role < Role::Editor {
            return Err(Error::Forbidden);
        }
        let row = self.need(read, keys::TRASH, &keys::trash(space, at, node))?;
        Ok(Trashed { actor: actor.clone(), role, space, row })
    }

    /// Proof that `node` is an attachment in this conversation; that the actor is a member was checked by whoever made `space`.
    pub fn attachment(&self, read: &dyn Read, space: &ConversationSpace, actor: &Actor, node: NodeId) -> Result<Reader> {
        let walk = self.walk(read, node)?;
        if walk.space != space.space {
            return Err(Error::NotFound);
        }
        let (_, entry) = self.entry(read, node)?;
        Ok(Reader { actor: actor.clone(), role: Role::Reader, space: walk.space, entry, parent: walk.ids.get(1).copied() })
    }

    /// May this person see the node now? For hits and events; conversation spaces answer false, `server` asks `im` for those.
    pub fn visible(&self, read: &dyn Read, person: PersonId, node: NodeId) -> Result<bool> {
        let walk = match self.walk(read, node) {
            Err(Error::NotFound) => return Ok(false),
            other => other?,
        };
        let space = self.space_row(read, walk.space)?;
        Ok(role(&self.directory().org(), person, space.owner).is_some())
    }

    /// The space that holds a node, and whose it is. `NotFound` for what is in the trash.
    pub fn home(&self, read: &dyn Read, node: NodeId) -> Result<(SpaceId, Owner)> {
        let walk = self.walk(read, node)?;
        Ok((walk.space, self.space_row(read, walk.space)?.owner))
    }

    /// Whose a space is.
    pub fn owner(&self, read: &dyn Read, space: SpaceId) -> Result<Owner> {
        Ok(self.space_row(read, space)?.owner)
    }

    pub(crate) fn role_in(&self, org: &Org, person: PersonId, space: &Space) -> Option<Role> {
        role(org, person, space.owner)
    }
}

/// The one rule of rights: a personal space is its person's, a department's space is its members' and theirs below it.
fn role(org: &Org, person: PersonId, owner: Owner) -> Option<Role> {
    match owner {
        Owner::Person(owner) => (owner == person).then_some(Role::Manager),
        Owner::Department(department) => {
            (org.department(department).is_some() && org.in_subtree(person, department)).then_some(Role::Editor)
        }
        Owner::Conversation(_) => None,
    }
}

/// An entity-tag condition of RFC 9110 section 13.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    Any,
    /// Without quotes.
    Tags(Vec<String>),
}

impl Match {
    fn holds(&self, entry: Option<&Entry>) -> bool {
        match (self, entry) {
            (_, None) => false,
            (Self::Any, Some(_)) => true,
            (Self::Tags(tags), Some(entry)) => tags.contains(&entry.etag()),
        }
    }
}

/// What the caller believes, checked inside the commit, and the locks that he holds.
#[derive(Debug, Clone, Default)]
pub struct Expect {
    pub if_match: Option<Match>,
    pub if_none_match: Option<Match>,
    /// Lock tokens that came with the request.
    pub tokens: Vec<String>,
}

impl Expect {
    pub(crate) fn check(&self, entry: Option<&Entry>) -> Result<()> {
        let wanted = self.if_match.as_ref().is_none_or(|tags| tags.holds(entry));
        let unwanted = self.if_none_match.as_ref().is_some_and(|tags| tags.holds(entry));
        if wanted && !unwanted { Ok(()) } else { Err(Error::PreconditionFailed) }
    }
}
