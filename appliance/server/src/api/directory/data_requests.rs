//! The desk for what people ask of their own data.

use actix_web::{
    get, post,
    web::{Path, Query},
};
use holdfast_directory::{
    data_requests::{self, Answer as Words, OfState},
    views::DataRequest,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::paging;
use crate::http::{
    Answer, Json, SystemAdmin,
    page::{Page, numbered, within},
    problem::Refusals,
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DataRequestQuery {
    /// Those that wait for an answer, when absent.
    #[param(inline)]
    pub state: Option<OfState>,
    /// What the page before answered as `next`.
    pub cursor: Option<String>,
    /// At most 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    #[serde(default, deserialize_with = "within::<_, _, 1, 200>")]
    pub limit: Option<usize>,
}

/// Open ones by the day they are due, closed ones by their number, the last first.
#[utoipa::path(tag = "administration", params(DataRequestQuery), responses((status = 200, body = Page<DataRequest>), Refusals))]
#[get("/admin/data-requests")]
pub async fn list(by: SystemAdmin, query: Query<DataRequestQuery>) -> Answer<Page<DataRequest>> {
    let (state, paging, proof) = (query.state.unwrap_or_default(), paging(query.cursor.as_ref(), query.limit), by.proof);
    let page = by.session.run(move |rooms, _| data_requests::list(&rooms.directory, &proof, state, &paging)).await?;
    Ok(Json(Page { items: page.items, next: page.next }))
}

/// It is done; a correction, or the deletion of a field, in the same step.
#[utoipa::path(tag = "administration", params(("id" = String, Path)), request_body = Words, responses((status = 200, body = DataRequest), Refusals))]
#[post("/admin/data-requests/{id}/accept")]
pub async fn accept(by: SystemAdmin, at: Path<String>, ask: Json<Words>) -> Answer<DataRequest> {
    let (id, ask, proof) = (numbered(&at)?, ask.into_inner(), by.proof);
    let done = by.session.run(move |rooms, _| rooms.write_db(|tx| data_requests::accept(tx, &rooms.directory, &proof, id, &ask)));
    Ok(Json(done.await?))
}

/// It is not done; the person reads why.
#[utoipa::path(tag = "administration", params(("id" = String, Path)), request_body = Words, responses((status = 200, body = DataRequest), Refusals))]
#[post("/admin/data-requests/{id}/refuse")]
pub async fn refuse(by: SystemAdmin, at: Path<String>, ask: Json<Words>) -> Answer<DataRequest> {
    let (id, ask, proof) = (numbered(&at)?, ask.into_inner(), by.proof);
    let done = by.session.run(move |rooms, _| rooms.write_db(|tx| data_requests::refuse(tx, &rooms.directory, &proof, id, &ask)));
    Ok(Json(done.await?))
}
