//! What an answer says of the change that was asked for.

use crate::Reply;

pub(super) enum Answer {
    /// Acknowledged: it must be there from now on.
    Done(Reply),
    /// No answer, or one that does not say that it was done: it may be there once, or not.
    Unclear(Option<Refused>),
}

/// Why not, by the box's own word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refused {
    pub status: u16,
    pub code: String,
}

/// The load never asks for anything wrong, so a refusal that blames the client is the box's mistake.
#[expect(clippy::panic, reason = "the load asks for nothing that may be refused for good")]
pub(super) fn answer(reply: Result<Reply, ureq::Error>) -> Answer {
    let Ok(reply) = reply else { return Answer::Unclear(None) };
    match reply.status {
        200..300 => Answer::Done(reply),
        429 | 500..600 => Answer::Unclear(Some(Refused { status: reply.status, code: reply.code() })),
        _ => panic!("refused for good: {} {}", reply.status, String::from_utf8_lossy(&reply.bytes)),
    }
}
