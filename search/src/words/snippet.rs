//! Where a query stands in a text. Works on the original, which the caller opened; answers ranges in UTF-16 code units,
//! as JavaScript counts them, and never markup.

use std::collections::VecDeque;

use super::{
    fold::{Folded, folded, plain},
    runs::{Kind, Run, Runs, Script, kind},
};
use crate::{
    limits,
    query::{Clause, Piece, Query},
};

/// A piece of a text, and where to mark it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snippet {
    pub text: String,
    /// Start and end in UTF-16 code units of `text`, ascending, apart from each other.
    pub ranges: Vec<[u32; 2]>,
}

/// All of `text` (a title), with what the query finds in it.
pub fn highlight(text: &str, query: &Query) -> Vec<[u32; 2]> {
    let spots = merge(matches(text, query).into_iter().map(|spot| (spot.from, spot.to)).collect());
    spots.into_iter().map(|(from, to)| [units(&text[..from]), units(&text[..to])]).collect()
}

/// The stretch of `text` that shows the most clauses of `query`; its beginning where none is found.
pub fn snippet(text: &str, query: &Query) -> Snippet {
    let spots = matches(text, query);
    let best = best(&spots, text);
    let from = earlier(text, best, limits::SNIPPET_LEAD_CHARS);
    let to = text[from..].char_indices().nth(limits::SNIPPET_CHARS).map_or(text.len(), |(at, _)| from + at);
    let inside = spots.iter().filter(|spot| spot.from >= from && spot.to <= to).map(|spot| (spot.from, spot.to)).collect();
    write(text, from, to, &merge(inside))
}

/// A clause found in a text, by bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spot {
    from: usize,
    to: usize,
    clause: usize,
}

/// Places of clauses, up to where one stretch shows all of them (nothing further on could be better), or the limits.
/// A long text is cut into runs only where a clause could begin: folding all of it would cost more than the search itself.
fn matches(text: &str, query: &Query) -> Vec<Spot> {
    let clauses: Vec<Wanted<'_>> = query.clauses.iter().enumerate().filter(|(_, c)| !c.negated).map(Wanted::of).collect();
    let text = &text[..text.floor_char_boundary(limits::SNIPPET_TEXT_BYTES)];
    let mut hunt = Hunt::of(&clauses);
    if hunt.longest > 0 {
        let mut at = Some(0);
        while let Some(from) = at {
            at = hunt.stretch(text, from);
        }
    }
    hunt.spots.sort_by_key(|spot| (spot.from, spot.to));
    hunt.spots
}

/// What a clause begins with, folded.
struct Start {
    first: char,
    /// Stands right behind it.
    second: Option<char>,
    /// A word is matched where it begins only.
    word: bool,
}

/// Looking for clauses.
struct Hunt<'a> {
    clauses: &'a [Wanted<'a>],
    starts: Vec<Start>,
    /// Runs of the longest clause.
    longest: usize,
    spots: Vec<Spot>,
    /// Where a stretch was found that shows all.
    full: Option<usize>,
}

