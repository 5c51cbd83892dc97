//! The recovery: officers' shares bring the keys back onto an empty token, where the box's own is lost.
//!
//! Always true: nothing is changed before the shares have opened the keyring; the token that the keyring is bound to is never
//! recovered from; a recovery that was cut short says what to move away, and is begun again.

use std::{
    ffi::OsStr,
    io::{self, IsTerminal, Read},
    path::Path,
    process::Command,
};

use holdfast_base::World;
use holdfast_hsm::{
    HsmError, Pin, ceremony,
    recovery::{self, RecoverConfig, RecoveryReport, Share},
    softtoken::prepare,
};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::{
    Ceremony, Language, Places, SetupError,
    answers::{Answers, KeepPin, Kind, Token},
    ceremony::{Custody, is_empty, of_data, random_pin},
    console::Console,
    files::{give, write},
    fingerprint::of_key,
    pin::{self, piped},
    setup::{self, Setup},
};

/// Longest input of shares, in bytes.
const SHARES_BYTES: u64 = 8 * 1024;

/// What is written down.
#[derive(Debug, Serialize)]
pub struct Recovered {
    pub kit: String,
    /// Numbers of the shares that were used.
    pub shares: Vec<u8>,
    pub epoch: u32,
    pub lost_token_serial: String,
    pub token_serial: String,
    /// SHA-256 of the audit keys' SubjectPublicKeyInfo, hexadecimal: what signed, and what signs from now on.
    pub former_audit_key: String,
    pub audit_key: String,
}

/// From the terminal, hidden, as many as are needed; else all of standard input.
pub fn read_shares(language: Language) -> Result<Vec<Share>, SetupError> {
    if !io::stdin().is_terminal() {
        let mut text = Zeroizing::new(String::new());
        let read = io::stdin().take(SHARES_BYTES).read_to_string(&mut text);
        read.map_err(SetupError::io("read", "the shares"))?;
        return recovery::read_shares(&text).map_err(mistake);
    }
    let console = Console { language };
    let mut shares: Vec<Share> = Vec::new();
    while shares.first().is_none_or(|first| shares.len() < usize::from(first.needed)) {
        let question = language.pick(format!("Share {}", shares.len() + 1), format!("第 {} 份", shares.len() + 1));
        match recovery::read_shares(&console.secret(&question)?) {
            Ok(one) => shares.extend(one),
            Err(error) => eprintln!("  {error}"),
        }
    }
    Ok(shares)
}

/// A box in a folder of its own, on a software token.
pub fn recover_folder(config: &Ceremony, shares: &[Share], world: &World) -> Result<Recovered, SetupError> {
    let data = config.data.canonicalize().map_err(SetupError::io("find", &config.data))?;
    let conf = prepare(&data.join("token")).map_err(SetupError::io("write", data.join("token/softhsm2.conf")))?;
    let custody = of_data(config, &data, conf);
    let pin_file = data.join("credentials/holdfast-pin");
    let recovered = recover(&custody, shares, world, || {
        let pin = random_pin(world);
        write(&pin_file, &pin.0, 0o600).map_err(SetupError::io("write", &pin_file))?;
        Ok(pin)
    })?;
    note(&config.hsmd.with_file_name("holdfast"), ["--data".as_ref(), data.as_os_str()], &recovered)?;
    Ok(recovered)
}

/// The installed box, or one under another root. The service hears of its new token, and is unsealed where its PIN is kept.
pub fn recover_installed(setup: &Setup, shares: &[Share], world: &World) -> Result<Recovered, SetupError> {
    let places = &setup.places;
    let answers = Answers::load(&places.answers())?;
    let token = &answers.token;
    let custody = setup::custody(places, &setup.programs, token)?;
    let done = recover(&custody, shares, world, || new_pin(places, token, setup.language, world)).and_then(|recovered| {
        note(&setup.programs.join("holdfast"), ["--config".as_ref(), places.configuration().as_os_str()], &recovered)?;
        Ok(recovered)
    });
    // Also after one that was cut short: it ran as root.
    let all = [
        (places.custody(), places.custody_owner()),
        (places.keyring(), places.server_owner()),
        (places.daybook(), places.server_owner()),
    ];
    for (folder, owner) in all {
        if let Some(owner) = owner.filter(|_| folder.exists()) {
            give(&folder, owner).map_err(SetupError::io("change the owner of", &folder))?;
        }
    }
    let recovered = done?;
    setup::reopen(setup, pin::kept(places, token) != KeepPin::Nowhere)?;
    Ok(recovered)
}

