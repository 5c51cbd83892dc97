//! What is done to the keys of the box at its own wish or somebody's: epochs, recovery kits, rehearsals.
//!
//! The token and the keyring are no stores: what is done to them has an entry in the audit log before, and one after that
//! says how it ended; where the box was sealed in between, by way of the daybook.

use holdfast_audit::{AuditLog, Daybook, Ending, Event, Filter, Object};
use holdfast_base::{Actor, Error, Result, Timestamp};
use holdfast_hsm::{
    Epoch, HsmError, KeyId, Pin, SecondToken, Vault, WrapMechanism,
    recovery::{self, KitId, KitState, RecoveryError, Share, Split, make_kit, read_shares},
};
use holdfast_store::Ledger;

use crate::{app::App, rooms::Rooms};

/// What data keys are retired for that nobody asked to destroy by name.
pub(crate) const SWEPT: u64 = 0;

pub(crate) const REHEARSE: &str = "recovery.rehearse";
/// How long somebody waits who found the token busy or away.
const RETRY_SECONDS: u64 = 5;

/// Shares that were shown to open the keyring as it is.
#[derive(Debug)]
pub(crate) struct Rehearsed {
    pub(crate) kit: KitId,
    pub(crate) shares: Vec<u8>,
    pub(crate) epoch: Epoch,
}

/// The next epoch: a new key on the token, the keyring sealed anew without the data keys whose last row was swept, the old key
/// destroyed.
pub(crate) fn rotate(ledger: &Ledger, audit: &AuditLog, daybook: &Daybook, vault: &Vault, by: &Actor) -> Result<Epoch> {
    let swept = ledger.retired()?.into_iter().filter(|(_, cause)| *cause == SWEPT);
    let swept: Vec<KeyId> = swept.map(|(key, _)| key).collect();
    let epoch = rotate_without(&swept, audit, daybook, vault, by)?;
    ledger.forget_retired(&swept)?;
    Ok(epoch)
}

/// The next epoch under another wrap mechanism, for later ones too.
pub(crate) fn rewrap(rooms: &Rooms, by: &Actor, mechanism: WrapMechanism) -> Result<Epoch, HsmError> {
    let event = |action| Event::new(by, action, token()).text("wrap", mechanism.name());
    rooms.audit.append(event("token.begin-rotation")).map_err(|_| HsmError::Busy)?;
    let done = rooms.vault.rotate_to(mechanism);
    let event = event("token.rotate");
    let event = match &done {
        Ok(epoch) => event.number("epoch", epoch.0.into()),
        Err(error) => event.failed(code(error)),
    };
    rooms.daybook.write_to(Some(&rooms.audit), event);
    done
}

/// The epoch key to the second token, too, or to one that has fallen behind. The entry names the key that will sign once it
/// takes over, while the key before it still signs: an auditor who carries that one learns of the other in good time.
pub(crate) fn copy(rooms: &Rooms, by: &Actor, pin: Option<Pin>) -> Result<SecondToken, HsmError> {
    let event = |action| Event::new(by, action, second_token());
    rooms.audit.append(event("token.begin-copy")).map_err(|_| HsmError::Busy)?;
    let done = rooms.vault.copy_to_second(pin);
    let event = event("token.copy");
    let event = match &done {
        Ok(second) => {
            let vkey = rooms.audit.vkey_of(&second.audit_public_key).unwrap_or_default();
            event.text("token", &second.serial).number("epoch", second.epoch.0.into()).text("vkey", vkey)
        }
        Err(error @ HsmError::PinRejected) => event.refused(code(error)),
        Err(error) => event.failed(code(error)),
    };
    rooms.daybook.write_to(Some(&rooms.audit), event);
    done
}

/// The second token is none any more.
pub(crate) fn forget(rooms: &Rooms, by: &Actor) -> Result<(), HsmError> {
    rooms.audit.append(Event::new(by, "token.forget", second_token())).map_err(|_| HsmError::Busy)?;
    rooms.vault.forget_second()
}

/// The same without those of `keys` that are still there.
pub(crate) fn rotate_without(keys: &[KeyId], audit: &AuditLog, daybook: &Daybook, vault: &Vault, by: &Actor) -> Result<Epoch> {
    let mut keys = alive(keys, vault)?;
    let event =
        |action, keys: &[KeyId]| Event::new(by, action, token()).number("keys", i64::try_from(keys.len()).unwrap_or(i64::MAX));
    audit.append(event("token.begin-rotation", &keys))?;
    let mut done = vault.rotate(&keys);
    // Somebody else's rotation has destroyed some of them since: those that are left are fewer each time.
    while matches!(done, Err(HsmError::KeyMissing(_))) {
        let left = alive(&keys, vault)?;
        if left.len() == keys.len() {
            break;
        }
        keys = left;
        done = vault.rotate(&keys);
    }
    let event = event("token.rotate", &keys);
    let event = match &done {
        Ok(epoch) => event.number("epoch", epoch.0.into()),
        Err(error) => event.failed(code(error)),
    };
    daybook.write_to(Some(audit), event);
    done.map_err(refusal)
}

