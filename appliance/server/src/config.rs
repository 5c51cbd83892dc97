//! What `holdfast serve` is told: a TOML file, then flags. Secrets never stand here; they are files named here.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use holdfast_audit::Retention;
use holdfast_hsm::VaultConfig;
use serde::{Deserialize, Deserializer, de::Error};

use crate::ldap::Suffix;

/// The configuration file. Every key has a default under `data`, so an empty file with `--data` is enough.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The folder that holds everything (`/var/lib/holdfast`).
    pub data: PathBuf,
    /// Where https is served when systemd hands over no socket.
    pub listen: SocketAddr,
    /// The enterprise's name, shown on the sign-in page.
    pub enterprise: String,
    /// Where this box stands, for evidence reports: a building, a room, a rack.
    pub site: String,
    /// hsmd's socket. Default: `<data>/run/hsmd.sock`.
    pub hsmd_socket: Option<PathBuf>,
    /// That of the hsmd before a second token. Default: `<data>/run/hsmd-second.sock`; where nobody listens there is none.
    pub second_hsmd_socket: Option<PathBuf>,
    /// Certificate chain and key in PEM. Default: the credentials `holdfast-tls-certificate` and `holdfast-tls-key` of the unit,
    /// else `<data>/tls/server.crt` and `server.key`.
    pub tls_certificate: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
    /// The authority's certificate that `/ca.crt` serves. Default: the credential `holdfast-tls-authority`, else
    /// `<data>/tls/ca.crt`.
    pub tls_authority: Option<PathBuf>,
    /// Names that browsers may use in `Origin`, besides those of the certificate.
    pub origins: Vec<String>,
    /// The host name for which passkeys are made, when people reach the box under several names below it. Default: the name
    /// that they use.
    pub passkey_host: Option<String>,
    /// Addresses besides loopback that may read `/metrics`.
    pub metrics_allow: Vec<IpAddr>,
    /// One budget in bytes, split over caches, pools and queues.
    pub memory_bytes: u64,
    /// Where `audit.jsonl` is written. Default: `<data>/log/audit.jsonl`.
    pub audit_jsonl: Option<PathBuf>,
    /// The extractor: a socket of its unit, or its binary to start (development).
    pub extract_socket: Option<PathBuf>,
    pub extract_binary: Option<PathBuf>,
    /// holdfast-relay's socket, for what leaves the building. Default: `/run/holdfast-relay/relay.sock`.
    pub relay_socket: PathBuf,
    pub ldap: LdapSettings,
    pub audit: AuditSettings,
    pub keys: KeySettings,
    pub people: PeopleSettings,
}

/// The LDAP door. It is there when one of its listeners is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LdapSettings {
    /// The name that everything stands below: steps of dc, o or ou. Clients keep names, so it should never change.
    pub suffix: Suffix,
    /// Where LDAPS is served when systemd hands over no socket for it; nowhere when absent.
    pub listen: Option<SocketAddr>,
    /// The same for LDAP with StartTLS.
    pub listen_start_tls: Option<SocketAddr>,
}

/// What becomes of the keys by itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeySettings {
    /// How long an epoch lasts before the next one begins. 0: until somebody asks for it.
    pub epoch_seconds: u64,
}

impl Default for KeySettings {
    fn default() -> Self {
        Self { epoch_seconds: 24 * 3600 }
    }
}

/// What becomes of people who leave.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PeopleSettings {
    /// How long whoever is gone can be brought back before they are erased.
    pub grace_seconds: u64,
}

impl Default for PeopleSettings {
    fn default() -> Self {
        Self { grace_seconds: holdfast_directory::limits::GRACE.as_secs() }
    }
}

/// What becomes of the audit log besides being kept.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditSettings {
    /// Entries that are older are pruned. At least 184.
    #[serde(deserialize_with = "retention")]
    pub retention_days: Retention,
    /// Every entry to journald too: ids, actions and results.
    pub journald: bool,
    /// Every entry to these too, RFC 5424 over TLS. Their addresses stand in the relay's list.
    pub syslog: Vec<SyslogTarget>,
}

/// A SIEM.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyslogTarget {
    /// a-z, 0-9 and dashes; how far it has come is kept under this name.
    pub name: String,
    pub address: SocketAddr,
    /// The name in its certificate.
    pub server_name: String,
    /// PEM: who signs its certificate.
    pub authority: PathBuf,
}

