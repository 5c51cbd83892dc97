//! The realtime door from outside.

use std::{
    error::Error,
    time::{Duration, Instant},
};

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
        Self::try_open(place, who, cursor).expect("open the realtime door")
    }

    /// The same where the box may be gone at any moment.
    #[expect(clippy::expect_used, reason = "an address and a token always fit into a request")]
    pub fn try_open(place: &Place, who: &Client, cursor: Option<&str>) -> Result<Self, Box<dyn Error>> {
        let authority = place.url.trim_start_matches("https://");
        let stream = raw::try_connect(place, WAIT)?;
        let mut request = format!("wss://{authority}/api/v1/ws").into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", "holdfast1.json".parse().expect("a header"));
        let token = who.token.clone().unwrap_or_default();
        headers.insert("authorization", format!("Bearer {token}").parse().expect("a header"));
        let (inner, _) = tungstenite::client(request, stream).map_err(|error| error.to_string())?;
        let mut socket = Self { inner };
        socket.try_send(&json!({"t": "hello", "dev": crate::client::cid(), "cursor": cursor}));
        let welcome = socket.receive().filter(|frame| frame["t"] == "welcome").ok_or("no welcome")?;
        let from = cursor.map_or_else(|| welcome["head"].clone(), |cursor| json!(cursor));
        socket.try_send(&json!({"t": "sync", "from": from, "limit": 200}));
        Ok(socket)
    }

    pub fn send(&mut self, frame: &Value) {
        assert!(self.try_send(frame), "the connection is gone");
    }

    /// False: the connection is gone.
    pub fn try_send(&mut self, frame: &Value) -> bool {
        self.inner.send(Message::text(frame.to_string())).is_ok()
    }

    /// How long a frame may take from now on.
    pub fn patience(&mut self, wait: Duration) {
        let _ = self.inner.get_ref().sock.set_read_timeout(Some(wait));
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
