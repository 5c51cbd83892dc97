//! The search through the names of everybody against asking one person after the other.

use holdfast_base::{PersonId, Timestamp};

use super::sight::{Dice, person};
use crate::{
    Org, OrgPerson,
    org::{OrgParts, Typed},
    text,
    visibility::RuleBook,
};

/// More than one stretch of slots.
const PEOPLE: u64 = 2_500;
const NAMES: [&str; 12] =
    ["张伟", "欧阳娜娜", "李安安", "Ana Banana", "王AnnA", "单田芳", "Σίσυφος", "İlker", "O'Brien", "吕布", "安娜", "田田"];
const TYPED: [&str; 24] = [
    "a", "an", "ana", "anna", "annan", "n", "na'n", "li an", "lia", "shantf", "stf", "tianf", "oy", "lvb", "σ", "i̇l", "娜",
    "o'b", "p1", "p12", "ANNA", "zhangw", "zzz", "\0",
];

fn company(dice: &mut Dice) -> Vec<OrgPerson> {
    let named = |id| {
        let mut person = person(dice, id, PEOPLE, 1);
        person.name =
            format!("{}{}", NAMES[dice.below(12) as usize], if dice.one_in(3) { NAMES[dice.below(12) as usize] } else { "" });
        let read = text::reading(&person.name);
        (person.pinyin, person.initials) = (read.pinyin, read.initials);
        person
    };
    (1..=PEOPLE).map(named).collect()
}

/// What is asked of one person.
fn is_called(person: &OrgPerson, typed: &Typed) -> bool {
    let has = |word: &str| word.to_lowercase().contains(&typed.text);
    let syllables: Vec<&str> = person.pinyin.split(' ').collect();
    let read = |from: usize| syllables[from..].concat().starts_with(&typed.letters);
    let read = person.initials.starts_with(&typed.letters) || (0..syllables.len()).any(read);
    has(&person.name) || has(&person.uid) || !typed.letters.is_empty() && read
}

fn check(org: &Org, people: &[OrgPerson]) -> usize {
    let mut found = 0;
    for typed in TYPED {
        let text = typed.to_lowercase();
        let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
        let typed = Typed { text, letters };
        let called: Vec<PersonId> =
            org.called(&typed).iter().map(|place| org.at_slot(org.order()[place as usize]).unwrap().id).collect();
        let mut one_by_one: Vec<&OrgPerson> = people.iter().filter(|person| is_called(person, &typed)).collect();
        one_by_one.sort_by_key(|person| (&person.pinyin, person.id));
        assert_eq!(called, one_by_one.iter().map(|person| person.id).collect::<Vec<_>>(), "{:?}", typed.text);
        found += usize::from(!called.is_empty());
    }
    found
}

#[test]
fn a_search_finds_whom_asking_everybody_finds() {
    let mut dice = Dice(7);
    let mut people = company(&mut dice);
    let parts = OrgParts {
        enterprise: String::new(),
        people: people.clone(),
        departments: Vec::new(),
        tags: Vec::new(),
        rules: RuleBook::default(),
    };
    let mut org = Org::build(1, parts, Timestamp(0));
    assert!(check(&org, &people) * 4 > TYPED.len() * 3, "most of them find somebody");
    // One after the other is called otherwise, and a few are new.
    for round in 0..20 {
        let at = dice.below(PEOPLE) as usize;
        let mut changed = vec![people[at].clone()];
        changed[0].name = NAMES[round % NAMES.len()].to_owned();
        people[at] = changed[0].clone();
        if round % 4 == 0 {
            changed.push(person(&mut dice, PEOPLE + 1 + round as u64, PEOPLE, 1));
            people.push(changed[1].clone());
        }
        org = org.with_people(changed);
        check(&org, &people);
    }
}
