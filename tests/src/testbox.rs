//! One box: its token, hsmd, the server, and the sign-ins of its sample company.

use std::{
    error::Error,
    ffi::OsString,
    fmt,
    fs::{self, File, OpenOptions},
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
    time::{Duration, Instant},
};

use nix::sys::signal::Signal;
use tempfile::TempDir;

use crate::{
    place::{Place, SignIns},
    process::{Running, binaries},
};

/// SoftHSM's module where Debian puts it.
const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
/// How long a box may take to be ready.
const READY_SECONDS: u64 = 120;

/// How much of its log a box that did not come up is remembered by.
const LOG_LINES: usize = 40;

/// Why a box did not come up.
#[derive(thiserror::Error)]
pub enum BootError {
    #[error("{act}")]
    Io { act: &'static str, source: io::Error },
    #[error("{command} failed with {status}; its output is in {log}")]
    Failed { command: String, status: String, log: PathBuf },
    #[error("the box was not ready after {READY_SECONDS} s; its log ends with:\n{log_end}")]
    NotReady { log_end: String },
}

/// As it reads: tests unwrap it.
impl fmt::Debug for BootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        self.source().map_or(Ok(()), |source| write!(f, ": {source}"))
    }
}

/// What kind of box.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of the box; a temporary one when absent.
    pub data: Option<PathBuf>,
    pub listen: Option<SocketAddr>,
    /// The folder with the sample documents; absent: a small company without documents.
    pub sample: Option<PathBuf>,
    /// Only a handful of people and messages: boots in seconds.
    pub small: bool,
}

impl Options {
    /// What most tests want.
    pub fn small() -> Self {
        Self { data: None, listen: None, sample: None, small: true }
    }
}

/// A running box. Dropping it ends its processes and removes its folder if that was a temporary one.
pub struct TestBox {
    pub data: PathBuf,
    pub address: SocketAddr,
    /// LDAP under TLS, and LDAP with StartTLS.
    pub ldaps: SocketAddr,
    pub ldap: SocketAddr,
    pub sign_ins: SignIns,
    hsmd: Option<Running>,
    server: Option<Running>,
    /// Environment of the server from its next start on: what a fault test preloads.
    pub server_environment: Vec<(String, OsString)>,
    _folder: Option<TempDir>,
}

impl TestBox {
    /// Ceremony, sample company, hsmd, server; waits until `/readyz` says so.
    pub fn boot(options: &Options) -> Result<Self, BootError> {
        let folder = match options.data {
            Some(_) => None,
            None => Some(TempDir::with_prefix("holdfast-").map_err(act("make a temporary folder"))?),
        };
        let data = match (&options.data, &folder) {
            (Some(data), _) => data.clone(),
            (None, Some(folder)) => folder.path().join("box"),
            (None, None) => return Err(BootError::Io { act: "choose a folder", source: io::Error::other("no folder") }),
        };
        fs::create_dir_all(data.join("log")).map_err(act("make the folder of the box"))?;
        let data = data.canonicalize().map_err(act("resolve the folder of the box"))?;
        let address = match options.listen {
            Some(address) => address,
            None => free_port().map_err(act("find a free port"))?,
        };
        let (ldaps, ldap) = (free_port().map_err(act("find a free port"))?, free_port().map_err(act("find a free port"))?);
        let mut new = Self {
            data,
            address,
            ldaps,
            ldap,
            sign_ins: SignIns::default(),
            hsmd: None,
            server: None,
            server_environment: Vec::new(),
            _folder: folder,
        };
        new.prepare(options)?;
        new.start()?;
        Ok(new)
    }

    /// Starts hsmd and the server, which must not be running.
    pub fn start(&mut self) -> Result<(), BootError> {
        self.start_hsmd()?;
        self.start_server()?;
        self.wait_ready()
    }

    pub fn start_hsmd(&mut self) -> Result<(), BootError> {
        self.hsmd = Some(hsmd(&self.data)?);
        Ok(())
    }

    pub fn start_server(&mut self) -> Result<(), BootError> {
        let mut command = tool("holdfast")?;
        command.args(["--data"]).arg(&self.data).arg("serve").arg("--listen").arg(self.address.to_string());
        command.arg("--ldaps").arg(self.ldaps.to_string()).arg("--ldap").arg(self.ldap.to_string());
        command.envs(self.server_environment.iter().cloned());
        self.server = Some(logged(&mut command, &self.data.join("log/holdfast.log"))?);
        Ok(())
    }

