//! The drive itself: what its verbs, one file each, share.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, OnceLock},
};

use holdfast_base::{CommitNo, Error, NodeId, PersonId, Result, SpaceId, Timestamp, World};
use holdfast_directory::Directory;
use holdfast_hsm::{DekHandle, Domain, HsmError, KeyId, Vault};
use holdfast_store::{Ledger, LedgerTx, Read, Slice, Table, Tx};
use parking_lot::{Mutex, RwLock};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    content::{Chunker, PackStore},
    list::Listings,
    records::{decode, encode},
    upload::LiveUploads,
};

const DOMAIN: Domain = Domain("drive");

/// What happened to a node. The number stands in the change log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Verb {
    /// Made, or its content changed.
    Written = 1,
    Renamed = 2,
    /// Moved; with a folder everything below it moved.
    Moved = 3,
    /// In the trash or erased; with a folder everything below it.
    Gone = 4,
    /// Back from the trash; with a folder everything below it.
    Restored = 5,
}

impl Verb {
    pub fn name(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Renamed => "renamed",
            Self::Moved => "moved",
            Self::Gone => "gone",
            Self::Restored => "restored",
        }
    }
}

/// For live views: told after the change is durable. Whoever passes it on asks [`Drive::visible`] first.
#[derive(Debug, Clone)]
pub struct DriveEvent {
    pub g: CommitNo,
    pub space: SpaceId,
    pub node: NodeId,
    pub parent: Option<NodeId>,
    pub verb: Verb,
}

type Listener = Box<dyn Fn(&DriveEvent) + Send + Sync>;
/// Whether a node has to be kept.
type Keeper = Box<dyn Fn(&Drive, &dyn Read, NodeId) -> Result<bool> + Send + Sync>;

/// Cheap to clone.
#[derive(Clone)]
pub struct Drive {
    inner: Arc<Inner>,
}

struct Inner {
    ledger: Ledger,
    directory: Directory,
    vault: Vault,
    world: World,
    key: DekHandle,
    chunker: Chunker,
    packs: PackStore,
    uploads: LiveUploads,
    listings: Listings,
    /// Who has all spaces, and the organisation's epoch that this was true in.
    spaces_seen: Mutex<HashMap<PersonId, u64>>,
    listeners: RwLock<Vec<Listener>>,
    keeper: OnceLock<Keeper>,
}

impl Drive {
    /// `packs`: the folder of the packs, made if it is missing. Cuts packs at their committed length.
    pub fn open(packs: &Path, ledger: Ledger, directory: Directory, vault: Vault, world: World) -> Result<Self> {
        let key = vault.domain(DOMAIN)?;
        let packs = PackStore::open(packs, ledger.clone(), key.clone())?;
        Ok(Self {
            inner: Arc::new(Inner {
                chunker: Chunker::new(&key)?,
                packs,
                ledger,
                directory,
                vault,
                world,
                key,
                uploads: LiveUploads::new(),
                listings: Listings::new(),
                spaces_seen: Mutex::default(),
                listeners: RwLock::new(Vec::new()),
                keeper: OnceLock::new(),
            }),
        })
    }

    /// Called after each durable change, in commit order, on the committing thread: short, must not fail.
    pub fn on_event(&self, f: Listener) {
        self.inner.listeners.write().push(f);
    }

    /// Who is asked before anything of a node is destroyed for good. Named once.
    pub fn keep_by(&self, keeper: Keeper) {
        if self.inner.keeper.set(keeper).is_err() {
            tracing::error!("the drive has a keeper already");
        }
    }

    /// Somebody wants it kept, whoever erases it.
    pub(crate) fn is_kept(&self, read: &dyn Read, node: NodeId) -> Result<bool> {
        self.inner.keeper.get().map_or(Ok(false), |keeper| keeper(self, read, node))
    }

    pub fn ledger(&self) -> &Ledger {
        &self.inner.ledger
    }

    pub fn directory(&self) -> &Directory {
        &self.inner.directory
    }

    /// The instant that lives of locks and uploads are counted against.
    pub fn now(&self) -> Timestamp {
        self.inner.world.now()
    }

    pub(crate) fn world(&self) -> &World {
        &self.inner.world
    }

    pub(crate) fn key(&self) -> &DekHandle {
        &self.inner.key
    }

    pub(crate) fn chunker(&self) -> &Chunker {
        &self.inner.chunker
    }

    /// A disk error has ended the packs: the process should end, and recover from what is on the disk.
    pub fn poisoned(&self) -> bool {
        self.inner.packs.broken()
    }

    pub(crate) fn packs(&self) -> &PackStore {
        &self.inner.packs
    }

    pub(crate) fn uploads(&self) -> &LiveUploads {
        &self.inner.uploads
    }

    pub(crate) fn spaces_seen(&self) -> &Mutex<HashMap<PersonId, u64>> {
        &self.inner.spaces_seen
    }

    pub(crate) fn listings(&self) -> &Listings {
        &self.inner.listings
    }

    /// `Gone`: it was shredded, and what it sealed comes from an older copy of the ledger.
    pub(crate) fn data_key(&self, id: KeyId) -> Result<DekHandle> {
        self.inner.vault.key(id).map_err(|error| match error {
            HsmError::KeyMissing(_) => Error::Gone,
            other => other.into(),
        })
    }

    pub(crate) fn new_key(&self) -> Result<DekHandle> {
        Ok(self.inner.vault.create_key(DOMAIN)?)
    }

    /// A row of the change log, and an event once it is durable.
    pub(crate) fn changed(&self, tx: &mut LedgerTx<'_>, space: SpaceId, node: NodeId, parent: Option<NodeId>, verb: Verb) {
        tx.change(Slice::Drive, space.0, node.0, verb as u8);
        let event = DriveEvent { g: tx.g(), space, node, parent, verb };
        let drive = self.clone();
        tx.after_commit(Box::new(move || {
            for listener in drive.inner.listeners.read().iter() {
                listener(&event);
            }
        }));
    }

    pub(crate) fn get<T: DeserializeOwned>(&self, read: &dyn Read, table: Table, key: &[u8]) -> Result<Option<T>> {
        read.get(table, key, self.key())?.map(|bytes| decode(&bytes)).transpose()
    }

    /// A row that another row promises.
    pub(crate) fn need<T: DeserializeOwned>(&self, read: &dyn Read, table: Table, key: &[u8]) -> Result<T> {
        self.get(read, table, key)?.ok_or_else(|| {
            tracing::error!(table = table.name, key = hex(key), "a row that must be there is missing");
            Error::broken("follow a pointer in the drive")
        })
    }

    pub(crate) fn set<T: Serialize>(&self, tx: &mut LedgerTx<'_>, table: Table, key: &[u8], record: &T) -> Result<()> {
        tx.put(table, key, &encode(record)?, self.key())
    }

    /// Rows in key order until `f` answers false.
    pub(crate) fn each<T: DeserializeOwned>(
        &self,
        read: &dyn Read,
        table: Table,
        range: std::ops::Range<Vec<u8>>,
        f: &mut dyn FnMut(&[u8], T) -> Result<bool>,
    ) -> Result<()> {
        read.scan(table, range, false, &mut |_| Ok(self.key().clone()), &mut |key, value| f(key, decode(&value)?))
    }
}

/// Keys are ids and tokens, so they may stand in the log.
pub(crate) fn hex(key: &[u8]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}
