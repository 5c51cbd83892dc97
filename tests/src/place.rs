//! Where a box is, and who can sign in there.

use std::{
    fs, io,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::OnceLock,
};

use serde::{Deserialize, Serialize};

use crate::{client::Client, process::binaries};

/// Somebody who can sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignIn {
    pub uid: String,
    pub password: String,
    pub roles: Vec<String>,
}

/// What `holdfast sampledata` writes for whoever started it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SignIns {
    pub people: Vec<SignIn>,
    pub app_password: Option<AppPassword>,
}

/// For WebDAV.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AppPassword {
    pub uid: String,
    pub password: String,
}

/// A box that serves.
#[derive(Debug, Clone)]
pub struct Place {
    pub url: String,
    /// LDAP under TLS, and LDAP with StartTLS.
    pub ldaps: String,
    pub ldap: String,
    /// The authority's certificate, for `--cacert`.
    pub authority: PathBuf,
    pub data: PathBuf,
    pub sign_ins: SignIns,
}

impl Place {
    /// Nobody.
    pub fn stranger(&self) -> Client {
        Client::new(&self.url, &self.authority)
    }

    /// Signs in; panics when the sample company has no such person, since the test is wrong then.
    #[expect(clippy::panic, reason = "a test asked for somebody who is not there")]
    pub fn person(&self, uid: &str) -> Client {
        let known = self.sign_ins.people.iter().find(|one| one.uid == uid);
        let known = known.unwrap_or_else(|| panic!("{uid} is not in the sample company"));
        match self.stranger().sign_in(&known.uid, &known.password) {
            Ok(client) => client,
            Err(error) => panic!("{uid} could not sign in: {error}"),
        }
    }

    /// Signs in the holder of a role: `system`, `security` or `audit`.
    #[expect(clippy::panic, reason = "the sample company always has the three administrators")]
    pub fn administrator(&self, role: &str) -> Client {
        let known = self.sign_ins.people.iter().find(|one| one.roles.iter().any(|r| r == role));
        let uid = known.map(|one| one.uid.clone()).unwrap_or_else(|| panic!("nobody holds {role}"));
        self.person(&uid)
    }

    /// The public key that auditors carry.
    pub fn vkey(&self) -> io::Result<String> {
        Ok(fs::read_to_string(self.data.join("audit.vkey"))?.trim().to_owned())
    }
}

/// One small box for all tests of a binary, in a process of its own that ends when this process does.
#[expect(clippy::panic, reason = "without a box no test of the binary means anything")]
pub fn shared() -> &'static Place {
    static BOX: OnceLock<(Place, ChildStdin, Child)> = OnceLock::new();
    &BOX.get_or_init(|| spawn().unwrap_or_else(|error| panic!("no box: {error}"))).0
}

fn spawn() -> io::Result<(Place, ChildStdin, Child)> {
    let mut child = Command::new(binaries()?.join("holdfast-box"))
        .args(["throwaway", "--small"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (Some(stdin), Some(stdout)) = (stdin, stdout) else { return Err(io::Error::other("no pipes")) };
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    let told: serde_json::Value = serde_json::from_str(&line)?;
    let text = |key: &str| told[key].as_str().unwrap_or_default().to_owned();
    let place = Place {
        url: text("url"),
        ldaps: text("ldap"),
        ldap: text("ldap_start_tls"),
        authority: text("ca").into(),
        data: text("data").into(),
        sign_ins: serde_json::from_str(&line)?,
    };
    Ok((place, stdin, child))
}
