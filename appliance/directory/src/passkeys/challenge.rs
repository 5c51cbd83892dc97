//! Challenges are not kept: each carries its end and a MAC over its purpose. Kept is only which were answered.

use std::{collections::HashMap, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use holdfast_base::{Actor, Error, PersonId, Result, World};
use parking_lot::Mutex;

use super::{Host, rows};
use crate::{Directory, keys, limits, views};

const NONCE: usize = 16;
const END: usize = 8;
const TAG: usize = 32;

/// What a challenge is answered for. No answer to one passes as an answer to another.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    SignIn,
    /// Makes a passkey, or shows once more who one is.
    Oneself(PersonId),
}

pub(crate) struct Challenges {
    /// Challenges end with the process that made them.
    process: [u8; 16],
    answered: Mutex<HashMap<[u8; NONCE], Duration>>,
}

impl Challenges {
    pub(crate) fn new(world: &World) -> Self {
        Self { process: world.random(), answered: Mutex::default() }
    }

    /// True the first time. Only for challenges that were answered rightly, so strangers fill nothing.
    fn first_answer(&self, nonce: [u8; NONCE], end: Duration, boot: Duration) -> bool {
        let mut answered = self.answered.lock();
        if answered.len() >= limits::CHALLENGES_ANSWERED {
            answered.retain(|_, end| *end > boot);
        }
        answered.len() < limits::CHALLENGES_ANSWERED && answered.insert(nonce, end).is_none()
    }
}

/// For whoever wants to sign in; says nothing about who has a passkey.
pub fn for_stranger(directory: &Directory, host: &Host) -> Result<views::PasskeyChallenge> {
    Ok(views::PasskeyChallenge { challenge: fresh(directory, Purpose::SignIn)?, host: host.0.clone() })
}

/// For whoever has signed in: to make a passkey, or to show once more who one is.
pub fn for_oneself(directory: &Directory, actor: &Actor, host: &Host) -> Result<views::OwnPasskeyChallenge> {
    let org = directory.org();
    let person = org.active(actor)?;
    let known = directory.db().read(|conn| rows::of(conn, person.id))?;
    Ok(views::OwnPasskeyChallenge {
        challenge: fresh(directory, Purpose::Oneself(person.id))?,
        host: host.0.clone(),
        enterprise: org.enterprise().to_owned(),
        user_handle: URL_SAFE_NO_PAD.encode(handle(directory, person.id)?),
        uid: person.uid.clone(),
        name: person.name.clone(),
        known: known.iter().map(|row| URL_SAFE_NO_PAD.encode(&row.credential)).collect(),
    })
}

/// What authenticators call a person: says nothing to who reads it there.
pub(super) fn handle(directory: &Directory, person: PersonId) -> Result<[u8; 32]> {
    Ok(directory.key().mac(keys::MAC_HANDLE, person.to_string().as_bytes())?)
}

fn fresh(directory: &Directory, purpose: Purpose) -> Result<String> {
    let world = directory.world();
    let end = world.clock.boot() + limits::CHALLENGE_LIFETIME;
    let mut bytes = world.random::<NONCE>().to_vec();
    bytes.extend_from_slice(&u64::try_from(end.as_micros()).unwrap_or(u64::MAX).to_be_bytes());
    let tag = tag(directory, purpose, &bytes)?;
    bytes.extend_from_slice(&tag);
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A challenge that is good at this moment.
pub(super) struct Good {
    nonce: [u8; NONCE],
    end: Duration,
}

/// Ours, for this purpose, not too old. Whether it was answered is asked last, when the answer is right.
pub(super) fn read(directory: &Directory, purpose: Purpose, challenge: &[u8]) -> Result<Option<Good>> {
    if challenge.len() != NONCE + END + TAG {
        return Ok(None);
    }
    let (said, told) = challenge.split_at(NONCE + END);
    let (Ok(told), Ok(nonce), Ok(end)) =
        (<[u8; TAG]>::try_from(told), <[u8; NONCE]>::try_from(&said[..NONCE]), <[u8; END]>::try_from(&said[NONCE..]))
    else {
        return Ok(None);
    };
    if !keys::same_mac(&told, &tag(directory, purpose, said)?) {
        return Ok(None);
    }
    let end = Duration::from_micros(u64::from_be_bytes(end));
    Ok((end > directory.world().clock.boot()).then_some(Good { nonce, end }))
}

impl Good {
    /// False when it was answered before.
    pub(super) fn take(self, directory: &Directory) -> bool {
        directory.challenges().first_answer(self.nonce, self.end, directory.world().clock.boot())
    }
}

fn tag(directory: &Directory, purpose: Purpose, said: &[u8]) -> Result<[u8; TAG]> {
    let purpose = match purpose {
        Purpose::SignIn => "sign-in".to_owned(),
        Purpose::Oneself(person) => format!("oneself {person}"),
    };
    let text = [directory.challenges().process.as_slice(), said, purpose.as_bytes()].concat();
    directory.key().mac(keys::MAC_CHALLENGE, &text).map_err(Error::from)
}
