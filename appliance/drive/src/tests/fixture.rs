//! An office with a drive: three people, a department with one below it.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use holdfast_base::{
    Actor, ClientId, Clock, DepartmentId, Door, NodeId, PersonId, RequestId, Result, Source, SpaceId, Timestamp, Who, World,
};
use holdfast_directory::{Directory, Role, bootstrap, departments, password::Password, people};
use holdfast_hsm::{Domain, Vault, testing::TestBox};
use holdfast_store::{Db, Ledger, LedgerTx};

use crate::{Content, Declared, Drive, Entry, Expect, Name, NewContent, OnConflict, Owner, Received};

/// The system's clock, moved ahead by a test.
struct Ahead {
    under: Arc<dyn Clock>,
    by: AtomicI64,
}

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        Timestamp(self.under.now().0 + self.by.load(Ordering::Relaxed))
    }

    fn at_least(&self, instant: Timestamp) {
        self.under.at_least(Timestamp(instant.0 - self.by.load(Ordering::Relaxed)));
    }

    fn boot(&self) -> Duration {
        self.under.boot()
    }
}

/// Where a box lies, for a process that opens it.
#[derive(Debug, Clone)]
pub(super) struct Site {
    pub socket: PathBuf,
    pub keyring: PathBuf,
    pub data: PathBuf,
}

/// One box, opened.
pub(super) struct Office {
    pub world: World,
    pub drive: Drive,
    pub ledger: Ledger,
    pub directory: Directory,
    /// `lin`, `wang`, `chen`, then one who is in no department.
    pub people: Vec<PersonId>,
    /// `lin` is in the second, which lies below the first; `wang` is in the first.
    pub departments: Vec<DepartmentId>,
    clock: Arc<Ahead>,
    pub vault: Vault,
    db: Db,
    site: Site,
}

/// The token and the folder of a test; dropped last.
pub(super) struct Ground {
    _token: TestBox,
    _folder: tempfile::TempDir,
    pub site: Site,
}

