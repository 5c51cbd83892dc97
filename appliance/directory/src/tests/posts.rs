use holdfast_base::DepartmentId;

use super::bench::{Bench, refusal};
use crate::{
    Paging, departments,
    import::{self, Mode, SheetFormat},
    people::{self, Filter},
    posts::{self, PostChange},
    terms,
    views::{self, Locale},
};

impl Bench {
    fn post(&self, department: DepartmentId, uid: &str, change: &str) -> holdfast_base::Result<views::Person> {
        let change: PostChange = serde_json::from_str(change).unwrap();
        self.write(|tx| posts::change(tx, &self.directory, &self.keeps(), department, uid, &change))
    }

    /// The uids of a department, a page of two at a time, with the total of each page.
    fn order(&self, department: DepartmentId, subtree: bool) -> String {
        let filter = Filter { department: Some(department), subtree, ..Filter::default() };
        let mut paging = Paging { cursor: None, limit: Some(2) };
        let (mut uids, mut total) = (Vec::new(), None);
        loop {
            let page = people::list(&self.directory, &self.records(), &filter, &paging).unwrap();
            assert_eq!(*total.get_or_insert(page.total), page.total);
            uids.extend(page.items.into_iter().map(|person| person.uid));
            match page.next {
                Some(next) => paging.cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(total, Some(uids.len() as u64));
        uids.join(" ")
    }
}

#[test]
fn a_department_shows_its_heads_first_then_who_was_put_somewhere_then_the_others_by_name() {
    let mut bench = Bench::new();
    let home = bench.department("研发", None).unwrap();
    let below = bench.department("固件", Some(home)).unwrap();
    for (uid, of) in [("a", home), ("b", home), ("c", home), ("d", home), ("e", home), ("0", below), ("z", below)] {
        bench.person(uid, uid, &[of]);
    }
    assert_eq!(bench.order(home, false), "a b c d e");
    assert_eq!(bench.order(home, true), "a b c d e 0 z", "a department's own come first");
    bench.post(home, "d", r#"{"after":"a"}"#).unwrap();
    assert_eq!(bench.order(home, false), "a d b c e");
    bench.post(home, "e", r#"{"after":null}"#).unwrap();
    assert_eq!(bench.order(home, false), "e a d b c");
    bench.post(home, "c", r#"{"head":true}"#).unwrap();
    assert_eq!(bench.order(home, true), "c e a d b 0 z");
    bench.person("aa", "aa", &[home]);
    assert_eq!(bench.order(home, false), "c e a d aa b", "a newcomer stands by name behind those who were put somewhere");
    bench.post(home, "e", r#"{"after":"b"}"#).unwrap();
    assert_eq!(bench.order(home, false), "c a d aa b e");
    bench.post(home, "a", r#"{"head":true,"after":"c"}"#).unwrap();
    assert_eq!(bench.order(home, false), "c a d aa b e");
    let heads = |id| departments::view(&bench.records(), id).unwrap().department.heads;
    assert_eq!(heads(home).into_iter().map(|head| head.uid).collect::<Vec<_>>(), ["c", "a"]);
    let moves = bench.logged("membership.move");
    bench.post(home, "a", r#"{"after":"c"}"#).unwrap();
    assert_eq!(bench.logged("membership.move"), moves, "nothing moved");

    for (change, refused) in [
        (r#"{"after":"a"}"#, "after: unknown"),
        (r#"{"after":"z"}"#, "after: unknown"),
        (r#"{"after":"nobody"}"#, "after: unknown"),
        (r#"{"title":"a;b"}"#, "titles: separator"),
    ] {
        assert_eq!(refusal(bench.post(home, "a", change)), refused, "{change}");
    }
    assert_eq!(refusal(bench.post(home, "z", r#"{"head":true}"#)), "not-found", "no member");
    assert_eq!(refusal(bench.post(DepartmentId(99), "a", "{}")), "not-found");

    bench.reopen();
    assert_eq!(bench.order(home, true), "c a d aa b e 0 z", "the rows say the same as memory");
    bench.write(|tx| posts::reset_order(tx, &bench.directory, &bench.keeps(), home)).unwrap();
    assert_eq!(bench.order(home, false), "a c aa b d e");
    assert_eq!((bench.logged("membership.make-head"), bench.logged("department.reset-order")), (2, 1));
}

#[test]
fn a_person_has_a_title_in_each_department_and_keeps_it_until_leaving() {
    let bench = Bench::new();
    let [research, sales] = ["研发", "销售"].map(|name| bench.department(name, None).unwrap());
    bench.person("lin", "林岚", &[research, sales]);
    let edit = |change: &str| {
        let change = serde_json::from_str(change).unwrap();
        bench.write(|tx| people::edit(tx, &bench.directory, &bench.keeps(), "lin", &change))
    };
    let titles = |card: &views::PersonCard| card.person.departments.iter().map(|one| one.title.clone()).collect::<Vec<_>>();
    let card = edit(&format!(r#"{{"title":"工程师","titles":{{"{sales}":" 顾问 "}}}}"#)).unwrap();
    assert_eq!(titles(&card), [None, Some("顾问".to_owned())]);
    bench.post(sales, "lin", r#"{"head":true,"after":null}"#).unwrap();
    let until = bench.world.now().plus(std::time::Duration::from_secs(3600));
    bench.write(|tx| terms::set_membership_end(tx, &bench.directory, &bench.keeps(), "lin", sales, Some(until))).unwrap();
    let card = edit(&format!(r#"{{"main":"{sales}"}}"#)).unwrap();
    assert_eq!(titles(&card), [Some("顾问".to_owned()), None]);
    assert!(card.person.departments[0].head, "another main department leaves posts as they are");
    assert_eq!(refusal(edit(r#"{"titles":{"99":"x"}}"#)), "titles: unknown");
    assert_eq!(titles(&edit(&format!(r#"{{"titles":{{"{sales}":""}}}}"#)).unwrap()), [None, None]);
    bench.post(sales, "lin", r#"{"title":"总监"}"#).unwrap();

    bench.pass(std::time::Duration::from_secs(3600));
    assert!(bench.directory.org().by_uid("lin").unwrap().posts.is_empty(), "what has ended counts for nothing");
    bench.settled(terms::end_due(&bench.directory).unwrap().unwrap()).unwrap();
    edit(&format!(r#"{{"departments":["{research}","{sales}"]}}"#)).unwrap();
    let card = people::card(&bench.directory, &bench.records(), "lin").unwrap();
    assert_eq!(titles(&card), [None, None], "whoever comes back begins anew");
    assert!(card.person.departments.iter().all(|one| !one.head));
}

#[test]
fn whoever_has_no_manager_is_led_by_the_nearest_head() {
    let bench = Bench::new();
    let company = bench.department("恒川", None).unwrap();
    let research = bench.department("研发", Some(company)).unwrap();
    bench.person("chief", "总", &[company]);
    bench.person("head", "长", &[research]);
    bench.person("lin", "林岚", &[research]);
    let leader = |uid: &str| {
        let card = people::card(&bench.directory, &bench.records(), uid).unwrap();
        card.manager.or(card.department_head).map(|one| one.uid)
    };
    assert_eq!(leader("lin"), None);
    bench.post(company, "chief", r#"{"head":true}"#).unwrap();
    assert_eq!(leader("lin").as_deref(), Some("chief"), "of the nearest one above");
    bench.post(research, "head", r#"{"head":true}"#).unwrap();
    assert_eq!(["lin", "head", "chief"].map(|uid| leader(uid).unwrap_or_default()), ["head", "chief", ""]);
    let change = serde_json::from_str(r#"{"manager":"chief"}"#).unwrap();
    let card = bench.write(|tx| people::edit(tx, &bench.directory, &bench.keeps(), "lin", &change)).unwrap();
    assert_eq!((card.manager.map(|one| one.uid).as_deref(), card.department_head), (Some("chief"), None));
}

#[test]
fn posts_go_out_in_a_sheet_and_come_back() {
    let bench = Bench::new();
    let [research, sales] = ["研发", "销售"].map(|name| bench.department(name, None).unwrap());
    bench.person("lin", "林岚", &[research, sales]);
    bench.post(sales, "lin", r#"{"title":"顾问","head":true,"after":null}"#).unwrap();
    let mut sheet = Vec::new();
    import::export(&bench.directory, &bench.sys(), SheetFormat::Csv, Locale::Chinese, &mut sheet).unwrap();
    let back = bench.check("back.csv", &sheet).unwrap();
    assert_eq!((back.counts.changed, back.counts.error), (0, 0));

    let sheet = "账号,部门,部门内职位,负责的部门\nlin,研发;销售,架构师; ,研发\n";
    let moved = bench.check("moved.csv", sheet.as_bytes()).unwrap();
    bench.apply(&moved, Mode::AllOrNothing).unwrap();
    let org = bench.directory.org();
    let post = |id| org.by_uid("lin").unwrap().post(id).cloned().unwrap();
    assert_eq!((post(research).title.as_deref(), post(research).head), (Some("架构师"), true));
    assert_eq!((post(sales).title, post(sales).head, post(sales).place), (None, false, Some(0)), "the order stays");

    let wrong = "账号,部门,部门内职位,负责的部门\nlin,研发,a;b,研发\nsys,研发,,销售\n";
    let import = bench.check("wrong.csv", wrong.as_bytes()).unwrap();
    let codes: Vec<String> = bench.rows(&import).iter().flat_map(|row| row.problems.iter().map(|one| one.code.clone())).collect();
    assert_eq!(codes, ["more-than-departments", "not-among-departments"]);
}
