//! The realtime door from outside.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket, client::IntoClientRequest};

use crate::{
    Client, Place,
    raw::{self, Wire},
};

/// One connection. Dropping it cuts it without a goodbye.
pub struct Socket {
    inner: WebSocket<Wire>,
}

/// How long a frame may take.
const WAIT: Duration = Duration::from_secs(10);

impl Socket {
    /// Says hello and waits for the welcome; starts at the head.
    pub fn open(place: &Place, who: &Client) -> Self {
        Self::open_from(place, who, None)
    }

    /// As [`Socket::open`], and asks for everything after `cursor`.
    #[expect(clippy::expect_used, reason = "a test cannot go on without its connection")]
    pub fn open_from(place: &Place, who: &Client, cursor: Option<&str>) -> Self {
        let stream = raw::connect(place, WAIT);
        let authority = place.url.trim_start_matches("https://");
        let mut request = format!("wss://{authority}/api/v1/ws").into_client_request().expect("a request");
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", "holdfast1.json".parse().expect("a header"));
        let token = who.token.clone().unwrap_or_default();
        headers.insert("authorization", format!("Bearer {token}").parse().expect("a header"));
        let (inner, _) = tungstenite::client(request, stream).expect("upgrade");
        let mut socket = Self { inner };
        socket.send(&json!({"t": "hello", "dev": crate::client::cid(), "cursor": cursor}));
        let welcome = socket.wait(|frame| frame["t"] == "welcome");
        let from = cursor.map_or_else(|| welcome["head"].clone(), |cursor| json!(cursor));
        socket.send(&json!({"t": "sync", "from": from, "limit": 200}));
        socket
    }

    #[expect(clippy::expect_used, reason = "a test cannot go on without its connection")]
    pub fn send(&mut self, frame: &Value) {
        self.inner.send(Message::text(frame.to_string())).expect("send a frame");
    }

    /// The next frame that `wanted` holds for; others are passed over.
    #[expect(clippy::panic, reason = "a frame that does not come is the failure")]
    pub fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + WAIT;
        while Instant::now() < until {
            match self.receive() {
                Some(frame) if wanted(&frame) => return frame,
                Some(_) => {}
                None => break,
            }
        }
        panic!("the frame did not come")
    }

    /// At most `most` frames within `span`.
    pub fn take(&mut self, most: usize, span: Duration) -> Vec<Value> {
        let until = Instant::now() + span;
        let _ = self.inner.get_ref().sock.set_read_timeout(Some(span));
        let mut frames = Vec::new();
        while frames.len() < most && Instant::now() < until {
            match self.receive() {
                Some(frame) => frames.push(frame),
                None => break,
            }
        }
        frames
    }

    /// `None` when the box closed the connection or nothing came in time.
    pub fn receive(&mut self) -> Option<Value> {
        loop {
            match self.inner.read() {
                Ok(Message::Text(text)) => return serde_json::from_str(&text).ok(),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }
}
