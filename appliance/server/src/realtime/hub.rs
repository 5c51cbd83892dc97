//! Who is connected, and the fan-out: one thread takes events in commit order, encodes each once, and puts the same frame
//! into the queue of everybody who may see it. The commit lane only hands over.

use std::{
    collections::HashMap,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Instant,
};

use bytestring::ByteString;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};
use holdfast_base::{CommitNo, Error, PersonId, Result, SpaceId};
use holdfast_directory::Directory;
use holdfast_drive::{Drive, DriveEvent};
use holdfast_im::{Im, Published, Recipients};
use holdfast_store::Ledger;
use parking_lot::RwLock;
use tokio::sync::Notify;

use super::{
    connection::Connection,
    frames::{self, Retry},
    limits,
};

/// Everybody who is connected to the box.
pub struct Hub {
    directory: Directory,
    im: Im,
    drive: Drive,
    ledger: Ledger,
    people: RwLock<HashMap<PersonId, Online>>,
    connections: AtomicUsize,
    tasks: Sender<Task>,
    closed: AtomicBool,
}

#[derive(Default)]
struct Online {
    connections: Vec<Arc<Connection>>,
    listeners: Vec<Weak<Notify>>,
}

enum Task {
    Event(Published),
    Drive(DriveEvent),
    /// Sessions may have ended.
    Check,
    Stop,
}

/// Hears that something happened for one person, for requests that wait.
pub struct Listening(Arc<Notify>);

impl Listening {
    pub async fn heard(&self) {
        self.0.notified().await;
    }
}

impl Hub {
    /// Subscribes to what is published, before anybody connects.
    pub fn open(ledger: &Ledger, im: &Im, drive: &Drive, directory: &Directory) -> Result<Arc<Self>> {
        let (tasks, waiting) = bounded(limits::FAN_OUT);
        let hub = Arc::new(Self {
            directory: directory.clone(),
            im: im.clone(),
            drive: drive.clone(),
            ledger: ledger.clone(),
            people: RwLock::default(),
            connections: AtomicUsize::new(0),
            tasks: tasks.clone(),
            closed: AtomicBool::new(false),
        });
        let missed = Arc::new(AtomicBool::new(false));
        let (to, overflow) = (tasks.clone(), missed.clone());
        im.on_event(Box::new(move |published| {
            // Never wait on the commit lane: whoever misses this is told to catch up.
            if let Err(TrySendError::Full(_)) = to.try_send(Task::Event(published.clone())) {
                overflow.store(true, Ordering::Release);
            }
        }));
        let to = tasks.clone();
        // What is lost here is only that a live view refreshes a little later.
        drive.on_event(Box::new(move |event| drop(to.try_send(Task::Drive(event.clone())))));
        // A full queue is looked through soon anyway.
        directory.on_change(Box::new(move |_| drop(tasks.try_send(Task::Check))));
        let of = Arc::downgrade(&hub);
        let thread = std::thread::Builder::new().name("fan-out".to_owned());
        thread.spawn(move || fan_out(&of, &waiting, &missed)).map_err(Error::internal("start the fan-out"))?;
        Ok(hub)
    }

    /// Ends every connection: the box seals or stops.
    pub fn close(&self, code: &'static str) {
        self.closed.store(true, Ordering::Release);
        for online in self.people.read().values() {
            online.connections.iter().for_each(|connection| connection.end(code));
            online.listeners.iter().filter_map(Weak::upgrade).for_each(|listener| listener.notify_one());
        }
        // Full: the thread sees `closed` at its next look.
        drop(self.tasks.try_send(Task::Stop));
    }

    /// Sockets at present.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Begins listening now; what happens before `heard` is awaited is not lost.
    pub fn listen(&self, person: PersonId) -> Listening {
        let listener = Arc::new(Notify::new());
        let mut people = self.people.write();
        let listeners = &mut people.entry(person).or_default().listeners;
        listeners.retain(|listener| listener.strong_count() > 0);
        if listeners.len() >= limits::LISTENERS_OF_ONE {
            // The oldest is told to look; it answers with what there is.
            if let Some(oldest) = listeners.remove(0).upgrade() {
                oldest.notify_one();
            }
        }
        listeners.push(Arc::downgrade(&listener));
        Listening(listener)
    }

