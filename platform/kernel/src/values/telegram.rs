//! Telegram user names, taken from however people write them down.

use serde::Serialize;

use super::problem::Problem;
use super::text::clean_line;
use super::{parsed_from_text, text_value};

/// Telegram gives out names of 5 characters and more; those of 4 are sold on Fragment.
const LENGTH_MIN: usize = 4;
const LENGTH_MAX: usize = 32;

const SITES: [&str; 3] = ["t.me/", "telegram.me/", "telegram.dog/"];

/// A name such as `Ivan_Petrov`, without the `@`. It keeps its case; [`key`](Self::key) tells
/// whether two are one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct TelegramUsername(String);

text_value!(TelegramUsername);
parsed_from_text!(TelegramUsername);

impl TelegramUsername {
    /// Takes `@name`, `name`, `t.me/name`, `https://telegram.me/name?start=x` and
    /// `tg://resolve?domain=name`. Invitations (`t.me/+…`, `t.me/joinchat/…`) and links to one
    /// message name nobody and are refused.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let line = clean_line(raw);
        if line.is_empty() {
            return Err(Problem::Required);
        }
        let name = linked_name(&line).unwrap_or(&line);
        let name = name.strip_prefix('@').unwrap_or(name);
        if !is_username(name) {
            return Err(Problem::TelegramInvalid);
        }
        Ok(Self(name.to_owned()))
    }

    /// Equal for names that Telegram holds to be the same.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

/// The name in a link, if this is one.
fn linked_name(line: &str) -> Option<&str> {
    if let Some(query) = strip_prefix_ignoring_case(line, "tg://resolve?") {
        return query.split('&').find_map(|pair| pair.strip_prefix("domain="));
    }
    let address = ["https://", "http://"].iter().find_map(|scheme| strip_prefix_ignoring_case(line, scheme));
    let address = address.unwrap_or(line);
    let address = strip_prefix_ignoring_case(address, "www.").unwrap_or(address);
    let path = SITES.iter().find_map(|site| strip_prefix_ignoring_case(address, site))?;
    let name = path.split(['?', '#']).next().unwrap_or(path);
    Some(name.strip_suffix('/').unwrap_or(name))
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn is_username(name: &str) -> bool {
    (LENGTH_MIN..=LENGTH_MAX).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::super::testing::{any_text, word_of};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_way_to_write_a_name_gives_the_name() {
        for raw in [
            "@Spaces",
            "Spaces",
            " t.me/Spaces ",
            "https://t.me/Spaces",
            "HTTP://www.T.me/Spaces/",
            "telegram.me/Spaces",
            "https://t.me/Spaces?start=1",
            "tg://resolve?start=1&domain=Spaces",
            "t.me/@Spaces",
            "telegram.dog/Spaces",
        ] {
            let name = TelegramUsername::parse(raw).unwrap_or_else(|problem| panic!("{raw} {problem}"));
            assert_eq!(name.as_str(), "Spaces");
        }
    }

    #[test]
    fn names_that_differ_by_case_are_one() {
        let (loud, quiet) = (TelegramUsername::parse("@PLAIN").unwrap(), TelegramUsername::parse("@plain").unwrap());
        assert_eq!(loud.key(), quiet.key());
        assert_eq!(loud.to_string(), "PLAIN");
    }

    #[test]
    fn names_have_4_to_32_letters_digits_and_underscores() {
        assert!(TelegramUsername::parse("auto").is_ok());
        assert!(TelegramUsername::parse(&"a".repeat(32)).is_ok());
        assert!(TelegramUsername::parse("user_0").is_ok());
        for raw in ["@x", "abc", "1abcd", "_abcd", "ab-cd", "иван", "a b c", "@@name", &"a".repeat(33)] {
            assert_eq!(TelegramUsername::parse(raw), Err(Problem::TelegramInvalid), "{raw}");
        }
        assert_eq!(TelegramUsername::parse(" "), Err(Problem::Required));
    }

    #[test]
    fn invitations_messages_and_other_sites_are_refused() {
        for raw in [
            "t.me/+AbCdEfGh",
            "t.me/joinchat/AAAA",
            "https://t.me/name/123",
            "t.me/",
            "https://example.com/name",
            "tg://resolve?phone=79125550011",
            "https://evil.com/?t.me/name",
        ] {
            assert_eq!(TelegramUsername::parse(raw), Err(Problem::TelegramInvalid), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(raw in any_text(), name in word_of("aBz_9", 34)) {
            for candidate in [raw, format!("t.me/{name}")] {
                if let Ok(name) = TelegramUsername::parse(&candidate) {
                    prop_assert_eq!(TelegramUsername::parse(name.as_str()), Ok(name.clone()));
                    prop_assert_eq!(TelegramUsername::parse(&format!("@{name}")), Ok(name));
                }
            }
        }
    }
}
