//! Reading for the auditor's console: newest first, filtered, opened.

use std::net::IpAddr;

use holdfast_base::{Error, PersonId, Result, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    entry::{Body, Ending, Header, Party},
    event::{Detail, actor_key},
    limits::{QUERY_ENTRIES_READ, TILE_WIDTH},
    log::AuditLog,
    sign::DatedCheckpoint,
    summary::Token,
    verify::{
        Carried, Hash, Report, Verdict, consistency_proof,
        folder::Dir,
        hash::leaf_hash,
        inclusion_proof, is_consistent,
        layout::Bundle,
        note::{Checkpoint, SignedCheckpoint, VKey},
        read_bundle, verify_folder,
        witness::write_request,
        write_proof,
    },
};

/// What an auditor asks for; an absent field asks for everything.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub from: Option<Timestamp>,
    /// Inclusive.
    pub to: Option<Timestamp>,
    pub actor: Option<Party>,
    pub action: Option<String>,
    /// `kind/id`; or a kind or an id alone, which is slower.
    pub object: Option<String>,
    pub outcome: Option<Ending>,
    /// Where from. It stands only in what is sealed, so that every entry that the rest lets through is opened.
    pub address: Option<IpAddr>,
}

impl Filter {
    /// Only what this person did.
    pub fn by(person: PersonId) -> Self {
        Self { actor: Some(Party::Person(person.0)), ..Self::default() }
    }
}

/// An opened entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub index: u64,
    pub at: Timestamp,
    pub action: String,
    pub outcome: Ending,
    pub body: Body,
}

impl Entry {
    pub(crate) fn of(header: Header, body: Body) -> Self {
        Self { index: header.index, at: Timestamp(header.at), action: header.action, outcome: header.ending, body }
    }

    pub fn details(&self) -> &[(String, Detail)] {
        &self.body.details
    }

    /// The detail of this name, where it is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.detail(name)? {
            Detail::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The detail of this name, where it is a number that is not negative.
    pub fn number(&self, name: &str) -> Option<u64> {
        match self.detail(name)? {
            Detail::Number(number) => u64::try_from(*number).ok(),
            _ => None,
        }
    }

    fn detail(&self, name: &str) -> Option<&Detail> {
        self.details().iter().find(|(key, _)| key == name).map(|(_, detail)| detail)
    }
}

/// Entries, newest first; `next` is what `before` has to be for the entries after these.
#[derive(Debug, Default)]
pub struct Page {
    pub entries: Vec<Entry>,
    pub next: Option<u64>,
}

/// An entry with the proof that the signed log of `size` entries contains it.
#[derive(Debug)]
pub struct Proven {
    pub entry: Entry,
    pub leaf: Hash,
    pub size: u64,
    pub proof: Vec<Hash>,
    /// The signed note of exactly this size.
    pub checkpoint: String,
}

/// How the log stands to a checkpoint of it that somebody else has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = WitnessStanding)]
pub enum Standing {
    /// It begins with those entries.
    Continues,
    /// It has fewer entries: it was taken back.
    RolledBack,
    /// It has other entries there.
    Forked,
    /// Tiles that a proof needs were pruned or are missing.
    CannotTell,
}

/// A filter whose people and objects have become pseudonyms.
pub(crate) struct Sieve<'a> {
    filter: &'a Filter,
    actor: Option<[u8; 8]>,
    object: Option<[u8; 8]>,
}

impl Sieve<'_> {
    pub(crate) fn header(&self, header: &Header) -> bool {
        let filter = self.filter;
        filter.from.is_none_or(|from| header.at >= from.0)
            && filter.to.is_none_or(|to| header.at <= to.0)
            && filter.action.as_ref().is_none_or(|action| *action == header.action)
            && filter.outcome.is_none_or(|outcome| outcome == header.ending)
            && self.actor.is_none_or(|actor| actor == header.actor)
            && self.object.is_none_or(|object| object == header.object)
    }

    /// Pseudonyms are short: the opened entry decides.
    pub(crate) fn body(&self, body: &Body) -> bool {
        let object = self.filter.object.as_ref().is_none_or(|asked| match asked.split_once('/') {
            Some((kind, id)) => body.object_kind == kind && body.object_id == id,
            None => body.object_kind == *asked || body.object_id == *asked,
        });
        // An IPv4 address that came in over a socket of both families is the same address.
        let from = || body.address.as_deref()?.parse::<IpAddr>().ok().map(|address| address.to_canonical());
        object
            && self.filter.actor.is_none_or(|actor| actor == body.actor)
            && self.filter.address.is_none_or(|address| from() == Some(address.to_canonical()))
    }

    fn tokens(&self) -> impl Iterator<Item = Token<'_>> {
        let action = self.filter.action.as_deref().map(Token::Action);
        action.into_iter().chain(self.actor.map(Token::Actor)).chain(self.object.map(Token::Object))
    }
}

