//! `holdfast-hsmd`: custody of the token. See [`holdfast_hsm::hsmd`].
//!
//! Exit codes: 2 the command line is wrong, 70 start me again with a fresh module, 71 the socket cannot be had.

use std::{
    env, io,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Command, ExitCode},
};

use clap::Parser;
use holdfast_base::World;
use holdfast_hsm::hsmd::{HsmdConfig, Listener, run, supervise};
use nix::{
    sys::{prctl, signal::Signal},
    unistd::{User, getppid},
};

/// Owns the HSM's PKCS#11 module and the PIN; serves the Holdfast vault over a Unix socket.
#[derive(Parser)]
#[command(name = "holdfast-hsmd", version)]
struct Arguments {
    /// The vendor's PKCS#11 module
    #[arg(long, env = "HOLDFAST_PKCS11_MODULE", default_value = "/usr/lib/softhsm/libsofthsm2.so")]
    module: PathBuf,
    /// Label of the token
    #[arg(long, env = "HOLDFAST_TOKEN_LABEL", default_value = "holdfast")]
    token_label: String,
    /// Unix socket to make and serve: without systemd. The serving process is then started again whenever it ends.
    /// Without this option: the socket that systemd hands in
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// File with the PIN. Without it: holdfast-pin in $CREDENTIALS_DIRECTORY, if there is one
    #[arg(long, value_name = "PATH")]
    pin_file: Option<PathBuf>,
    /// Folder for what must outlast a restart
    #[arg(long, env = "STATE_DIRECTORY", value_name = "DIR")]
    state: PathBuf,
    /// Serve the verbs of the key ceremony; end where something fails
    #[arg(long)]
    ceremony: bool,
    /// User id that may connect beside our own; may be repeated
    #[arg(long = "allow-uid", value_name = "UID")]
    allowed_uids: Vec<u32>,
    /// Name of a user that may connect beside our own; may be repeated
    #[arg(long = "allow-user", value_name = "NAME")]
    allowed_users: Vec<String>,
    /// Group id that may connect; may be repeated
    #[arg(long = "allow-gid", value_name = "GID")]
    allowed_gids: Vec<u32>,
    #[arg(long, hide = true)]
    listener_on_stdin: bool,
    /// Process that started this one; it ends with it
    #[arg(long, hide = true, value_name = "PID")]
    ends_with: Option<i32>,
}

fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(io::stderr).with_ansi(false).init();
    let arguments = Arguments::parse();
    match start(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "serve the token");
            ExitCode::from(71)
        }
    }
}

fn start(arguments: &Arguments) -> io::Result<()> {
    let listener = match (&arguments.socket, arguments.listener_on_stdin) {
        (_, true) => Listener::StandardInput,
        (Some(path), false) => Listener::Path(path.clone()),
        (None, false) => Listener::Systemd,
    };
    if matches!(listener, Listener::Path(_)) && !arguments.ceremony {
        return supervise(&listener, again);
    }
    if arguments.listener_on_stdin || arguments.ends_with.is_some() {
        prctl::set_pdeathsig(Signal::SIGTERM)?;
    }
    // Who started this was gone before the kernel could be asked.
    if arguments.ends_with.is_some_and(|starter| getppid().as_raw() != starter) {
        return Ok(());
    }
    run(config(arguments)?, &listener, World::system())
}

/// This very command line, serving on standard input. By way of /proc, so that it is this program also after an upgrade
/// replaced the file.
fn again() -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.arg0("holdfast-hsmd").args(env::args_os().skip(1)).arg("--listener-on-stdin");
    command
}

fn config(arguments: &Arguments) -> io::Result<HsmdConfig> {
    let credential = || env::var_os("CREDENTIALS_DIRECTORY").map(|folder| PathBuf::from(folder).join("holdfast-pin"));
    let mut allowed_uids = arguments.allowed_uids.clone();
    for name in &arguments.allowed_users {
        let user = User::from_name(name)?.ok_or_else(|| io::Error::other(format!("there is no user {name}")))?;
        allowed_uids.push(user.uid.as_raw());
    }
    Ok(HsmdConfig {
        module: arguments.module.clone(),
        token_label: arguments.token_label.clone(),
        pin_file: arguments.pin_file.clone().or_else(credential),
        state: arguments.state.clone(),
        ceremony: arguments.ceremony,
        allowed_uids,
        allowed_gids: arguments.allowed_gids.clone(),
    })
}
