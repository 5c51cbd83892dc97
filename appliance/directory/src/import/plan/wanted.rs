//! What a person would be after the import: what is there, overlaid by what the row says. An empty cell says nothing.

use holdfast_base::{DepartmentId, PersonId};
use serde::{Deserialize, Serialize};

use super::Known;
use crate::{
    Org, Post,
    import::{
        Field, FieldChange,
        draft::{Draft, HeadOf},
        places::{Place, Places},
    },
    people::fields::Fields,
    person_fields::{self, Values},
};

/// A manager: one who is there, or another row of the plan (by its index).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::import) enum Boss {
    Known(PersonId),
    Row(u32),
}

/// What somebody is in a department, where that is more than a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::import) struct WantedPost {
    pub(in crate::import) department: Place,
    pub(in crate::import) title: Option<String>,
    pub(in crate::import) head: bool,
    /// Stays as it is.
    pub(in crate::import) place: Option<u32>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::import) struct Wanted {
    pub(in crate::import) name: String,
    pub(in crate::import) title: Option<String>,
    pub(in crate::import) mail: Option<String>,
    pub(in crate::import) mobile: Option<String>,
    pub(in crate::import) phone: Option<String>,
    pub(in crate::import) employee_no: Option<String>,
    pub(in crate::import) work_place: Option<String>,
    pub(in crate::import) hired_on: Option<String>,
    /// The main one first.
    pub(in crate::import) departments: Vec<Place>,
    pub(in crate::import) posts: Vec<WantedPost>,
    pub(in crate::import) manager: Option<Boss>,
    pub(in crate::import) more: Values,
}

impl Wanted {
    fn of(fields: &Fields) -> Self {
        Self {
            name: fields.name.clone(),
            title: fields.title.clone(),
            mail: fields.mail.clone(),
            mobile: fields.mobile.clone(),
            phone: fields.phone.clone(),
            employee_no: fields.employee_no.clone(),
            work_place: fields.work_place.clone(),
            hired_on: fields.hired_on.clone(),
            departments: fields.departments.iter().map(|id| Place::Known(*id)).collect(),
            posts: fields.posts.iter().map(WantedPost::of).collect(),
            manager: fields.manager.map(Boss::Known),
            more: fields.more.clone(),
        }
    }
}

impl WantedPost {
    fn of(post: &Post) -> Self {
        Self { department: Place::Known(post.department), title: post.title.clone(), head: post.head, place: post.place }
    }

    pub(in crate::import) fn written(self, department: DepartmentId) -> Post {
        Post { department, title: self.title, head: self.head, place: self.place }
    }
}

/// Everything but the manager, who may stand in a later row.
pub(super) fn overlay(draft: &mut Draft, target: Option<PersonId>, org: &Org, known: &Known, places: &mut Places<'_>) -> Wanted {
    let before = target.and_then(|id| known.fields(id)).map(Wanted::of).unwrap_or_default();
    let over = |new: &Option<String>, old: Option<String>| new.clone().or(old);
    let departments = departments(draft, &before.departments, places);
    let posts = posts(draft, &departments, before.posts, places);
    let more = more(draft, target, before.more, org, known);
    Wanted {
        name: draft.name.clone().unwrap_or(before.name),
        title: over(&draft.title, before.title),
        mail: over(&draft.mail, before.mail),
        mobile: over(&draft.mobile, before.mobile),
        phone: over(&draft.phone, before.phone),
        employee_no: over(&draft.employee_no, before.employee_no),
        work_place: over(&draft.work_place, before.work_place),
        hired_on: over(&draft.hired_on, before.hired_on),
        departments,
        posts,
        manager: before.manager,
        more,
    }
}

/// The added fields: what the row says over what is there. New people must have those that are required.
fn more(draft: &mut Draft, target: Option<PersonId>, mut values: Values, org: &Org, known: &Known) -> Values {
    for (id, cell) in std::mem::take(&mut draft.more) {
        let Some(field) = known.added.iter().find(|field| field.id == id) else { continue };
        match person_fields::read_cell(field, org, &cell) {
            Ok(read) if read.is_empty() => {}
            Ok(read) => drop(values.insert(id, read)),
            Err(error) => super::super::draft::refuse(draft, Field::More(id), &cell, error),
        }
    }
    if target.is_none() {
        for field in known.added.iter().filter(|field| field.settings.required && !values.contains_key(&field.id)) {
            if !draft.problems.iter().any(|problem| problem.field == Some(Field::More(field.id))) {
                draft.error(Field::More(field.id), "required", None, None);
            }
        }
    }
    values
}

fn departments(draft: &mut Draft, before: &[Place], places: &mut Places<'_>) -> Vec<Place> {
    let paths = draft.departments.clone();
    let mut named = Vec::new();
    for path in &paths {
        if let Some(place) = place(draft, Field::Departments, path, places).filter(|place| !named.contains(place)) {
            named.push(place);
        }
    }
    let main = draft.main.clone().and_then(|path| place(draft, Field::MainDepartment, &path, places));
    let all = if paths.is_empty() { before.to_vec() } else { named };
    // Whoever names no main one keeps it; what differs in order alone is the same.
    let main = main.or_else(|| before.first().copied().filter(|main| all.contains(main)));
    let ordered: Vec<Place> = main.into_iter().chain(all.into_iter().filter(|place| Some(*place) != main)).collect();
    let same = ordered.len() == before.len() && ordered.first() == before.first() && ordered.iter().all(|p| before.contains(p));
    if same { before.to_vec() } else { ordered }
}

