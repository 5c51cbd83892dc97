//! The one search box: people, conversations, messages and files in one answer.

mod ask;
mod cursor;
mod hits;
mod run;
mod views;

use actix_web::{get, web::Query};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::{Answer, Json, Session, problem::Refusals};
use ask::SearchQuery;
use views::SearchAnswer;

pub fn configure(config: &mut ServiceConfig) {
    config.service(search);
}

/// Looks for `q` in what the person may see. With `kind=all` the answer holds groups, otherwise one list with a cursor.
///
/// Words are joined by AND; `"..."` is a phrase, `-word` excludes; filters: `from:` `来自:`, `in:` `群:`, `type:` `类型:`, `after:` `之后:`,
/// `before:` `之前:`. Nothing that can be typed is an error.
#[utoipa::path(tag = "search", params(SearchQuery), responses((status = 200, body = SearchAnswer), Refusals))]
#[get("/search")]
async fn search(by: Session, query: Query<SearchQuery>) -> Answer<SearchAnswer> {
    let query = query.into_inner();
    let cursor = query.place()?;
    Ok(Json(by.run(move |rooms, actor| run::search(rooms, actor, &query, cursor)).await?))
}
