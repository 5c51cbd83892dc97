//! Searching: what the filter leads to or everything below the base, in pages, in order, within the limits.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    connection::{Connection, Ended},
    controls::{Controls, Page, Sort, paged, sorted},
    dn::Dn,
    extended::CANCEL,
    limits,
    message::{AnswerControl, Control, Extra, Message, Outcome, Request, Scope, SearchRequest, answer, code, write_outcome},
    query::Test,
    root,
    schema::{Attr, Rule, described},
    select::Selection,
    tree::{Named, Place, Sight},
    values::Value,
};
use crate::rooms::Rooms;

/// A search that can be gone on with, on this connection only.
pub(super) struct Paged {
    /// What its next page is asked for with.
    cookie: u64,
    /// Of everything that must be the same in every page.
    asked: Vec<u8>,
    source: Source,
    given: u32,
}

/// Where entries come from, in the order of their positions or in one that was asked for.
enum Source {
    These { places: Vec<Place>, next: usize },
    All { next: u64 },
}

impl Source {
    fn next(&mut self, sight: &Sight, base: Place) -> Option<Place> {
        match self {
            Self::These { places, next } => {
                let place = places.get(*next).copied()?;
                *next += 1;
                Some(place)
            }
            Self::All { next } => {
                let place = sight.from(*next, base)?;
                *next = place.position() + 1;
                Some(place)
            }
        }
    }

    /// The last one was one too many.
    fn put_back(&mut self) {
        match self {
            Self::These { next, .. } => *next -= 1,
            Self::All { next } => *next -= 1,
        }
    }
}

/// One search ready to run.
struct Ready {
    sight: Sight,
    base: Place,
    scope: Scope,
    test: Test,
    selection: Selection,
    until: Instant,
    entries: u32,
    page: Option<u32>,
}

/// How it went.
struct Ran {
    outcome: Outcome,
    /// There is more, behind a full page.
    more: bool,
}

