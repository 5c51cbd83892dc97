//! Witnesses outside the box: whose keys the auditors trust, what each has cosigned last, and whether the log continues it.
//!
//! Always true: what is kept of a witness was signed by its key, as an auditor registered it, and by the log's own; it is never
//! replaced by something smaller. A checkpoint that the log does not continue is kept too: it is the evidence.
//! Absent on purpose: the network. Requests are carried to the witness, cosignatures are carried back.

mod rows;

use holdfast_base::{Actor, ClientId, Error, PersonId, Result, Timestamp};
use holdfast_store::{Db, DbTx, Tx};
use uuid::Uuid;

use crate::{
    event::{Event, Object, record},
    limits::WITNESSES,
    log::AuditLog,
    query::Standing,
    verify::{
        cosign::{WitnessKey, handed_back},
        note::{Signed, SignedCheckpoint},
    },
};

/// A witness as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    pub id: Uuid,
    pub key: WitnessKey,
    pub registered_by: PersonId,
    pub registered_at: Timestamp,
    /// When a request for it was last handed out.
    pub asked_at: Option<Timestamp>,
    /// The largest checkpoint that it has cosigned.
    pub seen: Option<Seen>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The note with both signatures.
    pub note: String,
    pub size: u64,
    /// As the witness says.
    pub at: Timestamp,
    pub received_at: Timestamp,
}

/// All of them, in the order in which they were registered.
pub fn list(db: &Db) -> Result<Vec<Witness>> {
    db.read(rows::all)
}

/// Registers a witness by its verifier key.
pub fn register(tx: &mut DbTx<'_>, actor: &Actor, cid: ClientId, vkey: &str) -> Result<Witness> {
    let key: WitnessKey = vkey.parse().map_err(|_| Error::invalid("vkey", "not-a-witness-key"))?;
    let by = actor.person().ok_or(Error::NotSignedIn)?;
    let known = rows::all(tx.conn())?;
    if let Some(before) = known.iter().find(|witness| witness.id == cid.0) {
        let same = before.key == key && before.registered_by == by;
        return if same { Ok(before.clone()) } else { Err(Error::conflict("cid-used-for-something-else")) };
    }
    if known.iter().any(|witness| witness.key == key) {
        return Err(Error::conflict("exists"));
    }
    if known.len() >= WITNESSES {
        return Err(Error::conflict("too-many"));
    }
    let witness = Witness { id: cid.0, key, registered_by: by, registered_at: tx.now(), asked_at: None, seen: None };
    rows::insert(tx.conn(), &witness)?;
    record(tx, about(actor, "witness.register", &witness).text("vkey", witness.key.to_string()));
    Ok(witness)
}

pub fn remove(tx: &mut DbTx<'_>, actor: &Actor, id: Uuid) -> Result<()> {
    let (witness, _) = rows::find(tx.conn(), id)?.ok_or(Error::NotFound)?;
    rows::delete(tx.conn(), id)?;
    let size = witness.seen.as_ref().map_or(0, |seen| number(seen.size));
    record(tx, about(actor, "witness.remove", &witness).text("vkey", witness.key.to_string()).number("size", size));
    Ok(())
}

/// Remembers the request that is handed out, so that signature lines alone can be taken back.
pub fn ask(tx: &mut DbTx<'_>, actor: &Actor, id: Uuid, old: u64, request: &str) -> Result<()> {
    let (witness, _) = rows::find(tx.conn(), id)?.ok_or(Error::NotFound)?;
    let (_, note) = request.split_once("\n\n").ok_or(Error::broken("read a request for a witness"))?;
    let now = tx.now();
    rows::set_asked(tx.conn(), id, note, now)?;
    record(tx, about(actor, "witness.ask", &witness).number("old", number(old)));
    Ok(())
}

/// Takes what the witness handed back: the note that it cosigned, or its signature lines for what it was asked last.
pub fn take(tx: &mut DbTx<'_>, log: &AuditLog, actor: &Actor, id: Uuid, text: &str) -> Result<Witness> {
    let (mut witness, asked) = rows::find(tx.conn(), id)?.ok_or(Error::NotFound)?;
    let note = handed_back(text, asked.as_deref()).map_err(|_| Error::invalid("text", "not-a-cosignature"))?;
    if note.check(log.key()) != Signed::Good || note.checkpoint.origin != log.key().name() {
        return Err(Error::invalid("text", "not-of-this-log"));
    }
    let cosigned = note.cosigned(&witness.key).ok_or(Error::invalid("text", "not-signed-by-the-witness"))?;
    let size = note.checkpoint.size;
    if witness.seen.as_ref().is_some_and(|seen| seen.size > size) {
        return Err(Error::conflict("witness-has-seen-more"));
    }
    let (at, now) = (Timestamp(cosigned.at_seconds.saturating_mul(1_000_000)), tx.now());
    let seen = Seen { note: note.note().to_owned(), size, at, received_at: now };
    rows::set_seen(tx.conn(), id, &seen)?;
    let event = about(actor, "witness.cosign", &witness).number("size", number(size));
    record(
        tx,
        match log.standing(&note.checkpoint)? {
            Standing::Continues => event,
            Standing::RolledBack => event.failed("rolled-back"),
            Standing::Forked => event.failed("forked"),
            Standing::CannotTell => event.failed("cannot-tell"),
        },
    );
    witness.seen = Some(seen);
    Ok(witness)
}

/// Whether the log continues what the witness has seen.
pub fn standing(log: &AuditLog, seen: &Seen) -> Result<Standing> {
    let note = SignedCheckpoint::parse(seen.note.as_bytes()).map_err(Error::internal("read a cosigned checkpoint"))?;
    log.standing(&note.checkpoint)
}

fn about(actor: &Actor, action: &'static str, witness: &Witness) -> Event {
    Event::new(actor, action, Object::new("witness", witness.id)).text("name", witness.key.name())
}

fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
