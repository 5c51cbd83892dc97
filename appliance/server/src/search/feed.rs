//! Feeds the index: what it lacks after a start, everything if need be, then change by change.

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering},
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::Receiver;
use holdfast_base::{CommitNo, ConversationId, Error, NodeId, Result};
use holdfast_im::Verb;
use holdfast_search::{Class, Doc, Index, Key, NameEntry, NameKey, NameKind};
use holdfast_store::{Change, Slice};

use super::{Inner, limits};

/// Our name in the ledger's list of readers.
pub(super) const READER: &str = "search";

/// Until the room closes.
pub(super) fn run(inner: &Inner, woken: &Receiver<()>) {
    while !inner.stopped() {
        let outcome = build(inner).and_then(|fed| follow(inner, &fed, woken));
        match outcome {
            Ok(()) => {}
            // Trimmed past us, or sealed: feed again, or find the room closed.
            Err(Error::Gone) => tracing::warn!("the change log was trimmed: search is fed again"),
            Err(Error::Sealed) => pause(inner, woken),
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
                tracing::error!(%error, cause, "search is fed again");
                pause(inner, woken);
            }
        }
    }
}

fn pause(inner: &Inner, woken: &Receiver<()>) {
    for _ in 0..limits::RETRY_SECONDS {
        if inner.stopped() {
            return;
        }
        // A commit wakes early; the next round of the loop is soon enough.
        let _woken = woken.recv_timeout(Duration::from_secs(1));
    }
}

/// What the index holds.
struct Fed {
    index: Arc<Index>,
    /// From where to follow the log.
    from: CommitNo,
    /// False where something could not be read: the index is served, and not trusted at the next start.
    whole: bool,
}

/// Answers from where to follow the log. Files are compared one by one, since their texts come when they have been read.
fn build(inner: &Inner) -> Result<Fed> {
    let began = inner.world.clock.boot();
    inner.building.store(true, Ordering::Release);
    titles(inner);
    let fed = match kept(inner)? {
        Some(kept) => kept,
        None => anew(inner)?,
    };
    let index = &fed.index;
    files(inner, index)?;
    index.commit()?;
    if !inner.stopped() && fed.whole {
        inner.texts.sweep();
        inner.building.store(false, Ordering::Release);
        let milliseconds = u64::try_from(inner.world.clock.boot().saturating_sub(began).as_millis()).unwrap_or(u64::MAX);
        tracing::info!(messages = index.len(Class::Message), files = index.len(Class::File), milliseconds, "search is fed");
    }
    Ok(fed)
}

