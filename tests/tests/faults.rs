//! Faults: what a box is struck with, compared from outside with what its clients were told.
//!
//! `ROUNDS` and `SEED` choose how long and which; `make soak` runs the long forms. Each test has a box of its own.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod faults {
    mod canary;
    mod clock;
    mod crosscheck;
    mod encodings;
    mod flips;
    mod full;
    mod handover;
    mod kill;
    mod lost_token;
    mod planting;
    mod power;
    mod put_back;
    mod renewal;
    mod rotation;
    mod sealed_days;
    mod second_token;
    mod shredded;
    mod siem;
    mod sync_error;
    mod syscalls;
    mod times;
    mod token;
    mod tools;
}
