use super::bench::{Bench, refusal};
use crate::{
    Paging, PersonState,
    may::AccountAct,
    people::{self, Filter, NewPerson, PersonChange},
};

impl Bench {
    fn create(&self, new: NewPerson) -> holdfast_base::Result<crate::views::PersonCard> {
        self.settled(people::create(&self.directory, &self.keeps(), new)?)
    }

    fn edit(&self, uid: &str, change: &str) -> holdfast_base::Result<crate::views::PersonCard> {
        let change: PersonChange = serde_json::from_str(change).unwrap();
        self.write(|tx| people::edit(tx, &self.directory, &self.keeps(), uid, &change))
    }

    fn names(&self, filter: &Filter) -> Vec<String> {
        let mut paging = Paging { cursor: None, limit: Some(2) };
        let mut names = Vec::new();
        loop {
            let page = people::list(&self.directory, &self.records(), filter, &paging).unwrap();
            names.extend(page.items.into_iter().map(|person| person.name));
            match page.next {
                Some(next) => paging.cursor = Some(next),
                None => return names,
            }
        }
    }
}

#[test]
fn a_person_is_made_changed_and_looked_at() {
    let bench = Bench::new();
    let research = bench.department("研发", None).unwrap();
    let sales = bench.department("销售", None).unwrap();
    bench.create(bench.draft("wang", "王敏")).unwrap();
    let new = NewPerson {
        mail: Some("lin@hengchuan.example".to_owned()),
        mobile: Some("+86 138 0013 8000".to_owned()),
        employee_no: Some("0042".to_owned()),
        hired_on: Some("2024/3/5".to_owned()),
        departments: vec![research, sales],
        main: Some(sales),
        manager: Some("wang".to_owned()),
        fields: std::collections::BTreeMap::new(),
        ..bench.draft("lin", "林岚")
    };
    let card = bench.create(new).unwrap();
    assert_eq!(card.mobile.as_deref(), Some("13800138000"));
    assert_eq!(card.hired_on.as_deref(), Some("2024-03-05"));
    assert_eq!(card.person.departments.iter().map(|d| (d.id, d.main)).collect::<Vec<_>>(), [(sales, true), (research, false)]);
    assert_eq!(card.manager.as_ref().map(|m| m.uid.as_str()), Some("wang"));
    assert_eq!(people::card(&bench.directory, &bench.records(), "LIN").unwrap(), card);

    for (change, refused) in [
        (r#"{"mail":"x"}"#, "mail: not-a-mail-address"),
        (r#"{"manager":"lin"}"#, "manager: loop"),
        (r#"{"manager":"nobody"}"#, "manager: unknown"),
        (r#"{"departments":["99"]}"#, "departments: unknown"),
        (r#"{"main":"99"}"#, "main: not-among-departments"),
        (r#"{"name":" "}"#, "name: empty"),
        (r#"{"name":"a\u0000b"}"#, "name: control-character"),
    ] {
        assert_eq!(refusal(bench.edit("lin", change)), refused, "{change}");
    }
    assert_eq!(refusal(bench.edit("wang", r#"{"manager":"lin"}"#)), "manager: loop");
    assert_eq!(refusal(bench.edit("wang", r#"{"mobile":"13800138000"}"#)), "mobile: taken");
    assert_eq!(refusal(bench.edit("wang", r#"{"mail":"LIN@hengchuan.example"}"#)), "mail: taken");
    assert_eq!(refusal(bench.edit("wang", r#"{"employee_no":"0042"}"#)), "employee_no: taken");
    assert_eq!(refusal(bench.create(bench.draft("Lin", "another"))), "uid: taken");

    let edits = bench.logged("person.edit");
    let changed = bench.edit("lin", r#"{"name":"单岚","mobile":null,"manager":null}"#).unwrap();
    assert_eq!((changed.person.pinyin.as_str(), changed.mobile, changed.manager), ("shan lan", None, None));
    bench.edit("lin", r#"{"name":"单岚"}"#).unwrap();
    assert_eq!(bench.logged("person.edit"), edits + 1, "what changes nothing leaves no entry");
    assert_eq!(bench.directory.org().by_uid("lin").unwrap().initials, "sl");
}

#[test]
fn lists_filter_and_page() {
    let bench = Bench::new();
    let company = bench.department("恒川", None).unwrap();
    let research = bench.department("研发", Some(company)).unwrap();
    for (uid, name, home) in
        [("a1", "曾小川", company), ("a2", "单于婉儿", research), ("a3", "张三", research), ("a4", "章子", research)]
    {
        bench.create(NewPerson { departments: vec![home], password: None, ..bench.draft(uid, name) }).unwrap();
    }
    let all = |q: &str| bench.names(&Filter { q: Some(q.to_owned()), ..Filter::default() });
    assert_eq!(all("zhang"), ["张三", "章子"]);
    assert_eq!(all("zs"), ["张三"]);
    assert_eq!(all("zhangsan"), ["张三"]);
    assert_eq!(all("san"), ["张三"]);
    assert_eq!(all("zeng"), ["曾小川"]);
    assert_eq!(all("婉"), ["单于婉儿"]);
    assert_eq!(all("a3"), ["张三"]);
    assert_eq!(all("nobody at all"), [""; 0]);
    let within = |department, subtree| bench.names(&Filter { department: Some(department), subtree, ..Filter::default() });
    assert_eq!(within(company, true).len(), 4);
    assert_eq!(within(company, false), ["曾小川"]);
    assert_eq!(within(research, true), ["单于婉儿", "张三", "章子"]);

    let keeper = bench.directory.org().account_keeper(&bench.actor("sys"), "a3", AccountAct::SignIn).unwrap();
    bench.write(|tx| people::freeze(tx, &bench.directory, &keeper, Some("left"), None)).unwrap();
    assert_eq!(within(research, true), ["单于婉儿", "章子"], "the frozen are not listed");
    assert_eq!(bench.directory.org().people_in(research), 2);
    let frozen = Filter { state: Some(PersonState::Frozen), ..Filter::default() };
    let found = people::list_cards(&bench.directory, &bench.keeps(), &frozen, &Paging::default()).unwrap();
    assert_eq!(found.items.iter().map(|c| c.person.uid.as_str()).collect::<Vec<_>>(), ["a3"]);
    bench.write(|tx| people::unfreeze(tx, &bench.directory, &keeper)).unwrap();
    assert_eq!(bench.directory.org().by_uid("a3").unwrap().state, PersonState::Invited, "there is no password");
}

#[test]
fn memory_equals_the_database_after_a_restart() {
    let mut bench = Bench::new();
    let company = bench.department("恒川", None).unwrap();
    bench.person("lin", "林岚", &[company]);
    bench.edit("lin", r#"{"title":"工程师"}"#).unwrap();
    let before = bench.directory.org();
    bench.reopen();
    let after = bench.directory.org();
    assert!(before.people().eq(after.people()));
    assert!(before.departments().eq(after.departments()));
    assert_eq!(before.people_in(company), after.people_in(company));
    assert_eq!(after.enterprise(), "恒川");
    assert!(after.epoch > before.epoch);
}
