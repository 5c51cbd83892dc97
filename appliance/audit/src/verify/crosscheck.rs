//! Effects without an entry, and entries without their effect: an opened log against what the stores show for themselves.
//!
//! | effect | its entries | not looked at |
//! |---|---|---|
//! | role, frozen, member, trashed, hold, witness, filter | the last of those that begin and end it says whether it is there | |
//! | conversation, space, recall, shred | began, and never ends | |
//! | session, app password | began, and was not ended | that it is gone: it also ends with an account, or in time |
//! | person, department | made by an entry, or as many as the imports say they made | which of them an import made |
//! | node | an entry about it, or below one that was copied; one that was made is there, unless it or a folder above was erased | one that was made below a copied folder and is gone |
//! | version | the newest is the last that an entry says was written, or one for each that was restored | older ones |
//!
//! Messages, read marks and chunks have no entries of their own: the log has their digests.

use std::{
    collections::{HashMap, HashSet},
    io,
    path::Path,
};

use serde::Serialize;

use super::{
    Carried, Verdict,
    effects::{Effect, EffectKind, Effects, Unread, read_effects},
    opened::Opened,
    verify_opening,
};
use crate::{entry::Ending, event::Detail, limits::FINDINGS};

/// Folders above one another that are followed.
const LEVELS: usize = 1_000;

/// Entries that begin an effect and those that end it, all about one kind of object, whose id is that of the effect.
struct Rule {
    kind: EffectKind,
    object: &'static str,
    begins: &'static str,
    ends: &'static [&'static str],
    /// It may be gone without an entry that ends it.
    fades: bool,
}

const fn rule(kind: EffectKind, object: &'static str, begins: &'static str, ends: &'static [&'static str]) -> Rule {
    Rule { kind, object, begins, ends, fades: false }
}

const fn fading(kind: EffectKind, object: &'static str, begins: &'static str, ends: &'static [&'static str]) -> Rule {
    Rule { kind, object, begins, ends, fades: true }
}

const RULES: [Rule; 16] = [
    rule(EffectKind::Person, "person", "person.create", &[]),
    rule(EffectKind::Frozen, "person", "person.freeze", &["person.unfreeze", "person.depart"]),
    rule(EffectKind::Department, "department", "department.create", &["department.delete"]),
    rule(EffectKind::Role, "role", "role.grant", &["role.revoke"]),
    // An erasure takes them along.
    fading(EffectKind::Delegation, "delegation", "delegation.grant", &["delegation.revoke"]),
    fading(EffectKind::AppPassword, "app-password", "app-password.create", &["app-password.revoke"]),
    fading(EffectKind::Session, "session", "session.open", &["session.close"]),
    rule(EffectKind::Conversation, "conversation", "conversation.create", &[]),
    rule(EffectKind::Recall, "message", "message.recall", &[]),
    rule(EffectKind::Space, "space", "space.create", &[]),
    rule(EffectKind::Trashed, "node", "node.delete", &["node.restore", "node.erase", "node.shred"]),
    rule(EffectKind::Hold, "hold", "hold.place", &["hold.lift"]),
    rule(EffectKind::Shred, "shred", "shred.ask", &[]),
    rule(EffectKind::Renewal, "renewal", "keys.renew", &[]),
    rule(EffectKind::Witness, "witness", "witness.register", &["witness.remove"]),
    rule(EffectKind::Filter, "filter", "filter.save", &["filter.delete"]),
];

/// An effect without an entry, or an entry without its effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Orphan {
    /// The entry that has no effect. None: the effect has no entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
    /// `kind id`.
    pub effect: String,
    /// One English sentence; ids and numbers only.
    pub what: String,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CrossReport {
    pub verdict: Verdict,
    /// One English sentence.
    pub what: String,
    pub entries: u64,
    pub effects: u64,
    /// The first ones.
    pub orphans: Vec<Orphan>,
}

