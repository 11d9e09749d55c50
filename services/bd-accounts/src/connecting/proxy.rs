//! The address of a proxy: what people may set, how it is shown, and where it leads each time it is used. An address inside
//! the network is refused like any other that users set.

use std::net::SocketAddr;

use kernel::values::clean_line;
use outbound::Outbound;
use url::Url;

use crate::Error;

/// Longest address, characters.
const MAX: usize = 500;
const FIELD: &str = "proxy";

/// An address of a proxy that can be read.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyUrl(Url);

impl std::fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown())
    }
}

impl ProxyUrl {
    /// # Errors
    /// `bd.proxy.invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid = || Error::of_field(FIELD, "bd.proxy.invalid");
        let text = clean_line(text);
        if text.chars().nth(MAX).is_some() {
            return Err(invalid());
        }
        let url = Url::parse(&text).map_err(|_| invalid())?;
        let fits = url.scheme() == "socks5" && url.port().is_some_and(|port| port > 0) && url.host_str().is_some();
        if fits && matches!(url.path(), "" | "/") { Ok(Self(url)) } else { Err(invalid()) }
    }

    /// Without its credentials.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{}://{}:{}", self.0.scheme(), self.0.host_str().unwrap_or_default(), self.0.port().unwrap_or_default())
    }

    /// With them, to be sealed.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.as_str()
    }

    /// Where it leads now, if it may be connected to.
    ///
    /// # Errors
    /// As the guard of outgoing requests refuses, or `bd.proxy.invalid` when the host is not found.
    pub async fn addresses(&self, outbound: &Outbound) -> Result<Vec<SocketAddr>, Error> {
        let host = self.0.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let found = outbound.addresses_of(host, self.0.port().unwrap_or_default()).await;
        found.map_err(|refused| Error::Invalid(kernel::Fields(vec![refused.of_field(FIELD)])))
    }

    /// The same address with the host written out as it was found, so that what was checked is what is connected to.
    ///
    /// # Errors
    /// As [`Self::addresses`].
    pub async fn settled(&self, outbound: &Outbound) -> Result<String, Error> {
        let first = self.addresses(outbound).await?.into_iter().next();
        let address = first.ok_or_else(|| Error::of_field(FIELD, "bd.proxy.invalid"))?;
        let mut url = self.0.clone();
        url.set_ip_host(address.ip()).map_err(|()| Error::of_field(FIELD, "bd.proxy.invalid"))?;
        Ok(url.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_proxy_has_no_credentials() {
        let proxy = ProxyUrl::parse(" socks5://anna:secret@proxy.example.com:1080 ").unwrap();
        assert_eq!(proxy.shown(), "socks5://proxy.example.com:1080");
        assert_eq!(format!("{proxy:?}"), "socks5://proxy.example.com:1080");
        assert!(proxy.reveal().contains("anna:secret@"));
    }

    #[test]
    fn what_is_no_proxy_is_refused() {
        for text in [
            "",
            "proxy",
            "http://proxy.example.com:1080",
            "socks5://proxy.example.com",
            "socks5://:1080",
            "socks5://proxy.example.com:0",
            "socks5://proxy.example.com:1080/path",
        ] {
            assert!(ProxyUrl::parse(text).is_err(), "{text}");
        }
        assert!(ProxyUrl::parse(&format!("socks5://{}:1080", "a".repeat(500))).is_err());
    }
}
