//! `holdfast`: serves the box, and asks it over its local socket.
//!
//! Exit codes: 0 done; 1 could not be done, or `scrub` found something; 2 the command line is not right, or `scrub` could not
//! look; 3 the box is not running.

use std::{
    error::Error,
    fs::OpenOptions,
    io::{self, Read, Write},
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use clap::{Parser, Subcommand};
use holdfast_base::World;
use holdfast_hsm::{HsmError, Vault, VaultConfig};
use holdfast_server::{
    api,
    app::App,
    config::Config,
    control::{self, FirstAdministrator, Reply, Verb},
    rooms::Rooms,
    sample::{self, SampleOptions},
    scrub::{self, Finding, ScrubReport},
    serve,
    stores::Trust,
};
use serde::Deserialize;
use tracing_subscriber::EnvFilter;

#[derive(Parser)]
#[command(name = "holdfast", version, about = "One box: directory, conversations, files and search under keys in an HSM")]
struct Cli {
    /// The configuration file.
    #[arg(long, global = true, env = "HOLDFAST_CONFIG")]
    config: Option<PathBuf>,
    /// The folder that holds everything. Overrides the configuration.
    #[arg(long, global = true, env = "HOLDFAST_DATA")]
    data: Option<PathBuf>,
    /// Answers as one JSON line.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM.
    Serve {
        /// Address and port of https. Overrides the configuration.
        #[arg(long)]
        listen: Option<SocketAddr>,
    },
    /// What state the running box is in.
    Status,
    /// Unseal the running box.
    Unseal {
        /// Read the PIN from standard input. Without it hsmd uses its credential file.
        #[arg(long)]
        pin_stdin: bool,
    },
    /// Seal the running box: every key leaves its memory.
    Seal,
    /// Open stores that are behind the audit log as they are, after a backup was restored for one. The log is told. Root only.
    Release,
    /// The first administrators: who they are, and who of them has enrolled. Root only.
    Administrators {
        #[command(subcommand)]
        verb: Option<Appointing>,
    },
    /// Read everything that a box which is not serving keeps, and say what is not as it was written. Exit code 1: something is.
    Scrub,
    /// Print the OpenAPI document.
    Openapi,
    /// Load the sample company into an empty box that is not serving. For trying out and for tests.
    Sampledata {
        /// Where the sign-ins are written (mode 0600); their passwords stand nowhere else.
        #[arg(long)]
        sign_ins: PathBuf,
        /// Documents for the drive, made by tests/sample/prepare.sh.
        #[arg(long)]
        documents: Option<PathBuf>,
        /// A dozen people and a few messages.
        #[arg(long)]
        small: bool,
    },
}

#[derive(Subcommand)]
enum Appointing {
    /// Appoint them, once: JSON on standard input, {"enterprise","administrators":[{"role","uid","name"}]}.
    Appoint,
    /// A new enrolment code for one who never enrolled. Only until a security administrator has enrolled.
    Code { uid: String },
}

/// What `administrators appoint` reads.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Appointment {
    enterprise: String,
    administrators: Vec<FirstAdministrator>,
}

/// Longest PIN read from standard input, in bytes.
const PIN_BYTES: u64 = 256;
/// Longest appointment read from standard input, in bytes.
const APPOINTMENT_BYTES: u64 = 4_000;
/// How long `sampledata` waits for hsmd.
const UNSEAL_TRIES: u32 = 50;
const UNSEAL_PAUSE: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    let cli = Cli::parse();
    let config = match configuration(&cli) {
        Ok(config) => config,
        Err(error) => return fail(&error, 2),
    };
    match cli.command {
        Command::Serve { .. } => run(config),
        Command::Status => ask(&config, &Verb::Status, cli.json),
        Command::Seal => ask(&config, &Verb::Seal, cli.json),
        Command::Release => ask(&config, &Verb::Release, cli.json),
        Command::Unseal { pin_stdin } => match pin(pin_stdin) {
            Ok(pin) => ask(&config, &Verb::Unseal { pin }, cli.json),
            Err(error) => fail(&error, 1),
        },
        Command::Administrators { verb } => match appointing(verb) {
            Ok(verb) => ask(&config, &verb, cli.json),
            Err(error) => fail(&error, 2),
        },
        Command::Scrub => {
            log();
            match look(config) {
                Ok(report) => print_scrub(&report, cli.json),
                Err(error) => fail(error.as_ref(), 2),
            }
        }
        Command::Openapi => print(api::openapi_text()),
        Command::Sampledata { sign_ins, documents, small } => {
            log();
            match sampledata(config, &sign_ins, &SampleOptions { documents, small }) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => fail(error.as_ref(), 1),
            }
        }
    }
}

fn look(config: Config) -> Result<ScrubReport, Box<dyn Error>> {
    let world = World::system();
    let vault = Vault::connect(VaultConfig { socket: config.hsmd_socket(), keyring: config.under("keyring") }, world.clone());
    match unseal(&vault) {
        Ok(()) => Ok(scrub::scrub(&App::new(config, vault, world, Vec::new()))?),
        // A header that was altered may name another token, or another epoch's key.
        Err(error @ (HsmError::Integrity(_) | HsmError::WrongToken { .. } | HsmError::KeyMissing(_))) => {
            Ok(ScrubReport::of_keyring(&error))
        }
        Err(error) => Err(error.into()),
    }
}