impl AuditLog {
    /// The newest entry that fits.
    pub fn last(&self, filter: &Filter) -> Result<Option<Entry>> {
        Ok(self.newest(filter, 1)?.pop())
    }

    /// The newest entries that fit, at most `limit`, however far back they lie.
    pub fn newest(&self, filter: &Filter, limit: usize) -> Result<Vec<Entry>> {
        let (mut found, mut before) = (Vec::new(), None);
        loop {
            let page = self.query(filter, before, limit - found.len())?;
            found.extend(page.entries);
            match page.next {
                Some(next) if found.len() < limit => before = Some(next),
                _ => return Ok(found),
            }
        }
    }

    /// At most `limit` entries with an index below `before`.
    pub fn query(&self, filter: &Filter, before: Option<u64>, limit: usize) -> Result<Page> {
        let sieve = self.sieve(filter)?;
        let mut page = Page::default();
        let mut below = before.unwrap_or(u64::MAX).min(self.shared.durable());
        let mut read = 0;
        let minimum = self.minimum_index();
        while below > minimum {
            if page.entries.len() >= limit || read >= QUERY_ENTRIES_READ {
                page.next = Some(below);
                break;
            }
            let number = (below - 1) / TILE_WIDTH as u64;
            let start = number * TILE_WIDTH as u64;
            if self.may_hold(number, &sieve) {
                let bundle = self.bundle(number)?;
                read += TILE_WIDTH as u64;
                below = self.pick(&bundle, start, below, limit, &sieve, &mut page)?;
            } else {
                below = start;
            }
        }
        Ok(page)
    }

    /// Takes what fits from `[start, below)`, newest first; answers how far it came.
    fn pick(&self, bundle: &Bundle, start: u64, below: u64, limit: usize, sieve: &Sieve<'_>, page: &mut Page) -> Result<u64> {
        for index in (start..below).rev() {
            if page.entries.len() >= limit {
                return Ok(index + 1);
            }
            let bytes = entry_of(bundle, index)?;
            let (header, _, _) = Header::split(bytes).map_err(Error::internal("read an audit header"))?;
            if !sieve.header(&header) {
                continue;
            }
            let entry = self.opened(bytes)?;
            if sieve.body(&entry.body) {
                page.entries.push(entry);
            }
        }
        Ok(start)
    }

    /// One entry, with its proof against a checkpoint that covers it.
    pub fn entry(&self, index: u64) -> Result<Proven> {
        if index >= self.shared.durable() {
            return Err(Error::NotFound);
        }
        if index < self.minimum_index() {
            return Err(Error::Gone);
        }
        let (size, checkpoint) = self.signed_beyond(index)?;
        let bundle = self.bundle(index / TILE_WIDTH as u64)?;
        let bytes = entry_of(&bundle, index)?;
        let proof = inclusion_proof(&self.shared.folder(), index, size)
            .map_err(Error::internal("read audit tiles"))?
            .ok_or_else(|| Error::broken("prove an audit entry: a tile is missing"))?;
        Ok(Proven { entry: self.opened(bytes)?, leaf: leaf_hash(bytes), size, proof, checkpoint })
    }

    /// The same as one file that proves itself (C2SP tlog-proof), for `holdfast-audit verify-proof`. Holds the sealed entry.
    pub fn prove(&self, index: u64) -> Result<Vec<u8>> {
        let proven = self.entry(index)?;
        let bundle = self.bundle(index / TILE_WIDTH as u64)?;
        Ok(write_proof(entry_of(&bundle, index)?, index, &proven.proof, &proven.checkpoint).into_bytes())
    }

    /// The body of a C2SP `add-checkpoint` request for a witness that has seen `old` entries.
    pub fn witness_request(&self, old: u64) -> Result<String> {
        let note = self.checkpoint()?;
        let signed = SignedCheckpoint::parse(note.as_bytes()).map_err(Error::internal("read the audit checkpoint"))?;
        let size = signed.checkpoint.size;
        if old > size {
            return Err(Error::conflict("witness-is-ahead"));
        }
        let path = consistency_proof(&self.shared.folder(), old, size).map_err(Error::internal("read audit tiles"))?;
        Ok(write_request(old, &path.ok_or(Error::Gone)?, &note))
    }

    /// Does the log continue this checkpoint? Whoever asks has checked its signature.
    pub fn standing(&self, seen: &Checkpoint) -> Result<Standing> {
        let note = self.checkpoint()?;
        let now = SignedCheckpoint::parse(note.as_bytes()).map_err(Error::internal("read the audit checkpoint"))?.checkpoint;
        if seen.size > now.size {
            return Ok(Standing::RolledBack);
        }
        let path = consistency_proof(&self.shared.folder(), seen.size, now.size).map_err(Error::internal("read audit tiles"))?;
        Ok(match path {
            None => Standing::CannotTell,
            Some(path) if is_consistent((seen.size, &seen.root), (now.size, &now.root), &path) => Standing::Continues,
            Some(_) => Standing::Forked,
        })
    }

