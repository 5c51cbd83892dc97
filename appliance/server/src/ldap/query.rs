//! A filter made ready: names are types, values are in the form in which they are compared, and what it could match is
//! looked up where that can be done. Three answers, as RFC 4511 has them: yes, no, undefined.

use holdfast_base::{DepartmentId, PersonId, TagId};
use uuid::Uuid;

use super::{
    dn::Dn,
    filter::Filter,
    index::{INDEXED, Index},
    limits::{POSIX_EVERYBODY, POSIX_FIRST_DEPARTMENT, POSIX_FIRST_PERSON, POSIX_FIRST_TAG},
    prepare::{self, Piece},
    schema::{Act, Attr, Rule, class, described, matching_rule, rule_of},
    tree::{Named, Place, Sight, group},
    values::Value,
};

pub enum Test {
    Known(Option<bool>),
    And(Vec<Test>),
    Or(Vec<Test>),
    Not(Box<Test>),
    Present(Vec<Attr>),
    /// Of one of the attributes, or of the entry's name too.
    Equal {
        attrs: Vec<Attr>,
        wanted: Wanted,
        in_name: bool,
    },
    /// Of the attributes' own values.
    Ordered {
        attrs: Vec<Attr>,
        wanted: Wanted,
        least: bool,
    },
    Substrings {
        attrs: Vec<Attr>,
        rule: Rule,
        initial: Option<String>,
        any: Vec<String>,
        last: Option<String>,
    },
    Bits {
        attrs: Vec<Attr>,
        mask: u64,
        all: bool,
    },
    /// Groups within groups.
    InChain {
        attr: Attr,
        of: Place,
    },
}

/// What a value is compared with.
pub enum Wanted {
    Text(Rule, String),
    /// Without leading zeros.
    Integer(String),
    /// None: a name that is nobody's.
    Place(Option<Place>),
    Subschema,
    Time(i64),
    Uuid([u8; 16]),
    Truth(bool),
}

impl Test {
    pub fn of(filter: &Filter<'_>, sight: &Sight) -> Self {
        match filter {
            Filter::And(all) => Self::And(all.iter().map(|one| Self::of(one, sight)).collect()),
            Filter::Or(all) => Self::Or(all.iter().map(|one| Self::of(one, sight)).collect()),
            Filter::Not(one) => Self::Not(Box::new(Self::of(one, sight))),
            Filter::Equal { attribute, value } | Filter::Approximate { attribute, value } => {
                Self::equal(attribute, None, value, false, sight)
            }
            Filter::AtLeast { attribute, value } => Self::ordered(attribute, value, true, sight),
            Filter::AtMost { attribute, value } => Self::ordered(attribute, value, false, sight),
            Filter::Present { attribute } => match seen(attribute, sight) {
                Some(attrs) => Self::Present(attrs),
                None => Self::Known(None),
            },
            Filter::Substrings { attribute, initial, any, last } => {
                Self::substrings(attribute, *initial, any, *last, sight).unwrap_or(Self::Known(None))
            }
            Filter::Extensible { rule, attribute, value, in_name } => Self::extensible(*rule, *attribute, value, *in_name, sight),
        }
    }

    fn equal(attribute: &[u8], rule: Option<Rule>, value: &[u8], in_name: bool, sight: &Sight) -> Self {
        let (Some(attrs), Some(own)) = (seen(attribute, sight), rule_of(attribute)) else { return Self::Known(None) };
        match wanted(rule.unwrap_or(own), value, sight) {
            Some(wanted) => Self::Equal { attrs, wanted, in_name },
            None => Self::Known(None),
        }
    }

    fn ordered(attribute: &[u8], value: &[u8], least: bool, sight: &Sight) -> Self {
        let (Some(attrs), Some(rule)) = (seen(attribute, sight), rule_of(attribute)) else { return Self::Known(None) };
        if !attrs.iter().all(|attr| attr.kind().ordered) || !matches!(rule, Rule::Integer | Rule::Time | Rule::Uuid) {
            return Self::Known(None);
        }
        match wanted(rule, value, sight) {
            Some(wanted) => Self::Ordered { attrs, wanted, least },
            None => Self::Known(None),
        }
    }

