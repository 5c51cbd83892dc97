//! Basic sign-in with an app password (RFC 7617). The person's own password opens nothing here.

use std::sync::Arc;

use actix_web::{HttpRequest, http::header, web::Data};
use base64::{Engine, engine::general_purpose::STANDARD};
use holdfast_base::{Actor, Door, Error, Result, Who};
use holdfast_directory::app_passwords;
use holdfast_store::LedgerTx;

use super::answer::Refusal;
use crate::{
    app::App,
    http::who::{blocking, stranger},
    rooms::Rooms,
};

/// Somebody who has signed in at this door.
#[derive(Clone)]
pub(super) struct Caller {
    pub actor: Actor,
    pub rooms: Arc<Rooms>,
}

pub(super) fn caller(request: &HttpRequest) -> Result<Caller, Refusal> {
    let app = request.app_data::<Data<App>>().ok_or_else(|| Refusal::status(500))?;
    let rooms = app.rooms()?;
    let (uid, secret) = basic(request).ok_or_else(Refusal::challenge)?;
    let mut actor = stranger(request, Door::Webdav);
    match app_passwords::resolve(&rooms.directory, &uid, &secret, Door::Webdav) {
        Ok(person) => {
            app.rates.request(person)?;
            actor.who = Who::Person(person);
            Ok(Caller { actor, rooms })
        }
        Err(Error::WrongCredentials) => {
            if let Some(address) = actor.source.address {
                app.rates.sign_in(address)?;
            }
            Err(Refusal::challenge())
        }
        Err(other) => Err(other.into()),
    }
}

/// Windows sends `DOMAIN\user`.
fn basic(request: &HttpRequest) -> Option<(String, zeroize::Zeroizing<String>)> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = zeroize::Zeroizing::new(STANDARD.decode(encoded.trim()).ok()?);
    let text = std::str::from_utf8(&decoded).ok()?;
    let (uid, secret) = text.split_once(':')?;
    let uid = uid.rsplit_once('\\').map_or(uid, |(_, uid)| uid);
    Some((uid.to_owned(), zeroize::Zeroizing::new(secret.to_owned())))
}

impl Caller {
    /// Runs a reading act on a thread that may block.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Rooms, &Actor) -> Result<T> + Send + 'static,
    ) -> Result<T, Refusal> {
        let caller = self.clone();
        Ok(blocking(move || f(&caller.rooms, &caller.actor)).await?)
    }

    /// Runs a changing act in one transaction; answers once it and its audit entry are durable.
    pub(super) async fn change<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut LedgerTx<'_>, &holdfast_drive::Drive, &Actor) -> Result<T> + Send + 'static,
    ) -> Result<T, Refusal> {
        let caller = self.clone();
        Ok(blocking(move || {
            let (drive, actor) = (caller.rooms.drive.clone(), caller.actor.clone());
            caller.rooms.write_ledger(move |tx| f(tx, &drive, &actor))
        })
        .await?)
    }
}
