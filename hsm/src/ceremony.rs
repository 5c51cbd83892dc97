//! The key ceremony: makes the first keys of a box, once.
//!
//! Always true: it refuses where a keyring or Holdfast's keys exist; the keyring's header is written last, so a
//! ceremony that was cut short has made no box.

use std::path::{Path, PathBuf};

use holdfast_base::World;

use crate::{
    Domain, Epoch, HsmError, Pin,
    envelope::Key,
    keyring::{Keyring, TokenIdentity, epoch_key_context, exists, read_header},
    protocol::TokenInfo,
    recovery::{Share, Split},
    vault::{Client, Root, verifies},
    wipe::apart,
    wrap::WrapMechanism,
};

/// What a ceremony needs. hsmd serves at `socket` in ceremony mode.
pub struct CeremonyConfig<'a> {
    pub socket: PathBuf,
    /// The folder of the keyring; made when missing.
    pub keyring: PathBuf,
    /// One key is made for each.
    pub domains: &'a [Domain],
    pub pin: Pin,
}

/// What is written down after a ceremony.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CeremonyReport {
    pub token_label: String,
    pub token_serial: String,
    /// The wrap mechanism that is now pinned.
    pub mechanism: String,
    pub epoch: Epoch,
    /// SubjectPublicKeyInfo DER of the key that signs checkpoints.
    pub audit_public_key: Vec<u8>,
    pub domains: Vec<&'static str>,
}

/// Makes an empty token with these PINs (software tokens; a real HSM is prepared with its vendor's tools). hsmd must be
/// started again afterwards.
pub fn init_token(socket: PathBuf, so_pin: &Pin, pin: &Pin) -> Result<(), HsmError> {
    Ok(Client::new(socket).init_token(so_pin, pin)?)
}

/// Serial number of the token that hsmd at `socket` finds; an error says that there is none, or more than one.
pub fn token_serial(socket: PathBuf) -> Result<String, HsmError> {
    Ok(Client::new(socket).token()?.serial)
}

/// Makes `root.prf.1` and `sign.audit.1` on the token, the first epoch key, and the domains' keys.
pub fn hold(config: CeremonyConfig<'_>, world: &World) -> Result<CeremonyReport, HsmError> {
    apart(|| make(config, None, world)).map(|(report, _)| report)
}

/// The same, with a recovery kit from the first hour. Each share's line is shown once, to one officer.
pub fn hold_with_kit(config: CeremonyConfig<'_>, split: Split, world: &World) -> Result<(CeremonyReport, Vec<Share>), HsmError> {
    split.check()?;
    apart(|| make(config, Some(split), world))
}

fn make(config: CeremonyConfig<'_>, split: Option<Split>, world: &World) -> Result<(CeremonyReport, Vec<Share>), HsmError> {
    if exists(&config.keyring) {
        return Err(HsmError::Device("this box has its keys already".into()));
    }
    let client = Client::new(config.socket);
    let epoch = Epoch(1);
    client.login(Some(&config.pin))?;
    client.create_first_keys()?;
    let token = client.token()?;
    let epoch_key = client.epoch_key(world)?;
    let identity = identify(&client, &token, Root { epoch, mechanism: WrapMechanism::Prf }, &epoch_key, world)?;
    let audit_public_key = identity.audit_public_key.clone();
    let domains: Vec<&'static str> = config.domains.iter().map(|domain| domain.0).collect();
    let mut keyring = Keyring::create(&config.keyring, world.clone(), epoch_key, identity, &domains)?;
    let shares = split.map(|split| keyring.make_kit(split)).transpose()?.unwrap_or_default();
    client.logout()?;
    let report = CeremonyReport {
        token_label: token.label,
        token_serial: token.serial,
        mechanism: WrapMechanism::Prf.name().into(),
        epoch,
        audit_public_key,
        domains,
    };
    Ok((report, shares))
}

/// Wraps the epoch key by a token that is logged in, and pins what that token is known by.
pub(crate) fn identify(
    client: &Client,
    token: &TokenInfo,
    root: Root,
    epoch_key: &Key,
    world: &World,
) -> Result<TokenIdentity, HsmError> {
    let (fingerprint, audit_public_key) = client.keys(root)?;
    check_signer(client, &audit_public_key, world)?;
    let wrapped_epoch_key = client.wrap(root, epoch_key_context(&token.serial, root.epoch), epoch_key)?;
    check_wrapped(root, &wrapped_epoch_key, fingerprint)?;
    Ok(TokenIdentity {
        mechanism: root.mechanism.name().into(),
        token_label: token.label.clone(),
        token_serial: token.serial.clone(),
        fingerprint,
        audit_public_key,
        wrapped_epoch_key,
    })
}

/// The key that is about to be pinned is the one that signs.
fn check_signer(client: &Client, public_key: &[u8], world: &World) -> Result<(), HsmError> {
    let message = world.random::<32>();
    let mut digest = [0; 32];
    digest.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, &message).as_ref());
    match verifies(public_key, &message, &client.sign(&digest)?) {
        true => Ok(()),
        false => Err(HsmError::Device("the token's signature does not verify under the key that it names".into())),
    }
}

/// What is about to be stored was wrapped by the pinned mechanism, with the key whose fingerprint is pinned with it.
pub(crate) fn check_wrapped(root: Root, wrapped: &[u8], fingerprint: [u8; 8]) -> Result<(), HsmError> {
    match root.mechanism.made(wrapped, fingerprint) {
        true => Ok(()),
        false => Err(HsmError::Device("the token contradicts itself about its key".into())),
    }
}

/// Makes the keys of a second token: empty, and served at `socket` in ceremony mode. It is of use once
/// [`Vault::copy_to_second`](crate::Vault::copy_to_second) has wrapped the epoch key with it. Answers its serial number.
pub fn prepare_second(socket: PathBuf, keyring: &Path, pin: &Pin) -> Result<String, HsmError> {
    let (header, _) = read_header(keyring)?;
    let client = Client::new(socket);
    let serial = client.token()?.serial;
    if serial == header.token_serial {
        return Err(HsmError::Device("this is the box's first token".into()));
    }
    client.login(Some(pin))?;
    client.create_keys(header.epoch)?;
    client.logout()?;
    Ok(serial)
}
