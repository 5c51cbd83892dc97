//! May somebody do this to the directory, and why? The one place that says so: slices ask it inside their transaction, and an
//! explanation is what it answered.
//!
//! Always true of delegates: they never touch who holds one of the three roles, nor themselves, nor a delegate who holds what
//! they do not; what they change lies within their departments before and after; no act of theirs gives them more than they had.

use std::sync::Arc;

use holdfast_base::{Actor, DelegationId, DepartmentId, Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Org, OrgPerson, Role, Sight,
    delegations::{Delegation, Power},
};

/// What somebody wants to do.
#[derive(Debug, Clone, Copy)]
pub enum Act<'a> {
    /// What one of the three administrators does, and nobody else.
    As(Role),
    Create {
        departments: &'a [DepartmentId],
        with_password: bool,
    },
    /// The record: name, telephone, everything but the departments.
    Edit(&'a OrgPerson),
    /// The departments, as they are to be, the main one first.
    Place {
        person: &'a OrgPerson,
        after: &'a [DepartmentId],
    },
    /// When the membership ends.
    EndPlace {
        person: &'a OrgPerson,
        department: DepartmentId,
    },
    Account {
        person: &'a OrgPerson,
        act: AccountAct,
    },
    CreateDepartment {
        parent: Option<DepartmentId>,
    },
    RenameDepartment(DepartmentId),
    /// Heads, titles and the order of its people.
    ArrangeDepartment(DepartmentId),
    MoveDepartment {
        id: DepartmentId,
        to: Option<DepartmentId>,
    },
    DeleteDepartment(DepartmentId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountAct {
    /// Freezing, unfreezing, when the account ends.
    State,
    /// Passwords, codes, second factors, sessions.
    SignIn,
    /// Leaving, staying after all, coming back.
    Departure,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DirectoryVerdict)]
pub struct Verdict {
    pub allowed: bool,
    pub reason: Reason,
    /// The one that is held, or that would be needed; of the other person where that one holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub power: Option<Power>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegation: Option<DelegationId>,
    /// Where it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DirectoryReason)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The role allows it.
    Role,
    /// A delegation allows it.
    Delegation,
    /// Cannot sign in.
    NotActive,
    /// It takes the role.
    NeedsRole,
    /// No delegation of theirs gives the power.
    NotGiven,
    /// The power is given, not for here.
    OutsideScope,
    /// Nobody does this to oneself.
    OwnAccount,
    /// The other one holds one of the three roles.
    HoldsARole,
    /// The other one has been given what they have not.
    GreaterDelegate,
    /// The department is what was given; only what lies below it may be changed.
    TopOfScope,
    /// It would give them a power where they did not have it.
    WidensScope,
    /// A delegate leaves nobody without a department.
    NoDepartment,
}

impl Verdict {
    fn of(allowed: bool, reason: Reason) -> Self {
        Self { allowed, reason, role: None, power: None, delegation: None, department: None }
    }

    fn by_role(role: Role) -> Self {
        Self { role: Some(role), ..Self::of(true, Reason::Role) }
    }

    fn needs(role: Role) -> Self {
        Self { role: Some(role), ..Self::of(false, Reason::NeedsRole) }
    }

    fn no(reason: Reason, power: Power) -> Self {
        Self { power: Some(power), ..Self::of(false, reason) }
    }

    fn outside(power: Power, department: Option<DepartmentId>) -> Self {
        Self { department, ..Self::no(Reason::OutsideScope, power) }
    }

    /// The second where the first allows.
    fn and(self, next: impl FnOnce() -> Self) -> Self {
        if self.allowed { next() } else { self }
    }
}

impl Org {
    /// The decision and what decided it.
    pub fn may(&self, by: &OrgPerson, act: &Act<'_>) -> Verdict {
        if !by.state.may_sign_in() {
            return Verdict::of(false, Reason::NotActive);
        }
        match act {
            Act::As(role) if by.has_role(*role) => Verdict::by_role(*role),
            Act::As(role) => Verdict::needs(*role),
            Act::Account { person, act } => self.account(by, person, *act),
            _ if by.has_role(Role::System) => Verdict::by_role(Role::System),
            _ if by.delegations.is_empty() => Verdict::needs(Role::System),
            _ => self.delegate(by, act),
        }
    }

    /// For an account with one of the three roles a security administrator other than its holder: else one administrator could
    /// become another by setting a password.
    fn account(&self, by: &OrgPerson, person: &OrgPerson, act: AccountAct) -> Verdict {
        let needed = if person.roles.is_empty() { Role::System } else { Role::Security };
        let power = match act {
            AccountAct::State => Some(Power::People),
            AccountAct::SignIn => Some(Power::SignIn),
            AccountAct::Departure => None,
        };
        match power {
            _ if by.has_role(needed) && by.id == person.id => Verdict::of(false, Reason::OwnAccount),
            _ if by.has_role(needed) => Verdict::by_role(needed),
            Some(power) if !by.delegations.is_empty() => self.keeps(by, person, power),
            _ => Verdict::needs(needed),
        }
    }

    fn delegate(&self, by: &OrgPerson, act: &Act<'_>) -> Verdict {
        let departments = Power::Departments;
        match act {
            Act::As(role) => Verdict::needs(*role),
            Act::Account { person, act } => self.account(by, person, *act),
            Act::Create { departments, with_password } => {
                let made = self.covered(by, Power::People, departments);
                made.and(|| match with_password {
                    true => self.covered(by, Power::SignIn, departments),
                    false => self.covered(by, Power::People, departments),
                })
            }
            Act::Edit(person) => self.keeps(by, person, Power::People),
            Act::Place { person, after } => self.may_touch(by, person, Power::People).and(|| self.placed(by, person, after)),
            Act::EndPlace { person, department } => {
                let touch = self.may_touch(by, person, Power::People);
                touch.and(|| self.covered(by, Power::People, &[*department]))
            }
            Act::CreateDepartment { parent: Some(parent) } => self.covered(by, departments, &[*parent]),
            Act::CreateDepartment { parent: None } => Verdict::outside(departments, None),
            Act::ArrangeDepartment(id) => self.covered(by, departments, &[*id]),
            Act::RenameDepartment(id) | Act::DeleteDepartment(id) => self.below(by, *id),
            Act::MoveDepartment { id, to } => self.below(by, *id).and(|| self.moved(by, *id, *to)),
        }
    }

    /// All of somebody: the person lies in these departments and in no others.
    fn keeps(&self, by: &OrgPerson, person: &OrgPerson, power: Power) -> Verdict {
        self.may_touch(by, person, power).and(|| match person.departments.is_empty() {
            true => Verdict::outside(power, None),
            false => self.covered(by, power, &person.departments),
        })
    }

    /// Not who stands above a delegate, whatever the departments.
    fn may_touch(&self, by: &OrgPerson, person: &OrgPerson, power: Power) -> Verdict {
        if by.id == person.id {
            return Verdict::of(false, Reason::OwnAccount);
        }
        if let Some(role) = person.roles.first() {
            return Verdict { role: Some(*role), ..Verdict::of(false, Reason::HoldsARole) };
        }
        for one in &person.delegations {
            let there = one.departments.iter().filter(|id| self.department(**id).is_some());
            let pairs = there.flat_map(|id| one.powers.iter().map(move |power| (*id, *power)));
            if let Some((id, power)) = pairs.into_iter().find(|(id, power)| self.cover(by, *power, *id).is_none()) {
                return Verdict { department: Some(id), ..Verdict::no(Reason::GreaterDelegate, power) };
            }
        }
        if !by.powers().contains(&power) {
            return Verdict::no(Reason::NotGiven, power);
        }
        Verdict::of(true, Reason::Delegation)
    }

    fn placed(&self, by: &OrgPerson, person: &OrgPerson, after: &[DepartmentId]) -> Verdict {
        let (power, before) = (Power::People, person.departments.as_slice());
        // Else whoever lies outside could be taken in.
        let Some(theirs) = before.iter().find(|id| self.cover(by, power, **id).is_some()) else {
            return Verdict::outside(power, before.first().copied());
        };
        if after.is_empty() {
            return Verdict::no(Reason::NoDepartment, power);
        }
        let mut changed: Vec<DepartmentId> = before.iter().filter(|id| !after.contains(id)).copied().collect();
        changed.extend(after.iter().filter(|id| !before.contains(id)));
        if before.first() != after.first() {
            changed.extend(before.first().into_iter().chain(after.first()));
        }
        let lies = |all: &[DepartmentId], power| all.iter().all(|id| self.cover(by, power, *id).is_some());
        let decisive = if changed.is_empty() { &[*theirs][..] } else { &changed };
        let lies_within = self.covered(by, power, decisive);
        lies_within.and(|| match Power::ALL.into_iter().find(|power| lies(after, *power) && !lies(before, *power)) {
            Some(power) => Verdict::no(Reason::WidensScope, power),
            None => self.covered(by, power, decisive),
        })
    }

    /// Strictly below one of the departments given.
    fn below(&self, by: &OrgPerson, id: DepartmentId) -> Verdict {
        let power = Power::Departments;
        let covered = self.covered(by, power, &[id]);
        covered.and(|| match self.department(id).and_then(|one| one.parent) {
            Some(parent) if self.cover(by, power, parent).is_some() => self.covered(by, power, &[id]),
            _ => Verdict { department: Some(id), ..Verdict::no(Reason::TopOfScope, power) },
        })
    }

    fn moved(&self, by: &OrgPerson, id: DepartmentId, to: Option<DepartmentId>) -> Verdict {
        let Some(to) = to else { return Verdict::outside(Power::Departments, None) };
        self.covered(by, Power::Departments, &[to]).and(|| {
            let gained = |power: &Power| self.cover(by, *power, to).is_some() && self.cover(by, *power, id).is_none();
            match Power::ALL.into_iter().find(gained) {
                Some(power) => Verdict { department: Some(to), ..Verdict::no(Reason::WidensScope, power) },
                None => self.covered(by, Power::Departments, &[id]),
            }
        })
    }

    /// Each of these lies in what was given with this power; none of them: nothing does.
    fn covered(&self, by: &OrgPerson, power: Power, departments: &[DepartmentId]) -> Verdict {
        if !by.powers().contains(&power) {
            return Verdict::no(Reason::NotGiven, power);
        }
        let mut last = Verdict::no(Reason::NoDepartment, power);
        for id in departments {
            let Some(one) = self.cover(by, power, *id) else { return Verdict::outside(power, Some(*id)) };
            last = Verdict { delegation: Some(one.id), department: Some(*id), ..Verdict::of(true, Reason::Delegation) };
            last.power = Some(power);
        }
        last
    }

    /// The delegation that gives this power over the department.
    fn cover<'p>(&self, by: &'p OrgPerson, power: Power, id: DepartmentId) -> Option<&'p Delegation> {
        let tin = self.department(id)?.tin;
        let holds = |top: &DepartmentId| self.department(*top).is_some_and(|top| (top.tin..top.tout).contains(&tin));
        let gives = |one: &&Arc<Delegation>| one.powers.contains(&power) && one.departments.iter().any(holds);
        by.delegations.iter().find(gives).map(AsRef::as_ref)
    }

    /// Numbers of the tour of everything given to the person, with whatever power.
    pub(crate) fn scope(&self, by: &OrgPerson) -> Vec<std::ops::Range<u32>> {
        let tops = by.delegations.iter().flat_map(|one| &one.departments);
        tops.filter_map(|id| self.department(*id)).map(|one| one.tin..one.tout).collect()
    }

    /// The decision as a refusal: what a delegate does not see is not there.
    pub(crate) fn demand(self: &Arc<Self>, actor: &Actor, act: &Act<'_>) -> Result<()> {
        let by = self.active(actor)?;
        let verdict = self.may(by, act);
        if verdict.allowed {
            return Ok(());
        }
        if by.delegations.is_empty() {
            return Err(Error::Forbidden);
        }
        Err(self.refusal(by, act, &verdict))
    }

    fn refusal(self: &Arc<Self>, by: &OrgPerson, act: &Act<'_>, verdict: &Verdict) -> Error {
        let (own, scope) = (Sight::of(self, by.id), Sight::of_scope(self, by));
        let sees = |id: DepartmentId| own.department(id).or(scope.department(id)).is_some();
        let (object_is_seen, field) = match act {
            Act::As(_) => return Error::Forbidden,
            Act::Create { .. } => (true, "departments"),
            Act::CreateDepartment { .. } => (true, "parent"),
            Act::Edit(person) | Act::Account { person, .. } => (own.sees(person.id) || scope.sees(person.id), ""),
            Act::Place { person, .. } => (own.sees(person.id) || scope.sees(person.id), "departments"),
            Act::EndPlace { person, department } => ((own.sees(person.id) || scope.sees(person.id)) && sees(*department), ""),
            Act::ArrangeDepartment(id) | Act::RenameDepartment(id) | Act::DeleteDepartment(id) => (sees(*id), ""),
            Act::MoveDepartment { id, .. } => (sees(*id), "parent"),
        };
        match verdict.department {
            _ if !object_is_seen => Error::NotFound,
            _ if verdict.reason == Reason::NoDepartment => Error::invalid("departments", "required"),
            Some(id) if !field.is_empty() && !sees(id) => Error::invalid(field, "unknown"),
            _ => Error::Forbidden,
        }
    }
}