/// The index as it was left, if the log still tells what came later.
fn kept(inner: &Inner) -> Result<Option<Fed>> {
    if inner.distrusted.swap(false, Ordering::AcqRel) {
        return Ok(None);
    }
    let Some(index) = inner.index.load_full() else { return Ok(None) };
    let Some(from) = index.position().map(CommitNo) else { return Ok(None) };
    match inner.ledger.changes(from, 1) {
        Ok(_) => Ok(Some(Fed { index, from, whole: true })),
        Err(Error::Gone) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Everything from the originals, in a folder of its own under a key of its own. The old index answers until the new one stands. What
/// is committed meanwhile stands after the answered number in the log.
fn anew(inner: &Inner) -> Result<Fed> {
    let before = inner.generation.key();
    let id = before.id();
    let _committed = inner.ledger.write_freeing(move |tx| tx.retire(id, 0))?;
    inner.generation.next()?;
    // At a start nobody has seen yet which texts are used.
    if inner.renews_now() {
        inner.texts.sweep();
    }
    inner.texts.reseal(&before)?;
    let index = Arc::new(Index::anew(&inner.generation.home(), inner.memory_bytes)?);
    if let Some(old) = inner.index.swap(Some(Arc::clone(&index))) {
        let until = Instant::now() + Duration::from_secs(limits::LET_GO_SECONDS);
        while Arc::strong_count(&old) > 1 && Instant::now() < until {
            thread::sleep(Duration::from_millis(2));
        }
    }
    inner.generation.sweep();
    inner.begun_anew();
    let from = inner.ledger.head();
    let whole = messages(inner, &index)?;
    if whole {
        index.reached(from.0);
    }
    Ok(Fed { index, from, whole })
}

/// False where a message stopped the scan: the rest is served, and answers stay `partial`.
fn messages(inner: &Inner, index: &Index) -> Result<bool> {
    let mut last = ConversationId(0);
    let scanned = inner.im.for_each_message(&inner.ledger.view(), None, &mut |message| {
        last = message.conversation;
        index.add(&document(&message))?;
        Ok(!inner.stopped())
    });
    match scanned {
        Ok(()) => Ok(true),
        Err(Error::Sealed) => Err(Error::Sealed),
        Err(error) => {
            tracing::error!(%error, conversation = last.0, "messages after this conversation are not searched");
            Ok(false)
        }
    }
}

/// One node that cannot be read must not keep the others from being found.
fn refresh(inner: &Inner, node: NodeId) -> Result<()> {
    match inner.refresh(node) {
        Err(Error::Sealed) => Err(Error::Sealed),
        Err(error) => {
            tracing::error!(%error, node = node.0, "a file is not searched");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

fn files(inner: &Inner, index: &Index) -> Result<()> {
    inner.texts.forget_uses();
    let mut after = Some(NodeId(0));
    while let Some(from) = after {
        if inner.stopped() {
            return Ok(());
        }
        let view = inner.ledger.view();
        let (files, next) = inner.drive.files_after(&view, from, limits::NODES)?;
        for file in files {
            if !inner.is_indexed(index, &file)? {
                refresh(inner, file.node)?;
            }
        }
        after = next;
    }
    inner.waiting.mark_backlog();
    Ok(())
}

fn follow(inner: &Inner, fed: &Fed, woken: &Receiver<()>) -> Result<()> {
    let (index, mut position, mut kept_at) = (&fed.index, fed.from, Instant::now());
    while !inner.stopped() {
        if inner.distrusted.load(Ordering::Acquire) {
            return Err(Error::broken("read the index"));
        }
        inner.reached(position);
        if fed.whole {
            index.reached(position.0);
        }
        if inner.renews(position) {
            return Ok(());
        }
        if kept_at.elapsed() >= Duration::from_secs(limits::KEEP_SECONDS) {
            index.commit()?;
            inner.generation.sweep();
            kept_at = Instant::now();
        }
        // Only as far as an index that is opened again holds it: the log is trimmed behind us.
        if let Some(kept) = index.position() {
            inner.ledger.advance_reader(READER, CommitNo(kept))?;
        }
        // Asked first: without a change after it, all up to it is known.
        let head = inner.ledger.head();
        let changes = inner.ledger.changes(position, limits::CHANGES)?;
        let Some(last) = changes.last() else {
            if position < head {
                position = head;
                continue;
            }
            let _woken = woken.recv_timeout(Duration::from_secs(limits::LOOK_SECONDS));
            continue;
        };
        for change in &changes {
            apply(inner, index, change)?;
        }
        position = last.g;
    }
    Ok(())
}

fn apply(inner: &Inner, index: &Index, change: &Change) -> Result<()> {
    match change.slice {
        Slice::Im if change.verb == Verb::Conversation as u8 => title(inner, ConversationId(change.container)),
        Slice::Im => {
            let (conversation, seq) = (ConversationId(change.container), change.object);
            match inner.im.message_text(&inner.ledger.view(), conversation, seq) {
                Ok(Some(message)) => index.add(&document(&message))?,
                // Recalled, or it tells of a change of the conversation itself.
                Ok(None) => {
                    index.remove(Class::Message, Key { object: conversation.0, part: seq })?;
                    title(inner, conversation);
                }
                Err(Error::Sealed) => return Err(Error::Sealed),
                Err(error) => tracing::error!(%error, conversation = conversation.0, seq, "a message is not searched"),
            }
        }
        Slice::Drive => {
            let node = NodeId(change.object);
            let under = match inner.drive.nodes_under(&inner.ledger.view(), node) {
                Err(Error::NotFound) => vec![node],
                other => other?,
            };
            for node in under {
                refresh(inner, node)?;
            }
        }
        Slice::Directory => {}
    }
    Ok(())
}

/// Of every conversation that somebody is in.
fn titles(inner: &Inner) {
    let org = inner.directory.org();
    let all: BTreeSet<ConversationId> = org.people().flat_map(|person| inner.im.containers_of(person.id)).collect();
    let entries = all.into_iter().filter_map(|id| {
        let key = NameKey { kind: NameKind::Conversation, id: id.0 };
        inner.im.title(id).map(|name| NameEntry { key, name, uid: None })
    });
    inner.names.replace(&[NameKind::Conversation], entries);
}

fn title(inner: &Inner, conversation: ConversationId) {
    let key = NameKey { kind: NameKind::Conversation, id: conversation.0 };
    match inner.im.title(conversation) {
        Some(name) => inner.names.put(NameEntry { key, name, uid: None }),
        None => inner.names.remove(key),
    }
}

fn document(message: &holdfast_im::FoundMessage) -> Doc {
    Doc {
        class: Class::Message,
        container: message.conversation.0,
        key: Key { object: message.conversation.0, part: message.seq },
        at: message.at,
        author: message.sender.0,
        title: String::new(),
        text: message.text.clone(),
        version: 0,
    }
}