impl CrossReport {
    fn new(verdict: Verdict, what: impl Into<String>) -> Self {
        Self { verdict, what: what.into(), entries: 0, effects: 0, orphans: Vec::new() }
    }

    /// 0 clean, 1 findings, 2 cannot tell.
    pub fn exit_code(&self) -> u8 {
        match self.verdict {
            Verdict::Clean => 0,
            Verdict::Bad => 1,
            Verdict::CannotTell => 2,
        }
    }
}

/// `dir` is an export that opens every entry, made after `effects`. Fails only when the log cannot be read.
pub fn crosscheck(dir: &Path, carried: &Carried<'_>, effects: &[u8]) -> io::Result<CrossReport> {
    let Some(key) = carried.key else {
        return Ok(CrossReport::new(Verdict::CannotTell, "give the box's verifier key with --key"));
    };
    let effects = match read_effects(effects, key) {
        Ok(effects) => effects,
        Err(Unread::Shape) => return Ok(CrossReport::new(Verdict::CannotTell, "not a file of effects")),
        Err(Unread::Altered) => {
            return Ok(CrossReport::new(Verdict::Bad, "the effects are not signed by this key, or were changed since"));
        }
    };
    let mut told = Told::default();
    let log = verify_opening(dir, carried, &mut |entry| {
        if entry.header.index < effects.entries && entry.header.ending == Ending::Success {
            told.hear(&entry);
        }
    })?;
    if log.verdict != Verdict::Clean {
        return Ok(CrossReport::new(log.verdict, format!("the log itself: {}", log.sentence())));
    }
    if log.size < effects.entries {
        let what = format!("the log has {} entries, the effects are those of {}", log.size, effects.entries);
        return Ok(CrossReport::new(Verdict::CannotTell, what));
    }
    let closed = (log.size - log.minimum_index).saturating_sub(log.opened_entries);
    if closed > 0 {
        return Ok(CrossReport::new(Verdict::CannotTell, format!("the export does not open {closed} of its entries")));
    }
    Ok(judge(&told, &effects, log.minimum_index > 0))
}

/// `pruned`: entries may be gone by the log's retention, so that an effect without one proves nothing.
fn judge(told: &Told, effects: &Effects, pruned: bool) -> CrossReport {
    let there = There::of(&effects.effects);
    let without_entry: Vec<Orphan> = effects.effects.iter().filter_map(|effect| told.lacks(effect, &there)).collect();
    let without_entry = told.less_the_imported(without_entry);
    let without_effect = told.without_effect(&there);
    let (some, none) = (without_entry.len(), without_effect.len());
    let (verdict, what) = match (some, none) {
        (0, 0) => (Verdict::Clean, "every effect has its entry, and every entry its effect".to_owned()),
        (some, 0) if pruned => {
            (Verdict::CannotTell, format!("{some} effects have no entry, which may have been among those that were pruned"))
        }
        _ => (Verdict::Bad, format!("{some} effects without an entry, {none} entries without an effect")),
    };
    let mut orphans: Vec<Orphan> = without_effect.into_iter().chain(without_entry).collect();
    orphans.truncate(FINDINGS);
    CrossReport { verdict, what, entries: effects.entries, effects: effects.effects.len() as u64, orphans }
}

/// Whether an effect began or ended last, and by which entry.
#[derive(Clone, Copy)]
struct Last {
    index: u64,
    stands: bool,
}

/// What the entries say, in their order.
#[derive(Default)]
struct Told {
    last: HashMap<(EffectKind, String), Last>,
    /// People and departments that imports say they made.
    imported: [i64; 2],
    /// Conversations of which an entry was too long to name everybody.
    cut: HashSet<String>,
    nodes: HashMap<u64, ToldNode>,
}

#[derive(Default)]
struct ToldNode {
    made: Option<u64>,
    copied: bool,
    erased: bool,
    parent: Option<u64>,
    written: Option<Written>,
    restored: u64,
}

