//! The slow hash, at most one for each core at a time. A sign-in that does not get its turn within two seconds is told so.

use std::time::Instant;

use argon2::{Algorithm, Argon2, Params, Version};
use holdfast_base::{Error, Result, World};
use parking_lot::{Condvar, Mutex};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Password, Whose, history, policy};
use crate::{Directory, keys, limits};

const FORMAT: u8 = 1;

/// A hashed password as its sealed row holds it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Hashed {
    kib: u32,
    passes: u32,
    lanes: u32,
    salt: [u8; 16],
    /// HMAC under the pepper over the Argon2id output.
    tag: [u8; 32],
}

impl Hashed {
    pub(crate) fn encode(&self) -> Result<Vec<u8>> {
        postcard::to_extend(self, vec![FORMAT]).map_err(Error::internal("encode a password"))
    }

    pub(crate) fn decode(plain: &[u8]) -> Result<Self> {
        match plain {
            [FORMAT, rest @ ..] => postcard::from_bytes(rest).map_err(Error::internal("decode a password")),
            _ => Err(Error::broken("decode a password of an unknown format")),
        }
    }

    /// The parameters have changed since: hash it again at the next sign-in.
    pub(crate) fn is_dated(&self) -> bool {
        (self.kib, self.passes, self.lanes) != (limits::ARGON2_KIB, limits::ARGON2_PASSES, limits::ARGON2_LANES)
    }
}

pub(crate) struct Hasher {
    free: Mutex<usize>,
    freed: Condvar,
    /// Stands in for the password of who does not exist, so that both take the same time.
    nobody: Hashed,
}

impl Hasher {
    pub(crate) fn new(world: &World) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { free: Mutex::new(cores), freed: Condvar::new(), nobody: blank(world) }
    }

    /// Checks the policy and the person's earlier passwords, then hashes.
    pub(crate) fn hash(&self, directory: &Directory, password: &Password, whose: &Whose<'_>) -> Result<Hashed> {
        let policy = directory.sign_in_policy();
        policy::check(&policy.password, directory.org().enterprise(), password, whose)?;
        if let Some(person) = whose.person {
            history::check(directory, person, password, policy.password.history)?;
        }
        self.hash_again(directory, password)
    }

    /// Without the policy: for a password that is already in use.
    pub(crate) fn hash_again(&self, directory: &Directory, password: &Password) -> Result<Hashed> {
        let mut hashed = blank(directory.world());
        hashed.tag = self.tag(directory, password, &hashed)?;
        Ok(hashed)
    }

    /// With `None` the same work is done and the answer is no.
    pub(crate) fn verify(&self, directory: &Directory, password: &Password, hashed: Option<&Hashed>) -> Result<bool> {
        let against = hashed.unwrap_or(&self.nobody);
        let tag = self.tag(directory, password, against)?;
        let same = keys::same_mac(&tag, &against.tag);
        Ok(same && hashed.is_some())
    }

    fn tag(&self, directory: &Directory, password: &Password, of: &Hashed) -> Result<[u8; 32]> {
        let _turn = self.turn()?;
        let params = Params::new(of.kib, of.passes, of.lanes, Some(32)).map_err(Error::internal("set up Argon2id"))?;
        let mut out = Zeroizing::new([0u8; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(password.as_str().as_bytes(), &of.salt, out.as_mut())
            .map_err(Error::internal("hash a password"))?;
        Ok(directory.key().mac(keys::MAC_PASSWORD, out.as_ref())?)
    }

    fn turn(&self) -> Result<Turn<'_>> {
        let until = Instant::now() + limits::HASH_WAIT;
        let mut free = self.free.lock();
        while *free == 0 {
            if self.freed.wait_until(&mut free, until).timed_out() && *free == 0 {
                return Err(Error::Busy { retry_seconds: limits::HASH_WAIT.as_secs() });
            }
        }
        *free -= 1;
        Ok(Turn { of: self })
    }
}

/// One core's worth of hashing, given back on drop.
struct Turn<'a> {
    of: &'a Hasher,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.of.free.lock() += 1;
        self.of.freed.notify_one();
    }
}

fn blank(world: &World) -> Hashed {
    let (kib, passes, lanes) = (limits::ARGON2_KIB, limits::ARGON2_PASSES, limits::ARGON2_LANES);
    Hashed { kib, passes, lanes, salt: world.random(), tag: world.random() }
}