/// `None` where there is no SoftHSM2; in CI that fails.
pub(super) fn ground() -> Option<Ground> {
    let domains = ["db", "ledger", "directory", "drive"].map(Domain);
    let Some(token) = TestBox::new(&domains) else {
        assert!(std::env::var_os("CI").is_none(), "SoftHSM2 is missing");
        eprintln!("SKIPPED: SoftHSM2 is missing");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    let site = Site { socket: token.hsmd.socket.clone(), keyring: token.at("keyring"), data: folder.path().to_owned() };
    Some(Ground { _token: token, _folder: folder, site })
}

impl Office {
    pub(super) fn new() -> Option<(Self, Ground)> {
        let ground = ground()?;
        let mut office = Self::open(&ground.site);
        office.settle();
        Some((office, ground))
    }

    pub(super) fn open(site: &Site) -> Self {
        let config =
            holdfast_hsm::VaultConfig { socket: site.socket.clone(), second_socket: None, keyring: site.keyring.clone() };
        let clock = Arc::new(Ahead { under: World::system().clock, by: AtomicI64::new(0) });
        let world = World { clock: clock.clone(), ..World::system() };
        let vault = Vault::connect(config, world.clone());
        vault.unseal(None).unwrap();
        let key = vault.domain(Domain("db")).unwrap().sqlcipher_key().unwrap();
        let db = Db::open(&site.data.join("db"), key, 2, world.clone()).unwrap();
        let ledger = open_ledger(&site.data, &vault, &world);
        let directory = Directory::open(db.clone(), ledger.clone(), vault.clone(), world.clone()).unwrap();
        let drive =
            Drive::open(&site.data.join("packs"), ledger.clone(), directory.clone(), vault.clone(), world.clone()).unwrap();
        let mut people: Vec<_> = directory.org().people().map(|person| person.id).collect();
        let mut departments: Vec<_> = directory.org().departments().map(|department| department.id).collect();
        people.sort();
        departments.sort();
        Self { world, drive, ledger, directory, people, departments, clock, vault, db, site: site.clone() }
    }

    /// As after a restart: everything in memory is gone.
    pub(super) fn reopen(&mut self) {
        self.ledger.close();
        self.ledger = open_ledger(&self.site.data, &self.vault, &self.world);
        self.directory = Directory::open(self.db.clone(), self.ledger.clone(), self.vault.clone(), self.world.clone()).unwrap();
        let (ledger, directory) = (self.ledger.clone(), self.directory.clone());
        self.drive = Drive::open(&self.packs(), ledger, directory, self.vault.clone(), self.world.clone()).unwrap();
    }

    pub(super) fn packs(&self) -> PathBuf {
        self.site.data.join("packs")
    }

    pub(super) fn pass(&self, span: Duration) {
        self.clock.by.fetch_add(i64::try_from(span.as_micros()).unwrap(), Ordering::Relaxed);
    }

    fn settle(&mut self) {
        let (directory, world) = (&self.directory, &self.world);
        let system = Actor::system(RequestId(world.uuid()), world.now());
        let _ = self.db.write(|tx| bootstrap::enterprise(tx, directory, &system, "示例")).unwrap();
        let first = [(Role::System, "lin", "林"), (Role::Security, "wang", "王"), (Role::Audit, "chen", "陈")];
        let first = first.map(|(role, uid, name)| bootstrap::FirstAdministrator {
            role,
            uid: uid.to_owned(),
            name: name.to_owned(),
            password: Some(Password::new("Correct-horse-battery-9")),
        });
        self.people = bootstrap::administrators(directory, &system, &first).unwrap().value.iter().map(|one| one.person).collect();
        let by = self.actor(0);
        let head = self.department(&by, "总部", None);
        let below = self.department(&by, "研发", Some(head));
        self.departments = vec![head, below];
        for (uid, department) in [("zhao", Some(below)), ("qian", Some(head)), ("sun", None)] {
            let new = person(uid, department, &self.world);
            let admin = self.directory.org().directory_keeper(&by).unwrap();
            self.people.push(people::create(&self.directory, &admin, new).unwrap().value.person.id);
        }
    }

    fn department(&self, by: &Actor, name: &str, parent: Option<DepartmentId>) -> DepartmentId {
        let admin = self.directory.org().directory_keeper(by).unwrap();
        let new = departments::NewDepartment { cid: ClientId(self.world.uuid()), name: name.to_owned(), parent };
        let directory = self.directory.clone();
        self.db.write(|tx| departments::create(tx, &directory, &admin, &new)).unwrap().value.id
    }

    pub(super) fn actor(&self, person: usize) -> Actor {
        let source = Source { door: Door::Rest, address: None, agent: String::new() };
        let request = RequestId(self.world.uuid());
        Actor { who: Who::Person(self.people[person]), session: None, source, request, now: self.world.now() }
    }

    pub(super) fn cid(&self) -> ClientId {
        ClientId(self.world.uuid())
    }

    /// Space and root of a person's own space.
    pub(super) fn own(&self, person: usize) -> (SpaceId, NodeId) {
        let (spaces, _) = self.drive.spaces(&self.actor(person)).unwrap();
        (spaces[0].id, spaces[0].root)
    }

    pub(super) fn shared(&self, department: usize) -> (SpaceId, NodeId) {
        let view = self.ledger.view();
        let space = self.drive.space_of(&view, Owner::Department(self.departments[department])).unwrap().unwrap();
        (space, self.drive.space_row(&view, space).unwrap().root)
    }

    pub(super) fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut LedgerTx<'_>, &Drive) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let drive = self.drive.clone();
        self.ledger.write(move |tx| f(tx, &drive)).map(|committed| committed.value)
    }

    pub(super) fn folder(&self, person: usize, parent: NodeId, name: &str) -> Result<Entry> {
        let (actor, name) = (self.actor(person), Name::new(name)?);
        self.write(move |tx, drive| {
            let parent = drive.writer(tx, &actor, parent)?;
            drive.create_folder(tx, &parent, &name, None, &Expect::default())
        })
    }

    pub(super) fn receive(&self, person: usize, parent: NodeId, name: &str, bytes: &[u8]) -> Result<Received> {
        let (actor, view) = (self.actor(person), self.ledger.view());
        let folder = self.drive.writer(&view, &actor, parent)?;
        let mut incoming = self.drive.begin(&view, &folder, &Name::new(name)?, Some(bytes.len() as u64))?;
        for part in bytes.chunks(300_001) {
            incoming.write(part)?;
        }
        incoming.finish(&Declared { size: Some(bytes.len() as u64), sha256: None })
    }

    pub(super) fn put(&self, person: usize, parent: NodeId, name: &str, bytes: &[u8]) -> Result<Entry> {
        self.put_if(person, parent, name, bytes, Expect::default()).map(|(entry, _)| entry)
    }

    pub(super) fn put_if(
        &self,
        person: usize,
        parent: NodeId,
        name: &str,
        bytes: &[u8],
        expect: Expect,
    ) -> Result<(Entry, bool)> {
        let received = self.receive(person, parent, name, bytes)?;
        let (actor, name) = (self.actor(person), Name::new(name)?);
        let new = NewContent { media: None, changed_at: None, on_conflict: OnConflict::Version };
        self.write(move |tx, drive| {
            let folder = drive.writer(tx, &actor, parent)?;
            drive.put(tx, &folder, &name, received, &new, &expect)
        })
    }

    pub(super) fn entry(&self, node: NodeId) -> Result<Entry> {
        Ok(self.drive.entry(&self.ledger.view(), node)?.1)
    }

    pub(super) fn open_file(&self, person: usize, node: NodeId) -> Content {
        let view = self.ledger.view();
        let reader = self.drive.reader(&view, &self.actor(person), node).unwrap();
        self.drive.open_content(&view, &reader, None).unwrap()
    }

    pub(super) fn bytes(&self, person: usize, node: NodeId, version: Option<u64>) -> Result<Vec<u8>> {
        let view = self.ledger.view();
        let reader = self.drive.reader(&view, &self.actor(person), node)?;
        let content = self.drive.open_content(&view, &reader, version)?;
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < content.size() {
            let from = bytes.len() as u64;
            bytes.extend(content.read_range(from..content.size().min(from + 777_777))?);
        }
        Ok(bytes)
    }
}

fn open_ledger(data: &Path, vault: &Vault, world: &World) -> Ledger {
    let tables = [crate::tables(), holdfast_directory::tables()].concat();
    Ledger::open(&data.join("ledger"), &tables, vault.domain(Domain("ledger")).unwrap(), world.clone()).unwrap()
}

fn person(uid: &str, department: Option<DepartmentId>, world: &World) -> people::NewPerson {
    people::NewPerson {
        cid: ClientId(world.uuid()),
        uid: uid.to_owned(),
        name: uid.to_owned(),
        title: None,
        mail: None,
        mobile: None,
        phone: None,
        employee_no: None,
        work_place: None,
        hired_on: None,
        departments: department.into_iter().collect(),
        main: None,
        titles: std::collections::BTreeMap::new(),
        manager: None,
        fields: std::collections::BTreeMap::new(),
        password: Some(Password::new("Correct-horse-battery-9")),
    }
}

/// Bytes that do not shrink, the same for the same seed.
pub(super) fn noise(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut out = Vec::with_capacity(len + 8);
    while out.len() < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        out.extend_from_slice(&state.to_le_bytes());
    }
    out.truncate(len);
    out
}
