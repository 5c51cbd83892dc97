//! One thread, one session: carries out one verb after the other.

use std::{fs, io, path::Path, time::Instant};

use crossbeam_channel::{Receiver, Sender};
use cryptoki::object::ObjectClass;
use holdfast_base::World;
use zeroize::Zeroizing;

use super::{
    HsmdConfig,
    device::{Device, Trouble},
    refusal::Refusals,
};
use crate::{
    limits,
    protocol::{Answer, Fault, Reply, Secret, Verb},
    wrap::{RootKey, WrapMechanism},
};

const AUDIT_KEY: &str = "sign.audit.1";
const FIRST_EPOCH: u32 = 1;

pub(super) struct Job {
    pub(super) verb: Verb,
    pub(super) answer: Sender<Answered>,
}

pub(super) struct Answered {
    pub(super) answer: Answer,
    /// End the process once the answer is out.
    pub(super) restart: bool,
}

pub(super) struct Worker {
    config: HsmdConfig,
    /// `None`: the module could not be loaded or initialised, which a fresh process may cure.
    device: Option<Device>,
    refusals: Refusals,
    world: World,
    started: Instant,
}

type Outcome = Result<Reply, Trouble>;

impl Worker {
    pub(super) fn new(config: HsmdConfig, world: World) -> Self {
        let device = Device::load(&config.module, &config.token_label)
            .inspect_err(|error| tracing::error!(%error, "load the PKCS#11 module"))
            .ok();
        let refusals = Refusals::at(&config.state, world.clone());
        Self { config, device, refusals, world, started: Instant::now() }
    }

    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            let name = job.verb.name();
            let (answer, fatal) = match self.carry_out(job.verb) {
                Ok(reply) => (Ok(reply), false),
                Err(Trouble::Fault(fault)) => (Err(fault), false),
                Err(Trouble::Fatal(fault)) => (Err(fault), true),
            };
            if let Err(fault) = &answer {
                tracing::warn!(verb = name, %fault, "refused or failed");
            }
            // A module that was loaded without its token does not see the token come back.
            let tokenless = matches!(answer, Err(Fault::TokenGone)) && self.started.elapsed() > limits::TOKENLESS_LIFE;
            // Whoever asked may have gone; then nobody waits for the answer.
            let _ = job.answer.send(Answered { answer, restart: fatal || tokenless });
        }
    }

    fn carry_out(&mut self, verb: Verb) -> Outcome {
        match verb {
            Verb::Unseal { pin } => return self.unseal(pin),
            Verb::Resume if self.refusals.is_pending() && !self.is_logged_in() => return Err(Fault::LoginUnanswered.into()),
            Verb::Resume => return self.unseal(None),
            _ => {}
        }
        let ceremony = self.config.ceremony;
        let world = self.world.clone();
        let granted = self.config.state.join("rotate-grant").exists();
        let device = self.device.as_mut().ok_or(Fault::TokenGone)?;
        match verb {
            Verb::Status => device.info().map(Reply::Token),
            Verb::Probe { epoch, mechanism } => Root::of(device, epoch, mechanism).fingerprint().map(Reply::Fingerprint),
            Verb::Seal => device.logout().map(|()| Reply::Done),
            Verb::Wrap { epoch, mechanism, context, secret } => {
                wrap(&mut Root::of(device, epoch, mechanism), &world, &context, &secret)
            }
            Verb::Unwrap { epoch, mechanism, context, wrapped } => {
                unwrap(&mut Root::of(device, epoch, mechanism), &context, &wrapped)
            }
            Verb::Sign { digest } => device.sign(AUDIT_KEY, &digest).map(Reply::Bytes),
            Verb::Keys { epoch, mechanism } => keys(device, epoch, mechanism),
            Verb::Random { bytes } => random(device, bytes),
            Verb::InitToken { so_pin, pin } if ceremony => init_token(device, &so_pin, &pin),
            Verb::CreateFirstKeys if ceremony => create_keys(device, FIRST_EPOCH, &self.config.state),
            Verb::CreateKeys { epoch } if ceremony => create_keys(device, epoch, &self.config.state),
            Verb::InitToken { .. } | Verb::CreateFirstKeys | Verb::CreateKeys { .. } => Err(refused("only in the ceremony")),
            Verb::Rotate { .. } | Verb::Destroy { .. } if !granted => Err(refused("not granted at the ceremony")),
            Verb::Rotate { next, mechanism } => rotate(device, next, mechanism),
            Verb::Destroy { epoch } => destroy(device, epoch),
            Verb::Unseal { .. } | Verb::Resume => Err(Fault::Frame.into()),
        }
    }

    fn is_logged_in(&self) -> bool {
        self.device.as_ref().is_some_and(Device::is_logged_in)
    }

    /// With a PIN: logs out first, so that the PIN is always checked. Without: the credential, unless logged in already.
    fn unseal(&mut self, pin: Option<Secret>) -> Outcome {
        let typed = pin.is_some();
        let pin = match pin {
            Some(pin) => pin,
            None => self.credential()?,
        };
        if pin.0.is_empty() || pin.0.len() > limits::PIN_BYTES {
            return Err(refused("a PIN has 1 to 256 bytes"));
        }
        let device = self.device.as_mut().ok_or(Fault::TokenGone)?;
        if device.is_logged_in() && !typed {
            return Ok(Reply::Done);
        }
        if self.refusals.has(&pin.0).map_err(|error| Fault::Device(format!("read the refusal record: {error}")))? {
            return Err(Fault::PinRejected.into());
        }
        let refusals = &self.refusals;
        let begin = || refusals.begin().map_err(|error| Fault::Device(format!("note the login: {error}")).into());
        let done = match device.login(&pin.0, begin) {
            Ok(()) => refusals.forget(),
            Err(Trouble::Fault(Fault::PinRejected)) => refusals.record(&pin.0),
            Err(trouble) => return Err(trouble),
        };
        // The mark of the attempt goes last: what could not be recorded stays an attempt that nobody repeats unasked.
        done.and_then(|()| refusals.answered())
            .unwrap_or_else(|error| tracing::error!(%error, "record what became of the login"));
        if device.is_logged_in() { Ok(Reply::Done) } else { Err(Fault::PinRejected.into()) }
    }

    fn credential(&self) -> Result<Secret, Trouble> {
        let file = self.config.pin_file.as_ref().ok_or(Fault::NoPin)?;
        let mut pin = match fs::read(file) {
            Ok(pin) => Zeroizing::new(pin),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Fault::NoPin.into()),
            Err(error) => return Err(Fault::Device(format!("read the PIN credential: {error}")).into()),
        };
        while pin.last().is_some_and(u8::is_ascii_whitespace) {
            pin.pop();
        }
        Ok(Secret(pin))
    }
}

