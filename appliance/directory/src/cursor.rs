//! Opaque cursors: sealed, and bound to the list and filter that gave them out.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use holdfast_base::{Error, Result, limits as shared};
use holdfast_hsm::DekHandle;
use serde::{Serialize, de::DeserializeOwned};

use crate::{keys, limits};

/// Where a page begins and how long it is.
#[derive(Debug, Clone, Default)]
pub struct Paging {
    pub cursor: Option<String>,
    pub limit: Option<usize>,
}

impl Paging {
    /// Items of the page: the default, or what was asked for when it lies within the limit.
    pub fn limit(&self) -> Result<usize> {
        match self.limit {
            None => Ok(shared::PAGE_ITEMS_DEFAULT),
            Some(limit @ 1..=shared::PAGE_ITEMS) => Ok(limit),
            Some(_) => Err(Error::Invalid {
                field: "limit",
                rule: holdfast_base::Rule { code: "out-of-range", limit: Some(shared::PAGE_ITEMS as u64) },
            }),
        }
    }

    pub(crate) fn position<T: DeserializeOwned>(&self, key: &DekHandle, list: &str, filter: &str) -> Result<Option<T>> {
        let Some(text) = &self.cursor else { return Ok(None) };
        let refused = || Error::invalid("cursor", "not-a-cursor");
        if text.len() > limits::CURSOR_BYTES {
            return Err(refused());
        }
        let sealed = URL_SAFE_NO_PAD.decode(text).map_err(|_| refused())?;
        let plain = match key.open(&keys::cursor(list, filter), &sealed) {
            Ok(plain) => plain,
            Err(holdfast_hsm::CryptoError::Sealed) => return Err(Error::Sealed),
            Err(_) => return Err(refused()),
        };
        postcard::from_bytes(&plain).map(Some).map_err(|_| refused())
    }
}

pub(crate) fn seal<T: Serialize>(key: &DekHandle, list: &str, filter: &str, position: &T) -> Result<String> {
    let plain = postcard::to_stdvec(position).map_err(Error::internal("encode a cursor"))?;
    Ok(URL_SAFE_NO_PAD.encode(key.seal(&keys::cursor(list, filter), &plain)?))
}
