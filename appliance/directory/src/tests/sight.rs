//! Who sees whom: the bitmaps against a truth table that is read off the rules one person, one department, one field at a
//! time, over random companies; and the explanation against both.
//!
//! `HOLDFAST_SIGHT_CASES` sets how many answers are compared (who sees whom, in which department, how many are
//! in one; the masks of all eleven fields count as part of the first); 120,000 where it is not set.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use holdfast_base::{DepartmentId, PersonId, RuleId, TagId, Timestamp};

use super::bench::Bench;
use crate::{
    Contact, Org, OrgPerson, Paging, PersonState, Sight, Subject, Tag, TagMember,
    org::{OrgParts, TreeRow},
    people::{self, Filter},
    tags::{Condition, Of, TagRule, Test},
    visibility::{Case, Effect, Field, Rule, RuleBook, RuleSettings},
};

/// Random numbers that are the same on each run (SplitMix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, most: u64) -> u64 {
        self.next() % most.max(1)
    }

    pub(super) fn one_in(&mut self, odds: u64) -> bool {
        self.below(odds) == 0
    }
}

/// A company as plain lists: what the truth table is read from.
struct Company {
    parents: Vec<Option<u64>>,
    people: Vec<OrgPerson>,
    tags: Vec<Tag>,
    rules: Vec<Rule>,
}

const TITLES: [&str; 4] = ["工程师", "高级工程师", "Sales Manager", "总经理"];
const PLACES: [&str; 3] = ["深圳", "苏州", "Shenzhen"];
const STATES: [PersonState; 6] = [
    PersonState::Active,
    PersonState::Active,
    PersonState::Active,
    PersonState::Invited,
    PersonState::Frozen,
    PersonState::Erased,
];

impl Company {
    fn random(dice: &mut Dice) -> Self {
        let departments = 1 + dice.below(9);
        let parents = (0..departments).map(|n| (n > 0 && !dice.one_in(4)).then(|| 1 + dice.below(n))).collect();
        let count = 2 + dice.below(10);
        let people = (1..=count).map(|id| person(dice, id, count, departments)).collect();
        let mut company = Self { parents, people, tags: Vec::new(), rules: Vec::new() };
        let tags = dice.below(5);
        company.tags = (1..=tags).map(|id| company.tag(dice, id, tags)).collect();
        let rules = dice.below(5);
        company.rules = (1..=rules).map(|id| company.rule(dice, id)).collect();
        company
    }

    fn subject(&self, dice: &mut Dice, tags: u64) -> Subject {
        match dice.below(if tags > 0 { 3 } else { 2 }) {
            0 => Subject::Person(PersonId(1 + dice.below(self.people.len() as u64))),
            1 => Subject::Department(DepartmentId(1 + dice.below(self.parents.len() as u64))),
            _ => Subject::Tag(TagId(1 + dice.below(tags))),
        }
    }

    fn subjects(&self, dice: &mut Dice, most: u64) -> Vec<Subject> {
        let count = dice.below(most + 1);
        (0..count).map(|_| self.subject(dice, self.tags.len() as u64)).collect()
    }

    /// Tags may hold each other in a circle: that must not hang, and mean the same everywhere.
    fn tag(&self, dice: &mut Dice, id: u64, tags: u64) -> Tag {
        let rule = dice.one_in(3).then(|| TagRule {
            of: if dice.one_in(2) { Of::All } else { Of::Any },
            conditions: (0..1 + dice.below(3)).map(|_| Condition { not: dice.one_in(3), test: self.test(dice) }).collect(),
        });
        let count = if rule.is_some() { 0 } else { dice.below(4) };
        let until =
            |dice: &mut Dice| [None, None, Some(Timestamp(NOW.0 - 1)), Some(Timestamp(NOW.0 + 1))][dice.below(4) as usize];
        let members = (0..count).map(|_| TagMember { subject: self.subject(dice, tags), until: until(dice) }).collect();
        Tag { id: TagId(id), name: format!("t{id}"), rule, members, created_at: NOW, changed_at: NOW }
    }

