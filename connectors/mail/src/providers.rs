//! The HTTP APIs of SendGrid (v3 mail/send), Mailgun (v3 messages) and Resend (emails), as their documentation has them.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::{HttpAnswer, HttpClient, HttpProblem, Message, Outcome, Refusal, beginning};

/// Whose API it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderKind {
    SendGrid,
    Mailgun,
    Resend,
}

impl ProviderKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SendGrid => "sendgrid",
            Self::Mailgun => "mailgun",
            Self::Resend => "resend",
        }
    }

    fn api(self) -> &'static str {
        match self {
            Self::SendGrid => "https://api.sendgrid.com",
            Self::Mailgun => "https://api.mailgun.net",
            Self::Resend => "https://api.resend.com",
        }
    }
}

/// An account with a provider.
pub struct Provider {
    pub kind: ProviderKind,
    /// Where its API is, without a slash at the end.
    api: String,
    key: String,
    /// Mailgun sends in the name of a domain.
    domain: String,
}

impl Provider {
    /// With the provider's own address unless another one is given.
    #[must_use]
    pub fn new(kind: ProviderKind, key: &str, api: Option<&str>, domain: &str) -> Self {
        let api = api.unwrap_or(kind.api()).trim_end_matches('/').to_owned();
        Self { kind, api, key: key.to_owned(), domain: domain.to_owned() }
    }

    pub(crate) async fn send(&self, client: &dyn HttpClient, message: &Message) -> Outcome {
        let (path, headers, body) = self.request(message);
        match client.post(&format!("{}{path}", self.api), headers, Bytes::from(body)).await {
            Ok(answer) => self.outcome(&answer),
            Err(HttpProblem::Refused(why)) => Outcome::Unauthorised(format!("{}: {why}", self.api)),
            Err(HttpProblem::Unreachable(why)) => Outcome::Unreachable(why),
        }
    }

    fn request(&self, message: &Message) -> (String, HeaderMap, String) {
        let bearer = format!("Bearer {}", self.key);
        match self.kind {
            ProviderKind::SendGrid => {
                ("/v3/mail/send".to_owned(), headers(&bearer, JSON, None), sendgrid(message).to_string())
            }
            ProviderKind::Resend => {
                let idempotency = Some(message.message_id.as_str());
                ("/emails".to_owned(), headers(&bearer, JSON, idempotency), resend(message).to_string())
            }
            ProviderKind::Mailgun => {
                let basic = format!("Basic {}", STANDARD.encode(format!("api:{}", self.key)));
                let domain = utf8_percent_encode(&self.domain, NON_ALPHANUMERIC).to_string().replace("%2E", ".");
                let domain = domain.replace("%2D", "-");
                (format!("/v3/{domain}/messages"), headers(&basic, FORM, None), mailgun(message))
            }
        }
    }

    fn outcome(&self, answer: &HttpAnswer) -> Outcome {
        let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if answer.status.is_success() {
            let id = match self.kind {
                ProviderKind::SendGrid => answer.headers.get("x-message-id").and_then(|id| id.to_str().ok()),
                ProviderKind::Mailgun | ProviderKind::Resend => told["id"].as_str(),
            };
            return Outcome::Accepted { provider_id: id.map(beginning) };
        }
        let text = told["message"].as_str().or_else(|| told["errors"][0]["message"].as_str());
        let text = text.map_or_else(|| beginning(&String::from_utf8_lossy(&answer.body)), beginning);
        match answer.status {
            // The key, the domain or the sender is not theirs.
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Outcome::Unauthorised(format!("{}: {text}", answer.status.as_u16()))
            }
            status => {
                let later = status == StatusCode::TOO_MANY_REQUESTS
                    || status == StatusCode::REQUEST_TIMEOUT
                    || status == StatusCode::CONFLICT
                    || status.is_server_error();
                let code = status.as_u16();
                // Providers take a mail first and learn later whether there is a mailbox.
                Outcome::Refused(Refusal { permanent: !later, mailbox: false, code, text })
            }
        }
    }
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

fn headers(authorization: &str, content: &'static str, idempotency: Option<&str>) -> HeaderMap {
    let value = |text: &str| HeaderValue::from_str(text).ok();
    [
        (header::AUTHORIZATION, value(authorization)),
        (header::CONTENT_TYPE, value(content)),
        (HeaderName::from_static("idempotency-key"), idempotency.and_then(value)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}

/// The headers of a mail besides those that an API has fields for.
fn further(message: &Message) -> Map<String, Value> {
    let id = ("Message-ID".to_owned(), format!("<{}>", message.message_id).into());
    let rest = message.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into()));
    std::iter::once(id).chain(rest).collect()
}

fn sendgrid(message: &Message) -> Value {
    let mut from = json!({ "email": message.from.email });
    if let Some(name) = &message.from.name {
        from["name"] = json!(name);
    }
    let mut body = json!({
        "personalizations": [{ "to": [{ "email": message.to }] }],
        "from": from,
        "subject": message.subject,
        "content": [
            { "type": "text/plain", "value": message.text },
            { "type": "text/html", "value": message.html },
        ],
        "headers": further(message),
        // Links in these mails are secrets: they are not to go through a counter.
        "tracking_settings": { "click_tracking": { "enable": false }, "open_tracking": { "enable": false } },
    });
    if let Some(reply_to) = &message.reply_to {
        body["reply_to"] = json!({ "email": reply_to });
    }
    body
}

fn resend(message: &Message) -> Value {
    let mut body = json!({
        "from": message.from.written(),
        "to": [message.to],
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "headers": further(message),
    });
    if let Some(reply_to) = &message.reply_to {
        body["reply_to"] = json!(reply_to);
    }
    body
}

fn mailgun(message: &Message) -> String {
    let mut fields = vec![
        ("from".to_owned(), message.from.written()),
        ("to".to_owned(), message.to.clone()),
        ("subject".to_owned(), message.subject.clone()),
        ("text".to_owned(), message.text.clone()),
        ("html".to_owned(), message.html.clone()),
        ("o:tracking".to_owned(), "no".to_owned()),
        ("h:Message-Id".to_owned(), format!("<{}>", message.message_id)),
    ];
    fields.extend(message.headers.iter().map(|(name, value)| (format!("h:{name}"), value.clone())));
    fields.extend(message.reply_to.iter().map(|to| ("h:Reply-To".to_owned(), to.clone())));
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
