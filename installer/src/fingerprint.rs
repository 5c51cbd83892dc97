use std::{fs, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use ring::digest::{SHA256, digest};

use crate::SetupError;

/// SHA-256 of a SubjectPublicKeyInfo, hexadecimal.
pub(crate) fn of_key(spki: &[u8]) -> String {
    hex::encode(digest(&SHA256, spki))
}

/// SHA-256 of the first certificate of a PEM file, hexadecimal, as browsers show it.
pub(crate) fn of_certificate(path: &Path) -> Result<String, SetupError> {
    let text = fs::read_to_string(path).map_err(SetupError::io("read", path))?;
    let body: String = text.lines().skip(1).take_while(|line| !line.starts_with("-----")).collect();
    let der = BASE64_STANDARD.decode(body).map_err(|error| SetupError::io("read", path)(std::io::Error::other(error)))?;
    Ok(hex::encode(digest(&SHA256, &der)))
}
