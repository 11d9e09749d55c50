//! What the operator lets the server send to though it is not on the public internet.

use std::net::IpAddr;

use url::Host;

use crate::value::Value;

/// A host by its name, or a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedTarget {
    /// In lower-case ASCII.
    Host(String),
    /// Address and bits of the prefix.
    Network(IpAddr, u8),
}

impl AllowedTarget {
    /// `10.0.0.0/8`, `192.168.1.5`, `fd00::/8` or a host name.
    pub fn parse_text(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        match (address.parse::<IpAddr>(), bits) {
            (Ok(ip), bits) => {
                let longest = if ip.is_ipv4() { 32 } else { 128 };
                let bits = bits.map_or(Some(longest), |bits| bits.parse().ok())?;
                (bits <= longest).then_some(Self::Network(ip, bits))
            }
            (Err(_), Some(_)) => None,
            (Err(_), None) => match Host::parse(text).ok()? {
                Host::Domain(name) => Some(Self::Host(name.trim_end_matches('.').to_owned())),
                Host::Ipv4(_) | Host::Ipv6(_) => None,
            },
        }
    }
}

impl Value for AllowedTarget {
    fn expected() -> String {
        "a network such as 10.0.0.0/8, an IP address, or a host name".into()
    }

    fn parse(text: &str) -> Option<Self> {
        Self::parse_text(text)
    }

    fn show(&self) -> String {
        match self {
            Self::Host(name) => name.clone(),
            Self::Network(ip, bits) => format!("{ip}/{bits}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_addresses_and_names_are_told_apart() {
        let shown = |text| AllowedTarget::parse(text).map(|target| target.show());
        for (text, as_shown) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("192.168.1.5", "192.168.1.5/32"),
            ("fd00::/8", "fd00::/8"),
            ("::1", "::1/128"),
            ("Localhost", "localhost"),
            ("hooks.lan.", "hooks.lan"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(as_shown));
        }
        for bad in ["10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "fd00::/129", "a b", "lan/8", "0x7f.1", ""] {
            assert_eq!(shown(bad), None, "{bad}");
        }
    }
}
