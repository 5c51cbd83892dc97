//! What ends by itself: accounts, roles, memberships, freezes. A snapshot knows the next instant at which something does, so that
//! whoever asks for the snapshot after it gets one in which that counts for nothing, whether the box has written it yet or not.

use std::{collections::BTreeMap, sync::Arc};

use holdfast_base::{DelegationId, DepartmentId, PersonId, Timestamp};

use super::{Org, OrgPerson, PersonState};

/// Later than anything.
const NEVER: Timestamp = Timestamp(i64::MAX);

/// When what of a person ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ends {
    pub account: Option<Timestamp>,
    /// The day of leaving.
    pub leaves: Option<Timestamp>,
    /// Of the role that the person holds.
    pub role: Option<Timestamp>,
    pub departments: Vec<(DepartmentId, Timestamp)>,
    pub delegations: Vec<(DelegationId, Timestamp)>,
    /// The freeze.
    pub freeze: Option<Timestamp>,
}

impl Ends {
    pub(crate) fn boxed(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }

    /// Nothing of the account itself ends: its person may be the one who holds a role for good.
    pub(crate) fn account_stays(&self) -> bool {
        self.account.is_none() && self.leaves.is_none()
    }

    fn end(&self, state: PersonState) -> Timestamp {
        let account = [self.account, self.leaves].into_iter().flatten().filter(|_| state.is_listed());
        let departments = self.departments.iter().map(|(_, at)| *at);
        let delegations = self.delegations.iter().map(|(_, at)| *at);
        account.chain(self.role).chain(departments).chain(delegations).min().unwrap_or(NEVER)
    }

    fn due(&self, state: PersonState) -> Timestamp {
        self.end(state).min(self.freeze.filter(|_| state == PersonState::Frozen).unwrap_or(NEVER))
    }
}

impl OrgPerson {
    /// The person as what has ended by `now` leaves them.
    fn without_ended(&self, now: Timestamp) -> Self {
        let mut next = self.clone();
        let Some(mut ends) = next.ends.take() else { return next };
        if [ends.account, ends.leaves].into_iter().flatten().any(|at| at <= now) {
            next.state = PersonState::Frozen;
            (ends.account, ends.leaves) = (None, None);
        }
        if ends.role.is_some_and(|at| at <= now) {
            next.roles.clear();
            ends.role = None;
        }
        let ended = |id: &DepartmentId| ends.departments.iter().any(|(ending, at)| ending == id && *at <= now);
        next.departments.retain(|id| !ended(id));
        next.posts.retain(|post| !ended(&post.department));
        ends.departments.retain(|(_, at)| *at > now);
        next.delegations.retain(|one| one.until.is_none_or(|at| at > now));
        ends.delegations.retain(|(_, at)| *at > now);
        next.ends = ends.boxed();
        next
    }
}

/// Of everybody of whom something ends.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    people: BTreeMap<PersonId, (Timestamp, Timestamp)>,
    next_end: Timestamp,
    next_due: Timestamp,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { people: BTreeMap::new(), next_end: NEVER, next_due: NEVER }
    }
}

impl Calendar {
    pub(super) fn next_end(&self) -> Timestamp {
        self.next_end
    }

    pub(super) fn next_due(&self) -> Timestamp {
        self.next_due
    }

    /// Takes these people in, new or changed.
    pub(super) fn put(calendar: &mut Arc<Self>, people: &[OrgPerson]) {
        let concerned = |person: &&OrgPerson| person.ends.is_some() || calendar.people.contains_key(&person.id);
        let concerned: Vec<&OrgPerson> = people.iter().filter(concerned).collect();
        if concerned.is_empty() {
            return;
        }
        let calendar = Arc::make_mut(calendar);
        for person in concerned {
            match &person.ends {
                Some(ends) => calendar.people.insert(person.id, (ends.end(person.state), ends.due(person.state))),
                None => calendar.people.remove(&person.id),
            };
        }
        calendar.next_end = calendar.people.values().map(|(end, _)| *end).min().unwrap_or(NEVER);
        calendar.next_due = calendar.people.values().map(|(_, due)| *due).min().unwrap_or(NEVER);
    }
}

impl Org {
    /// The same without what has ended by `now`.
    pub(crate) fn without_ended(&self, now: Timestamp) -> Self {
        let ended = self.ends.people.iter().filter(|(_, (end, _))| *end <= now);
        let people = ended.filter_map(|(id, _)| Some(self.person(*id)?.without_ended(now))).collect();
        self.with_people(people)
    }
}
