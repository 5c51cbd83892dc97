//! The next epoch: every key sealed again under a new epoch key, in new files, and the shredded ones left out.
//!
//! The header switches last: before it the old epoch is whole, after it the new one is. The old files are removed then;
//! what makes old copies of them worthless is that the HSM key of the old epoch is destroyed.

use std::{collections::HashSet, fs, path::Path};

use super::{
    altered,
    files::Records,
    header::{Header, Second, write_header},
    open::{KEYS, Keyring, TAKEN, path},
    record::{Chain, KEY_RECORD, TAKEN_RECORD, id_of, key_record, open_record, place_of},
};
use crate::{Epoch, HsmError, KeyId, envelope::Key, wrap::WrapMechanism};

/// Records that are sealed again at once.
const RECORDS_PER_STEP: u32 = 1_024;

/// What the token gave for the next epoch.
pub(crate) struct NextEpoch {
    pub(crate) epoch_key: Key,
    pub(crate) mechanism: WrapMechanism,
    pub(crate) wrapped_epoch_key: Vec<u8>,
    pub(crate) fingerprint: [u8; 8],
    /// The second token, where it came along.
    pub(crate) second: Option<Second>,
}

impl Keyring {
    /// Only keys that were handed out can be shredded, and no domain's.
    pub(crate) fn check_shreddable(&self, shred: &[KeyId]) -> Result<(), HsmError> {
        for id in shred {
            self.key(*id)?;
            if self.header.domains.iter().any(|(_, domain)| domain == id) {
                return Err(HsmError::Device("a domain's key is not shredded".into()));
            }
        }
        Ok(())
    }

    pub(crate) fn rotate(&mut self, next: NextEpoch, shred: &[KeyId]) -> Result<(), HsmError> {
        self.check_shreddable(shred)?;
        let shred: HashSet<u32> = shred.iter().map(|id| place_of(*id)).collect();
        let epoch = Epoch(self.header.epoch.0 + 1);
        let mut keys = fresh(&self.folder, "keys", epoch, KEY_RECORD, &next.epoch_key, KEYS)?;
        self.reseal(&mut keys, &next.epoch_key, epoch, &shred)?;
        let mut taken = fresh(&self.folder, "taken", epoch, TAKEN_RECORD, &next.epoch_key, TAKEN)?;
        for place in 0..self.taken.count {
            taken.append(self.taken.read(place)?)?;
        }
        keys.sync()?;
        taken.sync()?;
        // To the same kit: its shares stay good, and open this epoch too.
        let kit = self.header.kit.as_ref().map(|kit| kit.reissued(epoch, &next.epoch_key, &self.world)).transpose()?;
        let header = Header {
            kit,
            epoch,
            epoch_since: self.world.now(),
            mechanism: next.mechanism.name().into(),
            wrapped_epoch_key: next.wrapped_epoch_key,
            fingerprint: next.fingerprint,
            second: next.second.or_else(|| self.header.second.clone()),
            keys_head: keys.head,
            taken: taken.count,
            taken_head: taken.head,
            ..self.header.clone()
        };
        write_header(&self.folder, &header, &next.epoch_key)?;
        let old = std::mem::replace(&mut self.header, header).epoch;
        (self.keys, self.taken, self.epoch_key) = (keys, taken, next.epoch_key);
        for file in ["keys", "taken"] {
            if let Err(error) = fs::remove_file(path(&self.folder, file, old)) {
                tracing::warn!(%error, "remove a file of the old epoch");
            }
        }
        Ok(())
    }

    fn reseal(&self, keys: &mut Records, epoch_key: &Key, epoch: Epoch, shred: &HashSet<u32>) -> Result<(), HsmError> {
        while keys.count < self.keys.count {
            let until = self.keys.count.min(keys.count.saturating_add(RECORDS_PER_STEP));
            let mut step = Vec::with_capacity(RECORDS_PER_STEP as usize * KEY_RECORD);
            for place in keys.count..until {
                let record = self.keys.read(place)?;
                let id = id_of(&record);
                // A shredded record keeps its place, and is all zeros before its chain.
                if id.0 == [0; 16] || shred.contains(&place) {
                    step.resize(step.len() + KEY_RECORD, 0);
                    continue;
                }
                let key = open_record(&record, &self.epoch_key, self.header.epoch).map_err(|_| altered(KEYS))?;
                step.extend_from_slice(&key_record(id, &key, epoch_key, epoch, &self.world).map_err(|_| altered(KEYS))?);
            }
            keys.append(step)?;
        }
        Ok(())
    }
}

/// An empty file of the next epoch. One that a rotation left which was cut short is replaced: no header names it.
pub(super) fn fresh(
    folder: &Path,
    file: &'static str,
    epoch: Epoch,
    size: usize,
    epoch_key: &Key,
    what: &'static str,
) -> Result<Records, HsmError> {
    let at = path(folder, file, epoch);
    let _ = fs::remove_file(&at);
    Records::create(&at, size, Chain::new(epoch_key, file).map_err(|_| altered(what))?, what)
}
