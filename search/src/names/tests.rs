use nix::time::{ClockId, clock_gettime};

use super::*;

fn person(id: u64, name: &str, uid: &str) -> NameEntry {
    NameEntry { key: NameKey { kind: NameKind::Person, id }, name: name.to_owned(), uid: Some(uid.to_owned()) }
}

fn names(list: &[(&str, &str)]) -> Names {
    let names = Names::new();
    names.replace(&[NameKind::Person], (1..).zip(list).map(|(id, (name, uid))| person(id, name, uid)));
    names
}

fn found(names: &Names, typed: &str) -> Vec<(u64, Field, Vec<[u32; 2]>)> {
    let all = names.search(typed, &|_| true, 0, 50);
    assert_eq!(all.total, all.hits.len() as u64);
    all.hits.into_iter().map(|hit| (hit.key.id, hit.field, hit.ranges)).collect()
}

fn ids(names: &Names, typed: &str) -> Vec<u64> {
    let mut ids: Vec<u64> = found(names, typed).into_iter().map(|(id, ..)| id).collect();
    ids.sort_unstable();
    ids
}

const PEOPLE: &[(&str, &str)] = &[
    ("王伟", "wangw01"),
    ("单小红", "e1002"),
    ("曾国强", "e1003"),
    ("仇英", "e1004"),
    ("解缙", "e1005"),
    ("查良镛", "e1006"),
    ("区志强", "e1007"),
    ("尉迟恭", "e1008"),
    ("欧阳震华", "ouyang.zh"),
    ("Alice Chen", "alice"),
    ("吕西安", "lvxian"),
    ("張偉", "zhang_wei"),
];

#[test]
fn characters_pinyin_initials_mixtures_and_sign_in_names() {
    let names = names(PEOPLE);
    assert_eq!(found(&names, "王"), [(1, Field::Name, vec![[0, 1]])]);
    assert_eq!(found(&names, "伟"), [(1, Field::Name, vec![[1, 2]]), (12, Field::Name, vec![[1, 2]])]);
    for typed in ["wangwei", "wang wei", "wangw", "wwei", "王wei", "WangWei", "ｗａｎｇｗｅｉ"] {
        assert!(ids(&names, typed).contains(&1), "{typed}");
    }
    assert_eq!(found(&names, "wangwei")[0], (1, Field::Pinyin, vec![[0, 2]]));
    assert_eq!(found(&names, "ww")[0], (1, Field::Initials, vec![[0, 2]]));
    assert_eq!(found(&names, "e1006"), [(6, Field::Uid, vec![[0, 5]])]);
    assert_eq!(found(&names, "1006"), [(6, Field::Uid, vec![[1, 5]])]);
    assert_eq!(found(&names, "zhenhua"), [(9, Field::Pinyin, vec![[2, 4]])]);
    assert_eq!(found(&names, "oyzh"), [(9, Field::Initials, vec![[0, 4]])]);
    assert_eq!(found(&names, "chen")[0].0, 10);
    assert_eq!(found(&names, "chen al"), [(10, Field::Name, vec![[0, 2], [6, 10]])]);
    assert!(ids(&names, "xian").contains(&11));
    assert_eq!(ids(&names, "张伟"), [12]);
    assert!(ids(&names, "lvxian").contains(&11) && ids(&names, "luxian").contains(&11) && ids(&names, "lüxian").contains(&11));
    for nothing in ["", " ", "，", "qqqq", "王伟x"] {
        assert_eq!(found(&names, nothing), [], "{nothing}");
    }
}

#[test]
fn whole_syllables_come_before_pieces_of_several() {
    let names = names(&[("万桂", "a1"), ("王小明", "a2"), ("汪越", "a3"), ("李王", "a4")]);
    let order = |typed| found(&names, typed).into_iter().map(|(id, ..)| id).collect::<Vec<_>>();
    assert_eq!(order("wang"), [3, 2, 1, 4]);
    assert_eq!(order("wangui"), [1]);
    assert_eq!(order("wy"), [3]);
}

#[test]
fn polyphonic_surnames_by_full_pinyin_and_initials() {
    let names = names(PEOPLE);
    let cases = [
        (2, "shanxiaohong", "sxh"),
        (3, "zengguoqiang", "zgq"),
        (4, "qiuying", "qy"),
        (5, "xiejin", "xj"),
        (6, "zhaliangyong", "zly"),
        (7, "ouzhiqiang", "ozq"),
        (8, "yuchigong", "ycg"),
    ];
    for (id, pinyin, initials) in cases {
        assert_eq!(found(&names, pinyin)[0].0, id, "{pinyin}");
        assert_eq!(found(&names, initials)[0].0, id, "{initials}");
    }
    assert!(ids(&names, "weichigong").contains(&8));
}

