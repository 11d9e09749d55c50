//! Where an account connects to, as whom, through what, and how patient the client is.

use std::fmt;
use std::net::{IpAddr, SocketAddrV4};
use std::time::Duration;

use url::{Host, Url};

/// What `my.telegram.org` gives out to a developer.
#[derive(Clone)]
pub struct App {
    pub id: i32,
    pub hash: String,
}

/// Which network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Telegram's production.
    Telegram,
    /// A network at this address that knows the session's key: the sandbox, or one of a test.
    Seeded(SocketAddrV4),
}

/// Where an account connects to.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub place: Place,
    pub app: App,
    pub proxy: Option<Proxy>,
    pub patience: Patience,
}

impl Endpoint {
    #[must_use]
    pub fn telegram(app: App) -> Self {
        Self { place: Place::Telegram, app, proxy: None, patience: Patience::default() }
    }

    #[must_use]
    pub fn seeded(address: SocketAddrV4) -> Self {
        let app = App { id: 1, hash: "sandbox".to_owned() };
        Self { place: Place::Seeded(address), app, proxy: None, patience: Patience::default() }
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A SOCKS5 proxy.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy(Url);

/// The text is not the address of a SOCKS5 proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the address of a SOCKS5 proxy")]
pub struct ProxyInvalid;

impl Proxy {
    /// Of `socks5://[user:password@]host:port`.
    ///
    /// # Errors
    /// [`ProxyInvalid`].
    pub fn parse(text: &str) -> Result<Self, ProxyInvalid> {
        let url = Url::parse(text.trim()).map_err(|_| ProxyInvalid)?;
        let complete = url.scheme() == "socks5" && url.host().is_some() && url.port().is_some();
        if complete { Ok(Self(url)) } else { Err(ProxyInvalid) }
    }

    /// Without user name and password.
    #[must_use]
    pub fn masked(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        let hidden = if self.0.username().is_empty() { "" } else { "•••@" };
        format!("socks5://{hidden}{host}:{}", self.0.port().unwrap_or_default())
    }

    /// As it was given, with the password.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }

    /// With the host as an address: the library panics where it cannot set up a resolver of its own.
    pub(crate) async fn resolved(&self) -> std::io::Result<String> {
        let mut url = self.0.clone();
        let name = match url.host() {
            // Of a scheme that is not the web's, addresses too are parsed as names.
            Some(Host::Domain(name)) if name.parse::<IpAddr>().is_err() => name.to_owned(),
            _ => return Ok(url.into()),
        };
        let port = url.port().unwrap_or_default();
        let found = tokio::net::lookup_host((name, port)).await?.next();
        let address = found.ok_or(std::io::ErrorKind::NotFound)?;
        let host = match address.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        url.set_host(Some(&host)).map_err(|_| std::io::ErrorKind::InvalidInput)?;
        Ok(url.into())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// How long the client waits, and how often it looks.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the answer to a call.
    pub call: Duration,
    /// For the first answer over a new connection.
    pub connect: Duration,
    /// For the answer to a probe.
    pub probe: Duration,
    /// Between probes of a connection.
    pub probe_every: Duration,
    /// Between calls that show Telegram that the account is in use.
    pub keepalive_every: Duration,
    /// Before the first attempt to connect again; doubles from there.
    pub again_first: Duration,
    pub again_most: Duration,
    /// For the list of chats to name a channel that the session does not.
    pub names: Duration,
    /// How long Telegram has to go on saying that it does not know a key until that is believed.
    pub key: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            call: Duration::from_secs(30),
            connect: Duration::from_secs(15),
            probe: Duration::from_secs(10),
            probe_every: Duration::from_mins(1),
            keepalive_every: Duration::from_mins(10),
            again_first: Duration::from_millis(500),
            again_most: Duration::from_mins(1),
            names: Duration::from_secs(30),
            key: Duration::from_secs(20),
        }
    }
}

/// How long to wait before attempt `attempt` (0 is the first): doubled each time, and between half and the whole of it, so
/// that many accounts that lost their connection together do not come back together.
pub(crate) fn before_again(patience: &Patience, attempt: u32, random: u8) -> Duration {
    let whole = patience.again_first.saturating_mul(1 << attempt.min(16)).min(patience.again_most);
    whole / 2 + (whole / 2).mul_f64(f64::from(random) / 255.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_a_whole_socks5_address() {
        for text in ["socks5://127.0.0.1:1080", "socks5://user:secret@proxy.example.com:1080"] {
            assert!(Proxy::parse(text).is_ok(), "{text}");
        }
        for text in ["", "http://a:1", "socks5://host", "socks5://:1080", "127.0.0.1:1080"] {
            assert_eq!(Proxy::parse(text), Err(ProxyInvalid), "{text}");
        }
    }

    #[test]
    fn a_proxys_password_is_not_shown() {
        let proxy = Proxy::parse("socks5://user:secret@proxy.example.com:1080").unwrap();
        assert_eq!(proxy.masked(), "socks5://•••@proxy.example.com:1080");
        assert_eq!(format!("{proxy:?}"), proxy.masked());
    }

    #[tokio::test]
    async fn addresses_need_no_resolver() {
        let proxy = Proxy::parse("socks5://user:secret@127.0.0.1:1080").unwrap();
        assert_eq!(proxy.resolved().await.unwrap(), "socks5://user:secret@127.0.0.1:1080");
    }

    #[test]
    fn waiting_doubles_and_is_bounded() {
        let patience = Patience::default();
        assert_eq!(before_again(&patience, 0, 255), patience.again_first);
        assert_eq!(before_again(&patience, 0, 0), patience.again_first / 2);
        assert_eq!(before_again(&patience, 3, 255), patience.again_first * 8);
        assert_eq!(before_again(&patience, 60, 255), patience.again_most);
    }
}