    fn test(&self, dice: &mut Dice) -> Test {
        match dice.below(5) {
            0 => Test::Department(DepartmentId(1 + dice.below(self.parents.len() as u64))),
            1 => Test::TitleContains(["工程", "sales", "总"][dice.below(3) as usize].to_owned()),
            2 => Test::State(STATES[dice.below(5) as usize]),
            3 => Test::WorkPlace(PLACES[dice.below(3) as usize].to_owned()),
            _ => Test::Manager(PersonId(1 + dice.below(self.people.len() as u64))),
        }
    }

    fn rule(&self, dice: &mut Dice, id: u64) -> Rule {
        let effect = [Effect::Hide, Effect::Restrict, Effect::Mask][dice.below(3) as usize];
        let fields = Field::ALL.into_iter().filter(|_| dice.one_in(3)).collect();
        let settings = RuleSettings {
            name: format!("r{id}"),
            effect,
            enabled: !dice.one_in(6),
            subjects: if effect == Effect::Restrict { self.subjects(dice, 3) } else { Vec::new() },
            objects: self.subjects(dice, 3),
            own_departments: effect == Effect::Restrict && dice.one_in(2),
            exempt: self.subjects(dice, 2),
            fields,
        };
        Rule { id: RuleId(id), settings, created_at: NOW, changed_at: NOW }
    }

    fn org(&self) -> Arc<Org> {
        let row = |(n, parent): (u64, &Option<u64>)| TreeRow {
            id: DepartmentId(n + 1),
            name: format!("d{n}"),
            parent: parent.map(DepartmentId),
            position: 0,
            created_at: NOW,
            changed_at: NOW,
        };
        let departments = (0..).zip(&self.parents).map(row).collect();
        let rules = RuleBook { rules: self.rules.clone(), damaged: false };
        let parts =
            OrgParts { enterprise: String::new(), people: self.people.clone(), departments, tags: self.tags.clone(), rules };
        Arc::new(Org::build(1, parts, NOW))
    }
}

const NOW: Timestamp = Timestamp(1_000_000);

pub(super) fn person(dice: &mut Dice, id: u64, people: u64, departments: u64) -> OrgPerson {
    let mut of: Vec<DepartmentId> = Vec::new();
    for _ in 0..dice.below(4) {
        let one = DepartmentId(1 + dice.below(departments));
        if !of.contains(&one) {
            of.push(one);
        }
    }
    let letter = |dice: &mut Dice| char::from(b'a' + u8::try_from(dice.below(26)).unwrap());
    OrgPerson {
        id: PersonId(id),
        uid: format!("p{id}"),
        name: format!("P{id}"),
        pinyin: format!("{}{}", letter(dice), letter(dice)),
        initials: String::new(),
        title: (!dice.one_in(3)).then(|| TITLES[dice.below(4) as usize].to_owned()),
        state: STATES[dice.below(6) as usize],
        epoch: 1,
        departments: of,
        posts: Vec::new(),
        manager: dice.one_in(2).then(|| PersonId(1 + dice.below(people))).filter(|manager| manager.0 != id),
        roles: Vec::new(),
        delegations: Vec::new(),
        ends: None,
        avatar_hue: 1,
        avatar: None,
        contact: Contact { work_place: dice.one_in(2).then(|| PLACES[dice.below(3) as usize].to_owned()), ..Contact::default() },
        created_at: NOW,
        changed_at: NOW,
    }
}

/// The truth table: nothing of the crate but its plain types.
struct Truth<'a>(&'a Company);

