//! All SQL of the sign-in policy.

use diesel::prelude::*;
use holdfast_base::{Error, Result, Timestamp};
use holdfast_hsm::DekHandle;
use holdfast_store::schema::sign_in_policy as table;

use super::SignInPolicy;
use crate::keys;

/// The product's own until one was set. One that does not open stops the start: guessing would lower what is asked for.
pub(crate) fn read(conn: &mut SqliteConnection, key: &DekHandle) -> Result<SignInPolicy> {
    let found: Option<Vec<u8>> =
        table::table.select(table::policy_sealed).first(conn).optional().map_err(Error::internal("read the sign-in policy"))?;
    let Some(sealed) = found else { return Ok(SignInPolicy::default()) };
    let plain = key.open(&keys::sign_in_policy(), &sealed)?;
    serde_json::from_slice(&plain).map_err(Error::internal("decode the sign-in policy"))
}

pub(super) fn put(conn: &mut SqliteConnection, key: &DekHandle, policy: &SignInPolicy, now: Timestamp) -> Result<()> {
    let plain = serde_json::to_vec(policy).map_err(Error::internal("encode the sign-in policy"))?;
    let row = (table::policy_sealed.eq(key.seal(&keys::sign_in_policy(), &plain)?), table::changed_at.eq(now.0));
    let insert = diesel::insert_into(table::table).values((table::id.eq(1), row.clone()));
    let upsert = insert.on_conflict(table::id).do_update().set(row);
    upsert.execute(conn).map(drop).map_err(Error::internal("store the sign-in policy"))
}
