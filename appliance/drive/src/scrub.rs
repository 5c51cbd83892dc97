//! Reads everything that a space refers to and compares it with its names.

use holdfast_base::{Error, NodeId, Result, SpaceId};
use holdfast_store::Read;

use crate::{
    Drive, keys,
    records::{Body, Chunk, Content, Entry, Kind, Page, Space, Version, decode},
};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScrubReport {
    pub files: u64,
    pub versions: u64,
    pub chunks: u64,
    pub bytes: u64,
    /// Versions that do not open, in part or at all.
    pub bad: Vec<BadVersion>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadVersion {
    pub node: NodeId,
    pub version: u64,
    /// File name of the pack with the first chunk that does not open.
    pub pack: Option<String>,
}

impl Drive {
    /// All spaces, one after another.
    pub fn scrub_all(&self) -> Result<ScrubReport> {
        let mut spaces = Vec::new();
        self.each(&self.ledger().view(), keys::SPACE, Vec::new()..vec![0xff; 9], &mut |key, _: Space| {
            spaces.extend(key.first_chunk().map(|id| SpaceId(u64::from_be_bytes(*id))));
            Ok(true)
        })?;
        let mut report = ScrubReport::default();
        for space in spaces {
            self.scrub_into(space, &mut report)?;
        }
        Ok(report)
    }

    /// Every version of every file of a space, in the trash as well. Reads whole chunks; takes as long as that takes.
    pub fn scrub(&self, space: SpaceId) -> Result<ScrubReport> {
        let mut report = ScrubReport::default();
        self.scrub_into(space, &mut report)?;
        Ok(report)
    }

    fn scrub_into(&self, space: SpaceId, report: &mut ScrubReport) -> Result<()> {
        let view = self.ledger().view();
        let root = self.space_row(&view, space)?.root;
        let mut waiting = vec![self.entry(&view, root)?.1];
        let mut after = None;
        loop {
            let rows = self.trash_rows(&view, space, after, crate::limits::TRASH_LISTED)?;
            let Some(last) = rows.last() else { break };
            after = Some((last.at, last.entry.id));
            waiting.extend(rows.into_iter().map(|row| row.entry));
        }
        while let Some(entry) = waiting.pop() {
            match entry.kind {
                Kind::Folder => waiting.extend(self.direct(&view, entry.id)?),
                Kind::File => self.scrub_file(&view, &entry, report)?,
            }
        }
        Ok(())
    }

    fn scrub_file(&self, read: &dyn Read, entry: &Entry, report: &mut ScrubReport) -> Result<()> {
        report.files += 1;
        let mut versions: Vec<Version> = Vec::new();
        self.each(read, keys::VERSION, keys::under(&entry.id.to_be_bytes()), &mut |_, row| {
            versions.push(row);
            Ok(true)
        })?;
        for version in versions {
            report.versions += 1;
            report.bytes += version.size;
            match self.scrub_version(read, entry.id, &version, report) {
                Ok(None) => {}
                Err(Error::Sealed) => return Err(Error::Sealed),
                Ok(Some(pack)) => report.bad.push(BadVersion { node: entry.id, version: version.version, pack: Some(pack) }),
                // Shredded since this copy of the ledger was made: it may not open.
                Err(Error::Gone) => {}
                Err(error) => {
                    tracing::error!(%error, node = entry.id.0, version = version.version, "a version does not open");
                    report.bad.push(BadVersion { node: entry.id, version: version.version, pack: None });
                }
            }
        }
        Ok(())
    }

    /// Answers the pack of the first chunk that does not open.
    fn scrub_version(
        &self,
        read: &dyn Read,
        node: NodeId,
        version: &Version,
        report: &mut ScrubReport,
    ) -> Result<Option<String>> {
        let head: Content = self.need(read, keys::CONTENT, &keys::id(version.content))?;
        let Body::Chunks { starts } = head.body else {
            return self.content_of(read, node, version.version)?.read_range(0..version.size).map(|_| None);
        };
        let key = self.data_key(head.key)?;
        let (mut bad, mut bytes) = (None, 0);
        for number in 0..starts.len() {
            let page = read.get(keys::PAGE, &keys::page(version.content, number), &key)?;
            let page: Page = page.map(|page| decode(&page)).transpose()?.unwrap_or_default();
            for chunk in page.chunks {
                report.chunks += 1;
                bytes += u64::from(chunk.len);
                if !self.verify_chunk(chunk)? && bad.is_none() {
                    let row: Chunk = self.need(read, keys::CHUNK, &chunk.id.0)?;
                    bad = Some(self.packs().name(row.pack));
                }
            }
        }
        if bad.is_none() && bytes != version.size {
            return Err(Error::broken("find all chunks of a version"));
        }
        Ok(bad)
    }
}
