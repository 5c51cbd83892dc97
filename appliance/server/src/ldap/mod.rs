//! The LDAP door (RFC 4511, read side): 636, and 389 where TLS begins with StartTLS.
//!
//! Always true: nothing but the root DSE is told before TLS, and nothing of the directory before somebody has signed in;
//! what a view does not see does not exist for it; whoever is signed in is asked about anew at each operation, so a freeze
//! or a revoked connector counts at the next word; everything that a stranger can make grow has a limit in `limits.rs`.
//!
//! Absent on purpose: writing (administration has one door), SASL, referrals and aliases.

mod ber;
mod bind;
mod compare;
mod connection;
mod controls;
mod dn;
mod doorstep;
mod extended;
mod filter;
mod index;
mod limits;
mod message;
mod passwords;
mod prepare;
mod query;
mod root;
mod schema;
mod search;
mod select;
mod tree;
mod values;
mod wire;

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::web::Data;
use rustls::ServerConfig;
use tokio::{runtime::Runtime, sync::watch};
use tokio_rustls::TlsAcceptor;

use self::{connection::Connection, doorstep::Doorstep};
use crate::app::App;

pub use index::Index;
pub use tree::Suffix;

/// How long connections may take to end when the process does.
const STOP: Duration = Duration::from_millis(300);

/// Whether TLS comes first, or when it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Tls,
    StartTls,
}

/// What every connection shares.
#[derive(Clone)]
struct Shared {
    app: Data<App>,
    doorstep: Arc<Doorstep>,
    tls: TlsAcceptor,
    stop: watch::Receiver<bool>,
}

/// The running door.
pub struct Door {
    runtime: Runtime,
    stop: watch::Sender<bool>,
}

/// Serves on threads of its own: a dump of everybody takes nothing from the web.
pub fn start(app: Data<App>, listeners: Vec<(TcpListener, Mode)>, tls: Arc<ServerConfig>) -> io::Result<Option<Door>> {
    if listeners.is_empty() {
        return Ok(None);
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .max_blocking_threads(limits::BLOCKING_THREADS)
        .thread_name("ldap")
        .enable_all()
        .build()?;
    let (stop, stopped) = watch::channel(false);
    let shared = Shared { app, doorstep: Arc::default(), tls: TlsAcceptor::from(tls), stop: stopped };
    for (listener, mode) in listeners {
        listener.set_nonblocking(true)?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        runtime.spawn(accept(shared.clone(), listener, mode));
    }
    Ok(Some(Door { runtime, stop }))
}

impl Door {
    /// Tells every connection, and does not wait for those that do not listen.
    pub async fn stop(self) {
        // Nobody is connected: nobody to tell.
        let _ = self.stop.send(true);
        tokio::time::sleep(STOP).await;
        self.runtime.shutdown_background();
    }
}

async fn accept(shared: Shared, listener: tokio::net::TcpListener, mode: Mode) {
    let mut stop = shared.stop.clone();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => return,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors: others must end first.
                tracing::warn!(%error, "an LDAP connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        // Too many, or one that was asked to wait: it learns nothing.
        let Some(place) = shared.doorstep.enter(peer.ip()) else { continue };
        let shared = shared.clone();
        tokio::spawn(async move {
            if let Some(connection) = Connection::begin(shared, stream, place, mode).await {
                connection.serve().await;
            }
        });
    }
}

/// What a fuzzer may call: everything that reads a stranger's bytes.
#[doc(hidden)]
pub mod fuzzing {
    use super::{ber, dn::Dn, filter::Filter, limits, message::Message, prepare, schema::Rule, tree::Suffix};

    pub fn message(data: &[u8]) {
        if let Ok(Some(length)) = ber::frame(data, limits::MESSAGE_BYTES) {
            assert!(length <= data.len(), "a frame is longer than what there is");
        }
        if let Ok(message) = Message::read(data) {
            let _ = super::controls::Controls::read(&message.controls, super::controls::Of::Search);
        }
        let _ = Message::peek(data);
    }

    pub fn filter(data: &[u8]) {
        let _ = Filter::read(&mut ber::Reader::new(data));
        if let Ok(text) = std::str::from_utf8(data) {
            for rule in [Rule::CaseIgnore, Rule::CaseExact, Rule::CaseIgnoreIa5, Rule::Telephone] {
                let _ = prepare::text(rule, text, prepare::Piece::Any);
            }
            let _ = (prepare::integer(text), prepare::time(text));
        }
    }

    pub fn name(data: &[u8]) {
        if let Ok(dn) = Dn::parse(data) {
            assert!(dn.rdns.iter().all(|rdn| !rdn.is_empty()), "a step of nothing");
        }
        if let Ok(text) = std::str::from_utf8(data)
            && let Some(suffix) = Suffix::parse(text)
        {
            assert!(Suffix::parse(&suffix.to_string()).is_some(), "a suffix that is written is read");
        }
    }
}
