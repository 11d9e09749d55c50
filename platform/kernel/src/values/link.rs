//! Web addresses, http and https only, in the one form they are stored and compared.

use serde::Serialize;
use url::{Host, Url};

use super::domain::{Labels, ascii_host};
use super::problem::{Problem, at_most};
use super::text::clean_line;
use super::{parsed_from_text, text_value};

/// What browsers and spreadsheets agree to open.
const LENGTH_MAX: usize = 2048;

/// An address such as `https://example.com/about`: host in lower-case ASCII, default port dropped,
/// the path percent-encoded, no `/` after a bare host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct WebUrl(String);

text_value!(WebUrl);
parsed_from_text!(WebUrl);

impl WebUrl {
    /// `https://` is added when no scheme is given. Other schemes are [`Problem::UrlScheme`];
    /// spaces, backslashes, credentials, IP addresses and hosts without a dot (`localhost`) are
    /// [`Problem::UrlInvalid`].
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let line = clean_line(raw);
        if line.is_empty() {
            return Err(Problem::Required);
        }
        at_most(LENGTH_MAX, &line)?;
        if line.contains([' ', '\\']) {
            return Err(Problem::UrlInvalid);
        }
        let mut url = Url::parse(&with_scheme(&line)?).map_err(|_| Problem::UrlInvalid)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Problem::UrlInvalid);
        }
        let host = web_host(&url).ok_or(Problem::UrlInvalid)?;
        url.set_host(Some(&host)).map_err(|_| Problem::UrlInvalid)?;
        let text = without_bare_slash(&url);
        at_most(LENGTH_MAX, &text)?;
        Ok(Self(text))
    }

    /// The host in ASCII, without the port.
    pub fn host(&self) -> &str {
        let rest = self.0.split_once("://").map_or(self.as_str(), |(_, rest)| rest);
        rest.split([':', '/', '?', '#']).next().unwrap_or(rest)
    }
}

/// Makes sure of `http://` or `https://` in front.
fn with_scheme(line: &str) -> Result<String, Problem> {
    if let Some(rest) = line.strip_prefix("//") {
        return Ok(format!("https://{rest}"));
    }
    let Some((scheme, rest)) = line.split_once(':').filter(|(scheme, rest)| is_scheme(scheme, rest)) else {
        return Ok(format!("https://{line}"));
    };
    if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Err(Problem::UrlScheme);
    }
    if !rest.starts_with("//") {
        return Err(Problem::UrlInvalid);
    }
    Ok(line.to_owned())
}

/// RFC 3986 §3.1, but `example.com:8080` is a host with its port.
fn is_scheme(before: &str, after: &str) -> bool {
    let shape = before.starts_with(|c: char| c.is_ascii_alphabetic())
        && before.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let port = before.contains('.') && after.starts_with(|c: char| c.is_ascii_digit());
    shape && !port
}

/// The host of the address, if it has a dotted name; a full stop after it (`example.com.`) is not
/// part of it.
fn web_host(url: &Url) -> Option<String> {
    match url.host()? {
        Host::Domain(name) => ascii_host(name.strip_suffix('.').unwrap_or(name), Labels::Underscore),
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}

fn without_bare_slash(url: &Url) -> String {
    let text = url.as_str();
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if bare { text.strip_suffix('/').unwrap_or(text).to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::testing::any_text;
    use super::*;
    use proptest::prelude::*;

    fn parsed(raw: &str) -> String {
        WebUrl::parse(raw).unwrap_or_else(|problem| panic!("{raw:?} {problem}")).into_string()
    }

    #[test]
    fn a_missing_scheme_becomes_https() {
        assert_eq!(parsed(" Example.COM "), "https://example.com");
        assert_eq!(parsed("//example.com/a"), "https://example.com/a");
        assert_eq!(parsed("example.com:8080/x:y"), "https://example.com:8080/x:y");
        assert_eq!(parsed("http://example.com"), "http://example.com");
    }

    #[test]
    fn only_a_bare_host_loses_its_slash() {
        assert_eq!(parsed("https://example.com/"), "https://example.com");
        assert_eq!(parsed("https://example.com/About/"), "https://example.com/About/");
        assert_eq!(parsed("https://example.com/?q=1"), "https://example.com/?q=1");
        assert_eq!(parsed("https://example.com./"), "https://example.com");
        assert_eq!(parsed("HTTPS://example.com:443/"), "https://example.com");
    }

    #[test]
    fn an_international_host_becomes_punycode() {
        let url = WebUrl::parse("Ромашка.РФ/О-нас").unwrap();
        assert_eq!(url.as_str(), "https://xn--80aa3agjl3d.xn--p1ai/%D0%9E-%D0%BD%D0%B0%D1%81");
        assert_eq!(url.host(), "xn--80aa3agjl3d.xn--p1ai");
        assert_eq!(WebUrl::parse("a.example.com:81?x#y").unwrap().host(), "a.example.com");
    }

    #[test]
    fn other_schemes_are_refused_by_name() {
        for raw in [
            "javascript:alert(1)",
            "JavaScript://example.com/%0aalert(1)",
            "java\nscript:alert(1)",
            "ftp://example.com",
            "data:text/html,x",
            "mailto:a@example.com",
            "file:///etc/passwd",
            "java\u{200B}script:alert(1)",
        ] {
            let problem = WebUrl::parse(raw).unwrap_err();
            assert!(matches!(problem, Problem::UrlScheme | Problem::UrlInvalid), "{raw} {problem}");
        }
        assert_eq!(WebUrl::parse("javascript:alert(1)"), Err(Problem::UrlScheme));
    }

    #[test]
    fn addresses_that_hide_where_they_lead_are_refused() {
        for raw in [
            "https://user:pass@example.com",
            "https://bank.com@evil.com",
            "https://exa mple.com",
            "https:\\\\evil.com",
            "https://localhost",
            "localhost:3000",
            "intranet",
            "https://10.0.0.1",
            "https://[::1]/",
            "https://0x7f.1",
            "https://a..com",
            "https://-a.com",
            "https:example.com",
            "https://",
            "?",
            "https://example.com:99999",
        ] {
            let problem = WebUrl::parse(raw).unwrap_err();
            assert!(matches!(problem, Problem::UrlInvalid | Problem::UrlScheme), "{raw} {problem}");
        }
    }

    #[test]
    fn length_is_checked_before_and_after_encoding() {
        let path = "a".repeat(2048 - "https://example.com/".len());
        assert!(WebUrl::parse(&format!("https://example.com/{path}")).is_ok());
        assert_eq!(WebUrl::parse(&format!("https://example.com/a{path}")), Err(Problem::TooLong { max: 2048 }));
        let cyrillic = "ж".repeat(1000);
        assert_eq!(WebUrl::parse(&format!("example.com/{cyrillic}")), Err(Problem::TooLong { max: 2048 }));
    }

    #[test]
    fn nothing_is_missing_rather_than_invalid() {
        assert_eq!(WebUrl::parse("\t"), Err(Problem::Required));
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(raw in any_text()) {
            let (path, host) = (format!("example.com/{raw}"), format!("http://{raw}.com?{raw}"));
            for candidate in [raw, path, host] {
                if let Ok(url) = WebUrl::parse(&candidate) {
                    prop_assert!(url.as_str().is_ascii());
                    prop_assert!(url.as_str().starts_with("http"));
                    prop_assert!(url.host().contains('.'));
                    prop_assert_eq!(WebUrl::parse(url.as_str()), Ok(url));
                }
            }
        }
    }
}
