//! All connectors in memory.

use std::{net::IpAddr, sync::Arc};

use arc_swap::ArcSwap;
use holdfast_base::{Error, Result, Timestamp};
use holdfast_hsm::DekHandle;
use holdfast_store::{Db, Tx};
use uuid::Uuid;

use super::{ConnectorSettings, Network, View, rows};
use crate::{Directory, app_passwords, keys, views};

/// One connector as the door needs it.
#[derive(Debug, Clone)]
pub struct Connector {
    pub id: Uuid,
    pub name: String,
    pub settings: ConnectorSettings,
    /// A new one with each change: whoever is signed in under an older one must sign in again.
    pub changed_at: Timestamp,
    pub(super) created_at: Timestamp,
    pub(super) secret_mac: [u8; 32],
}

impl Connector {
    pub fn view(&self) -> View {
        View::of(self)
    }

    /// The narrowest of its networks that holds the address, by its bits.
    fn reach(&self, address: IpAddr) -> Option<u8> {
        let networks = self.settings.networks.iter().filter_map(|text| text.parse::<Network>().ok());
        networks.filter(|network| network.holds(address)).map(|network| network.bits()).max()
    }

    pub(super) fn shown(&self) -> views::Connector {
        views::Connector {
            id: self.id,
            name: self.name.clone(),
            settings: self.settings.clone(),
            created_at: self.created_at,
            changed_at: self.changed_at,
        }
    }
}

pub(crate) struct Connectors {
    all: ArcSwap<Vec<Arc<Connector>>>,
}

impl Connectors {
    pub(crate) fn load(db: &Db, key: &DekHandle) -> Result<Self> {
        Ok(Self { all: ArcSwap::from_pointee(db.read(|conn| rows::all(conn, key))?) })
    }

    pub(super) fn all(&self) -> Arc<Vec<Arc<Connector>>> {
        self.all.load_full()
    }

    /// Put into memory what the rows say once the transaction is durable, before its answer goes out.
    pub(super) fn publish(tx: &mut holdfast_store::DbTx<'_>, directory: &Directory) -> Result<()> {
        let all = rows::all(tx.conn(), directory.key())?;
        let directory = directory.clone();
        tx.after_commit(Box::new(move || directory.connectors().all.store(Arc::new(all))));
        Ok(())
    }
}

/// Which connector signs in with this name and secret from this address. `WrongCredentials` whatever is wrong.
pub fn resolve(directory: &Directory, name: &str, secret: &str, address: IpAddr) -> Result<Arc<Connector>> {
    let offered = mac(directory.key(), secret)?;
    let all = directory.connectors().all();
    let named = all.iter().find(|connector| connector.name.eq_ignore_ascii_case(name));
    let right = named.filter(|connector| keys::same_mac(&connector.secret_mac, &offered));
    right.filter(|connector| connector.reach(address).is_some()).cloned().ok_or(Error::WrongCredentials)
}

/// Which connector people's own passwords are checked through when they come from this address: of those that may, the one
/// with the narrowest network around it, the older of two.
pub fn for_passwords(directory: &Directory, address: IpAddr) -> Option<Arc<Connector>> {
    let all = directory.connectors().all();
    let may = all.iter().filter(|connector| connector.settings.checks_passwords);
    let reaching = may.filter_map(|connector| Some((connector.reach(address)?, connector)));
    let best = reaching.min_by_key(|(bits, connector)| (std::cmp::Reverse(*bits), connector.created_at, connector.id));
    best.map(|(_, connector)| connector.clone())
}

/// The connector as it was when somebody signed in under it; none when it has changed since or is gone.
pub fn standing(directory: &Directory, id: Uuid, changed_at: Timestamp) -> Option<Arc<Connector>> {
    directory.connectors().all().iter().find(|connector| connector.id == id && connector.changed_at == changed_at).cloned()
}

pub(super) fn mac(key: &DekHandle, secret: &str) -> Result<[u8; 32]> {
    Ok(key.mac(keys::MAC_CONNECTOR, app_passwords::bare(secret).as_bytes())?)
}
