//! Refusals of this door: the status that RFC 4918 names, and a precondition element where it has one.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use holdfast_base::Error;

use crate::http::Problem;

pub(super) const XML: &str = "application/xml; charset=utf-8";

pub(super) type Answer = Result<HttpResponse, Refusal>;

#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    /// A precondition or postcondition of RFC 4918 section 16.
    condition: Option<&'static str>,
    challenge: bool,
    retry_seconds: Option<u64>,
}

impl Refusal {
    pub(super) fn status(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, condition: None, challenge: false, retry_seconds: None }
    }

    pub(super) fn condition(status: u16, condition: &'static str) -> Self {
        Self { condition: Some(condition), ..Self::status(status) }
    }

    /// 401, with the way to sign in.
    pub(super) fn challenge() -> Self {
        Self { challenge: true, ..Self::status(401) }
    }

    pub(super) fn respond(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        if self.challenge {
            answer.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"Holdfast\", charset=\"UTF-8\""));
        }
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            answer.insert_header((header::ALLOW, super::METHODS));
        }
        if let Some(seconds) = self.retry_seconds {
            answer.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        match self.condition {
            Some(condition) => answer.content_type(XML).body(format!(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:error xmlns:D=\"DAV:\"><D:{condition}/></D:error>\n"
            )),
            None => answer.finish(),
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Problem::from(error).into()
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        match problem.code() {
            "locked" => Self::condition(423, "lock-token-submitted"),
            "quota-exceeded" => Self::condition(507, "quota-not-exceeded"),
            "wrong-credentials" | "not-signed-in" => Self::challenge(),
            "invalid" => Self::status(400),
            "conflict" => Self::from_conflict(problem.body().rule.as_deref()),
            _ => Self { retry_seconds: problem.body().retry_seconds, ..Self::status(problem.status().as_u16()) },
        }
    }
}

impl Refusal {
    fn from_conflict(what: Option<&str>) -> Self {
        match what {
            Some("name-taken") => Self::status(412),
            Some("own-subtree") => Self::status(403),
            Some("not-a-file" | "exists") => Self::status(405),
            Some("no-such-lock") => Self::condition(409, "lock-token-matches-request-uri"),
            _ => Self::status(409),
        }
    }
}
