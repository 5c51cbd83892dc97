//! The recovery kit: what brings a box back whose token is lost. A key pair that no machine keeps: the private half is
//! split among officers, the public half stands in the keyring's header with the epoch key sealed to it.
//!
//! Always true: kit, keyring and a new token bring everything back; fewer shares than needed say nothing; a rotation
//! seals the new epoch key to the same kit, without its shares; making a new kit ends the old one, for this copy of the
//! keyring and all later ones.
//! Not so: a kit opens every copy of the keyring that was made while it was in force, also of epochs whose HSM key is
//! destroyed. Whoever destroys to forget keeps no old copies of keyrings, or makes a new kit and burns the old one.
//! Absent on purpose: shares that leave by anything but their text, and recovery while hsmd serves the box.

mod shamir;
mod share;

use std::path::{Path, PathBuf};

use holdfast_base::{Timestamp, World};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    Epoch, HsmError, Pin, Vault,
    ceremony::identify,
    envelope::{Context, open_posted, post, public_of},
    keyring::{Header, Keyring, read_header},
    limits,
    vault::{Client, Root},
    wipe::{Key, apart},
    wrap::WrapMechanism,
};
pub use share::{KitId, Share};

/// How a kit is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    pub needed: u8,
    pub of: u8,
}

impl Default for Split {
    fn default() -> Self {
        Self { needed: 3, of: 5 }
    }
}

impl Split {
    pub(crate) fn check(self) -> Result<(), HsmError> {
        match self.needed >= 2 && self.needed <= self.of && self.of <= limits::SHARES {
            true => Ok(()),
            false => Err(RecoveryError::Split.into()),
        }
    }
}

/// A kit that is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KitState {
    pub id: KitId,
    pub split: Split,
    pub made_at: Timestamp,
}

/// Why shares do not open a keyring.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryError {
    #[error("at least 2 and at most 16 shares, of which at least 2 and at most all are needed")]
    Split,
    /// `line` counts from 1; `number` is what the line says of itself.
    #[error("line {line} is mistyped or incomplete{}", claim(.number))]
    Mistyped { line: usize, number: Option<u8> },
    #[error("share {number} is of kit {found}, and this keyring needs kit {wanted}")]
    OtherKit { number: u8, wanted: KitId, found: KitId },
    #[error("share {number} is there twice")]
    Twice { number: u8 },
    #[error("{have} shares are too few: {need} are needed")]
    TooFew { have: usize, need: u8 },
    #[error("there is no recovery kit for this keyring")]
    NoKit,
    #[error("the shares do not give the kit's key: one of them is forged")]
    Forged,
}

fn claim(number: &Option<u8>) -> String {
    number.map(|number| format!("; it says that it is share {number}")).unwrap_or_default()
}

/// What the keyring's header keeps of a kit: nothing secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kit {
    pub(crate) id: [u8; 8],
    pub(crate) needed: u8,
    pub(crate) of: u8,
    pub(crate) public_key: [u8; 32],
    /// The epoch key, sealed to it.
    pub(crate) envelope: Vec<u8>,
    pub(crate) made_at: Timestamp,
}

impl Kit {
    /// A new key pair, and the shares of its private half.
    pub(crate) fn make(split: Split, epoch: Epoch, epoch_key: &Key, world: &World) -> Result<(Self, Vec<Share>), HsmError> {
        split.check()?;
        let private = Zeroizing::new(world.random::<32>());
        let mut kit = Self {
            id: world.random(),
            needed: split.needed,
            of: split.of,
            public_key: public_of(&private),
            envelope: Vec::new(),
            made_at: world.now(),
        };
        kit = kit.reissued(epoch, epoch_key, world)?;
        let values = shamir::split(&private, split.needed, split.of, world);
        let share = |(number, values)| Share { kit: KitId(kit.id), number, needed: kit.needed, of: kit.of, values };
        let shares: Vec<Share> = (1..).zip(values).map(share).collect();
        // Nobody hands out a kit that was not seen to work.
        if kit.open(&shares, epoch)? != *epoch_key {
            return Err(RecoveryError::Forged.into());
        }
        Ok((kit, shares))
    }

    /// The same kit for the key of another epoch.
    pub(crate) fn reissued(&self, epoch: Epoch, epoch_key: &Key, world: &World) -> Result<Self, HsmError> {
        let sealed = post(&self.public_key, &self.context(epoch), &**epoch_key, world);
        let envelope = sealed.ok_or(HsmError::Integrity("the recovery kit's public key"))?;
        Ok(Self { envelope, ..self.clone() })
    }

    pub(crate) fn state(&self) -> KitState {
        KitState { id: KitId(self.id), split: Split { needed: self.needed, of: self.of }, made_at: self.made_at }
    }

    /// Where the envelope belongs.
    fn context(&self, epoch: Epoch) -> Context {
        Context::new("keyring.recovery.v1").bytes(&self.id).u64(u64::from(epoch.0))
    }

