//! What the machine itself can do and what it is busy with, measured beside every figure.

use std::{
    collections::HashMap,
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeValLike,
};
use serde::Serialize;

use crate::Outcome;

/// `USER_HZ`, which Linux shows to programs on every architecture of ours.
const TICKS_PER_SECOND: u64 = 100;
/// Parents of a process that are looked at.
const DEPTH: usize = 8;
/// Syncs of one probe.
const SYNCS: usize = 60;
/// Bytes appended before each.
const SYNC_BYTES: usize = 4096;

/// Under what circumstances a figure was measured.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Circumstances {
    /// Median of an append of 4 KiB and its fdatasync, in milliseconds, on the folder's file system.
    pub fdatasync_milliseconds: f64,
    /// Load average of the last minute when the measurement ended.
    pub load: f64,
    /// Processors that the client kept busy.
    pub client_processors: f64,
}

/// Runs while something is measured.
pub struct Watch {
    began: Instant,
    client: Duration,
}

impl Watch {
    pub fn begin() -> Outcome<Self> {
        Ok(Self { began: Instant::now(), client: client_time()? })
    }

    /// Ends it and asks the disk under `folder`.
    pub fn end(self, folder: &Path) -> Outcome<Circumstances> {
        let wall = self.began.elapsed().as_secs_f64();
        let busy = client_time()?.saturating_sub(self.client).as_secs_f64();
        Ok(Circumstances {
            fdatasync_milliseconds: fdatasync(folder)?.as_secs_f64() * 1000.0,
            load: load()?,
            client_processors: busy / wall.max(0.001),
        })
    }
}

/// Median time of one append and its fdatasync.
pub fn fdatasync(folder: &Path) -> Outcome<Duration> {
    let mut file = tempfile::tempfile_in(folder)?;
    let block = [0x5a; SYNC_BYTES];
    let mut times = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let began = Instant::now();
        file.write_all(&block)?;
        file.sync_data()?;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    Ok(times[SYNCS / 2])
}

pub fn load() -> Outcome<f64> {
    let text = fs::read_to_string("/proc/loadavg")?;
    Ok(text.split(' ').next().unwrap_or_default().parse()?)
}

fn client_time() -> Outcome<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let microseconds = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Ok(Duration::from_micros(microseconds.unsigned_abs()))
}

/// Processor time of a process and all below it, so far.
pub fn processor_time(process: u32) -> Outcome<Duration> {
    let sum: u64 = family(process)?.iter().map(|one| one.ticks).sum();
    Ok(Duration::from_millis(sum * 1000 / TICKS_PER_SECOND))
}

/// A process and all below it.
pub fn below(process: u32) -> Outcome<Vec<u32>> {
    Ok(family(process)?.iter().map(|one| one.id).collect())
}

struct Process {
    id: u32,
    parent: u32,
    ticks: u64,
}

fn family(process: u32) -> Outcome<Vec<Process>> {
    let mut all = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let Ok(id) = entry?.file_name().to_string_lossy().parse::<u32>() else { continue };
        // Gone between the two looks: it was none of ours, ours live as long as the measurement.
        let Ok(text) = fs::read_to_string(format!("/proc/{id}/stat")) else { continue };
        // proc(5), behind the name: state, parent ...; user and system time, and those of children that have ended.
        let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let field = |at: usize| fields.get(at).and_then(|value| value.parse::<u64>().ok()).unwrap_or(0);
        let parent = u32::try_from(field(1)).unwrap_or(0);
        all.insert(id, Process { id, parent, ticks: (11..=14).map(field).sum() });
    }
    let is_below = |id: &u32| {
        let mut line = std::iter::successors(Some(*id), |at| Some(all.get(at)?.parent)).take(DEPTH);
        line.any(|at| at == process)
    };
    let ids: Vec<u32> = all.keys().copied().filter(is_below).collect();
    Ok(ids.iter().filter_map(|id| all.remove(id)).collect())
}

/// Resident and proportional bytes of processes.
pub fn memory(processes: &[u32]) -> Outcome<(u64, u64)> {
    let (mut resident, mut proportional) = (0, 0);
    for process in processes {
        let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
        let field = |name: &str| {
            let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) * 1024
        };
        resident += field("Rss:");
        proportional += field("Pss:");
    }
    Ok((resident, proportional))
}

/// Lines of the head of the table.
pub fn describe() -> String {
    let cpus = std::thread::available_parallelism().map_or(0, usize::from);
    let info = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = info.lines().next().and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{cpus} processors, {} GB memory, Linux {}", kib / 1_000_000, kernel.trim())
}

/// Writes the caches of the file systems out, so that one measurement does not pay for another's bytes.
pub fn settle(folder: &Path) -> Outcome<()> {
    let handle = OpenOptions::new().read(true).open(folder)?;
    nix::unistd::syncfs(&handle)?;
    Ok(())
}

/// The value at `share` of sorted values.
pub fn quantile<T: Copy + Default>(sorted: &[T], share: f64) -> T {
    let at = (sorted.len().saturating_sub(1) as f64 * share).round() as usize;
    sorted.get(at).copied().unwrap_or_default()
}

/// Of the runs.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile(&sorted, 0.5)
}
