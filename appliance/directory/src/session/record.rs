//! A session as the ledger holds it, and how a token becomes its key.

use std::net::IpAddr;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use holdfast_base::{Door, Error, PersonId, Result, SessionId, Timestamp, World};
use holdfast_hsm::DekHandle;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{keys, limits, sign_in_policy::Factor};

const FORMAT: u8 = 1;

pub(super) type SessionKey = [u8; 32];

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SessionRecord {
    pub(super) id: SessionId,
    pub(super) person: PersonId,
    /// The person's epoch when the session began; when that has grown, the session has ended.
    pub(super) epoch: u64,
    pub(super) door: Door,
    pub(super) address: Option<IpAddr>,
    pub(super) agent: String,
    pub(super) device: [u8; 32],
    pub(super) created_at: Timestamp,
    pub(super) seen_at: Timestamp,
    pub(super) must_change_password: bool,
    /// Stands behind the rest: records of before there were proofs have none, and theirs has ended.
    #[serde(skip)]
    pub(super) proof: Proof,
}

/// How and when the person last showed who they are.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Proof {
    pub(super) at: Timestamp,
    pub(super) factor: Factor,
    /// What the person is led to before anything else: it was asked of them when they signed in, and they had none.
    pub(super) lacks: Option<Factor>,
}

impl SessionRecord {
    pub(super) fn encode(&self) -> Result<Vec<u8>> {
        let record = postcard::to_extend(self, vec![FORMAT]).map_err(Error::internal("encode a session"))?;
        postcard::to_extend(&self.proof, record).map_err(Error::internal("encode a session"))
    }

    pub(super) fn decode(value: &[u8]) -> Result<Self> {
        match value {
            [FORMAT, rest @ ..] => {
                let (record, proof) = postcard::take_from_bytes::<Self>(rest).map_err(Error::internal("decode a session"))?;
                let proof = if proof.is_empty() { Ok(Proof::default()) } else { postcard::from_bytes(proof) };
                Ok(Self { proof: proof.map_err(Error::internal("decode a session"))?, ..record })
            }
            _ => Err(Error::broken("decode a session of an unknown format")),
        }
    }
}

pub(super) fn new_token(world: &World) -> Zeroizing<String> {
    let random = Zeroizing::new(world.random::<{ limits::TOKEN_BYTES }>());
    Zeroizing::new(URL_SAFE_NO_PAD.encode(random.as_ref()))
}

/// None when the text cannot be a token.
pub(super) fn token_key(key: &DekHandle, token: &str) -> Result<Option<SessionKey>> {
    let mut bytes = Zeroizing::new([0u8; limits::TOKEN_BYTES + 2]);
    match URL_SAFE_NO_PAD.decode_slice(token, bytes.as_mut()) {
        Ok(limits::TOKEN_BYTES) => Ok(Some(key.mac(keys::MAC_SESSION, &bytes[..limits::TOKEN_BYTES])?)),
        _ => Ok(None),
    }
}
