use holdfast_base::{DepartmentId, Error, PersonId, Result, TagId};
use roaring::RoaringBitmap;

use super::{
    among::{Among, Position},
    cards, view,
};
use crate::{Directory, DirectoryKeeper, Org, OrgPerson, Paging, PersonState, Seen, Sight, cursor, limits, org::Typed, views};

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

struct Found<'a> {
    people: Vec<&'a OrgPerson>,
    next: Option<String>,
}

/// Everybody who is listed and seen, in the order of their pinyin, and how many they are. A department's own people come first,
/// in its own order.
pub fn list(directory: &Directory, sight: &Sight, filter: &Filter, paging: &Paging) -> Result<views::PeoplePage> {
    let query = Query::new(filter)?;
    let (org, limit, name) = (sight.org(), paging.limit()?, query.name());
    let after: Option<Position> = paging.position(directory.key(), "people", &name)?;
    let among = match filter.department {
        Some(id) => {
            let department = sight.department(id).ok_or(Error::NotFound)?;
            Among::department(sight, department, filter.subtree, query.called(org))
        }
        None => Among::company(sight, query.called(org)),
    };
    let tagged = filter.tag.map(|tag| org.tagged(tag).ok_or(Error::NotFound)).transpose()?;
    let tagged = |slot: &u32| tagged.is_none_or(|tagged| tagged.contains(*slot));
    let total = if filter.tag.is_some() { among.after(None).filter(tagged).count() as u64 } else { among.count() };
    let people = among.after(after.as_ref()).filter(tagged).filter_map(|slot| sight.at_slot(slot));
    let mut found: Vec<Seen<'_>> = people.take(limit + 1).collect();
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| more).map(|last| among.position(last));
    let next = last.map(|last| cursor::seal(directory.key(), "people", &name, &last)).transpose()?;
    Ok(views::PeoplePage { items: found.iter().map(view).collect(), next, total })
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
    let start = after.map_or(0, |after| after.place(org));
    let called = query.called(org);
    let places: Box<dyn Iterator<Item = u32>> = match &called {
        Some(called) => Box::new(called.range(start..)),
        None => Box::new(start..org.slots()),
    };
    let people = places.filter_map(|place| org.at_slot(org.order()[place as usize])).map(AsRef::as_ref);
    let mut people: Vec<&OrgPerson> = people.filter(|person| may(person) && query.matches(org, person)).take(limit + 1).collect();
    let more = people.len() > limit;
    people.truncate(limit);
    let last = people.last().filter(|_| more).map(|last| Position::of_lists(&last.pinyin, last.id));
    let next = last.map(|last| cursor::seal(directory.key(), "people", &name, &last)).transpose()?;
    Ok(Found { people, next })
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
