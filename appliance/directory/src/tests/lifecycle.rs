//! From joining to erasure: what ends by itself, who leaves, what is left of them, and what they ask of their data.

use std::time::Duration;

use diesel::{prelude::*, sql_query, sql_types};
use holdfast_base::{Actor, PersonId, RequestId, Result, Timestamp};

use super::bench::{Bench, PASSWORD, refusal};
use crate::{
    AccountKeeper, PersonState, Role, Sight,
    app_passwords::{self, AppDoor, NewAppPasswordRequest},
    data_requests::{self, Answer, NewDataRequest, OfState, RequestState},
    departures::{self, Decision, HandoverKind, Leaving},
    limits,
    may::AccountAct,
    people, roles,
    roles::NewGrant,
    session, terms, views,
};

const HOUR: Duration = Duration::from_secs(3_600);

impl Bench {
    fn account(&self, uid: &str) -> AccountKeeper {
        self.directory.org().account_keeper(&self.actor("sys"), uid, AccountAct::SignIn).unwrap()
    }

    fn state(&self, uid: &str) -> PersonState {
        self.directory.org().by_uid(uid).unwrap().state
    }

    fn in_an_hour(&self) -> Timestamp {
        self.world.now().plus(HOUR)
    }

    fn itself(&self) -> Actor {
        Actor::system(RequestId(self.world.uuid()), self.world.now())
    }

    /// What the box does at the due time.
    fn end_due(&self) -> bool {
        let done = terms::end_due(&self.directory).unwrap();
        done.map(|done| self.settled(done).unwrap()).is_some()
    }

    fn leave(&self, uid: &str, heir: Option<&str>) -> Result<views::Departure> {
        let ask = Leaving { leaves_at: None, reason: "离职".to_owned(), heir: heir.map(str::to_owned) };
        self.write(|tx| departures::leave(tx, &self.directory, &self.account(uid), &ask))
    }

    fn depart(&self, person: PersonId) -> bool {
        self.write(|tx| departures::depart(tx, &self.directory, &self.itself(), person, limits::GRACE)).unwrap()
    }

    fn ask(&self, uid: &str, json: &str) -> Result<views::DataRequest> {
        let ask = format!("{{\"cid\":\"{}\",{json}}}", self.world.uuid());
        let ask: NewDataRequest = serde_json::from_str(&ask).unwrap();
        self.write(|tx| data_requests::ask(tx, &self.directory, &self.actor(uid), &ask))
    }
}

#[test]
fn an_account_ends_to_the_instant_whether_the_box_is_late_or_not() {
    let mut bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    let opened = bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap();
    let app = NewAppPasswordRequest { cid: bench.cid(), label: "disk".to_owned(), door: AppDoor::Any, expires_at: None };
    let app =
        bench.write(|tx| app_passwords::create(tx, &bench.directory, &bench.in_session("lin", opened.session.id), &app)).unwrap();
    let until = bench.in_an_hour();
    let past = bench.write(|tx| terms::set_account_end(tx, &bench.directory, &bench.account("lin"), Some(Timestamp(1))));
    assert_eq!(refusal(past), "until: in-the-past");
    bench.write(|tx| terms::set_account_end(tx, &bench.directory, &bench.account("lin"), Some(until))).unwrap();
    assert_eq!(bench.directory.next_due(), until);
    bench.pass(HOUR - Duration::from_secs(5));
    assert!(bench.directory.resolve(&opened.token).is_ok() && !bench.end_due());
    bench.reopen();
    bench.pass(Duration::from_secs(6));
    // Nobody has written it yet.
    assert_eq!(bench.logged("person.freeze"), 0);
    assert!(bench.directory.resolve(&opened.token).is_err());
    assert!(!bench.directory.session_alive(opened.session.id));
    assert!(bench.directory.org().active(&bench.actor("lin")).is_err());
    assert_eq!(refusal(bench.sign_in("lin", PASSWORD, "10.0.0.1")), "wrong-credentials");
    assert!(app_passwords::resolve(&bench.directory, "lin", &app.password, holdfast_base::Door::Webdav).is_err());
    assert!(bench.end_due() && !bench.end_due());
    assert_eq!((bench.logged("person.freeze"), bench.state("lin")), (1, PersonState::Frozen));
    bench.write(|tx| people::unfreeze(tx, &bench.directory, &bench.account("lin"))).unwrap();
    assert!(bench.sign_in("lin", PASSWORD, "10.0.0.1").is_ok());
}

