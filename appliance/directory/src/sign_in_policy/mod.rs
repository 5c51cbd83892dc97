//! What signing in asks for: how a password must look, and who needs more than one. Data that a security administrator sets.
//!
//! Always true: it stands in memory as one immutable value, sealed in one row; a change counts for passwords that are set
//! from then on, and for whoever signs in from then on. Sessions that stand go on.

mod change;
mod profile;
pub(crate) mod rows;

use holdfast_base::DepartmentId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Org, OrgPerson};

pub use change::{change, read};
pub use profile::{PasswordPolicy, PasswordRules, Profile};

/// What signing in asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInPolicy {
    pub password: PasswordPolicy,
    /// The strictest that fits a person counts. Nobody named: a password is enough.
    #[schema(max_items = 100)]
    pub requirements: Vec<Requirement>,
}

/// What a group of people needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    pub group: Group,
    pub factor: Factor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Group {
    Everyone,
    /// Whoever holds one of the three roles.
    Administrators,
    /// Everybody in the department and below it.
    Department {
        id: DepartmentId,
    },
}

/// How somebody has shown who they are, or must; each is more than the one before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    #[default]
    Password,
    /// A password and a code of an authenticator app.
    SecondFactor,
    Passkey,
}

impl SignInPolicy {
    /// What this person needs at the least.
    pub fn required(&self, org: &Org, person: &OrgPerson) -> Factor {
        let fitting = self.requirements.iter().filter(|requirement| requirement.group.holds(org, person));
        fitting.map(|requirement| requirement.factor).max().unwrap_or_default()
    }
}

impl Factor {
    /// The word that stands in the log.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SecondFactor => "second-factor",
            Self::Passkey => "passkey",
        }
    }
}

impl Group {
    fn holds(self, org: &Org, person: &OrgPerson) -> bool {
        match self {
            Self::Everyone => true,
            Self::Administrators => !person.roles.is_empty(),
            Self::Department { id } => org.in_subtree(person.id, id),
        }
    }
}
