//! What attributes and classes there are, with the OIDs of their standards: the one table that names, filters, answers and
//! the subschema entry are made from.

use std::{collections::HashMap, fmt::Write as _, sync::LazyLock};

/// How values of one kind are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    CaseIgnore,
    CaseExact,
    CaseIgnoreIa5,
    CaseExactIa5,
    Telephone,
    Integer,
    Name,
    ObjectIdentifier,
    Time,
    Uuid,
    Boolean,
    /// Given, and never compared.
    Jpeg,
}

/// A matching rule as clients name it: OID, name, syntax of what is asserted, and what it does.
pub struct MatchingRule {
    pub oid: &'static str,
    pub name: &'static str,
    syntax: &'static str,
    pub rule: Rule,
    pub act: Act,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Equal,
    AtLeast,
    Substrings,
    /// All bits, one of the bits (Microsoft's rules).
    AllBits,
    AnyBit,
    /// Groups within groups (Microsoft's rule).
    InChain,
}

const TEXT: &str = "1.3.6.1.4.1.1466.115.121.1.15";
const IA5: &str = "1.3.6.1.4.1.1466.115.121.1.26";
const TELEPHONE: &str = "1.3.6.1.4.1.1466.115.121.1.50";
const INTEGER: &str = "1.3.6.1.4.1.1466.115.121.1.27";
const NAME: &str = "1.3.6.1.4.1.1466.115.121.1.12";
const OBJECT_IDENTIFIER: &str = "1.3.6.1.4.1.1466.115.121.1.38";
const TIME: &str = "1.3.6.1.4.1.1466.115.121.1.24";
const UUID: &str = "1.3.6.1.1.16.1";
const BOOLEAN: &str = "1.3.6.1.4.1.1466.115.121.1.7";
const JPEG: &str = "1.3.6.1.4.1.1466.115.121.1.28";
const SUBSTRINGS: &str = "1.3.6.1.4.1.1466.115.121.1.58";

const SYNTAXES: &[(&str, &str)] = &[
    (BOOLEAN, "Boolean"),
    (NAME, "DN"),
    (TEXT, "Directory String"),
    (TIME, "Generalized Time"),
    (IA5, "IA5 String"),
    (INTEGER, "INTEGER"),
    (JPEG, "JPEG"),
    (OBJECT_IDENTIFIER, "OID"),
    (TELEPHONE, "Telephone Number"),
    (SUBSTRINGS, "Substring Assertion"),
    (UUID, "UUID"),
];

const fn matching(oid: &'static str, name: &'static str, syntax: &'static str, rule: Rule, act: Act) -> MatchingRule {
    MatchingRule { oid, name, syntax, rule, act }
}