/// A rotation may have destroyed some of them and not have come to say so.
pub(crate) fn alive(keys: &[KeyId], vault: &Vault) -> Result<Vec<KeyId>> {
    let mut alive = Vec::new();
    for &key in keys {
        match vault.key(key) {
            Ok(_) => alive.push(key),
            Err(HsmError::KeyMissing(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(alive)
}

/// A new recovery kit; the one before opens nothing any more.
pub(crate) fn replace_kit(rooms: &Rooms, by: &Actor, split: Split) -> Result<(KitState, Vec<Share>), HsmError> {
    let (audit, vault) = (&rooms.audit, &rooms.vault);
    let event = |action| {
        let event = Event::new(by, action, Object::new("keyring", "self"));
        event.number("needed", split.needed.into()).number("of", split.of.into())
    };
    audit.append(event("recovery.begin")).map_err(|_| HsmError::Busy)?;
    let made = make_kit(vault, split).and_then(|shares| Ok((vault.kit()?.ok_or(RecoveryError::NoKit)?, shares)));
    let event = match &made {
        Ok((kit, _)) => event("recovery.make").text("kit", kit.id.to_string()),
        Err(error) => event("recovery.make").failed(code(error)),
    };
    rooms.daybook.write_to(Some(audit), event);
    made
}

/// Whether these shares, one on a line, would open the keyring. Changes nothing, and needs neither token nor keys.
pub(crate) fn rehearse(app: &App, by: &Actor, lines: &str) -> Result<Rehearsed, HsmError> {
    let event = Event::new(by, REHEARSE, Object::new("keyring", "self"));
    let shares = read_shares(lines);
    let event = match shares.as_deref() {
        Ok([first, ..]) => event.text("kit", first.kit.to_string()).list("shares", numbers(&shares).collect()),
        _ => event,
    };
    let done = shares.and_then(|shares| {
        let epoch = recovery::rehearse(&app.config.under("keyring"), &shares)?;
        let kit = shares.first().ok_or(RecoveryError::TooFew { have: 0, need: Split::default().needed })?.kit;
        Ok(Rehearsed { kit, shares: shares.iter().map(|share| share.number).collect(), epoch })
    });
    app.note(match &done {
        Ok(_) => event,
        Err(HsmError::Recovery(why)) => event.refused(recovery_code(why)),
        Err(error) => event.failed(code(error)),
    });
    done
}

fn numbers(shares: &Result<Vec<Share>, HsmError>) -> impl Iterator<Item = String> {
    shares.iter().flatten().map(|share| share.number.to_string())
}

/// When shares of this kit were last shown to work.
pub(crate) fn last_rehearsal(audit: &AuditLog, kit: KitId) -> Result<Option<Timestamp>> {
    let filter = Filter { action: Some(REHEARSE.to_owned()), outcome: Some(Ending::Success), ..Filter::default() };
    // A kit that was replaced is not rehearsed any more, so the newest one is of this kit or there is none.
    let newest = audit.last(&filter)?;
    Ok(newest.filter(|entry| entry.text("kit") == Some(&kit.to_string())).map(|entry| entry.at))
}

fn second_token() -> Object {
    Object::new("token", "second")
}

fn token() -> Object {
    Object::new("token", "self")
}

fn refusal(error: HsmError) -> Error {
    match error {
        HsmError::WorkerLost | HsmError::TokenGone | HsmError::Busy => Error::Busy { retry_seconds: RETRY_SECONDS },
        other => other.into(),
    }
}

/// The word of an error in the audit log.
pub(crate) fn code(error: &HsmError) -> &'static str {
    match error {
        HsmError::Sealed => "sealed",
        HsmError::Uninitialised => "uninitialised",
        HsmError::TokenGone => "token-gone",
        HsmError::WrongToken { .. } => "wrong-token",
        HsmError::KeyMissing(_) => "key-missing",
        HsmError::PinRejected => "pin-refused",
        HsmError::LoginUnanswered => "login-unanswered",
        HsmError::NoPin => "no-pin",
        HsmError::Integrity(_) => "keyring-altered",
        HsmError::Recovery(why) => recovery_code(why),
        HsmError::Busy => "busy",
        HsmError::WorkerLost => "hsmd-away",
        HsmError::Io { .. } => "disk",
        _ => "token-failed",
    }
}

fn recovery_code(why: &RecoveryError) -> &'static str {
    match why {
        RecoveryError::Split => "split",
        RecoveryError::Mistyped { .. } => "mistyped-share",
        RecoveryError::OtherKit { .. } => "other-kit",
        RecoveryError::Twice { .. } => "share-twice",
        RecoveryError::TooFew { .. } => "too-few-shares",
        RecoveryError::NoKit => "no-kit",
        RecoveryError::Forged => "forged-share",
    }
}
