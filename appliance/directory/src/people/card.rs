use std::collections::HashMap;

use diesel::SqliteConnection;
use holdfast_base::{Actor, Error, PersonId, Result};

use super::rows;
use crate::{Directory, Org, OrgPerson, departments, person_fields, views};

/// A person as the snapshot has one.
pub fn view(org: &Org, person: &OrgPerson) -> views::Person {
    let belonging = |(at, id): (usize, &holdfast_base::DepartmentId)| {
        let name = org.department(*id).map(|department| department.name.clone())?;
        Some(views::Belonging { id: *id, name, main: at == 0 })
    };
    views::Person {
        id: person.id,
        uid: person.uid.clone(),
        name: person.name.clone(),
        pinyin: person.pinyin.clone(),
        title: person.title.clone(),
        departments: person.departments.iter().enumerate().filter_map(belonging).collect(),
        state: person.state,
        avatar_hue: person.avatar_hue,
    }
}

/// One person's card, as far as the asker may see it. Who is gone is not found.
pub fn card(directory: &Directory, actor: &Actor, uid: &str) -> Result<views::PersonCard> {
    let org = directory.org();
    let person = org.by_uid(uid).filter(|person| person.state.is_kept()).ok_or(Error::NotFound)?;
    directory.db().read(|conn| cards(conn, directory, &org, org.active(actor)?, &[person.id]))?.pop().ok_or(Error::NotFound)
}

/// Cards in the order asked for; who is not there is left out.
pub(crate) fn cards(
    conn: &mut SqliteConnection,
    directory: &Directory,
    org: &Org,
    viewer: &OrgPerson,
    ids: &[PersonId],
) -> Result<Vec<views::PersonCard>> {
    let known = directory.person_fields().all();
    let details: HashMap<PersonId, rows::Details> = rows::details(conn, directory.key(), ids)?.into_iter().collect();
    let values = match known.is_empty() {
        true => HashMap::new(),
        false => person_fields::rows::values(conn, directory.key(), Some(ids))?,
    };
    let mut cards = Vec::with_capacity(ids.len());
    for id in ids {
        let (Some(person), Some(details)) = (org.person(*id), details.get(id)) else { continue };
        cards.push(views::PersonCard {
            person: view(org, person),
            mail: details.mail.clone(),
            mobile: details.mobile.clone(),
            phone: details.phone.clone(),
            employee_no: details.employee_no.clone(),
            manager: person.manager.map(|manager| org.reference(manager)),
            department_paths: person.departments.iter().map(|id| departments::path(org, *id)).collect(),
            work_place: details.work_place.clone(),
            hired_on: details.hired_on.clone(),
            fields: values.get(id).map_or(Vec::new(), |of| person_fields::shown(&known, org, viewer, person, of)),
        });
    }
    Ok(cards)
}