pub const MATCHING_RULES: &[MatchingRule] = &[
    matching("2.5.13.0", "objectIdentifierMatch", OBJECT_IDENTIFIER, Rule::ObjectIdentifier, Act::Equal),
    matching("2.5.13.1", "distinguishedNameMatch", NAME, Rule::Name, Act::Equal),
    matching("2.5.13.2", "caseIgnoreMatch", TEXT, Rule::CaseIgnore, Act::Equal),
    matching("2.5.13.4", "caseIgnoreSubstringsMatch", SUBSTRINGS, Rule::CaseIgnore, Act::Substrings),
    matching("2.5.13.5", "caseExactMatch", TEXT, Rule::CaseExact, Act::Equal),
    matching("2.5.13.13", "booleanMatch", BOOLEAN, Rule::Boolean, Act::Equal),
    matching("2.5.13.14", "integerMatch", INTEGER, Rule::Integer, Act::Equal),
    matching("2.5.13.15", "integerOrderingMatch", INTEGER, Rule::Integer, Act::AtLeast),
    matching("2.5.13.20", "telephoneNumberMatch", TELEPHONE, Rule::Telephone, Act::Equal),
    matching("2.5.13.21", "telephoneNumberSubstringsMatch", SUBSTRINGS, Rule::Telephone, Act::Substrings),
    matching("2.5.13.27", "generalizedTimeMatch", TIME, Rule::Time, Act::Equal),
    matching("2.5.13.28", "generalizedTimeOrderingMatch", TIME, Rule::Time, Act::AtLeast),
    matching("1.3.6.1.4.1.1466.109.114.1", "caseExactIA5Match", IA5, Rule::CaseExactIa5, Act::Equal),
    matching("1.3.6.1.4.1.1466.109.114.2", "caseIgnoreIA5Match", IA5, Rule::CaseIgnoreIa5, Act::Equal),
    matching("1.3.6.1.4.1.1466.109.114.3", "caseIgnoreIA5SubstringsMatch", SUBSTRINGS, Rule::CaseIgnoreIa5, Act::Substrings),
    matching("1.3.6.1.4.1.4203.1.2.1", "caseExactIA5SubstringsMatch", SUBSTRINGS, Rule::CaseExactIa5, Act::Substrings),
    matching("1.3.6.1.1.16.2", "UUIDMatch", UUID, Rule::Uuid, Act::Equal),
    matching("1.3.6.1.1.16.3", "UUIDOrderingMatch", UUID, Rule::Uuid, Act::AtLeast),
    matching("1.2.840.113556.1.4.803", "integerBitAndMatch", INTEGER, Rule::Integer, Act::AllBits),
    matching("1.2.840.113556.1.4.804", "integerBitOrMatch", INTEGER, Rule::Integer, Act::AnyBit),
    matching("1.2.840.113556.1.4.1941", "inChainMatch", NAME, Rule::Name, Act::InChain),
];

/// By OID or name, in any case.
pub fn matching_rule(name: &[u8]) -> Option<&'static MatchingRule> {
    MATCHING_RULES.iter().find(|rule| same(rule.oid, name) || same(rule.name, name))
}

fn same(known: &str, asked: &[u8]) -> bool {
    known.as_bytes().eq_ignore_ascii_case(asked)
}

macro_rules! attributes {
    ($($name:ident),+ $(,)?) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Attr { $($name),+ }
    };
}

attributes! {
    ObjectClass, Cn, Sn, Uid, DisplayName, Initials, Title, Mail, TelephoneNumber, Mobile, EmployeeNumber, Ou, DepartmentNumber,
    Manager, JpegPhoto, PhysicalDeliveryOfficeName, MemberOf, UidNumber, GidNumber, HomeDirectory, LoginShell, Gecos, Member, MemberUid,
    Dc, O, EntryUuid, EntryDn, CreateTimestamp, ModifyTimestamp, EntryUsn, HasSubordinates, NumSubordinates,
    StructuralObjectClass, SubschemaSubentry,
}

impl Attr {
    pub fn kind(self) -> &'static Type {
        &TYPES[self as usize]
    }
}

/// One attribute type (RFC 4512, section 4.1.2).
pub struct Type {
    pub attr: Attr,
    pub oid: &'static str,
    pub name: &'static str,
    pub alias: Option<&'static str>,
    /// The abstract type that stands above it.
    pub above: Option<&'static str>,
    pub rule: Rule,
    pub ordered: bool,
    pub substrings: bool,
    single: bool,
    /// Only given when it is asked for by name, or with `+`.
    pub operational: bool,
    /// In [`holdfast_directory::connectors::ATTRIBUTES`], in lower case: a view may leave it out.
    pub viewed: Option<&'static str>,
}

const fn user(attr: Attr, oid: &'static str, name: &'static str, rule: Rule) -> Type {
    let substrings = matches!(rule, Rule::CaseIgnore | Rule::CaseIgnoreIa5 | Rule::Telephone);
    let ordered = matches!(rule, Rule::Integer | Rule::Time | Rule::Uuid);
    Type { attr, oid, name, alias: None, above: None, rule, ordered, substrings, single: false, operational: false, viewed: None }
}

