//! Issuers of OpenID Connect.

use url::Url;

use crate::value::Value;

/// The address of an issuer, letter by letter as it names itself: what it says is compared with this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerUrl(String);

impl IssuerUrl {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its host, without the brackets of IPv6.
    pub fn host(&self) -> String {
        let url = Url::parse(&self.0).ok();
        url.as_ref().and_then(Url::host_str).unwrap_or_default().trim_matches(['[', ']']).to_owned()
    }
}

impl Value for IssuerUrl {
    fn expected() -> String {
        "https:// with a host and perhaps a path, no query, such as https://id.example.com/realms/crm; http:// on localhost"
            .into()
    }

    fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let is_local = url.host_str().is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]"));
        let encrypted = url.scheme() == "https" || (url.scheme() == "http" && is_local);
        let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        (encrypted && bare && url.password().is_none()).then(|| Self(text.into()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_stays_as_it_is_written() {
        for good in ["https://id.example.com", "https://id.example.com/realms/crm/", "http://localhost:4000"] {
            assert_eq!(IssuerUrl::parse(good).map(|issuer| issuer.show()).as_deref(), Some(good));
        }
        for bad in
            ["", "id.example.com", "http://id.example.com", "https://id.example.com?x", "https://me@id.example.com"]
        {
            assert_eq!(IssuerUrl::parse(bad), None, "{bad}");
        }
        assert_eq!(
            IssuerUrl::parse("https://[fd00::1]:8443/x").map(|issuer| issuer.host()).as_deref(),
            Some("fd00::1")
        );
    }
}
