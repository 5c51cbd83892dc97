use holdfast_audit::{Event, Object};
use holdfast_base::{Error, Result, RuleId};
use holdfast_store::{DbTx, Tx};

use super::{
    Rule, RuleSettings, RuleView,
    create::{publish, written},
    rows,
};
use crate::{Directory, SecurityAdmin};

pub fn edit(
    tx: &mut DbTx<'_>,
    directory: &Directory,
    by: &SecurityAdmin,
    id: RuleId,
    settings: &RuleSettings,
) -> Result<RuleView> {
    by.recheck(directory)?;
    let org = directory.org();
    let before = org.rules.rules.iter().find(|rule| rule.id == id).ok_or(Error::NotFound)?;
    let settings = settings.normalised(&org)?;
    if settings == before.settings {
        return Ok(RuleView::of(&org, before));
    }
    let after = Rule { settings, changed_at: tx.now(), ..before.clone() };
    rows::update(tx.conn(), directory.key(), &after)?;
    let event = Event::new(by.actor(), "visibility.edit", Object::new("visibility-rule", id));
    holdfast_audit::record(tx, event.list("settings", vec![written(&before.settings), written(&after.settings)]));
    publish(tx, directory)?;
    Ok(RuleView::of(&org, &after))
}
