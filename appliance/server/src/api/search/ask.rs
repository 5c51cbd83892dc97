//! What is asked, and what it means here: names become people, titles become containers.

use std::collections::{BTreeSet, HashSet};

use holdfast_base::{Actor, ConversationId, DepartmentId, PersonId, Result, SpaceId, Timestamp, limits::PAGE_ITEMS};
use holdfast_drive::Owner;
use holdfast_search::{NameKey, NameKind, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::cursor::Cursor;
use crate::{
    http::{Problem, page::within},
    rooms::Rooms,
    search::Reach,
};

/// People or conversations that one name of a filter may mean.
const NAMES: usize = 200;
/// Hits of each group where all kinds are asked for.
const GROUP_ITEMS: usize = 5;
/// Hits of a list where no number is given.
const LIST_ITEMS: usize = 20;
/// Days of a filter begin at midnight of this offset where the client names none: the enterprise is in China.
const OFFSET_MINUTES: i32 = 480;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    #[default]
    All,
    People,
    Conversations,
    Messages,
    Files,
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// What was typed.
    #[serde(default)]
    pub q: String,
    #[serde(default)]
    #[param(inline)]
    pub kind: Kind,
    /// Sign-in name of the author.
    pub from: Option<String>,
    /// Id of a conversation.
    #[serde(rename = "in")]
    #[param(value_type = Option<String>, pattern = "^[0-9]{1,19}$")]
    pub within: Option<ConversationId>,
    /// Not earlier than this instant, in microseconds.
    pub after: Option<i64>,
    /// Earlier than this instant, in microseconds.
    pub before: Option<i64>,
    /// What the page before answered as `next`.
    pub cursor: Option<String>,
    /// At most 200; 5 of each group, 20 of a list when absent.
    #[param(minimum = 1, maximum = 200)]
    #[serde(default, deserialize_with = "within::<_, _, 1, 200>")]
    pub limit: Option<usize>,
    /// Still being typed: not a finished query for the audit log.
    #[serde(default)]
    pub typing: bool,
    /// Newest first instead of best first.
    #[serde(default)]
    pub newest: bool,
    /// Minutes east of UTC, for the days of `after:` and `before:`. 480 when absent.
    #[param(minimum = -1080, maximum = 1080)]
    #[serde(default, deserialize_with = "within::<_, _, -1080, 1080>")]
    pub offset_minutes: Option<i32>,
}

/// A query with its filters resolved for one person.
pub(super) struct Ask {
    pub(super) query: Query,
    /// For the people engine: without filters.
    pub(super) names: String,
    pub(super) authors: Option<BTreeSet<u64>>,
    pub(super) reach: Reach,
    /// Filters that people and conversations do not have were given.
    pub(super) is_narrowed: bool,
}

impl SearchQuery {
    pub(super) fn place(&self) -> Result<Option<Cursor>, Problem> {
        let Some(text) = self.cursor.as_deref() else { return Ok(None) };
        Cursor::decode(text, self.kind).map(Some).ok_or_else(|| Problem::invalid("cursor", "not-a-cursor"))
    }

    pub(super) fn limit(&self) -> usize {
        let usual = if self.kind == Kind::All { GROUP_ITEMS } else { LIST_ITEMS };
        self.limit.unwrap_or(usual).clamp(1, PAGE_ITEMS)
    }

    pub(super) fn resolve(&self, rooms: &Rooms, actor: &Actor) -> Result<Ask> {
        let person = rooms.directory.org().active(actor)?.id;
        let offset = self.offset_minutes.unwrap_or(OFFSET_MINUTES).clamp(-1080, 1080) * 60;
        let mut query = Query::parse(&self.q, actor.now, offset);
        let typed = query.filter.clone();
        let filter = &mut query.filter;
        filter.after = filter.after.max(self.after.map(Timestamp));
        let before = self.before.map(Timestamp);
        filter.before = filter.before.into_iter().chain(before).min();
        let mut ask = Ask {
            names: names(&self.q, &query),
            authors: self.authors(rooms, &typed.from),
            reach: rooms.search.reach(person)?,
            is_narrowed: false,
            query,
        };
        if self.within.is_some() || !typed.within.is_empty() {
            ask.narrow(rooms, self.within, &typed.within)?;
        }
        let asked = &ask.query.filter;
        ask.is_narrowed = *asked != holdfast_search::Filter::default() || ask.authors.is_some() || self.within.is_some();
        Ok(ask)
    }

    /// Everybody whom the names may mean. Somebody must be meant: a name that nobody has finds nothing.
    fn authors(&self, rooms: &Rooms, typed: &[String]) -> Option<BTreeSet<u64>> {
        let given = self.from.as_ref();
        if given.is_none() && typed.is_empty() {
            return None;
        }
        let org = rooms.directory.org();
        let mut authors: BTreeSet<u64> = given.and_then(|uid| org.by_uid(uid)).map(|person| person.id.0).into_iter().collect();
        for name in typed {
            if let Some(person) = org.by_uid(name) {
                authors.insert(person.id.0);
                continue;
            }
            let is_person = |key: NameKey| key.kind == NameKind::Person;
            authors.extend(rooms.search.names().search(name, &is_person, 0, NAMES).hits.iter().map(|hit| hit.key.id));
        }
        Some(authors)
    }
}

impl Ask {
    /// Only these conversations (with their attachments), and the spaces of departments and people of these names.
    fn narrow(&mut self, rooms: &Rooms, given: Option<ConversationId>, typed: &[String]) -> Result<()> {
        let mut conversations: HashSet<ConversationId> = given.into_iter().collect();
        let mut owners: Vec<Owner> = Vec::new();
        for name in typed {
            let mine = &self.reach.conversations;
            let sees = |key: NameKey| key.kind != NameKind::Conversation || mine.contains(&ConversationId(key.id));
            for hit in rooms.search.names().search(name, &sees, 0, NAMES).hits {
                match hit.key.kind {
                    NameKind::Conversation => drop(conversations.insert(ConversationId(hit.key.id))),
                    NameKind::Department => owners.push(Owner::Department(DepartmentId(hit.key.id))),
                    NameKind::Person => owners.push(Owner::Person(PersonId(hit.key.id))),
                }
            }
        }
        owners.extend(conversations.iter().map(|id| Owner::Conversation(*id)));
        let spaces = rooms.search.spaces_of(owners)?;
        self.reach.messages.narrow(&conversations.iter().filter_map(|id| u32::try_from(id.0).ok()).collect());
        self.reach.files.narrow(&spaces.iter().filter_map(|space: &SpaceId| u32::try_from(space.0).ok()).collect());
        Ok(())
    }
}

/// What to look for among names: the words alone, once filters are taken out.
fn names(typed: &str, query: &Query) -> String {
    if query.filter == holdfast_search::Filter::default() {
        return typed.to_owned();
    }
    let words = query.clauses.iter().filter(|clause| !clause.negated).flat_map(|clause| &clause.runs);
    words.map(|run| run.text.as_str()).collect::<Vec<_>>().join(" ")
}
