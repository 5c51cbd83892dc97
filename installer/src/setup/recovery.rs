use std::{fmt, path::PathBuf};

use holdfast_base::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Code, Outcome, Run};
use crate::{SetupError, holdfast};

pub(super) const SHARES: &str = "shares";

/// The recovery kit, as the box tells it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Kit {
    pub id: String,
    pub needed: u8,
    pub of: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_at: Option<Timestamp>,
    /// Shown once; none where they were written into files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<Code>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<PathBuf>,
}

impl fmt::Debug for Kit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kit {}, {} of {}", self.id, self.needed, self.of)
    }
}

/// A kit from the first hour. Shares that never reached the operator are of a kit that is made anew.
pub(super) fn make(run: &mut Run<'_>) -> Result<Outcome, SetupError> {
    if run.journal.is_done(SHARES) {
        return Ok(run.unchanged());
    }
    let there = ask(run, &["recovery", "show"])?;
    if there.is_some() && !run.journal.is_cut_short(SHARES) {
        // Made by hand, before set-ups made one.
        run.journal.done(SHARES, None)?;
        return Ok(run.unchanged());
    }
    run.journal.begin(SHARES)?;
    let wanted = &run.answers.recovery;
    let (needed, of) = (wanted.needed.to_string(), wanted.of.to_string());
    let folders: Vec<String> = wanted.folders.iter().map(|folder| folder.display().to_string()).collect();
    let mut arguments = vec!["recovery", "make", "--needed", &needed, "--of", &of];
    folders.iter().for_each(|folder| arguments.extend(["--to", folder]));
    run.kit = ask(run, &arguments)?;
    Ok(run.changed(run.say(
        format!("{of} shares made, {needed} of them bring the keys back"),
        format!("已生成 {of} 份，任意 {needed} 份可恢复密钥"),
    )))
}

fn ask(run: &Run<'_>, arguments: &[&str]) -> Result<Option<Kit>, SetupError> {
    Ok(holdfast::ask(run.setup, arguments, b"")?.or_refusal("make the recovery kit")?.kit)
}
