//! What the operator has to say: asked for in the terminal, or read from a TOML file. Never a secret: the file names files.

use std::{fs, io, path::Path, path::PathBuf};

use holdfast_hsm::{limits::SHARES, recovery::Split, softtoken::MODULE};
use serde::{Deserialize, Serialize};

use crate::{SetupError, files::write, names};

const NAME_CHARACTERS: usize = 80;
const UID_BYTES: usize = 64;
const NAMES: usize = 50;
/// Largest file of answers, in bytes.
const FILE_BYTES: u64 = 64 * 1024;

/// The whole file. `installer/answers.example.toml` explains it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// The enterprise's name, on the sign-in page and everywhere.
    pub enterprise: String,
    /// Port of the web on the LAN.
    #[serde(default = "port")]
    pub port: u16,
    /// Names that people use for this box besides those that it has by itself: DNS names and addresses.
    #[serde(default)]
    pub names: Vec<String>,
    /// Where the enrolment codes are written, readable by root only; printed when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes_file: Option<PathBuf>,
    #[serde(default)]
    pub token: Token,
    #[serde(default)]
    pub recovery: Recovery,
    pub administrators: Administrators,
}

/// How the recovery kit is split among officers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recovery {
    pub needed: u8,
    pub of: u8,
    /// Where the shares are written, a folder for each officer or one for all; shown when absent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<PathBuf>,
}

/// Which token holds the keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Token {
    pub kind: Kind,
    /// The PKCS#11 module.
    pub module: PathBuf,
    pub label: String,
    /// A file with the PIN. Without it a software token gets a random one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin_file: Option<PathBuf>,
    pub keep_pin: KeepPin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// SoftHSM2, made by the set-up. Good for trying out and for who has no HSM yet: its keys are files.
    Software,
    /// Made ready with its vendor's tools.
    Prepared,
}

/// How hsmd gets the PIN when the box starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeepPin {
    /// Sealed for this machine by systemd-creds.
    Credential,
    /// A file that only root reads.
    File,
    /// Not at all: an operator unseals the box after every start.
    Nowhere,
}

/// One for each of the three roles, and three different people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Administrators {
    pub system: Administrator,
    pub security: Administrator,
    pub audit: Administrator,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Administrator {
    pub uid: String,
    pub name: String,
}

impl Default for Token {
    fn default() -> Self {
        let module = PathBuf::from(MODULE);
        Self { kind: Kind::Software, module, label: "holdfast".to_owned(), pin_file: None, keep_pin: KeepPin::Credential }
    }
}

impl Default for Recovery {
    fn default() -> Self {
        let Split { needed, of } = Split::default();
        Self { needed, of, folders: Vec::new() }
    }
}

impl Recovery {
    /// The keyring's rule, said early.
    fn check(&self) -> Result<(), String> {
        let Self { needed, of, folders } = self;
        if *needed < 2 || needed > of || *of > SHARES {
            return Err(format!(
                "recovery: at least 2 and at most {SHARES} shares, of which at least 2 and at most all are needed"
            ));
        }
        if folders.len() > 1 && folders.len() != usize::from(*of) {
            return Err(format!("recovery.folders: {of}, one for each officer, or one for all"));
        }
        match folders.iter().find(|folder| !folder.is_absolute()) {
            Some(bad) => Err(format!("recovery.folders: {} is no absolute path", bad.display())),
            None => Ok(()),
        }
    }
}

fn port() -> u16 {
    443
}

impl Administrators {
    pub(crate) fn all(&self) -> [(&'static str, &Administrator); 3] {
        [("system", &self.system), ("security", &self.security), ("audit", &self.audit)]
    }
}

impl Answers {
    pub fn load(path: &Path) -> Result<Self, SetupError> {
        let size = fs::metadata(path).map_err(SetupError::io("read", path))?.len();
        if size > FILE_BYTES {
            return Err(SetupError::Answers(format!("{}: larger than {FILE_BYTES} bytes", path.display())));
        }
        let text = fs::read_to_string(path).map_err(SetupError::io("read", path))?;
        Self::parse(&text).map_err(|why| SetupError::Answers(format!("{}: {why}", path.display())))
    }

    /// The reason says which key, on which line, and what would be right.
    fn parse(text: &str) -> Result<Self, String> {
        let answers: Self = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        answers.check()?;
        Ok(answers)
    }

