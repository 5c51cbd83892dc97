use std::{collections::BTreeMap, sync::Arc};

use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, DepartmentId, Error, PersonId, Result};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    cards,
    fields::{Fields, main_first, manager, titled},
    present, rows,
};
use crate::{
    Directory, DirectoryKeeper, Org, OrgPerson, Sight,
    may::Act,
    person_fields::{self, Editor, PersonField, Sensitivity},
    rows as shared, views,
};

/// What is absent stays; `null` clears.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonChange {
    pub name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub title: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub mail: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub mobile: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub employee_no: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub work_place: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub hired_on: Option<Option<String>>,
    pub departments: Option<Vec<DepartmentId>>,
    pub main: Option<DepartmentId>,
    /// What the person is in a department, by its id; an empty one clears.
    #[serde(default)]
    pub titles: BTreeMap<DepartmentId, String>,
    /// The manager's uid.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub manager: Option<Option<String>>,
    /// Values of the fields that the enterprise added, by the field's key; an empty list clears.
    #[serde(default)]
    pub fields: BTreeMap<String, Vec<String>>,
}

impl PersonChange {
    /// Anything but departments.
    fn touches_record(&self) -> bool {
        let words = [&self.title, &self.mail, &self.mobile, &self.phone, &self.employee_no, &self.work_place, &self.hired_on];
        let named = words.into_iter().chain([&self.manager]).any(Option::is_some);
        named || self.name.is_some() || !self.fields.is_empty()
    }

    fn onto(&self, directory: &Directory, before: &Fields) -> Result<Fields> {
        let known = &directory.person_fields().all();
        let or = |new: &Option<Option<String>>, old: &Option<String>| new.clone().unwrap_or_else(|| old.clone());
        let departments = match (&self.departments, self.main) {
            (None, None) => before.departments.clone(),
            (None, main) => main_first(&before.departments, main)?,
            (Some(new), Some(main)) => main_first(new, Some(main))?,
            // Whoever does not name a main one keeps it, as long as it is still among them.
            (Some(new), None) => main_first(new, before.departments.first().copied().filter(|main| new.contains(main)))?,
        };
        let posts = titled(&before.posts, &self.titles, &departments)?;
        let fields = Fields {
            name: self.name.clone().unwrap_or_else(|| before.name.clone()),
            title: or(&self.title, &before.title),
            mail: or(&self.mail, &before.mail),
            mobile: or(&self.mobile, &before.mobile),
            phone: or(&self.phone, &before.phone),
            employee_no: or(&self.employee_no, &before.employee_no),
            work_place: or(&self.work_place, &before.work_place),
            hired_on: or(&self.hired_on, &before.hired_on),
            departments,
            posts,
            manager: match &self.manager {
                None => before.manager,
                Some(uid) => manager(directory, uid.as_deref())?,
            },
            more: person_fields::onto(known, &directory.org(), &before.more, &self.fields, Editor::Administrator)?,
        };
        fields.normalised()
    }
}

pub fn edit(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &DirectoryKeeper,
    uid: &str,
    change: &PersonChange,
) -> Result<views::PersonCard> {
    let org = directory.org();
    let person = org.by_uid(uid).filter(|person| person.state.is_kept()).ok_or(Error::NotFound)?;
    let (id, change) = (person.id, &by.spoken_of(&org, person, change)?);
    if change.touches_record() {
        by.demand(directory, &Act::Edit(person))?;
    }
    let before = rows::fields(tx.conn(), directory.key(), id)?;
    let after = change.onto(directory, &before)?;
    by.demand(directory, &Act::Place { person, after: &after.departments })?;
    if !write_change(tx, directory, by.actor(), id, &before, &after)? {
        return cards(tx.conn(), directory, &Sight::of_records(&org, by)?, &[id])?.pop().ok_or(Error::NotFound);
    }
    let person = shared::org_person_of(tx.conn(), directory.key(), id)?;
    let next = Arc::new(org.with_people(vec![person]));
    cards(tx.conn(), directory, &by.looks_at(id, &org, &next)?, &[id])?.pop().ok_or(Error::NotFound)
}

impl DirectoryKeeper {
    /// How the keeper sees whom they have changed. Who has left a delegate's departments by that is a colleague from then on, or
    /// is seen for the last time.
    fn looks_at(&self, person: PersonId, before: &Arc<Org>, after: &Arc<Org>) -> Result<Sight> {
        let own = self.actor().person().map(|keeper| Sight::of(after, keeper));
        let sights = std::iter::once(Sight::of_records(after, self)?).chain(own);
        let seeing = sights.into_iter().find(|sight| sight.sees(person));
        seeing.map_or_else(|| Sight::of_records(before, self), Ok)
    }

