//! A client of OpenID Connect: discovery, the code flow with PKCE, the ID token and the page about the person.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::JwkSet;
use kernel::{Clock, values::Email};
use serde::Deserialize;
use url::Url;

use super::{
    http::Http,
    id_token::{self, Claims, Expected, Flaw, Person},
    logout_token::{self, Logout},
    providers::{Arrived, Journey, Kept, ProviderKind, Registered},
    refused::Refused,
};

/// How long what an issuer tells of itself is believed.
const KEPT_FOR: Duration = Duration::from_hours(1);
/// A token may be signed by a key that is newer than that; whoever makes up names of keys makes us ask no more often.
const KEYS_AT_MOST_EVERY: Duration = Duration::from_secs(30);
const SCOPE: &str = "openid email profile";

/// A client of one issuer.
pub struct Oidc {
    kind: ProviderKind,
    issuer: String,
    client: Registered,
    http: Http,
    clock: Clock,
    metadata: Kept<Metadata>,
    keys: Kept<JwkSet>,
    /// When keys were last asked for because of one that nobody knew.
    asked_anew: Mutex<Option<DateTime<Utc>>>,
}

/// What we need of the discovery document (OpenID Connect Discovery 1.0, §3).
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Of the token endpoint: tokens, or why there are none.
#[derive(Deserialize)]
struct Tokens {
    id_token: Option<String>,
    access_token: Option<String>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct UserInfo {
    sub: String,
    #[serde(flatten)]
    person: Person,
}

fn wrong(what: impl Into<String>) -> Refused {
    Refused::Provider(what.into())
}

impl Metadata {
    /// The document is of this issuer, and leads nowhere without encryption that the issuer has.
    fn judged(self, issuer: &str) -> Result<Self, Refused> {
        if self.issuer != issuer {
            return Err(wrong(format!("the document of {issuer} is of {}", self.issuer)));
        }
        let mut all = vec![&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri];
        all.extend(&self.userinfo_endpoint);
        let encrypted = issuer.starts_with("https://");
        let usable = |text: &str| {
            Url::parse(text).is_ok_and(|url| url.scheme() == "https" || (!encrypted && url.scheme() == "http"))
        };
        match all.into_iter().find(|text| !usable(text)) {
            Some(text) => Err(wrong(format!("{text} is no address to send to"))),
            None => Ok(self),
        }
    }

    fn takes(&self, method: &str) -> bool {
        self.token_endpoint_auth_methods_supported.iter().any(|known| known == method)
    }
}

impl Oidc {
    pub fn new(kind: ProviderKind, issuer: String, client: Registered, http: Http, clock: Clock) -> Self {
        let (metadata, keys) = (Kept::default(), Kept::default());
        Self { kind, issuer, client, http, clock, metadata, keys, asked_anew: Mutex::default() }
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, Refused> {
        let fetch = async {
            let url = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
            self.http.get::<Metadata>(&url, None).await?.judged(&self.issuer)
        };
        self.metadata.get(&self.clock, KEPT_FOR, fetch).await
    }

    async fn keys(&self, metadata: &Metadata, life: Duration) -> Result<Arc<JwkSet>, Refused> {
        self.keys.get(&self.clock, life, self.http.get(&metadata.jwks_uri, None)).await
    }

    /// Where a browser is sent.
    pub async fn address(&self, journey: &Journey<'_>) -> Result<String, Refused> {
        let metadata = self.metadata().await?;
        let mut url = Url::parse(&metadata.authorization_endpoint).map_err(|error| wrong(error.to_string()))?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client.client_id)
            .append_pair("redirect_uri", &journey.redirect)
            .append_pair("scope", SCOPE)
            .append_pair("state", &journey.state)
            .append_pair("nonce", &journey.ticket.nonce())
            .append_pair("code_challenge", &journey.ticket.challenge())
            .append_pair("code_challenge_method", "S256");
        if journey.anew {
            url.query_pairs_mut().append_pair("prompt", "login").append_pair("max_age", "0");
        }
        Ok(url.into())
    }

    /// Trades the code in, and tells who it is.
    pub async fn arrived(&self, journey: &Journey<'_>, code: &str, issuer: Option<&str>) -> Result<Arrived, Refused> {
        let metadata = self.metadata().await?;
        // RFC 9207: the answer of another issuer, or one that hides whose it is.
        let is_ours = issuer.map_or(!metadata.authorization_response_iss_parameter_supported, |iss| iss == self.issuer);
        if !is_ours {
            return Err(wrong("the answer is of another issuer"));
        }
        let tokens = self.trade(&metadata, journey, code).await?;
        let id_token = tokens.id_token.ok_or_else(|| wrong("no ID token"))?;
        let claims = self.judge(&metadata, journey, &id_token).await?;
        let person = self.person(&metadata, &claims, tokens.access_token.as_deref()).await?;
        // An address that we cannot write to is none.
        let email = person.verified_email().and_then(|email| Email::parse(email).ok());
        Ok(Arrived {
            provider: self.kind,
            issuer: self.issuer.clone(),
            subject: claims.sub,
            email: email.map(|email| email.as_str().to_owned()),
            label: person.email.or(person.preferred_username).or_else(|| person.name.clone()),
            name: person.name,
            authenticated_at: claims.auth_time.and_then(|at| DateTime::from_timestamp(at, 0)),
            session: claims.sid,
        })
    }