impl Type {
    const fn or(self, alias: &'static str) -> Self {
        Self { alias: Some(alias), ..self }
    }

    const fn below(self, above: &'static str) -> Self {
        Self { above: Some(above), ..self }
    }

    const fn single(self) -> Self {
        Self { single: true, ..self }
    }

    const fn operational(self) -> Self {
        Self { operational: true, ..self }
    }

    const fn viewed(self, as_name: &'static str) -> Self {
        Self { viewed: Some(as_name), ..self }
    }

    const fn with_substrings(self) -> Self {
        Self { substrings: true, ..self }
    }

    fn syntax(&self) -> &'static str {
        match self.rule {
            Rule::CaseIgnore | Rule::CaseExact => TEXT,
            Rule::CaseIgnoreIa5 | Rule::CaseExactIa5 => IA5,
            Rule::Telephone => TELEPHONE,
            Rule::Integer => INTEGER,
            Rule::Name => NAME,
            Rule::ObjectIdentifier => OBJECT_IDENTIFIER,
            Rule::Time => TIME,
            Rule::Uuid => UUID,
            Rule::Boolean => BOOLEAN,
            Rule::Jpeg => JPEG,
        }
    }
}

/// In the order of [`Attr`].
pub static TYPES: &[Type] = &[
    user(Attr::ObjectClass, "2.5.4.0", "objectClass", Rule::ObjectIdentifier),
    user(Attr::Cn, "2.5.4.3", "cn", Rule::CaseIgnore).or("commonName").below("name"),
    user(Attr::Sn, "2.5.4.4", "sn", Rule::CaseIgnore).or("surname").below("name"),
    user(Attr::Uid, "0.9.2342.19200300.100.1.1", "uid", Rule::CaseIgnore).or("userid"),
    user(Attr::DisplayName, "2.16.840.1.113730.3.1.241", "displayName", Rule::CaseIgnore).single().viewed("displayname"),
    user(Attr::Initials, "2.5.4.43", "initials", Rule::CaseIgnore).below("name").viewed("initials"),
    user(Attr::Title, "2.5.4.12", "title", Rule::CaseIgnore).below("name").viewed("title"),
    user(Attr::Mail, "0.9.2342.19200300.100.1.3", "mail", Rule::CaseIgnoreIa5).or("rfc822Mailbox").viewed("mail"),
    user(Attr::TelephoneNumber, "2.5.4.20", "telephoneNumber", Rule::Telephone).viewed("telephonenumber"),
    user(Attr::Mobile, "0.9.2342.19200300.100.1.41", "mobile", Rule::Telephone).or("mobileTelephoneNumber").viewed("mobile"),
    user(Attr::EmployeeNumber, "2.16.840.1.113730.3.1.3", "employeeNumber", Rule::CaseIgnore).single().viewed("employeenumber"),
    user(Attr::Ou, "2.5.4.11", "ou", Rule::CaseIgnore).or("organizationalUnitName").below("name").viewed("ou"),
    user(Attr::DepartmentNumber, "2.16.840.1.113730.3.1.2", "departmentNumber", Rule::CaseIgnore).viewed("departmentnumber"),
    user(Attr::Manager, "0.9.2342.19200300.100.1.10", "manager", Rule::Name).viewed("manager"),
    user(Attr::JpegPhoto, "0.9.2342.19200300.100.1.60", "jpegPhoto", Rule::Jpeg).viewed("jpegphoto"),
    user(Attr::PhysicalDeliveryOfficeName, "2.5.4.19", "physicalDeliveryOfficeName", Rule::CaseIgnore)
        .viewed("physicaldeliveryofficename"),
    user(Attr::MemberOf, "1.2.840.113556.1.2.102", "memberOf", Rule::Name).viewed("memberof"),
    user(Attr::UidNumber, "1.3.6.1.1.1.1.0", "uidNumber", Rule::Integer).single().viewed("uidnumber"),
    user(Attr::GidNumber, "1.3.6.1.1.1.1.1", "gidNumber", Rule::Integer).single().viewed("gidnumber"),
    user(Attr::HomeDirectory, "1.3.6.1.1.1.1.3", "homeDirectory", Rule::CaseExactIa5).single().viewed("homedirectory"),
    user(Attr::LoginShell, "1.3.6.1.1.1.1.4", "loginShell", Rule::CaseExactIa5).single().viewed("loginshell"),
    user(Attr::Gecos, "1.3.6.1.1.1.1.2", "gecos", Rule::CaseIgnoreIa5).single().viewed("gecos"),
    user(Attr::Member, "2.5.4.31", "member", Rule::Name).below("distinguishedName").viewed("memberof"),
    user(Attr::MemberUid, "1.3.6.1.1.1.1.12", "memberUid", Rule::CaseExactIa5).with_substrings().viewed("memberof"),
    user(Attr::Dc, "0.9.2342.19200300.100.1.25", "dc", Rule::CaseIgnoreIa5).or("domainComponent").single(),
    user(Attr::O, "2.5.4.10", "o", Rule::CaseIgnore).or("organizationName").below("name"),
    user(Attr::EntryUuid, "1.3.6.1.1.16.4", "entryUUID", Rule::Uuid).single().operational(),
    user(Attr::EntryDn, "1.3.6.1.1.20", "entryDN", Rule::Name).single().operational(),
    user(Attr::CreateTimestamp, "2.5.18.1", "createTimestamp", Rule::Time).single().operational(),
    user(Attr::ModifyTimestamp, "2.5.18.2", "modifyTimestamp", Rule::Time).single().operational(),
    user(Attr::EntryUsn, "1.3.6.1.4.1.7165.4.2.4", "entryUSN", Rule::Integer).single().operational(),
    user(Attr::HasSubordinates, "2.5.18.9", "hasSubordinates", Rule::Boolean).single().operational(),
    user(Attr::NumSubordinates, "1.3.6.1.4.1.453.16.2.103", "numSubordinates", Rule::Integer).single().operational(),
    user(Attr::StructuralObjectClass, "2.5.21.9", "structuralObjectClass", Rule::ObjectIdentifier).single().operational(),
    user(Attr::SubschemaSubentry, "2.5.18.10", "subschemaSubentry", Rule::Name).single().operational(),
];

