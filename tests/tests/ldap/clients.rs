//! Clients that must work unchanged: ldapsearch, ldapwhoami, ldapcompare, ldappasswd; what printers and dumps ask.

use holdfast_tests::{
    Options, TestBox,
    ldap::{Search, filter},
    shared,
};
use serde_json::json;
use ureq::http::Method;

use super::desk::{self, SUFFIX, connector, name_of, settings, signed_in, text, tool};

#[test]
fn ldapsearch_finds_people_by_every_scope_and_reads_what_the_box_says_of_itself() {
    let place = shared();
    let by = connector(place, "search", &desk::open_settings());
    let Some(root) = tool(place, "ldapsearch", &["-LLL", "-x", "-H", &place.ldaps, "-b", "", "-s", "base", "+"]) else { return };
    let said = text(&root);
    for word in [
        "namingContexts: dc=holdfast,dc=internal",
        "supportedControl: 1.2.840.113556.1.4.319",
        "subschemaSubentry: cn=Subschema",
        "supportedLDAPVersion: 3",
    ] {
        assert!(said.contains(word), "{said}");
    }
    let schema = text(
        &tool(
            place,
            "ldapsearch",
            &["-LLL", "-x", "-o", "ldif-wrap=no", "-H", &place.ldaps, "-b", "cn=Subschema", "-s", "base", "attributeTypes"],
        )
        .unwrap(),
    );
    assert!(schema.contains("( 2.5.4.3 NAME ( 'cn' 'commonName' ) SUP name )"), "{schema}");
    let ask = |rest: &[&str]| {
        let always = ["-LLL", "-x", "-o", "ldif-wrap=no", "-D", &by.name, "-w", &by.secret];
        text(&tool(place, "ldapsearch", &[&always[..], rest].concat()).unwrap())
    };
    let uid = "(uid=GU.wenzhou)";
    let one = ask(&["-H", &place.ldaps, "-b", SUFFIX, uid, "*", "+"]);
    for word in [
        "dn: uid=gu.wenzhou,ou=people,",
        "objectClass: inetOrgPerson",
        "memberOf: cn=dept-",
        "entryUUID: ",
        "modifyTimestamp: ",
        "uidNumber: 10",
    ] {
        assert!(one.contains(word), "{one}");
    }
    assert!(ask(&["-H", &place.ldap, "-ZZ", "-b", SUFFIX, uid, "dn"]).contains("dn: uid=gu.wenzhou"));
    assert!(ask(&["-H", &place.ldaps, "-s", "one", "-b", SUFFIX, uid]).is_empty());
    assert!(
        ask(&["-H", &place.ldaps, "-s", "one", "-b", &format!("ou=people,{SUFFIX}"), uid, "1.1"]).contains("dn: uid=gu.wenzhou")
    );
    assert!(ask(&["-H", &place.ldaps, "-s", "base", "-b", &name_of("gu.wenzhou"), uid, "1.1"]).contains("dn: uid=gu.wenzhou"));
    let types = ask(&["-H", &place.ldaps, "-A", "-b", SUFFIX, uid, "mail"]);
    assert!(types.contains("mail:\n") && !types.contains('@'), "{types}");
    let by_mail = ask(&["-H", &place.ldaps, "-b", "", "(mail=gu.wenzhou@hengchuan.EXAMPLE)", "cn"]);
    assert!(by_mail.contains("dn: uid=gu.wenzhou"), "{by_mail}");
}

#[test]
fn a_dump_of_everybody_comes_in_pages_and_in_order() {
    let place = shared();
    let by = connector(place, "dump", &desk::open_settings());
    let mut ldap = signed_in(place, &by);
    let everybody = Search { attributes: &["uid"], ..Search::of(SUFFIX, filter::equal("objectClass", "person")) };
    let whole = ldap.search(&everybody).unwrap().entries;
    let pages = ldap.pages(&everybody, 7).unwrap();
    assert!(pages.len() > 3 && pages[..pages.len() - 1].iter().all(|(page, _)| page.len() == 7));
    let paged: Vec<_> = pages.into_iter().flat_map(|(page, _)| page).collect();
    assert_eq!(paged, whole);
    let arguments = [
        "-LLL",
        "-x",
        "-H",
        &place.ldaps,
        "-D",
        &by.name,
        "-w",
        &by.secret,
        "-b",
        SUFFIX,
        "-E",
        "pr=5/noprompt",
        "-E",
        "sss=-uid",
        "(objectClass=person)",
        "uid",
    ];
    let Some(sorted) = tool(place, "ldapsearch", &arguments) else { return };
    let uids: Vec<String> = text(&sorted).lines().filter_map(|line| line.strip_prefix("uid: ")).map(str::to_owned).collect();
    assert!(uids.len() >= whole.len() && uids.is_sorted_by(|a, b| a >= b), "{uids:?}");
}

