use std::collections::HashMap;

use diesel::SqliteConnection;
use holdfast_base::{Error, PersonId, Result};

use super::rows;
use crate::{Directory, Org, OrgDepartment, OrgPerson, Seen, Sight, departments, person_fields, views, visibility::Field};

/// A person as somebody sees one.
pub fn view(seen: &Seen<'_>) -> views::Person {
    views::Person { avatar: seen.avatar(), ..shown(seen.person(), seen.departments()) }
}

/// The same for whoever keeps the account, before the snapshot has what has just changed.
pub(crate) fn kept(org: &Org, person: &OrgPerson) -> views::Person {
    shown(person, person.departments.iter().filter_map(|id| org.department(*id)))
}

fn shown<'a>(person: &OrgPerson, departments: impl Iterator<Item = &'a OrgDepartment>) -> views::Person {
    let main = person.departments.first();
    let belonging = |one: &OrgDepartment| {
        let post = person.post(one.id);
        views::Belonging {
            id: one.id,
            name: one.name.clone(),
            main: main == Some(&one.id),
            title: post.and_then(|post| post.title.clone()),
            head: post.is_some_and(|post| post.head),
        }
    };
    views::Person {
        id: person.id,
        uid: person.uid.clone(),
        name: person.name.clone(),
        pinyin: person.pinyin.clone(),
        title: person.title.clone(),
        departments: departments.map(belonging).collect(),
        state: person.state,
        avatar_hue: person.avatar_hue,
        avatar: person.avatar,
    }
}

/// One person's card. Who is not seen is not found.
pub fn card(directory: &Directory, sight: &Sight, uid: &str) -> Result<views::PersonCard> {
    let person = sight.by_uid(uid).ok_or(Error::NotFound)?.person().id;
    directory.db().read(|conn| cards(conn, directory, sight, &[person]))?.pop().ok_or(Error::NotFound)
}

/// Cards in the order asked for; who is not seen is left out, and so is what of them is masked.
pub(crate) fn cards(
    conn: &mut SqliteConnection,
    directory: &Directory,
    sight: &Sight,
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
        let (Some(seen), Some(details)) = (sight.person(*id), details.get(id)) else { continue };
        let mask = seen.mask();
        let shown = |field: Field, value: &Option<String>| value.clone().filter(|_| !mask.hides(field));
        cards.push(views::PersonCard {
            person: view(&seen),
            mail: shown(Field::Mail, &details.mail),
            mobile: shown(Field::Mobile, &details.mobile),
            phone: shown(Field::Phone, &details.phone),
            employee_no: shown(Field::EmployeeNo, &details.employee_no),
            manager: seen.manager().map(|manager| manager.reference()),
            department_head: seen.department_head().map(|head| head.reference()),
            department_paths: seen.departments().map(|one| departments::path(sight.org(), one.id)).collect(),
            work_place: shown(Field::WorkPlace, &details.work_place),
            hired_on: shown(Field::HiredOn, &details.hired_on),
            fields: values.get(id).map_or(Vec::new(), |of| person_fields::shown(&known, &seen, of)),
        });
    }
    Ok(cards)
}
