use proptest::prelude::*;

use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn addresses_inside_are_closed() {
    let closed = "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.255.0.9 \
                  168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 \
                  192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.7 224.0.0.1 239.255.255.255 240.0.0.1 \
                  255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 \
                  ::ffff:0:127.0.0.1 ::8.8.8.8 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 \
                  2001::1 2001:0:7f00:1:: 2001:2::1 2001:10::1 2001:db8::1 2002:7f00:1:: 2002:a00:1:: 2002:808:808:: 3fff::1 \
                  5f00::1 fc00::1 fd00:ec2::254 fd20:ce::254 fe80::1 fec0::1 ff02::1";
    for text in closed.split_whitespace() {
        assert!(!is_public(ip(text)), "{text}");
    }
}

#[test]
fn addresses_outside_are_open() {
    let open = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 168.63.129.15 \
                169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 \
                198.20.0.0 223.255.255.255 ::ffff:8.8.8.8 64:ff9b::808:808 2001:200::1 2001:4860:4860::8888 2003::1 \
                2606:4700:4700::1111 2a00:1450::1";
    for text in open.split_whitespace() {
        assert!(is_public(ip(text)), "{text}");
    }
}

fn allowed(text: &[&str]) -> Vec<AllowedTarget> {
    text.iter().map(|text| AllowedTarget::parse_text(text).unwrap()).collect()
}

#[test]
fn the_operator_exempts_hosts_and_networks_and_nothing_beside_them() {
    let list = allowed(&["10.1.0.0/16", "receiver.lan", "127.0.0.1", "fd00::/8"]);
    let exempt = |host, address| is_exempt(&list, host, ip(address));
    assert!(exempt("x", "10.1.255.255") && exempt("x", "::ffff:10.1.0.1"), "written as IPv6 it is the same address");
    assert!(exempt("Receiver.LAN", "192.168.0.1") && exempt("receiver.lan.", "192.168.0.1"));
    assert!(exempt("x", "127.0.0.1") && exempt("x", "fdff::1"));
    assert!(!exempt("x", "10.2.0.1") && !exempt("x", "127.0.0.2") && !exempt("x", "fe80::1"));
    assert!(!exempt("evil.receiver.lan", "192.168.0.1"));
    assert!(is_exempt(&allowed(&["0.0.0.0/0"]), "x", ip("10.0.0.1")));
}

proptest! {
    /// What the standard library knows to be closed is closed here.
    #[test]
    fn no_address_that_std_calls_special_is_open(bits: u32) {
        let ip = Ipv4Addr::from_bits(bits);
        let special = ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_multicast()
            || ip.is_broadcast() || ip.is_documentation() || ip.is_unspecified();
        prop_assert!(!special || !is_public(ip.into()));
    }

    #[test]
    fn an_address_is_as_closed_as_the_ipv4_it_carries(bits: u32) {
        let carried = Ipv4Addr::from_bits(bits);
        let open = is_public(carried.into());
        prop_assert_eq!(is_public(carried.to_ipv6_mapped().into()), open);
        let translated = Ipv6Addr::from_bits(TRANSLATED.0.to_bits() | u128::from(bits));
        prop_assert_eq!(is_public(translated.into()), open);
        prop_assert!(!is_public(carried.to_ipv6_compatible().into()));
        let [a, b] = [(bits >> 16) as u16, (bits & 0xffff) as u16];
        prop_assert!(!is_public(Ipv6Addr::new(0x2002, a, b, 0, 0, 0, 0, 1).into()));
        prop_assert!(!is_public(Ipv6Addr::new(0x2001, 0, a, b, 0, 0, 0, 1).into()));
    }

    #[test]
    fn outside_of_global_unicast_no_ipv6_is_open(bits: u128) {
        let ip = Ipv6Addr::from_bits(bits);
        let global = ip.segments()[0] & 0xe000 == 0x2000;
        prop_assert!(global || !is_public(ip.into()));
    }
}
