//! Shreddings and holds as administrators see them.

use holdfast_audit::{AuditLog, Event, Object};
use holdfast_base::{Actor, ConversationId, Error, NodeId, Page, PersonId, Result, Timestamp};
use holdfast_directory::Org;
use holdfast_store::{Ledger, Read};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rows::{self, HOLDS, HoldRow, Row, SHREDS, Stage};
use crate::records;

/// Longest case or reason, in characters.
const CASE_CHARS: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectKind {
    Conversation,
    /// A file or a folder.
    Node,
    Person,
}

/// What it is about. `id`: of a conversation or a node, as the audit log has it; of a person the uid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    pub kind: SubjectKind,
    #[schema(min_length = 1, max_length = 64)]
    pub id: String,
}

/// A shredding or a hold that is to be. `case`: the order, complaint or file number that it is for; one line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCase {
    pub subject: Subject,
    #[schema(min_length = 1, max_length = 200)]
    pub case: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ShredState {
    Waiting,
    Running,
    /// A legal hold was placed before it began: nothing was done.
    Held,
    Done,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Shred {
    pub id: String,
    pub subject: Subject,
    pub case: String,
    /// Who asked, by uid.
    pub by: String,
    pub asked_at: Timestamp,
    pub state: ShredState,
    pub messages: u64,
    pub files: u64,
    /// Versions and chunks that another file also holds; they stay readable there.
    pub kept: u64,
    /// Data keys that were destroyed with the HSM key of their epoch.
    pub keys: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Timestamp>,
    /// The entry of the audit log that has the certificate's hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Hold {
    pub id: String,
    pub subject: Subject,
    pub case: String,
    pub by: String,
    pub at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifted_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifted_by: Option<String>,
}

impl NewCase {
    /// The subject that it names, and the case in one line.
    pub fn check(&self, org: &Org) -> Result<(rows::Subject, String)> {
        let number = || self.subject.id.parse::<NodeId>().map(|id| id.0).map_err(|_| Error::invalid("subject", "not-an-id"));
        let subject = match self.subject.kind {
            SubjectKind::Conversation => rows::Subject::Conversation(ConversationId(number()?)),
            SubjectKind::Node => rows::Subject::Node(NodeId(number()?)),
            SubjectKind::Person => rows::Subject::Person(org.by_uid(&self.subject.id).ok_or(Error::NotFound)?.id),
        };
        Ok((subject, line("case", &self.case)?))
    }
}

/// One line of text, trimmed.
pub fn line(field: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid(field, "required"));
    }
    if text.chars().count() > CASE_CHARS {
        return Err(Error::too_long(field, CASE_CHARS as u64));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::invalid(field, "control-character"));
    }
    Ok(text.to_owned())
}

pub fn shreds(ledger: &Ledger, org: &Org, before: Option<u64>, limit: usize) -> Result<Page<Shred>> {
    records::page(&ledger.view(), SHREDS, before, limit, |number, row| shred(org, number, row))
}

pub fn one_shred(ledger: &Ledger, org: &Org, number: u64) -> Result<Shred> {
    Ok(shred(org, number, &records::get(&ledger.view(), SHREDS, number)?))
}

/// The signed note of a shredding that is done. That it was handed out is an entry.
pub fn certificate(ledger: &Ledger, audit: &AuditLog, by: &Actor, number: u64) -> Result<String> {
    let row: Row = records::get(&ledger.view(), SHREDS, number)?;
    let (note, _) = row.certificate.ok_or(Error::conflict("not-done"))?;
    audit.append(Event::new(by, "shred.certificate", Object::new("shred", number)))?;
    Ok(note)
}

pub fn holds(ledger: &Ledger, org: &Org, before: Option<u64>, limit: usize) -> Result<Page<Hold>> {
    records::page(&ledger.view(), HOLDS, before, limit, |number, row| hold(org, number, row))
}

pub fn one_hold(read: &dyn Read, org: &Org, number: u64) -> Result<Hold> {
    Ok(hold(org, number, &records::get(read, HOLDS, number)?))
}

fn shred(org: &Org, number: u64, row: &Row) -> Shred {
    Shred {
        id: number.to_string(),
        subject: subject(org, row.subject),
        case: row.case.clone(),
        by: uid(org, row.by),
        asked_at: row.asked_at,
        state: match row.stage {
            Stage::Asked => ShredState::Waiting,
            Stage::Held => ShredState::Held,
            Stage::Done => ShredState::Done,
            _ => ShredState::Running,
        },
        messages: row.messages,
        files: row.files,
        kept: row.kept,
        keys: row.keys,
        done_at: row.done_at,
        entry: row.certificate.as_ref().map(|(_, entry)| *entry),
    }
}

fn hold(org: &Org, number: u64, row: &HoldRow) -> Hold {
    Hold {
        id: number.to_string(),
        subject: subject(org, row.subject),
        case: row.case.clone(),
        by: uid(org, row.by),
        at: row.at,
        lifted_at: row.lifted.map(|(_, at)| at),
        lifted_by: row.lifted.map(|(by, _)| uid(org, by)),
    }
}

fn subject(org: &Org, subject: rows::Subject) -> Subject {
    match subject {
        rows::Subject::Conversation(id) => Subject { kind: SubjectKind::Conversation, id: id.to_string() },
        rows::Subject::Node(id) => Subject { kind: SubjectKind::Node, id: id.to_string() },
        rows::Subject::Person(id) => Subject { kind: SubjectKind::Person, id: uid(org, id) },
    }
}

/// The number where the directory does not know the person any more.
pub(crate) fn uid(org: &Org, person: PersonId) -> String {
    org.person(person).map_or_else(|| person.to_string(), |person| person.uid.clone())
}
