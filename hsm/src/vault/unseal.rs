use std::{thread, time::Duration};

use super::{client::CallError, core::Core};
use crate::{
    HsmError, Pin, SealState,
    envelope::Key,
    keyring::{Header, Keyring, epoch_key_context, read_header},
    limits,
    protocol::Fault,
};

/// On whose word the token is logged in.
#[derive(Clone, Copy)]
pub(super) enum By<'a> {
    /// `None`: with the PIN of the credential file.
    Operator(Option<&'a Pin>),
    /// The vault's own: hsmd refuses while an earlier attempt was never answered.
    Nobody,
}

/// Sealed → Unsealing → Unsealed. On any failure the state is what it was; an altered keyring quarantines the box.
pub(super) fn unseal(core: &Core, by: By<'_>, patience: Duration) -> Result<(), HsmError> {
    let _one_at_a_time = core.unsealing.lock();
    let before = core.state();
    if matches!(before, SealState::Unsealed { .. }) {
        return Ok(());
    }
    let seals = core.seals();
    let (header, bytes) = read_header(&core.config.keyring)?;
    if matches!(before, SealState::Degraded { .. }) {
        // The keyring is open still; the watch finds the token back at its next look.
        log_in(core, &header, by, patience)?;
        return check_keys(core, &header);
    }
    core.set_state(SealState::Unsealing);
    let opened = fetch_epoch_key(core, &header, by, patience)
        .and_then(|epoch_key| Keyring::open(&core.config.keyring, core.world.clone(), epoch_key, header, &bytes));
    match opened {
        Ok(keyring) => core.open(keyring, seals),
        Err(error) => {
            core.set_state(match &error {
                HsmError::Integrity(what) => SealState::Quarantined { evidence: format!("{what} does not authenticate") },
                // No ceremony had been seen when this vault connected; now there is one.
                _ if matches!(before, SealState::Uninitialised) => core.sealed_at_start(),
                _ => before,
            });
            Err(error)
        }
    }
}

/// The right token, the right keys on it, then the epoch key.
fn fetch_epoch_key(core: &Core, header: &Header, by: By<'_>, patience: Duration) -> Result<Key, HsmError> {
    log_in(core, header, by, patience)?;
    check_keys(core, header)?;
    let context = epoch_key_context(&header.token_serial, header.epoch);
    Ok(core.client.unwrap(header.epoch, context, header.wrapped_epoch_key.clone())?)
}

/// Waits for an hsmd that is being started again. The PIN is sent once: only a call that hsmd never carried out is repeated.
fn log_in(core: &Core, header: &Header, by: By<'_>, patience: Duration) -> Result<(), HsmError> {
    let deadline = core.world.clock.boot() + patience;
    let token = loop {
        match core.client.token() {
            Ok(token) => break token,
            Err(CallError::Away(_) | CallError::Fault(Fault::TokenGone)) if core.world.clock.boot() < deadline => {
                thread::sleep(limits::PROBE_EVERY_DEGRADED);
            }
            Err(error) => return Err(error.into()),
        }
    };
    if token.serial != header.token_serial {
        return Err(HsmError::WrongToken { want: header.token_serial.clone(), got: token.serial });
    }
    core.note_token(token);
    match by {
        By::Operator(pin) => Ok(core.client.login(pin)?),
        By::Nobody => Ok(core.client.resume()?),
    }
}

/// The fingerprints that the ceremony pinned.
fn check_keys(core: &Core, header: &Header) -> Result<(), HsmError> {
    let (prf_fingerprint, audit_public_key) = core.client.keys(header.epoch)?;
    if prf_fingerprint != header.prf_fingerprint || audit_public_key != header.audit_public_key {
        let (want, got) = (hex::encode(header.prf_fingerprint), hex::encode(prf_fingerprint));
        return Err(HsmError::WrongToken { want, got });
    }
    Ok(())
}

/// hsmd was started again: logs in with the credential, and makes sure that the token still holds our keys.
pub(super) fn resume(core: &Core) -> Result<(), HsmError> {
    let (header, _) = read_header(&core.config.keyring)?;
    log_in(core, &header, By::Nobody, Duration::ZERO)?;
    check_keys(core, &header)
}
