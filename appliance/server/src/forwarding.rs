//! Who is told of every audit entry besides the log: journald, and SIEMs through holdfast-relay.
//!
//! What cannot be set up is a line in the journal and an entry of the log, never a reason not to serve: the log is the record.

use std::{
    fs, io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use holdfast_audit::{
    AuditLog, Event, Object,
    forward::{Begin, Forwarder, Journal, ReadWrite, Syslog, SyslogConfig, through_relay},
};
use holdfast_base::{Actor, Error, RequestId, Result};

use crate::{app::App, config::SyslogTarget};

/// Begins what the configuration names; each goes on where it stood.
pub(crate) fn begin(audit: &AuditLog, app: &App) {
    let (config, world) = (&app.config, &app.world);
    let journal = config.audit.journald.then(|| ("journal".to_owned(), Ok(Box::new(Journal) as Box<dyn Forwarder>)));
    let syslog = config
        .audit
        .syslog
        .iter()
        .map(|target| (target.name.clone(), siem(target, config.relay_socket.clone(), app.relayed.clone())));
    for (name, forwarder) in journal.into_iter().chain(syslog) {
        // From the oldest entry on: a SIEM that is added later gets the whole story.
        if let Err(error) = forwarder.and_then(|forwarder| audit.forward(forwarder, Begin::Oldest)) {
            tracing::error!(%error, name, "the audit log is not forwarded");
            let actor = Actor::system(RequestId(world.uuid()), world.now());
            audit.append_soon(Event::new(&actor, "audit.forward", Object::new("forwarder", name)).failed(error.code()));
        }
    }
}

fn siem(target: &SyslogTarget, relay: PathBuf, relayed: Arc<AtomicU64>) -> Result<Box<dyn Forwarder>> {
    let ca_pem = fs::read(&target.authority).map_err(Error::internal("read the authority of a SIEM"))?;
    let address = target.address;
    let config = SyslogConfig {
        name: target.name.clone(),
        host: host(),
        ca_pem,
        server_name: target.server_name.clone(),
        trust_bare_close: false,
    };
    let connect = move || -> io::Result<Box<dyn ReadWrite>> {
        let stream = through_relay(&relay, address)?;
        relayed.fetch_add(1, Ordering::Relaxed);
        Ok(Box::new(stream))
    };
    Ok(Box::new(Syslog::new(config, Box::new(connect)).map_err(Error::internal("set up the forwarding to a SIEM"))?))
}

/// HOSTNAME of the messages (RFC 5424 section 6.2.4).
fn host() -> String {
    nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok()).unwrap_or_else(|| "-".to_owned())
}
