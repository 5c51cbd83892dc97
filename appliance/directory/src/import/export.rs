//! Everybody as a sheet of the shape that imports read: what is exported and imported again changes nothing.

use std::io::Write;

use holdfast_base::{DepartmentId, PersonId, Result};

use super::{Field, SheetFormat, sheet::SheetWriter};
use crate::{
    Directory, Org, OrgPerson, PersonState, SystemAdmin, departments, people,
    person_fields::{self, PersonField, Values},
    views::Locale,
};

/// People that are read at once.
const PEOPLE_AT_ONCE: usize = 1_000;

/// Everybody but those who were erased, in the order of their accounts' age, a piece at a time. The entry in the audit log is
/// the door's.
pub fn export(directory: &Directory, _by: &SystemAdmin, format: SheetFormat, locale: Locale, out: &mut dyn Write) -> Result<()> {
    let (org, added) = (directory.org(), directory.person_fields().all());
    let mut sheet = SheetWriter::new(format, out)?;
    let name = |(zh, en): (&str, &str)| if locale == Locale::Chinese { zh.to_owned() } else { en.to_owned() };
    let more = added.iter().map(|field| name((&field.settings.label_zh, &field.settings.label_en)));
    sheet.row(&Field::ALL.map(|field| name(field.headings())).into_iter().chain(more).collect::<Vec<_>>())?;
    let ids: Vec<PersonId> = org.people().filter(|person| person.state != PersonState::Erased).map(|person| person.id).collect();
    for some in ids.chunks(PEOPLE_AT_ONCE) {
        let (details, mut values) = directory.db().read(|conn| {
            let details = people::rows::details(conn, directory.key(), some)?;
            Ok((details, person_fields::rows::values(conn, directory.key(), Some(some))?))
        })?;
        for (id, details) in details {
            let Some(person) = org.person(id) else { continue };
            sheet.row(&line(&org, &added, person, details, &values.remove(&id).unwrap_or_default()))?;
        }
    }
    sheet.finish().map(drop)
}

fn line(org: &Org, added: &[PersonField], person: &OrgPerson, details: people::rows::Details, values: &Values) -> Vec<String> {
    let path = |id| departments::path(org, id).into_iter().map(|one| one.name).collect::<Vec<_>>().join("/");
    let heads: Vec<String> = person.posts.iter().filter(|post| post.head).map(|post| path(post.department)).collect();
    let paths: Vec<String> = person.departments.iter().map(|id| path(*id)).collect();
    let manager = person.manager.and_then(|id| org.person(id)).filter(|manager| manager.state != PersonState::Erased);
    let fixed = Field::ALL.map(|field| match field {
        Field::Name => Some(person.name.clone()),
        Field::Uid => Some(person.uid.clone()),
        Field::EmployeeNo => details.employee_no.clone(),
        Field::Departments => Some(paths.join("; ")),
        Field::MainDepartment => paths.first().cloned(),
        Field::Title => person.title.clone(),
        Field::DepartmentTitles => titles(person),
        Field::HeadOf => Some(heads.join("; ")),
        Field::Mobile => details.mobile.clone(),
        Field::Phone => details.phone.clone(),
        Field::Mail => details.mail.clone(),
        Field::Manager => manager.map(|manager| manager.uid.clone()),
        Field::HiredOn => details.hired_on.clone(),
        Field::WorkPlace => details.work_place.clone(),
        Field::More(_) => None,
    });
    let more = added.iter().map(|field| {
        let values = values.get(&field.id).map_or(&[][..], Vec::as_slice);
        person_fields::written(field.kind, org, values).join("; ")
    });
    fixed.into_iter().map(Option::unwrap_or_default).chain(more).collect()
}

/// One for each department, in their order; nothing where none differs from the person's own.
fn titles(person: &OrgPerson) -> Option<String> {
    let title = |id: &DepartmentId| person.post(*id).and_then(|post| post.title.clone());
    let titles: Vec<Option<String>> = person.departments.iter().map(title).collect();
    let some = titles.iter().any(Option::is_some);
    some.then(|| titles.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>().join("; "))
}
