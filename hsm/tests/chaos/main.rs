//! hsmd and the vault against tokens that fail, hang, crash, lie, and speak other dialects, by way of `p11chaos`.
//!
//! `HOLDFAST_CHAOS=all` runs every return code against every function that hsmd calls, `HOLDFAST_CHAOS=C_Sign` against
//! one: many minutes. Without it each class of codes is represented.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod injection;
mod lies;
mod personalities;
mod pins;
mod restarts;

use std::{
    env, fs, io,
    os::{
        fd::OwnedFd,
        unix::{fs::PermissionsExt, net::UnixListener},
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use holdfast_hsm::{Context, Domain, HsmError, SealState, Vault, softtoken::MODULE, testing::TestBox};
use tempfile::TempDir;

const DOMAINS: [Domain; 2] = [Domain("db"), Domain("ledger")];

/// A plan for the module, in a file that it reads at every call.
pub(crate) struct Plan {
    folder: TempDir,
}

impl Plan {
    pub(crate) fn new() -> Self {
        let plan = Self { folder: tempfile::tempdir().unwrap() };
        plan.set("");
        plan
    }

    /// Replaces the plan, and starts counting anew.
    pub(crate) fn set(&self, text: &str) {
        let fresh = self.folder.path().join("fresh");
        fs::write(&fresh, text).unwrap();
        fs::write(self.path().with_extension("calls"), "").unwrap();
        fs::rename(fresh, self.path()).unwrap();
    }

    /// How often the module was asked for this function since the plan was set.
    pub(crate) fn calls(&self, function: &str) -> usize {
        let log = fs::read_to_string(self.path().with_extension("calls")).unwrap();
        log.lines().filter(|line| *line == function).count()
    }

    /// `holdfast-hsmd` with the module's surroundings.
    pub(crate) fn program(&self) -> PathBuf {
        self.program_before(MODULE.as_ref())
    }

    /// The same before another module than SoftHSM2. Kryoptic takes its token's place from its own variable.
    pub(crate) fn program_before(&self, module: &Path) -> PathBuf {
        let (folder, program) = (self.folder.path(), self.folder.path().join("hsmd.sh"));
        let conf = folder.join("kryoptic.conf");
        let slot = format!("[[slots]]\nslot = 1\ndbtype = \"sqlite\"\ndbargs = \"{}\"\n", folder.join("token.sql").display());
        fs::write(&conf, slot).unwrap();
        let text = format!(
            "#!/bin/sh\nexport P11CHAOS_MODULE={} P11CHAOS_PLAN={} KRYOPTIC_CONF={}\nexec {} \"$@\"\n",
            module.display(),
            self.path().display(),
            conf.display(),
            env!("CARGO_BIN_EXE_holdfast-hsmd")
        );
        fs::write(&program, text).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
        program
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("plan")
    }
}

/// Starts hsmd again the moment it ends: the supervisor's growing pauses have a test of their own.
pub(crate) struct Keeper {
    child: Arc<Mutex<Option<Child>>>,
    over: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Keeper {
    pub(crate) fn new(it: &mut TestBox) -> io::Result<Self> {
        it.stop_hsmd();
        let _ = fs::remove_file(&it.hsmd.socket);
        let listener = UnixListener::bind(&it.hsmd.socket)?;
        let (child, over) = (Arc::new(Mutex::new(None)), Arc::new(AtomicBool::new(false)));
        let (held, ends, hsmd) = (child.clone(), over.clone(), it.hsmd.clone());
        let thread = thread::spawn(move || {
            while !ends.load(Ordering::SeqCst) {
                let mut command = Command::new(&hsmd.program);
                command.arg("--module").arg(&hsmd.module).arg("--state").arg(&hsmd.state).arg("--listener-on-stdin");
                command.arg("--pin-file").arg(hsmd.pin_file.as_ref().unwrap());
                command.env("SOFTHSM2_CONF", hsmd.softhsm_conf.as_ref().unwrap());
                command.stdin(Stdio::from(OwnedFd::from(listener.try_clone().unwrap()))).stderr(Stdio::null());
                command.stdout(Stdio::null());
                *held.lock().unwrap() = Some(command.spawn().unwrap());
                while held.lock().unwrap().as_mut().unwrap().try_wait().unwrap().is_none() {
                    thread::sleep(Duration::from_millis(2));
                }
            }
        });
        Ok(Self { child, over, thread: Some(thread) })
    }

    pub(crate) fn kill(&self) {
        if let Some(child) = self.child.lock().unwrap().as_mut() {
            child.kill().unwrap();
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        self.kill();
        let _ = self.thread.take().unwrap().join();
    }
}

/// A box after its ceremony, with the module before its token. `None` where SoftHSM2 is not installed.
pub(crate) fn chaos_box(plan: &Plan, pin: &str) -> Option<TestBox> {
    try_chaos_box(plan, pin).map(Result::unwrap)
}

/// The same where the ceremony may fail.
pub(crate) fn try_chaos_box(plan: &Plan, pin: &str) -> Option<Result<TestBox, HsmError>> {
    if !Path::new(MODULE).exists() {
        assert!(env::var_os("CI").is_none(), "SoftHSM2 is missing");
        eprintln!("SKIPPED: SoftHSM2 is not installed");
        return None;
    }
    Some(TestBox::behind(&plan.program(), &module(), pin, &DOMAINS))
}

/// Lies where cargo puts examples, beside this test; built here when only this test was asked for.
pub(crate) fn module() -> PathBuf {
    let test = env::current_exe().unwrap();
    let module = test.ancestors().nth(2).unwrap().join("examples/libp11chaos.so");
    if !module.exists() {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        assert!(Command::new(cargo).args(["build", "-p", "holdfast-hsm", "--example", "p11chaos"]).status().unwrap().success());
    }
    module
}

pub(crate) fn place() -> Context {
    Context::new("test.v1").u64(1)
}

/// Bounds are what is promised of a quiet machine; beside other work a test waits so many times as long.
const BUSY: u32 = 3;

pub(crate) fn wait_for(vault: &Vault, within: Duration, wanted: impl Fn(&SealState) -> bool) -> Duration {
    let begun = Instant::now();
    while !wanted(&vault.state()) {
        assert!(begun.elapsed() < within * BUSY, "still {:?}", vault.state());
        thread::sleep(Duration::from_millis(5));
    }
    begun.elapsed()
}

pub(crate) fn is_unsealed(state: &SealState) -> bool {
    matches!(state, SealState::Unsealed { .. })
}

pub(crate) fn is_sealed(state: &SealState) -> bool {
    matches!(state, SealState::Sealed { .. })
}

pub(crate) fn verifies(vault: &Vault, message: &[u8], signature: &[u8]) -> bool {
    let spki = vault.audit_public_key().unwrap();
    let point = &spki[spki.len() - 65..];
    ring::signature::UnparsedPublicKey::new(&ring::signature::ECDSA_P256_SHA256_ASN1, point).verify(message, signature).is_ok()
}
