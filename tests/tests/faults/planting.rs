//! Strings that stand nowhere else, carried through every feature that takes text.

use holdfast_tests::{
    Chance, Client, Place,
    client::{basic, cid},
    socket::Socket,
};
use serde_json::{Value, json};
use ureq::http::Method;

/// What was planted, in the order of planting.
pub(super) struct Garden<'a> {
    place: &'a Place,
    gu: Client,
    system: Client,
    chance: Chance,
    pub(super) strings: Vec<String>,
}

const EMOJI: [char; 24] = [
    '🚀', '🔧', '📐', '🧪', '🛰', '🔋', '🧲', '🧭', '🪛', '🧯', '🏭', '🐉', '🦊', '🐼', '🍜', '🥟', '🧧', '🎏', '🪁', '🏮', '🌋',
    '🌊', '🎼', '🧬',
];

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn ok(reply: Result<holdfast_tests::Reply, ureq::Error>) -> Value {
    reply.unwrap().ok()
}

impl<'a> Garden<'a> {
    pub(super) fn new(place: &'a Place, chance: Chance) -> Self {
        Self { place, gu: place.person("gu.wenzhou"), system: place.administrator("system"), chance, strings: Vec::new() }
    }

    fn keep(&mut self, text: String) -> String {
        self.strings.push(text.clone());
        text
    }

    /// Eight characters of the common Chinese block.
    fn chinese(&mut self) -> String {
        let text = (0..8).map(|_| char::from_u32(0x4E00 + u32::try_from(self.chance.below(0x5000)).unwrap()).unwrap()).collect();
        self.keep(text)
    }

    fn english(&mut self) -> String {
        let text = (0..14).map(|_| char::from(b'a' + u8::try_from(self.chance.below(26)).unwrap())).collect();
        self.keep(text)
    }

    fn emoji(&mut self) -> String {
        let text = (0..6).map(|_| EMOJI[self.chance.below(EMOJI.len())]).collect();
        self.keep(text)
    }

    fn digits(&mut self) -> String {
        let text = format!("139{:08}", self.chance.below(100_000_000));
        self.keep(text)
    }

    /// One of them, in turn.
    fn any(&mut self) -> String {
        match self.strings.len() % 5 {
            0 | 1 => self.chinese(),
            2 | 3 => self.english(),
            _ => self.emoji(),
        }
    }

    /// Through every feature, and so many strings in all.
    pub(super) fn plant(&mut self, wanted: usize) {
        let root = self.root();
        self.messages();
        self.files(&root);
        self.searches();
        self.directory();
        self.imports();
        self.refusals();
        self.dav();
        while self.strings.len() < wanted {
            let mut several = |most: usize| (0..most).map(|_| self.any()).collect::<Vec<_>>().join("，和 ");
            let (name, text, said) = (several(2), several(60), several(8));
            self.put(&root, &format!("{name}.md"), text.into_bytes());
            self.say_on_this_room(&said);
        }
    }

    fn root(&self) -> String {
        let spaces = ok(self.gu.get("/api/v1/drive/spaces"));
        let own = spaces["items"].as_array().unwrap().iter().find(|space| space["kind"] == "personal").unwrap();
        own["root"].as_str().unwrap().to_owned()
    }

    fn room(&mut self) -> String {
        let title = self.any();
        let ask = json!({"cid": cid(), "kind": "group", "title": title, "members": ["han.ruoxi"]});
        ok(self.gu.post("/api/v1/conversations", &ask))["id"].as_str().unwrap().to_owned()
    }

    fn say_on_this_room(&mut self, text: &str) {
        let listed = ok(self.gu.get("/api/v1/conversations"));
        let room = listed["items"].as_array().unwrap().iter().find(|one| one["kind"] == "group").unwrap()["id"].clone();
        let body = json!({"cid": cid(), "body": {"type": "text", "text": format!("此处 {text} 。")}});
        ok(self.gu.post(&format!("/api/v1/conversations/{}/messages", room.as_str().unwrap()), &body));
    }

