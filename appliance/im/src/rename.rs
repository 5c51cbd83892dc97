//! The title of a group. The owner's to change.

use std::sync::Arc;

use holdfast_audit::{Event as AuditEvent, Object, record};
use holdfast_base::Result;
use holdfast_store::{LedgerTx, Slice, Tx};

use crate::{
    Im, Owner,
    append::{NewMessage, Turnover},
    create::check_title,
    found::Verb,
    rows::{BodyRow, EventWord},
};

impl Im {
    /// An empty title takes the title away. The same title again changes nothing.
    pub fn rename(&self, tx: &mut LedgerTx<'_>, by: &Owner, title: &str) -> Result<()> {
        let title = check_title(title)?;
        let now = by.again(self, tx)?;
        if now.title.as_deref() == title.as_deref() {
            return Ok(());
        }
        let mut now = (*now).clone();
        now.title = title.as_deref().map(Arc::from);
        now.title_g = tx.g().0;
        now.title_key = now.newest_key();
        self.put_conversation(tx, &now)?;
        let (actor, person) = (by.member().actor(), by.member().person());
        let entry = AuditEvent::new(actor, "conversation.rename", Object::new("conversation", now.id));
        record(tx, entry.text("title", title.clone().unwrap_or_default()));
        tx.change(Slice::Im, now.id.0, 0, Verb::Conversation as u8);
        let body = BodyRow::Event { event: EventWord::Renamed, people: Vec::new(), count: 0, title };
        let new = NewMessage { sender: person, cid: None, body, at: tx.now() };
        self.append(tx, now, new, Turnover::default())?;
        Ok(())
    }
}
