use std::collections::HashMap;

use diesel::prelude::*;
use holdfast_base::{ClientId, DepartmentId};
use holdfast_store::schema::department_closure;
use proptest::prelude::*;

use super::bench::{Bench, refusal};
use crate::{
    Paging,
    departments::{self, DepartmentChange, NewDepartment},
    limits::DEPARTMENT_LEVELS,
};

impl Bench {
    fn move_to(&self, id: DepartmentId, parent: Option<DepartmentId>) -> holdfast_base::Result<()> {
        let change = DepartmentChange { name: None, parent: Some(parent) };
        self.write(|tx| departments::edit(tx, &self.directory, &self.keeps(), id, &change)).map(drop)
    }

    fn closure(&self) -> Vec<(u64, u64, i32)> {
        let rows: Vec<(i64, i64, i32)> = self.db.read(|conn| Ok(department_closure::table.load(conn).unwrap())).unwrap();
        let mut rows: Vec<_> = rows.into_iter().map(|(a, d, depth)| (a as u64, d as u64, depth)).collect();
        rows.sort_unstable();
        rows
    }
}

#[test]
fn a_tree_is_made_moved_renamed_and_cut() {
    let bench = Bench::new();
    let company = bench.department("恒川", None).unwrap();
    let research = bench.department("研发", Some(company)).unwrap();
    let firmware = bench.department("固件", Some(research)).unwrap();
    let sales = bench.department("销售", Some(company)).unwrap();
    bench.person("lin", "林岚", &[firmware, sales]);
    let org = bench.directory.org();
    assert_eq!([company, research, firmware, sales].map(|id| org.people_in(id)), [1, 1, 1, 1]);
    assert!(org.in_subtree(bench.id("lin"), company));

    bench.move_to(firmware, Some(sales)).unwrap();
    let org = bench.directory.org();
    assert_eq!([company, research, firmware, sales].map(|id| org.people_in(id)), [1, 0, 1, 1]);
    assert_eq!(org.department_path(firmware).iter().map(|d| d.name.as_str()).collect::<Vec<_>>(), ["恒川", "销售", "固件"]);

    assert_eq!(refusal(bench.move_to(company, Some(firmware))), "parent: cycle");
    assert_eq!(refusal(bench.move_to(company, Some(company))), "parent: cycle");
    assert_eq!(refusal(bench.move_to(firmware, Some(DepartmentId(99)))), "parent: unknown");
    assert_eq!(refusal(bench.department("销售", Some(company))), "name: taken");
    assert_eq!(refusal(bench.department("a/b", None)), "name: slash");
    let delete = |id| bench.write(|tx| departments::delete(tx, &bench.directory, &bench.keeps(), id));
    assert_eq!(refusal(delete(sales)), "has-departments");
    assert_eq!(refusal(delete(firmware)), "has-people");
    assert_eq!(refusal(delete(research)), "ok");
    assert_eq!(refusal(delete(research)), "not-found");
    assert_eq!(bench.logged("department.create"), 4);
    assert_eq!(bench.logged("department.move"), 1);
    assert_eq!(bench.logged("department.delete"), 1);
}

#[test]
fn a_tree_has_a_limited_depth() {
    let bench = Bench::new();
    let mut at = None;
    for level in 0..DEPARTMENT_LEVELS {
        at = Some(bench.department(&format!("d{level}"), at).unwrap());
    }
    assert_eq!(refusal(bench.department("deeper", at)), "parent: too-deep");
    let two = bench.department("two", None).unwrap();
    bench.department("levels", Some(two)).unwrap();
    let above_last = bench.directory.org().department(at.unwrap()).unwrap().parent;
    assert_eq!(refusal(bench.move_to(two, above_last)), "parent: too-deep");
}

#[test]
fn a_create_with_the_same_client_id_is_done_once() {
    let bench = Bench::new();
    let create = |cid: ClientId, name: &str| {
        let new = NewDepartment { cid, name: name.to_owned(), parent: None };
        bench.write(|tx| departments::create(tx, &bench.directory, &bench.keeps(), &new)).map(|made| made.id)
    };
    let cid = bench.cid();
    let first = create(cid, "研发").unwrap();
    assert_eq!(create(cid, "研发").unwrap(), first);
    assert_eq!(refusal(create(cid, "销售")), "cid-used-for-something-else");
}

#[test]
fn a_list_goes_on_where_it_stopped() {
    let bench = Bench::new();
    let ids: Vec<_> = (0..5).map(|n| bench.department(&format!("d{n}"), None).unwrap()).collect();
    let mut paging = Paging { cursor: None, limit: Some(2) };
    let mut seen = Vec::new();
    loop {
        let page = departments::list(&bench.directory, &bench.records(), None, &paging).unwrap();
        seen.extend(page.items.iter().map(|d| d.id));
        let Some(next) = page.next else { break };
        assert_eq!(
            refusal(departments::list(
                &bench.directory,
                &bench.records(),
                Some(ids[0]),
                &Paging { cursor: Some(next.clone()), limit: None }
            )),
            "cursor: not-a-cursor"
        );
        paging.cursor = Some(next);
    }
    assert_eq!(seen, ids);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn the_closure_equals_walking_up_after_random_moves(moves in prop::collection::vec((0usize..12, 0usize..13), 20)) {
        let bench = Bench::new();
        let ids: Vec<_> = (0..12).map(|n| bench.department(&format!("d{n}"), None).unwrap()).collect();
        let mut parents: HashMap<DepartmentId, Option<DepartmentId>> = ids.iter().map(|id| (*id, None)).collect();
        for (which, to) in moves {
            let (id, parent) = (ids[which], ids.get(to).copied());
            let mut at = parent;
            let mut cycle = false;
            while let Some(above) = at {
                cycle |= above == id;
                at = if cycle { None } else { parents[&above] };
            }
            prop_assert_eq!(bench.move_to(id, parent).is_err(), cycle);
            if !cycle {
                parents.insert(id, parent);
            }
        }
        let mut expected = Vec::new();
        for id in &ids {
            let (mut at, mut depth) = (Some(*id), 0);
            while let Some(above) = at {
                expected.push((above.0, id.0, depth));
                (at, depth) = (parents[&above], depth + 1);
            }
        }
        expected.sort_unstable();
        prop_assert_eq!(bench.closure(), expected.clone());
        let org = bench.directory.org();
        for id in &ids {
            let above = org.department_path(*id).len();
            prop_assert_eq!(above, expected.iter().filter(|(_, below, _)| *below == id.0).count());
        }
    }
}
