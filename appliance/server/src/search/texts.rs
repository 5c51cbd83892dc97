//! Texts of files, kept sealed: one file each under `index/text`, named by a keyed token of the content, so that one content is read
//! once and the folder does not tell which known documents are here.
//!
//! A file is its text's length (u64, little-endian) and a sealed stream; the length authenticates with the stream. It is a cache:
//! what does not open, or has another version, is as good as missing. Nobody waits for it to be durable.

use std::{
    collections::{HashMap, HashSet},
    fs,
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt},
    path::PathBuf,
    sync::Arc,
};

use holdfast_base::{Error, NodeId, Result};
use holdfast_drive::Content;
use holdfast_hsm::{Context, CryptoError, DekHandle};
use holdfast_search::limits::TEXT_BYTES;
use parking_lot::Mutex;

use super::generation::Generation;

/// Grows when workers learn to read more; older texts are then read again.
const VERSION: u8 = 1;
const HAS_TEXT: u8 = 1;
const NO_TEXT: u8 = 0;
/// Version and kind stand before the text.
const HEAD: usize = 2;

/// A content's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Token(pub(super) [u8; 16]);

/// What is known of a content.
pub(super) enum Known {
    Text(String),
    /// There is none, or it cannot be read.
    None,
}

pub(super) struct Texts {
    dir: PathBuf,
    /// Names the files; what it seals is nothing.
    key: DekHandle,
    generation: Arc<Generation>,
    uses: Mutex<HashMap<NodeId, Token>>,
}

impl Texts {
    pub(super) fn open(dir: PathBuf, key: DekHandle, generation: Arc<Generation>) -> Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir).map_err(Error::internal("make the folder of texts"))?;
        Ok(Self { dir, key, generation, uses: Mutex::default() })
    }

    pub(super) fn token(&self, content: &Content) -> Result<Token> {
        Ok(Token(self.key.blind("search text", &content.sha256())?))
    }

    /// `None`: nobody has read it yet.
    pub(super) fn get(&self, token: Token) -> Result<Option<Known>> {
        self.get_within(token, TEXT_BYTES)
    }

    /// The same with at most so many bytes of the text, whole characters only: what lies behind them is not opened.
    pub(super) fn get_within(&self, token: Token, most: usize) -> Result<Option<Known>> {
        self.get_under(&self.generation.key(), token, most)
    }

    fn get_under(&self, key: &DekHandle, token: Token, most: usize) -> Result<Option<Known>> {
        let file = match fs::File::open(self.path(token)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::internal("open the text of a file")(error)),
        };
        let mut length = [0; 8];
        if file.read_exact_at(&mut length, 0).is_err() {
            return Ok(None);
        }
        let length = u64::from_le_bytes(length);
        if length > TEXT_BYTES as u64 + HEAD as u64 {
            return Ok(None);
        }
        let end = length.min((most as u64).saturating_add(HEAD as u64));
        let opened = key.open_stream_range(&context(token), length, 0..end, &mut |at, out| file.read_exact_at(out, at + 8));
        match opened {
            Ok(plain) => Ok(parse(plain, end < length)),
            Err(CryptoError::Sealed) => Err(Error::Sealed),
            Err(error) => {
                tracing::warn!(%error, "a kept text does not open; the file is read again");
                Ok(None)
            }
        }
    }

    /// Whether somebody has read it. What lies there may still not open.
    pub(super) fn holds(&self, token: Token) -> bool {
        self.path(token).exists()
    }

    pub(super) fn put(&self, token: Token, known: &Known) -> Result<()> {
        let mut plain = vec![VERSION];
        match known {
            Known::Text(text) => {
                plain.push(HAS_TEXT);
                plain.extend_from_slice(text.as_bytes());
            }
            Known::None => plain.push(NO_TEXT),
        }
        let sealed = self.generation.key().seal_stream(&context(token), &plain)?;
        let length = u64::try_from(plain.len()).unwrap_or(u64::MAX);
        let path = self.path(token);
        let draft = path.with_extension("new");
        let write = || -> io::Result<()> {
            let mut file = fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&draft)?;
            file.write_all(&length.to_le_bytes())?;
            file.write_all(&sealed)?;
            fs::rename(&draft, &path)
        };
        write().map_err(Error::internal("keep the text of a file"))
    }

    pub(super) fn used(&self, node: NodeId, token: Token) {
        let before = self.uses.lock().insert(node, token);
        if let Some(before) = before.filter(|before| *before != token) {
            self.drop_if_unused(before);
        }
    }

    /// The node is gone, or in the trash: nobody finds it by its text, so the text goes too.
    pub(super) fn unused(&self, node: NodeId) {
        let before = self.uses.lock().remove(&node);
        if let Some(token) = before {
            self.drop_if_unused(token);
        }
    }

    /// Seals the texts anew, under the generation's key. What does not open goes: it would be read again anyway.
    pub(super) fn reseal(&self, old: &DekHandle) -> Result<()> {
        let entries = fs::read_dir(&self.dir).map_err(Error::internal("list the kept texts"))?;
        for entry in entries.filter_map(io::Result::ok) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let token: Option<[u8; 16]> = hex::decode(&name).ok().and_then(|bytes| bytes.try_into().ok());
            let known = match token {
                Some(token) => self.get_under(old, Token(token), TEXT_BYTES)?.map(|known| (Token(token), known)),
                None => None,
            };
            match known {
                Some((token, known)) => self.put(token, &known)?,
                None => remove(&entry.path()),
            }
        }
        Ok(())
    }

    pub(super) fn forget_uses(&self) {
        self.uses.lock().clear();
    }

    /// Removes texts that no node uses. Called once all nodes have been seen.
    pub(super) fn sweep(&self) {
        let used: HashSet<String> = self.uses.lock().values().map(|token| hex::encode(token.0)).collect();
        let Ok(entries) = fs::read_dir(&self.dir) else { return };
        for entry in entries.filter_map(io::Result::ok) {
            if !used.contains(entry.file_name().to_string_lossy().as_ref()) {
                remove(&entry.path());
            }
        }
    }

    fn drop_if_unused(&self, token: Token) {
        let used = self.uses.lock().values().any(|other| *other == token);
        if !used {
            remove(&self.path(token));
        }
    }

    fn path(&self, token: Token) -> PathBuf {
        self.dir.join(hex::encode(token.0))
    }
}

/// `cut`: its last character may be torn.
fn parse(plain: Vec<u8>, cut: bool) -> Option<Known> {
    match plain.split_at_checked(HEAD)? {
        ([VERSION, HAS_TEXT], text) => {
            let whole = match std::str::from_utf8(text) {
                Ok(text) => text,
                Err(torn) if cut => std::str::from_utf8(&text[..torn.valid_up_to()]).ok()?,
                Err(_) => return None,
            };
            Some(Known::Text(whole.to_owned()))
        }
        ([VERSION, NO_TEXT], _) => Some(Known::None),
        _ => None,
    }
}

fn context(token: Token) -> Context {
    Context::new("search text").bytes(&token.0)
}

fn remove(path: &std::path::Path) {
    match fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => tracing::warn!(%error, "a text that nobody uses stays until the next start"),
    }
}