impl Connection {
    pub(super) async fn search(
        &mut self,
        id: i32,
        rooms: &Arc<Rooms>,
        request: &SearchRequest<'_>,
        controls: &Controls<'_>,
        sent: &[Control<'_>],
    ) -> Result<(), Ended> {
        let mut answers = Vec::new();
        let outcome = match self.found(id, rooms, request, controls, sent, &mut answers).await {
            Ok(outcome) => outcome,
            Err(Refused::Outcome(outcome)) => outcome,
            Err(Refused::Silent) => return Ok(()),
            Err(Refused::Ended) => return Err(Ended),
        };
        write_outcome(&mut self.wire.out, id, answer::SEARCH_DONE, &outcome, &Extra::default(), &answers);
        Ok(self.wire.flush().await?)
    }

    async fn found(
        &mut self,
        id: i32,
        rooms: &Arc<Rooms>,
        request: &SearchRequest<'_>,
        controls: &Controls<'_>,
        sent: &[Control<'_>],
        answers: &mut Vec<AnswerControl>,
    ) -> Result<Outcome, Refused> {
        let dn = Dn::parse(request.base).map_err(|no_name| Outcome {
            offset: Some(no_name.offset),
            ..Outcome::new(code::INVALID_DN, "no distinguished name")
        })?;
        if dn.rdns.is_empty() && request.scope == Scope::Base {
            root::root(&rooms.book.suffix, rooms.book.changed_at()).answer(id, request, &mut self.wire.out);
            return Ok(Outcome::success());
        }
        if !self.wire.is_secure() {
            return Err(Outcome::new(code::CONFIDENTIALITY_REQUIRED, "begin TLS first").into());
        }
        let bound = self.view();
        let sight = rooms
            .book
            .sight(Arc::new(bound.clone().map_or_else(holdfast_directory::connectors::View::of_names, |(view, ..)| view)));
        let named = sight.resolve(&dn);
        if named == Named::Subschema {
            if request.scope != Scope::One {
                root::subschema().answer(id, request, &mut self.wire.out);
            }
            return Ok(Outcome::success());
        }
        let Some((_, entries, seconds)) = bound else {
            return Err(Outcome::new(code::INSUFFICIENT_ACCESS, "sign in first").into());
        };
        let (base, scope) = based(&sight, named, request.scope)?;
        if let Some(assertion) = &controls.assertion
            && Test::of(assertion, &sight).holds(&sight, base) != Some(true)
        {
            return Err(Outcome::new(code::ASSERTION_FAILED, "the assertion does not hold").into());
        }
        let least = |asked: u32, most: u32| if asked == 0 { most } else { asked.min(most) };
        let ready = Ready {
            test: Test::of(&request.filter, &sight),
            selection: Selection::of(&request.attributes, request.types_only),
            until: Instant::now() + Duration::from_secs(u64::from(least(request.seconds, seconds))),
            entries: least(request.entries, entries),
            page: controls.page.map(|page| page.size),
            sight,
            base,
            scope,
        };
        self.searches += 1;
        self.run(id, rooms, ready, request, controls, sent, answers).await
    }

    #[expect(clippy::too_many_arguments, reason = "everything that one search consists of")]
    async fn run(
        &mut self,
        id: i32,
        rooms: &Arc<Rooms>,
        ready: Ready,
        request: &SearchRequest<'_>,
        controls: &Controls<'_>,
        sent: &[Control<'_>],
        answers: &mut Vec<AnswerControl>,
    ) -> Result<Outcome, Refused> {
        let (mut source, mut given) = match self.resumed(request, controls.page, sent)? {
            Some(Resumed::Ended) => {
                answers.push(paged(&[], 0));
                return Ok(Outcome::success());
            }
            Some(Resumed::At(source, given)) => {
                if controls.sort.is_some() {
                    answers.push(sorted(code::SUCCESS));
                }
                (source, given)
            }
            None => (self.begun(id, rooms, &ready, controls.sort.as_ref(), answers).await?, 0),
        };
        let ran = self.give(id, rooms, &ready, &mut source, &mut given).await?;
        if controls.page.is_some() {
            let next = if ran.more { self.keep(asked(request, sent), source, given) } else { Vec::new() };
            answers.push(paged(&next, 0));
        }
        Ok(ran.outcome)
    }

    /// The search that a cookie stands for.
    fn resumed(
        &mut self,
        request: &SearchRequest<'_>,
        page: Option<Page<'_>>,
        sent: &[Control<'_>],
    ) -> Result<Option<Resumed>, Refused> {
        let Some(page) = page.filter(|page| !page.cookie.is_empty()) else { return Ok(None) };
        let same = asked(request, sent);
        let at = self.paged.iter().position(|known| known.cookie.to_be_bytes() == page.cookie && known.asked == same);
        let Some(at) = at else {
            return Err(Outcome::new(code::UNWILLING, "this page is of no search that is under way here").into());
        };
        let known = self.paged.remove(at);
        // A page of nothing gives up the rest (RFC 2696, section 3).
        if page.size == 0 {
            return Ok(Some(Resumed::Ended));
        }
        Ok(Some(Resumed::At(known.source, known.given)))
    }

    fn keep(&mut self, asked: Vec<u8>, source: Source, given: u32) -> Vec<u8> {
        if self.paged.len() >= limits::PAGED_SEARCHES {
            self.paged.remove(0);
        }
        let cookie = u64::from_be_bytes(self.app.world.random());
        self.paged.push(Paged { cookie, asked, source, given });
        cookie.to_be_bytes().to_vec()
    }

    /// What there is to look at: what the filter leads to, or all; put in order first where that is asked for.
    async fn begun(
        &mut self,
        id: i32,
        rooms: &Arc<Rooms>,
        ready: &Ready,
        sort: Option<&Sort<'_>>,
        answers: &mut Vec<AnswerControl>,
    ) -> Result<Source, Refused> {
        let mut source = match (ready.scope, ready.test.candidates(&ready.sight, &rooms.book)) {
            (Scope::Base, _) => Source::These { places: vec![ready.base], next: 0 },
            (_, Some(mut places)) => {
                places.sort_unstable_by_key(|place| place.position());
                places.dedup();
                Source::These { places, next: 0 }
            }
            (_, None) => Source::All { next: 0 },
        };
        let Some(sort) = sort else { return Ok(source) };
        let keys = match keys(sort) {
            Ok(keys) => keys,
            Err(why) => {
                answers.push(sorted(why));
                if sort.critical {
                    return Err(Outcome::new(code::UNAVAILABLE_CRITICAL_EXTENSION, "it cannot be put in that order").into());
                }
                return Ok(source);
            }
        };
        let mut found: Vec<(Vec<Option<String>>, Place)> = Vec::new();
        let mut looked = 0;
        while let Some(place) = self.matching(id, rooms, ready, &mut source, &mut looked).await? {
            // One more than is given, so that its end says that there are more.
            if found.len() > ready.entries as usize {
                break;
            }
            found.push((keys.iter().map(|(attr, _)| key(&ready.sight, place, *attr)).collect(), place));
        }
        found.sort_by(|(a, _), (b, _)| order(a, b, &keys));
        answers.push(sorted(code::SUCCESS));
        Ok(Source::These { places: found.into_iter().map(|(_, place)| place).collect(), next: 0 })
    }

    /// Writes entries until there are no more, the page is full, or a limit is met.
    async fn give(
        &mut self,
        id: i32,
        rooms: &Arc<Rooms>,
        ready: &Ready,
        source: &mut Source,
        given: &mut u32,
    ) -> Result<Ran, Refused> {
        let (mut scratch, mut looked, mut on_page) = (String::new(), 0, 0);
        loop {
            let place = match self.matching(id, rooms, ready, source, &mut looked).await {
                Ok(Some(place)) => place,
                Ok(None) => return Ok(Ran { outcome: Outcome::success(), more: false }),
                // What was found in time was given already.
                Err(Refused::Outcome(outcome)) => return Ok(Ran { outcome, more: false }),
                Err(other) => return Err(other),
            };
            if *given >= ready.entries {
                return Ok(Ran { outcome: Outcome::new(code::SIZE_LIMIT, "there are more entries"), more: false });
            }
            if ready.page.is_some_and(|page| on_page >= page) {
                source.put_back();
                return Ok(Ran { outcome: Outcome::success(), more: true });
            }
            ready.selection.write(id, &ready.sight, place, &mut self.wire.out, &mut scratch);
            (on_page, *given) = (on_page + 1, *given + 1);
            self.entries += 1;
            if self.wire.out.len() >= limits::WRITE_BYTES {
                self.wire.flush().await?;
            }
        }
    }

    /// The next entry that is in scope, seen and matched. Others get their turn in between.
    async fn matching(
        &mut self,
        id: i32,
        rooms: &Arc<Rooms>,
        ready: &Ready,
        source: &mut Source,
        looked: &mut usize,
    ) -> Result<Option<Place>, Refused> {
        while let Some(place) = source.next(&ready.sight, ready.base) {
            *looked += 1;
            if looked.is_multiple_of(limits::ENTRIES_PER_TURN) {
                self.pause(id, rooms, ready).await?;
            }
            if ready.is_in_scope(place) && ready.sight.has(place) && ready.test.holds(&ready.sight, place) == Some(true) {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    async fn pause(&mut self, id: i32, rooms: &Rooms, ready: &Ready) -> Result<(), Refused> {
        if Instant::now() >= ready.until {
            return Err(Outcome::new(code::TIME_LIMIT, "it takes too long").into());
        }
        if self.app.rooms().is_err() {
            return Err(Outcome::new(code::UNAVAILABLE, "the box was sealed").into());
        }
        if !self.stands(rooms) || !self.wire.look().await {
            return Err(Refused::Ended);
        }
        let mut given_up = None;
        for (other, request) in self.wire.waiting().filter_map(Message::peek) {
            match request {
                Request::Abandon(which) if which == id => return Err(Refused::Silent),
                Request::Unbind => return Err(Refused::Ended),
                Request::Extended { oid, value } if oid == CANCEL.as_bytes() && canceled(value) == Some(id) => {
                    given_up = Some(other)
                }
                _ => {}
            }
        }
        if given_up.is_some() {
            self.canceled = given_up;
            return Err(Outcome::new(code::CANCELED, "canceled").into());
        }
        tokio::task::yield_now().await;
        Ok(())
    }
}

enum Resumed {
    Ended,
    At(Source, u32),
}

/// Why there is no ordinary end.
enum Refused {
    Outcome(Outcome),
    /// Abandoned: not even its end is told.
    Silent,
    Ended,
}

impl From<Outcome> for Refused {
    fn from(outcome: Outcome) -> Self {
        Self::Outcome(outcome)
    }
}

impl From<std::io::Error> for Refused {
    fn from(_: std::io::Error) -> Self {
        Self::Ended
    }
}

impl Ready {
    fn is_in_scope(&self, place: Place) -> bool {
        match self.scope {
            Scope::Base => place == self.base,
            Scope::One => self.sight.parent(place) == Some(self.base),
            Scope::Subtree => self.sight.is_inside(place, self.base),
        }
    }
}

/// Which message a Cancel is about.
fn canceled(value: Option<&[u8]>) -> Option<i32> {
    super::ber::Reader::new(value?).sequence().ok()?.integer().ok()
}

/// Where the search begins. Below the root there is one suffix: printers ask at the root for what is below it.
fn based(sight: &Sight, named: Named, scope: Scope) -> Result<(Place, Scope), Refused> {
    match (named, scope) {
        (Named::Entry(place), scope) => Ok((place, scope)),
        (Named::Root, Scope::Subtree) => Ok((Place::Suffix, Scope::Subtree)),
        (Named::Root, _) => Ok((Place::Suffix, Scope::Base)),
        (Named::Nothing(Some(above)), _) => {
            Err(Outcome { matched: sight.name(above), ..Outcome::new(code::NO_SUCH_OBJECT, "") }.into())
        }
        (Named::Connector(_), _) => {
            Err(Outcome { matched: sight.name(Place::Suffix), ..Outcome::new(code::NO_SUCH_OBJECT, "") }.into())
        }
        (Named::Nothing(None) | Named::Subschema, _) => Err(Outcome::new(code::NO_SUCH_OBJECT, "").into()),
    }
}

/// What every page of one search must have in common: all of it but the page itself.
fn asked(request: &SearchRequest<'_>, sent: &[Control<'_>]) -> Vec<u8> {
    let others = sent.iter().filter(|control| control.oid != super::controls::PAGED.as_bytes());
    let text = format!("{request:?} {:?}", others.collect::<Vec<_>>());
    ring::digest::digest(&ring::digest::SHA256, text.as_bytes()).as_ref().to_vec()
}

/// The attributes of a sort, and which of them the largest first; else the code of RFC 2891 that says why not.
fn keys(sort: &Sort<'_>) -> Result<Vec<(Attr, bool)>, i32> {
    let mut keys = Vec::new();
    for (attribute, rule, reverse) in &sort.keys {
        let Some([attr]) = described(attribute) else { return Err(code::NO_SUCH_ATTRIBUTE) };
        if rule.is_some_and(|rule| !orders(rule, *attr)) {
            return Err(18); // inappropriateMatching
        }
        keys.push((*attr, *reverse));
    }
    Ok(keys)
}

/// `caseIgnoreOrderingMatch` and its like put values in the order that they have here anyway.
fn orders(rule: &[u8], attr: Attr) -> bool {
    let text: [&[u8]; 4] = [b"2.5.13.3", b"caseIgnoreOrderingMatch", b"2.5.13.6", b"caseExactOrderingMatch"];
    match attr.kind().rule {
        Rule::CaseIgnore | Rule::CaseIgnoreIa5 | Rule::CaseExact | Rule::CaseExactIa5 | Rule::Telephone => {
            text.iter().any(|known| known.eq_ignore_ascii_case(rule))
        }
        own => super::schema::matching_rule(rule).is_some_and(|known| known.rule == own),
    }
}

/// What an entry is sorted by: the least of its values. Names of people as they are read, not as they are encoded.
fn key(sight: &Sight, place: Place, attr: Attr) -> Option<String> {
    if let (Place::Person(slot), Attr::Cn | Attr::Sn | Attr::DisplayName) = (place, attr)
        && let Some(person) = sight.org.at_slot(slot)
    {
        return Some(format!("{} {}", person.pinyin, person.name));
    }
    let mut least: Option<String> = None;
    sight.values(place, attr, &mut |value| {
        let text = match value {
            Value::Text(text) => {
                super::prepare::text(attr.kind().rule, text, super::prepare::Piece::Whole).unwrap_or_default().into_owned()
            }
            Value::Number(number) => format!("{number:020}"),
            Value::Time(at) => format!("{at:020}"),
            Value::Place(place) => sight.name(place),
            Value::Uuid(uuid) => uuid::Uuid::from_bytes(uuid).to_string(),
            Value::Truth(truth) => truth.to_string(),
            Value::Subschema | Value::Picture(_) => String::new(),
        };
        if least.as_ref().is_none_or(|least| text < *least) {
            least = Some(text);
        }
        true
    });
    least
}

/// What has no value comes after all that have one (RFC 2891, section 2.2).
fn order(a: &[Option<String>], b: &[Option<String>], keys: &[(Attr, bool)]) -> std::cmp::Ordering {
    for ((a, b), (_, reverse)) in a.iter().zip(b).zip(keys) {
        let order = (a.is_none(), a).cmp(&(b.is_none(), b));
        let order = if *reverse { order.reverse() } else { order };
        if order.is_ne() {
            return order;
        }
    }
    std::cmp::Ordering::Equal
}
