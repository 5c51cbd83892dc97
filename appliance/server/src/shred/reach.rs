//! What lies in what: whether a legal hold keeps something from being shredded.

use holdfast_base::{Error, Result};
use holdfast_drive::{Drive, Owner};
use holdfast_im::Im;
use holdfast_store::Read;

use super::rows::{HOLDS, HoldRow, Subject};
use crate::records::each;

/// The subject and everything that it belongs to: a file to its folders, its space and whose that is, a conversation to
/// everybody who ever was in it. `NotFound` where there is no such thing.
fn lineage(read: &dyn Read, im: &Im, drive: &Drive, subject: Subject) -> Result<Vec<Subject>> {
    let of_conversation = |id| -> Result<Vec<Subject>> {
        let people = im.ever_members(id).ok_or(Error::NotFound)?.into_iter().map(Subject::Person);
        Ok(people.chain([Subject::Conversation(id)]).collect())
    };
    match subject {
        Subject::Person(_) => Ok(vec![subject]),
        Subject::Conversation(id) => of_conversation(id),
        Subject::Node(node) => {
            let (owner, above) = drive.lineage(read, node)?;
            let mut all: Vec<Subject> = above.into_iter().map(Subject::Node).collect();
            match owner {
                Owner::Person(person) => all.push(Subject::Person(person)),
                Owner::Conversation(id) => all.extend(of_conversation(id)?),
                Owner::Department(_) => {}
            }
            Ok(all)
        }
    }
}

/// That it exists, and that no hold in force covers it, a part of it, or what it is a part of.
pub(super) fn check_free(read: &dyn Read, im: &Im, drive: &Drive, subject: Subject) -> Result<()> {
    let of_subject = lineage(read, im, drive, subject)?;
    let mut held = false;
    each(read, HOLDS, None, &mut |_, hold: HoldRow| {
        if hold.lifted.is_none() {
            // What is held may be gone by itself since; then it holds nothing.
            let of_hold = match lineage(read, im, drive, hold.subject) {
                Err(Error::NotFound) => Vec::new(),
                other => other?,
            };
            held = of_subject.contains(&hold.subject) || of_hold.contains(&subject);
        }
        Ok(!held)
    })?;
    if held { Err(Error::conflict("legal-hold")) } else { Ok(()) }
}

/// That it exists.
pub(super) fn check_known(read: &dyn Read, im: &Im, drive: &Drive, subject: Subject) -> Result<()> {
    lineage(read, im, drive, subject).map(drop)
}
