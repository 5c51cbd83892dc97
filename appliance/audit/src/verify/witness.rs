//! A witness on a machine of the auditor's: it remembers the largest checkpoint that it has seen, and takes only one that
//! continues it (the rules of C2SP tlog-witness, `add-checkpoint`).
//!
//! Always true: what it remembers is replaced whole or not at all, under a lock, and never by something smaller or other.
//! Absent on purpose: the network. What it has taken it may cosign with a key of its own (see [`super::cosign`]).

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde::Serialize;

use super::{
    Verdict,
    consistency::{consistency_proof, is_consistent},
    folder,
    hash::{Hash, empty_root},
    note::{Signed, SignedCheckpoint, VKey},
    read_checkpoint,
};

/// Consistency hashes of a request, by the specification.
const STEPS: usize = 63;

/// What the witness has to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WitnessReport {
    pub verdict: Verdict,
    /// One English sentence.
    pub what: String,
    /// Entries under the checkpoint that it holds now.
    pub size: u64,
    /// Its root, base64.
    pub root: String,
}

impl WitnessReport {
    /// 0 taken, 1 refused, 2 cannot tell.
    pub fn exit_code(&self) -> u8 {
        match self.verdict {
            Verdict::Clean => 0,
            Verdict::Bad => 1,
            Verdict::CannotTell => 2,
        }
    }
}

/// What was handed to the witness.
pub enum Submission {
    /// The body of an `add-checkpoint` request, or a checkpoint alone.
    Request(Vec<u8>),
    /// A log or an export: the proof is made from its tiles.
    Log(PathBuf),
}

/// The witness's memory: a text file with origin, size and root, then the checkpoint itself.
pub struct Witness {
    path: PathBuf,
    key: VKey,
    _lock: File,
    size: u64,
    root: Hash,
}

impl Witness {
    /// Begins to remember. Refuses a file that is there already: forgetting is how a rollback would get through.
    pub fn init(path: &Path, key: &VKey) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(state(key.name(), 0, &empty_root(), "").as_bytes())?;
        file.sync_all()
    }

    /// Waits for whoever holds it.
    pub fn open(path: &Path, key: &VKey) -> io::Result<Self> {
        let mut lock_path = path.as_os_str().to_owned();
        lock_path.push(".lock");
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(lock_path)?;
        lock.lock()?;
        let text = fs::read_to_string(path)?;
        let bad = || io::Error::new(io::ErrorKind::InvalidData, "the state of the witness cannot be read");
        let mut lines = text.lines();
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else { return Err(bad()) };
        if origin != key.name() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("the state is of the log {origin}")));
        }
        let size = size.parse().map_err(|_| bad())?;
        let root = BASE64.decode(root).ok().and_then(|root| root.try_into().ok()).ok_or_else(bad)?;
        Ok(Self { path: path.to_owned(), key: key.clone(), _lock: lock, size, root })
    }

    /// Takes a checkpoint that continues what it remembers, and refuses any other. Fails only where files cannot be read or
    /// written; then it remembers what it did.
    pub fn once(&mut self, submission: &Submission) -> io::Result<WitnessReport> {
        let (old, path, note) = match submission {
            Submission::Request(body) => match request(body) {
                Some(request) => request,
                None => return Ok(self.say(Verdict::Bad, "not a checkpoint, nor a request that holds one")),
            },
            Submission::Log(dir) => {
                let folder = folder::open(dir)?;
                let Some(signed) = read_checkpoint(folder.as_ref())? else {
                    return Ok(self.say(Verdict::Bad, "there is no checkpoint, or it cannot be read"));
                };
                let path = match self.size < signed.checkpoint.size {
                    true => consistency_proof(folder.as_ref(), self.size, signed.checkpoint.size)?,
                    false => Some(Vec::new()),
                };
                let Some(path) = path else {
                    return Ok(self.say(Verdict::CannotTell, "tiles are missing that a proof of consistency needs"));
                };
                (Some(self.size), path, signed.note().to_owned())
            }
        };
        let Ok(signed) = SignedCheckpoint::parse(note.as_bytes()) else {
            return Ok(self.say(Verdict::Bad, "the checkpoint cannot be read"));
        };
        self.judge(&signed, old, &path, &note)
    }

    fn judge(&mut self, signed: &SignedCheckpoint, old: Option<u64>, path: &[Hash], note: &str) -> io::Result<WitnessReport> {
        let new = &signed.checkpoint;
        if new.origin != self.key.name() {
            return Ok(self.say(Verdict::Bad, format!("the checkpoint is of the log {}", new.origin)));
        }
        if signed.check(&self.key) != Signed::Good {
            return Ok(self.say(Verdict::Bad, "the checkpoint is not signed by the key of the log"));
        }
        if new.size < self.size {
            let what = format!("rolled back: the log had {} entries and says that it has {}", self.size, new.size);
            return Ok(self.say(Verdict::Bad, what));
        }
        if new.size == self.size {
            return Ok(match new.root == self.root {
                true => self.say(Verdict::Clean, "seen before"),
                false => self.say(Verdict::Bad, format!("forked: two logs of {} entries were signed", new.size)),
            });
        }
        if let Some(old) = old.filter(|old| *old != self.size) {
            let what = format!("the proof begins at {old}, and this witness stands at {}", self.size);
            return Ok(self.say(Verdict::CannotTell, what));
        }
        if old.is_none() && self.size > 0 {
            let what = format!("a checkpoint alone proves nothing: hand in a proof from {} on, or the log", self.size);
            return Ok(self.say(Verdict::CannotTell, what));
        }
        if !is_consistent((self.size, &self.root), (new.size, &new.root), path) {
            let what = format!("forked: the {} entries of then are not the first ones of the {} of now", self.size, new.size);
            return Ok(self.say(Verdict::Bad, what));
        }
        self.remember(new.size, new.root, note)?;
        Ok(self.say(Verdict::Clean, "taken"))
    }

    fn remember(&mut self, size: u64, root: Hash, note: &str) -> io::Result<()> {
        let mut next = self.path.as_os_str().to_owned();
        next.push(".new");
        let mut file = File::create(&next)?;
        file.write_all(state(self.key.name(), size, &root, note).as_bytes())?;
        file.sync_all()?;
        fs::rename(&next, &self.path)?;
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder)?.sync_all()?;
        }
        (self.size, self.root) = (size, root);
        Ok(())
    }

    /// The checkpoint that it holds now.
    pub fn held(&self) -> io::Result<Option<SignedCheckpoint>> {
        let text = fs::read_to_string(&self.path)?;
        Ok(text.split_once("\n\n").and_then(|(_, note)| SignedCheckpoint::parse(note.as_bytes()).ok()))
    }

    fn say(&self, verdict: Verdict, what: impl Into<String>) -> WitnessReport {
        WitnessReport { verdict, what: what.into(), size: self.size, root: BASE64.encode(self.root) }
    }
}

