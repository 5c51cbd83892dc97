use std::time::Duration;

use holdfast_base::{Actor, RequestId, Result, Who};

use super::bench::{Bench, PASSWORD, refusal, source};
use crate::{
    Role,
    bootstrap::{self, FirstAdministrator},
    enrolments::{self, Code},
    limits,
    may::AccountAct,
    password::Password,
    people, session,
    session::Opened,
    views::NewEnrolment,
};

const CHOSEN: &str = "A gate of iron, closed";

impl Bench {
    fn stranger(&self, address: &str) -> Actor {
        let request = RequestId(self.world.uuid());
        Actor { who: Who::Stranger, session: None, source: source(address), request, now: self.world.now() }
    }

    fn issue(&self, by: &str, uid: &str) -> Result<NewEnrolment> {
        let keeper = self.directory.org().account_keeper(&self.actor(by), uid, AccountAct::SignIn)?;
        self.write(|tx| enrolments::issue(tx, &self.directory, &keeper))
    }

    fn redeem(&self, code: &Code, password: &str) -> Result<Opened> {
        enrolments::redeem(&self.directory, &self.audit, &self.stranger("10.0.0.1"), code, &Password::new(password), None)
    }

    fn look(&self, code: &Code, address: &str) -> Result<crate::views::Enrolment> {
        enrolments::look(&self.directory, &self.audit, &self.stranger(address), code)
    }

    /// Set up as an installer does it: three administrators, nobody with a password.
    fn appointed() -> (Self, Vec<NewEnrolment>) {
        let bench = Self::empty();
        let system = Actor::system(RequestId(bench.world.uuid()), bench.world.now());
        bench.write(|tx| bootstrap::enterprise(tx, &bench.directory, &system, "恒川")).unwrap();
        let first = [(Role::System, "sys", "何嘉禾"), (Role::Security, "sec", "宋以宁"), (Role::Audit, "aud", "程予安")];
        let first =
            first.map(|(role, uid, name)| FirstAdministrator { role, uid: uid.into(), name: name.into(), password: None });
        let appointed = bootstrap::administrators(&bench.directory, &system, &first).and_then(|done| bench.settled(done));
        let codes = appointed.unwrap().into_iter().filter_map(|one| one.enrolment).collect();
        (bench, codes)
    }

    fn reissue(&self, uid: &str) -> Result<NewEnrolment> {
        let system = Actor::system(RequestId(self.world.uuid()), self.world.now());
        self.write(|tx| bootstrap::reissue(tx, &self.directory, &system, uid))
    }
}

fn typed(text: &str) -> Code {
    serde_json::from_value(text.into()).unwrap()
}

#[test]
fn the_first_administrators_choose_their_passwords() {
    let (bench, codes) = Bench::appointed();
    assert_eq!(codes.iter().map(|one| one.uid.as_str()).collect::<Vec<_>>(), ["sys", "sec", "aud"]);
    assert_eq!(refusal(bench.sign_in("sec", "", "10.0.0.1")), "wrong-credentials");
    let seen = bench.look(&codes[1].code, "10.0.0.1").unwrap();
    assert_eq!((seen.uid.as_str(), seen.name.as_str(), seen.roles.as_slice()), ("sec", "宋以宁", &[Role::Security][..]));
    let sloppy = typed(&codes[1].code.shown().to_lowercase().replace('-', " "));
    for bad in ["short", "my name is sec, yes", "1234567890"] {
        assert!(refusal(bench.redeem(&sloppy, bad)).starts_with("password: "), "{bad}");
    }
    let opened = bench.redeem(&sloppy, CHOSEN).unwrap();
    let found = bench.directory.resolve(&opened.token).unwrap();
    assert_eq!((found.person, found.must_change_password), (bench.id("sec"), false));
    assert!(bench.directory.org().security_admin(&bench.actor("sec")).is_ok());
    assert_eq!(refusal(bench.redeem(&sloppy, CHOSEN)), "not-found", "once");
    assert_eq!(refusal(bench.look(&sloppy, "10.0.0.1")), "not-found");
    assert!(bench.sign_in("sec", CHOSEN, "10.0.0.1").is_ok());
    assert_eq!(bench.logged("enrolment.create"), 3);
    assert_eq!(bench.logged("enrolment.redeem"), 1);
    assert_eq!(bench.logged("enrolment.look"), 1);
    assert_eq!(bench.logged("enrolment.refuse"), 2);
}

