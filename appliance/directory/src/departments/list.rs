use holdfast_base::{DepartmentId, Error, Result};

use crate::{Directory, Org, OrgDepartment, Paging, Sight, cursor, views};

/// Departments directly below `parent` that are seen, in their order; without a parent the roots.
pub fn list(
    directory: &Directory,
    sight: &Sight,
    parent: Option<DepartmentId>,
    paging: &Paging,
) -> Result<views::Page<views::Department>> {
    let above = parent.map(|parent| sight.department(parent).ok_or(Error::NotFound)).transpose()?;
    let below = sight.children(above);
    let filter = parent.map(|id| id.to_string()).unwrap_or_default();
    let after: Option<u64> = paging.position(directory.key(), "departments", &filter)?;
    // The order may have changed since; whoever was last seen still says where to go on.
    let start = after.map_or(0, |after| below.iter().position(|one| one.id.0 == after).map_or(below.len(), |at| at + 1));
    let limit = paging.limit()?;
    let items: Vec<_> = below[start..].iter().take(limit).map(|one| summary(sight, one)).collect();
    let next = match items.last() {
        Some(last) if start + limit < below.len() => Some(cursor::seal(directory.key(), "departments", &filter, &last.id.0)?),
        _ => None,
    };
    Ok(views::Page { items, next })
}

/// One department with its path from the root.
pub fn view(sight: &Sight, id: DepartmentId) -> Result<views::DepartmentDetail> {
    let department = sight.department(id).ok_or(Error::NotFound)?;
    Ok(views::DepartmentDetail { department: summary(sight, department), path: path(sight.org(), id) })
}

/// Whoever sees a department sees those above it.
pub(crate) fn path(org: &Org, id: DepartmentId) -> Vec<views::DepartmentRef> {
    org.department_path(id).into_iter().map(|d| views::DepartmentRef { id: d.id, name: d.name.clone() }).collect()
}

fn summary(sight: &Sight, department: &OrgDepartment) -> views::Department {
    views::Department {
        id: department.id,
        name: department.name.clone(),
        parent: department.parent,
        people: sight.people_in(department),
        children: sight.children_count(department),
        heads: sight.heads(department).map(|head| head.reference()).collect(),
    }
}
