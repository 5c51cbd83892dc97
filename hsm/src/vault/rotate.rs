use super::{
    client::{CallError, Client, Root},
    core::Core,
    second,
    unseal::resume,
};
use crate::{
    Epoch, HsmError, KeyId, SealState, WrapMechanism,
    ceremony::check_wrapped,
    keyring::{NextEpoch, epoch_key_context},
    protocol::Fault,
};

/// New HSM key → new epoch key → keyring sealed again → old HSM key destroyed. On the second token, too, where it is there.
pub(super) fn rotate(core: &Core, mechanism: Option<WrapMechanism>, shred: &[KeyId]) -> Result<Epoch, HsmError> {
    let _one_at_a_time = core.unsealing.lock();
    let SealState::Unsealed { epoch } = core.state() else {
        return Err(HsmError::Sealed);
    };
    let (serial, root) = core.with_keyring(|keyring| {
        keyring.check_shreddable(shred)?;
        Ok((keyring.header().token_serial.clone(), keyring.header().root()?))
    })?;
    let client = core.client();
    match client.probe(root) {
        Err(CallError::Fault(Fault::LoggedOut)) => resume(core)?,
        found => core.recognise(found?)?,
    }
    // Left by a rotation that was cut short after the keyring had moved on.
    destroy(client, Epoch(epoch.0.saturating_sub(1)))?;
    let next = Root { epoch: Epoch(epoch.0 + 1), mechanism: mechanism.unwrap_or(root.mechanism) };
    // Or cut short before it had: that key was made for this epoch, and nothing is wrapped under it yet.
    let (fingerprint, _) = match client.keys(next) {
        Err(CallError::Fault(Fault::KeyMissing(_))) => {
            client.rotate(next)?;
            client.keys(next)?
        }
        found => found?,
    };
    let epoch_key = client.epoch_key(&core.world)?;
    let wrapped_epoch_key = client.wrap(next, epoch_key_context(&serial, next.epoch), &epoch_key)?;
    check_wrapped(next, &wrapped_epoch_key, fingerprint)?;
    let second = second::take_along(core, next, &epoch_key);
    let mechanism = next.mechanism;
    let reached = core.rotate(NextEpoch { epoch_key, mechanism, wrapped_epoch_key, fingerprint, second }, shred)?;
    destroy(client, epoch)?;
    second::clear(core);
    Ok(reached)
}

pub(super) fn destroy(client: &Client, epoch: Epoch) -> Result<(), HsmError> {
    match client.destroy(epoch) {
        Ok(()) | Err(CallError::Fault(Fault::KeyMissing(_))) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
