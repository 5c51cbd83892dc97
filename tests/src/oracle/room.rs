//! Messages: three senders, two over the realtime door and one over REST, and somebody who reads.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::atomic::Ordering,
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use super::{
    FRAME, Party, Stop, Told,
    answer::{Answer, answer},
    text,
};
use crate::{Chance, Client, Place, client::cid, socket::Socket};

/// Sends of one connection that wait for their acknowledgement.
const UNDER_WAY: usize = 8;
/// How long a sender waits after a refusal, as clients do.
const BACK_OFF: Duration = Duration::from_millis(20);
/// Page of a history.
const PAGE: usize = 200;

#[derive(Debug)]
struct Ticket {
    sender: usize,
    text: String,
    /// As acknowledged.
    told: Option<u64>,
    /// As found in the history.
    found: Option<u64>,
}

pub(super) struct Room {
    id: String,
    senders: Vec<Client>,
    reader: Client,
    chance: Chance,
    /// By client id.
    tickets: BTreeMap<String, Ticket>,
    /// Sent in this round, in the order of each sender.
    round: Vec<String>,
    /// The history is compared up to here.
    compared: u64,
    last_g: u64,
    /// Messages up to here were acknowledged as read.
    read: u64,
    told: Told,
}

/// What one sender brings home from a round.
#[derive(Default)]
struct Brought {
    sent: Vec<(String, String)>,
    acks: Vec<(String, u64, u64)>,
    told: Told,
}

impl Room {
    pub(super) fn new(place: &Place, chance: Chance) -> Self {
        let senders = vec![place.person("gu.wenzhou"), place.person("han.ruoxi"), place.person("tang.kexin")];
        let members = ["han.ruoxi", "tang.kexin", "ma.xiao"];
        let ask = json!({"cid": cid(), "kind": "group", "title": format!("断电演练 {}", cid()), "members": members});
        let made = senders[0].post("/api/v1/conversations", &ask).unwrap().ok();
        Self {
            id: text(&made["id"]),
            senders,
            reader: place.person("ma.xiao"),
            chance,
            tickets: BTreeMap::new(),
            round: Vec::new(),
            compared: 0,
            last_g: 0,
            read: 0,
            told: Told::default(),
        }
    }

    fn take(&mut self, sender: usize, brought: Brought) {
        for (id, text) in brought.sent {
            self.round.push(id.clone());
            assert!(self.tickets.insert(id, Ticket { sender, text, told: None, found: None }).is_none());
        }
        for (id, seq, g) in brought.acks {
            self.acknowledge(&id, seq);
            self.told.commits.push(g);
            self.told.changes += 1;
        }
        self.told.add(brought.told);
    }

    fn acknowledge(&mut self, id: &str, seq: u64) {
        let ticket = self.tickets.get_mut(id).unwrap();
        assert!(
            ticket.told.is_none_or(|before| before == seq),
            "{id} was {:?}, is {seq}: the same id, the same answer",
            ticket.told
        );
        ticket.told = Some(seq);
    }

    /// As clients do that never heard: the same id once more. Some never come back, and some ask although they were told.
    fn ask_again(&mut self, place: &Place) {
        let by: Vec<Client> = self.senders.iter().map(|who| who.again(place)).collect();
        for id in std::mem::take(&mut self.round) {
            let ticket = &self.tickets[&id];
            let (open, sender, text) = (ticket.told.is_none(), ticket.sender, ticket.text.clone());
            if self.chance.one_in(if open { 2 } else { 12 }) {
                let made = by[sender].post(&self.path("messages"), &message(&id, &text)).unwrap().ok();
                self.acknowledge(&id, made["seq"].as_u64().unwrap());
            }
        }
    }

    fn path(&self, below: &str) -> String {
        format!("/api/v1/conversations/{}/{below}", self.id)
    }

    /// The history behind what was compared before: dense, each message known, each acknowledged one found.
    fn compare(&mut self, place: &Place) {
        let by = self.reader.again(place);
        loop {
            let path = self.path(&format!("messages?after={}&limit={PAGE}", self.compared));
            let page = by.get_patiently(&path).unwrap().ok();
            let items = page["items"].as_array().unwrap();
            if items.is_empty() {
                break;
            }
            items.iter().for_each(|message| self.meet(message));
        }
        for (id, ticket) in &self.tickets {
            assert!(
                ticket.told.is_none() || ticket.found == ticket.told,
                "{id} was acknowledged as {:?}, is {:?}",
                ticket.told,
                ticket.found
            );
        }
    }

    fn meet(&mut self, message: &Value) {
        let (seq, g) = (message["seq"].as_u64().unwrap(), number(&message["g"]));
        assert_eq!(seq, self.compared + 1, "numbers are dense");
        assert!(g > self.last_g, "commit numbers rise with the messages");
        (self.compared, self.last_g) = (seq, g);
        let Some(id) = message["cid"].as_str() else { return };
        let ticket = self.tickets.get_mut(id).unwrap_or_else(|| unknown(message));
        assert_eq!(message["body"]["text"], ticket.text.as_str(), "its content");
        assert_eq!(ticket.found.replace(seq), None, "{id} is there twice");
    }
}

#[expect(clippy::panic, reason = "the failure that the oracle looks for")]
fn unknown<T>(message: &Value) -> T {
    panic!("nobody sent {message}")
}

fn number(value: &Value) -> u64 {
    value.as_str().unwrap().parse().unwrap()
}

