//! The directory in memory: the snapshot, the live sessions, the lanes. One for each unsealing of the box.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use arc_swap::ArcSwap;
use holdfast_base::{Result, SessionId, Timestamp, World};
use holdfast_hsm::{DekHandle, Domain, Vault};
use holdfast_store::{Db, Ledger, Tx};
use parking_lot::{Mutex, RwLock};

use crate::{
    Org,
    app_passwords::AppPasswords,
    connectors::Connectors,
    import::PlanCache,
    keys,
    lockout::Lanes,
    org::OrgParts,
    passkeys::Challenges,
    password::Hasher,
    person_fields::PersonFields,
    rows,
    session::{Live, Resolved, Verifier},
    sign_in_policy::{self, SignInPolicy},
};

/// Hears of every new snapshot.
pub type Listener = Box<dyn Fn(&Arc<Org>) + Send + Sync>;

#[derive(Clone)]
pub struct Directory {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    ledger: Ledger,
    key: DekHandle,
    world: World,
    org: ArcSwap<Org>,
    swapping: Mutex<()>,
    /// Something has ended that the database does not say yet.
    overdue: AtomicBool,
    listeners: RwLock<Vec<Listener>>,
    sessions: Live,
    lanes: Lanes,
    hasher: Hasher,
    sign_in_policy: ArcSwap<SignInPolicy>,
    challenges: Challenges,
    app_passwords: AppPasswords,
    fresh_app_passwords: crate::app_passwords::Fresh,
    connectors: Connectors,
    person_fields: PersonFields,
    verifier: Verifier,
    plans: PlanCache,
}

impl Directory {
    /// Reads everything into memory.
    pub fn open(db: Db, ledger: Ledger, vault: Vault, world: World) -> Result<Self> {
        Self::open_with(db, ledger, vault.domain(Domain("directory"))?, world)
    }

