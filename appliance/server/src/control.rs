//! The local socket of the box's operator: `holdfast unseal`, `status`, `seal`, `rotate`, `token`, `recovery`, and `administrators` at
//! the first boot.
//!
//! Accounts are locked in the sealed database, so who may unseal is decided by the file system and the kernel: the socket
//! is 0600, and the peer must be root or the user that the box runs as (SO_PEERCRED). What concerns the first
//! administrators, the stores in quarantine, the second token and the recovery kit is root's alone.
//! One JSON line in, one JSON line out. A PIN that comes in is wiped after use and never logged.

use std::{
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    os::unix::{
        fs::PermissionsExt,
        net::{UnixListener, UnixStream},
    },
    path::Path,
    sync::Arc,
    thread,
    time::Duration,
};

use actix_web::web::Data;
use holdfast_hsm::{SecondToken, recovery::Split};
use nix::{
    sys::socket::{getsockopt, sockopt::PeerCredentials},
    unistd::Uid,
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{app::App, ops::state_word, rooms::Rooms};

mod administrators;
mod custody;
pub mod pages;

pub use administrators::{Administrator, FirstAdministrator};
pub use custody::{Kit, Recovered, Rehearsal, ShareLine, note_recovery};

/// Longest request line, in bytes.
const LINE_BYTES: u64 = 4096;
/// How long a peer may take to send its line.
const READ_SECONDS: u64 = 5;

/// What the operator asks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Verb {
    Status,
    /// Without a PIN hsmd uses the one of its credential file.
    Unseal {
        pin: Option<String>,
        /// By the second token, which takes the place of the first. Root only.
        #[serde(default)]
        second: bool,
    },
    Seal,
    /// Begins the next epoch of the keys; `wrap`: under another mechanism from then on, which is for root.
    Rotate {
        #[serde(default)]
        wrap: Option<String>,
    },
    /// The epoch key to the second token, too.
    TokenCopy {
        pin: Option<String>,
    },
    /// The second token.
    TokenShow,
    /// No second token any more.
    TokenForget,
    /// A new recovery kit in place of the one before.
    RecoveryMake {
        needed: u8,
        of: u8,
    },
    /// The kit in force.
    RecoveryShow,
    /// Whether shares would open the keyring.
    RecoveryRehearse {
        shares: Vec<ShareLine>,
    },
    /// Opens quarantined stores as they are.
    Release,
    /// The first administrators, and who of them has enrolled.
    Administrators,
    /// Names the enterprise and appoints its first administrators. Once.
    Appoint {
        enterprise: String,
        administrators: Vec<FirstAdministrator>,
    },
    /// A new enrolment code for a first administrator who never enrolled.
    Reissue {
        uid: String,
    },
}

/// What the box says.
#[derive(Debug, Serialize, Deserialize)]
pub struct Reply {
    pub ok: bool,
    pub state: String,
    /// In what respects the stores are behind the audit log, while they are in quarantine: `ledger`, `ledger-rows`, `database`,
    /// `database-file`, `keyring`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub behind: Vec<String>,
    /// Why not, in English, for the terminal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(flatten)]
    pub told: Told,
}

/// What a verb led to, beside the state of the box.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Told {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrators: Option<Vec<Administrator>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kit: Option<Kit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rehearsal: Option<Rehearsal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_token: Option<SecondToken>,
}

/// Listens in a thread of its own until the process ends.
pub fn listen(app: Data<App>) -> io::Result<()> {
    let path = app.config.control_socket();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
    thread::Builder::new().name("control".to_owned()).spawn(move || {
        for peer in listener.incoming().flatten() {
            if let Err(error) = answer(&app, peer) {
                tracing::warn!(%error, "control connection failed");
            }
        }
    })?;
    Ok(())
}

/// The operator's side: one verb, one reply.
pub fn ask(socket: &Path, verb: &Verb) -> io::Result<Reply> {
    let mut stream = UnixStream::connect(socket)?;
    let mut line = Zeroizing::new(serde_json::to_string(verb)?);
    line.push('\n');
    stream.write_all(line.as_bytes())?;
    let mut text = Zeroizing::new(String::new());
    BufReader::new(stream).read_line(&mut text)?;
    Ok(serde_json::from_str(&text)?)
}

