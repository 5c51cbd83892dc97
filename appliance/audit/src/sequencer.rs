//! The one thread that gives indices. It takes all that is waiting, seals, appends, has every bundle that it touched made
//! durable at once, and only then tells anybody.

use std::{
    io,
    path::PathBuf,
    sync::{Arc, atomic::Ordering},
    thread,
};

use crossbeam_channel::Receiver;
use holdfast_base::{Error, Result};

use crate::{
    entry::{Body, Header},
    event::Draft,
    hot::{AppendError, Hot},
    jsonl::Jsonl,
    limits::{BATCH_ENTRIES, JSONL_CATCH_UP, TILE_WIDTH},
    log::{Receipt, Shared},
    verify::{hash::leaf_hash, read_bundle},
};

/// What became of an order.
#[derive(Debug)]
pub(crate) struct Appended {
    /// Index of its first entry; meaningless when `count` is 0.
    pub(crate) first: u64,
    /// Entries that are durable; the rest is not in the log.
    pub(crate) count: usize,
    /// Why there is a rest.
    pub(crate) error: Option<Error>,
}

impl Appended {
    /// Of an order of one entry.
    pub(crate) fn receipt(self) -> Result<Receipt> {
        match self {
            Self { count: 1, first, .. } => Ok(Receipt { index: first }),
            Self { error, .. } => Err(error.unwrap_or(Error::AuditUnavailable)),
        }
    }
}

pub(crate) type Done = Box<dyn FnOnce(Appended) + Send>;

pub(crate) enum Order {
    Append { drafts: Vec<Draft>, done: Done },
    Stop,
}

pub(crate) struct Sequencer {
    shared: Arc<Shared>,
    hot: Option<Hot>,
    jsonl_path: Option<PathBuf>,
    jsonl: Option<Jsonl>,
    /// The last append was refused by the disk.
    failing: bool,
    copy_failing: bool,
}

/// One entry on its way to the disk.
struct Ready {
    order: usize,
    header: Header,
    body: Body,
    bytes: Vec<u8>,
}

/// What goes into one bundle.
struct Piece {
    hot: Hot,
    entries: Vec<Ready>,
}

struct Waiting {
    done: Done,
    result: Appended,
}

impl Sequencer {
    pub(crate) fn new(shared: Arc<Shared>, hot: Option<Hot>, jsonl_path: Option<PathBuf>) -> Self {
        Self { shared, hot, jsonl_path, jsonl: None, failing: false, copy_failing: false }
    }

    pub(crate) fn run(mut self, orders: &Receiver<Order>) {
        if let Err(cause) = self.catch_up_copy() {
            tracing::warn!(cause = &cause as &dyn std::error::Error, "complete audit.jsonl");
        }
        while let Ok(first) = orders.recv() {
            let (mut batch, mut entries, mut stop) = (Vec::new(), 0, false);
            let mut next = Some(first);
            while let Some(order) = next {
                match order {
                    Order::Stop => {
                        stop = true;
                        break;
                    }
                    Order::Append { drafts, done } => {
                        entries += drafts.len();
                        batch.push((drafts, done));
                    }
                }
                next = if entries < BATCH_ENTRIES { orders.try_recv().ok() } else { None };
            }
            self.commit(batch);
            if stop {
                return;
            }
        }
    }

    fn commit(&mut self, batch: Vec<(Vec<Draft>, Done)>) {
        let mut waiting = Vec::with_capacity(batch.len());
        let mut ready: Vec<Ready> = Vec::new();
        let (start, now) = (self.shared.durable(), self.shared.world.now());
        for (order, (drafts, done)) in batch.into_iter().enumerate() {
            let mut result = Appended { first: start + ready.len() as u64, count: 0, error: None };
            for draft in drafts {
                if self.shared.is_stopped() {
                    result.error = Some(Error::AuditUnavailable);
                    break;
                }
                match self.shared.sealer.seal(start + ready.len() as u64, &draft, now) {
                    Ok((header, bytes)) => ready.push(Ready { order, header, body: draft.body(), bytes }),
                    Err(cause) => {
                        result.error = Some(cause);
                        break;
                    }
                }
            }
            waiting.push(Waiting { done, result });
        }
        self.store(ready, &mut waiting);
        for Waiting { done, result } in waiting {
            done(result);
        }
    }

    /// All pieces are written, then made durable together: however many bundles they fill, they wait for the disk once. What
    /// is durable, and all before it, is counted for its order.
    fn store(&mut self, ready: Vec<Ready>, waiting: &mut [Waiting]) {
        let mut rest = ready;
        let (mut pieces, mut trouble) = (Vec::new(), None);
        if !self.shared.is_stopped() {
            trouble = self.write(&mut rest, &mut pieces).err();
        }
        let synced = sync(&mut pieces);
        for (Piece { hot, entries }, done) in pieces.into_iter().zip(synced) {
            if let Err(cause) = done
                && trouble.as_ref().is_none_or(|trouble| !trouble.stops())
            {
                trouble = Some(cause);
            }
            if trouble.as_ref().is_some_and(AppendError::stops) {
                rest.extend(entries);
                continue;
            }
            self.shared.fdatasyncs.fetch_add(1, Ordering::Relaxed);
            self.shared.appended(entries.iter().map(|entry| (&entry.header, leaf_hash(&entry.bytes))));
            entries.iter().for_each(|entry| waiting[entry.order].result.count += 1);
            self.copy_out(&entries);
            if hot.room() > 0 {
                self.hot = Some(hot);
            }
            if std::mem::take(&mut self.failing) {
                self.shared.note_disk(false);
            }
        }
        if let Some(cause) = trouble {
            self.note_trouble(&cause);
        }
        for entry in rest {
            waiting[entry.order].result.error.get_or_insert(Error::AuditUnavailable);
        }
    }

