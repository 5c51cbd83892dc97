use std::time::Duration;

use holdfast_base::Door;

use super::bench::{Bench, PASSWORD, refusal};
use crate::{
    app_passwords::{self, NewAppPasswordRequest},
    limits,
    may::AccountAct,
    me::{self, PasswordChange},
    password::Password,
    people, session,
    views::AppDoor,
};

const OTHER: &str = "A second bridge, of wood";
const GIVEN: &str = "A third bridge, for a day";
const CHOSEN: &str = "A fourth bridge, of iron";

impl Bench {
    fn keeper(&self, uid: &str) -> crate::AccountKeeper {
        self.directory.org().account_keeper(&self.actor("sys"), uid, AccountAct::SignIn).unwrap()
    }

    fn alive(&self, token: &str) -> bool {
        self.directory.resolve(token).is_ok()
    }
}

#[test]
fn a_session_opens_lists_and_ends() {
    let bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    let first = bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap();
    let second = bench.sign_in(" LIN ", PASSWORD, "10.0.0.2").unwrap();
    assert_eq!(first.token.len(), 43);
    let found = bench.directory.resolve(&first.token).unwrap();
    assert_eq!((found.person, found.session, found.must_change_password), (bench.id("lin"), first.session.id, false));
    for bad in ["", "x", "=", &"A".repeat(43), &"A".repeat(10_000), "令牌"] {
        assert_eq!(refusal(bench.directory.resolve(bad)), "not-signed-in");
    }
    let listed = session::list(&bench.directory, bench.id("lin"), Some(first.session.id)).items;
    assert_eq!(listed.iter().filter(|session| session.current).count(), 1);
    assert_eq!(listed.len(), 2);

    let (directory, stranger, id) = (bench.directory.clone(), bench.actor("sys"), second.session.id);
    assert_eq!(refusal(bench.write_ledger(move |tx| session::end(tx, &directory, &stranger, id))), "not-found");
    let (directory, actor) = (bench.directory.clone(), bench.in_session("lin", first.session.id));
    assert_eq!(bench.write_ledger(move |tx| session::end_others(tx, &directory, &actor)).unwrap(), 1);
    assert!(bench.alive(&first.token) && !bench.alive(&second.token));
    assert!(bench.directory.session_alive(first.session.id) && !bench.directory.session_alive(second.session.id));
    assert_eq!(bench.logged("session.open"), 2);
    assert_eq!(bench.logged("session.close"), 1);
}

#[test]
fn a_session_survives_a_restart_and_nothing_else_does() {
    let mut bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    let opened = bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap();
    bench.reopen();
    assert!(bench.alive(&opened.token));
    bench.pass(limits::SESSION_IDLE);
    assert!(!bench.alive(&opened.token));
    bench.reopen();
    assert!(!bench.alive(&opened.token));
    session::sweep(&bench.directory);
    assert_eq!(session::list(&bench.directory, bench.id("lin"), None).items.len(), 0);
}

#[test]
fn sessions_grow_old() {
    let bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    let person = bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap();
    let administrator = bench.sign_in("sys", PASSWORD, "10.0.0.1").unwrap();
    bench.pass(limits::SESSION_IDLE_ADMINISTRATOR);
    assert!(bench.alive(&person.token) && !bench.alive(&administrator.token));
    let step = limits::SESSION_IDLE - Duration::from_secs(60);
    let mut age = limits::SESSION_IDLE_ADMINISTRATOR;
    while age + step < limits::SESSION_ABSOLUTE {
        bench.pass(step);
        age += step;
        assert!(bench.alive(&person.token), "used within its idle time");
    }
    bench.pass(limits::SESSION_ABSOLUTE - age);
    assert!(!bench.alive(&person.token), "a day is enough");
}

#[test]
fn freezing_ends_everything_at_once() {
    let bench = Bench::new();
    let lin = bench.person("lin", "林岚", &[]);
    let opened = bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap();
    let ask = NewAppPasswordRequest { cid: bench.cid(), label: "laptop".to_owned(), door: AppDoor::Webdav, expires_at: None };
    let made = bench.write(|tx| app_passwords::create(tx, &bench.directory, &bench.actor("lin"), &ask)).unwrap();
    let again = bench.write(|tx| app_passwords::create(tx, &bench.directory, &bench.actor("lin"), &ask)).unwrap();
    assert_eq!((made.id, &made.password), (again.id, &again.password), "a retry gets the same answer");
    let resolve = |door| app_passwords::resolve(&bench.directory, "lin", &made.password.to_uppercase(), door);
    assert_eq!(resolve(Door::Webdav).unwrap(), lin);
    assert_eq!(refusal(resolve(Door::Ldap)), "wrong-credentials");
    assert_eq!(refusal(app_passwords::resolve(&bench.directory, "sys", &made.password, Door::Webdav)), "wrong-credentials");
    assert!(app_passwords::list(&bench.directory, lin).unwrap().items[0].used_at.is_some());

    bench.write(|tx| people::freeze(tx, &bench.directory, &bench.keeper("lin"), Some("left"), None)).unwrap();
    assert!(!bench.alive(&opened.token) && !bench.directory.session_alive(opened.session.id));
    assert_eq!(refusal(resolve(Door::Webdav)), "wrong-credentials");
    assert_eq!(refusal(bench.sign_in("lin", PASSWORD, "10.0.0.1")), "wrong-credentials");
    bench.write(|tx| people::unfreeze(tx, &bench.directory, &bench.keeper("lin"))).unwrap();
    assert!(!bench.alive(&opened.token), "what has ended stays ended");
    assert_eq!(refusal(resolve(Door::Webdav)), "wrong-credentials");
    assert!(bench.sign_in("lin", PASSWORD, "10.0.0.1").is_ok());
}

