//! Messages of RFC 4511: requests are read, answers written.

use super::{
    ber::{Malformed, Reader, Writer, boolean, tag},
    filter::Filter,
    limits,
};

/// Result codes of RFC 4511, appendix A, and of RFC 3909 and 4528.
pub mod code {
    pub const SUCCESS: i32 = 0;
    pub const OPERATIONS_ERROR: i32 = 1;
    pub const PROTOCOL_ERROR: i32 = 2;
    pub const TIME_LIMIT: i32 = 3;
    pub const SIZE_LIMIT: i32 = 4;
    pub const COMPARE_FALSE: i32 = 5;
    pub const COMPARE_TRUE: i32 = 6;
    pub const AUTH_METHOD_NOT_SUPPORTED: i32 = 7;
    pub const STRONGER_AUTH_REQUIRED: i32 = 8;
    pub const UNAVAILABLE_CRITICAL_EXTENSION: i32 = 12;
    pub const CONFIDENTIALITY_REQUIRED: i32 = 13;
    pub const NO_SUCH_ATTRIBUTE: i32 = 16;
    pub const UNDEFINED_ATTRIBUTE_TYPE: i32 = 17;
    pub const CONSTRAINT_VIOLATION: i32 = 19;
    pub const NO_SUCH_OBJECT: i32 = 32;
    pub const INVALID_DN: i32 = 34;
    pub const INVALID_CREDENTIALS: i32 = 49;
    pub const INSUFFICIENT_ACCESS: i32 = 50;
    pub const BUSY: i32 = 51;
    pub const UNAVAILABLE: i32 = 52;
    pub const UNWILLING: i32 = 53;
    pub const OTHER: i32 = 80;
    pub const CANCELED: i32 = 118;
    pub const NO_SUCH_OPERATION: i32 = 119;
    pub const ASSERTION_FAILED: i32 = 122;
}

/// Tags of the answers.
pub mod answer {
    pub const BIND: u8 = 0x61;
    pub const ENTRY: u8 = 0x64;
    pub const SEARCH_DONE: u8 = 0x65;
    pub const MODIFY: u8 = 0x67;
    pub const ADD: u8 = 0x69;
    pub const DELETE: u8 = 0x6b;
    pub const RENAME: u8 = 0x6d;
    pub const COMPARE: u8 = 0x6f;
    pub const EXTENDED: u8 = 0x78;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Base,
    One,
    Subtree,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRequest<'a> {
    pub base: &'a [u8],
    pub scope: Scope,
    /// 0: as many as one gets.
    pub entries: u32,
    /// 0: as long as it takes.
    pub seconds: u32,
    pub types_only: bool,
    pub filter: Filter<'a>,
    pub attributes: Vec<&'a [u8]>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request<'a> {
    /// `password` is none for SASL.
    Bind {
        version: i32,
        name: &'a [u8],
        password: Option<&'a [u8]>,
    },
    Unbind,
    Search(SearchRequest<'a>),
    Compare {
        name: &'a [u8],
        attribute: &'a [u8],
        value: &'a [u8],
    },
    Abandon(i32),
    Extended {
        oid: &'a [u8],
        value: Option<&'a [u8]>,
    },
    /// Add, delete, modify, rename: with the tag of its answer.
    Write(u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Control<'a> {
    pub oid: &'a [u8],
    pub critical: bool,
    pub value: Option<&'a [u8]>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message<'a> {
    pub id: i32,
    pub request: Request<'a>,
    pub controls: Vec<Control<'a>>,
}

impl<'a> Message<'a> {
    /// One whole frame.
    pub fn read(frame: &'a [u8]) -> Result<Self, Malformed> {
        let mut outer = Reader::new(frame);
        let mut inside = outer.sequence()?;
        outer.end()?;
        let id = inside.integer()?;
        // 0 is the number of what nobody asked for.
        if id <= 0 {
            return Err(Malformed);
        }
        let (kind, value) = inside.element()?;
        let request = request(kind, value)?;
        let controls = inside.optional(tag::constructed(0))?.map_or(Ok(Vec::new()), controls)?;
        inside.end()?;
        Ok(Self { id, request, controls })
    }

    /// Its number alone and what it takes back or ends, for a look ahead.
    pub fn peek(frame: &[u8]) -> Option<(i32, Request<'_>)> {
        let mut inside = Reader::new(frame).sequence().ok()?;
        let id = inside.integer().ok()?;
        let (kind, value) = inside.element().ok()?;
        match kind {
            0x42 | 0x50 | 0x77 => Some((id, request(kind, value).ok()?)),
            _ => None,
        }
    }
}

fn request(kind: u8, value: &[u8]) -> Result<Request<'_>, Malformed> {
    let mut inside = Reader::new(value);
    let request = match kind {
        0x60 => bind(&mut inside)?,
        0x42 => return Ok(Request::Unbind),
        0x63 => Request::Search(search(&mut inside)?),
        0x66 => return Ok(Request::Write(answer::MODIFY)),
        0x68 => return Ok(Request::Write(answer::ADD)),
        0x4a => return Ok(Request::Write(answer::DELETE)),
        0x6c => return Ok(Request::Write(answer::RENAME)),
        0x6e => {
            let name = inside.octets()?;
            let mut pair = inside.sequence()?;
            let (attribute, value) = (pair.octets()?, pair.octets()?);
            pair.end()?;
            Request::Compare { name, attribute, value }
        }
        0x50 => return super::ber::integer(value).map(Request::Abandon),
        0x77 => Request::Extended { oid: inside.expect(tag::context(0))?, value: inside.optional(tag::context(1))? },
        _ => return Err(Malformed),
    };
    inside.end()?;
    Ok(request)
}

fn bind<'a>(inside: &mut Reader<'a>) -> Result<Request<'a>, Malformed> {
    let (version, name) = (inside.integer()?, inside.octets()?);
    let (kind, value) = inside.element()?;
    let password = match kind {
        0x80 => Some(value),
        0xa3 => None,
        _ => return Err(Malformed),
    };
    Ok(Request::Bind { version, name, password })
}

fn search<'a>(inside: &mut Reader<'a>) -> Result<SearchRequest<'a>, Malformed> {
    let base = inside.octets()?;
    let scope = match inside.enumerated()? {
        0 => Scope::Base,
        1 => Scope::One,
        2 => Scope::Subtree,
        _ => return Err(Malformed),
    };
    // There are no aliases, so following them or not is the same.
    if !(0..=3).contains(&inside.enumerated()?) {
        return Err(Malformed);
    }
    let mut limit = || inside.integer().and_then(|limit| u32::try_from(limit).map_err(|_| Malformed));
    let (entries, seconds) = (limit()?, limit()?);
    let types_only = inside.boolean()?;
    let filter = Filter::read(inside)?;
    let mut names = inside.sequence()?;
    let mut attributes = Vec::new();
    while !names.is_empty() {
        if attributes.len() >= limits::ATTRIBUTES {
            return Err(Malformed);
        }
        attributes.push(names.octets()?);
    }
    Ok(SearchRequest { base, scope, entries, seconds, types_only, filter, attributes })
}