    /// Into as many bundles as it takes. What could not be written stays in `rest`.
    fn write(&mut self, rest: &mut Vec<Ready>, pieces: &mut Vec<Piece>) -> std::result::Result<(), AppendError> {
        let mut number = self.shared.durable() / TILE_WIDTH as u64;
        while !rest.is_empty() {
            let mut hot = match self.hot.take() {
                Some(hot) => hot,
                None => Hot::open(&self.shared.dir, number, 0, 0).map_err(AppendError::Undone)?,
            };
            let count = rest.len().min(hot.room());
            if let Err(cause) = hot.write(&bytes_of(&rest[..count]), count) {
                self.hot = Some(hot);
                return Err(cause);
            }
            let later = rest.split_off(count);
            pieces.push(Piece { hot, entries: std::mem::replace(rest, later) });
            number += 1;
        }
        Ok(())
    }

    fn note_trouble(&mut self, cause: &AppendError) {
        let again = std::mem::replace(&mut self.failing, true);
        self.shared.note_disk(true);
        let stopped = cause.stops();
        if stopped {
            self.shared.stop_appending(matches!(cause, AppendError::Unknown(_)));
        }
        // A full disk is one event, not one for each entry.
        if stopped || !again {
            tracing::error!(cause = cause as &dyn std::error::Error, stopped, "append to the audit log");
        }
    }

    /// Lines of entries that a crash kept out of `audit.jsonl`.
    fn catch_up_copy(&mut self) -> holdfast_base::Result<()> {
        let Some(path) = &self.jsonl_path else { return Ok(()) };
        let jsonl = self.jsonl.insert(Jsonl::open(path).map_err(Error::internal("open audit.jsonl"))?);
        let Some(last) = jsonl.last_index() else { return Ok(()) };
        let end = self.shared.durable();
        let pruned = self.shared.first_bundle() * TILE_WIDTH as u64;
        let start = (last + 1).max(end.saturating_sub(JSONL_CATCH_UP)).max(pruned);
        let folder = self.shared.folder();
        for number in start / TILE_WIDTH as u64..end.div_ceil(TILE_WIDTH as u64) {
            let bundle = read_bundle(&folder, number, TILE_WIDTH).map_err(Error::internal("read audit entries"))?;
            let mut lines = Vec::new();
            for (index, entry) in (number * TILE_WIDTH as u64..end).zip(bundle.iter()) {
                if index >= start {
                    lines.push(self.shared.sealer.open(entry)?);
                }
            }
            jsonl.write(&lines).map_err(Error::internal("write audit.jsonl"))?;
        }
        Ok(())
    }

    fn copy_out(&mut self, entries: &[Ready]) {
        if self.jsonl_path.is_none() {
            return;
        }
        let lines = || entries.iter().map(|entry| (entry.header.clone(), entry.body.clone())).collect::<Vec<_>>();
        let written = match &mut self.jsonl {
            Some(jsonl) => jsonl.write(&lines()).map_err(Error::internal("write audit.jsonl")),
            // It could not be written before: what it missed comes first, and these entries are the end of that.
            None => self.catch_up_copy().and_then(|()| match &mut self.jsonl {
                Some(new) if new.last_index().is_none() => new.write(&lines()).map_err(Error::internal("write audit.jsonl")),
                _ => Ok(()),
            }),
        };
        match written {
            Ok(()) => self.copy_failing = false,
            Err(cause) => {
                self.jsonl = None;
                if !std::mem::replace(&mut self.copy_failing, true) {
                    tracing::warn!(cause = &cause as &dyn std::error::Error, "write audit.jsonl; tried again with each entry");
                }
            }
        }
    }
}

fn bytes_of(entries: &[Ready]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(entries.iter().map(|entry| entry.bytes.len() + 2).sum());
    for entry in entries {
        // Sealing has refused what is longer than a u16 can say.
        let len = u16::try_from(entry.bytes.len()).unwrap_or(u16::MAX);
        bytes.extend_from_slice(&len.to_be_bytes());
        bytes.extend_from_slice(&entry.bytes);
    }
    bytes
}

/// At the same time: the file system's journal takes calls that wait together in one commit.
fn sync(pieces: &mut [Piece]) -> Vec<std::result::Result<(), AppendError>> {
    if let [one] = pieces {
        return vec![one.hot.sync()];
    }
    thread::scope(|scope| {
        let begun: Vec<_> = pieces.iter_mut().map(|piece| scope.spawn(|| piece.hot.sync())).collect();
        let panicked = |_| Err(AppendError::Unknown(io::Error::other("the thread that waited for the disk panicked")));
        begun.into_iter().map(|thread| thread.join().unwrap_or_else(panicked)).collect()
    })
}
