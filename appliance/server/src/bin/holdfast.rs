//! `holdfast`: serves the box, and asks it over its local socket.
//!
//! Exit codes: 0 done; 1 could not be done, or `scrub` found something; 2 the command line is not right, or `scrub` could not
//! look; 3 the box is not running.

use std::{
    error::Error,
    fs::OpenOptions,
    io::{self, Read, Write},
    net::SocketAddr,
    os::unix::{fs::OpenOptionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{self, ExitCode},
    time::Duration,
};

use clap::{Parser, Subcommand};
use holdfast_base::World;
use holdfast_hsm::{HsmError, SecondToken, Vault, WrapMechanism};
use holdfast_server::{
    api,
    app::App,
    config::Config,
    control::{self, FirstAdministrator, Rehearsal, Reply, ShareLine, Verb, pages},
    effects,
    rooms::Rooms,
    sample::{self, SampleOptions},
    scrub::{self, Finding, ScrubReport},
    serve,
    stores::Trust,
};
use serde::Deserialize;
use serde_json::json;
use tracing_subscriber::EnvFilter;
use zeroize::Zeroizing;

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
        /// The same of LDAP under TLS, and of LDAP with StartTLS.
        #[arg(long)]
        ldaps: Option<SocketAddr>,
        #[arg(long)]
        ldap: Option<SocketAddr>,
    },
    /// What state the running box is in.
    Status,
    /// Unseal the running box.
    Unseal {
        /// Read the PIN from standard input. Without it hsmd uses its credential file.
        #[arg(long)]
        pin_stdin: bool,
        /// By the second token, which takes the place of the first from then on. Root only.
        #[arg(long)]
        second: bool,
    },
    /// Seal the running box: every key leaves its memory.
    Seal,
    /// Begin the next epoch of the keys now, instead of when the box does by itself.
    Rotate {
        /// Have the token wrap this epoch's key and later ones by another mechanism. Root only.
        #[arg(long, value_name = "MECHANISM", value_parser = WrapMechanism::ALL.map(WrapMechanism::name))]
        wrap: Option<String>,
    },
    /// The second token, which can take the place of the first. Root only.
    Token {
        #[command(subcommand)]
        verb: Token,
    },
    /// The recovery kit, which brings the keys back where the token is lost. Root only.
    Recovery {
        #[command(subcommand)]
        verb: Recovery,
    },
    /// Open stores that are behind the audit log as they are, after a backup was restored for one. The log is told. Root only.
    Release,
    /// The first administrators: who they are, and who of them has enrolled. Root only.
    Administrators {
        #[command(subcommand)]
        verb: Option<Appointing>,
    },
    /// Read everything that a box which is not serving keeps, and say what is not as it was written. Exit code 1: something is.
    Scrub,
    /// Print what the stores of a box that is not serving show for themselves, signed: for holdfast-audit crosscheck.
    Effects,
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
enum Recovery {
    /// Make a new kit on the running box; the one before opens nothing any more. The shares are shown this once.
    Make {
        /// So many shares bring the keys back.
        #[arg(long, default_value_t = 3)]
        needed: u8,
        /// So many officers get one.
        #[arg(long, default_value_t = 5)]
        of: u8,
        /// Write a page for each officer into this folder, instead of printing it; one folder for each officer, or one for all.
        #[arg(long, value_name = "DIR")]
        to: Vec<PathBuf>,
    },
    /// The kit in force.
    Show,
    /// Prove that shares would open the keyring, sealed or not: one on each line of standard input. Changes nothing.
    Rehearse,
    /// Bring the keys back onto an empty token, with shares on standard input: holdfast-setup recover.
    Recover,
    /// What holdfast-setup tells the audit log of a recovery, while that is closed.
    #[command(hide = true)]
    Note,
}

