//! A sync that fails once. The kernel takes the next one as if nothing had been, so the box may not.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use holdfast_tests::{Chance, Options, TestBox, oracle::Oracle};
use tempfile::TempDir;

use super::{
    times::Starts,
    tools::{Disk, shim},
};

/// A part of the path whose sync fails. One for each store.
const PLACES: [&str; 5] = ["/ledger/", "/db/", "/audit/", "/packs/", "/keyring/"];
/// Exit code of a box that met a disk error.
const EXIT_DISK: i32 = 74;
/// A store that is not synced for so long under load is not used.
const STRUCK: Duration = Duration::from_secs(30);
const DISK_MEBIBYTES: u64 = 2_048;

/// The box ends itself, the disk forgets what was not synced (with root: the failed pages too), and it recovers.
#[test]
fn after_a_failed_sync_nothing_is_acknowledged_and_the_box_recovers() {
    let (folder, mut chance) = (TempDir::with_prefix("holdfast-").unwrap(), Chance::of_this_run("sync-error"));
    let order = folder.path().join("order");
    let mut disk = if nix::unistd::geteuid().is_root() { Disk::new(DISK_MEBIBYTES) } else { None };
    let data = disk.as_ref().map(|disk| disk.at.join("box"));
    let mut boxed = TestBox::boot(&Options { data, ..Options::small() }).unwrap();
    let preload = shim(include_str!("failsync.c"), folder.path()).into_os_string();
    boxed.server_environment = vec![("LD_PRELOAD".into(), preload), ("HOLDFAST_FAULT".into(), order.clone().into_os_string())];
    boxed.kill_server().unwrap();
    let mut starts = Starts::default();
    starts.start(&mut boxed).unwrap();
    let place = boxed.place();
    let mut oracle = Oracle::new(&place, chance.fork());
    for pattern in PLACES {
        oracle.under_load(&place, || {
            thread::sleep(chance.between(Duration::from_millis(50), Duration::from_millis(300)));
            fs::write(&order, pattern).unwrap();
            let begun = Instant::now();
            while order.exists() {
                assert!(begun.elapsed() < STRUCK, "nothing below {pattern} is synced");
                thread::sleep(Duration::from_millis(5));
            }
            let status = boxed.server_ends(Duration::from_secs(30)).unwrap();
            let status = status.unwrap_or_else(|| panic!("the box goes on after a sync below {pattern} failed"));
            assert_eq!(status.code(), Some(EXIT_DISK), "{pattern}: {status}");
        });
        if let Some(disk) = &mut disk {
            disk.cut();
            boxed.kill_hsmd().unwrap();
            disk.unmount();
            disk.mount();
            boxed.start_hsmd().unwrap();
        }
        starts.start(&mut boxed).unwrap();
        oracle.settle(&place);
    }
    oracle.check_all(&place);
    println!("{} changes acknowledged; refused meanwhile: {:?}", oracle.total.changes, oracle.total.refused);
    boxed.stop().unwrap();
}
