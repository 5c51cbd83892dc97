//! Values of the ledger: one version byte, then postcard. A field is never removed or reordered; a changed shape gets a
//! new version and a branch in `decode`.

use holdfast_base::{ClientId, ConversationId, Error, NodeId, PersonId, Result, Timestamp};
use holdfast_hsm::KeyId;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{intervals::Intervals, views::Kind};

/// The only version so far.
const VERSION: u8 = 1;

pub(crate) trait Row: Serialize + DeserializeOwned {
    fn encode(&self) -> Result<Vec<u8>> {
        postcard::to_extend(self, vec![VERSION]).map_err(Error::internal("encode a row of im"))
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        match bytes.split_first() {
            Some((&VERSION, rest)) => postcard::from_bytes(rest).map_err(Error::internal("decode a row of im")),
            _ => Err(Error::broken("read a row of im: its version is not known")),
        }
    }
}

/// Bodies and titles are sealed under the conversation's data key, inside a row that is sealed under the ledger's key:
/// access, sync and retention work after the data key is gone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct MessageRow {
    pub g: u64,
    pub at: Timestamp,
    pub sender: PersonId,
    pub cid: Option<ClientId>,
    /// What kind of body, readable without the data key.
    pub kind: BodyKind,
    /// Counts edits; bound to the sealed body.
    pub version: u32,
    /// Index into the conversation's data keys.
    pub key: u32,
    /// Absent after a recall.
    pub body: Option<Vec<u8>>,
    pub recalled: Option<RecalledRow>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum BodyKind {
    Text,
    File,
    Event,
}

/// Why there is no body any more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RecalledRow {
    pub g: u64,
    pub at: Timestamp,
    /// [`SHREDDED`] where nobody recalled it.
    pub by: PersonId,
}

/// Stands where otherwise the one who recalled a message does. No person has this number.
pub(crate) const SHREDDED: PersonId = PersonId(0);

/// What a message was before a recall, for auditors: the sealed bytes as they stood.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HistoryRow {
    pub was: MessageRow,
    pub at: Timestamp,
    pub by: PersonId,
}

/// The plaintext inside a sealed body.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum BodyRow {
    Text { text: String },
    File { node: NodeId, name: String, size: u64, media: String },
    Event { event: EventWord, people: Vec<PersonId>, count: u32, title: Option<String> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum EventWord {
    Created,
    Joined,
    Left,
    Renamed,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ConversationRow {
    pub kind: Kind,
    pub title: Option<TitleRow>,
    pub owner: Option<PersonId>,
    /// Data keys, oldest first; the last one seals what is new.
    pub keys: Vec<KeyId>,
    pub created_at: Timestamp,
    pub created_by: PersonId,
    pub created_g: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TitleRow {
    pub g: u64,
    pub key: u32,
    pub sealed: Vec<u8>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct DirectRow {
    pub conversation: ConversationId,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct MemberRow {
    /// Oldest first. Present while the last one is open.
    pub windows: Vec<Window>,
}

/// From joining to leaving. `joined_seq` is the message that says so (0 in a direct conversation, which has none).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Window {
    pub joined_seq: u64,
    pub joined_g: u64,
    pub joined_at: Timestamp,
    pub left: Option<Left>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Left {
    /// The message that says so; the one who left does not see it.
    pub seq: u64,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct SettingsRow {
    pub muted: bool,
    pub pinned: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ReadRow {
    pub intervals: Intervals,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct ReadLogRow {
    pub to: u64,
    pub g: u64,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct IdemRow {
    pub hash: [u8; 16],
    pub conversation: ConversationId,
    pub seq: u64,
}

/// `at` is the instant of the commit, also where a message bears an earlier one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LogRow {
    pub at: Timestamp,
    pub what: Logged,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Logged {
    Message { seq: u64 },
    Members { seq: u64 },
    Conversation { seq: Option<u64> },
    Recall { seq: u64 },
    Read { person: PersonId, ranges: Vec<(u64, u64)> },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OwnRow {
    pub at: Timestamp,
    pub what: OwnLogged,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OwnLogged {
    Settings(SettingsRow),
    Left,
    Read { ranges: Vec<(u64, u64)> },
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct FloorRow {
    pub g: u64,
}

macro_rules! rows {
    ($($row:ty),+ $(,)?) => { $(impl Row for $row {})+ };
}
rows!(
    MessageRow,
    HistoryRow,
    BodyRow,
    ConversationRow,
    DirectRow,
    MemberRow,
    SettingsRow,
    ReadRow,
    ReadLogRow,
    IdemRow,
    LogRow,
    OwnRow,
    FloorRow,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_leads_with_its_version_and_refuses_another() {
        let mut bytes = DirectRow { conversation: ConversationId(5) }.encode().unwrap();
        assert_eq!(bytes[0], VERSION);
        assert_eq!(DirectRow::decode(&bytes).unwrap().conversation, ConversationId(5));
        bytes[0] = 9;
        assert!(DirectRow::decode(&bytes).is_err() && DirectRow::decode(&[]).is_err());
    }
}
