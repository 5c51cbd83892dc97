use super::{client::CallError, core::Core, unseal::resume};
use crate::{
    Epoch, HsmError, KeyId, SealState,
    ceremony::check_wrapped,
    keyring::{NextEpoch, epoch_key_context},
    protocol::Fault,
};

/// New HSM key → new epoch key → keyring sealed again → old HSM key destroyed.
pub(super) fn rotate(core: &Core, shred: &[KeyId]) -> Result<Epoch, HsmError> {
    let _one_at_a_time = core.unsealing.lock();
    let SealState::Unsealed { epoch } = core.state() else {
        return Err(HsmError::Sealed);
    };
    match core.client.probe(epoch) {
        Err(CallError::Fault(Fault::LoggedOut)) => resume(core)?,
        found => core.recognise(found?)?,
    }
    let serial = core.with_keyring(|keyring| {
        keyring.check_shreddable(shred)?;
        Ok(keyring.header().token_serial.clone())
    })?;
    // Left by a rotation that was cut short after the keyring had moved on.
    destroy(core, Epoch(epoch.0.saturating_sub(1)))?;
    let next = Epoch(epoch.0 + 1);
    // Or cut short before it had: that key was made for this epoch, and nothing is wrapped under it yet.
    let (prf_fingerprint, _) = match core.client.keys(next) {
        Err(CallError::Fault(Fault::KeyMissing(_))) => {
            core.client.rotate(next)?;
            core.client.keys(next)?
        }
        found => found?,
    };
    let epoch_key = core.client.epoch_key(&core.world)?;
    let wrapped_epoch_key = core.client.wrap(next, epoch_key_context(&serial, next), &epoch_key)?;
    check_wrapped(&wrapped_epoch_key, prf_fingerprint)?;
    let reached = core.rotate(NextEpoch { epoch_key, wrapped_epoch_key, prf_fingerprint }, shred)?;
    destroy(core, epoch)?;
    Ok(reached)
}

fn destroy(core: &Core, epoch: Epoch) -> Result<(), HsmError> {
    match core.client.destroy(epoch) {
        Ok(()) | Err(CallError::Fault(Fault::KeyMissing(_))) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