/// Types that only stand above others.
const ABSTRACT: &[(&str, &str, Rule)] = &[("2.5.4.41", "name", Rule::CaseIgnore), ("2.5.4.49", "distinguishedName", Rule::Name)];

static NAMES: LazyLock<HashMap<String, Vec<Attr>>> = LazyLock::new(|| {
    let mut names: HashMap<String, Vec<Attr>> = HashMap::new();
    let mut add = |name: &str, attr: Attr| names.entry(name.to_ascii_lowercase()).or_default().push(attr);
    for kind in TYPES {
        [Some(kind.oid), Some(kind.name), kind.alias].into_iter().flatten().for_each(|name| add(name, kind.attr));
        let above = ABSTRACT.iter().filter(|(_, name, _)| Some(*name) == kind.above);
        above.for_each(|(oid, name, _)| {
            add(oid, kind.attr);
            add(name, kind.attr);
        });
    }
    names
});

/// What a description in a request stands for: the type and those below it. Empty: a type that there is, of which no value
/// has the option that is asked for. None: there is no such type.
pub fn described(description: &[u8]) -> Option<&'static [Attr]> {
    let text = std::str::from_utf8(description).ok()?;
    let (name, options) = text.split_once(';').map_or((text, None), |(name, options)| (name, Some(options)));
    let known = match name.bytes().any(|b| b.is_ascii_uppercase()) {
        true => NAMES.get(&name.to_ascii_lowercase()),
        false => NAMES.get(name),
    };
    known.map(|known| if options.is_some() { &[] } else { known.as_slice() })
}

