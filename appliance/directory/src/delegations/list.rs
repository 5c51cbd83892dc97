use std::sync::Arc;

use super::{Delegation, Power};
use crate::{Directory, Org, SystemAdmin, departments, views};

/// Every delegation of the enterprise, the oldest first: those that were given by hand, so one page.
pub fn list(directory: &Directory, _by: &SystemAdmin) -> views::Page<views::Delegation> {
    let org = directory.org();
    let mut all: Vec<&Arc<Delegation>> = org.people().flat_map(|person| &person.delegations).collect();
    all.sort_by_key(|one| one.id);
    views::Page::whole(all.into_iter().map(|one| one.view(&org)).collect())
}

impl Delegation {
    pub(crate) fn view(&self, org: &Org) -> views::Delegation {
        let path = |id| Some(departments::path(org, id)).filter(|path| !path.is_empty());
        views::Delegation {
            id: self.id,
            person: org.reference(self.person),
            departments: self.departments.iter().filter_map(|id| path(*id)).collect(),
            powers: self.powers.clone(),
            granted_by: org.reference(self.granted_by),
            granted_at: self.granted_at,
            reason: self.reason.clone(),
            until: self.until,
        }
    }
}

impl Power {
    pub fn name(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Departments => "departments",
            Self::SignIn => "sign-in",
        }
    }
}
