//! Search filters off the wire (RFC 4511, section 4.5.1.7). Depth and parts are bounded, so whoever walks one may recurse.

use super::{
    ber::{Malformed, Reader, boolean, tag},
    limits,
};

/// What a filter asks, as it came: values are any octets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter<'a> {
    And(Vec<Filter<'a>>),
    Or(Vec<Filter<'a>>),
    Not(Box<Filter<'a>>),
    Equal { attribute: &'a [u8], value: &'a [u8] },
    Substrings { attribute: &'a [u8], initial: Option<&'a [u8]>, any: Vec<&'a [u8]>, last: Option<&'a [u8]> },
    AtLeast { attribute: &'a [u8], value: &'a [u8] },
    AtMost { attribute: &'a [u8], value: &'a [u8] },
    Present { attribute: &'a [u8] },
    Approximate { attribute: &'a [u8], value: &'a [u8] },
    Extensible { rule: Option<&'a [u8]>, attribute: Option<&'a [u8]>, value: &'a [u8], in_name: bool },
}

impl<'a> Filter<'a> {
    pub fn read(from: &mut Reader<'a>) -> Result<Self, Malformed> {
        read(from, 0, &mut 0)
    }
}

fn read<'a>(from: &mut Reader<'a>, depth: usize, parts: &mut usize) -> Result<Filter<'a>, Malformed> {
    *parts += 1;
    if depth >= limits::FILTER_DEPTH || *parts > limits::FILTER_PARTS {
        return Err(Malformed);
    }
    let (kind, value) = from.element()?;
    let mut inside = Reader::new(value);
    match kind {
        0xa0 => Ok(Filter::And(all(&mut inside, depth, parts)?)),
        0xa1 => Ok(Filter::Or(all(&mut inside, depth, parts)?)),
        0xa2 => {
            let one = read(&mut inside, depth + 1, parts)?;
            inside.end()?;
            Ok(Filter::Not(Box::new(one)))
        }
        0xa3 => pair(&mut inside).map(|(attribute, value)| Filter::Equal { attribute, value }),
        0xa4 => substrings(&mut inside, parts),
        0xa5 => pair(&mut inside).map(|(attribute, value)| Filter::AtLeast { attribute, value }),
        0xa6 => pair(&mut inside).map(|(attribute, value)| Filter::AtMost { attribute, value }),
        0x87 => Ok(Filter::Present { attribute: value }),
        0xa8 => pair(&mut inside).map(|(attribute, value)| Filter::Approximate { attribute, value }),
        0xa9 => extensible(&mut inside),
        _ => Err(Malformed),
    }
}

fn all<'a>(from: &mut Reader<'a>, depth: usize, parts: &mut usize) -> Result<Vec<Filter<'a>>, Malformed> {
    let mut all = Vec::new();
    while !from.is_empty() {
        all.push(read(from, depth + 1, parts)?);
    }
    Ok(all)
}

fn pair<'a>(from: &mut Reader<'a>) -> Result<(&'a [u8], &'a [u8]), Malformed> {
    let pair = (from.octets()?, from.octets()?);
    from.end()?;
    Ok(pair)
}

fn substrings<'a>(from: &mut Reader<'a>, parts: &mut usize) -> Result<Filter<'a>, Malformed> {
    let attribute = from.octets()?;
    let mut pieces = from.sequence()?;
    from.end()?;
    let initial = pieces.optional(tag::context(0))?;
    let mut any = Vec::new();
    while let Some(piece) = pieces.optional(tag::context(1))? {
        *parts += 1;
        if *parts > limits::FILTER_PARTS {
            return Err(Malformed);
        }
        any.push(piece);
    }
    let last = pieces.optional(tag::context(2))?;
    pieces.end()?;
    if initial.is_none() && any.is_empty() && last.is_none() {
        return Err(Malformed);
    }
    Ok(Filter::Substrings { attribute, initial, any, last })
}

fn extensible<'a>(from: &mut Reader<'a>) -> Result<Filter<'a>, Malformed> {
    let rule = from.optional(tag::context(1))?;
    let attribute = from.optional(tag::context(2))?;
    let value = from.expect(tag::context(3))?;
    let in_name = from.optional(tag::context(4))?.map_or(Ok(false), boolean)?;
    from.end()?;
    if rule.is_none() && attribute.is_none() {
        return Err(Malformed);
    }
    Ok(Filter::Extensible { rule, attribute, value, in_name })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ldap::ber::Writer;

    fn nested(depth: usize) -> Vec<u8> {
        let mut writer = Writer::default();
        let begun: Vec<_> = (0..depth).map(|_| writer.begin(0xa2)).collect();
        writer.primitive(0x87, b"cn");
        begun.into_iter().rev().for_each(|one| writer.end(one));
        writer.bytes().to_vec()
    }

    #[test]
    fn a_filter_is_as_deep_as_the_limit_and_no_deeper() {
        assert!(Filter::read(&mut Reader::new(&nested(limits::FILTER_DEPTH - 1))).is_ok());
        assert_eq!(Filter::read(&mut Reader::new(&nested(limits::FILTER_DEPTH))), Err(Malformed));
        assert_eq!(Filter::read(&mut Reader::new(&nested(1_000_000))), Err(Malformed));
    }

    #[test]
    fn a_filter_has_as_many_parts_as_the_limit_and_no_more() {
        let wide = |parts: usize| {
            let mut writer = Writer::default();
            let or = writer.begin(0xa1);
            (1..parts).for_each(|_| writer.primitive(0x87, b"cn"));
            writer.end(or);
            writer.bytes().to_vec()
        };
        assert!(Filter::read(&mut Reader::new(&wide(limits::FILTER_PARTS))).is_ok());
        assert_eq!(Filter::read(&mut Reader::new(&wide(limits::FILTER_PARTS + 1))), Err(Malformed));
    }

    #[test]
    fn octets_that_are_no_text_are_a_value_like_another() {
        let mut writer = Writer::default();
        let equal = writer.begin(0xa3);
        writer.octets(b"objectGUID");
        writer.octets(&[0xff, 0xfe, 0]);
        writer.end(equal);
        let bytes = writer.bytes().to_vec();
        let read = Filter::read(&mut Reader::new(&bytes));
        assert_eq!(read, Ok(Filter::Equal { attribute: b"objectGUID", value: &[0xff, 0xfe, 0] }));
    }
}
