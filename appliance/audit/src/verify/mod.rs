//! The auditor's half: pure functions over files. No HSM, no network, no clock; nothing in the log is believed before it
//! is proven by a key that the auditor carries.
//!
//! The layout is C2SP tlog-tiles: `tile/<level>/...` with 256 hashes each, `tile/entries/...` with 256 entries each,
//! `checkpoint` signed by the HSM. What an outside fsck finds:
//! - An export is what the specification asks for: full and partial tiles and bundles of exactly the checkpoint's size, entries
//!   behind big-endian u16 lengths, paths in threes with `x` before all but the last. `keys.json` and `README.txt` lie beside.
//! - The box's own folder differs in one thing: the last bundle grows in place under the name of the full one, so that an
//!   append costs one fdatasync, and may hold more entries than are signed. `lock`, `cut/`, `pruned` and `forward/` lie beside.
//! - Partial tiles are there for every signed size until the full one is; then they go.
//! - After a pruning, full tiles and bundles that end at or before the minimum index are gone, and nothing else is. A tool that
//!   knows no pruning takes that for damage. The minimum index stands in the clear header (key 11) of the entry that says so.
//! - The checkpoint has one signature, ECDSA P-256 (type 0x02, key id from the SubjectPublicKeyInfo), and no extension lines.
//!   Tools that know only Ed25519 (0x01) can check every hash but not the signature, and the public witness network, which asks
//!   for Ed25519, cannot take it.
//! - No entry is empty, and none is longer than 65,535 bytes.

mod classify;
mod consistency;
pub mod cosign;
mod crosscheck;
pub mod effects;
mod evidence;
pub mod folder;
pub mod hash;
#[cfg(test)]
mod hostile_tests;
mod judge;
pub mod layout;
mod lines;
pub mod note;
mod opened;
mod proof;
mod report;
mod scan;
#[cfg(test)]
mod tamper_tests;
#[cfg(test)]
pub(crate) mod testlog;
mod upper;
pub mod witness;

use std::{io, path::Path};

use folder::Folder;
use layout::CHECKPOINT;
use note::{Signed, SignedCheckpoint, VKey};

pub use consistency::{consistency_proof, is_consistent};
pub use crosscheck::{CrossReport, Orphan, crosscheck};
pub use evidence::{ProofReport, verify_proof, write_proof};
pub use hash::Hash;
pub use lines::{LinesReport, verify_lines};
pub use opened::{KEYS_VERSION, Keys, Opened};
pub use proof::{inclusion_proof, root_from_proof};
pub use report::{Finding, Kind, Report, Verdict};
pub(crate) use scan::{first_bundle, read_bundle, read_tile};

use crate::limits::CHECKPOINT_BYTES;

/// Recomputes everything under `dir` (the box's `audit/`, an export, or its `.tar`) from the entries.
///
/// `key` is the auditor's own; without it the verdict is "cannot tell". `since` is a checkpoint that she kept: the log
/// has to contain that one's entries unchanged. Fails only when files cannot be read.
pub fn verify(dir: &Path, key: Option<&VKey>, since: Option<&SignedCheckpoint>) -> io::Result<Report> {
    verify_folder(folder::open(dir)?.as_ref(), &Carried { key, former: &[], since }, &mut |_| ())
}

/// What the auditor carries.
#[derive(Clone, Copy)]
pub struct Carried<'a> {
    pub key: Option<&'a VKey>,
    /// Her notes of the keys that signed before it, which may have signed `since`.
    pub former: &'a [VKey],
    pub since: Option<&'a SignedCheckpoint>,
}

/// The same; `each` is called with every entry that the export opens and whose plaintext belongs to its leaf.
pub fn verify_opening(dir: &Path, carried: &Carried<'_>, each: &mut dyn FnMut(Opened)) -> io::Result<Report> {
    verify_folder(folder::open(dir)?.as_ref(), carried, each)
}

/// The checkpoint that lies in a log, not yet checked.
pub fn checkpoint(dir: &Path) -> io::Result<Option<SignedCheckpoint>> {
    read_checkpoint(folder::open(dir)?.as_ref())
}

/// The door of the fuzzers: a log of which somebody else wrote every file, and no key to hold against it.
#[cfg(fuzzing)]
pub fn verify_for_fuzzing(folder: &dyn Folder) -> io::Result<Report> {
    verify_folder(folder, &Carried { key: None, former: &[], since: None }, &mut |_| ())
}

pub(crate) fn read_checkpoint(folder: &dyn Folder) -> io::Result<Option<SignedCheckpoint>> {
    Ok(folder.read(CHECKPOINT, CHECKPOINT_BYTES)?.and_then(|note| SignedCheckpoint::parse(&note).ok()))
}

