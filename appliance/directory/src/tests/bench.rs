//! One directory with an enterprise and three administrators: `sys`, `sec`, `aud`.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use holdfast_audit::{AuditConfig, AuditLog, CheckpointSigner, Filter};
use holdfast_base::{
    Actor, ClientId, Clock, DepartmentId, Door, Error, PersonId, RequestId, Result, SessionId, Source, Timestamp, Who, World,
};
use holdfast_hsm::{DekHandle, testing::throwaway_key};
use holdfast_store::{Committed, Db, DbTx, Ledger, LedgerTx};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use tempfile::TempDir;

use crate::{
    Directory, DirectoryKeeper, Role, SecurityAdmin, Sight, SystemAdmin,
    bootstrap::{self, FirstAdministrator},
    departments::{self, NewDepartment},
    password::{Password, Whose},
    people::{self, NewPerson},
    session::{self, Attempt, Opened},
};

pub(super) const PASSWORD: &str = "Stone bridge over water";

/// The system's clock, moved by hand.
struct Moved {
    system: World,
    by: AtomicI64,
}

impl Moved {
    fn by(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.by.load(Ordering::Relaxed)).unwrap())
    }
}

impl Clock for Moved {
    fn now(&self) -> Timestamp {
        self.system.now().plus(self.by())
    }

    fn at_least(&self, _: Timestamp) {}

    fn boot(&self) -> Duration {
        self.system.clock.boot() + self.by()
    }
}

struct Signer(EcdsaKeyPair);

impl CheckpointSigner for Signer {
    fn public_key(&self) -> Result<Vec<u8>> {
        let prefix: &[u8] =
            b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
        Ok([prefix, self.0.public_key().as_ref()].concat())
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>> {
        Ok(self.0.sign(&SystemRandom::new(), text).unwrap().as_ref().to_vec())
    }
}

pub(super) struct Bench {
    clock: Arc<Moved>,
    pub(super) world: World,
    key: DekHandle,
    pub(super) db: Db,
    pub(super) ledger: Ledger,
    pub(super) audit: AuditLog,
    pub(super) directory: Directory,
    _folder: TempDir,
}

impl Bench {
    /// Nothing in it.
    pub(super) fn empty() -> Self {
        let system = World::system();
        let clock = Arc::new(Moved { system: system.clone(), by: AtomicI64::new(0) });
        let world = World { clock: clock.clone(), chance: system.chance };
        let (folder, key) = (tempfile::tempdir().unwrap(), throwaway_key(&world));
        let db = Db::open(&folder.path().join("db"), key.sqlcipher_key().unwrap(), 2, world.clone()).unwrap();
        let ledger = Ledger::open(&folder.path().join("ledger"), crate::tables(), key.clone(), world.clone()).unwrap();
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let signer = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let config = AuditConfig { dir: folder.path().join("audit"), jsonl: None, origin: "box.example/audit".to_owned() };
        let audit = AuditLog::open_with(config, key.clone(), Box::new(Signer(signer)), world.clone()).unwrap();
        audit.attach(&db, &ledger).unwrap();
        let directory = Directory::open_with(db.clone(), ledger.clone(), key.clone(), world.clone()).unwrap();
        Self { clock, world, key, db, ledger, audit, directory, _folder: folder }
    }

    pub(super) fn new() -> Self {
        let bench = Self::empty();
        let system = Actor::system(RequestId(bench.world.uuid()), bench.world.now());
        bench.write(|tx| bootstrap::enterprise(tx, &bench.directory, &system, "恒川")).unwrap();
        let first = [(Role::System, "sys", "何嘉禾"), (Role::Security, "sec", "宋以宁"), (Role::Audit, "aud", "程予安")];
        let first = first.map(|(role, uid, name)| FirstAdministrator {
            role,
            uid: uid.to_owned(),
            name: name.to_owned(),
            password: Some(Password::new(PASSWORD)),
        });
        let appointed = bootstrap::administrators(&bench.directory, &system, &first).unwrap();
        bench.audit.settle(&appointed.mark).unwrap();
        bench
    }

    /// As after a restart: everything in memory is gone.
    pub(super) fn reopen(&mut self) {
        self.directory =
            Directory::open_with(self.db.clone(), self.ledger.clone(), self.key.clone(), self.world.clone()).unwrap();
    }

    pub(super) fn pass(&self, span: Duration) {
        self.clock.by.fetch_add(i64::try_from(span.as_micros()).unwrap(), Ordering::Relaxed);
    }

