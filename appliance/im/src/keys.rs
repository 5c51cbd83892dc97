//! All ledger keys of this crate. Numbers are big-endian, so that keys sort as numbers do. Nothing here derives from
//! what people wrote.
//!
//! Always true: the row of the newest message of a conversation is never removed (retention leaves its tombstone), since
//! the head of the conversation is read from it at a start.

use std::ops::Range;

use holdfast_base::{ClientId, ConversationId, PersonId, Timestamp};
use holdfast_store::{Preset, Table};

use crate::limits;

/// conversation · seq → `MessageRow`
pub(crate) const MESSAGE: Table = Table { name: "im.message", preset: Preset::Sequential };
/// conversation · seq · g → `HistoryRow`: what a recall or an edit replaced.
pub(crate) const HISTORY: Table = Table { name: "im.history", preset: Preset::Sequential };
/// conversation · g · n → `LogRow`: the conversation's side of the change log.
pub(crate) const LOG: Table = Table { name: "im.log", preset: Preset::Sequential };
/// person · g · conversation → `OwnRow`: what only this person's devices learn.
pub(crate) const OWN: Table = Table { name: "im.own", preset: Preset::Sequential };
/// conversation → `ConversationRow`
pub(crate) const CONVERSATION: Table = Table { name: "im.conversation", preset: Preset::Random };
/// lower person · higher person → `DirectRow`
pub(crate) const DIRECT: Table = Table { name: "im.direct", preset: Preset::Random };
/// conversation · person → `MemberRow`
pub(crate) const MEMBER: Table = Table { name: "im.member", preset: Preset::Random };
/// person · conversation → `SettingsRow`
pub(crate) const SETTINGS: Table = Table { name: "im.settings", preset: Preset::Random };
/// conversation · person → `ReadRow`
pub(crate) const READ: Table = Table { name: "im.read", preset: Preset::Random };
/// conversation · person · first seq gained → `ReadLogRow`. What is gained is gained once, so ranges never overlap.
pub(crate) const READ_LOG: Table = Table { name: "im.read-log", preset: Preset::Sequential };
/// partition · person · client id → `IdemRow`
pub(crate) const IDEM: Table = Table { name: "im.idem", preset: Preset::Random };
/// a word → one number; now only "floor".
pub(crate) const META: Table = Table { name: "im.meta", preset: Preset::Random };

/// The ledger tables of this crate.
pub fn tables() -> &'static [Table] {
    const ALL: [Table; 12] = [MESSAGE, HISTORY, LOG, OWN, CONVERSATION, DIRECT, MEMBER, SETTINGS, READ, READ_LOG, IDEM, META];
    &ALL
}

/// Names of this crate's durable counters.
pub(crate) const CONVERSATION_COUNTER: &str = "conversation";
/// The highest `g` whose log rows may be gone.
pub(crate) const FLOOR: &[u8] = b"floor";

pub(crate) fn conversation(id: ConversationId) -> Vec<u8> {
    id.to_be_bytes().to_vec()
}

pub(crate) fn message(id: ConversationId, seq: u64) -> Vec<u8> {
    two(id.0, seq)
}

/// Messages with `from <= seq <= to`.
pub(crate) fn messages(id: ConversationId, from: u64, to: u64) -> Range<Vec<u8>> {
    two(id.0, from)..after(two(id.0, to))
}

pub(crate) fn history(id: ConversationId, seq: u64, g: u64) -> Vec<u8> {
    three(id.0, seq, g)
}

/// What was replaced in messages with `from <= seq < to`.
pub(crate) fn histories(id: ConversationId, from: u64, to: u64) -> Range<Vec<u8>> {
    two(id.0, from)..two(id.0, to)
}

pub(crate) fn log(id: ConversationId, g: u64, n: u16) -> Vec<u8> {
    let mut key = two(id.0, g);
    key.extend_from_slice(&n.to_be_bytes());
    key
}

/// Log rows with `after < g <= upto`.
pub(crate) fn log_between(id: ConversationId, after_g: u64, upto: u64) -> Range<Vec<u8>> {
    two(id.0, after_g.saturating_add(1))..prefix_end(two(id.0, upto))
}

pub(crate) fn own(person: PersonId, g: u64, id: ConversationId) -> Vec<u8> {
    three(person.0, g, id.0)
}

