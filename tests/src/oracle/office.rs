//! The directory: an administrator makes departments and people, renames, gives titles, freezes.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use serde_json::{Value, json};

use super::{
    Party, Stop, Told, all,
    answer::{Answer, answer},
    text,
};
use crate::{Chance, Client, Place, Reply, client::cid};

/// What was acknowledged of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hired {
    title: String,
    frozen: bool,
}

#[derive(Debug, Clone)]
enum Open {
    Department(Value),
    Person(Value),
    Renamed { id: String, to: String },
    Titled { uid: String, title: String },
    Frozen { uid: String, frozen: bool },
}

pub(super) struct Office {
    who: Client,
    /// Everything stands below it.
    top: String,
    chance: Chance,
    /// Names by id.
    departments: BTreeMap<String, String>,
    people: BTreeMap<String, Hired>,
    open: Option<Open>,
    made: usize,
    told: Told,
}

impl Office {
    pub(super) fn new(place: &Place, chance: Chance) -> Self {
        let who = place.administrator("system");
        let top = who.post("/api/v1/departments", &json!({"cid": cid(), "name": format!("演练 {}", cid())})).unwrap().ok();
        Self {
            who,
            top: text(&top["id"]),
            chance,
            departments: BTreeMap::new(),
            people: BTreeMap::new(),
            open: None,
            made: 0,
            told: Told::default(),
        }
    }

    fn next(&mut self) -> Open {
        self.made += 1;
        let department = self.departments.keys().nth(self.chance.below(self.departments.len())).cloned();
        let uid = self.people.keys().nth(self.chance.below(self.people.len())).cloned();
        match (self.chance.below(6), department, uid) {
            (0, _, _) | (_, None, _) => {
                Open::Department(json!({"cid": cid(), "name": format!("第{}室", self.made), "parent": self.top}))
            }
            (1, Some(id), _) => Open::Renamed { id, to: format!("第{}组", self.made) },
            (2, Some(_), Some(uid)) => Open::Titled { uid, title: format!("工程师 {}", self.made) },
            (3, Some(_), Some(uid)) => Open::Frozen { frozen: !self.people[&uid].frozen, uid },
            (_, Some(id), _) => {
                let uid = format!("fault.{}.{:x}", self.made, self.chance.draw());
                Open::Person(json!({"cid": cid(), "uid": uid, "name": "演练员", "title": "新人", "departments": [id]}))
            }
        }
    }

    fn ask(by: &Client, open: &Open) -> Result<Reply, ureq::Error> {
        match open {
            Open::Department(ask) => by.post("/api/v1/departments", ask),
            Open::Person(ask) => by.post("/api/v1/people", ask),
            Open::Renamed { id, to } => by.patch(&format!("/api/v1/departments/{id}"), &json!({"name": to})),
            Open::Titled { uid, title } => by.patch(&format!("/api/v1/people/{uid}"), &json!({"title": title})),
            Open::Frozen { uid, frozen: true } => by.post(&format!("/api/v1/people/{uid}/freeze"), &json!({"reason": "演练"})),
            Open::Frozen { uid, .. } => by.post(&format!("/api/v1/people/{uid}/unfreeze"), &json!({})),
        }
    }

    fn keep(&mut self, open: Open, made: &Value) {
        match open {
            Open::Department(ask) => drop(self.departments.insert(text(&made["id"]), text(&ask["name"]))),
            Open::Person(ask) => {
                let hired = Hired { title: text(&ask["title"]), frozen: false };
                assert!(self.people.insert(text(&ask["uid"]), hired).is_none());
            }
            Open::Renamed { id, to } => drop(self.departments.insert(id, to)),
            Open::Titled { uid, title } => self.people.get_mut(&uid).unwrap().title = title,
            Open::Frozen { uid, frozen } => self.people.get_mut(&uid).unwrap().frozen = frozen,
        }
    }

    fn found_departments(&self, by: &Client) -> BTreeMap<String, String> {
        let below = all(by, &format!("/api/v1/departments?parent={}&limit=200", self.top));
        below.iter().map(|one| (text(&one["id"]), text(&one["name"]))).collect()
    }

    fn found_people(&self, by: &Client) -> BTreeMap<String, Hired> {
        let below = all(by, &format!("/api/v1/admin/people?department={}&limit=200", self.top));
        let count = below.len();
        let hired = |one: &Value| Hired { title: text(&one["title"]), frozen: one["state"] == "frozen" };
        let found: BTreeMap<_, _> = below.iter().map(|one| (text(&one["uid"]), hired(one))).collect();
        assert_eq!(found.len(), count, "a person is there twice");
        found
    }

    /// Creates are asked for again under their client id; what changes a value is looked at.
    fn close_open(&mut self, by: &Client) {
        match self.open.take() {
            Some(open @ (Open::Department(_) | Open::Person(_))) => {
                let made = Self::ask(by, &open).unwrap().ok();
                self.keep(open, &made);
            }
            Some(Open::Renamed { id, to }) if self.found_departments(by).get(&id) == Some(&to) => {
                self.departments.insert(id, to);
            }
            Some(Open::Renamed { .. }) | None => {}
            Some(Open::Titled { uid, .. } | Open::Frozen { uid, .. }) => {
                let now = self.found_people(by).remove(&uid).unwrap();
                let before = self.people.insert(uid, now.clone()).unwrap();
                assert!(before.title == now.title || before.frozen == now.frozen, "one request changes one thing");
            }
        }
    }
}

impl Party for Office {
    fn work(&mut self, place: &Place, stop: &Stop) {
        let by = self.who.again(place);
        while !stop.load(Ordering::SeqCst) {
            let open = self.next();
            let said = answer(Self::ask(&by, &open));
            self.told.hear(&said);
            match said {
                Answer::Done(reply) => self.keep(open, &reply.json()),
                Answer::Unclear(_) => {
                    self.open = Some(open);
                    return;
                }
            }
        }
    }

    fn settle(&mut self, place: &Place) {
        let by = self.who.again(place);
        self.close_open(&by);
        assert_eq!(self.found_departments(&by), self.departments, "left: the box, right: what was acknowledged");
        assert_eq!(self.found_people(&by), self.people, "left: the box, right: what was acknowledged");
    }

    fn check_all(&mut self, place: &Place) {
        self.settle(place);
    }

    fn told(&mut self) -> Told {
        std::mem::take(&mut self.told)
    }
}
