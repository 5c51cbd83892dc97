use std::{collections::BTreeMap, sync::Arc};

use holdfast_base::{PersonId, Result, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Directory, Org, PersonRef, PersonState, Reviewer, Role, app_passwords, connectors,
    delegations::{Delegation, Power},
    departments, roles,
    views::{self, AppDoor, DepartmentRef},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HoldingKind {
    /// One of the three roles.
    Role,
    /// A part of the directory.
    Delegation,
    /// What asks at the LDAP door.
    Connector,
    /// App passwords of one person for one door.
    AppPassword,
    /// A group that a person owns.
    Group,
}

impl HoldingKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Delegation => "delegation",
            Self::Connector => "connector",
            Self::AppPassword => "app-password",
            Self::Group => "group",
        }
    }
}

/// One thing that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Holding {
    pub kind: HoldingKind,
    /// The number of a delegation or conversation, the id of a connector, the word of a role or door.
    pub object: String,
    /// Absent for connectors that look through nobody's eyes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<PersonState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub powers: Vec<Power>,
    /// Where; each with its path from the root.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub departments: Vec<Vec<DepartmentRef>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub door: Option<AppDoor>,
    /// What a connector is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// App passwords for the door, members of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// When it was given; of several the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted_by: Option<PersonRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// It ends by itself then; of several the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Holding {
    pub fn of(org: &Org, kind: HoldingKind, object: String, person: Option<PersonId>) -> Self {
        let state = person.and_then(|id| org.person(id)).map(|person| person.state);
        Self {
            kind,
            object,
            person: person.map(|id| org.reference(id)),
            state,
            role: None,
            powers: Vec::new(),
            departments: Vec::new(),
            door: None,
            name: None,
            count: None,
            since: None,
            granted_by: None,
            reason: None,
            until: None,
        }
    }
}

/// What the directory knows of: kind by kind.
pub fn held(directory: &Directory, _by: &Reviewer) -> Result<Vec<Holding>> {
    let org = directory.org();
    let mut all = roles_held(directory, &org)?;
    all.extend(delegations_held(&org));
    all.extend(connectors_held(directory, &org));
    all.extend(app_passwords_held(directory, &org)?);
    Ok(all)
}

fn roles_held(directory: &Directory, org: &Org) -> Result<Vec<Holding>> {
    let grants = roles::list(directory)?.items.into_iter();
    let holding = |grant: views::RoleGrant| Holding {
        role: Some(grant.role),
        since: Some(grant.granted_at),
        granted_by: grant.granted_by,
        reason: Some(grant.reason),
        until: grant.until,
        ..Holding::of(org, HoldingKind::Role, grant.role.name().to_owned(), Some(grant.person.id))
    };
    Ok(grants.map(holding).collect())
}

fn delegations_held(org: &Org) -> Vec<Holding> {
    let all = org.people().flat_map(|person| &person.delegations);
    let holding = |one: &Arc<Delegation>| {
        let shown = one.view(org);
        Holding {
            powers: shown.powers,
            departments: shown.departments,
            since: Some(shown.granted_at),
            granted_by: Some(shown.granted_by),
            reason: Some(shown.reason),
            until: shown.until,
            ..Holding::of(org, HoldingKind::Delegation, one.id.to_string(), Some(one.person))
        }
    };
    all.map(holding).collect()
}

fn connectors_held(directory: &Directory, org: &Org) -> Vec<Holding> {
    let all = connectors::all(directory).into_iter();
    let holding = |one: views::Connector| Holding {
        departments: one
            .settings
            .departments
            .iter()
            .map(|id| departments::path(org, *id))
            .filter(|path| !path.is_empty())
            .collect(),
        name: Some(one.name),
        since: Some(one.created_at),
        ..Holding::of(org, HoldingKind::Connector, one.id.to_string(), one.settings.looks_as)
    };
    all.map(holding).collect()
}

fn app_passwords_held(directory: &Directory, org: &Org) -> Result<Vec<Holding>> {
    let mut by_door: BTreeMap<(PersonId, &'static str), Holding> = BTreeMap::new();
    for one in app_passwords::counted(directory)? {
        let word = one.door_name();
        let entry = by_door.entry((one.person, word));
        let known = entry.or_insert_with(|| Holding {
            door: Some(one.door),
            ..Holding::of(org, HoldingKind::AppPassword, word.to_owned(), Some(one.person))
        });
        known.count = Some(known.count.unwrap_or_default() + 1);
        known.since = known.since.max(Some(one.created_at));
        known.until = known.until.max(one.expires_at);
    }
    Ok(by_door.into_values().collect())
}