#[derive(Clone, Copy)]
struct Written {
    index: u64,
    version: u64,
}

impl Told {
    fn hear(&mut self, entry: &Opened) {
        let (index, action, body) = (entry.header.index, entry.header.action.as_str(), &entry.body);
        // Before the rule hears of it: one that no entry made was made by an import, which counted it.
        let made = self.last.contains_key(&(EffectKind::Department, body.object_id.clone()));
        if action == "department.delete" && !made {
            self.imported[1] -= 1;
        }
        for rule in RULES.iter().filter(|rule| rule.object == body.object_kind) {
            if rule.begins == action || rule.ends.contains(&action) {
                self.set(rule.kind, body.object_id.clone(), Last { index, stands: rule.begins == action });
            }
        }
        match (body.object_kind.as_str(), action) {
            ("conversation", "conversation.create" | "members.add" | "members.remove") => {
                for person in list(entry, "members") {
                    let member = format!("{}/{person}", body.object_id);
                    self.set(EffectKind::Member, member, Last { index, stands: action != "members.remove" });
                }
                if body.cut {
                    self.cut.insert(body.object_id.clone());
                }
            }
            ("import", "people.import") => {
                for (made, word) in self.imported.iter_mut().zip(["new", "departments_new"]) {
                    *made += number(entry, word).unwrap_or(0);
                }
            }
            ("node", _) => self.hear_of_node(entry),
            _ => (),
        }
    }

    fn set(&mut self, kind: EffectKind, id: String, last: Last) {
        self.last.insert((kind, id), last);
    }

    fn hear_of_node(&mut self, entry: &Opened) {
        let Ok(id) = entry.body.object_id.parse() else { return };
        let (index, node) = (entry.header.index, self.nodes.entry(id).or_default());
        if let Some(parent) = text(entry, "to").or(text(entry, "parent")).and_then(|parent| parent.parse().ok()) {
            node.parent = Some(parent);
        }
        match entry.header.action.as_str() {
            "node.create" => node.made = Some(index),
            "node.copy" => (node.made, node.copied) = (Some(index), true),
            "node.erase" | "node.shred" => node.erased = true,
            "node.write" => {
                let version = number(entry, "version").map_or(0, i64::unsigned_abs);
                node.written = Some(Written { index, version });
                node.restored = 0;
            }
            "version.restore" => node.restored += 1,
            _ => (),
        }
    }

    /// An effect that no entry accounts for.
    fn lacks(&self, effect: &Effect, there: &There) -> Option<Orphan> {
        let accounted = match effect.kind {
            // Its space has an entry.
            EffectKind::Root => true,
            EffectKind::Node => self.knows_node(effect, there),
            EffectKind::Version => self.knows_version(effect),
            EffectKind::Member if self.is_cut(&effect.id) => true,
            kind => self.last.get(&(kind, effect.id.clone())).is_some_and(|last| last.stands),
        };
        (!accounted).then(|| Orphan {
            index: None,
            effect: format!("{} {}", effect.kind.word(), effect.id),
            what: match effect.number.filter(|_| effect.kind == EffectKind::Version) {
                Some(version) => format!("no entry says that version {version} was written"),
                None => "it is there, and no entry says so".to_owned(),
            },
        })
    }

    fn is_cut(&self, member: &str) -> bool {
        member.split_once('/').is_some_and(|(conversation, _)| self.cut.contains(conversation))
    }

    fn knows_node(&self, effect: &Effect, there: &There) -> bool {
        let Ok(id) = effect.id.parse() else { return false };
        if self.nodes.contains_key(&id) {
            return true;
        }
        let mut above = effect.number;
        for _ in 0..LEVELS {
            let Some(parent) = above else { return false };
            if self.nodes.get(&parent).is_some_and(|node| node.copied) {
                return true;
            }
            above = there.parents.get(&parent).copied().flatten();
        }
        false
    }

