//! What goes over the wire, as `API.md` has it. Made here, serialised by the server.

pub use holdfast_base::Page;
use holdfast_base::{DelegationId, DepartmentId, PersonId, SessionId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Org, PersonRef, PersonState, Role, Subject,
    avatars::Version,
    connectors::ConnectorSettings,
    data_requests::{RequestField, RequestKind, RequestState},
    delegations::Power,
    enrolments::Code,
    person_fields::FieldKind,
    sign_in_policy::{Factor, PasswordRules},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DepartmentRef {
    pub id: DepartmentId,
    pub name: String,
}

/// A person, department or tag, and what it is called at present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedSubject {
    pub subject: Subject,
    /// `?` for what is gone.
    pub name: String,
    /// Of a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
}

impl NamedSubject {
    pub(crate) fn of(org: &Org, subject: Subject) -> Self {
        let uid = match subject {
            Subject::Person(id) => org.person(id).map(|person| person.uid.clone()),
            Subject::Department(_) | Subject::Tag(_) => None,
        };
        Self { subject, name: subject.name(org), uid }
    }
}

/// A page of people, and how many there are on all pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PeoplePage {
    pub items: Vec<Person>,
    pub next: Option<String>,
    /// Exactly those whom the caller sees.
    pub total: u64,
}

/// A department that a person belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Belonging {
    pub id: DepartmentId,
    pub name: String,
    pub main: bool,
    /// In this department, where it is another one than the person's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Leads it.
    pub head: bool,
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
    /// Which picture the asker may see.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub avatar: Option<Version>,
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
    /// Of somebody for whom no manager is named: the head of the main department, or of the nearest one above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department_head: Option<PersonRef>,
    /// One path for each department, from the root down.
    pub department_paths: Vec<Vec<DepartmentRef>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_place: Option<String>,
    /// ISO 8601 date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hired_on: Option<String>,
    /// Of the fields that the enterprise added: what the asker may see and the person has.
    pub fields: Vec<CardField>,
}

/// What a person has in a field that the enterprise added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CardField {
    pub key: String,
    pub label_zh: String,
    pub label_en: String,
    pub kind: FieldKind,
    /// The asker is the person, and may change it.
    pub editable: bool,
    pub values: Vec<String>,
    /// Of a field of people: who `values` are.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub people: Vec<PersonRef>,
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
    /// Who leads it, in order.
    pub heads: Vec<PersonRef>,
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
    /// Ends by itself then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A part of the directory that somebody keeps.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Delegation {
    pub id: DelegationId,
    pub person: PersonRef,
    /// Each with its path from the root; each with everything below it.
    pub departments: Vec<Vec<DepartmentRef>>,
    pub powers: Vec<Power>,
    pub granted_by: PersonRef,
    pub granted_at: Timestamp,
    pub reason: String,
    /// Ends by itself then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What a person asked of their own data, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DataRequest {
    /// The number that the person is given.
    pub id: String,
    pub person: PersonRef,
    pub kind: RequestKind,
    pub state: RequestState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<RequestField>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    pub opened_at: Timestamp,
    /// Fifteen days from Monday to Friday after it was opened.
    pub due_at: Timestamp,
    pub overdue: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<PersonRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_bytes: Option<u64>,
    /// Until then its person can fetch the copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_expires_at: Option<Timestamp>,
}

/// What of a person ends by itself, for who keeps the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Terms {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frozen_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaves_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_until: Option<Timestamp>,
    pub departments: Vec<DepartmentEnd>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DepartmentEnd {
    pub id: DepartmentId,
    pub until: Timestamp,
}

/// Somebody who is leaving, or gone and not erased yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Departure {
    pub person: Person,
    pub leaves_at: Timestamp,
    pub reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heir: Option<PersonRef>,
    pub ordered_by: PersonRef,
    pub ordered_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone_at: Option<Timestamp>,
    /// Until then the person can be brought back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erase_at: Option<Timestamp>,
    /// The shredding has begun: nobody comes back.
    pub erasing: bool,
    /// Why it does not go on: `handover`, `legal-hold`, or the code of a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<String>,
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

/// One time that somebody came, or tried to come, into one's account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SignInRecord {
    pub at: Timestamp,
    pub succeeded: bool,
    /// The code of the refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// `password`, `second-factor`, `passkey`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    pub agent: String,
    pub door: String,
}

/// The only answer that ever bears the secret.
#[derive(Serialize, ToSchema)]
pub struct NewTotp {
    /// RFC 4648 base 32, to be typed.
    pub secret: String,
    /// `otpauth:`, to be shown as a QR code.
    pub uri: String,
}

/// The only answer that ever bears them.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Passkey {
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    pub name: String,
    /// There may be copies on the person's other devices.
    pub synced: bool,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SecondFactors {
    /// Since when there is an authenticator app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totp_since: Option<Timestamp>,
    /// How many are left.
    pub recovery_codes: u32,
    pub passkeys: Vec<Passkey>,
    /// What signing in asks of the person.
    pub required: Factor,
}

/// To be signed by a passkey within five minutes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PasskeyChallenge {
    /// base64url
    pub challenge: String,
    /// The relying-party id.
    pub host: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OwnPasskeyChallenge {
    /// base64url
    pub challenge: String,
    /// The relying-party id.
    pub host: String,
    pub enterprise: String,
    /// base64url
    pub user_handle: String,
    pub uid: String,
    pub name: String,
    /// What authenticators call the person's passkeys; base64url.
    pub known: Vec<String>,
}

/// Which doors an app password opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AppDoor {
    Webdav,
    Ldap,
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
    pub expires_at: Option<Timestamp>,
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
    pub password_rules: PasswordRules,
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
    /// What the person may do to a part of the directory; absent for most people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delegated: Vec<Power>,
    /// Absent until the person chooses a language: the client follows the browser until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    pub theme: Theme,
    pub enterprise: Enterprise,
    /// Nothing else is open before a new one is set.
    pub must_change_password: bool,
    /// Nothing else is open before the person has made one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lacks: Option<Factor>,
    pub password_rules: PasswordRules,
    /// When the password must be changed, once that is near.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_ends_at: Option<Timestamp>,
    pub server_time: Timestamp,
}