    pub(crate) fn save(&self, path: &Path) -> Result<(), SetupError> {
        let text = toml::to_string(self).map_err(|error| SetupError::io("describe", path)(io::Error::other(error)))?;
        let text = format!("# The answers that this box was set up with, written by holdfast-setup.\n{text}");
        if fs::read_to_string(path).is_ok_and(|present| present == text) {
            return Ok(());
        }
        write(path, text.as_bytes(), 0o600).map_err(SetupError::io("write", path))
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        line("enterprise", &self.enterprise)?;
        if self.port == 0 {
            return Err("port: a number from 1 to 65535".to_owned());
        }
        if self.names.len() > NAMES {
            return Err(format!("names: at most {NAMES}"));
        }
        if let Some(bad) = self.names.iter().find(|name| !names::may_be_asked_for(name)) {
            return Err(format!("names: {bad:?} is neither a DNS name nor an address"));
        }
        self.token.check()?;
        self.recovery.check()?;
        let all = self.administrators.all();
        for (role, one) in all {
            uid(&one.uid).map_err(|why| format!("administrators.{role}.uid: {why}"))?;
            line(&format!("administrators.{role}.name"), &one.name)?;
        }
        for (at, (role, one)) in all.iter().enumerate() {
            if let Some((other, _)) = all[..at].iter().find(|(_, before)| before.uid.eq_ignore_ascii_case(&one.uid)) {
                return Err(format!("administrators.{role}.uid: {:?} is {other}'s already; three different people", one.uid));
            }
        }
        Ok(())
    }
}

impl Token {
    fn check(&self) -> Result<(), String> {
        let label = self.label.as_bytes();
        // PKCS#11 pads labels to 32 bytes.
        if label.is_empty() || label.len() > 32 || !label.iter().all(|byte| byte.is_ascii_graphic()) {
            return Err("token.label: 1 to 32 ASCII characters without spaces".to_owned());
        }
        if !self.module.is_absolute() || self.module.as_os_str().as_encoded_bytes().iter().any(u8::is_ascii_control) {
            return Err("token.module: an absolute path".to_owned());
        }
        if self.keep_pin == KeepPin::Nowhere && self.kind == Kind::Software && self.pin_file.is_none() {
            return Err("token.pin_file: needed where keep_pin is \"nowhere\", else nobody would know the PIN".to_owned());
        }
        Ok(())
    }
}

/// The directory's rule, said early.
pub(crate) fn uid(text: &str) -> Result<(), String> {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'@');
    let right = text.len() <= UID_BYTES
        && text.bytes().all(inside)
        && text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric());
    if right { Ok(()) } else { Err("1 to 64 of a-z A-Z 0-9 . _ - @, beginning with a letter or digit".to_owned()) }
}

pub(crate) fn line(field: &str, text: &str) -> Result<(), String> {
    let right = !text.trim().is_empty() && text.chars().count() <= NAME_CHARACTERS && !text.chars().any(char::is_control);
    if right { Ok(()) } else { Err(format!("{field}: 1 to {NAME_CHARACTERS} characters on one line")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../answers.example.toml");

    #[test]
    fn the_example_is_right_and_comes_back_as_it_was_saved() {
        let answers = Answers::parse(EXAMPLE).unwrap();
        assert_eq!((answers.port, answers.token.keep_pin), (443, KeepPin::Credential));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("setup.toml");
        answers.save(&path).unwrap();
        assert_eq!(Answers::load(&path).unwrap(), answers);
    }

    #[test]
    fn what_is_wrong_is_named_with_what_would_be_right() {
        let cases = [
            ("enterprise = ", "enterprize = ", "unknown field `enterprize`, expected one of `enterprise`"),
            ("uid = \"sys.admin\"", "uid = \"sys admin\"", "administrators.system.uid: 1 to 64 of"),
            ("uid = \"audit.admin\"", "uid = \"SYS.admin\"", "is system's already"),
            ("kind = \"software\"", "kind = \"cloud\"", "unknown variant `cloud`, expected `software` or `prepared`"),
            ("keep_pin = \"credential\"", "keep_pin = \"nowhere\"", "token.pin_file: needed"),
            ("label = \"holdfast\"", "label = \"\"", "token.label"),
            ("module = \"/", "module = \"./", "token.module"),
            ("port = 443", "port = 0", "port"),
            ("needed = 3", "needed = 6", "at least 2 and at most all are needed"),
            ("of = 5", "of = 17", "at most 16 shares"),
            ("#folders = [\"/media", "folders = [\"media", "is no absolute path"),
            ("[administrators.audit]", "[administrators.king]", "unknown field `king`"),
            ("names = []", "names = [\"a b\"]", "neither a DNS name nor an address"),
        ];
        for (right, wrong, says) in cases {
            assert!(EXAMPLE.contains(right), "{right}");
            let why = Answers::parse(&EXAMPLE.replacen(right, wrong, 1)).unwrap_err();
            assert!(why.contains(says), "{wrong}: {why}");
        }
    }
}
