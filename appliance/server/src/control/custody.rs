//! Keys over the local socket: unsealing, epochs, and the recovery kit, whose shares leave the box by this way alone.

use std::{fmt, path::Path};

use holdfast_audit::{Daybook, Event, Object};
use holdfast_base::{Error, Timestamp, World};
use holdfast_hsm::{
    HsmError, Pin, SealReason, SecondToken, WrapMechanism,
    recovery::{KitState, Split},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, Zeroizing};

use super::open_rooms;
use crate::{
    app::{App, operator},
    custody,
};

/// The recovery kit. Nobody sees its shares again after it was made.
#[derive(Debug, Serialize, Deserialize)]
pub struct Kit {
    pub id: String,
    pub needed: u8,
    pub of: u8,
    pub made_at: Option<Timestamp>,
    /// Only in the answer to the verb that made them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<ShareLine>,
}

/// A share as it is printed and typed. Wiped on drop, never printed by `Debug`.
pub struct ShareLine(Zeroizing<String>);

impl ShareLine {
    pub fn shown(&self) -> &str {
        &self.0
    }
}

impl Serialize for ShareLine {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ShareLine {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|line| Self(Zeroizing::new(line)))
    }
}

impl fmt::Debug for ShareLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShareLine(..)")
    }
}

impl From<String> for ShareLine {
    fn from(line: String) -> Self {
        Self(Zeroizing::new(line))
    }
}

/// Shares that would open the keyring.
#[derive(Debug, Serialize, Deserialize)]
pub struct Rehearsal {
    pub kit: String,
    pub shares: Vec<u8>,
    pub epoch: u32,
}

/// What `holdfast-setup recover` did.
#[derive(Debug, Deserialize)]
pub struct Recovered {
    kit: String,
    shares: Vec<u8>,
    epoch: u32,
    lost_token_serial: String,
    token_serial: String,
}

/// For the audit log, which is closed: the box takes it over when it is unsealed.
pub fn note_recovery(daybook: &Path, done: &Recovered, world: World) {
    let event = Event::new(&operator(&world), "recovery.recover", Object::new("keyring", "self"))
        .text("kit", &done.kit)
        .list("shares", done.shares.iter().map(ToString::to_string).collect())
        .number("epoch", done.epoch.into())
        .text("lost-token", &done.lost_token_serial)
        .text("token", &done.token_serial);
    Daybook::new(daybook.to_owned(), world).write(event);
}

pub(super) fn seal(app: &App) {
    app.note(box_event(app, "box.seal"));
    app.vault.seal(SealReason::Operator);
}

pub(super) fn unseal(app: &App, pin: Option<String>) -> Result<(), String> {
    app.asked_to_unseal();
    let done = app.vault.unseal(typed(pin));
    note_unsealing(app, box_event(app, "box.unseal"), &done);
    done.map_err(|error| match error {
        HsmError::TokenGone => format!("{error}; where there is a second one: holdfast unseal --second"),
        error => error.to_string(),
    })
}

pub(super) fn unseal_with_second(app: &App, pin: Option<String>) -> Result<(), String> {
    app.asked_to_unseal();
    let done = app.vault.unseal_with_second(typed(pin));
    note_unsealing(app, box_event(app, "box.unseal").text("by", "second-token"), &done);
    done.map_err(|error| error.to_string())
}

fn note_unsealing(app: &App, event: Event, done: &Result<(), HsmError>) {
    app.note(match done {
        Ok(()) => event,
        Err(error @ HsmError::PinRejected) => event.refused(custody::code(error)),
        Err(error) => event.failed(custody::code(error)),
    });
}

fn typed(pin: Option<String>) -> Option<Pin> {
    pin.map(|mut text| {
        let bytes = Zeroizing::new(text.as_bytes().to_vec());
        text.zeroize();
        Pin(bytes)
    })
}

pub(super) fn release(app: &App) -> Result<(), String> {
    let done = app.release();
    let event = box_event(app, "box.order-release");
    app.note(if done { event } else { event.refused("not-quarantined") });
    if done { Ok(()) } else { Err("the stores are not in quarantine".to_owned()) }
}

/// The number of the new epoch.
pub(super) fn rotate(app: &App) -> Result<u32, String> {
    let rooms = open_rooms(app)?;
    let epoch = custody::rotate(&rooms.ledger, &rooms.audit, &rooms.daybook, &rooms.vault, &app.operator())
        .map_err(|error| words(&error))?;
    Ok(epoch.0)
}

pub(super) fn rewrap(app: &App, wrap: &str) -> Result<u32, String> {
    let known = WrapMechanism::ALL.map(WrapMechanism::name).join(", ");
    let mechanism = WrapMechanism::named(wrap).ok_or_else(|| format!("no such wrap mechanism: one of {known}"))?;
    let epoch = custody::rewrap(open_rooms(app)?.as_ref(), &app.operator(), mechanism).map_err(|error| error.to_string())?;
    Ok(epoch.0)
}

pub(super) fn copy(app: &App, pin: Option<String>) -> Result<SecondToken, String> {
    custody::copy(open_rooms(app)?.as_ref(), &app.operator(), typed(pin)).map_err(|error| match error {
        HsmError::KeyMissing(_) => format!("{error}: holdfast-setup second-token makes the keys of a second token"),
        error => error.to_string(),
    })
}

/// `None`: there is none.
pub(super) fn second(app: &App) -> Result<Option<SecondToken>, String> {
    open_rooms(app)?.vault.second().map_err(|error| error.to_string())
}

pub(super) fn forget(app: &App) -> Result<(), String> {
    custody::forget(open_rooms(app)?.as_ref(), &app.operator()).map_err(|error| error.to_string())
}

pub(super) fn make_kit(app: &App, split: Split) -> Result<Kit, String> {
    let rooms = open_rooms(app)?;
    let made = custody::replace_kit(&rooms, &app.operator(), split);
    let (kit, shares) = made.map_err(|error| error.to_string())?;
    let lines = shares.iter().map(|share| ShareLine(share.line())).collect();
    Ok(told(&kit, lines))
}

/// `None`: there is no kit.
pub(super) fn show_kit(app: &App) -> Result<Option<Kit>, String> {
    let kit = open_rooms(app)?.vault.kit().map_err(|error| error.to_string())?;
    Ok(kit.map(|kit| told(&kit, Vec::new())))
}

fn told(kit: &KitState, shares: Vec<ShareLine>) -> Kit {
    Kit { id: kit.id.to_string(), needed: kit.split.needed, of: kit.split.of, made_at: Some(kit.made_at), shares }
}

pub(super) fn rehearse(app: &App, shares: &[ShareLine]) -> Result<Rehearsal, String> {
    let mut lines = Zeroizing::new(String::new());
    for share in shares {
        lines.push_str(share.shown());
        lines.push('\n');
    }
    let done = custody::rehearse(app, &app.operator(), &lines).map_err(|error| error.to_string())?;
    Ok(Rehearsal { kit: done.kit.to_string(), shares: done.shares, epoch: done.epoch.0 })
}

fn box_event(app: &App, action: &'static str) -> Event {
    Event::new(&app.operator(), action, Object::new("box", "self"))
}

fn words(error: &Error) -> String {
    match error {
        Error::Busy { .. } => "the token is away or busy: try again".to_owned(),
        Error::Internal { .. } => {
            tracing::error!(%error, cause = ?std::error::Error::source(error), "rotate");
            error.to_string()
        }
        other => other.to_string(),
    }
}
