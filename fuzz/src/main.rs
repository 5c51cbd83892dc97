//! Every parser of the box under libFuzzer, in one program: `FUZZ_TARGET` names the parser.
//!
//! Always true: a target calls what the box calls with a stranger's bytes, and nothing else; it ends by itself.
//! Absent on purpose: sanitizers (they need a nightly compiler; the code under test has no `unsafe`), and our crates'
//! dependencies among what guides the fuzzer: they are those of the ordinary build, so that a run starts within minutes.
#![no_main]

mod targets;

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    static TARGET: OnceLock<fn(&[u8])> = OnceLock::new();
    TARGET.get_or_init(targets::chosen)(data);
});