#[test]
fn a_new_password_ends_the_other_sessions() {
    let bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    let here = bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap();
    let there = bench.sign_in("lin", PASSWORD, "10.0.0.2").unwrap();
    let change = |current: &str, new: &str| {
        let change = PasswordChange { current: Password::new(current), password: Password::new(new) };
        me::change_password(&bench.directory, &bench.in_session("lin", here.session.id), &change)
            .and_then(|done| bench.settled(done))
    };
    assert_eq!(refusal(change("wrong", OTHER)), "wrong-credentials");
    assert_eq!(refusal(change(PASSWORD, PASSWORD)), "password: same-as-before");
    assert_eq!(refusal(change(PASSWORD, "short")), "password: too-short");
    assert_eq!(refusal(change(PASSWORD, "My name is 林岚 ok")), "password: contains-name");
    assert_eq!(refusal(change(PASSWORD, OTHER)), "ok");
    assert!(bench.alive(&here.token) && !bench.alive(&there.token));
    assert_eq!(refusal(bench.sign_in("lin", PASSWORD, "10.0.0.1")), "wrong-credentials");
    assert!(bench.sign_in("lin", OTHER, "10.0.0.1").is_ok());

    let set = |password: &str| people::set_password(&bench.directory, &bench.keeper("lin"), &Password::new(password));
    assert_eq!(refusal(set(PASSWORD)), "password: used-before");
    bench.settled(set(GIVEN).unwrap()).unwrap();
    assert!(!bench.alive(&here.token));
    let first = bench.sign_in("lin", GIVEN, "10.0.0.1").unwrap();
    assert!(first.must_change_password && bench.directory.resolve(&first.token).unwrap().must_change_password);
    assert!(me::view(&bench.directory, &bench.in_session("lin", first.session.id)).unwrap().must_change_password);
    let own = |password: &str| PasswordChange { current: Password::new(GIVEN), password: Password::new(password) };
    let change = |password: &str| {
        me::change_password(&bench.directory, &bench.in_session("lin", first.session.id), &own(password))
            .and_then(|done| bench.settled(done))
    };
    assert_eq!(refusal(change(OTHER)), "password: used-before");
    assert_eq!(refusal(change(CHOSEN)), "ok");
    assert!(!bench.directory.resolve(&first.token).unwrap().must_change_password);
    assert!(!me::view(&bench.directory, &bench.in_session("lin", first.session.id)).unwrap().must_change_password);
}

#[test]
fn a_stranger_cannot_lock_a_colleague_out() {
    let mut bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap();
    for uid in ["lin", "nobody"] {
        for _ in 0..limits::LOCKOUT_FAILURES {
            assert_eq!(refusal(bench.sign_in(uid, "guess guess guess", "10.6.6.6")), "wrong-credentials");
        }
        assert_eq!(refusal(bench.sign_in(uid, PASSWORD, "10.6.6.6")), "too-many-attempts", "known or not, the same");
    }
    assert!(bench.sign_in("lin", PASSWORD, "10.0.0.1").is_ok(), "the known device has its own lane");
    assert!(bench.sign_in("lin", PASSWORD, "10.0.0.7").is_ok(), "so has another address");

    // The lock is written without waiting for it; any later commit of the lane stands behind it.
    bench.sign_in("sys", PASSWORD, "10.0.0.1").unwrap();
    bench.reopen();
    assert_eq!(refusal(bench.sign_in("lin", PASSWORD, "10.6.6.6")), "too-many-attempts", "a restart does not lift it");
    bench.pass(limits::LOCKOUT_FIRST + Duration::from_secs(1));
    assert_eq!(refusal(bench.sign_in("lin", "guess guess guess", "10.6.6.6")), "wrong-credentials");
    bench.pass(limits::LOCKOUT_FIRST + Duration::from_secs(1));
    assert_eq!(refusal(bench.sign_in("lin", PASSWORD, "10.6.6.6")), "too-many-attempts", "the second lock is longer");
    bench.pass(limits::LOCKOUT_FIRST);
    assert!(bench.sign_in("lin", PASSWORD, "10.6.6.6").is_ok());
    assert!(bench.logged("session.refuse") >= 11);
}

#[test]
fn the_fifty_first_session_crowds_the_oldest_out() {
    let bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    let first = bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap();
    for _ in 0..limits::SESSIONS_PER_PERSON {
        bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap();
    }
    assert!(!bench.alive(&first.token));
    assert_eq!(session::list(&bench.directory, bench.id("lin"), None).items.len(), limits::SESSIONS_PER_PERSON);
}
