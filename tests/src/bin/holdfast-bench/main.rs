//! `holdfast-bench`: one table of what the box does, beside a peer that is measured in the same minute on the same machine.
//!
//! Always true: a figure is the median of the runs, a ratio the median of the runs' ratios; boxes and peers are started
//! here, on loopback, in folders that are removed, and ended here; the client is threads over rustls, and its share of the
//! processors stands in the table.
//!
//! Absent on purpose: pass and fail. The table says what was met; the exit code only says whether it could be measured.

mod apache;
mod company;
mod content;
mod directory;
mod drive;
mod ldap;
mod machine;
mod messages;
mod search;
mod start;
mod table;
mod wire;

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, ValueEnum};
use holdfast_tests::end;

use crate::{company::Company, table::Table};

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Outcome<T> = Result<T, Failure>;

/// What is measured together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Start of the process, and its memory when idle.
    Start,
    Search,
    Messages,
    /// WebDAV beside Apache, both in memory.
    Drive,
    /// Small files, durable on the disk.
    Durable,
    /// LDAP beside slapd.
    Ldap,
    /// A company of 100,000 people.
    Directory,
}

#[derive(Parser)]
#[command(about = "Measures the box beside its peers; prints one table")]
struct Cli {
    /// The documents of the sample company.
    #[arg(long)]
    sample: PathBuf,
    /// A folder on the disk that is measured; a temporary folder is made in it.
    #[arg(long)]
    disk: PathBuf,
    /// A folder in memory.
    #[arg(long, default_value = "/dev/shm")]
    memory: PathBuf,
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Size of the large file, in bytes.
    #[arg(long, default_value_t = 1 << 30)]
    large_bytes: u64,
    /// Only these parts; all when absent.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Part>,
    /// The table as JSON, for comparing later.
    #[arg(long)]
    json: Option<PathBuf>,
}

/// Where and how often.
struct Plan {
    disk: PathBuf,
    memory: PathBuf,
    runs: usize,
    large_bytes: u64,
}

fn main() -> ExitCode {
    end("holdfast-bench", bench(&Cli::parse()).map_err(|failure| -> Box<dyn std::error::Error> { failure }))
}

fn bench(cli: &Cli) -> Outcome<()> {
    fs::create_dir_all(&cli.disk)?;
    let plan = Plan {
        disk: cli.disk.canonicalize()?,
        memory: cli.memory.canonicalize()?,
        runs: cli.runs.max(1),
        large_bytes: cli.large_bytes,
    };
    let wants = |part: Part| cli.only.is_empty() || cli.only.contains(&part);
    let mut table = Table::new(plan.runs);
    if wants(Part::Drive) {
        drive::in_memory(&plan, &mut table)?;
    }
    if wants(Part::Ldap) {
        ldap::measure(&plan, &mut table)?;
    }
    if wants(Part::Directory) {
        directory::measure(&plan, &mut table)?;
    }
    if [Part::Start, Part::Search, Part::Messages, Part::Durable].into_iter().any(wants) {
        let mut company = Company::boot(&plan.disk, &cli.sample)?;
        if wants(Part::Start) {
            start::measure(&plan, &mut company, &mut table)?;
        }
        if wants(Part::Search) {
            search::measure(&plan, &company, &cli.sample, &mut table)?;
        }
        if wants(Part::Messages) {
            messages::measure(&plan, &company, &mut table)?;
        }
        if wants(Part::Durable) {
            drive::on_disk(&plan, &company, &mut table)?;
        }
    }
    writeln!(io::stdout(), "{table}")?;
    cli.json.as_deref().map_or(Ok(()), |path| save(&table, path))
}

fn save(table: &Table, path: &Path) -> Outcome<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, serde_json::to_vec_pretty(table)?)?;
    writeln!(io::stdout(), "As JSON: {}", path.display())?;
    Ok(())
}

/// What is being done now, for whoever waits.
fn say(what: &str) {
    let _ = writeln!(io::stderr(), "bench: {what}");
}