    pub(super) fn join(&self, connection: &Arc<Connection>) -> Result<()> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::Sealed);
        }
        if self.connections.fetch_add(1, Ordering::Relaxed) >= limits::CONNECTIONS {
            self.connections.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::Busy { retry_seconds: limits::HEARTBEAT.as_secs() });
        }
        let mut people = self.people.write();
        let connections = &mut people.entry(connection.person).or_default().connections;
        if connections.len() >= limits::CONNECTIONS_OF_ONE {
            connections[0].end("replaced");
        }
        connections.push(connection.clone());
        Ok(())
    }

    pub(super) fn leave(&self, connection: &Arc<Connection>) {
        let mut people = self.people.write();
        let Some(online) = people.get_mut(&connection.person) else { return };
        let before = online.connections.len();
        online.connections.retain(|held| !Arc::ptr_eq(held, connection));
        self.connections.fetch_sub(before - online.connections.len(), Ordering::Relaxed);
        online.listeners.retain(|listener| listener.strong_count() > 0);
        if online.connections.is_empty() && online.listeners.is_empty() {
            people.remove(&connection.person);
        }
    }

    /// Tells everybody of `to` but `except`; not stored, dropped where there is no room.
    pub(super) fn hint(&self, to: &Recipients, except: PersonId, frame: &ByteString) {
        self.each(to, &mut |online, person| {
            if person != except {
                online.connections.iter().for_each(|connection| connection.hint(frame.clone()));
            }
        });
    }

    /// Spread over time by how many there are, so that a restart is not followed by a stampede.
    pub(super) fn retry(&self) -> Retry {
        let spread = self.connections() as u64 * 1_000 / limits::RETURNS_PER_SECOND;
        Retry { min_ms: limits::RETRY_MIN_MS, max_ms: (limits::RETRY_MIN_MS * 2 + spread).min(limits::RETRY_MAX_MS) }
    }

    fn deliver(&self, published: &Published) {
        let mut frame = None;
        self.each(&published.to, &mut |online, _| {
            if !online.connections.is_empty() {
                let frame: &ByteString = frame.get_or_insert_with(|| frames::event(&published.event));
                online.connections.iter().for_each(|connection| connection.event(published.g, frame.clone()));
            }
            online.listeners.iter().filter_map(Weak::upgrade).for_each(|listener| listener.notify_one());
        });
    }

    /// Goes over the smaller side: those who are online, or those who may see it.
    fn each(&self, to: &Recipients, f: &mut dyn FnMut(&Online, PersonId)) {
        let people = self.people.read();
        if people.len() < to.at_most() {
            people.iter().filter(|(person, _)| to.includes(**person)).for_each(|(person, online)| f(online, *person));
            return;
        }
        to.for_each(|person| {
            if let Some(online) = people.get(&person) {
                f(online, person);
            }
        });
    }

    /// Tells who can see the place that something changed there; once for each space and look, however much it was.
    fn tell_drive(&self, event: &DriveEvent) {
        let view = self.ledger.view();
        let frame = frames::drive(event);
        let place = event.parent.unwrap_or(event.node);
        for (person, online) in self.people.read().iter().filter(|(_, online)| !online.connections.is_empty()) {
            // An error is the box being sealed: nobody is told anything then.
            if self.drive.visible(&view, *person, place).unwrap_or(false) {
                online.connections.iter().for_each(|connection| connection.hint(frame.clone()));
            }
        }
    }

    fn everybody_lags(&self) {
        let g: CommitNo = self.im.head();
        for online in self.people.read().values() {
            online.connections.iter().for_each(|connection| connection.lags(g));
            online.listeners.iter().filter_map(Weak::upgrade).for_each(|listener| listener.notify_one());
        }
    }

    /// Ends connections whose session has ended: signed out, expired, person frozen.
    fn check(&self) {
        let people = self.people.read();
        let all = people.values().flat_map(|online| &online.connections);
        all.filter(|connection| !self.directory.session_alive(connection.session))
            .for_each(|connection| connection.end("not-signed-in"));
    }
}

fn fan_out(hub: &Weak<Hub>, waiting: &Receiver<Task>, missed: &AtomicBool) {
    let mut next_check = Instant::now() + limits::CHECK;
    let mut drives: HashMap<SpaceId, DriveEvent> = HashMap::new();
    loop {
        let task = waiting.recv_deadline(next_check);
        let Some(hub) = hub.upgrade() else { return };
        match task {
            Ok(Task::Event(published)) => hub.deliver(&published),
            Ok(Task::Drive(event)) => drop(drives.insert(event.space, event)),
            Ok(Task::Check) | Err(RecvTimeoutError::Timeout) => next_check = Instant::now(),
            Ok(Task::Stop) | Err(RecvTimeoutError::Disconnected) => return,
        }
        if missed.swap(false, Ordering::AcqRel) {
            hub.everybody_lags();
        }
        if hub.closed.load(Ordering::Acquire) {
            return;
        }
        if Instant::now() >= next_check {
            hub.check();
            drives.drain().for_each(|(_, event)| hub.tell_drive(&event));
            next_check = Instant::now() + limits::CHECK;
        }
    }
}
