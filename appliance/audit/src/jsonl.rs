//! `audit.jsonl`: one line for each entry, for those who may not open the log. Ids, words of closed sets and results; never
//! a name, a body or a query. It is a copy for tools: the log does not wait for it and does not depend on it. It is put aside
//! when it is long, and follows whoever else puts it aside.

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
    limits::{JSONL_BYTES, JSONL_KEPT},
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
    /// Bytes after which it is put aside.
    most: u64,
}

impl Jsonl {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut file = files::open_to_append(path)?;
        let found = file.metadata()?;
        if found.len() > 0 && last_byte(&file, found.len())? != b'\n' {
            file.write_all(b"\n")?;
        }
        Ok(Self { path: path.to_owned(), inode: found.ino(), most: JSONL_BYTES, file })
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
        let there = fs::metadata(&self.path).ok().filter(|found| found.ino() == self.inode);
        if there.as_ref().is_some_and(|found| found.len() >= self.most) {
            put_aside(&self.path)?;
        }
        if there.is_none_or(|found| found.len() >= self.most) {
            *self = Self { most: self.most, ..Self::open(&self.path)? };
        }
        let mut lines = Vec::with_capacity(entries.len() * 256);
        for (header, body) in entries {
            serde_json::to_writer(&mut lines, &line(header, body))?;
            lines.push(b'\n');
        }
        self.file.write_all(&lines)
    }
}

/// `audit.jsonl` becomes `.1`, `.1` becomes `.2`; the oldest goes. The log itself has it all.
fn put_aside(path: &Path) -> io::Result<()> {
    let aside = |number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{number}"));
        PathBuf::from(name)
    };
    for number in (1..JSONL_KEPT).rev() {
        match fs::rename(aside(number), aside(number + 1)) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
            _ => (),
        }
    }
    fs::rename(path, aside(1))
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn it_is_put_aside_when_it_is_long_and_only_so_many_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        let mut jsonl = Jsonl { most: 1_000, ..Jsonl::open(&path).unwrap() };
        let header = |index| Header {
            index,
            at: 1,
            action: "a.b".to_owned(),
            ending: Ending::Success,
            key: [0; 16],
            id: [0; 16],
            actor: [0; 8],
            object: [0; 8],
            minimum: None,
        };
        let body = Body::decode(&hex::decode("a10001").unwrap()).unwrap();
        for index in 0..100 {
            jsonl.write(&[(header(index), body.clone())]).unwrap();
        }
        let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        assert_eq!(names.len(), 1 + JSONL_KEPT as usize);
        for name in &names {
            let found = fs::metadata(name).unwrap();
            assert_eq!(found.permissions().mode() & 0o777, 0o640);
            assert!(found.len() < 1_200);
        }
        assert_eq!(jsonl.last_index(), Some(99));
        let newest = fs::read_to_string(&names[1]).unwrap().lines().last().unwrap().to_owned();
        let first = fs::read_to_string(&path).unwrap().lines().next().unwrap().to_owned();
        let index = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["index"].as_u64().unwrap();
        assert_eq!(index(&newest) + 1, index(&first), "nothing is lost in between");
    }
}
