//! Reads everything that a space refers to and compares it with its names.

use holdfast_base::{NodeId, Result, SpaceId};
use holdfast_store::Read;

use crate::{
    Drive, keys,
    records::{Body, Content, Entry, Kind, Page, Version, decode},
};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScrubReport {
    pub files: u64,
    pub versions: u64,
    pub chunks: u64,
    pub bytes: u64,
    /// Versions that do not open, in part or at all.
    pub bad: Vec<(NodeId, u64)>,
}

impl Drive {
    /// Every version of every file of a space, in the trash as well. Reads whole chunks; takes as long as that takes.
    pub fn scrub(&self, space: SpaceId) -> Result<ScrubReport> {
        let view = self.ledger().view();
        let mut report = ScrubReport::default();
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
                Kind::File => self.scrub_file(&view, &entry, &mut report)?,
            }
        }
        Ok(report)
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
                Ok(true) => {}
                Err(holdfast_base::Error::Sealed) => return Err(holdfast_base::Error::Sealed),
                Ok(false) | Err(_) => {
                    tracing::error!(node = entry.id.0, version = version.version, "a version does not open");
                    report.bad.push((entry.id, version.version));
                }
            }
        }
        Ok(())
    }

    fn scrub_version(&self, read: &dyn Read, node: NodeId, version: &Version, report: &mut ScrubReport) -> Result<bool> {
        let head: Content = self.need(read, keys::CONTENT, &keys::id(version.content))?;
        let Body::Chunks { starts } = head.body else {
            return Ok(self.content_of(read, node, version.version)?.read_range(0..version.size).is_ok());
        };
        let key = self.data_key(head.key)?;
        let (mut whole, mut bytes) = (true, 0);
        for number in 0..starts.len() {
            let page = read.get(keys::PAGE, &keys::page(version.content, number), &key)?;
            let page: Page = page.map(|page| decode(&page)).transpose()?.unwrap_or_default();
            for chunk in page.chunks {
                report.chunks += 1;
                bytes += u64::from(chunk.len);
                whole &= self.verify_chunk(chunk)?;
            }
        }
        Ok(whole && bytes == version.size)
    }
}
