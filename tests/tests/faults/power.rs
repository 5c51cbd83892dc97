//! Power cuts of the storage: the whole data folder on a file system that forgets what it was not made to keep.

use std::{
    thread,
    time::{Duration, Instant},
};

use holdfast_tests::{Chance, Options, TestBox, oracle::Oracle};
use nix::sys::signal::Signal;

use super::{
    times::{Rounds, Starts},
    tools::Disk,
};

/// Cuts of `make test`; `make soak` sets `CUTS`.
const CUTS: usize = 4;
const LOAD: (Duration, Duration) = (Duration::from_millis(30), Duration::from_millis(400));
const VERIFY_EVERY: usize = 25;
const DISK_MEBIBYTES: u64 = 4_096;

#[test]
fn what_was_acknowledged_survives_a_power_cut() {
    let Some(mut disk) = Disk::new(DISK_MEBIBYTES) else { return };
    let mut chance = Chance::of_this_run("power");
    let mut boxed = TestBox::boot(&Options { data: Some(disk.at.join("box")), ..Options::small() }).unwrap();
    let place = boxed.place();
    let (mut oracle, mut starts, begun) = (Oracle::new(&place, chance.fork()), Starts::default(), Instant::now());
    let mut cuts = Rounds::of("CUTS", CUTS);
    while cuts.next() {
        let load = chance.between(LOAD.0, LOAD.1);
        oracle.under_load(&place, || {
            thread::sleep(load);
            // Stopped first: a sync that the cut overtakes may return success, but nobody lives to tell.
            boxed.signal_server(Signal::SIGSTOP).unwrap();
            disk.cut();
            boxed.kill_server().unwrap();
            boxed.kill_hsmd().unwrap();
        });
        disk.unmount();
        disk.mount();
        boxed.start_hsmd().unwrap();
        starts.start(&mut boxed).unwrap();
        oracle.settle(&place);
        if cuts.made.is_multiple_of(VERIFY_EVERY) {
            oracle.check_all(&place);
            println!("cut {}: {} changes acknowledged, {:.0?}", cuts.made, oracle.total.changes, begun.elapsed());
        }
    }
    oracle.check_all(&place);
    println!("{} cuts, {} changes acknowledged, {:.0?}", cuts.made, oracle.total.changes, begun.elapsed());
    assert!(oracle.total.changes > cuts.made * 5, "the load was no load: {} changes", oracle.total.changes);
    boxed.stop().unwrap();
    disk.unmount();
}
