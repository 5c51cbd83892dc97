//! The next epoch of the keys, before the box would begin it by itself.

use actix_web::post;
use holdfast_base::{Error, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use crate::{
    custody,
    http::{Created, Json, Problem, SecurityAdmin, problem::Refusals},
};

/// Rotations one after the other; each holds up everybody who needs a key for the first time.
static RUNNING: Semaphore = Semaphore::const_new(1);

/// Nothing to choose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotationOrder {}

/// An epoch that began.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rotation {
    pub epoch: u32,
    pub epoch_since: Timestamp,
}

/// Begins the next epoch: a new key on the token, the keyring sealed under it, the old key destroyed. Contents stay as they are.
#[utoipa::path(tag = "security", request_body = RotationOrder, responses((status = 201, body = Rotation), Refusals))]
#[post("/security/rotations")]
pub async fn rotate(by: SecurityAdmin, _: Json<RotationOrder>) -> Result<Created<Rotation>, Problem> {
    let _turn = RUNNING.acquire().await.map_err(Error::internal("wait for a turn to rotate"))?;
    let done = by.session.run(|rooms, actor| {
        let epoch = custody::rotate(&rooms.ledger, &rooms.audit, &rooms.daybook, &rooms.vault, actor)?;
        Ok(Rotation { epoch: epoch.0, epoch_since: rooms.vault.epoch_since()? })
    });
    Ok(Created(done.await?))
}
