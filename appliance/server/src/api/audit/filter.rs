//! What an auditor asks for, as it stands in a query or in a body.

use std::{fmt::Display, net::IpAddr, str::FromStr};

use holdfast_audit::{Ending, Event, Filter, Party};
use holdfast_base::{Error, Result, Timestamp, limits::PAGE_ITEMS};
use holdfast_directory::Org;
use serde::{Deserialize, Deserializer, de};
use utoipa::{IntoParams, ToSchema};

/// Which entries. What is absent asks for everything.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EntryQuery {
    /// Microseconds, inclusive.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<i64>)]
    pub from: Option<i64>,
    /// Microseconds, inclusive.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<i64>)]
    pub to: Option<i64>,
    /// A uid; or `system`, `stranger`.
    pub actor: Option<String>,
    pub action: Option<String>,
    /// `kind/id`; or a kind or an id alone.
    pub object: Option<String>,
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<Ending>)]
    pub outcome: Option<Ending>,
    /// Where from: an IP address.
    pub address: Option<String>,
    /// Only entries with a lower index: what the page before answered as `next`.
    #[serde(default, deserialize_with = "index")]
    #[param(value_type = Option<u64>)]
    pub before: Option<u64>,
    /// The same as `before`.
    #[serde(default, deserialize_with = "index")]
    #[param(value_type = Option<u64>)]
    pub cursor: Option<u64>,
    /// At most 200; 50 when absent.
    #[serde(default, deserialize_with = "limit")]
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
}

/// Which entries an export opens. What is absent or empty asks for everything.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryFilter {
    /// Microseconds, inclusive.
    pub from: Option<i64>,
    /// Microseconds, inclusive.
    pub to: Option<i64>,
    /// A uid; or `system`, `stranger`.
    pub actor: Option<String>,
    pub action: Option<String>,
    /// `kind/id`; or a kind or an id alone.
    pub object: Option<String>,
    pub outcome: Option<Ending>,
    /// Where from: an IP address.
    pub address: Option<String>,
}

impl EntryQuery {
    pub(super) fn filter(&self) -> EntryFilter {
        EntryFilter {
            from: self.from,
            to: self.to,
            actor: self.actor.clone(),
            action: self.action.clone(),
            object: self.object.clone(),
            outcome: self.outcome,
            address: self.address.clone(),
        }
    }
}

impl EntryFilter {
    /// None when nobody has that uid: then no entry fits.
    pub(super) fn resolve(&self, org: &Org) -> Result<Option<Filter>> {
        let address = address(self.address.as_deref())?;
        let actor = match self.actor.as_deref().filter(|uid| !uid.is_empty()) {
            None => None,
            Some(uid) => Some(match (org.by_uid(uid), uid) {
                (Some(person), _) => Party::Person(person.id.0),
                (None, "system") => Party::System,
                (None, "stranger") => Party::Stranger,
                (None, _) => return Ok(None),
            }),
        };
        let full = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Ok(Some(Filter {
            from: self.from.map(Timestamp),
            to: self.to.map(Timestamp),
            actor,
            action: full(&self.action),
            object: full(&self.object),
            outcome: self.outcome,
            address,
        }))
    }

    /// What was asked for, among the details of the entry about the reading.
    pub(super) fn describe(&self, event: Event) -> Event {
        let texts = [("actor", &self.actor), ("action", &self.action), ("object", &self.object), ("address", &self.address)];
        let event = texts.into_iter().fold(event, |event, (key, value)| match value {
            Some(value) if !value.is_empty() => event.text(key, value),
            _ => event,
        });
        let event = match self.outcome {
            Some(Ending::Success) => event.text("outcome", "success"),
            Some(Ending::Refused) => event.text("outcome", "refused"),
            Some(Ending::Failed) => event.text("outcome", "failed"),
            None => event,
        };
        [("from", self.from), ("to", self.to)].into_iter().fold(event, |event, (key, value)| match value {
            Some(value) => event.number(key, value),
            None => event,
        })
    }
}

/// None for nothing.
pub(super) fn address(text: Option<&str>) -> Result<Option<IpAddr>> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(|_| Error::invalid("address", "not-an-address"))).transpose()
}

/// Nothing is no number, and no outcome.
fn parsed<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(from: D) -> Result<Option<T>, D::Error> {
    String::deserialize(from)?.parse().map(Some).map_err(de::Error::custom)
}

/// The document says `int64`: what is larger is no index, and not one behind the last.
fn index<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    match parsed(from)? {
        Some(index) if i64::try_from(index).is_err() => {
            Err(de::Error::custom(format!("a number from 0 to {} is expected", i64::MAX)))
        }
        index => Ok(index),
    }
}

fn limit<'de, D: Deserializer<'de>>(from: D) -> Result<Option<usize>, D::Error> {
    match parsed(from)? {
        Some(limit) if !(1..=PAGE_ITEMS).contains(&limit) => Err(de::Error::custom("a number from 1 to 200 is expected")),
        limit => Ok(limit),
    }
}
