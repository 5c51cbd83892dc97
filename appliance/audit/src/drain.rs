//! From the outboxes of both stores into the log: in order, once each.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, bounded};
use holdfast_base::{Actor, EntryId, Error, RequestId, Result, Timestamp};
use holdfast_store::{BatchDigest, Outbox, Pending, Topic};

use crate::{
    entry::Header,
    event::{Draft, Event, Object},
    limits::{DEDUPE_BUNDLES, DIGEST_EVERY, DIGESTS_MERGED, DRAIN_ROWS, TILE_WIDTH},
    log::Shared,
    sequencer::Appended,
    verify::read_bundle,
};

/// Rows that are older than an entry by more than this are not looked for behind it.
const DEDUPE_MARGIN_MILLISECONDS: i64 = 60_000;
/// How long the drain sleeps when nobody wakes it.
const IDLE: Duration = Duration::from_secs(1);
/// How long it pauses after a failure.
const PAUSE: Duration = Duration::from_millis(100);

type Rows = Vec<(u64, Pending)>;

pub(crate) struct Drain {
    shared: Arc<Shared>,
    boxes: [Side; 2],
    queued: Arc<Queued>,
    /// Ids at the end of the log, to recognise rows that were appended just before a crash. Empty after catching up.
    seen: HashSet<[u8; 16]>,
    digests_due: Instant,
    swept: Instant,
}

struct Side {
    outbox: Arc<dyn Outbox>,
    audit: u64,
    digest: u64,
}

/// What the stores have told of since the last look, so that a commit without an audit row costs no query.
#[derive(Default)]
struct Queued {
    /// By place in [`Drain::boxes`]: a question to the relational store costs more than a batch of the ledger.
    audit: [AtomicBool; 2],
    digest: AtomicBool,
}

impl Drain {
    pub(crate) fn new(shared: Arc<Shared>, outboxes: [Arc<dyn Outbox>; 2]) -> Self {
        let boxes = outboxes.map(|outbox| Side { outbox, audit: 0, digest: 0 });
        let now = Instant::now();
        Self { shared, boxes, queued: Arc::default(), seen: HashSet::new(), digests_due: now, swept: now }
    }

    /// Listens to both stores: each commit that queued something rings once.
    pub(crate) fn listen(&self) -> Receiver<()> {
        let (bell, rung) = bounded(1);
        for (at, side) in self.boxes.iter().enumerate() {
            let (bell, queued) = (bell.clone(), self.queued.clone());
            side.outbox.on_queued(Box::new(move |topic| {
                match topic {
                    Topic::Audit => queued.audit[at].store(true, Ordering::SeqCst),
                    Topic::Digest => queued.digest.store(true, Ordering::SeqCst),
                    Topic::Job => return,
                }
                let _ = bell.try_send(());
            }));
        }
        rung
    }

    /// Before the box serves: everything that was committed is in the log when this returns.
    pub(crate) fn catch_up(&mut self) -> Result<()> {
        self.seen = match self.oldest()? {
            Some(oldest) => ids_at_the_end(&self.shared, oldest)?,
            None => HashSet::new(),
        };
        self.audit_rows([true; 2])?;
        self.digest_rows()?;
        self.seen = HashSet::new();
        Ok(())
    }

    pub(crate) fn run(mut self, rung: &Receiver<()>) {
        let mut failing = false;
        while !self.shared.is_closed() {
            let digests = self.queued.digest.load(Ordering::SeqCst);
            let wait = match (failing, digests) {
                (true, _) => Duration::ZERO,
                (_, true) => self.digests_due.saturating_duration_since(Instant::now()),
                _ => IDLE,
            };
            let _ = rung.recv_timeout(wait);
            match self.round() {
                Ok(()) => failing = false,
                Err(cause) => {
                    // `Sealed`: the stores are closed before the log is, and there is nothing to do until it is closed too.
                    if !failing && !matches!(cause, Error::Sealed) {
                        tracing::error!(
                            cause = &cause as &dyn std::error::Error,
                            "drain an outbox into the audit log; tried again"
                        );
                    }
                    failing = true;
                    self.queued.audit.iter().for_each(|queued| queued.store(true, Ordering::SeqCst));
                    self.queued.digest.store(true, Ordering::SeqCst);
                    std::thread::sleep(PAUSE);
                }
            }
        }
    }

