//! Where everything of an installed box lies. `packaging/README.md` has the same list.

use std::path::{Path, PathBuf};

use nix::unistd::{Group, User};

/// Under `/`, or under another folder: then nothing outside of it is touched, no unit is started, and no owner changed.
#[derive(Debug, Clone)]
pub struct Places {
    root: Option<PathBuf>,
}

impl Places {
    pub fn installed() -> Self {
        Self { root: None }
    }

    /// `root` is made when missing.
    pub fn under(root: &Path) -> std::io::Result<Self> {
        crate::files::private_folder(root)?;
        Ok(Self { root: Some(root.canonicalize()?) })
    }

    /// The real one: with units and users.
    pub fn is_installed(&self) -> bool {
        self.root.is_none()
    }

    fn at(&self, path: &str) -> PathBuf {
        match &self.root {
            None => PathBuf::from(path),
            Some(root) => root.join(path.trim_start_matches('/')),
        }
    }

    pub fn etc(&self) -> PathBuf {
        self.at("/etc/holdfast")
    }

    pub fn configuration(&self) -> PathBuf {
        self.at("/etc/holdfast/holdfast.toml")
    }

    pub fn hsmd_environment(&self) -> PathBuf {
        self.at("/etc/holdfast/hsmd.env")
    }

    /// The answers that this box was set up with. No secrets.
    pub fn answers(&self) -> PathBuf {
        self.at("/etc/holdfast/setup.toml")
    }

    pub fn journal(&self) -> PathBuf {
        self.at("/etc/holdfast/setup.journal")
    }

    pub fn tls(&self) -> PathBuf {
        self.at("/etc/holdfast/tls")
    }

    /// The PIN as a file, where it is no sealed credential.
    pub fn pin_file(&self) -> PathBuf {
        self.at("/etc/holdfast/credentials/holdfast-pin")
    }

    /// The PIN, sealed for this machine by systemd-creds.
    pub fn pin_credential(&self) -> PathBuf {
        self.at("/etc/credstore.encrypted/holdfast-pin")
    }

    pub fn drop_in(&self, unit: &str, name: &str) -> PathBuf {
        self.at("/etc/systemd/system").join(format!("{unit}.d")).join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.at("/var/lib/holdfast")
    }

    pub fn keyring(&self) -> PathBuf {
        self.at("/var/lib/holdfast/keyring")
    }

    /// What happens while the audit log is closed.
    pub fn daybook(&self) -> PathBuf {
        self.at("/var/lib/holdfast/daybook")
    }

    /// What hsmd must not forget.
    pub fn custody(&self) -> PathBuf {
        self.at("/var/lib/holdfast-hsmd")
    }

    pub fn token(&self) -> PathBuf {
        self.at("/var/lib/holdfast-hsmd/token")
    }

    /// The same of the hsmd before a second token.
    pub fn second_custody(&self) -> PathBuf {
        self.at("/var/lib/holdfast-hsmd-second")
    }

    pub fn second_hsmd_environment(&self) -> PathBuf {
        self.at("/etc/holdfast/hsmd-second.env")
    }

    pub fn second_hsmd_socket(&self) -> PathBuf {
        self.at("/run/holdfast-hsmd-second/hsmd.sock")
    }

    /// The PIN of a second token; sealed for this machine by systemd-creds where the box is installed.
    pub fn second_pin(&self) -> PathBuf {
        match self.is_installed() {
            true => self.at("/etc/credstore.encrypted/holdfast-second-pin"),
            false => self.at("/etc/holdfast/credentials/holdfast-second-pin"),
        }
    }

    pub fn log(&self) -> PathBuf {
        self.at("/var/log/holdfast")
    }

    pub fn hsmd_socket(&self) -> PathBuf {
        self.at("/run/holdfast-hsmd/hsmd.sock")
    }

    pub fn extract_socket(&self) -> PathBuf {
        self.at("/run/holdfast-extract/extract.sock")
    }

    /// User and group of the server; `None` where owners are not changed.
    pub(crate) fn server_owner(&self) -> Option<(u32, u32)> {
        self.owner("holdfast")
    }

    /// The same of hsmd.
    pub(crate) fn custody_owner(&self) -> Option<(u32, u32)> {
        self.owner("holdfast-hsmd")
    }

    fn owner(&self, name: &str) -> Option<(u32, u32)> {
        if !self.is_installed() {
            return None;
        }
        let user = User::from_name(name).ok().flatten()?;
        let group = Group::from_name(name).ok().flatten().map_or(user.gid, |group| group.gid);
        Some((user.uid.as_raw(), group.as_raw()))
    }
}
