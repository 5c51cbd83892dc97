//! A SoftHSM2 token and an hsmd of one's own: for development and tests, where neither a real HSM nor systemd is there.

use std::{
    fs::{self, DirBuilder},
    io::{self, Write},
    os::unix::{
        fs::{DirBuilderExt, OpenOptionsExt},
        net::UnixStream,
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::unistd::geteuid;

/// Where Debian puts SoftHSM2.
pub const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";

const START: Duration = Duration::from_secs(10);

/// Writes `softhsm2.conf` for a token store in `folder/tokens`, and answers its path. `folder` must be absolute.
pub fn prepare(folder: &Path) -> io::Result<PathBuf> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder.join("tokens"))?;
    let conf = folder.join("softhsm2.conf");
    let text =
        format!("directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n", folder.join("tokens").display());
    if fs::read_to_string(&conf).is_ok_and(|present| present == text) {
        return Ok(conf);
    }
    let mut out = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&conf)?;
    out.write_all(text.as_bytes())?;
    out.sync_all()?;
    Ok(conf)
}

/// How to start an hsmd.
#[derive(Debug, Clone)]
pub struct HsmdCommand {
    /// The program `holdfast-hsmd`.
    pub program: PathBuf,
    pub module: PathBuf,
    pub socket: PathBuf,
    pub state: PathBuf,
    pub pin_file: Option<PathBuf>,
    /// Label of the token, where it is not hsmd's default.
    pub label: Option<String>,
    /// User and group that it runs as; ours, when absent. We may speak to it all the same.
    pub owner: Option<(u32, u32)>,
    /// `SOFTHSM2_CONF` of the process.
    pub softhsm_conf: Option<PathBuf>,
    /// Serves the verbs of the ceremony, and is not started again when it ends.
    pub ceremony: bool,
}

/// A running hsmd. Ends with this value.
#[derive(Debug)]
pub struct HsmdProcess {
    child: Child,
}

impl HsmdCommand {
    /// Starts it and waits until it listens.
    pub fn start(&self) -> io::Result<HsmdProcess> {
        let mut command = Command::new(&self.program);
        command.arg("--module").arg(&self.module).arg("--socket").arg(&self.socket).arg("--state").arg(&self.state);
        if let Some(file) = &self.pin_file {
            command.arg("--pin-file").arg(file);
        }
        if let Some(label) = &self.label {
            command.arg("--token-label").arg(label);
        }
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group).arg("--allow-uid").arg(geteuid().to_string());
        }
        if let Some(conf) = &self.softhsm_conf {
            command.env("SOFTHSM2_CONF", conf);
        }
        if self.ceremony {
            // A ceremony without the one who holds it must not go on serving its verbs.
            command.arg("--ceremony").arg("--ends-with").arg(std::process::id().to_string());
        }
        // An hsmd that is just ending may still listen at the old name.
        let _ = fs::remove_file(&self.socket);
        // Its own copy of the terminal's input would outlive us.
        let mut process = HsmdProcess { child: command.stdin(Stdio::null()).spawn()? };
        let begun = Instant::now();
        while UnixStream::connect(&self.socket).is_err() {
            if let Some(status) = process.child.try_wait()? {
                return Err(io::Error::other(format!("hsmd ended: {status}")));
            }
            if begun.elapsed() > START {
                return Err(io::ErrorKind::TimedOut.into());
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(process)
    }
}

impl HsmdProcess {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// kill -9.
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for HsmdProcess {
    fn drop(&mut self) {
        self.stop();
    }
}