type Done = Result<Told, String>;

fn answer(app: &App, peer: UnixStream) -> io::Result<()> {
    peer.set_read_timeout(Some(Duration::from_secs(READ_SECONDS)))?;
    let who = Uid::from_raw(getsockopt(&peer, PeerCredentials)?.uid());
    let mut out = peer.try_clone()?;
    if !who.is_root() && who != Uid::effective() {
        return reply(&mut out, app, Err("only root and the box's own user may ask".to_owned()));
    }
    let mut line = Zeroizing::new(String::new());
    BufReader::new(peer.take(LINE_BYTES)).read_line(&mut line)?;
    let done = match serde_json::from_str::<Verb>(&line) {
        Ok(verb) => act(app, verb, who),
        Err(error) => Err(format!("not a verb of this socket: {error}")),
    };
    reply(&mut out, app, done)
}

fn act(app: &App, verb: Verb, who: Uid) -> Done {
    match verb {
        Verb::Status => Ok(Told::default()),
        Verb::Seal => {
            custody::seal(app);
            Ok(Told::default())
        }
        Verb::Unseal { pin, second: false } => custody::unseal(app, pin).map(|()| Told::default()),
        Verb::Rotate { wrap: None } => custody::rotate(app).map(|epoch| Told { epoch: Some(epoch), ..Told::default() }),
        _ if !who.is_root() => Err("only root may ask for this".to_owned()),
        Verb::Unseal { pin, second: true } => custody::unseal_with_second(app, pin).map(|()| Told::default()),
        Verb::Rotate { wrap: Some(wrap) } => {
            custody::rewrap(app, &wrap).map(|epoch| Told { epoch: Some(epoch), ..Told::default() })
        }
        Verb::TokenCopy { pin } => custody::copy(app, pin).map(of_second),
        Verb::TokenShow => custody::second(app).map(|second_token| Told { second_token, ..Told::default() }),
        Verb::TokenForget => custody::forget(app).map(|()| Told::default()),
        Verb::Release => custody::release(app).map(|()| Told::default()),
        Verb::RecoveryMake { needed, of } => {
            custody::make_kit(app, Split { needed, of }).map(|kit| Told { kit: Some(kit), ..Told::default() })
        }
        Verb::RecoveryShow => custody::show_kit(app).map(|kit| Told { kit, ..Told::default() }),
        Verb::RecoveryRehearse { shares } => {
            custody::rehearse(app, &shares).map(|done| Told { rehearsal: Some(done), ..Told::default() })
        }
        Verb::Administrators => administrators::standing(app).map(appointed),
        Verb::Appoint { enterprise, administrators } => administrators::appoint(app, &enterprise, administrators).map(appointed),
        Verb::Reissue { uid } => administrators::reissue(app, &uid).map(appointed),
    }
}

fn of_second(token: SecondToken) -> Told {
    Told { second_token: Some(token), ..Told::default() }
}

fn appointed(administrators: Vec<Administrator>) -> Told {
    Told { administrators: Some(administrators), ..Told::default() }
}

fn open_rooms(app: &App) -> Result<Arc<Rooms>, String> {
    app.rooms().map_err(|_| "the box is sealed: unseal it first".to_owned())
}

fn reply(out: &mut UnixStream, app: &App, done: Done) -> io::Result<()> {
    let state = state_word(app).to_owned();
    let behind = app.quarantined().unwrap_or_default().into_iter().map(str::to_owned).collect();
    let reply = match done {
        Ok(told) => Reply { ok: true, state, behind, error: None, told },
        Err(error) => Reply { ok: false, state, behind, error: Some(error), told: Told::default() },
    };
    let mut line = Zeroizing::new(serde_json::to_string(&reply)?);
    line.push('\n');
    out.write_all(line.as_bytes())
}
