//! Routes of the directory, and of its administration (API.md, "Directory", "Administration").

mod accounts;
mod avatars;
mod connectors;
mod data_requests;
mod delegations;
mod departments;
mod departures;
mod imports;
mod people;
mod person_fields;
mod roles;
mod tags;
mod terms;
mod visibility;

use holdfast_base::{Actor, Result, limits::PAGE_ITEMS};
use holdfast_directory::{Paging, Sight};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::rooms::Rooms;

// The imports stand first: `/people/{uid}` would take `/people/imports`.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(imports::check)
        .service(imports::read)
        .service(imports::rows)
        .service(imports::report)
        .service(imports::report_book)
        .service(imports::failed)
        .service(imports::failed_book)
        .service(imports::history)
        .service(imports::export)
        .service(imports::remap)
        .service(imports::apply)
        .service(people::list)
        .service(people::list_all)
        .service(people::create)
        .service(people::card)
        .service(people::edit)
        .service(avatars::show)
        .service(avatars::set_own)
        .service(avatars::remove_own)
        .service(avatars::set)
        .service(avatars::remove)
        .service(person_fields::list)
        .service(person_fields::create)
        .service(person_fields::edit)
        .service(person_fields::delete)
        .service(accounts::freeze)
        .service(accounts::unfreeze)
        .service(accounts::password)
        .service(accounts::enrolment)
        .service(accounts::sessions)
        .service(accounts::sign_out)
        .service(accounts::reset_second_factors)
        .service(terms::read)
        .service(terms::set_account_end)
        .service(terms::set_membership_end)
        .service(departures::list)
        .service(departures::read)
        .service(departures::leave)
        .service(departures::cancel)
        .service(departures::restore)
        .service(departures::left_behind)
        .service(departures::decide)
        .service(data_requests::list)
        .service(data_requests::accept)
        .service(data_requests::refuse)
        .service(departments::list)
        .service(departments::create)
        .service(departments::read)
        .service(departments::edit)
        .service(departments::delete)
        .service(departments::change_post)
        .service(departments::reset_order)
        .service(connectors::list)
        .service(connectors::create)
        .service(connectors::edit)
        .service(connectors::renew)
        .service(connectors::delete)
        .service(tags::list)
        .service(tags::create)
        .service(tags::preview)
        .service(tags::read)
        .service(tags::edit)
        .service(tags::delete)
        .service(tags::members)
        .service(tags::put_member)
        .service(tags::take_member)
        .service(tags::people)
        .service(visibility::rules)
        .service(visibility::create)
        .service(visibility::edit)
        .service(visibility::delete)
        .service(visibility::preview)
        .service(visibility::explain)
        .service(visibility::people)
        .service(visibility::departments)
        .service(delegations::list)
        .service(delegations::grant)
        .service(delegations::revoke)
        .service(roles::list)
        .service(roles::grant)
        .service(roles::revoke);
}

/// What the caller sees; the whole for an administrator who asks for it, for a delegate what is given to them.
fn sight(rooms: &Rooms, actor: &Actor, whole: Option<bool>) -> Result<Sight> {
    if !whole.unwrap_or_default() {
        return rooms.directory.sight(actor);
    }
    let org = rooms.directory.org();
    match org.administrator(actor) {
        Ok(by) => Ok(Sight::whole(&org, &by)),
        Err(_) => Sight::of_records(&org, &org.directory_keeper(actor)?),
    }
}

/// `limit` within what a page may hold.
fn paging(cursor: Option<&String>, limit: Option<usize>) -> Paging {
    Paging { cursor: cursor.cloned(), limit: limit.map(|limit| limit.clamp(1, PAGE_ITEMS)) }
}
