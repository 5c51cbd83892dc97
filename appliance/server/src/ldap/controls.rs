//! Controls that clients send along: pages, order, an assertion, the password policy.

use super::{
    ber::{Malformed, Reader, Writer, tag},
    filter::Filter,
    limits,
    message::{AnswerControl, Control},
};

pub const PAGED: &str = "1.2.840.113556.1.4.319";
pub const SORT: &str = "1.2.840.113556.1.4.473";
pub const SORTED: &str = "1.2.840.113556.1.4.474";
pub const PASSWORD_POLICY: &str = "1.3.6.1.4.1.42.2.27.8.5.1";
pub const MANAGE_DSA_IT: &str = "2.16.840.1.113730.3.4.2";
pub const ASSERTION: &str = "1.3.6.1.1.12";

/// As the root DSE says.
pub const KNOWN: [&str; 5] = [PAGED, SORT, PASSWORD_POLICY, MANAGE_DSA_IT, ASSERTION];

/// What was asked for besides the operation.
#[derive(Debug, Default)]
pub struct Controls<'a> {
    pub page: Option<Page<'a>>,
    pub sort: Option<Sort<'a>>,
    pub assertion: Option<Filter<'a>>,
    pub password_policy: bool,
    /// A critical one that is not known, or makes no sense with this operation.
    pub unknown_critical: bool,
}

#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    pub size: u32,
    pub cookie: &'a [u8],
}

/// Attribute, ordering rule, largest first.
pub type SortKey<'a> = (&'a [u8], Option<&'a [u8]>, bool);

#[derive(Debug)]
pub struct Sort<'a> {
    pub critical: bool,
    pub keys: Vec<SortKey<'a>>,
}

/// Which of them an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Search,
    Compare,
    Bind,
    Other,
}

impl<'a> Controls<'a> {
    pub fn read(all: &[Control<'a>], of: Of) -> Result<Self, Malformed> {
        let mut read = Self::default();
        for control in all {
            match (std::str::from_utf8(control.oid).unwrap_or_default(), of) {
                (PAGED, Of::Search) => read.page = Some(page(control.value.ok_or(Malformed)?)?),
                (SORT, Of::Search) => read.sort = Some(sort(control.value.ok_or(Malformed)?, control.critical)?),
                (ASSERTION, Of::Search | Of::Compare) => {
                    read.assertion = Some(Filter::read(&mut Reader::new(control.value.ok_or(Malformed)?))?);
                }
                (PASSWORD_POLICY, _) => read.password_policy = true,
                (MANAGE_DSA_IT, Of::Search | Of::Compare) => {}
                _ => read.unknown_critical |= control.critical,
            }
        }
        Ok(read)
    }
}

fn page(value: &[u8]) -> Result<Page<'_>, Malformed> {
    let mut outer = Reader::new(value);
    let mut inside = outer.sequence()?;
    let size = u32::try_from(inside.integer()?).map_err(|_| Malformed)?;
    let cookie = inside.octets()?;
    inside.end()?;
    outer.end()?;
    Ok(Page { size, cookie })
}

fn sort(value: &[u8], critical: bool) -> Result<Sort<'_>, Malformed> {
    let mut outer = Reader::new(value);
    let mut inside = outer.sequence()?;
    let mut keys = Vec::new();
    while !inside.is_empty() {
        if keys.len() >= limits::SORT_KEYS {
            return Err(Malformed);
        }
        let mut key = inside.sequence()?;
        let attribute = key.octets()?;
        let rule = key.optional(tag::context(0))?;
        let reverse = key.optional(tag::context(1))?.map_or(Ok(false), super::ber::boolean)?;
        key.end()?;
        keys.push((attribute, rule, reverse));
    }
    outer.end()?;
    if keys.is_empty() { Err(Malformed) } else { Ok(Sort { critical, keys }) }
}

/// The cookie of the next page; empty after the last one.
pub fn paged(cookie: &[u8], entries: usize) -> AnswerControl {
    let mut value = Writer::default();
    let all = value.begin(tag::SEQUENCE);
    value.integer(i32::try_from(entries).unwrap_or(i32::MAX));
    value.octets(cookie);
    value.end(all);
    AnswerControl { oid: PAGED, value: value.bytes().to_vec() }
}

/// 0, or why it is not in order.
pub fn sorted(code: i32) -> AnswerControl {
    let mut value = Writer::default();
    let all = value.begin(tag::SEQUENCE);
    value.enumerated(code);
    value.end(all);
    AnswerControl { oid: SORTED, value: value.bytes().to_vec() }
}

/// What the password policy has to say, in the words of draft-behera-ldap-password-policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyError {
    AccountLocked = 1,
    ChangeAfterReset = 2,
    ModificationNotAllowed = 3,
    MustSupplyOldPassword = 4,
    InsufficientQuality = 5,
    TooShort = 6,
    InHistory = 8,
}

pub fn policy(error: Option<PolicyError>) -> AnswerControl {
    let mut value = Writer::default();
    let all = value.begin(tag::SEQUENCE);
    if let Some(error) = error {
        value.primitive(tag::context(1), &[error as u8]);
    }
    value.end(all);
    AnswerControl { oid: PASSWORD_POLICY, value: value.bytes().to_vec() }
}
