//! People's pictures.
//!
//! Always true: what is stored and shown was encoded here, a square JPEG without anything but its pixels, sealed to its person;
//! whoever does not see the person, or from whom the picture is masked, is answered as if there were none.

mod change;
mod picture;
pub(crate) mod rows;
mod show;

pub use change::{remove, remove_own, set, set_own};
pub use picture::Picture;
pub use show::{Avatar, of_person, show};

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

/// Which picture of a person: another picture has another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ToSchema)]
#[schema(value_type = String, example = "00c0ffee00c0ffee", pattern = "^[0-9a-f]{16}$")]
pub struct Version(pub(crate) u64);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { to.collect_str(self) } else { to.serialize_u64(self.0) }
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            let text = String::deserialize(from)?;
            return u64::from_str_radix(&text, 16).map(Self).map_err(de::Error::custom);
        }
        u64::deserialize(from).map(Self)
    }
}
