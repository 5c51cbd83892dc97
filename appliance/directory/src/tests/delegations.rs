use std::time::Duration;

use holdfast_base::{ClientId, DepartmentId, Error, Result, Timestamp};

use super::bench::{Bench, refusal};
use crate::{
    DirectoryKeeper, Paging, PersonState, Role,
    delegations::{self, NewDelegation, Power},
    departments::{self, DepartmentChange, NewDepartment},
    may::AccountAct,
    people::{self, Filter, NewPerson, PersonChange},
    posts::{self, PostChange},
    roles::{self, NewGrant},
    terms,
};

/// Head office, sales with two regions, research; `del` keeps sales with every power, `half` keeps people of sales and
/// departments of sales and research.
struct Company {
    bench: Bench,
    head: DepartmentId,
    sales: DepartmentId,
    north: DepartmentId,
    south: DepartmentId,
    research: DepartmentId,
}

const ALL: &[Power] = &Power::ALL;

impl Company {
    fn new() -> Self {
        let bench = Bench::new();
        let head = bench.department("总部", None).unwrap();
        let sales = bench.department("销售", Some(head)).unwrap();
        let north = bench.department("北区", Some(sales)).unwrap();
        let south = bench.department("南区", Some(sales)).unwrap();
        let research = bench.department("研发", Some(head)).unwrap();
        for (uid, name, departments) in [
            ("del", "代", vec![sales]),
            ("half", "半", vec![sales]),
            ("small", "小", vec![north]),
            ("nan", "南", vec![south]),
            ("bei", "北", vec![north]),
            ("both", "两", vec![north, research]),
            ("yan", "研", vec![research]),
            ("none", "无", vec![]),
            ("aud2", "审", vec![north]),
        ] {
            bench.person(uid, name, &departments);
        }
        let company = Self { bench, head, sales, north, south, research };
        company.give("del", &[sales], ALL);
        company.give("half", &[sales], &[Power::People]);
        company.give("half", &[sales, research], &[Power::Departments]);
        company.give("small", &[north], ALL);
        let new = NewGrant {
            cid: company.bench.cid(),
            role: Role::Audit,
            uid: "aud2".to_owned(),
            reason: "needed".to_owned(),
            until: None,
        };
        company.bench.write(|tx| roles::grant(tx, &company.bench.directory, &company.bench.sec(), &new)).unwrap();
        company
    }

    fn grant(
        &self,
        uid: &str,
        departments: &[DepartmentId],
        powers: &[Power],
        until: Option<Timestamp>,
    ) -> Result<crate::views::Delegation> {
        let new = NewDelegation {
            cid: self.cid(),
            uid: uid.to_owned(),
            departments: departments.to_vec(),
            powers: powers.to_vec(),
            reason: "keeps them".to_owned(),
            until,
        };
        self.bench.write(|tx| delegations::grant(tx, &self.bench.directory, &self.bench.sys(), &new))
    }

    fn give(&self, uid: &str, departments: &[DepartmentId], powers: &[Power]) -> holdfast_base::DelegationId {
        self.grant(uid, departments, powers, None).unwrap().id
    }

    fn cid(&self) -> ClientId {
        self.bench.cid()
    }

    fn keeper(&self, uid: &str) -> Result<DirectoryKeeper> {
        self.bench.directory.org().directory_keeper(&self.bench.actor(uid))
    }

    fn create(&self, by: &str, uid: &str, departments: &[DepartmentId], password: bool) -> String {
        let draft = self.bench.draft(uid, "新人");
        let password = draft.password.filter(|_| password);
        let new = NewPerson { departments: departments.to_vec(), password, ..self.bench.draft(uid, "新人") };
        let made = self.keeper(by).and_then(|by| people::create(&self.bench.directory, &by, new));
        refusal(made.and_then(|made| self.bench.settled(made)))
    }

    fn edit(&self, by: &str, uid: &str, change: &str) -> String {
        let change: PersonChange = serde_json::from_str(change).unwrap();
        let edit = |by: DirectoryKeeper| self.bench.write(|tx| people::edit(tx, &self.bench.directory, &by, uid, &change));
        refusal(self.keeper(by).and_then(edit))
    }

    fn place(&self, by: &str, uid: &str, departments: &[DepartmentId]) -> String {
        self.edit(by, uid, &serde_json::json!({ "departments": departments }).to_string())
    }

    fn account(&self, by: &str, uid: &str, act: AccountAct) -> String {
        refusal(self.bench.directory.org().account_keeper(&self.bench.actor(by), uid, act))
    }