/// Titles stand in the order in which the row names its departments, or, where it names none, in which they are.
fn posts(draft: &mut Draft, departments: &[Place], before: Vec<WantedPost>, places: &mut Places<'_>) -> Vec<WantedPost> {
    let mut posts: Vec<WantedPost> = Vec::with_capacity(departments.len());
    for department in departments {
        let member = WantedPost { department: *department, title: None, head: false, place: None };
        posts.push(before.iter().find(|post| post.department == *department).cloned().unwrap_or(member));
    }
    if let Some(titles) = draft.titles.take() {
        let named = draft.departments.clone();
        let of = |at: usize, places: &mut Places<'_>| match named.get(at) {
            Some(path) => places.resolve(path).ok(),
            None if named.is_empty() => departments.get(at).copied(),
            None => None,
        };
        for (at, title) in titles.into_iter().enumerate() {
            let Some(place) = of(at, places) else {
                if title.is_some() {
                    draft.error(Field::DepartmentTitles, "more-than-departments", title.as_deref(), None);
                }
                continue;
            };
            if let Some(post) = posts.iter_mut().find(|post| post.department == place) {
                post.title = title;
            }
        }
    }
    match draft.head_of.take() {
        None => {}
        Some(HeadOf::All) => posts.iter_mut().for_each(|post| post.head = true),
        Some(HeadOf::None) => posts.iter_mut().for_each(|post| post.head = false),
        Some(HeadOf::These(paths)) => {
            posts.iter_mut().for_each(|post| post.head = false);
            for path in paths {
                match places.resolve(&path).ok().and_then(|place| posts.iter_mut().find(|post| post.department == place)) {
                    Some(post) => post.head = true,
                    None => draft.error(Field::HeadOf, "not-among-departments", Some(&path.join("/")), None),
                }
            }
        }
    }
    posts.retain(|post| post.title.is_some() || post.head || post.place.is_some());
    posts
}

fn place(draft: &mut Draft, field: Field, path: &[String], places: &mut Places<'_>) -> Option<Place> {
    match places.resolve(path) {
        Ok(place) => Some(place),
        Err(code) => {
            draft.error(field, code, Some(&path.join("/")), None);
            None
        }
    }
}

/// Field by field, as a person reads it. For a new person everything is a change from nothing.
/// `uids`: of the plan's rows, for a manager who is one of them.
pub(super) fn changes(
    wanted: &Wanted,
    target: Option<PersonId>,
    uids: &[String],
    org: &Org,
    known: &Known,
    places: &Places<'_>,
) -> Vec<FieldChange> {
    let before = target.and_then(|id| known.fields(id)).map(Wanted::of).unwrap_or_default();
    let word = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let main = |wanted: &Wanted| wanted.departments.first().map(|place| places.label(*place));
    let all = |wanted: &Wanted| {
        let labels: Vec<String> = wanted.departments.iter().map(|place| places.label(*place)).collect();
        word(&labels.join("; "))
    };
    let titles = |wanted: &Wanted| {
        let titled = wanted.posts.iter().filter_map(|post| Some((post.department, post.title.as_ref()?)));
        word(&titled.map(|(place, title)| format!("{}: {title}", places.label(place))).collect::<Vec<_>>().join("; "))
    };
    let heads = |wanted: &Wanted| {
        let led = wanted.posts.iter().filter(|post| post.head);
        word(&led.map(|post| places.label(post.department)).collect::<Vec<_>>().join("; "))
    };
    let boss = |wanted: &Wanted| match wanted.manager {
        None => None,
        Some(Boss::Known(id)) => Some(org.reference(id).uid),
        Some(Boss::Row(at)) => uids.get(at as usize).cloned(),
    };
    let pairs = [
        (Field::Name, word(&before.name), word(&wanted.name)),
        (Field::Title, before.title.clone(), wanted.title.clone()),
        (Field::DepartmentTitles, titles(&before), titles(wanted)),
        (Field::HeadOf, heads(&before), heads(wanted)),
        (Field::EmployeeNo, before.employee_no.clone(), wanted.employee_no.clone()),
        (Field::Mobile, before.mobile.clone(), wanted.mobile.clone()),
        (Field::Phone, before.phone.clone(), wanted.phone.clone()),
        (Field::Mail, before.mail.clone(), wanted.mail.clone()),
        (Field::Departments, all(&before), all(wanted)),
        (Field::MainDepartment, main(&before), main(wanted)),
        (Field::Manager, boss(&before), boss(wanted)),
        (Field::HiredOn, before.hired_on.clone(), wanted.hired_on.clone()),
        (Field::WorkPlace, before.work_place.clone(), wanted.work_place.clone()),
    ];
    let fixed = pairs.into_iter().filter(|(_, from, to)| from != to);
    let mut changes: Vec<FieldChange> = fixed.map(|(field, from, to)| FieldChange { field, from, to }).collect();
    for field in known.added.iter() {
        let said = |values: &Values| values.get(&field.id).map(|all| person_fields::written(field.kind, org, all).join("; "));
        if before.more.get(&field.id) != wanted.more.get(&field.id) {
            changes.push(FieldChange { field: Field::More(field.id), from: said(&before.more), to: said(&wanted.more) });
        }
    }
    changes
}
