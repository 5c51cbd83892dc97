//! `holdfast`: serves the box, and asks it over its local socket.
//!
//! Exit codes: 0 done; 1 could not be done; 2 the command line is not right; 3 the box is not running.

use std::{
    io::{self, Read, Write},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use holdfast_server::{
    api,
    config::Config,
    control::{self, Reply, Verb},
    serve,
};
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
    /// Print the OpenAPI document.
    Openapi,
}

/// Longest PIN read from standard input, in bytes.
const PIN_BYTES: u64 = 256;

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
        Command::Unseal { pin_stdin } => match pin(pin_stdin) {
            Ok(pin) => ask(&config, &Verb::Unseal { pin }, cli.json),
            Err(error) => fail(&error, 1),
        },
        Command::Openapi => print(api::openapi_text()),
    }
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
    let filter = EnvFilter::try_from_env("HOLDFAST_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
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

fn ask(config: &Config, verb: &Verb, json: bool) -> ExitCode {
    let reply = match control::ask(&config.control_socket(), verb) {
        Ok(reply) => reply,
        Err(error) => {
            let socket = config.control_socket();
            return fail(&io::Error::other(format!("no box answers at {}: {error}", socket.display())), 3);
        }
    };
    let text = if json { serde_json::to_string(&reply).unwrap_or_default() } else { sentence(&reply) };
    let printed = print(&format!("{text}\n"));
    if reply.ok { printed } else { ExitCode::from(1) }
}

fn sentence(reply: &Reply) -> String {
    match &reply.error {
        Some(error) => format!("{}: {error}", reply.state),
        None => reply.state.clone(),
    }
}

fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(1),
    }
}

fn fail(error: &dyn std::error::Error, code: u8) -> ExitCode {
    let mut text = format!("holdfast: could not {error}");
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(&format!(": {next}"));
        cause = next.source();
    }
    let _ = writeln!(io::stderr(), "{text}");
    ExitCode::from(code)
}
