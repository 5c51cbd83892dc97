//! LDAP from outside, written by hand: it sends what no well-behaved client does, and shares no line with the box.

use std::{
    error::Error,
    io::{self, Read, Write},
    net::TcpStream,
    sync::Arc,
    time::Duration,
};

use rustls::{ClientConnection, StreamOwned};
use rustls_pki_types::ServerName;

use crate::{Place, raw};

/// One element of BER.
pub fn element(tag: u8, inside: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    match u8::try_from(inside.len()) {
        Ok(short @ 0..=0x7f) => bytes.push(short),
        _ => {
            bytes.push(0x84);
            bytes.extend_from_slice(&u32::try_from(inside.len()).unwrap_or(u32::MAX).to_be_bytes());
        }
    }
    bytes.extend_from_slice(inside);
    bytes
}

pub fn octets(text: impl AsRef<[u8]>) -> Vec<u8> {
    element(0x04, text.as_ref())
}

pub fn number(value: i32) -> Vec<u8> {
    element(0x02, &value.to_be_bytes())
}

fn chosen(value: u8) -> Vec<u8> {
    element(0x0a, &[value])
}

pub fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(0x30, &parts.concat())
}

/// Parts of filters.
pub mod filter {
    use super::{element, octets};

    pub fn present(attribute: &str) -> Vec<u8> {
        element(0x87, attribute.as_bytes())
    }

    pub fn compare(tag: u8, attribute: &str, value: impl AsRef<[u8]>) -> Vec<u8> {
        element(tag, &[octets(attribute), octets(value)].concat())
    }

    pub fn equal(attribute: &str, value: impl AsRef<[u8]>) -> Vec<u8> {
        compare(0xa3, attribute, value)
    }

    /// Tags 0x80, 0x81 and 0x82 for the first, the middle and the last piece.
    pub fn substrings(attribute: &str, pieces: &[(u8, Vec<u8>)]) -> Vec<u8> {
        let pieces: Vec<u8> = pieces.iter().flat_map(|(tag, piece)| element(*tag, piece)).collect();
        element(0xa4, &[octets(attribute), element(0x30, &pieces)].concat())
    }

    pub fn extensible(rule: Option<&str>, attribute: Option<&str>, value: &[u8], in_name: bool) -> Vec<u8> {
        let mut parts = Vec::new();
        parts.extend(rule.map(|rule| element(0x81, rule.as_bytes())));
        parts.extend(attribute.map(|attribute| element(0x82, attribute.as_bytes())));
        parts.push(element(0x83, value));
        parts.extend(in_name.then(|| element(0x84, &[0xff])));
        element(0xa9, &parts.concat())
    }

    pub fn and(parts: &[Vec<u8>]) -> Vec<u8> {
        element(0xa0, &parts.concat())
    }

    pub fn or(parts: &[Vec<u8>]) -> Vec<u8> {
        element(0xa1, &parts.concat())
    }

    pub fn not(part: &[u8]) -> Vec<u8> {
        element(0xa2, part)
    }
}

/// What a search asks. Everything below the suffix, without limits, unless it says otherwise.
#[derive(Debug, Clone)]
pub struct Search<'a> {
    pub base: &'a str,
    /// 0 the entry, 1 its children, 2 all below it.
    pub scope: u8,
    pub entries: i32,
    pub seconds: i32,
    pub filter: Vec<u8>,
    pub attributes: &'a [&'a str],
    pub controls: Vec<Vec<u8>>,
}

impl<'a> Search<'a> {
    pub fn of(base: &'a str, filter: Vec<u8>) -> Self {
        Self { base, scope: 2, entries: 0, seconds: 0, filter, attributes: &["1.1"], controls: Vec::new() }
    }

    pub fn request(&self) -> Vec<u8> {
        let names: Vec<u8> = self.attributes.iter().flat_map(octets).collect();
        let limits = [number(self.entries), number(self.seconds), element(0x01, &[0])].concat();
        let parts = [octets(self.base), chosen(self.scope), chosen(0), limits, self.filter.clone(), element(0x30, &names)];
        element(0x63, &parts.concat())
    }
}