    fn knows_version(&self, effect: &Effect) -> bool {
        let newest = effect.number.unwrap_or(0);
        let node = effect.id.parse().ok().and_then(|id: u64| self.nodes.get(&id));
        let written = node.and_then(|node| node.written).map_or(1, |written| written.version);
        newest <= written + node.map_or(0, |node| node.restored)
    }

    /// Imports name what they made by their uids, which no export of effects has; their number has to do.
    fn less_the_imported(&self, mut orphans: Vec<Orphan>) -> Vec<Orphan> {
        for (word, made) in ["person ", "department "].into_iter().zip(self.imported) {
            let count = orphans.iter().filter(|orphan| orphan.effect.starts_with(word)).count();
            if i64::try_from(count).is_ok_and(|count| count <= made) {
                orphans.retain(|orphan| !orphan.effect.starts_with(word));
            }
        }
        orphans
    }

    /// Entries that say that something is there which is not, in their order.
    fn without_effect(&self, there: &There) -> Vec<Orphan> {
        let missing = |index, effect: String, what: &str| Orphan { index: Some(index), effect, what: what.to_owned() };
        let mut orphans = Vec::new();
        for ((kind, id), last) in self.last.iter().filter(|(_, last)| last.stands) {
            let fades = RULES.iter().any(|rule| rule.kind == *kind && rule.fades);
            if !fades && !there.all.contains(&(*kind, id.clone())) {
                orphans.push(missing(
                    last.index,
                    format!("{} {id}", kind.word()),
                    "the entry says that it began, and it is not there",
                ));
            }
        }
        for (id, node) in &self.nodes {
            let Some(newest) = there.versions.get(id) else { continue };
            if let Some(written) = node.written.filter(|written| written.version > *newest) {
                let what = format!("the entry says that version {} was written, the newest is {newest}", written.version);
                orphans.push(missing(written.index, format!("version {id}"), &what));
            }
        }
        for (id, node) in &self.nodes {
            if let Some(index) = node.made.filter(|_| !there.parents.contains_key(id) && !self.is_gone(*id, there)) {
                orphans.push(missing(index, format!("node {id}"), "the entry says that it was made, and it is not there"));
            }
        }
        orphans.sort_by_key(|orphan| orphan.index);
        orphans
    }

    /// It was erased, or a folder above it was, or nobody can say what stood above it.
    fn is_gone(&self, id: u64, there: &There) -> bool {
        let mut at = id;
        for _ in 0..LEVELS {
            if at != id && there.parents.contains_key(&at) {
                return false;
            }
            let Some(node) = self.nodes.get(&at) else { return true };
            if node.erased {
                return true;
            }
            let Some(parent) = node.parent else { return true };
            at = parent;
        }
        true
    }
}

/// What the stores show.
struct There {
    all: HashSet<(EffectKind, String)>,
    /// Of every node, the tops of spaces too.
    parents: HashMap<u64, Option<u64>>,
    versions: HashMap<u64, u64>,
}

impl There {
    fn of(effects: &[Effect]) -> Self {
        let numbered = |kinds: &'static [EffectKind]| {
            let of_kind = effects.iter().filter(move |effect| kinds.contains(&effect.kind));
            of_kind.filter_map(|effect| Some((effect.id.parse().ok()?, effect.number)))
        };
        Self {
            all: effects.iter().map(|effect| (effect.kind, effect.id.clone())).collect(),
            parents: numbered(&[EffectKind::Root, EffectKind::Node]).collect(),
            versions: numbered(&[EffectKind::Version]).filter_map(|(id, newest)| Some((id, newest?))).collect(),
        }
    }
}

fn detail<'a>(entry: &'a Opened, key: &str) -> Option<&'a Detail> {
    entry.body.details.iter().find(|(name, _)| name == key).map(|(_, detail)| detail)
}