pub(crate) fn verify_folder(folder: &dyn Folder, carried: &Carried<'_>, each: &mut dyn FnMut(Opened)) -> io::Result<Report> {
    let Carried { key, since, .. } = *carried;
    let key_text = key.map(ToString::to_string);
    let Some(signed) = read_checkpoint(folder)? else {
        let mut report = Report::new(0, &hash::empty_root(), key_text);
        report.findings.push(Finding::of_log(Kind::BadSignature, "there is no checkpoint, or it cannot be read"));
        return Ok(report.conclude());
    };
    let stated = &signed.checkpoint;
    let mut report = Report::new(stated.size, &stated.root, key_text);
    let signature = key.map(|key| signature(&signed, key));
    let root_is_signed = !matches!(signature, Some(Some(_)));
    report.findings.extend(signature.flatten());

    let scan = scan::scan(folder, stated.size, since.map(|since| since.checkpoint.size))?;
    report.checked_entries = scan.checked;
    let judged = judge::judge(folder, &scan, &stated.root, root_is_signed)?;
    report.findings.extend(judged.findings);
    (report.minimum_index, report.pruned_by) = (judged.minimum, judged.pruned_by);
    report.key_changes.clone_from(&scan.key_changes);
    let pruned = scan.front * crate::limits::TILE_WIDTH as u64;
    if let Some(since) = since.filter(|since| since.checkpoint.size < pruned && since.checkpoint.size > 0) {
        report.since_pruned = scan.earlier_root.is_none();
        let same = scan.earlier_root.is_none_or(|root| root == since.checkpoint.root);
        report.findings.extend(earlier(&signed, since, carried, same));
    } else if let Some(since) = since {
        let same = scan.earlier_root.unwrap_or_else(hash::empty_root) == since.checkpoint.root;
        let named = report.findings.iter().any(|finding| finding.index.is_some());
        report.findings.extend(earlier(&signed, since, carried, same).filter(|finding| !(named && finding.index.is_none())));
    }
    report.unsigned_entries = scan.unsigned;
    if scan.unsigned > 0 {
        report.findings.push(after_the_end(folder, &scan));
    }
    report.findings.extend(opened::open_all(folder, &stated.origin, stated.size, &mut |opened| {
        report.opened_entries += 1;
        each(opened);
    })?);
    Ok(report.conclude())
}

fn signature(signed: &SignedCheckpoint, key: &VKey) -> Option<Finding> {
    let origin = &signed.checkpoint.origin;
    match signed.check(key) {
        Signed::Good if origin != key.name() => {
            Some(Finding::of_log(Kind::MixedLog, format!("the checkpoint is of the log {origin}, the key of {}", key.name())))
        }
        Signed::Good => None,
        Signed::Bad => Some(Finding::of_log(Kind::BadSignature, "the checkpoint was changed: its signature is not over it")),
        Signed::Unknown => {
            let names: Vec<String> = signed.signers().take(4).map(|(name, id)| format!("{name}+{id}")).collect();
            let what = format!("the checkpoint is not signed by the auditor's key but by {}", names.join(", "));
            Some(Finding::of_log(Kind::UnknownKey, what))
        }
    }
}

/// The auditor's earlier checkpoint against this log, whose first entries give the `same` root or do not.
fn earlier(signed: &SignedCheckpoint, since: &SignedCheckpoint, carried: &Carried<'_>, same: bool) -> Option<Finding> {
    let (now, then) = (&signed.checkpoint, &since.checkpoint);
    let stands = |key: &VKey| since.check(key) == Signed::Good;
    if carried.key.is_some_and(|key| !stands(key) && !carried.former.iter().any(stands)) {
        let what = "the earlier checkpoint is not signed by the auditor's key, nor by a former one that she carries";
        return Some(Finding::of_log(Kind::UnknownKey, what));
    }
    if then.origin != now.origin {
        return Some(Finding::of_log(Kind::MixedLog, "the earlier checkpoint is of another log"));
    }
    if then.size > now.size {
        let what = format!("the log had {} entries when the earlier checkpoint was signed, and has {} now", then.size, now.size);
        return Some(Finding::at(now.size, Kind::RolledBack, what));
    }
    (!same).then(|| {
        let what = format!("one or more of the {} entries under the earlier checkpoint are not those of then", then.size);
        Finding::of_log(Kind::Rewritten, what)
    })
}

fn after_the_end(folder: &dyn Folder, scan: &scan::Scan) -> Finding {
    let (size, more) = (scan.size, scan.unsigned);
    if folder.is_export() || scan.tail_is_final {
        return Finding::at(size, Kind::Inserted, format!("{more} entries lie after the signed end at {size}"));
    }
    Finding::at(
        size,
        Kind::Unsigned,
        format!("no signature covers the {more} entries from {size} on; the {size} before them were checked"),
    )
}