    pub fn wait_ready(&mut self) -> Result<(), BootError> {
        let until = Instant::now() + Duration::from_secs(READY_SECONDS);
        let client = self.place().stranger();
        let log = self.data.join("log/holdfast.log");
        while Instant::now() < until {
            if client.get("/readyz").is_ok_and(|reply| reply.status == 200) {
                return Ok(());
            }
            if let Some(server) = &mut self.server
                && let Some(status) = server.ended().map_err(act("look after the server"))?
            {
                return Err(BootError::Failed { command: "holdfast serve".to_owned(), status: status.to_string(), log });
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        Err(BootError::NotReady { log_end: end_of(&log) })
    }

    /// Whether it is ready before it ends or the time is over.
    pub fn ready_within(&mut self, within: Duration) -> Result<bool, BootError> {
        let until = Instant::now() + within;
        let client = self.place().stranger();
        while Instant::now() < until {
            if client.get("/readyz").is_ok_and(|reply| reply.status == 200) {
                return Ok(true);
            }
            let ended = self.server.as_mut().map_or(Ok(None), Running::ended).map_err(act("look after the server"))?;
            if ended.is_some() {
                return Ok(false);
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        Ok(false)
    }

    /// kill -9 of the server; `start_server` brings it back.
    pub fn kill_server(&mut self) -> Result<(), BootError> {
        self.server.take().map_or(Ok(()), |mut server| server.kill()).map_err(act("kill the server"))
    }

    /// kill -9 of hsmd.
    pub fn kill_hsmd(&mut self) -> Result<(), BootError> {
        self.hsmd.take().map_or(Ok(()), |mut hsmd| hsmd.kill()).map_err(act("kill hsmd"))
    }

    /// Sends a signal to the server.
    pub fn signal_server(&self, signal: Signal) -> Result<(), BootError> {
        self.server.as_ref().map_or(Ok(()), |server| server.signal(signal)).map_err(act("signal the server"))
    }

    /// Waits until the server ends by itself. `None`: it did not.
    pub fn server_ends(&mut self, within: Duration) -> Result<Option<ExitStatus>, BootError> {
        let until = Instant::now() + within;
        while let Some(server) = &mut self.server {
            let ended = server.ended().map_err(act("look after the server"))?;
            if ended.is_some() {
                self.server = None;
                return Ok(ended);
            }
            if Instant::now() > until {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(None)
    }

    /// hsmd's process id: that of the one that starts it again whenever it ends.
    pub fn hsmd_id(&self) -> Option<u32> {
        self.hsmd.as_ref().map(Running::id)
    }

    /// Orderly stop of both.
    pub fn stop(&mut self) -> Result<(), BootError> {
        for running in [self.server.take(), self.hsmd.take()] {
            running.map_or(Ok(()), |mut one| one.stop()).map_err(act("stop the box"))?;
        }
        Ok(())
    }

    /// The server's process id, for fault tests.
    pub fn server_id(&self) -> Option<u32> {
        self.server.as_ref().map(Running::id)
    }

    /// Where the box is and who can sign in.
    pub fn place(&self) -> Place {
        Place {
            url: format!("https://localhost:{}", self.address.port()),
            ldaps: format!("ldaps://localhost:{}", self.ldaps.port()),
            ldap: format!("ldap://localhost:{}", self.ldap.port()),
            authority: self.data.join("tls/ca.crt"),
            data: self.data.clone(),
            sign_ins: self.sign_ins.clone(),
        }
    }

    fn prepare(&mut self, options: &Options) -> Result<(), BootError> {
        let mut ceremony = tool("holdfast-setup")?;
        ceremony.args(["ceremony", "--module", MODULE, "--data"]).arg(&self.data);
        finish(&mut ceremony, &self.data.join("log/setup.log"))?;
        let sign_ins = self.data.with_extension("sign-ins.json");
        if !self.data.join("db").exists() && sign_ins.exists() {
            // Of a box whose folder somebody has deleted.
            fs::remove_file(&sign_ins).map_err(act("remove the sign-ins of a box that is gone"))?;
        }
        if !sign_ins.exists() {
            let hsmd = hsmd(&self.data)?;
            let mut load = tool("holdfast")?;
            load.arg("--data").arg(&self.data).arg("sampledata").arg("--sign-ins").arg(&sign_ins);
            if let Some(sample) = &options.sample {
                load.arg("--documents").arg(sample);
            }
            if options.small {
                load.arg("--small");
            }
            finish(&mut load, &self.data.join("log/sampledata.log"))?;
            drop(hsmd);
        }
        let text = fs::read_to_string(&sign_ins).map_err(act("read the sign-ins"))?;
        self.sign_ins = serde_json::from_str(&text).map_err(|e| act("read the sign-ins")(e.into()))?;
        Ok(())
    }
}

fn hsmd(data: &Path) -> Result<Running, BootError> {
    let mut command = tool("holdfast-hsmd")?;
    command
        .env("SOFTHSM2_CONF", data.join("token/softhsm2.conf"))
        .arg("--socket")
        .arg(data.join("run/hsmd.sock"))
        .args(["--module", MODULE, "--state"])
        .arg(data.join("hsmd"))
        .arg("--pin-file")
        .arg(data.join("credentials/holdfast-pin"));
    logged(&mut command, &data.join("log/hsmd.log"))
}

fn tool(name: &str) -> Result<Command, BootError> {
    let path = binaries().map_err(act("find the binaries"))?.join(name);
    if !path.exists() {
        let source = io::Error::other(format!("{} is missing: run 'make build'", path.display()));
        return Err(BootError::Io { act: "find a binary", source });
    }
    Ok(Command::new(path))
}

fn log_file(path: &Path) -> Result<File, BootError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(act("make the log folder"))?;
    }
    OpenOptions::new().create(true).append(true).mode(0o600).open(path).map_err(act("open a log"))
}

/// The last lines of a log, for a failure whose box is gone by the time somebody reads of it.
fn end_of(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
}

fn logged(command: &mut Command, log: &Path) -> Result<Running, BootError> {
    let file = log_file(log)?;
    let twin = file.try_clone().map_err(act("open a log"))?;
    Running::start(command.stdin(std::process::Stdio::null()).stdout(file).stderr(twin)).map_err(act("start a process"))
}

fn finish(command: &mut Command, log: &Path) -> Result<(), BootError> {
    let file = log_file(log)?;
    let twin = file.try_clone().map_err(act("open a log"))?;
    let status = command.stdin(std::process::Stdio::null()).stdout(file).stderr(twin).status().map_err(act("run a tool"))?;
    if status.success() {
        return Ok(());
    }
    let command = command.get_program().to_string_lossy().into_owned();
    Err(BootError::Failed { command, status: status.to_string(), log: log.to_owned() })
}

fn free_port() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

fn act(act: &'static str) -> impl Fn(io::Error) -> BootError {
    move |source| BootError::Io { act, source }
}