fn print_scrub(report: &ScrubReport, json: bool) -> ExitCode {
    let mut text = String::new();
    if json {
        text = serde_json::to_string(report).unwrap_or_default() + "\n";
    } else {
        for Finding { store, object, what } in &report.findings {
            text.push_str(&format!("{store:9} {object}: {what}\n"));
        }
        let ScrubReport { audit_entries, ledger_rows, database_bytes, versions, chunks, index_files, .. } = report;
        text.push_str(&format!(
            "read {audit_entries} audit entries, {ledger_rows} rows of the ledger, {database_bytes} bytes of the database, \
             {versions} versions of files in {chunks} chunks, {index_files} files of the index: {}\n",
            if report.findings.is_empty() { "all as they were written" } else { "not all as they were written" }
        ));
    }
    let printed = print(&text);
    if report.findings.is_empty() { printed } else { ExitCode::from(1) }
}

fn sampledata(config: Config, sign_ins: &Path, options: &SampleOptions) -> Result<(), Box<dyn Error>> {
    let world = World::system();
    let vault = Vault::connect(VaultConfig { socket: config.hsmd_socket(), keyring: config.under("keyring") }, world.clone());
    unseal(&vault)?;
    let app = App::new(config, vault, world, Vec::new());
    let rooms = Rooms::open(&app, Trust::Log)?;
    let loaded = sample::load(&rooms, options);
    let vkey = rooms.audit.vkey();
    rooms.close();
    write_private(sign_ins, &serde_json::to_string_pretty(&loaded?)?)?;
    write_private(&app.config.under("audit.vkey"), &format!("{}\n", vkey?))?;
    Ok(())
}

/// hsmd may have been started in the same moment.
fn unseal(vault: &Vault) -> Result<(), HsmError> {
    let mut last = HsmError::WorkerLost;
    for _ in 0..UNSEAL_TRIES {
        match vault.unseal(None) {
            Ok(()) => return Ok(()),
            Err(error @ HsmError::WorkerLost) => last = error,
            Err(error) => return Err(error),
        }
        std::thread::sleep(UNSEAL_PAUSE);
    }
    Err(last)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn configuration(cli: &Cli) -> Result<Config, holdfast_server::config::ConfigError> {
    let mut config = match &cli.config {
        Some(path) => Config::load(path)?,
        None => Config::default(),
    };
    if let Some(data) = &cli.data {
        config.data.clone_from(data);
    }
    if let Command::Serve { listen: Some(listen) } = cli.command {
        config.listen = listen;
    }
    Ok(config)
}

fn run(config: Config) -> ExitCode {
    log();
    let ended = actix_web::rt::System::new().block_on(serve::serve(config));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error, 1),
    }
}

fn log() {
    let filter = EnvFilter::try_from_env("HOLDFAST_LOG").unwrap_or_else(|_| EnvFilter::new("info,tantivy=error"));
    tracing_subscriber::fmt().with_env_filter(filter).json().flatten_event(true).with_writer(io::stderr).init();
}

fn pin(from_stdin: bool) -> io::Result<Option<String>> {
    if !from_stdin {
        return Ok(None);
    }
    let mut text = String::new();
    io::stdin().take(PIN_BYTES).read_to_string(&mut text)?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

fn appointing(verb: Option<Appointing>) -> io::Result<Verb> {
    match verb {
        None => Ok(Verb::Administrators),
        Some(Appointing::Code { uid }) => Ok(Verb::Reissue { uid }),
        Some(Appointing::Appoint) => {
            let mut text = String::new();
            io::stdin().take(APPOINTMENT_BYTES).read_to_string(&mut text)?;
            let Appointment { enterprise, administrators } = serde_json::from_str(&text)?;
            Ok(Verb::Appoint { enterprise, administrators })
        }
    }
}

fn ask(config: &Config, verb: &Verb, json: bool) -> ExitCode {
    let reply = match control::ask(&config.control_socket(), verb) {
        Ok(reply) => reply,
        Err(error) => {
            let socket = config.control_socket();
            return fail(&io::Error::other(format!("ask the box at {}: {error}", socket.display())), 3);
        }
    };
    let text = if json { serde_json::to_string(&reply).unwrap_or_default() } else { sentence(&reply) };
    let printed = print(&format!("{text}\n"));
    if reply.ok { printed } else { ExitCode::from(1) }
}

fn sentence(reply: &Reply) -> String {
    let mut text = match &reply.error {
        Some(error) => format!("{}: {error}", reply.state),
        None => reply.state.clone(),
    };
    for word in &reply.behind {
        text.push_str(&format!("\nbehind the audit log: {word}"));
    }
    for one in reply.administrators.iter().flatten() {
        let standing = match (&one.code, one.enrolled, one.expires_at) {
            (Some(code), _, _) => code.shown(),
            (None, true, _) => "enrolled",
            (None, false, Some(_)) => "has a code, not enrolled",
            (None, false, None) => "no valid code, not enrolled",
        };
        text.push_str(&format!("\n{:8}  {}  {}  {standing}", one.role.name(), one.uid, one.name));
    }
    text
}

fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(1),
    }
}

fn fail(error: &dyn Error, code: u8) -> ExitCode {
    let mut text = format!("holdfast: could not {error}");
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(&format!(": {next}"));
        cause = next.source();
    }
    let _ = writeln!(io::stderr(), "{text}");
    ExitCode::from(code)
}