    fn messages(&mut self) {
        let gu = self.gu.clone();
        for at in 0..20 {
            let room = self.room();
            for _ in 0..6 {
                let body = json!({"cid": cid(), "body": {"type": "text", "text": self.any()}});
                let sent = ok(gu.post(&format!("/api/v1/conversations/{room}/messages"), &body));
                if at % 4 == 0 {
                    let path = format!("/api/v1/conversations/{room}/messages/{}/recall", sent["seq"]);
                    ok(gu.post(&path, &json!({"cid": cid()})));
                }
            }
            let mut socket = Socket::open(self.place, &gu);
            for _ in 0..6 {
                let text = self.any();
                let id = cid();
                socket.send(&json!({"t": "send", "cid": id, "conv": room, "body": {"type": "text", "text": text}}));
                socket.wait(|frame| frame["t"] == "ack" && frame["cid"] == id.as_str());
            }
            ok(gu.patch(&format!("/api/v1/conversations/{room}"), &json!({"title": self.any()})));
            let (name, content) = (self.any(), self.any());
            let path = format!("/api/v1/conversations/{room}/files?name={}.txt", percent(&name));
            let file = ok(gu.send(Method::POST, &path, &[("content-type", "text/plain")], content.into_bytes()));
            let body = json!({"cid": cid(), "body": {"type": "file", "node": file["node"], "name": file["name"], "size": file["size"], "media": file["media"]}});
            ok(gu.post(&format!("/api/v1/conversations/{room}/messages"), &body));
        }
    }

    fn put(&self, parent: &str, name: &str, content: Vec<u8>) -> String {
        let path = format!("/api/v1/drive/nodes/{parent}/content?name={}", percent(name));
        let made = ok(self.gu.send(Method::PUT, &path, &[("content-type", "application/octet-stream")], content));
        made["id"].as_str().unwrap().to_owned()
    }

    fn files(&mut self, root: &str) {
        let gu = self.gu.clone();
        for at in 0..60 {
            let ask = json!({"cid": cid(), "kind": "folder", "name": self.any()});
            let folder = ok(gu.post(&format!("/api/v1/drive/nodes/{root}/children"), &ask))["id"].as_str().unwrap().to_owned();
            let (name, text) = (self.any(), self.any());
            let file = self.put(&folder, &format!("{name}.txt"), format!("开头\n{text}\n结尾").into_bytes());
            let big = self.any();
            // Enough to be cut into chunks and packed; compresses well.
            self.put(&folder, "big.csv", format!("{big},{}\n", "测量值,12.5,").repeat(3_000 * (1 + at % 3)).into_bytes());
            match at % 4 {
                0 => drop(ok(gu.patch(&format!("/api/v1/drive/nodes/{file}"), &json!({"name": self.any()})))),
                1 => {
                    let second = self.any();
                    self.put(&folder, &format!("{name}.txt"), second.into_bytes());
                }
                2 => assert_eq!(gu.delete(&format!("/api/v1/drive/nodes/{file}")).unwrap().status, 204),
                _ => self.upload(&folder),
            }
        }
    }

    /// Announced and half sent: what waits for its end is sealed, too.
    fn upload(&mut self, folder: &str) {
        let (name, text) = (self.any(), self.any());
        let bytes = text.repeat(20_000).into_bytes();
        let ask = json!({"cid": cid(), "parent": folder, "name": name, "size": bytes.len(), "on_conflict": "refuse"});
        let id = ok(self.gu.post("/api/v1/drive/uploads", &ask))["id"].as_str().unwrap().to_owned();
        let headers = [("content-type", "application/offset+octet-stream"), ("upload-offset", "0")];
        ok(self.gu.send(Method::PATCH, &format!("/api/v1/drive/uploads/{id}"), &headers, bytes[..bytes.len() / 2].to_vec()));
    }

    fn searches(&mut self) {
        for at in 0..60 {
            let query = percent(&self.any());
            let typing = if at % 2 == 0 { "&typing=true" } else { "" };
            ok(self.gu.get(&format!("/api/v1/search?q={query}&kind=all{typing}")));
            ok(self.gu.get(&format!("/api/v1/people?q={query}")));
        }
    }

