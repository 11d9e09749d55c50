//! Who vouches for people here: what the operator set up, and what all of them have in common.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::Clock;
use outbound::Outbound;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use utoipa::ToSchema;

use std::sync::Arc;

use super::{github::GitHub, http::Http, oidc::Oidc, refused::Refused, telegram::Telegram, ticket::Ticket};

/// Who vouches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SignInProvider)]
pub enum ProviderKind {
    Google,
    Github,
    /// Any issuer of OpenID Connect.
    Oidc,
    Telegram,
}

impl ProviderKind {
    pub const ALL: [Self; 4] = [Self::Google, Self::Github, Self::Oidc, Self::Telegram];

    /// The word stored and shown in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Github => "github",
            Self::Oidc => "oidc",
            Self::Telegram => "telegram",
        }
    }

    /// Reads [`Self::as_str`] back.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Somebody whom a provider vouches for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Arrived {
    pub provider: ProviderKind,
    pub issuer: String,
    pub subject: String,
    /// Only where the provider says that it is verified.
    pub email: Option<String>,
    /// By which its owner knows the account there.
    pub label: Option<String>,
    pub name: Option<String>,
    /// When they last proved there who they are, where that is told.
    pub authenticated_at: Option<DateTime<Utc>>,
    /// The session there, where it is named.
    #[serde(default)]
    pub session: Option<String>,
}

/// A client of a provider as it was registered there.
pub struct Registered {
    pub client_id: String,
    /// None for a public client.
    pub client_secret: Option<String>,
}

/// How signing in through others is set up.
#[derive(Default)]
pub struct Federation {
    /// By which providers are asked; without it there are none.
    pub outbound: Option<Outbound>,
    pub google: Option<Registered>,
    /// Its address too: GitHub itself, or one of a company.
    pub github: Option<(String, Registered)>,
    /// The issuer, what people call it, and our client.
    pub oidc: Option<(String, String, Registered)>,
    /// By which the issuer is asked, where it is not as the others are.
    pub oidc_outbound: Option<Outbound>,
    /// The token of the bot.
    pub telegram: Option<String>,
}

/// What comes back from a provider, as the page was called with it.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    pub code: Option<&'a str>,
    /// RFC 9207.
    pub issuer: Option<&'a str>,
    pub data: Option<&'a str>,
}

/// How a browser is sent away.
pub struct Journey<'a> {
    pub ticket: Ticket<'a>,
    pub state: String,
    /// Where it comes back to.
    pub redirect: String,
    /// Whether the person is to prove anew who they are.
    pub anew: bool,
}

pub enum Provider {
    Oidc(Box<Oidc>),
    GitHub(Box<GitHub>),
    Telegram(Telegram),
}

/// All of them, in the order they are shown.
#[derive(Default)]
pub struct Providers(Vec<(ProviderKind, String, Provider)>);

const GOOGLE: &str = "https://accounts.google.com";

impl Providers {
    pub fn new(federation: Federation, clock: &Clock) -> Self {
        let Some(outbound) = federation.outbound else { return Self::default() };
        let http = Http::new(outbound);
        let mut all = Vec::new();
        if let Some(client) = federation.google {
            let google = Oidc::new(ProviderKind::Google, GOOGLE.to_owned(), client, http.clone(), clock.clone());
            all.push((ProviderKind::Google, "Google".to_owned(), Provider::Oidc(Box::new(google))));
        }
        if let Some((address, client)) = federation.github {
            let github = Provider::GitHub(Box::new(GitHub::new(address, client, http.clone())));
            all.push((ProviderKind::Github, "GitHub".to_owned(), github));
        }
        if let Some((issuer, name, client)) = federation.oidc {
            let http = federation.oidc_outbound.map_or(http, Http::new);
            let oidc = Oidc::new(ProviderKind::Oidc, issuer, client, http, clock.clone());
            all.push((ProviderKind::Oidc, name, Provider::Oidc(Box::new(oidc))));
        }
        if let Some(telegram) = federation.telegram.as_deref().and_then(Telegram::new) {
            all.push((ProviderKind::Telegram, "Telegram".to_owned(), Provider::Telegram(telegram)));
        }
        Self(all)
    }

    pub fn find(&self, kind: ProviderKind) -> Option<&Provider> {
        self.0.iter().find(|(other, ..)| *other == kind).map(|(_, _, provider)| provider)
    }

    /// What people call it.
    pub fn name(&self, kind: ProviderKind) -> Option<&str> {
        self.0.iter().find(|(other, ..)| *other == kind).map(|(_, name, _)| name.as_str())
    }

    /// With their names.
    pub fn list(&self) -> impl Iterator<Item = (ProviderKind, &str)> {
        self.0.iter().map(|(kind, name, _)| (*kind, name.as_str()))
    }

    /// Whether somebody can still sign in by a subject of this issuer.
    pub fn serves(&self, issuer: &str) -> bool {
        self.0.iter().any(|(_, _, provider)| provider.issuer() == issuer)
    }
}

impl Provider {
    /// Whose subjects it tells of.
    pub fn issuer(&self) -> &str {
        match self {
            Self::Oidc(oidc) => oidc.issuer(),
            Self::GitHub(github) => github.issuer(),
            Self::Telegram(_) => super::telegram::ISSUER,
        }
    }

    /// Where a browser is sent.
    pub async fn address(&self, journey: &Journey<'_>, origin: &str) -> Result<String, Refused> {
        match self {
            Self::Oidc(oidc) => oidc.address(journey).await,
            Self::GitHub(github) => Ok(github.address(journey)),
            Self::Telegram(telegram) => {
                Ok(telegram.address(origin, &format!("{}?state={}", journey.redirect, journey.state)))
            }
        }
    }

    /// Who came back.
    pub async fn arrived(&self, journey: &Journey<'_>, answer: Answer<'_>, clock: &Clock) -> Result<Arrived, Refused> {
        let code = || answer.code.ok_or(Refused::Denied);
        match self {
            Self::Oidc(oidc) => oidc.arrived(journey, code()?, answer.issuer).await,
            Self::GitHub(github) => github.arrived(journey, code()?).await,
            Self::Telegram(telegram) => telegram.arrived(answer.data.ok_or(Refused::Denied)?, clock.now()),
        }
    }
}

/// What was fetched and is good for a while. Of many who ask at once one fetches.
pub struct Kept<T>(Mutex<Option<(DateTime<Utc>, Arc<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Kept<T> {
    /// What is there, if it is not older than that; else what is fetched now.
    pub async fn get(
        &self,
        clock: &Clock,
        life: Duration,
        fetch: impl Future<Output = Result<T, Refused>>,
    ) -> Result<Arc<T>, Refused> {
        let mut slot = self.0.lock().await;
        let life = TimeDelta::from_std(life).unwrap_or_default();
        if let Some((at, known)) = &*slot
            && clock.now() - *at < life
        {
            return Ok(Arc::clone(known));
        }
        let fetched = Arc::new(fetch.await?);
        *slot = Some((clock.now(), Arc::clone(&fetched)));
        Ok(fetched)
    }
}
