//! How mail leaves.

use crate::value::Value;

/// What carries mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTransport {
    /// Nothing does: it is kept to be looked at.
    Outbox,
    Smtp,
    SendGrid,
    Mailgun,
    Resend,
}

const WORDS: [(&str, MailTransport); 5] = [
    ("outbox", MailTransport::Outbox),
    ("smtp", MailTransport::Smtp),
    ("sendgrid", MailTransport::SendGrid),
    ("mailgun", MailTransport::Mailgun),
    ("resend", MailTransport::Resend),
];

impl Value for MailTransport {
    fn expected() -> String {
        "outbox, smtp, sendgrid, mailgun or resend".into()
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        WORDS.iter().find(|(word, _)| *word == text).map(|(_, transport)| *transport)
    }

    fn show(&self) -> String {
        WORDS.iter().find(|(_, transport)| transport == self).map_or("", |(word, _)| word).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for (word, transport) in WORDS {
            assert_eq!(MailTransport::parse(word), Some(transport));
            assert_eq!(transport.show(), word);
        }
        assert_eq!(MailTransport::parse("sendmail"), None);
    }
}