#[test]
fn one_slip_is_forgiven_when_nothing_is_found() {
    let names = names(PEOPLE);
    assert_eq!(ids(&names, "zenguoqiang"), [3]);
    assert_eq!(ids(&names, "wagnwei"), [1]);
    assert_eq!(ids(&names, "alicee"), [10]);
    assert_eq!(ids(&names, "wxngwxi"), Vec::<u64>::new());
}

#[test]
fn changes_are_seen_at_once_and_permission_comes_before_counting() {
    let names = names(PEOPLE);
    names.put(person(1, "王薇", "wangw01"));
    assert_eq!(ids(&names, "王伟"), Vec::<u64>::new());
    assert_eq!(ids(&names, "wangwei"), [1]);
    names.remove(NameKey { kind: NameKind::Person, id: 1 });
    assert_eq!(ids(&names, "王薇"), Vec::<u64>::new());
    let room = NameKey { kind: NameKind::Conversation, id: 5 };
    names.put(NameEntry { key: room, name: "预算讨论".to_owned(), uid: None });
    assert_eq!(names.search("ystl", &|key| key == room, 0, 9).total, 1);
    assert_eq!(names.search("ystl", &|key| key != room, 0, 9), NamesFound::default());
    for id in 100..100 + 2 * limits::NAME_DELTA as u64 {
        names.put(person(id, "李四", "x"));
    }
    assert_eq!(names.search("lisi", &|_| true, 0, 5).total, 2 * limits::NAME_DELTA as u64);
    assert_eq!(names.len(), PEOPLE.len() + 2 * limits::NAME_DELTA);
}

/// Of this thread, so that a busy machine matters less.
fn cpu() -> std::time::Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("there is one").into()
}

/// Prints times; it fails only where they are absurd, since the machine may be busy.
#[test]
fn a_hundred_thousand_names() {
    let surnames: Vec<char> =
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈单仇查"
            .chars()
            .collect();
    let given: Vec<char> = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建文辉力永健世广志义兴良海山仁波宁贵福生龙元全国胜学祥才发武新利清飞彬富顺信子浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以家致树炎德行时泰盛".chars().collect();
    let pick = |list: &[char], n: u64| list[(n % list.len() as u64) as usize];
    let mut seed = 7_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        seed >> 33
    };
    let entries: Vec<NameEntry> = (0..100_000)
        .map(|id| {
            let name = if next() % 3 == 0 {
                String::from_iter([pick(&surnames, next()), pick(&given, next())])
            } else {
                String::from_iter([pick(&surnames, next()), pick(&given, next()), pick(&given, next())])
            };
            person(id, &name, &format!("e{id:06}"))
        })
        .collect();
    let names = Names::new();
    let start = cpu();
    names.replace(&[NameKind::Person], entries.iter().cloned());
    eprintln!("built in {:?}", (cpu() - start));
    let mut times = Vec::new();
    for entry in entries.iter().step_by(997) {
        let units: Vec<char> = entry.name.chars().collect();
        let readings = reading::readings(&units, true);
        let full: String = readings.iter().map(|r| r[0].as_str()).collect();
        let initials: String = readings.iter().map(|r| &r[0][..1]).collect();
        let mistyped = if full.len() > 5 { format!("{}{}", &full[..2], &full[3..]) } else { full.clone() };
        for typed in [
            &entry.name,
            &full,
            &initials,
            &full[..3].to_owned(),
            &entry.uid.clone().expect("has one"),
            &initials[..1].to_owned(),
            &mistyped,
        ] {
            let start = cpu();
            let all = names.search(typed, &|_| true, 0, 20);
            times.push(((cpu() - start), typed.clone()));
            assert!(all.total > 0, "{typed}");
            if typed == &full {
                assert!(names.search(typed, &|key| key == entry.key, 0, 1).total == 1, "{} by {full}", entry.name);
            }
        }
    }
    times.sort();
    eprintln!("p50 {:?} p99 {:?} worst {:?}", times[times.len() / 2].0, times[times.len() * 99 / 100], times[times.len() - 1]);
    assert!(times[times.len() / 2].0.as_millis() < 100);
}