#[test]
fn a_freeze_and_a_membership_end_by_themselves() {
    let bench = Bench::new();
    let (research, sales) = (bench.department("研发", None).unwrap(), bench.department("销售", None).unwrap());
    bench.person("lin", "林岚", &[research, sales]);
    let until = Some(bench.in_an_hour());
    bench.write(|tx| people::freeze(tx, &bench.directory, &bench.account("lin"), None, until)).unwrap();
    let end = |department, until| {
        bench.write(|tx| terms::set_membership_end(tx, &bench.directory, &bench.keeps(), "lin", department, until))
    };
    assert_eq!(refusal(end(holdfast_base::DepartmentId(99), until)), "not-found");
    end(research, until).unwrap();
    // An edit of something else keeps the end.
    let title = serde_json::from_str(r#"{"title":"顾问"}"#).unwrap();
    bench.write(|tx| people::edit(tx, &bench.directory, &bench.keeps(), "lin", &title)).unwrap();
    bench.pass(HOUR + Duration::from_secs(1));
    assert!(!bench.directory.org().in_subtree(bench.id("lin"), research), "late, and gone all the same");
    assert_eq!(bench.state("lin"), PersonState::Frozen);
    assert!(bench.end_due());
    let org = bench.directory.org();
    let lin = org.by_uid("lin").unwrap();
    assert_eq!((lin.state, &lin.departments[..], lin.ends.is_none()), (PersonState::Active, &[sales][..], true));
    assert_eq!((bench.logged("person.unfreeze"), bench.logged("membership.end")), (1, 1));
    assert_eq!(org.people_in(research), 0);
}

#[test]
fn a_role_ends_by_itself_and_never_with_its_last_holder() {
    let mut bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    bench.person("wang", "王敏", &[]);
    let grant = |uid: &str, until| {
        let new = NewGrant { cid: bench.cid(), role: Role::Audit, uid: uid.to_owned(), reason: "cover".to_owned(), until };
        bench.write(|tx| roles::grant(tx, &bench.directory, &bench.sec(), &new))
    };
    let until = Some(bench.in_an_hour());
    grant("lin", until).unwrap();
    // The one who holds it for good stays.
    let revoke = |uid: &str| bench.write(|tx| roles::revoke(tx, &bench.directory, &bench.sec(), Role::Audit, uid));
    assert_eq!(refusal(revoke("aud")), "last-holder");
    // Whose account ends holds no role that goes on.
    bench.write(|tx| terms::set_account_end(tx, &bench.directory, &bench.account("wang"), until)).unwrap();
    assert_eq!(refusal(grant("wang", None)), "until: out-of-range");
    assert_eq!(refusal(grant("wang", Some(bench.in_an_hour().plus(HOUR)))), "until: out-of-range");
    let keeper = bench.directory.org().account_keeper(&bench.actor("sec"), "lin", AccountAct::SignIn).unwrap();
    assert_eq!(refusal(bench.write(|tx| terms::set_account_end(tx, &bench.directory, &keeper, until))), "holds-a-role");
    let proof = bench.directory.org().auditor(&bench.actor("lin")).unwrap();
    bench.pass(HOUR);
    assert!(bench.directory.org().auditor(&bench.actor("lin")).is_err());
    assert_eq!(proof.actor().person(), Some(bench.id("lin")));
    assert!(bench.end_due());
    assert_eq!((bench.logged("role.revoke"), roles::list(&bench.directory).unwrap().items.len()), (1, 3));
    bench.reopen();
    assert!(bench.directory.org().by_uid("lin").unwrap().roles.is_empty());
    // An end that was written past us: the grant counts for nothing at all.
    let lin = bench.id("lin");
    let new = NewGrant {
        cid: bench.cid(),
        role: Role::Audit,
        uid: "lin".into(),
        reason: "again".into(),
        until: Some(bench.in_an_hour()),
    };
    bench.write(|tx| roles::grant(tx, &bench.directory, &bench.sec(), &new)).unwrap();
    let prolonged =
        format!("DROP TRIGGER role_grant_never_changes; UPDATE role_grant SET valid_until = NULL WHERE person_id = {lin}");
    bench
        .db
        .write(|tx| {
            diesel::connection::SimpleConnection::batch_execute(tx.conn(), &prolonged).unwrap();
            Ok(())
        })
        .map(drop)
        .unwrap();
    bench.reopen();
    assert!(bench.directory.org().auditor(&bench.actor("lin")).is_err());
}

#[test]
fn who_leaves_is_gone_comes_back_and_is_erased_in_the_end() {
    let mut bench = Bench::new();
    let research = bench.department("研发", None).unwrap();
    let lin = bench.person("lin", "林岚", &[research]);
    let wang = bench.person("wang", "王敏", &[research]);
    let edit = |uid: &str, change: &str| {
        let change = serde_json::from_str(change).unwrap();
        bench.write(|tx| people::edit(tx, &bench.directory, &bench.keeps(), uid, &change)).unwrap();
    };
    edit("lin", r#"{"mail":"lin@hengchuan.example","mobile":"13800138000","employee_no":"0042","manager":"sys"}"#);
    edit("wang", r#"{"manager":"lin"}"#);
    assert_eq!(refusal(bench.leave("lin", Some("lin"))), "heir: needs-somebody-else");
    assert_eq!(refusal(bench.leave("lin", Some("nobody"))), "heir: unknown");
    let opened = bench.sign_in("lin", PASSWORD, "10.0.0.1").unwrap();
    bench.leave("lin", Some("wang")).unwrap();
    // The last day is now: in the snapshot at once.
    assert!(bench.directory.resolve(&opened.token).is_err());
    assert!(!bench.depart(lin), "first the account is shut");
    bench.end_due();
    assert_eq!(departures::reports(&bench.directory, lin), 1);
    // The heir is led by the one who leaves: up goes the heir.
    assert!(bench.write(|tx| departures::hand_over_reports(tx, &bench.directory, &bench.itself(), lin, wang)).unwrap());
    assert!(!bench.write(|tx| departures::hand_over_reports(tx, &bench.directory, &bench.itself(), lin, wang)).unwrap());
    assert_eq!(bench.directory.org().person(wang).unwrap().manager, Some(bench.id("sys")));
    assert!(bench.depart(lin) && !bench.depart(lin));

    assert_eq!(bench.state("lin"), PersonState::Gone);
    let keeper = bench.account("lin");
    let looks = Sight::of(&bench.directory.org(), bench.id("sys"));
    assert_eq!(refusal(people::card(&bench.directory, &looks, "lin")), "not-found");
    assert!(
        people::card(&bench.directory, &bench.records(), "lin").is_ok(),
        "but the records have them until the end of the grace"
    );
    assert_eq!(refusal(bench.sign_in("lin", PASSWORD, "10.0.0.1")), "wrong-credentials");
    assert_eq!(refusal(bench.write(|tx| people::freeze(tx, &bench.directory, &keeper, None, None))), "not-found");
    assert_eq!(refusal(bench.leave("lin", None)), "not-found");
    assert_eq!(bench.directory.org().people_in(research), 1);
    bench.reopen();
    assert_eq!(bench.state("lin"), PersonState::Gone);

    bench.write(|tx| departures::restore(tx, &bench.directory, &keeper)).unwrap();
    assert_eq!(bench.state("lin"), PersonState::Active);
    assert!(bench.sign_in("lin", PASSWORD, "10.0.0.1").is_ok());
    assert!(people::card(&bench.directory, &bench.records(), "lin").is_ok());

    bench.leave("lin", None).unwrap();
    bench.end_due();
    assert!(bench.depart(lin));
    let erase = || bench.write(|tx| departures::erase(tx, &bench.directory, &bench.itself(), lin)).unwrap();
    bench.pass(limits::GRACE - HOUR);
    assert!(!erase(), "an hour of the grace is left");
    bench.pass(HOUR * 2);
    bench.write(|tx| departures::begin_erasure(tx, lin, Some(1))).unwrap();
    assert_eq!(refusal(bench.write(|tx| departures::restore(tx, &bench.directory, &keeper))), "gone");
    assert!(erase() && !erase());
    assert_eq!(bench.logged("person.erase"), 1);
    assert_nothing_left(&bench, lin);
    bench.reopen();
    assert_eq!(bench.state("lin"), PersonState::Erased);
    assert_eq!(bench.directory.org().reference(lin).name, "?");
    let again = people::create(&bench.directory, &bench.keeps(), bench.draft("LIN", "另一个"));
    assert_eq!(refusal(again), "uid: taken");
}

#[derive(QueryableByName)]
struct Cell {
    #[diesel(sql_type = sql_types::Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = sql_types::BigInt)]
    found: i64,
}

/// No table names the person but the tombstone, and no text of any table has what was known of them.
fn assert_nothing_left(bench: &Bench, person: PersonId) {
    let left = bench.db.read(|conn| {
        let tables: Vec<Cell> = sql_query("SELECT name FROM sqlite_master WHERE type = 'table'").load(conn).unwrap();
        let mut left = Vec::new();
        for Cell { name: table } in tables {
            let columns: Vec<Cell> = sql_query(format!("SELECT name FROM pragma_table_info('{table}')")).load(conn).unwrap();
            for Cell { name: column } in columns {
                let words = ["林岚", "lin@hengchuan", "13800138000", "0042", "lan"];
                let words = words.map(|word| format!("instr(CAST(\"{column}\" AS TEXT), '{word}') > 0")).join(" OR ");
                let own = if column == "person_id" { format!(" OR person_id = {person}") } else { String::new() };
                // What waits for the audit log is on its way out of here.
                let query = format!("SELECT COUNT(*) AS found FROM \"{table}\" WHERE ({words}{own}) AND '{table}' <> 'outbox'");
                let found: Count = sql_query(query).get_result(conn).unwrap();
                left.extend((found.found > 0).then(|| format!("{table}.{column}")));
            }
        }
        Ok(left)
    });
    assert!(left.as_ref().unwrap().is_empty(), "{left:?}");
}

#[test]
fn a_handover_is_decided_thing_by_thing_and_a_stay_forgets_it() {
    let bench = Bench::new();
    let lin = bench.person("lin", "林岚", &[]);
    bench.person("wang", "王敏", &[]);
    let decide = |decision: &str| {
        let decision: Decision = serde_json::from_str(decision).unwrap();
        let what = (HandoverKind::Conversation, 7);
        bench.write(|tx| departures::decide(tx, &bench.directory, &bench.sys(), "lin", what, &decision))
    };
    assert_eq!(refusal(decide(r#"{"heir":"wang"}"#)), "not-found");
    let tomorrow = Leaving { leaves_at: Some(bench.in_an_hour()), reason: "换工作".to_owned(), heir: None };
    bench.write(|tx| departures::leave(tx, &bench.directory, &bench.account("lin"), &tomorrow)).unwrap();
    assert_eq!(bench.state("lin"), PersonState::Leaving);
    assert!(bench.sign_in("lin", PASSWORD, "10.0.0.1").is_ok(), "until the last day");
    assert!(departures::pending(&bench.directory).unwrap().is_empty());
    for (decision, refused) in [
        ("{}", "heir: heir-or-reason"),
        (r#"{"heir":"wang","waived":"no"}"#, "heir: heir-or-reason"),
        (r#"{"heir":"lin"}"#, "heir: needs-somebody-else"),
        (r#"{"waived":" "}"#, "waived: empty"),
    ] {
        assert_eq!(refusal(decide(decision)), refused, "{decision}");
    }
    decide(r#"{"waived":"空的"}"#).unwrap();
    decide(r#"{"heir":"wang"}"#).unwrap();
    let decided = departures::decided(&bench.directory, lin).unwrap();
    assert_eq!(decided.iter().map(|row| (row.object, row.heir)).collect::<Vec<_>>(), [(7, Some(bench.id("wang")))]);
    bench.write(|tx| departures::done(tx, &bench.itself(), lin, &decided[0])).unwrap();
    bench.write(|tx| departures::done(tx, &bench.itself(), lin, &decided[0])).unwrap();
    assert_eq!(bench.logged("handover.done"), 1);
    assert_eq!(refusal(decide(r#"{"heir":"wang"}"#)), "handed-over");
    bench.write(|tx| departures::cancel(tx, &bench.directory, &bench.account("lin"))).unwrap();
    assert_eq!(bench.state("lin"), PersonState::Active);
    assert!(departures::decided(&bench.directory, lin).unwrap().is_empty());
    let sec = bench.directory.org().account_keeper(&bench.actor("sec"), "sys", AccountAct::SignIn).unwrap();
    assert_eq!(refusal(bench.write(|tx| departures::leave(tx, &bench.directory, &sec, &tomorrow))), "holds-a-role");
}

#[test]
fn a_request_is_corrected_in_one_step_or_refused_with_a_reason() {
    let bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    bench.person("wang", "王敏", &[]);
    for (ask, refused) in [
        (r#""kind":"correct","field":"mobile""#, "wanted: empty"),
        (r#""kind":"correct","wanted":"x""#, "field: empty"),
        (r#""kind":"copy","field":"name""#, "field: unexpected"),
        (r#""kind":"restrict","wanted":"x""#, "wanted: unexpected"),
        (r#""kind":"delete","field":"name""#, "field: unexpected"),
    ] {
        assert_eq!(refusal(bench.ask("lin", ask)), refused, "{ask}");
    }
    let request = bench.ask("lin", r#""kind":"correct","field":"mobile","wanted":"138 0013 8000","reason":"换号""#).unwrap();
    let wrong = bench.ask("lin", r#""kind":"correct","field":"mail","wanted":"x""#).unwrap();
    let delete = bench.ask("lin", r#""kind":"delete""#).unwrap();
    let number = |request: &views::DataRequest| request.id.parse::<u64>().unwrap();
    let none = Answer { answer: None };
    let accept = |id| bench.write(|tx| data_requests::accept(tx, &bench.directory, &bench.sys(), id, &none));
    assert_eq!(accept(number(&request)).unwrap().state, RequestState::Done);
    assert_eq!(people::card(&bench.directory, &bench.records(), "lin").unwrap().mobile.as_deref(), Some("13800138000"));
    assert_eq!(refusal(accept(number(&request))), "answered");
    assert_eq!(refusal(accept(number(&wrong))), "mail: not-a-mail-address");
    assert_eq!(refusal(accept(999)), "not-found");
    let refuse = |id, answer: &Answer| bench.write(|tx| data_requests::refuse(tx, &bench.directory, &bench.sys(), id, answer));
    assert_eq!(refusal(refuse(number(&delete), &none)), "answer: empty");
    refuse(number(&delete), &Answer { answer: Some("合同期内依法保存".to_owned()) }).unwrap();
    let own = data_requests::own(&bench.directory, &bench.actor("lin")).unwrap().items;
    assert_eq!(own.iter().find(|one| one.id == delete.id).unwrap().answer.as_deref(), Some("合同期内依法保存"));
    assert!(data_requests::own(&bench.directory, &bench.actor("wang")).unwrap().items.is_empty());
    let withdraw = |uid: &str, id| bench.write(|tx| data_requests::withdraw(tx, &bench.directory, &bench.actor(uid), id));
    assert_eq!(refusal(withdraw("wang", number(&wrong))), "not-found");
    assert_eq!(refusal(withdraw("lin", number(&delete))), "answered");
    withdraw("lin", number(&wrong)).unwrap();
    let mine = bench.ask("sys", r#""kind":"restrict""#).unwrap();
    assert_eq!(refusal(accept(number(&mine))), "forbidden");
    for _ in 0..limits::REQUESTS_OPEN {
        bench.ask("wang", r#""kind":"restrict""#).unwrap();
    }
    assert_eq!(refusal(bench.ask("wang", r#""kind":"restrict""#)), "too-many");

    // The desk: by due day, two at a time; overdue is said, and the box reminds once.
    bench.pass(Duration::from_secs(22 * 86_400));
    let mut paging = crate::Paging { cursor: None, limit: Some(4) };
    let mut seen = Vec::new();
    loop {
        let page = data_requests::list(&bench.directory, &bench.sys(), OfState::Open, &paging).unwrap();
        seen.extend(page.items.into_iter().map(|one| (one.due_at, one.overdue)));
        match page.next {
            Some(next) => paging.cursor = Some(next),
            None => break,
        }
    }
    assert!(seen.len() == 1 + limits::REQUESTS_OPEN && seen.is_sorted() && seen.iter().all(|(_, overdue)| *overdue), "{seen:?}");
    for _ in 0..2 {
        bench.write(|tx| data_requests::remind(tx, &bench.itself())).unwrap();
    }
    assert_eq!(bench.logged("data-request.remind"), seen.len());
}

#[test]
fn a_copy_is_for_its_person_alone_and_for_seven_days() {
    let bench = Bench::new();
    let lin = bench.person("lin", "林岚", &[]);
    bench.person("wang", "王敏", &[]);
    let request = bench.ask("lin", r#""kind":"copy""#).unwrap();
    let id: u64 = request.id.parse().unwrap();
    let none = Answer { answer: None };
    assert_eq!(refusal(bench.write(|tx| data_requests::accept(tx, &bench.directory, &bench.sys(), id, &none))), "copy-is-made");
    let fetch = |uid: &str| data_requests::fetch_copy(&bench.directory, &bench.audit, &bench.actor(uid), id);
    assert_eq!(refusal(fetch("lin")), "not-done");
    assert_eq!(data_requests::pending_copies(&bench.directory).unwrap(), [(id, lin)]);
    let profile = data_requests::profile(&bench.directory, lin).unwrap().to_string();
    assert!(profile.contains("林岚") && !profile.contains("王敏"));
    assert!(bench.write(|tx| data_requests::store_copy(tx, &bench.directory, &bench.itself(), id, profile.as_bytes())).unwrap());
    assert!(!bench.write(|tx| data_requests::store_copy(tx, &bench.directory, &bench.itself(), id, b"again")).unwrap());
    assert_eq!(fetch("lin").unwrap(), profile.as_bytes());
    assert_eq!((refusal(fetch("wang")), refusal(fetch("sys"))), ("not-found".to_owned(), "not-found".to_owned()));
    assert_eq!(bench.logged("data-request.fetch"), 1);
    bench.pass(limits::COPY_LIFETIME);
    assert_eq!(refusal(fetch("lin")), "gone");
    bench.write(|tx| data_requests::expire_copies(tx, &bench.itself())).unwrap();
    assert_eq!((refusal(fetch("lin")), bench.logged("data-request.expire")), ("gone".to_owned(), 1));
    session::sweep(&bench.directory);
}
