//! The running box, asked over its local socket by way of the command line `holdfast`.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{
    SetupError,
    setup::{Administrator, Kit, Setup},
};

/// `holdfast --json ...`.
#[derive(Deserialize)]
pub(crate) struct Reply {
    ok: bool,
    pub(crate) state: String,
    error: Option<String>,
    #[serde(default)]
    pub(crate) administrators: Vec<Administrator>,
    pub(crate) kit: Option<Kit>,
}

impl Reply {
    pub(crate) fn or_refusal(self, act: &'static str) -> Result<Self, SetupError> {
        match self.ok {
            true => Ok(self),
            false => Err(SetupError::Box { act, why: self.error.unwrap_or(self.state) }),
        }
    }
}

/// What is secret goes by standard input. An error: there is no answer, since no box runs.
pub(crate) fn ask(setup: &Setup, arguments: &[&str], input: &[u8]) -> Result<Reply, SetupError> {
    let program = setup.programs.join("holdfast");
    let fail = || SetupError::io("run", program.clone());
    let mut command = Command::new(&program);
    command.arg("--json").arg("--config").arg(setup.places.configuration()).args(arguments);
    command.env_remove("HOLDFAST_CONFIG").env_remove("HOLDFAST_DATA");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(fail())?;
    if let Some(mut stdin) = child.stdin.take() {
        // A verb that reads nothing may have ended already.
        let _ = stdin.write_all(input);
    }
    let output = child.wait_with_output().map_err(fail())?;
    let text = Zeroizing::new(output.stdout);
    serde_json::from_slice(&text).map_err(|_| {
        let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        SetupError::Box { act: "ask the box", why }
    })
}
