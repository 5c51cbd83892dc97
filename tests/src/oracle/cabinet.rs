//! Files: one person fills, overwrites, renames and throws away in a folder of her own.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use ureq::http::Method;

use super::{
    Party, Stop, Told, all,
    answer::{Answer, answer},
    text,
};
use crate::{Chance, Client, Place, Reply, client::cid};

/// Entries that a folder grows to before more is thrown away than made.
const FULL: usize = 24;

/// What stands under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    id: String,
    /// SHA-256 of the content; none of a folder.
    content: Option<String>,
    etag: Option<String>,
}

/// The request that nobody answered.
#[derive(Debug, Clone)]
enum Open {
    Folder { cid: String, name: String },
    Content { name: String, sha256: String },
    Renamed { from: String, to: String },
    Trashed { name: String },
}

pub(super) struct Cabinet {
    who: Client,
    folder: String,
    space: String,
    chance: Chance,
    there: BTreeMap<String, Item>,
    trashed: Vec<String>,
    open: Option<Open>,
    /// Contents that changed in this round.
    fresh: Vec<String>,
    made: usize,
    told: Told,
}

impl Cabinet {
    pub(super) fn new(place: &Place, uid: &str, chance: Chance) -> Self {
        let who = place.person(uid);
        let spaces = who.get_patiently("/api/v1/drive/spaces").unwrap().ok();
        let own = spaces["items"].as_array().unwrap().iter().find(|space| space["kind"] == "personal").unwrap().clone();
        let ask = json!({"cid": cid(), "kind": "folder", "name": format!("演练 {}", cid())});
        let made = who.post(&format!("/api/v1/drive/nodes/{}/children", text(&own["root"])), &ask).unwrap().ok();
        Self {
            who,
            folder: text(&made["id"]),
            space: text(&own["id"]),
            chance,
            there: BTreeMap::new(),
            trashed: Vec::new(),
            open: None,
            fresh: Vec::new(),
            made: 0,
            told: Told::default(),
        }
    }

    fn any(&mut self) -> Option<(String, Item)> {
        let at = self.chance.below(self.there.len());
        self.there.iter().nth(at).map(|(name, item)| (name.clone(), item.clone()))
    }

    fn name(&mut self, end: &str) -> String {
        self.made += 1;
        format!("{:04} 图纸{end}", self.made)
    }

    /// One request; false when it was not acknowledged.
    fn step(&mut self, by: &Client) -> bool {
        let full = self.there.len() >= FULL;
        let old = self.any();
        match (self.chance.below(10), old) {
            (0..3, Some((name, item))) if full => self.trash(by, name, &item),
            (3, Some((name, item))) => self.trash(by, name, &item),
            (4 | 5, Some((from, item))) => self.rename(by, from, item),
            (6, Some((name, item))) if item.content.is_some() => self.put(by, name, Some(&item)),
            (7, _) if !full => self.make_folder(by),
            (8, _) if !full => self.upload(by),
            (_, Some((name, item))) if full && item.content.is_some() => self.put(by, name, Some(&item)),
            _ if full => true,
            _ => {
                let name = self.name(".dwg");
                self.put(by, name, None)
            }
        }
    }

    fn bytes(&mut self) -> (Vec<u8>, String) {
        let len = match self.chance.below(8) {
            0 => 0,
            1..5 => self.chance.below(3_000),
            5 | 6 => self.chance.below(60_000),
            _ => self.chance.below(700_000),
        };
        let bytes = self.chance.bytes(len);
        let sha256 = sum(&bytes);
        (bytes, sha256)
    }

    /// True when it was acknowledged; `then` takes note of it.
    fn hear(&mut self, reply: Result<Reply, ureq::Error>, open: Open, then: impl FnOnce(&mut Self, &Value)) -> bool {
        let said = answer(reply);
        self.told.hear(&said);
        match said {
            Answer::Done(reply) => {
                then(self, &reply.json());
                true
            }
            Answer::Unclear(_) => {
                self.open = Some(open);
                false
            }
        }
    }

    fn make_folder(&mut self, by: &Client) -> bool {
        let (cid, name) = (cid(), self.name(""));
        let reply = self.ask_for_folder(by, &cid, &name);
        self.hear(reply, Open::Folder { cid, name: name.clone() }, |own, made| own.keep(name, made, None))
    }

    fn ask_for_folder(&self, by: &Client, cid: &str, name: &str) -> Result<Reply, ureq::Error> {
        by.post(&format!("/api/v1/drive/nodes/{}/children", self.folder), &json!({"cid": cid, "kind": "folder", "name": name}))
    }

    fn put(&mut self, by: &Client, name: String, over: Option<&Item>) -> bool {
        let (bytes, sha256) = self.bytes();
        let path = format!("/api/v1/drive/nodes/{}/content?name={}", self.folder, encoded(&name));
        let tag = over.and_then(|item| item.etag.as_ref()).map(|etag| format!("\"{etag}\""));
        let condition = tag.as_ref().map_or(("if-none-match", "*"), |tag| ("if-match", tag.as_str()));
        let reply = by.send(Method::PUT, &path, &[("content-type", "application/octet-stream"), condition], bytes);
        let open = Open::Content { name: name.clone(), sha256: sha256.clone() };
        self.hear(reply, open, |own, made| own.keep(name, made, Some(sha256)))
    }

