//! What lives in memory, read back from the rows at a start. Bodies stay closed; only titles are opened.

use std::{collections::HashMap, sync::Arc};

use holdfast_base::{ConversationId, Error, PersonId, Result};
use holdfast_store::{Read, View};

use crate::{
    Im,
    content::title_place,
    keys,
    rows::{ConversationRow, FloorRow, MemberRow, MessageRow, ReadRow, Row, SettingsRow},
    state::{Members, Room, Snapshot, State},
};

impl Im {
    pub(crate) fn load(&self) -> Result<()> {
        let head = self.inner.ledger.head();
        let view = self.inner.ledger.view();
        let mut state = State { applied: head.0, ..State::default() };
        if let Some(bytes) = view.get(keys::META, keys::FLOOR, &self.inner.key)? {
            state.floor = FloorRow::decode(&bytes)?.g;
        }
        let mut members = self.load_members(&view)?;
        self.each(&view, keys::CONVERSATION, &mut |key, row: ConversationRow| {
            let id = ConversationId(keys::part(key, 0));
            let now = self.restore(id, row, members.remove(&id).unwrap_or_default())?;
            state.rooms.insert(id, Room { now: Arc::new(now), marks: HashMap::new(), own: HashMap::new() });
            Ok(())
        })?;
        for (id, room) in &state.rooms {
            for (person, _) in room.now.members.present() {
                state.lists.entry(person).or_default().insert(*id);
            }
        }
        self.load_messages(&view, &mut state)?;
        self.load_marks(&view, &mut state)?;
        self.load_log_heads(&view, &mut state)?;
        *self.inner.state.write() = state;
        Ok(())
    }

    fn load_members(&self, view: &View) -> Result<HashMap<ConversationId, Members>> {
        let mut found: HashMap<ConversationId, Members> = HashMap::new();
        self.each(view, keys::MEMBER, &mut |key, row: MemberRow| {
            found.entry(ConversationId(keys::part(key, 0))).or_default().put(PersonId(keys::part(key, 1)), row);
            Ok(())
        })?;
        Ok(found)
    }

    fn restore(&self, id: ConversationId, row: ConversationRow, members: Members) -> Result<Snapshot> {
        let mut now = Snapshot {
            id,
            kind: row.kind,
            title: None,
            title_g: 0,
            title_key: 0,
            owner: row.owner,
            keys: row.keys.into(),
            created_at: row.created_at,
            created_by: row.created_by,
            created_g: row.created_g,
            head_seq: 0,
            active_g: row.created_g,
            last_g: row.created_g,
            last_n: 0,
            members: Arc::new(members),
            last: Arc::default(),
        };
        if let Some(title) = row.title {
            let key = match self.data_key(crate::content::data_key_of(&now, title.key)?) {
                // Shredded since this copy of the ledger was made.
                Err(Error::Gone) => return Ok(now),
                key => key?,
            };
            let text = String::from_utf8(key.open(&title_place(id, title.g), &title.sealed)?);
            now.title = Some(text.map_err(Error::internal("read a title"))?.into());
            now.title_g = title.g;
            now.title_key = title.key;
        }
        Ok(now)
    }

    /// Heads, and who wrote what: one pass over the headers.
    fn load_messages(&self, view: &View, state: &mut State) -> Result<()> {
        let mut heads: HashMap<ConversationId, (u64, u64)> = HashMap::new();
        self.each(view, keys::MESSAGE, &mut |key, row: MessageRow| {
            let (id, seq) = (ConversationId(keys::part(key, 0)), keys::part(key, 1));
            let room = state.rooms.get_mut(&id).ok_or_else(|| Error::broken("find the conversation of a message"))?;
            room.own.entry(row.sender).or_default().insert(seq);
            heads.insert(id, (seq, row.g));
            Ok(())
        })?;
        for (id, (seq, g)) in heads {
            if let Some(room) = state.rooms.get_mut(&id) {
                let now = Arc::make_mut(&mut room.now);
                now.head_seq = seq;
                now.active_g = g;
                now.last_g = now.last_g.max(g);
            }
        }
        Ok(())
    }

    fn load_marks(&self, view: &View, state: &mut State) -> Result<()> {
        self.each(view, keys::READ, &mut |key, row: ReadRow| {
            if let Some(room) = state.rooms.get_mut(&ConversationId(keys::part(key, 0))) {
                room.marks.insert(PersonId(keys::part(key, 1)), Arc::new(row.intervals));
            }
            Ok(())
        })?;
        self.each(view, keys::SETTINGS, &mut |key, row: SettingsRow| {
            state.settings.insert((PersonId(keys::part(key, 0)), ConversationId(keys::part(key, 1))), row);
            Ok(())
        })
    }

    /// The newest log row of each conversation; where it was trimmed, the newest message stands in.
    fn load_log_heads(&self, view: &View, state: &mut State) -> Result<()> {
        for (&id, room) in &mut state.rooms {
            let range = keys::log_between(id, 0, u64::MAX);
            view.scan(keys::LOG, range, true, &mut |_| Ok(self.inner.key.clone()), &mut |key, _| {
                let now = Arc::make_mut(&mut room.now);
                now.last_g = now.last_g.max(keys::part(key, 1));
                now.last_n = keys::log_n(key);
                Ok(false)
            })?;
        }
        Ok(())
    }

    fn each<R: Row>(&self, view: &View, table: holdfast_store::Table, f: &mut dyn FnMut(&[u8], R) -> Result<()>) -> Result<()> {
        view.scan(table, keys::all(), false, &mut |_| Ok(self.inner.key.clone()), &mut |key, value| {
            f(key, R::decode(&value)?)?;
            Ok(true)
        })
    }
}
