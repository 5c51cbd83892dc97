//! The files in `/etc/holdfast`. What else an operator wrote into them stays.

use std::{
    fs,
    io::{self, ErrorKind},
    path::Path,
};

use super::{Outcome, Run};
use crate::{
    SetupError,
    answers::Kind,
    files::{remove, write},
};

const WEB_UNIT: &str = "holdfast.socket";
const DROP_IN: &str = "port.conf";

pub(super) fn write_all(run: &mut Run<'_>) -> Result<Outcome, SetupError> {
    run.answers.save(&run.setup.places.answers())?;
    let server = settle(&run.setup.places.configuration(), server_keys(run), &|key, value| format!("{key} = {value}"))?;
    let custody = settle(&run.setup.places.hsmd_environment(), custody_keys(run), &|key, value| format!("{key}={value}"))?;
    let names = settle_names(run)?;
    let port = settle_port(run)?;
    run.restart |= server || custody;
    run.relisten |= port;
    let changed = server || custody || names || port;
    Ok(if changed { run.changed(run.say("written", "已写入")) } else { run.unchanged() })
}

fn server_keys(run: &Run<'_>) -> Vec<(&'static str, String)> {
    let places = &run.setup.places;
    let path = |path: &Path| toml::Value::String(path.display().to_string()).to_string();
    let mut keys = vec![
        ("data", path(&places.data())),
        ("hsmd_socket", path(&places.hsmd_socket())),
        ("audit_jsonl", path(&places.log().join("audit.jsonl"))),
        ("enterprise", toml::Value::String(run.answers.enterprise.trim().to_owned()).to_string()),
    ];
    if places.is_installed() {
        keys.push(("extract_socket", path(&places.extract_socket())));
        return keys;
    }
    // Without units there are no sockets and no credentials to inherit.
    keys.push(("listen", format!("\"127.0.0.1:{}\"", run.answers.port)));
    for (key, file) in [("tls_certificate", "server.crt"), ("tls_key", "server.key"), ("tls_authority", "ca.crt")] {
        keys.push((key, path(&places.tls().join(file))));
    }
    keys
}

fn custody_keys(run: &Run<'_>) -> Vec<(&'static str, String)> {
    let token = &run.answers.token;
    let mut keys =
        vec![("HOLDFAST_PKCS11_MODULE", token.module.display().to_string()), ("HOLDFAST_TOKEN_LABEL", token.label.clone())];
    if token.kind == Kind::Software {
        keys.push(("SOFTHSM2_CONF", run.setup.places.token().join("softhsm2.conf").display().to_string()));
    }
    keys
}

/// Sets keys in a file of `key = value` lines. True when it changed.
pub(crate) fn settle(
    path: &Path,
    keys: Vec<(&'static str, String)>,
    line: &dyn Fn(&str, &str) -> String,
) -> Result<bool, SetupError> {
    let before = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(SetupError::io("read", path)(error)),
    };
    let after = keys.iter().fold(before.clone(), |text, (key, value)| with_key(&text, key, &line(key, value)));
    if after == before {
        return Ok(false);
    }
    write(path, after.as_bytes(), 0o644).map_err(SetupError::io("write", path))?;
    Ok(true)
}

/// The line that sets `key` is replaced, also one that is commented out; else it is added at the end.
fn with_key(text: &str, key: &str, line: &str) -> String {
    let sets = |candidate: &str, commented: bool| {
        let bare = if commented { candidate.strip_prefix('#') } else { Some(candidate) };
        bare.and_then(|bare| bare.trim_start().strip_prefix(key)).is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let mut lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|one| sets(one, false)).or_else(|| lines.iter().position(|one| sets(one, true)));
    match at {
        Some(at) => lines[at] = line,
        None => lines.push(line),
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

/// Further names for the certificate; the next step reads them.
fn settle_names(run: &Run<'_>) -> Result<bool, SetupError> {
    let path = run.setup.places.tls().join("names");
    settle_file(&path, run.answers.names.iter().map(|name| format!("{name}\n")).collect::<String>())
}

fn settle_port(run: &Run<'_>) -> Result<bool, SetupError> {
    let path = run.setup.places.drop_in(WEB_UNIT, DROP_IN);
    if run.answers.port == 443 || !run.setup.places.is_installed() {
        return settle_file(&path, String::new());
    }
    let port = run.answers.port;
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(SetupError::io("make the folder of", &path))?;
    settle_file(&path, format!("# Written by holdfast-setup.\n[Socket]\nListenStream=\nListenStream={port}\n"))
}

/// No text, no file.
fn settle_file(path: &Path, text: String) -> Result<bool, SetupError> {
    let settled = || -> io::Result<bool> {
        if text.is_empty() {
            return remove(path);
        }
        if fs::read_to_string(path).is_ok_and(|present| present == text) {
            return Ok(false);
        }
        write(path, text.as_bytes(), 0o644)?;
        Ok(true)
    };
    settled().map_err(SetupError::io("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_set_where_it_stands_and_nothing_else_changes() {
        let text = "# data and more\ndata = \"/x\"\n\n#enterprise = \"Holdfast\"\n#origins = []\n";
        let text = with_key(text, "data", "data = \"/y\"");
        let text = with_key(&text, "enterprise", "enterprise = \"恒川\"");
        let text = with_key(&text, "listen", "listen = \"1\"");
        assert_eq!(text, "# data and more\ndata = \"/y\"\n\nenterprise = \"恒川\"\n#origins = []\nlisten = \"1\"\n");
        assert_eq!(with_key(&text, "enterprise", "enterprise = \"恒川\""), text);
        assert_eq!(with_key("#a=1\na=2\n", "a", "a=3"), "#a=1\na=3\n");
        assert_eq!(with_key("", "a", "a=3"), "a=3\n");
    }

    #[test]
    fn any_name_of_an_enterprise_is_one_toml_string() {
        for name in ["恒川 \"精密\"", "a\\b", "x = 1", "'"] {
            let line = format!("enterprise = {}", toml::Value::String(name.to_owned()));
            let read: toml::Table = toml::from_str(&line).unwrap();
            assert_eq!(read["enterprise"].as_str(), Some(name), "{line}");
            assert_eq!(line.lines().count(), 1);
        }
    }
}
