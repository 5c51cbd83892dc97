//! Counters of the process, in Prometheus text. Labels are patterns and codes, never names or ids.

use std::{sync::atomic::AtomicU64, time::Duration};

use actix_web::http::Method;
use holdfast_base::{Error, Result};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use crate::app::App;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    pattern: String,
    status: u16,
}

/// Upper bounds of the request histogram, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0, 10.0];

pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Histogram,
    unsealed: Gauge,
    sockets: Gauge,
    ledger: Disk,
    ledger_transactions: Tally,
    database: Disk,
    audit_fdatasyncs: Tally,
}

/// A counter that a store keeps; it begins anew when the box is unsealed again.
type Tally = Gauge<u64, AtomicU64>;

/// What a store asked of its disk.
#[derive(Default)]
struct Disk {
    fdatasyncs: Tally,
    microseconds: Tally,
    slowest_microseconds: Tally,
}

impl Disk {
    fn register(registry: &mut Registry, store: &str) -> Self {
        let disk = Self::default();
        registry.register(format!("{store}_fdatasyncs"), "Writes that waited for the disk", disk.fdatasyncs.clone());
        registry.register(format!("{store}_disk_microseconds"), "Time spent in them", disk.microseconds.clone());
        registry.register(format!("{store}_disk_slowest_microseconds"), "The slowest of them", disk.slowest_microseconds.clone());
        disk
    }

    fn set(&self, fdatasyncs: u64, microseconds: u64, slowest: u64) {
        self.fdatasyncs.set(fdatasyncs);
        self.microseconds.set(microseconds);
        self.slowest_microseconds.set(slowest);
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("holdfast");
        let requests = Family::<RequestLabels, Counter>::default();
        let seconds = Histogram::new(BUCKETS);
        let unsealed = Gauge::default();
        let (sockets, ledger_transactions) = (Gauge::default(), Tally::default());
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_seconds", "Time to the head of the answer", seconds.clone());
        registry.register("unsealed", "1 while the box serves", unsealed.clone());
        registry.register("sockets", "WebSocket connections", sockets.clone());
        registry.register("ledger_transactions", "Transactions that were made durable", ledger_transactions.clone());
        let (ledger, database) = (Disk::register(&mut registry, "ledger"), Disk::register(&mut registry, "database"));
        let audit_fdatasyncs = Tally::default();
        registry.register("audit_fdatasyncs", "Writes of the audit log that waited for the disk", audit_fdatasyncs.clone());
        Self { registry, requests, seconds, unsealed, sockets, ledger, ledger_transactions, database, audit_fdatasyncs }
    }

    pub fn request(&self, method: &Method, pattern: &str, status: u16, took: Duration) {
        let labels = RequestLabels { method: method.to_string(), pattern: pattern.to_owned(), status };
        self.requests.get_or_create(&labels).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// The whole page.
    pub fn text(&self, app: &App) -> Result<String> {
        let rooms = app.rooms();
        self.unsealed.set(i64::from(rooms.is_ok()));
        if let Ok(rooms) = rooms {
            let counters = rooms.ledger.counters();
            self.ledger.set(counters.fdatasyncs, counters.sync_microseconds, counters.slowest_microseconds);
            self.ledger_transactions.set(counters.transactions);
            let counters = rooms.db.counters();
            self.database.set(counters.commits, counters.write_microseconds, counters.slowest_microseconds);
            self.audit_fdatasyncs.set(rooms.audit.fdatasyncs());
            self.sockets.set(i64::try_from(rooms.hub.connections()).unwrap_or(i64::MAX));
        }
        let mut text = String::new();
        encode(&mut text, &self.registry).map_err(Error::internal("write the metrics"))?;
        Ok(text)
    }
}
