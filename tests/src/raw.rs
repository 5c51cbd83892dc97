//! Bytes as they go over the wire, for what no well-behaved client sends.

use std::{
    error::Error,
    fs,
    io::{ErrorKind, Read},
    net::TcpStream,
    sync::Arc,
    time::Duration,
};

use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};

use crate::Place;

/// A TLS connection that speaks HTTP/1.1, since it offers nothing else.
pub type Wire = StreamOwned<ClientConnection, TcpStream>;

/// Connects to the box; reads give up after `patience`.
#[expect(clippy::expect_used, reason = "a test cannot go on without its connection")]
pub fn connect(place: &Place, patience: Duration) -> Wire {
    try_connect(place, patience).expect("connect")
}

/// The same where the box may be gone at any moment.
pub fn try_connect(place: &Place, patience: Duration) -> Result<Wire, Box<dyn Error>> {
    let authority = place.url.trim_start_matches("https://");
    let tcp = TcpStream::connect(authority.replace("localhost", "127.0.0.1"))?;
    tcp.set_read_timeout(Some(patience))?;
    tcp.set_write_timeout(Some(patience))?;
    let mut wire = StreamOwned::new(ClientConnection::new(Arc::new(trust(place)), ServerName::try_from("localhost")?)?, tcp);
    wire.conn.complete_io(&mut wire.sock)?;
    Ok(wire)
}

/// What the box sends until it closes, goes silent, or `most` bytes are there.
pub fn read(wire: &mut Wire, most: usize) -> Vec<u8> {
    let mut all = Vec::new();
    let mut part = [0; 16 * 1024];
    while all.len() < most {
        match wire.read(&mut part) {
            Ok(0) => break,
            Ok(count) => all.extend_from_slice(&part[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    all
}

/// The status of the first answer, or 0 when the connection ended without one.
pub fn status(answer: &[u8]) -> u16 {
    let line = String::from_utf8_lossy(&answer[..answer.len().min(64)]).into_owned();
    line.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
}

#[expect(clippy::expect_used, reason = "a box without its authority is no box")]
pub(crate) fn trust(place: &Place) -> ClientConfig {
    let pem = fs::read(&place.authority).expect("read the authority");
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(&pem).expect("a certificate")).expect("a root");
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
