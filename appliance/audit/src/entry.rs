//! The bytes of one entry: a clear header in deterministic CBOR, then the sealed body.
//!
//! The header is a map with integer keys in ascending order; it carries ids and words of closed sets, and people only as
//! pseudonyms. The sealed body is bound to the log's origin, the index and the header, so an entry that was moved or
//! whose header was changed does not open.
//!
//! | key | header | | key | body |
//! |---|---|---|---|---|
//! | 0 | version, 1 | | 0 | actor: 0 person, 1 system, 2 stranger |
//! | 1 | cipher, 1 = AES-256-GCM, committing | | 1 | person, u64 |
//! | 2 | index, u64 | | 2 | session, 16 bytes |
//! | 3 | time, microseconds UTC | | 3 | door, text |
//! | 4 | action, text `noun.verb` | | 4 | address, text |
//! | 5 | severity: 1 information, 2 refusal, 3 failure | | 5 | agent, text |
//! | 6 | outcome: 0 success, 1 refused, 2 failed | | 6 | object's kind, text |
//! | 7 | id of the key, 16 bytes | | 7 | object's id, text |
//! | 8 | id of the entry, 16 bytes | | 8 | request, 16 bytes |
//! | 9 | pseudonym of the actor, 8 bytes | | 9 | code of the outcome, text |
//! | 10 | pseudonym of the object, 8 bytes | | 10 | details: map of text to text, number or list of texts |
//! | 11 | minimum index, u64; only where this entry says what was pruned | | 11 | true where details were cut |

use std::{convert::Infallible, str::FromStr};

use holdfast_hsm::Context;
use minicbor::{Decoder, Encoder, data::Type, decode::Error as CborError};

use crate::event::Detail;

const VERSION: u8 = 1;
const CIPHER_AES_256_GCM: u8 = 1;
const CONTEXT: &str = "audit.entry.v1";

/// How an act ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    Success,
    Refused,
    Failed,
}

impl Ending {
    fn number(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Refused => 1,
            Self::Failed => 2,
        }
    }
}

impl FromStr for Ending {
    type Err = NotAnEnding;

    fn from_str(word: &str) -> Result<Self, NotAnEnding> {
        match word {
            "success" => Ok(Self::Success),
            "refused" => Ok(Self::Refused),
            "failed" => Ok(Self::Failed),
            _ => Err(NotAnEnding),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an outcome: expected success, refused or failed")]
pub struct NotAnEnding;

/// The action of the entry that says that another key signs from now on.
pub(crate) const KEY_CHANGE: &str = "audit.change-key";

/// What everybody who holds the file may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub index: u64,
    /// Microseconds UTC.
    pub at: i64,
    pub action: String,
    pub ending: Ending,
    pub key: [u8; 16],
    pub id: [u8; 16],
    pub actor: [u8; 8],
    pub object: [u8; 8],
    /// From this entry on, those before this index need not be there. Stands in the clear and under the signature, so that
    /// whoever verifies can tell a pruned log from one that was cut.
    pub minimum: Option<u64>,
}

/// What a verifier reads of a header, without copying its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) index: u64,
    pub(crate) minimum: Option<u64>,
    pub(crate) changes_key: bool,
}

struct Clear<'a> {
    claims: Claims,
    at: i64,
    action: &'a str,
    ending: Ending,
    key: [u8; 16],
    id: [u8; 16],
    actor: [u8; 8],
    object: [u8; 8],
}

/// Who acted, as the entry tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    Person(u64),
    System,
    Stranger,
}

/// What only the key of the entry opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    pub actor: Party,
    pub session: Option<[u8; 16]>,
    pub door: String,
    pub address: Option<String>,
    pub agent: String,
    pub object_kind: String,
    pub object_id: String,
    pub request: [u8; 16],
    pub code: Option<String>,
    pub details: Vec<(String, Detail)>,
    /// Details were longer than an entry may be.
    pub cut: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("not an entry of a known version")]
pub struct NotAnEntry;

impl From<CborError> for NotAnEntry {
    fn from(_: CborError) -> Self {
        Self
    }
}

type Written = Result<(), minicbor::encode::Error<Infallible>>;

impl Header {
    pub fn encode(&self) -> Result<Vec<u8>, NotAnEntry> {
        let mut out = Encoder::new(Vec::with_capacity(128));
        self.write(&mut out).map_err(|_| NotAnEntry)?;
        Ok(out.into_writer())
    }

    fn write(&self, out: &mut Encoder<Vec<u8>>) -> Written {
        out.map(if self.minimum.is_some() { 12 } else { 11 })?;
        out.u8(0)?.u8(VERSION)?.u8(1)?.u8(CIPHER_AES_256_GCM)?;
        out.u8(2)?.u64(self.index)?.u8(3)?.i64(self.at)?.u8(4)?.str(&self.action)?;
        out.u8(5)?.u8(self.ending.number() + 1)?.u8(6)?.u8(self.ending.number())?;
        out.u8(7)?.bytes(&self.key)?.u8(8)?.bytes(&self.id)?;
        out.u8(9)?.bytes(&self.actor)?.u8(10)?.bytes(&self.object)?;
        if let Some(minimum) = self.minimum {
            out.u8(11)?.u64(minimum)?;
        }
        Ok(())
    }

