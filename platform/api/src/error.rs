//! Every refusal becomes an answer here, and only here.

use std::borrow::Cow;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Coded, ErrorKind, FieldError};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{context, messages};

/// An error on its way to the client.
#[derive(Debug)]
pub struct ApiError(Box<Refusal>);

#[derive(Debug)]
struct Refusal {
    kind: ErrorKind,
    code: Cow<'static, str>,
    params: Vec<(&'static str, String)>,
    fields: Vec<FieldError>,
    current: Option<Value>,
    facts: Map<String, Value>,
    retry_after_seconds: Option<u64>,
    /// For the log of an internal error, never for the client.
    cause: Option<String>,
}

/// What every error answer looks like.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// For people, in the caller's language.
    pub error: String,
    /// For programs; stable.
    #[schema(example = "validation.failed")]
    pub code: String,
    pub request_id: String,
    /// The fields at fault, if the request's values were.
    pub details: Vec<ErrorDetail>,
    /// With `version.conflict`: the record as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub conflict: Option<Conflict>,
    /// With `rate.limited`: when to try again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub retry_after_seconds: Option<u64>,
    /// What some codes tell besides; the operations that answer with them say what.
    #[serde(flatten)]
    #[schema(ignore)]
    pub facts: Map<String, Value>,
}

/// One field at fault.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorDetail {
    #[schema(example = "emails[0]")]
    pub field: String,
    pub code: String,
    pub message: String,
}

/// The other side of a version conflict.
#[derive(Debug, Serialize, ToSchema)]
pub struct Conflict {
    #[schema(value_type = Object)]
    pub current: Value,
}

/// A request that could not be read, by code.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub &'static str);

impl Coded for Malformed {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Malformed
    }

    fn code(&self) -> &str {
        self.0
    }
}

impl<E: Coded> From<E> for ApiError {
    fn from(error: E) -> Self {
        let internal = matches!(error.kind(), ErrorKind::Internal | ErrorKind::Unavailable);
        let mut fields = error.fields().to_vec();
        if let Some(parameter) = list_parameter(error.code()) {
            let code = Cow::Owned(error.code().to_owned());
            fields.push(FieldError { field: parameter.to_owned(), code, params: error.params() });
        }
        Self(Box::new(Refusal {
            kind: error.kind(),
            code: Cow::Owned(error.code().to_owned()),
            params: error.params(),
            fields,
            current: error.current().cloned(),
            facts: error.facts(),
            retry_after_seconds: error.retry_after_seconds(),
            cause: internal.then(|| chain(&error)),
        }))
    }
}

/// The parameter of a list that an error of the list engine is about.
fn list_parameter(code: &str) -> Option<&'static str> {
    match code {
        "list.cursor" => Some("cursor"),
        "list.sort" => Some("sort"),
        code if code.starts_with("filter.") => Some("filter"),
        _ => None,
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}

impl ApiError {
    /// An error by kind and code.
    #[must_use]
    pub fn new(kind: ErrorKind, code: &'static str) -> Self {
        Self(Box::new(Refusal {
            kind,
            code: Cow::Borrowed(code),
            params: Vec::new(),
            fields: Vec::new(),
            current: None,
            facts: Map::new(),
            retry_after_seconds: None,
            cause: None,
        }))
    }

    /// The same with a value for a placeholder of its message.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.0.params.push((name, value.to_string()));
        self
    }

    /// A refusal of one field.
    #[must_use]
    pub fn field(field: FieldError) -> Self {
        let mut error = Self::new(ErrorKind::Invalid, "validation.failed");
        error.0.fields.push(field);
        error
    }

    /// Our fault: the cause goes to the log, the client gets the request id.
    #[must_use]
    pub fn internal(cause: &dyn std::error::Error) -> Self {
        let mut error = Self::new(ErrorKind::Internal, "internal");
        error.0.cause = Some(chain(cause));
        error
    }

    /// Too many requests; try again after so many seconds.
    #[must_use]
    pub fn rate_limited(seconds: u64) -> Self {
        let mut error = Self::new(ErrorKind::RateLimited, "rate.limited").with("seconds", seconds);
        error.0.retry_after_seconds = Some(seconds);
        error
    }

    pub(crate) fn recast(mut self, kind: ErrorKind, code: &'static str) -> Self {
        self.0.kind = kind;
        self.0.code = Cow::Borrowed(code);
        self
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.code
    }

    fn status(&self) -> StatusCode {
        match self.0.kind {
            ErrorKind::Malformed => StatusCode::BAD_REQUEST,
            ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
            ErrorKind::Forbidden => StatusCode::FORBIDDEN,
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            ErrorKind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            ErrorKind::Conflict => StatusCode::CONFLICT,
            ErrorKind::Gone => StatusCode::GONE,
            ErrorKind::Locked => StatusCode::LOCKED,
            ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            ErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn body(&self) -> ErrorBody {
        let locale = context::locale();
        let detail = |field: &FieldError| ErrorDetail {
            field: field.field.clone(),
            code: field.code.to_string(),
            message: messages::text(locale, &field.code, &field.params),
        };
        ErrorBody {
            error: messages::text(locale, &self.0.code, &self.0.params),
            code: self.0.code.to_string(),
            request_id: context::request_id().to_string(),
            details: self.0.fields.iter().map(detail).collect(),
            conflict: self.0.current.clone().map(|current| Conflict { current }),
            retry_after_seconds: self.0.retry_after_seconds,
            facts: self.0.facts.clone(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let Some(cause) = &self.0.cause {
            tracing::error!(code = %self.0.code, cause, request_id = %context::request_id(), "request failed");
        }
        let mut response = (self.status(), axum::Json(self.body())).into_response();
        if let Some(seconds) = self.0.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.0.kind == ErrorKind::Unavailable {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(5));
        }
        response
    }
}
