//! The same entries in slapd and here, the same filters to both: no difference in what is found.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_tests::{
    Chance, Options, TestBox,
    ldap::{Answer, Entry, Ldap, Search, filter},
    setting,
    slapd::{self, Slapd},
};

use super::desk::{self, SUFFIX};

/// Filters of a run that says nothing else.
const FILTERS: usize = 3_000;

/// Attributes whose values are compared as filters ask; what only slapd or only we have is not among them.
const ATTRIBUTES: [&str; 28] = [
    "objectClass",
    "cn",
    "sn",
    "uid",
    "displayName",
    "initials",
    "title",
    "mail",
    "telephoneNumber",
    "mobile",
    "employeeNumber",
    "ou",
    "departmentNumber",
    "manager",
    "physicalDeliveryOfficeName",
    "memberOf",
    "uidNumber",
    "gidNumber",
    "homeDirectory",
    "loginShell",
    "gecos",
    "member",
    "memberUid",
    "dc",
    "o",
    "entryUUID",
    "createTimestamp",
    "modifyTimestamp",
];
const OTHERS: [&str; 5] = ["name", "commonName", "2.5.4.3", "noSuchAttribute", "cn;lang-en"];

struct Pool {
    values: BTreeMap<String, Vec<Vec<u8>>>,
    names: Vec<String>,
}

impl Pool {
    fn of(entries: &[Entry]) -> Self {
        let mut values: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        for (name, some) in entries.iter().flat_map(|entry| &entry.attributes) {
            values.entry(name.clone()).or_default().extend(some.iter().cloned());
        }
        Self { values, names: entries.iter().map(|entry| entry.name.clone()).collect() }
    }

    fn attribute(chance: &mut Chance) -> &'static str {
        if chance.one_in(12) { OTHERS[chance.below(OTHERS.len())] } else { ATTRIBUTES[chance.below(ATTRIBUTES.len())] }
    }

    /// A value of the attribute as it is, or as somebody would type it, or one of another attribute.
    fn value(&self, chance: &mut Chance, attribute: &str) -> Vec<u8> {
        let own = self.values.get(attribute).filter(|_| !chance.one_in(10));
        let some = own.or_else(|| self.values.get(ATTRIBUTES[chance.below(ATTRIBUTES.len())]));
        let Some(some) = some else { return b"nothing".to_vec() };
        let value = some[chance.below(some.len())].clone();
        let text = String::from_utf8_lossy(&value).into_owned();
        match chance.below(12) {
            0 => text.to_uppercase().into_bytes(),
            1 => format!(" {text} ").into_bytes(),
            2 => text.replace(' ', "  ").into_bytes(),
            3 => text.replace([',', '='], "").into_bytes(),
            4 => format!("{text}x").into_bytes(),
            5 => [value.as_slice(), &[0xff]].concat(),
            _ => value,
        }
    }

    fn piece(&self, chance: &mut Chance, attribute: &str) -> Vec<u8> {
        let value = self.value(chance, attribute);
        let text: Vec<char> = String::from_utf8_lossy(&value).chars().collect();
        let from = chance.below(text.len());
        let to = (from + 1 + chance.below(4)).min(text.len());
        text[from.min(to)..to].iter().collect::<String>().into_bytes()
    }

    fn leaf(&self, chance: &mut Chance) -> Vec<u8> {
        let attribute = Self::attribute(chance);
        match chance.below(12) {
            0 | 1 => filter::present(attribute),
            2 | 3 => {
                let mut pieces = Vec::new();
                if chance.one_in(2) {
                    pieces.push((0x80, self.piece(chance, attribute)));
                }
                for _ in 0..chance.below(3) {
                    pieces.push((0x81, self.piece(chance, attribute)));
                }
                if pieces.is_empty() || chance.one_in(3) {
                    pieces.push((0x82, self.piece(chance, attribute)));
                }
                filter::substrings(attribute, &pieces)
            }
            4 => filter::compare(0xa5, attribute, self.value(chance, attribute)),
            5 => filter::compare(0xa6, attribute, self.value(chance, attribute)),
            6 if chance.one_in(2) => {
                let rule = ["caseIgnoreMatch", "2.5.13.2"][chance.below(2)];
                let attribute = ["cn", "uid", "title", "displayName"][chance.below(4)];
                filter::extensible(Some(rule), Some(attribute), &self.value(chance, attribute), false)
            }
            6 => {
                let (attribute, value) =
                    [("ou", "people"), ("ou", "Groups"), ("dc", "holdfast"), ("cn", "dept-3")][chance.below(4)];
                filter::extensible(None, Some(attribute), value.as_bytes(), true)
            }
            _ => filter::equal(attribute, self.value(chance, attribute)),
        }
    }

    fn filter(&self, chance: &mut Chance, depth: usize) -> Vec<u8> {
        if depth == 0 || chance.one_in(2) {
            return self.leaf(chance);
        }
        let parts =
            |chance: &mut Chance| -> Vec<Vec<u8>> { (0..1 + chance.below(3)).map(|_| self.filter(chance, depth - 1)).collect() };
        match chance.below(3) {
            0 => filter::and(&parts(chance)),
            1 => filter::or(&parts(chance)),
            _ => filter::not(&self.filter(chance, depth - 1)),
        }
    }

    fn base(&self, chance: &mut Chance) -> (&str, u8) {
        if !chance.one_in(4) {
            return (SUFFIX, 2);
        }
        (&self.names[chance.below(self.names.len())], u8::try_from(chance.below(3)).unwrap_or(2))
    }
}

