use holdfast_base::DepartmentId;

use super::Connector;
use crate::{Org, OrgDepartment, OrgPerson};

/// What one caller of the LDAP door may see: the only place where that is decided. What it does not see does not exist for
/// it: not in results, not in counts, not in what a filter finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Nobody outside the subtrees of these.
    tops: Option<Vec<DepartmentId>>,
    /// Nothing but these, in lower case.
    attributes: Option<Vec<String>>,
}

impl View {
    /// Of a person who came with an app password: what everybody in the enterprise sees.
    pub fn of_everybody() -> Self {
        Self { tops: None, attributes: None }
    }

    pub(super) fn of(connector: &Connector) -> Self {
        let settings = &connector.settings;
        let attributes = settings.attributes.iter().map(|name| name.to_ascii_lowercase()).collect::<Vec<_>>();
        Self {
            tops: Some(settings.departments.clone()).filter(|tops| !tops.is_empty()),
            attributes: Some(attributes).filter(|attributes| !attributes.is_empty()),
        }
    }

    pub fn sees_person(&self, org: &Org, person: &OrgPerson) -> bool {
        if !person.state.is_listed() {
            return false;
        }
        let Some(tops) = &self.tops else { return true };
        person.departments.iter().filter_map(|id| org.department(*id)).any(|own| below(org, tops, own))
    }

    pub fn sees_department(&self, org: &Org, department: &OrgDepartment) -> bool {
        self.tops.as_ref().is_none_or(|tops| below(org, tops, department))
    }

    /// Everything there is, as far as entries go.
    pub fn is_whole(&self) -> bool {
        self.tops.is_none()
    }

    /// One of [`super::ATTRIBUTES`], in lower case.
    pub fn sees_attribute(&self, name: &str) -> bool {
        self.attributes.as_ref().is_none_or(|known| known.iter().any(|one| one == name))
    }
}

fn below(org: &Org, tops: &[DepartmentId], department: &OrgDepartment) -> bool {
    tops.iter().filter_map(|top| org.department(*top)).any(|top| (top.tin..top.tout).contains(&department.tin))
}