    /// The change as this keeper means it: a delegate names departments of their own, and the others stay as they are.
    fn spoken_of(&self, org: &Arc<Org>, person: &OrgPerson, change: &PersonChange) -> Result<PersonChange> {
        let mut change = change.clone();
        self.check_manager(org, change.manager.as_ref().and_then(Option::as_deref))?;
        let Some(delegate) = self.delegate(org)? else { return Ok(change) };
        let scope = Sight::of_scope(org, delegate);
        if let Some(departments) = &mut change.departments {
            let others = person.departments.iter().filter(|id| scope.department(**id).is_none());
            let others: Vec<DepartmentId> = others.filter(|id| !departments.contains(id)).copied().collect();
            departments.extend(others);
        }
        Ok(change)
    }

    /// A delegate names as a manager whom they see; anybody else is to them as if not there.
    pub(super) fn check_manager(&self, org: &Arc<Org>, uid: Option<&str>) -> Result<()> {
        let (Some(delegate), Some(uid)) = (self.delegate(org)?, uid.map(str::trim).filter(|uid| !uid.is_empty())) else {
            return Ok(());
        };
        let seen = Sight::of(org, delegate.id).by_uid(uid).is_some() || Sight::of_scope(org, delegate).by_uid(uid).is_some();
        if seen { Ok(()) } else { Err(Error::invalid("manager", "unknown")) }
    }
}

/// Writes what differs, the audit entry and the next snapshot. False when nothing differs.
pub(crate) fn write_change(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    actor: &Actor,
    id: PersonId,
    before: &Fields,
    after: &Fields,
) -> Result<bool> {
    let differs = apply(tx, directory, actor, id, before, after)?;
    if differs {
        let person = shared::org_person_of(tx.conn(), directory.key(), id)?;
        directory.publish(tx, move |org| org.with_people(vec![person]));
    }
    Ok(differs)
}

/// Writes what differs and the audit entry; the caller publishes. False when nothing differs.
pub(crate) fn apply(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    actor: &Actor,
    id: PersonId,
    before: &Fields,
    after: &Fields,
) -> Result<bool> {
    if before == after {
        return Ok(false);
    }
    after.check(tx.conn(), directory, Some(id))?;
    let now = tx.now();
    rows::update(tx.conn(), directory.key(), id, before, after, now)?;
    let mut event = Event::new(actor, "person.edit", Object::new("person", id));
    for (field, from, to) in differences(before, after) {
        event = event.list(field, vec![from, to]);
    }
    let changed = changed_fields(&directory.person_fields().all(), before, after);
    if !changed.is_empty() {
        event = event.list("fields", changed);
    }
    holdfast_audit::record(tx, event);
    Ok(true)
}

/// The added fields that differ: what of it is sensitive is named without its values, since auditors are no part of who may
/// see those.
fn changed_fields(known: &[PersonField], before: &Fields, after: &Fields) -> Vec<String> {
    let differing = known.iter().filter(|field| before.more.get(&field.id) != after.more.get(&field.id));
    let word = |fields: &Fields, field: &PersonField| fields.more.get(&field.id).map(|all| all.join("; ")).unwrap_or_default();
    let line = |field: &PersonField| match field.settings.sensitivity {
        Sensitivity::Public | Sensitivity::Internal => {
            format!("{}: {} → {}", field.key, word(before, field), word(after, field))
        }
        Sensitivity::Restricted | Sensitivity::Confidential => field.key.clone(),
    };
    differing.map(line).collect()
}

/// The fields that differ: name, before, after.
fn differences(before: &Fields, after: &Fields) -> Vec<(&'static str, String, String)> {
    let ids = |ids: &[DepartmentId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let id = |id: Option<PersonId>| id.map(|id| id.to_string()).unwrap_or_default();
    let word = |word: &Option<String>| word.clone().unwrap_or_default();
    let titles = |fields: &Fields| {
        let titles = fields.posts.iter().filter_map(|post| Some(format!("{}: {}", post.department, post.title.as_ref()?)));
        titles.collect::<Vec<_>>().join("; ")
    };
    let heads =
        |fields: &Fields| ids(&fields.posts.iter().filter(|post| post.head).map(|post| post.department).collect::<Vec<_>>());
    let all = [
        ("name", before.name.clone(), after.name.clone()),
        ("title", word(&before.title), word(&after.title)),
        ("mail", word(&before.mail), word(&after.mail)),
        ("mobile", word(&before.mobile), word(&after.mobile)),
        ("phone", word(&before.phone), word(&after.phone)),
        ("employee_no", word(&before.employee_no), word(&after.employee_no)),
        ("work_place", word(&before.work_place), word(&after.work_place)),
        ("hired_on", word(&before.hired_on), word(&after.hired_on)),
        ("departments", ids(&before.departments), ids(&after.departments)),
        ("titles", titles(before), titles(after)),
        ("heads", heads(before), heads(after)),
        ("manager", id(before.manager), id(after.manager)),
    ];
    all.into_iter().filter(|(_, from, to)| from != to).collect()
}
