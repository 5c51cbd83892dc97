//! What one person sets for one conversation: muted, pinned. Told only to that person's own devices.

use holdfast_audit::{Event as AuditEvent, Object, record};
use holdfast_base::{CommitNo, Result};
use holdfast_store::{LedgerTx, Tx};

use crate::{
    Im, Member, keys,
    lane::Step,
    published::Recipients,
    rows::{OwnLogged, OwnRow, Row, SettingsRow},
    views::{Event, EventKind, OwnChange},
};

/// What is absent stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SettingsChange {
    pub muted: Option<bool>,
    pub pinned: Option<bool>,
}

impl Im {
    pub fn set(&self, tx: &mut LedgerTx<'_>, by: &Member, change: SettingsChange) -> Result<()> {
        let (now, _) = by.again(self, tx)?;
        let person = by.person();
        let was = self.lane_settings(tx, person, now.id);
        let settings = SettingsRow { muted: change.muted.unwrap_or(was.muted), pinned: change.pinned.unwrap_or(was.pinned) };
        if settings == was {
            return Ok(());
        }
        let (g, at) = (tx.g(), tx.now());
        tx.put(keys::SETTINGS, &keys::settings(person, now.id), &settings.encode()?, &self.inner.key)?;
        let row = OwnRow { at, what: OwnLogged::Settings(settings) };
        tx.put(keys::OWN, &keys::own(person, g.0, now.id), &row.encode()?, &self.inner.key)?;
        self.stage(tx, Step::Settings { person, conversation: now.id, settings });
        let entry = AuditEvent::new(by.actor(), "conversation.set", Object::new("conversation", now.id));
        record(tx, entry.number("muted", i64::from(settings.muted)).number("pinned", i64::from(settings.pinned)));
        let own = Some(OwnChange::Settings { muted: settings.muted, pinned: settings.pinned });
        let event = Event { own, ..Event::new(CommitNo(g.0), EventKind::Own, now.id, at) };
        self.publish(tx, Recipients::Person(person), event);
        Ok(())
    }
}
