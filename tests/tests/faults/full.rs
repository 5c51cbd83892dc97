//! The disk runs full, and full again.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::symlink,
    path::PathBuf,
    thread,
    time::Duration,
};

use holdfast_tests::{Chance, Client, Options, TestBox, client::cid, oracle::Oracle, socket::Socket};
use nix::fcntl::posix_fallocate;
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::http::Method;

use super::{times::Starts, tools::Disk};

/// Taken from nobody: what fills it is allocated and never written.
const DISK_MEBIBYTES: u64 = 4096;
/// The box keeps a fiftieth of a small disk for itself, and writes nothing at all below a quarter of that.
const RESERVE: u64 = (DISK_MEBIBYTES << 20) / 50;
/// The last bytes are taken in pieces.
const SLACK: u64 = 2 << 20;
/// How often the disk runs full under load, nobody knows when.
const AGAIN: usize = 3;
/// Exit code of a box that met a disk error.
const EXIT_DISK: i32 = 74;

/// Somebody else's file, which takes the space away.
struct Filler<'a> {
    disk: &'a Disk,
    path: PathBuf,
}

impl<'a> Filler<'a> {
    fn new(disk: &'a Disk) -> Self {
        Self { disk, path: disk.at.join("filler") }
    }

    /// Until no more than `leave` bytes are left.
    fn fill(&self, leave: u64) {
        let file = OpenOptions::new().create(true).append(true).open(&self.path).unwrap();
        let (there, most) = (file.metadata().unwrap().len(), self.disk.free().saturating_sub(leave + SLACK));
        // At once where the file system can; the rest in pieces.
        let _ = posix_fallocate(&file, i64::try_from(there).unwrap(), i64::try_from(most).unwrap());
        let mut file = OpenOptions::new().create(true).append(true).open(&self.path).unwrap();
        let piece = vec![0xA5; 256 << 10];
        while let left @ 1.. = self.disk.free().saturating_sub(leave) {
            let bytes = usize::try_from(left).unwrap().min(piece.len());
            if file.write_all(&piece[..bytes]).and_then(|()| file.sync_data()).is_err() {
                return;
            }
        }
    }

    fn remove(&self) {
        fs::remove_file(&self.path).unwrap();
    }
}

/// A person with a message and a file, and an administrator.
struct Stage {
    gu: Client,
    system: Client,
    room: String,
    root: String,
    files: Vec<String>,
}

const CONTENT: &[u8] = "标定记录，第一版".as_bytes();

impl Stage {
    fn new(boxed: &TestBox) -> Self {
        let gu = boxed.place().person("gu.wenzhou");
        let ask = json!({"cid": cid(), "kind": "group", "title": "磁盘", "members": ["han.ruoxi"]});
        let room = gu.post("/api/v1/conversations", &ask).unwrap().ok()["id"].as_str().unwrap().to_owned();
        let root = gu.get("/api/v1/drive/spaces").unwrap().ok()["items"][0]["root"].as_str().unwrap().to_owned();
        let mut stage = Self { gu, system: boxed.place().administrator("system"), room, root, files: Vec::new() };
        assert_eq!(stage.say().0, 201);
        for name in ["a.txt", "b.txt"] {
            let made = stage.put(name, CONTENT.to_vec());
            stage.files.push(made["id"].as_str().unwrap().to_owned());
        }
        stage
    }

    fn say(&self) -> (u16, String) {
        let body = json!({"cid": cid(), "body": {"type": "text", "text": "满了吗"}});
        let reply = self.gu.post(&format!("/api/v1/conversations/{}/messages", self.room), &body).unwrap();
        (reply.status, reply.code())
    }

    fn put(&self, name: &str, bytes: Vec<u8>) -> Value {
        let path = format!("/api/v1/drive/nodes/{}/content?name={name}", self.root);
        self.gu.send(Method::PUT, &path, &[("content-type", "application/octet-stream")], bytes).unwrap().json()
    }

    /// Everything that would grow is refused with the same clear word, at every door.
    fn is_refused(&self, boxed: &TestBox) {
        let full = (507, "quota-exceeded".to_owned());
        assert_eq!(self.say(), full);
        assert_eq!(self.put("c.txt", b"small".to_vec())["code"], full.1.as_str());
        assert_eq!(self.put("d.bin", Chance::new(3).bytes(3_000_000))["code"], full.1.as_str());
        let folder = json!({"cid": cid(), "kind": "folder", "name": "满"});
        let folder = self.gu.post(&format!("/api/v1/drive/nodes/{}/children", self.root), &folder).unwrap();
        let department = self.system.post("/api/v1/departments", &json!({"cid": cid(), "name": "满"})).unwrap();
        for reply in [folder, department] {
            assert_eq!((reply.status, reply.code()), full);
        }
        let mut socket = Socket::open(&boxed.place(), &self.gu);
        let id = cid();
        socket.send(&json!({"t": "send", "cid": id, "conv": self.room, "body": {"type": "text", "text": "满"}}));
        let nack = socket.wait(|frame| frame["t"] == "nack" && frame["cid"] == id.as_str());
        assert_eq!(nack["problem"]["code"], full.1.as_str());
    }