fn state(origin: &str, size: u64, root: &Hash, note: &str) -> String {
    format!("{origin}\n{size}\n{}\n\n{note}", BASE64.encode(root))
}

/// `old SIZE`, hashes, an empty line, the checkpoint; or the checkpoint alone.
fn request(body: &[u8]) -> Option<(Option<u64>, Vec<Hash>, String)> {
    let text = std::str::from_utf8(body).ok()?;
    let Some(rest) = text.strip_prefix("old ") else { return Some((None, Vec::new(), text.to_owned())) };
    let (head, note) = rest.split_once("\n\n")?;
    let mut lines = head.split('\n');
    let digits = lines.next()?;
    let old = digits.parse().ok().filter(|old: &u64| old.to_string() == digits)?;
    let path: Vec<Hash> = lines.map(|line| BASE64.decode(line).ok()?.try_into().ok()).collect::<Option<_>>()?;
    (path.len() <= STEPS).then(|| (Some(old), path, note.to_owned()))
}

/// The body of an `add-checkpoint` request.
pub fn write_request(old: u64, path: &[Hash], checkpoint: &str) -> String {
    let steps: String = path.iter().map(|step| BASE64.encode(step) + "\n").collect();
    format!("old {old}\n{steps}\n{checkpoint}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::{
        folder::Dir,
        testlog::{TestSigner, plain_entry, write_log},
    };

    #[test]
    fn a_witness_takes_what_continues_and_refuses_rollback_and_fork() {
        let place = tempfile::tempdir().unwrap();
        let (log, state) = (place.path().join("log"), place.path().join("state"));
        let signer = TestSigner::new("box.example/audit");
        let write = |entries: u64, salt: u64| {
            let _ = fs::remove_dir_all(&log);
            let entries: Vec<_> = (0..entries).map(|index| plain_entry(index, salt)).collect();
            write_log(&log, &signer, &entries);
            fs::read_to_string(log.join("checkpoint")).unwrap()
        };
        Witness::init(&state, &signer.vkey).unwrap();
        assert!(Witness::init(&state, &signer.vkey).is_err(), "it does not forget");
        let ask = |submission: &Submission| Witness::open(&state, &signer.vkey).unwrap().once(submission).unwrap();
        let body = |text: &str| Submission::Request(text.as_bytes().to_vec());

        let small = write(300, 0);
        assert_eq!(ask(&body(&small)).verdict, Verdict::Clean, "the first one is taken as it is");
        let large = write(700, 0);
        let alone = ask(&body(&large));
        assert_eq!((alone.verdict, alone.size), (Verdict::CannotTell, 300));
        let path = consistency_proof(&Dir(log.clone()), 300, 700).unwrap().unwrap();
        let mut wrong = path.clone();
        wrong[0][0] ^= 1;
        assert_eq!(ask(&body(&write_request(300, &wrong, &large))).verdict, Verdict::Bad);
        assert_eq!(ask(&body(&write_request(299, &path, &large))).verdict, Verdict::CannotTell);
        let taken = ask(&body(&write_request(300, &path, &large)));
        assert_eq!((taken.verdict, taken.size, taken.exit_code()), (Verdict::Clean, 700, 0));
        assert_eq!(ask(&body(&large)).verdict, Verdict::Clean, "seen before");
        let back = ask(&body(&small));
        assert_eq!((back.verdict, back.size, back.exit_code()), (Verdict::Bad, 700, 1), "rollback");
        assert!(back.what.contains("rolled back"));

        let fork = write(700, 1);
        assert_eq!(ask(&body(&fork)).verdict, Verdict::Bad, "fork of the same size");
        write(900, 1);
        assert_eq!(ask(&Submission::Log(log.clone())).verdict, Verdict::Bad, "fork that is longer");
        write(900, 0);
        assert_eq!(ask(&Submission::Log(log.clone())).size, 900, "the log itself is proof");
        for nonsense in ["", "old", "old 900\n", "old 0900\n\nx", "x\n\ny"] {
            assert_eq!(ask(&body(nonsense)).verdict, Verdict::Bad, "{nonsense:?}");
        }
        let thief = TestSigner::new("box.example/audit");
        write_log(&log, &thief, &[plain_entry(0, 0)]);
        assert_eq!(ask(&Submission::Log(log.clone())).verdict, Verdict::Bad);
        let other = TestSigner::new("other.example/audit");
        assert!(Witness::open(&state, &other.vkey).is_err());
        assert_eq!(Witness::open(&state, &signer.vkey).unwrap().size, 900);
    }
}
