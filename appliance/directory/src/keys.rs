//! Every key of this crate in the ledger, and the labels of everything that is sealed or MACed.

use holdfast_hsm::Context;
use holdfast_store::{Preset, Table};

/// HMAC of the token (32 bytes) → `SessionRecord`.
pub(crate) const SESSION: Table = Table { name: "session", preset: Preset::Random };
/// HMAC of the lane (32 bytes) → `LockRecord`. Only lanes that are locked.
pub(crate) const LOCKOUT: Table = Table { name: "lockout", preset: Preset::Random };

/// Both tables have keys of 32 bytes: a whole table lies within this range.
pub(crate) fn whole_table() -> std::ops::Range<Vec<u8>> {
    Vec::new()..vec![0xff; 33]
}

/// Labels of [`holdfast_hsm::DekHandle::mac`]; one for each use, so that no value of one passes as another's.
pub(crate) const MAC_SESSION: &str = "directory.session";
pub(crate) const MAC_LANE: &str = "directory.lane";
pub(crate) const MAC_DEVICE: &str = "directory.device";
pub(crate) const MAC_PASSWORD: &str = "directory.password";
pub(crate) const MAC_APP_PASSWORD: &str = "directory.app-password";
pub(crate) const MAC_ENROLMENT: &str = "directory.enrolment";
pub(crate) const MAC_ROLE: &str = "directory.role";
pub(crate) const MAC_DELEGATION: &str = "directory.delegation";
pub(crate) const MAC_MOBILE: &str = "directory.mobile";
pub(crate) const MAC_CONNECTOR: &str = "directory.connector";
pub(crate) const MAC_CONNECTOR_ROW: &str = "directory.connector-row";
pub(crate) const MAC_VERIFIED: &str = "directory.verified";
pub(crate) const MAC_ENTRY: &str = "directory.entry";
pub(crate) const MAC_RECOVERY: &str = "directory.recovery-code";
pub(crate) const MAC_CHALLENGE: &str = "directory.passkey-challenge";
pub(crate) const MAC_HANDLE: &str = "directory.passkey-user";
pub(crate) const MAC_HEADINGS: &str = "directory.import-headings";
pub(crate) const MAC_TAG: &str = "directory.tag";
pub(crate) const MAC_TAG_MEMBER: &str = "directory.tag-member";
pub(crate) const MAC_VISIBILITY: &str = "directory.visibility-rule";
pub(crate) const MAC_AVATAR: &str = "directory.avatar";
pub(crate) const MAC_CREATE: &str = "directory.create";

/// Compares two MACs in a time that does not depend on where they differ.
pub(crate) fn same_mac(a: &[u8; 32], b: &[u8; 32]) -> bool {
    let differing = a.iter().zip(b).fold(0, |differing, (a, b)| differing | (a ^ b));
    std::hint::black_box(differing) == 0
}

pub(crate) fn mobile(person: u64) -> Context {
    Context::new("directory.mobile").u64(person)
}

pub(crate) fn avatar(person: u64, version: u64) -> Context {
    Context::new("directory.avatar").u64(person).u64(version)
}

pub(crate) fn person_field(person: u64, field: u64) -> Context {
    Context::new("directory.person-field").u64(person).u64(field)
}

pub(crate) fn import_mapping(headings: &[u8]) -> Context {
    Context::new("directory.import-mapping").bytes(headings)
}

pub(crate) fn password(person: u64) -> Context {
    Context::new("directory.password").u64(person)
}

pub(crate) fn password_history(person: u64, id: u64) -> Context {
    Context::new("directory.password-history").u64(person).u64(id)
}

pub(crate) fn sign_in_policy() -> Context {
    Context::new("directory.sign-in-policy")
}

pub(crate) fn totp(person: u64) -> Context {
    Context::new("directory.totp").u64(person)
}

/// Bound to the person, to the row and to what the authenticator calls it.
pub(crate) fn passkey(person: u64, id: &[u8; 16], credential: &[u8]) -> Context {
    Context::new("directory.passkey").u64(person).bytes(id).bytes(credential)
}

pub(crate) fn cursor(list: &str, filter: &str) -> Context {
    Context::new("directory.cursor").str(list).str(filter)
}

pub(crate) fn import(part: &str, id: &[u8; 16]) -> Context {
    Context::new("directory.import").str(part).bytes(id)
}

pub(crate) fn data_request(part: &'static str, id: u64) -> Context {
    Context::new("directory.data-request").str(part).u64(id)
}