fn refused(why: &str) -> Trouble {
    Fault::Refused(why.to_owned()).into()
}

/// The token's key of one epoch.
struct Root<'a> {
    device: &'a mut Device,
    label: String,
    mechanism: WrapMechanism,
    /// The trouble behind the last fault ends the process.
    fatal: bool,
}

impl<'a> Root<'a> {
    fn of(device: &'a mut Device, epoch: u32, mechanism: WrapMechanism) -> Self {
        Self { device, label: mechanism.key_label(epoch), mechanism, fatal: false }
    }

    fn fingerprint(&mut self) -> Result<[u8; 8], Trouble> {
        let mechanism = self.mechanism;
        self.keeping_trouble(|root| mechanism.fingerprint(root))
    }

    fn wrap(&mut self, world: &World, context: &[u8], secret: &[u8; 32]) -> Result<Vec<u8>, Trouble> {
        let mechanism = self.mechanism;
        self.keeping_trouble(|root| mechanism.wrap(root, context, secret, world))
    }

    fn unwrap(&mut self, context: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, Trouble> {
        let mechanism = self.mechanism;
        self.keeping_trouble(|root| mechanism.unwrap(root, context, wrapped))
    }

    fn keeping_trouble<T>(&mut self, act: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Trouble> {
        self.fatal = false;
        act(self).map_err(|fault| if self.fatal { Trouble::Fatal(fault) } else { Trouble::Fault(fault) })
    }

    fn note<T>(&mut self, done: Result<T, Trouble>) -> Result<T, Fault> {
        done.map_err(|trouble| match trouble {
            Trouble::Fault(fault) => fault,
            Trouble::Fatal(fault) => {
                self.fatal = true;
                fault
            }
        })
    }
}

impl RootKey for Root<'_> {
    fn hmac(&mut self, message: &[u8]) -> Result<Zeroizing<[u8; 32]>, Fault> {
        let done = self.device.hmac(&self.label, message);
        self.note(done)
    }

    fn encrypt(&mut self, nonce: &[u8; 12], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, Fault> {
        let done = self.device.encrypt(&self.label, nonce, aad, plain);
        self.note(done)
    }

    fn decrypt(&mut self, nonce: &[u8; 12], aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let done = self.device.decrypt(&self.label, nonce, aad, sealed);
        self.note(done)
    }
}

/// Opened again before it is answered: what a token wrapped wrongly would be lost with its key.
fn wrap(root: &mut Root<'_>, world: &World, context: &[u8], secret: &Secret) -> Outcome {
    let secret: &[u8; 32] = secret.0.as_slice().try_into().map_err(|_| Fault::Frame)?;
    let wrapped = root.wrap(world, context, secret)?;
    match root.unwrap(context, &wrapped) {
        Ok(opened) if *opened == *secret => Ok(Reply::Bytes(wrapped)),
        Ok(_) | Err(Trouble::Fault(Fault::Integrity)) => {
            Err(Trouble::Fatal(Fault::Device("the token does not open what it wrapped".into())))
        }
        Err(trouble) => Err(trouble),
    }
}

/// That it does not authenticate is believed when it happens twice: a token that answers wrongly once is no forgery.
fn unwrap(root: &mut Root<'_>, context: &[u8], wrapped: &[u8]) -> Outcome {
    let secret = match root.unwrap(context, wrapped) {
        Err(Trouble::Fault(Fault::Integrity)) => root.unwrap(context, wrapped)?,
        done => done?,
    };
    Ok(Reply::Secret(Secret::of(&*secret)))
}

/// Asked twice: what is answered here is pinned, or compared with what was.
fn keys(device: &mut Device, epoch: u32, mechanism: WrapMechanism) -> Outcome {
    let mut look = || -> Result<_, Trouble> {
        let fingerprint = Root::of(device, epoch, mechanism).fingerprint()?;
        if !device.has(AUDIT_KEY, ObjectClass::PRIVATE_KEY)? {
            return Err(Fault::KeyMissing(AUDIT_KEY.into()).into());
        }
        Ok((fingerprint, device.public_key(AUDIT_KEY)?))
    };
    let (fingerprint, audit_public_key) = look()?;
    if look()? != (fingerprint, audit_public_key.clone()) {
        return Err(Trouble::Fatal(Fault::Device("the token contradicts itself".into())));
    }
    device.pin_canary(mechanism, mechanism.key_label(epoch), fingerprint);
    Ok(Reply::Keys { fingerprint, audit_public_key })
}

fn random(device: &mut Device, bytes: u32) -> Outcome {
    if bytes > limits::RANDOM_BYTES {
        return Err(refused("too many random bytes at once"));
    }
    let mut out = Zeroizing::new(vec![0; bytes as usize]);
    device.random(&mut out)?;
    Ok(Reply::Secret(Secret(out)))
}

fn init_token(device: &mut Device, so_pin: &Secret, pin: &Secret) -> Outcome {
    let text =
        |secret: &Secret| std::str::from_utf8(&secret.0).map(|text| Zeroizing::new(text.to_owned())).map_err(|_| Fault::Frame);
    let (so_pin, pin) = (text(so_pin)?, text(pin)?);
    device.init_token(&so_pin, &pin)?;
    Ok(Reply::Done)
}

/// The keys of a box, on a token that holds none of ours, and the grant of later epochs.
fn create_keys(device: &mut Device, epoch: u32, state: &Path) -> Outcome {
    if has_root(device, epoch)? || device.has(AUDIT_KEY, ObjectClass::PRIVATE_KEY)? {
        return Err(refused("the token holds Holdfast's keys already"));
    }
    create_root(device, epoch, WrapMechanism::Prf)?;
    device.create_signer(AUDIT_KEY)?;
    grant(state).map_err(|error| Fault::Device(format!("write the grant: {error}")))?;
    Ok(Reply::Done)
}

fn create_root(device: &mut Device, epoch: u32, mechanism: WrapMechanism) -> Result<(), Trouble> {
    let label = mechanism.key_label(epoch);
    match mechanism {
        WrapMechanism::Prf => device.create_prf(&label),
        WrapMechanism::AesGcm => device.create_aes(&label),
    }
}

/// A key of this epoch, by whatever mechanism.
fn has_root(device: &mut Device, epoch: u32) -> Result<bool, Trouble> {
    for mechanism in WrapMechanism::ALL {
        if device.has(&mechanism.key_label(epoch), ObjectClass::SECRET_KEY)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The ceremony allows later epochs by leaving this file.
fn grant(state: &Path) -> io::Result<()> {
    let file = fs::File::create(state.join("rotate-grant"))?;
    file.sync_all()?;
    fs::File::open(state)?.sync_all()
}

fn rotate(device: &mut Device, next: u32, mechanism: WrapMechanism) -> Outcome {
    let current = next.checked_sub(1).filter(|epoch| *epoch >= FIRST_EPOCH).ok_or_else(|| refused("epochs follow each other"))?;
    if !has_root(device, current)? {
        return Err(Fault::KeyMissing(format!("of epoch {current}")).into());
    }
    let made = create_root(device, next, mechanism).and_then(|()| {
        // A token that chooses the nonce itself, for one, answers otherwise each time.
        let mut root = Root::of(device, next, mechanism);
        match root.fingerprint()? == root.fingerprint()? {
            true => Ok(Reply::Done),
            false => Err(Fault::Device("it does not repeat itself".into()).into()),
        }
    });
    let Err(Trouble::Fault(Fault::Device(why))) = made else { return made };
    let label = mechanism.key_label(next);
    if device.has(&label, ObjectClass::SECRET_KEY)? {
        device.destroy(&label)?;
    }
    Err(refused(&format!("the token does not do {mechanism}: {why}")))
}

fn destroy(device: &mut Device, epoch: u32) -> Outcome {
    if !has_root(device, epoch.saturating_add(1))? {
        return Err(refused("the current epoch is never destroyed"));
    }
    let mut gone = Err(Fault::KeyMissing(format!("of epoch {epoch}")));
    for mechanism in WrapMechanism::ALL {
        let label = mechanism.key_label(epoch);
        if device.has(&label, ObjectClass::SECRET_KEY)? {
            device.destroy(&label)?;
            gone = Ok(Reply::Done);
        }
    }
    Ok(gone?)
}
