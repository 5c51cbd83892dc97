//! Which attributes of an entry are given, and how an entry is written.

use std::fmt::Write as _;

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    ber::{Writer, tag},
    message::answer,
    schema::{Attr, TYPES, described},
    tree::{Place, Sight},
    values::{SUBSCHEMA_NAME, Value},
};

/// The attributes that a search asked for.
pub struct Selection {
    attrs: Vec<Attr>,
    types_only: bool,
}

impl Selection {
    /// None named, or `*`: all that are not operational. `+`: those that are (RFC 3673). What is not known is left out.
    pub fn of(names: &[&[u8]], types_only: bool) -> Self {
        let wanted = |attr: Attr, operational: bool| {
            names.iter().any(|name| match *name {
                b"*" => !operational,
                b"+" => operational,
                name => described(name).is_some_and(|known| known.contains(&attr)),
            }) || names.is_empty() && !operational
        };
        let attrs = TYPES.iter().filter(|kind| wanted(kind.attr, kind.operational)).map(|kind| kind.attr).collect();
        Self { attrs, types_only }
    }

    pub fn write(&self, id: i32, sight: &Sight, place: Place, out: &mut Writer, scratch: &mut String) {
        let message = out.begin(tag::SEQUENCE);
        out.integer(id);
        let entry = out.begin(answer::ENTRY);
        scratch.clear();
        sight.write_name(place, scratch);
        out.octets(scratch.as_bytes());
        let attributes = out.begin(tag::SEQUENCE);
        for attr in &self.attrs {
            let attribute = out.begin(tag::SEQUENCE);
            out.octets(attr.kind().name.as_bytes());
            let set = out.begin(tag::SET);
            let mut none = true;
            sight.values(place, *attr, &mut |value| {
                none = false;
                if !self.types_only {
                    write_value(sight, value, out, scratch);
                }
                !self.types_only
            });
            if none {
                out.cancel(attribute);
                continue;
            }
            out.end(set);
            out.end(attribute);
        }
        out.end(attributes);
        out.end(entry);
        out.end(message);
    }
}

fn write_value(sight: &Sight, value: Value<'_>, out: &mut Writer, scratch: &mut String) {
    scratch.clear();
    match value {
        Value::Text(text) => return out.octets(text.as_bytes()),
        Value::Truth(true) => return out.octets(b"TRUE"),
        Value::Truth(false) => return out.octets(b"FALSE"),
        Value::Subschema => return out.octets(SUBSCHEMA_NAME.as_bytes()),
        Value::Picture(id) => return out.octets(&sight.picture(id)),
        Value::Place(place) => sight.write_name(place, scratch),
        // Writing to a String cannot fail.
        Value::Number(number) => drop(write!(scratch, "{number}")),
        Value::Uuid(uuid) => drop(write!(scratch, "{}", Uuid::from_bytes(uuid))),
        Value::Time(at) => scratch.push_str(&time(at)),
    }
    out.octets(scratch.as_bytes());
}

/// GeneralizedTime, in whole seconds of UTC.
fn time(seconds: i64) -> String {
    let at = Timestamp::from_second(seconds).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC).datetime();
    format!("{:04}{:02}{:02}{:02}{:02}{:02}Z", at.year(), at.month(), at.day(), at.hour(), at.minute(), at.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_is_what_is_given() {
        let of = |names: &[&[u8]]| Selection::of(names, false).attrs;
        assert_eq!(of(&[b"MAIL", b"cn", b"nothing"]), [Attr::Cn, Attr::Mail]);
        assert_eq!(of(&[b"1.1"]), []);
        assert!(of(&[]).contains(&Attr::Cn) && !of(&[]).contains(&Attr::EntryUuid));
        assert!(of(&[b"+"]).contains(&Attr::EntryUuid) && !of(&[b"+"]).contains(&Attr::Cn));
        assert!(of(&[b"*", b"entryUUID"]).contains(&Attr::EntryUuid));
        assert_eq!(time(1_795_380_158), "20261122204238Z");
    }
}