    fn substrings(attribute: &[u8], initial: Option<&[u8]>, any: &[&[u8]], last: Option<&[u8]>, sight: &Sight) -> Option<Self> {
        let (attrs, rule) = (seen(attribute, sight)?, rule_of(attribute)?);
        let has = described(attribute)?.iter().all(|attr| attr.kind().substrings);
        if !has || matches!(rule, Rule::Name) {
            return None;
        }
        let piece = |value: &[u8], piece| {
            let text = std::str::from_utf8(value).ok().filter(|text| !text.is_empty())?;
            prepare::text(rule, text, piece).map(std::borrow::Cow::into_owned)
        };
        let optional = |value: Option<&[u8]>, at| match value {
            Some(value) => piece(value, at).map(Some),
            None => Some(None),
        };
        let (initial, last) = (optional(initial, Piece::Initial)?, optional(last, Piece::Last)?);
        let any: Vec<String> = any.iter().map(|value| piece(value, Piece::Any)).collect::<Option<_>>()?;
        // Of a number nothing is left when it was spaces only. No number has such a piece: so slapd has it.
        if rule == Rule::Telephone && any.iter().chain(&initial).chain(&last).any(String::is_empty) {
            return Some(Self::Known(Some(false)));
        }
        Some(Self::Substrings { attrs, rule, initial, any, last })
    }

    fn extensible(rule: Option<&[u8]>, attribute: Option<&[u8]>, value: &[u8], in_name: bool, sight: &Sight) -> Self {
        let Some(rule) = rule else {
            return attribute.map_or(Self::Known(None), |attribute| Self::equal(attribute, None, value, in_name, sight));
        };
        let Some(rule) = matching_rule(rule) else { return Self::Known(None) };
        let fits = |own: Rule| family(own) == family(rule.rule);
        let attrs = match attribute {
            None => super::schema::TYPES.iter().filter(|kind| fits(kind.rule)).map(|kind| kind.attr).collect(),
            Some(attribute) if rule_of(attribute).is_some_and(fits) => seen(attribute, sight).unwrap_or_default(),
            Some(_) => return Self::Known(None),
        };
        let attrs: Vec<Attr> = attrs.into_iter().filter(|attr| sees(sight, *attr)).collect();
        match (rule.act, wanted(rule.rule, value, sight)) {
            (Act::Equal, Some(wanted)) => Self::Equal { attrs, wanted, in_name },
            (Act::AtLeast, Some(wanted)) => Self::Ordered { attrs, wanted, least: false }.strictly(),
            (Act::AllBits | Act::AnyBit, Some(Wanted::Integer(mask))) => match mask.parse() {
                Ok(mask) => Self::Bits { attrs, mask, all: rule.act == Act::AllBits },
                Err(_) => Self::Known(None),
            },
            (Act::InChain, Some(Wanted::Place(of))) => match (attrs.as_slice(), of) {
                ([attr @ (Attr::MemberOf | Attr::Member)], Some(of)) => Self::InChain { attr: *attr, of },
                ([Attr::MemberOf | Attr::Member], None) => Self::Known(Some(false)),
                _ => Self::Known(None),
            },
            _ => Self::Known(None),
        }
    }

    /// An ordering rule asserts that the value comes before the one that is named (RFC 4517, section 4.2.20).
    fn strictly(self) -> Self {
        match self {
            Self::Ordered { attrs, wanted, .. } => Self::Not(Box::new(Self::Ordered { attrs, wanted, least: true })),
            other => other,
        }
    }