impl Truth<'_> {
    /// From the department up to its root.
    fn line(&self, department: DepartmentId) -> Vec<DepartmentId> {
        let mut line = vec![department];
        while let Some(parent) = self.0.parents[line.last().unwrap().0 as usize - 1] {
            line.push(DepartmentId(parent));
        }
        line
    }

    fn is_in(&self, person: &OrgPerson, department: DepartmentId) -> bool {
        person.departments.iter().any(|own| self.line(*own).contains(&department))
    }

    /// Tags that the person has, found by asking every tag again until no answer changes.
    fn tags(&self, person: &OrgPerson) -> BTreeSet<TagId> {
        let mut has = BTreeSet::new();
        if person.state == PersonState::Erased {
            return has;
        }
        loop {
            let before = has.len();
            for tag in &self.0.tags {
                let named = tag.members.iter().filter(|member| member.until.is_none_or(|until| until > NOW)).any(|member| {
                    match member.subject {
                        Subject::Person(id) => id == person.id,
                        Subject::Department(id) => self.is_in(person, id),
                        Subject::Tag(id) => has.contains(&id),
                    }
                });
                if named || tag.rule.as_ref().is_some_and(|rule| self.matches(rule, person)) {
                    has.insert(tag.id);
                }
            }
            if has.len() == before {
                return has;
            }
        }
    }

    fn matches(&self, rule: &TagRule, person: &OrgPerson) -> bool {
        let holds = |one: &Condition| {
            let test = match &one.test {
                Test::Department(id) => self.is_in(person, *id),
                Test::TitleContains(word) => person.title.as_deref().unwrap_or("").to_lowercase().contains(word.as_str()),
                Test::State(state) => person.state == *state,
                Test::WorkPlace(place) => person.contact.work_place.as_deref() == Some(place.as_str()),
                Test::Manager(id) => person.manager == Some(*id),
            };
            test ^ one.not
        };
        let count = rule.conditions.iter().filter(|one| holds(one)).count();
        if rule.of == Of::All { count == rule.conditions.len() } else { count > 0 }
    }

    fn among(&self, person: &OrgPerson, subjects: &[Subject]) -> bool {
        subjects.iter().any(|subject| match subject {
            Subject::Person(id) => *id == person.id,
            Subject::Department(id) => self.is_in(person, *id),
            Subject::Tag(id) => self.tags(person).contains(id),
        })
    }

    /// Does the list name the person as such, or the department of this membership or one above it?
    fn covers(&self, subjects: &[Subject], person: &OrgPerson, department: Option<DepartmentId>) -> bool {
        subjects.iter().any(|subject| match subject {
            Subject::Person(id) => *id == person.id,
            Subject::Department(id) => department.is_some_and(|of| self.line(of).contains(id)),
            Subject::Tag(id) => self.tags(person).contains(id),
        })
    }

    fn speaking(&self, viewer: &OrgPerson, effect: Effect) -> Vec<&RuleSettings> {
        let all = self.0.rules.iter().map(|rule| &rule.settings).filter(|rule| rule.enabled && rule.effect == effect);
        let all = all.filter(|rule| !self.among(viewer, &rule.exempt));
        all.filter(|rule| effect != Effect::Restrict || self.among(viewer, &rule.subjects)).collect()
    }

    /// Is the person shown as one of this department? None: as one who belongs to none.
    fn shows(&self, viewer: &OrgPerson, person: &OrgPerson, department: Option<DepartmentId>) -> bool {
        if person.state == PersonState::Erased {
            return false;
        }
        if viewer.id == person.id {
            return true;
        }
        if self.speaking(viewer, Effect::Hide).iter().any(|rule| self.covers(&rule.objects, person, department)) {
            return false;
        }
        let restrictions = self.speaking(viewer, Effect::Restrict);
        restrictions.is_empty()
            || restrictions.iter().any(|rule| {
                let own = |of: DepartmentId| viewer.departments.iter().any(|own| self.line(of).contains(own));
                self.covers(&rule.objects, person, department) || rule.own_departments && department.is_some_and(own)
            })
    }

    fn sees(&self, viewer: &OrgPerson, person: &OrgPerson) -> bool {
        match person.departments.as_slice() {
            [] => self.shows(viewer, person, None),
            some => some.iter().any(|department| self.shows(viewer, person, Some(*department))),
        }
    }

    fn sees_department(&self, viewer: &OrgPerson, department: DepartmentId) -> bool {
        let inside = |id: u64| self.line(DepartmentId(id)).contains(&department);
        let all = 1..=self.0.parents.len() as u64;
        all.filter(|id| inside(*id)).any(|id| self.shows_department(viewer, DepartmentId(id)))
    }

    /// For itself, not as a step on the way to one below.
    fn shows_department(&self, viewer: &OrgPerson, department: DepartmentId) -> bool {
        if viewer.departments.contains(&department) {
            return true;
        }
        let line = self.line(department);
        let names = |rule: &&RuleSettings| line.iter().any(|id| rule.objects.contains(&Subject::Department(*id)));
        if self.speaking(viewer, Effect::Hide).iter().any(names) {
            return false;
        }
        let restrictions = self.speaking(viewer, Effect::Restrict);
        let own = |rule: &&RuleSettings| rule.own_departments && viewer.departments.iter().any(|own| line.contains(own));
        let peopled = || self.0.people.iter().filter(|one| one.departments.contains(&department));
        restrictions.is_empty()
            || restrictions.iter().any(|rule| names(rule) || own(rule))
            || peopled().any(|one| self.shows(viewer, one, Some(department)))
    }

    fn count(&self, viewer: &OrgPerson, department: DepartmentId) -> usize {
        let inside = |one: &&OrgPerson| {
            one.departments.iter().any(|own| self.line(*own).contains(&department) && self.shows(viewer, one, Some(*own)))
        };
        self.0.people.iter().filter(|one| one.state.is_listed()).filter(inside).count()
    }

    fn hides_field(&self, viewer: &OrgPerson, person: &OrgPerson, field: Field) -> bool {
        let speaks = |rule: &&RuleSettings| rule.objects.is_empty() || self.among(person, &rule.objects);
        viewer.id != person.id
            && self.speaking(viewer, Effect::Mask).iter().any(|rule| rule.fields.contains(&field) && speaks(rule))
    }
}

