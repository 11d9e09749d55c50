//! Why a value was refused. A problem knows its limits but not its field: the command that parsed
//! the value adds that, and the API layer turns code and parameters into a sentence in the reader's
//! language.

/// The reason a value was refused; its `Display` is for logs and tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Problem {
    #[error("is required")]
    Required,
    #[error("is longer than {max} characters")]
    TooLong { max: usize },
    #[error("is shorter than {min} characters")]
    TooShort { min: usize },
    #[error("has more than {max} entries")]
    TooMany { max: usize },
    #[error("is not an e-mail address")]
    EmailInvalid,
    #[error("is not a phone number")]
    PhoneInvalid,
    #[error("is not a web address")]
    UrlInvalid,
    #[error("is not an http or https address")]
    UrlScheme,
    #[error("is not the address of a LinkedIn person or company")]
    LinkedInInvalid,
    #[error("is not a Telegram user name")]
    TelegramInvalid,
    #[error("contains a comma or a semicolon")]
    TagSeparator,
    #[error("is not between {min} and {max}")]
    NumberRange { min: i64, max: i64 },
    #[error("is none of the choices")]
    ChoiceUnknown,
    #[error("is not the name of a time zone")]
    TimeZoneUnknown,
}

impl Problem {
    /// The stable code clients and translations go by; it never changes once released.
    pub fn code(self) -> &'static str {
        match self {
            Self::Required => "field.required",
            Self::TooLong { .. } => "field.too_long",
            Self::TooShort { .. } => "field.too_short",
            Self::TooMany { .. } => "field.too_many",
            Self::EmailInvalid => "field.email.invalid",
            Self::PhoneInvalid => "field.phone.invalid",
            Self::UrlInvalid => "field.url.invalid",
            Self::UrlScheme => "field.url.scheme",
            Self::LinkedInInvalid => "field.linkedin.invalid",
            Self::TelegramInvalid => "field.telegram.invalid",
            Self::TagSeparator => "field.tag.separator",
            Self::NumberRange { .. } => "field.number.range",
            Self::ChoiceUnknown => "field.choice.unknown",
            Self::TimeZoneUnknown => "field.time_zone.unknown",
        }
    }

    /// Names and values for the message template of this code.
    pub fn params(self) -> Vec<(&'static str, i64)> {
        match self {
            Self::TooLong { max } | Self::TooMany { max } => vec![("max", count(max))],
            Self::TooShort { min } => vec![("min", count(min))],
            Self::NumberRange { min, max } => vec![("min", min), ("max", max)],
            _ => Vec::new(),
        }
    }
}

fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Refuses text of more than `max` characters (Unicode scalar values, not bytes).
pub(super) fn at_most(max: usize, text: &str) -> Result<(), Problem> {
    if text.chars().nth(max).is_some() {
        return Err(Problem::TooLong { max });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Problem; 14] = [
        Problem::Required,
        Problem::TooLong { max: 5 },
        Problem::TooShort { min: 2 },
        Problem::TooMany { max: 50 },
        Problem::EmailInvalid,
        Problem::PhoneInvalid,
        Problem::UrlInvalid,
        Problem::UrlScheme,
        Problem::LinkedInInvalid,
        Problem::TelegramInvalid,
        Problem::TagSeparator,
        Problem::NumberRange { min: 0, max: 100 },
        Problem::ChoiceUnknown,
        Problem::TimeZoneUnknown,
    ];

    #[test]
    fn every_code_is_its_own_and_starts_with_field() {
        let codes: std::collections::HashSet<_> = ALL.iter().map(|problem| problem.code()).collect();
        assert_eq!(codes.len(), ALL.len());
        assert!(codes.iter().all(|code| code.starts_with("field.")));
    }

    #[test]
    fn every_parameter_is_named_in_the_plain_message() {
        for problem in ALL {
            let message = problem.to_string();
            assert!(problem.params().iter().all(|(_, value)| message.contains(&value.to_string())), "{message}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_not_bytes() {
        assert_eq!(at_most(7, "Ромашка"), Ok(()));
        assert_eq!(at_most(6, "Ромашка"), Err(Problem::TooLong { max: 6 }));
    }
}
