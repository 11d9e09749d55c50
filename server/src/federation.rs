//! Through whom one can sign in, from the settings.

use anyhow::{Context, Result, ensure};
use identity::{Federation, Registered};
use outbound::Outbound;
use settings::{AllowedTarget, Secret, Settings};
use url::Url;

/// What the settings come to.
///
/// # Errors
/// Which setting is missing or cannot be used.
pub(crate) fn of(settings: &Settings) -> Result<Federation> {
    let mut allowed = settings.outbound_allow.clone();
    // The operator named these hosts: unlike what users set they may be in a private network.
    let github = settings.github_client_id.as_ref().and_then(|_| Url::parse(settings.github_url.as_str()).ok());
    let github = github.as_ref().and_then(Url::host_str).map(|host| host.trim_matches(['[', ']']).to_owned());
    let issuer = settings.oidc_issuer.as_ref().map(settings::IssuerUrl::host);
    allowed.extend([github, issuer].into_iter().flatten().filter_map(|host| AllowedTarget::parse_text(&host)));
    let secret = |secret: Option<&Secret>| secret.map(|secret| secret.expose().to_owned());
    let google = client("GOOGLE", settings.google_client_id.clone(), secret(settings.google_client_secret.as_ref()))?;
    let github = client("GITHUB", settings.github_client_id.clone(), secret(settings.github_client_secret.as_ref()))?;
    let telegram = secret(settings.telegram_login_token.as_ref());
    ensure!(
        telegram.as_deref().is_none_or(is_bot_token),
        "RAPPORT_TELEGRAM_LOGIN_TOKEN: expected a token of BotFather, such as 123456:ABC-DEF"
    );
    let oidc_outbound = match settings.oidc_ca.as_deref() {
        Some(path) if settings.oidc_issuer.is_some() => Some(trusting_also(path, allowed.clone())?),
        Some(_) => anyhow::bail!("RAPPORT_OIDC_ISSUER is missing, whose certificates RAPPORT_OIDC_CA is for"),
        None => None,
    };
    Ok(Federation {
        outbound: Some(Outbound::new(allowed)),
        google,
        github: github.map(|client| (settings.github_url.as_str().to_owned(), client)),
        oidc: oidc(settings)?,
        oidc_outbound,
        telegram,
    })
}

/// A client that trusts the authorities of a PEM file, too.
fn trusting_also(path: &str, allowed: Vec<AllowedTarget>) -> Result<Outbound> {
    let pem = std::fs::read(path).with_context(|| format!("RAPPORT_OIDC_CA: {path} cannot be read"))?;
    Outbound::trusting_also(allowed, &pem).with_context(|| format!("RAPPORT_OIDC_CA: {path}"))
}

fn is_bot_token(token: &str) -> bool {
    token.split_once(':').is_some_and(|(bot, secret)| bot.parse::<u64>().is_ok() && !secret.is_empty())
}

/// Both, or neither.
fn client(name: &str, id: Option<String>, secret: Option<String>) -> Result<Option<Registered>> {
    match (id, secret) {
        (Some(client_id), Some(client_secret)) => {
            Ok(Some(Registered { client_id, client_secret: Some(client_secret) }))
        }
        (None, None) => Ok(None),
        (Some(_), None) => anyhow::bail!("RAPPORT_{name}_CLIENT_SECRET is missing"),
        (None, Some(_)) => anyhow::bail!("RAPPORT_{name}_CLIENT_ID is missing"),
    }
}

/// The issuer, its name, and our client there.
fn oidc(settings: &Settings) -> Result<Option<(String, String, Registered)>> {
    let Some(issuer) = &settings.oidc_issuer else {
        ensure!(settings.oidc_client_id.is_none(), "RAPPORT_OIDC_ISSUER is missing");
        return Ok(None);
    };
    let client_id = settings.oidc_client_id.clone().context("RAPPORT_OIDC_CLIENT_ID is missing")?;
    let client_secret = settings.oidc_client_secret.as_ref().map(|secret| secret.expose().to_owned());
    let name = settings.oidc_name.clone().unwrap_or_else(|| issuer.host());
    Ok(Some((issuer.as_str().to_owned(), name, Registered { client_id, client_secret })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_authorities_that_is_none_is_named() {
        let told = |path: &str| format!("{:#}", trusting_also(path, Vec::new()).err().unwrap());
        assert!(told("/nowhere/ca.pem").starts_with("RAPPORT_OIDC_CA: /nowhere/ca.pem cannot be read"));
        let own = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        assert!(told(own).ends_with("Cargo.toml: there is no certificate in it"));
    }
}
