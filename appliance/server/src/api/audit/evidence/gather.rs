//! Reads it all from the running box. The entry about the report comes first, so that the checkpoint in it covers that entry.

use std::{sync::atomic::Ordering, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use holdfast_audit::{
    AuditLog, DatedCheckpoint, Entry, Event, Filter, Object, forward::relay_list, limits::RETENTION_FLOOR_DAYS,
    verify::note::SignedCheckpoint,
};
use holdfast_base::{Actor as BaseActor, Error, Result};
use holdfast_directory::{Org, roles};

use super::{Checkpoint, Egress, Evidence, LastVerification, Pruning, Rehearsal, RelayState, Retention, storage::volumes};
use crate::{
    api::{
        audit::{views::Actor, witnesses},
        security::hsm::Hsm,
    },
    app::App,
    custody::REHEARSE,
    rooms::{AUDIT_ORIGIN, Rooms},
    serve::egress,
};

/// Prunings that a report lists.
const PRUNINGS: usize = 20;
const VERIFIED: &str = "audit.verify";
const PRUNED: &str = "audit.prune";

pub(super) fn evidence(app: &App, rooms: &Rooms, by: &BaseActor, state: String, format: &'static str) -> Result<Evidence> {
    let event = Event::new(by, "audit.evidence", Object::new("log", AUDIT_ORIGIN)).text("format", format);
    let number = rooms.audit.append(event)?.index;
    rooms.audit.checkpoint()?;
    let org = rooms.directory.org();
    let site = app.config.site.trim();
    Ok(Evidence {
        number,
        made_at: by.now,
        made_by: org.reference(by.person().ok_or(Error::NotSignedIn)?),
        enterprise: org.enterprise().to_owned(),
        site: (!site.is_empty()).then(|| site.to_owned()),
        version: env!("CARGO_PKG_VERSION"),
        since: app.started,
        hsm: Hsm::of(rooms, state, Duration::from_secs(app.config.keys.epoch_seconds))?,
        storage: volumes(&app.config.data)?,
        egress: way_out(app)?,
        checkpoints: rooms.audit.checkpoints().iter().map(checkpoint).collect::<Result<_>>()?,
        verification: last(&rooms.audit, VERIFIED)?.map(|entry| verification(&entry, &org)),
        witnesses: witnesses::all(rooms)?,
        retention: retention(app, &rooms.audit)?,
        roles: roles::list(&rooms.directory)?.items,
        rehearsal: last(&rooms.audit, REHEARSE)?.map(|entry| rehearsal(&entry, &org)),
    })
}

fn of(action: &str) -> Filter {
    Filter { action: Some(action.to_owned()), ..Filter::default() }
}

fn last(audit: &AuditLog, action: &str) -> Result<Option<Entry>> {
    audit.last(&of(action))
}

fn way_out(app: &App) -> Result<Egress> {
    let (relay, allowed) = match relay_list(&app.config.relay_socket) {
        Ok(Some(list)) => (RelayState::On, list.iter().map(ToString::to_string).collect()),
        Ok(None) => (RelayState::Off, Vec::new()),
        Err(_) => (RelayState::Silent, Vec::new()),
    };
    let started = egress::started().map_err(Error::internal("count the connections of the box"))?;
    Ok(Egress {
        closed: egress::is_closed(),
        started: u64::try_from(started).unwrap_or(u64::MAX),
        relay,
        allowed,
        relayed: app.relayed.load(Ordering::Relaxed),
    })
}

fn checkpoint(DatedCheckpoint { at, note }: &DatedCheckpoint) -> Result<Checkpoint> {
    let signed = SignedCheckpoint::parse(note.as_bytes()).map_err(Error::internal("read an audit checkpoint"))?;
    let key = signed.signers().next().map(|(name, id)| format!("{name}+{id}")).unwrap_or_default();
    let checkpoint = signed.checkpoint;
    Ok(Checkpoint { at: *at, origin: checkpoint.origin, size: checkpoint.size, root: BASE64.encode(checkpoint.root), key })
}

fn verification(entry: &Entry, org: &Org) -> LastVerification {
    LastVerification {
        index: entry.index,
        at: entry.at,
        by: Actor::new(entry.body.actor, org),
        verdict: entry.text("verdict").unwrap_or_default().to_owned(),
        size: entry.number("size").unwrap_or(0),
    }
}

fn retention(app: &App, audit: &AuditLog) -> Result<Retention> {
    let pruning = |entry: &Entry| {
        let (first, end) = (entry.number("from")?, entry.number("to")?);
        let days = entry.number("retention_days")?;
        Some(Pruning { index: entry.index, at: entry.at, first, last: end.checked_sub(1)?, days })
    };
    Ok(Retention {
        days: app.config.audit.retention_days.days(),
        floor_days: RETENTION_FLOOR_DAYS,
        first_kept: audit.minimum_index(),
        size: audit.size(),
        prunings: audit.newest(&of(PRUNED), PRUNINGS)?.iter().filter_map(pruning).collect(),
    })
}

fn rehearsal(entry: &Entry, org: &Org) -> Rehearsal {
    Rehearsal { index: entry.index, at: entry.at, by: Actor::new(entry.body.actor, org), outcome: entry.outcome }
}
