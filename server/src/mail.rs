//! How mail is set up, from the settings.

use anyhow::{Context, Result};
use mail::{ByOutbound, Options, Way};
use mail_transport::{Provider, ProviderKind, Sender, Smtp, Transport};
use outbound::Outbound;
use settings::{MailTransport, Secret, Settings, WebOrigin};

/// What the settings come to.
///
/// # Errors
/// Which setting is missing or cannot be used.
pub(crate) fn options(settings: &Settings, outbound: &Outbound) -> Result<Options> {
    let from = Sender::parse(&settings.mail_from)
        .context("RAPPORT_MAIL_FROM: expected an address, or a name and an address as in Rapport <crm@example.com>")?;
    let way = match settings.mail_transport {
        None if settings.public_url.is_local() => Way::Outbox,
        None => Way::Nowhere,
        Some(MailTransport::Outbox) => Way::Outbox,
        Some(MailTransport::Smtp) => {
            let url = settings.mail_smtp_url.as_ref().context("RAPPORT_MAIL_SMTP_URL is missing")?;
            Way::To(Transport::Smtp(Box::new(Smtp::open(url.expose()).context("RAPPORT_MAIL_SMTP_URL")?)))
        }
        Some(MailTransport::SendGrid) => provider(settings, outbound, ProviderKind::SendGrid)?,
        Some(MailTransport::Mailgun) => provider(settings, outbound, ProviderKind::Mailgun)?,
        Some(MailTransport::Resend) => provider(settings, outbound, ProviderKind::Resend)?,
    };
    Ok(Options { way, from, public_url: settings.public_url.as_str().to_owned() })
}

fn provider(settings: &Settings, outbound: &Outbound, kind: ProviderKind) -> Result<Way> {
    let key = settings.mail_api_key.as_ref().map(Secret::expose).context("RAPPORT_MAIL_API_KEY is missing")?;
    let domain = settings.mail_domain.as_deref().unwrap_or_default();
    anyhow::ensure!(kind != ProviderKind::Mailgun || !domain.is_empty(), "RAPPORT_MAIL_DOMAIN is missing");
    let api = settings.mail_api_url.as_ref().map(WebOrigin::as_str);
    Ok(Way::To(Transport::Provider(Provider::new(kind, key, api, domain), Box::new(ByOutbound(outbound.clone())))))
}
