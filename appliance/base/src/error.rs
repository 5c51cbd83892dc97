//! The closed set of refusals and failures. One place in `server` turns them into problem+json.

use std::{error::Error as StdError, fmt, io};

/// What a field would have to be. The client translates it; `limit` is the number in the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Stable, kebab-case: `too-long`, `not-a-uid`, `taken`, `in-the-past` ...
    pub code: &'static str,
    pub limit: Option<u64>,
}

/// Why nothing was done. Refusals carry what the person may know; only [`Error::Internal`] has a cause, for the log.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// No session, or it has ended.
    NotSignedIn,
    /// Name or password is wrong; never says which.
    WrongCredentials,
    /// The password is right; a code of the authenticator app or a recovery code is asked for besides.
    SecondFactorRequired,
    /// That code is not right.
    WrongSecondFactor,
    /// The password is right, and this person signs in with a passkey.
    PasskeyRequired,
    /// This lane is locked after failures.
    TooManyAttempts { retry_seconds: u64 },
    /// Signed in, and what is asked for is known to exist, but not for this role.
    Forbidden,
    /// Does not exist, or may not be seen.
    NotFound,
    /// The input breaks a rule; nothing was changed.
    Invalid { field: &'static str, rule: Rule },
    /// The input is right, the state is not: the word says what stands against it.
    Conflict { what: &'static str },
    /// If-Match, If-None-Match or an expected offset does not hold.
    PreconditionFailed,
    /// Larger than the limit, in bytes or items.
    TooLarge { limit: u64 },
    /// The space is full.
    QuotaExceeded,
    /// Somebody holds a lock on it.
    Locked,
    /// Was there, is gone for good.
    Gone,
    /// Too much at once; try again.
    Busy { retry_seconds: u64 },
    /// The box has no keys at present.
    Sealed,
    /// The audit log cannot take the entry, so nothing was done.
    AuditUnavailable,
    /// Ours to mend. `act` says what was tried.
    Internal { act: &'static str, source: Option<Box<dyn StdError + Send + Sync>> },
}

impl Error {
    pub fn invalid(field: &'static str, code: &'static str) -> Self {
        Self::Invalid { field, rule: Rule { code, limit: None } }
    }

    pub fn too_long(field: &'static str, limit: u64) -> Self {
        Self::Invalid { field, rule: Rule { code: "too-long", limit: Some(limit) } }
    }

    pub fn conflict(what: &'static str) -> Self {
        Self::Conflict { what }
    }

    /// `.map_err(Error::internal("read the keyring"))`
    pub fn internal<E: StdError + Send + Sync + 'static>(act: &'static str) -> impl FnOnce(E) -> Self {
        move |source| Self::Internal { act, source: Some(Box::new(source)) }
    }

    /// What the file system said: a full disk is the asker's to know, anything else is ours to mend.
    pub fn io(act: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::QuotaExceeded,
            _ => Self::internal(act)(source),
        }
    }

    /// Something that our own code promised does not hold.
    pub fn broken(act: &'static str) -> Self {
        Self::Internal { act, source: None }
    }

    /// The stable word of the problem `type`, without its details.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotSignedIn => "not-signed-in",
            Self::WrongCredentials => "wrong-credentials",
            Self::SecondFactorRequired => "second-factor-required",
            Self::WrongSecondFactor => "wrong-second-factor",
            Self::PasskeyRequired => "passkey-required",
            Self::TooManyAttempts { .. } => "too-many-attempts",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::Invalid { .. } => "invalid",
            Self::Conflict { .. } => "conflict",
            Self::PreconditionFailed => "precondition-failed",
            Self::TooLarge { .. } => "too-large",
            Self::QuotaExceeded => "quota-exceeded",
            Self::Locked => "locked",
            Self::Gone => "gone",
            Self::Busy { .. } => "busy",
            Self::Sealed => "sealed",
            Self::AuditUnavailable => "audit-unavailable",
            Self::Internal { .. } => "internal",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { field, rule } => match rule.limit {
                Some(limit) => write!(f, "invalid {field}: {} (limit {limit})", rule.code),
                None => write!(f, "invalid {field}: {}", rule.code),
            },
            Self::Conflict { what } => write!(f, "conflict: {what}"),
            Self::Internal { act, .. } => write!(f, "could not {act}"),
            other => f.write_str(other.code()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Internal { source: Some(source), .. } => Some(source.as_ref()),
            _ => None,
        }
    }
}
