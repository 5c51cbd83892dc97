//! One search: ask the engines, have the slices confirm and fill in each hit, write the finished query into the audit log.

use std::{sync::Arc, time::Instant};

use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, ConversationId, DepartmentId, PersonId, Result, Timestamp};
use holdfast_directory::Sight;
use holdfast_search::{Class, NameKey, NameKind, Page, Sort};

use super::{
    ask::{Ask, Kind, SearchQuery},
    cursor::Cursor,
    hits::Filler,
    views::{SearchAnswer, SearchGroup, SearchGroups, SearchList},
};
use crate::{openings, rooms::Rooms};

pub(super) fn search(rooms: &Rooms, actor: &Actor, query: &SearchQuery, cursor: Option<Cursor>) -> Result<SearchAnswer> {
    let began = Instant::now();
    let ask = query.resolve(rooms, actor)?;
    let sight = rooms.directory.sight(actor)?;
    rooms.search.catch_up();
    let run = Run {
        rooms,
        ask: &ask,
        filler: Filler::new(rooms, actor, &ask, &sight, query.typing),
        sight: &sight,
        limit: query.limit(),
        newest: query.newest,
        cursor,
        now: actor.now,
    };
    let kinds: &[Kind] = match query.kind {
        Kind::All => &[Kind::People, Kind::Conversations, Kind::Messages, Kind::Files],
        Kind::People => &[Kind::People],
        Kind::Conversations => &[Kind::Conversations],
        Kind::Messages => &[Kind::Messages],
        Kind::Files => &[Kind::Files],
    };
    let mut groups = kinds.iter().map(|kind| run.group(*kind)).collect::<Result<Vec<_>>>()?;
    let total: u64 = groups.iter().map(|group| group.total).sum();
    // A question is one entry, however many of its pages are turned.
    if !query.typing && cursor.is_none() && !query.q.trim().is_empty() {
        rooms.audit.append(entry(rooms, actor, query, total)?)?;
    }
    let partial = rooms.search.is_partial();
    let took_milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    if query.kind == Kind::All {
        groups.retain(|group| group.total > 0);
        return Ok(SearchAnswer::Groups(SearchGroups { groups, partial, took_milliseconds }));
    }
    let (items, next, total) = groups.pop().map(|group| (group.items, group.next, group.total)).unwrap_or_default();
    Ok(SearchAnswer::List(SearchList { items, next, total, partial, took_milliseconds }))
}

/// Who searched, where, and how much was found. For what stays sealed until two auditors open it.
fn entry(rooms: &Rooms, actor: &Actor, query: &SearchQuery, total: u64) -> Result<Event> {
    let sealed = openings::seal_query(&rooms.vault, actor.request, &query.q)?;
    let mut event = Event::new(actor, "search.query", Object::new("search", actor.request)).text(openings::QUERY_DETAIL, sealed);
    if let Some(from) = &query.from {
        event = event.text("from", from.as_str());
    }
    if let Some(within) = query.within {
        event = event.text("in", within.to_string());
    }
    Ok(event.number("hits", i64::try_from(total).unwrap_or(i64::MAX)))
}

struct Run<'a> {
    rooms: &'a Rooms,
    ask: &'a Ask,
    filler: Filler<'a>,
    sight: &'a Sight,
    limit: usize,
    newest: bool,
    cursor: Option<Cursor>,
    now: Timestamp,
}

impl Run<'_> {
    fn group(&self, kind: Kind) -> Result<SearchGroup> {
        match kind {
            Kind::People => self.names(kind, NameKind::Person),
            Kind::Conversations => self.names(kind, NameKind::Conversation),
            Kind::Messages => self.contents(kind, Class::Message),
            Kind::Files | Kind::All => self.contents(kind, Class::File),
        }
    }

    fn names(&self, kind: Kind, wanted: NameKind) -> Result<SearchGroup> {
        if self.ask.is_narrowed {
            return Ok(SearchGroup { kind, items: Vec::new(), total: 0, next: None });
        }
        let mine = &self.ask.reach.conversations;
        let sees = |key: NameKey| {
            key.kind == wanted
                && match wanted {
                    NameKind::Conversation => mine.contains(&ConversationId(key.id)),
                    NameKind::Person => self.sight.sees(PersonId(key.id)),
                    NameKind::Department => self.sight.department(DepartmentId(key.id)).is_some(),
                }
        };
        let skip = self.cursor.map_or(0, |cursor| usize::try_from(cursor.skip).unwrap_or(usize::MAX));
        let found = self.rooms.search.names().search(&self.ask.names, &sees, skip, self.limit);
        let end = skip.saturating_add(found.hits.len());
        let more = !found.hits.is_empty() && (end as u64) < found.total;
        let next = more.then(|| Cursor::skipping(kind, self.now, end).encode());
        let mut items = Vec::new();
        for hit in &found.hits {
            items.extend(self.filler.name(hit)?);
        }
        Ok(SearchGroup { kind, items, total: found.total, next })
    }

    fn contents(&self, kind: Kind, class: Class) -> Result<SearchGroup> {
        let allowed = if class == Class::Message { &self.ask.reach.messages } else { &self.ask.reach.files };
        let now = self.cursor.map_or(self.now, |cursor| Timestamp(cursor.now));
        let sort = if self.newest || self.ask.query.is_blank() { Sort::Newest } else { Sort::Relevance };
        let page = Page { after: self.cursor.map(|cursor| cursor.place()), limit: self.limit, sort, now };
        let search = &self.rooms.search;
        let found = loop {
            let index = search.index()?;
            match index.search(class, &self.ask.query, allowed, self.ask.authors.as_ref(), page) {
                Ok(found) => break found,
                // It was begun anew meanwhile, and the old one is gone with its key: the new one answers.
                Err(_) if !Arc::ptr_eq(&index, &search.index()?) => {}
                Err(error) => {
                    search.distrust();
                    return Err(error.into());
                }
            }
        };
        let mut items = Vec::new();
        for hit in &found.hits {
            items.extend(self.filler.content(hit)?);
        }
        let next = found.next.map(|place| Cursor::after(kind, now, place).encode());
        Ok(SearchGroup { kind, items, total: found.total, next })
    }
}
