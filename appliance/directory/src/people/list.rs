use holdfast_base::{DepartmentId, Error, PersonId, Result};
use serde::{Deserialize, Serialize};

use super::{cards, view};
use crate::{Directory, Org, OrgPerson, Paging, PersonState, SystemAdmin, cursor, limits, org::sort_key, views};

/// Which people. Everything that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Part of the name or uid, or the beginning of syllables or initials.
    pub q: Option<String>,
    pub department: Option<DepartmentId>,
    /// Below `department` too; else only its direct members.
    pub subtree: bool,
    pub state: Option<PersonState>,
}

/// The last person of a page: its place in the order of lists.
#[derive(Serialize, Deserialize)]
struct Position {
    pinyin: String,
    id: u64,
}

struct Found<'a> {
    people: Vec<&'a OrgPerson>,
    next: Option<String>,
}

/// Everybody who is listed, in the order of their pinyin.
pub fn list(directory: &Directory, filter: &Filter, paging: &Paging) -> Result<views::Page<views::Person>> {
    let org = directory.org();
    let found = find(directory, &org, filter, paging, &|person| person.state.is_listed())?;
    Ok(views::Page { items: found.people.into_iter().map(|person| view(&org, person)).collect(), next: found.next })
}

/// Everybody with everything, the frozen too; those who are gone when they are asked for. For the system administrator.
pub fn list_cards(
    directory: &Directory,
    by: &SystemAdmin,
    filter: &Filter,
    paging: &Paging,
) -> Result<views::Page<views::PersonCard>> {
    let org = directory.org();
    let may = |person: &OrgPerson| match filter.state {
        Some(PersonState::Gone) => person.state == PersonState::Gone,
        _ => person.state.is_kept(),
    };
    let found = find(directory, &org, filter, paging, &may)?;
    let ids: Vec<PersonId> = found.people.iter().map(|person| person.id).collect();
    let items = directory.db().read(|conn| cards(conn, directory, &org, org.active(by.actor())?, &ids))?;
    Ok(views::Page { items, next: found.next })
}

fn find<'a>(
    directory: &Directory,
    org: &'a Org,
    filter: &Filter,
    paging: &Paging,
    may: &dyn Fn(&OrgPerson) -> bool,
) -> Result<Found<'a>> {
    let query = Query::new(org, filter)?;
    let (limit, name) = (paging.limit()?, query.name());
    let after: Option<Position> = paging.position(directory.key(), "people", &name)?;
    let after = after.as_ref().map(|after| (after.pinyin.as_str(), PersonId(after.id)));
    let matching = org.people_after(after).filter(|person| may(person) && query.matches(org, person));
    let mut people: Vec<&OrgPerson> = matching.take(limit + 1).collect();
    let more = people.len() > limit;
    people.truncate(limit);
    let next = match people.last() {
        Some(last) if more => {
            let (pinyin, id) = sort_key(last);
            Some(cursor::seal(directory.key(), "people", &name, &Position { pinyin: pinyin.to_owned(), id: id.0 })?)
        }
        _ => None,
    };
    Ok(Found { people, next })
}

struct Query<'f> {
    filter: &'f Filter,
    q: String,
    /// Without spaces, as one types pinyin.
    letters: String,
}

impl<'f> Query<'f> {
    fn new(org: &Org, filter: &'f Filter) -> Result<Self> {
        if let Some(department) = filter.department
            && org.department(department).is_none()
        {
            return Err(Error::NotFound);
        }
        let q = filter.q.as_deref().unwrap_or_default().trim().to_lowercase();
        if q.chars().count() > limits::QUERY_CHARACTERS {
            return Err(Error::too_long("q", limits::QUERY_CHARACTERS as u64));
        }
        let letters = q.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
        Ok(Self { filter, q, letters })
    }

    /// A cursor goes on only with the filter that it was made with.
    fn name(&self) -> String {
        let state = self.filter.state.map(PersonState::name);
        format!("{:?} {:?} {} {state:?}", self.q, self.filter.department, self.filter.subtree)
    }

    fn matches(&self, org: &Org, person: &OrgPerson) -> bool {
        if self.filter.state.is_some_and(|state| state != person.state) {
            return false;
        }
        let inside = match (self.filter.department, self.filter.subtree) {
            (None, _) => true,
            (Some(department), true) => org.in_subtree(person.id, department),
            (Some(department), false) => person.departments.contains(&department),
        };
        inside && (self.q.is_empty() || self.matches_text(person))
    }

    fn matches_text(&self, person: &OrgPerson) -> bool {
        if person.name.to_lowercase().contains(&self.q) || person.uid.to_ascii_lowercase().contains(&self.q) {
            return true;
        }
        !self.letters.is_empty() && (person.initials.starts_with(&self.letters) || self.matches_syllables(&person.pinyin))
    }

    /// `zhangs`, `sanf` and `tianf` all find `shan tian fang`-like readings: a match begins where a syllable does.
    fn matches_syllables(&self, pinyin: &str) -> bool {
        let starts = std::iter::once(0).chain(pinyin.match_indices(' ').map(|(at, _)| at + 1));
        let mut starts = starts.map(|start| pinyin[start..].chars().filter(|c| *c != ' '));
        starts.any(|mut rest| self.letters.chars().all(|letter| rest.next() == Some(letter)))
    }
}