    /// The same with the domain's key at hand.
    pub(crate) fn open_with(db: Db, ledger: Ledger, key: DekHandle, world: World) -> Result<Self> {
        let parts: OrgParts = db.read(|conn| rows::org_parts(conn, &key))?;
        let app_passwords = AppPasswords::load(&db)?;
        let connectors = Connectors::load(&db, &key)?;
        let person_fields = PersonFields::load(&db)?;
        let policy = db.read(|conn| sign_in_policy::rows::read(conn, &key))?;
        let challenges = Challenges::new(&world);
        let view = ledger.view();
        let sessions = Live::load(&view, &key, &world)?;
        let lanes = Lanes::load(&view, &key, &world)?;
        sessions.known_devices(|person, device| lanes.remember(person, device));
        let now = world.now();
        let hasher = Hasher::new(&world);
        let verifier = Verifier::new(&world);
        // The wall clock in microseconds: later than every epoch of an earlier run, since no run swaps a million times a second.
        let epoch = u64::try_from(now.0).unwrap_or(1);
        let inner = Inner {
            db,
            ledger,
            key,
            world,
            org: ArcSwap::from_pointee(Org::build(epoch, parts, now)),
            swapping: Mutex::new(()),
            overdue: AtomicBool::new(false),
            listeners: RwLock::new(Vec::new()),
            sessions,
            lanes,
            hasher,
            sign_in_policy: ArcSwap::from_pointee(policy),
            challenges,
            app_passwords,
            fresh_app_passwords: crate::app_passwords::Fresh::default(),
            connectors,
            person_fields,
            verifier,
            plans: PlanCache::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The snapshot of this moment: what has ended by itself counts for nothing in it, whether the box has come to write it or not.
    pub fn org(&self) -> Arc<Org> {
        let org = self.inner.org.load_full();
        // Most of the time nothing is to end, and no clock is asked.
        if org.next_end() == Timestamp(i64::MAX) || org.next_end() > self.inner.world.now() {
            return org;
        }
        self.without_ended(&org)
    }

    fn without_ended(&self, org: &Org) -> Arc<Org> {
        self.inner.overdue.store(true, Ordering::Release);
        let now = self.inner.world.now();
        // Whoever swaps calls listeners, and they may ask for the snapshot: nobody waits here.
        let Some(_one_at_a_time) = self.inner.swapping.try_lock() else { return Arc::new(org.without_ended(now)) };
        let next = Arc::new(self.inner.org.load_full().without_ended(now));
        self.inner.org.store(next.clone());
        next
    }

    /// When the box has something to end: at once where it is late.
    pub fn next_due(&self) -> Timestamp {
        if self.inner.overdue.load(Ordering::Acquire) { Timestamp(0) } else { self.inner.org.load().next_due() }
    }

    pub(crate) fn is_overdue(&self) {
        self.inner.overdue.store(true, Ordering::Release);
    }

    pub(crate) fn nothing_overdue(&self) {
        self.inner.overdue.store(false, Ordering::Release);
    }

    /// Called after each swap and after a session was ended, from the committing thread (search feeds its people engine,
    /// the hub ends connections of ended sessions). Short, and must not change the directory.
    pub fn on_change(&self, f: Listener) {
        self.inner.listeners.write().push(f);
    }

    /// Does the session still stand? For sockets that outlive their request.
    pub fn session_alive(&self, session: SessionId) -> bool {
        self.inner.sessions.alive(session, &self.org(), self.inner.world.clock.boot())
    }

    /// Who a token stands for, from memory alone; `NotSignedIn` when it is not (or no longer) one of ours.
    pub fn resolve(&self, token: &str) -> Result<Resolved> {
        crate::session::resolve(self, token)
    }

    /// The first half of every entry's UUID at the LDAP door: the same as long as the enterprise has its keys, another one
    /// in another enterprise.
    pub fn entry_prefix(&self) -> Result<[u8; 8]> {
        let mac = self.inner.key.mac(keys::MAC_ENTRY, b"")?;
        Ok(mac.first_chunk().copied().unwrap_or_default())
    }

    pub(crate) fn db(&self) -> &Db {
        &self.inner.db
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.inner.ledger
    }

    pub(crate) fn key(&self) -> &DekHandle {
        &self.inner.key
    }

    pub(crate) fn world(&self) -> &World {
        &self.inner.world
    }

    pub(crate) fn sessions(&self) -> &Live {
        &self.inner.sessions
    }

    pub(crate) fn lanes(&self) -> &Lanes {
        &self.inner.lanes
    }

    pub(crate) fn hasher(&self) -> &Hasher {
        &self.inner.hasher
    }

    /// What signing in asks for at present.
    pub fn sign_in_policy(&self) -> Arc<SignInPolicy> {
        self.inner.sign_in_policy.load_full()
    }

    pub(crate) fn set_sign_in_policy(&self, policy: Arc<SignInPolicy>) {
        self.inner.sign_in_policy.store(policy);
    }

    pub(crate) fn challenges(&self) -> &Challenges {
        &self.inner.challenges
    }

    pub(crate) fn app_passwords(&self) -> &AppPasswords {
        &self.inner.app_passwords
    }

    pub(crate) fn fresh_app_passwords(&self) -> &crate::app_passwords::Fresh {
        &self.inner.fresh_app_passwords
    }

    pub(crate) fn connectors(&self) -> &Connectors {
        &self.inner.connectors
    }

    pub(crate) fn person_fields(&self) -> &PersonFields {
        &self.inner.person_fields
    }

    pub(crate) fn verifier(&self) -> &Verifier {
        &self.inner.verifier
    }

    pub(crate) fn plans(&self) -> &PlanCache {
        &self.inner.plans
    }

    /// Swaps the snapshot once the transaction is durable, before its answer goes out.
    pub(crate) fn publish(&self, tx: &mut dyn Tx, change: impl FnOnce(&Org) -> Org + Send + 'static) {
        let directory = self.clone();
        tx.after_commit(Box::new(move || directory.swap(change)));
    }

    fn swap(&self, change: impl FnOnce(&Org) -> Org) {
        let _one_at_a_time = self.inner.swapping.lock();
        let next = Arc::new(change(&self.inner.org.load_full()));
        self.inner.org.store(next);
        self.tell();
    }

    pub(crate) fn tell(&self) {
        let org = self.org();
        self.inner.listeners.read().iter().for_each(|listener| listener(&org));
    }
}
