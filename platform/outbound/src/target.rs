//! An address that may be sent to, as far as can be told without asking for the addresses of its host.

use std::{fmt, net::IpAddr};

use kernel::FieldError;
use url::{Host, Url};

/// Longest address, characters.
const MAX_LENGTH: usize = 2048;

/// Why an address is not sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the address cannot be read")]
    Invalid,
    #[error("only https is sent to")]
    Scheme,
    #[error("the address holds credentials")]
    Credentials,
    #[error("the address leads into a private network")]
    Private,
}

impl Refused {
    /// The stable code clients and translations go by.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Invalid => "target.invalid",
            Self::Scheme => "target.scheme",
            Self::Credentials => "target.credentials",
            Self::Private => "target.private",
        }
    }

    /// The refusal of a field.
    #[must_use]
    pub fn of_field(self, field: &str) -> FieldError {
        FieldError::new(field, self.code())
    }
}

/// A web address to send to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    url: Url,
    /// An address written out has no name to ask for.
    pub(crate) literal: Option<IpAddr>,
}

impl Target {
    /// Reads an address. `http` is taken only where the operator exempts something: whether this, is told when it is
    /// connected to.
    pub(crate) fn parse(text: &str, with_http: bool) -> Result<Self, Refused> {
        let text = text.trim();
        if text.is_empty() || text.chars().nth(MAX_LENGTH).is_some() {
            return Err(Refused::Invalid);
        }
        let mut url = Url::parse(text).map_err(|_| Refused::Invalid)?;
        match url.scheme() {
            "https" => {}
            "http" if with_http => {}
            _ => return Err(Refused::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Credentials);
        }
        let literal = match url.host().ok_or(Refused::Invalid)? {
            Host::Domain(_) => None,
            Host::Ipv4(ip) => Some(IpAddr::V4(ip)),
            Host::Ipv6(ip) => Some(IpAddr::V6(ip)),
        };
        if url.port() == Some(0) {
            return Err(Refused::Invalid);
        }
        url.set_fragment(None);
        Ok(Self { url, literal })
    }

    /// The whole address, in the one form it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// Scheme, host and port, as in `https://example.com`; what a signed claim names as its audience.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Without the brackets of IPv6.
    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default().trim_matches(['[', ']'])
    }

    pub(crate) fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(443)
    }

    /// What the header `Host` says.
    pub(crate) fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// What the first line of a request names.
    pub(crate) fn path_and_query(&self) -> &str {
        &self.url[url::Position::BeforePath..url::Position::AfterQuery]
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Result<String, Refused> {
        Target::parse(text, false).map(|target| target.to_string())
    }

    #[test]
    fn an_address_is_kept_in_one_form() {
        assert_eq!(shown(" HTTPS://Example.COM:443/a b?c=d#e ").as_deref(), Ok("https://example.com/a%20b?c=d"));
        assert_eq!(shown("https://ромашка.рф").as_deref(), Ok("https://xn--80aa3agjl3d.xn--p1ai/"));
        let target = Target::parse("https://[2606:4700::1]:8443/x?y", false).unwrap();
        assert_eq!((target.host(), target.port(), target.path_and_query()), ("2606:4700::1", 8443, "/x?y"));
        assert_eq!((target.authority().as_str(), target.literal.is_some()), ("[2606:4700::1]:8443", true));
        assert_eq!(target.origin(), "https://[2606:4700::1]:8443");
    }

    #[test]
    fn what_cannot_be_sent_to_is_refused() {
        for (text, refused) in [
            ("", Refused::Invalid),
            ("example.com", Refused::Invalid),
            ("https://", Refused::Invalid),
            ("https://exa mple.com", Refused::Invalid),
            ("https://example.com:0/", Refused::Invalid),
            ("https://example.com:99999/", Refused::Invalid),
            ("http://example.com", Refused::Scheme),
            ("ftp://example.com", Refused::Scheme),
            ("file:///etc/passwd", Refused::Scheme),
            ("gopher://example.com", Refused::Scheme),
            ("javascript:alert(1)", Refused::Scheme),
            ("https://me@example.com", Refused::Credentials),
            ("https://me:secret@example.com", Refused::Credentials),
            ("https://:secret@example.com", Refused::Credentials),
        ] {
            assert_eq!(shown(text), Err(refused), "{text}");
        }
        assert_eq!(shown(&format!("https://example.com/{}", "a".repeat(2048))), Err(Refused::Invalid));
        assert!(Target::parse("http://example.com", true).is_ok());
    }

    #[test]
    fn every_way_to_write_an_address_out_is_seen() {
        for text in ["https://127.0.0.1", "https://127.1", "https://0x7f.1", "https://2130706433", "https://0177.0.0.1"]
        {
            assert_eq!(Target::parse(text, false).unwrap().literal, Some("127.0.0.1".parse().unwrap()), "{text}");
        }
    }
}