    /// The resumable way: announced, sent in two pieces, committed.
    fn upload(&mut self, by: &Client) -> bool {
        let name = self.name(".bin");
        let (bytes, sha256) = self.bytes();
        let open = Open::Content { name: name.clone(), sha256: sha256.clone() };
        let ask = json!({"cid": cid(), "parent": self.folder, "name": name, "size": bytes.len(), "on_conflict": "refuse"});
        let mut id = String::new();
        if !self.hear(by.post("/api/v1/drive/uploads", &ask), open.clone(), |_, made| id = text(&made["id"])) {
            return false;
        }
        let path = format!("/api/v1/drive/uploads/{id}");
        let middle = bytes.len() / 2;
        for (from, piece) in [(0, &bytes[..middle]), (middle, &bytes[middle..])] {
            let offset = from.to_string();
            let headers = [("content-type", "application/offset+octet-stream"), ("upload-offset", offset.as_str())];
            let said = answer(by.send(Method::PATCH, &path, &headers, piece.to_vec()));
            if let Answer::Unclear(_) = said {
                self.told.hear(&said);
                self.open = Some(open);
                return false;
            }
        }
        let reply = by.post(&format!("{path}/commit"), &json!({"sha256": sha256}));
        self.hear(reply, open, |own, made| own.keep(name, made, Some(sha256)))
    }

    fn rename(&mut self, by: &Client, from: String, item: Item) -> bool {
        let to = self.name(" 改");
        let reply = by.patch(&format!("/api/v1/drive/nodes/{}", item.id), &json!({"name": to}));
        self.hear(reply, Open::Renamed { from: from.clone(), to: to.clone() }, |own, node| {
            let content = own.there.remove(&from).and_then(|item| item.content);
            own.keep(to, node, content);
        })
    }

    fn trash(&mut self, by: &Client, name: String, item: &Item) -> bool {
        let reply = by.delete(&format!("/api/v1/drive/nodes/{}", item.id));
        self.hear(reply, Open::Trashed { name: name.clone() }, |own, _| own.throw(&name))
    }

    fn keep(&mut self, name: String, node: &Value, content: Option<String>) {
        // A folder's etag follows what is below it.
        let etag = content.is_some().then(|| text(&node["etag"]));
        if content.is_some() {
            self.fresh.push(name.clone());
        }
        self.there.insert(name, Item { id: text(&node["id"]), content, etag });
    }

    fn throw(&mut self, name: &str) {
        let item = self.there.remove(name).unwrap();
        self.trashed.push(item.id);
    }

    /// Was the request that nobody answered carried out? Wholly or not at all.
    fn close_open(&mut self, by: &Client) {
        let found = self.list(by);
        match self.open.take() {
            Some(Open::Folder { cid, name }) => {
                let node = self.ask_for_folder(by, &cid, &name).unwrap().ok();
                let before = found.get(&name);
                assert!(before.is_none_or(|before| before["id"] == node["id"]), "the same id, the same folder");
                self.keep(name, &node, None);
            }
            Some(Open::Content { name, sha256 }) => {
                let old = self.there.get(&name).and_then(|item| item.etag.clone());
                if let Some(node) = found.get(&name).filter(|node| node["etag"].as_str() != old.as_deref()) {
                    self.keep(name, node, Some(sha256));
                }
            }
            Some(Open::Renamed { from, to }) => {
                if let Some(node) = found.get(&to) {
                    let content = self.there.remove(&from).and_then(|item| item.content);
                    self.keep(to, node, content);
                }
            }
            Some(Open::Trashed { name }) if !found.contains_key(&name) => self.throw(&name),
            Some(Open::Trashed { .. }) | None => {}
        }
    }

    fn list(&self, by: &Client) -> BTreeMap<String, Value> {
        let items = all(by, &format!("/api/v1/drive/nodes/{}/children?limit=200", self.folder));
        let count = items.len();
        let named: BTreeMap<_, _> = items.into_iter().map(|item| (text(&item["name"]), item)).collect();
        assert_eq!(named.len(), count, "a name stands twice in a folder");
        named
    }

    fn compare(&self, by: &Client) {
        let found: BTreeMap<String, Item> = self
            .list(by)
            .into_iter()
            .map(|(name, node)| {
                let file = node["kind"] == "file";
                let content = self.there.get(&name).and_then(|item| item.content.clone());
                (name, Item { id: text(&node["id"]), content: content.filter(|_| file), etag: file.then(|| text(&node["etag"])) })
            })
            .collect();
        assert_eq!(found, self.there, "left: the box, right: what was acknowledged");
    }

    fn compare_content(&self, by: &Client, name: &str) {
        let Some(Item { id, content: Some(sha256), etag, .. }) = self.there.get(name) else { return };
        let reply = by.get_patiently(&format!("/api/v1/drive/nodes/{id}/content")).unwrap();
        assert_eq!((reply.status, sum(&reply.bytes).as_str()), (200, sha256.as_str()), "{name}");
        let tag = etag.as_ref().map(|etag| format!("\"{etag}\""));
        assert_eq!(reply.header("etag").map(str::to_owned), tag, "{name}");
    }
}

fn sum(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

fn encoded(name: &str) -> String {
    name.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

impl Party for Cabinet {
    fn work(&mut self, place: &Place, stop: &Stop) {
        let by = self.who.again(place);
        while !stop.load(Ordering::SeqCst) && self.step(&by) {}
    }

    fn settle(&mut self, place: &Place) {
        let by = self.who.again(place);
        self.close_open(&by);
        self.compare(&by);
        for name in std::mem::take(&mut self.fresh) {
            self.compare_content(&by, &name);
        }
    }

    fn check_all(&mut self, place: &Place) {
        let by = self.who.again(place);
        self.compare(&by);
        self.there.keys().for_each(|name| self.compare_content(&by, name));
        let trash = all(&by, &format!("/api/v1/drive/spaces/{}/trash?limit=200", self.space));
        for id in &self.trashed {
            assert_eq!(trash.iter().filter(|item| item["id"] == id.as_str()).count(), 1, "{id} is in the trash, once");
        }
    }

    fn told(&mut self) -> Told {
        std::mem::take(&mut self.told)
    }
}