    fn open(&self, shares: &[Share], epoch: Epoch) -> Result<Key, HsmError> {
        let mut points: Vec<(u8, &[u8; 32])> = Vec::new();
        for share in shares {
            if share.kit.0 != self.id {
                let (wanted, found) = (KitId(self.id), share.kit);
                return Err(RecoveryError::OtherKit { number: share.number, wanted, found }.into());
            }
            if points.iter().any(|(number, _)| *number == share.number) {
                return Err(RecoveryError::Twice { number: share.number }.into());
            }
            points.push((share.number, &share.values));
        }
        if points.len() < usize::from(self.needed) {
            return Err(RecoveryError::TooFew { have: points.len(), need: self.needed }.into());
        }
        let private = shamir::combine(&points);
        if public_of(&private) != self.public_key {
            return Err(RecoveryError::Forged.into());
        }
        let opened = open_posted(&private, &self.context(epoch), &self.envelope);
        opened.and_then(|key| Key::of(&key)).ok_or(HsmError::Integrity("the recovery envelope"))
    }
}

/// Makes a kit for an unsealed box, and ends the one before. The lines of the shares are shown once, to one officer each.
pub fn make_kit(vault: &Vault, split: Split) -> Result<Vec<Share>, HsmError> {
    vault.make_kit(split)
}

/// Reads shares as they were typed, one on a line; empty lines are nothing. An error names the line and the share.
pub fn read_shares(text: &str) -> Result<Vec<Share>, HsmError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            Share::parse(line).ok_or_else(|| RecoveryError::Mistyped { line: at + 1, number: Share::claimed_number(line) }.into())
        })
        .collect()
}

/// The rehearsal: whether these shares open this keyring. Needs no token and changes nothing.
pub fn rehearse(keyring: &Path, shares: &[Share]) -> Result<Epoch, HsmError> {
    apart(|| {
        let (header, bytes) = read_header(keyring)?;
        let epoch_key = open_header(&header, shares)?;
        crate::keyring::check_header(&bytes, &epoch_key)?;
        Ok(header.epoch)
    })
}

/// Serial number of the token that a keyring is bound to. Believed as far as the file is.
pub fn bound_to(keyring: &Path) -> Result<String, HsmError> {
    Ok(read_header(keyring)?.0.token_serial)
}

/// What a recovery needs. hsmd serves the new token at `socket` in ceremony mode, and nobody else uses the keyring.
pub struct RecoverConfig {
    pub socket: PathBuf,
    pub keyring: PathBuf,
    /// Of the new token.
    pub pin: Pin,
}

/// What is written down, and goes into the audit log: its key is another from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryReport {
    pub kit: KitId,
    /// Numbers of the shares that were used.
    pub shares: Vec<u8>,
    pub epoch: Epoch,
    pub lost_token_serial: String,
    pub token_serial: String,
    /// SubjectPublicKeyInfo DER of the keys that signed and that sign.
    pub former_audit_public_key: Vec<u8>,
    pub audit_public_key: Vec<u8>,
}

/// Opens the keyring with shares, makes its keys on an empty token, and binds it to that. The keyring is proved from end
/// to end before the token is touched, and its header is replaced last: a recovery that was cut short is begun again with
/// an empty token. Rotate afterwards, where the lost token may be in strange hands.
pub fn recover(config: RecoverConfig, shares: &[Share], world: &World) -> Result<RecoveryReport, HsmError> {
    apart(|| {
        let (header, bytes) = read_header(&config.keyring)?;
        let epoch_key = open_header(&header, shares)?;
        let (epoch, kit) = (header.epoch, header.kit.as_ref().map(|kit| KitId(kit.id)).ok_or(RecoveryError::NoKit)?);
        let mut keyring = Keyring::open(&config.keyring, world.clone(), epoch_key.clone(), header, &bytes)?;

        let client = Client::new(config.socket);
        client.login(Some(&config.pin))?;
        client.create_keys(epoch)?;
        let token = client.token()?;
        let root = Root { epoch, mechanism: WrapMechanism::Prf };
        let identity = identify(&client, &token, root, &epoch_key, world)?;
        let audit_public_key = identity.audit_public_key.clone();

        let (lost_token_serial, former) = (keyring.header().token_serial.clone(), keyring.header().audit_public_key.clone());
        keyring.bind(identity)?;
        client.logout()?;
        Ok(RecoveryReport {
            kit,
            shares: shares.iter().map(|share| share.number).collect(),
            epoch,
            lost_token_serial,
            token_serial: token.serial,
            former_audit_public_key: former,
            audit_public_key,
        })
    })
}

fn open_header(header: &Header, shares: &[Share]) -> Result<Key, HsmError> {
    header.kit.as_ref().ok_or(RecoveryError::NoKit)?.open(shares, header.epoch)
}
