//! What the plan says of one call. The file is read at every call, so that a test can change it under a running hsmd.
//!
//! ```text
//! personality = yubi            see `dialect`
//! idle = 1.5                    seconds after which a session of `yubi` dies
//! C_Sign 2 return 0x5           the second call since the log of calls was emptied
//! C_Sign 2+ hang 300            that call and all later ones; seconds
//! C_Login * crash               every call
//! C_Sign 1 length 31            claims so many bytes, slots, objects
//! C_Sign 1 flip                 the answer with one bit changed
//! C_FindObjects 1 none          nothing is found; `twice`: each object is found twice
//! ```
//! Every call is a line in `<plan>.calls`, also over restarts of the process: counting starts when a test empties it.

use std::{env, fs, io::Write};

pub enum Deed {
    Forward,
    Return(u64),
    Hang(f64),
    Crash,
    Length(u64),
    Flip,
    None,
    Twice,
}

#[derive(Default)]
pub struct Plan {
    pub personality: String,
    pub idle_seconds: Option<f64>,
    rules: Vec<(String, String, String, String)>,
}

impl Plan {
    pub fn read() -> Self {
        let mut plan = Self::default();
        let text = path().and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
        for line in text.lines().map(|line| line.split('#').next().unwrap_or("").trim()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                ["personality", "=", name] => plan.personality = name.to_owned(),
                ["idle", "=", seconds] => plan.idle_seconds = seconds.parse().ok(),
                [function, when, deed] => plan.rules.push((function.into(), when.into(), deed.into(), String::new())),
                [function, when, deed, value] => plan.rules.push((function.into(), when.into(), deed.into(), value.into())),
                _ => {}
            }
        }
        plan
    }

    /// Notes the call, and answers what becomes of it.
    pub fn step(&self, function: &str) -> Deed {
        note(function);
        let Some((_, _, deed, value)) = self.rules.iter().find(|(name, when, ..)| name == function && is_now(function, when))
        else {
            return Deed::Forward;
        };
        match deed.as_str() {
            "return" => Deed::Return(number(value)),
            "hang" => Deed::Hang(value.parse().unwrap_or(0.0)),
            "crash" => Deed::Crash,
            "length" => Deed::Length(number(value)),
            "flip" => Deed::Flip,
            "none" => Deed::None,
            "twice" => Deed::Twice,
            _ => Deed::Forward,
        }
    }
}

fn path() -> Option<String> {
    env::var("P11CHAOS_PLAN").ok()
}

fn note(function: &str) {
    let Some(path) = path() else { return };
    if let Ok(mut log) = fs::OpenOptions::new().create(true).append(true).open(format!("{path}.calls")) {
        let _ = log.write_all(format!("{function}\n").as_bytes());
    }
}

fn is_now(function: &str, when: &str) -> bool {
    if when == "*" {
        return true;
    }
    let log = path().and_then(|path| fs::read_to_string(format!("{path}.calls")).ok()).unwrap_or_default();
    let count = log.lines().filter(|line| *line == function).count();
    match when.strip_suffix('+') {
        Some(first) => first.parse().is_ok_and(|first: usize| count >= first),
        None => when.parse().is_ok_and(|only: usize| count == only),
    }
}

fn number(text: &str) -> u64 {
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).unwrap_or(5),
        None => text.parse().unwrap_or(5),
    }
}
