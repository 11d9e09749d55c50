//! SMTP (RFC 5321) by lettre: implicit TLS, STARTTLS that is demanded, or – if the operator says so – neither.

use std::time::Duration;

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message as Letter, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::{Message, Outcome, Refusal, beginning};

/// To connect, and for each answer.
const ANSWERED_WITHIN: Duration = Duration::from_secs(20);
/// A sender that is busy is told to wait no longer than this for one mail.
const SENT_WITHIN: Duration = Duration::from_mins(1);

/// Why an address of an SMTP server cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SmtpProblem {
    #[error("expected smtps://user:password@host:465 or smtp://user:password@host:587")]
    Address,
    #[error("`tls` is `required` or `none`")]
    Tls,
    #[error("the certificate {0} cannot be read")]
    Certificate(String),
    #[error("TLS cannot be set up: {0}")]
    Parameters(#[source] Error),
}

/// An SMTP server to hand mail to.
pub struct Smtp {
    server: AsyncSmtpTransport<Tokio1Executor>,
}

/// How the connection is protected.
#[derive(Clone, Copy, PartialEq)]
enum Protection {
    Implicit,
    StartTls,
    None,
}

impl Smtp {
    /// Reads `smtps://user:password@host:465` (TLS from the first byte) or `smtp://user:password@host:587` (STARTTLS is
    /// demanded; `?tls=none` does without). `?ca=/path.pem` trusts a certificate of one's own.
    ///
    /// # Errors
    /// [`SmtpProblem`].
    pub fn open(address: &str) -> Result<Self, SmtpProblem> {
        let url = Url::parse(address).map_err(|_| SmtpProblem::Address)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(SmtpProblem::Address)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let query = |wanted: &str| url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value);
        let protection = match (url.scheme(), query("tls").as_deref()) {
            ("smtps", None | Some("required")) => Protection::Implicit,
            ("smtp", None | Some("required")) => Protection::StartTls,
            ("smtp", Some("none")) => Protection::None,
            ("smtp" | "smtps", Some(_)) => return Err(SmtpProblem::Tls),
            _ => return Err(SmtpProblem::Address),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host.clone())
            .port(url.port().unwrap_or(if protection == Protection::Implicit { 465 } else { 587 }))
            .timeout(Some(ANSWERED_WITHIN));
        if protection != Protection::None {
            let parameters = parameters(host, query("ca").as_deref())?;
            let tls = if protection == Protection::Implicit { Tls::Wrapper } else { Tls::Required };
            builder = builder.tls(tls(parameters));
        }
        if !url.username().is_empty() {
            let user = percent_decode_str(url.username()).decode_utf8_lossy().into_owned();
            let password = percent_decode_str(url.password().unwrap_or_default()).decode_utf8_lossy().into_owned();
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self { server: builder.build() })
    }

    pub(crate) async fn send(&self, message: &Message) -> Outcome {
        let letter = match letter(message) {
            Ok(letter) => letter,
            Err(text) => return refused(true, true, 553, &text),
        };
        match tokio::time::timeout(SENT_WITHIN, self.server.send(letter)).await {
            Err(_) => Outcome::Unreachable("no answer in time".to_owned()),
            Ok(Ok(response)) => {
                let told = response.message().collect::<Vec<_>>().join(" ");
                Outcome::Accepted { provider_id: (!told.trim().is_empty()).then(|| beginning(&told)) }
            }
            Ok(Err(error)) => outcome(&error),
        }
    }

    pub(crate) async fn check(&self) -> Result<(), String> {
        match tokio::time::timeout(SENT_WITHIN, self.server.test_connection()).await {
            Err(_) => Err("no answer in time".to_owned()),
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("the server did not take a command".to_owned()),
            Ok(Err(error)) => Err(told(&error)),
        }
    }
}

fn parameters(host: String, ca: Option<&str>) -> Result<TlsParameters, SmtpProblem> {
    let mut builder = TlsParameters::builder(host);
    if let Some(path) = ca {
        let unreadable = || SmtpProblem::Certificate(path.to_owned());
        let pem = std::fs::read(path).map_err(|_| unreadable())?;
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(|_| unreadable())?);
    }
    builder.build_rustls().map_err(SmtpProblem::Parameters)
}

fn letter(message: &Message) -> Result<Letter, String> {
    let to: Address = message.to.parse().map_err(|_| "the address is not one".to_owned())?;
    let from = message.from.mailbox().ok_or("the sender's address is not one")?;
    let mut builder = Letter::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(message.subject.clone())
        .message_id(Some(format!("<{}>", message.message_id)));
    if let Some(reply_to) = &message.reply_to {
        builder = builder.reply_to(reply_to.parse().map_err(|_| "the address for answers is not one".to_owned())?);
    }
    for (name, value) in &message.headers {
        let name = HeaderName::new_from_ascii_str(name);
        builder = builder.raw_header(HeaderValue::new(name, value.clone()));
    }
    let body = MultiPart::alternative_plain_html(message.text.clone(), message.html.clone());
    builder.multipart(body).map_err(|error| error.to_string())
}

/// Replies that are about signing in (RFC 4954 §6).
const SIGN_IN: [u16; 4] = [530, 534, 535, 538];
/// Replies that are about the mailbox (RFC 5321 §4.2.2), as long as no policy is named (RFC 3463: 5.7).
const MAILBOX: [u16; 3] = [550, 551, 553];

fn outcome(error: &Error) -> Outcome {
    let text = told(error);
    let Some(code) = error.status().and_then(|code| code.to_string().parse::<u16>().ok()) else {
        // What the client itself will not send it will not send later either.
        return if error.is_client() && text.contains("non-ascii") {
            refused(true, true, 553, &text)
        } else if error.is_client() {
            Outcome::Unauthorised(text)
        } else {
            Outcome::Unreachable(text)
        };
    };
    if SIGN_IN.contains(&code) {
        return Outcome::Unauthorised(text);
    }
    refused(error.is_permanent(), MAILBOX.contains(&code) && !text.contains("5.7."), code, &text)
}

fn refused(permanent: bool, mailbox: bool, code: u16, text: &str) -> Outcome {
    Outcome::Refused(Refusal { permanent, mailbox, code, text: beginning(text) })
}

/// An error with what lies under it.
fn told(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(under) = source {
        let more = under.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        source = under.source();
    }
    beginning(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_says_how_the_connection_is_protected() {
        for good in [
            "smtps://user:p%40ss@mail.example.com",
            "smtp://mail.example.com:2525",
            "smtp://mail.example.com?tls=required",
            "smtp://127.0.0.1:25?tls=none",
            "smtp://[::1]:25?tls=none",
        ] {
            assert!(Smtp::open(good).is_ok(), "{good}");
        }
        let problem = |text: &str| Smtp::open(text).err().map(|problem| problem.to_string()).unwrap_or_default();
        assert!(problem("https://mail.example.com").contains("smtps://"));
        assert!(problem("smtps://mail.example.com?tls=none").contains("required"));
        assert!(problem("smtp://mail.example.com?tls=maybe").contains("required"));
        assert!(problem("smtp://mail.example.com?ca=/nowhere.pem").contains("/nowhere.pem"));
        assert!(!problem("nonsense://user:secret@host").contains("secret"));
    }
}
