//! Conversations and messages.
//!
//! Always true: messages of a conversation are numbered from 1 without a gap; nothing is published or shown before it is
//! durable; a retry with the same client id changes nothing; unread is computed from what was read, never counted along;
//! one cursor `g` catches up on everything; bodies and titles are sealed under the conversation's own data key.
//! Absent on purpose: HTTP and sockets (the server's), files (a message names a node, the server checks it), presence,
//! typing (never stored), search (it asks `found.rs` for originals).

mod access;
mod append;
mod content;
mod create;
mod effects;
mod found;
mod handover;
mod idem;
mod intervals;
mod keys;
mod lane;
pub mod limits;
mod list;
mod load;
mod members;
mod page;
mod published;
mod read;
mod readers;
mod recall;
mod rename;
mod renew;
mod rows;
mod sample;
mod send;
mod settings;
mod shred;
mod state;
mod sweep;
mod sync;
pub mod views;

#[cfg(test)]
mod tests;

use std::{num::NonZeroUsize, sync::Arc};

use holdfast_base::{CommitNo, ConversationId, Error, Result, World};
use holdfast_directory::Directory;
use holdfast_hsm::{DekHandle, Domain, HsmError, KeyId, Vault};
use holdfast_store::{Ledger, Read};
use lru::LruCache;
use parking_lot::{Mutex, RwLock};

pub use crate::{
    access::{Member, Owner},
    create::{Created, NewConversation},
    found::{FoundMessage, Verb},
    handover::{OwnMessage, OwnedGroup},
    keys::tables,
    list::ConversationPage,
    members::MemberPage,
    page::{Direction, MessageRange},
    published::{Audience, Published, Recipients},
    renew::Resealed,
    sample::SampleData,
    send::Draft,
    settings::SettingsChange,
    shred::Emptied,
};
use crate::{
    lane::Lane,
    state::{Snapshot, State},
};

/// The domain whose key wraps the data keys of conversations.
const DOMAIN: Domain = Domain("im");

/// All conversations of the box. Cheap to clone.
#[derive(Clone)]
pub struct Im {
    inner: Arc<Inner>,
}

type Listener = Box<dyn Fn(&Published) + Send + Sync>;

pub(crate) struct Inner {
    ledger: Ledger,
    directory: Directory,
    vault: Vault,
    world: World,
    /// Seals the rows.
    key: DekHandle,
    /// Data keys of conversations that are in use.
    keys: Mutex<LruCache<KeyId, DekHandle>>,
    state: RwLock<State>,
    lane: Mutex<Lane>,
    listeners: RwLock<Vec<Listener>>,
}

impl Im {
    /// Reads what lives in memory. Blocks.
    pub fn open(ledger: Ledger, directory: Directory, vault: Vault, world: World) -> Result<Self> {
        let view = ledger.view();
        let key = view.ledger_key().clone();
        drop(view);
        let capacity = NonZeroUsize::new(limits::KEYS_CACHED).unwrap_or(NonZeroUsize::MIN);
        let inner = Inner {
            ledger,
            directory,
            vault,
            world,
            key,
            keys: Mutex::new(LruCache::new(capacity)),
            state: RwLock::default(),
            lane: Mutex::default(),
            listeners: RwLock::default(),
        };
        let im = Self { inner: Arc::new(inner) };
        im.load()?;
        Ok(im)
    }

    /// `f` hears of every event once it is durable, in commit order, on the committing thread: it must be short.
    pub fn on_event(&self, f: Listener) {
        self.inner.listeners.write().push(f);
    }

    /// The newest commit that this crate shows: a device that starts here misses nothing that comes later.
    pub fn head(&self) -> CommitNo {
        CommitNo(self.inner.state.read().applied)
    }

    pub(crate) fn snapshot(&self, id: ConversationId) -> Option<Arc<Snapshot>> {
        self.inner.state.read().rooms.get(&id).map(|room| room.now.clone())
    }

    /// A conversation's data key, from memory once it has been used. `Gone`: it was shredded, and what it sealed comes from an older
    /// copy of the ledger.
    pub(crate) fn data_key(&self, id: KeyId) -> Result<DekHandle> {
        if let Some(found) = self.inner.keys.lock().get(&id) {
            return Ok(found.clone());
        }
        let found = self.inner.vault.key(id).map_err(|error| match error {
            HsmError::KeyMissing(_) => Error::Gone,
            other => other.into(),
        })?;
        self.inner.keys.lock().put(id, found.clone());
        Ok(found)
    }

    /// A fresh data key for a new conversation; durable ahead, so this does not wait.
    pub(crate) fn new_data_key(&self) -> Result<DekHandle> {
        let made = self.inner.vault.create_key(DOMAIN)?;
        self.inner.keys.lock().put(made.id(), made.clone());
        Ok(made)
    }
}
