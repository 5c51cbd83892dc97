//! The client of the measurements: HTTP/1.1 on one TLS connection, one thread, nothing else. Light on purpose.

use std::{
    fs,
    io::{self, ErrorKind, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::Path,
    sync::Arc,
    time::Duration,
};

use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
use serde_json::Value;

use crate::Outcome;

/// Bytes of an answer's head.
const HEAD_BYTES: usize = 64 * 1024;
/// Bytes of an answer that is kept.
const KEPT_BYTES: u64 = 64 << 20;
const PART_BYTES: usize = 256 * 1024;
/// A server that says nothing for so long has hung.
const SILENCE: Duration = Duration::from_secs(120);

/// A server on loopback, and how to trust it.
#[derive(Clone)]
pub struct Server {
    pub port: u16,
    tls: Arc<ClientConfig>,
}

impl Server {
    /// `authority`: the certificate that signed the server's.
    pub fn new(port: u16, authority: &Path) -> Outcome<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(&fs::read(authority)?)?)?;
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { port, tls: Arc::new(tls) })
    }

    pub fn tls(&self) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
        let tcp = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)))?;
        tcp.set_nodelay(true)?;
        tcp.set_read_timeout(Some(SILENCE))?;
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        let session = ClientConnection::new(self.tls.clone(), name).map_err(io::Error::other)?;
        Ok(StreamOwned::new(session, tcp))
    }

    pub fn connect(&self) -> io::Result<Wire> {
        Ok(Wire { stream: self.tls()?, read: Vec::new() })
    }
}

/// One connection.
pub struct Wire {
    stream: StreamOwned<ClientConnection, TcpStream>,
    /// Bytes behind the last answer's head.
    read: Vec<u8>,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn success(self) -> Outcome<Self> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        Err(format!("{}: {}", self.status, String::from_utf8_lossy(&self.body)).into())
    }

    pub fn json(self) -> Outcome<Value> {
        Ok(serde_json::from_slice(&self.success()?.body)?)
    }
}

impl Wire {
    /// Any request with a body at hand; `headers` end with a line break each.
    pub fn ask(&mut self, method: &str, path: &str, headers: &str, body: &[u8]) -> io::Result<Answer> {
        let mut bytes = head(method, path, headers, body.len() as u64).into_bytes();
        bytes.extend_from_slice(body);
        self.stream.write_all(&bytes)?;
        self.stream.flush()?;
        self.answer()
    }

    /// A request whose body is made on the way.
    pub fn upload(&mut self, path: &str, headers: &str, length: u64, mut fill: impl FnMut(&mut [u8])) -> io::Result<Answer> {
        self.stream.write_all(head("PUT", path, headers, length).as_bytes())?;
        let (mut part, mut left) = (vec![0; PART_BYTES], length);
        while left > 0 {
            let size = usize::try_from(left).unwrap_or(usize::MAX).min(PART_BYTES);
            fill(&mut part[..size]);
            self.stream.write_all(&part[..size])?;
            left -= size as u64;
        }
        self.stream.flush()?;
        self.answer()
    }

    /// A download whose bytes are counted and dropped.
    pub fn download(&mut self, path: &str, headers: &str) -> io::Result<u64> {
        self.stream.write_all(head("GET", path, headers, 0).as_bytes())?;
        self.stream.flush()?;
        let (status, length) = self.read_head()?;
        if status != 200 {
            return Err(io::Error::other(format!("{status} for a download")));
        }
        let mut part = vec![0; PART_BYTES];
        let mut left = length.saturating_sub(std::mem::take(&mut self.read).len() as u64);
        while left > 0 {
            let size = usize::try_from(left).unwrap_or(usize::MAX).min(PART_BYTES);
            let read = self.stream.read(&mut part[..size])?;
            if read == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            left -= read as u64;
        }
        Ok(length)
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let (status, length) = self.read_head()?;
        if length > KEPT_BYTES {
            return Err(io::Error::other("an answer that is longer than expected"));
        }
        let length = usize::try_from(length).map_err(io::Error::other)?;
        while self.read.len() < length {
            self.more()?;
        }
        let rest = self.read.split_off(length);
        Ok(Answer { status, body: std::mem::replace(&mut self.read, rest) })
    }

    /// Status and length of the body. Both servers say the length; without one there is none.
    fn read_head(&mut self) -> io::Result<(u16, u64)> {
        let end = loop {
            if let Some(at) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if self.read.len() > HEAD_BYTES {
                return Err(io::Error::other("a head that does not end"));
            }
            self.more()?;
        };
        let rest = self.read.split_off(end);
        let head = String::from_utf8_lossy(&std::mem::replace(&mut self.read, rest)).to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::other("an answer without a status"))?;
        if head.contains("\r\ntransfer-encoding:") {
            return Err(io::Error::other(format!("{status}: an answer in pieces, which this client does not read")));
        }
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        Ok((status, length.unwrap_or(0)))
    }

    fn more(&mut self) -> io::Result<()> {
        let mut part = [0; 16 * 1024];
        let read = self.stream.read(&mut part)?;
        if read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.read.extend_from_slice(&part[..read]);
        Ok(())
    }
}

fn head(method: &str, path: &str, headers: &str, length: u64) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{headers}\r\n")
}