#[test]
fn the_terminals_door_closes_once_somebody_can_keep_it() {
    let (mut bench, codes) = Bench::appointed();
    let standing = |bench: &Bench| {
        let all = bootstrap::standing(&bench.directory, bench.world.now()).unwrap();
        all.into_iter().map(|one| (one.uid, one.enrolled, one.expires_at.is_some())).collect::<Vec<_>>()
    };
    let expect = |aud: bool, sec: bool, sys: bool| {
        vec![("aud".to_owned(), aud, !aud), ("sec".to_owned(), sec, !sec), ("sys".to_owned(), sys, !sys)]
    };
    assert_eq!(standing(&bench), expect(false, false, false));
    let again = bench.reissue("sys").unwrap();
    assert_eq!(refusal(bench.look(&codes[0].code, "10.0.0.1")), "not-found", "a new code ends the one before it");
    bench.reopen();
    bench.redeem(&again.code, CHOSEN).unwrap();
    assert_eq!(refusal(bench.reissue("sys")), "enrolled");
    assert_eq!(refusal(bench.reissue("nobody")), "not-found");
    assert!(bench.reissue("aud").is_ok(), "while there is no security administrator");
    bench.redeem(&codes[1].code, CHOSEN).unwrap();
    assert_eq!(standing(&bench), expect(false, true, true));
    assert_eq!(refusal(bench.reissue("aud")), "security-administrator-issues-codes");
    let from_security = bench.issue("sec", "aud").unwrap();
    bench.redeem(&from_security.code, CHOSEN).unwrap();
    assert_eq!(standing(&bench), expect(true, true, true));
    bench.person("lin", "林岚", &[]);
    assert_eq!(refusal(bench.reissue("lin")), "not-found");
}

#[test]
fn a_code_takes_the_place_of_a_password_that_is_told() {
    let bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    let before = bench.sign_in("lin", PASSWORD, "10.0.0.7").unwrap();
    assert_eq!(refusal(bench.issue("sys", "sec")), "forbidden", "an administrator's account is the security administrator's");
    assert_eq!(refusal(bench.issue("sys", "nobody")), "not-found");
    let issued = bench.issue("sys", "lin").unwrap();
    assert!(bench.sign_in("lin", PASSWORD, "10.0.0.7").is_ok(), "the old password stands until then");
    bench.redeem(&issued.code, CHOSEN).unwrap();
    assert!(bench.directory.resolve(&before.token).is_err(), "what was signed in before is signed out");
    assert_eq!(refusal(bench.sign_in("lin", PASSWORD, "10.0.0.7")), "wrong-credentials");
    assert_eq!(session::list(&bench.directory, bench.id("lin"), None).items.len(), 1);
}

#[test]
fn a_code_dies_with_what_it_was_for() {
    let bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    let keeper = bench.directory.org().account_keeper(&bench.actor("sys"), "lin", AccountAct::SignIn).unwrap();
    let dead = |code: &Code| {
        assert_eq!(refusal(bench.look(code, "10.0.0.1")), "not-found");
        // Far behind the window in which wrong guesses count.
        bench.pass(limits::LOCKOUT_WINDOW * 2);
    };
    let frozen = bench.issue("sys", "lin").unwrap();
    bench.write(|tx| people::freeze(tx, &bench.directory, &keeper, None, None)).unwrap();
    dead(&frozen.code);
    assert_eq!(refusal(bench.issue("sys", "lin")), "frozen");
    bench.write(|tx| people::unfreeze(tx, &bench.directory, &keeper)).unwrap();
    dead(&frozen.code);

    let told = bench.issue("sys", "lin").unwrap();
    people::set_password(&bench.directory, &keeper, &Password::new("A third bridge, for a day"))
        .and_then(|done| bench.settled(done))
        .unwrap();
    dead(&told.code);

    let late = bench.issue("sys", "lin").unwrap();
    bench.pass(limits::ENROLMENT_LIFETIME);
    dead(&late.code);

    let promoted = bench.issue("sys", "lin").unwrap();
    let new =
        crate::roles::NewGrant { cid: bench.cid(), role: Role::Audit, uid: "lin".into(), reason: "needed".into(), until: None };
    bench.write(|tx| crate::roles::grant(tx, &bench.directory, &bench.sec(), &new)).unwrap();
    dead(&promoted.code);
    assert_eq!(refusal(bench.issue("sys", "lin")), "forbidden");
}

#[test]
fn who_guesses_locks_out_the_own_address_only() {
    let bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    let issued = bench.issue("sys", "lin").unwrap();
    assert_eq!(refusal(bench.look(&typed("not a code"), "10.6.6.6")), "code: malformed");
    assert_eq!(refusal(bench.look(&typed(&"1".repeat(10_000)), "10.6.6.6")), "code: malformed");
    for _ in 0..limits::LOCKOUT_FAILURES {
        assert_eq!(refusal(bench.look(&typed("0000-0000-0000-0000"), "10.6.6.6")), "not-found");
    }
    assert_eq!(refusal(bench.look(&issued.code, "10.6.6.6")), "too-many-attempts");
    assert!(bench.look(&issued.code, "10.0.0.1").is_ok());
    bench.pass(limits::LOCKOUT_FIRST + Duration::from_secs(1));
    assert!(bench.look(&issued.code, "10.6.6.6").is_ok());
    assert_eq!(bench.logged("enrolment.refuse"), 6);
}
