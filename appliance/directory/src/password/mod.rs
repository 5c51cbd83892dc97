//! Passwords: Argon2id, then an HMAC under the directory's key (the pepper), then sealed. The hash alone, without the
//! keys of the HSM's tree, is of no use to a guesser. What a new one must be, the sign-in policy says; those before it are
//! kept as hashes, each sealed to its place.

mod hash;
mod history;
mod policy;

use std::fmt;

use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use zeroize::Zeroizing;

pub(crate) use hash::{Hashed, Hasher};
pub(crate) use history::remember;
pub(crate) use policy::Whose;

/// Wiped on drop, never printed, never serialised.
#[derive(Clone, ToSchema)]
#[schema(value_type = String, format = "password")]
pub struct Password(Zeroizing<String>);

impl Password {
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(Self::new)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}
