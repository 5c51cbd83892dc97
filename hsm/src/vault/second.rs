//! The second token: a key of its own for each epoch, wrapping the same epoch key, and an audit key of its own.
//!
//! Always true: what the keyring names as current opens the keyring; a rotation that does not reach the second token leaves
//! it behind, and says so; the keys of older epochs go from it as they go from the first.

use std::io;

use super::{
    client::{CallError, Client, Root},
    core::Core,
    rotate::destroy,
};
use crate::{
    Epoch, HsmError, Pin, SealState, SecondToken, WrapMechanism,
    ceremony::identify,
    envelope::Key,
    keyring::{Header, Second},
    limits,
    protocol::{Fault, TokenInfo},
};

pub(super) fn state(header: &Header) -> Option<SecondToken> {
    header.second.as_ref().map(|second| SecondToken {
        label: second.identity.token_label.clone(),
        serial: second.identity.token_serial.clone(),
        mechanism: second.identity.mechanism.clone(),
        epoch: second.epoch,
        is_current: second.epoch == header.epoch,
        audit_public_key: second.identity.audit_public_key.clone(),
    })
}

/// Brings the second token to the epoch in force, the first time too.
pub(super) fn copy(core: &Core, pin: Option<&Pin>) -> Result<SecondToken, HsmError> {
    let _one_at_a_time = core.unsealing.lock();
    let SealState::Unsealed { .. } = core.state() else {
        return Err(HsmError::Sealed);
    };
    let (first, known, root, epoch_key) = core.with_keyring(|keyring| {
        let header = keyring.header();
        Ok((header.token_serial.clone(), header.second.clone(), header.root()?, keyring.epoch_key()))
    })?;
    let (client, token) = find(core, |serial| serial != first)?;
    if let Some(known) = known.as_ref().filter(|known| known.identity.token_serial != token.serial) {
        return Err(HsmError::WrongToken { want: known.identity.token_serial.clone(), got: token.serial });
    }
    client.login(pin)?;
    let second = bring_up(core, client, &token, known.as_ref(), root, &epoch_key)?;
    core.with_keyring(|keyring| keyring.set_second(Some(second)))?;
    clear(core);
    core.with_keyring(|keyring| state(keyring.header()).ok_or(HsmError::WorkerLost))
}

/// For a rotation to `next`: `None` where there is no second token, or where it stays behind.
pub(super) fn take_along(core: &Core, next: Root, epoch_key: &Key) -> Option<Second> {
    let known = core.with_keyring(|keyring| Ok(keyring.header().second.clone())).ok()??;
    let come = || {
        let (client, token) = find(core, |serial| serial == known.identity.token_serial)?;
        client.resume()?;
        bring_up(core, client, &token, Some(&known), next, epoch_key)
    };
    come().inspect_err(|error| tracing::warn!(%error, "the second token stays behind this rotation")).ok()
}

/// Destroys what the second token holds of epochs that are over. What cannot be done now is done by the next rotation.
pub(super) fn clear(core: &Core) {
    let Ok(Some(second)) = core.with_keyring(|keyring| Ok(keyring.header().second.clone())) else { return };
    let Second { epoch, holds_from, .. } = second;
    if holds_from == epoch {
        return;
    }
    let cleared = find(core, |serial| serial == second.identity.token_serial).and_then(|(client, _)| {
        (holds_from.0..epoch.0).try_for_each(|old| destroy(client, Epoch(old)))?;
        core.with_keyring(|keyring| keyring.set_second(Some(Second { holds_from: epoch, ..second })))
    });
    cleared.unwrap_or_else(|error| tracing::warn!(%error, "the second token keeps a key of an epoch that is over"));
}

/// The token of a serial number, behind whichever hsmd.
pub(super) fn find(core: &Core, is_it: impl Fn(&str) -> bool) -> Result<(&Client, TokenInfo), HsmError> {
    let mut away = None;
    for client in core.clients() {
        match client.token() {
            Ok(token) if is_it(&token.serial) => return Ok((client, token)),
            Ok(_) => {}
            Err(error) if is_unused(&error) => {}
            Err(error) => away = Some(error),
        }
    }
    Err(away.map_or_else(|| HsmError::Device("no hsmd is set up for a second token".into()), HsmError::from))
}

/// Nobody ever listened there: the box has no second token.
pub(super) fn is_unused(error: &CallError) -> bool {
    matches!(error, CallError::Away(cause) if cause.kind() == io::ErrorKind::NotFound)
}

/// From the newest epoch that the token knows to `root`, one after the other; never more than three keys are on it. Ends
/// with the keys of `root` and of the epoch before.
fn bring_up(
    core: &Core,
    client: &Client,
    token: &TokenInfo,
    known: Option<&Second>,
    root: Root,
    epoch_key: &Key,
) -> Result<Second, HsmError> {
    let oldest = root.epoch.0.saturating_sub(limits::SECOND_BEHIND).max(1);
    let newest = newest(client, root.epoch, Epoch(oldest))?;
    let mut holds_from = known.map_or(newest, |known| known.holds_from.min(newest));
    for next in newest.0 + 1..=root.epoch.0 {
        client.rotate(Root { epoch: Epoch(next), ..root })?;
        let over = next.saturating_sub(2);
        if over >= holds_from.0 {
            destroy(client, Epoch(over))?;
            holds_from = Epoch(over + 1);
        }
    }
    let identity = identify(client, token, root, epoch_key, &core.world)?;
    Ok(Second { identity, epoch: root.epoch, holds_from })
}

/// The newest epoch whose key is there, by whatever mechanism.
fn newest(client: &Client, from: Epoch, to: Epoch) -> Result<Epoch, HsmError> {
    for epoch in (to.0..=from.0).rev().map(Epoch) {
        for mechanism in WrapMechanism::ALL {
            match client.keys(Root { epoch, mechanism }) {
                Ok(_) => return Ok(epoch),
                Err(CallError::Fault(Fault::KeyMissing(_))) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Err(HsmError::KeyMissing("of any epoch that could be brought up".into()))
}