    /// The header of an entry, and its two parts: header bytes and sealed body.
    pub fn split(entry: &[u8]) -> Result<(Self, &[u8], &[u8]), NotAnEntry> {
        let mut from = Decoder::new(entry);
        let header = Self::read(&mut from)?;
        let (clear, sealed) = entry.split_at(from.position());
        Ok((header, clear, sealed))
    }

    fn read(from: &mut Decoder<'_>) -> Result<Self, NotAnEntry> {
        let Clear { claims: Claims { index, minimum, .. }, at, action, ending, key, id, actor, object } = Clear::read(from)?;
        Ok(Self { index, at, action: action.to_owned(), ending, key, id, actor, object, minimum })
    }
}

impl<'a> Clear<'a> {
    fn read(from: &mut Decoder<'a>) -> Result<Self, NotAnEntry> {
        let fields = from.map()?;
        if fields != Some(11) && fields != Some(12) {
            return Err(NotAnEntry);
        }
        expect(from, 0)?;
        let version = from.u8()?;
        expect(from, 1)?;
        let cipher = from.u8()?;
        if (version, cipher) != (VERSION, CIPHER_AES_256_GCM) {
            return Err(NotAnEntry);
        }
        expect(from, 2)?;
        let index = from.u64()?;
        expect(from, 3)?;
        let at = from.i64()?;
        expect(from, 4)?;
        let action = from.str()?;
        expect(from, 5)?;
        from.u8()?;
        expect(from, 6)?;
        let ending = match from.u8()? {
            0 => Ending::Success,
            1 => Ending::Refused,
            2 => Ending::Failed,
            _ => return Err(NotAnEntry),
        };
        let (key, id, actor, object) = (fixed(from, 7)?, fixed(from, 8)?, fixed(from, 9)?, fixed(from, 10)?);
        let minimum = match fields {
            Some(12) => {
                expect(from, 11)?;
                Some(from.u64()?)
            }
            _ => None,
        };
        let claims = Claims { index, minimum, changes_key: action == KEY_CHANGE };
        Ok(Self { claims, at, action, ending, key, id, actor, object })
    }
}

/// What an entry claims of itself: a clue to what was moved, and a proof of nothing before its leaf is proven.
pub(crate) fn claims(entry: &[u8]) -> Option<Claims> {
    Clear::read(&mut Decoder::new(entry)).ok().map(|clear| clear.claims)
}

/// The index that an entry claims: a clue to what was moved, never a proof.
pub(crate) fn claimed_index(entry: &[u8]) -> Option<u64> {
    claims(entry).map(|claims| claims.index)
}

/// The place that a sealed body is bound to.
pub(crate) fn context(origin: &str, index: u64, header: &[u8]) -> Context {
    Context::new(CONTEXT).str(origin).u64(index).bytes(header)
}

impl Body {
    pub fn encode(&self) -> Result<Vec<u8>, NotAnEntry> {
        let mut out = Encoder::new(Vec::with_capacity(256));
        self.write(&mut out).map_err(|_| NotAnEntry)?;
        Ok(out.into_writer())
    }

    fn write(&self, out: &mut Encoder<Vec<u8>>) -> Written {
        let person = if let Party::Person(id) = self.actor { Some(id) } else { None };
        let optional = [person.is_some(), self.session.is_some(), self.address.is_some(), self.code.is_some(), self.cut];
        out.map(7 + optional.into_iter().filter(|there| *there).count() as u64)?;
        out.u8(0)?.u8(match self.actor {
            Party::Person(_) => 0,
            Party::System => 1,
            Party::Stranger => 2,
        })?;
        if let Some(person) = person {
            out.u8(1)?.u64(person)?;
        }
        if let Some(session) = &self.session {
            out.u8(2)?.bytes(session)?;
        }
        out.u8(3)?.str(&self.door)?;
        if let Some(address) = &self.address {
            out.u8(4)?.str(address)?;
        }
        out.u8(5)?.str(&self.agent)?.u8(6)?.str(&self.object_kind)?.u8(7)?.str(&self.object_id)?;
        out.u8(8)?.bytes(&self.request)?;
        if let Some(code) = &self.code {
            out.u8(9)?.str(code)?;
        }
        out.u8(10)?.map(self.details.len() as u64)?;
        for (key, detail) in &self.details {
            write_detail(out.str(key)?, detail)?;
        }
        if self.cut {
            out.u8(11)?.bool(true)?;
        }
        Ok(())
    }

