//! Who a mail comes from, as the operator writes it: `Rapport <crm@example.com>` or the bare address.

use lettre::message::Mailbox;

/// Name and address of the sender.
#[derive(Clone, Debug, PartialEq)]
pub struct Sender {
    pub name: Option<String>,
    pub email: String,
}

impl Sender {
    /// Reads `name <address>` or `address`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.contains(char::is_control) {
            return None;
        }
        let mailbox: Mailbox = text.parse().ok()?;
        Some(Self { name: mailbox.name, email: mailbox.email.to_string() })
    }

    /// What stands after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.email.rsplit('@').next().unwrap_or_default()
    }

    pub(crate) fn mailbox(&self) -> Option<Mailbox> {
        Some(Mailbox::new(self.name.clone(), self.email.parse().ok()?))
    }

    /// `"Name" <address>`, as a header of an API has it.
    pub(crate) fn written(&self) -> String {
        self.mailbox().map(|mailbox| mailbox.to_string()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        let parsed = Sender::parse("Рапорт <crm@example.com>").unwrap();
        assert_eq!((parsed.name.as_deref(), parsed.domain()), (Some("Рапорт"), "example.com"));
        assert_eq!(Sender::parse("crm@example.com").unwrap().name, None);
        assert_eq!(Sender::parse("nobody"), None);
        assert_eq!(Sender::parse("a@example.com\r\nBcc: b@example.com"), None);
    }
}
