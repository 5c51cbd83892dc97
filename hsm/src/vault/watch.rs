//! The vault's two threads: one asks the token every second, one tells subscribers.

use std::{
    sync::{Arc, Weak},
    thread,
    time::Duration,
};

use holdfast_base::World;

use super::{client::CallError, core::Core, unseal};
use crate::{Epoch, HsmError, SealReason, SealState, keyring, limits, protocol::Fault, wipe::apart};

pub(super) fn start(core: &Arc<Core>) {
    let changes = core.changes();
    let weak = Arc::downgrade(core);
    spawn("vault-tell", move || {
        // The sender lives in the core, and this thread holds no strong reference: the wait ends by a timeout or with it.
        loop {
            let change = changes.recv_timeout(limits::PROBE_EVERY);
            let Some(core) = weak.upgrade() else { return };
            if let Ok(state) = change {
                core.tell(&state);
            }
        }
    });
    let weak = Arc::downgrade(core);
    let world = core.world.clone();
    spawn("vault-probe", move || watch(&weak, &world));
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) {
    if let Err(error) = thread::Builder::new().name(name.into()).spawn(run) {
        tracing::error!(%error, thread = name, "start a thread of the vault");
    }
}

fn watch(core: &Weak<Core>, world: &World) {
    let mut watch = Watch { world: world.clone(), away_since: None, may_resume: true };
    loop {
        let pause = match core.upgrade() {
            Some(core) => apart(|| watch.step(&core)),
            None => return,
        };
        thread::sleep(pause);
    }
}

struct Watch {
    world: World,
    /// Boot clock at the first probe that found hsmd away.
    away_since: Option<Duration>,
    /// The credential was not refused since hsmd was lost.
    may_resume: bool,
}

impl Watch {
    /// One look; answers how long to wait for the next.
    fn step(&mut self, core: &Core) -> Duration {
        match core.state() {
            SealState::Unsealed { epoch } => {
                self.may_resume = true;
                self.probe(core, epoch);
                refill(core);
            }
            SealState::Degraded { .. } => {
                if let Ok(epoch) = core.with_keyring(|keyring| Ok(keyring.header().epoch)) {
                    self.probe(core, epoch);
                }
            }
            SealState::Sealed { why: SealReason::HsmdLost, .. } if self.may_resume => self.unseal_again(core),
            SealState::Uninitialised if keyring::exists(&core.config.keyring) => core.set_state(core.sealed_at_start()),
            _ => {}
        }
        if self.away_since.is_some() { limits::PROBE_EVERY_DEGRADED } else { limits::PROBE_EVERY }
    }

    fn probe(&mut self, core: &Core, epoch: Epoch) {
        let begun = self.world.clock.boot();
        let Ok(root) = core.with_keyring(|keyring| keyring.header().root()) else { return };
        let answer = match core.client().probe(root) {
            Err(CallError::Fault(Fault::LoggedOut)) => unseal::resume(core),
            Ok(found) => core.recognise(found),
            Err(error) => Err(error.into()),
        };
        // A rotation went by meanwhile: this is the answer of a key that is given up, and says nothing of the token.
        if core.with_keyring(|keyring| Ok(keyring.header().epoch)).is_ok_and(|now| now != epoch) {
            return;
        }
        match answer {
            Ok(()) => {
                core.note_probe(self.world.clock.boot().saturating_sub(begun));
                if self.away_since.take().is_some() {
                    core.recover(epoch);
                }
            }
            Err(HsmError::TokenGone | HsmError::KeyMissing(_) | HsmError::WrongToken { .. }) => {
                self.lose(core, SealReason::TokenLost);
            }
            // There is no credential, or it was refused, or perhaps it was: waiting would not help.
            Err(HsmError::PinRejected | HsmError::NoPin | HsmError::LoginUnanswered) => self.lose(core, SealReason::HsmdLost),
            Err(error) => self.away(core, begun, &error),
        }
    }

    fn away(&mut self, core: &Core, begun: Duration, error: &HsmError) {
        let since = *self.away_since.get_or_insert(begun);
        let gone = self.world.clock.boot().saturating_sub(since);
        if gone >= limits::AWAY {
            return self.lose(core, SealReason::HsmdLost);
        }
        if matches!(core.state(), SealState::Unsealed { .. }) {
            tracing::warn!(%error, "hsmd is away");
            let now = self.world.now();
            core.degrade(now, now.plus(limits::AWAY.saturating_sub(gone)));
        }
    }

    fn lose(&mut self, core: &Core, why: SealReason) {
        tracing::error!(?why, "sealing");
        self.away_since = None;
        core.seal(why);
    }

    /// hsmd may be back, with a credential that works.
    fn unseal_again(&mut self, core: &Core) {
        if core.client().token().is_err() {
            return;
        }
        match unseal::unseal(core, unseal::By::Nobody, Duration::ZERO) {
            Ok(()) => tracing::info!("hsmd is back: unsealed"),
            Err(HsmError::WorkerLost | HsmError::TokenGone) => {}
            Err(error) => {
                tracing::warn!(%error, "hsmd is back, but the box stays sealed");
                self.may_resume = false;
            }
        }
    }
}

fn refill(core: &Core) {
    match core.with_keyring(keyring::Keyring::refill) {
        Ok(()) | Err(HsmError::Sealed | HsmError::Uninitialised) => {}
        Err(error) => tracing::error!(%error, "make keys ahead"),
    }
}
