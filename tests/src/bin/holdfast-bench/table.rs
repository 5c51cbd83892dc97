//! The table, for people and as JSON.

use std::fmt;

use serde::Serialize;

use crate::machine::{Circumstances, describe, median};

/// What is aimed at.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// Our figure.
    AtLeast(f64),
    AtMost(f64),
    /// Ours by the peer's.
    Ratio(f64),
    /// Only told.
    None,
}

/// One line: our figure of each run, and the peer's of the same run.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    pub what: String,
    pub unit: &'static str,
    pub ours: Vec<f64>,
    /// What the peer is.
    pub peer_is: &'static str,
    pub peer: Vec<f64>,
    pub goal: Goal,
    pub note: String,
    pub circumstances: Circumstances,
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        let ratios: Vec<f64> = self.ours.iter().zip(&self.peer).map(|(ours, peer)| ours / peer.max(f64::MIN_POSITIVE)).collect();
        (!ratios.is_empty()).then(|| median(&ratios))
    }

    fn met(&self) -> Option<bool> {
        match self.goal {
            Goal::AtLeast(least) => Some(median(&self.ours) >= least),
            Goal::AtMost(most) => Some(median(&self.ours) <= most),
            Goal::Ratio(least) => self.ratio().map(|ratio| ratio >= least),
            Goal::None => None,
        }
    }
}

#[derive(Debug, Serialize)]
pub struct Table {
    version: u32,
    profile: &'static str,
    machine: String,
    runs: usize,
    rows: Vec<Row>,
}

impl Table {
    pub fn new(runs: usize) -> Self {
        let profile = if cfg!(debug_assertions) {
            "dev: dependencies optimised, our own crates nearly not; not what is shipped"
        } else {
            "release"
        };
        Self { version: 1, profile, machine: describe(), runs, rows: Vec::new() }
    }

    /// The line is told at once too, so that an hour's work is not lost with its last minute.
    pub fn add(&mut self, row: Row) {
        crate::say(&line(&row).join(" | "));
        self.rows.push(row);
    }
}

const HEADINGS: [&str; 10] = ["what", "ours", "peer", "ratio", "goal", "met", "fdatasync", "load", "client", "note"];

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Profile {}. {}. Medians of {} runs.", self.profile, self.machine, self.runs)?;
        let lines: Vec<[String; 10]> = self.rows.iter().map(line).collect();
        let widths: Vec<usize> = (0..HEADINGS.len())
            .map(|at| lines.iter().map(|line| line[at].chars().count()).chain([HEADINGS[at].len()]).max().unwrap_or(0))
            .collect();
        let mut write = |cells: &[&str]| {
            let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            writeln!(f, "{}", padded.collect::<Vec<_>>().join("  ").trim_end())
        };
        write(&HEADINGS)?;
        for line in &lines {
            write(&line.each_ref().map(String::as_str))?;
        }
        writeln!(
            f,
            "fdatasync: median of the same file system in the same minute. load: of the last minute. client: processors it used."
        )
    }
}

fn line(row: &Row) -> [String; 10] {
    let figure = |values: &[f64]| format!("{} {}", short(median(values)), row.unit);
    let peer = if row.peer.is_empty() { "-".to_owned() } else { format!("{} ({})", figure(&row.peer), row.peer_is) };
    let goal = match row.goal {
        Goal::AtLeast(least) => format!(">= {} {}", short(least), row.unit),
        Goal::AtMost(most) => format!("<= {} {}", short(most), row.unit),
        Goal::Ratio(least) => format!(">= {least} x"),
        Goal::None => "-".to_owned(),
    };
    [
        row.what.clone(),
        figure(&row.ours),
        peer,
        row.ratio().map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2} x")),
        goal,
        row.met().map_or("-", |met| if met { "met" } else { "missed" }).to_owned(),
        format!("{:.1} ms", row.circumstances.fdatasync_milliseconds),
        format!("{:.1}", row.circumstances.load),
        format!("{:.2}", row.circumstances.client_processors),
        row.note.clone(),
    ]
}

/// Three digits that mean something.
fn short(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}
