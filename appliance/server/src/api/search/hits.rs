//! Hits, confirmed and filled in by the slices that own them. What may not be seen after all is left out: somebody left, or
//! something was recalled, between the index and now.

use holdfast_base::{Actor, ConversationId, Error, NodeId, PersonId, Result, SpaceId};
use holdfast_directory::{Sight, people};
use holdfast_im::Member;
use holdfast_search::{Class, Field, NameHit, NameKind, highlight, snippet};
use holdfast_store::View;

use super::{
    ask::Ask,
    views::{FoundMessage, Hit, Matched},
};
use crate::rooms::Rooms;

pub(super) struct Filler<'a> {
    rooms: &'a Rooms,
    actor: &'a Actor,
    ask: &'a Ask,
    /// The question is not finished yet.
    typing: bool,
    sight: &'a Sight,
    view: View,
}

impl<'a> Filler<'a> {
    pub(super) fn new(rooms: &'a Rooms, actor: &'a Actor, ask: &'a Ask, sight: &'a Sight, typing: bool) -> Self {
        Self { rooms, actor, ask, typing, sight, view: rooms.ledger.view() }
    }

    pub(super) fn name(&self, hit: &NameHit) -> Result<Option<Hit>> {
        match hit.key.kind {
            NameKind::Person => Ok(self.person(hit)),
            NameKind::Conversation => self.conversation(hit),
            NameKind::Department => Ok(None),
        }
    }

    pub(super) fn content(&self, hit: &holdfast_search::Hit) -> Result<Option<Hit>> {
        match hit.class {
            Class::Message => self.message(ConversationId(hit.key.object), hit.key.part),
            Class::File => self.file(NodeId(hit.key.object)),
        }
    }

    fn person(&self, hit: &NameHit) -> Option<Hit> {
        let seen = self.sight.person(PersonId(hit.key.id)).filter(|seen| seen.person().state.is_listed())?;
        let person = people::view(&seen);
        let ranges = match hit.field {
            Field::Name | Field::Uid => hit.ranges.clone(),
            Field::Pinyin | Field::Initials => in_pinyin(&person.name, &person.pinyin, hit),
        };
        Some(Hit::People { person, matched: Matched { field: hit.field.name(), ranges } })
    }

    fn conversation(&self, hit: &NameHit) -> Result<Option<Hit>> {
        let conversation =
            seen(self.rooms.im.member(self.actor, ConversationId(hit.key.id)).and_then(|by| self.rooms.im.conversation(&by)))?;
        Ok(conversation
            .map(|conversation| Hit::Conversations { conversation: Box::new(conversation), ranges: hit.ranges.clone() }))
    }

    fn message(&self, id: ConversationId, seq: u64) -> Result<Option<Hit>> {
        let im = &self.rooms.im;
        let Some(member) = seen(im.member(self.actor, id))?.filter(|member| member.sees(seq)) else { return Ok(None) };
        let Some(found) = im.message_text(&self.view, id, seq)? else { return Ok(None) };
        // Whoever wrote in a conversation stays named there.
        let Some(sender) = self.sight.org().person(found.sender) else { return Ok(None) };
        let conversation_title = self.title(&member)?;
        let message = FoundMessage { conversation: id, seq, at: found.at, sender: sender.reference() };
        let snippet = snippet(&found.text, &self.ask.query).into();
        Ok(Some(Hit::Messages { message, conversation_title, snippet }))
    }

    fn file(&self, node: NodeId) -> Result<Option<Hit>> {
        let drive = &self.rooms.drive;
        let Some((space, _)) = seen(drive.home(&self.view, node))? else { return Ok(None) };
        let conversation = self.rooms.search.conversation_of(space);
        let reader = match conversation {
            Some(conversation) => self.attachment(conversation, space, node)?,
            None => seen(drive.reader(&self.view, self.actor, node))?,
        };
        let Some(reader) = reader else { return Ok(None) };
        let mut detail = drive.detail(&self.view, &reader)?;
        // A conversation's space has no name of its own.
        if let (Some(id), Some(top)) = (conversation, detail.path.first_mut()) {
            top.name = self.title(&self.rooms.im.member(self.actor, id)?)?;
        }
        let query = &self.ask.query;
        let text = self.rooms.search.text_of(&drive.open_content(&self.view, &reader, None)?, self.typing)?;
        let snippet = text.map(|text| snippet(&text, query)).filter(|snippet| !snippet.ranges.is_empty()).map(Into::into);
        let ranges = highlight(&detail.node.name, query);
        Ok(Some(Hit::Files { node: detail.node, path: detail.path, conversation, ranges, snippet }))
    }

    /// The group's title, or the other one's name.
    fn title(&self, member: &Member) -> Result<String> {
        match self.rooms.im.title(member.conversation()) {
            Some(title) => Ok(title),
            None => Ok(self.rooms.im.conversation(member)?.peer.map(|peer| peer.name).unwrap_or_default()),
        }
    }

    fn attachment(&self, conversation: ConversationId, space: SpaceId, node: NodeId) -> Result<Option<holdfast_drive::Reader>> {
        if seen(self.rooms.im.member(self.actor, conversation))?.is_none() {
            return Ok(None);
        }
        let held = self.rooms.drive.find_conversation_space(&self.view, conversation)?.filter(|held| held.space() == space);
        held.map_or(Ok(None), |held| seen(self.rooms.drive.attachment(&self.view, &held, self.actor, node)))
    }
}

/// What is not there, or not for this person, is no hit; any other refusal is one of the whole search.
fn seen<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Ranges of a name as ranges of its pinyin, syllable by syllable; none where the two do not go together.
fn in_pinyin(name: &str, pinyin: &str, hit: &NameHit) -> Vec<[u32; 2]> {
    let syllables: Vec<&str> = pinyin.split(' ').collect();
    if syllables.len() != name.chars().count() || !name.chars().all(|c| c.len_utf16() == 1) || !pinyin.is_ascii() {
        return Vec::new();
    }
    let mut starts = Vec::with_capacity(syllables.len());
    let mut at = 0_u32;
    for syllable in &syllables {
        let length = u32::try_from(syllable.len()).unwrap_or(0);
        starts.push([at, at + length]);
        at += length + 1;
    }
    let mut ranges = Vec::new();
    for [from, to] in &hit.ranges {
        let Some(inside) = starts.get(*from as usize..*to as usize) else { continue };
        let shown = |[from, to]: &[u32; 2]| [*from, if hit.field == Field::Initials { *to.min(&(from + 1)) } else { *to }];
        ranges.extend(inside.iter().map(shown));
    }
    ranges
}

#[cfg(test)]
mod tests {
    use holdfast_search::NameKey;

    use super::*;

    #[test]
    fn marks_syllables_of_the_characters_that_were_found() {
        let hit = |field, ranges: &[[u32; 2]]| NameHit {
            key: NameKey { kind: NameKind::Person, id: 1 },
            field,
            ranges: ranges.to_vec(),
            score: 1,
        };
        assert_eq!(in_pinyin("欧阳震华", "ou yang zhen hua", &hit(Field::Pinyin, &[[2, 4]])), [[8, 12], [13, 16]]);
        assert_eq!(in_pinyin("王伟", "wang wei", &hit(Field::Initials, &[[0, 2]])), [[0, 1], [5, 6]]);
        assert_eq!(in_pinyin("Alice Chen", "alice chen", &hit(Field::Pinyin, &[[0, 5]])), Vec::<[u32; 2]>::new());
    }
}
