//! The `If` header (RFC 4918 section 10.4): what must hold, and the lock tokens that it submits. Checked in the transaction.

use actix_web::HttpRequest;
use holdfast_base::{Actor, Error, Result};
use holdfast_drive::{Drive, Expect};
use holdfast_store::Read;

use super::{answer::Refusal, path::Target};
use crate::api::drive::expectation;

/// Lists and conditions of one header.
const CONDITIONS: usize = 256;

#[derive(Debug, Clone, Default)]
pub(super) struct Conditions {
    lists: Vec<List>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct List {
    /// None: the resource of the request.
    about: Option<Target>,
    all: Vec<Condition>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    not: bool,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Token(String),
    Etag(String),
}

impl Conditions {
    pub(super) fn of_request(request: &HttpRequest) -> Result<Self, Refusal> {
        let Some(value) = request.headers().get("if") else {
            return Ok(Self::default());
        };
        let text = value.to_str().map_err(|_| Refusal::status(400))?;
        let parsed = parse(text).ok_or_else(|| Refusal::status(400))?;
        let mut lists = Vec::new();
        for (url, all) in parsed {
            // About a URL of another server nothing can be true here.
            let about = match url {
                Some(url) => match Target::of_url(request, &url) {
                    Ok(target) => Some(target),
                    Err(_) => continue,
                },
                None => None,
            };
            lists.push(List { about, all });
        }
        if lists.is_empty() { Err(Refusal::status(412)) } else { Ok(Self { lists }) }
    }

    /// The etag headers, and every token that was submitted.
    pub(super) fn expect(&self, request: &HttpRequest) -> Result<Expect> {
        let tokens = self.lists.iter().flat_map(|list| &list.all).filter_map(|condition| match &condition.what {
            What::Token(token) => Some(token.clone()),
            What::Etag(_) => None,
        });
        Ok(Expect { tokens: tokens.collect(), ..expectation(request.headers())? })
    }

    /// One of the lists must hold. `PreconditionFailed` otherwise.
    pub(super) fn check(&self, read: &dyn Read, drive: &Drive, actor: &Actor, target: &Target) -> Result<()> {
        if self.lists.is_empty() {
            return Ok(());
        }
        for list in &self.lists {
            let (etag, tokens) = state(read, drive, actor, list.about.as_ref().unwrap_or(target))?;
            let holds = |condition: &Condition| {
                let found = match &condition.what {
                    What::Token(token) => tokens.contains(token),
                    What::Etag(wanted) => etag.as_ref() == Some(wanted),
                };
                found != condition.not
            };
            if list.all.iter().all(holds) {
                return Ok(());
            }
        }
        Err(Error::PreconditionFailed)
    }
}

/// Etag and lock tokens of a resource. A name that is free has the locks of the folder that it would be in.
fn state(read: &dyn Read, drive: &Drive, actor: &Actor, target: &Target) -> Result<(Option<String>, Vec<String>)> {
    let (node, etag) = match target.find(read, drive, actor) {
        Ok(node) => {
            let etag = node.entry().etag();
            (Some(node), Some(etag))
        }
        Err(Error::NotFound) => match target.parent() {
            Some((parent, _)) => (parent.find(read, drive, actor).ok(), None),
            None => (None, None),
        },
        Err(other) => return Err(other),
    };
    let Some(node) = node else {
        return Ok((None, Vec::new()));
    };
    let locks = drive.locks(read, &node, drive.now())?;
    Ok((etag, locks.into_iter().map(|(_, lock)| lock.token).collect()))
}

type Parsed = Vec<(Option<String>, Vec<Condition>)>;

/// `None`: not what the grammar allows.
fn parse(text: &str) -> Option<Parsed> {
    let (mut lists, mut about, mut rest, mut count) = (Vec::new(), None, text.trim(), 0);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('<') {
            let (url, after) = after.split_once('>')?;
            about = Some(url.to_owned());
            rest = after.trim_start();
            if !rest.starts_with('(') {
                return None;
            }
            continue;
        }
        rest = rest.strip_prefix('(')?.trim_start();
        let mut all = Vec::new();
        loop {
            count += 1;
            if count > CONDITIONS {
                return None;
            }
            if let Some(after) = rest.strip_prefix(')') {
                rest = after.trim_start();
                break;
            }
            let not = rest.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("not"));
            if not {
                rest = rest[3..].trim_start();
            }
            let (what, after) = condition(rest)?;
            all.push(Condition { not, what });
            rest = after.trim_start();
        }
        if all.is_empty() {
            return None;
        }
        lists.push((about.clone(), all));
    }
    (!lists.is_empty()).then_some(lists)
}

fn condition(text: &str) -> Option<(What, &str)> {
    if let Some(rest) = text.strip_prefix('<') {
        let (token, rest) = rest.split_once('>')?;
        return Some((What::Token(token.to_owned()), rest));
    }
    let (tag, rest) = text.strip_prefix('[')?.split_once(']')?;
    let tag = tag.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    // Some clients lose the closing quote (Nextcloud desktop 3.7).
    Some((What::Etag(tag.trim_matches('"').to_owned()), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_the_rfc() {
        let lists = parse("(<urn:uuid:181d> [\"I am an ETag\"]) ([\"another\"])").unwrap();
        assert_eq!(lists.len(), 2);
        assert_eq!(lists[0].1.len(), 2);
        let not = parse("(Not <urn:uuid:181d> <urn:uuid:58f2>)").unwrap();
        assert!(not[0].1[0].not && !not[0].1[1].not);
        let tagged = parse("</resource1> (<urn:uuid:181d> [W/\"A weak\"]) ([\"strong\"]) <http://h/r2> ([\"x\"])").unwrap();
        assert_eq!(
            tagged.iter().map(|(about, _)| about.as_deref()).collect::<Vec<_>>(),
            [Some("/resource1"), Some("/resource1"), Some("http://h/r2")]
        );
        for bad in ["", "()", "(<a>", "<a>", "[\"x\"]", "(x)", "(Not)"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