    fn make(&self, by: &str, parent: Option<DepartmentId>) -> String {
        let new = NewDepartment { cid: self.cid(), name: format!("新{}", self.cid().0), parent };
        let new = NewDepartment { name: new.name.chars().take(40).collect(), ..new };
        let make = |by: DirectoryKeeper| self.bench.write(|tx| departments::create(tx, &self.bench.directory, &by, &new));
        refusal(self.keeper(by).and_then(make))
    }

    fn change(&self, by: &str, id: DepartmentId, change: &DepartmentChange) -> String {
        let edit = |by: DirectoryKeeper| self.bench.write(|tx| departments::edit(tx, &self.bench.directory, &by, id, change));
        refusal(self.keeper(by).and_then(edit))
    }

    fn rename(&self, by: &str, id: DepartmentId) -> String {
        let name = Some(format!("改名{id}"));
        self.change(by, id, &DepartmentChange { name, parent: None })
    }

    fn shift(&self, by: &str, id: DepartmentId, to: Option<DepartmentId>) -> String {
        self.change(by, id, &DepartmentChange { name: None, parent: Some(to) })
    }

    fn arrange(&self, by: &str, id: DepartmentId) -> String {
        let reset = |by: DirectoryKeeper| self.bench.write(|tx| posts::reset_order(tx, &self.bench.directory, &by, id));
        refusal(self.keeper(by).and_then(reset))
    }

    fn head(&self, by: &str, id: DepartmentId, uid: &str) -> String {
        let change = PostChange { head: Some(true), ..PostChange::default() };
        let set = |by: DirectoryKeeper| self.bench.write(|tx| posts::change(tx, &self.bench.directory, &by, id, uid, &change));
        refusal(self.keeper(by).and_then(set))
    }

    fn delete(&self, by: &str, id: DepartmentId) -> String {
        let delete = |by: DirectoryKeeper| self.bench.write(|tx| departments::delete(tx, &self.bench.directory, &by, id));
        refusal(self.keeper(by).and_then(delete))
    }

    fn seen_by(&self, by: &str, filter: &Filter) -> Result<Vec<String>> {
        let by = self.keeper(by)?;
        let page = people::list_cards(&self.bench.directory, &by, filter, &Paging::default())?;
        let mut uids: Vec<String> = page.items.into_iter().map(|card| card.person.uid).collect();
        uids.sort();
        Ok(uids)
    }
}