/// How an abstract or a plain type compares.
pub fn rule_of(description: &[u8]) -> Option<Rule> {
    let name = description.split(|b| *b == b';').next().unwrap_or_default();
    let above = ABSTRACT.iter().find(|(oid, known, _)| same(oid, name) || same(known, name)).map(|(_, _, rule)| *rule);
    above.or_else(|| described(name)?.first().map(|attr| attr.kind().rule))
}

pub struct Class {
    pub oid: &'static str,
    pub name: &'static str,
    above: Option<&'static str>,
    kind: &'static str,
    must: &'static [&'static str],
    may: &'static [&'static str],
}

pub static CLASSES: &[Class] = &[
    Class { oid: "2.5.6.0", name: "top", above: None, kind: "ABSTRACT", must: &["objectClass"], may: &[] },
    Class {
        oid: "2.5.6.4",
        name: "organization",
        above: Some("top"),
        kind: "STRUCTURAL",
        must: &["o"],
        may: &["telephoneNumber"],
    },
    Class { oid: "1.3.6.1.4.1.1466.344", name: "dcObject", above: Some("top"), kind: "AUXILIARY", must: &["dc"], may: &[] },
    Class {
        oid: "2.5.6.5",
        name: "organizationalUnit",
        above: Some("top"),
        kind: "STRUCTURAL",
        must: &["ou"],
        may: &["telephoneNumber", "physicalDeliveryOfficeName"],
    },
    Class {
        oid: "2.5.6.6",
        name: "person",
        above: Some("top"),
        kind: "STRUCTURAL",
        must: &["sn", "cn"],
        may: &["telephoneNumber"],
    },
    Class {
        oid: "2.5.6.7",
        name: "organizationalPerson",
        above: Some("person"),
        kind: "STRUCTURAL",
        must: &[],
        may: &["title", "telephoneNumber", "physicalDeliveryOfficeName", "ou"],
    },
    Class {
        oid: "2.16.840.1.113730.3.2.2",
        name: "inetOrgPerson",
        above: Some("organizationalPerson"),
        kind: "STRUCTURAL",
        must: &[],
        may: &[
            "departmentNumber",
            "displayName",
            "employeeNumber",
            "initials",
            "jpegPhoto",
            "mail",
            "manager",
            "mobile",
            "o",
            "uid",
        ],
    },
    Class {
        oid: "1.3.6.1.1.1.2.0",
        name: "posixAccount",
        above: Some("top"),
        kind: "AUXILIARY",
        must: &["cn", "uid", "uidNumber", "gidNumber", "homeDirectory"],
        may: &["loginShell", "gecos"],
    },
    Class {
        oid: "2.5.6.9",
        name: "groupOfNames",
        above: Some("top"),
        kind: "STRUCTURAL",
        must: &["member", "cn"],
        may: &["ou", "o"],
    },
    Class {
        oid: "1.3.6.1.1.1.2.2",
        name: "posixGroup",
        above: Some("top"),
        kind: "AUXILIARY",
        must: &["gidNumber"],
        may: &["memberUid"],
    },
];

/// By OID or name, in any case.
pub fn class(name: &[u8]) -> Option<&'static Class> {
    CLASSES.iter().find(|class| same(class.oid, name) || same(class.name, name))
}

/// The descriptions of RFC 4512, section 4.1: attribute of the subschema entry, and its values.
pub static SUBSCHEMA: LazyLock<Vec<(&'static str, Vec<String>)>> = LazyLock::new(|| {
    vec![
        ("ldapSyntaxes", SYNTAXES.iter().map(|(oid, name)| format!("( {oid} DESC '{name}' )")).collect()),
        (
            "matchingRules",
            MATCHING_RULES.iter().map(|rule| format!("( {} NAME '{}' SYNTAX {} )", rule.oid, rule.name, rule.syntax)).collect(),
        ),
        ("attributeTypes", attribute_types()),
        ("objectClasses", CLASSES.iter().map(Class::description).collect()),
    ]
});