fn retention<'de, D: Deserializer<'de>>(from: D) -> Result<Retention, D::Error> {
    let days = u32::deserialize(from)?;
    Retention::of_days(days).map_err(|_| Error::custom(format!("entries are kept for at least 184 days, not {days}")))
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("/var/lib/holdfast"),
            listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 8443)),
            enterprise: "Holdfast".to_owned(),
            site: String::new(),
            hsmd_socket: None,
            second_hsmd_socket: None,
            tls_certificate: None,
            tls_key: None,
            tls_authority: None,
            origins: Vec::new(),
            passkey_host: None,
            metrics_allow: Vec::new(),
            memory_bytes: 1 << 30,
            audit_jsonl: None,
            extract_socket: None,
            extract_binary: None,
            relay_socket: PathBuf::from("/run/holdfast-relay/relay.sock"),
            ldap: LdapSettings::default(),
            audit: AuditSettings::default(),
            keys: KeySettings::default(),
            people: PeopleSettings::default(),
        }
    }
}

/// The configuration cannot be used; the text says what would be right.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("read the configuration {path}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("the configuration {path} is not right: {reason}")]
    Parse { path: PathBuf, reason: String },
}

impl Config {
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        toml::from_str(&text).map_err(|e| ConfigError::Parse { path: path.to_owned(), reason: e.to_string() })
    }

    pub fn under(&self, name: &str) -> PathBuf {
        self.data.join(name)
    }

    pub fn hsmd_socket(&self) -> PathBuf {
        self.hsmd_socket.clone().unwrap_or_else(|| self.under("run/hsmd.sock"))
    }

    pub fn vault(&self) -> VaultConfig {
        let second = self.second_hsmd_socket.clone().unwrap_or_else(|| self.under("run/hsmd-second.sock"));
        VaultConfig { socket: self.hsmd_socket(), second_socket: Some(second), keyring: self.under("keyring") }
    }

    /// The local socket that `holdfast unseal` and `holdfast status` speak to.
    pub fn control_socket(&self) -> PathBuf {
        self.under("run/control.sock")
    }

    pub fn tls_certificate(&self) -> PathBuf {
        self.tls_certificate
            .clone()
            .or_else(|| credential("holdfast-tls-certificate"))
            .unwrap_or_else(|| self.under("tls/server.crt"))
    }

    pub fn tls_key(&self) -> PathBuf {
        self.tls_key.clone().or_else(|| credential("holdfast-tls-key")).unwrap_or_else(|| self.under("tls/server.key"))
    }

    pub fn tls_authority(&self) -> PathBuf {
        self.tls_authority.clone().or_else(|| credential("holdfast-tls-authority")).unwrap_or_else(|| self.under("tls/ca.crt"))
    }

    /// What happens while the audit log is closed.
    pub fn daybook(&self) -> PathBuf {
        self.under("daybook")
    }

    pub fn audit_jsonl(&self) -> PathBuf {
        self.audit_jsonl.clone().unwrap_or_else(|| self.under("log/audit.jsonl"))
    }
}

/// A file that systemd hands to this unit, if it does.
fn credential(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os("CREDENTIALS_DIRECTORY")?).join(name);
    path.exists().then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retention_below_the_floor_is_refused_with_what_would_be_right() {
        let read = |text: &str| toml::from_str::<Config>(text).map(|config| config.audit.retention_days.days());
        assert_eq!(read("").unwrap(), 1_096);
        assert_eq!(read("[audit]\nretention_days = 184").unwrap(), 184);
        let refused = read("[audit]\nretention_days = 183").unwrap_err().to_string();
        assert!(refused.contains("at least 184 days"), "{refused}");
        assert!(read("[audit]\nforever = true").is_err());
    }

    #[test]
    fn a_suffix_that_is_no_name_is_refused_with_what_would_be_right() {
        let read = |text: &str| toml::from_str::<Config>(text).map(|config| config.ldap.suffix.to_string());
        assert_eq!(read("").unwrap(), "dc=holdfast,dc=internal");
        assert_eq!(read("[ldap]\nsuffix = \"dc=example,dc=com\"").unwrap(), "dc=example,dc=com");
        let refused = read("[ldap]\nsuffix = \"example.com\"").unwrap_err().to_string();
        assert!(refused.contains("dc=example,dc=com"), "{refused}");
    }

    #[test]
    fn a_siem_is_named_by_address_certificate_and_authority() {
        let text = "[[audit.syslog]]\nname = \"siem\"\naddress = \"192.0.2.7:6514\"\nserver_name = \"siem.example\"\nauthority = \"/etc/holdfast/siem.pem\"";
        let config: Config = toml::from_str(text).unwrap();
        assert_eq!(config.audit.syslog[0].address.port(), 6514);
        assert!(toml::from_str::<Config>("[[audit.syslog]]\nname = \"siem\"").is_err());
    }
}
