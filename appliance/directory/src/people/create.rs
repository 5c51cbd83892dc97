use std::{collections::BTreeMap, sync::Arc};

use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, ClientId, DepartmentId, Error, PersonId, Result};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    cards,
    fields::{Fields, main_first, manager, titled},
    rows, store_password,
};
use crate::{
    Directory, DirectoryKeeper, PersonState, Sight,
    creates::Create,
    may::Act,
    password::{Hashed, Password, Whose},
    person_fields::{self, Editor, Values},
    rows as shared, text, views,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    pub cid: ClientId,
    /// Never changes. ASCII letters, digits, `.`, `_`, `-`, `@`.
    #[schema(max_length = 64)]
    pub uid: String,
    #[schema(max_length = 80)]
    pub name: String,
    pub title: Option<String>,
    pub mail: Option<String>,
    pub mobile: Option<String>,
    pub phone: Option<String>,
    pub employee_no: Option<String>,
    pub work_place: Option<String>,
    /// ISO 8601 date.
    pub hired_on: Option<String>,
    #[serde(default)]
    pub departments: Vec<DepartmentId>,
    /// One of `departments`; the first of them when absent.
    pub main: Option<DepartmentId>,
    /// What the person is in a department, by its id, where that is another title than the person's own.
    #[serde(default)]
    pub titles: BTreeMap<DepartmentId, String>,
    /// The manager's uid.
    pub manager: Option<String>,
    /// Values of the fields that the enterprise added, by the field's key.
    #[serde(default)]
    pub fields: BTreeMap<String, Vec<String>>,
    /// Must be changed at the first sign-in. Without one the person is `invited` and cannot sign in yet.
    pub password: Option<Password>,
}

/// Hashes the new password before the transaction is opened: it takes a tenth of a second.
pub fn create(
    directory: &Directory,
    by: &DirectoryKeeper,
    new: NewPerson,
) -> Result<holdfast_store::Committed<views::PersonCard>> {
    let uid = text::uid(&new.uid)?;
    let (org, known) = (directory.org(), directory.person_fields().all());
    by.check_manager(&org, new.manager.as_deref())?;
    let more = person_fields::onto(&known, &org, &Values::new(), &new.fields, Editor::Administrator)?;
    if known.iter().any(|field| field.settings.required && !more.contains_key(&field.id)) {
        return Err(Error::invalid("fields", "required"));
    }
    let departments = main_first(&new.departments, new.main)?;
    let posts = titled(&[], &new.titles, &departments)?;
    let fields = Fields {
        name: new.name,
        title: new.title,
        mail: new.mail,
        mobile: new.mobile,
        phone: new.phone,
        employee_no: new.employee_no,
        work_place: new.work_place,
        hired_on: new.hired_on,
        departments,
        posts,
        manager: manager(directory, new.manager.as_deref())?,
        more,
    };
    let fields = fields.normalised()?;
    let content = format!("{uid} {fields:?} {}", new.password.is_some());
    let create = Create::new(directory, new.cid, "person", &content)?;
    let whose = Whose::newcomer(&uid, &fields.name);
    let hashed = new.password.map(|password| directory.hasher().hash(directory, &password, &whose)).transpose()?;
    directory.db().write(|tx| {
        let act = Act::Create { departments: &fields.departments, with_password: hashed.is_some() };
        by.demand(directory, &act)?;
        if let Some(before) = create.before(tx)? {
            let id = before.parse().map_err(|_| Error::broken("read the id of an earlier person"))?;
            return cards(tx.conn(), directory, &Sight::of_records(&directory.org(), by)?, &[id])?.pop().ok_or(Error::NotFound);
        }
        let id = insert(tx, directory, by.actor(), &uid, &fields, hashed.as_ref())?;
        create.done(tx, &id.to_string())?;
        let person = shared::org_person_of(tx.conn(), directory.key(), id)?;
        let next = Arc::new(directory.org().with_people(vec![person.clone()]));
        directory.publish(tx, move |org| org.with_people(vec![person]));
        cards(tx.conn(), directory, &Sight::of_records(&next, by)?, &[id])?
            .pop()
            .ok_or(Error::broken("read the person that was made"))
    })
}

/// The rows and the audit entry; the caller publishes. Also used by an import and by the first boot.
pub(crate) fn insert(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    actor: &Actor,
    uid: &str,
    fields: &Fields,
    password: Option<&Hashed>,
) -> Result<PersonId> {
    if rows::id_of_uid(tx.conn(), uid)?.is_some() {
        return Err(Error::invalid("uid", "taken"));
    }
    fields.check(tx.conn(), directory, None)?;
    let id = PersonId(shared::next_id(tx.conn(), "person")?);
    let state = if password.is_some() { PersonState::Active } else { PersonState::Invited };
    let now = tx.now();
    let newcomer = rows::Newcomer { id, uid: uid.to_owned(), state, fields: fields.clone() };
    rows::insert(tx.conn(), directory.key(), &[newcomer], now)?;
    if let Some(password) = password {
        store_password(tx, directory, id, password, true)?;
    }
    let event = Event::new(actor, "person.create", Object::new("person", id)).text("uid", uid).text("name", fields.name.clone());
    let departments = fields.departments.iter().map(ToString::to_string).collect();
    holdfast_audit::record(tx, event.list("departments", departments));
    Ok(id)
}
