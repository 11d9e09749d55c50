//! Value types: every piece of input is parsed here once, before any logic sees it.
//!
//! A parser answers the normalised value or a [`Problem`], which knows neither the field nor the
//! language of the reader. None of the types implements `Deserialize`: requests carry plain strings
//! and commands parse them, so that a refusal names its field. Parsing a value's own text gives the
//! same value again.

mod company_key;
mod currency;
mod domain;
mod email;
mod link;
mod linkedin;
mod name;
mod phone;
mod problem;
pub mod search;
mod tag;
mod telegram;
#[cfg(test)]
mod testing;
mod text;
mod time_zone;

pub use company_key::company_key;
pub use currency::Currency;
pub use email::Email;
pub use link::WebUrl;
pub use linkedin::LinkedInUrl;
pub use name::{Line, Paragraph, name_key};
pub use phone::Phone;
pub use problem::Problem;
pub use tag::{Tag, Tags};
pub use telegram::TelegramUsername;
pub use text::{clean_line, clean_text};
pub use time_zone::TimeZone;

/// Parses a field that may be left out: nothing visible in `raw` is `None`, anything else must
/// parse.
pub fn optional<T>(raw: &str, parse: impl FnOnce(&str) -> Result<T, Problem>) -> Result<Option<T>, Problem> {
    if clean_line(raw).is_empty() {
        return Ok(None);
    }
    parse(raw).map(Some)
}

/// What every value around one `String` offers.
macro_rules! text_value {
    ($type:ident $(<const $max:ident>)?) => {
        impl$(<const $max: usize>)? $type$(<$max>)? {
            /// The normalised text, as it is stored and sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The normalised text, without a copy.
            pub fn into_string(self) -> String {
                self.0
            }

            /// Takes back a text that this type parsed before it was stored; it is not checked
            /// again.
            pub fn from_stored(stored: String) -> Self {
                Self(stored)
            }
        }

        impl$(<const $max: usize>)? AsRef<str> for $type$(<$max>)? {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl$(<const $max: usize>)? std::fmt::Display for $type$(<$max>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// `TryFrom<&str>` for the values that need nothing but the text to parse it.
macro_rules! parsed_from_text {
    ($type:ident $(<const $max:ident>)?) => {
        impl$(<const $max: usize>)? TryFrom<&str> for $type$(<$max>)? {
            type Error = crate::values::Problem;

            fn try_from(raw: &str) -> Result<Self, Self::Error> {
                Self::parse(raw)
            }
        }
    };
}

pub(crate) use {parsed_from_text, text_value};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_optional_field_left_blank_is_absent() {
        assert_eq!(optional(" \u{200B}\t", Email::parse), Ok(None));
    }

    #[test]
    fn an_optional_field_with_text_must_parse() {
        assert_eq!(optional("nonsense", Email::parse), Err(Problem::EmailInvalid));
        assert_eq!(optional("a@b.example", Email::parse), Email::parse("a@b.example").map(Some));
    }

    #[test]
    fn a_stored_value_comes_back_as_it_was() {
        let email = Email::parse("a@b.example").unwrap();
        assert_eq!(Email::from_stored(email.clone().into_string()), email);
    }

    #[test]
    fn values_are_sent_as_plain_strings() {
        let line = Line::<10>::parse(" Acme ").unwrap();
        assert_eq!(serde_json::to_string(&line).unwrap(), r#""Acme""#);
        let phone = Phone::parse("+44 20 7946 0000", None).unwrap();
        assert_eq!(serde_json::to_string(&phone).unwrap(), r#""+442079460000""#);
        let tags = Tags::parse(["vip", "new"]).unwrap();
        assert_eq!(serde_json::to_string(&tags).unwrap(), r#"["vip","new"]"#);
    }
}
