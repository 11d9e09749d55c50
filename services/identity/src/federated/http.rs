//! Requests to providers, over the client of `platform/outbound`: bounded in time and size, no redirects, and nothing inside
//! the network of the server but what the operator named.

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use outbound::Outbound;
use serde::de::DeserializeOwned;
use url::form_urlencoded::{Serializer, byte_serialize};

use super::refused::Refused;

/// Asks providers.
#[derive(Clone)]
pub struct Http(Outbound);

/// Keys of large issuers carry chains of certificates.
const READ_AT_MOST: usize = 256 * 1024;

impl Http {
    pub fn new(outbound: Outbound) -> Self {
        Self(outbound.reading_at_most(READ_AT_MOST))
    }

    /// The JSON at an address, as far as it is read.
    ///
    /// # Errors
    /// [`Refused::Provider`] for all but a 200 with JSON of that form.
    pub async fn get<T: DeserializeOwned>(&self, url: &str, bearer: Option<&str>) -> Result<T, Refused> {
        let mut headers = accepting_json();
        if let Some(token) = bearer {
            headers.insert(header::AUTHORIZATION, secret(&format!("Bearer {token}"))?);
        }
        let (status, body) = self.send(Method::GET, url, headers, Bytes::new()).await?;
        if status != StatusCode::OK {
            return Err(Refused::Provider(format!("{url} answered {status}")));
        }
        parsed(url, &body)
    }

    /// Posts a form; gives the status and the JSON of the answer.
    ///
    /// # Errors
    /// [`Refused::Provider`] where there is no JSON.
    pub async fn post<T: DeserializeOwned>(
        &self,
        url: &str,
        form: &[(&str, &str)],
        basic: Option<(&str, &str)>,
    ) -> Result<(StatusCode, T), Refused> {
        let mut headers = accepting_json();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        if let Some((name, password)) = basic {
            // RFC 6749 §2.3.1: both are form-encoded first.
            let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
            let pair = STANDARD.encode(format!("{}:{}", encoded(name), encoded(password)));
            headers.insert(header::AUTHORIZATION, secret(&format!("Basic {pair}"))?);
        }
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        let (status, body) = self.send(Method::POST, url, headers, Bytes::from(body)).await?;
        Ok((status, parsed(url, &body)?))
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<(StatusCode, Bytes), Refused> {
        let failed = |error: &dyn std::fmt::Display| Refused::Provider(format!("{url}: {error}"));
        let target = self.0.target(url).map_err(|error| failed(&error))?;
        let answer = self.0.send(method, &target, headers, body).await.map_err(|error| failed(&error))?;
        Ok((answer.status, answer.body))
    }
}

fn accepting_json() -> HeaderMap {
    HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("application/json"))])
}

fn secret(text: &str) -> Result<HeaderValue, Refused> {
    let mut value =
        HeaderValue::from_str(text).map_err(|_| Refused::Provider("a token that no header can carry".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

fn parsed<T: DeserializeOwned>(url: &str, body: &[u8]) -> Result<T, Refused> {
    // Not the text itself: it may hold a token.
    serde_json::from_slice(body).map_err(|error| Refused::Provider(format!("{url}: {:?} JSON", error.classify())))
}
