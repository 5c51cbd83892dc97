//! The one place that turns a refusal or a failure into RFC 9457 problem+json, and logs a failure once.

use std::{error::Error as StdError, fmt};

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    error::{JsonPayloadError, PathError, QueryPayloadError},
    http::{StatusCode, header},
};
use holdfast_base::Error;
use serde::Serialize;
use utoipa::ToSchema;

/// The body of every error answer. `code` is a closed set; clients translate it and never show `title`. The id of the
/// request is in `X-Request-Id`.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// `/problems/<code>`
    #[serde(rename = "type")]
    pub kind: String,
    /// English, for logs.
    pub title: String,
    pub status: u16,
    pub code: &'static str,
    /// Which field of the input breaks a rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Which rule: stable, kebab-case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_seconds: Option<u64>,
}

/// What a handler refuses with.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Box<Detail>,
}

/// Boxed, so that the `Result` of every handler stays small.
#[derive(Debug, Default)]
struct Detail {
    title: String,
    field: Option<String>,
    rule: Option<String>,
    limit: Option<u64>,
    retry_seconds: Option<u64>,
}

/// All codes, with their status: the whole-surface test compares them with the client's translations.
pub const CODES: &[(&str, u16)] = &[
    ("bad-request", 400),
    ("not-signed-in", 401),
    ("wrong-credentials", 401),
    ("second-factor-required", 401),
    ("wrong-second-factor", 401),
    ("passkey-required", 401),
    ("forbidden", 403),
    ("step-up-required", 403),
    ("enrolment-required", 403),
    ("password-change-required", 403),
    ("not-found", 404),
    ("method-not-allowed", 405),
    ("conflict", 409),
    ("gone", 410),
    ("precondition-failed", 412),
    ("too-large", 413),
    ("unsupported-media-type", 415),
    ("invalid", 422),
    ("locked", 423),
    ("too-many-attempts", 429),
    ("rate-limited", 429),
    ("internal", 500),
    ("sealed", 503),
    ("busy", 503),
    ("not-ready", 503),
    ("audit-unavailable", 503),
    ("quota-exceeded", 507),
];

impl Problem {
    /// `code` is one of [`CODES`].
    pub fn new(code: &'static str, title: impl Into<String>) -> Self {
        let number = CODES.iter().find(|(known, _)| *known == code).map_or(500, |(_, status)| *status);
        let status = StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, code, detail: Box::new(Detail { title: title.into(), ..Detail::default() }) }
    }

    pub fn bad_request(title: impl Into<String>) -> Self {
        Self::new("bad-request", title)
    }

    pub fn invalid(field: impl Into<String>, rule: impl Into<String>) -> Self {
        let (field, rule) = (field.into(), rule.into());
        let mut problem = Self::new("invalid", format!("{field}: {rule}"));
        (problem.detail.field, problem.detail.rule) = (Some(field), Some(rule));
        problem
    }

    pub fn rate_limited(retry_seconds: u64) -> Self {
        let mut problem = Self::new("rate-limited", "too many requests");
        problem.detail.retry_seconds = Some(retry_seconds);
        problem
    }

    pub fn code(&self) -> &'static str {
        self.code
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The body, for doors that are not plain HTTP answers (`nack` and `bye` frames).
    pub fn body(&self) -> ProblemBody {
        ProblemBody {
            kind: format!("/problems/{}", self.code),
            title: self.detail.title.clone(),
            status: self.status.as_u16(),
            code: self.code,
            field: self.detail.field.clone(),
            rule: self.detail.rule.clone(),
            limit: self.detail.limit,
            retry_seconds: self.detail.retry_seconds,
        }
    }

    pub fn respond(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        answer.content_type("application/problem+json");
        if let Some(seconds) = self.detail.retry_seconds {
            answer.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        answer.json(self.body())
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let mut problem = Self::new(error.code(), error.to_string());
        match error {
            Error::Invalid { field, rule } => {
                problem.detail.field = Some(field.to_owned());
                problem.detail.rule = Some(rule.code.to_owned());
                problem.detail.limit = rule.limit;
            }
            Error::Conflict { what } => problem.detail.rule = Some(what.to_owned()),
            Error::TooLarge { limit } => problem.detail.limit = Some(limit),
            Error::TooManyAttempts { retry_seconds } | Error::Busy { retry_seconds } => {
                problem.detail.retry_seconds = Some(retry_seconds);
            }
            Error::Sealed => problem.detail.retry_seconds = Some(SEALED_RETRY_SECONDS),
            Error::Internal { .. } => log_failure(&error),
            _ => {}
        }
        problem
    }
}

/// A sealed box may be opened at any moment; a client that asks this often costs nothing.
const SEALED_RETRY_SECONDS: u64 = 5;

fn log_failure(error: &Error) {
    let mut chain = String::new();
    let mut cause = error.source();
    while let Some(next) = cause {
        chain.push_str(": ");
        chain.push_str(&next.to_string());
        cause = next.source();
    }
    tracing::error!(act = %error, cause = chain.trim_start_matches(": "), "request failed");
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail.title)
    }
}

impl StdError for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        self.respond()
    }
}

/// Bodies that are not the JSON that the operation takes.
pub fn json_refusal(error: JsonPayloadError, _: &HttpRequest) -> actix_web::Error {
    let problem = match &error {
        JsonPayloadError::OverflowKnownLength { limit, .. } | JsonPayloadError::Overflow { limit } => {
            let mut problem = Problem::new("too-large", "the body is larger than this operation takes");
            problem.detail.limit = u64::try_from(*limit).ok();
            problem
        }
        JsonPayloadError::ContentType => Problem::new("unsupported-media-type", "the body must be application/json"),
        JsonPayloadError::Deserialize(e) if e.is_data() => Problem::bad_request(format!("the body does not fit: {e}")),
        other => Problem::bad_request(format!("the body is not JSON: {other}")),
    };
    problem.into()
}

/// Path segments that are not ids.
pub fn path_refusal(_: PathError, _: &HttpRequest) -> actix_web::Error {
    // A path that cannot name a thing names no thing.
    Problem::from(Error::NotFound).into()
}

/// Queries with unknown or malformed parameters.
pub fn query_refusal(error: QueryPayloadError, _: &HttpRequest) -> actix_web::Error {
    Problem::bad_request(format!("the query does not fit: {error}")).into()
}

/// The refusals that any operation may answer, for the OpenAPI document: `responses((status = 200, ...), Refusals)`.
pub struct Refusals;

impl utoipa::IntoResponses for Refusals {
    fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
        let problem =
            utoipa::openapi::ContentBuilder::new().schema(Some(utoipa::openapi::Ref::from_schema_name("Problem"))).build();
        let mut by_status = std::collections::BTreeMap::<u16, Vec<&str>>::new();
        for (code, status) in CODES.iter().filter(|(_, status)| *status != 500) {
            by_status.entry(*status).or_default().push(code);
        }
        by_status
            .into_iter()
            .map(|(status, codes)| {
                let response = utoipa::openapi::ResponseBuilder::new()
                    .description(codes.join(", "))
                    .content("application/problem+json", problem.clone())
                    .build();
                (status.to_string(), response.into())
            })
            .collect()
    }
}
