//! HTTP for the APIs of providers, by the guarded client that everything else goes out by.

use bytes::Bytes;
use http::HeaderMap;
use mail_transport::{HttpAnswer, HttpClient, HttpProblem};
use outbound::{Outbound, SendError};

/// The client.
pub struct ByOutbound(pub Outbound);

#[async_trait::async_trait]
impl HttpClient for ByOutbound {
    async fn post(&self, url: &str, headers: HeaderMap, body: Bytes) -> Result<HttpAnswer, HttpProblem> {
        let target = self.0.target(url).map_err(|refused| HttpProblem::Refused(refused.to_string()))?;
        match self.0.post(&target, headers, body).await {
            Ok(answer) => Ok(HttpAnswer { status: answer.status, headers: answer.headers, body: answer.body }),
            Err(SendError::Refused(refused)) => Err(HttpProblem::Refused(refused.to_string())),
            Err(error) => Err(HttpProblem::Unreachable(error.to_string())),
        }
    }
}
