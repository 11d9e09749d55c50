//! Addresses of LinkedIn people and companies in one form, so that two spellings of a profile are
//! one profile.

use serde::Serialize;

use super::link::WebUrl;
use super::problem::Problem;
use super::{parsed_from_text, text_value};

/// LinkedIn's own limit for the last part of a profile address.
const SLUG_MAX: usize = 100;

/// `https://www.linkedin.com/in/<slug>` or `https://www.linkedin.com/company/<slug>`, all in lower
/// case (LinkedIn does not tell case apart).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct LinkedInUrl(String);

text_value!(LinkedInUrl);
parsed_from_text!(LinkedInUrl);

impl LinkedInUrl {
    /// Takes the address with or without scheme, of the mobile or a country's host, with a query or
    /// further path.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let url = WebUrl::parse(raw).map_err(|problem| match problem {
            Problem::Required | Problem::TooLong { .. } => problem,
            _ => Problem::LinkedInInvalid,
        })?;
        let path = url.as_str().split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let mut parts = path.split('/').skip(3).filter(|part| !part.is_empty() && *part != "mwlite");
        let (kind, slug) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if !is_linkedin(url.host()) || !matches!(kind, "in" | "company") || !is_slug(slug) {
            return Err(Problem::LinkedInInvalid);
        }
        Ok(Self(format!("https://www.linkedin.com/{kind}/{slug}")))
    }
}

/// The site itself, its mobile hosts and those of the countries (`de.linkedin.com`).
fn is_linkedin(host: &str) -> bool {
    let Some(subdomain) = host.strip_suffix("linkedin.com") else {
        return false;
    };
    let country = |name: &str| name.len() == 3 && name.bytes().take(2).all(|b| b.is_ascii_lowercase());
    matches!(subdomain, "" | "www." | "m." | "mobile." | "touch.") || (subdomain.ends_with('.') && country(subdomain))
}

/// Slugs outside ASCII arrive percent-encoded; the limit is for the bytes behind the encoding.
fn is_slug(slug: &str) -> bool {
    let visible = |code: &str| code.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).is_some_and(|b| b > b' ');
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-_.%&'".contains(&b);
    slug.split('%').skip(1).all(visible)
        && slug.bytes().all(allowed)
        && slug.bytes().any(|b| b.is_ascii_alphanumeric())
        && slug.len() - 2 * slug.matches('%').count() <= SLUG_MAX
}

#[cfg(test)]
mod tests {
    use super::super::testing::any_text;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_spelling_of_a_profile_is_one_address() {
        for raw in [
            "linkedin.com/in/Ivan-Petrov",
            "https://www.linkedin.com/in/ivan-petrov/",
            "m.linkedin.com/in/ivan-petrov",
            "http://ru.linkedin.com/in/ivan-petrov?trk=people",
            "https://www.linkedin.com/mwlite/in/ivan-petrov",
            " https://linkedin.com/in/ivan-petrov/en#about ",
            "https://LinkedIn.com/in/ivan-petrov/details/skills",
        ] {
            let url = LinkedInUrl::parse(raw).unwrap_or_else(|problem| panic!("{raw} {problem}"));
            assert_eq!(url.as_str(), "https://www.linkedin.com/in/ivan-petrov");
        }
    }

    #[test]
    fn companies_have_addresses_too() {
        let url = LinkedInUrl::parse("de.linkedin.com/company/Acme-Inc/about/").unwrap();
        assert_eq!(url.as_str(), "https://www.linkedin.com/company/acme-inc");
    }

    #[test]
    fn a_slug_in_another_script_is_percent_encoded() {
        let url = LinkedInUrl::parse("linkedin.com/in/иван").unwrap();
        assert_eq!(url.as_str(), "https://www.linkedin.com/in/%d0%b8%d0%b2%d0%b0%d0%bd");
        assert_eq!(LinkedInUrl::parse("linkedin.com/in/%D0%B8%D0%B2%D0%B0%D0%BD"), Ok(url));
    }

    #[test]
    fn other_pages_and_other_sites_are_refused() {
        for raw in [
            "linkedin.com",
            "linkedin.com/in/",
            "linkedin.com/feed/",
            "linkedin.com/school/mit",
            "evil-linkedin.com/in/a",
            "linkedin.com.evil.com/in/a",
            "business.linkedin.com/in/a",
            "example.com/in/a",
            "ivan-petrov",
            "in/ivan",
            "linkedin.com/in/a%20%3Cb%3E$",
            "linkedin.com/in/--",
            "linkedin.com/in/a%20b",
            "linkedin.com/in/100%",
            "javascript:alert(1)",
        ] {
            assert_eq!(LinkedInUrl::parse(raw), Err(Problem::LinkedInInvalid), "{raw}");
        }
        assert_eq!(LinkedInUrl::parse(""), Err(Problem::Required));
        assert!(LinkedInUrl::parse(&format!("linkedin.com/in/{}", "a".repeat(101))).is_err());
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(raw in any_text()) {
            for candidate in [raw.clone(), format!("linkedin.com/in/{raw}")] {
                if let Ok(url) = LinkedInUrl::parse(&candidate) {
                    prop_assert_eq!(LinkedInUrl::parse(url.as_str()), Ok(url));
                }
            }
        }
    }
}
