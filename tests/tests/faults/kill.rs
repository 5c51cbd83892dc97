//! kill -9 of the box and of hsmd at random instants under a mixed load.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use holdfast_tests::{Chance, Options, TestBox, oracle::Oracle};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{
    times::{Rounds, Starts},
    tools::crosscheck,
};

/// Rounds of `make test`; `make soak` sets `ROUNDS`.
const ROUNDS: usize = 100;
/// Load before the blow.
const LOAD: (Duration, Duration) = (Duration::from_millis(40), Duration::from_millis(260));
/// The auditor's tool looks at the whole log once in so many rounds, and at the end.
const VERIFY_EVERY: usize = 25;

/// Whom a round strikes.
#[derive(Debug, Clone, Copy)]
enum Blow {
    Server,
    /// And hsmd at the same instant.
    Both,
    /// hsmd and what starts it again, which is started again at once.
    Hsmd,
    /// Only the process that speaks to the token.
    Worker,
}

impl Blow {
    fn draw(chance: &mut Chance) -> Self {
        match chance.below(10) {
            0 => Self::Both,
            1 => Self::Hsmd,
            2 => Self::Worker,
            _ => Self::Server,
        }
    }

    fn strike(self, boxed: &mut TestBox) {
        match self {
            Self::Server => boxed.kill_server().unwrap(),
            Self::Both => {
                boxed.kill_server().unwrap();
                boxed.kill_hsmd().unwrap();
            }
            Self::Hsmd => {
                boxed.kill_hsmd().unwrap();
                boxed.start_hsmd().unwrap();
                thread::sleep(Duration::from_millis(300));
            }
            Self::Worker => {
                kill_children(boxed.hsmd_id().unwrap());
                thread::sleep(Duration::from_millis(300));
            }
        }
    }

    /// Brings back what is down.
    fn heal(self, boxed: &mut TestBox, starts: &mut Starts) {
        match self {
            Self::Server => starts.start(boxed).unwrap(),
            Self::Both => {
                boxed.start_hsmd().unwrap();
                starts.start(boxed).unwrap();
            }
            Self::Hsmd | Self::Worker => boxed.wait_ready().unwrap(),
        }
    }
}

fn kill_children(of: u32) {
    let children = fs::read_to_string(format!("/proc/{of}/task/{of}/children")).unwrap();
    let children: Vec<i32> = children.split_whitespace().map(|id| id.parse().unwrap()).collect();
    assert!(!children.is_empty(), "hsmd has no process that serves");
    children.iter().for_each(|id| kill(Pid::from_raw(*id), Signal::SIGKILL).unwrap());
}

#[test]
fn what_was_acknowledged_survives_kill_9_at_any_instant() {
    let mut chance = Chance::of_this_run("kill");
    let mut boxed = TestBox::boot(&Options::small()).unwrap();
    let place = boxed.place();
    let (mut oracle, mut starts, begun) = (Oracle::new(&place, chance.fork()), Starts::default(), Instant::now());
    let mut rounds = Rounds::of("ROUNDS", ROUNDS);
    while rounds.next() {
        let (blow, load) = (Blow::draw(&mut chance), chance.between(LOAD.0, LOAD.1));
        oracle.under_load(&place, || {
            thread::sleep(load);
            blow.strike(&mut boxed);
        });
        blow.heal(&mut boxed, &mut starts);
        oracle.settle(&place);
        if rounds.made.is_multiple_of(VERIFY_EVERY) {
            oracle.check_all(&place);
            println!("round {}: {} changes acknowledged, {:.0?}", rounds.made, oracle.total.changes, begun.elapsed());
        }
    }
    oracle.check_all(&place);
    println!("{} rounds, {} changes acknowledged, {:.0?}", rounds.made, oracle.total.changes, begun.elapsed());
    println!("refused meanwhile: {:?}", oracle.total.refused);
    let (report, _) = crosscheck(&mut boxed);
    assert_eq!(report["verdict"], "clean", "{report}");
    println!("cross-checked: {} effects, {} entries", report["effects"], report["entries"]);
    assert!(oracle.total.changes > rounds.made * 5, "the load was no load: {} changes", oracle.total.changes);
}
