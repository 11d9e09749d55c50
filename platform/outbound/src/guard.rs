//! Which addresses may be connected to: what is on the public internet, and what the operator exempts. No I/O.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use settings::AllowedTarget;

/// IPv4 that is not the public internet (IANA special-purpose registry, RFC 6890), by address and bits of the prefix.
const CLOSED: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::UNSPECIFIED, 8),            // this network, unspecified
    (Ipv4Addr::new(10, 0, 0, 0), 8),       // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),    // carrier-grade NAT; metadata of one cloud
    (Ipv4Addr::new(127, 0, 0, 0), 8),      // loopback
    (Ipv4Addr::new(168, 63, 129, 16), 32), // metadata of another cloud
    (Ipv4Addr::new(169, 254, 0, 0), 16),   // link-local; metadata of most clouds
    (Ipv4Addr::new(172, 16, 0, 0), 12),    // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),     // protocol assignments; metadata of a third cloud
    (Ipv4Addr::new(192, 0, 2, 0), 24),     // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),   // relays of 6to4
    (Ipv4Addr::new(192, 168, 0, 0), 16),   // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),    // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24),  // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),   // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),      // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),      // reserved, broadcast
];

/// The global unicast part of IPv6; all else (loopback, link-local, ULA, multicast, IPv4-compatible …) is closed.
const GLOBAL: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
/// What is closed within it.
const CLOSED_GLOBAL: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocol assignments: Teredo, benchmarks, ORCHID
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];
/// IPv4 behind a translator (RFC 6052): as closed as what it stands for.
const TRANSLATED: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Whether the address is one of the public internet.
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => !CLOSED.iter().any(|(network, bits)| shares(ip.to_bits(), network.to_bits(), 32 - bits)),
        IpAddr::V6(ip) if holds(TRANSLATED, ip) => {
            let [.., a, b, c, d] = ip.octets();
            is_public(Ipv4Addr::new(a, b, c, d).into())
        }
        IpAddr::V6(ip) => holds(GLOBAL, ip) && !CLOSED_GLOBAL.iter().any(|network| holds(*network, ip)),
    }
}

/// Whether the operator exempts a host, or the network its address is in.
pub(crate) fn is_exempt(allowed: &[AllowedTarget], host: &str, ip: IpAddr) -> bool {
    let bare = host.strip_suffix('.').unwrap_or(host);
    allowed.iter().any(|target| match (target, ip.to_canonical()) {
        (AllowedTarget::Host(name), _) => name.eq_ignore_ascii_case(bare),
        (AllowedTarget::Network(IpAddr::V4(network), bits), IpAddr::V4(ip)) => {
            shares(ip.to_bits(), network.to_bits(), 32 - u32::from(*bits))
        }
        (AllowedTarget::Network(IpAddr::V6(network), bits), IpAddr::V6(ip)) => holds((*network, u32::from(*bits)), ip),
        (AllowedTarget::Network(..), _) => false,
    })
}

/// Whether the two agree in all but the last bits; of all 32 or none it is told rightly as well.
fn shares(one: u32, other: u32, free: u32) -> bool {
    (one ^ other).checked_shr(free).unwrap_or_default() == 0
}

fn holds((network, bits): (Ipv6Addr, u32), ip: Ipv6Addr) -> bool {
    (ip.to_bits() ^ network.to_bits()).checked_shr(128 - bits).unwrap_or_default() == 0
}

#[cfg(test)]
mod tests;
