//! The rules by which people belong to a tag without being named: a closed list of questions, all or any of which must hold.
//! What needs more than one step is made of several tags, since a tag may hold tags.

use holdfast_base::{DepartmentId, Error, PersonId, Result, Rule};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Org, OrgPerson, PersonState, limits, text};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagRule {
    pub of: Of,
    #[schema(min_items = 1, max_items = 20)]
    pub conditions: Vec<Condition>,
}

/// How many of the conditions must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TagRuleOf)]
#[serde(rename_all = "kebab-case")]
pub enum Of {
    All,
    Any,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TagCondition)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// It must not hold.
    #[serde(default)]
    pub not: bool,
    pub test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TagTest)]
#[serde(tag = "field", content = "value", rename_all = "snake_case", deny_unknown_fields)]
pub enum Test {
    /// In it or below.
    Department(DepartmentId),
    /// Upper and lower case are the same.
    TitleContains(String),
    State(PersonState),
    /// The whole of it.
    WorkPlace(String),
    /// Directly below this person.
    Manager(PersonId),
}

impl TagRule {
    pub(super) fn normalised(&self, org: &Org) -> Result<Self> {
        if self.conditions.is_empty() {
            return Err(Error::invalid("rule", "empty"));
        }
        if self.conditions.len() > limits::TAG_CONDITIONS {
            let rule = Rule { code: "too-many", limit: Some(limits::TAG_CONDITIONS as u64) };
            return Err(Error::Invalid { field: "rule", rule });
        }
        let conditions = self.conditions.iter().map(|one| Ok(Condition { not: one.not, test: one.test.normalised(org)? }));
        Ok(Self { of: self.of, conditions: conditions.collect::<Result<_>>()? })
    }

    /// `inside`: is one of the person's departments in or below this one?
    pub(crate) fn matches(&self, person: &OrgPerson, inside: &dyn Fn(DepartmentId) -> bool) -> bool {
        let mut hold = self.conditions.iter().map(|one| one.test.holds(person, inside) != one.not);
        match self.of {
            Of::All => hold.all(|holds| holds),
            Of::Any => hold.any(|holds| holds),
        }
    }
}

impl Test {
    fn normalised(&self, org: &Org) -> Result<Self> {
        let unknown = Error::invalid("rule", "unknown");
        Ok(match self {
            Self::Department(id) => Self::Department(org.department(*id).ok_or(unknown)?.id),
            Self::Manager(id) => Self::Manager(org.person(*id).filter(|one| one.state != PersonState::Erased).ok_or(unknown)?.id),
            Self::TitleContains(word) => Self::TitleContains(text::line("rule", word, limits::TEXT_CHARACTERS)?.to_lowercase()),
            Self::WorkPlace(place) => Self::WorkPlace(text::line("rule", place, limits::TEXT_CHARACTERS)?),
            Self::State(PersonState::Erased) => return Err(Error::invalid("rule", "unknown")),
            Self::State(state) => Self::State(*state),
        })
    }

    fn holds(&self, person: &OrgPerson, inside: &dyn Fn(DepartmentId) -> bool) -> bool {
        match self {
            Self::Department(id) => inside(*id),
            Self::TitleContains(word) => person.title.as_ref().is_some_and(|title| title.to_lowercase().contains(word)),
            Self::State(state) => person.state == *state,
            Self::WorkPlace(place) => person.contact.work_place.as_ref() == Some(place),
            Self::Manager(id) => person.manager == Some(*id),
        }
    }
}
