use holdfast_audit::{Event, Object};
use holdfast_base::{DepartmentId, Error, PersonId, Result, Rule};
use holdfast_store::DbTx;

use super::rows;
use crate::{Directory, DirectoryKeeper, Org, OrgDepartment, limits, may::Act};

/// Puts a member behind another one, or to the front; whoever stands before them stays where they stand from now on.
pub(super) fn put(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &DirectoryKeeper,
    department: &OrgDepartment,
    person: PersonId,
    behind: Option<&str>,
) -> Result<()> {
    let org = directory.org();
    let mut order: Vec<PersonId> = org.ordered(department).iter().filter_map(|slot| Some(org.at_slot(*slot)?.id)).collect();
    let unknown = || Error::invalid("after", "unknown");
    let from = order.iter().position(|id| *id == person).ok_or(Error::NotFound)?;
    order.remove(from);
    let to = match behind {
        None => 0,
        Some(uid) => {
            let behind = org.by_uid(uid).filter(|one| one.state.is_kept() && one.id != person).ok_or_else(unknown)?.id;
            order.iter().position(|id| *id == behind).ok_or_else(unknown)? + 1
        }
    };
    order.insert(to, person);
    let placed = |id: &PersonId| org.person(*id).and_then(|one| one.post(department.id)?.place).is_some();
    let last = order.iter().rposition(placed).map_or(to, |last| last.max(to));
    if from == to && placed(&person) {
        return Ok(());
    }
    let arranged = last + 1;
    if arranged > limits::ARRANGED_MEMBERS {
        let rule = Rule { code: "too-many", limit: Some(limits::ARRANGED_MEMBERS as u64) };
        return Err(Error::Invalid { field: "after", rule });
    }
    let places: Vec<(PersonId, Option<u32>)> = order.into_iter().take(arranged).zip((0..).map(Some)).collect();
    set(tx, directory, &org, department.id, places)?;
    let event = Event::new(by.actor(), "membership.move", Object::new("person", person));
    let event = event.text("department", department.id.to_string());
    holdfast_audit::record(tx, event.text("after", behind.unwrap_or_default()));
    Ok(())
}

/// Everybody of the department by name again, behind its heads.
pub fn reset_order(tx: &mut DbTx<'_>, directory: &Directory, by: &DirectoryKeeper, id: DepartmentId) -> Result<()> {
    by.demand(directory, &Act::ArrangeDepartment(id))?;
    let org = directory.org();
    let department = org.department(id).ok_or(Error::NotFound)?;
    let everybody = org.ordered(department).iter().filter_map(|slot| Some((org.at_slot(*slot)?.id, None)));
    set(tx, directory, &org, id, everybody.collect())?;
    holdfast_audit::record(tx, Event::new(by.actor(), "department.reset-order", Object::new("department", id)));
    Ok(())
}

fn set(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    org: &Org,
    department: DepartmentId,
    mut places: Vec<(PersonId, Option<u32>)>,
) -> Result<()> {
    let stands = |id: PersonId| org.person(id).and_then(|one| one.post(department)?.place);
    places.retain(|(id, place)| stands(*id) != *place);
    for (id, place) in &places {
        rows::set_place(tx.conn(), *id, department, *place)?;
    }
    directory.publish(tx, move |org| org.with_places(department, &places));
    Ok(())
}
