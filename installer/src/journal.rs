//! What the set-up has begun and what it has done: one JSON line for each, durable before the next act. A line that was cut
//! short counts as never written. The file is locked while a set-up runs, so that there is never a second one.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use holdfast_base::{Timestamp, World};
use nix::fcntl::{Flock, FlockArg};
use serde::{Deserialize, Serialize};

use crate::SetupError;

/// Largest journal that is read, in bytes: thousands of runs.
const BYTES: u64 = 4 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mark {
    Begun,
    Done,
}

#[derive(Serialize, Deserialize)]
struct Line {
    at: Timestamp,
    step: String,
    mark: Mark,
    /// What a later run needs to know of it. No secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

pub(crate) struct Journal {
    path: PathBuf,
    file: Flock<File>,
    lines: Vec<Line>,
    world: World,
}

impl Journal {
    /// A contradiction while another set-up holds it.
    pub(crate) fn open(path: &Path, world: &World) -> Result<Self, SetupError> {
        let fail = |act| SetupError::io(act, path);
        let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path).map_err(fail("open"))?;
        let mut file = Flock::lock(file, FlockArg::LockExclusiveNonblock)
            .map_err(|_| SetupError::Contradiction("another holdfast-setup is running".to_owned()))?;
        let mut text = Vec::new();
        (&*file).take(BYTES).read_to_end(&mut text).map_err(fail("read"))?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        if whole < text.len() {
            file.set_len(whole as u64).map_err(fail("mend"))?;
            file.seek(SeekFrom::End(0)).map_err(fail("mend"))?;
        }
        let lines = text[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let lines = lines.map(serde_json::from_slice).collect::<Result<Vec<Line>, _>>();
        let lines = lines.map_err(|error| SetupError::Contradiction(format!("{} was altered: {error}", path.display())))?;
        Ok(Self { path: path.to_owned(), file, lines, world: world.clone() })
    }

    pub(crate) fn begin(&mut self, step: &str) -> Result<(), SetupError> {
        self.write(step, Mark::Begun, None)
    }

    pub(crate) fn done(&mut self, step: &str, note: Option<String>) -> Result<(), SetupError> {
        self.write(step, Mark::Done, note)
    }

    /// Was begun at some time, and never done.
    pub(crate) fn is_cut_short(&self, step: &str) -> bool {
        self.lines.iter().any(|line| line.step == step) && !self.is_done(step)
    }

    pub(crate) fn is_done(&self, step: &str) -> bool {
        self.lines.iter().any(|line| line.step == step && line.mark == Mark::Done)
    }

    /// What was noted when the step was done last.
    pub(crate) fn note(&self, step: &str) -> Option<&str> {
        self.lines.iter().rev().filter(|line| line.step == step && line.mark == Mark::Done).find_map(|line| line.note.as_deref())
    }

    fn write(&mut self, step: &str, mark: Mark, note: Option<String>) -> Result<(), SetupError> {
        let line = Line { at: self.world.now(), step: step.to_owned(), mark, note };
        let mut text = serde_json::to_vec(&line).map_err(|error| SetupError::io("describe", &self.path)(error.into()))?;
        text.push(b'\n');
        self.file.write_all(&text).and_then(|()| self.file.sync_data()).map_err(SetupError::io("write", &self.path))?;
        self.lines.push(line);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_line_that_was_cut_short_was_never_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let world = World::system();
        let mut journal = Journal::open(&path, &world).unwrap();
        journal.begin("keys").unwrap();
        assert!(journal.is_cut_short("keys") && !journal.is_done("keys"));
        assert_eq!(Journal::open(&path, &world).err().unwrap().exit_code(), 3, "one at a time");
        journal.done("keys", Some("made".to_owned())).unwrap();
        journal.begin("units").unwrap();
        drop(journal);
        let whole = fs::read(&path).unwrap();
        for cut in 0..=whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            let mut journal = Journal::open(&path, &world).unwrap();
            let lines = whole[..cut].iter().filter(|byte| **byte == b'\n').count();
            assert_eq!(journal.lines.len(), lines);
            assert_eq!(journal.is_cut_short("keys"), lines == 1);
            assert_eq!(journal.note("keys"), (lines >= 2).then_some("made"));
            journal.begin("again").unwrap();
            drop(journal);
            assert_eq!(Journal::open(&path, &world).unwrap().lines.len(), lines + 1);
        }
        fs::write(&path, b"not a line\n").unwrap();
        assert_eq!(Journal::open(&path, &world).err().unwrap().exit_code(), 3);
    }
}