    pub fn holds(&self, sight: &Sight, place: Place) -> Option<bool> {
        match self {
            Self::Known(answer) => *answer,
            Self::And(all) => all_hold(all.iter().map(|one| one.holds(sight, place))),
            Self::Or(all) => one_holds(all.iter().map(|one| one.holds(sight, place))),
            Self::Not(one) => one.holds(sight, place).map(|answer| !answer),
            Self::Present(attrs) => Some(any(sight, place, attrs, |_| true)),
            Self::Equal { attrs, wanted, in_name } => {
                let found = any(sight, place, attrs, |value| wanted.equals(value));
                Some(found || *in_name && wanted.stands_in_name(sight, place, attrs))
            }
            Self::Ordered { attrs, wanted, least } => Some(any(sight, place, attrs, |value| match wanted.compare(value) {
                Some(order) if *least => order.is_ge(),
                Some(order) => order.is_le(),
                None => false,
            })),
            Self::Substrings { attrs, rule, initial, any: pieces, last } => Some(any(sight, place, attrs, |value| match value {
                Value::Text(text) => prepare::text(*rule, text, Piece::Whole)
                    .is_some_and(|text| has_pieces(&text, initial.as_deref(), pieces, last.as_deref())),
                _ => false,
            })),
            Self::Bits { attrs, mask, all } => Some(any(sight, place, attrs, |value| match value {
                Value::Number(number) if *all => number & mask == *mask,
                Value::Number(number) => number & mask != 0,
                _ => false,
            })),
            Self::InChain { attr, of } => Some(in_chain(sight, place, *attr, *of)),
        }
    }

    /// Every entry that it can match, where that is known without looking at all of them.
    pub fn candidates(&self, sight: &Sight, index: &Index) -> Option<Vec<Place>> {
        match self {
            Self::Known(Some(true)) | Self::Not(_) | Self::Present(_) | Self::Ordered { .. } | Self::Substrings { .. } => None,
            Self::Bits { .. } => None,
            Self::Known(_) => Some(Vec::new()),
            Self::And(all) => all.iter().filter_map(|one| one.candidates(sight, index)).min_by_key(Vec::len),
            Self::Or(all) => {
                let all = all.iter().map(|one| one.candidates(sight, index)).collect::<Option<Vec<_>>>()?;
                Some(all.into_iter().flatten().collect())
            }
            Self::Equal { in_name: true, .. } => None,
            Self::Equal { attrs, wanted, .. } => match attrs.as_slice() {
                [] => Some(Vec::new()),
                [attr] => wanted.holders(*attr, sight, index),
                _ => None,
            },
            Self::InChain { .. } => None,
        }
    }
}

/// No as soon as one is; undefined when one is and none is no.
pub fn all_hold(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut answer = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            None => answer = None,
            Some(true) => {}
        }
    }
    answer
}

/// Yes as soon as one is; undefined when one is and none is yes.
pub fn one_holds(mut parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    all_hold(parts.by_ref().map(|part| part.map(|yes| !yes))).map(|none| !none)
}

/// The types that a description stands for and this view sees; none when there is no such type for it.
fn seen(description: &[u8], sight: &Sight) -> Option<Vec<Attr>> {
    let known = described(description)?;
    let seen: Vec<Attr> = known.iter().copied().filter(|attr| sees(sight, *attr)).collect();
    if seen.is_empty() && !known.is_empty() { None } else { Some(seen) }
}

fn sees(sight: &Sight, attr: Attr) -> bool {
    attr.kind().viewed.is_none_or(|name| sight.view.sees_attribute(name))
}

/// Rules of one family compare values of one syntax.
fn family(rule: Rule) -> u8 {
    match rule {
        Rule::CaseIgnore | Rule::CaseExact => 0,
        Rule::CaseIgnoreIa5 | Rule::CaseExactIa5 => 1,
        Rule::Telephone => 2,
        Rule::Integer => 3,
        Rule::Name => 4,
        Rule::ObjectIdentifier => 5,
        Rule::Time => 6,
        Rule::Uuid => 7,
        Rule::Boolean => 8,
        Rule::Jpeg => 9,
    }
}

