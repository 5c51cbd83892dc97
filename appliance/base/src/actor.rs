//! Who acts, from where, in which request: the first argument of whatever changes or reads something.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{PersonId, RequestId, SessionId, Timestamp};

/// Who. A role is not written here: slices ask the directory for a proof of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Who {
    Person(PersonId),
    /// The box itself: jobs, expiry, sealing.
    System,
    /// Nobody has signed in.
    Stranger,
}

/// Which door the request came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    Web,
    Rest,
    Realtime,
    Webdav,
    Nextcloud,
    Ldap,
    Robot,
    CommandLine,
    Internal,
}

impl Door {
    /// The word that stands in logs and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Rest => "rest",
            Self::Realtime => "realtime",
            Self::Webdav => "webdav",
            Self::Nextcloud => "nextcloud",
            Self::Ldap => "ldap",
            Self::Robot => "robot",
            Self::CommandLine => "command-line",
            Self::Internal => "internal",
        }
    }
}

/// Where from. `agent` is cut to [`crate::limits::AGENT_BYTES`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub door: Door,
    pub address: Option<IpAddr>,
    pub agent: String,
}

/// One acting party in one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub who: Who,
    pub session: Option<SessionId>,
    pub source: Source,
    pub request: RequestId,
    /// When the request began. Slices use it instead of asking a clock.
    pub now: Timestamp,
}

impl Actor {
    /// The person, where one has signed in.
    pub fn person(&self) -> Option<PersonId> {
        match self.who {
            Who::Person(person) => Some(person),
            Who::System | Who::Stranger => None,
        }
    }

    /// The box itself at `now`.
    pub fn system(request: RequestId, now: Timestamp) -> Self {
        let source = Source { door: Door::Internal, address: None, agent: String::new() };
        Self { who: Who::System, session: None, source, request, now }
    }
}
