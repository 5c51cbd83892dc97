use holdfast_base::{DepartmentId, Error, Result};

use crate::{Directory, Org, OrgDepartment, Paging, cursor, views};

/// Departments directly below `parent` in their order; without a parent the roots.
pub fn list(directory: &Directory, parent: Option<DepartmentId>, paging: &Paging) -> Result<views::Page<views::Department>> {
    let org = directory.org();
    let ids = match parent {
        Some(parent) => &org.department(parent).ok_or(Error::NotFound)?.children,
        None => org.roots(),
    };
    let filter = parent.map(|id| id.to_string()).unwrap_or_default();
    let after: Option<u64> = paging.position(directory.key(), "departments", &filter)?;
    // The order may have changed since; whoever was last seen still says where to go on.
    let start = after.map_or(0, |after| ids.iter().position(|id| id.0 == after).map_or(ids.len(), |at| at + 1));
    let limit = paging.limit()?;
    let items: Vec<_> = ids[start..].iter().take(limit).filter_map(|id| org.department(*id)).map(|d| summary(&org, d)).collect();
    let next = match items.last() {
        Some(last) if start + limit < ids.len() => Some(cursor::seal(directory.key(), "departments", &filter, &last.id.0)?),
        _ => None,
    };
    Ok(views::Page { items, next })
}

/// One department with its path from the root.
pub fn view(org: &Org, id: DepartmentId) -> Result<views::DepartmentDetail> {
    let department = org.department(id).ok_or(Error::NotFound)?;
    Ok(views::DepartmentDetail { department: summary(org, department), path: path(org, id) })
}

pub(crate) fn path(org: &Org, id: DepartmentId) -> Vec<views::DepartmentRef> {
    org.department_path(id).into_iter().map(|d| views::DepartmentRef { id: d.id, name: d.name.clone() }).collect()
}

fn summary(org: &Org, department: &OrgDepartment) -> views::Department {
    views::Department {
        id: department.id,
        name: department.name.clone(),
        parent: department.parent,
        people: org.people_in(department.id),
        children: u32::try_from(department.children.len()).unwrap_or(u32::MAX),
    }
}
