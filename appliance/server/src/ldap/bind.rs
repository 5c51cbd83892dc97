//! Signing in: connectors with their secret, people with an app password, or with their own where a connector may check it.

use std::{net::IpAddr, sync::Arc};

use actix_web::web::Data;
use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Door, Error, Result, Who};
use holdfast_directory::{
    app_passwords,
    connectors::{self, Connector},
    password::Password,
    session::{self, Attempt},
};
use zeroize::Zeroizing;

use super::{
    connection::{Bound, Connection, Ended, actor, outcome},
    controls::{Controls, PolicyError, policy},
    dn::Dn,
    doorstep::Account,
    limits,
    message::{AnswerControl, Extra, Outcome, answer, code, write_outcome},
    tree::Claim,
};
use crate::{app::App, rooms::Rooms};

impl Connection {
    pub(super) async fn bind(
        &mut self,
        id: i32,
        rooms: &Arc<Rooms>,
        version: i32,
        name: &[u8],
        password: Option<&[u8]>,
        controls: &Controls<'_>,
    ) -> std::result::Result<(), Ended> {
        let before = self.through().cloned();
        // A bind that fails leaves nobody signed in (RFC 4511, section 4.2.1).
        self.say_goodbye();
        self.place.rise();
        self.paged.clear();
        self.bound = Bound::Nobody;
        let (outcome, said) = self.sign_in(rooms, before, version, name, password).await;
        let answers: Vec<AnswerControl> = controls.password_policy.then(|| policy(said)).into_iter().collect();
        write_outcome(&mut self.wire.out, id, answer::BIND, &outcome, &Extra::default(), &answers);
        Ok(self.wire.flush().await?)
    }

    async fn sign_in(
        &mut self,
        rooms: &Arc<Rooms>,
        before: Option<Arc<Connector>>,
        version: i32,
        name: &[u8],
        password: Option<&[u8]>,
    ) -> (Outcome, Option<PolicyError>) {
        let refused = |code, text| (Outcome::new(code, text), None);
        if version != 3 {
            return refused(code::PROTOCOL_ERROR, "only version 3 is spoken");
        }
        let Some(password) = password else {
            return refused(code::AUTH_METHOD_NOT_SUPPORTED, "only simple binds are taken");
        };
        if name.is_empty() && password.is_empty() {
            return (Outcome::success(), None);
        }
        if !self.wire.is_secure() {
            return refused(code::CONFIDENTIALITY_REQUIRED, "begin TLS first");
        }
        if password.is_empty() {
            return refused(code::UNWILLING, "a bind without a password proves nothing");
        }
        let claim = match claim(rooms, name) {
            Ok(claim) => claim,
            Err(offset) => {
                return (Outcome { offset: Some(offset), ..Outcome::new(code::INVALID_DN, "no distinguished name") }, None);
            }
        };
        // Octets that are no text are no password of ours; the same work is done for them.
        let secret = Zeroizing::new(String::from_utf8_lossy(password).into_owned());
        let (app, rooms, address) = (self.app.clone(), rooms.clone(), self.place.address);
        let signed = tokio::task::spawn_blocking(move || signed_in(&app, &rooms, &claim, secret, address, before)).await;
        match signed.unwrap_or_else(|_| Err(Error::broken("check a password"))) {
            Ok(bound) => self.seat(bound),
            Err(error) => self.refuse(&error),
        }
    }

    /// An account has so many connections at once.
    fn seat(&mut self, bound: Bound) -> (Outcome, Option<PolicyError>) {
        let seated = match &bound {
            Bound::Nobody => true,
            Bound::Connector(by) | Bound::Person { through: by, .. } => {
                self.place.sit(Account::Connector(by.id), by.settings.connections)
            }
            Bound::Holder { id, .. } => self.place.sit(Account::Person(*id), limits::PERSON_CONNECTIONS),
        };
        if !seated {
            return (Outcome::new(code::BUSY, "this account has as many connections as it may"), None);
        }
        let must_change = matches!(bound, Bound::Person { must_change: true, .. });
        self.bound = bound;
        (Outcome::success(), must_change.then_some(PolicyError::ChangeAfterReset))
    }

