use diesel::{connection::SimpleConnection, prelude::*, result::Error as SqlError};
use holdfast_base::{Actor, Error, RequestId};
use holdfast_store::schema::role_grant;

use super::bench::{Bench, PASSWORD, refusal};
use crate::{
    Role,
    bootstrap::{self, FirstAdministrator},
    may::AccountAct,
    password::Password,
    people,
    roles::{self, NewGrant},
};

impl Bench {
    fn grant(&self, role: Role, uid: &str) -> holdfast_base::Result<()> {
        let new = NewGrant { cid: self.cid(), role, uid: uid.to_owned(), reason: "needed".to_owned(), until: None };
        self.write(|tx| roles::grant(tx, &self.directory, &self.sec(), &new)).map(drop)
    }

    fn revoke(&self, role: Role, uid: &str) -> holdfast_base::Result<()> {
        self.write(|tx| roles::revoke(tx, &self.directory, &self.sec(), role, uid))
    }

    fn sql(&self, statement: &str) -> String {
        let run = |conn: &mut SqliteConnection| Ok(conn.batch_execute(statement));
        match self.db.write(|tx| run(tx.conn())).map(|done| done.value).unwrap() {
            Ok(()) => "ok".to_owned(),
            Err(SqlError::DatabaseError(_, why)) => why.message().to_owned(),
            Err(other) => other.to_string(),
        }
    }
}

#[test]
fn roles_exclude_each_other() {
    let bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    assert_eq!(refusal(bench.grant(Role::Audit, "lin")), "ok");
    assert_eq!(refusal(bench.grant(Role::System, "lin")), "holds-a-role");
    assert_eq!(refusal(bench.grant(Role::Security, "sec")), "own-grant");
    assert_eq!(refusal(bench.grant(Role::Security, "sys")), "holds-a-role");
    assert_eq!(refusal(bench.grant(Role::Security, "nobody")), "uid: unknown");
    let org = bench.directory.org();
    assert!(org.auditor(&bench.actor("lin")).is_ok());
    assert!(matches!(org.system_admin(&bench.actor("lin")), Err(Error::Forbidden)));

    assert_eq!(refusal(bench.revoke(Role::System, "sys")), "last-holder");
    assert_eq!(refusal(bench.revoke(Role::System, "lin")), "not-found");
    assert_eq!(refusal(bench.revoke(Role::Audit, "aud")), "ok");
    assert_eq!(refusal(bench.revoke(Role::Audit, "lin")), "last-holder");
    assert_eq!(roles::list(&bench.directory).unwrap().items.len(), 3);
    assert_eq!(bench.logged("role.revoke"), 1);
}

#[test]
fn the_database_refuses_what_the_slices_refuse() {
    let bench = Bench::new();
    let (sys, sec, aud) = (bench.id("sys"), bench.id("sec"), bench.id("aud"));
    let lin = bench.person("lin", "林岚", &[]);
    let insert = |person, role: &str, by: &str| {
        bench.sql(&format!("INSERT INTO role_grant VALUES ({person}, '{role}', {by}, 1, 'r', x'00', NULL)"))
    };
    assert!(insert(sys, "security", &sec.to_string()).contains("UNIQUE"));
    assert!(insert(lin, "king", &sec.to_string()).contains("CHECK"));
    assert_eq!(insert(lin, "audit", &sys.to_string()), "granter-is-not-security");
    assert_eq!(insert(lin, "audit", "NULL"), "grant-without-granter");
    assert!(insert(lin, "security", &lin.to_string()) != "ok");
    assert_eq!(bench.sql(&format!("UPDATE role_grant SET role = 'system' WHERE person_id = {aud}")), "grant-never-changes");
    assert_eq!(bench.sql("DELETE FROM role_grant WHERE role = 'audit'"), "last-holder");
    assert_eq!(bench.sql(&format!("UPDATE person SET uid = 'other' WHERE id = {sys}")), "uid-never-changes");
}

#[test]
fn a_grant_written_past_us_counts_for_nothing() {
    let mut bench = Bench::new();
    let lin = bench.person("lin", "林岚", &[]);
    let forged = format!("INSERT INTO role_grant VALUES ({lin}, 'system', {}, 1, 'r', randomblob(32), NULL)", bench.id("sec"));
    assert_eq!(bench.sql(&forged), "ok");
    bench.reopen();
    assert!(bench.directory.org().system_admin(&bench.actor("lin")).is_err());
    let rows: i64 = bench.db.read(|conn| Ok(role_grant::table.count().get_result(conn).unwrap())).unwrap();
    assert_eq!(rows, 4);
    assert_eq!(roles::list(&bench.directory).unwrap().items.len(), 3);
}

#[test]
fn an_administrator_cannot_take_over_another() {
    let bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    let keeper = |by: &str, of: &str| bench.directory.org().account_keeper(&bench.actor(by), of, AccountAct::SignIn);
    assert_eq!(refusal(keeper("sys", "lin")), "ok");
    assert_eq!(refusal(keeper("sys", "sec")), "forbidden");
    assert_eq!(refusal(keeper("sys", "sys")), "forbidden");
    assert_eq!(refusal(keeper("sec", "lin")), "forbidden");
    assert_eq!(refusal(keeper("sec", "sys")), "ok");
    assert_eq!(refusal(keeper("lin", "lin")), "forbidden");
    assert_eq!(refusal(keeper("aud", "lin")), "forbidden");
    assert_eq!(refusal(keeper("sys", "nobody")), "not-found");
    let last = keeper("sec", "sys").unwrap();
    assert_eq!(refusal(bench.write(|tx| people::freeze(tx, &bench.directory, &last, None, None))), "last-holder");
}

#[test]
fn the_box_is_set_up_once() {
    let bench = Bench::new();
    let system = Actor::system(RequestId(bench.world.uuid()), bench.world.now());
    assert_eq!(refusal(bench.write(|tx| bootstrap::enterprise(tx, &bench.directory, &system, "又一个"))), "set-up-before");
    let first = Role::ALL.map(|role| FirstAdministrator {
        role,
        uid: format!("{}2", role.name()),
        name: "another".to_owned(),
        password: Some(Password::new(PASSWORD)),
    });
    assert_eq!(refusal(bootstrap::administrators(&bench.directory, &system, &first)), "set-up-before");
    assert_eq!(refusal(bootstrap::administrators(&bench.directory, &system, &first[..2])), "role: nobody-holds-it");
    let empty = Bench::empty();
    assert_eq!(refusal(bootstrap::administrators(&empty.directory, &system, &first)), "no-enterprise");
}

#[test]
fn a_proof_that_was_taken_away_opens_nothing() {
    let bench = Bench::new();
    bench.person("lin", "林岚", &[]);
    bench.grant(Role::Security, "lin").unwrap();
    let lin = bench.directory.org().security_admin(&bench.actor("lin")).unwrap();
    bench.revoke(Role::Security, "lin").unwrap();
    let new = NewGrant { cid: bench.cid(), role: Role::Audit, uid: "sys".to_owned(), reason: "mine".to_owned(), until: None };
    assert_eq!(refusal(bench.write(|tx| roles::grant(tx, &bench.directory, &lin, &new))), "forbidden");
    assert_eq!(refusal(bench.write(|tx| roles::revoke(tx, &bench.directory, &lin, Role::Audit, "aud"))), "forbidden");
}
