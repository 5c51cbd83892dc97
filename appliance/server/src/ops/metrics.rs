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
    ledger_batches: Gauge<u64, AtomicU64>,
    ledger_transactions: Gauge<u64, AtomicU64>,
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
        let (ledger_batches, ledger_transactions) = (Gauge::default(), Gauge::default());
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_seconds", "Time to the head of the answer", seconds.clone());
        registry.register("unsealed", "1 while the box serves", unsealed.clone());
        registry.register("ledger_batches", "Durable batches of the ledger, one fdatasync each", ledger_batches.clone());
        registry.register("ledger_transactions", "Transactions in those batches", ledger_transactions.clone());
        Self { registry, requests, seconds, unsealed, ledger_batches, ledger_transactions }
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
            self.ledger_batches.set(counters.batches);
            self.ledger_transactions.set(counters.transactions);
        }
        let mut text = String::new();
        encode(&mut text, &self.registry).map_err(Error::internal("write the metrics"))?;
        Ok(text)
    }
}
