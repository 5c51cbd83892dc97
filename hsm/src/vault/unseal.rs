use std::{thread, time::Duration};

use super::{client::CallError, core::Core, second::is_unused};
use crate::{
    Epoch, HsmError, Pin, SealState,
    envelope::Key,
    keyring::{Keyring, TokenIdentity, epoch_key_context, read_header},
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
    let (header, bytes) = read_header(&core.config.keyring)?;
    if matches!(before, SealState::Degraded { .. }) {
        // The keyring is open still; the watch finds the token back at its next look.
        log_in(core, &header.token_serial, by, patience)?;
        return check_keys(core, &header.identity(), header.epoch);
    }
    open(core, before, || {
        log_in(core, &header.token_serial, by, patience)?;
        let epoch_key = fetch_epoch_key(core, &header.identity(), header.epoch)?;
        Keyring::open(&core.config.keyring, core.world.clone(), epoch_key, header, &bytes)
    })
}

/// The same by the second token, which is the first from then on.
pub(super) fn unseal_with_second(core: &Core, by: By<'_>) -> Result<(), HsmError> {
    let _one_at_a_time = core.unsealing.lock();
    let before = core.state();
    if matches!(before, SealState::Unsealed { .. } | SealState::Degraded { .. }) {
        return Err(HsmError::Device("the box is not sealed".into()));
    }
    let (header, bytes) = read_header(&core.config.keyring)?;
    let second = header.second.clone().ok_or_else(|| HsmError::Device("this box has no second token".into()))?;
    if second.epoch != header.epoch {
        let (at, now) = (second.epoch.0, header.epoch.0);
        return Err(HsmError::Device(format!("the second token is at epoch {at}, the box at {now}: take the recovery kit")));
    }
    open(core, before, || {
        log_in(core, &second.identity.token_serial, by, limits::UNSEAL_PATIENCE)?;
        let epoch_key = fetch_epoch_key(core, &second.identity, header.epoch)?;
        let mut keyring = Keyring::open(&core.config.keyring, core.world.clone(), epoch_key, header, &bytes)?;
        keyring.switch()?;
        Ok(keyring)
    })
}

fn open(core: &Core, before: SealState, fetch: impl FnOnce() -> Result<Keyring, HsmError>) -> Result<(), HsmError> {
    let seals = core.seals();
    core.set_state(SealState::Unsealing);
    match fetch() {
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

/// The right keys on the token that is logged in, then the epoch key.
fn fetch_epoch_key(core: &Core, identity: &TokenIdentity, epoch: Epoch) -> Result<Key, HsmError> {
    check_keys(core, identity, epoch)?;
    let context = epoch_key_context(&identity.token_serial, epoch);
    Ok(core.client().unwrap(identity.root(epoch)?, context, identity.wrapped_epoch_key.clone())?)
}

/// Waits for an hsmd that is being started again. The PIN is sent once: only a call that hsmd never carried out is repeated.
fn log_in(core: &Core, serial: &str, by: By<'_>, patience: Duration) -> Result<(), HsmError> {
    let deadline = core.world.clock.boot() + patience;
    let (client, token) = loop {
        let (mut away, mut other) = (None, None);
        let mut found = None;
        for (number, client) in core.clients().iter().enumerate() {
            match client.token() {
                Ok(token) if token.serial == serial => found = Some((number, token)),
                Ok(token) => other = Some(token.serial),
                Err(error) if number > 0 && is_unused(&error) => {}
                Err(error) => drop(away.get_or_insert(error)),
            }
        }
        match (found, away, other) {
            (Some(found), _, _) => break found,
            (None, Some(CallError::Away(_) | CallError::Fault(Fault::TokenGone)), _) if core.world.clock.boot() < deadline => {
                thread::sleep(limits::PROBE_EVERY_DEGRADED);
            }
            (None, Some(error), _) => return Err(error.into()),
            (None, None, got) => return Err(HsmError::WrongToken { want: serial.to_owned(), got: got.unwrap_or_default() }),
        }
    };
    core.serve_by(client);
    core.note_token(token);
    match by {
        By::Operator(pin) => Ok(core.client().login(pin)?),
        By::Nobody => Ok(core.client().resume()?),
    }
}

/// The fingerprints that were pinned.
fn check_keys(core: &Core, identity: &TokenIdentity, epoch: Epoch) -> Result<(), HsmError> {
    let (fingerprint, audit_public_key) = core.client().keys(identity.root(epoch)?)?;
    if fingerprint != identity.fingerprint || audit_public_key != identity.audit_public_key {
        let (want, got) = (hex::encode(identity.fingerprint), hex::encode(fingerprint));
        return Err(HsmError::WrongToken { want, got });
    }
    Ok(())
}

/// hsmd was started again: logs in with the credential, and makes sure that the token still holds our keys.
pub(super) fn resume(core: &Core) -> Result<(), HsmError> {
    let (header, _) = read_header(&core.config.keyring)?;
    log_in(core, &header.token_serial, By::Nobody, Duration::ZERO)?;
    check_keys(core, &header.identity(), header.epoch)
}
