use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Error, Result};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    Host,
    challenge::{self, Purpose},
    credential::{Attested, AuthenticatorData, ClientData, Malformed, authenticator_data, bytes},
    rows::{self, Row, StoredKey},
};
use crate::{Directory, limits, session, sign_in_policy::Factor, text, views};

/// What a browser answers when a passkey was made; the last two base64url without padding.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPasskey {
    /// How the person tells it from the others.
    #[schema(max_length = 200)]
    pub name: String,
    /// `response.clientDataJSON`
    #[schema(max_length = 10923)]
    pub client_data: String,
    /// `response.attestationObject`
    #[schema(max_length = 87382)]
    pub attestation: String,
}

/// A new passkey of the actor's.
pub fn register(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    actor: &Actor,
    host: &Host,
    new: &NewPasskey,
) -> Result<views::Passkey> {
    let person = directory.org().active(actor)?.id;
    let name = text::line("name", &new.name, limits::LABEL_CHARACTERS)?;
    let malformed = |_: Malformed| Error::invalid("passkey", "malformed");
    let client_data = bytes(&new.client_data, limits::CLIENT_DATA_BYTES).map_err(malformed)?;
    let attestation = bytes(&new.attestation, limits::ATTESTATION_BYTES).map_err(malformed)?;
    let client = ClientData::read(&client_data).map_err(malformed)?;
    let data = authenticator_data(&attestation).map_err(malformed)?;
    let data = AuthenticatorData::read(&data).map_err(malformed)?;
    let challenge = challenge::read(directory, Purpose::Oneself(person), &client.challenge().map_err(malformed)?)?;
    let challenge = challenge.filter(|_| client.is_making()).ok_or(Error::invalid("passkey", "challenge-ended"))?;
    if !client.is_from(host) || !data.is_for(host) {
        return Err(Error::invalid("passkey", "other-host"));
    }
    if !data.user_verified() {
        return Err(Error::invalid("passkey", "user-not-verified"));
    }
    let Attested { credential, key } = data.attested().map_err(malformed)?;
    if rows::of(tx.conn(), person)?.len() >= limits::PASSKEYS {
        return Err(Error::conflict("too-many-passkeys"));
    }
    if rows::by_credential(tx.conn(), &credential)?.is_some() {
        return Err(Error::conflict("passkey-there"));
    }
    if !challenge.take(directory) {
        return Err(Error::invalid("passkey", "challenge-ended"));
    }
    let row = Row {
        id: tx.world().uuid(),
        person,
        credential,
        name,
        counter: data.counter,
        synced: data.synced(),
        created_at: tx.now(),
        used_at: None,
        key_sealed: Vec::new(),
    };
    let row = row.sealed(directory.key(), &StoredKey { host: host.0.clone(), key })?;
    rows::insert(tx.conn(), &row)?;
    let event = Event::new(actor, "passkey.create", Object::new("passkey", row.id));
    holdfast_audit::record(tx, event.text("name", row.name.clone()).text("host", host.0.clone()));
    session::raise(tx, directory, actor, Factor::Passkey);
    Ok(row.view())
}
