//! How fast the audit log is on this machine's disk: `cargo run --release -p holdfast-audit --example audit-speed [FOLDER]`.
//! Prints a table; fails on nothing, since times are this machine's.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use holdfast_audit::{
    AuditConfig, AuditLog, CheckpointSigner, Event, Object,
    verify::{self, note::VKey},
};
use holdfast_base::{Actor, Door, PersonId, RequestId, Source, Who, World};
use holdfast_hsm::testing::throwaway_key;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};

const ORIGIN: &str = "box.example/audit";
const ENTRY_BYTES: usize = 400;

struct Signer(EcdsaKeyPair);

impl CheckpointSigner for Signer {
    fn public_key(&self) -> holdfast_base::Result<Vec<u8>> {
        let prefix = hex::decode("3059301306072a8648ce3d020106082a8648ce3d030107034200").unwrap();
        Ok([&prefix, self.0.public_key().as_ref()].concat())
    }

    fn sign(&self, text: &[u8]) -> holdfast_base::Result<Vec<u8>> {
        Ok(self.0.sign(&SystemRandom::new(), text).unwrap().as_ref().to_vec())
    }
}

fn main() {
    let place = tempfile::tempdir_in(std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from)).unwrap();
    let (fsync, fsync_99) = percentiles(fdatasyncs(place.path()));
    println!("fdatasync of the device: p50 {fsync:.1?}, p99 {fsync_99:.1?}");
    let world = World::system();
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
    let signer = Signer(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap());
    let config = AuditConfig { dir: place.path().join("audit"), jsonl: None, origin: ORIGIN.to_owned() };
    let log = AuditLog::open_with(config, throwaway_key(&world), Box::new(signer), world.clone()).unwrap();
    println!("bytes of an entry: {}", entry_bytes(&log, &world, place.path()));
    println!("\nwriters                appends/s  appends/CPU second  entries/fdatasync      p50      p99");
    for (writers, seconds) in [(1, 3), (8, 3), (64, 3), (512, 3), (4_096, 8)] {
        let (synced, begin, cpu) = (log.fdatasyncs(), Instant::now(), cpu_seconds());
        let span = Duration::from_secs(seconds);
        // A thread for each would measure the scheduler: past some hundred, writers wait as a server's requests do.
        let tasks = writers > 512;
        let waits = if tasks { write_by_tasks(&log, &world, writers, span) } else { write(&log, &world, writers, span) };
        let (count, elapsed) = (waits.len(), begin.elapsed());
        let (p50, p99) = percentiles(waits);
        let per_cpu = count as f64 / (cpu_seconds() - cpu);
        let per_sync = count as f64 / (log.fdatasyncs() - synced).max(1) as f64;
        println!(
            "{writers:>6} {:<13}  {:>9.0}  {per_cpu:>18.0}  {per_sync:>17.1}  {p50:>7.1?}  {p99:>7.1?}",
            if tasks { "that wait" } else { "threads" },
            count as f64 / elapsed.as_secs_f64()
        );
    }
    let size = log.size();
    let vkey: VKey = log.vkey().unwrap().parse().unwrap();
    log.close();
    // Once for the page cache.
    verify::verify(&place.path().join("audit"), Some(&vkey), None).unwrap();
    let (begin, cpu) = (Instant::now(), cpu_seconds());
    let report = verify::verify(&place.path().join("audit"), Some(&vkey), None).unwrap();
    assert_eq!(report.exit_code(), 0, "{report:?}");
    let (elapsed, cpu) = (begin.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    println!("\nverified on one core: {size} entries, {:.0}/s, {:.0}/CPU second", size as f64 / elapsed, size as f64 / cpu);
}

/// Of the whole process: on a machine that others use, the clock on the wall says little.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let after = stat.rsplit_once(')').unwrap().1;
    let ticks: u64 = after.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>().unwrap()).sum();
    ticks as f64 / 100.0
}

fn event(world: &World, n: u64) -> Event {
    let source = Source { door: Door::Web, address: None, agent: "Mozilla/5.0 (X11; Linux x86_64)".to_owned() };
    let who = Who::Person(PersonId(n % 100_000));
    let actor = Actor { who, session: None, source, request: RequestId(world.uuid()), now: world.now() };
    Event::new(&actor, "person.freeze", Object::new("person", n)).text("reason", "x".repeat(ENTRY_BYTES - 305))
}

fn entry_bytes(log: &AuditLog, world: &World, place: &Path) -> u64 {
    log.append(event(world, 1_000_000)).unwrap();
    fs::metadata(place.join("audit/tile/entries/000")).unwrap().len() - 2
}

/// How long each append took.
fn write(log: &AuditLog, world: &World, writers: u64, span: Duration) -> Vec<Duration> {
    let threads: Vec<_> = (0..writers)
        .map(|writer| {
            let (log, world) = (log.clone(), world.clone());
            thread::spawn(move || {
                let (begin, mut waits) = (Instant::now(), Vec::new());
                while begin.elapsed() < span {
                    let event = event(&world, writer * 1_000_000 + waits.len() as u64);
                    let asked = Instant::now();
                    log.append(event).unwrap();
                    waits.push(asked.elapsed());
                }
                waits
            })
        })
        .collect();
    threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
}

/// So many appends under way at any time, from two threads.
fn write_by_tasks(log: &AuditLog, world: &World, writers: u64, span: Duration) -> Vec<Duration> {
    const THREADS: u64 = 2;
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let (log, world) = (log.clone(), world.clone());
            thread::spawn(move || {
                let (free, freed) = mpsc::channel();
                (0..writers / THREADS).for_each(|_| free.send(None).unwrap());
                let (begin, mut waits) = (Instant::now(), Vec::new());
                let mut under_way = 0;
                while under_way > 0 || begin.elapsed() < span {
                    let waited: Option<Duration> = freed.recv().unwrap();
                    under_way -= u64::from(waited.is_some());
                    waits.extend(waited);
                    if begin.elapsed() >= span {
                        continue;
                    }
                    let (asked, free) = (Instant::now(), free.clone());
                    let event = event(&world, thread * 1_000_000 + waits.len() as u64);
                    let done = move |receipt: holdfast_base::Result<_>| {
                        receipt.unwrap();
                        free.send(Some(asked.elapsed())).unwrap();
                    };
                    log.append_then(event, done).unwrap();
                    under_way += 1;
                }
                waits
            })
        })
        .collect();
    threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
}

fn fdatasyncs(place: &Path) -> Vec<Duration> {
    let mut file = fs::File::create(place.join("fdatasync")).unwrap();
    let one = |_| {
        let begin = Instant::now();
        file.write_all(&[1; ENTRY_BYTES]).unwrap();
        file.sync_data().unwrap();
        begin.elapsed()
    };
    (0..300).map(one).collect()
}

fn percentiles(mut of: Vec<Duration>) -> (Duration, Duration) {
    of.sort_unstable();
    (of[of.len() / 2], of[of.len() * 99 / 100])
}