fn controls(value: &[u8]) -> Result<Vec<Control<'_>>, Malformed> {
    let mut all = Vec::new();
    let mut inside = Reader::new(value);
    while !inside.is_empty() {
        if all.len() >= limits::CONTROLS {
            return Err(Malformed);
        }
        let mut one = inside.sequence()?;
        let oid = one.octets()?;
        let critical = one.optional(tag::BOOLEAN)?.map_or(Ok(false), boolean)?;
        let value = one.optional(tag::OCTETS)?;
        one.end()?;
        all.push(Control { oid, critical, value });
    }
    Ok(all)
}

/// How an operation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub code: i32,
    pub matched: String,
    pub text: &'static str,
    /// Where in what was sent, when that helps.
    pub offset: Option<usize>,
}

impl Outcome {
    pub fn new(code: i32, text: &'static str) -> Self {
        Self { code, matched: String::new(), text, offset: None }
    }

    pub fn success() -> Self {
        Self::new(code::SUCCESS, "")
    }
}

/// A control of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerControl {
    pub oid: &'static str,
    pub value: Vec<u8>,
}

/// What an extended answer bears besides.
#[derive(Debug, Default)]
pub struct Extra<'a> {
    pub oid: Option<&'a str>,
    pub value: Option<&'a [u8]>,
}

/// One answer that ends an operation.
pub fn write_outcome(out: &mut Writer, id: i32, kind: u8, outcome: &Outcome, extra: &Extra<'_>, controls: &[AnswerControl]) {
    let message = out.begin(tag::SEQUENCE);
    out.integer(id);
    let operation = out.begin(kind);
    out.enumerated(outcome.code);
    out.octets(outcome.matched.as_bytes());
    match outcome.offset {
        Some(offset) => out.octets(format!("{} (at byte {offset})", outcome.text).as_bytes()),
        None => out.octets(outcome.text.as_bytes()),
    }
    if let Some(oid) = extra.oid {
        out.primitive(tag::context(10), oid.as_bytes());
    }
    if let Some(value) = extra.value {
        out.primitive(tag::context(11), value);
    }
    out.end(operation);
    if !controls.is_empty() {
        let all = out.begin(tag::constructed(0));
        for control in controls {
            let one = out.begin(tag::SEQUENCE);
            out.octets(control.oid.as_bytes());
            out.octets(&control.value);
            out.end(one);
        }
        out.end(all);
    }
    out.end(message);
}

/// RFC 4511, section 4.4.1.
const DISCONNECTION: &str = "1.3.6.1.4.1.1466.20036";

/// The last word on a connection that is about to be closed.
pub fn write_disconnection(out: &mut Writer, outcome: &Outcome) {
    write_outcome(out, 0, answer::EXTENDED, outcome, &Extra { oid: Some(DISCONNECTION), value: None }, &[]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_search_is_read_as_clients_write_it() {
        // ldapsearch -b "" -s base '(objectClass=*)' +
        let head = "302802010163230400 0a0100 0a0100 020100 020100 010100";
        let rest = "870b6f626a656374436c617373 300304012b";
        let bytes = hex::decode(format!("{head}{rest}").replace(' ', "")).unwrap();
        let message = Message::read(&bytes).unwrap();
        let Request::Search(search) = message.request else { panic!("{message:?}") };
        assert_eq!((message.id, search.scope, search.attributes), (1, Scope::Base, vec![b"+".as_slice()]));
        assert_eq!(search.filter, Filter::Present { attribute: b"objectClass" });
    }

    proptest! {
        #[test]
        fn nothing_that_is_read_harms(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            let _ = Message::read(&bytes);
            let _ = Message::read(&[&[0x30, u8::try_from(bytes.len()).unwrap_or(0)], bytes.as_slice()].concat());
        }
    }
}
