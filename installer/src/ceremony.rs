//! The key ceremony on a software token: what `make run` and the tests need. The folder of a box afterwards:
//!
//! ```text
//! token/        softhsm2.conf, tokens/         the software token (SOFTHSM2_CONF points here)
//! credentials/  holdfast-pin                   0600; production uses a systemd credential instead
//! hsmd/                                        what hsmd must not forget
//! keyring/                                     the sealed data keys
//! tls/                                         see the authority
//! run/                                         sockets
//! ```
//! The token's security-officer PIN is made and forgotten: nobody can reset the PIN or empty the token with it.
//! The first administrators are made after this, through the directory of the unsealed box, and so is the recovery kit
//! (`holdfast recovery make`).

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use holdfast_base::World;
use holdfast_hsm::{
    Domain, HsmError, Pin,
    ceremony::{self, CeremonyConfig},
    softtoken::{HsmdCommand, HsmdProcess, prepare},
};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::{
    Certificates, Renewal, SetupError,
    authority::renew,
    files::{private_folder, write},
    fingerprint::of_key,
};

/// Each room's domain. The ceremony makes one key for each; there is no way to add one later.
pub const DOMAINS: [Domain; 7] =
    [Domain("db"), Domain("ledger"), Domain("audit"), Domain("search"), Domain("drive"), Domain("im"), Domain("directory")];

/// Where and with what.
#[derive(Debug, Clone)]
pub struct Ceremony {
    /// The folder of the box; made when missing.
    pub data: PathBuf,
    pub module: PathBuf,
    /// The program `holdfast-hsmd`.
    pub hsmd: PathBuf,
}

/// What was done.
#[derive(Debug, Clone, Serialize)]
pub struct Held {
    /// False: keys and certificate were there already, and nothing was done.
    pub changed: bool,
    /// Keys were made in this run.
    pub keys_made: bool,
    /// SHA-256 of the audit key's SubjectPublicKeyInfo, hexadecimal, when keys were made.
    pub audit_key: Option<String>,
    pub token_serial: Option<String>,
    pub certificate: Renewal,
    pub tls: Certificates,
}

/// Keys first, certificate second; each only where it is missing.
pub fn hold(config: &Ceremony, world: &World) -> Result<Held, SetupError> {
    private_folder(&config.data).map_err(SetupError::io("make a folder", &config.data))?;
    let data = config.data.canonicalize().map_err(SetupError::io("find", &config.data))?;
    for folder in ["run", "hsmd", "credentials"] {
        private_folder(&data.join(folder)).map_err(SetupError::io("make a folder", data.join(folder)))?;
    }
    let conf = prepare(&data.join("token")).map_err(SetupError::io("write", data.join("token/softhsm2.conf")))?;
    let report = match data.join("keyring/header").exists() {
        true if is_empty(&data.join("token/tokens")) => {
            return Err(SetupError::Contradiction("there is a keyring, but its token is gone: bring the token back".into()));
        }
        true => None,
        false => Some(make_keys(config, &data, conf, world)?),
    };
    let (tls, certificate) = renew(&data.join("tls"), world)?;
    Ok(Held {
        changed: report.is_some() || certificate != Renewal::Unchanged,
        keys_made: report.is_some(),
        audit_key: report.as_ref().map(|report| of_key(&report.audit_public_key)),
        token_serial: report.map(|report| report.token_serial),
        certificate,
        tls,
    })
}

fn make_keys(config: &Ceremony, data: &Path, conf: PathBuf, world: &World) -> Result<ceremony::CeremonyReport, SetupError> {
    let pin_file = data.join("credentials/holdfast-pin");
    let custody = of_data(config, data, conf);
    if is_empty(&data.join("token/tokens")) {
        // The PIN is safe before the token has it: a ceremony that is cut short here can go on.
        write(&pin_file, &random_pin(world).0, 0o600).map_err(SetupError::io("write", &pin_file))?;
    }
    let pin = match fs::read(&pin_file) {
        Ok(pin) => Pin(Zeroizing::new(pin)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(SetupError::Contradiction("there is a token without a keyring, and its PIN is not known here".into()));
        }
        Err(error) => return Err(SetupError::io("read", pin_file)(error)),
    };
    custody.make_keys(pin, world)?.ok_or_else(|| SetupError::Contradiction(no_keyring(data)))
}

/// That of a box in a folder of its own.
pub(crate) fn of_data(config: &Ceremony, data: &Path, conf: PathBuf) -> Custody {
    let hsmd = HsmdCommand {
        program: config.hsmd.clone(),
        module: config.module.clone(),
        socket: data.join("run/ceremony.sock"),
        state: data.join("hsmd"),
        pin_file: None,
        label: None,
        owner: None,
        softhsm_conf: Some(conf),
        ceremony: true,
    };
    Custody { hsmd, keyring: data.join("keyring"), tokens: Some(data.join("token/tokens")) }
}

/// Where keys are made, and with which hsmd.
pub(crate) struct Custody {
    pub(crate) hsmd: HsmdCommand,
    pub(crate) keyring: PathBuf,
    /// Where a software token lies; a token of its vendor's is there already.
    pub(crate) tokens: Option<PathBuf>,
}

impl Custody {
    /// Serves until the value is dropped.
    pub(crate) fn start(&self) -> Result<HsmdProcess, SetupError> {
        self.hsmd.start().map_err(SetupError::io("start", &self.hsmd.program))
    }

    /// An empty software token gets this PIN first. `None`: the token holds keys of ours already.
    pub(crate) fn make_keys(&self, pin: Pin, world: &World) -> Result<Option<ceremony::CeremonyReport>, SetupError> {
        let socket = &self.hsmd.socket;
        if self.tokens.as_ref().is_some_and(|tokens| is_empty(tokens)) {
            let _running = self.start()?;
            ceremony::init_token(socket.clone(), &random_pin(world), &pin).map_err(SetupError::keys("make the token"))?;
        }
        let running = self.start()?;
        let held = ceremony::hold(
            CeremonyConfig { socket: socket.clone(), keyring: self.keyring.clone(), domains: &DOMAINS, pin },
            world,
        );
        drop(running);
        let _ = fs::remove_file(socket);
        match held {
            Ok(report) => Ok(Some(report)),
            Err(HsmError::Device(why)) if why.contains("already") => Ok(None),
            Err(error) => Err(SetupError::keys("hold the ceremony")(error)),
        }
    }
}

/// The token holds keys and there is no keyring: either it was lost, or a ceremony was cut short.
fn no_keyring(data: &Path) -> String {
    let in_use = ["db", "ledger", "packs", "audit"].iter().any(|store| !is_empty(&data.join(store)));
    let token = data.join("token");
    match in_use {
        true => format!("the keyring is gone, and there is data under its keys: bring {} back", data.join("keyring").display()),
        false => {
            format!("an earlier ceremony was cut short, and nothing was stored yet: remove {} and begin again", token.display())
        }
    }
}

pub(crate) fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}

/// 128 random bits as text, which every token takes.
pub(crate) fn random_pin(world: &World) -> Pin {
    let random = Zeroizing::new(world.random::<16>());
    Pin(Zeroizing::new(hex::encode(random.as_slice()).into_bytes()))
}
