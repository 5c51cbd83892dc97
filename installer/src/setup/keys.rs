use std::{fs, io, path::Path};

use holdfast_hsm::{
    Pin,
    softtoken::{HsmdCommand, prepare},
};

use super::{Outcome, Run};
use crate::{
    Places, SetupError,
    answers::{KeepPin, Kind, Token},
    ceremony::{Custody, is_empty, random_pin},
    files::give,
    fingerprint::of_key,
    pin,
};

const STEP: &str = "keys";

/// The ceremony, once. Whose token or keyring is gone is told so; nothing is made in its place.
pub(super) fn make(run: &mut Run<'_>) -> Result<Outcome, SetupError> {
    let software = run.answers.token.kind == Kind::Software;
    let tokens = run.setup.places.token().join("tokens");
    if run.setup.places.keyring().join("header").exists() {
        if software && is_empty(&tokens) {
            return Err(SetupError::Contradiction("there is a keyring, but its token is gone: bring the token back".into()));
        }
        keep_pin(run)?;
        let mended = give_away(run)?;
        return Ok(if mended { run.changed(run.say("owners mended", "已修正属主")) } else { run.unchanged() });
    }
    if run.journal.is_done(STEP) {
        // Not even when nothing is stored here: the disk with the data may not be mounted.
        let keyring = run.setup.places.keyring();
        return Err(SetupError::Contradiction(format!(
            "the keys were made, and the keyring is gone: bring {} back",
            keyring.display()
        )));
    }
    if run.journal.is_cut_short(STEP) && software && nothing_is_stored(run) {
        begin_again(run, &tokens)?;
    }
    run.journal.begin(STEP)?;
    let pin = first_pin(run, software && is_empty(&tokens))?;
    let custody = custody(&run.setup.places, &run.setup.programs, &run.answers.token)?;
    give_away(run)?;
    let world = run.world.clone();
    let report = custody.make_keys(pin, &world)?.ok_or_else(|| SetupError::Contradiction(in_use(run)))?;
    give_away(run)?;
    let key = of_key(&report.audit_public_key);
    let told = run.say(format!("made on token {}", report.token_serial), format!("已在令牌 {} 上生成", report.token_serial));
    Ok(Outcome { changed: true, told, note: Some(key) })
}

/// An earlier run began the ceremony and did not end it: its token has keys that nothing was ever sealed under.
fn begin_again(run: &Run<'_>, tokens: &Path) -> Result<(), SetupError> {
    for folder in [tokens.to_owned(), run.setup.places.keyring()] {
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(SetupError::io("clear", folder)(error)),
            _ => {}
        }
    }
    Ok(())
}

fn nothing_is_stored(run: &Run<'_>) -> bool {
    ["db", "ledger", "packs", "audit"].iter().all(|store| is_empty(&run.setup.places.data().join(store)))
}

/// Kept before the token has it, so that a ceremony that is cut short can go on.
fn first_pin(run: &mut Run<'_>, fresh: bool) -> Result<Pin, SetupError> {
    let (places, token) = (&run.setup.places, &run.answers.token);
    let known = match run.pin.take() {
        Some(typed) => Some(typed),
        None => pin::given(token)?,
    };
    if let Some(known) = known {
        pin::keep(places, token, &known)?;
        return Ok(again(run, known));
    }
    if let Some(kept) = pin::load(places, token)? {
        return Ok(kept);
    }
    if !fresh || pin::kept(places, token) == KeepPin::Nowhere {
        return Err(SetupError::Answers("token.pin_file: the PIN of this token is not known here".to_owned()));
    }
    let made = random_pin(&run.world);
    pin::keep(places, token, &made)?;
    Ok(made)
}

/// Where nothing keeps the PIN, the units' step needs it once more.
fn again(run: &mut Run<'_>, pin: Pin) -> Pin {
    run.pin = Some(Pin(pin.0.clone()));
    pin
}

/// The answers may ask for another way to keep it than the run before.
fn keep_pin(run: &Run<'_>) -> Result<(), SetupError> {
    let (places, token) = (&run.setup.places, &run.answers.token);
    if pin::load(places, token)?.is_some() {
        return Ok(());
    }
    let found = match (&run.pin, pin::given(token)?) {
        (Some(typed), _) => Some(Pin(typed.0.clone())),
        (None, Some(given)) => Some(given),
        (None, None) => pin::kept_elsewhere(places, token)?,
    };
    found.map_or(Ok(()), |found| pin::keep(places, token, &found))
}

/// That of the installed box, or of one under another root.
pub(crate) fn custody(places: &Places, programs: &Path, token: &Token) -> Result<Custody, SetupError> {
    let software = token.kind == Kind::Software;
    let conf = || prepare(&places.token()).map_err(SetupError::io("write", places.token().join("softhsm2.conf")));
    let hsmd = HsmdCommand {
        program: programs.join("holdfast-hsmd"),
        module: token.module.clone(),
        socket: places.custody().join("ceremony.sock"),
        state: places.custody(),
        pin_file: None,
        label: Some(token.label.clone()),
        owner: places.custody_owner(),
        softhsm_conf: software.then(conf).transpose()?,
        ceremony: true,
    };
    Ok(Custody { hsmd, keyring: places.keyring(), tokens: software.then(|| places.token().join("tokens")) })
}

/// The ceremony runs as root; what it made is the units' users'.
fn give_away(run: &Run<'_>) -> Result<bool, SetupError> {
    let places = &run.setup.places;
    let mut changed = false;
    let all = [(places.custody(), places.custody_owner()), (places.keyring(), places.server_owner())];
    for (folder, owner) in all {
        if let Some(owner) = owner.filter(|_| folder.exists()) {
            changed |= give(&folder, owner).map_err(SetupError::io("change the owner of", &folder))?;
        }
    }
    Ok(changed)
}

fn in_use(run: &Run<'_>) -> String {
    let places = &run.setup.places;
    match nothing_is_stored(run) {
        false => format!("the keyring is gone, and there is data under its keys: bring {} back", places.keyring().display()),
        true => "the token holds keys of Holdfast already, and there is no keyring here: bring the keyring back, or, if no \
                 box was ever set up with this token, remove root.prf.1 and sign.audit.1 with its vendor's tools"
            .to_owned(),
    }
}
