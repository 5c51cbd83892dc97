use std::io;

use holdfast_base::Error;

use crate::recovery::RecoveryError;

/// Why a value could not be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    #[error("the box is sealed")]
    Sealed,
    #[error("does not authenticate: altered, moved, or another key's")]
    Integrity,
    #[error("format version {0} is not known")]
    Format(u8),
    #[error("{0} bytes are too large for this format")]
    TooLarge(usize),
    #[error("the range does not lie inside the stream")]
    Range,
    #[error("read the sealed stream: {0}")]
    Read(io::ErrorKind),
}

/// Why custody of the keys is not as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HsmError {
    #[error("the box is sealed")]
    Sealed,
    #[error("the box has no keys yet: hold the key ceremony with holdfast-setup")]
    Uninitialised,
    #[error("token not reachable")]
    TokenGone,
    #[error("wrong token: expected {want}, found {got}")]
    WrongToken { want: String, got: String },
    /// Never a reason to make one.
    #[error("key {0} is missing; it was not created")]
    KeyMissing(String),
    #[error("PIN refused; not tried again until the credential changes")]
    PinRejected,
    /// The token did not say whether it took the PIN. Nobody but an operator tries again.
    #[error("the token did not answer the login, which may have cost an attempt")]
    LoginUnanswered,
    #[error("no PIN: there is no credential file")]
    NoPin,
    #[error("{0} does not authenticate")]
    Integrity(&'static str),
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    #[error("more than one match for {0} on the token")]
    Ambiguous(String),
    #[error("the token is busy")]
    Busy,
    #[error("hsmd is away")]
    WorkerLost,
    #[error("device: {0}")]
    Device(String),
    #[error("{act}")]
    Io { act: &'static str, source: io::Error },
}

impl HsmError {
    pub(crate) fn io(act: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { act, source }
    }
}

impl From<CryptoError> for Error {
    fn from(error: CryptoError) -> Self {
        match error {
            CryptoError::Sealed => Self::Sealed,
            other => Self::internal("open or seal a value")(other),
        }
    }
}

impl From<HsmError> for Error {
    fn from(error: HsmError) -> Self {
        match error {
            HsmError::Sealed | HsmError::Uninitialised => Self::Sealed,
            HsmError::Io { act, source } => Self::io(act)(source),
            other => Self::internal("use a key")(other),
        }
    }
}