#[derive(Subcommand)]
enum Token {
    /// Copy the epoch key to the second token (holdfast-setup second-token makes its keys), or bring one up that fell behind.
    Copy {
        /// Read its PIN from standard input. Without it hsmd uses its credential file.
        #[arg(long)]
        pin_stdin: bool,
    },
    /// Which one it is, and whether it could take over.
    Show,
    /// Have none any more. Destroy the token: what is on it stays there.
    Forget,
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
/// Longest note of a recovery read from standard input, in bytes.
const RECOVERED_BYTES: u64 = 16 * 1024;
/// Longest list of shares read from standard input, in bytes.
const SHARES_BYTES: u64 = 3_500;
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
        Command::Rotate { wrap } => ask(&config, &Verb::Rotate { wrap }, cli.json),
        Command::Token { verb } => match token(verb) {
            Ok(verb) => ask(&config, &verb, cli.json),
            Err(error) => fail(&error, 1),
        },
        Command::Recovery { verb } => recovery(&config, verb, cli.data.as_deref(), cli.json),
        Command::Release => ask(&config, &Verb::Release, cli.json),
        Command::Unseal { pin_stdin, second } => match pin(pin_stdin) {
            Ok(pin) => ask(&config, &Verb::Unseal { pin, second }, cli.json),
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
        Command::Effects => {
            log();
            match show_effects(config) {
                Ok(file) => print(&file),
                Err(error) => fail(error.as_ref(), 1),
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
    let vault = Vault::connect(config.vault(), world.clone());
    match unseal(&vault) {
        Ok(()) => Ok(scrub::scrub(&App::new(config, vault, world, Vec::new()))?),
        // A header that was altered may name another token, or another epoch's key.
        Err(error @ (HsmError::Integrity(_) | HsmError::WrongToken { .. } | HsmError::KeyMissing(_))) => {
            Ok(ScrubReport::of_keyring(&error))
        }
        Err(error) => Err(error.into()),
    }
}

fn show_effects(config: Config) -> Result<String, Box<dyn Error>> {
    let world = World::system();
    let vault = Vault::connect(config.vault(), world.clone());
    unseal(&vault)?;
    Ok(effects::effects(&App::new(config, vault, world, Vec::new()))?)
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
    let vault = Vault::connect(config.vault(), world.clone());
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
    if let Command::Serve { listen, ldaps, ldap } = cli.command {
        config.listen = listen.unwrap_or(config.listen);
        config.ldap.listen = ldaps.or(config.ldap.listen);
        config.ldap.listen_start_tls = ldap.or(config.ldap.listen_start_tls);
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

fn token(verb: Token) -> io::Result<Verb> {
    Ok(match verb {
        Token::Copy { pin_stdin } => Verb::TokenCopy { pin: pin(pin_stdin)? },
        Token::Show => Verb::TokenShow,
        Token::Forget => Verb::TokenForget,
    })
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

fn recovery(config: &Config, verb: Recovery, data: Option<&Path>, json: bool) -> ExitCode {
    match verb {
        Recovery::Make { needed, of, to } => make_kit(config, (needed, of), &to, json),
        Recovery::Show => ask(config, &Verb::RecoveryShow, json),
        Recovery::Note => match note_recovery(config) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error, 1),
        },
        Recovery::Rehearse => {
            let mut text = Zeroizing::new(String::new());
            if let Err(error) = io::stdin().take(SHARES_BYTES).read_to_string(&mut text) {
                return fail(&error, 2);
            }
            let shares = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let shares = shares.map(|line| ShareLine::from(line.to_owned())).collect();
            ask(config, &Verb::RecoveryRehearse { shares }, json)
        }
        Recovery::Recover => fail(&recover(data, json), 1),
    }
}

/// Becomes `holdfast-setup recover`, unless there is no such program.
fn recover(data: Option<&Path>, json: bool) -> io::Error {
    let own = match std::env::current_exe() {
        Ok(own) => own,
        Err(error) => return error,
    };
    let mut setup = process::Command::new(own.with_file_name("holdfast-setup"));
    setup.arg("recover").args(json.then_some("--json"));
    if let Some(data) = data {
        setup.arg("--data").arg(data);
    }
    setup.exec()
}

fn note_recovery(config: &Config) -> io::Result<()> {
    let mut text = String::new();
    io::stdin().take(RECOVERED_BYTES).read_to_string(&mut text)?;
    control::note_recovery(&config.daybook(), &serde_json::from_str(&text)?, World::system());
    Ok(())
}

/// Where the pages go is looked at first: nobody gets the shares of a kit a second time.
fn make_kit(config: &Config, (needed, of): (u8, u8), to: &[PathBuf], json: bool) -> ExitCode {
    if let Err(error) = pages::check(to, of, &config.data) {
        return fail(&error, 2);
    }
    let reply = match control::ask(&config.control_socket(), &Verb::RecoveryMake { needed, of }) {
        Ok(reply) => reply,
        Err(error) => return nobody(config, &error),
    };
    let Some(kit) = &reply.told.kit else { return answer(&reply, json) };
    if to.is_empty() && json {
        return answer(&reply, json);
    }
    if to.is_empty() {
        return print(&pages::all(kit));
    }
    match pages::write(kit, to) {
        Ok(files) if json => {
            let kit = json!({"id": kit.id, "needed": kit.needed, "of": kit.of, "files": files});
            print(&format!("{}\n", json!({"ok": true, "state": reply.state, "kit": kit})))
        }
        Ok(files) => print(&pages::written(kit, &files, &config.data)),
        Err(error) => fail(&error, 1),
    }
}

fn nobody(config: &Config, error: &io::Error) -> ExitCode {
    let socket = config.control_socket();
    fail(&io::Error::other(format!("ask the box at {}: {error}", socket.display())), 3)
}

fn ask(config: &Config, verb: &Verb, json: bool) -> ExitCode {
    match control::ask(&config.control_socket(), verb) {
        Ok(reply) => answer(&reply, json),
        Err(error) => nobody(config, &error),
    }
}

fn answer(reply: &Reply, json: bool) -> ExitCode {
    let text =
        if json { Zeroizing::new(serde_json::to_string(reply).unwrap_or_default()) } else { Zeroizing::new(sentence(reply)) };
    let printed = print(&Zeroizing::new(format!("{}\n", *text)));
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
    if let Some(epoch) = reply.told.epoch {
        text.push_str(&format!(": epoch {epoch} began"));
    }
    if let Some(kit) = &reply.told.kit {
        let made = kit
            .made_at
            .and_then(|at| jiff::Timestamp::from_microsecond(at.0).ok())
            .map(|at| format!(", made {at:.0}"))
            .unwrap_or_default();
        text.push_str(&format!(": kit {}, {} of {} shares{made}", kit.id, kit.needed, kit.of));
    }
    if let Some(SecondToken { serial, epoch, is_current, .. }) = &reply.told.second_token {
        let standing = if *is_current { "can take over" } else { "has fallen behind: holdfast token copy" };
        text.push_str(&format!(": second token {serial}, epoch {}, {standing}", epoch.0));
    }
    if let Some(Rehearsal { kit, shares, epoch }) = &reply.told.rehearsal {
        let shares: Vec<_> = shares.iter().map(ToString::to_string).collect();
        text.push_str(&format!(": shares {} of kit {kit} open the keyring (epoch {epoch})", shares.join(", ")));
    }
    for one in reply.told.administrators.iter().flatten() {
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
