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
    limits, prf_wrap,
    protocol::{Answer, Fault, Reply, Secret, Verb},
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
            Verb::Probe { epoch } => with_prf(device, epoch, prf_wrap::fingerprint).map(Reply::Fingerprint),
            Verb::Seal => device.logout().map(|()| Reply::Done),
            Verb::Wrap { epoch, context, secret } => wrap(device, &world, epoch, &context, &secret),
            Verb::Unwrap { epoch, context, wrapped } => unwrap(device, epoch, &context, &wrapped),
            Verb::Sign { digest } => device.sign(AUDIT_KEY, &digest).map(Reply::Bytes),
            Verb::Keys { epoch } => keys(device, epoch),
            Verb::Random { bytes } => random(device, bytes),
            Verb::InitToken { so_pin, pin } if ceremony => init_token(device, &so_pin, &pin),
            Verb::CreateFirstKeys if ceremony => create_keys(device, FIRST_EPOCH, &self.config.state),
            Verb::CreateKeys { epoch } if ceremony => create_keys(device, epoch, &self.config.state),
            Verb::InitToken { .. } | Verb::CreateFirstKeys | Verb::CreateKeys { .. } => Err(refused("only in the ceremony")),
            Verb::Rotate { .. } | Verb::Destroy { .. } if !granted => Err(refused("not granted at the ceremony")),
            Verb::Rotate { next } => rotate(device, next),
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

fn prf_name(epoch: u32) -> String {
    format!("root.prf.{epoch}")
}

fn refused(why: &str) -> Trouble {
    Fault::Refused(why.to_owned()).into()
}

/// Runs PRF-wrap code over the token's HMAC. The trouble behind a fault is kept, since it may end the process.
fn with_prf<T>(device: &mut Device, epoch: u32, act: impl FnOnce(prf_wrap::Prf<'_>) -> Result<T, Fault>) -> Result<T, Trouble> {
    let name = prf_name(epoch);
    let mut fatal = false;
    let done = act(&mut |message| {
        device.hmac(&name, message).map_err(|trouble| match trouble {
            Trouble::Fault(fault) => fault,
            Trouble::Fatal(fault) => {
                fatal = true;
                fault
            }
        })
    });
    done.map_err(|fault| if fatal { Trouble::Fatal(fault) } else { Trouble::Fault(fault) })
}

/// Opened again before it is answered: what a token wrapped by a wrong HMAC would be lost with its key.
fn wrap(device: &mut Device, world: &World, epoch: u32, context: &[u8], secret: &Secret) -> Outcome {
    let secret: &[u8; 32] = secret.0.as_slice().try_into().map_err(|_| Fault::Frame)?;
    let wrapped = with_prf(device, epoch, |prf| prf_wrap::wrap(prf, world.random(), context, secret))?;
    match with_prf(device, epoch, |prf| prf_wrap::unwrap(prf, context, &wrapped)) {
        Ok(opened) if *opened == *secret => Ok(Reply::Bytes(wrapped)),
        Ok(_) | Err(Trouble::Fault(Fault::Integrity)) => Err(Trouble::Fatal(Fault::Device("the HMAC does not repeat".into()))),
        Err(trouble) => Err(trouble),
    }
}

/// That it does not authenticate is believed when it happens twice: a token that answers wrongly once is no forgery.
fn unwrap(device: &mut Device, epoch: u32, context: &[u8], wrapped: &[u8]) -> Outcome {
    let mut open = || with_prf(device, epoch, |prf| prf_wrap::unwrap(prf, context, wrapped));
    let secret = match open() {
        Err(Trouble::Fault(Fault::Integrity)) => open()?,
        done => done?,
    };
    Ok(Reply::Secret(Secret::of(&*secret)))
}

/// Asked twice: what is answered here is pinned, or compared with what was.
fn keys(device: &mut Device, epoch: u32) -> Outcome {
    let mut look = || -> Result<_, Trouble> {
        let prf_fingerprint = with_prf(device, epoch, prf_wrap::fingerprint)?;
        if !device.has(AUDIT_KEY, ObjectClass::PRIVATE_KEY)? {
            return Err(Fault::KeyMissing(AUDIT_KEY.into()).into());
        }
        Ok((prf_fingerprint, device.public_key(AUDIT_KEY)?))
    };
    let (prf_fingerprint, audit_public_key) = look()?;
    if look()? != (prf_fingerprint, audit_public_key.clone()) {
        return Err(Trouble::Fatal(Fault::Device("the token contradicts itself".into())));
    }
    device.pin_canary(prf_name(epoch), prf_fingerprint);
    Ok(Reply::Keys { prf_fingerprint, audit_public_key })
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
    let name = prf_name(epoch);
    for (name, class) in [(name.as_str(), ObjectClass::SECRET_KEY), (AUDIT_KEY, ObjectClass::PRIVATE_KEY)] {
        if device.has(name, class)? {
            return Err(refused("the token holds Holdfast's keys already"));
        }
    }
    device.create_prf(&name)?;
    device.create_signer(AUDIT_KEY)?;
    grant(state).map_err(|error| Fault::Device(format!("write the grant: {error}")))?;
    Ok(Reply::Done)
}

/// The ceremony allows later epochs by leaving this file.
fn grant(state: &Path) -> io::Result<()> {
    let file = fs::File::create(state.join("rotate-grant"))?;
    file.sync_all()?;
    fs::File::open(state)?.sync_all()
}

fn rotate(device: &mut Device, next: u32) -> Outcome {
    let current = next.checked_sub(1).filter(|epoch| *epoch >= FIRST_EPOCH).ok_or_else(|| refused("epochs follow each other"))?;
    if !device.has(&prf_name(current), ObjectClass::SECRET_KEY)? {
        return Err(Fault::KeyMissing(prf_name(current)).into());
    }
    device.create_prf(&prf_name(next))?;
    Ok(Reply::Done)
}

fn destroy(device: &mut Device, epoch: u32) -> Outcome {
    if !device.has(&prf_name(epoch.saturating_add(1)), ObjectClass::SECRET_KEY)? {
        return Err(refused("the current epoch is never destroyed"));
    }
    device.destroy(&prf_name(epoch))?;
    Ok(Reply::Done)
}