/// A control of a request.
pub fn control(oid: &str, critical: bool, value: Option<&[u8]>) -> Vec<u8> {
    let mut parts = vec![octets(oid)];
    parts.extend(critical.then(|| element(0x01, &[0xff])));
    parts.extend(value.map(octets));
    sequence(&parts)
}

pub const PAGED: &str = "1.2.840.113556.1.4.319";

pub fn page(size: i32, cookie: &[u8]) -> Vec<u8> {
    control(PAGED, true, Some(&sequence(&[number(size), octets(cookie)])))
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub attributes: Vec<(String, Vec<Vec<u8>>)>,
}

/// How an operation ended, and what it gave.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub tag: u8,
    pub code: i32,
    pub matched: String,
    pub text: String,
    pub entries: Vec<Entry>,
    /// OID and value.
    pub controls: Vec<(String, Vec<u8>)>,
    /// What an extended answer bears.
    pub value: Option<Vec<u8>>,
}

impl Answer {
    /// The cookie of the next page; empty at the end.
    pub fn cookie(&self) -> Vec<u8> {
        let control = self.controls.iter().find(|(oid, _)| oid == PAGED);
        let inside = control.and_then(|(_, value)| split(value)).and_then(|(_, inside, _)| split(inside));
        inside.and_then(|(_, _, rest)| split(rest)).map(|(_, cookie, _)| cookie.to_vec()).unwrap_or_default()
    }
}

/// Tag, inside, rest.
fn split(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let [tag, first, rest @ ..] = bytes else { return None };
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        long => {
            let (octets, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            (octets.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet)), rest)
        }
    };
    let (inside, rest) = rest.split_at_checked(length)?;
    Some((*tag, inside, rest))
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

type Failure = Box<dyn Error + Send + Sync>;

/// One connection.
pub struct Ldap {
    stream: Box<dyn Stream>,
    received: Vec<u8>,
    next: i32,
}

const PATIENCE: Duration = Duration::from_secs(60);

fn tcp(url: &str) -> io::Result<TcpStream> {
    let address = url.rsplit('/').next().unwrap_or_default().replace("localhost", "127.0.0.1");
    let tcp = TcpStream::connect(address)?;
    tcp.set_nodelay(true)?;
    tcp.set_read_timeout(Some(PATIENCE))?;
    tcp.set_write_timeout(Some(PATIENCE))?;
    Ok(tcp)
}

impl Ldap {
    /// In the clear.
    pub fn plain(url: &str) -> io::Result<Self> {
        Ok(Self { stream: Box::new(tcp(url)?), received: Vec::new(), next: 0 })
    }

