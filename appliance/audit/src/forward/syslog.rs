//! A SIEM by syslog: RFC 5424 messages, counted in octets (RFC 5425), over TLS.
//!
//! Syslog has no acknowledgement, and bytes that were written may be lost with the connection, or lie in a black hole for
//! hours. So each delivery has a connection of its own: everything is written, our side is closed, and only when the other
//! side has answered with its own TLS close_notify, which it sends when it has read to our end, are the entries counted as
//! delivered. A connection that merely breaks off delivers nothing. Whoever takes his leave in good order without having read
//! is believed: syslog leaves no way to know better.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpStream},
    os::unix::net::UnixStream,
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};

use super::{Forwarder, Line};

/// Log audit, of the facilities of RFC 5424.
const FACILITY: u16 = 13;
/// Bytes that the other side may say, which nobody reads.
const SAID: u64 = 64 * 1024;
/// The number of RFC 5612 for examples: we have none of our own.
const ENTERPRISE: &str = "32473";

/// Both ways, and one of them can be ended.
pub trait ReadWrite: Read + Write + Send {
    fn close_write(&self) -> io::Result<()>;
}

impl ReadWrite for UnixStream {
    fn close_write(&self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }
}

impl ReadWrite for TcpStream {
    fn close_write(&self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }
}

/// Opens a connection to the SIEM: in a box through the relay. Its timeouts are those of a delivery.
pub type Connect = Box<dyn FnMut() -> io::Result<Box<dyn ReadWrite>> + Send>;

pub struct SyslogConfig {
    /// Names the cursor: a-z, 0-9, dashes.
    pub name: String,
    /// HOSTNAME of the messages.
    pub host: String,
    /// PEM: who signs the SIEM's certificate. No other authority is trusted.
    pub ca_pem: Vec<u8>,
    /// The name in the SIEM's certificate.
    pub server_name: String,
    /// For a SIEM that never sends close_notify: take any end of the connection for the end of its reading. What is on the
    /// way when it crashes may then be lost.
    pub trust_bare_close: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum SyslogConfigError {
    #[error("the CA file holds no certificate")]
    Ca,
    #[error("not a name of a server")]
    ServerName,
    #[error("set up TLS")]
    Tls(#[from] rustls::Error),
}

pub struct Syslog {
    name: String,
    host: String,
    server: ServerName<'static>,
    tls: Arc<ClientConfig>,
    trust_bare_close: bool,
    connect: Connect,
}

impl Syslog {
    pub fn new(config: SyslogConfig, connect: Connect) -> Result<Self, SyslogConfigError> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&config.ca_pem) {
            roots.add(certificate.map_err(|_| SyslogConfigError::Ca)?)?;
        }
        if roots.is_empty() {
            return Err(SyslogConfigError::Ca);
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let tls = Arc::new(tls.with_root_certificates(roots).with_no_client_auth());
        let server = ServerName::try_from(config.server_name).map_err(|_| SyslogConfigError::ServerName)?;
        Ok(Self {
            name: config.name,
            host: word(&config.host, 255),
            server,
            tls,
            trust_bare_close: config.trust_bare_close,
            connect,
        })
    }
}

impl Forwarder for Syslog {
    fn name(&self) -> &str {
        &self.name
    }

    fn deliver(&mut self, entries: &[Line], checkpoint: Option<&str>) -> io::Result<u64> {
        let session = ClientConnection::new(self.tls.clone(), self.server.clone()).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(session, (self.connect)()?);
        let mut out = Vec::with_capacity(entries.len() * 320);
        for (line, last) in entries.iter().zip((0..entries.len()).map(|at| at + 1 == entries.len())) {
            let message = message(line, &self.host, checkpoint.filter(|_| last));
            out.extend_from_slice(format!("{} ", message.len()).as_bytes());
            out.extend_from_slice(message.as_bytes());
        }
        stream.write_all(&out)?;
        stream.conn.send_close_notify();
        stream.flush()?;
        stream.sock.close_write()?;
        hear_the_end(&mut stream, self.trust_bare_close)?;
        Ok(entries.last().map_or(0, |line| line.index + 1))
    }
}

/// Until the other side has closed as well.
fn hear_the_end(stream: &mut StreamOwned<ClientConnection, Box<dyn ReadWrite>>, trust_bare_close: bool) -> io::Result<()> {
    let mut said = 0;
    let mut buffer = [0; 4_096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => said += count as u64,
            Err(end) if end.kind() == io::ErrorKind::UnexpectedEof && trust_bare_close => return Ok(()),
            Err(other) => return Err(other),
        }
        if said > SAID {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the other side talks instead of listening"));
        }
    }
}

/// One message of RFC 5424. Nothing in it is free text.
pub(super) fn message(line: &Line, host: &str, checkpoint: Option<&str>) -> String {
    let priority = FACILITY * 8 + u16::from(line.severity());
    let at = jiff::Timestamp::from_microsecond(line.at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let mut message = format!(
        "<{priority}>1 {at:.6} {host} holdfast - {msgid} [audit@{ENTERPRISE} idx=\"{index}\" uid=\"{uid}\"",
        msgid = word(&line.action, 32),
        index = line.index,
        uid = escaped(&line.actor()),
    );
    if let Some(address) = &line.address {
        message.push_str(&format!(" src=\"{}\"", escaped(address)));
    }
    let object = escaped(&line.object());
    message.push_str(&format!(" obj=\"{object}\" cid=\"{}\" door=\"{}\"", line.request, escaped(&line.door)));
    message.push_str(&format!(" outcome=\"{}\"", line.result()));
    if let Some(code) = &line.code {
        message.push_str(&format!(" code=\"{}\"", escaped(code)));
    }
    message.push(']');
    if let Some(note) = checkpoint {
        message.push_str(&format!("[checkpoint@{ENTERPRISE} note=\"{}\"]", BASE64.encode(note)));
    }
    message
}

/// PARAM-VALUE: three characters are escaped; a line break would end the line in many a SIEM.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '"' | '\\' | ']' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A header field: visible ASCII, never empty.
fn word(text: &str, most: usize) -> String {
    let word: String = text.chars().filter(char::is_ascii_graphic).take(most).collect();
    if word.is_empty() { "-".to_owned() } else { word }
}
