//! Who may enter. A verb takes a proof, and only this file makes proofs; on the commit lane each verb has its proof checked
//! again, since a person may have been frozen or removed while the request waited.

use std::sync::Arc;

use holdfast_base::{Actor, ConversationId, Error, PersonId, Result};
use holdfast_store::LedgerTx;

use crate::{
    Im,
    published::{Audience, Recipients},
    rows::Window,
    state::Snapshot,
    views::Kind,
};

/// An active person in a conversation, as of `Im::member`.
#[derive(Clone)]
pub struct Member {
    actor: Actor,
    person: PersonId,
    now: Arc<Snapshot>,
    window: Window,
}

/// A member who owns the group.
#[derive(Clone)]
pub struct Owner(Member);

impl Im {
    /// `NotFound` for strangers, whether the conversation exists or not; `NotSignedIn` when no longer active.
    pub fn member(&self, actor: &Actor, conversation: ConversationId) -> Result<Member> {
        let person = self.active(actor)?;
        let now = self.snapshot(conversation).ok_or(Error::NotFound)?;
        let window = *now.members.window(person).ok_or(Error::NotFound)?;
        Ok(Member { actor: actor.clone(), person, now, window })
    }

    /// For whoever looks after rights: is there a conversation with this number?
    pub fn is_there(&self, conversation: ConversationId) -> bool {
        self.snapshot(conversation).is_some()
    }

    /// The actor's person, when active.
    pub(crate) fn active(&self, actor: &Actor) -> Result<PersonId> {
        Ok(self.inner.directory.org().active(actor)?.id)
    }
}

impl Member {
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    pub fn person(&self) -> PersonId {
        self.person
    }

    pub fn conversation(&self) -> ConversationId {
        self.now.id
    }

    /// How many are in the conversation.
    pub fn members(&self) -> usize {
        self.now.members.count()
    }

    /// Everybody who is in the conversation, for what is told and not stored.
    pub fn audience(&self) -> Recipients {
        Recipients::Members(Audience { members: self.now.members.clone(), seq: None })
    }

    /// May this member see the message with this number?
    pub fn sees(&self, seq: u64) -> bool {
        self.window.holds(seq) && seq <= self.now.head_seq
    }

    /// `Forbidden` for other members of a group; a direct conversation has no owner.
    pub fn owner(self) -> Result<Owner> {
        if self.now.kind == Kind::Direct {
            return Err(Error::conflict("direct-conversation"));
        }
        if self.now.owner != Some(self.person) {
            return Err(Error::Forbidden);
        }
        Ok(Owner(self))
    }

    pub(crate) fn snapshot(&self) -> &Arc<Snapshot> {
        &self.now
    }

    pub(crate) fn window(&self) -> &Window {
        &self.window
    }

    /// The same proof at the instant of the commit, with the conversation as the transaction sees it.
    pub(crate) fn again(&self, im: &Im, tx: &LedgerTx<'_>) -> Result<(Arc<Snapshot>, Window)> {
        im.active(&self.actor)?;
        let now = im.lane_conversation(tx, self.now.id).ok_or(Error::NotFound)?;
        let window = *now.members.window(self.person).ok_or(Error::NotFound)?;
        Ok((now, window))
    }
}

impl Owner {
    pub fn member(&self) -> &Member {
        &self.0
    }

    pub(crate) fn again(&self, im: &Im, tx: &LedgerTx<'_>) -> Result<Arc<Snapshot>> {
        let (now, _) = self.0.again(im, tx)?;
        if now.owner != Some(self.0.person) {
            return Err(Error::Forbidden);
        }
        Ok(now)
    }
}
