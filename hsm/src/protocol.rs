//! What the vault and hsmd say to each other: one frame each way, `length 4 (big-endian) · version 2 · postcard`.

use std::{
    fmt,
    io::{self, Read, Write},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use zeroize::Zeroizing;

use crate::{limits, wrap::WrapMechanism};

const VERSION: u8 = 2;
const LENGTH: usize = 4;
/// Bytes that any frame with a secret in it fits in.
const ROOM: usize = 2 * limits::RANDOM_BYTES as usize;

/// Bytes that are wiped on drop and never printed.
#[derive(Clone)]
pub(crate) struct Secret(pub(crate) Zeroizing<Vec<u8>>);

impl Secret {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.as_slice().serialize(to)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Vec::deserialize(from).map(|bytes| Self(Zeroizing::new(bytes)))
    }
}

/// What may be asked of hsmd. New verbs go at the end.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Verb {
    /// The token, without touching a key.
    Status,
    /// The canary: fingerprint of the epoch's key, by one operation with it.
    Probe {
        epoch: u32,
        mechanism: WrapMechanism,
    },
    /// Log in: exactly one attempt. `None`: with the credential file.
    Unseal {
        pin: Option<Secret>,
    },
    /// Log out.
    Seal,
    /// Wrap of 32 bytes.
    Wrap {
        epoch: u32,
        mechanism: WrapMechanism,
        context: Vec<u8>,
        secret: Secret,
    },
    Unwrap {
        epoch: u32,
        mechanism: WrapMechanism,
        context: Vec<u8>,
        wrapped: Vec<u8>,
    },
    /// The audit key over a SHA-256 digest.
    Sign {
        digest: [u8; 32],
    },
    /// Fingerprint of the epoch's key, and the audit key.
    Keys {
        epoch: u32,
        mechanism: WrapMechanism,
    },
    Random {
        bytes: u32,
    },
    /// Ceremony only.
    InitToken {
        so_pin: Secret,
        pin: Secret,
    },
    /// Ceremony only: `root.prf.1` and `sign.audit.1`.
    CreateFirstKeys,
    /// A new key for epoch `next`, under the grant of the ceremony.
    Rotate {
        next: u32,
        mechanism: WrapMechanism,
    },
    /// Destroys the epoch's key for good, by whatever mechanism, under the grant of the ceremony, while the next one's exists.
    Destroy {
        epoch: u32,
    },
    /// Log in again with the credential file, on nobody's word: not while an earlier attempt was never answered.
    Resume,
    /// Ceremony only, for a token in the place of one that is lost: `root.prf.<epoch>` and `sign.audit.1`.
    CreateKeys {
        epoch: u32,
    },
}

impl Verb {
    /// A stable word for the log; never an argument.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Probe { .. } => "probe",
            Self::Unseal { .. } => "unseal",
            Self::Seal => "seal",
            Self::Wrap { .. } => "wrap",
            Self::Unwrap { .. } => "unwrap",
            Self::Sign { .. } => "sign",
            Self::Keys { .. } => "keys",
            Self::Random { .. } => "random",
            Self::InitToken { .. } => "init-token",
            Self::CreateFirstKeys => "create-first-keys",
            Self::Rotate { .. } => "rotate",
            Self::Destroy { .. } => "destroy",
            Self::Resume => "resume",
            Self::CreateKeys { .. } => "create-keys",
        }
    }

    /// Calls that a slow token may take its time for.
    pub(crate) fn is_slow(&self) -> bool {
        matches!(
            self,
            Self::Unseal { .. }
                | Self::Resume
                | Self::InitToken { .. }
                | Self::CreateFirstKeys
                | Self::CreateKeys { .. }
                | Self::Rotate { .. }
                | Self::Destroy { .. }
        )
    }
}

/// The token as it names itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TokenInfo {
    pub(crate) label: String,
    pub(crate) serial: String,
    pub(crate) model: String,
    pub(crate) manufacturer: String,
    pub(crate) logged_in: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Reply {
    Done,
    Token(TokenInfo),
    Secret(Secret),
    Bytes(Vec<u8>),
    /// Fingerprint of the epoch's key, and SubjectPublicKeyInfo DER of the audit key.
    Keys {
        fingerprint: [u8; 8],
        audit_public_key: Vec<u8>,
    },
    Fingerprint([u8; 8]),
}

/// Why hsmd did not do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the frame is not understood")]
    Frame,
    #[error("not allowed: {0}")]
    Refused(String),
    #[error("not logged in")]
    LoggedOut,
    #[error("token not reachable")]
    TokenGone,
    #[error("key {0} is missing")]
    KeyMissing(String),
    #[error("more than one match for {0}")]
    Ambiguous(String),
    #[error("PIN refused")]
    PinRejected,
    #[error("no PIN: there is no credential file")]
    NoPin,
    #[error("does not authenticate")]
    Integrity,
    #[error("busy")]
    Busy,
    #[error("{0}")]
    Device(String),
    #[error("an earlier login was never answered, and may have cost an attempt: an operator unseals")]
    LoginUnanswered,
}

pub(crate) type Answer = Result<Reply, Fault>;

pub(crate) fn write_frame<T: Serialize>(to: &mut impl Write, value: &T) -> io::Result<()> {
    // Room from the start: a vector that grows leaves copies of secrets behind.
    let mut frame = Vec::with_capacity(ROOM);
    frame.extend_from_slice(&[0, 0, 0, 0, VERSION]);
    let mut frame = Zeroizing::new(postcard::to_extend(value, frame).map_err(io::Error::other)?);
    let length = u32::try_from(frame.len() - LENGTH).ok().filter(|length| *length <= limits::FRAME_BYTES);
    let length = length.ok_or_else(|| io::Error::other("frame too large"))?;
    frame[..LENGTH].copy_from_slice(&length.to_be_bytes());
    to.write_all(&frame)
}

/// `None` at the end of the connection.
pub(crate) fn read_frame<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_be_bytes(length);
    if length == 0 || length > limits::FRAME_BYTES {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "frame length"));
    }
    let mut frame = Zeroizing::new(vec![0; length as usize]);
    from.read_exact(&mut frame)?;
    if frame[0] != VERSION {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "frame version"));
    }
    postcard::from_bytes(&frame[1..]).map(Some).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_comes_back_and_nonsense_is_refused() {
        let mut wire = Vec::new();
        write_frame(&mut wire, &Verb::Destroy { epoch: 7 }).unwrap();
        assert!(matches!(read_frame::<Verb>(&mut wire.as_slice()), Ok(Some(Verb::Destroy { epoch: 7 }))));
        assert!(matches!(read_frame::<Verb>(&mut &wire[..0]), Ok(None)));
        assert!(read_frame::<Verb>(&mut &wire[..wire.len() - 1]).is_err());
        let mut other_version = wire.clone();
        other_version[4] = 9;
        assert!(read_frame::<Verb>(&mut other_version.as_slice()).is_err());
        assert!(read_frame::<Verb>(&mut &[0xff, 0xff, 0xff, 0xff, 1][..]).is_err());
    }

    #[test]
    fn secrets_are_not_printed() {
        let verb = Verb::Unseal { pin: Some(Secret::of(b"1234")) };
        assert!(!format!("{verb:?}").contains("1234") && !format!("{verb:?}").contains("49"));
    }
}
