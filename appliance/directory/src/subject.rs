//! Whom a tag or a rule speaks of.

use std::fmt;

use holdfast_base::{DepartmentId, Error, PersonId, Result, Rule, TagId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Org, PersonState};

/// A person, a department with everything below it, or a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = PeopleSubject)]
#[serde(tag = "kind", content = "id", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Subject {
    Person(PersonId),
    Department(DepartmentId),
    Tag(TagId),
}

impl Subject {
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Department(_) => "department",
            Self::Tag(_) => "tag",
        }
    }

    pub(crate) fn number(self) -> u64 {
        match self {
            Self::Person(id) => id.0,
            Self::Department(id) => id.0,
            Self::Tag(id) => id.0,
        }
    }

    /// None: no such kind.
    pub fn parse(kind: &str, id: u64) -> Option<Self> {
        match kind {
            "person" => Some(Self::Person(PersonId(id))),
            "department" => Some(Self::Department(DepartmentId(id))),
            "tag" => Some(Self::Tag(TagId(id))),
            _ => None,
        }
    }

    pub(crate) fn is_there(self, org: &Org) -> bool {
        match self {
            Self::Person(id) => org.person(id).is_some_and(|person| person.state != PersonState::Erased),
            Self::Department(id) => org.department(id).is_some(),
            Self::Tag(id) => org.tag(id).is_some(),
        }
    }

    /// What it is called at present; `?` for what is gone.
    pub(crate) fn name(self, org: &Org) -> String {
        let name = match self {
            Self::Person(id) => org.person(id).map(|person| person.name.clone()),
            Self::Department(id) => org.department(id).map(|department| department.name.clone()),
            Self::Tag(id) => org.tag(id).map(|tag| tag.name.clone()),
        };
        name.unwrap_or_else(|| "?".to_owned())
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind(), self.number())
    }
}

/// In order and each once; refused when one of them is not there, or there are too many.
pub(crate) fn checked(org: &Org, field: &'static str, subjects: &[Subject], most: usize) -> Result<Vec<Subject>> {
    if subjects.len() > most {
        return Err(Error::Invalid { field, rule: Rule { code: "too-many", limit: Some(most as u64) } });
    }
    if !subjects.iter().all(|subject| subject.is_there(org)) {
        return Err(Error::invalid(field, "unknown"));
    }
    let mut subjects = subjects.to_vec();
    subjects.sort_unstable();
    subjects.dedup();
    Ok(subjects)
}
