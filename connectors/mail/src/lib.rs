#![doc = include_str!("../README.md")]

mod address;
mod http_client;
mod providers;
mod smtp;

pub use address::Sender;
pub use http_client::{HttpAnswer, HttpClient, HttpProblem};
pub use providers::{Provider, ProviderKind};
pub use smtp::{Smtp, SmtpProblem};

/// A mail, ready to be sent to one person.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_field_names, reason = "`message_id` is what the header is called")]
pub struct Message {
    pub to: String,
    pub from: Sender,
    pub reply_to: Option<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Without angle brackets.
    pub message_id: String,
    /// Further headers, such as `Auto-Submitted`.
    pub headers: Vec<(&'static str, String)>,
}

/// What came of a try.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Accepted {
        /// What the other side calls the mail, if it tells.
        provider_id: Option<String>,
    },
    Refused(Refusal),
    /// The transport's own password or key is wrong: no mail will go until that is mended.
    Unauthorised(String),
    /// There was no answer.
    Unreachable(String),
}

/// An answer that says no.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Trying again cannot help.
    pub permanent: bool,
    /// Whether it is the mailbox that is refused, and not this mail.
    pub mailbox: bool,
    /// SMTP reply code or HTTP status.
    pub code: u16,
    /// The beginning of what was answered.
    pub text: String,
}

/// A way for mail to leave.
pub enum Transport {
    Smtp(Box<Smtp>),
    Provider(Provider, Box<dyn HttpClient>),
}

impl Transport {
    /// A word for it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Smtp(_) => "smtp",
            Self::Provider(provider, _) => provider.kind.as_str(),
        }
    }

    /// Tries once.
    pub async fn send(&self, message: &Message) -> Outcome {
        match self {
            Self::Smtp(smtp) => smtp.send(message).await,
            Self::Provider(provider, client) => provider.send(client.as_ref(), message).await,
        }
    }

    /// Connects and signs in without sending anything. Providers have no such question: nothing is told of them.
    ///
    /// # Errors
    /// What is wrong, for the operator.
    pub async fn check(&self) -> Result<(), String> {
        match self {
            Self::Smtp(smtp) => smtp.check().await,
            Self::Provider(..) => Ok(()),
        }
    }
}

/// The beginning of a text from outside: one line of 300 characters.
fn beginning(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
}
