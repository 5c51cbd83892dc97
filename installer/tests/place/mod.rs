//! A folder that becomes a box, and who serves from it.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use holdfast_hsm::softtoken::MODULE;
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::{
    Agent,
    tls::{Certificate, RootCerts, TlsConfig},
};

/// What an administrator chooses.
const PASSWORD: &str = "a gate of iron, closed 7";
const OPEN: Duration = Duration::from_secs(60);

pub struct Place {
    folder: TempDir,
    pub port: u16,
    /// Where a prepared token lies.
    pub softhsm: Option<PathBuf>,
    pub label: String,
    pub keeps_pin: bool,
}

/// A box that is started once it can be, and ended with this value.
pub struct Keeper {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Place {
    /// `None` where SoftHSM2 or the programs are missing: `cargo build --workspace --bins` makes the latter.
    pub fn new() -> Option<Self> {
        let programs = ["holdfast", "holdfast-hsmd", "holdfast-extract", "holdfast-relay"];
        let there = Path::new(MODULE).exists() && programs.iter().all(|name| program(name).exists());
        assert!(there || std::env::var_os("CI").is_none(), "SoftHSM2 or the programs are missing");
        if !there {
            eprintln!("SKIPPED: SoftHSM2 or the programs are missing");
            return None;
        }
        let folder = TempDir::with_prefix("hf-").unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Some(Self { folder, port, softhsm: None, label: "holdfast".to_owned(), keeps_pin: true })
    }

