//! The box's own authority: people trust it once, certificates come and go.
//!
//! `tls/`: `ca.crt` (ten years), `ca.key`, `server.crt` (397 days, leaf then authority), `server.key`, `server.json`
//! (the names and the end of the certificate), `names` (further names that people use, one to a line). ECDSA P-256 throughout.

use std::{fs, io, path::Path, time::Duration};

use holdfast_base::{Timestamp, World};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, SerialNumber, date_time_ymd,
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    SetupError,
    files::{private_folder, write},
    names,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const AUTHORITY_DAYS: u32 = 3_650;
/// Browsers refuse more than 398.
const SERVER_DAYS: u32 = 397;
/// A certificate with less left is made anew.
const RENEW_DAYS: u32 = 30;

/// What stands in `server.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificates {
    pub names: Vec<String>,
    pub expires_at: Timestamp,
}

/// What [`renew`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Renewal {
    /// The authority and the certificate are new.
    Made,
    /// The certificate is new: names changed, or the old one was about to expire.
    Renewed,
    Unchanged,
}

/// Makes what is missing in `folder`, and a new certificate when this box's names changed or the old one is ending.
pub fn renew(folder: &Path, world: &World) -> Result<(Certificates, Renewal), SetupError> {
    let further = fs::read_to_string(folder.join("names")).unwrap_or_default();
    let mut names = names::of_this_box();
    names.extend(further.lines().map(str::trim).filter(|name| names::may_be_asked_for(name)).map(str::to_owned));
    names.sort_unstable();
    names.dedup();
    renew_for(folder, names, world)
}

fn renew_for(folder: &Path, names: Vec<String>, world: &World) -> Result<(Certificates, Renewal), SetupError> {
    private_folder(folder).map_err(SetupError::io("make a folder", folder))?;
    let fresh = !folder.join("ca.crt").exists();
    if !fresh
        && let Some(present) = present(folder)
        && present.names == names
        && present.expires_at > world.now().plus(DAY * RENEW_DAYS)
    {
        return Ok((present, Renewal::Unchanged));
    }
    if fresh {
        make_authority(folder, world)?;
    }
    let made = make_server(folder, names, world)?;
    Ok((made, if fresh { Renewal::Made } else { Renewal::Renewed }))
}

/// The certificate that lies there, when all of its files do.
fn present(folder: &Path) -> Option<Certificates> {
    let complete = ["server.crt", "server.key"].iter().all(|file| folder.join(file).exists());
    let text = fs::read(folder.join("server.json")).ok().filter(|_| complete)?;
    serde_json::from_slice(&text).ok()
}

fn make_authority(folder: &Path, world: &World) -> Result<(), SetupError> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let mut params = params(world, AUTHORITY_DAYS);
    params.distinguished_name.push(DnType::CommonName, format!("Holdfast {}", hex::encode(world.random::<4>())));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let certificate = params.self_signed(&key)?;
    // Key first: a certificate without its key would be taken for a whole authority.
    save(folder, "ca.key", Zeroizing::new(key.serialize_pem()).as_bytes(), 0o600)?;
    save(folder, "ca.crt", certificate.pem().as_bytes(), 0o644)
}

fn make_server(folder: &Path, names: Vec<String>, world: &World) -> Result<Certificates, SetupError> {
    let authority = load(folder, "ca.crt")?;
    let issuer = Issuer::from_ca_cert_pem(&authority, KeyPair::from_pem(&load(folder, "ca.key")?)?)?;
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let mut params = params(world, SERVER_DAYS);
    params.subject_alt_names = CertificateParams::new(names.clone())?.subject_alt_names;
    params.distinguished_name.push(DnType::CommonName, "Holdfast");
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let certificate = params.signed_by(&key, &issuer)?;
    let made = Certificates { names, expires_at: world.now().plus(DAY * SERVER_DAYS) };
    let text = serde_json::to_vec(&made).map_err(|error| SetupError::io("describe", folder.join("server.json"))(error.into()))?;
    save(folder, "server.key", Zeroizing::new(key.serialize_pem()).as_bytes(), 0o600)?;
    save(folder, "server.crt", format!("{}{}", certificate.pem(), *authority).as_bytes(), 0o644)?;
    // Last: without it the next call makes the certificate again.
    save(folder, "server.json", &text, 0o644)?;
    Ok(made)
}

/// Valid from an hour ago, since clocks of clients differ.
fn params(world: &World, days: u32) -> CertificateParams {
    let now = Duration::from_micros(u64::try_from(world.now().0).unwrap_or(0));
    let mut params = CertificateParams::default();
    params.not_before = date_time_ymd(1970, 1, 1) + now.saturating_sub(Duration::from_secs(3_600));
    params.not_after = date_time_ymd(1970, 1, 1) + now + DAY * days;
    // RFC 5280 4.1.2.2: positive, at most 20 octets.
    let mut serial = world.random::<16>();
    serial[0] &= 0x7f;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
}

fn save(folder: &Path, name: &str, bytes: &[u8], mode: u32) -> Result<(), SetupError> {
    let path = folder.join(name);
    write(&path, bytes, mode).map_err(SetupError::io("write", path))
}

fn load(folder: &Path, name: &str) -> Result<Zeroizing<String>, SetupError> {
    let path = folder.join(name);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(SetupError::Contradiction(format!("{} is missing; the authority is not made a second time", path.display())))
        }
        Err(error) => Err(SetupError::io("read", path)(error)),
    }
}

#[cfg(test)]
#[path = "authority_tests.rs"]
mod tests;
