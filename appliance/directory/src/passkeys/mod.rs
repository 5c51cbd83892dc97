//! Passkeys (WebAuthn Level 3): a key in a person's device signs a challenge for this host name. Several for each person.
//!
//! Always true: the authenticator has verified its user; a challenge is one that this process made, for this purpose, in the
//! last five minutes, and is answered once; a passkey is good for the host name that it was made for; a counter that does not
//! grow is refused and logged, since there may be two of that key. Who made the authenticator is not asked: browsers hide it.
//!
//! The reading and checking is our own on `ring` and `minicbor`: the kept crates bring a second set of signatures with them.

mod challenge;
mod credential;
mod open;
mod register;
mod remove;
pub(crate) mod rows;

use serde::Deserialize;
use utoipa::ToSchema;

pub use challenge::{for_oneself, for_stranger};
pub use open::open;
pub use register::{NewPasskey, register};
pub use remove::remove;

pub(crate) use challenge::Challenges;
pub(crate) use open::check;
pub(crate) use rows::Row;

/// The host name for which passkeys are made, as the browser sees it: their relying-party id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host(pub String);

/// What a browser answers to a challenge; all of it base64url without padding.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// `rawId`
    #[schema(max_length = 1364)]
    pub credential: String,
    /// `response.clientDataJSON`
    #[schema(max_length = 10923)]
    pub client_data: String,
    /// `response.authenticatorData`
    #[schema(max_length = 1366)]
    pub authenticator_data: String,
    #[schema(max_length = 1366)]
    pub signature: String,
    /// `response.userHandle`
    #[schema(max_length = 86)]
    pub user_handle: Option<String>,
}

/// The door of the fuzzers: what a stranger may hand over, as far as it is read without a key.
#[cfg(fuzzing)]
pub fn read_for_fuzzing(bytes: &[u8]) {
    credential::read_all(bytes);
}
