//! The caller's half of holdfast-relay: `ADDRESS:PORT` and a newline, then `OK`, or `NO` and why; then bytes both ways. Or `LIST`,
//! and after `OK` the addresses that it lets through.

use std::{
    io::{self, Read, Write},
    net::SocketAddr,
    os::unix::net::UnixStream,
    path::Path,
    time::Duration,
};

/// Longest answer, in bytes.
const LINE_BYTES: usize = 128;
/// The relay tries an address for ten seconds.
const ANSWER: Duration = Duration::from_secs(15);
/// Longest list, in bytes.
const LIST_BYTES: u64 = 16 * 1024;
/// How long the other side may take to read what is written.
const SILENCE: Duration = Duration::from_secs(30);

/// A connection to an address of the relay's list.
pub fn through_relay(socket: &Path, address: SocketAddr) -> io::Result<UnixStream> {
    let stream = ask(UnixStream::connect(socket)?, &address.to_string())?;
    stream.set_read_timeout(Some(SILENCE))?;
    Ok(stream)
}

/// The addresses that the relay which serves there lets through. None: nobody serves there.
pub fn relay_list(socket: &Path) -> io::Result<Option<Vec<SocketAddr>>> {
    let stream = match UnixStream::connect(socket) {
        Err(gone) if matches!(gone.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => return Ok(None),
        connected => connected?,
    };
    let mut lines = String::new();
    ask(stream, "LIST")?.take(LIST_BYTES).read_to_string(&mut lines)?;
    lines.lines().map(|line| line.parse().map_err(io::Error::other)).collect::<io::Result<_>>().map(Some)
}

fn ask(mut stream: UnixStream, what: &str) -> io::Result<UnixStream> {
    stream.set_read_timeout(Some(ANSWER))?;
    stream.set_write_timeout(Some(SILENCE))?;
    stream.write_all(format!("{what}\n").as_bytes())?;
    let line = line(&mut stream)?;
    if line != "OK" {
        return Err(io::Error::new(io::ErrorKind::ConnectionRefused, format!("the relay says {line:?}")));
    }
    Ok(stream)
}

/// Byte by byte: what follows the line is of the other side.
fn line(stream: &mut UnixStream) -> io::Result<String> {
    let mut line = Vec::new();
    while line.len() < LINE_BYTES {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        if byte == *b"\n" {
            return String::from_utf8(line).map_err(io::Error::other);
        }
        line.push(byte[0]);
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "the relay's answer is too long"))
}
