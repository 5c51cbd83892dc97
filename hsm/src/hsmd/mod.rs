//! The process `holdfast-hsmd`: the only one that loads the vendor's module and sees the PIN.
//!
//! Always true: keys are made in ceremony mode, or by `rotate` under the grant that the ceremony left; one PIN attempt
//! per request, none with a PIN that was refused, and after one that was never answered none but on an operator's word;
//! what is wrapped was opened again first; the module is never finalised, a process that is no longer sure of it
//! answers and then ends with [`EXIT_RESTART`]; a call that hangs, or a worker that panics, ends it too.
//! Absent on purpose: any network, any knowledge of what is wrapped.

mod classify;
mod der;
mod device;
mod refusal;
mod serve;
mod supervise;
mod worker;

use std::path::PathBuf;

pub use serve::{Listener, run};
pub use supervise::supervise;

/// `EX_SOFTWARE`: start me again, with a fresh module.
pub const EXIT_RESTART: i32 = 70;

/// How one hsmd is set up.
#[derive(Debug, Clone)]
pub struct HsmdConfig {
    /// The vendor's PKCS#11 module.
    pub module: PathBuf,
    /// Label of the token.
    pub token_label: String,
    /// Where the PIN lies, if it may come from a file. Read at each login, never kept.
    pub pin_file: Option<PathBuf>,
    /// Folder for the memory of refused and unanswered PINs, and the grant of the ceremony.
    pub state: PathBuf,
    /// Verbs that make the first keys are served.
    pub ceremony: bool,
    /// Who may connect beside our own user.
    pub allowed_uids: Vec<u32>,
    pub allowed_gids: Vec<u32>,
}
