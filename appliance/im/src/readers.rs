//! Who has read a message, with times, and who has not: exact for any size of group and any age.

use holdfast_base::{ConversationId, Error, PersonId, Result, Timestamp};
use holdfast_store::{Read, View};

use crate::{
    Im, Member, keys,
    rows::{ReadLogRow, Row},
    views::{NonReader, Reader, Readers},
};

impl Im {
    /// Everybody whose window holds the message, also those who have left since; never its sender.
    pub fn readers(&self, by: &Member, seq: u64) -> Result<Readers> {
        if !by.sees(seq) {
            return Err(Error::NotFound);
        }
        let now = by.snapshot();
        let view = self.inner.ledger.view();
        let sender = self.content(&view, now, seq)?.ok_or(Error::NotFound)?.sender;
        let org = self.inner.directory.org();
        let mut readers = Readers { read: Vec::new(), unread: Vec::new() };
        for (person, row) in now.members.ever() {
            if person == sender || !row.held(seq) {
                continue;
            }
            match self.read_at(&view, now.id, person, seq)? {
                Some(at) => readers.read.push(Reader { person: org.reference(person), at }),
                None => readers.unread.push(NonReader { person: org.reference(person) }),
            }
        }
        readers.read.sort_by_key(|reader| (reader.at, reader.person.id));
        Ok(readers)
    }

    /// When this person read it: one seek, since gained ranges are disjoint.
    fn read_at(&self, view: &View, id: ConversationId, person: PersonId, seq: u64) -> Result<Option<Timestamp>> {
        let mut found = None;
        let range = keys::read_log_upto(id, person, seq);
        view.scan(keys::READ_LOG, range, true, &mut |_| Ok(self.inner.key.clone()), &mut |_, value| {
            let row = ReadLogRow::decode(&value)?;
            found = (row.to >= seq).then_some(row.at);
            Ok(false)
        })?;
        Ok(found)
    }

    /// How many others have read it.
    pub(crate) fn reads_of(&self, id: ConversationId, seq: u64, sender: PersonId) -> u64 {
        let state = self.inner.state.read();
        let count = |room: &crate::state::Room| room.reads(seq, seq, |_| Some(sender)).first().copied().unwrap_or(0);
        state.rooms.get(&id).map_or(0, count)
    }
}
