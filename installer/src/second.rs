//! The second token: its keys are made here, apart from the serving box, which then copies its epoch key to it
//! (`holdfast token copy`).
//!
//! Always true: the token that the keyring is bound to is never touched; the PIN is safe before the token has it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use holdfast_base::World;
use holdfast_hsm::{
    Pin,
    ceremony::{self, prepare_second},
    softtoken::{HsmdCommand, prepare},
};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::{
    Ceremony, Places, SetupError,
    ceremony::{Custody, is_empty, of_data, random_pin},
    files::{give, private_folder, write},
    pin::{self, piped},
    setup::settle,
};

const SOCKET: &str = "holdfast-hsmd-second.socket";
const CREDENTIAL: &str = "holdfast-second-pin";

/// Which token.
#[derive(Debug, Clone)]
pub struct SecondToken {
    pub module: PathBuf,
    pub label: String,
    /// The PIN of one that its vendor's tools have prepared. `None`: a software token is made, with a PIN of ours.
    pub pin_file: Option<PathBuf>,
}

/// What was made.
#[derive(Debug, Serialize)]
pub struct Prepared {
    pub token_serial: String,
}

/// For a box in a folder of its own: a software token in `second-token/`. Its hsmd serves `run/hsmd-second.sock`.
pub fn prepare_folder(config: &Ceremony, world: &World) -> Result<Prepared, SetupError> {
    let data = config.data.canonicalize().map_err(SetupError::io("find", &config.data))?;
    let folder = data.join("second-token");
    let conf = prepare(&folder).map_err(SetupError::io("write", folder.join("softhsm2.conf")))?;
    let state = data.join("hsmd-second");
    private_folder(&state).map_err(SetupError::io("make a folder", &state))?;
    let mut custody = of_data(config, &data, conf);
    custody.hsmd.state = state;
    custody.tokens = Some(folder.join("tokens"));
    let pin_file = data.join("credentials").join(CREDENTIAL);
    custody.prepare_second(world, || {
        let pin = random_pin(world);
        write(&pin_file, &pin.0, 0o600).map_err(SetupError::io("write", &pin_file))?;
        Ok(pin)
    })
}

/// For the installed box, or one under another root: its hsmd gets its environment and its PIN, and listens.
pub fn prepare_installed(places: &Places, programs: &Path, token: &SecondToken, world: &World) -> Result<Prepared, SetupError> {
    let state = places.second_custody();
    private_folder(&state).map_err(SetupError::io("make a folder", &state))?;
    let software = token.pin_file.is_none();
    let folder = state.join("token");
    let conf = software.then(|| prepare(&folder).map_err(SetupError::io("write", folder.join("softhsm2.conf")))).transpose()?;
    let environment = environment(token, conf.as_deref());
    let hsmd = HsmdCommand {
        program: programs.join("holdfast-hsmd"),
        module: token.module.clone(),
        socket: state.join("ceremony.sock"),
        state: state.clone(),
        pin_file: None,
        label: Some(token.label.clone()),
        owner: places.custody_owner(),
        softhsm_conf: conf,
        ceremony: true,
    };
    let owned = || match places.custody_owner() {
        Some(owner) => give(&state, owner).map(drop).map_err(SetupError::io("change the owner of", &state)),
        None => Ok(()),
    };
    owned()?;
    let custody = Custody { hsmd, keyring: places.keyring(), tokens: software.then(|| folder.join("tokens")) };
    let prepared = custody.prepare_second(world, || {
        let known = match &token.pin_file {
            Some(file) => pin::read_file(file)?,
            None => random_pin(world),
        };
        keep(places, &known)?;
        Ok(known)
    })?;
    owned()?;
    let file = places.second_hsmd_environment();
    write(&file, environment.as_bytes(), 0o644).map_err(SetupError::io("write", &file))?;
    let socket = places.second_hsmd_socket();
    let line = |key: &str, value: &str| format!("{key} = \"{value}\"");
    let moved = settle(&places.configuration(), vec![("second_hsmd_socket", socket.display().to_string())], &line)?;
    if places.is_installed() {
        for arguments in [&["daemon-reload"][..], &["enable", SOCKET], &["start", SOCKET]] {
            let mut command = Command::new("systemctl");
            command.args(arguments);
            piped(command, b"").map(drop).map_err(SetupError::io("switch on", SOCKET))?;
        }
        if moved {
            let mut command = Command::new("systemctl");
            command.args(["try-restart", "holdfast.service"]);
            piped(command, b"").map(drop).map_err(SetupError::io("restart", "holdfast.service"))?;
        }
    }
    Ok(prepared)
}

fn environment(token: &SecondToken, conf: Option<&Path>) -> String {
    let mut text = format!(
        "# Written by holdfast-setup: the second token. Its PIN is the credential {CREDENTIAL}.\n\
         HOLDFAST_PKCS11_MODULE={}\nHOLDFAST_TOKEN_LABEL={}\n",
        token.module.display(),
        token.label
    );
    if let Some(conf) = conf {
        text.push_str(&format!("SOFTHSM2_CONF={}\n", conf.display()));
    }
    text
}

/// Durable when it returns. Under another root there is no systemd to open a credential.
fn keep(places: &Places, pin: &Pin) -> Result<(), SetupError> {
    let path = places.second_pin();
    path.parent().map_or(Ok(()), private_folder).map_err(SetupError::io("make the folder of", &path))?;
    let kept = match places.is_installed() {
        false => Zeroizing::new(pin.0.to_vec()),
        true => {
            let mut seal = Command::new("systemd-creds");
            seal.args(["encrypt", &format!("--name={CREDENTIAL}"), "-", "-"]);
            piped(seal, &pin.0).map_err(SetupError::io("seal the credential", &path))?
        }
    };
    write(&path, &kept, 0o600).map_err(SetupError::io("write", &path))
}

impl Custody {
    fn prepare_second(&self, world: &World, new_pin: impl FnOnce() -> Result<Pin, SetupError>) -> Result<Prepared, SetupError> {
        let socket = &self.hsmd.socket;
        if let Some(tokens) = self.tokens.as_ref().filter(|tokens| !is_empty(tokens)) {
            return Err(SetupError::Contradiction(format!(
                "there is a second token already: holdfast token copy brings it up; to make another, move {} away",
                tokens.display()
            )));
        }
        let pin = new_pin()?;
        if self.tokens.is_some() {
            let _running = self.start()?;
            ceremony::init_token(socket.clone(), &random_pin(world), &pin).map_err(SetupError::keys("make the token"))?;
        }
        let running = self.start()?;
        let made = prepare_second(socket.clone(), &self.keyring, &pin);
        drop(running);
        let _ = fs::remove_file(socket);
        let token_serial = made.map_err(SetupError::keys("make the keys of the second token"))?;
        Ok(Prepared { token_serial })
    }
}
