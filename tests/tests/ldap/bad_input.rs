//! The contract on bad input: clear answers, no panic, nothing changed, and the box goes on.

use std::{
    io,
    time::{Duration, Instant},
};

use holdfast_tests::{
    Chance, Options, Place, TestBox,
    ldap::{Answer, Ldap, Search, bind, control, element, filter, number, octets, page, sequence},
};
use serde_json::json;

use super::desk::{self, Connector, SUFFIX, connector, name_of, settings, signed_in};

/// A box of its own: who sends nonsense is not let in for a moment, and others would be hit.
fn stage() -> (TestBox, Place, Connector) {
    let running = TestBox::boot(&Options::small()).unwrap();
    let place = running.place();
    let by = connector(&place, "bad-input", &settings(&json!({"checks_passwords": true, "networks": ["127.0.0.0/8"]})));
    (running, place, by)
}

/// Connects once the penalty of the last one is over.
fn patiently(place: &Place) -> Ldap {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        match Ldap::tls(place, &place.ldaps) {
            Ok(ldap) => return ldap,
            Err(error) if Instant::now() > until => panic!("{error}"),
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

fn everything() -> Search<'static> {
    Search::of(SUFFIX, filter::present("objectClass"))
}

/// The last words on a connection: a notice with this code, then nothing.
fn disconnected(ldap: &mut Ldap, what: &str) {
    let answer = ldap.answer().unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!((answer.tag, answer.code), (0x78, 2), "{what}: {answer:?}");
    assert!(ldap.message().unwrap().is_none(), "{what}");
}

fn deep(depth: usize) -> Vec<u8> {
    let mut filter = filter::present("cn");
    for _ in 0..depth {
        filter = filter::not(&filter);
    }
    filter
}

/// Not deep because of its bytes: each `not` claims four octets of length, so this is the longest that is read at all.
fn abyss() -> Vec<u8> {
    (0..40_000).flat_map(|_| [0xa2, 0x84, 0x00, 0x00, 0x10, 0x00]).collect()
}

#[test]
fn what_is_no_ldap_ends_the_connection_with_a_notice_and_a_line_in_the_log() {
    let (_box, place, by) = stage();
    let wrong: Vec<(&str, Vec<u8>)> = vec![
        ("not BER", b"GET / HTTP/1.1\r\n\r\n".to_vec()),
        ("an indefinite length", vec![0x30, 0x80, 0, 0]),
        ("a length of a length of five", vec![0x30, 0x85, 0, 0, 0, 0, 5]),
        ("a message of two gigabytes", vec![0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]),
        ("no operation", sequence(&[number(1)])),
        ("number zero", sequence(&[number(0), bind("", "")])),
        ("a number below zero", sequence(&[number(-1), bind("", "")])),
        ("an operation that there is not", sequence(&[number(1), element(0x7e, b"")])),
        ("a bind without a name", sequence(&[number(1), element(0x60, &number(3))])),
        ("something behind the operation", sequence(&[number(1), bind("", ""), octets("more")])),
        ("a scope of nine", sequence(&[number(1), Search { scope: 9, ..everything() }.request()])),
        ("a limit below zero", sequence(&[number(1), Search { entries: -1, ..everything() }.request()])),
        ("a filter of no kind", sequence(&[number(1), Search { filter: element(0xaf, b""), ..everything() }.request()])),
        ("a filter too deep", sequence(&[number(1), Search { filter: deep(64), ..everything() }.request()])),
        ("an abyss", sequence(&[number(1), Search { filter: abyss(), ..everything() }.request()])[..60_000].to_vec()),
        (
            "substrings of nothing",
            sequence(&[number(1), Search { filter: filter::substrings("cn", &[]), ..everything() }.request()]),
        ),
        ("a control that is none", sequence(&[number(1), everything().request(), element(0xa0, b"x")])),
        (
            "a page that is none",
            sequence(&[
                number(1),
                everything().request(),
                element(0xa0, &control(holdfast_tests::ldap::PAGED, false, Some(b"x"))),
            ]),
        ),
    ];
    for (what, bytes) in &wrong {
        let mut ldap = patiently(&place);
        // It may close before all of it is sent.
        let _ = ldap.send(bytes);
        if *what == "an abyss" {
            continue;
        }
        disconnected(&mut ldap, what);
    }
    let mut ldap = patiently(&place);
    assert_eq!(ldap.bind(&by.name, &by.secret).unwrap().code, 0);
    assert_eq!(ldap.search(&Search { filter: deep(62), ..everything() }).unwrap().code, 0);
    let auditor = place.administrator("audit");
    let entries = auditor.get("/api/v1/audit/entries?action=ldap.malformed").unwrap().ok();
    assert!(!entries["items"].as_array().unwrap().is_empty());
}

#[test]
fn what_is_ldap_and_wrong_is_answered_and_the_connection_stays() {
    let (_box, place, by) = stage();
    let mut stranger = Ldap::tls(&place, &place.ldaps).unwrap();
    assert_eq!(stranger.search(&everything()).unwrap().code, 50);
    assert_eq!(stranger.operate(&element(0x60, &[number(2), octets(""), element(0x80, b"")].concat()), &[]).unwrap().code, 2);
    let sasl = element(0x60, &[number(3), octets(""), element(0xa3, &octets("GSSAPI"))].concat());
    assert_eq!(stranger.operate(&sasl, &[]).unwrap().code, 7);
    assert_eq!(stranger.bind(&name_of("gu.wenzhou"), "").unwrap().code, 53);
    let bad = stranger.bind("uid=a,,dc=b", "x").unwrap();
    assert_eq!(bad.code, 34);
    assert!(bad.text.contains("6"), "{}", bad.text);

    let mut ldap = signed_in(&place, &by);
    let searched = |ldap: &mut Ldap, search: &Search<'_>| -> Answer { ldap.search(search).unwrap() };
    let critical = Search { controls: vec![control("1.2.3.4", true, None)], ..everything() };
    assert_eq!(searched(&mut ldap, &critical).code, 12);
    let harmless = Search { controls: vec![control("1.2.3.4", false, None)], ..everything() };
    assert_eq!(searched(&mut ldap, &harmless).code, 0);
    assert_eq!(ldap.extended("1.2.3.4", None).unwrap().code, 2);
    for write in [0x66, 0x68, 0x6c] {
        assert_eq!(ldap.operate(&element(write, &octets(SUFFIX)), &[]).unwrap().code, 53);
    }
    assert_eq!(ldap.operate(&element(0x4a, SUFFIX.as_bytes()), &[]).unwrap().code, 53);
    let base = searched(&mut ldap, &Search::of("dc=holdfast,dc", filter::present("cn")));
    assert!(base.code == 34 && base.text.contains("14"), "{base:?}");
    let missing = searched(&mut ldap, &Search::of("cn=a,ou=nothing,dc=holdfast,dc=internal", filter::present("cn")));
    assert_eq!((missing.code, missing.matched.as_str()), (32, SUFFIX));
    assert_eq!(searched(&mut ldap, &Search::of("dc=elsewhere", filter::present("cn"))).code, 32);
    for undefined in [
        filter::equal("noSuchAttribute", "x"),
        filter::not(&filter::equal("noSuchAttribute", "x")),
        filter::extensible(Some("1.2.3.4"), Some("cn"), b"x", false),
        filter::equal("objectGUID", [0xff, 0xfe]),
        filter::equal("uidNumber", "many"),
    ] {
        let nothing = searched(&mut ldap, &Search::of(SUFFIX, undefined));
        assert_eq!((nothing.code, nothing.entries.len()), (0, 0));
    }
    let foreign = Search { controls: vec![page(5, b"made-up-")], ..everything() };
    assert_eq!(searched(&mut ldap, &foreign).code, 53);
    let sort = control("1.2.840.113556.1.4.473", true, Some(&sequence(&[sequence(&[octets("noSuchAttribute")])])));
    assert_eq!(searched(&mut ldap, &Search { controls: vec![sort], ..everything() }).code, 12);
    assert_eq!(ldap.extended("1.3.6.1.4.1.1466.20037", None).unwrap().code, 1);
    assert_eq!(searched(&mut ldap, &everything()).code, 0);
}

#[test]
fn a_failed_bind_says_the_same_whoever_it_was() {
    let (_box, place, by) = stage();
    desk::person(&place, "ldap.known", "Careful-anchor-81");
    let system = place.administrator("system");
    desk::person(&place, "ldap.frost", "Careful-anchor-82");
    system.post("/api/v1/people/ldap.frost/freeze", &json!({})).unwrap().ok();
    let mut ldap = signed_in(&place, &by);
    let mut said = Vec::new();
    let mut took = Vec::new();
    for (name, password) in [
        (name_of("ldap.known"), "Wrong-anchor-81"),
        (name_of("ldap.unknown"), "Wrong-anchor-81"),
        (name_of("ldap.frost"), "Careful-anchor-82"),
    ] {
        let began = Instant::now();
        let answer = ldap.bind(&name, password).unwrap();
        took.push(began.elapsed());
        said.push((answer.code, answer.text, answer.matched));
    }
    assert!(said.windows(2).all(|pair| pair[0] == pair[1]) && said[0].0 == 49, "{said:?}");
    // The same work: whoever is not there costs no less than a tenth of who is.
    assert!(took[1] * 10 > took[0], "{took:?}");
    // A lock is said in the same words.
    for _ in 0..6 {
        ldap.bind(&name_of("ldap.known"), "Wrong-anchor-81").unwrap();
    }
    let locked = ldap.bind(&name_of("ldap.known"), "Careful-anchor-81").unwrap();
    assert_eq!((locked.code, &locked.text), (49, &said[0].1));
}

#[test]
fn nothing_passes_before_tls_and_nothing_sent_before_it_counts_after() {
    let (_box, place, by) = stage();
    let mut plain = Ldap::plain(&place.ldap).unwrap();
    assert_eq!(plain.bind(&by.name, &by.secret).unwrap().code, 13);
    assert_eq!(plain.search(&everything()).unwrap().code, 13);
    let root = Search { scope: 0, attributes: &["supportedExtension"], ..Search::of("", filter::present("objectClass")) };
    assert_eq!(plain.search(&root).unwrap().entries.len(), 1);
    // StartTLS with a search behind it in one piece: the search is thrown away, the handshake fails on it.
    let start = sequence(&[number(9), element(0x77, &element(0x80, b"1.3.6.1.4.1.1466.20037"))]);
    let both = [start, sequence(&[number(10), root.request()])].concat();
    plain.send(&both).unwrap();
    assert_eq!(plain.answer().unwrap().code, 0);
    plain.send(b"no handshake").unwrap();
    let after = plain.message();
    assert!(!matches!(&after, Ok(Some(bytes)) if bytes.first() == Some(&0x30)), "an answer in the clear: {after:?}");
}

#[test]
fn connections_beyond_an_accounts_limit_are_told_to_wait() {
    let (_box, place, _) = stage();
    let two = connector(&place, "two", &settings(&json!({"connections": 2})));
    let (_first, second) = (signed_in(&place, &two), signed_in(&place, &two));
    let mut third = Ldap::tls(&place, &place.ldaps).unwrap();
    assert_eq!(third.bind(&two.name, &two.secret).unwrap().code, 51);
    drop(second);
    let until = Instant::now() + Duration::from_secs(10);
    while third.bind(&two.name, &two.secret).unwrap().code != 0 {
        assert!(Instant::now() < until, "the seat was not given back");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_sealed_box_says_so_calmly() {
    let (_box, place, by) = stage();
    let mut ldap = signed_in(&place, &by);
    let sealed = place.administrator("security").post("/api/v1/security/seal", &json!({"reason": "演练"})).unwrap();
    assert!(sealed.status < 300, "{}", sealed.status);
    let until = Instant::now() + Duration::from_secs(10);
    while ldap.search(&everything()).unwrap().code != 52 {
        assert!(Instant::now() < until, "it answers as if it were open");
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut another = Ldap::tls(&place, &place.ldaps).unwrap();
    assert_eq!(another.bind(&by.name, &by.secret).unwrap().code, 52);
}

#[test]
fn chance_bytes_and_broken_requests_do_not_end_the_box() {
    let (_box, place, by) = stage();
    let mut chance = Chance::of_this_run("bad input");
    let good = sequence(&[number(1), Search { attributes: &["*", "+"], ..everything() }.request(), element(0xa0, &page(5, b""))]);
    for _ in 0..40 {
        let mut ldap = patiently(&place);
        let mut bytes = good.clone();
        for _ in 0..1 + chance.below(4) {
            let at = chance.below(bytes.len());
            bytes[at] = chance.bytes(1)[0];
        }
        if chance.one_in(3) {
            bytes.truncate(chance.below(bytes.len()));
        }
        let sent: io::Result<()> = ldap.send(&bytes);
        drop((sent, ldap));
    }
    let mut ldap = patiently(&place);
    assert_eq!(ldap.bind(&by.name, &by.secret).unwrap().code, 0);
    assert_eq!(ldap.search(&everything()).unwrap().code, 0);
}
