//! Host names as e-mail and web addresses share them: IDNA to ASCII and back (UTS #46), DNS length
//! limits.

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};

/// Which characters a label may have besides letters, digits and inner hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Labels {
    /// What mail exchangers are allowed to be called.
    Strict,
    /// `my_shop.example.com` is not a host name, yet browsers open it.
    Underscore,
}

/// The lower-case ASCII form of a host of at least two labels, the last of two letters or more and
/// not a number. Single names (`localhost`), IP addresses, empty or over-long labels and stray
/// characters are refused.
pub(super) fn ascii_host(raw: &str, labels: Labels) -> Option<String> {
    let host = Uts46::new()
        .to_ascii(raw.as_bytes(), AsciiDenyList::URL, Hyphens::CheckFirstLast, DnsLength::Verify)
        .ok()?
        .into_owned();
    let allowed =
        |b: u8| b.is_ascii_alphanumeric() || b"-.".contains(&b) || (b == b'_' && labels == Labels::Underscore);
    let (_, last) = host.rsplit_once('.')?;
    let named = last.len() >= 2 && last != "localhost" && !last.bytes().all(|b| b.is_ascii_digit());
    (named && host.bytes().all(allowed)).then_some(host)
}

/// The form to show people: punycode labels in their own script.
pub(super) fn unicode_host(ascii: &str) -> String {
    let (host, outcome) = Uts46::new().to_unicode(ascii.as_bytes(), AsciiDenyList::URL, Hyphens::CheckFirstLast);
    if outcome.is_err() {
        return ascii.to_owned();
    }
    host.into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::testing::any_text;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_host_in_another_script_becomes_punycode_and_back() {
        let host = ascii_host("Почта.РФ", Labels::Strict).unwrap();
        assert_eq!(host, "xn--80a1acny.xn--p1ai");
        assert_eq!(unicode_host(&host), "почта.рф");
    }

    #[test]
    fn an_ideographic_full_stop_separates_labels() {
        assert_eq!(ascii_host("example。com", Labels::Strict).as_deref(), Some("example.com"));
    }

    #[test]
    fn hosts_without_a_name_are_refused() {
        for raw in ["", "localhost", "a.localhost", "10.0.0.1", "[::1]", "a..b", ".a.com", "a.com.", "a.c"] {
            assert_eq!(ascii_host(raw, Labels::Underscore), None, "{raw}");
        }
    }

    #[test]
    fn labels_obey_the_limits_of_dns() {
        assert!(ascii_host(&format!("{}.com", "a".repeat(63)), Labels::Strict).is_some());
        for raw in [format!("{}.com", "a".repeat(64)), "-a.com".into(), "a-.com".into(), "a b.com".into()] {
            assert_eq!(ascii_host(&raw, Labels::Strict), None, "{raw}");
        }
    }

    #[test]
    fn underscores_are_for_the_web_only() {
        assert!(ascii_host("my_shop.example.com", Labels::Underscore).is_some());
        assert!(ascii_host("my_shop.example.com", Labels::Strict).is_none());
    }

    proptest! {
        #[test]
        fn an_ascii_host_survives_both_directions(raw in any_text()) {
            if let Some(host) = ascii_host(&format!("{raw}.example"), Labels::Underscore) {
                prop_assert_eq!(ascii_host(&host, Labels::Underscore), Some(host.clone()));
                prop_assert_eq!(ascii_host(&unicode_host(&host), Labels::Underscore), Some(host));
            }
        }
    }
}
