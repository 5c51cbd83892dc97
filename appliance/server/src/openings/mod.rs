//! Opening sealed content for a stated case: one auditor asks, another one agrees, and only these two read it, for a day. What was
//! searched for and what was written are sealed from every single auditor; each step and each reading is an entry of the log.

pub mod views;

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use holdfast_audit::{Detail, Event, Object, record};
use holdfast_base::{Actor, ConversationId, Error, PersonId, RequestId, Result, Timestamp};
use holdfast_hsm::{Context, DekHandle, Domain, Vault};
use holdfast_store::{LedgerTx, Preset, Table, Tx};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    records::{get, put},
    rooms::Rooms,
};

/// number → `Row`
pub(crate) const OPENINGS: Table = Table { name: "openings", preset: Preset::Random };
const NUMBER: &str = "opening";
/// How long the two may read it.
const OPEN_FOR: Duration = Duration::from_secs(24 * 3600);
/// The detail of an entry that holds a sealed query.
pub(crate) const QUERY_DETAIL: &str = "query-sealed";

/// What is to be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sealed {
    Message(ConversationId, u64),
    /// The query of this entry of the log.
    Query(u64),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Row {
    sealed: Sealed,
    case: String,
    by: PersonId,
    asked_at: Timestamp,
    agreed: Option<(PersonId, Timestamp)>,
}

impl Row {
    fn is_open(&self, now: Timestamp) -> bool {
        self.agreed.is_some_and(|(_, at)| now.since(at) < OPEN_FOR)
    }
}

/// A query as it stands in the log: sealed under the domain of the audit log, bound to its request.
pub(crate) fn seal_query(vault: &Vault, request: RequestId, query: &str) -> Result<String> {
    Ok(BASE64.encode(key(vault)?.seal(&place(request), query.as_bytes())?))
}

fn key(vault: &Vault) -> Result<DekHandle> {
    Ok(vault.domain(Domain("audit"))?)
}

fn place(request: RequestId) -> Context {
    Context::new("audit.query.v1").bytes(request.0.as_bytes())
}

pub fn ask(tx: &mut LedgerTx<'_>, by: &Actor, sealed: Sealed, case: &str) -> Result<u64> {
    let person = by.person().ok_or(Error::NotSignedIn)?;
    let number = tx.next_id(NUMBER)?;
    let row = Row { sealed, case: case.to_owned(), by: person, asked_at: tx.now(), agreed: None };
    put(tx, OPENINGS, number, &row)?;
    record(tx, event(by, "opening.ask", number, sealed).text("case", case));
    Ok(number)
}

/// By somebody else than who asked. Again by the same person: nothing.
pub fn agree(tx: &mut LedgerTx<'_>, by: &Actor, number: u64) -> Result<()> {
    let person = by.person().ok_or(Error::NotSignedIn)?;
    let mut row: Row = get(tx, OPENINGS, number)?;
    match row.agreed {
        _ if row.by == person => return Err(Error::conflict("needs-another-auditor")),
        Some((before, _)) if before == person => return Ok(()),
        Some(_) => return Err(Error::conflict("agreed-before")),
        None => {}
    }
    row.agreed = Some((person, tx.now()));
    put(tx, OPENINGS, number, &row)?;
    record(tx, event(by, "opening.agree", number, row.sealed).text("case", row.case));
    Ok(())
}

/// What it says. Only for the two, only while it is open; the entry of the reading comes first.
pub fn read(rooms: &Rooms, by: &Actor, number: u64) -> Result<views::Opened> {
    let person = by.person().ok_or(Error::NotSignedIn)?;
    let row: Row = get(&rooms.ledger.view(), OPENINGS, number)?;
    let is_of_two = row.by == person || row.agreed.is_some_and(|(other, _)| other == person);
    if !is_of_two {
        return Err(Error::Forbidden);
    }
    if row.agreed.is_none() {
        return Err(Error::conflict("needs-another-auditor"));
    }
    if !row.is_open(rooms.world.now()) {
        return Err(Error::Gone);
    }
    rooms.audit.append(event(by, "opening.read", number, row.sealed).text("case", row.case))?;
    match row.sealed {
        Sealed::Message(conversation, seq) => {
            let (message, bodies) = rooms.im.bodies(&rooms.ledger.view(), conversation, seq)?;
            Ok(views::Opened { message: Some(views::OpenedMessage::of(message, bodies)), query: None })
        }
        Sealed::Query(index) => Ok(views::Opened { message: None, query: Some(query(rooms, index)?) }),
    }
}

fn query(rooms: &Rooms, index: u64) -> Result<String> {
    let proven = rooms.audit.entry(index)?;
    let (sealed, request) = sealed_query(&proven.entry).ok_or(Error::NotFound)?;
    let plain = key(&rooms.vault)?.open(&place(request), &sealed)?;
    String::from_utf8(plain).map_err(Error::internal("read a query"))
}

/// That there is such a thing to open.
pub fn check(rooms: &Rooms, sealed: Sealed) -> Result<()> {
    match sealed {
        Sealed::Message(conversation, seq) if rooms.im.has_message(conversation, seq) => Ok(()),
        Sealed::Message(..) => Err(Error::NotFound),
        Sealed::Query(index) => {
            let proven = rooms.audit.entry(index)?;
            sealed_query(&proven.entry).map(drop).ok_or(Error::NotFound)
        }
    }
}

fn sealed_query(entry: &holdfast_audit::Entry) -> Option<(Vec<u8>, RequestId)> {
    let detail = entry.details().iter().find(|(name, _)| name == QUERY_DETAIL).map(|(_, detail)| detail)?;
    let Detail::Text(text) = detail else { return None };
    Some((BASE64.decode(text).ok()?, RequestId(Uuid::from_bytes(entry.body.request))))
}

fn event(by: &Actor, action: &'static str, number: u64, sealed: Sealed) -> Event {
    let (kind, id) = match sealed {
        Sealed::Message(conversation, seq) => ("message", format!("{conversation}-{seq}")),
        Sealed::Query(index) => ("entry", index.to_string()),
    };
    Event::new(by, action, Object::new("opening", number)).text("sealed-kind", kind).text("sealed", id)
}
