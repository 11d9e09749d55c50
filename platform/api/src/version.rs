//! Optimistic concurrency: the version a caller's change is based on, from `If-Match` (RFC 9110 §13.1.1).

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use kernel::ErrorKind;

use crate::ApiError;

/// The version in `If-Match: "7"`; `None` when the header is absent or `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<i64>);

impl IfMatch {
    /// The version to check: the body's, else the header's.
    #[must_use]
    pub fn or_body(self, body: Option<i64>) -> Option<i64> {
        body.or(self.0)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let version = text.trim_start_matches("W/").trim_matches('"').parse().ok();
        version.map(|v| Self(Some(v))).ok_or_else(|| ApiError::new(ErrorKind::Malformed, "version.invalid"))
    }
}