    fn round(&mut self) -> Result<()> {
        let now = Instant::now();
        // Once in a while without having been told: what an earlier failure left behind.
        let sweep = now.saturating_duration_since(self.swept) >= IDLE;
        if sweep {
            self.swept = now;
        }
        let due = self.queued.audit.each_ref().map(|queued| queued.swap(false, Ordering::SeqCst) || sweep);
        self.audit_rows(due)?;
        if now >= self.digests_due && (self.queued.digest.swap(false, Ordering::SeqCst) || sweep) {
            self.digests_due = now + DIGEST_EVERY;
            self.digest_rows()?;
        }
        Ok(())
    }

    /// Rows of both stores share one append; each store's own order is kept. `due`: whom to ask.
    fn audit_rows(&mut self, mut due: [bool; 2]) -> Result<()> {
        while due.contains(&true) {
            let mut drafts = Vec::new();
            let mut ends: [Vec<u64>; 2] = Default::default();
            for ((side, ends), due) in self.boxes.iter_mut().zip(&mut ends).zip(&mut due) {
                if !*due {
                    continue;
                }
                let rows = side.outbox.rows(Topic::Audit, side.audit, DRAIN_ROWS)?;
                // What is committed after this look rings again.
                *due = rows.len() >= DRAIN_ROWS;
                for (row, pending) in rows {
                    if self.seen.contains(pending.id.0.as_bytes()) {
                        // Behind a row that is still to be appended it waits for that one: rows go in order.
                        if ends.is_empty() {
                            side.reach(&self.shared, row)?;
                        }
                        continue;
                    }
                    drafts.push(draft_of(&self.shared, row, &pending));
                    ends.push(row);
                }
            }
            let appended = append(&self.shared, drafts)?;
            let first = ends[0].len().min(appended.count);
            for (side, (ends, count)) in self.boxes.iter_mut().zip(ends.iter().zip([first, appended.count - first])) {
                if let Some(row) = count.checked_sub(1).and_then(|last| ends.get(last)) {
                    side.reach(&self.shared, *row)?;
                }
            }
            if let Some(cause) = appended.error {
                return Err(cause);
            }
        }
        Ok(())
    }

    /// Several digests become one entry; its id is that of the last row in it.
    fn digest_rows(&mut self) -> Result<()> {
        for side in &mut self.boxes {
            loop {
                let rows = side.outbox.rows(Topic::Digest, side.digest, DIGESTS_MERGED)?;
                let Some((last, _)) = rows.last() else { break };
                let last = *last;
                // What was merged before a crash ends at a row whose id the log knows.
                let known = rows.iter().rposition(|(_, pending)| self.seen.contains(pending.id.0.as_bytes()));
                let rows = &rows[known.map_or(0, |at| at + 1)..];
                if let Some((_, newest)) = rows.last() {
                    let appended = append(&self.shared, vec![digests(&self.shared, newest.id, rows)])?;
                    if let Some(cause) = appended.error {
                        return Err(cause);
                    }
                }
                side.outbox.done(Topic::Digest, last)?;
                side.digest = last;
            }
        }
        Ok(())
    }

    /// The instant of the oldest row that waits, in milliseconds.
    fn oldest(&self) -> Result<Option<i64>> {
        let mut oldest = None;
        for side in &self.boxes {
            for topic in [Topic::Audit, Topic::Digest] {
                let row = side.outbox.rows(topic, 0, 1)?.into_iter().next();
                oldest = row.map(|(_, pending)| milliseconds(pending.id)).into_iter().chain(oldest).min();
            }
        }
        Ok(oldest)
    }
}

