use std::sync::Arc;

use holdfast_audit::{Event, Object};
use holdfast_base::{ClientId, Error, Result};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Connector, ConnectorSettings, Connectors, known::mac, rows};
use crate::{Directory, SecurityAdmin, app_passwords, creates::Create, limits, text, views};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConnectorRequest {
    pub cid: ClientId,
    /// Part of its bind name, so it never changes. ASCII letters, digits, `.`, `_`, `-`.
    #[schema(max_length = 64)]
    pub name: String,
    pub settings: ConnectorSettings,
}

/// The secret is in this answer and never again.
pub fn create(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &SecurityAdmin,
    new: &NewConnectorRequest,
) -> Result<views::NewConnector> {
    by.recheck(directory)?;
    let org = directory.org();
    let name = text::uid(&new.name).map_err(|_| Error::invalid("name", "not-a-connector-name"))?;
    let settings = new.settings.normalised(&org)?;
    let create = Create::new(directory, new.cid, "connector", &format!("{name} {settings:?}"))?;
    let owner = org.active(by.actor())?.id;
    let rows = rows::all(tx.conn(), directory.key())?;
    if let Some(before) = create.before(tx)? {
        let id: Uuid = before.parse().map_err(Error::internal("read the id of an earlier connector"))?;
        let made = rows.iter().find(|connector| connector.id == id).ok_or(Error::Gone)?;
        let secret = directory.fresh_app_passwords().get(new.cid, owner).ok_or(Error::conflict("shown-once"))?;
        return Ok(views::NewConnector { connector: made.shown(), secret });
    }
    if rows.len() >= limits::CONNECTORS {
        return Err(Error::conflict("too-many-connectors"));
    }
    if rows.iter().any(|connector| connector.name.eq_ignore_ascii_case(&name)) {
        return Err(Error::invalid("name", "taken"));
    }
    let (id, secret, now) = (tx.world().uuid(), app_passwords::random_password(tx.world()), tx.now());
    let secret_mac = mac(directory.key(), &secret)?;
    let connector = Arc::new(Connector { id, name, settings, secret_mac, created_at: now, changed_at: now });
    rows::insert(tx.conn(), directory.key(), &connector)?;
    create.done(tx, &id.to_string())?;
    let event = Event::new(by.actor(), "connector.create", Object::new("connector", id)).text("name", connector.name.clone());
    holdfast_audit::record(tx, event.list("networks", connector.settings.networks.clone()));
    Connectors::publish(tx, directory)?;
    let (memory, cid, fresh) = (directory.clone(), new.cid, secret.clone());
    tx.after_commit(Box::new(move || memory.fresh_app_passwords().put(cid, owner, &fresh)));
    Ok(views::NewConnector { connector: connector.shown(), secret: secret.to_string() })
}
