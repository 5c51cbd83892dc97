use std::cmp::Reverse;

use holdfast_audit::{AuditLog, Ending, Entry, Filter, Party};
use holdfast_base::{Actor, Result};

use crate::{Directory, views};

/// What stands in the log of a person's own account: who came in, who was turned away, and what was changed about how.
/// The newest first. Nobody else's entries are ever among them.
pub fn sign_ins(
    directory: &Directory,
    audit: &AuditLog,
    actor: &Actor,
    before: Option<u64>,
    limit: usize,
) -> Result<views::Page<views::SignInRecord>> {
    let org = directory.org();
    let person = org.active(actor)?.id;
    let refused =
        Filter { action: Some("session.refuse".to_owned()), object: Some(format!("person/{person}")), ..Filter::default() };
    let opened = Filter { action: Some("session.open".to_owned()), actor: Some(Party::Person(person.0)), ..Filter::default() };
    let (mut entries, mut horizon) = (Vec::new(), 0);
    for filter in [refused, opened] {
        let page = audit.query(&filter, before, limit)?;
        // Below where the shorter page ends nothing is known of its kind.
        horizon = horizon.max(page.next.unwrap_or(0));
        entries.extend(page.entries);
    }
    entries.sort_by_key(|entry: &Entry| Reverse(entry.index));
    entries.retain(|entry| entry.index >= horizon);
    let more = entries.len() > limit;
    entries.truncate(limit);
    let rest = if more { entries.last().map(|entry| entry.index) } else { Some(horizon).filter(|horizon| *horizon > 0) };
    let next = rest.map(|next| next.to_string());
    Ok(views::Page { items: entries.iter().map(view).collect(), next })
}

fn view(entry: &Entry) -> views::SignInRecord {
    views::SignInRecord {
        at: entry.at,
        succeeded: entry.outcome == Ending::Success,
        why: entry.body.code.clone(),
        with: entry.text("with").map(str::to_owned),
        address: entry.body.address.clone(),
        agent: entry.body.agent.clone(),
        door: entry.body.door.clone(),
    }
}
