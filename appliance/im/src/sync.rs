//! Catching up: one cursor over all conversations and the person's own log, merged by `g`.
//!
//! Nothing is missed, because the page ends at a commit that memory already shows, and the snapshot of the ledger is taken
//! after that; a commit is never split over two pages.

use std::sync::Arc;

use holdfast_base::{Actor, CommitNo, ConversationId, PersonId, Result};
use holdfast_directory::Org;
use holdfast_store::{Read, View};

use crate::{
    Im, keys, limits,
    rows::{LogRow, Logged, OwnLogged, OwnRow, Row, Window},
    state::Snapshot,
    views::{Event, EventKind, OwnChange, SyncPage},
};

/// A log row that was found: where it stands in the order, and which conversation's side (or the own log) it is.
struct Entry {
    g: u64,
    n: u16,
    at: holdfast_base::Timestamp,
    conversation: ConversationId,
    what: Side,
}

enum Side {
    Shared(Arc<Snapshot>, Logged),
    Own(OwnLogged),
}

/// What is asked of the log.
struct Span {
    after: u64,
    upto: u64,
    /// Rows of one log that are enough to fill the page.
    rows: usize,
}

impl Im {
    /// Events with `g > from`, at least `limit` of them where there are that many, whole commits only.
    pub fn sync(&self, by: &Actor, from: CommitNo, limit: usize) -> Result<SyncPage> {
        let person = self.active(by)?;
        let limit = limit.clamp(1, limits::SYNC_PAGE);
        let (upto, floor, changed) = self.changed(person, from.0);
        // A cursor of the future comes from before a restore; one below the floor from too long ago.
        if from.0 < floor || from > self.inner.ledger.head().max(CommitNo(upto)) {
            return Ok(reset(upto));
        }
        if from.0 >= upto {
            return Ok(SyncPage { items: Vec::new(), next: from, more: false, reset: false });
        }
        let view = self.inner.ledger.view();
        let span = Span { after: from.0, upto, rows: limit + 1 };
        let Some(mut entries) = self.collect(&view, person, changed, &span)? else { return Ok(reset(upto)) };
        entries.sort_by_key(|entry| (entry.g, matches!(entry.what, Side::Own(_)), entry.conversation, entry.n));
        let mut next = upto;
        if entries.len() > limit {
            // Whole commits only. Beyond the limit a log may have been read in part, but never before it.
            next = entries[limit - 1].g;
            entries.retain(|entry| entry.g <= next);
        }
        let org = self.inner.directory.org();
        let items = entries.iter().filter_map(|entry| self.event(&view, &org, person, entry).transpose());
        Ok(SyncPage { items: items.collect::<Result<_>>()?, next: CommitNo(next), more: next < upto, reset: false })
    }

    /// One consistent look at memory: up to which commit it goes, and the person's conversations that changed.
    fn changed(&self, person: PersonId, after: u64) -> (u64, u64, Vec<(Arc<Snapshot>, Window)>) {
        let state = self.inner.state.read();
        let mut changed = Vec::new();
        for id in state.lists.get(&person).into_iter().flatten() {
            let Some(room) = state.rooms.get(id).filter(|room| room.now.last_g > after) else { continue };
            if let Some(window) = room.now.members.window(person) {
                changed.push((room.now.clone(), *window));
            }
        }
        (state.applied, state.floor, changed)
    }

    /// `None` when it is too much for catching up.
    fn collect(
        &self,
        view: &View,
        person: PersonId,
        changed: Vec<(Arc<Snapshot>, Window)>,
        span: &Span,
    ) -> Result<Option<Vec<Entry>>> {
        let mut entries = self.own_entries(view, person, span)?;
        for (now, window) in changed {
            self.shared_entries(view, &now, &window, span, &mut entries)?;
            if entries.len() > limits::SYNC_RESET_EVENTS {
                return Ok(None);
            }
        }
        Ok(Some(entries))
    }