    /// Actions that occur in the log, sorted. Older ones come in during the first seconds after a start.
    pub fn actions(&self) -> Vec<String> {
        self.shared.index.read().actions()
    }

    /// Recomputes the whole log, as the auditor's own tool does.
    pub fn verify(&self) -> Result<Report> {
        let key = self.shared.checkpoints.vkey().clone();
        self.shared.checkpoints.sign(&self.shared.tree)?;
        let _whole = self.shared.whole.read();
        let report = verify_folder(&self.shared.folder(), &Carried { key: Some(&key), former: &[], since: None }, &mut |_| ())
            .map_err(Error::internal("read the audit log"))?;
        // What comes in during the pass is signed within the second; only this process appends.
        Ok(if report.verdict == Verdict::CannotTell { report.accept_tail() } else { report })
    }

    /// A signed note that covers every entry that was durable when this was called.
    pub fn checkpoint(&self) -> Result<String> {
        Ok(self.shared.checkpoints.sign(&self.shared.tree)?.note)
    }

    /// The last checkpoints that were signed since the log was opened, the newest first.
    pub fn checkpoints(&self) -> Vec<DatedCheckpoint> {
        self.shared.checkpoints.recent()
    }

    /// What auditors carry: `name+hash+base64`.
    pub fn vkey(&self) -> Result<String> {
        Ok(self.key().to_string())
    }

    /// The same of another key, given as SubjectPublicKeyInfo DER, that may sign for this log one day.
    pub fn vkey_of(&self, spki: &[u8]) -> Result<String> {
        let key = VKey::new(&self.shared.origin, spki).map_err(Error::internal("name a key of the log"))?;
        Ok(key.to_string())
    }

    pub(crate) fn key(&self) -> &VKey {
        self.shared.checkpoints.vkey()
    }

    /// A text of ours, other than a checkpoint, as a C2SP signed note under the log's key: one line or more, none empty, a newline
    /// at the end. Its first line says what it is.
    pub fn sign_note(&self, text: &str) -> Result<String> {
        self.shared.checkpoints.sign_note(text)
    }

    /// Entries that are durable.
    pub fn size(&self) -> u64 {
        self.shared.durable()
    }

    /// A checkpoint that covers this entry: the last one, or a new one.
    fn signed_beyond(&self, index: u64) -> Result<(u64, String)> {
        let checkpoints = &self.shared.checkpoints;
        let covers = |size: Option<u64>| size.filter(|size| *size > index);
        let latest = checkpoints.latest();
        if let Some(size) = covers(latest.size) {
            return Ok((size, latest.note));
        }
        let signed = checkpoints.sign(&self.shared.tree)?;
        let size = covers(signed.size).ok_or_else(|| Error::broken("sign an audit entry"))?;
        Ok((size, signed.note))
    }

    pub(crate) fn sieve<'a>(&self, filter: &'a Filter) -> Result<Sieve<'a>> {
        let actor = filter.actor.map(|actor| self.shared.sealer.actor(&actor_key(actor))).transpose()?;
        let exact = filter.object.as_ref().filter(|object| object.contains('/'));
        let object = exact.map(|object| self.shared.sealer.object(object)).transpose()?;
        Ok(Sieve { filter, actor, object })
    }

    pub(crate) fn may_hold(&self, number: u64, sieve: &Sieve<'_>) -> bool {
        let Ok(at) = usize::try_from(number) else { return true };
        let Some(summary) = self.shared.index.read().summary(at) else { return true };
        sieve.filter.from.is_none_or(|from| summary.last >= from.0)
            && sieve.filter.to.is_none_or(|to| summary.first <= to.0)
            && sieve.tokens().all(|token| summary.may_hold(token))
    }

    pub(crate) fn bundle(&self, number: u64) -> Result<Bundle> {
        let folder: Dir = self.shared.folder();
        read_bundle(&folder, number, TILE_WIDTH).map_err(Error::internal("read audit entries"))
    }

    pub(crate) fn opened(&self, bytes: &[u8]) -> Result<Entry> {
        let (header, body) = self.shared.sealer.open(bytes)?;
        Ok(Entry::of(header, body))
    }
}

pub(crate) fn entry_of(bundle: &Bundle, index: u64) -> Result<&[u8]> {
    let slot = usize::try_from(index % TILE_WIDTH as u64).unwrap_or(usize::MAX);
    bundle.entry(slot).ok_or_else(|| Error::broken("read an audit entry"))
}
