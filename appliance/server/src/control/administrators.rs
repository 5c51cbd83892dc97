//! The first administrators, over the local socket: appointed once, and given codes with which they choose their passwords.
//! What is refused and when is the directory's to say ([`holdfast_directory::bootstrap`]).

use holdfast_base::{Error, Timestamp};
use holdfast_directory::{
    Role,
    bootstrap::{self, Standing},
    enrolments::Code,
    views::NewEnrolment,
};
use serde::{Deserialize, Serialize};

use super::open_rooms;
use crate::{app::App, rooms::Rooms};

/// Who is to be appointed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstAdministrator {
    pub role: Role,
    pub uid: String,
    pub name: String,
}

/// One of the first administrators, as `holdfast administrators` tells it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Administrator {
    pub role: Role,
    pub uid: String,
    pub name: String,
    pub enrolled: bool,
    /// Only in the answer to the verb that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// When the code that is out ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

pub(super) fn standing(app: &App) -> Result<Vec<Administrator>, String> {
    let rooms = open_rooms(app)?;
    list(&rooms).map_err(words)
}

pub(super) fn appoint(app: &App, enterprise: &str, first: Vec<FirstAdministrator>) -> Result<Vec<Administrator>, String> {
    let rooms = open_rooms(app)?;
    let actor = app.operator();
    // A set-up that was cut short between the two has its enterprise already.
    match rooms.write_db(|tx| bootstrap::enterprise(tx, &rooms.directory, &actor, enterprise)) {
        Ok(()) | Err(Error::Conflict { what: "set-up-before" }) => {}
        Err(error) => return Err(words(error)),
    }
    let invited =
        |one: FirstAdministrator| bootstrap::FirstAdministrator { role: one.role, uid: one.uid, name: one.name, password: None };
    let first: Vec<_> = first.into_iter().map(invited).collect();
    let appointed = rooms.audit.ready().and_then(|()| bootstrap::administrators(&rooms.directory, &actor, &first));
    let appointed = appointed.map_err(words)?;
    rooms.audit.settle(&appointed.mark).map_err(words)?;
    let codes = appointed.value.into_iter().filter_map(|one| one.enrolment).collect();
    with_codes(&rooms, codes)
}

pub(super) fn reissue(app: &App, uid: &str) -> Result<Vec<Administrator>, String> {
    let rooms = open_rooms(app)?;
    let actor = app.operator();
    let made = rooms.write_db(|tx| bootstrap::reissue(tx, &rooms.directory, &actor, uid)).map_err(words)?;
    let mut all = with_codes(&rooms, vec![made])?;
    all.retain(|one| one.code.is_some());
    Ok(all)
}

fn list(rooms: &Rooms) -> holdfast_base::Result<Vec<Administrator>> {
    let all = bootstrap::standing(&rooms.directory, rooms.world.now())?;
    Ok(all.into_iter().map(administrator).collect())
}

fn administrator(one: Standing) -> Administrator {
    let Standing { role, uid, name, enrolled, expires_at } = one;
    Administrator { role, uid, name, enrolled, code: None, expires_at }
}

fn with_codes(rooms: &Rooms, made: Vec<NewEnrolment>) -> Result<Vec<Administrator>, String> {
    let mut all = list(rooms).map_err(words)?;
    for new in made {
        if let Some(one) = all.iter_mut().find(|one| one.uid == new.uid) {
            one.code = Some(new.code);
        }
    }
    Ok(all)
}

/// For the terminal.
fn words(error: Error) -> String {
    match &error {
        Error::Conflict { what: "set-up-before" } => "the first administrators were appointed before".to_owned(),
        Error::Conflict { what: "enrolled" } => "this administrator has enrolled: no code is made here any more".to_owned(),
        Error::Conflict { what: "security-administrator-issues-codes" } => {
            "a security administrator has enrolled, and issues codes from now on".to_owned()
        }
        Error::NotFound => "not one of the first administrators".to_owned(),
        Error::Internal { .. } => {
            tracing::error!(%error, cause = ?std::error::Error::source(&error), "appoint administrators");
            error.to_string()
        }
        _ => error.to_string(),
    }
}
