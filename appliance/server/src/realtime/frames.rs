//! Frames of the subprotocol `holdfast1.json`: JSON text, the kind in `t`.

use bytestring::ByteString;
use holdfast_base::{ClientId, CommitNo, ConversationId, NodeId, PersonId, SpaceId, Timestamp};
use holdfast_directory::PersonRef;
use holdfast_drive::DriveEvent;
use holdfast_im::{
    limits as im_limits,
    views::{Event, Message, NewBody, SyncPage},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::limits;
use crate::http::{Problem, problem::ProblemBody};

/// What a client says.
#[derive(Debug, Deserialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub(super) enum Said {
    Hello {
        /// The device, for the log only; people sign in, devices do not.
        #[serde(default)]
        dev: Option<Uuid>,
        #[serde(default)]
        cursor: Option<CommitNo>,
    },
    Send {
        cid: ClientId,
        conv: ConversationId,
        body: NewBody,
    },
    Sync {
        from: CommitNo,
        #[serde(default)]
        limit: Option<usize>,
    },
    Read {
        conv: ConversationId,
        ranges: Vec<[u64; 2]>,
    },
    Typing {
        conv: ConversationId,
    },
    Ping,
}

/// What the server says, but for events.
#[derive(Debug, Serialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub(super) enum Says<'a> {
    Welcome {
        person: PersonId,
        server_time: Timestamp,
        head: CommitNo,
        limits: Limits,
        /// Heartbeat, in seconds.
        hb: u64,
    },
    Ack {
        cid: ClientId,
        conv: ConversationId,
        seq: u64,
        g: CommitNo,
        at: Timestamp,
        id: &'a str,
    },
    Nack {
        #[serde(skip_serializing_if = "Option::is_none")]
        cid: Option<ClientId>,
        #[serde(skip_serializing_if = "Option::is_none")]
        conv: Option<ConversationId>,
        problem: ProblemBody,
    },
    Page {
        #[serde(flatten)]
        page: &'a SyncPage,
    },
    Typing {
        conv: ConversationId,
        person: &'a PersonRef,
    },
    Lag {
        g: CommitNo,
    },
    Bye {
        code: &'static str,
        retry: Retry,
    },
    Pong,
}

/// When to come back: at a random instant between the two.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Retry {
    pub min_ms: u64,
    pub max_ms: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Limits {
    text_chars: usize,
    frame_bytes: usize,
    unacked: usize,
    read_ranges: usize,
    sync_events: usize,
    typing_members: usize,
}

impl Limits {
    pub(super) fn all() -> Self {
        Self {
            text_chars: im_limits::TEXT_CHARS,
            frame_bytes: limits::FRAME_BYTES,
            unacked: limits::UNACKED,
            read_ranges: im_limits::READ_RANGES,
            sync_events: im_limits::SYNC_PAGE,
            typing_members: im_limits::TYPING_MEMBERS,
        }
    }
}

impl Says<'_> {
    pub(super) fn frame(&self) -> ByteString {
        // These shapes have no key that is not a string, so writing them cannot fail.
        serde_json::to_string(self).unwrap_or_default().into()
    }
}

pub(super) fn ack(cid: ClientId, message: &Message) -> ByteString {
    let Message { conversation, seq, g, at, id, .. } = message;
    Says::Ack { cid, conv: *conversation, seq: *seq, g: *g, at: *at, id }.frame()
}

pub(super) fn nack(cid: Option<ClientId>, conv: Option<ConversationId>, problem: &Problem) -> ByteString {
    Says::Nack { cid, conv, problem: problem.body() }.frame()
}

/// An event, encoded once for all who get it.
pub(super) fn event(event: &Event) -> ByteString {
    #[derive(Serialize)]
    struct Ev<'a> {
        t: &'static str,
        #[serde(flatten)]
        event: &'a Event,
    }
    serde_json::to_string(&Ev { t: "ev", event }).unwrap_or_default().into()
}

/// Something changed in a space of the drive. Not in the log: a device that was away looks anyway.
pub(super) fn drive(event: &DriveEvent) -> ByteString {
    #[derive(Serialize)]
    struct Ev {
        t: &'static str,
        g: CommitNo,
        kind: &'static str,
        space: SpaceId,
        node: NodeId,
        #[serde(skip_serializing_if = "Option::is_none")]
        parent: Option<NodeId>,
    }
    let &DriveEvent { g, space, node, parent, .. } = event;
    serde_json::to_string(&Ev { t: "ev", g, kind: "drive", space, node, parent }).unwrap_or_default().into()
}

/// Reads a frame. A frame that does not fit is answered with the client id that it bears, so that its sender learns of it.
pub(super) fn read(text: &str) -> Result<Said, ByteString> {
    #[derive(Deserialize)]
    struct Marked {
        cid: Option<ClientId>,
    }
    serde_json::from_str(text).map_err(|error| {
        let cid = serde_json::from_str::<Marked>(text).ok().and_then(|marked| marked.cid);
        nack(cid, None, &Problem::bad_request(format!("the frame does not fit: {error}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_as_the_contract_says() {
        let cid = "0192f0c1-2b7a-7c3e-8a51-9d5f0e6b4a10";
        let send = format!(r#"{{"t":"send","cid":"{cid}","conv":"17","body":{{"type":"text","text":"你好"}}}}"#);
        assert!(
            matches!(read(&send), Ok(Said::Send { conv: ConversationId(17), body: NewBody::Text { text }, .. }) if text == "你好")
        );
        assert!(matches!(read(r#"{"t":"hello","dev":null,"cursor":"9"}"#), Ok(Said::Hello { cursor: Some(CommitNo(9)), .. })));
        assert!(matches!(read(r#"{"t":"hello"}"#), Ok(Said::Hello { cursor: None, dev: None })));
        assert!(matches!(read(r#"{"t":"sync","from":"0"}"#), Ok(Said::Sync { from: CommitNo(0), limit: None })));
        assert!(
            matches!(read(r#"{"t":"read","conv":"1","ranges":[[1,3]]}"#), Ok(Said::Read { ranges, .. }) if ranges == [[1, 3]])
        );
        assert!(matches!(read(r#"{"t":"ping"}"#), Ok(Said::Ping)));
        let refusal = read(&format!(r#"{{"t":"send","cid":"{cid}","conv":"x"}}"#)).unwrap_err();
        assert!(refusal.contains(cid) && refusal.contains(r#""code":"bad-request""#), "{refusal}");
        assert!(read("[]").is_err() && read("").is_err());
    }

    #[test]
    fn goodbye_names_when_to_come_back() {
        let bye = Says::Bye { code: "sealed", retry: Retry { min_ms: 500, max_ms: 900 } }.frame();
        assert_eq!(&*bye, r#"{"t":"bye","code":"sealed","retry":{"min_ms":500,"max_ms":900}}"#);
    }
}
