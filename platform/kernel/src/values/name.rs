//! Bounded text: one visible line, or a multi-line paragraph, of at most `MAX` characters.

use serde::Serialize;

use super::problem::{Problem, at_most};
use super::text::{clean_line, clean_text};
use super::{parsed_from_text, text_value};

/// One line of 1 to `MAX` characters, cleaned by [`clean_line`]: `type CompanyName = Line<255>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Line<const MAX: usize>(String);

text_value!(Line<const MAX>);
parsed_from_text!(Line<const MAX>);

impl<const MAX: usize> Line<MAX> {
    /// Refuses text with nothing visible in it and text of more than `MAX` characters.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        bounded(clean_line(raw), MAX).map(Self)
    }
}

/// Several lines, 1 to `MAX` characters with their line ends, cleaned by [`clean_text`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Paragraph<const MAX: usize>(String);

text_value!(Paragraph<const MAX>);
parsed_from_text!(Paragraph<const MAX>);

impl<const MAX: usize> Paragraph<MAX> {
    /// Refuses text with nothing visible in it and text of more than `MAX` characters.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        bounded(clean_text(raw), MAX).map(Self)
    }
}

fn bounded(clean: String, max: usize) -> Result<String, Problem> {
    if clean.is_empty() {
        return Err(Problem::Required);
    }
    at_most(max, &clean)?;
    Ok(clean)
}

/// The form of a name that sorts and compares: lower case, `ё` as `е`.
#[must_use]
pub fn name_key(name: &str) -> String {
    name.to_lowercase().replace('ё', "е")
}

#[cfg(test)]
mod tests {
    use super::super::testing::any_text;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_is_measured_after_cleaning() {
        assert_eq!(Line::<4>::parse("  Acme\u{200B}  ").unwrap().as_str(), "Acme");
        assert_eq!(Line::<4>::parse("Acme!"), Err(Problem::TooLong { max: 4 }));
    }

    #[test]
    fn a_line_of_nothing_visible_is_missing() {
        for raw in ["", "   ", "\u{200B}\u{FEFF}", "\u{3164}", "\r\n"] {
            assert_eq!(Line::<10>::parse(raw), Err(Problem::Required), "{raw:?}");
        }
    }

    #[test]
    fn a_limit_counts_characters_of_any_script() {
        assert!(Line::<255>::try_from("я".repeat(255).as_str()).is_ok());
        assert!(Line::<255>::try_from("я".repeat(256).as_str()).is_err());
    }

    #[test]
    fn a_paragraph_keeps_its_lines() {
        let paragraph = Paragraph::<20>::try_from("one\r\ntwo  \r\n").unwrap();
        assert_eq!(paragraph.to_string(), "one\ntwo");
    }

    #[test]
    fn markup_and_formulas_are_kept_as_they_are() {
        for raw in ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "Tom &amp; Co"] {
            assert_eq!(Line::<50>::parse(raw).unwrap().as_str(), raw);
        }
    }

    proptest! {
        #[test]
        fn parsing_what_was_parsed_changes_nothing(raw in any_text()) {
            if let Ok(line) = Line::<20>::parse(&raw) {
                prop_assert!((1..=20).contains(&line.as_str().chars().count()));
                prop_assert_eq!(Line::parse(line.as_str()), Ok(line));
            }
            if let Ok(paragraph) = Paragraph::<20>::parse(&raw) {
                prop_assert_eq!(Paragraph::parse(paragraph.as_str()), Ok(paragraph));
            }
        }
    }

    #[test]
    fn names_compare_without_case() {
        assert_eq!(name_key("Семён ПЕТРОВ"), "семен петров");
    }
}
