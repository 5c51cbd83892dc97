use holdfast_audit::{Event, Object};
use holdfast_base::{DepartmentId, Error, PersonId, Result, Rule};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{order, rows};
use crate::{
    Directory, DirectoryKeeper, OrgDepartment, Post, limits,
    may::Act,
    people::{freeze::show, present},
    rows as shared, text, views,
};

/// What is absent stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostChange {
    /// In this department; `null`: the person's own counts.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub title: Option<Option<String>>,
    /// Leads the department.
    pub head: Option<bool>,
    /// The uid of the one behind whom the person is put; `null`: to the front. Heads stand before everybody else in any case.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub after: Option<Option<String>>,
}

/// Changes what a member is in the department.
pub fn change(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &DirectoryKeeper,
    department: DepartmentId,
    uid: &str,
    change: &PostChange,
) -> Result<views::Person> {
    by.demand(directory, &Act::ArrangeDepartment(department))?;
    let org = directory.org();
    let of = org.department(department).ok_or(Error::NotFound)?;
    let member = org.by_uid(uid).filter(|person| person.state.is_kept() && person.departments.contains(&department));
    let member = member.ok_or(Error::NotFound)?;
    let before = member.post(department).cloned().unwrap_or_else(|| Post::of_member(department));
    let title = match &change.title {
        Some(title) => text::post_title(title.as_deref())?,
        None => before.title.clone(),
    };
    let after = Post { title, head: change.head.unwrap_or(before.head), ..before.clone() };
    if after.head && !before.head {
        check_heads(directory, of)?;
    }
    if after != before {
        let now = tx.now();
        rows::set(tx.conn(), member.id, &after, now)?;
        record(tx, by, member.id, &before, &after);
        let person = shared::org_person_of(tx.conn(), directory.key(), member.id)?;
        directory.publish(tx, move |org| org.with_people(vec![person]));
    }
    if let Some(behind) = &change.after {
        order::put(tx, directory, by, of, member.id, behind.as_deref())?;
    }
    show(tx, directory, member.id)
}

fn check_heads(directory: &Directory, department: &OrgDepartment) -> Result<()> {
    if directory.org().heads(department).count() < limits::HEADS {
        return Ok(());
    }
    Err(Error::Invalid { field: "head", rule: Rule { code: "too-many", limit: Some(limits::HEADS as u64) } })
}

fn record(tx: &mut DbTx<'_>, by: &DirectoryKeeper, person: PersonId, before: &Post, after: &Post) {
    let event = |action| {
        let event = Event::new(by.actor(), action, Object::new("person", person));
        event.text("department", after.department.to_string())
    };
    let word = |post: &Post| post.title.clone().unwrap_or_default();
    if before.title != after.title {
        holdfast_audit::record(tx, event("membership.set-title").list("title", vec![word(before), word(after)]));
    }
    if before.head != after.head {
        holdfast_audit::record(tx, event(if after.head { "membership.make-head" } else { "membership.unmake-head" }));
    }
}
