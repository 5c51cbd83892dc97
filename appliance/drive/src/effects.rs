//! What the drive shows for itself, for a cross-check with the audit log: ids and numbers only.

use std::collections::BTreeMap;

use holdfast_audit::verify::effects::{Effect, EffectKind};
use holdfast_base::Result;
use holdfast_store::View;

use crate::{
    Drive, keys,
    records::{Place, Space, Trashed, Version},
};

impl Drive {
    pub fn effects(&self, view: &View) -> Result<Vec<Effect>> {
        let mut all = Vec::new();
        self.each(view, keys::SPACE, keys::everything(), &mut |key, _: Space| {
            all.push(Effect::new(EffectKind::Space, keys::first(key)));
            Ok(true)
        })?;
        self.each(view, keys::NODE, keys::everything(), &mut |key, place: Place| {
            let node = keys::first(key);
            all.push(match place {
                Place::Root { .. } => Effect::new(EffectKind::Root, node),
                Place::Child { parent, .. } => Effect::new(EffectKind::Node, node).with(parent.0),
                Place::Trash { .. } | Place::Detached => Effect::new(EffectKind::Node, node),
            });
            Ok(true)
        })?;
        let mut newest = BTreeMap::new();
        self.each(view, keys::VERSION, keys::everything(), &mut |key, row: Version| {
            // The newest stands first.
            newest.entry(keys::first(key)).or_insert(row.version);
            Ok(true)
        })?;
        all.extend(newest.into_iter().map(|(node, version)| Effect::new(EffectKind::Version, node).with(version)));
        self.each(view, keys::TRASH, keys::everything(), &mut |_, row: Trashed| {
            all.push(Effect::new(EffectKind::Trashed, row.entry.id));
            Ok(true)
        })?;
        Ok(all)
    }
}
