use holdfast_audit::{Event, Object};
use holdfast_base::{ClientId, Error, Result, RuleId};
use holdfast_store::{DbTx, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Rule, RuleSettings, RuleView, rows};
use crate::{Directory, SecurityAdmin, creates::Create, limits, rows as shared, tags};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewVisibilityRule)]
#[serde(deny_unknown_fields)]
pub struct NewRule {
    pub cid: ClientId,
    pub settings: RuleSettings,
}

/// Counts from its answer on.
pub fn create(tx: &mut DbTx<'_>, directory: &Directory, by: &SecurityAdmin, new: &NewRule) -> Result<RuleView> {
    by.recheck(directory)?;
    let org = directory.org();
    let settings = new.settings.normalised(&org)?;
    let create = Create::new(directory, new.cid, "visibility-rule", &written(&settings))?;
    if let Some(before) = create.before(tx)? {
        let id: RuleId = before.parse().map_err(|_| Error::broken("read the id of an earlier rule"))?;
        let made = org.rules.rules.iter().find(|rule| rule.id == id).ok_or(Error::Gone)?;
        return Ok(RuleView::of(&org, made));
    }
    if org.rules.rules.len() >= limits::RULES {
        return Err(Error::conflict("too-many"));
    }
    let (id, now) = (RuleId(shared::next_id(tx.conn(), "visibility-rule")?), tx.now());
    let rule = Rule { id, settings, created_at: now, changed_at: now };
    rows::insert(tx.conn(), directory.key(), &rule)?;
    create.done(tx, &id.to_string())?;
    let event = Event::new(by.actor(), "visibility.create", Object::new("visibility-rule", id));
    holdfast_audit::record(tx, event.text("settings", written(&rule.settings)));
    publish(tx, directory)?;
    Ok(RuleView::of(&org, &rule))
}

/// As the audit log has it.
pub(super) fn written(settings: &RuleSettings) -> String {
    serde_json::to_string(settings).unwrap_or_default()
}

/// Puts into memory what the rows say.
pub(super) fn publish(tx: &mut DbTx<'_>, directory: &Directory) -> Result<()> {
    let mut rules = rows::all(tx.conn(), directory.key())?;
    rules.damaged |= tags::rows::all(tx.conn(), directory.key())?.1;
    directory.publish(tx, move |org| org.with_rules(rules));
    Ok(())
}