fn new_pin(places: &Places, token: &Token, language: Language, world: &World) -> Result<Pin, SetupError> {
    let known = match (pin::given(token)?, token.kind) {
        (Some(given), _) => given,
        (None, Kind::Software) => random_pin(world),
        (None, Kind::Prepared) => {
            let question = language.pick("PIN of the new token", "新令牌的 PIN");
            Pin(Zeroizing::new(Console { language }.secret(question)?.as_bytes().to_vec()))
        }
    };
    pin::keep(places, token, &known)?;
    Ok(known)
}

fn recover(
    custody: &Custody,
    shares: &[Share],
    world: &World,
    new_pin: impl FnOnce() -> Result<Pin, SetupError>,
) -> Result<Recovered, SetupError> {
    recovery::rehearse(&custody.keyring, shares).map_err(mistake)?;
    custody.refuse_token()?;
    let report = custody.recover(&new_pin()?, shares, world)?;
    Ok(Recovered {
        kit: report.kit.to_string(),
        shares: report.shares,
        epoch: report.epoch.0,
        lost_token_serial: report.lost_token_serial,
        token_serial: report.token_serial,
        former_audit_key: of_key(&report.former_audit_public_key),
        audit_key: of_key(&report.audit_public_key),
    })
}

impl Custody {
    /// A software token is made here, and the prepared one is another than the keyring's.
    fn refuse_token(&self) -> Result<(), SetupError> {
        if self.tokens.as_ref().is_some_and(|tokens| is_empty(tokens)) {
            return Ok(());
        }
        let running = self.start()?;
        let found = ceremony::token_serial(self.hsmd.socket.clone());
        drop(running);
        let bound = recovery::bound_to(&self.keyring).map_err(SetupError::keys("read the keyring"))?;
        match (found, &self.tokens) {
            (Ok(serial), _) if serial == bound => Err(SetupError::Contradiction(format!(
                "token {serial}, which the keyring is bound to, is here: nothing is to be recovered; holdfast unseal opens the box"
            ))),
            // The one that is lost, or that of a recovery that was cut short.
            (_, Some(tokens)) => Err(SetupError::Contradiction(format!(
                "there is a token already, and it is not the keyring's: move {} away and begin again",
                tokens.display()
            ))),
            (Ok(_), None) => Ok(()),
            (Err(error), None) => Err(SetupError::keys("find the new token")(error)),
        }
    }

    fn recover(&self, pin: &Pin, shares: &[Share], world: &World) -> Result<RecoveryReport, SetupError> {
        let socket = &self.hsmd.socket;
        let again = || Pin(pin.0.clone());
        if self.tokens.is_some() {
            let _running = self.start()?;
            ceremony::init_token(socket.clone(), &random_pin(world), pin).map_err(SetupError::keys("make the token"))?;
        }
        let running = self.start()?;
        let config = RecoverConfig { socket: socket.clone(), keyring: self.keyring.clone(), pin: again() };
        let done = recovery::recover(config, shares, world);
        drop(running);
        let _ = std::fs::remove_file(socket);
        done.map_err(SetupError::keys("recover the keys"))
    }
}

/// What was typed is not right: the text says which share, and why.
fn mistake(error: HsmError) -> SetupError {
    match error {
        HsmError::Recovery(why) => SetupError::Answers(why.to_string()),
        other => SetupError::keys("open the keyring with the shares")(other),
    }
}

/// For the audit log, which is closed: the box takes it over when it is unsealed.
fn note(holdfast: &Path, place: [&OsStr; 2], recovered: &Recovered) -> Result<(), SetupError> {
    let mut command = Command::new(holdfast);
    command.args(place).args(["recovery", "note"]);
    command.env_remove("HOLDFAST_CONFIG").env_remove("HOLDFAST_DATA");
    let told = serde_json::to_vec(recovered).map_err(|error| SetupError::io("describe", "the recovery")(error.into()))?;
    piped(command, &told).map(drop).map_err(SetupError::io("note the recovery with", holdfast))
}