    pub fn decode(bytes: &[u8]) -> Result<Self, NotAnEntry> {
        let mut from = Decoder::new(bytes);
        let fields = from.map()?.ok_or(NotAnEntry)?;
        let mut body = Self::empty();
        let (mut kind, mut person) = (0, 0);
        for _ in 0..fields {
            match from.u8()? {
                0 => kind = from.u8()?,
                1 => person = from.u64()?,
                2 => body.session = Some(sixteen(from.bytes()?)?),
                3 => body.door = from.str()?.to_owned(),
                4 => body.address = Some(from.str()?.to_owned()),
                5 => body.agent = from.str()?.to_owned(),
                6 => body.object_kind = from.str()?.to_owned(),
                7 => body.object_id = from.str()?.to_owned(),
                8 => body.request = sixteen(from.bytes()?)?,
                9 => body.code = Some(from.str()?.to_owned()),
                10 => body.details = read_details(&mut from)?,
                11 => body.cut = from.bool()?,
                _ => from.skip()?,
            }
        }
        body.actor = match kind {
            0 => Party::Person(person),
            1 => Party::System,
            2 => Party::Stranger,
            _ => return Err(NotAnEntry),
        };
        Ok(body)
    }

    fn empty() -> Self {
        Self {
            actor: Party::Stranger,
            session: None,
            door: String::new(),
            address: None,
            agent: String::new(),
            object_kind: String::new(),
            object_id: String::new(),
            request: [0; 16],
            code: None,
            details: Vec::new(),
            cut: false,
        }
    }
}

fn write_detail(out: &mut Encoder<Vec<u8>>, detail: &Detail) -> Written {
    match detail {
        Detail::Text(text) => out.str(text)?,
        Detail::Number(number) => out.i64(*number)?,
        Detail::List(items) => {
            out.array(items.len() as u64)?;
            for item in items {
                out.str(item)?;
            }
            out
        }
    };
    Ok(())
}

fn read_details(from: &mut Decoder<'_>) -> Result<Vec<(String, Detail)>, NotAnEntry> {
    let count = from.map()?.ok_or(NotAnEntry)?;
    let mut details = Vec::new();
    for _ in 0..count {
        let key = from.str()?.to_owned();
        let detail = match from.datatype()? {
            Type::String => Detail::Text(from.str()?.to_owned()),
            Type::Array => {
                let count = from.array()?.ok_or(NotAnEntry)?;
                let mut items = Vec::new();
                for _ in 0..count {
                    items.push(from.str()?.to_owned());
                }
                Detail::List(items)
            }
            _ => Detail::Number(from.i64()?),
        };
        details.push((key, detail));
    }
    Ok(details)
}

fn expect(from: &mut Decoder<'_>, key: u8) -> Result<(), NotAnEntry> {
    if from.u8()? == key { Ok(()) } else { Err(NotAnEntry) }
}

fn fixed<const N: usize>(from: &mut Decoder<'_>, key: u8) -> Result<[u8; N], NotAnEntry> {
    expect(from, key)?;
    from.bytes()?.try_into().map_err(|_| NotAnEntry)
}

fn sixteen(bytes: &[u8]) -> Result<[u8; 16], NotAnEntry> {
    bytes.try_into().map_err(|_| NotAnEntry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_and_body_come_back_as_they_were_written() {
        let header = Header {
            index: 70_000,
            at: 1_795_305_600_000_000,
            action: "person.freeze".to_owned(),
            ending: Ending::Refused,
            key: [1; 16],
            id: [2; 16],
            actor: [3; 8],
            object: [4; 8],
            minimum: None,
        };
        let body = Body {
            actor: Party::Person(42),
            session: Some([5; 16]),
            door: "web".to_owned(),
            address: Some("192.0.2.7".to_owned()),
            agent: "Firefox".to_owned(),
            object_kind: "person".to_owned(),
            object_id: "43".to_owned(),
            request: [6; 16],
            code: Some("forbidden".to_owned()),
            details: vec![
                ("reason".to_owned(), Detail::Text("离职".to_owned())),
                ("count".to_owned(), Detail::Number(-3)),
                ("uids".to_owned(), Detail::List(vec!["lin".to_owned(), "wu".to_owned()])),
            ],
            cut: true,
        };
        assert_eq!(Body::decode(&body.encode().unwrap()).unwrap(), body);
        let clear = header.encode().unwrap();
        let entry = [&clear[..], &[9, 9, 9]].concat();
        let (again, head, sealed) = Header::split(&entry).unwrap();
        assert_eq!((&again, head, sealed), (&header, &clear[..], &[9_u8, 9, 9][..]));
        assert!(Header::split(&clear[..clear.len() - 1]).is_err());
        assert!(Header::split(&[]).is_err());
        let pruned = Header { minimum: Some(512), ..again };
        let clear = pruned.encode().unwrap();
        assert_eq!(
            (Header::split(&clear).unwrap().0, claims(&clear)),
            (pruned, Some(Claims { index: 70_000, minimum: Some(512), changes_key: false }))
        );
    }
}
