//! What the connector needs of HTTP; whoever uses it brings the client.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// An answer of any status.
#[derive(Debug)]
pub struct HttpAnswer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// As much of it as an error or an id takes.
    pub body: Bytes,
}

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpProblem {
    /// The operator set an address that nothing is sent to.
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Unreachable(String),
}

/// Posts to the address of an API.
#[async_trait::async_trait]
pub trait HttpClient: Send + Sync {
    /// # Errors
    /// [`HttpProblem`] when there is no answer.
    async fn post(&self, url: &str, headers: HeaderMap, body: Bytes) -> Result<HttpAnswer, HttpProblem>;
}
