//! Catching up by one cursor, with waiting for clients that cannot hold a socket.

use std::time::Duration;

use actix_web::{get, web::Query};
use holdfast_base::CommitNo;
use holdfast_im::{limits::SYNC_PAGE, views::SyncPage};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{Answer, Json, Session, page::within, problem::Refusals};

/// Longest wait, in seconds: shorter than the patience of common proxies.
const WAIT_SECONDS: u64 = 50;
const LIMIT_DEFAULT: usize = 200;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SyncQuery {
    /// The cursor: `next` of the page before. 0 or absent: from the beginning of what is kept.
    #[param(value_type = Option<String>, pattern = "^[0-9]{1,19}$")]
    pub from: Option<CommitNo>,
    /// Where there is nothing yet: how many seconds to wait for something, at most 50.
    #[param(minimum = 0, maximum = 50)]
    #[serde(default, deserialize_with = "within::<_, _, 0, 50>")]
    pub wait: Option<u64>,
    #[param(minimum = 1, maximum = 500)]
    #[serde(default, deserialize_with = "within::<_, _, 1, 500>")]
    pub limit: Option<usize>,
}

/// Everything that one has to know since `from`: all conversations and what is one's own, merged by `g`.
#[utoipa::path(tag = "conversations", params(SyncQuery), responses((status = 200, body = SyncPage), Refusals))]
#[get("/sync")]
pub(super) async fn sync(by: Session, query: Query<SyncQuery>) -> Answer<SyncPage> {
    let from = query.from.unwrap_or_default();
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, SYNC_PAGE);
    // Listening begins before reading, so nothing falls between the two.
    let listening = match (query.wait.unwrap_or(0), by.actor.person()) {
        (0, _) | (_, None) => None,
        (seconds, Some(person)) => Some((by.rooms.hub.listen(person), Duration::from_secs(seconds.min(WAIT_SECONDS)))),
    };
    let page = by.run(move |rooms, actor| rooms.im.sync(actor, from, limit)).await?;
    let Some((listening, patience)) = listening.filter(|_| page.items.is_empty() && !page.reset) else {
        return Ok(Json(page));
    };
    if tokio::time::timeout(patience, listening.heard()).await.is_err() {
        return Ok(Json(page));
    }
    drop(listening);
    Ok(Json(by.run(move |rooms, actor| rooms.im.sync(actor, from, limit)).await?))
}