    /// One answer, whatever was wrong; only who asks by the password policy's control hears of a lock, which strangers'
    /// names have as well.
    fn refuse(&self, error: &Error) -> (Outcome, Option<PolicyError>) {
        let said = match error {
            Error::TooManyAttempts { .. } => Some(PolicyError::AccountLocked),
            Error::Conflict { what: MUST_CHANGE } => {
                return (Outcome::new(code::INVALID_CREDENTIALS, "invalid credentials"), Some(PolicyError::ChangeAfterReset));
            }
            _ => None,
        };
        if matches!(error, Error::WrongCredentials) && self.app.rates.sign_in(self.place.address).is_err() {
            return (Outcome::new(code::BUSY, "too many failed binds from this address"), None);
        }
        (outcome(error), said)
    }
}

/// The password is right, must be changed first, and cannot be changed through this connector.
const MUST_CHANGE: &str = "must-change-password";

/// A distinguished name, or a short one as printers have them: of a connector, else of a person.
fn claim(rooms: &Rooms, name: &[u8]) -> std::result::Result<Claim, usize> {
    if !name.contains(&b'=') {
        return Ok(Claim::Short(String::from_utf8_lossy(name).into_owned()));
    }
    let dn = Dn::parse(name).map_err(|no_name| no_name.offset)?;
    Ok(rooms.book.suffix.claim(&dn))
}

fn signed_in(
    app: &Data<App>,
    rooms: &Rooms,
    claim: &Claim,
    secret: Zeroizing<String>,
    address: IpAddr,
    before: Option<Arc<Connector>>,
) -> Result<Bound> {
    match claim {
        Claim::Connector(name) => connector(app, rooms, name, &secret, address),
        Claim::Person(uid) => person(app, rooms, uid, secret, address, before),
        Claim::Short(name) => match connectors::resolve(&rooms.directory, name, &secret, address) {
            Ok(_) => connector(app, rooms, name, &secret, address),
            Err(Error::WrongCredentials) => person(app, rooms, name, secret, address, before),
            Err(other) => Err(other),
        },
    }
}

fn connector(app: &App, rooms: &Rooms, name: &str, secret: &str, address: IpAddr) -> Result<Bound> {
    let by = actor(app, address, Who::Stranger, name.chars().take(64).collect());
    let event = |object| Event::new(&by, "ldap.bind", object);
    match connectors::resolve(&rooms.directory, name, secret, address) {
        Ok(connector) => {
            rooms.audit.ready()?;
            rooms.audit.append_soon(event(Object::new("connector", connector.id)));
            Ok(Bound::Connector(connector))
        }
        Err(error) => {
            rooms.audit.append(event(Object::new("connector", "unknown")).refused(error.code()))?;
            Err(error)
        }
    }
}

fn person(
    app: &App,
    rooms: &Rooms,
    uid: &str,
    secret: Zeroizing<String>,
    address: IpAddr,
    before: Option<Arc<Connector>>,
) -> Result<Bound> {
    if let Ok(id) = app_passwords::resolve(&rooms.directory, uid, &secret, Door::Ldap) {
        rooms.audit.ready()?;
        let by = actor(app, address, Who::Person(id), String::new());
        rooms.audit.append_soon(Event::new(&by, "ldap.bind", Object::new("person", id)));
        return Ok(Bound::Holder { id, uid: uid.to_owned(), secret });
    }
    // Whoever signs in on a connection of a connector comes through that one, else through the one around the address.
    let own = before.filter(|connector| connector.settings.checks_passwords);
    let Some(through) = own.or_else(|| connectors::for_passwords(&rooms.directory, address)) else {
        let by = actor(app, address, Who::Stranger, String::new());
        let event = Event::new(&by, "session.refuse", Object::new("person", "unknown"));
        rooms.audit.append(event.text("uid", uid.chars().take(64).collect::<String>()).refused("wrong-credentials"))?;
        return Err(Error::WrongCredentials);
    };
    let Actor { source, request, now, .. } = actor(app, address, Who::Stranger, through.name.clone());
    let attempt = Attempt { uid: uid.to_owned(), password: Password::new(secret.as_str()), second: None, source, request, now };
    let verified = session::verify(&rooms.directory, &rooms.audit, &attempt, &through)?;
    if verified.must_change_password && !through.settings.changes_passwords {
        return Err(Error::conflict(MUST_CHANGE));
    }
    let session::Verified { person, epoch, must_change_password } = verified;
    Ok(Bound::Person { id: person, epoch, must_change: must_change_password, through })
}
