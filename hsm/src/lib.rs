//! Custody of keys: the token, the keyring, sealing. Knows nothing of the product.
//!
//! Always true: the vendor's PKCS#11 module is loaded by `holdfast-hsmd` only; a missing key is an error and never a
//! reason to make one; key bytes leave this crate in two documented places only, SQLCipher's key and the key of one
//! audit entry; whatever is sealed is bound to its place; sealing leaves no key in memory; a lost token is no lost box
//! where there is a recovery kit or a second token.
//! Absent on purpose: async, HTTP, people, SDF devices (SM4 wrap), and a way to make HSM keys outside the ceremony and
//! `rotate`.

mod arena;
pub mod ceremony;
mod envelope;
mod error;
#[cfg(fuzzing)]
pub mod fuzzing;
mod handle;
pub mod hsmd;
mod keyring;
pub mod limits;
mod protocol;
pub mod recovery;
pub mod softtoken;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod types;
mod vault;
mod wipe;
mod wrap;

pub use envelope::{Context, open_with_entry_key, stream_len, stream_plain_len};
pub use error::{CryptoError, HsmError};
pub use handle::{DekHandle, PostBox};
pub use types::{Domain, Epoch, KeyId, KeyringState, Pin, SealReason, SealState, SecondToken, SqlcipherKey, TokenStatus};
pub use vault::{Vault, VaultConfig};
pub use wrap::WrapMechanism;