    fn own_entries(&self, view: &View, person: PersonId, span: &Span) -> Result<Vec<Entry>> {
        let mut entries: Vec<Entry> = Vec::new();
        let range = keys::own_between(person, span.after, span.upto);
        view.scan(keys::OWN, range, false, &mut |_| Ok(self.inner.key.clone()), &mut |key, value| {
            let (g, conversation) = (keys::part(key, 1), ConversationId(keys::part(key, 2)));
            if is_full(&entries, 0, g, span.rows) {
                return Ok(false);
            }
            let OwnRow { at, what } = OwnRow::decode(&value)?;
            entries.push(Entry { g, n: 0, at, conversation, what: Side::Own(what) });
            Ok(true)
        })?;
        Ok(entries)
    }

    fn shared_entries(
        &self,
        view: &View,
        now: &Arc<Snapshot>,
        window: &Window,
        span: &Span,
        entries: &mut Vec<Entry>,
    ) -> Result<()> {
        let start = entries.len();
        // What was logged before joining is none of this person's business.
        let range = keys::log_between(now.id, span.after.max(window.joined_g.saturating_sub(1)), span.upto);
        view.scan(keys::LOG, range, false, &mut |_| Ok(self.inner.key.clone()), &mut |key, value| {
            let g = keys::part(key, 1);
            if is_full(entries, start, g, span.rows) {
                return Ok(false);
            }
            let LogRow { at, what } = LogRow::decode(&value)?;
            if what.seq().is_none_or(|seq| window.holds(seq)) {
                let what = Side::Shared(now.clone(), what);
                entries.push(Entry { g, n: keys::log_n(key), at, conversation: now.id, what });
            }
            Ok(true)
        })
    }

    fn event(&self, view: &View, org: &Org, person: PersonId, entry: &Entry) -> Result<Option<Event>> {
        let event = |kind| Event::new(CommitNo(entry.g), kind, entry.conversation, entry.at);
        let read = |person, ranges: &[(u64, u64)]| Event {
            person: Some(person),
            ranges: Some(ranges.iter().map(|&(from, to)| [from, to]).collect()),
            ..event(EventKind::Read)
        };
        let (now, kind, seq) = match &entry.what {
            Side::Own(OwnLogged::Read { ranges }) => return Ok(Some(read(person, ranges))),
            Side::Own(OwnLogged::Left) => return Ok(Some(Event { own: Some(OwnChange::Left), ..event(EventKind::Own) })),
            Side::Own(OwnLogged::Settings(set)) => {
                let own = Some(OwnChange::Settings { muted: set.muted, pinned: set.pinned });
                return Ok(Some(Event { own, ..event(EventKind::Own) }));
            }
            Side::Shared(_, Logged::Read { person, ranges }) => return Ok(Some(read(*person, ranges))),
            Side::Shared(_, Logged::Conversation { seq: None }) => return Ok(Some(event(EventKind::Conversation))),
            Side::Shared(now, Logged::Conversation { seq: Some(seq) }) => (now, EventKind::Conversation, *seq),
            Side::Shared(now, Logged::Message { seq }) => (now, EventKind::Message, *seq),
            Side::Shared(now, Logged::Members { seq }) => (now, EventKind::Members, *seq),
            Side::Shared(now, Logged::Recall { seq }) => (now, EventKind::Recall, *seq),
        };
        let found = self.content(view, now, seq)?;
        Ok(found.map(|content| Event { message: Some(content.view(org, 0)), ..event(kind) }))
    }
}

impl Logged {
    /// The message that it is about.
    fn seq(&self) -> Option<u64> {
        match self {
            Self::Message { seq } | Self::Members { seq } | Self::Recall { seq } => Some(*seq),
            Self::Conversation { seq } => *seq,
            Self::Read { .. } => None,
        }
    }
}

/// Enough rows of this log are there, and `g` begins another commit.
fn is_full(entries: &[Entry], start: usize, g: u64, rows: usize) -> bool {
    entries.len() - start >= rows && entries.last().is_some_and(|last| last.g != g)
}

fn reset(upto: u64) -> SyncPage {
    SyncPage { items: Vec::new(), next: CommitNo(upto), more: false, reset: true }
}
