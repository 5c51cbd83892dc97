//! What a person may find, computed for each search from what the slices say now.

use std::collections::HashSet;

use holdfast_base::{ConversationId, PersonId, Result, SpaceId};
use holdfast_drive::{Content, Owner};
use holdfast_search::Allowed;

use super::{SearchRoom, limits, texts::Known};

/// Containers of one person.
pub(crate) struct Reach {
    pub(crate) conversations: HashSet<ConversationId>,
    pub(crate) messages: Allowed,
    pub(crate) files: Allowed,
}

impl SearchRoom {
    pub(crate) fn reach(&self, person: PersonId) -> Result<Reach> {
        let inner = &self.inner;
        let conversations: HashSet<ConversationId> = inner.im.containers_of(person).into_iter().collect();
        let mut messages: Allowed = conversations.iter().filter_map(|id| u32::try_from(id.0).ok()).collect();
        for id in &conversations {
            // Who left between the two questions sees nothing of it.
            messages.since(id.0, inner.im.visible_from(person, *id).unwrap_or(u64::MAX));
        }
        let mut spaces = inner.drive.containers_of(&inner.ledger.view(), person)?;
        let attachments = inner.attachments.read();
        spaces.extend(conversations.iter().filter_map(|id| attachments.get(id)));
        let files = spaces.iter().filter_map(|space| u32::try_from(space.0).ok()).collect();
        Ok(Reach { conversations, messages, files })
    }

    /// The conversation whose attachments this space holds.
    pub(crate) fn conversation_of(&self, space: SpaceId) -> Option<ConversationId> {
        self.inner.attachments.read().iter().find(|(_, held)| **held == space).map(|(id, _)| *id)
    }

    /// The spaces that `in:` means: of these conversations and owners.
    pub(crate) fn spaces_of(&self, owners: impl IntoIterator<Item = Owner>) -> Result<Vec<SpaceId>> {
        let view = self.inner.ledger.view();
        let mut spaces = Vec::new();
        for owner in owners {
            spaces.extend(self.inner.drive.space_of(&view, owner)?);
        }
        Ok(spaces)
    }

    /// The text that was read from this content, for a snippet; while somebody types only its beginning, so that a book does not
    /// hold up the next letter.
    pub(crate) fn text_of(&self, content: &Content, typing: bool) -> Result<Option<String>> {
        let (texts, most) = (&self.inner.texts, if typing { limits::TYPED_TEXT_BYTES } else { usize::MAX });
        Ok(match texts.get_within(texts.token(content)?, most)? {
            Some(Known::Text(text)) => Some(text),
            Some(Known::None) | None => None,
        })
    }
}
