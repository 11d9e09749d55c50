//! `rapport bootstrap`: prepares what an installation stands on, one thing after the other. Can be repeated: what is there
//! stays as it is.

use std::io::Write;

use anyhow::{Context, Result, anyhow, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use db::migrate;
use http::{HeaderMap, HeaderValue, Method, header};
use kernel::Clock;
use outbound::Outbound;
use settings::{AllowedTarget, Settings};
use url::Url;

use crate::compose::{App, migrations, open_database};

/// Prepares the database, the vhost, the exchange and the queues, and looks whether Redis answers.
pub async fn run(settings: Settings) -> Result<()> {
    super::start_logging(&settings)?;
    let db = open_database(&settings, Clock::system()).await?;
    let applied = migrate::migrate(&db, &migrations()).await.context("the database could not be brought up to date")?;
    say(&format!("database  up to date ({} migrations applied)", applied.len()))?;
    if let (Some(management), Some(broker)) = (&settings.rabbitmq_management_url, &settings.rabbitmq_url) {
        let (vhost, user) = make_vhost(management.expose(), broker.expose()).await?;
        say(&format!("vhost     {vhost} is there, and {user} may use it"))?;
    }
    let app = App::build(db.clone(), settings)?;
    match app.dispatcher.broker() {
        None => say("broker    none is set")?,
        Some(broker) => {
            broker.prepare(&db, app.dispatcher.handlers()).await.context(
                "the broker could not be prepared (is the vhost there? RAPPORT_RABBITMQ_MANAGEMENT_URL has it made)",
            )?;
            say(&format!("broker    exchange and {} queues are there", app.dispatcher.handlers().len()))?;
        }
    }
    match app.cluster.is_up().await {
        None => say("redis     none is set")?,
        Some(true) => say("redis     answers")?,
        Some(false) => bail!("Redis does not answer at the address of RAPPORT_REDIS_URL"),
    }
    Ok(())
}

fn say(line: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{line}")?)
}

/// Makes the vhost that the address of the broker names, and lets its user in; both by name.
async fn make_vhost(management: &str, broker: &str) -> Result<(String, String)> {
    let broker = Url::parse(broker)?;
    // As the address has them: percent-encoded, which is what paths want.
    let vhost = broker.path().strip_prefix('/').filter(|vhost| !vhost.is_empty()).unwrap_or("%2f").to_owned();
    let user = if broker.username().is_empty() { "guest" } else { broker.username() };
    let mut management = Url::parse(management)?;
    let (admin, password) = (management.username().to_owned(), management.password().unwrap_or_default().to_owned());
    if management.set_username("").and_then(|()| management.set_password(None)).is_err() {
        bail!("RAPPORT_RABBITMQ_MANAGEMENT_URL is no address of a server");
    }
    // The operator names it, so it may be inside.
    let host = management.host_str().and_then(AllowedTarget::parse_text);
    let outbound = Outbound::new(host.into_iter().collect());
    let mut headers = HeaderMap::new();
    let basic = format!("Basic {}", STANDARD.encode(format!("{admin}:{password}")));
    headers.insert(header::AUTHORIZATION, HeaderValue::try_from(basic)?);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let put = async |path: String, body: &'static str| {
        let url = management.join(&path)?;
        let target = outbound.target(url.as_str()).map_err(|_| anyhow!("{url} cannot be asked"))?;
        let asked = outbound.send(Method::PUT, &target, headers.clone(), Bytes::from_static(body.as_bytes()));
        let answer = asked.await.with_context(|| format!("{url} did not answer"))?;
        if answer.status.is_success() { Ok(()) } else { bail!("{url} answered {}", answer.status) }
    };
    put(format!("/api/vhosts/{vhost}"), "{}").await?;
    let rights = r#"{"configure": ".*", "write": ".*", "read": ".*"}"#;
    put(format!("/api/permissions/{vhost}/{user}"), rights).await?;
    Ok((vhost, user.to_owned()))
}
