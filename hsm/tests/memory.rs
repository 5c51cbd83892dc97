//! After sealing, no key is left in the vault's process: neither as it is, nor as the block that HMAC makes of it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File},
    os::unix::fs::FileExt,
    path::Path,
    sync::{Arc, Barrier},
    thread,
};

use holdfast_hsm::{
    Context, DekHandle, Domain, SealReason,
    testing::{TestBox, masked_epoch_key, masked_key},
};

const MASK: u8 = 0x5a;
const KEYS: usize = 1_000;
const THREADS: usize = 4;
const CHUNK: usize = 1 << 20;
/// As it is, and as HMAC pads it (RFC 2104).
const FORMS: [(&str, u8); 3] = [("plain", 0), ("inner block", 0x36), ("outer block", 0x5c)];

/// Keys by the first eight bytes of each of their forms, masked.
struct Needles(HashMap<u64, (usize, &'static str)>);

/// Of the PIN, which also stands in this program's text.
const PIN: usize = usize::MAX;

impl Needles {
    fn of(keys: &[[u8; 32]]) -> Self {
        let mut all = HashMap::new();
        for (n, key) in keys.iter().enumerate() {
            for (form, pad) in FORMS {
                let start: [u8; 8] = std::array::from_fn(|at| key[at] ^ pad);
                all.insert(u64::from_ne_bytes(start), (n, form));
            }
        }
        let pin: [u8; 8] = std::array::from_fn(|at| TestBox::PIN.as_bytes()[at] ^ MASK);
        all.insert(u64::from_ne_bytes(pin), (PIN, "PIN"));
        Self(all)
    }

    /// Which keys lie in memory, and where.
    fn search(&self) -> (HashSet<usize>, Vec<String>) {
        let (mut found, mut places) = (HashSet::new(), Vec::new());
        let memory = File::open("/proc/self/mem").unwrap();
        let mut chunk = vec![0u8; CHUNK + 8];
        let mask = u64::from_ne_bytes([MASK; 8]);
        for line in fs::read_to_string("/proc/self/maps").unwrap().lines() {
            let mut words = line.split_whitespace();
            let (range, access) = (words.next().unwrap(), words.next().unwrap());
            let name = words.nth(3).unwrap_or("anonymous").to_owned();
            if !access.starts_with('r') || name.starts_with("[v") {
                continue;
            }
            let (from, until) = range.split_once('-').unwrap();
            let (from, until) = (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(until, 16).unwrap());
            for at in (from..until).step_by(CHUNK) {
                let length = (CHUNK + 7).min((until - at) as usize);
                if memory.read_exact_at(&mut chunk[..length], at).is_err() {
                    continue;
                }
                for (offset, window) in chunk[..length].windows(8).enumerate() {
                    let masked = u64::from_ne_bytes(window.try_into().unwrap()) ^ mask;
                    if let Some((key, form)) = self.0.get(&masked) {
                        if *key == PIN && name.starts_with('/') {
                            continue;
                        }
                        found.insert(*key);
                        places.push(format!("key {key} ({form}) at {:x} in {name}", at + offset as u64));
                    }
                }
                // What was read must not be found in this buffer.
                chunk.fill(0);
            }
        }
        (found, places)
    }
}

#[test]
fn sealing_leaves_no_key_in_memory() {
    let made = TestBox::with_program(Path::new(env!("CARGO_BIN_EXE_holdfast-hsmd")), &[Domain("db"), Domain("ledger")]);
    let Some(it) = made else {
        assert!(std::env::var_os("CI").is_none(), "SoftHSM2 is missing");
        return;
    };
    let vault = it.unsealed().unwrap();
    let handles: Arc<Vec<DekHandle>> = Arc::new((0..KEYS).map(|_| vault.create_key(Domain("ledger")).unwrap()).collect());
    let mut keys: Vec<[u8; 32]> = handles.iter().map(|handle| masked_key(handle, MASK).unwrap()).collect();
    keys.extend(["db", "ledger"].map(|domain| masked_key(&vault.domain(Domain(domain)).unwrap(), MASK).unwrap()));
    keys.push(masked_epoch_key(&vault, MASK).unwrap());

    // Threads that live on with whatever their stacks hold.
    let (worked, over) = (Arc::new(Barrier::new(THREADS + 1)), Arc::new(Barrier::new(THREADS + 1)));
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let (handles, vault, worked, over) = (handles.clone(), vault.clone(), worked.clone(), over.clone());
            thread::spawn(move || {
                for handle in handles.iter().skip(thread).step_by(THREADS) {
                    work(handle);
                }
                vault.domain(Domain("db")).unwrap().sqlcipher_key().unwrap();
                work(&vault.create_key(Domain("ledger")).unwrap());
                worked.wait();
                over.wait();
            })
        })
        .collect();
    worked.wait();
    work(&handles[0]);

    let needles = Needles::of(&keys);
    let pin = TestBox::pin(TestBox::PIN);
    let (found, _) = needles.search();
    assert_eq!(found.len(), keys.len() + 1, "the search itself does not work");
    drop(pin);
    vault.seal(SealReason::Operator);
    let (found, places) = needles.search();
    for place in places.iter().take(20) {
        eprintln!("{place}");
    }
    assert!(found.is_empty(), "{} of {} keys, {} times", found.len(), keys.len(), places.len());

    // A rotation leaves neither epoch key, and opens every key once more.
    vault.unseal(Some(TestBox::pin(TestBox::PIN))).unwrap();
    let before = masked_epoch_key(&vault, MASK).unwrap();
    vault.rotate(&[]).unwrap();
    keys.extend([before, masked_epoch_key(&vault, MASK).unwrap()]);
    work(&handles[1]);
    vault.seal(SealReason::Operator);
    let (found, places) = Needles::of(&keys).search();
    assert!(found.is_empty(), "after a rotation: {places:?}");
    over.wait();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

fn work(handle: &DekHandle) {
    let place = Context::new("test.v1").u64(1);
    let small = handle.seal(&place, b"small").unwrap();
    assert_eq!(handle.open(&place, &small).unwrap(), b"small");
    let entry = handle.seal_committing(&place, b"entry").unwrap();
    assert_eq!(handle.open_committing(&place, &entry).unwrap(), b"entry");
    let stream = handle.seal_stream(&place, &[7; 40_000]).unwrap();
    let read = &mut |at: u64, out: &mut [u8]| {
        out.copy_from_slice(&stream[at as usize..][..out.len()]);
        Ok(())
    };
    assert_eq!(handle.open_stream_range(&place, 40_000, 100..103, read).unwrap(), [7; 3]);
    handle.blind("name", b"value").unwrap();
    handle.mac("name", b"value").unwrap();
}
