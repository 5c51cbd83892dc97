use holdfast_base::{DepartmentId, Error, PersonId, Result, TagId};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

use super::{cards, view};
use crate::{
    Directory, Org, OrgDepartment, OrgPerson, Paging, PersonState, Seen, Sight, SystemAdmin, cursor, limits,
    org::{Typed, sort_key},
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
    let tagged = |slot: &u32| tagged.is_none_or(|tagged| tagged.contains(*slot));
    let called = query.called(org);
    // Most of the company: whoever comes first in the order of lists is soon found in it, and it need not be sorted.
    let crowd = department.filter(|one| filter.subtree && called.is_none() && is_crowd(sight, one));
    let inside = department.filter(|_| crowd.is_none()).map(|one| placed(sight, one, filter.subtree));
    let within = match (inside, called) {
        (Some(inside), Some(called)) => Some(inside & called),
        (None, Some(called)) => Some(called.iter().filter(|place| sight.lists(org.order()[*place as usize])).collect()),
        (inside, None) => inside,
    };
    let from = |place: u32| -> Box<dyn Iterator<Item = u32> + '_> {
        match (&within, crowd) {
            (Some(places), _) => Box::new(places.range(place..).map(|place| org.order()[place as usize])),
            (None, Some(crowd)) => Box::new(sight.listed(place).filter(|slot| sight.in_subtree(*slot, crowd))),
            (None, None) => sight.listed(place),
        }
    };
    // Without a tag the count is known without asking each one.
    let total = match (&within, crowd) {
        _ if filter.tag.is_some() => from(0).filter(tagged).count() as u64,
        (Some(places), _) => places.len(),
        (None, Some(crowd)) => sight.people_in(crowd).into(),
        (None, None) => sight.listed_count(),
    };
    let mut found: Vec<Seen<'_>> = from(start).filter(tagged).filter_map(|slot| sight.at_slot(slot)).take(limit + 1).collect();
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| more).map(|last| seal(directory, &name, last.person())).transpose()?;
    Ok(views::PeoplePage { items: found.iter().map(view).collect(), next: last, total })
}

/// At least one in so many of those who are listed.
const CROWD: u64 = 16;

fn is_crowd(sight: &Sight, department: &OrgDepartment) -> bool {
    u64::from(sight.people_in(department)) * CROWD > sight.listed_count()
}

/// The places of a department's people in the order of lists.
fn placed(sight: &Sight, department: &OrgDepartment, subtree: bool) -> RoaringBitmap {
    sight.inside(department, subtree).map(|slot| sight.org().place(slot)).collect()
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
    let sight = Sight::of_records(&org, by);
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
    let start = after.map_or(0, |after| org.place_after((&after.pinyin, PersonId(after.id))));
    let called = query.called(org);
    let places: Box<dyn Iterator<Item = u32>> = match &called {
        Some(called) => Box::new(called.range(start..)),
        None => Box::new(start..org.slots()),
    };
    let people = places.filter_map(|place| org.at_slot(org.order()[place as usize])).map(AsRef::as_ref);
    let mut people: Vec<&OrgPerson> = people.filter(|person| may(person) && query.matches(org, person)).take(limit + 1).collect();
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
    typed: Option<Typed>,
}

impl<'f> Query<'f> {
    fn new(filter: &'f Filter) -> Result<Self> {
        let text = filter.q.as_deref().unwrap_or_default().trim().to_lowercase();
        if text.chars().count() > limits::QUERY_CHARACTERS {
            return Err(Error::too_long("q", limits::QUERY_CHARACTERS as u64));
        }
        // As one types pinyin: a match begins where a syllable does, and what separates them is left out.
        let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
        Ok(Self { filter, typed: (!text.is_empty()).then_some(Typed { text, letters }) })
    }

    /// Places of everybody who is called so; none: whatever they are called.
    fn called(&self, org: &Org) -> Option<RoaringBitmap> {
        self.typed.as_ref().map(|typed| org.called(typed))
    }

    /// A cursor goes on only with the filter that it was made with.
    fn name(&self) -> String {
        let state = self.filter.state.map(PersonState::name);
        let Filter { department, subtree, tag, .. } = self.filter;
        let text = self.typed.as_ref().map_or("", |typed| &typed.text);
        format!("{text:?} {department:?} {subtree} {state:?} {tag:?}")
    }

    fn matches(&self, org: &Org, person: &OrgPerson) -> bool {
        if self.filter.state.is_some_and(|state| state != person.state) {
            return false;
        }
        match (self.filter.department, self.filter.subtree) {
            (None, _) => true,
            (Some(department), true) => org.in_subtree(person.id, department),
            (Some(department), false) => person.departments.contains(&department),
        }
    }
}
