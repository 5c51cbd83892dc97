//! Live properties: what there is to say of a resource.

use std::fmt::Write;

use holdfast_base::{Error, NodeId, Result, Timestamp};
use holdfast_drive::{Drive, Lock, Property, Reader, Role};
use holdfast_store::Read;
use quick_xml::escape::escape;

use super::{path::Target, xml::DAV};
use crate::api::drive::transfer::http_date;

pub(super) const OWNCLOUD: &str = "http://owncloud.org/ns";

/// In the order in which they are told. Quota is told only when asked for by name (RFC 4331 section 2).
const ALL: [(&str, &str); 10] = [
    (DAV, "resourcetype"),
    (DAV, "displayname"),
    (DAV, "creationdate"),
    (DAV, "getlastmodified"),
    (DAV, "getetag"),
    (DAV, "getcontentlength"),
    (DAV, "getcontenttype"),
    (DAV, "supportedlock"),
    (DAV, "lockdiscovery"),
    (OWNCLOUD, "id"),
];
const NAMED_ONLY: [(&str, &str); 6] = [
    (DAV, "quota-available-bytes"),
    (DAV, "quota-used-bytes"),
    (OWNCLOUD, "fileid"),
    (OWNCLOUD, "size"),
    (OWNCLOUD, "permissions"),
    (OWNCLOUD, "checksums"),
];

/// What a PROPFIND tells about.
pub(super) struct Resource {
    pub target: Target,
    /// None: the root that lists the spaces.
    pub node: Option<Reader>,
    /// Of the root: its etag.
    pub etag: String,
}

/// Properties that nobody can set.
pub(super) fn is_live(namespace: &str, name: &str) -> bool {
    ALL.iter().chain(&NAMED_ONLY).any(|(ns, known)| (*ns, *known) == (namespace, name))
}

impl Resource {
    pub(super) fn is_folder(&self) -> bool {
        self.node.as_ref().is_none_or(Reader::is_folder)
    }

    pub(super) fn href(&self) -> String {
        self.target.href(self.is_folder())
    }

    /// Every property that this resource has, named-only ones left out.
    pub(super) fn all(&self, read: &dyn Read, drive: &Drive) -> Result<Vec<(String, String)>> {
        let mut names = Vec::new();
        for (namespace, name) in ALL {
            if self.live(read, drive, namespace, name)?.is_some() {
                names.push((namespace.to_owned(), name.to_owned()));
            }
        }
        names.extend(self.dead(read, drive)?.into_iter().map(|property| (property.namespace, property.name)));
        Ok(names)
    }

    pub(super) fn dead(&self, read: &dyn Read, drive: &Drive) -> Result<Vec<Property>> {
        self.node.as_ref().map_or(Ok(Vec::new()), |node| drive.properties(read, node))
    }

    /// The inner XML of a live property; `None`: this resource has none of that name.
    pub(super) fn live(&self, read: &dyn Read, drive: &Drive, namespace: &str, name: &str) -> Result<Option<String>> {
        let value = match (namespace, name) {
            (DAV, "resourcetype") => Some(if self.is_folder() { "<D:collection/>".to_owned() } else { String::new() }),
            (DAV, "getetag") => {
                Some(format!("\"{}\"", self.node.as_ref().map_or_else(|| self.etag.clone(), |n| n.entry().etag())))
            }
            (DAV, "displayname") => Some(escape(self.display_name()).into_owned()),
            _ => match &self.node {
                Some(node) => self.live_of_node(read, drive, node, namespace, name)?,
                None => None,
            },
        };
        Ok(value)
    }

    fn display_name(&self) -> String {
        self.target.last().unwrap_or_default()
    }