    /// Under TLS, with the box's authority: also to another server that has its certificate.
    pub fn tls(place: &Place, url: &str) -> Result<Self, Failure> {
        let client = ClientConnection::new(Arc::new(raw::trust(place)), ServerName::try_from("localhost")?)?;
        let mut stream = StreamOwned::new(client, tcp(url)?);
        stream.conn.complete_io(&mut stream.sock)?;
        Ok(Self { stream: Box::new(stream), received: Vec::new(), next: 0 })
    }

    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)?;
        self.stream.flush()
    }

    /// Sends an operation and says under which number.
    pub fn ask(&mut self, operation: &[u8], controls: &[Vec<u8>]) -> io::Result<i32> {
        self.next += 1;
        let mut parts = vec![number(self.next), operation.to_vec()];
        if !controls.is_empty() {
            parts.push(element(0xa0, &controls.concat()));
        }
        self.send(&sequence(&parts))?;
        Ok(self.next)
    }

    /// The next message whole; none when the other side has closed.
    pub fn message(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some((_, _, rest)) = split(&self.received) {
                let length = self.received.len() - rest.len();
                return Ok(Some(self.received.drain(..length).collect()));
            }
            let mut part = [0; 32 * 1024];
            match self.stream.read(&mut part) {
                Ok(0) => return Ok(None),
                Ok(count) => self.received.extend_from_slice(&part[..count]),
                Err(error) if matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => {
                    return Ok(None);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Entries up to the end of the operation.
    pub fn answer(&mut self) -> Result<Answer, Failure> {
        let mut entries = Vec::new();
        loop {
            let message = self.message()?.ok_or("the connection was closed")?;
            let (tag, inside, controls) = opened(&message).ok_or("no answer")?;
            if tag == 0x64 {
                entries.push(entry(inside).ok_or("no entry")?);
                continue;
            }
            let mut answer = ended(inside).ok_or("no result")?;
            (answer.tag, answer.entries) = (tag, entries);
            answer.controls = controls.and_then(control_list).unwrap_or_default();
            return Ok(answer);
        }
    }

    pub fn operate(&mut self, operation: &[u8], controls: &[Vec<u8>]) -> Result<Answer, Failure> {
        self.ask(operation, controls)?;
        self.answer()
    }

    pub fn bind(&mut self, name: &str, password: &str) -> Result<Answer, Failure> {
        self.operate(&bind(name, password), &[])
    }

    pub fn search(&mut self, search: &Search<'_>) -> Result<Answer, Failure> {
        self.operate(&search.request(), &search.controls)
    }

    pub fn extended(&mut self, oid: &str, value: Option<&[u8]>) -> Result<Answer, Failure> {
        let mut parts = element(0x80, oid.as_bytes());
        parts.extend(value.map(|value| element(0x81, value)).unwrap_or_default());
        self.operate(&element(0x77, &parts), &[])
    }

    /// Every entry by pages of this size, and how long each page took.
    pub fn pages(&mut self, search: &Search<'_>, size: i32) -> Result<Vec<(Vec<Entry>, Duration)>, Failure> {
        let (mut pages, mut cookie) = (Vec::new(), Vec::new());
        loop {
            let began = std::time::Instant::now();
            let answer = self.operate(&search.request(), &[page(size, &cookie)])?;
            if answer.code != 0 {
                return Err(format!("a page ended with {}: {}", answer.code, answer.text).into());
            }
            cookie = answer.cookie();
            pages.push((answer.entries, began.elapsed()));
            if cookie.is_empty() {
                return Ok(pages);
            }
        }
    }
}

pub fn bind(name: &str, password: &str) -> Vec<u8> {
    element(0x60, &[number(3), octets(name), element(0x80, password.as_bytes())].concat())
}

/// Tag and inside of the operation, and the controls behind it.
type Opened<'a> = (u8, &'a [u8], Option<&'a [u8]>);

fn opened(message: &[u8]) -> Option<Opened<'_>> {
    let (_, inside, _) = split(message)?;
    let (_, _, rest) = split(inside)?;
    let (tag, operation, rest) = split(rest)?;
    Some((tag, operation, split(rest).map(|(_, controls, _)| controls)))
}

fn ended(inside: &[u8]) -> Option<Answer> {
    let (_, code, rest) = split(inside)?;
    let (_, matched, rest) = split(rest)?;
    let (_, text, mut rest) = split(rest)?;
    let mut value = None;
    while let Some((tag, inside, behind)) = split(rest) {
        if tag == 0x8b {
            value = Some(inside.to_vec());
        }
        rest = behind;
    }
    let string = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = code.iter().fold(0, |sum, octet| sum << 8 | i32::from(*octet));
    Some(Answer { code, matched: string(matched), text: string(text), value, ..Answer::default() })
}

fn entry(inside: &[u8]) -> Option<Entry> {
    let (_, name, rest) = split(inside)?;
    let (_, mut rest, _) = split(rest)?;
    let mut attributes = Vec::new();
    while let Some((_, attribute, behind)) = split(rest) {
        let (_, kind, set) = split(attribute)?;
        let (_, mut set, _) = split(set)?;
        let mut values = Vec::new();
        while let Some((_, value, behind)) = split(set) {
            values.push(value.to_vec());
            set = behind;
        }
        attributes.push((String::from_utf8_lossy(kind).into_owned(), values));
        rest = behind;
    }
    Some(Entry { name: String::from_utf8_lossy(name).into_owned(), attributes })
}

fn control_list(mut rest: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut controls = Vec::new();
    while let Some((_, control, behind)) = split(rest) {
        let (_, oid, mut parts) = split(control)?;
        let mut value = Vec::new();
        while let Some((tag, inside, behind)) = split(parts) {
            if tag == 0x04 {
                value = inside.to_vec();
            }
            parts = behind;
        }
        controls.push((String::from_utf8_lossy(oid).into_owned(), value));
        rest = behind;
    }
    Some(controls)
}
