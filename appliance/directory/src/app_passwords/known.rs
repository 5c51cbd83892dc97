//! All app passwords in memory, by HMAC.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use holdfast_base::{Door, Error, PersonId, Result, Timestamp};
use holdfast_hsm::DekHandle;
use holdfast_store::Db;
use parking_lot::RwLock;
use uuid::Uuid;

use super::rows;
use crate::{Directory, keys, limits, views::AppDoor};

pub(crate) struct Known {
    pub(super) id: Uuid,
    pub(super) person: PersonId,
    pub(super) door: AppDoor,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) used_at: AtomicI64,
}

#[derive(Default)]
pub(crate) struct AppPasswords {
    by_mac: RwLock<HashMap<[u8; 32], Arc<Known>>>,
}

impl AppPasswords {
    pub(crate) fn load(db: &Db) -> Result<Self> {
        let all = db.read(rows::all)?;
        Ok(Self { by_mac: RwLock::new(all.into_iter().map(|(mac, known)| (mac, Arc::new(known))).collect()) })
    }

    pub(super) fn add(&self, mac: [u8; 32], known: Known) {
        self.by_mac.write().insert(mac, Arc::new(known));
    }

    pub(super) fn remove(&self, id: Uuid) {
        self.by_mac.write().retain(|_, known| known.id != id);
    }

    pub(super) fn remove_all(&self, person: PersonId) {
        self.by_mac.write().retain(|_, known| known.person != person);
    }

    fn find(&self, mac: &[u8; 32]) -> Option<Arc<Known>> {
        self.by_mac.read().get(mac).cloned()
    }
}

/// Whose app password it is, at this door. `WrongCredentials` whatever is wrong. From memory, in microseconds.
pub fn resolve(directory: &Directory, uid: &str, secret: &str, door: Door) -> Result<PersonId> {
    let mac = mac(directory.key(), secret)?;
    let known = directory.app_passwords().find(&mac).ok_or(Error::WrongCredentials)?;
    let org = directory.org();
    let person = org.person(known.person).filter(|person| person.state.may_sign_in()).ok_or(Error::WrongCredentials)?;
    let ended = known.expires_at.is_some_and(|ends| ends <= directory.world().now());
    if ended || !person.uid.eq_ignore_ascii_case(uid.trim()) || !opens(known.door, door) {
        return Err(Error::WrongCredentials);
    }
    used(directory, &known);
    Ok(person.id)
}

/// The web page itself asks for the person's own password, always.
fn opens(of: AppDoor, door: Door) -> bool {
    match of {
        AppDoor::Webdav => matches!(door, Door::Webdav | Door::Nextcloud),
        AppDoor::Ldap => matches!(door, Door::Ldap),
        AppDoor::Any => !matches!(door, Door::Web | Door::Internal),
    }
}

fn used(directory: &Directory, known: &Known) {
    let (now, before) = (directory.world().now(), known.used_at.load(Ordering::Relaxed));
    let due = now.since(Timestamp(before)) >= limits::APP_PASSWORD_USED_WRITE;
    if !due || known.used_at.compare_exchange(before, now.0, Ordering::Relaxed, Ordering::Relaxed).is_err() {
        return;
    }
    if let Err(error) = directory.db().write(|tx| rows::set_used(tx.conn(), known.id, now)) {
        tracing::warn!(%error, "an app password's last use could not be written");
    }
}

pub(super) fn mac(key: &DekHandle, secret: &str) -> Result<[u8; 32]> {
    Ok(key.mac(keys::MAC_APP_PASSWORD, bare(secret).as_bytes())?)
}

/// Case, dashes and spaces are for the eye.
pub(crate) fn bare(secret: &str) -> zeroize::Zeroizing<String> {
    let letters = secret.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase());
    zeroize::Zeroizing::new(letters.take(128).collect())
}
