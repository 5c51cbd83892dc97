//! Folders: making one, listing one, finding a path. A listing is one prefix scan, sorted after unsealing.

use std::{cmp::Ordering, num::NonZeroUsize, sync::Arc};

use holdfast_audit::record;
use holdfast_base::{ClientId, Error, NodeId, Result};
use holdfast_store::{LedgerTx, Read, Tx};
use lru::LruCache;
use parking_lot::Mutex;

use crate::{
    Drive, Expect, Name, Reader, Verb, Writer, keys, limits,
    records::{Entry, Kind},
    spaces::folder_entry,
    tree::stamp,
};

/// Order of a listing; folders stand first in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    #[default]
    Name,
    Size,
    Changed,
}

type Sorted = Arc<Vec<Entry>>;
type Wanted = (NodeId, u64, Sort);

/// Sorted listings by folder and stamp: a changed folder has another stamp, so nothing here is ever stale.
pub(crate) struct Listings {
    kept: Mutex<LruCache<Wanted, Sorted>>,
}

impl Listings {
    pub(crate) fn new() -> Self {
        let capacity = NonZeroUsize::new(limits::LISTINGS_KEPT).unwrap_or(NonZeroUsize::MIN);
        Self { kept: Mutex::new(LruCache::new(capacity)) }
    }

    /// The oldest give way, so that all together stay within the limit.
    fn keep(&self, wanted: Wanted, sorted: &Sorted) {
        let mut kept = self.kept.lock();
        let mut entries: usize = kept.iter().map(|(_, sorted)| sorted.len()).sum();
        while entries + sorted.len() > limits::LISTING_ENTRIES {
            let Some((_, oldest)) = kept.pop_lru() else {
                return;
            };
            entries -= oldest.len();
        }
        kept.put(wanted, sorted.clone());
    }
}

impl Drive {
    /// All entries of a folder in ascending order. A folder's own row is read from the same snapshot, so etags agree.
    pub fn children(&self, read: &dyn Read, folder: &Reader, sort: Sort) -> Result<Arc<Vec<Entry>>> {
        folder.folder()?;
        let (_, entry) = self.entry(read, folder.node())?;
        let wanted = (entry.id, entry.stamp, sort);
        if let Some(sorted) = self.listings().kept.lock().get(&wanted) {
            return Ok(sorted.clone());
        }
        let mut entries: Vec<Entry> = Vec::new();
        self.each(read, keys::CHILD, keys::under(&entry.id.to_be_bytes()), &mut |_, child| {
            entries.push(child);
            Ok(true)
        })?;
        entries.sort_by(|a, b| order(sort, a, b));
        let sorted = Arc::new(entries);
        self.listings().keep(wanted, &sorted);
        Ok(sorted)
    }

    /// The node at `path` below a folder that the actor may read; no components: the folder itself.
    pub fn resolve(&self, read: &dyn Read, folder: &Reader, path: &[Name]) -> Result<Reader> {
        let mut at = folder.clone();
        for name in path {
            if !at.is_folder() {
                return Err(Error::NotFound);
            }
            let entry = self.named(read, at.node(), name)?.ok_or(Error::NotFound)?;
            at = Reader { parent: Some(at.node()), entry, ..at };
        }
        Ok(at)
    }

    /// An entry of a folder, as its reader may read it.
    pub fn child(&self, folder: &Reader, entry: &Entry) -> Reader {
        Reader { parent: Some(folder.node()), entry: entry.clone(), ..folder.clone() }
    }

    /// Names and ids from below the root of the space down to the node.
    pub fn path(&self, read: &dyn Read, reader: &Reader) -> Result<Vec<(NodeId, String)>> {
        self.path_of(read, reader.node())
    }

    pub(crate) fn path_of(&self, read: &dyn Read, node: NodeId) -> Result<Vec<(NodeId, String)>> {
        let mut path = Vec::new();
        let walk = self.walk(read, node)?;
        for (id, place) in walk.ids.into_iter().zip(walk.places) {
            path.push((id, self.entry_at(read, id, place)?.name));
        }
        path.pop();
        path.reverse();
        Ok(path)
    }

    pub fn create_folder(
        &self,
        tx: &mut LedgerTx<'_>,
        parent: &Writer,
        name: &Name,
        cid: Option<ClientId>,
        expect: &Expect,
    ) -> Result<Entry> {
        parent.0.folder()?;
        let (under, actor) = (parent.0.node(), parent.actor());
        let once = self.once(actor.person(), cid, &[b"folder", &under.to_be_bytes(), name.as_str().as_bytes()])?;
        if let Some(node) = self.before(tx, once.as_ref())? {
            return Ok(self.entry(tx, NodeId(node))?.1);
        }
        self.unlocked(tx, actor, under, &expect.tokens)?;
        let id = NodeId(tx.next_id(keys::NEXT_NODE)?);
        let now = tx.now();
        let entry = folder_entry(id, name.as_str().to_owned(), stamp(tx), now, actor.person());
        let walk = self.attach(tx, under, &entry, now)?;
        self.remember(tx, once.as_ref(), id.0)?;
        record(tx, self.event(actor, "node.create", &entry).text("parent", under.to_string()));
        self.changed(tx, walk.space, id, Some(under), Verb::Written);
        Ok(entry)
    }
}

fn order(sort: Sort, a: &Entry, b: &Entry) -> Ordering {
    let folders_first = (a.kind == Kind::File).cmp(&(b.kind == Kind::File));
    let wanted = match sort {
        Sort::Name => Ordering::Equal,
        Sort::Size => a.size.cmp(&b.size),
        Sort::Changed => a.changed_at.cmp(&b.changed_at),
    };
    folders_first.then(wanted).then_with(|| by_name(&a.name, &b.name)).then(a.id.cmp(&b.id))
}

/// Numbers in names count as numbers, case does not matter: 2.txt stands before 10.txt.
fn by_name(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.chars().flat_map(char::to_lowercase).peekable(), b.chars().flat_map(char::to_lowercase).peekable());
    loop {
        match (a.peek().copied(), b.peek().copied()) {
            (None, None) => return Ordering::Equal,
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => match number(&mut a).cmp(&number(&mut b)) {
                Ordering::Equal => {}
                other => return other,
            },
            (Some(x), Some(y)) if x == y => {
                a.next();
                b.next();
            }
            (Some(x), Some(y)) => return x.cmp(&y),
        }
    }
}

/// Up to 18 digits; a longer run is compared in pieces.
fn number(chars: &mut std::iter::Peekable<impl Iterator<Item = char>>) -> u64 {
    let mut value = 0;
    for _ in 0..18 {
        let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) else {
            break;
        };
        value = value * 10 + u64::from(digit);
        chars.next();
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_people_count() {
        let mut names = vec!["b", "A10", "a2", "文件10", "文件9", "a", "A1"];
        names.sort_by(|a, b| by_name(a, b));
        assert_eq!(names, ["a", "A1", "a2", "A10", "b", "文件9", "文件10"]);
    }
}
