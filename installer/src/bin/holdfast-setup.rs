//! `holdfast-setup`: makes a folder into a box. See [`holdfast_installer`].
//!
//! Exit codes: 0 done, or nothing to do; 1 it failed; 2 the command line is wrong; 3 what lies there contradicts itself,
//! nothing was changed, and the message says what to do.

use std::{env, error::Error, io, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use holdfast_base::World;
use holdfast_hsm::softtoken::MODULE;
use holdfast_installer::{Ceremony, Certificates, Held, Renewal, SetupError, hold, renew};
use serde::Serialize;

/// Makes a folder into a box: keys on a token, and a certificate.
#[derive(Parser)]
#[command(
    name = "holdfast-setup",
    version,
    after_help = "Exit codes: 0 done or nothing to do, 1 failed, 2 command line, 3 contradiction: nothing was changed"
)]
struct Arguments {
    /// One JSON document on standard output
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Hold the key ceremony on a software token, and make the box's certificate. A second run changes nothing
    Ceremony {
        /// The folder of the box
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// The PKCS#11 module
        #[arg(long, value_name = "FILE", default_value = MODULE)]
        module: PathBuf,
        /// The program holdfast-hsmd. Default: beside this one
        #[arg(long, value_name = "FILE")]
        hsmd: Option<PathBuf>,
    },
    /// Make a new certificate if the box's names changed or the old one ends within 30 days
    Renew {
        /// The folder of the box
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
}

#[derive(Serialize)]
struct Renewed {
    changed: bool,
    certificate: Renewal,
    tls: Certificates,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match carry_out(&arguments) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("holdfast-setup: {}", chain(&error));
            ExitCode::from(error.exit_code())
        }
    }
}

fn carry_out(arguments: &Arguments) -> Result<String, SetupError> {
    let world = World::system();
    match &arguments.command {
        Verb::Ceremony { data, module, hsmd } => {
            let hsmd = match hsmd {
                Some(program) => program.clone(),
                None => beside("holdfast-hsmd")?,
            };
            let held = hold(&Ceremony { data: data.clone(), module: module.clone(), hsmd }, &world)?;
            Ok(if arguments.json { json(&held) } else { describe(&held) })
        }
        Verb::Renew { data } => {
            let (tls, certificate) = renew(&data.join("tls"), &world)?;
            let renewed = Renewed { changed: certificate != Renewal::Unchanged, certificate, tls };
            Ok(if arguments.json { json(&renewed) } else { describe_certificate(renewed.certificate, &renewed.tls) })
        }
    }
}

fn describe(held: &Held) -> String {
    let keys = match (&held.token_serial, &held.audit_key) {
        (Some(serial), Some(key)) => format!("Keys: made on token {serial}.\nAudit key (SHA-256): {key}"),
        _ => "Keys: there already, unchanged.".to_owned(),
    };
    format!("{keys}\n{}", describe_certificate(held.certificate, &held.tls))
}

fn describe_certificate(renewal: Renewal, tls: &Certificates) -> String {
    let names = tls.names.join(", ");
    match renewal {
        Renewal::Made => format!("Certificate: made, for {names}."),
        Renewal::Renewed => format!("Certificate: renewed, for {names}."),
        Renewal::Unchanged => format!("Certificate: unchanged, for {names}."),
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn beside(name: &str) -> Result<PathBuf, SetupError> {
    let own =
        env::current_exe().and_then(|own| own.parent().map(|folder| folder.join(name)).ok_or(io::ErrorKind::NotFound.into()));
    own.map_err(|source| SetupError::Io { act: "find", path: name.into(), source })
}

/// The error and what is behind it, in one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
