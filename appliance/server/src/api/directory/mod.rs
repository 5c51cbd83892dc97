//! Routes of the directory, and of its administration (API.md, "Directory", "Administration").

mod accounts;
mod connectors;
mod data_requests;
mod departments;
mod departures;
mod imports;
mod people;
mod person_fields;
mod roles;
mod terms;

use holdfast_base::limits::PAGE_ITEMS;
use holdfast_directory::Paging;
use utoipa_actix_web::service_config::ServiceConfig;

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
        .service(connectors::list)
        .service(connectors::create)
        .service(connectors::edit)
        .service(connectors::renew)
        .service(connectors::delete)
        .service(roles::list)
        .service(roles::grant)
        .service(roles::revoke);
}

/// `limit` within what a page may hold.
fn paging(cursor: Option<&String>, limit: Option<usize>) -> Paging {
    Paging { cursor: cursor.cloned(), limit: limit.map(|limit| limit.clamp(1, PAGE_ITEMS)) }
}
