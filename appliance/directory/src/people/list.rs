use holdfast_base::{DepartmentId, Error, PersonId, Result, TagId};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

use super::{cards, view};
use crate::{
    Directory, DirectoryKeeper, Org, OrgDepartment, OrgPerson, Paging, PersonState, Seen, Sight, cursor, limits, org::sort_key,
    views,
};

/// Which people. Everything that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Part of the name or uid, or the beginning of syllables or initials.
    pub q: Option<String>,
    pub department: Option<DepartmentId>,
    /// Below `department` too; else only its direct members.
    pub subtree: bool,
    pub state: Option<PersonState>,
    pub tag: Option<TagId>,
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

/// Everybody who is listed and seen, in the order of their pinyin, and how many they are.
pub fn list(directory: &Directory, sight: &Sight, filter: &Filter, paging: &Paging) -> Result<views::PeoplePage> {
    let department = match filter.department {
        Some(id) => Some(sight.department(id).ok_or(Error::NotFound)?),
        None => None,
    };
    let query = Query::new(filter)?;
    let (org, limit, name) = (sight.org(), paging.limit()?, query.name());
    let after: Option<Position> = paging.position(directory.key(), "people", &name)?;
    let start = after.map_or(0, |after| org.place_after((&after.pinyin, PersonId(after.id))));
    let tagged = filter.tag.map(|tag| org.tagged(tag).ok_or(Error::NotFound)).transpose()?;
    let matches = |slot: &u32| {
        let belongs = tagged.is_none_or(|tagged| tagged.contains(*slot));
        belongs && (query.q.is_empty() || org.at_slot(*slot).is_some_and(|person| query.matches_text(person)))
    };
    let within = department.map(|department| placed(sight, department, filter.subtree));
    let from = |place: u32| -> Box<dyn Iterator<Item = u32> + '_> {
        match &within {
            Some(places) => Box::new(places.range(place..).map(|place| org.order()[place as usize])),
            None => sight.listed(place),
        }
    };
    // Where everybody matches, the count is known without asking each one.
    let total = match (&within, query.q.is_empty() && tagged.is_none()) {
        (None, true) => sight.listed_count(),
        (Some(places), true) => places.len(),
        (_, false) => from(0).filter(matches).count() as u64,
    };
    let mut found: Vec<Seen<'_>> = from(start).filter(matches).filter_map(|slot| sight.at_slot(slot)).take(limit + 1).collect();
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| more).map(|last| seal(directory, &name, last.person())).transpose()?;
    Ok(views::PeoplePage { items: found.iter().map(view).collect(), next: last, total })
}

/// The places of a department's people in the order of lists.
fn placed(sight: &Sight, department: &OrgDepartment, subtree: bool) -> RoaringBitmap {
    sight.inside(department, subtree).map(|slot| sight.org().place(slot)).collect()
}

/// Everybody with everything, the frozen too; those who are gone when they are asked for. To a delegate those of their
/// departments.
pub fn list_cards(
    directory: &Directory,
    by: &DirectoryKeeper,
    filter: &Filter,
    paging: &Paging,
) -> Result<views::Page<views::PersonCard>> {
    let org = directory.org();
    let sight = Sight::of_records(&org, by)?;
    if filter.department.is_some_and(|department| sight.department(department).is_none()) {
        return Err(Error::NotFound);
    }
    let asked_for = |person: &OrgPerson| match filter.state {
        Some(PersonState::Gone) => person.state == PersonState::Gone,
        _ => person.state.is_kept(),
    };
    let may = |person: &OrgPerson| asked_for(person) && sight.sees(person.id);
    let found = find(directory, &org, filter, paging, &may)?;
    let ids: Vec<PersonId> = found.people.iter().map(|person| person.id).collect();
    let items = directory.db().read(|conn| cards(conn, directory, &sight, &ids))?;
    Ok(views::Page { items, next: found.next })
}

fn find<'a>(
    directory: &Directory,
    org: &'a Org,
    filter: &Filter,
    paging: &Paging,
    may: &dyn Fn(&OrgPerson) -> bool,
) -> Result<Found<'a>> {
    if filter.department.is_some_and(|department| org.department(department).is_none()) {
        return Err(Error::NotFound);
    }
    let query = Query::new(filter)?;
    let (limit, name) = (paging.limit()?, query.name());
    let after: Option<Position> = paging.position(directory.key(), "people", &name)?;
    let after = after.as_ref().map(|after| (after.pinyin.as_str(), PersonId(after.id)));
    let matching = org.people_after(after).filter(|person| may(person) && query.matches(org, person));
    let mut people: Vec<&OrgPerson> = matching.take(limit + 1).collect();
    let more = people.len() > limit;
    people.truncate(limit);
    let next = match people.last() {
        Some(last) if more => Some(seal(directory, &name, last)?),
        _ => None,
    };
    Ok(Found { people, next })
}

fn seal(directory: &Directory, name: &str, last: &OrgPerson) -> Result<String> {
    let (pinyin, id) = sort_key(last);
    cursor::seal(directory.key(), "people", name, &Position { pinyin: pinyin.to_owned(), id: id.0 })
}

struct Query<'f> {
    filter: &'f Filter,
    q: String,
    /// Without spaces, as one types pinyin.
    letters: String,
}

impl<'f> Query<'f> {
    fn new(filter: &'f Filter) -> Result<Self> {
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
        let Filter { department, subtree, tag, .. } = self.filter;
        format!("{:?} {department:?} {subtree} {state:?} {tag:?}", self.q)
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
        if has(&person.name, &self.q) || has(&person.uid, &self.q) {
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

/// Is the part, in lower case, in the text? Most names have no upper case, and folding makes a new one for each.
fn has(text: &str, part: &str) -> bool {
    text.contains(part) || text.chars().any(char::is_uppercase) && text.to_lowercase().contains(part)
}
