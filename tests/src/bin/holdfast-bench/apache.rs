//! Apache with mod_dav and TLS, as Debian packages it: the peer of the drive. It encrypts nothing, keeps no versions and makes
//! nothing durable before it answers.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::{PermissionsExt, chown},
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use holdfast_tests::Running;
use nix::unistd::{Uid, User};
use tempfile::TempDir;

use crate::{Outcome, wire::Server};

const PROGRAM: &str = "/usr/sbin/apache2";
const MODULES: &str = "/usr/lib/apache2/modules";
/// Whom it serves as when this is root.
const ACCOUNT: &str = "www-data";
const READY: Duration = Duration::from_secs(10);

/// A running Apache. Dropping it ends it and removes its files.
pub struct Apache {
    pub server: Server,
    pub folder: TempDir,
    pub running: Running,
}

impl Apache {
    /// `tls`: the folder with the box's own certificate and key, so that both sides do the same handshake.
    pub fn start(place: &Path, tls: &Path) -> Outcome<Self> {
        if !Path::new(PROGRAM).exists() {
            return Err(format!("{PROGRAM} is missing: run tests/deps.sh bench").into());
        }
        let folder = TempDir::with_prefix_in("holdfast-apache-", place)?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        fs::create_dir(folder.path().join("files"))?;
        let account = give_away(folder.path())?;
        let configuration = folder.path().join("apache.conf");
        fs::write(&configuration, text(folder.path(), tls, port, &account))?;
        let running =
            Running::start(Command::new(PROGRAM).arg("-d").arg(folder.path()).arg("-f").arg(&configuration).arg("-DFOREGROUND"))?;
        let started = Self { server: Server::new(port, &tls.join("ca.crt"))?, folder, running };
        started.wait()?;
        Ok(started)
    }

    fn wait(&self) -> Outcome<()> {
        let until = Instant::now() + READY;
        while Instant::now() < until {
            let asked = self.server.connect().and_then(|mut wire| wire.ask("OPTIONS", "/dav/", "", b""));
            if asked.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        let log = fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default();
        Err(format!("Apache did not answer; its log: {log}").into())
    }
}

/// Apache drops root; its folder then has to be its own. The configuration's lines for that.
fn give_away(folder: &Path) -> Outcome<String> {
    if !Uid::effective().is_root() {
        return Ok(String::new());
    }
    let account = User::from_name(ACCOUNT)?.ok_or("the account www-data is missing")?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o711))?;
    for path in [folder.to_owned(), folder.join("files")] {
        chown(path, Some(account.uid.as_raw()), Some(account.gid.as_raw()))?;
    }
    Ok(format!("User {ACCOUNT}\nGroup {ACCOUNT}\n"))
}

/// Debian's defaults, but for connections that may ask as often as they like and a thread for each from the start: a process with fewer
/// threads than connections closes some of them. Both are to Apache's good.
fn text(folder: &Path, tls: &Path, port: u16, account: &str) -> String {
    let modules: String = ["mpm_event", "authz_core", "alias", "mime", "dav", "dav_fs", "ssl"]
        .map(|name| format!("LoadModule {name}_module {MODULES}/mod_{name}.so\n"))
        .concat();
    let (folder, tls) = (folder.display(), tls.display());
    format!(
        "{modules}{account}ServerName localhost\nListen 127.0.0.1:{port}\nPidFile {folder}/apache.pid\n\
         ErrorLog {folder}/error.log\nLogLevel warn\nLogFormat \"%h %l %u %t \\\"%r\\\" %>s %O\" common\n\
         CustomLog {folder}/access.log common\nTimeout 300\nKeepAlive On\nMaxKeepAliveRequests 0\nKeepAliveTimeout 30\n\
         ServerLimit 2\nStartServers 2\nThreadLimit 128\nThreadsPerChild 128\nMinSpareThreads 1\n\
         MaxSpareThreads 256\nMaxRequestWorkers 256\n\
         TypesConfig /dev/null\nLimitRequestBody 0\nSSLEngine on\nSSLSessionCache none\nSSLCertificateFile {tls}/server.crt\n\
         SSLCertificateKeyFile {tls}/server.key\nDavLockDB {folder}/lock\nDocumentRoot {folder}/files\nAlias /dav {folder}/files\n\
         <Directory />\n  AllowOverride None\n  Require all denied\n</Directory>\n\
         <Directory {folder}/files>\n  Dav On\n  Require all granted\n</Directory>\n"
    )
}
