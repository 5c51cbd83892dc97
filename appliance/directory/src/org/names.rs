//! Who is called so: names, uids and readings of everybody in a few long texts that one search runs through.
//!
//! A hundred thousand names are some six megabytes, which a vectorised search reads in a millisecond; asking one person
//! after the other takes twenty times that. A stretch of slots is written when somebody first searches it, and anew after a
//! change in it.

use std::sync::{Arc, OnceLock};

use memchr::memmem::Finder;

use super::OrgPerson;

/// People of one stretch: a change of one of them writes so many anew.
const STRETCH: usize = 1024;
/// Behind each word; no word has it.
const END: char = '\0';

/// By the number of the stretch. Shared between snapshots for as long as nobody in it changes.
#[derive(Default, Clone)]
pub(super) struct Names {
    stretches: Vec<Arc<OnceLock<Stretch>>>,
}

/// What somebody typed, in lower case and not empty.
pub(crate) struct Typed {
    /// Part of a name or uid.
    pub(crate) text: String,
    /// The beginning of syllables or of the initials: without what one puts between them.
    pub(crate) letters: String,
}

impl Names {
    /// The person in this slot is new or another.
    pub(super) fn change(&mut self, slot: u32) {
        let stretch = slot as usize / STRETCH;
        let known = self.stretches.len().max(stretch + 1);
        self.stretches.resize_with(known, Arc::default);
        self.stretches[stretch] = Arc::default();
    }

    /// Slots of everybody who is called so, in order.
    pub(super) fn called(&self, people: &[Arc<OrgPerson>], typed: &Typed) -> Vec<u32> {
        let (text, letters) = (typed.finder(&typed.text), typed.finder(&typed.letters));
        let mut found = Vec::new();
        for ((first, stretch), people) in (0..).step_by(STRETCH).zip(&self.stretches).zip(people.chunks(STRETCH)) {
            let stretch = stretch.get_or_init(|| Stretch::of(people));
            let mut here = text.as_ref().map_or_else(Vec::new, |text| stretch.words.with(text, |_| true));
            let read = letters.as_ref().map_or_else(Vec::new, |letters| stretch.readings.with(letters, |at| stretch.begins(at)));
            here.extend(read);
            here.sort_unstable();
            here.dedup();
            found.extend(here.into_iter().map(|person| first + person));
        }
        found
    }
}

impl Typed {
    /// None: nobody is called that.
    fn finder<'t>(&self, part: &'t str) -> Option<Finder<'t>> {
        (!part.is_empty() && !part.contains(END)).then(|| Finder::new(part))
    }
}

/// The words of a stretch of people.
struct Stretch {
    /// Name and uid, in lower case.
    words: Text,
    /// Initials, and the syllables without spaces.
    readings: Text,
    /// Where in the readings the initials or a syllable begin, in order.
    beginnings: Vec<u32>,
}

impl Stretch {
    fn of(people: &[Arc<OrgPerson>]) -> Self {
        let (mut words, mut readings, mut beginnings) = (Text::default(), Text::default(), Vec::new());
        for person in people {
            words.push(&person.name.to_lowercase());
            words.push(&person.uid.to_lowercase());
            words.end_person();
            beginnings.push(readings.len());
            readings.push(&person.initials);
            for syllable in person.pinyin.split(' ') {
                beginnings.push(readings.len());
                readings.text.push_str(syllable);
            }
            readings.end_person();
        }
        Self { words, readings, beginnings }
    }

    fn begins(&self, at: u32) -> bool {
        self.beginnings.binary_search(&at).is_ok()
    }
}

/// Words of one person after the other.
#[derive(Default)]
struct Text {
    text: String,
    /// Where the words of each person end.
    ends: Vec<u32>,
}

impl Text {
    fn push(&mut self, word: &str) {
        self.text.push_str(word);
        self.text.push(END);
    }

    fn end_person(&mut self) {
        self.text.push(END);
        self.ends.push(self.len());
    }

    /// A stretch is far from four thousand million bytes: a name has 64 characters.
    fn len(&self) -> u32 {
        u32::try_from(self.text.len()).unwrap_or(u32::MAX)
    }

    /// Numbers of the people in whose words it is found at a place that counts, in order, each once.
    fn with(&self, part: &Finder<'_>, counts: impl Fn(u32) -> bool) -> Vec<u32> {
        let (mut found, mut person, mut from) = (Vec::new(), 0, 0);
        while let Some(hit) = part.find(&self.text.as_bytes()[from..]) {
            let at = from + hit;
            if !counts(u32::try_from(at).unwrap_or(u32::MAX)) {
                from = at + 1;
                continue;
            }
            person += self.ends[person..].partition_point(|end| *end as usize <= at);
            found.push(u32::try_from(person).unwrap_or(u32::MAX));
            from = self.ends[person] as usize;
        }
        found
    }
}
