use holdfast_audit::{AuditLog, Event, Object};
use holdfast_base::{Actor, Error, PersonId, Result, Who};
use holdfast_store::Tx;

use super::{
    Assertion, Host,
    challenge::{self, Good, Purpose, handle},
    credential::{AuthenticatorData, ClientData, Malformed, bytes, signed_text},
    rows::{self, Row},
};
use crate::{
    Directory, limits,
    lockout::logged,
    session::{self, Opened, Passed},
    sign_in_policy::Factor,
};

/// Signs in with a passkey alone: the device is one factor, what it asked its user for the other. Blocks for the log.
pub fn open(directory: &Directory, audit: &AuditLog, stranger: &Actor, host: &Host, assertion: &Assertion) -> Result<Opened> {
    // A key that nobody has is no guess at anybody's: it costs its sender an entry of the log and locks no colleague out.
    let row = found(directory, assertion)?.ok_or(Error::WrongCredentials);
    let row = row.map_err(|error| refuse(audit, stranger, None, error))?;
    let lanes = directory.lanes().enter(directory, Ok(row.person), &stranger.source);
    let lanes = lanes.map_err(|error| refuse(audit, stranger, Some(row.person), error))?;
    let checked = answer(directory, audit, stranger, host, assertion, Purpose::SignIn, &row);
    let org = directory.org();
    let person = checked.and_then(|person| org.active(&as_person(stranger, person)).map_err(|_| Error::WrongCredentials));
    let person = person.map_err(|error| {
        directory.lanes().failed(directory, &lanes);
        refuse(audit, stranger, Some(row.person), error)
    })?;
    directory.lanes().passed(directory, &lanes);
    let passed = Passed { factor: Factor::Passkey, lacks: None, must_change_password: false };
    session::begin(directory, audit, as_person(stranger, person.id), person, passed)
}

/// Once more, by whoever has signed in.
pub(crate) fn check(directory: &Directory, audit: &AuditLog, actor: &Actor, host: &Host, assertion: &Assertion) -> Result<()> {
    let person = actor.person().ok_or(Error::NotSignedIn)?;
    let row = found(directory, assertion)?.filter(|row| row.person == person).ok_or(Error::WrongCredentials)?;
    answer(directory, audit, actor, host, assertion, Purpose::Oneself(person), &row).map(drop)
}

fn as_person(stranger: &Actor, person: PersonId) -> Actor {
    Actor { who: Who::Person(person), ..stranger.clone() }
}

fn found(directory: &Directory, assertion: &Assertion) -> Result<Option<Row>> {
    let Ok(credential) = bytes(&assertion.credential, limits::CREDENTIAL_BYTES) else { return Ok(None) };
    directory.db().read(|conn| rows::by_credential(conn, &credential))
}

/// Whose it is. `WrongCredentials` whatever is wrong; the log says when it is the counter.
fn answer(
    directory: &Directory,
    audit: &AuditLog,
    actor: &Actor,
    host: &Host,
    assertion: &Assertion,
    purpose: Purpose,
    row: &Row,
) -> Result<PersonId> {
    let stored = row.open(directory.key())?;
    let wrong = |_: Malformed| Error::WrongCredentials;
    let client_data = bytes(&assertion.client_data, limits::CLIENT_DATA_BYTES).map_err(wrong)?;
    let data = bytes(&assertion.authenticator_data, limits::SIGNATURE_BYTES).map_err(wrong)?;
    let signature = bytes(&assertion.signature, limits::SIGNATURE_BYTES).map_err(wrong)?;
    if !stored.key.signed(&signed_text(&data, &client_data), &signature) {
        return Err(Error::WrongCredentials);
    }
    let (client, read) = (ClientData::read(&client_data).map_err(wrong)?, AuthenticatorData::read(&data).map_err(wrong)?);
    let challenge = challenge::read(directory, purpose, &client.challenge().map_err(wrong)?)?.ok_or(Error::WrongCredentials)?;
    let of_this_host = stored.host == host.0 && client.is_from(host) && read.is_for(host);
    if !client.is_signing() || !of_this_host || !read.user_verified() || !names(directory, assertion, row.person)? {
        return Err(Error::WrongCredentials);
    }
    used(directory, audit, actor, row, read.counter, challenge)?;
    Ok(row.person)
}

/// An authenticator that names its user names this one.
fn names(directory: &Directory, assertion: &Assertion, person: PersonId) -> Result<bool> {
    let Some(named) = assertion.user_handle.as_deref().filter(|named| !named.is_empty()) else { return Ok(true) };
    let expected = handle(directory, person)?;
    Ok(bytes(named, expected.len()).is_ok_and(|named| named == expected))
}

/// The counter of the row that is there now, inside the transaction: of two answers at once, one comes first.
fn used(directory: &Directory, audit: &AuditLog, actor: &Actor, row: &Row, counter: u32, challenge: Good) -> Result<()> {
    let taken = directory.db().write(|tx| {
        let before = rows::by_credential(tx.conn(), &row.credential)?.ok_or(Error::WrongCredentials)?.counter;
        // Authenticators that do not count always say 0 (section 6.1.1).
        let grows = counter > before || counter == 0 && before == 0;
        let now = tx.now();
        if !grows {
            let event =
                Event::new(actor, "passkey.counter", Object::new("passkey", row.id)).refused(Error::WrongCredentials.code());
            holdfast_audit::record(tx, event.number("kept", i64::from(before)).number("told", i64::from(counter)));
            return Ok(false);
        }
        rows::set_used(tx.conn(), row.id, counter, now)?;
        Ok(true)
    })?;
    audit.settle(&taken.mark)?;
    if taken.value && challenge.take(directory) { Ok(()) } else { Err(Error::WrongCredentials) }
}

fn refuse(audit: &AuditLog, stranger: &Actor, known: Option<PersonId>, error: Error) -> Error {
    let object = known.map_or_else(|| Object::new("person", "unknown"), |id| Object::new("person", id));
    let event = Event::new(stranger, "session.refuse", object).text("with", "passkey").refused(error.code());
    logged(audit, event, error)
}
