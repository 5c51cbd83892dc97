use std::{
    process::Command,
    thread,
    time::{Duration, Instant},
};

use zeroize::Zeroizing;

use super::{Outcome, Run, Setup};
use crate::{
    SetupError,
    answers::KeepPin,
    holdfast,
    pin::{self, piped},
};

const SOCKETS: [&str; 4] = ["holdfast-hsmd.socket", "holdfast-extract.socket", "holdfast-metrics.socket", "holdfast.socket"];
const WEB: &str = "holdfast.socket";
const SERVICE: &str = "holdfast.service";
const CUSTODY: &str = "holdfast-hsmd.service";
/// How long the box may take to be open.
const OPEN: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(200);

/// The listeners, the server, and the wait until it is open.
pub(super) fn start(run: &mut Run<'_>) -> Result<Outcome, SetupError> {
    let mut changed = false;
    if run.setup.places.is_installed() {
        let moved = pin::settle_units(&run.setup.places, &run.answers.token)?;
        changed = switch_on(run.restart || moved, run.relisten)?;
    }
    changed |= open(run)?;
    Ok(if changed { run.changed(run.say("started; the box is open", "已启动，系统已打开")) } else { run.unchanged() })
}

/// True when something was not as it is now.
fn switch_on(restart: bool, relisten: bool) -> Result<bool, SetupError> {
    let running = SOCKETS.iter().chain([&SERVICE]).all(|unit| is("is-enabled", unit) && is("is-active", unit));
    if running && !restart && !relisten {
        return Ok(false);
    }
    systemctl(&["daemon-reload"])?;
    let enable: Vec<&str> = ["enable"].into_iter().chain(SOCKETS).chain([SERVICE]).collect();
    systemctl(&enable)?;
    if restart || relisten {
        // Another certificate, another token: the operator asked for it. The listener stays, unless it moves.
        systemctl(&["stop", SERVICE, CUSTODY])?;
    }
    if relisten {
        systemctl(&["stop", WEB])?;
    }
    // A failure of before must not stand in the way.
    let units: Vec<&str> = SOCKETS.into_iter().chain([SERVICE, CUSTODY]).collect();
    for unit in units {
        let _ = systemctl(&["reset-failed", unit]);
    }
    let begin: Vec<&str> = ["start"].into_iter().chain(SOCKETS).chain([SERVICE]).collect();
    systemctl(&begin)?;
    Ok(true)
}

/// After another token was put in: hsmd is started again with its PIN, and opens the box where that is kept.
pub(crate) fn reopen(setup: &Setup, keeps_pin: bool) -> Result<(), SetupError> {
    if !setup.places.is_installed() {
        return Ok(());
    }
    systemctl(&["daemon-reload"])?;
    systemctl(&["stop", CUSTODY])?;
    if !keeps_pin {
        return Ok(());
    }
    holdfast::ask(setup, &["unseal"], b"")?.or_refusal("unseal the box").map(drop)
}

/// Waits for it; where nothing keeps the PIN, unseals it. True when it had to be opened here.
fn open(run: &mut Run<'_>) -> Result<bool, SetupError> {
    let by_hand = pin::kept(&run.setup.places, &run.answers.token) == KeepPin::Nowhere;
    let until = Instant::now() + OPEN;
    let mut unsealed = false;
    loop {
        let state = holdfast::ask(run.setup, &["status"], b"").map_or_else(|why| why.to_string(), |reply| reply.state);
        match state.as_str() {
            "unsealed" => return Ok(unsealed),
            "sealed" if by_hand && !unsealed => {
                unseal(run)?;
                unsealed = true;
            }
            _ if Instant::now() > until => {
                return Err(SetupError::Box {
                    act: "open the box",
                    why: format!("{state}; journalctl -u holdfast -u holdfast-hsmd says why"),
                });
            }
            _ => thread::sleep(PAUSE),
        }
    }
}

fn unseal(run: &mut Run<'_>) -> Result<(), SetupError> {
    let pin = match run.pin.take() {
        Some(pin) => Some(pin),
        None => pin::given(&run.answers.token)?,
    };
    let why = "the box is sealed and its PIN is kept nowhere: holdfast unseal --pin-stdin, then run this again";
    let pin = pin.ok_or_else(|| SetupError::Answers(why.to_owned()))?;
    let bytes = Zeroizing::new(pin.0.to_vec());
    let reply = holdfast::ask(run.setup, &["unseal", "--pin-stdin"], &bytes)?;
    reply.or_refusal("unseal the box").map(drop)
}

fn is(verb: &str, unit: &str) -> bool {
    Command::new("systemctl").args([verb, "--quiet", unit]).status().is_ok_and(|status| status.success())
}

fn systemctl(arguments: &[&str]) -> Result<(), SetupError> {
    let mut command = Command::new("systemctl");
    command.args(arguments);
    piped(command, b"").map(drop).map_err(SetupError::io("run systemctl", arguments.join(" ")))
}
