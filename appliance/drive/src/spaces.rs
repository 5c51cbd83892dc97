//! Spaces: one for each person, department and conversation, made when it is first needed.

use holdfast_audit::{Event, Object, record};
use holdfast_base::{Actor, ConversationId, NodeId, PersonId, Result, SpaceId};
use holdfast_store::{Committed, LedgerTx, Read, Tx};

use crate::{
    Drive, Writer,
    access::{Reader, Role},
    keys, limits,
    records::{self, Entry, Kind, Owner, Place},
    tree::stamp,
    views,
};

/// Proof that the caller may use a conversation's space: `server` makes it after `im` has said that the actor is a member.
#[derive(Debug, Clone, Copy)]
pub struct ConversationSpace {
    pub(crate) space: SpaceId,
    pub(crate) root: NodeId,
}

impl ConversationSpace {
    pub fn space(&self) -> SpaceId {
        self.space
    }
}

impl Drive {
    /// The spaces of a person: the own one first, then the departments', from the person's own up to the root.
    /// Those that are missing are made; `None` as the second value: nothing had to be made, nothing to settle.
    pub fn spaces(&self, actor: &Actor) -> Result<(Vec<views::Space>, Option<Committed<()>>)> {
        let owners = self.owners(actor)?;
        let view = self.ledger().view();
        let mut made = None;
        if owners.iter().map(|&owner| self.space_of(&view, owner)).collect::<Result<Vec<_>>>()?.contains(&None) {
            let (drive, actor) = (self.clone(), actor.clone());
            made = Some(self.ledger().write(move |tx| {
                for owner in drive.owners(&actor)? {
                    drive.ensure_space(tx, &actor, owner)?;
                }
                Ok(())
            })?);
        }
        let view = self.ledger().view();
        let person = self.directory().org().active(actor)?.id;
        let mut spaces = Vec::new();
        for owner in owners {
            if let Some(space) = self.space_of(&view, owner)? {
                spaces.push(self.space_view(&view, person, space)?);
            }
        }
        Ok((spaces, made))
    }

    /// The person's spaces were all there under the organisation as it is now: nothing has to be made. From memory, since
    /// every request of the WebDAV door asks; a space is never removed.
    pub fn has_spaces(&self, actor: &Actor) -> bool {
        let epoch = self.directory().org().epoch;
        actor.person().is_some_and(|person| self.spaces_seen().lock().get(&person) == Some(&epoch))
    }

    /// They were, under the organisation of `epoch`.
    pub fn saw_spaces(&self, person: PersonId, epoch: u64) {
        let mut seen = self.spaces_seen().lock();
        if seen.len() >= limits::SPACES_SEEN {
            seen.clear();
        }
        seen.insert(person, epoch);
    }

    fn owners(&self, actor: &Actor) -> Result<Vec<Owner>> {
        let org = self.directory().org();
        let person = org.active(actor)?.id;
        let departments = org.departments_above(person).into_iter().map(Owner::Department);
        Ok(std::iter::once(Owner::Person(person)).chain(departments).collect())
    }

    /// One space as the actor sees it.
    pub fn space(&self, read: &dyn Read, actor: &Actor, space: SpaceId) -> Result<views::Space> {
        let row = self.space_row(read, space)?;
        let person = self.directory().org().active(actor)?.id;
        self.reader(read, actor, row.root)?;
        self.space_view(read, person, space)
    }

    /// Container ids of all spaces that a person may read, for search. Conversation spaces are not among them.
    pub fn containers_of(&self, read: &dyn Read, person: PersonId) -> Result<Vec<SpaceId>> {
        let org = self.directory().org();
        let departments = org.departments_above(person).into_iter().map(Owner::Department);
        let mut spaces = Vec::new();
        for owner in std::iter::once(Owner::Person(person)).chain(departments) {
            if let Some(space) = self.space_of(read, owner)?
                && self.role_in(&org, person, &self.space_row(read, space)?).is_some()
            {
                spaces.push(space);
            }
        }
        Ok(spaces)
    }

    /// The space of a person, department or conversation, where there is one already.
    pub fn space_of(&self, read: &dyn Read, owner: Owner) -> Result<Option<SpaceId>> {
        self.get(read, keys::OWNED, &keys::owned(owner))
    }

    /// The space of a conversation, made if it is missing. The caller has checked that the actor is a member.
    pub fn conversation_space(
        &self,
        tx: &mut LedgerTx<'_>,
        actor: &Actor,
        conversation: ConversationId,
    ) -> Result<ConversationSpace> {
        let space = self.ensure_space(tx, actor, Owner::Conversation(conversation))?;
        Ok(ConversationSpace { space, root: self.space_row(tx, space)?.root })
    }

    /// The same for reading: `None` while nothing was ever attached there.
    pub fn find_conversation_space(&self, read: &dyn Read, conversation: ConversationId) -> Result<Option<ConversationSpace>> {
        match self.space_of(read, Owner::Conversation(conversation))? {
            Some(space) => Ok(Some(ConversationSpace { space, root: self.space_row(read, space)?.root })),
            None => Ok(None),
        }
    }

    /// The folder that attachments go to.
    pub fn attachments(&self, read: &dyn Read, space: &ConversationSpace, actor: &Actor) -> Result<Writer> {
        let (_, entry) = self.entry(read, space.root)?;
        Ok(Writer(Reader { actor: actor.clone(), role: Role::Editor, space: space.space, entry, parent: None }))
    }

    pub(crate) fn ensure_space(&self, tx: &mut LedgerTx<'_>, actor: &Actor, owner: Owner) -> Result<SpaceId> {
        if let Some(space) = self.space_of(tx, owner)? {
            return Ok(space);
        }
        let space = SpaceId(tx.next_id(keys::NEXT_SPACE)?);
        let root = NodeId(tx.next_id(keys::NEXT_NODE)?);
        let now = tx.now();
        let row = records::Space { owner, root, quota_bytes: None, trash_bytes: 0, trash_history_bytes: 0, created_at: now };
        let place = Place::Root { space };
        self.set(tx, keys::SPACE, &space.to_be_bytes(), &row)?;
        self.set(tx, keys::OWNED, &keys::owned(owner), &space)?;
        self.set(tx, keys::NODE, &root.to_be_bytes(), &place)?;
        let entry = folder_entry(root, String::new(), stamp(tx), now, None);
        self.set_entry(tx, place, &entry)?;
        let (kind, id) = match owner {
            Owner::Person(id) => ("personal", id.0),
            Owner::Department(id) => ("department", id.0),
            Owner::Conversation(id) => ("conversation", id.0),
        };
        record(
            tx,
            Event::new(actor, "space.create", Object::new("space", space)).text("kind", kind).text("owner", id.to_string()),
        );
        Ok(space)
    }
}

pub(crate) fn folder_entry(id: NodeId, name: String, stamp: u64, now: holdfast_base::Timestamp, by: Option<PersonId>) -> Entry {
    Entry {
        id,
        kind: Kind::Folder,
        name,
        size: 0,
        history: 0,
        stamp,
        created_at: now,
        changed_at: now,
        changed_by: by,
        version: 0,
        media: None,
        sha256: None,
        children: 0,
        height: 0,
        properties: false,
    }
}
