//! Openings as auditors see them.

use holdfast_base::{Error, Page, Result, Timestamp};
use holdfast_directory::Org;
use holdfast_im::views::{Body, Message};
use holdfast_store::{Ledger, Read};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{OPENINGS, Row, Sealed};
use crate::{
    records,
    shred::views::{line, uid},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SealedKind {
    Message,
    /// What somebody searched for.
    Query,
}

/// What is to be opened. `id`: of a message as the log has it (`12-34`), of a query the index of its entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SealedContent {
    pub kind: SealedKind,
    #[schema(min_length = 1, max_length = 64)]
    pub id: String,
}

/// `case`: what it is needed for; one line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOpening {
    pub content: SealedContent,
    #[schema(min_length = 1, max_length = 200)]
    pub case: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OpeningState {
    /// Another auditor has to agree.
    Asked,
    /// Both may read it, for a day after the second one agreed.
    Open,
    Over,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Opening {
    pub id: String,
    pub content: SealedContent,
    pub case: String,
    /// Who asked, by uid.
    pub by: String,
    pub asked_at: Timestamp,
    pub state: OpeningState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreed_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreed_at: Option<Timestamp>,
}

/// One of the two.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Opened {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<OpenedMessage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
}

/// A message with everything that it ever said, oldest first; nothing where it was shredded.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OpenedMessage {
    /// As its members see it.
    pub message: Message,
    pub bodies: Vec<Body>,
}

impl OpenedMessage {
    pub(super) fn of(message: Message, bodies: Vec<Body>) -> Self {
        Self { message, bodies }
    }
}

impl NewOpening {
    /// What it names, and the case in one line.
    pub fn check(&self) -> Result<(Sealed, String)> {
        let id = self.content.id.as_str();
        let sealed = match self.content.kind {
            SealedKind::Message => {
                let parts = id.split_once('-').and_then(|(one, other)| Some((one.parse().ok()?, other.parse().ok()?)));
                parts.map(|(conversation, seq)| Sealed::Message(conversation, seq))
            }
            SealedKind::Query => id.parse().ok().map(Sealed::Query),
        };
        Ok((sealed.ok_or(Error::invalid("content", "not-an-id"))?, line("case", &self.case)?))
    }
}

pub fn list(ledger: &Ledger, org: &Org, now: Timestamp, before: Option<u64>, limit: usize) -> Result<Page<Opening>> {
    records::page(&ledger.view(), OPENINGS, before, limit, |number, row| view(org, now, number, row))
}

pub fn one(read: &dyn Read, org: &Org, now: Timestamp, number: u64) -> Result<Opening> {
    Ok(view(org, now, number, &records::get(read, OPENINGS, number)?))
}

fn view(org: &Org, now: Timestamp, number: u64, row: &Row) -> Opening {
    let content = match row.sealed {
        Sealed::Message(conversation, seq) => SealedContent { kind: SealedKind::Message, id: format!("{conversation}-{seq}") },
        Sealed::Query(index) => SealedContent { kind: SealedKind::Query, id: index.to_string() },
    };
    let state = match row.agreed {
        None => OpeningState::Asked,
        Some(_) if row.is_open(now) => OpeningState::Open,
        Some(_) => OpeningState::Over,
    };
    Opening {
        id: number.to_string(),
        content,
        case: row.case.clone(),
        by: uid(org, row.by),
        asked_at: row.asked_at,
        state,
        agreed_by: row.agreed.map(|(person, _)| uid(org, person)),
        agreed_at: row.agreed.map(|(_, at)| at),
    }
}
