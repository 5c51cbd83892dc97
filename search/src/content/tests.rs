//! An exhaustive oracle: every document is matched by plain substring search, and permissions are tested one by one.

use std::collections::BTreeSet;

use holdfast_base::Timestamp;
use proptest::{prelude::*, test_runner::Config};

use super::*;
use crate::words::fold_str;

const NOW: Timestamp = Timestamp(1_795_305_600_000_000);

fn message(conversation: u64, seq: u64, author: u64, text: &str) -> Doc {
    let at = Timestamp(NOW.0 - 1_000_000_000 * i64::try_from(1_000 - seq).expect("small"));
    let key = Key { object: conversation, part: seq };
    Doc {
        class: Class::Message,
        container: conversation,
        key,
        at,
        author,
        title: String::new(),
        text: text.to_owned(),
        version: 0,
    }
}

fn file(space: u64, node: u64, title: &str, text: &str) -> Doc {
    let key = Key { object: node, part: 0 };
    Doc {
        class: Class::File,
        container: space,
        key,
        at: NOW,
        author: 1,
        title: title.to_owned(),
        text: text.to_owned(),
        version: 0,
    }
}

fn page(limit: usize) -> Page {
    Page { after: None, limit, sort: Sort::Relevance, now: NOW }
}

fn query(text: &str) -> Query {
    Query::parse(text, NOW, 0)
}

fn keys(index: &Index, class: Class, text: &str, allowed: &Allowed) -> BTreeSet<(u64, u64)> {
    let found = index.search(class, &query(text), allowed, None, page(200)).expect("searches");
    assert_eq!(found.total, found.hits.len() as u64);
    found.hits.iter().map(|hit| (hit.key.object, hit.key.part)).collect()
}

fn index(docs: &[Doc]) -> Index {
    let index = Index::new(0).expect("makes");
    docs.iter().for_each(|doc| index.add(doc).expect("adds"));
    index
}

#[test]
fn finds_words_phrases_prefixes_and_nothing_else() {
    let texts =
        ["数据库备份完成", "數據庫，备份", "holdfast-search 上线", "holdfast 上线了", "单字：好", "a.b@c.com 写信", "库存"];
    let docs: Vec<Doc> = texts.iter().zip(1..).map(|(text, seq)| message(7, seq, 1, text)).collect();
    let index = index(&docs);
    let allowed: Allowed = [7].into_iter().collect();
    let seqs = |text: &str| keys(&index, Class::Message, text, &allowed).into_iter().map(|(_, seq)| seq).collect::<Vec<_>>();
    assert_eq!(seqs("数据库"), [1, 2]);
    assert_eq!(seqs("库备份"), [1]);
    assert_eq!(seqs("库"), [1, 2, 7]);
    assert_eq!(seqs("好"), [5]);
    assert_eq!(seqs("数据库 完成"), [1]);
    assert_eq!(seqs("holdf"), [3, 4]);
    assert_eq!(seqs("holdf "), Vec::<u64>::new());
    assert_eq!(seqs("holdfast-search"), [3]);
    assert_eq!(seqs("holdfast-sea"), [3]);
    assert_eq!(seqs("\"holdfast 上\""), [4]);
    assert_eq!(seqs("\"holdfast 上线\""), [4]);
    assert_eq!(seqs("\"search 上\""), [3]);
    assert_eq!(seqs("上线 -search"), [4]);
    assert_eq!(seqs("b@c.com"), [6]);
    assert_eq!(seqs("\"数据库 备份\""), [2]);
    assert_eq!(seqs("-好"), Vec::<u64>::new());
    assert_eq!(seqs(""), Vec::<u64>::new());
}

#[test]
fn filters_by_author_time_type_and_ending() {
    let index = index(&[
        message(1, 998, 11, "预算 草稿"),
        message(1, 999, 12, "预算 定稿"),
        file(2, 50, "预算.PDF", "合计"),
        file(2, 51, "预算.docx", "预算合计"),
    ]);
    let allowed: Allowed = [1, 2].into_iter().collect();
    let authors = BTreeSet::from([12]);
    let by = index.search(Class::Message, &query("预算"), &allowed, Some(&authors), page(10)).expect("searches");
    assert_eq!(by.hits.iter().map(|hit| hit.key.part).collect::<Vec<_>>(), [999]);
    assert_eq!(keys(&index, Class::File, "预算 type:pdf", &allowed), BTreeSet::from([(50, 0)]));
    assert_eq!(keys(&index, Class::File, "type:word", &allowed), BTreeSet::from([(51, 0)]));
    assert_eq!(keys(&index, Class::Message, "预算 type:pdf", &allowed), BTreeSet::new());
    assert_eq!(keys(&index, Class::Message, "预算 before:2026-11-21", &allowed), BTreeSet::new());
    assert_eq!(keys(&index, Class::Message, "预算 after:2026-11-21", &allowed), BTreeSet::from([(1, 998), (1, 999)]));
    let title_first = index.search(Class::File, &query("合计 预算"), &allowed, None, page(10)).expect("searches");
    assert_eq!(title_first.total, 2);
}

