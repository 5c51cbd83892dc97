//! Routes of conversations.

mod conversations;
mod members;
mod messages;
mod read;
mod readers;
mod recall;
mod sync;

use std::str::FromStr;

use holdfast_base::{ClientId, CommitNo};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::Problem;

pub(crate) use messages::check_file;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(conversations::list)
        .service(conversations::create)
        .service(conversations::read)
        .service(conversations::change)
        .service(members::list)
        .service(members::add)
        .service(members::remove)
        .service(messages::page)
        .service(messages::send)
        .service(read::mark)
        .service(readers::list)
        .service(recall::recall)
        .service(sync::sync);
}

/// The client id of one attempt.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecallAttempt)]
pub(crate) struct Attempt {
    #[serde(default)]
    pub cid: Option<ClientId>,
}

/// A cursor of a list in the order of commits: `<g>.<id>`.
fn commit_cursor<Id: FromStr>(text: &str) -> Result<(CommitNo, Id), Problem> {
    let parts = text.split_once('.').ok_or_else(unknown_cursor)?;
    Ok((number(parts.0)?, number(parts.1)?))
}

fn number<T: FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| unknown_cursor())
}

fn unknown_cursor() -> Problem {
    Problem::invalid("cursor", "not-a-cursor")
}
