//! What this crate holds in memory: everything but bodies and the log. Rebuilt at a start, and afterwards changed only by
//! what has become durable, in commit order; so nobody is shown what a power cut could undo.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, OnceLock},
};

use holdfast_base::{ConversationId, PersonId, Timestamp};
use holdfast_hsm::KeyId;
use roaring::RoaringTreemap;

use crate::{
    content::Content,
    intervals::Intervals,
    rows::{MemberRow, SettingsRow, Window},
    views::Kind,
};

#[derive(Default)]
pub(crate) struct State {
    /// Every commit of this crate up to this `g` is in here.
    pub applied: u64,
    /// Log rows up to this `g` may be gone.
    pub floor: u64,
    pub rooms: HashMap<ConversationId, Room>,
    /// The conversations that a person is in.
    pub lists: HashMap<PersonId, BTreeSet<ConversationId>>,
    pub settings: HashMap<(PersonId, ConversationId), SettingsRow>,
}

/// One conversation and what its people have read and written.
pub(crate) struct Room {
    pub now: Arc<Snapshot>,
    pub marks: HashMap<PersonId, Arc<Intervals>>,
    /// Numbers of a person's own messages: two bytes each, so that unread can be computed and is never a counter.
    pub own: HashMap<PersonId, RoaringTreemap>,
}

/// One conversation at one instant; replaced whole by each commit.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub id: ConversationId,
    pub kind: Kind,
    pub title: Option<Arc<str>>,
    /// The commit that the title comes from; bound to its ciphertext.
    pub title_g: u64,
    pub title_key: u32,
    pub owner: Option<PersonId>,
    pub keys: Arc<[KeyId]>,
    pub created_at: Timestamp,
    pub created_by: PersonId,
    pub created_g: u64,
    pub head_seq: u64,
    /// Commit of the newest message; of the creation while there is none. Lists are sorted by it.
    pub active_g: u64,
    /// Key of the newest log row.
    pub last_g: u64,
    pub last_n: u16,
    pub members: Arc<Members>,
    /// The newest message, filled when somebody first lists it.
    pub last: Arc<OnceLock<Arc<Content>>>,
}

impl Snapshot {
    /// The number of the data key that seals what is new.
    pub(crate) fn newest_key(&self) -> u32 {
        u32::try_from(self.keys.len().saturating_sub(1)).unwrap_or(0)
    }
}

#[derive(Clone, Default)]
pub(crate) struct Members {
    all: BTreeMap<PersonId, MemberRow>,
    present: usize,
}

impl Members {
    pub(crate) fn put(&mut self, person: PersonId, row: MemberRow) {
        let is = row.is_present();
        let was = self.all.insert(person, row).is_some_and(|old| old.is_present());
        self.present = self.present + usize::from(is) - usize::from(was);
    }

    pub(crate) fn row(&self, person: PersonId) -> Option<&MemberRow> {
        self.all.get(&person)
    }

    /// The open window of somebody who is in the conversation now.
    pub(crate) fn window(&self, person: PersonId) -> Option<&Window> {
        self.all.get(&person)?.open()
    }

    pub(crate) fn count(&self) -> usize {
        self.present
    }

    pub(crate) fn present(&self) -> impl Iterator<Item = (PersonId, &Window)> {
        self.all.iter().filter_map(|(&person, row)| Some((person, row.open()?)))
    }

    /// Also those who have left.
    pub(crate) fn ever(&self) -> impl Iterator<Item = (PersonId, &MemberRow)> {
        self.all.iter().map(|(&person, row)| (person, row))
    }
}

impl MemberRow {
    pub(crate) fn open(&self) -> Option<&Window> {
        self.windows.last().filter(|window| window.left.is_none())
    }

    pub(crate) fn is_present(&self) -> bool {
        self.open().is_some()
    }

    /// Was this message in any of the person's windows?
    pub(crate) fn held(&self, seq: u64) -> bool {
        self.windows.iter().any(|window| window.holds(seq))
    }
}

impl Window {
    pub(crate) fn holds(&self, seq: u64) -> bool {
        seq >= self.joined_seq.max(1) && self.left.is_none_or(|left| seq < left.seq)
    }
}