fn text<'a>(entry: &'a Opened, key: &str) -> Option<&'a str> {
    match detail(entry, key)? {
        Detail::Text(text) => Some(text),
        _ => None,
    }
}

fn number(entry: &Opened, key: &str) -> Option<i64> {
    match detail(entry, key)? {
        Detail::Number(number) => Some(*number),
        _ => None,
    }
}

fn list<'a>(entry: &'a Opened, key: &str) -> &'a [String] {
    match detail(entry, key) {
        Some(Detail::List(items)) => items,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{Body, Header, Party};

    /// The entry at its index: action, kind and id of its object, details.
    struct Said(&'static str, &'static str, &'static str, Vec<(&'static str, Detail)>);

    fn said(action: &'static str, kind: &'static str, id: &'static str) -> Said {
        Said(action, kind, id, Vec::new())
    }

    fn opened(index: u64, Said(action, kind, id, details): &Said) -> Opened {
        let header = Header {
            index,
            at: 0,
            action: (*action).to_owned(),
            ending: Ending::Success,
            key: [0; 16],
            id: [0; 16],
            actor: [0; 8],
            object: [0; 8],
            minimum: None,
        };
        let body = Body {
            actor: Party::System,
            session: None,
            door: "none".to_owned(),
            address: None,
            agent: String::new(),
            object_kind: (*kind).to_owned(),
            object_id: (*id).to_owned(),
            request: [0; 16],
            code: None,
            details: details.iter().map(|(key, detail)| ((*key).to_owned(), detail.clone())).collect(),
            cut: false,
        };
        Opened { header, body }
    }

    /// What is found, as `entry effect` or `effect`.
    fn found(entries: &[Said], effects: &[Effect]) -> Vec<String> {
        let mut told = Told::default();
        entries.iter().zip(0..).for_each(|(entry, index)| told.hear(&opened(index, entry)));
        let report = judge(&told, &Effects { entries: entries.len() as u64, effects: effects.to_vec() }, false);
        assert_eq!(report.verdict == Verdict::Clean, report.orphans.is_empty());
        let named = |orphan: Orphan| orphan.index.map(|index| format!("{index} ")).unwrap_or_default() + &orphan.effect;
        report.orphans.into_iter().map(named).collect()
    }

    #[test]
    fn every_rule_names_what_has_no_entry_and_what_has_no_effect() {
        for rule in &RULES {
            let (there, name) = ([Effect::new(rule.kind, 5)], format!("{} 5", rule.kind.word()));
            let began = || said(rule.begins, rule.object, "5");
            assert_eq!(found(&[began()], &there), [""; 0], "{name}");
            assert_eq!(found(&[], &there), [name.as_str()]);
            let without_effect = found(&[began()], &[]);
            assert_eq!(without_effect, if rule.fades { vec![] } else { vec![format!("0 {name}")] });
            for ends in rule.ends {
                let ended = || said(ends, rule.object, "5");
                assert_eq!(found(&[began(), ended()], &[]), [""; 0], "{ends}");
                assert_eq!(found(&[began(), ended()], &there), [name.as_str()], "{ends}");
                assert_eq!(found(&[began(), ended(), began()], &there), [""; 0], "{ends}");
            }
        }
    }

    #[test]
    fn members_come_and_go_and_imports_count_for_as_many_as_they_made() {
        let people = |names: &[&str]| vec![("members", Detail::List(names.iter().map(ToString::to_string).collect()))];
        let entries = || {
            vec![
                Said("conversation.create", "conversation", "3", people(&["1", "2"])),
                Said("members.remove", "conversation", "3", people(&["2"])),
            ]
        };
        let room = Effect::new(EffectKind::Conversation, 3);
        let (one, two) = (Effect::new(EffectKind::Member, "3/1"), Effect::new(EffectKind::Member, "3/2"));
        assert_eq!(found(&entries(), &[room.clone(), one.clone()]), [""; 0]);
        assert_eq!(found(&entries(), std::slice::from_ref(&room)), ["0 member 3/1"]);
        assert_eq!(found(&entries(), &[room, one, two]), ["member 3/2"]);

        let import = || Said("people.import", "import", "7", vec![("new", Detail::Number(2))]);
        let crowd: Vec<Effect> = (1..=3).map(|id| Effect::new(EffectKind::Person, id)).collect();
        assert_eq!(found(&[import()], &crowd[..2]), [""; 0]);
        assert_eq!(found(&[import()], &crowd), ["person 1", "person 2", "person 3"]);

        let founded = || Said("people.import", "import", "7", vec![("departments_new", Detail::Number(2))]);
        let places: Vec<Effect> = (1..=2).map(|id| Effect::new(EffectKind::Department, id)).collect();
        assert_eq!(found(&[founded()], &places), [""; 0]);
        let closed = || said("department.delete", "department", "2");
        assert_eq!(found(&[founded(), closed()], &places[..1]), [""; 0]);
        // One of the two is gone: another one does not take its place.
        let other = [places[0].clone(), Effect::new(EffectKind::Department, 3)];
        assert_eq!(found(&[founded(), closed()], &other), ["department 1", "department 3"]);
    }

    #[test]
    fn nodes_are_followed_through_folders_copies_and_the_trash() {
        let parent = |id: &str| vec![("parent", Detail::Text(id.to_owned()))];
        let entries = || {
            vec![
                Said("node.create", "node", "2", parent("1")),
                Said("node.create", "node", "3", parent("2")),
                Said("node.copy", "node", "4", parent("1")),
            ]
        };
        let node = |id: u64, parent: u64| Effect::new(EffectKind::Node, id).with(parent);
        let root = Effect::new(EffectKind::Root, 1);
        let all = [root.clone(), node(2, 1), node(3, 2), node(4, 1), node(5, 4)];
        // 5 came with the copy.
        assert_eq!(found(&entries(), &all), [""; 0]);
        assert_eq!(found(&entries(), &[&all[..], &[node(6, 2)]].concat()), ["node 6"]);
        assert_eq!(found(&entries(), &[root.clone(), node(2, 1), node(4, 1)]), ["1 node 3"]);
        // Erased with its folder, no entry of its own.
        let erased: Vec<Said> = entries().into_iter().chain([said("node.erase", "node", "2")]).collect();
        assert_eq!(found(&erased, &[root, node(4, 1)]), [""; 0]);
    }

    #[test]
    fn the_newest_version_is_the_one_that_was_written_last() {
        let written = |version| Said("node.write", "node", "2", vec![("version", Detail::Number(version))]);
        let node = [Effect::new(EffectKind::Root, 2)];
        let newest = |version| [&node[..], &[Effect::new(EffectKind::Version, 2).with(version)]].concat();
        assert_eq!(found(&[], &newest(1)), [""; 0]);
        assert_eq!(found(&[], &newest(2)), ["version 2"]);
        assert_eq!(found(&[written(2)], &newest(2)), [""; 0]);
        assert_eq!(found(&[written(2)], &newest(1)), ["0 version 2"]);
        assert_eq!(found(&[written(2), said("version.restore", "node", "2")], &newest(3)), [""; 0]);
        assert_eq!(found(&[written(2)], &newest(3)), ["version 2"]);
    }

    #[test]
    fn in_a_pruned_log_an_effect_without_an_entry_proves_nothing() {
        let effects = Effects { entries: 9, effects: vec![Effect::new(EffectKind::Hold, 1)] };
        assert_eq!(judge(&Told::default(), &effects, true).verdict, Verdict::CannotTell);
        let mut told = Told::default();
        told.hear(&opened(8, &said("hold.place", "hold", "2")));
        assert_eq!(judge(&told, &effects, true).verdict, Verdict::Bad);
    }
}
