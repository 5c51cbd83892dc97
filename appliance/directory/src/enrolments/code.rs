use std::fmt;

use holdfast_base::{Error, Result, World};
use holdfast_hsm::DekHandle;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::{keys, limits, readable};

/// Letters of a code without its dashes.
const LETTERS: usize = limits::ENROLMENT_CODE_BYTES * 8 / 5;

/// `XXXX-XXXX-XXXX-XXXX`, or what somebody typed in its place. Wiped on drop, never printed.
#[derive(Clone, ToSchema)]
#[schema(value_type = String, max_length = 64, example = "7K3M-Q0XA-9TVB-2HDE")]
pub struct Code(Zeroizing<String>);

impl Code {
    pub(super) fn fresh(world: &World) -> Self {
        let random = Zeroizing::new(world.random::<{ limits::ENROLMENT_CODE_BYTES }>());
        let mut text = readable::groups(random.as_ref());
        text.make_ascii_uppercase();
        Self(text)
    }

    /// For a terminal or a sealed answer: the only time that it is seen.
    pub fn shown(&self) -> &str {
        &self.0
    }

    /// What is kept of it. What can be no code breaks a rule; that says nothing about which codes exist.
    pub(super) fn mac(&self, key: &DekHandle) -> Result<[u8; 32]> {
        let short_enough = self.0.chars().count() <= limits::ENROLMENT_CODE_CHARACTERS_MAX;
        let letters = short_enough.then(|| readable::typed(&self.0, LETTERS)).flatten();
        let letters = letters.ok_or(Error::invalid("code", "malformed"))?;
        Ok(key.mac(keys::MAC_ENROLMENT, letters.as_bytes())?)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(Zeroizing::new(text)))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}
