//! Between a slice function and durability. What a transaction changes is staged here, so that the next transaction of the
//! same batch sees it although it is not durable yet; when the batch is durable it moves into `State` and is published;
//! when the transaction or the batch fails it vanishes.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Weak},
};

use holdfast_base::{ConversationId, PersonId};
use holdfast_store::{LedgerTx, Tx};
use parking_lot::Mutex;

use crate::{
    Im, Inner,
    intervals::Intervals,
    published::Published,
    rows::SettingsRow,
    state::{Room, Snapshot, State},
};

/// One staged step, applied in order.
pub(crate) enum Step {
    Conversation {
        now: Arc<Snapshot>,
        joined: Vec<PersonId>,
        left: Vec<PersonId>,
    },
    /// A message that this person wrote.
    Wrote {
        conversation: ConversationId,
        person: PersonId,
        seq: u64,
    },
    Marks {
        conversation: ConversationId,
        person: PersonId,
        intervals: Arc<Intervals>,
    },
    Settings {
        person: PersonId,
        conversation: ConversationId,
        settings: SettingsRow,
    },
    Floor {
        g: u64,
    },
    Publish(Published),
}

/// What is staged and not durable. Touched by the commit lane only, hence hardly ever contended.
#[derive(Default)]
pub(crate) struct Lane {
    conversations: Pending<ConversationId, Arc<Snapshot>>,
    marks: Pending<(ConversationId, PersonId), Arc<Intervals>>,
    settings: Pending<(PersonId, ConversationId), SettingsRow>,
    /// The transaction that staged last. A failed one is gone (`Weak`), although its `g` is given out again.
    current: Weak<Changes>,
    tokens: u64,
}

/// The steps of one transaction.
pub(crate) struct Changes {
    g: u64,
    steps: Mutex<Vec<(u64, Step)>>,
}

/// For each key the values of transactions that are under way, oldest first.
struct Pending<K, V>(HashMap<K, Vec<(u64, V)>>);

impl<K, V> Default for Pending<K, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash, V: Clone> Pending<K, V> {
    fn get(&self, key: &K) -> Option<V> {
        Some(self.0.get(key)?.last()?.1.clone())
    }

    fn push(&mut self, key: K, token: u64, value: V) {
        self.0.entry(key).or_default().push((token, value));
    }

    fn remove(&mut self, key: &K, token: u64) {
        if let Some(values) = self.0.get_mut(key) {
            values.retain(|&(held, _)| held != token);
            if values.is_empty() {
                self.0.remove(key);
            }
        }
    }
}

impl Lane {
    fn push(&mut self, step: &Step) -> u64 {
        self.tokens += 1;
        let token = self.tokens;
        match step {
            Step::Conversation { now, .. } => self.conversations.push(now.id, token, now.clone()),
            Step::Marks { conversation, person, intervals } => {
                self.marks.push((*conversation, *person), token, intervals.clone());
            }
            Step::Settings { person, conversation, settings } => {
                self.settings.push((*person, *conversation), token, *settings);
            }
            Step::Wrote { .. } | Step::Floor { .. } | Step::Publish(_) => {}
        }
        token
    }

    fn remove(&mut self, token: u64, step: &Step) {
        match step {
            Step::Conversation { now, .. } => self.conversations.remove(&now.id, token),
            Step::Marks { conversation, person, .. } => self.marks.remove(&(*conversation, *person), token),
            Step::Settings { person, conversation, .. } => self.settings.remove(&(*person, *conversation), token),
            Step::Wrote { .. } | Step::Floor { .. } | Step::Publish(_) => {}
        }
    }
}

impl Im {
    /// The conversation as this transaction sees it.
    pub(crate) fn lane_conversation(&self, _on_the_lane: &LedgerTx<'_>, id: ConversationId) -> Option<Arc<Snapshot>> {
        let staged = self.inner.lane.lock().conversations.get(&id);
        staged.or_else(|| self.snapshot(id))
    }

