//! All files, for search: what there is to index, and read access for the text extractor. No actor: jobs of the box only.

use holdfast_base::{Error, NodeId, PersonId, Result, SpaceId, Timestamp};
use holdfast_store::Read;

use crate::{
    Content, Drive, keys,
    records::{Entry, Kind, Place},
};

/// A live file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRef {
    pub space: SpaceId,
    pub node: NodeId,
    pub name: String,
    pub media: Option<String>,
    pub size: u64,
    pub version: u64,
    pub changed_at: Timestamp,
    pub changed_by: Option<PersonId>,
}

impl Drive {
    /// Live files with ids above `after`, in order of id; at most `limit` nodes are looked at.
    /// The second value is where to go on, `None` at the end.
    pub fn files_after(&self, read: &dyn Read, after: NodeId, limit: usize) -> Result<(Vec<FileRef>, Option<NodeId>)> {
        let mut ids: Vec<NodeId> = Vec::new();
        let range = [&after.to_be_bytes()[..], &[0]].concat()..vec![0xff; 9];
        self.each(read, keys::NODE, range, &mut |key, _: Place| {
            if let Ok(id) = <[u8; 8]>::try_from(key) {
                ids.push(NodeId::from_be_bytes(id));
            }
            Ok(ids.len() < limit)
        })?;
        let next = if ids.len() < limit { None } else { ids.last().copied() };
        let mut files = Vec::new();
        for id in ids {
            files.extend(self.file(read, id)?);
        }
        Ok((files, next))
    }

    /// One file; `None` when the node is a folder, in the trash or gone.
    pub fn file(&self, read: &dyn Read, node: NodeId) -> Result<Option<FileRef>> {
        let walk = match self.walk(read, node) {
            Err(Error::NotFound) => return Ok(None),
            other => other?,
        };
        let place = *walk.places.first().ok_or_else(|| Error::broken("find where a node stands"))?;
        let entry = self.entry_at(read, node, place)?;
        Ok((entry.kind == Kind::File).then(|| file_ref(walk.space, entry)))
    }

    /// All nodes at and below a node, also when it lies in the trash: after a folder was moved, deleted or restored.
    /// Erased ones are gone already, so deletion must be learnt from the trash.
    pub fn nodes_under(&self, read: &dyn Read, node: NodeId) -> Result<Vec<NodeId>> {
        let (mut all, mut folders) = (vec![node], vec![node]);
        while let Some(folder) = folders.pop() {
            self.each(read, keys::CHILD, keys::under(&folder.to_be_bytes()), &mut |_, entry: Entry| {
                all.push(entry.id);
                if entry.kind == Kind::Folder {
                    folders.push(entry.id);
                }
                Ok(true)
            })?;
        }
        Ok(all)
    }

    /// The current content of a file for the text extractor.
    pub fn text_source(&self, read: &dyn Read, node: NodeId) -> Result<Option<(FileRef, Content)>> {
        match self.file(read, node)? {
            Some(file) => {
                let content = self.content_of(read, node, file.version)?;
                Ok(Some((file, content)))
            }
            None => Ok(None),
        }
    }
}

fn file_ref(space: SpaceId, entry: Entry) -> FileRef {
    FileRef {
        space,
        node: entry.id,
        name: entry.name,
        media: entry.media,
        size: entry.size,
        version: entry.version,
        changed_at: entry.changed_at,
        changed_by: entry.changed_by,
    }
}
