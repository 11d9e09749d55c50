//! The shape of every refusal: a kind (which becomes an HTTP status), a stable code (which becomes a message in the
//! caller's language) and, for bad input, the fields it is about.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::values::Problem;

/// What sort of refusal it is; `platform/api` maps each to one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request could not be read at all (400).
    Malformed,
    /// Nobody is signed in (401).
    Unauthenticated,
    /// The actor lacks a permission (403).
    Forbidden,
    /// Unknown id, or an id of another organization (404).
    NotFound,
    /// The address exists but does not take the method (405).
    MethodNotAllowed,
    /// The state does not allow it, or the version is stale (409).
    Conflict,
    /// It was there once and will not come back (410).
    Gone,
    /// It is closed for a while, to everybody (423).
    Locked,
    /// More bytes than accepted (413).
    TooLarge,
    /// A value breaks a rule (422).
    Invalid,
    /// Too many requests (429).
    RateLimited,
    /// Something outside is switched off or away (503).
    Unavailable,
    /// Our fault (500); only the request id is shown.
    Internal,
}

/// An error with a stable, translatable code.
pub trait Coded: std::error::Error + Send + Sync + 'static {
    fn kind(&self) -> ErrorKind;

    /// Stable dotted code, e.g. `import.not_text`.
    fn code(&self) -> &str;

    /// Values for the placeholders of the message.
    fn params(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// The fields at fault.
    fn fields(&self) -> &[FieldError] {
        &[]
    }

    /// When trying again makes sense, seconds.
    fn retry_after_seconds(&self) -> Option<u64> {
        None
    }

    /// For a stale version: the record as it is now.
    fn current(&self) -> Option<&Value> {
        None
    }

    /// More for programs, by name: told in the answer beside the code.
    fn facts(&self) -> Map<String, Value> {
        Map::new()
    }
}

/// One field that was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldError {
    /// Path in the request, e.g. `emails[1]`.
    pub field: String,
    pub code: Cow<'static, str>,
    pub params: Vec<(&'static str, String)>,
}

impl FieldError {
    /// A refusal of `field` with a code that needs no parameters.
    #[must_use]
    pub fn new(field: impl Into<String>, code: &'static str) -> Self {
        Self { field: field.into(), code: Cow::Borrowed(code), params: Vec::new() }
    }
}

/// Collects the refusals of one input, so that a caller learns all of them at once.
#[derive(Debug, Default, PartialEq, thiserror::Error)]
#[error("invalid fields: {}", self.0.iter().map(|f| f.field.as_str()).collect::<Vec<_>>().join(", "))]
pub struct Fields(pub Vec<FieldError>);

impl Fields {
    /// Keeps a parsed value, or notes its problem under `field`.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, Problem>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(problem) => {
                self.refuse_with(field, problem);
                None
            }
        }
    }

    /// Notes a problem of a value under `field`.
    pub fn refuse_with(&mut self, field: &str, problem: Problem) {
        self.0.push(FieldError {
            field: field.to_owned(),
            code: Cow::Borrowed(problem.code()),
            params: problem.params().into_iter().map(|(name, value)| (name, value.to_string())).collect(),
        });
    }

    /// Notes a refusal by code.
    pub fn refuse(&mut self, field: &str, code: &'static str) {
        self.0.push(FieldError::new(field, code));
    }

    /// The refusals as an error, or `value` when there are none.
    ///
    /// # Errors
    /// `self` when anything was refused.
    pub fn finish<T>(self, value: impl FnOnce() -> T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value()) } else { Err(self) }
    }
}

impl Coded for Fields {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }

    fn code(&self) -> &'static str {
        "validation.failed"
    }

    fn fields(&self) -> &[FieldError] {
        &self.0
    }
}

/// The actor lacks a permission.
#[derive(Debug, thiserror::Error)]
#[error("permission {permission} is missing")]
pub struct Forbidden {
    pub permission: &'static str,
}
