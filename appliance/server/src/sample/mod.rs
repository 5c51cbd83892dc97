//! The sample company: what `holdfast sampledata` loads into an empty box, through the same slices as everybody else.
//!
//! Always true: only an empty box takes it; everything but the passwords comes from a fixed seed.

mod chatter;
mod company;
mod documents;
mod history;
mod staff;

use std::path::PathBuf;

use holdfast_base::{Actor, Door, PersonId, RequestId, Result, Source, Who, World};
use serde::Serialize;

use crate::rooms::Rooms;

pub use company::ENTERPRISE;

/// How much is loaded.
#[derive(Debug, Clone)]
pub struct SampleOptions {
    /// The folder that `tests/sample/prepare.sh` made.
    pub documents: Option<PathBuf>,
    /// A dozen people and a few messages: for tests that need a box in seconds.
    pub small: bool,
}

/// Somebody who can sign in. Passwords are made anew for each box and stand nowhere else.
#[derive(Debug, Clone, Serialize)]
pub struct SignIn {
    pub uid: String,
    pub password: String,
    pub roles: Vec<&'static str>,
}

/// Who can sign in, for whoever started the box.
#[derive(Debug, Serialize)]
pub struct SignIns {
    pub people: Vec<SignIn>,
    pub app_password: AppPassword,
}

/// Of the first employee, for WebDAV.
#[derive(Debug, Serialize)]
pub struct AppPassword {
    pub uid: String,
    pub password: String,
}

/// Seed of the company.
const SEED: u64 = 260;

/// Loads the company. `Conflict` when the box was set up before.
pub fn load(rooms: &Rooms, options: &SampleOptions) -> Result<SignIns> {
    let staff = staff::load(rooms, SEED, options.small)?;
    history::load(rooms, &staff, SEED, options)?;
    if let Some(folder) = &options.documents {
        documents::load(rooms, &staff, folder)?;
    }
    Ok(staff.sign_ins)
}

/// As if `who` did it now.
fn acting(world: &World, who: Who) -> Actor {
    let source = Source { door: Door::CommandLine, address: None, agent: String::new() };
    Actor { who, session: None, source, request: RequestId(world.uuid()), now: world.now() }
}

fn person(world: &World, person: PersonId) -> Actor {
    acting(world, Who::Person(person))
}