#[test]
fn people_are_kept_within_the_scope() {
    let c = Company::new();
    let nowhere = DepartmentId(99);
    for (by, departments, password, answer) in [
        ("del", vec![c.north], true, "ok"),
        ("del", vec![c.sales, c.south], false, "ok"),
        ("del", vec![c.north, c.research], true, "forbidden"),
        ("del", vec![c.head], true, "forbidden"),
        ("del", vec![], true, "departments: required"),
        ("del", vec![nowhere], true, "departments: unknown"),
        ("half", vec![c.north], false, "ok"),
        ("half", vec![c.north], true, "forbidden"),
        ("small", vec![c.north], true, "ok"),
        ("small", vec![c.sales], true, "forbidden"),
        ("bei", vec![c.north], true, "forbidden"),
        ("sec", vec![c.north], true, "forbidden"),
        ("sys", vec![c.head], true, "ok"),
    ] {
        let uid = format!("n{}", c.bench.logged("person.create"));
        assert_eq!(c.create(by, &uid, &departments, password), answer, "{by} makes one in {departments:?}");
    }
    for (by, uid, answer) in [
        ("del", "bei", "ok"),
        ("del", "both", "forbidden"),
        ("del", "yan", "forbidden"),
        ("del", "none", "forbidden"),
        ("del", "nobody", "not-found"),
        ("del", "aud2", "forbidden"),
        ("del", "del", "forbidden"),
        ("del", "small", "ok"),
        ("small", "del", "forbidden"),
        ("small", "bei", "ok"),
        ("small", "nan", "forbidden"),
        ("half", "del", "forbidden"),
        ("half", "bei", "ok"),
        ("yan", "yan", "forbidden"),
    ] {
        assert_eq!(c.edit(by, uid, r#"{"title":"改过"}"#), answer, "{by} edits {uid}");
        assert_eq!(c.account(by, uid, AccountAct::State), answer, "{by} freezes {uid}");
        assert_eq!(c.account(by, uid, AccountAct::Departure), if answer == "ok" { "forbidden" } else { answer });
        let reset = if by == "half" && answer == "ok" { "forbidden" } else { answer };
        assert_eq!(c.account(by, uid, AccountAct::SignIn), reset, "{by} resets {uid}");
        c.edit("sys", uid, r#"{"title":null}"#);
    }
}

#[test]
fn whoever_is_placed_stays_within_the_scope() {
    let c = Company::new();
    for (by, uid, after, answer) in [
        ("del", "bei", vec![c.south], "ok"),
        ("del", "bei", vec![c.north, c.sales], "ok"),
        ("del", "bei", vec![c.research], "forbidden"),
        ("del", "bei", vec![c.north, c.head], "forbidden"),
        ("del", "bei", vec![], "departments: required"),
        ("del", "bei", vec![DepartmentId(99)], "departments: unknown"),
        ("del", "yan", vec![c.north], "forbidden"),
        ("del", "none", vec![c.north], "forbidden"),
        ("del", "aud2", vec![c.south], "forbidden"),
        ("del", "del", vec![c.north], "forbidden"),
        ("small", "nan", vec![c.north], "forbidden"),
        ("small", "bei", vec![c.south], "forbidden"),
        ("bei", "bei", vec![c.south], "forbidden"),
    ] {
        assert_eq!(c.place(by, uid, &after), answer, "{by} places {uid} in {after:?}");
        if answer == "ok" {
            assert_eq!(c.place("sys", uid, &[c.north]), "ok");
        }
    }
    // What of somebody lies elsewhere stays as it is, whether the delegate names it or not.
    let of = |uid: &str| c.bench.directory.org().by_uid(uid).unwrap().departments.clone();
    assert_eq!(c.place("del", "both", &[]), "forbidden", "research would become the main one");
    assert_eq!(c.edit("sys", "both", &serde_json::json!({ "main": c.research }).to_string()), "ok");
    assert_eq!(c.place("del", "both", &[c.south]), "ok");
    assert_eq!(of("both"), [c.research, c.south]);
    assert_eq!(c.place("del", "both", &[c.south, c.research]), "ok");
    assert_eq!(c.place("del", "both", &[]), "ok");
    assert_eq!(of("both"), [c.research]);
    assert_eq!(c.place("del", "both", &[c.south]), "forbidden", "who has left is out of reach");
    let until = Some(Timestamp(c.bench.world.now().0 + 60_000_000));
    let end = |by: &str, uid: &str, department| {
        let end = |by: DirectoryKeeper| {
            c.bench.write(|tx| terms::set_membership_end(tx, &c.bench.directory, &by, uid, department, until))
        };
        refusal(c.keeper(by).and_then(end))
    };
    assert_eq!(end("del", "bei", c.north), "ok");
    assert_eq!(end("del", "yan", c.research), "forbidden");
    assert_eq!(end("del", "aud2", c.north), "forbidden");
}

#[test]
fn nobody_widens_their_own_scope() {
    let c = Company::new();
    let lab = c.bench.department("实验室", Some(c.research)).unwrap();
    for (by, answer) in [
        (c.make("del", Some(c.north)), "ok"),
        (c.make("del", Some(c.sales)), "ok"),
        (c.make("del", Some(c.head)), "forbidden"),
        (c.make("del", None), "forbidden"),
        (c.make("del", Some(DepartmentId(99))), "parent: unknown"),
        (c.rename("del", c.north), "ok"),
        (c.rename("del", c.sales), "forbidden"),
        (c.rename("del", c.research), "forbidden"),
        (c.rename("del", DepartmentId(99)), "not-found"),
        (c.shift("del", c.south, Some(c.north)), "ok"),
        (c.shift("del", c.south, Some(c.sales)), "ok"),
        (c.shift("del", c.south, Some(c.research)), "forbidden"),
        (c.shift("del", c.south, None), "forbidden"),
        (c.shift("del", lab, Some(c.north)), "forbidden"),
        (c.shift("del", c.sales, Some(c.research)), "forbidden"),
        // Its people are put in order where it was given, too; it is not itself changed by that.
        (c.arrange("del", c.sales), "ok"),
        (c.arrange("del", c.south), "ok"),
        (c.head("del", c.south, "nan"), "ok"),
        (c.arrange("del", c.research), "forbidden"),
        (c.arrange("del", DepartmentId(99)), "not-found"),
        (c.head("del", c.research, "nan"), "forbidden"),
        (c.arrange("bei", c.south), "forbidden"),
        (c.delete("del", c.sales), "forbidden"),
        (c.delete("del", c.research), "forbidden"),
        (c.delete("del", c.south), "has-people"),
        // Departments of both, people of sales alone: moving the laboratory there would give its people.
        (c.rename("half", lab), "ok"),
        (c.shift("half", lab, Some(c.sales)), "forbidden"),
        (c.shift("half", c.south, Some(c.research)), "ok"),
        (c.shift("half", c.south, Some(c.sales)), "forbidden"),
        (c.shift("half", lab, Some(c.research)), "ok"),
        (c.delete("half", lab), "ok"),
        (c.rename("bei", c.north), "forbidden"),
    ] {
        assert_eq!(by, answer);
    }
    // A power at the destination that was not there at the source.
    let c = Company::new();
    c.give("half", &[c.south], &[Power::SignIn]);
    assert_eq!(c.account("half", "nan", AccountAct::SignIn), "ok");
    assert_eq!(c.place("half", "bei", &[c.south]), "forbidden");
    assert_eq!(c.place("half", "nan", &[c.north]), "ok");
}

#[test]
fn a_delegate_sees_what_is_theirs_to_keep() {
    let c = Company::new();
    let all = Filter { subtree: true, ..Filter::default() };
    assert_eq!(c.seen_by("small", &all).unwrap(), ["aud2", "bei", "both", "small"]);
    assert_eq!(c.seen_by("sys", &all).unwrap().len(), 12);
    assert_eq!(refusal(c.seen_by("bei", &all)), "forbidden");
    let within = |department| Filter { department: Some(department), ..all.clone() };
    assert_eq!(c.seen_by("small", &within(c.north)).unwrap().len(), 4);
    assert_eq!(c.seen_by("small", &within(c.head)).unwrap().len(), 4, "the way to it counts who is theirs");
    assert_eq!(refusal(c.seen_by("small", &within(c.research))), "not-found");
    let gone = Filter { state: Some(PersonState::Gone), ..all };
    assert!(c.seen_by("small", &gone).unwrap().is_empty());
}

#[test]
fn a_delegation_is_given_once_and_ends() {
    let mut c = Company::new();
    assert_eq!(refusal(c.grant("sec", &[c.north], ALL, None)), "holds-a-role");
    assert_eq!(refusal(c.grant("nobody", &[c.north], ALL, None)), "uid: unknown");
    assert_eq!(refusal(c.grant("yan", &[], ALL, None)), "departments: empty");
    assert_eq!(refusal(c.grant("yan", &[DepartmentId(99)], ALL, None)), "departments: unknown");
    assert_eq!(refusal(c.grant("yan", &[c.north], &[], None)), "powers: empty");
    let past = Some(Timestamp(1));
    assert_eq!(refusal(c.grant("yan", &[c.north], ALL, past)), "until: in-the-past");
    let new = NewGrant { cid: c.cid(), role: Role::System, uid: "del".to_owned(), reason: "more".to_owned(), until: None };
    let more = c.bench.write(|tx| roles::grant(tx, &c.bench.directory, &c.bench.sec(), &new));
    assert_eq!(refusal(more), "holds-a-delegation");

    let until = Some(Timestamp(c.bench.world.now().0 + 60_000_000));
    let id = c.grant("yan", &[c.north], ALL, until).unwrap().id;
    assert_eq!(c.edit("yan", "bei", r#"{"title":"一"}"#), "ok");
    let held = c.keeper("yan").unwrap();
    c.bench.pass(Duration::from_secs(61));
    let change: PersonChange = serde_json::from_str(r#"{"title":"二"}"#).unwrap();
    let late = c.bench.write(|tx| people::edit(tx, &c.bench.directory, &held, "bei", &change));
    assert!(matches!(late, Err(Error::Forbidden)), "what has ended counts for nothing, though a proof is at hand");
    c.bench.settled(terms::end_due(&c.bench.directory).unwrap().unwrap()).unwrap();
    assert_eq!(c.bench.logged("delegation.revoke"), 1);
    let revoke = |id| c.bench.write(|tx| delegations::revoke(tx, &c.bench.directory, &c.bench.sys(), id));
    assert_eq!(refusal(revoke(id)), "not-found");

    let before = delegations::list(&c.bench.directory, &c.bench.sys()).items;
    assert_eq!(before.len(), 4);
    assert_eq!(refusal(revoke(before[0].id)), "ok");
    assert_eq!(c.edit("del", "bei", r#"{"title":"三"}"#), "forbidden");
    assert_eq!(c.bench.logged("delegation.revoke"), 2);
    c.bench.reopen();
    assert_eq!(delegations::list(&c.bench.directory, &c.bench.sys()).items.len(), 3);
    assert_eq!(c.edit("small", "bei", r#"{"title":"四"}"#), "ok");
}