#[test]
fn an_address_book_gets_as_many_entries_as_it_asks_for_and_the_code_that_says_so() {
    let place = shared();
    let printer = settings(&json!({"entries": 25, "attributes": ["mail", "telephoneNumber"]}));
    let mut ldap = signed_in(place, &connector(place, "printer", &printer));
    let initial = |attribute: &str, text: &str| filter::substrings(attribute, &[(0x80, text.as_bytes().to_vec())]);
    let asked = filter::or(&[initial("cn", "顾"), initial("mail", "gu"), initial("sn", "顾")]);
    let book =
        Search { attributes: &["cn", "mail", "facsimileTelephoneNumber", "mobile"], entries: 5, ..Search::of(SUFFIX, asked) };
    let found = ldap.search(&book).unwrap();
    assert!(found.code == 0 && found.entries.iter().any(|one| one.name.starts_with("uid=gu.wenzhou")), "{found:?}");
    let seen: Vec<_> = found.entries.iter().flat_map(|one| &one.attributes).map(|(name, _)| name.as_str()).collect();
    assert!(seen.contains(&"mail") && !seen.contains(&"mobile"), "{seen:?}");
    let people = Search { entries: 3, ..Search::of(SUFFIX, filter::equal("objectClass", "person")) };
    let three = ldap.search(&people).unwrap();
    assert_eq!((three.code, three.entries.len()), (4, 3));
    let most = ldap.search(&Search { entries: 0, ..people.clone() }).unwrap();
    assert_eq!((most.code, most.entries.len()), (4, 25));
    // Pages do not lead around the connector's limit.
    assert!(ldap.pages(&people, 2).is_err());
}

#[test]
fn ldapwhoami_and_ldapcompare_answer_as_clients_expect() {
    let place = shared();
    desk::person(place, "ldap.whoami", "Quiet-harbour-41");
    let by = connector(place, "whoami", &settings(&json!({"checks_passwords": true, "networks": ["127.0.0.1"]})));
    let me = name_of("ldap.whoami");
    let ask = |url: &str, more: &[&str], name: &str, password: &str| {
        tool(place, "ldapwhoami", &[&["-x", "-H", url, "-D", name, "-w", password], more].concat())
    };
    let Some(own) = ask(&place.ldaps, &[], &me, "Quiet-harbour-41") else { return };
    assert_eq!(text(&own).trim(), format!("dn:{me}"));
    assert_eq!(text(&ask(&place.ldap, &["-ZZ"], "ldap.whoami", "Quiet-harbour-41").unwrap()).trim(), format!("dn:{me}"));
    assert_eq!(text(&ask(&place.ldaps, &[], &by.name, &by.secret).unwrap()).trim(), format!("dn:{}", by.name));
    assert_eq!(text(&tool(place, "ldapwhoami", &["-x", "-H", &place.ldaps]).unwrap()).trim(), "anonymous");
    assert_eq!(ask(&place.ldaps, &[], &me, "Wrong-harbour-41").unwrap().status.code(), Some(49));
    assert_eq!(ask(&place.ldap, &[], &me, "Quiet-harbour-41").unwrap().status.code(), Some(13));
    let compare = |what: &str| {
        let arguments = ["-x", "-H", &place.ldaps, "-D", &by.name, "-w", &by.secret, &me, what];
        tool(place, "ldapcompare", &arguments).unwrap().status.code()
    };
    assert_eq!((compare("mail:LDAP.whoami@example.com"), compare("mail:other@example.com")), (Some(6), Some(5)));
    assert_eq!((compare("mobile:1"), compare("nothing:1")), (Some(16), Some(17)));
}

