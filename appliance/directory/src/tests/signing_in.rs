//! Policy, second factors, proofs. Passkeys are tried from outside, with an authenticator: see the whole-box tests.

use std::time::Duration;

use holdfast_audit::Filter;
use holdfast_base::{Door, RequestId, Result, Timestamp};
use ring::hmac;

use super::bench::{Bench, PASSWORD, refusal, source};
use crate::{
    app_passwords::{self, NewAppPasswordRequest},
    limits,
    may::AccountAct,
    me,
    password::Password,
    second_factors::{self, SecondFactor},
    session::{self, Attempt, Opened, Shown},
    sign_in_policy::{self, Factor, Group, PasswordPolicy, Profile, Requirement, SignInPolicy},
    views::AppDoor,
};

impl Bench {
    fn policy(&self, policy: SignInPolicy) -> Result<SignInPolicy> {
        self.write(|tx| sign_in_policy::change(tx, &self.directory, &self.sec(), &policy))
    }

    fn require(&self, group: Group, factor: Factor) {
        self.policy(SignInPolicy { requirements: vec![Requirement { group, factor }], ..SignInPolicy::default() }).unwrap();
    }

    fn sign_in_with(&self, uid: &str, second: SecondFactor, address: &str) -> Result<Opened> {
        let attempt = Attempt {
            uid: uid.to_owned(),
            password: Password::new(PASSWORD),
            second: Some(second),
            source: source(address),
            request: RequestId(self.world.uuid()),
            now: self.world.now(),
        };
        session::open(&self.directory, &self.audit, &attempt)
    }

    /// An authenticator app of the person's, and the recovery codes.
    fn app(&self, uid: &str, session: &Opened) -> (App, Vec<String>) {
        let actor = self.in_session(uid, session.session.id);
        let new = self.write(|tx| second_factors::begin(tx, &self.directory, &actor)).unwrap();
        let app = App::reading(&new.uri);
        let code = app.code(self.world.now());
        let codes = self.write(|tx| second_factors::confirm(tx, &self.directory, &actor, &code)).unwrap();
        (app, codes.codes)
    }
}

/// What stands on somebody's telephone: RFC 6238, written from the RFC and not from ours.
struct App(Vec<u8>);

