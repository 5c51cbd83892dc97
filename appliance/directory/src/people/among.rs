//! Whom a list goes through, and in which order: a department's own people in its own order, then everybody else by pinyin.

use holdfast_base::PersonId;
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

use crate::{
    Org, OrgDepartment, Seen, Sight,
    org::{Standing, sort_key},
};

/// At least one in so many of those who are listed.
const CROWD: u64 = 16;

/// The last person of a page: its place in the order of lists, and before that in the department that was asked for.
#[derive(Serialize, Deserialize)]
pub(super) struct Position {
    own: Option<Standing>,
    pinyin: String,
    id: u64,
}

pub(super) struct Among<'a> {
    sight: &'a Sight,
    department: Option<&'a OrgDepartment>,
    /// Slots of the department's own people, in its own order.
    own: Vec<u32>,
    rest: Rest<'a>,
}

enum Rest<'a> {
    /// Everybody who is listed.
    All,
    /// Places in the order of lists.
    Places(RoaringBitmap),
    /// Much of the company: whoever comes first in the order of lists is soon found in it, and it need not be sorted.
    Crowd { department: &'a OrgDepartment, own: RoaringBitmap },
}

impl<'a> Among<'a> {
    /// The whole company, or whoever of it is called so (places in the order of lists).
    pub(super) fn company(sight: &'a Sight, called: Option<RoaringBitmap>) -> Self {
        let org = sight.org();
        let listed = |called: RoaringBitmap| called.iter().filter(|place| sight.lists(org.order()[*place as usize])).collect();
        let rest = called.map_or(Rest::All, |called| Rest::Places(listed(called)));
        Self { sight, department: None, own: Vec::new(), rest }
    }

    /// The people of a department, and below it too, or whoever of them is called so.
    pub(super) fn department(
        sight: &'a Sight,
        department: &'a OrgDepartment,
        subtree: bool,
        called: Option<RoaringBitmap>,
    ) -> Self {
        let place = |slot: u32| sight.org().place(slot);
        let mut own: Vec<u32> = sight.ordered(department).collect();
        let rest = match called {
            None if subtree && is_crowd(sight, department) => Rest::Crowd { department, own: own.iter().copied().collect() },
            called => {
                let mut below: RoaringBitmap =
                    if subtree { sight.inside(department, true).map(place).collect() } else { RoaringBitmap::new() };
                below -= own.iter().map(|slot| place(*slot)).collect::<RoaringBitmap>();
                if let Some(called) = called {
                    own.retain(|slot| called.contains(place(*slot)));
                    below &= called;
                }
                Rest::Places(below)
            }
        };
        Self { sight, department: Some(department), own, rest }
    }

    /// How many they are, without asking each one.
    pub(super) fn count(&self) -> u64 {
        match &self.rest {
            Rest::All => self.sight.listed_count(),
            Rest::Places(places) => self.own.len() as u64 + places.len(),
            Rest::Crowd { department, .. } => self.sight.people_in(department).into(),
        }
    }

    /// Slots from behind the position on.
    pub(super) fn after(&self, position: Option<&Position>) -> Box<dyn Iterator<Item = u32> + '_> {
        let Some(after) = position else { return Box::new(self.own.iter().copied().chain(self.rest(0))) };
        let Some(standing) = after.own else { return self.rest(after.place(self.sight.org())) };
        // Where one stands may have changed since: whoever was last seen still says where to go on.
        let own = self.own.partition_point(|slot| !self.stands_behind(*slot, standing, after));
        Box::new(self.own[own..].iter().copied().chain(self.rest(0)))
    }

    fn stands_behind(&self, slot: u32, standing: Standing, after: &Position) -> bool {
        let (Some(person), Some(department)) = (self.sight.org().at_slot(slot), self.department) else { return false };
        (person.standing(department.id), sort_key(person)) > (standing, (&after.pinyin, PersonId(after.id)))
    }

    fn rest(&self, from: u32) -> Box<dyn Iterator<Item = u32> + '_> {
        match &self.rest {
            Rest::All => self.sight.listed(from),
            Rest::Places(places) => Box::new(places.range(from..).map(|place| self.sight.org().order()[place as usize])),
            Rest::Crowd { department, own } => {
                let inside = |slot: &u32| !own.contains(*slot) && self.sight.in_subtree(*slot, department);
                Box::new(self.sight.listed(from).filter(inside))
            }
        }
    }

    /// Where the next page begins.
    pub(super) fn position(&self, last: &Seen<'_>) -> Position {
        let of = self.department.filter(|_| self.own.contains(&last.slot()));
        let (pinyin, id) = sort_key(last.person());
        Position { own: of.map(|department| last.person().standing(department.id)), pinyin: pinyin.to_owned(), id: id.0 }
    }
}

impl Position {
    /// In a list that knows no department's own order.
    pub(super) fn of_lists(pinyin: &str, id: PersonId) -> Self {
        Self { own: None, pinyin: pinyin.to_owned(), id: id.0 }
    }

    /// The first place behind, in the order of lists.
    pub(super) fn place(&self, org: &Org) -> u32 {
        org.place_after((&self.pinyin, PersonId(self.id)))
    }
}

fn is_crowd(sight: &Sight, department: &OrgDepartment) -> bool {
    u64::from(sight.people_in(department)) * CROWD > sight.listed_count()
}
