//! A program that speaks REST to a box: bearer token, the box's own authority trusted, nothing else.

use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::Value;
use ureq::{
    Agent,
    http::{Method, Request},
    tls::{Certificate, RootCerts, TlsConfig},
};

use crate::Place;

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The body as JSON; `Null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The problem's code, or an empty word.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The JSON of an answer that must be a success; panics with the answer otherwise.
    #[expect(clippy::panic, reason = "a test that goes on after a refusal would blame the wrong line")]
    pub fn ok(&self) -> Value {
        if (200..300).contains(&self.status) {
            return self.json();
        }
        panic!("{}: {}", self.status, String::from_utf8_lossy(&self.bytes))
    }
}

/// One party.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    base: String,
    pub token: Option<String>,
}

/// A request that takes longer than this has hung.
const REQUEST_SECONDS: u64 = 60;
/// How long a box may be busy before a reader gives up.
const PATIENCE: Duration = Duration::from_secs(30);
/// Largest answer that a test reads.
const ANSWER_BYTES: u64 = 2 << 30;

impl Client {
    pub fn new(base: &str, authority: &Path) -> Self {
        Self::waiting(base, authority, Duration::from_secs(REQUEST_SECONDS))
    }

    /// The same party, whose requests may take so long.
    pub fn patient(&self, authority: &Path, patience: Duration) -> Self {
        Self { token: self.token.clone(), ..Self::waiting(&self.base, authority, patience) }
    }

    fn waiting(base: &str, authority: &Path, patience: Duration) -> Self {
        let pem = fs::read(authority).unwrap_or_default();
        let roots = Certificate::from_pem(&pem).map(|one| vec![one]).unwrap_or_default();
        let tls = TlsConfig::builder().root_certs(RootCerts::Specific(Arc::new(roots))).build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .timeout_global(Some(patience))
            .allow_non_standard_methods(true)
            .build();
        Self { agent: config.into(), base: base.to_owned(), token: None }
    }

    /// The same connection pool as somebody else.
    pub fn sign_in(&self, uid: &str, password: &str) -> Result<Self, String> {
        let body = serde_json::json!({"uid": uid, "password": password});
        let reply = self.post("/api/v1/sessions", &body).map_err(|e| e.to_string())?;
        let token = reply.json()["token"].as_str().map(str::to_owned);
        match token {
            Some(token) => Ok(Self { token: Some(token), ..self.clone() }),
            None => Err(format!("{}: {}", reply.status, String::from_utf8_lossy(&reply.bytes))),
        }
    }

    /// The same person with fresh connections: those to a box that died are of no use.
    pub fn again(&self, place: &Place) -> Self {
        Self { token: self.token.clone(), ..place.stranger() }
    }

    pub fn get(&self, path: &str) -> Result<Reply, ureq::Error> {
        self.send(Method::GET, path, &[], Vec::new())
    }

    /// Asks again while the box is busy: on a machine whose disk stands still for 2 s the audit log takes no entry.
    pub fn get_patiently(&self, path: &str) -> Result<Reply, ureq::Error> {
        let until = Instant::now() + PATIENCE;
        loop {
            let reply = self.get(path)?;
            let busy = reply.status == 503 && ["busy", "audit-unavailable"].contains(&reply.code().as_str());
            if !busy || Instant::now() > until {
                return Ok(reply);
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    pub fn delete(&self, path: &str) -> Result<Reply, ureq::Error> {
        self.send(Method::DELETE, path, &[], Vec::new())
    }

    pub fn post(&self, path: &str, body: &Value) -> Result<Reply, ureq::Error> {
        self.json(Method::POST, path, body)
    }

    pub fn patch(&self, path: &str, body: &Value) -> Result<Reply, ureq::Error> {
        self.json(Method::PATCH, path, body)
    }

    pub fn put(&self, path: &str, body: &Value) -> Result<Reply, ureq::Error> {
        self.json(Method::PUT, path, body)
    }

    fn json(&self, method: Method, path: &str, body: &Value) -> Result<Reply, ureq::Error> {
        self.send(method, path, &[("content-type", "application/json")], body.to_string().into_bytes())
    }

    /// Any request.
    pub fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Result<Reply, ureq::Error> {
        let mut request = Request::builder().method(method.clone()).uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let bodyless = body.is_empty() && matches!(method, Method::GET | Method::HEAD | Method::DELETE | Method::OPTIONS);
        let answer = if bodyless { self.agent.run(request.body(())?) } else { self.agent.run(request.body(body)?) };
        let mut answer = answer?;
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let status = answer.status().as_u16();
        let bytes = answer.body_mut().with_config().limit(ANSWER_BYTES).read_to_vec()?;
        Ok(Reply { status, headers, bytes })
    }
}

/// The value of an `Authorization: Basic` header.
pub fn basic(uid: &str, password: &str) -> String {
    use base64::{Engine, prelude::BASE64_STANDARD};
    format!("Basic {}", BASE64_STANDARD.encode(format!("{uid}:{password}")))
}

/// A fresh client id.
pub fn cid() -> String {
    uuid::Uuid::now_v7().to_string()
}