impl<'a> Hunt<'a> {
    fn of(clauses: &'a [Wanted<'a>]) -> Self {
        let starts = clauses.iter().filter_map(Start::of).collect();
        let longest = clauses.iter().map(|wanted| wanted.runs.len()).max().unwrap_or(0);
        Self { clauses, starts, longest, spots: Vec::new(), full: None }
    }

    /// Runs from the next place on where a clause could begin, as long as more such places are near. Where to go on.
    fn stretch(&mut self, text: &str, from: usize) -> Option<usize> {
        let mut near = self.anchor(text, from)?;
        let begin = run_start(text, from, near);
        let mut runs = Runs::of(&text[begin..]);
        // One run more than a clause has, to know where the next one begins.
        let mut window: VecDeque<Run> = VecDeque::with_capacity(self.longest + 1);
        loop {
            while window.len() <= self.longest
                && let Some(run) = runs.next()
            {
                window.push_back(run.moved(begin));
            }
            let first = window.front()?.chars.first()?.from;
            if !self.look(first, &window) {
                return None;
            }
            window.pop_front();
            let next = window.front()?.chars.first()?.from;
            if near < next {
                near = self.anchor(text, next)?;
            }
            // A character that folds to several runs is left as a whole, or the next stretch would begin where this one did.
            if next > first && window.back().and_then(|run| run.chars.last()).is_some_and(|last| near >= last.to) {
                return Some(next);
            }
        }
    }

    /// What begins in the first run of the window. False: enough was found.
    fn look(&mut self, begin: usize, window: &VecDeque<Run>) -> bool {
        if self.spots.len() >= limits::SNIPPET_MATCHES || self.full.is_some_and(|full| begin > full + STRETCH_BYTES) {
            return false;
        }
        let before = self.spots.len();
        for wanted in self.clauses {
            find(wanted, window, &mut |from, to| self.spots.push(Spot { from, to, clause: wanted.number }));
        }
        if self.full.is_none() && self.spots.len() > before && shows_all(&self.spots, self.clauses.len()) {
            self.full = Some(begin);
        }
        true
    }

    /// The next character where a clause may begin; never past one where it does.
    fn anchor(&self, text: &str, from: usize) -> Option<usize> {
        let may_begin = |(at, c): &(usize, char)| match plain(*c) {
            Some(first) => self.starts.iter().any(|start| start.first == first && start.fits(&text[from..], *at, *c)),
            None => folded(*c).any(|folded| self.starts.iter().any(|start| start.first == folded)),
        };
        text[from..].char_indices().find(may_begin).map(|(at, _)| from + at)
    }
}

impl Start {
    fn of(wanted: &Wanted<'_>) -> Option<Self> {
        let (piece, chars) = (wanted.clause.runs.first()?, wanted.runs.first()?);
        Some(Self { first: *chars.first()?, second: chars.get(1).copied(), word: piece.script == Script::Word })
    }

    /// Looks at the neighbours of `c`, which is the right one. Those that do not fold to one character may be anything.
    fn fits(&self, text: &str, at: usize, c: char) -> bool {
        // The middle of a word. A word that is so long that it is cut is shown from its beginning only.
        let inside = |before: char| plain(before).is_some_and(|before| kind(before) == Kind::Word);
        if self.word && text[..at].chars().next_back().is_some_and(inside) {
            return false;
        }
        let Some(second) = self.second else { return true };
        text[at + c.len_utf8()..].chars().next().is_some_and(|next| plain(next).is_none_or(|next| next == second))
    }
}

/// Where the row of runs without a gap begins that holds `at`; not before `from`, where one begins.
fn run_start(text: &str, from: usize, at: usize) -> usize {
    let joins = |c: char| folded(c).last().is_none_or(|last| matches!(kind(last), Kind::Word | Kind::Dense));
    let before = text[from..at].char_indices().rev().take_while(|(_, c)| joins(*c)).last();
    before.map_or(at, |(start, _)| from + start)
}

/// A stretch is at most this long, whatever its characters.
const STRETCH_BYTES: usize = 4 * limits::SNIPPET_CHARS;

/// The last spots lie close together and are of every clause.
fn shows_all(spots: &[Spot], clauses: usize) -> bool {
    let Some(last) = spots.last() else { return false };
    // In bytes of the shortest characters, so that it is never claimed too early.
    let near = |spot: &&Spot| last.to.saturating_sub(spot.from) < limits::SNIPPET_CHARS - limits::SNIPPET_LEAD_CHARS;
    let seen = spots.iter().rev().take_while(near).fold(0_u64, |seen, spot| seen | 1 << (spot.clause % 64));
    seen.count_ones() as usize >= clauses.min(64)
}

/// A clause with its runs as characters.
struct Wanted<'a> {
    number: usize,
    clause: &'a Clause,
    runs: Vec<Vec<char>>,
}

