//! What the conversations show for themselves, for a cross-check with the audit log: ids only.

use holdfast_audit::verify::effects::{Effect, EffectKind};
use holdfast_base::Result;
use holdfast_store::{Read, View};

use crate::{
    Im, keys,
    rows::{MemberRow, MessageRow, Row, SHREDDED},
};

impl Im {
    pub fn effects(&self, view: &View) -> Result<Vec<Effect>> {
        let (mut all, key) = (Vec::new(), &self.inner.key);
        view.scan(keys::CONVERSATION, keys::all(), false, &mut |_| Ok(key.clone()), &mut |row, _| {
            all.push(Effect::new(EffectKind::Conversation, keys::part(row, 0)));
            Ok(true)
        })?;
        view.scan(keys::MEMBER, keys::all(), false, &mut |_| Ok(key.clone()), &mut |row, value| {
            if MemberRow::decode(&value)?.is_present() {
                all.push(Effect::new(EffectKind::Member, format!("{}/{}", keys::part(row, 0), keys::part(row, 1))));
            }
            Ok(true)
        })?;
        view.scan(keys::MESSAGE, keys::all(), false, &mut |_| Ok(key.clone()), &mut |row, value| {
            if MessageRow::decode(&value)?.recalled.is_some_and(|recalled| recalled.by != SHREDDED) {
                all.push(Effect::new(EffectKind::Recall, format!("{}-{}", keys::part(row, 0), keys::part(row, 1))));
            }
            Ok(true)
        })?;
        Ok(all)
    }
}
