use std::sync::Arc;

use holdfast_base::{DepartmentId, PersonId};

use super::Connector;
use crate::{Org, OrgDepartment, Seen, Sight};

/// What one caller of the LDAP door may see: the only place where that is decided. What it does not see does not exist for
/// it: not in results, not in counts, not in what a filter finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Nobody outside the subtrees of these.
    tops: Option<Vec<DepartmentId>>,
    /// Nothing but these, in lower case.
    attributes: Option<Vec<String>>,
    /// Through whose eyes; none: a program's, which the rules of visibility do not speak of.
    viewer: Option<PersonId>,
    tags: bool,
}

impl View {
    /// Of a person who came with an app password: what the person sees on the web. Tags are the administrators' words.
    pub fn of_person(viewer: PersonId) -> Self {
        Self { tops: None, attributes: None, viewer: Some(viewer), tags: false }
    }

    /// Of somebody who has not signed in, for names only: nothing is given out.
    pub fn of_names() -> Self {
        Self { tops: None, attributes: None, viewer: None, tags: true }
    }

    pub(super) fn of(connector: &Connector) -> Self {
        let settings = &connector.settings;
        let attributes = settings.attributes.iter().map(|name| name.to_ascii_lowercase()).collect::<Vec<_>>();
        Self {
            tops: Some(settings.departments.clone()).filter(|tops| !tops.is_empty()),
            attributes: Some(attributes).filter(|attributes| !attributes.is_empty()),
            viewer: settings.looks_as,
            tags: true,
        }
    }

    /// Of a person who signed in through the connector: no more than both see.
    pub fn through_the_eyes_of(self, viewer: PersonId) -> Self {
        Self { viewer: Some(viewer), ..self }
    }

    /// What the rules of visibility leave of one moment.
    pub fn sight(&self, org: &Arc<Org>) -> Sight {
        self.viewer.map_or_else(|| Sight::everything(org), |viewer| Sight::of(org, viewer))
    }

    pub fn sees_person(&self, sight: &Sight, person: &Seen<'_>) -> bool {
        if !person.person().state.is_listed() {
            return false;
        }
        let Some(tops) = &self.tops else { return true };
        person.departments().any(|own| below(sight.org(), tops, own))
    }

    pub fn sees_department(&self, org: &Org, department: &OrgDepartment) -> bool {
        self.tops.as_ref().is_none_or(|tops| below(org, tops, department))
    }

    pub fn sees_tags(&self) -> bool {
        self.tags
    }

    /// One of [`super::ATTRIBUTES`], in lower case.
    pub fn sees_attribute(&self, name: &str) -> bool {
        self.attributes.as_ref().is_none_or(|known| known.iter().any(|one| one == name))
    }
}

fn below(org: &Org, tops: &[DepartmentId], department: &OrgDepartment) -> bool {
    tops.iter().filter_map(|top| org.department(*top)).any(|top| (top.tin..top.tout).contains(&department.tin))
}