fn message(id: &str, text: &str) -> Value {
    json!({"cid": id, "body": {"type": "text", "text": text}})
}

impl Party for Room {
    fn work(&mut self, place: &Place, stop: &Stop) {
        let (id, path, read) = (self.id.clone(), self.path("messages"), self.path("read"));
        let mut chances: Vec<Chance> = self.senders.iter().map(|_| self.chance.fork()).collect();
        let (head, reader, mut marked, mut marks) = (self.compared, self.reader.again(place), self.read, Told::default());
        let brought: Vec<Brought> = thread::scope(|scope| {
            let running: Vec<_> = self
                .senders
                .iter()
                .zip(&mut chances)
                .enumerate()
                .map(|(at, (who, chance))| {
                    let (id, path) = (&id, &path);
                    scope.spawn(move || match at {
                        2 => over_rest(&who.again(place), path, chance, stop),
                        _ => over_socket(place, who, id, chance, stop),
                    })
                })
                .collect();
            while marked < head && !stop.load(Ordering::SeqCst) {
                let upto = (marked + 5).min(head);
                let said = answer(reader.put(&read, &json!({"ranges": [[marked + 1, upto]]})));
                marks.hear(&said);
                if !matches!(said, Answer::Done(_)) {
                    break;
                }
                marked = upto;
            }
            running.into_iter().map(|one| one.join().unwrap()).collect()
        });
        self.read = marked;
        // Read marks are their own record: the digests cover them.
        self.told.add(Told { requests: Vec::new(), ..marks });
        for (sender, brought) in brought.into_iter().enumerate() {
            self.take(sender, brought);
        }
    }

    fn settle(&mut self, place: &Place) {
        self.ask_again(place);
        self.compare(place);
        let conversation = self.reader.again(place).get_patiently(self.path("").trim_end_matches('/')).unwrap().ok();
        let holds = |range: &Value| range[0].as_u64().unwrap() <= self.read && range[1].as_u64().unwrap() >= self.read;
        let covered = conversation["read"].as_array().unwrap().iter().any(holds);
        assert!(self.read == 0 || covered, "read up to {} was acknowledged: {}", self.read, conversation["read"]);
    }

    fn check_all(&mut self, place: &Place) {
        (self.compared, self.last_g) = (0, 0);
        self.tickets.values_mut().for_each(|ticket| ticket.found = None);
        self.compare(place);
    }

    fn told(&mut self) -> Told {
        std::mem::take(&mut self.told)
    }
}

fn over_rest(by: &Client, path: &str, chance: &mut Chance, stop: &Stop) -> Brought {
    let mut brought = Brought::default();
    while !stop.load(Ordering::SeqCst) {
        let (id, text) = (cid(), words(chance));
        brought.sent.push((id.clone(), text.clone()));
        let said = answer(by.post(path, &message(&id, &text)));
        match &said {
            Answer::Done(reply) => {
                let made = reply.json();
                brought.acks.push((id, made["seq"].as_u64().unwrap(), number(&made["g"])));
            }
            Answer::Unclear(refused) => {
                brought.told.hear(&said);
                if refused.is_none() {
                    break;
                }
                thread::sleep(BACK_OFF);
            }
        }
    }
    brought
}

fn over_socket(place: &Place, who: &Client, room: &str, chance: &mut Chance, stop: &Stop) -> Brought {
    let mut brought = Brought::default();
    let Ok(mut socket) = Socket::try_open(place, who, None) else { return brought };
    socket.patience(FRAME);
    let mut under_way = VecDeque::new();
    loop {
        let stopping = stop.load(Ordering::SeqCst);
        if stopping && under_way.is_empty() {
            return brought;
        }
        if !stopping && under_way.len() < UNDER_WAY {
            let (id, text) = (cid(), words(chance));
            let frame = json!({"t": "send", "cid": id, "conv": room, "body": {"type": "text", "text": text}});
            brought.sent.push((id.clone(), text));
            under_way.push_back(id);
            if socket.try_send(&frame) {
                continue;
            }
        }
        // What the box had said before it died still arrives; then the connection ends.
        let Some(frame) = socket.receive() else { return brought };
        let id = frame["cid"].as_str().unwrap_or_default().to_owned();
        match frame["t"].as_str() {
            Some("ack") => brought.acks.push((id.clone(), frame["seq"].as_u64().unwrap(), number(&frame["g"]))),
            Some("nack") => {
                let status = u16::try_from(frame["problem"]["status"].as_u64().unwrap_or(0)).unwrap_or(0);
                assert!(status == 429 || status >= 500, "refused for good: {frame}");
                let code = frame["problem"]["code"].as_str().unwrap_or_default().to_owned();
                *brought.told.refused.entry(super::Refused { status, code }).or_default() += 1;
                thread::sleep(BACK_OFF);
            }
            _ => continue,
        }
        under_way.retain(|waiting| *waiting != id);
    }
}

fn words(chance: &mut Chance) -> String {
    const SAID: [&str; 8] =
        ["收到", "标定记录已上传", "明天九点对齐", "电压漂移 0.3%", "请看附件", "see drawing 7", "好的👍", "产线已恢复"];
    let padding = "。".repeat(if chance.one_in(20) { 4_000 } else { chance.below(30) });
    format!("{} {:x}{padding}", SAID[chance.below(SAID.len())], chance.draw())
}