fn wanted(rule: Rule, value: &[u8], sight: &Sight) -> Option<Wanted> {
    let text = std::str::from_utf8(value).ok()?;
    match rule {
        Rule::CaseIgnore | Rule::CaseExact | Rule::Telephone if text.is_empty() => None,
        Rule::CaseIgnore | Rule::CaseExact | Rule::CaseIgnoreIa5 | Rule::CaseExactIa5 | Rule::Telephone => {
            Some(Wanted::Text(rule, prepare::text(rule, text, Piece::Whole)?.into_owned()))
        }
        Rule::Integer => prepare::integer(text).map(|number| Wanted::Integer(number.into_owned())),
        Rule::Name => match sight.resolve(&Dn::parse(value).ok()?) {
            Named::Entry(place) => Some(Wanted::Place(Some(place))),
            Named::Subschema => Some(Wanted::Subschema),
            Named::Root | Named::Connector(_) | Named::Nothing(_) => Some(Wanted::Place(None)),
        },
        Rule::ObjectIdentifier => class(value).map(|class| Wanted::Text(Rule::CaseIgnoreIa5, class.name.to_ascii_lowercase())),
        Rule::Time => prepare::time(text).map(Wanted::Time),
        Rule::Uuid => Uuid::parse_str(text).ok().filter(|_| text.len() == 36).map(|uuid| Wanted::Uuid(uuid.into_bytes())),
        Rule::Boolean => match text {
            "TRUE" => Some(Wanted::Truth(true)),
            "FALSE" => Some(Wanted::Truth(false)),
            _ => None,
        },
        Rule::Jpeg => None,
    }
}

/// What a compare asks; none when the value is none of this type.
pub fn wanted_of(attr: Attr, value: &[u8], sight: &Sight) -> Option<Wanted> {
    wanted(attr.kind().rule, value, sight)
}

