//! `holdfast-setup`: makes a machine into a box. See [`holdfast_installer`].
//!
//! Exit codes: 0 done, or nothing to do; 1 it failed; 2 the command line or the answers are wrong; 3 what lies there
//! contradicts itself, nothing was changed, and the message says what to do; 4 a check before the set-up refuses it.

use std::{
    env,
    error::Error,
    io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use holdfast_base::World;
use holdfast_hsm::softtoken::MODULE;
use holdfast_installer::{
    Ceremony, Certificates, Held, Language, Places, Renewal, SetupError, hold,
    recovery::{self, Recovered},
    renew,
    second::{self, SecondToken},
    setup::Setup,
    terminal::Call,
};
use serde::Serialize;

/// Makes this machine into a box: checks it, makes the keys and the certificate, starts the units, appoints the three first
/// administrators and gives each a one-time code. Asks what it must know. May be run again at any time.
#[derive(Parser)]
#[command(
    name = "holdfast-setup",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Exit codes: 0 done or nothing to do, 1 failed, 2 command line or answers, 3 contradiction: nothing was \
                  changed, 4 a check refuses"
)]
struct Arguments {
    /// One JSON document on standard output
    #[arg(long, global = true)]
    json: bool,
    /// Ask nothing: the answers are in this TOML file
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Only look whether this machine can become a box, and what would mend it
    #[arg(long)]
    check: bool,
    /// Make new enrolment codes for administrators who never enrolled; the codes before them end
    #[arg(long)]
    new_codes: bool,
    /// Everything under this folder instead of /: nothing else is touched, no unit is started, and the box that serves from
    /// there is waited for. For trying out
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Verb>,
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
    /// Bring the keys back onto an empty token where the box's own is lost: with shares of the recovery kit, one on each line of
    /// standard input
    Recover {
        /// The folder of a box of its own; the installed box when absent
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// The PKCS#11 module of a box of its own
        #[arg(long, value_name = "FILE", default_value = MODULE)]
        module: PathBuf,
        /// Everything under this folder instead of /
        #[arg(long, value_name = "DIR", conflicts_with = "data")]
        root: Option<PathBuf>,
    },
    /// Make the keys of a second token, which can take the place of the first; then: holdfast token copy
    SecondToken {
        /// The folder of a box of its own, which gets a software token; the installed box when absent
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// The PKCS#11 module
        #[arg(long, value_name = "FILE", default_value = MODULE)]
        module: PathBuf,
        /// Label of a token that its vendor's tools have prepared
        #[arg(long, value_name = "LABEL", default_value = "holdfast")]
        label: String,
        /// File with the PIN of a token that its vendor's tools have prepared. Without it a software token is made
        #[arg(long, value_name = "FILE", conflicts_with = "data")]
        pin_file: Option<PathBuf>,
        /// Everything under this folder instead of /
        #[arg(long, value_name = "DIR", conflicts_with = "data")]
        root: Option<PathBuf>,
    },
    /// Make a new certificate if the box's names changed or the old one ends within 30 days
    Renew {
        /// The folder of a box of its own; the installed box when absent
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
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
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("holdfast-setup: {}", chain(&error));
            ExitCode::from(error.exit_code())
        }
    }
}

fn carry_out(arguments: &Arguments) -> Result<(), SetupError> {
    let world = World::system();
    match &arguments.command {
        None => set_up(arguments, &world),
        Some(Verb::Ceremony { data, module, hsmd }) => {
            let hsmd = match hsmd {
                Some(program) => program.clone(),
                None => beside()?.join("holdfast-hsmd"),
            };
            let held = hold(&Ceremony { data: data.clone(), module: module.clone(), hsmd }, &world)?;
            println!("{}", if arguments.json { json(&held) } else { describe(&held) });
            Ok(())
        }
        Some(Verb::Recover { data, module, root }) => {
            let language = Language::of_environment();
            let shares = recovery::read_shares(language)?;
            let programs = beside()?;
            let recovered = match data {
                Some(data) => {
                    let hsmd = programs.join("holdfast-hsmd");
                    recovery::recover_folder(&Ceremony { data: data.clone(), module: module.clone(), hsmd }, &shares, &world)?
                }
                None => {
                    let setup = Setup { places: places(root.as_deref())?, programs, language, new_codes: false };
                    recovery::recover_installed(&setup, &shares, &world)?
                }
            };
            println!("{}", if arguments.json { json(&recovered) } else { describe_recovery(&recovered) });
            Ok(())
        }
        Some(Verb::SecondToken { data, module, label, pin_file, root }) => {
            let (programs, module) = (beside()?, module.clone());
            let prepared = match data {
                Some(data) => {
                    let hsmd = programs.join("holdfast-hsmd");
                    second::prepare_folder(&Ceremony { data: data.clone(), module, hsmd }, &world)?
                }
                None => {
                    let token = SecondToken { module, label: label.clone(), pin_file: pin_file.clone() };
                    second::prepare_installed(&places(root.as_deref())?, &programs, &token, &world)?
                }
            };
            let words = format!("Second token {}: its keys are made. Next: holdfast token copy", prepared.token_serial);
            println!("{}", if arguments.json { json(&prepared) } else { words });
            Ok(())
        }
        Some(Verb::Renew { data }) => {
            let folder = data.as_ref().map_or_else(|| Places::installed().tls(), |data| data.join("tls"));
            let (tls, certificate) = renew(&folder, &world)?;
            let renewed = Renewed { changed: certificate != Renewal::Unchanged, certificate, tls };
            println!("{}", if arguments.json { json(&renewed) } else { describe_certificate(renewed.certificate, &renewed.tls) });
            Ok(())
        }
    }
}

fn set_up(arguments: &Arguments, world: &World) -> Result<(), SetupError> {
    let call = Call {
        places: places(arguments.root.as_deref())?,
        programs: beside()?,
        answers: arguments.answers.clone(),
        new_codes: arguments.new_codes,
        json: arguments.json,
        language: Language::of_environment(),
    };
    if arguments.check { call.check() } else { call.set_up(world) }
}

fn places(root: Option<&Path>) -> Result<Places, SetupError> {
    match root {
        None => Ok(Places::installed()),
        Some(root) => Places::under(root).map_err(|source| SetupError::Io { act: "use", path: root.to_owned(), source }),
    }
}

fn describe_recovery(done: &Recovered) -> String {
    let shares: Vec<_> = done.shares.iter().map(ToString::to_string).collect();
    format!(
        "Keys: back, by shares {} of kit {}, on token {} in place of {}.\nAudit key (SHA-256): {}\n  before it: {}\nNext: holdfast \
         unseal. Auditors note the new key; holdfast rotate where the lost token may be in strange hands.",
        shares.join(", "),
        done.kit,
        done.token_serial,
        done.lost_token_serial,
        done.audit_key,
        done.former_audit_key
    )
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

/// Where our programs lie, links resolved.
fn beside() -> Result<PathBuf, SetupError> {
    let own = env::current_exe().and_then(|own| own.canonicalize());
    let folder = own.and_then(|own| own.parent().map(Path::to_path_buf).ok_or(io::ErrorKind::NotFound.into()));
    folder.map_err(|source| SetupError::Io { act: "find", path: "holdfast-setup".into(), source })
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