/// Ids of the entries that something of this age may have become before a crash.
fn ids_at_the_end(shared: &Shared, oldest: i64) -> Result<HashSet<[u8; 16]>> {
    let mut seen = HashSet::new();
    let (folder, bundles) = (shared.folder(), shared.durable().div_ceil(TILE_WIDTH as u64));
    for number in (shared.first_bundle()..bundles).rev() {
        let bundle = read_bundle(&folder, number, TILE_WIDTH).map_err(Error::internal("read the end of the audit log"))?;
        let mut newest = i64::MIN;
        for header in bundle.iter().filter_map(|entry| Some(Header::split(entry).ok()?.0)) {
            newest = newest.max(Timestamp(header.at).milliseconds());
            seen.insert(header.id);
        }
        if bundles - number >= DEDUPE_BUNDLES && newest < oldest - DEDUPE_MARGIN_MILLISECONDS {
            break;
        }
    }
    Ok(seen)
}

/// Appends those that the log does not have yet, in order. Durable when it returns.
pub(crate) fn append_once(shared: &Shared, mut drafts: Vec<Draft>) -> Result<()> {
    let Some(oldest) = drafts.iter().map(|draft| draft.at.milliseconds()).min() else { return Ok(()) };
    let seen = ids_at_the_end(shared, oldest)?;
    drafts.retain(|draft| !seen.contains(draft.id.0.as_bytes()));
    append(shared, drafts)?.error.map_or(Ok(()), Err)
}

impl Side {
    /// The log has all audit rows of this store up to `row`.
    fn reach(&mut self, shared: &Shared, row: u64) -> Result<()> {
        self.audit = row;
        shared.settle.advance(self.outbox.name(), row);
        self.outbox.done(Topic::Audit, row)
    }
}

fn append(shared: &Shared, drafts: Vec<Draft>) -> Result<Appended> {
    if drafts.is_empty() {
        return Ok(Appended { first: 0, count: 0, error: None });
    }
    let (answer, answered) = oneshot::channel();
    shared.order(drafts, Box::new(move |appended| drop(answer.send(appended))))?;
    answered.recv().map_err(|_| Error::AuditUnavailable)
}

/// A row that cannot be read becomes an entry that says so: nothing is lost silently, and nothing blocks the rows behind.
fn draft_of(shared: &Shared, row: u64, pending: &Pending) -> Draft {
    Draft::decode(&pending.payload).unwrap_or_else(|cause| {
        tracing::error!(row, cause = &cause as &dyn std::error::Error, "an audit row of an outbox cannot be read");
        let event = Event::new(&system(shared), "audit.unreadable", Object::new("row", row)).failed("internal");
        Draft::new(pending.id, shared.world.now(), event)
    })
}

fn digests(shared: &Shared, id: EntryId, rows: &[(u64, Pending)]) -> Draft {
    let mut event = Event::new(&system(shared), "ledger.commit", Object::new("ledger", "self"));
    let read: Rows = rows.to_vec();
    let digests: Vec<Option<BatchDigest>> = read.iter().map(|(_, pending)| BatchDigest::decode(&pending.payload).ok()).collect();
    let known = || digests.iter().flatten();
    if let (Some(first), Some(last)) = (known().next(), known().next_back()) {
        event.object = Object::new("commit", last.g_to);
        event = event.text("g_from", first.g_from.to_string()).text("g_to", last.g_to.to_string());
        event = event.number("rows", known().map(|digest| i64::from(digest.rows)).sum());
    }
    let lines = digests.iter().zip(rows).map(|(digest, (_, pending))| match digest {
        Some(digest) => format!("{}-{} {} {}", digest.g_from, digest.g_to, digest.rows, hex::encode(digest.sha256)),
        None => format!("unreadable {}", hex::encode(&pending.payload)),
    });
    event = event.list("sha256", lines.collect());
    Draft::new(id, shared.world.now(), event)
}

fn system(shared: &Shared) -> Actor {
    Actor::system(RequestId(shared.world.uuid()), shared.world.now())
}

/// The instant in a UUIDv7.
fn milliseconds(id: EntryId) -> i64 {
    let bytes = id.0.as_bytes();
    bytes[..6].iter().fold(0, |all, byte| all << 8 | i64::from(*byte))
}