/// How many cases were compared.
fn compare(company: &Company, seed: u64) -> usize {
    let (org, truth) = (company.org(), Truth(company));
    let mut cases = 0;
    for viewer in &company.people {
        let sight = Sight::of(&org, viewer.id);
        let mut listed = Vec::new();
        for person in &company.people {
            let at = format!("company {seed}: {} looks at {}", viewer.uid, person.uid);
            let seen = sight.person(person.id);
            assert_eq!(seen.is_some(), truth.sees(viewer, person), "{at}");
            assert_eq!(sight.by_uid(&person.uid).is_some(), seen.is_some(), "{at}");
            let explained = Case::new(&org, viewer, person).explained();
            assert_eq!(explained.verdict.visible, seen.is_some(), "{at}, explained");
            for field in explained.fields {
                let masked = truth.hides_field(viewer, person, field.field);
                assert_eq!(field.verdict.visible, !masked, "{at}, {:?}, explained", field.field);
                if let Some(seen) = &seen {
                    assert_eq!(seen.shows(field.field), !masked, "{at}, {:?}", field.field);
                }
            }
            cases += 1;
            let Some(seen) = seen else { continue };
            let shown: Vec<DepartmentId> = seen.departments().map(|one| one.id).collect();
            let expected = person.departments.iter().filter(|of| truth.shows(viewer, person, Some(**of)));
            assert_eq!(shown, expected.copied().collect::<Vec<_>>(), "{at}, departments");
            if person.state.is_listed() {
                listed.push(person);
            }
            cases += person.departments.len();
        }
        listed.sort_by_key(|person| (&person.pinyin, person.id));
        let by_list: Vec<PersonId> = sight.listed(0).filter_map(|slot| sight.at_slot(slot)).map(|one| one.person().id).collect();
        assert_eq!(by_list, listed.iter().map(|person| person.id).collect::<Vec<_>>(), "company {seed}: {} lists", viewer.uid);
        assert_eq!(sight.listed_count(), listed.len() as u64, "company {seed}: {} counts", viewer.uid);
        for start in 0..company.people.len() as u32 {
            assert_eq!(
                sight.listed(start).count(),
                by_list.iter().filter(|id| org.place(org.slot(**id).unwrap()) >= start).count()
            );
        }
        for department in org.departments() {
            let at = format!("company {seed}: {} looks at {}", viewer.uid, department.name);
            assert_eq!(sight.department(department.id).is_some(), truth.sees_department(viewer, department.id), "{at}");
            assert_eq!(sight.people_in(department) as usize, truth.count(viewer, department.id), "{at}");
            let inside: BTreeSet<u32> = sight.inside(department, true).collect();
            assert_eq!(inside.len(), truth.count(viewer, department.id), "{at}, inside");
            cases += 1;
        }
    }
    for person in &company.people {
        assert_eq!(org.tags_of(person).into_iter().collect::<BTreeSet<_>>(), truth.tags(person), "company {seed}: tags");
    }
    cases
}

