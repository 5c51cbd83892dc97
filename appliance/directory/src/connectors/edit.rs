use std::sync::Arc;

use holdfast_audit::{Event, Object};
use holdfast_base::{Error, Result};
use holdfast_store::{DbTx, Tx};
use uuid::Uuid;

use super::{Connector, ConnectorSettings, Connectors, known::mac, rows};
use crate::{Directory, SecurityAdmin, app_passwords, views};

/// What is open under it must sign in again.
pub fn edit(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &SecurityAdmin,
    id: Uuid,
    settings: &ConnectorSettings,
) -> Result<views::Connector> {
    by.recheck(directory)?;
    let before = find(tx, directory, id)?;
    let settings = settings.normalised(&directory.org())?;
    if settings == before.settings {
        return Ok(before.shown());
    }
    let after = Connector { settings, changed_at: tx.now(), ..Connector::clone(&before) };
    rows::update(tx.conn(), directory.key(), &after)?;
    let event = Event::new(by.actor(), "connector.edit", Object::new("connector", id)).text("name", before.name.clone());
    let said = |connector: &Connector| serde_json::to_string(&connector.settings).unwrap_or_default();
    holdfast_audit::record(tx, event.list("settings", vec![said(&before), said(&after)]));
    Connectors::publish(tx, directory)?;
    Ok(after.shown())
}

/// A new secret; the one before opens nothing from now on.
pub fn renew(tx: &mut DbTx<'_>, directory: &Directory, by: &SecurityAdmin, id: Uuid) -> Result<views::NewConnector> {
    by.recheck(directory)?;
    let before = find(tx, directory, id)?;
    let secret = app_passwords::random_password(tx.world());
    let after = Connector { secret_mac: mac(directory.key(), &secret)?, changed_at: tx.now(), ..Connector::clone(&before) };
    rows::update(tx.conn(), directory.key(), &after)?;
    let event = Event::new(by.actor(), "connector.renew", Object::new("connector", id));
    holdfast_audit::record(tx, event.text("name", before.name.clone()));
    Connectors::publish(tx, directory)?;
    Ok(views::NewConnector { connector: after.shown(), secret: secret.to_string() })
}

pub(super) fn find(tx: &mut DbTx<'_>, directory: &Directory, id: Uuid) -> Result<Arc<Connector>> {
    rows::all(tx.conn(), directory.key())?.into_iter().find(|connector| connector.id == id).ok_or(Error::NotFound)
}