/// Own rows with `after < g <= upto`.
pub(crate) fn own_between(person: PersonId, after_g: u64, upto: u64) -> Range<Vec<u8>> {
    two(person.0, after_g.saturating_add(1))..prefix_end(two(person.0, upto))
}

/// One key for a pair, whoever begins.
pub(crate) fn direct(one: PersonId, other: PersonId) -> Vec<u8> {
    two(one.0.min(other.0), one.0.max(other.0))
}

pub(crate) fn member(id: ConversationId, person: PersonId) -> Vec<u8> {
    two(id.0, person.0)
}

pub(crate) fn settings(person: PersonId, id: ConversationId) -> Vec<u8> {
    two(person.0, id.0)
}

pub(crate) fn read(id: ConversationId, person: PersonId) -> Vec<u8> {
    two(id.0, person.0)
}

pub(crate) fn read_log(id: ConversationId, person: PersonId, from: u64) -> Vec<u8> {
    three(id.0, person.0, from)
}

/// Gained ranges that begin at or before `seq`; the last of them is the only one that can hold it.
pub(crate) fn read_log_upto(id: ConversationId, person: PersonId, seq: u64) -> Range<Vec<u8>> {
    three(id.0, person.0, 0)..after(three(id.0, person.0, seq))
}

/// Client ids are kept in partitions of seven days, so that old ones can be swept as one range.
pub(crate) fn idem_partition(at: Timestamp) -> u32 {
    u32::try_from(at.seconds().div_euclid(limits::CLIENT_ID_SECONDS).max(0)).unwrap_or(u32::MAX)
}

pub(crate) fn idem(partition: u32, person: PersonId, cid: ClientId) -> Vec<u8> {
    let mut key = partition.to_be_bytes().to_vec();
    key.extend_from_slice(&person.to_be_bytes());
    key.extend_from_slice(cid.0.as_bytes());
    key
}

/// Every client id of partitions before `partition`.
pub(crate) fn idem_before(partition: u32) -> Range<Vec<u8>> {
    Vec::new()..partition.to_be_bytes().to_vec()
}

/// The whole table.
pub(crate) fn all() -> Range<Vec<u8>> {
    Vec::new()..vec![0xff; 33]
}

/// The n-th big-endian number of a key.
pub(crate) fn part(key: &[u8], n: usize) -> u64 {
    let mut bytes = [0; 8];
    if let Some(found) = key.get(n * 8..n * 8 + 8) {
        bytes.copy_from_slice(found);
    }
    u64::from_be_bytes(bytes)
}

/// The number after the first two of a log key.
pub(crate) fn log_n(key: &[u8]) -> u16 {
    match key.get(16..18) {
        Some(&[high, low]) => u16::from_be_bytes([high, low]),
        _ => 0,
    }
}

fn two(a: u64, b: u64) -> Vec<u8> {
    let mut key = Vec::with_capacity(26);
    key.extend_from_slice(&a.to_be_bytes());
    key.extend_from_slice(&b.to_be_bytes());
    key
}

fn three(a: u64, b: u64, c: u64) -> Vec<u8> {
    let mut key = two(a, b);
    key.extend_from_slice(&c.to_be_bytes());
    key
}

/// The smallest key after `key`.
fn after(mut key: Vec<u8>) -> Vec<u8> {
    key.push(0);
    key
}

/// The smallest key that does not begin with `prefix`.
fn prefix_end(mut prefix: Vec<u8>) -> Vec<u8> {
    while let Some(last) = prefix.pop() {
        if last < u8::MAX {
            prefix.push(last + 1);
            return prefix;
        }
    }
    vec![0xff; 33]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_exactly_what_they_say() {
        let id = ConversationId(7);
        let range = log_between(id, 4, 9);
        for (g, inside) in [(4, false), (5, true), (9, true), (10, false)] {
            assert_eq!(range.contains(&log(id, g, 3)), inside, "{g}");
        }
        let edge = log_between(id, 4, u64::MAX);
        assert!(edge.contains(&log(id, u64::MAX, u16::MAX)) && !edge.contains(&log(ConversationId(8), 5, 0)));
        assert!(messages(id, 1, 3).contains(&message(id, 3)) && !messages(id, 1, 3).contains(&message(id, 4)));
        assert_eq!(direct(PersonId(2), PersonId(1)), direct(PersonId(1), PersonId(2)));
    }
}
