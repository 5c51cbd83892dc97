use std::collections::HashMap;

use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, ClientId, Error, PersonId, Result, Timestamp};
use holdfast_store::{DbTx, Tx};
use parking_lot::Mutex;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    known::{Known, mac},
    rows,
};
use crate::{
    Directory,
    creates::Create,
    limits, readable, text,
    views::{AppDoor, NewAppPassword},
};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAppPasswordRequest {
    pub cid: ClientId,
    /// What it is for, in the person's words.
    #[schema(max_length = 200)]
    pub label: String,
    pub door: AppDoor,
    /// When it ends by itself; absent: never.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// Secrets made in the last moments, in memory only: a retry of the same create gets the same answer. After that (or a
/// restart) a retry is refused, since nothing that could show the password again is kept.
#[derive(Default)]
pub(crate) struct Fresh {
    made: Mutex<HashMap<ClientId, (PersonId, Zeroizing<String>)>>,
}

/// How many are remembered at most; beyond that all are forgotten.
const FRESH: usize = 256;

impl Fresh {
    pub(crate) fn get(&self, cid: ClientId, person: PersonId) -> Option<String> {
        let made = self.made.lock();
        made.get(&cid).filter(|(owner, _)| *owner == person).map(|(_, password)| password.to_string())
    }

    pub(crate) fn put(&self, cid: ClientId, person: PersonId, password: &str) {
        let mut made = self.made.lock();
        if made.len() >= FRESH {
            made.clear();
        }
        made.insert(cid, (person, Zeroizing::new(password.to_owned())));
    }
}

pub fn create(tx: &mut DbTx<'_>, directory: &Directory, actor: &Actor, new: &NewAppPasswordRequest) -> Result<NewAppPassword> {
    let person = directory.org().active(actor)?.id;
    let label = text::line("label", &new.label, limits::LABEL_CHARACTERS)?;
    let create =
        Create::new(directory, new.cid, "app-password", &format!("{person} {:?} {:?} {label:?}", new.door, new.expires_at))?;
    if let Some(before) = create.before(tx)? {
        let id = Uuid::parse_str(&before).map_err(Error::internal("read the id of an earlier app password"))?;
        let password = directory.fresh_app_passwords().get(new.cid, person).ok_or(Error::conflict("shown-once"))?;
        return Ok(NewAppPassword { id, label, door: new.door, password });
    }
    let now = tx.now();
    if new.expires_at.is_some_and(|ends| ends <= now) {
        return Err(Error::invalid("expires_at", "in-the-past"));
    }
    if rows::count(tx.conn(), person)? >= limits::APP_PASSWORDS {
        return Err(Error::conflict("too-many-app-passwords"));
    }
    let (id, password) = (tx.world().uuid(), random_password(tx.world()));
    let mac = mac(directory.key(), &password)?;
    let known = Known { id, person, door: new.door, expires_at: new.expires_at, used_at: 0.into() };
    rows::insert(tx.conn(), &known, &label, &mac, now)?;
    create.done(tx, &id.to_string())?;
    let event = Event::new(actor, "app-password.create", Object::new("app-password", id)).text("label", label.clone());
    holdfast_audit::record(tx, event);
    let (memory, cid, fresh) = (directory.clone(), new.cid, password.clone());
    tx.after_commit(Box::new(move || {
        memory.app_passwords().add(mac, known);
        memory.fresh_app_passwords().put(cid, person, &fresh);
    }));
    Ok(NewAppPassword { id, label, door: new.door, password: password.to_string() })
}

/// 160 bits in eight groups of four.
pub(crate) fn random_password(world: &holdfast_base::World) -> Zeroizing<String> {
    let random = Zeroizing::new(world.random::<{ limits::APP_PASSWORD_BYTES }>());
    readable::groups(random.as_ref())
}

#[cfg(test)]
mod tests {
    use holdfast_base::World;

    use super::*;

    #[test]
    fn a_password_has_eight_groups_of_four() {
        let password = random_password(&World::fixed(Timestamp(0)));
        assert_eq!(password.split('-').map(str::len).collect::<Vec<_>>(), [4; 8]);
    }
}
