//! One box of people with a real token, a real directory and a real ledger.

use std::sync::Arc;

use holdfast_base::{Actor, ClientId, CommitNo, ConversationId, Door, PersonId, RequestId, Result, Source, Who, World};
use holdfast_directory::{Directory, Role, bootstrap, password::Password, people};
use holdfast_hsm::{Domain, Vault, testing::TestBox};
use holdfast_store::{Committed, Db, Ledger, LedgerTx};
use parking_lot::Mutex;
use tempfile::TempDir;

use crate::{
    Draft, Im, Member, NewConversation, Published,
    views::{Conversation, Kind, Message, NewBody, SyncPage},
};

/// So many can act.
const WITH_PASSWORD: usize = 5;

pub(super) struct Office {
    pub world: World,
    pub directory: Directory,
    pub im: Im,
    pub ledger: Ledger,
    pub people: Vec<PersonId>,
    pub published: Arc<Mutex<Vec<Published>>>,
    pub vault: Vault,
    folder: TempDir,
    _token: TestBox,
}

impl Office {
    /// `lin`, `wang`, `chen`, then more where asked. `None` where there is no SoftHSM2; in CI that fails.
    pub(super) fn open(people: usize) -> Option<Self> {
        let world = World::system();
        let domains = ["db", "ledger", "directory", "im"].map(Domain);
        let Some(token) = TestBox::new(&domains) else {
            assert!(std::env::var_os("CI").is_none(), "SoftHSM2 is missing");
            eprintln!("SKIPPED: SoftHSM2 is missing");
            return None;
        };
        let vault = token.unsealed().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let key = vault.domain(Domain("db")).unwrap().sqlcipher_key().unwrap();
        let db = Db::open(&folder.path().join("db"), key, 2, world.clone()).unwrap();
        let ledger = open_ledger(&folder, &vault, &world);
        let directory = Directory::open(db.clone(), ledger.clone(), vault.clone(), world.clone()).unwrap();
        let ids = settle(&directory, &db, &world, people);
        let im = Im::open(ledger.clone(), directory.clone(), vault.clone(), world.clone()).unwrap();
        let office = Self { world, directory, im, ledger, people: ids, published: Arc::default(), vault, folder, _token: token };
        office.listen();
        Some(office)
    }

    /// As after a restart: everything in memory is gone.
    pub(super) fn reopen(&mut self) {
        self.ledger.close();
        self.ledger = open_ledger(&self.folder, &self.vault, &self.world);
        let open = Im::open(self.ledger.clone(), self.directory.clone(), self.vault.clone(), self.world.clone());
        self.im = open.unwrap();
        self.listen();
    }

    fn listen(&self) {
        let published = self.published.clone();
        self.im.on_event(Box::new(move |event| published.lock().push(event.clone())));
    }

    pub(super) fn actor(&self, person: usize) -> Actor {
        let source = Source { door: Door::Rest, address: None, agent: String::new() };
        let request = RequestId(self.world.uuid());
        Actor { who: Who::Person(self.people[person]), session: None, source, request, now: self.world.now() }
    }

    pub(super) fn uid(&self, person: usize) -> String {
        self.directory.org().person(self.people[person]).unwrap().uid.clone()
    }

    pub(super) fn cid(&self) -> ClientId {
        ClientId(self.world.uuid())
    }

    pub(super) fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Im, &mut LedgerTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let im = self.im.clone();
        self.ledger.write(move |tx| f(&im, tx)).map(|Committed { value, .. }| value)
    }

    pub(super) fn member(&self, person: usize, at: ConversationId) -> Result<Member> {
        self.im.member(&self.actor(person), at)
    }

    pub(super) fn group(&self, maker: usize, others: &[usize]) -> ConversationId {
        let members = others.iter().map(|&person| self.uid(person)).collect();
        let ask = NewConversation { cid: None, kind: Kind::Group, title: Some("群".to_owned()), members };
        let actor = self.actor(maker);
        self.write(move |im, tx| im.create(tx, &actor, &ask)).unwrap().conversation
    }

    pub(super) fn direct(&self, maker: usize, peer: usize) -> ConversationId {
        let ask = NewConversation { cid: None, kind: Kind::Direct, title: None, members: vec![self.uid(peer)] };
        let actor = self.actor(maker);
        self.write(move |im, tx| im.create(tx, &actor, &ask)).unwrap().conversation
    }

    pub(super) fn send(&self, person: usize, at: ConversationId, cid: ClientId, text: &str) -> Result<Message> {
        let member = self.member(person, at)?;
        let draft = Draft { cid, body: NewBody::Text { text: text.to_owned() } };
        self.write(move |im, tx| im.send(tx, &member, &draft))
    }

    pub(super) fn say(&self, person: usize, at: ConversationId, text: &str) -> Message {
        self.send(person, at, self.cid(), text).unwrap()
    }

    pub(super) fn read(&self, person: usize, at: ConversationId, ranges: &[[u64; 2]]) -> Result<()> {
        let (member, ranges) = (self.member(person, at)?, ranges.to_vec());
        self.write(move |im, tx| im.mark_read(tx, &member, &ranges))
    }

    pub(super) fn page(&self, person: usize, from: CommitNo) -> SyncPage {
        self.im.sync(&self.actor(person), from, 500).unwrap()
    }

    pub(super) fn look(&self, person: usize, at: ConversationId) -> Conversation {
        self.im.conversation(&self.member(person, at).unwrap()).unwrap()
    }
}

fn open_ledger(folder: &TempDir, vault: &Vault, world: &World) -> Ledger {
    let tables = [crate::tables(), holdfast_directory::tables()].concat();
    Ledger::open(&folder.path().join("ledger"), &tables, vault.domain(Domain("ledger")).unwrap(), world.clone()).unwrap()
}

/// The first three are the administrators of the box, who are people like others here.
fn settle(directory: &Directory, db: &Db, world: &World, count: usize) -> Vec<PersonId> {
    let system = Actor::system(RequestId(world.uuid()), world.now());
    let _ = db.write(|tx| bootstrap::enterprise(tx, directory, &system, "示例")).unwrap();
    let first = [(Role::System, "lin", "林"), (Role::Security, "wang", "王"), (Role::Audit, "chen", "陈")];
    let first = first.map(|(role, uid, name)| bootstrap::FirstAdministrator {
        role,
        uid: uid.to_owned(),
        name: name.to_owned(),
        password: Some(Password::new("Correct-horse-battery-9")),
    });
    let appointed = bootstrap::administrators(directory, &system, &first).unwrap().value;
    let mut ids: Vec<PersonId> = appointed.iter().map(|one| one.person).collect();
    let source = Source { door: Door::Rest, address: None, agent: String::new() };
    let actor = Actor { who: Who::Person(ids[0]), source, session: None, request: system.request, now: system.now };
    for n in first.len()..count {
        let new: people::NewPerson = person(n, world);
        let admin = directory.org().directory_keeper(&actor).unwrap();
        ids.push(people::create(directory, &admin, new).unwrap().value.person.id);
    }
    ids
}

fn person(n: usize, world: &World) -> people::NewPerson {
    people::NewPerson {
        cid: ClientId(world.uuid()),
        uid: format!("p{n}"),
        name: format!("同事{n}"),
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
        // Hashing takes its time; whoever only has to be in a group does without.
        password: (n < WITH_PASSWORD).then(|| Password::new("Correct-horse-battery-9")),
    }
}
