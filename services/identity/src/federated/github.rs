//! GitHub: OAuth 2 without OpenID Connect. Who it is, is asked of its API; the address is the primary one, if it is verified.

use axum::http::StatusCode;
use kernel::values::Email;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::{
    http::Http,
    providers::{Arrived, Journey, ProviderKind, Registered},
    refused::Refused,
};

const PUBLIC: &str = "https://github.com";
const PUBLIC_API: &str = "https://api.github.com";
const SCOPE: &str = "read:user user:email";

/// A client of GitHub, or of a GitHub Enterprise Server.
pub struct GitHub {
    address: String,
    api: String,
    client: Registered,
    http: Http,
}

#[derive(Deserialize)]
struct Tokens {
    access_token: Option<String>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Account {
    id: u64,
    login: String,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Address {
    email: String,
    #[serde(default)]
    primary: bool,
    #[serde(default)]
    verified: bool,
}

impl GitHub {
    pub fn new(address: String, client: Registered, http: Http) -> Self {
        let api = if address == PUBLIC { PUBLIC_API.to_owned() } else { format!("{address}/api/v3") };
        Self { address, api, client, http }
    }

    pub fn issuer(&self) -> &str {
        &self.address
    }

    /// Where a browser is sent.
    pub fn address(&self, journey: &Journey<'_>) -> String {
        let query = Serializer::new(String::new())
            .append_pair("client_id", &self.client.client_id)
            .append_pair("redirect_uri", &journey.redirect)
            .append_pair("scope", SCOPE)
            .append_pair("state", &journey.state)
            .append_pair("code_challenge", &journey.ticket.challenge())
            .append_pair("code_challenge_method", "S256")
            .finish();
        format!("{}/login/oauth/authorize?{query}", self.address)
    }

    /// Trades the code in, and asks who it is.
    pub async fn arrived(&self, journey: &Journey<'_>, code: &str) -> Result<Arrived, Refused> {
        let token = self.trade(journey, code).await?;
        let account: Account = self.http.get(&format!("{}/user", self.api), Some(&token)).await?;
        let addresses: Vec<Address> = self.http.get(&format!("{}/user/emails", self.api), Some(&token)).await?;
        let primary = addresses.into_iter().find(|address| address.primary && address.verified);
        let email = primary.and_then(|address| Email::parse(&address.email).ok());
        Ok(Arrived {
            provider: ProviderKind::Github,
            issuer: self.address.clone(),
            // Names there can be given to somebody else, numbers are not.
            subject: account.id.to_string(),
            email: email.map(|email| email.as_str().to_owned()),
            name: account.name.filter(|name| !name.trim().is_empty()).or_else(|| Some(account.login.clone())),
            label: Some(account.login),
            authenticated_at: None,
            session: None,
        })
    }

    async fn trade(&self, journey: &Journey<'_>, code: &str) -> Result<String, Refused> {
        let verifier = journey.ticket.verifier();
        let form = [
            ("client_id", self.client.client_id.as_str()),
            ("client_secret", self.client.client_secret.as_deref().unwrap_or_default()),
            ("code", code),
            ("redirect_uri", journey.redirect.as_str()),
            ("code_verifier", verifier.as_str()),
        ];
        let url = format!("{}/login/oauth/access_token", self.address);
        // Refusals come with a 200.
        let (status, tokens) = self.http.post::<Tokens>(&url, &form, None).await?;
        match (tokens.access_token, tokens.error.as_deref()) {
            (Some(token), None) if status == StatusCode::OK => Ok(token),
            (_, Some("bad_verification_code")) => Err(Refused::State),
            (_, error) => Err(Refused::Provider(format!("no token: {status} {}", error.unwrap_or_default()))),
        }
    }
}