    pub fn root(&self) -> PathBuf {
        let root = self.folder.path().join("root");
        fs::create_dir_all(&root).unwrap();
        root.canonicalize().unwrap()
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub fn setup(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holdfast-setup"));
        command.arg("--root").arg(self.root()).args(arguments).stdin(Stdio::null()).env("LC_ALL", "C.UTF-8");
        if let Some(conf) = &self.softhsm {
            command.env("SOFTHSM2_CONF", conf);
        }
        command
    }

    pub fn answers(&self, token: &str) -> String {
        self.answers_with("", token)
    }

    pub fn answers_with(&self, head: &str, token: &str) -> String {
        let administrator = |role: &str, uid: &str| format!("[administrators.{role}]\nuid = \"{uid}\"\nname = \"某 {role}\"\n");
        let people = [("system", "sys"), ("security", "sec"), ("audit", "aud")].map(|(role, uid)| administrator(role, uid));
        let text = format!(
            "enterprise = \"恒川\"\nport = {}\n{head}[token]\nmodule = \"{MODULE}\"\n{token}{}",
            self.port,
            people.concat()
        );
        let path = self.folder.path().join("answers.toml");
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// A token of its own, made with SoftHSM2's tool as with a vendor's.
    pub fn prepared(&self, label: &str, pin: &str) -> PathBuf {
        let folder = self.folder.path().join("vendor");
        fs::create_dir_all(folder.join("tokens")).unwrap();
        let conf = folder.join("softhsm2.conf");
        fs::write(&conf, format!("directories.tokendir = {}\n", folder.join("tokens").display())).unwrap();
        let made = Command::new("softhsm2-util")
            .env("SOFTHSM2_CONF", &conf)
            .args(["--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", "13572468"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        conf
    }

    pub fn hsmd(&self) -> Child {
        let conf = self.softhsm.clone().unwrap_or_else(|| self.at("var/lib/holdfast-hsmd/token/softhsm2.conf"));
        let socket = self.at("run/holdfast-hsmd/hsmd.sock");
        fs::create_dir_all(socket.parent().unwrap()).unwrap();
        let mut command = Command::new(program("holdfast-hsmd"));
        command.env("SOFTHSM2_CONF", conf).args(["--module", MODULE, "--token-label", &self.label, "--socket"]).arg(socket);
        command.arg("--state").arg(self.at("var/lib/holdfast-hsmd"));
        if self.keeps_pin {
            command.arg("--pin-file").arg(self.at("etc/holdfast/credentials/holdfast-pin"));
        }
        self.logged(&mut command, "hsmd.log")
    }

    fn server(&self) -> Child {
        let mut command = Command::new(program("holdfast"));
        command.arg("--config").arg(self.at("etc/holdfast/holdfast.toml")).arg("serve");
        self.logged(&mut command, "holdfast.log")
    }

    fn logged(&self, command: &mut Command, name: &str) -> Child {
        let log = fs::File::create(self.folder.path().join(name)).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap()
    }

    /// Does what the units do: waits for the certificate, then serves until the keeper is dropped.
    pub fn keep(&self) -> Keeper {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let mine = Self {
            folder: TempDir::new().unwrap(),
            port: self.port,
            softhsm: self.softhsm.clone(),
            label: self.label.clone(),
            keeps_pin: self.keeps_pin,
        };
        let root = self.root();
        let thread = thread::spawn(move || {
            // The same paths as the place that is kept.
            let _ = fs::remove_dir(mine.folder.path().join("root"));
            std::os::unix::fs::symlink(&root, mine.folder.path().join("root")).unwrap();
            while !root.join("etc/holdfast/tls/server.json").exists() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                thread::sleep(Duration::from_millis(20));
            }
            let mut processes = [mine.hsmd(), mine.server()];
            while !stopped.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(20));
            }
            processes.iter_mut().for_each(end);
        });
        Keeper { stop, thread: Some(thread) }
    }

    /// A server started now opens with what lies there.
    pub fn opens(&self) -> bool {
        let mut server = self.server();
        let until = Instant::now() + OPEN;
        let mut open = false;
        while !open && Instant::now() < until && server.try_wait().unwrap().is_none() {
            let mut status = Command::new(program("holdfast"));
            status.arg("--json").arg("--config").arg(self.at("etc/holdfast/holdfast.toml")).arg("status");
            let told = status.output().unwrap();
            open = String::from_utf8_lossy(&told.stdout).contains(r#""state":"unsealed""#);
            thread::sleep(Duration::from_millis(50));
        }
        end(&mut server);
        open
    }

    fn agent(&self) -> Agent {
        let pem = fs::read(self.at("etc/holdfast/tls/ca.crt")).unwrap();
        let roots = vec![Certificate::from_pem(&pem).unwrap()];
        let tls = TlsConfig::builder().root_certs(RootCerts::Specific(Arc::new(roots))).build();
        Agent::config_builder().tls_config(tls).http_status_as_error(false).build().into()
    }

    fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    pub fn get(&self, path: &str, token: &str) -> Value {
        let asked = self.agent().get(self.url(path)).header("authorization", format!("Bearer {token}")).call();
        serde_json::from_slice(&asked.unwrap().body_mut().read_to_vec().unwrap()).unwrap()
    }
}

/// The status, and the token of the session.
pub fn redeem(place: &Place, code: &str) -> (u16, String) {
    let body = json!({"code": code, "password": PASSWORD}).to_string();
    let asked = place.agent().post(place.url("/api/v1/enrolments/redeem")).header("content-type", "application/json").send(body);
    let mut answer = asked.unwrap();
    let told: Value = serde_json::from_slice(&answer.body_mut().read_to_vec().unwrap()).unwrap();
    (answer.status().as_u16(), told["token"].as_str().unwrap_or_default().to_owned())
}

/// A line that says that a step begins, or what it did.
pub fn is_step(line: &str) -> bool {
    ["Folders", "Configuration", "Keys", "Certificate", "Units", "Recovery kit", "Administrators"]
        .iter()
        .any(|title| line.strip_prefix(title).is_some_and(|rest| rest.starts_with(" ...") || rest.starts_with(": ")))
}

/// An orderly end; hsmd has a child that ends with it.
pub fn end(process: &mut Child) {
    let id = i32::try_from(process.id()).unwrap();
    let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGTERM);
    let _ = process.wait();
}

fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_holdfast-setup")).with_file_name(name)
}
