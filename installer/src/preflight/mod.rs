//! What must be so on a machine before it becomes a box, and what had better be. Each check has a name that stays, a verdict,
//! what was found, and what mends it, in words. Nothing is changed but a file of a few KiB that measures the disk.

mod custody;
mod disk;
mod host;
mod machine;
mod network;

use serde::Serialize;

pub use host::Host;

use crate::{
    Language, Places,
    answers::{KeepPin, Token},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Ok,
    /// The box works; somebody should know.
    Warning,
    /// The box would not work, or not keep what it promises.
    Refused,
}

#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    pub check: &'static str,
    pub verdict: Verdict,
    pub found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

/// What a check looks at.
pub struct Look<'a> {
    pub host: &'a Host,
    pub places: &'a Places,
    pub token: &'a Token,
    pub port: u16,
    pub language: Language,
}

impl Look<'_> {
    fn ok(&self, check: &'static str, found: impl Into<String>) -> Finding {
        Finding { check, verdict: Verdict::Ok, found: found.into(), mend: None }
    }

    fn warning(&self, check: &'static str, found: impl Into<String>, english: &str, chinese: &str) -> Finding {
        let mend = Some(self.language.pick(english, chinese).to_owned());
        Finding { check, verdict: Verdict::Warning, found: found.into(), mend }
    }

    fn refused(&self, check: &'static str, found: impl Into<String>, english: &str, chinese: &str) -> Finding {
        Finding { verdict: Verdict::Refused, ..self.warning(check, found, english, chinese) }
    }

    fn keeps_credential(&self) -> bool {
        self.token.keep_pin == KeepPin::Credential && self.places.is_installed()
    }
}

type Check = fn(&Look<'_>) -> Finding;

/// In the order in which they are told.
const CHECKS: &[Check] = &[
    machine::root,
    machine::systemd,
    machine::kernel,
    machine::seccomp,
    machine::landlock,
    machine::namespaces,
    machine::egress,
    machine::processor,
    machine::cores,
    machine::memory,
    machine::swap,
    machine::core_dumps,
    machine::entropy,
    machine::clock,
    machine::locale,
    disk::free,
    disk::inodes,
    disk::file_system,
    disk::durable,
    network::web_port,
    network::metrics_port,
    network::name,
    network::addresses,
    custody::programs,
    custody::users,
    custody::module,
    custody::token,
    custody::pin,
    custody::state,
];

/// Every check, once. Takes a second or two.
pub fn look(at: &Look<'_>) -> Vec<Finding> {
    CHECKS.iter().map(|check| check(at)).collect()
}

/// The worst of all.
pub fn verdict(findings: &[Finding]) -> Verdict {
    findings.iter().map(|finding| finding.verdict).max().unwrap_or(Verdict::Ok)
}

#[cfg(test)]
mod tests;