    fn is_read(&self) {
        let messages = self.gu.get(&format!("/api/v1/conversations/{}/messages", self.room)).unwrap().ok();
        assert!(messages["items"].as_array().unwrap().iter().any(|message| message["body"]["text"] == "满了吗"));
        let listed = self.gu.get(&format!("/api/v1/drive/nodes/{}/children", self.root)).unwrap().ok();
        assert!(listed["items"].as_array().unwrap().iter().any(|node| node["name"] == "a.txt"));
        let found = self.gu.get("/api/v1/people?q=hanruoxi").unwrap().ok();
        assert_eq!(found["items"][0]["uid"], "han.ruoxi");
    }

    /// A download stands in the log before its first byte, so it needs a little room.
    fn is_downloaded(&self) {
        let content = self.gu.get(&format!("/api/v1/drive/nodes/{}/content", self.files[0])).unwrap();
        assert_eq!((content.status, content.bytes.as_slice()), (200, CONTENT));
    }
}

#[test]
fn a_full_disk_refuses_what_grows_and_serves_what_is_there() {
    let Some(disk) = Disk::new(DISK_MEBIBYTES) else { return };
    let mut chance = Chance::of_this_run("full");
    let data = disk.at.join("box");
    // What the box says of itself is wanted most when its disk is full; a failed test leaves it there.
    let said = TempDir::with_prefix("holdfast-full-").unwrap().keep();
    fs::create_dir(&data).unwrap();
    symlink(&said, data.join("log")).unwrap();
    println!("the box's logs: {}", said.display());
    let mut boxed = TestBox::boot(&Options { data: Some(data), ..Options::small() }).unwrap();
    let (place, filler) = (boxed.place(), Filler::new(&disk));
    let (stage, mut oracle) = (Stage::new(&boxed), Oracle::new(&place, chance.fork()));
    load(&mut oracle, &boxed);

    // Only the reserve is left: what grows is refused, what is there is served, what frees space is done.
    filler.fill(RESERVE * 2 / 3);
    stage.is_refused(&boxed);
    stage.is_read();
    stage.is_downloaded();
    assert_eq!(stage.gu.delete(&format!("/api/v1/drive/nodes/{}", stage.files[1])).unwrap().status, 204);
    assert_eq!(stage.gu.delete(&format!("/api/v1/drive/trash/{}", stage.files[1])).unwrap().status, 204);
    boxed.place().person("ma.xiao");
    oracle.under_load(&place, || thread::sleep(Duration::from_millis(500)));

    // A restart on a full disk: the box comes up and serves.
    boxed.kill_server().unwrap();
    boxed.start_server().unwrap();
    super::tools::wait_state(&boxed, "unsealed");
    stage.is_refused(&boxed);
    stage.is_read();
    stage.is_downloaded();

    // Not a byte is left: it goes on serving what it has.
    filler.fill(0);
    stage.is_refused(&boxed);
    thread::sleep(Duration::from_secs(3));
    stage.is_read();
    assert!(boxed.server_ends(Duration::ZERO).unwrap().is_none(), "the box ended on a full disk");

    filler.remove();
    boxed.wait_ready().unwrap();
    oracle.settle(&place);
    assert_eq!(stage.say().0, 201);
    load(&mut oracle, &boxed);
    assert!(oracle.total.refused.keys().all(|refused| ["quota-exceeded", "audit-unavailable"].contains(&refused.code.as_str())));

    // Full again, at an instant that nobody chose: a write may be torn then, and the box may end and recover.
    let (mut starts, mut ended) = (Starts::default(), 0);
    for _ in 0..AGAIN {
        oracle.under_load(&place, || {
            thread::sleep(chance.between(Duration::from_millis(50), Duration::from_millis(300)));
            filler.fill(0);
            thread::sleep(Duration::from_millis(500));
        });
        filler.remove();
        if let Some(status) = boxed.server_ends(Duration::from_secs(2)).unwrap() {
            assert_eq!(status.code(), Some(EXIT_DISK), "{status}");
            ended += 1;
            starts.start(&mut boxed).unwrap();
        }
        boxed.wait_ready().unwrap();
        oracle.settle(&place);
    }
    oracle.check_all(&place);
    println!("{} changes acknowledged; the box ended {ended} of {AGAIN} times and recovered", oracle.total.changes);
    boxed.stop().unwrap();
    fs::remove_dir_all(said).unwrap();
}

fn load(oracle: &mut Oracle, boxed: &TestBox) {
    oracle.under_load(&boxed.place(), || thread::sleep(Duration::from_millis(400)));
    let told = oracle.settle(&boxed.place());
    assert!(told.changes > 5, "the load was no load");
}