#[test]
fn what_is_seen_is_what_the_truth_table_says() {
    let wanted: usize = std::env::var("HOLDFAST_SIGHT_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(120_000);
    let mut dice = Dice(20_261_123);
    let (mut cases, mut companies) = (0, 0);
    while cases < wanted {
        let seed = dice.next();
        cases += compare(&Company::random(&mut Dice(seed)), seed);
        companies += 1;
    }
    println!("{cases} cases in {companies} companies");
}

/// What is kept from one snapshot to the next is what is made anew from the same rows.
#[test]
fn tags_follow_each_change_of_a_person() {
    let mut dice = Dice(7);
    for _ in 0..400 {
        let mut company = Company::random(&mut dice);
        let mut org = company.org();
        for _ in 0..4 {
            let (at, count) = (dice.below(company.people.len() as u64) as usize, company.people.len() as u64);
            let id = company.people[at].id.0;
            company.people[at] = person(&mut dice, id, count, company.parents.len() as u64);
            org = Arc::new(org.with_people(vec![company.people[at].clone()]));
        }
        let anew = company.org();
        for tag in &company.tags {
            assert_eq!(org.tagged(tag.id), anew.tagged(tag.id), "{}", tag.name);
        }
    }
}

/// A rule that cannot be believed shuts the directory, but for oneself and the consoles.
#[test]
fn a_damaged_rule_shuts_the_directory() {
    let mut company = Company::random(&mut Dice(3));
    company.rules.clear();
    company.people.iter_mut().for_each(|person| person.state = PersonState::Active);
    let org = company.org().with_rules(RuleBook { rules: Vec::new(), damaged: true });
    let org = Arc::new(org);
    for viewer in &company.people {
        let sight = Sight::of(&org, viewer.id);
        let seen: Vec<PersonId> = company.people.iter().map(|one| one.id).filter(|id| sight.sees(*id)).collect();
        assert_eq!(seen, [viewer.id]);
    }
    assert_eq!(Sight::everything(&org).listed_count(), company.people.len() as u64);
}

/// Not a check: prints what one page costs in a company of the reference size. `cargo test -- --ignored --nocapture page_costs`.
#[test]
#[ignore = "a measurement of many seconds"]
fn what_a_page_costs() {
    const PEOPLE: u64 = 100_000;
    const DEPARTMENTS: u64 = 20_000;
    const RULES: u64 = 50;
    let bench = Bench::new();
    let mut dice = Dice(1);
    let mut company = Company { parents: Vec::new(), people: Vec::new(), tags: Vec::new(), rules: Vec::new() };
    company.parents = (0..DEPARTMENTS).map(|n| (n > 0).then(|| 1 + (n - 1) / 6)).collect();
    company.people = (1..=PEOPLE).map(|id| person(&mut dice, id, PEOPLE, DEPARTMENTS)).collect();
    company.people.iter_mut().for_each(|one| one.state = PersonState::Active);
    company.tags = (1..=20).map(|id| company.tag(&mut dice, id, 20)).collect();
    company.rules = (1..=RULES).map(|id| company.rule(&mut dice, id)).collect();
    let began = Instant::now();
    let org = company.org();
    println!("snapshot: {:?}", began.elapsed());
    let viewers: Vec<PersonId> = (0..200).map(|_| PersonId(1 + dice.below(PEOPLE))).collect();
    let mut cold: Vec<Duration> = viewers.iter().map(|viewer| timed(|| drop(Sight::of(&org, *viewer)))).collect();
    tell("the first look of a viewer", &mut cold);
    let departments: Vec<DepartmentId> = (1..=6).map(DepartmentId).collect();
    for (name, department, q) in [("everybody", false, None), ("a department", true, None), ("a name", false, Some("p77"))] {
        let mut took = Vec::new();
        for (n, viewer) in viewers.iter().cycle().take(1_000).enumerate() {
            let department = departments.get(n % 7).copied().filter(|_| department);
            let filter = Filter { q: q.map(str::to_owned), department, subtree: true, ..Filter::default() };
            took.push(timed(|| {
                let sight = Sight::of(&org, *viewer);
                // A department that this viewer does not see is refused, which costs less.
                drop(people::list(&bench.directory, &sight, &filter, &Paging::default()));
            }));
        }
        tell(&format!("a page of {name} with its total"), &mut took);
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

fn tell(what: &str, took: &mut [Duration]) {
    took.sort_unstable();
    let at = |part: usize| took[(took.len() - 1) * part / 100];
    println!("{what}: p50 {:?}, p99 {:?}, most {:?}", at(50), at(99), at(100));
}
