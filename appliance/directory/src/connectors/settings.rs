use holdfast_base::{DepartmentId, Error, PersonId, Result, Rule};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Network;
use crate::{Org, Subject, limits};

/// What a view may be narrowed to, as LDAP names it. Class, uid, cn and sn are always there: no client works without.
pub const ATTRIBUTES: &[&str] = &[
    "displayName",
    "initials",
    "title",
    "mail",
    "telephoneNumber",
    "mobile",
    "employeeNumber",
    "ou",
    "departmentNumber",
    "manager",
    "jpegPhoto",
    "physicalDeliveryOfficeName",
    "memberOf",
    "uidNumber",
    "gidNumber",
    "homeDirectory",
    "loginShell",
    "gecos",
];

/// Where from, how much, what it sees, what it may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectorSettings {
    /// CIDR; at least one.
    #[schema(max_items = 32)]
    pub networks: Vec<String>,
    /// Entries of one search, over all its pages.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub entries: u32,
    /// Seconds that one search may take.
    #[schema(minimum = 1, maximum = 600)]
    pub seconds: u32,
    /// Connections at once.
    #[schema(minimum = 1, maximum = 512)]
    pub connections: u32,
    /// Only people below these; nobody named: everybody.
    #[schema(max_items = 100)]
    pub departments: Vec<DepartmentId>,
    /// Only these besides class, uid, cn and sn; none named: all.
    #[schema(max_items = 32)]
    pub attributes: Vec<String>,
    /// People sign in through it with their own password.
    pub checks_passwords: bool,
    /// They may change it there too.
    pub changes_passwords: bool,
    /// A password suffices here, also for those of whom the sign-in policy asks more.
    #[serde(default)]
    pub password_suffices: bool,
    /// It sees what this person sees; absent: everybody, whatever the rules of visibility say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looks_as: Option<PersonId>,
}

impl ConnectorSettings {
    /// In its one form, or the rule that it breaks.
    pub(super) fn normalised(&self, org: &Org) -> Result<Self> {
        let within = |field, value: u32, most: u32| match value {
            0 => Err(Error::Invalid { field, rule: Rule { code: "out-of-range", limit: Some(u64::from(most)) } }),
            value if value > most => {
                Err(Error::Invalid { field, rule: Rule { code: "out-of-range", limit: Some(u64::from(most)) } })
            }
            _ => Ok(()),
        };
        within("entries", self.entries, limits::CONNECTOR_ENTRIES)?;
        within("seconds", self.seconds, limits::CONNECTOR_SECONDS)?;
        within("connections", self.connections, limits::CONNECTOR_CONNECTIONS)?;
        few("networks", self.networks.len(), limits::CONNECTOR_NETWORKS)?;
        few("departments", self.departments.len(), limits::MEMBERSHIPS)?;
        few("attributes", self.attributes.len(), ATTRIBUTES.len())?;
        if self.networks.is_empty() {
            return Err(Error::invalid("networks", "empty"));
        }
        if self.departments.iter().any(|id| org.department(*id).is_none()) {
            return Err(Error::invalid("departments", "unknown"));
        }
        if self.looks_as.is_some_and(|id| !Subject::Person(id).is_there(org)) {
            return Err(Error::invalid("looks_as", "unknown"));
        }
        if self.changes_passwords && !self.checks_passwords {
            return Err(Error::invalid("changes_passwords", "checks-none"));
        }
        if self.password_suffices && !self.checks_passwords {
            return Err(Error::invalid("password_suffices", "checks-none"));
        }
        let network = |text: &String| text.parse::<Network>().map(|network| network.to_string());
        let networks = self.networks.iter().map(network).collect::<Result<Vec<_>, ()>>();
        let attribute = |name: &String| ATTRIBUTES.iter().find(|known| known.eq_ignore_ascii_case(name.trim()));
        let attributes = self.attributes.iter().map(|name| attribute(name).map(|known| (*known).to_owned()));
        Ok(Self {
            networks: networks.map_err(|()| Error::invalid("networks", "not-a-network"))?,
            attributes: attributes.collect::<Option<Vec<_>>>().ok_or(Error::invalid("attributes", "unknown"))?,
            ..self.clone()
        })
    }
}

fn few(field: &'static str, count: usize, most: usize) -> Result<()> {
    if count > most {
        return Err(Error::Invalid { field, rule: Rule { code: "too-many", limit: Some(most as u64) } });
    }
    Ok(())
}
