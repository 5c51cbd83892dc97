//! What waits for one socket. Bounded: a client that does not read loses its events, is told `lag` once it reads again,
//! and catches up from its cursor; it can neither hold memory nor lose data.

use std::collections::VecDeque;

use bytestring::ByteString;
use holdfast_base::{CommitNo, PersonId, SessionId};
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{frames::Says, limits};

pub(super) struct Connection {
    pub(super) person: PersonId,
    pub(super) session: SessionId,
    queue: Mutex<Queue>,
    /// There is something to write.
    pub(super) wake: Notify,
    /// The end has come; a write that hangs is given up.
    pub(super) ended: Notify,
}

#[derive(Default)]
struct Queue {
    /// Answers to this client. Bounded by what it may ask before it reads.
    replies: VecDeque<ByteString>,
    events: VecDeque<ByteString>,
    event_bytes: usize,
    /// Events were dropped up to this commit.
    lag: Option<CommitNo>,
    bye: Option<&'static str>,
    unacked: usize,
}

/// What is to be written next.
pub(super) enum Next {
    Frame(ByteString),
    Bye(&'static str),
}

impl Connection {
    pub(super) fn new(person: PersonId, session: SessionId) -> Self {
        Self { person, session, queue: Mutex::default(), wake: Notify::new(), ended: Notify::new() }
    }

    pub(super) fn reply(&self, frame: ByteString) {
        self.queue.lock().replies.push_back(frame);
        self.wake.notify_one();
    }

    pub(super) fn event(&self, g: CommitNo, frame: ByteString) {
        self.queue.lock().event(g, frame);
        self.wake.notify_one();
    }

    /// Of no importance: dropped when there is no room.
    pub(super) fn hint(&self, frame: ByteString) {
        let mut queue = self.queue.lock();
        if queue.lag.is_some() || !queue.has_room(frame.len()) {
            return;
        }
        queue.event_bytes += frame.len();
        queue.events.push_back(frame);
        drop(queue);
        self.wake.notify_one();
    }

    /// Events up to `g` did not reach the queue.
    pub(super) fn lags(&self, g: CommitNo) {
        self.queue.lock().drop_events(g);
        self.wake.notify_one();
    }

    /// Ends the connection; the first reason stands.
    pub(super) fn end(&self, code: &'static str) {
        self.queue.lock().bye.get_or_insert(code);
        self.wake.notify_one();
        self.ended.notify_one();
    }

    /// False: the window of unacknowledged sends is full.
    pub(super) fn begin_send(&self) -> bool {
        let mut queue = self.queue.lock();
        let open = queue.unacked < limits::UNACKED;
        queue.unacked += usize::from(open);
        open
    }

    pub(super) fn finish_send(&self, answer: ByteString) {
        let mut queue = self.queue.lock();
        queue.unacked = queue.unacked.saturating_sub(1);
        queue.replies.push_back(answer);
        drop(queue);
        self.wake.notify_one();
    }

    pub(super) fn next(&self) -> Option<Next> {
        let mut queue = self.queue.lock();
        if let Some(code) = queue.bye {
            return Some(Next::Bye(code));
        }
        if let Some(frame) = queue.replies.pop_front() {
            return Some(Next::Frame(frame));
        }
        if let Some(g) = queue.lag.take() {
            return Some(Next::Frame(Says::Lag { g }.frame()));
        }
        let frame = queue.events.pop_front()?;
        queue.event_bytes -= frame.len();
        Some(Next::Frame(frame))
    }
}

impl Queue {
    fn has_room(&self, bytes: usize) -> bool {
        self.events.len() < limits::QUEUE_FRAMES && self.event_bytes + bytes <= limits::QUEUE_BYTES
    }

    fn event(&mut self, g: CommitNo, frame: ByteString) {
        if self.lag.is_some() || !self.has_room(frame.len()) {
            self.drop_events(g);
            return;
        }
        self.event_bytes += frame.len();
        self.events.push_back(frame);
    }

    fn drop_events(&mut self, g: CommitNo) {
        self.events.clear();
        self.event_bytes = 0;
        self.lag = self.lag.max(Some(g));
    }
}

#[cfg(test)]
mod tests {
    use holdfast_base::SessionId;

    use super::*;

    fn connection() -> Connection {
        Connection::new(PersonId(1), SessionId(uuid::Uuid::nil()))
    }

    fn drain(connection: &Connection) -> Vec<String> {
        let text = |next| match next {
            Next::Frame(frame) => frame.to_string(),
            Next::Bye(code) => format!("bye {code}"),
        };
        std::iter::from_fn(|| connection.next().map(text)).take(2_000).collect()
    }

    #[test]
    fn a_slow_client_loses_events_learns_of_it_once_and_keeps_its_answers() {
        let slow = connection();
        slow.reply("ack".into());
        for g in 1..=1_000 {
            slow.event(CommitNo(g), "event".into());
        }
        assert_eq!(drain(&slow), ["ack", r#"{"t":"lag","g":"1000"}"#]);
        slow.event(CommitNo(1_001), "event".into());
        assert_eq!(drain(&slow), ["event"], "once told, it is served again");
    }

    #[test]
    fn bytes_count_as_well_as_frames() {
        let slow = connection();
        let large = ByteString::from("x".repeat(limits::QUEUE_BYTES / 2 + 1));
        slow.event(CommitNo(1), large.clone());
        slow.event(CommitNo(2), large);
        assert_eq!(drain(&slow), [r#"{"t":"lag","g":"2"}"#]);
    }

    #[test]
    fn the_window_of_sends_is_bounded() {
        let eager = connection();
        assert!((0..limits::UNACKED).all(|_| eager.begin_send()) && !eager.begin_send());
        eager.finish_send("ack".into());
        assert!(eager.begin_send());
    }

    #[test]
    fn the_end_comes_before_everything_else() {
        let gone = connection();
        gone.event(CommitNo(1), "event".into());
        gone.end("not-signed-in");
        gone.end("sealed");
        assert!(matches!(gone.next(), Some(Next::Bye("not-signed-in"))));
    }
}