    pub(super) fn write<T>(&self, f: impl FnOnce(&mut DbTx<'_>) -> Result<T>) -> Result<T> {
        self.settled(self.db.write(f)?)
    }

    pub(super) fn write_ledger<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut LedgerTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.settled(self.ledger.write(f)?)
    }

    pub(super) fn settled<T>(&self, committed: Committed<T>) -> Result<T> {
        self.audit.settle(&committed.mark)?;
        Ok(committed.value)
    }

    pub(super) fn actor(&self, uid: &str) -> Actor {
        let who = Who::Person(self.id(uid));
        Actor { who, session: None, source: source("10.0.0.9"), request: RequestId(self.world.uuid()), now: self.world.now() }
    }

    pub(super) fn id(&self, uid: &str) -> PersonId {
        self.directory.org().by_uid(uid).unwrap().id
    }

    pub(super) fn cid(&self) -> ClientId {
        ClientId(self.world.uuid())
    }

    pub(super) fn sys(&self) -> SystemAdmin {
        self.directory.org().system_admin(&self.actor("sys")).unwrap()
    }

    pub(super) fn keeps(&self) -> DirectoryKeeper {
        self.directory.org().directory_keeper(&self.actor("sys")).unwrap()
    }

    pub(super) fn sec(&self) -> SecurityAdmin {
        self.directory.org().security_admin(&self.actor("sec")).unwrap()
    }

    /// As the one sees the directory who keeps it.
    pub(super) fn records(&self) -> Sight {
        Sight::of_records(&self.directory.org(), &self.keeps()).unwrap()
    }

    pub(super) fn department(&self, name: &str, parent: Option<DepartmentId>) -> Result<DepartmentId> {
        let new = NewDepartment { cid: self.cid(), name: name.to_owned(), parent };
        self.write(|tx| departments::create(tx, &self.directory, &self.keeps(), &new)).map(|made| made.id)
    }

    /// A person with [`PASSWORD`], which need not be changed.
    pub(super) fn person(&self, uid: &str, name: &str, departments: &[DepartmentId]) -> PersonId {
        let new = NewPerson { departments: departments.to_vec(), ..self.draft(uid, name) };
        let made = people::create(&self.directory, &self.keeps(), new).and_then(|made| self.settled(made)).unwrap();
        let hashed =
            self.directory.hasher().hash(&self.directory, &Password::new(PASSWORD), &Whose::newcomer(uid, name)).unwrap();
        self.write(|tx| people::store_password(tx, &self.directory, made.person.id, &hashed, false)).unwrap();
        made.person.id
    }

    pub(super) fn draft(&self, uid: &str, name: &str) -> NewPerson {
        NewPerson {
            cid: self.cid(),
            uid: uid.to_owned(),
            name: name.to_owned(),
            title: None,
            mail: None,
            mobile: None,
            phone: None,
            employee_no: None,
            work_place: None,
            hired_on: None,
            departments: Vec::new(),
            main: None,
            titles: std::collections::BTreeMap::new(),
            manager: None,
            fields: std::collections::BTreeMap::new(),
            password: Some(Password::new("First of all, a password")),
        }
    }

    pub(super) fn sign_in(&self, uid: &str, password: &str, address: &str) -> Result<Opened> {
        let attempt = Attempt {
            uid: uid.to_owned(),
            password: Password::new(password),
            second: None,
            source: source(address),
            request: RequestId(self.world.uuid()),
            now: self.world.now(),
        };
        session::open(&self.directory, &self.audit, &attempt)
    }

    pub(super) fn in_session(&self, uid: &str, session: SessionId) -> Actor {
        Actor { session: Some(session), ..self.actor(uid) }
    }

    /// How many entries of the log bear this action.
    pub(super) fn logged(&self, action: &str) -> usize {
        let filter = Filter { action: Some(action.to_owned()), ..Filter::default() };
        self.audit.query(&filter, None, 1_000).unwrap().entries.len()
    }
}

pub(super) fn source(address: &str) -> Source {
    Source { door: Door::Rest, address: Some(address.parse::<IpAddr>().unwrap()), agent: "test".to_owned() }
}

/// `field: rule` of an invalid input, or the code of another refusal.
pub(super) fn refusal<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(Error::Invalid { field, rule }) => format!("{field}: {}", rule.code),
        Err(Error::Conflict { what }) => what.to_owned(),
        Err(error) => error.code().to_owned(),
    }
}