impl<'a> Wanted<'a> {
    fn of((number, clause): (usize, &'a Clause)) -> Self {
        Self { number, clause, runs: clause.runs.iter().map(|piece| piece.text.chars().collect()).collect() }
    }
}

/// Calls `found` for each place where a clause begins in the first run of `window`.
fn find(wanted: &Wanted<'_>, window: &VecDeque<Run>, found: &mut dyn FnMut(usize, usize)) {
    let ([piece], [chars]) = (wanted.clause.runs.as_slice(), wanted.runs.as_slice()) else {
        if let Some((from, to)) = in_a_row(wanted, window) {
            found(from, to);
        }
        return;
    };
    let Some(run) = window.front().filter(|run| run.script == piece.script) else { return };
    if piece.script == Script::Word {
        let whole = run.chars.len() == chars.len() || wanted.clause.open;
        if whole && starts(&run.chars, chars) {
            found(run.chars[0].from, run.chars[chars.len() - 1].to);
        }
        return;
    }
    for at in 0..(run.chars.len() + 1).saturating_sub(chars.len()) {
        if starts(&run.chars[at..], chars) {
            found(run.chars[at].from, run.chars[at + chars.len() - 1].to);
        }
    }
}

fn in_a_row(wanted: &Wanted<'_>, window: &VecDeque<Run>) -> Option<(usize, usize)> {
    let last = wanted.runs.len().checked_sub(1)?;
    let (mut from, mut to) = (0, 0);
    for (number, (piece, chars)) in wanted.clause.runs.iter().zip(&wanted.runs).enumerate() {
        let run = window.get(number).filter(|run| run.script == piece.script)?;
        let (begin, end) = part(piece, chars, run, Place { first: number == 0, last: number == last, open: wanted.clause.open })?;
        if number == 0 {
            from = begin;
        }
        to = end;
    }
    Some((from, to))
}

/// Where a piece stands in its phrase.
#[derive(Clone, Copy)]
struct Place {
    first: bool,
    last: bool,
    open: bool,
}

/// A piece of a phrase: a dense run may begin before the first piece and go on after the last.
fn part(piece: &Piece, chars: &[char], run: &Run, place: Place) -> Option<(usize, usize)> {
    let skip = run.chars.len().checked_sub(chars.len())?;
    let may_end_early = place.last && (piece.script == Script::Dense || place.open);
    let may_start_late = place.first && piece.script == Script::Dense;
    let at = if may_start_late { skip } else { 0 };
    if !starts(&run.chars[at..], chars) || (skip > 0 && !may_end_early && !may_start_late) {
        return None;
    }
    Some((run.chars[at].from, run.chars[at + chars.len() - 1].to))
}

fn starts(chars: &[Folded], wanted: &[char]) -> bool {
    !wanted.is_empty() && chars.len() >= wanted.len() && chars.iter().zip(wanted).all(|(folded, want)| folded.char == *want)
}

/// Where the window with the most different clauses begins.
fn best(spots: &[Spot], text: &str) -> usize {
    let reach = |from: usize| {
        let room = limits::SNIPPET_CHARS - limits::SNIPPET_LEAD_CHARS;
        text[from..].char_indices().nth(room).map_or(text.len(), |(at, _)| from + at)
    };
    let mut best = (0, 0);
    for (number, spot) in spots.iter().enumerate() {
        let end = reach(spot.from);
        let mut seen = 0_u64;
        for other in spots[number..].iter().take_while(|other| other.from < end) {
            seen |= 1 << (other.clause % 64);
        }
        if seen.count_ones() > best.0 {
            best = (seen.count_ones(), spot.from);
        }
    }
    best.1
}

/// `count` characters before `at`, not across the beginning of the text.
fn earlier(text: &str, at: usize, count: usize) -> usize {
    text[..at].char_indices().rev().take(count).last().map_or(at, |(from, _)| from)
}

fn merge(mut spots: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    spots.sort_unstable();
    let mut out: Vec<(usize, usize)> = Vec::with_capacity(spots.len());
    for (from, to) in spots {
        match out.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

/// Line breaks and other controls become blanks, so that a snippet stays on its line.
fn write(text: &str, from: usize, to: usize, spots: &[(usize, usize)]) -> Snippet {
    let mut out = Snippet::default();
    let mut length = 0;
    let mut spots = spots.iter().peekable();
    if from > 0 {
        out.text.push('…');
        length += 1;
    }
    let mut start = None;
    for (at, c) in text[from..to].char_indices().map(|(at, c)| (from + at, c)) {
        if let (Some(begin), Some(spot)) = (start, spots.peek())
            && at >= spot.1
        {
            out.ranges.push([begin, length]);
            start = None;
            spots.next();
        }
        if start.is_none() && spots.peek().is_some_and(|spot| at >= spot.0) {
            start = Some(length);
        }
        let shown = if c.is_control() { ' ' } else { c };
        out.text.push(shown);
        length += u32::from(u8::try_from(shown.len_utf16()).unwrap_or(1));
    }
    if let Some(begin) = start {
        out.ranges.push([begin, length]);
    }
    if to < text.len() {
        out.text.push('…');
    }
    out
}

fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use holdfast_base::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn query(text: &str) -> Query {
        Query::parse(text, Timestamp(0), 0)
    }

    fn marked(snippet: &Snippet) -> Vec<String> {
        let wide: Vec<u16> = snippet.text.encode_utf16().collect();
        let cut = |r: &[u32; 2]| String::from_utf16(&wide[r[0] as usize..r[1] as usize]).expect("on a boundary");
        snippet.ranges.iter().map(cut).collect()
    }

    #[test]
    fn marks_what_was_looked_for_as_it_stands_in_the_original() {
        let text = "👍 請檢查數據庫的備份，Backup 見 PRJ-7。";
        assert_eq!(marked(&snippet(text, &query("数据库 back prj-7"))), ["數據庫", "PRJ-7"]);
        assert_eq!(marked(&snippet(text, &query("数据库 prj-7 back"))), ["數據庫", "Back", "PRJ-7"]);
        assert_eq!(marked(&snippet(text, &query("\"备份 backup 见\""))), ["備份，Backup 見"]);
        assert_eq!(highlight("報告_v2.docx", &query("报告 v2")), [[0, 2], [3, 5]]);
        assert_eq!(marked(&snippet(text, &query("没有"))), Vec::<String>::new());
    }

    #[test]
    fn shows_the_place_with_the_most_clauses() {
        let text = format!("苹果{}\n苹果和香蕉{}", "无关的话。".repeat(100), "后来".repeat(100));
        let found = snippet(&text, &query("香蕉 苹果"));
        assert_eq!(marked(&found), ["苹果", "香蕉"]);
        assert!(found.text.starts_with('…') && found.text.ends_with('…') && !found.text.contains('\n'));
    }

    /// Every run of the text, one after the other.
    fn all_matches(text: &str, query: &Query) -> Vec<Spot> {
        let clauses: Vec<Wanted<'_>> = query.clauses.iter().enumerate().filter(|(_, c)| !c.negated).map(Wanted::of).collect();
        let mut hunt = Hunt::of(&clauses);
        let mut window: VecDeque<Run> = Runs::of(text).collect();
        while hunt.longest > 0
            && let Some(first) = window.front().map(|run| run.chars[0].from)
            && hunt.look(first, &window)
        {
            window.pop_front();
        }
        hunt.spots.sort_by_key(|spot| (spot.from, spot.to));
        hunt.spots
    }

    proptest! {
        #[test]
        fn leaps_miss_nothing(text in "[a-cA ，。一二三萬万é½㋀㍿ﬁ👍\u{301}\n]{0,400}", typed in "[a-c一二三万é1月 \"-]{0,12}") {
            let query = query(&typed);
            prop_assert_eq!(matches(&text, &query), all_matches(&text, &query), "{:?}", typed);
        }

        #[test]
        fn never_panics_and_ranges_are_sane(text in "[\\PC一二三é㍿👍 \n]{0,300}", typed in "[一二三é㍿👍a \"-]{0,12}") {
            let query = query(&typed);
            let found = snippet(&text, &query);
            let length = found.text.encode_utf16().count() as u32;
            let mut before = 0;
            for [from, to] in found.ranges.iter().copied() {
                prop_assert!(from >= before && from < to && to <= length);
                before = to;
            }
            marked(&found);
            highlight(&text, &query);
        }
    }
}
