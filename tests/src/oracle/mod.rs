//! What clients of a box were told, kept outside of it, and compared with what the box holds after it was struck.
//!
//! Always true: what was acknowledged is there exactly once with its content; what was not is there at most once, also
//! when it is asked for again under the same client id; numbers of messages are dense; each acknowledged change stands in
//! the audit log, and the log goes on from every checkpoint that was seen.
//! A party works alone on its own room, folder or department, so it knows what must be there but for its last request.
#![expect(clippy::unwrap_used, reason = "a party that cannot go on has found what the test looks for")]

mod answer;
mod cabinet;
mod office;
mod record;
mod room;

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use self::{answer::Answer, cabinet::Cabinet, office::Office, room::Room};
pub use self::{answer::Refused, record::Record};
use crate::{Chance, Client, Place};

/// Told of its end by the test; parties also end when the box no longer answers.
pub type Stop = AtomicBool;

/// Acknowledged since the last look.
#[derive(Debug, Default)]
pub struct Told {
    /// Requests whose change has an audit entry of its own.
    pub requests: Vec<String>,
    /// Commit numbers of messages, which the digests cover.
    pub commits: Vec<u64>,
    pub refused: BTreeMap<Refused, usize>,
    /// Changes that were acknowledged, of every kind.
    pub changes: usize,
}

impl Told {
    fn add(&mut self, other: Self) {
        self.requests.extend(other.requests);
        self.commits.extend(other.commits);
        self.changes += other.changes;
        for (refused, times) in other.refused {
            *self.refused.entry(refused).or_default() += times;
        }
    }

    fn hear(&mut self, answer: &Answer) {
        match answer {
            Answer::Done(reply) => {
                self.changes += 1;
                self.requests.extend(reply.header("x-request-id").map(str::to_owned));
            }
            Answer::Unclear(Some(refused)) => *self.refused.entry(refused.clone()).or_default() += 1,
            Answer::Unclear(None) => {}
        }
    }
}

/// Somebody who works, and knows afterwards what must be there.
trait Party: Send {
    /// Works until told to stop, or until the box does not answer.
    fn work(&mut self, place: &Place, stop: &Stop);
    /// The box is back: what was left open is looked at or asked then the round is compared.
    fn settle(&mut self, place: &Place);
    /// Everything, from the beginning.
    fn check_all(&mut self, place: &Place);
    fn told(&mut self) -> Told;
}

/// All parties, and the log.
pub struct Oracle {
    parties: Vec<Box<dyn Party>>,
    pub record: Record,
    /// Acknowledged over all rounds.
    pub total: Told,
}

impl Oracle {
    pub fn new(place: &Place, mut chance: Chance) -> Self {
        let record = Record::new(place);
        let parties: Vec<Box<dyn Party>> = vec![
            Box::new(Room::new(place, chance.fork())),
            Box::new(Cabinet::new(place, "gu.wenzhou", chance.fork())),
            Box::new(Cabinet::new(place, "tang.kexin", chance.fork())),
            Box::new(Office::new(place, chance.fork())),
        ];
        Self { parties, record, total: Told::default() }
    }

    /// Load until `until` returns; it strikes the box meanwhile, or just waits.
    pub fn under_load<T>(&mut self, place: &Place, until: impl FnOnce() -> T) -> T {
        let stop = Stop::new(false);
        thread::scope(|scope| {
            for party in &mut self.parties {
                scope.spawn(|| party.work(place, &stop));
            }
            let struck = until();
            stop.store(true, Ordering::SeqCst);
            struck
        })
    }

    /// The box is ready again: nothing that was acknowledged is missing, nothing is there twice.
    pub fn settle(&mut self, place: &Place) -> Told {
        let mut told = Told::default();
        for party in &mut self.parties {
            party.settle(place);
            told.add(party.told());
        }
        self.record.covers(place, &told);
        self.total.add(Told { requests: Vec::new(), commits: Vec::new(), refused: told.refused.clone(), changes: told.changes });
        told
    }

    /// The whole of every room, folder and department, and the log by the auditor's own tool.
    pub fn check_all(&mut self, place: &Place) {
        for party in &mut self.parties {
            party.check_all(place);
        }
        self.record.verify(place);
    }
}

/// Every item of a list, over all its pages.
fn all(by: &Client, path: &str) -> Vec<serde_json::Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = by.get_patiently(&format!("{path}{cursor}")).unwrap().ok();
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else { return items };
        cursor = format!("&cursor={next}");
    }
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// How long a party waits for one frame before it gives the connection up.
const FRAME: Duration = Duration::from_secs(2);
