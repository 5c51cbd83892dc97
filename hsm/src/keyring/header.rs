use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use holdfast_base::Timestamp;
use serde::{Deserialize, Serialize};

use super::{altered, record::Head};
use crate::{
    Epoch, HsmError, KeyId,
    envelope::{Context, Key, mac, same},
    limits,
    recovery::Kit,
    vault::Root,
    wrap::WrapMechanism,
};

const VERSION: u8 = 4;
/// What an older version lacks at its end, as an empty field is written: version 1 ends before `former_audit_keys`, version 2
/// before `epoch_since`, version 3 before `second`.
const LACKS: [(u8, &[u8]); 4] = [(VERSION, &[]), (3, &[0]), (2, &[0; 2]), (1, &[0; 4])];
/// The first version that says when its epoch began.
const EPOCH_SINCE: u8 = 3;
const FILE: &str = "header";
const MAC: usize = 32;

/// What the ceremony pinned, and how far the files are durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// Name of the wrap mechanism.
    pub(crate) mechanism: String,
    pub(crate) token_label: String,
    pub(crate) token_serial: String,
    /// Of the token's key of this epoch.
    pub(crate) fingerprint: [u8; 8],
    /// SubjectPublicKeyInfo DER.
    pub(crate) audit_public_key: Vec<u8>,
    pub(crate) made_at: Timestamp,
    pub(crate) domains: Vec<(String, KeyId)>,
    pub(crate) epoch: Epoch,
    pub(crate) wrapped_epoch_key: Vec<u8>,
    /// Key records that are durable.
    pub(crate) keys: u32,
    pub(crate) keys_head: Head,
    /// Keys before this place may have been handed out.
    pub(crate) released: u32,
    /// Taken records that are certainly durable.
    pub(crate) taken: u32,
    pub(crate) taken_head: Head,
    /// Audit keys of tokens that were lost, and when: what they signed stays valid.
    pub(crate) former_audit_keys: Vec<(Vec<u8>, Timestamp)>,
    pub(crate) kit: Option<Kit>,
    pub(crate) epoch_since: Timestamp,
    /// A token that can take the place of the first.
    pub(crate) second: Option<Second>,
}

/// What the keyring knows of its second token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Second {
    pub(crate) identity: TokenIdentity,
    /// Whose epoch key it wraps. Behind the header's: it has missed rotations, and opens nothing that is in force.
    pub(crate) epoch: Epoch,
    /// The oldest epoch whose key it may still hold.
    pub(crate) holds_from: Epoch,
}

/// What was found on a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TokenIdentity {
    pub(crate) mechanism: String,
    pub(crate) token_label: String,
    pub(crate) token_serial: String,
    pub(crate) fingerprint: [u8; 8],
    pub(crate) audit_public_key: Vec<u8>,
    pub(crate) wrapped_epoch_key: Vec<u8>,
}

impl Header {
    /// The token's key of this epoch.
    pub(crate) fn root(&self) -> Result<Root, HsmError> {
        root(&self.mechanism, self.epoch)
    }

    pub(crate) fn identity(&self) -> TokenIdentity {
        TokenIdentity {
            mechanism: self.mechanism.clone(),
            token_label: self.token_label.clone(),
            token_serial: self.token_serial.clone(),
            fingerprint: self.fingerprint,
            audit_public_key: self.audit_public_key.clone(),
            wrapped_epoch_key: self.wrapped_epoch_key.clone(),
        }
    }
}

impl TokenIdentity {
    pub(crate) fn root(&self, epoch: Epoch) -> Result<Root, HsmError> {
        root(&self.mechanism, epoch)
    }
}

fn root(mechanism: &str, epoch: Epoch) -> Result<Root, HsmError> {
    let unknown = || HsmError::Device("this version does not know the keyring's wrap mechanism".into());
    Ok(Root { epoch, mechanism: WrapMechanism::named(mechanism).ok_or_else(unknown)? })
}

/// Where the wrapped epoch key belongs.
pub(crate) fn epoch_key_context(token_serial: &str, epoch: Epoch) -> Vec<u8> {
    Context::new("keyring.epoch-key.v1").str(token_serial).u64(u64::from(epoch.0)).as_bytes().to_vec()
}

/// Whether a ceremony was held for this folder.
pub(crate) fn exists(folder: &Path) -> bool {
    folder.join(FILE).exists()
}

/// The header as it lies there: believed only once [`check_header`] has seen the epoch key.
pub(crate) fn read_header(folder: &Path) -> Result<(Header, Vec<u8>), HsmError> {
    let file = match File::open(folder.join(FILE)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(HsmError::Uninitialised),
        Err(error) => return Err(HsmError::io("open the keyring's header")(error)),
    };
    let mut bytes = Vec::new();
    file.take(limits::HEADER_BYTES).read_to_end(&mut bytes).map_err(HsmError::io("read the keyring's header"))?;
    let header = bytes.len().checked_sub(MAC).and_then(|end| parse(&bytes[..end]));
    Ok((header.ok_or_else(|| altered("the keyring's header"))?, bytes))
}

fn parse(bytes: &[u8]) -> Option<Header> {
    let (version, body) = bytes.split_first()?;
    let (_, lacks) = LACKS.iter().find(|(known, _)| known == version)?;
    let mut header: Header = postcard::from_bytes(&[body, *lacks].concat()).ok()?;
    if *version < EPOCH_SINCE {
        header.epoch_since = header.made_at;
    }
    Some(header)
}

pub(crate) fn check_header(bytes: &[u8], epoch_key: &Key) -> Result<(), HsmError> {
    let (body, tag) = bytes.split_at(bytes.len().saturating_sub(MAC));
    match same(&header_mac(epoch_key, body)?, tag) {
        true => Ok(()),
        false => Err(altered("the keyring's header")),
    }
}

/// Durable when it returns.
pub(super) fn write_header(folder: &Path, header: &Header, epoch_key: &Key) -> Result<(), HsmError> {
    let mut bytes = vec![VERSION];
    bytes.extend_from_slice(&postcard::to_stdvec(header).map_err(|_| altered("the keyring's header"))?);
    let tag = header_mac(epoch_key, &bytes)?;
    bytes.extend_from_slice(&tag);
    replace(folder, &bytes).map_err(HsmError::io("write the keyring's header"))
}

fn replace(folder: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = folder.join("header.new");
    let mut out = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    out.write_all(bytes)?;
    out.sync_all()?;
    fs::rename(&fresh, folder.join(FILE))?;
    File::open(folder)?.sync_all()
}

fn header_mac(epoch_key: &Key, body: &[u8]) -> Result<[u8; MAC], HsmError> {
    mac(epoch_key, "holdfast/keyring-header/v1", body).map_err(|_| altered("the keyring's header"))
}
