//! E-mail addresses in the one form they are stored, compared and sent to: lower case, ASCII,
//! domain in punycode.

use serde::Serialize;

use super::domain::{Labels, ascii_host, unicode_host};
use super::problem::{Problem, at_most};
use super::text::clean_line;
use super::{parsed_from_text, text_value};

/// RFC 5321 §4.5.3.1.3: a path has 256 octets, two of them angle brackets.
const TOTAL_MAX: usize = 254;
/// RFC 5321 §4.5.3.1.1.
const LOCAL_MAX: usize = 64;

/// An address such as `ivan@xn--80a1acny.xn--p1ai`.
///
/// The local part is a dot-atom of RFC 5322. Quoted local parts and local parts outside ASCII
/// (SMTPUTF8, RFC 6531) are refused: too few servers accept them for a campaign or a password reset
/// to rely on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Email(String);

text_value!(Email);
parsed_from_text!(Email);

impl Email {
    /// Takes `a@b.example`, `Name <a@b.example>` and `mailto:a@b.example?subject=…`; the case of
    /// all of it is dropped.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let line = clean_line(raw);
        if line.is_empty() {
            return Err(Problem::Required);
        }
        let address = unlinked(unwrapped(&line));
        at_most(TOTAL_MAX, address)?;
        let (local, domain) = address.rsplit_once('@').ok_or(Problem::EmailInvalid)?;
        if !is_dot_atom(local) {
            return Err(Problem::EmailInvalid);
        }
        let domain = ascii_host(domain, Labels::Strict).ok_or(Problem::EmailInvalid)?;
        let email = format!("{}@{domain}", local.to_ascii_lowercase());
        at_most(TOTAL_MAX, &email)?;
        Ok(Self(email))
    }

    /// The part after the `@`, in ASCII.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address as people write it, the domain in its own script; it parses to the same value.
    pub fn unicode(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        format!("{local}@{}", unicode_host(domain))
    }
}

/// The address inside `Name <address>`.
fn unwrapped(line: &str) -> &str {
    line.strip_suffix('>').and_then(|open| open.rsplit_once('<')).map_or(line, |(_, address)| address.trim())
}

/// The address of a `mailto:` link, without its query.
fn unlinked(address: &str) -> &str {
    match address.split_at_checked("mailto:".len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto:") => {
            rest.split_once('?').map_or(rest, |(address, _)| address).trim()
        }
        _ => address,
    }
}

fn is_dot_atom(local: &str) -> bool {
    let is_atext = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b);
    local.len() <= LOCAL_MAX && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{any_text, word_of};
    use super::*;
    use proptest::prelude::*;

    fn parsed(raw: &str) -> String {
        Email::parse(raw).unwrap_or_else(|problem| panic!("{raw:?} {problem}")).into_string()
    }

    #[test]
    fn spaces_and_case_are_dropped() {
        assert_eq!(parsed("  SPACES@Example.COM\u{200B} "), "spaces@example.com");
    }

    #[test]
    fn links_and_display_names_are_unwrapped() {
        assert_eq!(parsed("mailto:Ann@example.com?subject=Hi"), "ann@example.com");
        assert_eq!(parsed("\"Lee, Ann\" <ann@example.com>"), "ann@example.com");
        assert_eq!(parsed("Ann < MAILTO: ann@example.com >"), "ann@example.com");
    }

    #[test]
    fn every_character_of_an_atom_is_taken() {
        assert_eq!(parsed("o'brien+crm.x_y-z=1@mail.example.co.uk"), "o'brien+crm.x_y-z=1@mail.example.co.uk");
    }

    #[test]
    fn an_international_domain_is_stored_in_ascii_and_shown_in_its_script() {
        let email = Email::parse("Info@Почта.РФ").unwrap();
        assert_eq!(email.as_str(), "info@xn--80a1acny.xn--p1ai");
        assert_eq!(email.domain(), "xn--80a1acny.xn--p1ai");
        assert_eq!(email.unicode(), "info@почта.рф");
        assert_eq!(Email::parse("a@müller.de").unwrap().as_str(), "a@xn--mller-kva.de");
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        for raw in [
            "Few",
            "not-a-mail",
            "@example.com",
            "a@",
            "a@b",
            "a@b@c.com",
            "a b@example.com",
            "a@exa mple.com",
            ".a@example.com",
            "a.@example.com",
            "a..b@example.com",
            "a@.example.com",
            "a@example.com.",
            "a@a..com",
            "a@-a.com",
            "a@127.0.0.1",
            "a@[127.0.0.1]",
            "a@localhost",
            "\"a b\"@example.com",
            "a@exa_mple.com",
            "a@example.com, b@example.com",
            "<a@example.com",
            "a@example.com;",
            "a@b.com>",
        ] {
            assert_eq!(Email::parse(raw), Err(Problem::EmailInvalid), "{raw}");
        }
    }

    #[test]
    fn a_local_part_outside_ascii_is_refused() {
        assert_eq!(Email::parse("иван@example.com"), Err(Problem::EmailInvalid));
    }

    #[test]
    fn nothing_is_missing_rather_than_invalid() {
        assert_eq!(Email::parse(" \u{FEFF} "), Err(Problem::Required));
    }

    #[test]
    fn the_limits_of_smtp_hold() {
        assert!(Email::parse(&format!("{}@example.com", "a".repeat(64))).is_ok());
        assert_eq!(Email::parse(&format!("{}@example.com", "a".repeat(65))), Err(Problem::EmailInvalid));
        let long = ["a".repeat(63), "b".repeat(63), "c".repeat(63)].join(".");
        assert_eq!(Email::parse(&format!("{}@{long}.com", "a".repeat(64))), Err(Problem::TooLong { max: 254 }));
        assert_eq!(Email::parse(&format!("a@{}.com", "ж".repeat(300))), Err(Problem::TooLong { max: 254 }));
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(
            raw in any_text(),
            local in word_of("aZ0.+-'", 9),
            domain in any_text(),
        ) {
            for candidate in [raw, format!("{local}@{domain}.com")] {
                if let Ok(email) = Email::parse(&candidate) {
                    prop_assert!(email.as_str().is_ascii());
                    prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
                    prop_assert_eq!(Email::parse(&email.unicode()), Ok(email));
                }
            }
        }
    }
}
