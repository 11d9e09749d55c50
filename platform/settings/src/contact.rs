//! Whom to write to.

use url::Url;

use crate::value::Value;

/// Where people report what is wrong with the security of an installation (RFC 9116, 2.5.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityContact(String);

impl SecurityContact {
    /// `mailto:…` or `https://…`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for SecurityContact {
    fn expected() -> String {
        "mailto: and an address, or an https:// address, such as mailto:security@example.com".into()
    }

    fn parse(text: &str) -> Option<Self> {
        // It is one line of a file.
        let url = Url::parse(text).ok().filter(|_| !text.contains(char::is_whitespace))?;
        let is_one = match url.scheme() {
            "mailto" => url.path().split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()),
            "https" => url.has_host(),
            _ => false,
        };
        is_one.then(|| Self(url.into()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_mail_or_a_page_over_tls() {
        let shown = |text| SecurityContact::parse(text).map(|contact| contact.show());
        for good in ["mailto:security@example.com", "https://example.com/security"] {
            assert_eq!(shown(good).as_deref(), Some(good));
        }
        for bad in [
            "mailto:a@b\nContact:c@d",
            "security@example.com",
            "http://example.com",
            "mailto:nobody",
            "mailto:@",
            "tel:+1",
            "",
        ] {
            assert_eq!(shown(bad), None, "{bad}");
        }
    }
}