#[test]
fn ldappasswd_changes_the_own_password_by_the_same_policy_as_on_the_web() {
    // A box of its own: which connector a person comes through follows from the address, and here there is only one.
    let running = TestBox::boot(&Options::small()).unwrap();
    let place = &running.place();
    desk::person(place, "ldap.passwd", "Early-lantern-52");
    let me = name_of("ldap.passwd");
    let shut = settings(&json!({"checks_passwords": true, "networks": ["127.0.0.0/8"]}));
    let by = connector(place, "passwd", &shut);
    let mut ldap = signed_in(place, &by);
    assert_eq!(ldap.bind(&me, "Early-lantern-52").unwrap().code, 0);
    assert_eq!(ldap.extended("1.3.6.1.4.1.4203.1.11.1", None).unwrap().code, 53);
    let security = place.administrator("security");
    let open = settings(&json!({"checks_passwords": true, "changes_passwords": true, "networks": ["127.0.0.0/30"]}));
    security.put(&format!("/api/v1/connectors/{}", by.id), &open).unwrap().ok();
    let old = holdfast_tests::ldap::element(0x81, b"Early-lantern-52");
    let asked = |old: &[u8], new: &str| {
        holdfast_tests::ldap::sequence(&[old.to_vec(), holdfast_tests::ldap::element(0x82, new.as_bytes())])
    };
    let mut ldap = signed_in(place, &by);
    assert_eq!(ldap.bind(&me, "Early-lantern-52").unwrap().code, 0);
    assert_eq!(ldap.extended("1.3.6.1.4.1.4203.1.11.1", Some(&asked(&old, "short"))).unwrap().code, 19);
    assert_eq!(ldap.extended("1.3.6.1.4.1.4203.1.11.1", Some(&asked(&[], "Later-lantern-53"))).unwrap().code, 53);
    assert_eq!(ldap.extended("1.3.6.1.4.1.4203.1.11.1", Some(&asked(&old, "Later-lantern-53"))).unwrap().code, 0);
    // The connection that changed it goes on; the old password is worth nothing, on the web neither.
    assert_eq!(ldap.search(&Search::of(SUFFIX, filter::equal("uid", "ldap.passwd"))).unwrap().entries.len(), 1);
    assert!(place.stranger().sign_in("ldap.passwd", "Early-lantern-52").is_err());
    assert!(place.stranger().sign_in("ldap.passwd", "Later-lantern-53").is_ok());
    let arguments =
        ["-x", "-H", &place.ldaps, "-D", &me, "-w", "Later-lantern-53", "-a", "Later-lantern-53", "-s", "Third-lantern-54"];
    let Some(changed) = tool(place, "ldappasswd", &arguments) else { return };
    assert!(changed.status.success(), "{}", String::from_utf8_lossy(&changed.stderr));
    assert!(place.stranger().sign_in("ldap.passwd", "Third-lantern-54").is_ok());
}

#[test]
fn a_picture_comes_as_a_file_to_whoever_may_see_it() {
    let place = shared();
    let person = place.person("han.ruoxi");
    let portrait = include_bytes!("../whole/portrait.png").to_vec();
    let put = person.send(Method::PUT, "/api/v1/me/avatar", &[("content-type", "application/octet-stream")], portrait).unwrap();
    put.ok();
    let shown = person.get("/api/v1/people/han.ruoxi/avatar").unwrap().bytes;
    let by = connector(place, "pictures", &desk::open_settings());
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().to_str().unwrap();
    let ask = |filter: &str| {
        let always = ["-LLL", "-x", "-t", "-T", files, "-H", &place.ldaps, "-D", &by.name, "-w", &by.secret, "-b", SUFFIX];
        tool(place, "ldapsearch", &[&always[..], &[filter, "jpegPhoto"]].concat()).map(|said| text(&said))
    };
    let Some(said) = ask("(&(uid=han.ruoxi)(jpegPhoto=*))") else { return };
    assert!(said.contains("jpegPhoto:< file://"), "{said}");
    let written: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    assert_eq!(written, [shown]);
    assert!(!ask("(&(uid=gu.wenzhou)(jpegPhoto=*))").unwrap().contains("dn:"), "who has none");
    assert!(!ask("(jpegPhoto=x)").unwrap().contains("dn:"), "no rule compares pictures");

    let few = settings(&json!({"attributes": ["mail"]}));
    let narrow = connector(place, "no-pictures", &few);
    let mut ldap = signed_in(place, &narrow);
    let everything = Search { attributes: &["*"], ..Search::of(SUFFIX, filter::equal("uid", "han.ruoxi")) };
    let entries = ldap.search(&everything).unwrap().entries;
    assert_eq!(entries.len(), 1);
    assert!(!format!("{entries:?}").contains("jpegPhoto"), "what a view does not have does not exist for it");
    person.delete("/api/v1/me/avatar").unwrap();
}
