//! HTTP, the same for every service: who calls, how input is read, how refusals look, lists, versions, idempotency,
//! rate limits, headers and the OpenAPI document.

pub mod auth;
pub mod context;
pub mod envelope;
mod error;
mod extract;
pub mod idempotency;
mod list;
pub mod messages;
pub mod openapi;
pub mod rate_limit;
mod refusals;
pub mod requests;
pub mod security;
mod version;
mod words;

pub use auth::{Authenticator, Caller, Confirmed, Principal, SessionKind};
pub use error::{ApiError, ErrorBody, ErrorDetail, Malformed};
pub use extract::{Json, Path, Query};
pub use list::{ListParams, PageInfo};
pub use refusals::Refusals;
pub use version::IfMatch;
