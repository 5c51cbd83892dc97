use std::{
    collections::VecDeque,
    fs::DirBuilder,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use holdfast_base::World;

use super::{
    altered,
    files::Records,
    header::{Header, Second, TokenIdentity, check_header, exists, write_header},
    record::{Chain, KEY_RECORD, TAKEN_RECORD, id_of, key_record, name_key, open_record, place_of, taken_record},
    rotate::fresh,
};
use crate::{
    Epoch, HsmError, KeyId,
    envelope::Key,
    limits,
    recovery::{Kit, Share, Split},
};

pub(super) const KEYS: &str = "the keyring's keys";
pub(super) const TAKEN: &str = "the keyring's taken records";

const FIRST_EPOCH: Epoch = Epoch(1);

/// An open keyring. Dropping it wipes the epoch key.
pub(crate) struct Keyring {
    pub(super) folder: PathBuf,
    pub(super) world: World,
    pub(super) epoch_key: Key,
    pub(super) header: Header,
    pub(super) keys: Records,
    pub(super) taken: Records,
    /// Released, not yet handed out.
    ready: VecDeque<KeyId>,
}

impl Keyring {
    /// Makes the keyring of a fresh box with one key for each domain and a first block of spare keys.
    /// Refuses where one exists. The header is written last: before it, there is no keyring.
    pub(crate) fn create(
        folder: &Path,
        world: World,
        epoch_key: Key,
        identity: TokenIdentity,
        domains: &[&str],
    ) -> Result<Self, HsmError> {
        if exists(folder) {
            return Err(HsmError::Device("a keyring exists already".into()));
        }
        if domains.len() > limits::DOMAINS || domains.iter().any(|name| name.len() > limits::DOMAIN_BYTES) {
            return Err(HsmError::Device("too many domains, or a name that is too long".into()));
        }
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(HsmError::io("create the keyring's folder"))?;
        let keys = fresh(folder, "keys", FIRST_EPOCH, KEY_RECORD, &epoch_key, KEYS)?;
        let taken = fresh(folder, "taken", FIRST_EPOCH, TAKEN_RECORD, &epoch_key, TAKEN)?;
        let header = first_header(identity, &keys, &taken, &world);
        let mut keyring = Self { folder: folder.to_owned(), world, epoch_key, header, keys, taken, ready: VecDeque::new() };
        keyring.make_block()?;
        for (place, name) in (0..).zip(domains) {
            let id = id_of(&keyring.keys.read(place)?);
            keyring.taken.append(taken_record(id, name, keyring.world.now()))?;
            keyring.header.domains.push(((*name).to_owned(), id));
        }
        keyring.header.released = domains.len() as u32;
        keyring.save()?;
        Ok(keyring)
    }

    /// `header` and `bytes` come from [`super::read_header`]; `epoch_key` from the token.
    pub(crate) fn open(folder: &Path, world: World, epoch_key: Key, header: Header, bytes: &[u8]) -> Result<Self, HsmError> {
        check_header(bytes, &epoch_key)?;
        let durable = (header.keys, header.keys_head);
        let chain = Chain::new(&epoch_key, "keys").map_err(|_| altered(KEYS))?;
        let keys = Records::open(&path(folder, "keys", header.epoch), KEY_RECORD, chain, KEYS, durable, false)?;
        let durable = (header.taken, header.taken_head);
        let chain = Chain::new(&epoch_key, "taken").map_err(|_| altered(TAKEN))?;
        let taken = Records::open(&path(folder, "taken", header.epoch), TAKEN_RECORD, chain, TAKEN, durable, true)?;
        Ok(Self { folder: folder.to_owned(), world, epoch_key, header, keys, taken, ready: VecDeque::new() })
    }

    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    pub(crate) fn epoch_key(&self) -> Key {
        self.epoch_key.clone()
    }

    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn masked_epoch_key(&self, mask: u8) -> [u8; 32] {
        std::array::from_fn(|at| self.epoch_key[at] ^ mask)
    }

    /// The ceremony's key of this name.
    pub(crate) fn domain(&self, name: &str) -> Result<KeyId, HsmError> {
        let found = self.header.domains.iter().find(|(domain, _)| domain == name);
        found.map(|(_, id)| *id).ok_or_else(|| HsmError::KeyMissing(format!("of domain {name}")))
    }

    /// The key of this name is `id` from now on: one that was handed out.
    pub(crate) fn name_domain(&mut self, name: &str, id: KeyId) -> Result<(), HsmError> {
        self.key(id)?;
        let found = self.header.domains.iter_mut().find(|(domain, _)| domain == name);
        found.ok_or_else(|| HsmError::KeyMissing(format!("of domain {name}")))?.1 = id;
        self.save()
    }

    /// Opens one key.
    pub(crate) fn key(&self, id: KeyId) -> Result<Key, HsmError> {
        let missing = || HsmError::KeyMissing(id.to_string());
        if place_of(id) >= self.header.released {
            return Err(missing());
        }
        let record = self.keys.read(place_of(id))?;
        if id_of(&record) != id {
            return Err(missing());
        }
        open_record(&record, &self.epoch_key, self.header.epoch).map_err(|_| altered(KEYS))
    }

    /// Hands out a key that nobody has, and notes who took it. Waits for the disk only when the released keys are used up.
    pub(crate) fn take(&mut self, domain: &str) -> Result<KeyId, HsmError> {
        if self.ready.is_empty() {
            self.release()?;
        }
        let id = self.ready.pop_front().ok_or(HsmError::WorkerLost)?;
        self.taken.append(taken_record(id, domain, self.world.now()))?;
        Ok(id)
    }

    /// What the vault's thread does ahead, so that [`Keyring::take`] need not wait.
    pub(crate) fn refill(&mut self) -> Result<(), HsmError> {
        if self.spare() < limits::SPARE_KEYS_LOW {
            self.make_block()?;
            self.save()?;
        }
        if self.ready.len() < limits::RESERVED_KEYS_LOW {
            self.release()?;
        }
        Ok(())
    }

    /// A disk error has ended writing: the process should end, and read again what the disk has.
    pub(crate) fn poisoned(&self) -> bool {
        self.keys.broken || self.taken.broken
    }

    /// Keys in use, those of the domains included.
    pub(crate) fn taken(&self) -> u64 {
        u64::from(self.taken.count)
    }

    /// Keys made ahead.
    pub(crate) fn spare(&self) -> usize {
        (self.header.keys - self.header.released) as usize + self.ready.len()
    }

    /// A recovery kit for the key of this epoch, in place of any other.
    pub(crate) fn make_kit(&mut self, split: Split) -> Result<Vec<Share>, HsmError> {
        let (kit, shares) = Kit::make(split, self.header.epoch, &self.epoch_key, &self.world)?;
        self.header.kit = Some(kit);
        self.save()?;
        Ok(shares)
    }

    /// Moves to another token, which holds this epoch's HSM key and the audit key from now on.
    pub(crate) fn bind(&mut self, identity: TokenIdentity) -> Result<(), HsmError> {
        let now = self.world.now();
        let header = &mut self.header;
        let former = std::mem::replace(&mut header.audit_public_key, identity.audit_public_key);
        header.former_audit_keys.retain(|(key, _)| *key != former);
        if header.former_audit_keys.len() >= limits::FORMER_AUDIT_KEYS {
            return Err(HsmError::Device("too many tokens were lost".into()));
        }
        header.former_audit_keys.push((former, now));
        header.mechanism = identity.mechanism;
        header.token_label = identity.token_label;
        header.token_serial = identity.token_serial;
        header.fingerprint = identity.fingerprint;
        header.wrapped_epoch_key = identity.wrapped_epoch_key;
        self.save()
    }

    /// The second token as it is from now on; `None`: there is none.
    pub(crate) fn set_second(&mut self, second: Option<Second>) -> Result<(), HsmError> {
        self.header.second = second;
        self.save()
    }

    /// The second token takes the place of the first, which stays known as the second: whenever it comes back it is brought
    /// up, and its keys of older epochs are destroyed.
    pub(crate) fn switch(&mut self) -> Result<(), HsmError> {
        let (epoch, first) = (self.header.epoch, self.header.identity());
        match self.header.second.take() {
            Some(second) if second.epoch == epoch => {
                let holds_from = Epoch(epoch.0.saturating_sub(1).max(FIRST_EPOCH.0));
                self.header.second = Some(Second { identity: first, epoch, holds_from });
                self.bind(second.identity)
            }
            second => {
                self.header.second = second;
                Err(HsmError::Device("there is no second token of this epoch".into()))
            }
        }
    }

    /// Makes what was appended durable: at the end of a run.
    pub(crate) fn settle(&mut self) -> Result<(), HsmError> {
        self.save()
    }

    /// Moves the durable mark, then lets the keys before it be used.
    fn release(&mut self) -> Result<(), HsmError> {
        if self.header.released == self.header.keys {
            self.make_block()?;
        }
        let from = self.header.released;
        let until = self.header.keys.min(from.saturating_add(limits::KEYS_PER_RESERVATION));
        let ids: Vec<KeyId> = (from..until).map(|place| Ok(id_of(&self.keys.read(place)?))).collect::<Result<_, HsmError>>()?;
        self.header.released = until;
        // Where this fails it has perhaps reached the disk, perhaps not: these are then not handed out at all.
        self.save()?;
        self.ready.extend(ids);
        Ok(())
    }

    fn make_block(&mut self) -> Result<(), HsmError> {
        let mut block = Vec::with_capacity(limits::KEYS_PER_BLOCK as usize * KEY_RECORD);
        for n in 0..limits::KEYS_PER_BLOCK {
            let place = self.keys.count.checked_add(n).ok_or_else(|| altered(KEYS))?;
            let key = Key::new(self.world.random());
            let id = name_key(place, &self.world);
            let record = key_record(id, &key, &self.epoch_key, self.header.epoch, &self.world).map_err(|_| altered(KEYS))?;
            block.extend_from_slice(&record);
        }
        self.keys.append(block)?;
        self.header.keys = self.keys.count;
        self.header.keys_head = self.keys.head;
        Ok(())
    }

    /// Records first, header second: the header promises only what is there.
    fn save(&mut self) -> Result<(), HsmError> {
        self.keys.sync()?;
        self.taken.sync()?;
        self.header.taken = self.taken.count;
        self.header.taken_head = self.taken.head;
        write_header(&self.folder, &self.header, &self.epoch_key)
    }
}

fn first_header(identity: TokenIdentity, keys: &Records, taken: &Records, world: &World) -> Header {
    let made_at = world.now();
    Header {
        mechanism: identity.mechanism,
        token_label: identity.token_label,
        token_serial: identity.token_serial,
        fingerprint: identity.fingerprint,
        audit_public_key: identity.audit_public_key,
        made_at,
        domains: Vec::new(),
        epoch: FIRST_EPOCH,
        wrapped_epoch_key: identity.wrapped_epoch_key,
        keys: 0,
        keys_head: keys.head,
        released: 0,
        taken: 0,
        taken_head: taken.head,
        former_audit_keys: Vec::new(),
        kit: None,
        epoch_since: made_at,
        second: None,
    }
}

pub(super) fn path(folder: &Path, file: &str, epoch: Epoch) -> PathBuf {
    folder.join(format!("{file}.{}", epoch.0))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