impl App {
    fn reading(uri: &str) -> Self {
        let secret = uri.split("secret=").nth(1).unwrap().split('&').next().unwrap();
        let bits: String = secret.bytes().map(|b| format!("{:05b}", if b < b'A' { b - b'2' + 26 } else { b - b'A' })).collect();
        Self((0..bits.len() / 8).map(|at| u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).unwrap()).collect())
    }

    fn code(&self, at: Timestamp) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let step = u64::try_from(at.milliseconds() / 30_000).unwrap();
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let at = usize::from(tag.as_ref()[19] & 15);
        let number = u32::from_be_bytes(tag.as_ref()[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}

fn totp(code: impl Into<String>) -> SecondFactor {
    SecondFactor::given(Some(code.into()), None).unwrap()
}

fn recovery(code: &str) -> SecondFactor {
    SecondFactor::given(None, Some(code.to_owned())).unwrap()
}

const STEP: Duration = Duration::from_secs(30);

#[test]
fn a_code_of_the_app_is_asked_for_and_taken_once() {
    let bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    let first = bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap();
    let (app, _) = bench.app("lin", &first);
    assert_eq!(refusal(bench.sign_in("lin", PASSWORD, "10.0.0.1")), "second-factor-required");
    assert_eq!(refusal(bench.sign_in("lin", "wrong wrong", "10.0.0.1")), "wrong-credentials");
    let now = app.code(bench.world.now());
    assert_eq!(refusal(bench.sign_in_with("lin", totp(now), "10.0.0.1")), "wrong-second-factor", "it confirmed the app");
    bench.pass(STEP);
    let next = app.code(bench.world.now());
    assert!(bench.sign_in_with("lin", totp(&next[..]), "10.0.0.1").is_ok());
    assert_eq!(refusal(bench.sign_in_with("lin", totp(next), "10.0.0.1")), "wrong-second-factor", "a replay");
    let seen = session::sign_ins(&bench.directory, &bench.audit, &bench.actor("lin"), None, 10).unwrap().items;
    assert_eq!(seen.iter().filter(|one| one.succeeded).count(), 2);
    assert_eq!(seen[0].why.as_deref(), Some("wrong-second-factor"));
    assert_eq!(seen[1].with.as_deref(), Some("second-factor"));
    let actor = bench.actor("lin");
    bench.write(|tx| second_factors::remove(tx, &bench.directory, &actor)).unwrap();
    assert!(bench.sign_in("lin", PASSWORD, "10.0.0.1").is_ok());
}

#[test]
fn guessing_codes_locks_the_lane_and_knowing_the_password_does_not_open_it() {
    let bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    let first = bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap();
    let (app, _) = bench.app("lin", &first);
    for guess in 0..limits::LOCKOUT_FAILURES {
        assert_eq!(refusal(bench.sign_in("lin", PASSWORD, "10.6.6.6")), "second-factor-required");
        assert_eq!(refusal(bench.sign_in_with("lin", totp(format!("00000{guess}")), "10.6.6.6")), "wrong-second-factor");
    }
    bench.pass(STEP);
    let right = app.code(bench.world.now());
    assert_eq!(refusal(bench.sign_in_with("lin", totp(&right[..]), "10.6.6.6")), "too-many-attempts");
    assert!(bench.sign_in_with("lin", totp(right), "10.0.0.1").is_ok(), "the known device has its own lane");
}

#[test]
fn recovery_codes_open_once_each() {
    let bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    let first = bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap();
    let (_, codes) = bench.app("lin", &first);
    assert_eq!(codes.len(), limits::RECOVERY_CODES);
    assert!(bench.sign_in_with("lin", recovery(&codes[3].to_uppercase()), "10.0.0.1").is_ok());
    assert_eq!(refusal(bench.sign_in_with("lin", recovery(&codes[3]), "10.0.0.1")), "wrong-second-factor");
    let actor = bench.actor("lin");
    assert_eq!(second_factors::list(&bench.directory, &actor).unwrap().recovery_codes, 9);
    let fresh = bench.write(|tx| second_factors::renew(tx, &bench.directory, &actor)).unwrap();
    assert_eq!(refusal(bench.sign_in_with("lin", recovery(&codes[4]), "10.0.0.1")), "wrong-second-factor");
    assert!(bench.sign_in_with("lin", recovery(&fresh.codes[0]), "10.0.0.1").is_ok());
    assert_eq!(bench.logged("recovery-code.use"), 2);
    bench.person("wu", "吴桐", &[]);
    assert_eq!(refusal(bench.write(|tx| second_factors::renew(tx, &bench.directory, &bench.actor("wu")))), "no-second-factor");
}

#[test]
fn who_must_have_more_is_led_to_it_and_keeps_it() {
    let mut bench = Bench::new();
    let sales = bench.department("销售", None).unwrap();
    let inner = bench.department("华东", Some(sales)).unwrap();
    bench.person("lin", "林岚", &[inner]);
    bench.person("wu", "吴桐", &[]);
    bench.require(Group::Department { id: sales }, Factor::SecondFactor);
    bench.reopen();
    let lacks = |opened: &Opened| bench.directory.resolve(&opened.token).unwrap().lacks;
    assert_eq!(lacks(&bench.sign_in("wu", PASSWORD, "10.0.0.1").unwrap()), None);
    let led = bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap();
    assert_eq!(lacks(&led), Some(Factor::SecondFactor));
    let (app, _) = bench.app("lin", &led);
    assert_eq!(lacks(&led), None, "the same session goes on");
    let actor = bench.in_session("lin", led.session.id);
    assert_eq!(refusal(bench.write(|tx| second_factors::remove(tx, &bench.directory, &actor))), "required-by-policy");
    bench.pass(STEP);
    let opened = bench.sign_in_with("lin", totp(app.code(bench.world.now())), "10.0.0.1").unwrap();
    assert_eq!(lacks(&opened), None);
    bench.require(Group::Everyone, Factor::Passkey);
    bench.pass(STEP);
    let opened = bench.sign_in_with("lin", totp(app.code(bench.world.now())), "10.0.0.1").unwrap();
    assert_eq!(lacks(&opened), Some(Factor::Passkey));

    let keeper = bench.directory.org().account_keeper(&bench.actor("sys"), "lin", AccountAct::SignIn).unwrap();
    bench.write(|tx| second_factors::reset(tx, &bench.directory, &keeper)).unwrap();
    assert!(bench.directory.resolve(&opened.token).is_err(), "a reset ends every session");
    assert!(bench.sign_in("lin", PASSWORD, "10.0.0.1").is_ok(), "and asks for no code");
}

#[test]
fn the_strictest_requirement_counts() {
    let bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    let requirement = |group, factor| Requirement { group, factor };
    let requirements =
        vec![requirement(Group::Administrators, Factor::Passkey), requirement(Group::Everyone, Factor::SecondFactor)];
    bench.policy(SignInPolicy { requirements, ..SignInPolicy::default() }).unwrap();
    let (org, policy) = (bench.directory.org(), bench.directory.sign_in_policy());
    assert_eq!(policy.required(&org, org.by_uid("lin").unwrap()), Factor::SecondFactor);
    assert_eq!(policy.required(&org, org.by_uid("sys").unwrap()), Factor::Passkey);
    let nowhere = vec![requirement(Group::Department { id: holdfast_base::DepartmentId(77) }, Factor::Passkey)];
    assert_eq!(refusal(bench.policy(SignInPolicy { requirements: nowhere, ..SignInPolicy::default() })), "requirements: unknown");
    assert_eq!(bench.logged("sign-in-policy.change"), 1);
}

#[test]
fn passwords_grow_old_and_are_warned_of() {
    let bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    let day = Duration::from_secs(24 * 3_600);
    let ends = |opened: &Opened| {
        let me = me::view(&bench.directory, &bench.in_session("lin", opened.session.id)).unwrap();
        (me.must_change_password, me.password_ends_at.is_some())
    };
    bench.pass(day * 75);
    assert_eq!(ends(&bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap()), (false, false));
    bench.pass(day * 2);
    assert_eq!(ends(&bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap()), (false, true));
    bench.pass(day * 13);
    let old = bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap();
    assert_eq!(ends(&old), (true, true));
    assert!(bench.directory.resolve(&old.token).unwrap().must_change_password);
    let nist = PasswordPolicy {
        profile: Profile::Nist,
        length: 15,
        classes: 0,
        strength: 3,
        age_days: 0,
        warning_days: 0,
        history: 0,
        banned: Vec::new(),
    };
    bench.policy(SignInPolicy { password: nist, ..SignInPolicy::default() }).unwrap();
    assert_eq!(ends(&bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap()), (false, false));
}

#[test]
fn a_proof_ends_after_a_quarter_of_an_hour_and_is_given_anew() {
    let mut bench = Bench::new();
    let opened = bench.sign_in("sys", PASSWORD, "10.0.0.1").unwrap();
    let proved = |bench: &Bench| bench.directory.resolve(&opened.token).unwrap().proved;
    assert!(proved(&bench));
    bench.pass(limits::PROOF_LIFETIME);
    assert!(!proved(&bench));
    let prove = |bench: &Bench, password: &str| {
        let actor = bench.in_session("sys", opened.session.id);
        session::prove(&bench.directory, &bench.audit, &actor, &Shown::Password(Password::new(password), None))
    };
    assert_eq!(refusal(prove(&bench, "not this one")), "wrong-credentials");
    assert!(!proved(&bench));
    prove(&bench, PASSWORD).unwrap();
    assert!(proved(&bench));
    bench.reopen();
    assert!(proved(&bench), "a restart does not forget it");
    let entries = |outcome| {
        let filter = Filter { action: Some("session.prove".to_owned()), outcome: Some(outcome), ..Filter::default() };
        bench.audit.query(&filter, None, 10).unwrap().entries.len()
    };
    assert_eq!((entries(holdfast_audit::Ending::Success), entries(holdfast_audit::Ending::Refused)), (1, 1));
    for _ in 0..limits::LOCKOUT_FAILURES {
        let _ = prove(&bench, "not this one");
    }
    assert_eq!(refusal(prove(&bench, PASSWORD)), "too-many-attempts", "a found browser is no place to guess");
}

#[test]
fn an_app_password_opens_its_door_until_it_ends() {
    let bench = Bench::new();
    let lin = bench.person("lin", "林岚", &[]);
    let made = |door, expires_at| {
        let ask = NewAppPasswordRequest { cid: bench.cid(), label: "打印机".to_owned(), door, expires_at };
        bench.write(|tx| app_passwords::create(tx, &bench.directory, &bench.actor("lin"), &ask))
    };
    let now = bench.world.now();
    assert_eq!(refusal(made(AppDoor::Ldap, Some(now))), "expires_at: in-the-past");
    let ldap = made(AppDoor::Ldap, Some(now.plus(STEP))).unwrap().password;
    let any = made(AppDoor::Any, None).unwrap().password;
    let at = |secret: &str, door| app_passwords::resolve(&bench.directory, "lin", secret, door);
    assert_eq!(at(&ldap, Door::Ldap).unwrap(), lin);
    for door in [Door::Webdav, Door::Nextcloud, Door::Rest, Door::Web] {
        assert_eq!(refusal(at(&ldap, door)), "wrong-credentials", "{door:?}");
    }
    assert_eq!(at(&any, Door::Ldap).unwrap(), lin);
    bench.pass(STEP);
    assert_eq!(refusal(at(&ldap, Door::Ldap)), "wrong-credentials", "it has ended");
    assert_eq!(at(&any, Door::Webdav).unwrap(), lin);
}
