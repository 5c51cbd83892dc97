//! One call to hsmd: a connection, a frame there, a frame back.

use std::{
    io,
    os::unix::net::UnixStream,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use holdfast_base::World;
use zeroize::Zeroizing;

use crate::{
    Epoch, HsmError, Pin,
    envelope::Key,
    limits,
    protocol::{Answer, Fault, Reply, Secret, TokenInfo, Verb, read_frame, write_frame},
    wrap::WrapMechanism,
};

/// A key of the token: which epoch's, and how it wraps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Root {
    pub(crate) epoch: Epoch,
    pub(crate) mechanism: WrapMechanism,
}

pub(crate) struct Client {
    socket: PathBuf,
    calls: AtomicU64,
}

/// What a call came to: an answer of hsmd, or none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    #[error("{0}")]
    Fault(#[from] Fault),
    #[error("no answer")]
    Away(#[from] io::Error),
}

impl Client {
    pub(crate) fn new(socket: PathBuf) -> Self {
        Self { socket, calls: AtomicU64::new(0) }
    }

    /// Calls that were answered.
    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    pub(crate) fn token(&self) -> Result<TokenInfo, CallError> {
        match self.call(&Verb::Status)? {
            Reply::Token(info) => Ok(info),
            _ => Err(unexpected()),
        }
    }

    /// The canary: what the epoch's key is known by, computed anew.
    pub(crate) fn probe(&self, root: Root) -> Result<[u8; 8], CallError> {
        match self.call(&Verb::Probe { epoch: root.epoch.0, mechanism: root.mechanism })? {
            Reply::Fingerprint(fingerprint) => Ok(fingerprint),
            _ => Err(unexpected()),
        }
    }

    /// On an operator's word. Once it was sent, no answer means that an attempt may have been spent.
    pub(crate) fn login(&self, pin: Option<&Pin>) -> Result<(), CallError> {
        let pin = pin.map(|pin| Secret::of(&pin.0));
        self.log_in(&Verb::Unseal { pin })
    }

    /// On nobody's word, with the credential file.
    pub(crate) fn resume(&self) -> Result<(), CallError> {
        self.log_in(&Verb::Resume)
    }

    fn log_in(&self, verb: &Verb) -> Result<(), CallError> {
        let stream = UnixStream::connect(&self.socket)?;
        let answer = exchange(stream, verb, limits::SLOW_CALL_TIMEOUT).map_err(|_| Fault::LoginUnanswered)?;
        self.calls.fetch_add(1, Ordering::Relaxed);
        match answer {
            // Its session broke in the middle of it.
            Err(Fault::LoggedOut) => Err(Fault::LoginUnanswered.into()),
            answer => Ok(answer.map(drop)?),
        }
    }

    pub(crate) fn logout(&self) -> Result<(), CallError> {
        self.call(&Verb::Seal).map(drop)
    }

    /// Fingerprint of the epoch's key, and SubjectPublicKeyInfo DER of the audit key.
    pub(crate) fn keys(&self, root: Root) -> Result<([u8; 8], Vec<u8>), CallError> {
        match self.call(&Verb::Keys { epoch: root.epoch.0, mechanism: root.mechanism })? {
            Reply::Keys { fingerprint, audit_public_key } => Ok((fingerprint, audit_public_key)),
            _ => Err(unexpected()),
        }
    }

    pub(crate) fn wrap(&self, root: Root, context: Vec<u8>, key: &Key) -> Result<Vec<u8>, CallError> {
        let secret = Secret::of(&**key);
        match self.call(&Verb::Wrap { epoch: root.epoch.0, mechanism: root.mechanism, context, secret })? {
            Reply::Bytes(wrapped) => Ok(wrapped),
            _ => Err(unexpected()),
        }
    }

    pub(crate) fn unwrap(&self, root: Root, context: Vec<u8>, wrapped: Vec<u8>) -> Result<Key, CallError> {
        let verb = Verb::Unwrap { epoch: root.epoch.0, mechanism: root.mechanism, context, wrapped };
        let Reply::Secret(secret) = self.call(&verb)? else {
            return Err(unexpected());
        };
        key_of(&secret)
    }

    /// A new epoch key, from two sources, so that neither the token's generator nor ours has to be trusted alone.
    pub(crate) fn epoch_key(&self, world: &World) -> Result<Key, CallError> {
        let Reply::Secret(secret) = self.call(&Verb::Random { bytes: 32 })? else {
            return Err(unexpected());
        };
        let mut key = key_of(&secret)?;
        let ours = Zeroizing::new(world.random::<32>());
        key.iter_mut().zip(ours.iter()).for_each(|(byte, ours)| *byte ^= ours);
        Ok(key)
    }

    /// ASN.1 DER of the signature over a SHA-256 digest.
    pub(crate) fn sign(&self, digest: &[u8; 32]) -> Result<Vec<u8>, CallError> {
        match self.call(&Verb::Sign { digest: *digest })? {
            Reply::Bytes(signature) => Ok(signature),
            _ => Err(unexpected()),
        }
    }

    /// Makes the key of an epoch that follows one whose key is there.
    pub(crate) fn rotate(&self, next: Root) -> Result<(), CallError> {
        self.call(&Verb::Rotate { next: next.epoch.0, mechanism: next.mechanism }).map(drop)
    }

    /// Destroys the epoch's key for good, whatever its mechanism.
    pub(crate) fn destroy(&self, epoch: Epoch) -> Result<(), CallError> {
        self.call(&Verb::Destroy { epoch: epoch.0 }).map(drop)
    }

    pub(crate) fn init_token(&self, so_pin: &Pin, pin: &Pin) -> Result<(), CallError> {
        let (so_pin, pin) = (Secret::of(&so_pin.0), Secret::of(&pin.0));
        self.call(&Verb::InitToken { so_pin, pin }).map(drop)
    }

    pub(crate) fn create_first_keys(&self) -> Result<(), CallError> {
        self.call(&Verb::CreateFirstKeys).map(drop)
    }

    /// Ceremony mode, empty token: `root.prf.<epoch>` and the audit key.
    pub(crate) fn create_keys(&self, epoch: Epoch) -> Result<(), CallError> {
        self.call(&Verb::CreateKeys { epoch: epoch.0 }).map(drop)
    }

    fn call(&self, verb: &Verb) -> Result<Reply, CallError> {
        let patience = if verb.is_slow() { limits::SLOW_CALL_TIMEOUT } else { limits::CALL_TIMEOUT };
        let answer = exchange(UnixStream::connect(&self.socket)?, verb, patience)?;
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(answer?)
    }
}

fn exchange(mut stream: UnixStream, verb: &Verb, patience: Duration) -> io::Result<Answer> {
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    write_frame(&mut stream, verb)?;
    read_frame(&mut stream)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

fn key_of(secret: &Secret) -> Result<Key, CallError> {
    Key::of(&secret.0).ok_or_else(unexpected)
}

fn unexpected() -> CallError {
    CallError::Fault(Fault::Frame)
}

impl From<CallError> for HsmError {
    fn from(error: CallError) -> Self {
        match error {
            // An hsmd that lost its session ends, and the next one is not logged in yet.
            CallError::Away(_) | CallError::Fault(Fault::LoggedOut) => Self::WorkerLost,
            CallError::Fault(Fault::TokenGone) => Self::TokenGone,
            CallError::Fault(Fault::KeyMissing(name)) => Self::KeyMissing(name),
            CallError::Fault(Fault::PinRejected) => Self::PinRejected,
            CallError::Fault(Fault::NoPin) => Self::NoPin,
            CallError::Fault(Fault::LoginUnanswered) => Self::LoginUnanswered,
            CallError::Fault(Fault::Ambiguous(name)) => Self::Ambiguous(name),
            CallError::Fault(Fault::Busy) => Self::Busy,
            CallError::Fault(Fault::Integrity) => Self::Integrity("the wrapped epoch key"),
            CallError::Fault(other) => Self::Device(other.to_string()),
        }
    }
}
