//! Entries as the auditor sees them: ids from the log, names from today's directory.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use holdfast_audit::{Detail, Ending, Entry as LogEntry, Party, Proven, verify::Hash};
use holdfast_base::{PersonId, Timestamp};
use holdfast_directory::Org;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// One entry of the log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct Entry {
    pub index: u64,
    pub at: Timestamp,
    /// `noun.verb`
    pub action: String,
    pub actor: Actor,
    pub source: Source,
    pub object: ObjectRef,
    pub outcome: Ending,
    /// Why it was refused or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub request: String,
}

/// Who acted. `uid` and `name` are today's; a person who was erased has neither.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditActor)]
pub struct Actor {
    pub kind: ActorKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<PersonId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ActorKind {
    Person,
    System,
    Stranger,
}

/// Where from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditSource)]
pub struct Source {
    pub door: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub agent: String,
}

/// What was acted on. `name` is today's, where the directory knows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditObject)]
pub struct ObjectRef {
    pub kind: String,
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// An opened entry, with the proof that the signed log contains it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntryDetail)]
pub struct EntryDetail {
    #[serde(flatten)]
    pub entry: Entry,
    /// Texts, numbers and lists of texts, by name.
    #[schema(value_type = Object)]
    pub details: Map<String, Value>,
    /// Details were longer than an entry may be.
    pub cut: bool,
    /// Leaf hash, base64 (RFC 6962).
    pub leaf: String,
    /// Entries of the signed log that the proof is about.
    pub size: u64,
    /// Inclusion proof, leaf side first, base64.
    pub proof: Vec<String>,
    /// The signed checkpoint of exactly `size` entries (C2SP signed note): the proof leads to its root.
    pub checkpoint: String,
}

impl Entry {
    pub(super) fn new(entry: LogEntry, org: &Org) -> Self {
        let body = entry.body;
        Self {
            index: entry.index,
            at: entry.at,
            action: entry.action,
            actor: Actor::new(body.actor, org),
            source: Source { door: body.door, address: body.address, agent: body.agent },
            object: ObjectRef {
                name: name_of(&body.object_kind, &body.object_id, org),
                kind: body.object_kind,
                id: body.object_id,
            },
            outcome: entry.outcome,
            code: body.code,
            request: uuid::Uuid::from_bytes(body.request).to_string(),
        }
    }
}

impl Actor {
    pub(super) fn new(party: Party, org: &Org) -> Self {
        let (kind, id) = match party {
            Party::Person(id) => (ActorKind::Person, Some(PersonId(id))),
            Party::System => (ActorKind::System, None),
            Party::Stranger => (ActorKind::Stranger, None),
        };
        let person = id.and_then(|id| org.person(id));
        Self { kind, id, uid: person.map(|person| person.uid.clone()), name: person.map(|person| person.name.clone()) }
    }
}

impl EntryDetail {
    pub(super) fn new(proven: Proven, org: &Org) -> Self {
        let details = proven.entry.body.details.iter().map(|(key, detail)| (key.clone(), value_of(detail))).collect();
        Self {
            details,
            cut: proven.entry.body.cut,
            leaf: base64(&proven.leaf),
            size: proven.size,
            proof: proven.proof.iter().map(base64).collect(),
            checkpoint: proven.checkpoint,
            entry: Entry::new(proven.entry, org),
        }
    }
}

fn name_of(kind: &str, id: &str, org: &Org) -> Option<String> {
    match kind {
        "person" => org.person(id.parse().ok()?).map(|person| person.name.clone()),
        "department" => org.department(id.parse().ok()?).map(|department| department.name.clone()),
        _ => None,
    }
}

fn value_of(detail: &Detail) -> Value {
    match detail {
        Detail::Text(text) => Value::from(text.as_str()),
        Detail::Number(number) => Value::from(*number),
        Detail::List(items) => Value::from(items.clone()),
    }
}

fn base64(hash: &Hash) -> String {
    BASE64.encode(hash)
}
