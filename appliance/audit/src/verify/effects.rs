//! What the stores of a box show for themselves, in one file: a note of the log's own key over its hash, then a line for each
//! effect, ids and numbers only. `holdfast effects` writes it, [`super::crosscheck`] holds it against the log.
//!
//! Always true of it: every effect in it was committed, and had its entry, before the log had `entries` entries.

use std::fmt::Write;

use ring::digest::{SHA256, digest};

use super::note::{Signed, SignedNote, VKey};

/// First line of the note: no checkpoint begins with it.
const FIRST_LINE: &str = "holdfast.box/effects/v1";

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// What kind of thing an effect is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum EffectKind { $($(#[$doc])* $name,)+ }

        impl EffectKind {
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

kinds! {
    Person = "person",
    /// A person whose account is frozen.
    Frozen = "frozen",
    Department = "department",
    /// `role/person`.
    Role = "role",
    Delegation = "delegation",
    AppPassword = "app-password",
    Session = "session",
    Conversation = "conversation",
    /// `conversation/person`: who is in it now.
    Member = "member",
    /// A message that its sender took back.
    Recall = "recall",
    Space = "space",
    /// The top folder of a space.
    Root = "root",
    /// With its parent, unless it lies in the trash or is being taken apart.
    Node = "node",
    /// A file with the number of its newest version.
    Version = "version",
    /// A node that lies in the trash itself, not with a folder.
    Trashed = "trashed",
    /// A legal hold that is not lifted.
    Hold = "hold",
    Shred = "shred",
    /// New data keys for everything.
    Renewal = "renewal",
    Witness = "witness",
    Filter = "filter",
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub kind: EffectKind,
    pub id: String,
    /// The parent of a node, the newest version of a file.
    pub number: Option<u64>,
}

impl Effect {
    pub fn new(kind: EffectKind, id: impl ToString) -> Self {
        Self { kind, id: id.to_string(), number: None }
    }

    pub fn with(self, number: u64) -> Self {
        Self { number: Some(number), ..self }
    }
}

/// Writes the file. `sign` makes a text the log's signed note.
pub fn write_effects<E>(
    origin: &str,
    entries: u64,
    effects: &[Effect],
    sign: impl FnOnce(&str) -> Result<String, E>,
) -> Result<String, E> {
    let mut lines = String::new();
    for Effect { kind, id, number } in effects {
        let number = number.map(|number| format!(" {number}")).unwrap_or_default();
        let _infallible = writeln!(lines, "{} {id}{number}", kind.word());
    }
    let note = sign(&head(origin, entries, effects.len(), &lines))?;
    Ok(format!("{note}\n{lines}"))
}

fn head(origin: &str, entries: u64, count: usize, lines: &str) -> String {
    let sha256 = hex::encode(digest(&SHA256, lines.as_bytes()));
    format!("{FIRST_LINE}\nlog {origin}\nentries {entries}\nlines {count}\nsha256 {sha256}\n")
}

/// What the file says, once the key stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Effects {
    pub(super) entries: u64,
    pub(super) effects: Vec<Effect>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is no such file, or of a later version.
    Shape,
    /// It is one, and the key does not stand behind it, or it was changed since.
    Altered,
}

pub(super) fn read_effects(file: &[u8], key: &VKey) -> Result<Effects, Unread> {
    let file = std::str::from_utf8(file).map_err(|_| Unread::Shape)?;
    // The note has one empty line inside and one behind it.
    let inside = file.find("\n\n").ok_or(Unread::Shape)? + 2;
    let end = inside + file[inside..].find("\n\n").ok_or(Unread::Shape)? + 1;
    let note = SignedNote::parse(&file.as_bytes()[..end]).map_err(|_| Unread::Shape)?;
    let lines = &file[end + 1..];
    let mut stated = note.text().lines();
    if stated.next() != Some(FIRST_LINE) {
        return Err(Unread::Shape);
    }
    let entries = stated.nth(1).and_then(|line| line.strip_prefix("entries ")?.parse().ok()).ok_or(Unread::Shape)?;
    let effects: Option<Vec<Effect>> = lines.lines().map(effect).collect();
    let signed = note.check(key) == Signed::Good;
    if !signed || note.text() != head(key.name(), entries, lines.lines().count(), lines) {
        return Err(Unread::Altered);
    }
    Ok(Effects { entries, effects: effects.ok_or(Unread::Shape)? })
}

fn effect(line: &str) -> Option<Effect> {
    let mut words = line.split(' ');
    let (kind, id) = (EffectKind::parse(words.next()?)?, words.next()?);
    let number = words.next().map(str::parse).transpose().ok()?;
    words.next().is_none().then(|| Effect { kind, id: id.to_owned(), number })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::testlog::TestSigner;

    #[test]
    fn the_file_comes_back_and_no_changed_bit_of_it_does() {
        let (signer, other) = (TestSigner::new("box"), TestSigner::new("box"));
        let effects = [Effect::new(EffectKind::Person, 7), Effect::new(EffectKind::Node, 9).with(3)];
        let sign = |text: &str| Ok::<_, ()>(super::super::note::signed(text, &signer.vkey, &signer.sign(text)));
        let file = write_effects("box", 41, &effects, sign).unwrap();
        let read = read_effects(file.as_bytes(), &signer.vkey).unwrap();
        assert_eq!((read.entries, read.effects.as_slice()), (41, &effects[..]));
        assert_eq!(read_effects(file.as_bytes(), &other.vkey), Err(Unread::Altered));
        assert_eq!(read_effects(b"holdfast", &signer.vkey), Err(Unread::Shape));
        for at in 0..file.len() * 8 {
            let mut bytes = file.clone().into_bytes();
            bytes[at / 8] ^= 1 << (at % 8);
            assert!(read_effects(&bytes, &signer.vkey).is_err(), "bit {at}");
        }
    }
}