    async fn trade(&self, metadata: &Metadata, journey: &Journey<'_>, code: &str) -> Result<Tokens, Refused> {
        let (verifier, id) = (journey.ticket.verifier(), self.client.client_id.as_str());
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", journey.redirect.as_str()),
            ("code_verifier", verifier.as_str()),
        ];
        // Without a list it is the header (OpenID Connect Discovery 1.0, §3).
        let posted = metadata.takes("client_secret_post") && !metadata.takes("client_secret_basic");
        let basic = match self.client.client_secret.as_deref() {
            Some(secret) if posted => {
                form.extend([("client_id", id), ("client_secret", secret)]);
                None
            }
            Some(secret) => Some((id, secret)),
            None => {
                form.push(("client_id", id));
                None
            }
        };
        let (status, tokens) = self.http.post::<Tokens>(&metadata.token_endpoint, &form, basic).await?;
        match tokens.error.as_deref() {
            None if status == StatusCode::OK => Ok(tokens),
            // Used before, too old, or of another round trip.
            Some("invalid_grant") => Err(Refused::State),
            error => Err(wrong(format!("no tokens: {status} {}", error.unwrap_or_default()))),
        }
    }

    async fn judge(&self, metadata: &Metadata, journey: &Journey<'_>, token: &str) -> Result<Claims, Refused> {
        let nonce = journey.ticket.nonce();
        let expected =
            Expected { issuer: &self.issuer, client_id: &self.client.client_id, nonce: &nonce, now: self.clock.now() };
        let keys = self.keys(metadata, KEPT_FOR).await?;
        let judged = match id_token::verify(token, &keys, &expected) {
            Err(Flaw::UnknownKey) if self.may_ask_anew() => {
                let keys = self.keys(metadata, KEYS_AT_MOST_EVERY).await?;
                id_token::verify(token, &keys, &expected)
            }
            judged => judged,
        };
        judged.map_err(|flaw| wrong(format!("the ID token does not hold: {flaw}")))
    }

    /// Whether keys may be asked for anew now: once in a while, whatever came of it. Anybody may name a key that nobody knows.
    fn may_ask_anew(&self) -> bool {
        let now = self.clock.now();
        let pause = TimeDelta::from_std(KEYS_AT_MOST_EVERY).unwrap_or_default();
        let mut last = self.asked_anew.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|at| now - at < pause) {
            return false;
        }
        *last = Some(now);
        true
    }

    /// What the issuer asks for when it ends a session.
    ///
    /// # Errors
    /// [`Refused::Logout`] for what is no logout token of it for us; [`Refused::Provider`] where its keys cannot be had.
    pub async fn logout(&self, token: &str) -> Result<Logout, Refused> {
        let (metadata, now) = (self.metadata().await?, self.clock.now());
        let party = (self.issuer.as_str(), self.client.client_id.as_str());
        let keys = self.keys(&metadata, KEPT_FOR).await?;
        let judged = match logout_token::verify(token, &keys, party, now) {
            Err(Flaw::UnknownKey) if self.may_ask_anew() => {
                let keys = self.keys(&metadata, KEYS_AT_MOST_EVERY).await?;
                logout_token::verify(token, &keys, party, now)
            }
            judged => judged,
        };
        judged.map_err(|flaw| Refused::Logout(flaw.to_string()))
    }

    /// What the token tells of the person; where it tells no address, what their page does.
    async fn person(&self, metadata: &Metadata, claims: &Claims, access: Option<&str>) -> Result<Person, Refused> {
        let (Some(url), Some(access), None) = (&metadata.userinfo_endpoint, access, &claims.person.email) else {
            return Ok(claims.person.clone());
        };
        let info: UserInfo = self.http.get(url, Some(access)).await?;
        // OpenID Connect Core 1.0, §5.3.2: else the page may be somebody else's.
        if info.sub == claims.sub { Ok(info.person) } else { Err(wrong("the page is of another person")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(issuer: &str, host: &str) -> Metadata {
        let at = |path: &str| format!("{host}{path}");
        Metadata {
            issuer: issuer.to_owned(),
            authorization_endpoint: at("/auth"),
            token_endpoint: at("/token"),
            jwks_uri: at("/jwks"),
            userinfo_endpoint: None,
            token_endpoint_auth_methods_supported: Vec::new(),
            authorization_response_iss_parameter_supported: false,
        }
    }

    #[test]
    fn a_document_is_of_its_issuer_and_leads_to_encrypted_addresses() {
        let judged = |issuer: &str, host: &str| metadata(issuer, host).judged("https://id.example").is_ok();
        assert!(judged("https://id.example", "https://id.example"));
        assert!(judged("https://id.example", "https://login.example"), "other hosts may be theirs");
        assert!(!judged("https://evil.example", "https://id.example"));
        assert!(!judged("https://id.example", "http://id.example"));
        assert!(!judged("https://id.example", "javascript:alert(1)"));
        assert!(metadata("http://localhost:1", "http://localhost:1").judged("http://localhost:1").is_ok());
    }
}
