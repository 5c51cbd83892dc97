//! `audit.jsonl`: one line for each entry, for those who may not open the log. Ids, words of closed sets and results; never
//! a name, a body or a query. It is a copy for tools: the log does not wait for it and does not depend on it.

use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::{
    entry::{Body, Ending, Header, Party},
    files,
};

/// No line is longer.
const LINE_BYTES: u64 = 16 * 1024;

#[derive(Serialize)]
struct Line<'a> {
    index: u64,
    at: i64,
    action: &'a str,
    actor: Actor,
    door: &'a str,
    object: Object<'a>,
    outcome: Ending,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    request: String,
}

#[derive(Serialize)]
struct Actor {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

#[derive(Serialize)]
struct Object<'a> {
    kind: &'a str,
    id: &'a str,
}

pub(crate) struct Jsonl {
    path: PathBuf,
    file: File,
    inode: u64,
}

impl Jsonl {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut file = files::open_to_append(path)?;
        let found = file.metadata()?;
        if found.len() > 0 && last_byte(&file, found.len())? != b'\n' {
            file.write_all(b"\n")?;
        }
        Ok(Self { path: path.to_owned(), inode: found.ino(), file })
    }

    /// Index of the last line; None in a new file.
    pub(crate) fn last_index(&self) -> Option<u64> {
        use std::os::unix::fs::FileExt;
        #[derive(serde::Deserialize)]
        struct Last {
            index: u64,
        }
        let len = self.file.metadata().ok()?.len();
        let start = len.saturating_sub(LINE_BYTES);
        let mut tail = vec![0; usize::try_from(len - start).ok()?];
        self.file.read_exact_at(&mut tail, start).ok()?;
        let lines = tail.split(|byte| *byte == b'\n').rev();
        // The last whole line: one that a crash has torn does not parse.
        lines.take(3).find_map(|line| serde_json::from_slice::<Last>(line).ok()).map(|last| last.index)
    }

    /// Follows a rotation: when the name belongs to another file, that one is written.
    pub(crate) fn write(&mut self, entries: &[(Header, Body)]) -> io::Result<()> {
        if fs::metadata(&self.path).map(|found| found.ino()).ok() != Some(self.inode) {
            *self = Self::open(&self.path)?;
        }
        let mut lines = Vec::with_capacity(entries.len() * 256);
        for (header, body) in entries {
            serde_json::to_writer(&mut lines, &line(header, body))?;
            lines.push(b'\n');
        }
        self.file.write_all(&lines)
    }
}

fn line<'a>(header: &'a Header, body: &'a Body) -> Line<'a> {
    let (kind, id) = match body.actor {
        Party::Person(person) => ("person", Some(person.to_string())),
        Party::System => ("system", None),
        Party::Stranger => ("stranger", None),
    };
    Line {
        index: header.index,
        at: header.at,
        action: &header.action,
        actor: Actor { kind, id },
        door: &body.door,
        object: Object { kind: &body.object_kind, id: &body.object_id },
        outcome: header.ending,
        code: body.code.as_deref(),
        request: uuid::Uuid::from_bytes(body.request).to_string(),
    }
}

fn last_byte(file: &File, len: u64) -> io::Result<u8> {
    use std::os::unix::fs::FileExt;
    let mut byte = [0];
    file.read_exact_at(&mut byte, len - 1)?;
    Ok(byte[0])
}
