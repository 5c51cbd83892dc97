//! What a person's row holds besides uid and state, checked: creating, editing and importing all pass through here.

use std::collections::BTreeMap;

use diesel::SqliteConnection;
use holdfast_base::{DepartmentId, Error, PersonId, Result};

use super::rows;
use crate::{Directory, Post, departments, limits, person_fields::Values, text};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) name: String,
    pub(crate) title: Option<String>,
    pub(crate) mail: Option<String>,
    pub(crate) mobile: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) employee_no: Option<String>,
    pub(crate) work_place: Option<String>,
    pub(crate) hired_on: Option<String>,
    /// The main one first.
    pub(crate) departments: Vec<DepartmentId>,
    /// What the person is in those of them where that is more than a member, in the same order.
    pub(crate) posts: Vec<Post>,
    pub(crate) manager: Option<PersonId>,
    /// Of the fields that the enterprise added.
    pub(crate) more: Values,
}

impl Fields {
    /// Puts every text into its one form, or says which rule it breaks.
    pub(crate) fn normalised(self) -> Result<Self> {
        let text = text::optional_line;
        Ok(Self {
            name: text::line("name", &self.name, limits::NAME_CHARACTERS)?,
            title: text("title", self.title.as_deref(), limits::TEXT_CHARACTERS)?,
            mail: text::mail(self.mail.as_deref())?,
            mobile: text::mobile(self.mobile.as_deref())?,
            phone: text("phone", self.phone.as_deref(), limits::TEXT_CHARACTERS)?,
            employee_no: text("employee_no", self.employee_no.as_deref(), limits::EMPLOYEE_NO_CHARACTERS)?,
            work_place: text("work_place", self.work_place.as_deref(), limits::TEXT_CHARACTERS)?,
            hired_on: text::date("hired_on", self.hired_on.as_deref())?,
            posts: posts(&self.departments, &self.posts)?,
            ..self
        })
    }

    /// What only the database knows: nobody else has the same, the departments are there, managers make no loop.
    pub(crate) fn check(&self, conn: &mut SqliteConnection, directory: &Directory, itself: Option<PersonId>) -> Result<()> {
        let taken = |holder: Option<PersonId>| holder.is_some() && holder != itself;
        if let Some(mail) = &self.mail
            && taken(rows::holder_of_mail(conn, mail)?)
        {
            return Err(Error::invalid("mail", "taken"));
        }
        if let Some(number) = &self.employee_no
            && taken(rows::holder_of_employee_no(conn, number)?)
        {
            return Err(Error::invalid("employee_no", "taken"));
        }
        if let Some(mobile) = &self.mobile
            && taken(rows::holder_of_mobile(conn, directory.key(), mobile)?)
        {
            return Err(Error::invalid("mobile", "taken"));
        }
        if self.departments.len() > limits::MEMBERSHIPS {
            let rule = holdfast_base::Rule { code: "too-many", limit: Some(limits::MEMBERSHIPS as u64) };
            return Err(Error::Invalid { field: "departments", rule });
        }
        for department in &self.departments {
            if !departments::rows::is_there(conn, *department)? {
                return Err(Error::invalid("departments", "unknown"));
            }
        }
        check_managers(conn, self.manager, itself)
    }
}

/// In the order of the departments. What somebody was in a department that they are not in any more is gone.
fn posts(departments: &[DepartmentId], posts: &[Post]) -> Result<Vec<Post>> {
    let mut ordered = Vec::new();
    for post in departments.iter().filter_map(|id| posts.iter().find(|post| post.department == *id)) {
        let title = text::post_title(post.title.as_deref())?;
        ordered.extend(Some(Post { title, ..post.clone() }).filter(Post::says_something));
    }
    Ok(ordered)
}

/// These titles over those that are there; an empty one clears.
pub(crate) fn titled(
    before: &[Post],
    titles: &BTreeMap<DepartmentId, String>,
    departments: &[DepartmentId],
) -> Result<Vec<Post>> {
    let mut posts = before.to_vec();
    for (department, title) in titles {
        if !departments.contains(department) {
            return Err(Error::invalid("titles", "unknown"));
        }
        let title = Some(title.clone());
        match posts.iter_mut().find(|post| post.department == *department) {
            Some(post) => post.title = title,
            None => posts.push(Post { title, ..Post::of_member(*department) }),
        }
    }
    Ok(posts)
}

fn check_managers(conn: &mut SqliteConnection, manager: Option<PersonId>, itself: Option<PersonId>) -> Result<()> {
    let mut at = manager;
    for _ in 0..limits::MANAGER_STEPS {
        let Some(id) = at else { return Ok(()) };
        if Some(id) == itself {
            return Err(Error::invalid("manager", "loop"));
        }
        at = rows::manager_of(conn, id)?.ok_or(Error::invalid("manager", "unknown"))?;
    }
    Err(Error::invalid("manager", "too-many-steps"))
}

/// The departments with the main one first, each once. Without a main one the first is it.
pub(crate) fn main_first(departments: &[DepartmentId], main: Option<DepartmentId>) -> Result<Vec<DepartmentId>> {
    if let Some(main) = main
        && !departments.contains(&main)
    {
        return Err(Error::invalid("main", "not-among-departments"));
    }
    let mut ordered: Vec<DepartmentId> = main.into_iter().collect();
    for department in departments {
        if !ordered.contains(department) {
            ordered.push(*department);
        }
    }
    Ok(ordered)
}

/// A manager's uid as an id.
pub(crate) fn manager(directory: &Directory, uid: Option<&str>) -> Result<Option<PersonId>> {
    let Some(uid) = uid.map(str::trim).filter(|uid| !uid.is_empty()) else { return Ok(None) };
    let org = directory.org();
    org.by_uid(uid)
        .filter(|person| person.state.is_kept())
        .map(|person| Some(person.id))
        .ok_or(Error::invalid("manager", "unknown"))
}