    pub(crate) fn lane_marks(&self, _on_the_lane: &LedgerTx<'_>, id: ConversationId, person: PersonId) -> Arc<Intervals> {
        let staged = self.inner.lane.lock().marks.get(&(id, person));
        let durable = || self.inner.state.read().rooms.get(&id).and_then(|room| room.marks.get(&person).cloned());
        staged.or_else(durable).unwrap_or_default()
    }

    pub(crate) fn lane_settings(&self, _on_the_lane: &LedgerTx<'_>, person: PersonId, id: ConversationId) -> SettingsRow {
        let staged = self.inner.lane.lock().settings.get(&(person, id));
        let durable = || self.inner.state.read().settings.get(&(person, id)).copied();
        staged.or_else(durable).unwrap_or_default()
    }

    /// Takes effect when the transaction is durable.
    pub(crate) fn stage(&self, tx: &mut LedgerTx<'_>, step: Step) {
        let mut lane = self.inner.lane.lock();
        let token = lane.push(&step);
        let g = tx.g().0;
        if let Some(changes) = lane.current.upgrade().filter(|changes| changes.g == g) {
            changes.steps.lock().push((token, step));
            return;
        }
        let changes = Arc::new(Changes { g, steps: Mutex::new(vec![(token, step)]) });
        lane.current = Arc::downgrade(&changes);
        drop(lane);
        let commit = Commit { inner: self.inner.clone(), changes };
        tx.after_commit(Box::new(move || commit.apply()));
    }
}

/// Lives in the transaction's `after_commit`: called once durable, dropped uncalled when it failed.
struct Commit {
    inner: Arc<Inner>,
    changes: Arc<Changes>,
}

impl Commit {
    fn apply(self) {
        let steps = std::mem::take(&mut *self.changes.steps.lock());
        let mut published = Vec::new();
        {
            let mut state = self.inner.state.write();
            let mut lane = self.inner.lane.lock();
            for (token, step) in steps {
                lane.remove(token, &step);
                if let Some(event) = state.apply(step) {
                    published.push(event);
                }
            }
            state.applied = state.applied.max(self.changes.g);
        }
        for event in &published {
            for listener in self.inner.listeners.read().iter() {
                listener(event);
            }
        }
    }
}

impl Drop for Commit {
    fn drop(&mut self) {
        let steps = std::mem::take(&mut *self.changes.steps.lock());
        let mut lane = self.inner.lane.lock();
        for (token, step) in &steps {
            lane.remove(*token, step);
        }
    }
}

impl State {
    fn apply(&mut self, step: Step) -> Option<Published> {
        match step {
            Step::Conversation { now, joined, left } => {
                for person in joined {
                    self.lists.entry(person).or_default().insert(now.id);
                }
                for person in left {
                    if let Some(list) = self.lists.get_mut(&person) {
                        list.remove(&now.id);
                    }
                }
                match self.rooms.get_mut(&now.id) {
                    Some(room) => room.now = now,
                    None => {
                        let room = Room { now: now.clone(), marks: HashMap::new(), own: HashMap::new() };
                        self.rooms.insert(now.id, room);
                    }
                }
            }
            Step::Wrote { conversation, person, seq } => {
                if let Some(room) = self.rooms.get_mut(&conversation) {
                    room.own.entry(person).or_default().insert(seq);
                }
            }
            Step::Marks { conversation, person, intervals } => {
                if let Some(room) = self.rooms.get_mut(&conversation) {
                    room.marks.insert(person, intervals);
                }
            }
            Step::Settings { person, conversation, settings } => {
                if settings == SettingsRow::default() {
                    self.settings.remove(&(person, conversation));
                } else {
                    self.settings.insert((person, conversation), settings);
                }
            }
            Step::Floor { g } => self.floor = self.floor.max(g),
            Step::Publish(event) => return Some(event),
        }
        None
    }
}
