//! Boots real boxes and speaks to them from outside: a real token, real TLS, real files, a free port, a folder of its own.
//!
//! Always true: nothing of ours is mocked, and nothing here links the box's crates; it is a process among processes.

pub mod authenticator;
mod chance;
pub mod client;
mod end;
pub mod ldap;
pub mod oracle;
mod place;
mod process;
pub mod raw;
pub mod slapd;
pub mod socket;
mod testbox;

pub use chance::{Chance, setting};
pub use client::{Client, Reply};
pub use end::end;
pub use place::{AppPassword, Place, SignIn, SignIns, shared};
pub use process::Running;
pub use testbox::{BootError, Options, TestBox};