fn attribute_types() -> Vec<String> {
    let above = ABSTRACT.iter().map(|(oid, name, rule)| match rule {
        Rule::Name => format!("( {oid} NAME '{name}' EQUALITY distinguishedNameMatch SYNTAX {NAME} )"),
        _ => format!("( {oid} NAME '{name}' EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX {TEXT} )"),
    });
    above.chain(TYPES.iter().map(Type::description)).collect()
}

impl Type {
    fn description(&self) -> String {
        let names = self.alias.map_or(format!("'{}'", self.name), |alias| format!("( '{}' '{alias}' )", self.name));
        let mut text = format!("( {} NAME {names}", self.oid);
        if let Some(above) = self.above {
            let _ = write!(text, " SUP {above}");
        } else {
            let rule =
                |act| MATCHING_RULES.iter().find(|known| known.rule == self.rule && known.act == act).map(|rule| rule.name);
            let mut add = |word: &str, wanted: bool, act| {
                if let Some(name) = rule(act).filter(|_| wanted) {
                    let _ = write!(text, " {word} {name}");
                }
            };
            add("EQUALITY", true, Act::Equal);
            add("ORDERING", self.ordered, Act::AtLeast);
            add("SUBSTR", self.substrings, Act::Substrings);
            let _ = write!(text, " SYNTAX {}", self.syntax());
        }
        if self.single {
            text.push_str(" SINGLE-VALUE");
        }
        if self.operational {
            text.push_str(" NO-USER-MODIFICATION USAGE directoryOperation");
        }
        text.push_str(" )");
        text
    }
}

impl Class {
    fn description(&self) -> String {
        let mut text = format!("( {} NAME '{}'", self.oid, self.name);
        if let Some(above) = self.above {
            let _ = write!(text, " SUP {above}");
        }
        let _ = write!(text, " {}", self.kind);
        for (word, names) in [("MUST", self.must), ("MAY", self.may)] {
            if !names.is_empty() {
                let _ = write!(text, " {word} ( {} )", names.join(" $ "));
            }
        }
        text.push_str(" )");
        text
    }
}

#[cfg(test)]
mod tests {
    use holdfast_directory::connectors::ATTRIBUTES;

    use super::*;

    #[test]
    fn every_type_stands_at_its_place_and_every_name_that_is_used_is_described() {
        for (at, kind) in TYPES.iter().enumerate() {
            assert_eq!(kind.attr as usize, at, "{}", kind.name);
            assert_eq!(described(kind.oid.as_bytes()), Some([kind.attr].as_slice()));
        }
        for name in CLASSES.iter().flat_map(|class| class.must.iter().chain(class.may)) {
            assert!(described(name.as_bytes()).is_some(), "{name}");
        }
    }

    #[test]
    fn what_a_view_may_leave_out_is_what_an_administrator_may_choose() {
        let mut viewed: Vec<_> = TYPES.iter().filter_map(|kind| kind.viewed).collect();
        let mut chosen: Vec<_> = ATTRIBUTES.iter().map(|name| name.to_ascii_lowercase()).collect();
        viewed.sort_unstable();
        viewed.dedup();
        chosen.sort_unstable();
        assert_eq!(viewed, chosen);
    }

    #[test]
    fn an_abstract_type_stands_for_those_below_it() {
        assert_eq!(described(b"NAME"), Some([Attr::Cn, Attr::Sn, Attr::Initials, Attr::Title, Attr::Ou, Attr::O].as_slice()));
        assert_eq!(described(b"cn;lang-zh"), Some([].as_slice()));
        assert_eq!(described(b"userPassword"), None);
        assert_eq!(rule_of(b"name"), Some(Rule::CaseIgnore));
    }
}