    fn live_of_node(&self, read: &dyn Read, drive: &Drive, node: &Reader, namespace: &str, name: &str) -> Result<Option<String>> {
        let entry = node.entry();
        let file = !node.is_folder();
        Ok(match (namespace, name) {
            (DAV, "creationdate") => Some(iso_date(entry.created_at)),
            (DAV, "getlastmodified") => Some(http_date(entry.changed_at)),
            (DAV, "getcontentlength") if file => Some(entry.size.to_string()),
            (DAV, "getcontenttype") if file => {
                Some(escape(entry.media.as_deref().unwrap_or("application/octet-stream")).into_owned())
            }
            (DAV, "supportedlock") => Some(SUPPORTED_LOCK.to_owned()),
            (DAV, "lockdiscovery") => {
                let now = drive.now();
                let locks = match drive.locks(read, node, now) {
                    // Deleted while the listing went out: nothing holds any more.
                    Err(Error::NotFound) => Vec::new(),
                    other => other?,
                };
                Some(active_locks(read, drive, &self.target, node, &locks, now)?)
            }
            (DAV, "quota-available-bytes" | "quota-used-bytes") if !file => {
                let (used, quota) = drive.usage(read, node)?;
                Some(if name == "quota-used-bytes" { used } else { quota.saturating_sub(used) }.to_string())
            }
            (OWNCLOUD, "id") => Some(format!("{:08}holdfast", entry.id.0)),
            (OWNCLOUD, "fileid") => Some(entry.id.to_string()),
            (OWNCLOUD, "size") => Some(entry.size.to_string()),
            (OWNCLOUD, "permissions") => Some(permissions(node, self.target.is_fixed())),
            (OWNCLOUD, "checksums") if file => {
                entry.sha256.map(|sum| format!("<oc:checksum xmlns:oc=\"{OWNCLOUD}\">SHA256:{}</oc:checksum>", hex::encode(sum)))
            }
            _ => None,
        })
    }
}

const SUPPORTED_LOCK: &str = "<D:lockentry><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry>\
    <D:lockentry><D:lockscope><D:shared/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry>";

/// `DAV:activelock` elements (RFC 4918 section 14.1).
pub(super) fn active_locks(
    read: &dyn Read,
    drive: &Drive,
    target: &Target,
    node: &Reader,
    locks: &[(NodeId, Lock)],
    now: Timestamp,
) -> Result<String> {
    let mut out = String::new();
    if locks.is_empty() {
        return Ok(out);
    }
    let path = drive.path(read, node)?;
    for (on, lock) in locks {
        let depth = path.iter().position(|(id, _)| id == on).map_or(0, |at| at + 1);
        let root = target.above(depth).href(*on != node.node() || node.is_folder());
        let scope = if lock.shared { "shared" } else { "exclusive" };
        let reach = if lock.deep { "infinity" } else { "0" };
        let _ = write!(
            out,
            "<D:activelock><D:locktype><D:write/></D:locktype><D:lockscope><D:{scope}/></D:lockscope><D:depth>{reach}</D:depth>\
             <D:owner>{}</D:owner><D:timeout>Second-{}</D:timeout><D:locktoken><D:href>{}</D:href></D:locktoken>\
             <D:lockroot><D:href>{}</D:href></D:lockroot></D:activelock>",
            lock.owner,
            lock.expires_at.since(now).as_secs(),
            escape(&lock.token),
            escape(&root),
        );
    }
    Ok(out)
}

/// Letters of the Nextcloud clients: S shared, R shareable, M mounted, G readable, D deletable, N renameable, V moveable,
/// W writable, C and K may create files and folders.
fn permissions(node: &Reader, fixed: bool) -> String {
    let mut letters = "G".to_owned();
    if node.role() >= Role::Editor {
        if !fixed {
            letters.push_str("DNV");
        }
        letters.push_str(if node.is_folder() { "CK" } else { "W" });
    }
    letters
}

fn iso_date(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.seconds()).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `<name>inner</name>` in a document that declares the prefix `D`.
pub(super) fn write_property(namespace: &str, name: &str, lang: Option<&str>, inner: &str, out: &mut String) {
    // Writing to a String cannot fail.
    let prefix = match namespace {
        DAV => {
            let _ = write!(out, "<D:{name}");
            "D:"
        }
        "" => {
            let _ = write!(out, "<{name} xmlns=\"\"");
            ""
        }
        other => {
            let _ = write!(out, "<x:{name} xmlns:x=\"{}\"", escape(other));
            "x:"
        }
    };
    if let Some(lang) = lang {
        let _ = write!(out, " xml:lang=\"{}\"", escape(lang));
    }
    if inner.is_empty() {
        out.push_str("/>");
    } else {
        let _ = write!(out, ">{inner}</{prefix}{name}>");
    }
}
