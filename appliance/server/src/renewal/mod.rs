//! New data keys for everything that is there: when one may be known, or when the rules of a company ask for it.
//!
//! What the epochs' rotation does not do: there every data key stays and is sealed anew; here every conversation, content, chunk,
//! the index and the database get other keys, their bytes are sealed again, and the old keys are destroyed with the HSM key of
//! their epoch. People go on working meanwhile; it rests as long as it works. Done in the shredder's thread, behind what is to be
//! shredded.
//!
//! Backups from before open under no key then, all of them: whoever renews makes a new one. A shredding does less on purpose, so that
//! yesterday's backup can still be restored without what was shredded.
//!
//! Always true: the step that seals the last of what a key sealed gives the key up, in one transaction; a crash at any instant is
//! gone on from. What it leaves: uploads under way, which get new keys with the next one; keys of the domains, which derive tokens
//! and seal the rows around; the audit log, whose leaves are sums over sealed entries.

mod rows;
pub mod views;

use holdfast_audit::{
    Event, Object, record,
    verify::effects::{Effect, EffectKind},
};
use holdfast_base::{Actor, ConversationId, Error, RequestId, Result};
use holdfast_store::{LedgerTx, Read, Tx};

pub(crate) use rows::RENEWALS;
use rows::{Row, Stage};

use crate::{
    custody,
    records::{each, put},
    shred::Reached,
};

const NUMBER: &str = "renewal";

/// Asks for a renewal in the caller's transaction; wake the shredder once it is durable.
pub fn ask(tx: &mut LedgerTx<'_>, by: &Actor, reason: &str) -> Result<u64> {
    let person = by.person().ok_or(Error::NotSignedIn)?;
    if unfinished(tx)?.is_some() {
        return Err(Error::conflict("renewal-running"));
    }
    let number = tx.next_id(NUMBER)?;
    let row = Row {
        by: person,
        reason: reason.to_owned(),
        asked_at: tx.now(),
        stage: Stage::FIRST,
        conversations: 0,
        messages: 0,
        contents: 0,
        chunks: 0,
        bytes: 0,
        left: 0,
        keys: 0,
        done_at: None,
    };
    put(tx, RENEWALS, number, &row)?;
    record(tx, Event::new(by, "keys.renew", Object::new("renewal", number)).text("reason", reason));
    Ok(number)
}

/// One step of what is asked for. Answers whether there was anything to do.
pub(crate) fn step(reached: &Reached) -> Result<bool> {
    let Some((number, row)) = unfinished(&reached.ledger.view())? else { return Ok(false) };
    match row.stage {
        Stage::Messages { conversation, next } => messages(reached, number, row, (conversation, next))?,
        Stage::Contents { after } => {
            let drive = reached.drive.clone();
            write(reached, number, row, move |tx, row| {
                let done = drive.renew_contents(tx, after)?;
                row.contents += done.items;
                row.bytes += done.bytes;
                row.left += done.left;
                row.stage = done.at.map_or(Stage::Chunks { after: None }, |after| Stage::Contents { after });
                Ok(())
            })?;
        }
        Stage::Chunks { after } => {
            let done = reached.drive.renew_chunks(after)?;
            write(reached, number, row, move |_, row| {
                row.chunks += done.items;
                row.bytes += done.bytes;
                row.left += done.left;
                row.stage = done.at.map_or(Stage::Index, |after| Stage::Chunks { after: Some(after) });
                Ok(())
            })?;
        }
        Stage::Index => {
            let ledger = &reached.ledger;
            reached.search.renew(|old| ledger.write(move |tx| tx.retire(old, custody::SWEPT)).map(drop))?;
            go_to(reached, number, row, Stage::Database)?;
        }
        Stage::Database => {
            reached.stores.renew_database()?;
            go_to(reached, number, row, Stage::Keys)?;
        }
        Stage::Keys => keys(reached, number, row)?,
        Stage::Done => {}
    }
    Ok(true)
}

/// What of it the ledger shows, for a cross-check with the audit log.
pub(crate) fn effects(read: &dyn Read) -> Result<Vec<Effect>> {
    let mut all = Vec::new();
    each(read, RENEWALS, None, &mut |number, _: Row| {
        all.push(Effect::new(EffectKind::Renewal, number));
        Ok(true)
    })?;
    Ok(all)
}

/// The newest one, while it is not done: there is only one at a time.
fn unfinished(read: &dyn Read) -> Result<Option<(u64, Row)>> {
    let mut newest = None;
    each(read, RENEWALS, None, &mut |number, row: Row| {
        newest = Some((number, row));
        Ok(false)
    })?;
    Ok(newest.filter(|(_, row)| row.stage != Stage::Done))
}

fn messages(reached: &Reached, number: u64, row: Row, (conversation, next): (ConversationId, Option<u64>)) -> Result<()> {
    let im = reached.im.clone();
    let id = if next.is_some() { Some(conversation) } else { im.conversation_after(conversation) };
    let Some(id) = id else { return go_to(reached, number, row, Stage::Contents { after: 0 }) };
    write(reached, number, row, move |tx, row| {
        if next.is_none() {
            im.begin_renewal(tx, id)?;
        }
        let done = im.renew_messages(tx, id, next.unwrap_or(1))?;
        row.messages += done.messages;
        row.conversations += u64::from(done.next.is_none());
        row.stage = Stage::Messages { conversation: id, next: done.next };
        Ok(())
    })
}

/// The epoch goes, and with it every key that was given up.
fn keys(reached: &Reached, number: u64, row: Row) -> Result<()> {
    let Reached { ledger, audit, daybook, vault, world, .. } = reached;
    let swept = ledger.retired()?.into_iter().filter(|(_, cause)| *cause == custody::SWEPT).count() as u64;
    let by = Actor::system(RequestId(world.uuid()), world.now());
    let epoch = custody::rotate(ledger, audit, daybook, vault, &by)?;
    write(reached, number, row, move |tx, row| {
        *row = Row { stage: Stage::Done, keys: swept, done_at: Some(tx.now()), ..row.clone() };
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let event = Event::new(&by, "keys.renewed", Object::new("renewal", number));
        let event = event.number("conversations", count(row.conversations)).number("messages", count(row.messages));
        let event = event.number("contents", count(row.contents)).number("chunks", count(row.chunks));
        record(tx, event.number("left", count(row.left)).number("keys", count(swept)).number("epoch", i64::from(epoch.0)));
        Ok(())
    })
}

fn go_to(reached: &Reached, number: u64, row: Row, stage: Stage) -> Result<()> {
    write(reached, number, row, move |_, row| {
        row.stage = stage;
        Ok(())
    })
}

/// A step and how far it has come, in one transaction.
fn write(
    reached: &Reached,
    number: u64,
    mut row: Row,
    act: impl FnOnce(&mut LedgerTx<'_>, &mut Row) -> Result<()> + Send + 'static,
) -> Result<()> {
    let written = reached.ledger.write(move |tx| {
        act(tx, &mut row)?;
        put(tx, RENEWALS, number, &row)
    })?;
    let () = written.value;
    Ok(())
}
