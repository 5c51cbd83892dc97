//! What lies in what: whether a legal hold keeps something from being shredded.

use holdfast_base::{Error, NodeId, Result};
use holdfast_drive::{Drive, Owner};
use holdfast_im::Im;
use holdfast_store::Read;

use super::rows::{HOLDS, HoldRow, Subject};
use crate::records::each;

/// That it exists; `NotFound` otherwise.
pub(super) fn check_known(read: &dyn Read, im: &Im, drive: &Drive, subject: Subject) -> Result<()> {
    match subject {
        Subject::Person(_) => Ok(()),
        Subject::Conversation(id) if im.exists(id) => Ok(()),
        Subject::Conversation(_) => Err(Error::NotFound),
        Subject::Node(node) => drive.lineage(read, node).map(drop),
    }
}

/// The same, and that no hold in force covers it, a part of it, or what it is a part of.
pub(super) fn check_free(read: &dyn Read, im: &Im, drive: &Drive, subject: Subject) -> Result<()> {
    check_known(read, im, drive, subject)?;
    let mut held = false;
    each(read, HOLDS, None, &mut |_, hold: HoldRow| {
        held = hold.lifted.is_none()
            && (is_part(read, im, drive, subject, hold.subject)? || is_part(read, im, drive, hold.subject, subject)?);
        Ok(!held)
    })?;
    if held { Err(Error::conflict("legal-hold")) } else { Ok(()) }
}

/// The same for a node of the drive that somebody erases, or a version of it: it stays while a hold covers it.
pub(crate) fn is_kept(im: &Im, drive: &Drive, read: &dyn Read, node: NodeId) -> Result<bool> {
    match check_free(read, im, drive, Subject::Node(node)) {
        Ok(()) | Err(Error::NotFound) => Ok(false),
        Err(Error::Conflict { .. }) => Ok(true),
        Err(other) => Err(other),
    }
}

/// A file belongs to its folders, its space and whose that is; a conversation to everybody who ever was in it. What is gone by
/// itself since belongs to nothing.
fn is_part(read: &dyn Read, im: &Im, drive: &Drive, part: Subject, whole: Subject) -> Result<bool> {
    match (part, whole) {
        _ if part == whole => Ok(true),
        (Subject::Conversation(id), Subject::Person(person)) => Ok(im.was_in(person, id)),
        (Subject::Node(node), _) => match drive.lineage(read, node) {
            Err(Error::NotFound) => Ok(false),
            Err(other) => Err(other),
            Ok((owner, above)) => Ok(match (whole, owner) {
                (Subject::Node(folder), _) => above.contains(&folder),
                (Subject::Person(person), Owner::Person(owner)) => person == owner,
                (Subject::Person(person), Owner::Conversation(id)) => im.was_in(person, id),
                (Subject::Conversation(id), Owner::Conversation(owner)) => id == owner,
                _ => false,
            }),
        },
        _ => Ok(false),
    }
}
