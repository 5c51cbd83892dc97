//! All SQL of connectors. Each row bears an HMAC under the directory's key: a row that was written past us opens nothing.

use std::sync::Arc;

use diesel::prelude::*;
use holdfast_base::{Error, Result, Timestamp};
use holdfast_hsm::DekHandle;
use holdfast_store::schema::connector as table;
use uuid::Uuid;

use super::Connector;
use crate::keys;

type Row = (Vec<u8>, String, String, Vec<u8>, i64, i64, Vec<u8>);

/// By name; rows that do not authenticate are left out and logged.
pub(super) fn all(conn: &mut SqliteConnection, key: &DekHandle) -> Result<Vec<Arc<Connector>>> {
    let rows: Vec<Row> = table::table.order(table::name).load(conn).map_err(Error::internal("read the connectors"))?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let Some((connector, written)) = connector(row) else { continue };
        if keys::same_mac(&mac(key, &connector)?, &written) {
            all.push(Arc::new(connector));
        } else {
            tracing::error!(connector = %connector.id, "a connector's row does not authenticate; it opens nothing");
        }
    }
    Ok(all)
}

fn connector((id, name, settings, secret_mac, created_at, changed_at, mac): Row) -> Option<(Connector, [u8; 32])> {
    let connector = Connector {
        id: Uuid::from_slice(&id).ok()?,
        name,
        settings: serde_json::from_str(&settings).ok()?,
        secret_mac: secret_mac.try_into().ok()?,
        created_at: Timestamp(created_at),
        changed_at: Timestamp(changed_at),
    };
    Some((connector, mac.try_into().ok()?))
}

fn mac(key: &DekHandle, connector: &Connector) -> Result<[u8; 32]> {
    let Connector { id, name, created_at, changed_at, secret_mac, .. } = connector;
    let text = format!("{id} {name} {created_at} {changed_at} {secret_mac:?} {}", settings(connector)?);
    Ok(key.mac(keys::MAC_CONNECTOR_ROW, text.as_bytes())?)
}

fn settings(connector: &Connector) -> Result<String> {
    serde_json::to_string(&connector.settings).map_err(Error::internal("write a connector's settings"))
}

pub(super) fn insert(conn: &mut SqliteConnection, key: &DekHandle, connector: &Connector) -> Result<()> {
    let row = (
        table::id.eq(connector.id.as_bytes().to_vec()),
        table::name.eq(&connector.name),
        table::settings.eq(settings(connector)?),
        table::secret_mac.eq(connector.secret_mac.to_vec()),
        table::created_at.eq(connector.created_at.0),
        table::changed_at.eq(connector.changed_at.0),
        table::mac.eq(mac(key, connector)?.to_vec()),
    );
    let insert = diesel::insert_into(table::table).values(row);
    insert.execute(conn).map(drop).map_err(Error::internal("insert a connector"))
}

/// Everything but id, name and when it was made.
pub(super) fn update(conn: &mut SqliteConnection, key: &DekHandle, connector: &Connector) -> Result<()> {
    let row = (
        table::settings.eq(settings(connector)?),
        table::secret_mac.eq(connector.secret_mac.to_vec()),
        table::changed_at.eq(connector.changed_at.0),
        table::mac.eq(mac(key, connector)?.to_vec()),
    );
    let update = diesel::update(table::table.find(connector.id.as_bytes().to_vec())).set(row);
    update.execute(conn).map(drop).map_err(Error::internal("change a connector"))
}

pub(super) fn delete(conn: &mut SqliteConnection, id: Uuid) -> Result<()> {
    let gone = diesel::delete(table::table.find(id.as_bytes().to_vec()));
    gone.execute(conn).map(drop).map_err(Error::internal("delete a connector"))
}
