//! From a URL to a node, and back to an href.

use actix_web::{HttpRequest, http::header};
use holdfast_base::{Actor, Error, Result};
use holdfast_drive::{Drive, Name, Owner, Reader, Writer};
use holdfast_store::Read;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::answer::Refusal;

pub(super) const ROOT: &str = "/dav/";
/// The segment of the person's own space.
pub(super) const PERSONAL: &str = "personal";
/// Components below a space.
const COMPONENTS: usize = 256;
/// RFC 3986 unreserved characters stay as they are.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a URL names: the root, a space, or a path in a space. Nothing is looked up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    space: Option<Name>,
    pub names: Vec<Name>,
    /// The URL ended with a slash.
    pub slash: bool,
}

impl Target {
    pub(super) fn of_request(request: &HttpRequest) -> Result<Self, Refusal> {
        Self::of_path(request.uri().path()).ok_or_else(|| Refusal::status(400))
    }

    /// A `Destination` header: an absolute URL of this host, or an absolute path.
    pub(super) fn of_destination(request: &HttpRequest) -> Result<Self, Refusal> {
        let value = request.headers().get("destination").and_then(|v| v.to_str().ok()).ok_or_else(|| Refusal::status(400))?;
        Self::of_url(request, value)
    }

    /// 502 for another server (RFC 4918 section 9.8.5).
    pub(super) fn of_url(request: &HttpRequest, url: &str) -> Result<Self, Refusal> {
        let path = match url.trim().split_once("://") {
            None => url.trim(),
            Some((_, rest)) => {
                let (host, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
                let asked = request
                    .headers()
                    .get(header::HOST)
                    .and_then(|v| v.to_str().ok())
                    .or_else(|| request.uri().authority().map(|a| a.as_str()));
                if asked.is_some_and(|asked| !asked.eq_ignore_ascii_case(host)) {
                    return Err(Refusal::status(502));
                }
                path
            }
        };
        let path = path.split(['?', '#']).next().unwrap_or_default();
        Self::of_path(path).ok_or_else(|| Refusal::status(400))
    }

    fn of_path(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("/dav")?;
        if !rest.is_empty() && !rest.starts_with('/') {
            return None;
        }
        let mut names = Vec::new();
        for part in rest.split('/').filter(|part| !part.is_empty()) {
            let decoded = percent_decode_str(part).decode_utf8().ok()?;
            names.push(Name::new(&decoded).ok()?);
            if names.len() > COMPONENTS {
                return None;
            }
        }
        let space = if names.is_empty() { None } else { Some(names.remove(0)) };
        Some(Self { space, names, slash: path.ends_with('/') })
    }

    /// The root that lists the spaces.
    pub(super) fn is_root(&self) -> bool {
        self.space.is_none()
    }

    /// The root or the top of a space: nothing that could be made, moved or removed here.
    pub(super) fn is_fixed(&self) -> bool {
        self.names.is_empty()
    }

    /// The folder that it lies in, and its name there.
    pub(super) fn parent(&self) -> Option<(Self, Name)> {
        let (name, names) = self.names.split_last()?;
        Some((Self { space: self.space.clone(), names: names.to_vec(), slash: true }, name.clone()))
    }

    /// Its last component; of a space its segment.
    pub(super) fn last(&self) -> Option<String> {
        self.names.last().or(self.space.as_ref()).map(|name| name.as_str().to_owned())
    }

    /// The first `depth` components below the space.
    pub(super) fn above(&self, depth: usize) -> Self {
        Self { names: self.names.iter().take(depth).cloned().collect(), ..self.clone() }
    }

    /// An entry of this folder.
    pub(super) fn child(&self, name: &str) -> Result<Self> {
        let name = Name::new(name)?;
        let mut child = self.clone();
        match child.space {
            Some(_) => child.names.push(name),
            None => child.space = Some(name),
        }
        Ok(child)
    }

    /// The node that it names now. `NotFound` on the root.
    pub(super) fn find(&self, read: &dyn Read, drive: &Drive, actor: &Actor) -> Result<Reader> {
        let root = self.space_root(read, drive, actor)?;
        drive.resolve(read, &root, &self.names)
    }

    pub(super) fn find_to_change(&self, read: &dyn Read, drive: &Drive, actor: &Actor) -> Result<Writer> {
        self.find(read, drive, actor)?.writer()
    }

    /// A folder that something is to be made in: a missing one is 409, not 404 (RFC 4918 sections 9.3.1, 9.7.1, 9.8.5).
    pub(super) fn find_folder(&self, read: &dyn Read, drive: &Drive, actor: &Actor) -> Result<Writer> {
        match self.find_to_change(read, drive, actor) {
            Err(Error::NotFound) => Err(Error::conflict("no-parent")),
            Ok(writer) if !writer.reader().is_folder() => Err(Error::conflict("no-parent")),
            other => other,
        }
    }

    fn space_root(&self, read: &dyn Read, drive: &Drive, actor: &Actor) -> Result<Reader> {
        let wanted = self.space.as_ref().ok_or(Error::NotFound)?;
        let owner = if wanted.as_str() == PERSONAL {
            Owner::Person(drive.directory().org().active(actor)?.id)
        } else {
            let named = segments(drive, actor)?.into_iter().find(|(segment, _)| segment == wanted.as_str());
            named.ok_or(Error::NotFound)?.1
        };
        drive.root(read, actor, owner)
    }

    pub(super) fn href(&self, folder: bool) -> String {
        let mut href = ROOT.to_owned();
        for name in self.space.iter().chain(&self.names) {
            href.push_str(&encode(name.as_str()));
            href.push('/');
        }
        if !folder && href.len() > ROOT.len() {
            href.pop();
        }
        href
    }
}

pub(super) fn encode(name: &str) -> String {
    utf8_percent_encode(name, SEGMENT).to_string()
}

/// Makes the person's spaces where they are missing: a space is made when it is first asked for.
pub(super) fn ensure_spaces(rooms: &crate::rooms::Rooms, actor: &Actor) -> Result<()> {
    let org = rooms.directory.org();
    let person = org.active(actor)?.id;
    let view = rooms.ledger.view();
    for (_, owner) in segments(&rooms.drive, actor)? {
        if rooms.drive.space_of(&view, owner)?.is_none() {
            let (_, made) = rooms.drive.spaces(actor)?;
            return made.map_or(Ok(()), |made| rooms.audit.settle(&made.mark));
        }
    }
    rooms.drive.saw_spaces(person, org.epoch);
    Ok(())
}

/// The collections of the root: segment and owner. Departments that share a name get their number.
pub(super) fn segments(drive: &Drive, actor: &Actor) -> Result<Vec<(String, Owner)>> {
    let org = drive.directory().org();
    let person = org.active(actor)?.id;
    let mut segments = vec![(PERSONAL.to_owned(), Owner::Person(person))];
    for id in org.departments_above(person) {
        let Some(department) = org.department(id) else {
            continue;
        };
        let plain = department.name.replace('/', "_");
        let name = Name::new(&plain).map_or_else(|_| format!("department {id}"), Name::into_string);
        let taken = segments.iter().any(|(segment, _)| *segment == name);
        segments.push((if taken { format!("{name} ({id})") } else { name }, Owner::Department(id)));
    }
    Ok(segments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_hrefs_go_both_ways() {
        for (path, href) in [
            ("/dav", "/dav/"),
            ("/dav/", "/dav/"),
            ("/dav/personal", "/dav/personal/"),
            ("/dav//personal//a%20b/", "/dav/personal/a%20b/"),
            ("/dav/personal/%E6%8A%A5%E5%91%8A%23%3F", "/dav/personal/%E6%8A%A5%E5%91%8A%23%3F/"),
        ] {
            assert_eq!(Target::of_path(path).map(|target| target.href(true)).as_deref(), Some(href), "{path}");
        }
        for bad in ["/davx", "/dav/personal/%2e%2e/x", "/dav/personal/a%2Fb", "/dav/personal/%00", "/dav/personal/%ff", "/other"]
        {
            assert_eq!(Target::of_path(bad), None, "{bad}");
        }
    }
}