    fn directory(&mut self) {
        let gu = self.gu.clone();
        let system = self.system.clone();
        for _ in 0..30 {
            let made = ok(system.post("/api/v1/departments", &json!({"cid": cid(), "name": self.any()})));
            let department = made["id"].as_str().unwrap().to_owned();
            ok(system.patch(&format!("/api/v1/departments/{department}"), &json!({"name": self.any()})));
            let (uid, mail) = (self.english(), self.english());
            let ask = json!({
                "cid": cid(), "uid": uid, "name": self.chinese(), "title": self.any(), "mobile": self.digits(),
                "mail": format!("{mail}@hengchuan.example"), "departments": [department],
            });
            ok(system.post("/api/v1/people", &ask));
            ok(system.patch(&format!("/api/v1/people/{uid}"), &json!({"title": self.any()})));
            ok(system.post(&format!("/api/v1/people/{uid}/freeze"), &json!({"reason": self.any()})));
        }
        for _ in 0..10 {
            ok(gu.post("/api/v1/me/app-passwords", &json!({"cid": cid(), "label": self.any(), "door": "webdav"})));
        }
    }

    fn imports(&mut self) {
        for at in 0..4 {
            let mut sheet = "姓名,工号,部门,职位,手机号\r\n".to_owned();
            for _ in 0..8 {
                let (name, number, place, title, mobile) =
                    (self.chinese(), self.english(), self.chinese(), self.any(), self.digits());
                sheet.push_str(&format!("{name},{number},{place},{title},{mobile}\r\n"));
            }
            let path = format!("/api/v1/people/imports?name={}.csv", percent(&self.any()));
            let import = ok(self.system.send(Method::POST, &path, &[("content-type", "text/csv")], sheet.into_bytes()));
            if at % 2 == 0 {
                let path = format!("/api/v1/people/imports/{}/apply", import["id"].as_str().unwrap());
                ok(self.system.post(&path, &json!({"mode": "good-rows"})));
            }
        }
    }

    /// What is refused is not written either: bodies that do not fit, paths that lead nowhere, wrong names at the door.
    fn refusals(&mut self) {
        let refused = |reply: Result<holdfast_tests::Reply, ureq::Error>| {
            let status = reply.unwrap().status;
            assert!((400..500).contains(&status), "{status}");
        };
        for _ in 0..10 {
            let text = self.any();
            refused(self.gu.get(&format!("/api/v1/people/{}", percent(&text))));
            let text = self.any();
            refused(self.gu.get(&format!("/api/v1/{}", percent(&text))));
            let text = self.any();
            refused(self.gu.post("/api/v1/conversations", &json!({"kind": text, "members": [text]})));
            let text = self.any();
            let torn = format!("{{\"name\": \"{text}\", ");
            refused(self.system.send(
                Method::POST,
                "/api/v1/departments",
                &[("content-type", "application/json")],
                torn.into_bytes(),
            ));
            let (uid, password) = (self.english(), self.english());
            refused(self.place.stranger().post("/api/v1/sessions", &json!({"uid": uid, "password": password})));
            let agent = self.english();
            ok(self.gu.send(Method::GET, "/api/v1/me", &[("user-agent", &agent)], Vec::new()));
        }
    }

    fn dav(&mut self) {
        let app = self.place.sign_ins.app_password.clone().unwrap();
        let credential = basic(&app.uid, &app.password);
        let by = self.place.stranger();
        let ask = |method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>| {
            let headers: Vec<_> = headers.iter().copied().chain([("authorization", credential.as_str())]).collect();
            let status = by.send(method.parse().unwrap(), path, &headers, body).unwrap().status;
            assert!((200..300).contains(&status), "{method} {status}");
        };
        for _ in 0..10 {
            let (name, content, property) = (self.any(), self.any(), self.any());
            let path = format!("/dav/personal/{}.txt", percent(&name));
            ask("PUT", &path, &[], content.into_bytes());
            let patch = format!(
                "<?xml version=\"1.0\"?><d:propertyupdate xmlns:d=\"DAV:\"><d:set><d:prop><n xmlns=\"urn:x\">{property}</n></d:prop></d:set></d:propertyupdate>"
            );
            ask("PROPPATCH", &path, &[("content-type", "application/xml")], patch.into_bytes());
            let to = format!("{}/dav/personal/{}.txt", self.place.url, percent(&self.any()));
            ask("MOVE", &path, &[("destination", &to)], Vec::new());
        }
    }
}