fn any(sight: &Sight, place: Place, attrs: &[Attr], mut test: impl FnMut(Value<'_>) -> bool) -> bool {
    let mut found = false;
    for attr in attrs {
        sight.values(place, *attr, &mut |value| {
            found = test(value);
            !found
        });
        if found {
            break;
        }
    }
    found
}

impl Wanted {
    pub fn equals(&self, value: Value<'_>) -> bool {
        match (self, value) {
            (Self::Text(rule, wanted), Value::Text(text)) => {
                prepare::text(*rule, text, Piece::Whole).is_some_and(|text| text == wanted.as_str())
            }
            (Self::Integer(wanted), Value::Number(number)) => wanted.parse() == Ok(number),
            (Self::Place(wanted), Value::Place(place)) => *wanted == Some(place),
            (Self::Subschema, Value::Subschema) => true,
            (Self::Time(wanted), Value::Time(at)) => *wanted == at,
            (Self::Uuid(wanted), Value::Uuid(uuid)) => *wanted == uuid,
            (Self::Truth(wanted), Value::Truth(truth)) => *wanted == truth,
            _ => false,
        }
    }

    /// How the value stands to this one.
    fn compare(&self, value: Value<'_>) -> Option<std::cmp::Ordering> {
        match (self, value) {
            (Self::Integer(wanted), Value::Number(number)) => Some(match wanted.parse::<u64>() {
                Ok(wanted) => number.cmp(&wanted),
                // Less than nothing, or more than there can be.
                Err(_) if wanted.starts_with('-') => std::cmp::Ordering::Greater,
                Err(_) => std::cmp::Ordering::Less,
            }),
            (Self::Time(wanted), Value::Time(at)) => Some(at.cmp(wanted)),
            (Self::Uuid(wanted), Value::Uuid(uuid)) => Some(uuid.cmp(wanted)),
            _ => None,
        }
    }

    fn stands_in_name(&self, sight: &Sight, place: Place, attrs: &[Attr]) -> bool {
        let mut found = false;
        sight.name_values(place, &mut |attr, value| found |= attrs.contains(&attr) && self.equals(Value::Text(value)));
        found
    }

    fn holders(&self, attr: Attr, sight: &Sight, index: &Index) -> Option<Vec<Place>> {
        let person = |id: u64| sight.org.slot(PersonId(id)).map(Place::Person).into_iter().collect::<Vec<_>>();
        match (attr, self) {
            (Attr::Uid, Self::Text(_, uid)) => Some(sight.org.by_uid(uid).map(|found| person(found.id.0)).unwrap_or_default()),
            (attr, Self::Text(_, value)) if INDEXED.contains(&attr) => {
                let people = index.find(attr, value).into_iter().map(Place::Person);
                Some(people.chain(group(value).filter(|_| attr == Attr::Cn)).collect())
            }
            (Attr::UidNumber, Self::Integer(number)) => Some(
                number
                    .parse::<u64>()
                    .ok()
                    .and_then(|number| number.checked_sub(POSIX_FIRST_PERSON))
                    .map(person)
                    .unwrap_or_default(),
            ),
            (Attr::GidNumber, Self::Integer(number)) => {
                let number: u64 = number.parse().ok()?;
                let tag = number.checked_sub(POSIX_FIRST_TAG).map(|id| Place::Tag(TagId(id)));
                let department = || number.checked_sub(POSIX_FIRST_DEPARTMENT).map(|id| Place::Group(DepartmentId(id)));
                (number != POSIX_EVERYBODY).then(|| tag.or_else(department).into_iter().collect())
            }
            (Attr::EntryUuid, Self::Uuid(uuid)) => Some(sight.of_uuid(*uuid).into_iter().collect()),
            (Attr::EntryDn, Self::Place(place)) => Some(place.iter().copied().collect()),
            (Attr::Member | Attr::MemberOf | Attr::Manager, Self::Place(None)) => Some(Vec::new()),
            (Attr::Member, Self::Place(Some(Place::Person(slot)))) => {
                let seen = sight.seen(*slot)?;
                let groups = sight.departments_of(&seen).map(|one| Place::Group(one.id));
                let tags = sight.tags_of(seen.person()).into_iter().map(Place::Tag);
                Some(groups.chain(tags).chain([Place::Everybody]).collect())
            }
            (Attr::MemberOf, Self::Place(Some(Place::Group(id)))) => {
                let children = sight.org.department(*id).map(|one| one.children.clone()).unwrap_or_default();
                let people = sight.members.of(*id).iter().map(|slot| Place::Person(*slot));
                Some(people.chain(children.into_iter().map(Place::Group)).collect())
            }
            (Attr::MemberOf, Self::Place(Some(Place::Tag(id)))) => Some(sight.tagged(*id).map(Place::Person).collect()),
            _ => None,
        }
    }
}

fn has_pieces(text: &str, initial: Option<&str>, any: &[String], last: Option<&str>) -> bool {
    let Some(mut rest) = text.strip_prefix(initial.unwrap_or("")) else { return false };
    for piece in any {
        let Some(at) = rest.find(piece.as_str()) else { return false };
        rest = &rest[at + piece.len()..];
    }
    last.is_none_or(|last| rest.ends_with(last))
}

/// `memberOf`: the entry is in the group or in one below it. `member`: the group has the entry, or one below it has.
fn in_chain(sight: &Sight, place: Place, attr: Attr, of: Place) -> bool {
    let (group, member) = if attr == Attr::MemberOf { (of, place) } else { (place, of) };
    if !sight.has(member) || group == member {
        return false;
    }
    match (group, member) {
        (Place::Everybody, Place::Person(_) | Place::Group(_)) => true,
        (Place::Group(top), Place::Person(slot)) => sight.department(top).is_some_and(|top| sight.seen.in_subtree(slot, top)),
        (Place::Tag(id), Place::Person(slot)) => {
            sight.has_tag(id) && sight.org.tagged(id).is_some_and(|held| held.contains(slot))
        }
        (Place::Group(top), Place::Group(id)) => sight.is_inside(Place::Department(id), Place::Department(top)),
        _ => false,
    }
}
