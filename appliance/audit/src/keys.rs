//! Which key seals what: one for each calendar month (UTC), so that a month that was pruned can be destroyed for good, and
//! one that lasts for the pseudonyms, so that a filter finds a person in every month.

use std::collections::HashMap;

use holdfast_base::{Error, Result, Timestamp};
use holdfast_hsm::{DekHandle, Domain, HsmError, KeyId, Vault};
use jiff::tz::TimeZone;
use parking_lot::Mutex;

/// Where the log has its keys from.
pub trait AuditKeys: Send + Sync {
    /// The key of the log as a whole: pseudonyms. Never forgotten.
    fn lasting(&self) -> Result<DekHandle>;
    /// A key for the entries from now on.
    fn make(&self) -> Result<DekHandle>;
    /// The key that an entry names.
    fn find(&self, id: KeyId) -> Result<DekHandle>;
    /// Destroys keys, in every copy of the keyring too. May be asked again for the same ones.
    fn forget(&self, ids: &[KeyId]) -> Result<()>;
}

/// One key for everything. What is pruned is deleted; its key lives on.
pub(crate) struct OneKey(pub(crate) DekHandle);

impl AuditKeys for OneKey {
    fn lasting(&self) -> Result<DekHandle> {
        Ok(self.0.clone())
    }

    fn make(&self) -> Result<DekHandle> {
        Ok(self.0.clone())
    }

    fn find(&self, id: KeyId) -> Result<DekHandle> {
        if id == self.0.id() { Ok(self.0.clone()) } else { Err(Error::broken("open an audit entry that another key sealed")) }
    }

    fn forget(&self, _: &[KeyId]) -> Result<()> {
        Ok(())
    }
}

/// A key of the vault for each month. Forgetting rotates the keyring, which takes seconds and needs the token.
pub struct MonthlyKeys {
    vault: Vault,
    domain: Domain,
}

impl MonthlyKeys {
    pub fn new(vault: Vault, domain: Domain) -> Self {
        Self { vault, domain }
    }
}

impl AuditKeys for MonthlyKeys {
    fn lasting(&self) -> Result<DekHandle> {
        Ok(self.vault.domain(self.domain)?)
    }

    fn make(&self) -> Result<DekHandle> {
        Ok(self.vault.create_key(self.domain)?)
    }

    fn find(&self, id: KeyId) -> Result<DekHandle> {
        Ok(self.vault.key(id)?)
    }

    fn forget(&self, ids: &[KeyId]) -> Result<()> {
        let mut there = Vec::new();
        for id in ids {
            match self.vault.key(*id) {
                // A rotation that was interrupted has left it out already; the next one finishes that.
                Err(HsmError::KeyMissing(_)) => (),
                found => there.push(found?.id()),
            }
        }
        if !there.is_empty() {
            self.vault.rotate(&there)?;
        }
        Ok(())
    }
}

/// The keys of an open log: the month's own, and those that entries have named.
pub(crate) struct Keys {
    from: Box<dyn AuditKeys>,
    lasting: DekHandle,
    month: Mutex<Option<(Month, DekHandle)>>,
    known: Mutex<HashMap<KeyId, DekHandle>>,
}

type Month = (i16, i8);

impl Keys {
    pub(crate) fn new(from: Box<dyn AuditKeys>) -> Result<Self> {
        let lasting = from.lasting()?;
        Ok(Self { from, lasting, month: Mutex::new(None), known: Mutex::default() })
    }

    /// Goes on with the key of the newest entry, where that is of this month.
    pub(crate) fn go_on(&self, newest: Timestamp, key: [u8; 16]) -> Result<()> {
        *self.month.lock() = Some((month(newest), self.find(key)?));
        Ok(())
    }

    pub(crate) fn lasting(&self) -> &DekHandle {
        &self.lasting
    }

    pub(crate) fn of_now(&self, now: Timestamp) -> Result<DekHandle> {
        let (mut current, this) = (self.month.lock(), month(now));
        match &*current {
            Some((month, key)) if *month == this => Ok(key.clone()),
            _ => {
                let key = self.from.make()?;
                *current = Some((this, key.clone()));
                Ok(key)
            }
        }
    }

    pub(crate) fn find(&self, id: [u8; 16]) -> Result<DekHandle> {
        let id = KeyId(id);
        if id == self.lasting.id() {
            return Ok(self.lasting.clone());
        }
        if let Some(key) = self.known.lock().get(&id) {
            return Ok(key.clone());
        }
        let key = self.from.find(id)?;
        self.known.lock().insert(id, key.clone());
        Ok(key)
    }

    /// Never the key that lasts.
    pub(crate) fn forget(&self, ids: &[KeyId]) -> Result<()> {
        let ids: Vec<KeyId> = ids.iter().copied().filter(|id| *id != self.lasting.id()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        self.known.lock().retain(|id, _| !ids.contains(id));
        self.from.forget(&ids)
    }
}

fn month(at: Timestamp) -> Month {
    let at = jiff::Timestamp::from_microsecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(TimeZone::UTC);
    (at.year(), at.month())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_end_at_midnight_utc() {
        let of = |text: &str| month(Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond()));
        assert_eq!(of("2026-02-28T23:59:59.999999Z"), (2026, 2));
        assert_eq!(of("2026-03-01T00:00:00Z"), (2026, 3));
        assert_eq!(of("1969-12-31T23:00:00Z"), (1969, 12));
    }
}
