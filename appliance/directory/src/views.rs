//! What goes over the wire, as `API.md` has it. Made here, serialised by the server.

pub use holdfast_base::Page;
use holdfast_base::{DepartmentId, PersonId, SessionId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{PersonRef, PersonState, Role, connectors::ConnectorSettings, enrolments::Code};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DepartmentRef {
    pub id: DepartmentId,
    pub name: String,
}

/// A department that a person belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Belonging {
    pub id: DepartmentId,
    pub name: String,
    pub main: bool,
}

/// A person as everybody in the enterprise sees one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    pub id: PersonId,
    pub uid: String,
    pub name: String,
    /// Syllables separated by spaces.
    pub pinyin: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub departments: Vec<Belonging>,
    pub state: PersonState,
    #[schema(minimum = 1, maximum = 8)]
    pub avatar_hue: u8,
}

/// A person's card: what is opened by a click on a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonCard {
    #[serde(flatten)]
    pub person: Person,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employee_no: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<PersonRef>,
    /// One path for each department, from the root down.
    pub department_paths: Vec<Vec<DepartmentRef>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_place: Option<String>,
    /// ISO 8601 date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hired_on: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Department {
    pub id: DepartmentId,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<DepartmentId>,
    /// People in the whole subtree, each counted once; the frozen are not.
    pub people: u32,
    /// Departments directly below.
    pub children: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DepartmentDetail {
    #[serde(flatten)]
    pub department: Department,
    /// From the root down to the department itself.
    pub path: Vec<DepartmentRef>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoleGrant {
    pub role: Role,
    pub person: PersonRef,
    pub granted_at: Timestamp,
    /// Absent for those who were appointed when the box was set up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted_by: Option<PersonRef>,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionView {
    pub id: SessionId,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    pub agent: String,
    pub door: String,
    pub current: bool,
}

/// Which doors an app password opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AppDoor {
    Webdav,
    Any,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AppPassword {
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    pub label: String,
    pub door: AppDoor,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
}

/// The only answer that ever bears the password.
#[derive(Serialize, ToSchema)]
pub struct NewAppPassword {
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    pub label: String,
    pub door: AppDoor,
    #[schema(value_type = String)]
    pub password: String,
}

/// The door adds the name that it binds with.
#[derive(Debug, Clone)]
pub struct Connector {
    pub id: Uuid,
    pub name: String,
    pub settings: ConnectorSettings,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

/// The only time that the secret is seen.
pub struct NewConnector {
    pub connector: Connector,
    pub secret: String,
}

/// What somebody who holds a code may know before redeeming it: for whom it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Enrolment {
    pub uid: String,
    pub name: String,
    pub roles: Vec<Role>,
    pub enterprise: Enterprise,
    pub expires_at: Timestamp,
}

/// The only answer that ever bears the code.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewEnrolment {
    pub uid: String,
    pub name: String,
    pub code: Code,
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Locale {
    #[serde(rename = "zh-CN")]
    Chinese,
    #[serde(rename = "en")]
    English,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    System,
    Light,
    Dark,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Enterprise {
    pub name: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Me {
    pub person: PersonCard,
    pub roles: Vec<Role>,
    /// Absent until the person chooses a language: the client follows the browser until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    pub theme: Theme,
    pub enterprise: Enterprise,
    pub must_change_password: bool,
    pub server_time: Timestamp,
}
