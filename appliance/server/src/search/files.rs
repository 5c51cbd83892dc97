//! Files: their names at once, their text when a worker has read it.

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    thread,
    time::Duration,
};

use holdfast_base::{Error, NodeId, Result};
use holdfast_drive::{Content, FileRef, Owner};
use holdfast_search::{
    Class, Doc, Index, Key,
    extract::{ExtractError, supports},
    limits::INPUT_BYTES,
};
use parking_lot::{Condvar, Mutex};

use super::{
    Inner,
    content::ContentReader,
    limits,
    texts::{Known, Token},
};

/// Nodes whose text is to be read, lowest first.
#[derive(Default)]
pub(super) struct Waiting {
    state: Mutex<State>,
    more: Condvar,
}

#[derive(Default)]
struct State {
    nodes: BTreeSet<u64>,
    /// How many of them are left from when everything was fed: until then answers are partial.
    backlog: BTreeSet<u64>,
    closed: bool,
}

impl Waiting {
    fn push(&self, node: NodeId) {
        let mut state = self.state.lock();
        if state.nodes.len() < limits::WAITING_FILES {
            state.nodes.insert(node.0);
        }
        self.more.notify_one();
    }

    /// The next one; `None` once closed.
    fn next(&self) -> Option<NodeId> {
        let mut state = self.state.lock();
        loop {
            if state.closed {
                return None;
            }
            if let Some(node) = state.nodes.pop_first() {
                return Some(NodeId(node));
            }
            self.more.wait(&mut state);
        }
    }

    fn done(&self, node: NodeId) {
        self.state.lock().backlog.remove(&node.0);
    }

    /// What waits now belongs to the whole feeding.
    pub(super) fn mark_backlog(&self) {
        let mut state = self.state.lock();
        state.backlog = state.nodes.clone();
    }

    pub(super) fn holds_backlog(&self) -> bool {
        !self.state.lock().backlog.is_empty()
    }

    pub(super) fn close(&self) {
        self.state.lock().closed = true;
        self.more.notify_all();
    }
}

/// One reader: until the room closes.
pub(super) fn run(inner: &Arc<Inner>) {
    while let Some(node) = inner.waiting.next() {
        match inner.read_text(node) {
            Ok(()) => inner.waiting.done(node),
            Err(Error::Sealed) => return,
            Err(error) => {
                tracing::warn!(%error, node = node.0, "the text of a file was not read; it is tried again");
                thread::sleep(Duration::from_secs(limits::RETRY_SECONDS));
                inner.waiting.push(node);
            }
        }
    }
}

impl Inner {
    /// Indexes a node as it is now, or takes it out; asks for its text where nobody has read it.
    pub(super) fn refresh(&self, node: NodeId) -> Result<()> {
        let _one = self.files.lock();
        let index = self.index.load_full().ok_or(Error::Sealed)?;
        let key = Key { object: node.0, part: 0 };
        let view = self.ledger.view();
        let Some(file) = self.drive.file(&view, node)? else {
            self.texts.unused(node);
            return Ok(index.remove(Class::File, key)?);
        };
        if let Owner::Conversation(conversation) = self.drive.owner(&view, file.space)? {
            self.attachments.write().insert(conversation, file.space);
        }
        let token = self.token(&file)?;
        let text = match token {
            None => Some(String::new()),
            Some(token) => self.texts.get(token)?.map(|known| match known {
                Known::Text(text) => text,
                Known::None => String::new(),
            }),
        };
        if text.is_none() {
            self.waiting.push(node);
        }
        let version = version(&file, token, text.is_some());
        let author = file.changed_by.map_or(0, |person| person.0);
        let (class, container, at, title, text) =
            (Class::File, file.space.0, file.changed_at, file.name, text.unwrap_or_default());
        Ok(index.add(&Doc { class, container, key, at, author, title, text, version })?)
    }

    /// The index holds this file as it is, with its text. Else [`Inner::refresh`] is due.
    pub(super) fn is_indexed(&self, index: &Index, file: &FileRef) -> Result<bool> {
        let Some(held) = index.version(Class::File, Key { object: file.node.0, part: 0 })? else { return Ok(false) };
        let token = self.token(file)?;
        let is_read = token.is_none_or(|token| self.texts.holds(token));
        if !is_read || held != version(file, token, true) {
            return Ok(false);
        }
        if let Owner::Conversation(conversation) = self.drive.owner(&self.ledger.view(), file.space)? {
            self.attachments.write().insert(conversation, file.space);
        }
        Ok(true)
    }

    /// The name of a file's text. Only what a worker reads has one: the content of the rest is not opened.
    fn token(&self, file: &FileRef) -> Result<Option<Token>> {
        let source = if worth_reading(file) { self.drive.text_source(&self.ledger.view(), file.node)? } else { None };
        let Some((_, content)) = source else {
            self.texts.unused(file.node);
            return Ok(None);
        };
        let token = self.texts.token(&content)?;
        self.texts.used(file.node, token);
        Ok(Some(token))
    }

    /// Has a worker read the text, keeps it, and indexes the file with it.
    fn read_text(&self, node: NodeId) -> Result<()> {
        let source = self.drive.text_source(&self.ledger.view(), node)?;
        let Some((file, content)) = source.filter(|(file, _)| worth_reading(file)) else { return Ok(()) };
        let token = self.texts.token(&content)?;
        if self.texts.get(token)?.is_none() {
            let known = self.ask_worker(&file, &content, token)?;
            self.texts.put(token, &known)?;
        }
        self.refresh(node)
    }

    /// Failures that belong to the file are kept too, so that it is not tried again after each start.
    fn ask_worker(&self, file: &FileRef, content: &Content, token: Token) -> Result<Known> {
        let mut key = [0; 32];
        key[..token.0.len()].copy_from_slice(&token.0);
        match self.pool.extract(&key, &file.name, content.size(), &mut ContentReader::new(content)) {
            Ok(extracted) => Ok(Known::Text(extracted.text)),
            Err(ExtractError::Refused(refusal)) => {
                tracing::debug!(node = file.node.0, %refusal, "a file has no text");
                Ok(Known::None)
            }
            Err(ExtractError::Quarantined) => {
                tracing::warn!(node = file.node.0, "a file is set aside: it ends every worker");
                Ok(Known::None)
            }
            Err(error) => Err(Error::internal("have the text of a file read")(error)),
        }
    }
}

/// What was indexed of a file: its place, name and time, its content, and whether its text was known. The hash may be another one
/// after an upgrade of the compiler: files are then indexed once more, from texts that are kept.
fn version(file: &FileRef, token: Option<Token>, has_text: bool) -> u64 {
    let mut hash = DefaultHasher::new();
    (file.space.0, &file.name, file.changed_at.0, file.changed_by, token, has_text).hash(&mut hash);
    hash.finish()
}

fn worth_reading(file: &FileRef) -> bool {
    supports(&file.name) && file.size > 0 && file.size <= INPUT_BYTES
}
