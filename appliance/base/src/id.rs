//! Ids. Dense ids are u64 and travel as decimal strings, since JavaScript loses precision above 2^53; others are UUIDv7.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;
use uuid::Uuid;

/// The text is not an id of the kind that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected {expected}")]
pub struct ParseIdError {
    pub expected: &'static str,
}

/// Digits of a dense id: every number of so many fits into a u64, so the pattern in the API document says all.
const DIGITS: usize = 19;

macro_rules! dense_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, ToSchema)]
        #[schema(value_type = String, example = "42", pattern = "^[0-9]{1,19}$")]
        pub struct $name(pub u64);

        impl $name {
            /// Big-endian bytes, so that keys sort as numbers do.
            pub fn to_be_bytes(self) -> [u8; 8] {
                self.0.to_be_bytes()
            }

            pub fn from_be_bytes(bytes: [u8; 8]) -> Self {
                Self(u64::from_be_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let refusal = ParseIdError { expected: "a decimal number of up to 19 digits" };
                if text.is_empty() || text.len() > DIGITS || !text.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(refusal);
                }
                text.parse().map(Self).map_err(|_| refusal)
            }
        }

        // Text formats carry a decimal string, compact ones (postcard) the number.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                if to.is_human_readable() { to.collect_str(&self.0) } else { to.serialize_u64(self.0) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                if from.is_human_readable() {
                    let text = String::deserialize(from)?;
                    return text.parse().map_err(de::Error::custom);
                }
                u64::deserialize(from).map(Self)
            }
        }
    )+};
}

dense_id! {
    /// A person of the directory. Never used again, also after erasure.
    PersonId,
    /// A department.
    DepartmentId,
    /// A tag: a named set of people.
    TagId,
    /// A rule of who sees whom.
    RuleId,
    /// A part of the directory that somebody keeps.
    DelegationId,
    /// A conversation. Also its container id in search.
    ConversationId,
    /// A space of the drive. Also its container id in search.
    SpaceId,
    /// A file or folder. Survives rename and move, never used again.
    NodeId,
    /// The ledger's global commit number `g`: one for each transaction, in commit order.
    CommitNo,
    /// The number of a message in its conversation: dense, from 1.
    Seq,
}

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[schema(value_type = String, format = "uuid", example = "0192f0c1-2b7a-7c3e-8a51-9d5f0e6b4a10")]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                Uuid::parse_str(text).map(Self).map_err(|_| ParseIdError { expected: "a UUID" })
            }
        }
    )+};
}

uuid_id! {
    /// What a client chooses for one create, so that a retry is harmless.
    ClientId,
    /// One request on any door; stands in the logs and in the answer.
    RequestId,
    /// One audit entry, chosen before it is written, so that a replay does not append it twice.
    EntryId,
    /// The public id of a session (not its token).
    SessionId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dense_ids_are_strings_on_the_wire_and_refuse_everything_else() {
        assert_eq!("9999999999999999999".parse(), Ok(PersonId(9_999_999_999_999_999_999)));
        for bad in ["", "-1", "+1", "1.0", " 1", "18446744073709551615", "０"] {
            assert!(bad.parse::<PersonId>().is_err(), "{bad:?}");
        }
    }
}
