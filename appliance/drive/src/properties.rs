//! Dead properties of WebDAV: kept as they came, never understood.

use holdfast_audit::record;
use holdfast_base::{Error, NodeId, Result};
use holdfast_store::{LedgerTx, Read};

use crate::{
    Drive, Expect, Reader, Writer, keys, limits,
    records::Property,
    tree::{Delta, Touch},
};

impl Drive {
    pub fn properties(&self, read: &dyn Read, node: &Reader) -> Result<Vec<Property>> {
        if !node.entry.properties {
            return Ok(Vec::new());
        }
        Ok(self.get(read, keys::PROPERTY, &node.node().to_be_bytes())?.unwrap_or_default())
    }

    /// Sets (`Ok`) and removes (`Err`: namespace and name) in the order given, all or nothing.
    pub fn change_properties(
        &self,
        tx: &mut LedgerTx<'_>,
        node: &Writer,
        changes: &[std::result::Result<Property, (String, String)>],
        expect: &Expect,
    ) -> Result<()> {
        let id = node.0.node();
        let (place, mut entry) = self.entry(tx, id)?;
        self.unlocked(tx, node.actor(), id, &expect.tokens)?;
        let mut row: Vec<Property> = self.get(tx, keys::PROPERTY, &id.to_be_bytes())?.unwrap_or_default();
        for change in changes {
            let (namespace, name) = match change {
                Ok(set) => (&set.namespace, &set.name),
                Err((namespace, name)) => (namespace, name),
            };
            row.retain(|kept| (&kept.namespace, &kept.name) != (namespace, name));
            if let Ok(set) = change {
                row.push(set.clone());
            }
        }
        let bytes: usize = row.iter().map(|p| p.namespace.len() + p.name.len() + p.xml.len()).sum();
        if row.len() > limits::PROPERTIES || bytes > limits::PROPERTY_BYTES {
            return Err(Error::TooLarge { limit: limits::PROPERTY_BYTES as u64 });
        }
        entry.properties = !row.is_empty();
        self.set(tx, keys::PROPERTY, &id.to_be_bytes(), &row)?;
        self.set_entry(tx, place, &entry)?;
        // Listings are kept by the folder's stamp, so it changes although no content did.
        let folder = node.0.parent.unwrap_or(id);
        let now = self.entry(tx, folder)?.1.changed_at;
        let _walk = self.grow(tx, folder, Delta::default(), Touch { children: 0, height: 0, now })?;
        record(
            tx,
            self.event(node.actor(), "node.properties", &entry).number("changes", changes.len().try_into().unwrap_or(i64::MAX)),
        );
        Ok(())
    }

    pub(crate) fn copy_properties(&self, tx: &mut LedgerTx<'_>, from: NodeId, to: NodeId) -> Result<()> {
        match self.get::<Vec<Property>>(tx, keys::PROPERTY, &from.to_be_bytes())? {
            Some(row) => self.set(tx, keys::PROPERTY, &to.to_be_bytes(), &row),
            None => Ok(()),
        }
    }
}