#[test]
fn hidden_at_once_replaced_at_once_and_late_joiners() {
    let index = index(&[message(1, 1, 1, "旧的内容"), message(1, 2, 1, "旧的内容"), file(3, 9, "计划.txt", "旧的内容")]);
    let mut allowed: Allowed = [1, 3, 4].into_iter().collect();
    assert_eq!(keys(&index, Class::Message, "旧的", &allowed).len(), 2);
    index.remove(Class::Message, Key { object: 1, part: 1 }).expect("removes");
    assert_eq!(keys(&index, Class::Message, "旧的", &allowed), BTreeSet::from([(1, 2)]));
    index.add(&message(1, 2, 1, "新的内容")).expect("adds");
    assert_eq!(keys(&index, Class::Message, "旧的", &allowed), BTreeSet::new());
    assert_eq!(keys(&index, Class::Message, "新的", &allowed), BTreeSet::from([(1, 2)]));
    index.add(&file(4, 9, "计划.txt", "搬走了")).expect("moves");
    assert_eq!(keys(&index, Class::File, "计划", &[3].into_iter().collect()), BTreeSet::new());
    assert_eq!(keys(&index, Class::File, "搬走", &allowed), BTreeSet::from([(9, 0)]));
    allowed.since(1, 3);
    assert_eq!(keys(&index, Class::Message, "新的", &allowed), BTreeSet::new());
    assert_eq!(keys(&index, Class::Message, "新的", &Allowed::default()), BTreeSet::new());
    index.add(&message(u64::from(u32::MAX) + 2, 1, 1, "新的内容")).expect("adds");
    assert_eq!(keys(&index, Class::Message, "新的", &[1].into_iter().collect()).len(), 1);
}

#[test]
fn pages_follow_each_other_without_gaps_in_both_orders() {
    let docs: Vec<Doc> = (1..=90).map(|seq| message(seq % 3 + 1, seq, 1, &"预算".repeat((seq % 4 + 1) as usize))).collect();
    let index = index(&docs);
    let allowed: Allowed = [1, 2].into_iter().collect();
    for sort in [Sort::Relevance, Sort::Newest] {
        let all = index.search(Class::Message, &query("预算"), &allowed, None, Page { sort, ..page(200) }).expect("searches");
        assert_eq!((all.total, all.hits.len(), all.next), (60, 60, None));
        let mut pages = Vec::new();
        let mut after = None;
        loop {
            let next = Page { sort, after, ..page(7) };
            let found = index.search(Class::Message, &query("预算"), &allowed, None, next).expect("searches");
            assert_eq!(found.total, 60);
            pages.extend(found.hits);
            after = found.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(pages, all.hits, "{sort:?}");
        if sort == Sort::Newest {
            assert!(all.hits.windows(2).all(|pair| pair[0].at >= pair[1].at));
        }
    }
}

/// Few characters, so that coincidences are common; punctuation, words and traditional forms among them.
fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            8 => proptest::sample::select(vec!["数", "据", "库", "數", "據", "庫", "的", "好"]),
            2 => proptest::sample::select(vec!["，", " ", "。", "\n"]),
            1 => proptest::sample::select(vec![" ab ", "Cd", "7"]),
        ],
        1..24,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(Config { cases: 40, ..Config::default() })]

    /// S1, S2, S3, S8: recall and precision are 1, permissions hold, hidden documents move nothing.
    #[test]
    fn answers_equal_the_oracle_and_do_not_depend_on_what_is_hidden(
        texts in proptest::collection::vec((0u64..6, text()), 1..40),
        visible in proptest::collection::btree_set(0u32..6, 0..5),
        needles in proptest::collection::vec((0usize..40, 0usize..24, 1usize..20), 6),
    ) {
        let docs: Vec<Doc> = texts.iter().zip(1..).map(|((container, text), seq)| message(*container, seq, seq % 3, text)).collect();
        let allowed: Allowed = visible.iter().copied().collect();
        let seen: Vec<Doc> = docs.iter().filter(|doc| allowed.sees(doc.container, doc.key.part)).cloned().collect();
        let whole = index(&docs);
        // Other commits, other segments: answers must not depend on them.
        let alone = Index::new(0).expect("makes");
        for doc in &seen {
            alone.add(doc).expect("adds");
            alone.commit().expect("commits");
        }
        for (doc, from, length) in needles {
            let folded: Vec<char> = fold_str(&docs[doc % docs.len()].text).chars().collect();
            let from = from % folded.len();
            let needle: String = folded[from..].iter().take(length).take_while(|c| crate::words::is_dense(**c)).collect();
            if needle.is_empty() {
                continue;
            }
            let want: BTreeSet<(u64, u64)> =
                seen.iter().filter(|doc| fold_str(&doc.text).contains(&needle)).map(|doc| (doc.key.object, doc.key.part)).collect();
            prop_assert_eq!(&keys(&whole, Class::Message, &needle, &allowed), &want, "{}", needle);
            for limit in [3, 200] {
                let answer = |index: &Index| index.search(Class::Message, &query(&needle), &allowed, None, page(limit)).expect("searches");
                prop_assert_eq!(answer(&whole), answer(&alone));
            }
        }
        // Several clauses at once: the same comparison, with pruned conjunctions and unions.
        for typed in ["数据 库 的", "ab 数", "\"数 ab\"", "据 -库 好", "c 的好"] {
            for limit in [2, 200] {
                let answer = |index: &Index| index.search(Class::Message, &query(typed), &allowed, None, page(limit)).expect("searches");
                let (first, second) = (answer(&whole), answer(&alone));
                prop_assert_eq!(&first, &second);
                if limit == 2 {
                    let all = whole.search(Class::Message, &query(typed), &allowed, None, page(200)).expect("searches");
                    prop_assert_eq!(&first.hits[..], &all.hits[..first.hits.len()]);
                }
            }
        }
    }
}
