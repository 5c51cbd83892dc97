//! What others learn, after durability and in commit order.

use std::sync::Arc;

use holdfast_base::{CommitNo, ConversationId, PersonId};

use crate::{state::Members, views::Event};

/// One event for everybody who may see it. Nothing in it depends on the receiver, so one encoded frame serves all.
#[derive(Clone)]
pub struct Published {
    pub g: CommitNo,
    pub conversation: ConversationId,
    pub to: Recipients,
    pub event: Arc<Event>,
}

/// Who may see it.
#[derive(Clone)]
pub enum Recipients {
    /// The members at the instant of the commit who may see this message (all of them where there is no number).
    Members(Audience),
    /// This person's own devices.
    Person(PersonId),
}

#[derive(Clone)]
pub struct Audience {
    pub(crate) members: Arc<Members>,
    pub(crate) seq: Option<u64>,
}

impl Recipients {
    pub fn includes(&self, person: PersonId) -> bool {
        match self {
            Self::Person(only) => *only == person,
            Self::Members(audience) => audience.includes(person),
        }
    }

    /// At most this many people.
    pub fn at_most(&self) -> usize {
        match self {
            Self::Person(_) => 1,
            Self::Members(audience) => audience.members.count(),
        }
    }

    /// Everybody, for a caller that holds fewer recipients than connections.
    pub fn for_each(&self, mut f: impl FnMut(PersonId)) {
        match self {
            Self::Person(only) => f(*only),
            Self::Members(audience) => {
                audience.members.present().filter(|(person, _)| audience.includes(*person)).for_each(|(person, _)| f(person));
            }
        }
    }
}

impl Audience {
    fn includes(&self, person: PersonId) -> bool {
        self.members.window(person).is_some_and(|window| self.seq.is_none_or(|seq| window.holds(seq)))
    }
}