impl Room {
    /// Messages after joining that are neither read nor the person's own.
    pub(crate) fn unread(&self, person: PersonId) -> u64 {
        let Some(window) = self.now.members.window(person) else { return 0 };
        let (first, head) = (window.joined_seq + 1, self.now.head_seq);
        if first > head {
            return 0;
        }
        let gaps = match self.marks.get(&person) {
            Some(marks) => marks.gaps(first, head),
            None => vec![(first, head)],
        };
        let own = self.own.get(&person);
        let others = |&(from, to): &(u64, u64)| to - from + 1 - own.map_or(0, |own| own.range_cardinality(from..=to));
        gaps.iter().map(others).sum()
    }

    /// Has this person, who is or was a member and not the sender, read this message?
    pub(crate) fn has_read(&self, person: PersonId, seq: u64) -> bool {
        self.marks.get(&person).is_some_and(|marks| marks.contains(seq))
    }

    /// How many others have read each message of `from..=to`; `sender` answers whose message it is.
    pub(crate) fn reads(&self, from: u64, to: u64, sender: impl Fn(u64) -> Option<PersonId>) -> Vec<u64> {
        let span = usize::try_from((to + 1).saturating_sub(from)).unwrap_or(0);
        // +1 where an interval begins, -1 after it ends; the running sum is the count.
        let mut steps = vec![0i64; span + 1];
        let slot = |seq: u64| usize::try_from(seq - from).unwrap_or(span).min(span);
        for marks in self.marks.values() {
            for (start, end) in marks.within(from, to) {
                steps[slot(start)] += 1;
                steps[slot(end + 1)] -= 1;
            }
        }
        let mut sum = 0;
        let count = |(step, seq): (&i64, u64)| {
            sum += step;
            let own = sender(seq).is_some_and(|sender| self.has_read(sender, seq));
            u64::try_from(sum - i64::from(own)).unwrap_or(0)
        };
        steps[..span].iter().zip(from..).map(count).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Left;

    fn window(joined_seq: u64, left: Option<u64>) -> Window {
        let left = left.map(|seq| Left { seq, at: Timestamp(0) });
        Window { joined_seq, joined_g: 0, joined_at: Timestamp(0), left }
    }

    fn room(head_seq: u64) -> Room {
        let mut members = Members::default();
        for person in 1..=3 {
            members.put(PersonId(person), MemberRow { windows: vec![window(1, None)] });
        }
        let now = Snapshot {
            id: ConversationId(1),
            kind: Kind::Group,
            title: None,
            title_g: 0,
            title_key: 0,
            owner: None,
            keys: Arc::new([]),
            created_at: Timestamp(0),
            created_by: PersonId(1),
            created_g: 1,
            head_seq,
            active_g: 1,
            last_g: 1,
            last_n: 0,
            members: Arc::new(members),
            last: Arc::default(),
        };
        Room { now: Arc::new(now), marks: HashMap::new(), own: HashMap::new() }
    }

    #[test]
    fn a_window_holds_from_joining_until_before_leaving() {
        let row = MemberRow { windows: vec![window(3, Some(6)), window(9, None)] };
        let seen: Vec<u64> = (0..12).filter(|&seq| row.held(seq)).collect();
        assert_eq!(seen, [3, 4, 5, 9, 10, 11]);
        assert!(row.is_present() && !MemberRow { windows: vec![window(3, Some(6))] }.is_present());
    }

    #[test]
    fn unread_counts_neither_what_is_read_nor_ones_own() {
        let mut room = room(10);
        let person = PersonId(2);
        assert_eq!(room.unread(person), 9);
        room.own.insert(person, [4, 5, 9].into_iter().collect());
        assert_eq!(room.unread(person), 6);
        let mut marks = Intervals::default();
        marks.gain(2, 4);
        marks.gain(7, 7);
        room.marks.insert(person, Arc::new(marks));
        assert_eq!(room.unread(person), 3, "6, 8 and 10 are left");
        assert_eq!(room.unread(PersonId(77)), 0);
    }

    #[test]
    fn reads_leave_out_the_sender() {
        let mut room = room(4);
        for person in 1..=3 {
            let mut marks = Intervals::default();
            marks.gain(1, person + 1);
            room.marks.insert(PersonId(person), Arc::new(marks));
        }
        assert_eq!(room.reads(1, 4, |_| Some(PersonId(3))), [2, 2, 1, 0]);
        assert_eq!(room.reads(3, 3, |_| None), [2]);
    }
}