fn found(answer: &Answer) -> (i32, BTreeSet<String>) {
    (answer.code, answer.entries.iter().map(|entry| entry.name.clone()).collect())
}

#[test]
fn the_same_filters_find_the_same_entries_as_in_slapd() {
    if !slapd::is_present() {
        assert!(std::env::var_os("CI").is_none(), "slapd is missing");
        println!("SKIPPED: slapd is missing");
        return;
    }
    let running = TestBox::boot(&Options::small()).unwrap();
    let place = running.place();
    let mut ours = desk::signed_in(&place, &desk::connector(&place, "differential", &desk::open_settings()));
    let entries = slapd::everything(&mut ours, SUFFIX).unwrap();
    assert!(entries.len() > 60, "{} entries", entries.len());
    let slapd = Slapd::start(&place, SUFFIX, &entries, true).unwrap();
    let mut theirs = Ldap::plain(&slapd.plain).unwrap();
    assert_eq!(theirs.bind(slapd::ROOT, slapd::PASSWORD).unwrap().code, 0);

    let mut chance = Chance::of_this_run("differential");
    let pool = Pool::of(&entries);
    let (mut differences, mut matched, mut all) = (Vec::new(), 0, 0);
    for round in 0..setting("FILTERS", FILTERS) {
        let asked = pool.filter(&mut chance, 3);
        let (base, scope) = pool.base(&mut chance);
        let search = Search { scope, ..Search::of(base, asked.clone()) };
        let (here, there) = (found(&ours.search(&search).unwrap()), found(&theirs.search(&search).unwrap()));
        matched += usize::from(!there.1.is_empty() && there.1.len() < entries.len());
        all += 1;
        if here != there {
            let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).take(3).cloned().collect::<Vec<_>>();
            differences.push(format!(
                "{round}: {base:?} {scope} {} here {} only {:?}, there {} only {:?}",
                asked.escape_ascii(),
                here.0,
                only(&here.1, &there.1),
                there.0,
                only(&there.1, &here.1)
            ));
        }
    }
    assert!(
        differences.is_empty(),
        "{} of {all} differ:\n{}",
        differences.len(),
        differences.iter().take(40).cloned().collect::<Vec<_>>().join("\n")
    );
    // Filters that find nothing, or everything, would agree about nothing.
    assert!(matched * 5 > all, "only {matched} of {all} filters told entries apart");
    println!("{all} filters, {matched} of them told entries apart, no difference");
}
