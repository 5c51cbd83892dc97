//! For tests of other crates (feature `testing`): real keys, and a real box around a real SoftHSM2 token.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use holdfast_base::World;
use tempfile::TempDir;
use zeroize::Zeroizing;

use crate::{
    CryptoError, DekHandle, Domain, Epoch, HsmError, KeyId, Pin, Vault, VaultConfig, ceremony,
    envelope::Key,
    handle::Keys,
    softtoken::{HsmdCommand, HsmdProcess, MODULE, prepare},
};

struct Throwaway(Key);

impl Keys for Throwaway {
    fn key(&self, _: KeyId) -> Result<Key, CryptoError> {
        Ok(self.0.clone())
    }
}

/// A handle on a random key that nobody keeps: the real formats without a token.
pub fn throwaway_key(world: &World) -> DekHandle {
    let keys = Arc::new(Throwaway(Key::new(world.random())));
    DekHandle::new(KeyId(world.random()), Epoch(1), keys, world.clone())
}

/// The bytes of a key under a mask, for a test that searches memory for them: the test itself must not hold them.
pub fn masked_key(handle: &DekHandle, mask: u8) -> Result<[u8; 32], CryptoError> {
    handle.masked(mask)
}

/// The epoch key, likewise.
pub fn masked_epoch_key(vault: &Vault, mask: u8) -> Result<[u8; 32], HsmError> {
    vault.masked_epoch_key(mask)
}

/// A box after its ceremony, in a temporary folder, with an hsmd that is started again whenever it ends.
pub struct TestBox {
    folder: TempDir,
    pub hsmd: HsmdCommand,
    process: HsmdProcess,
}

impl TestBox {
    pub const PIN: &str = "246813579";

    /// With the hsmd that lies beside the running test, built if need be. `None` where SoftHSM2 is not installed.
    pub fn new(domains: &[Domain]) -> Option<Self> {
        Self::with_program(&hsmd_program().ok()?, domains)
    }

    pub fn with_program(program: &Path, domains: &[Domain]) -> Option<Self> {
        if !Path::new(MODULE).exists() {
            return None;
        }
        Self::make(program, [MODULE.as_ref(); 2], Self::PIN, domains)
            .inspect_err(|error| eprintln!("make a test box: {error}"))
            .ok()
    }

    /// With `module` before the token, where `pin` is what the module makes of the token's PIN. The token itself is
    /// prepared by SoftHSM2 alone, as a vendor's tools would.
    pub fn behind(program: &Path, module: &Path, pin: &str, domains: &[Domain]) -> Result<Self, HsmError> {
        Self::make(program, [MODULE.as_ref(), module], pin, domains)
    }

    /// With a token that `module` itself makes.
    pub fn on(program: &Path, module: &Path, domains: &[Domain]) -> Result<Self, HsmError> {
        Self::make(program, [module; 2], Self::PIN, domains)
    }

    /// The first module prepares the token, the second one serves it.
    fn make(program: &Path, modules: [&Path; 2], typed: &str, domains: &[Domain]) -> Result<Self, HsmError> {
        let io = HsmError::io;
        let folder = tempfile::tempdir().map_err(io("make a folder"))?;
        let at = |name: &str| folder.path().join(name);
        let pin_file = at("holdfast-pin");
        fs::write(&pin_file, typed).map_err(io("write the PIN"))?;
        let mut hsmd = HsmdCommand {
            program: program.to_owned(),
            module: modules[0].to_owned(),
            socket: at("hsm.sock"),
            state: at("hsmd"),
            pin_file: Some(pin_file),
            label: None,
            owner: None,
            softhsm_conf: Some(prepare(&at("token")).map_err(io("prepare the token"))?),
            ceremony: true,
        };
        let mut process = hsmd.start().map_err(io("start hsmd"))?;
        ceremony::init_token(hsmd.socket.clone(), &Self::pin("97531"), &Self::pin(Self::PIN))?;
        process.stop();
        hsmd.module = modules[1].to_owned();
        process = hsmd.start().map_err(io("start hsmd"))?;
        let config =
            ceremony::CeremonyConfig { socket: hsmd.socket.clone(), keyring: at("keyring"), domains, pin: Self::pin(typed) };
        ceremony::hold(config, &World::system())?;
        process.stop();
        hsmd.ceremony = false;
        let process = hsmd.start().map_err(io("start hsmd"))?;
        Ok(Self { folder, hsmd, process })
    }

    pub fn pin(text: &str) -> Pin {
        Pin(Zeroizing::new(text.as_bytes().to_vec()))
    }

    /// A sealed vault on this box.
    pub fn connect(&self) -> Vault {
        let config = VaultConfig { socket: self.hsmd.socket.clone(), second_socket: None, keyring: self.at("keyring") };
        Vault::connect(config, World::system())
    }

    /// An unsealed vault on this box.
    pub fn unsealed(&self) -> Result<Vault, HsmError> {
        let vault = self.connect();
        vault.unseal(None)?;
        Ok(vault)
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Process id of the hsmd that serves at present.
    pub fn serving(&self) -> Option<i32> {
        let id = self.process.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).ok()?;
        children.split_whitespace().next()?.parse().ok()
    }

    /// Ends hsmd together with what starts it again.
    pub fn stop_hsmd(&mut self) {
        let serving = self.serving();
        self.process.stop();
        if let Some(id) = serving {
            let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGKILL);
        }
    }

    pub fn start_hsmd(&mut self) -> io::Result<()> {
        self.process = self.hsmd.start()?;
        Ok(())
    }
}

impl Drop for TestBox {
    fn drop(&mut self) {
        self.stop_hsmd();
    }
}

fn hsmd_program() -> io::Result<PathBuf> {
    let test = env::current_exe()?;
    let folder = test.ancestors().nth(2).ok_or(io::ErrorKind::NotFound)?;
    let program = folder.join("holdfast-hsmd");
    if !program.exists() {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Command::new(cargo).args(["build", "--quiet", "-p", "holdfast-hsm", "--bin", "holdfast-hsmd"]).status()?;
    }
    Ok(program)
}
