//! Tags, and the short list of them that a record carries.

use std::collections::HashSet;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::problem::{Problem, at_most};
use super::text::clean_line;
use super::{parsed_from_text, text_value};

/// What separates tags where several are written in one field, in the scripts we expect.
const SEPARATORS: [char; 6] = [',', ';', '\u{FF0C}', '\u{FF1B}', '\u{60C}', '\u{61B}'];

/// One line of 1 to 50 characters without commas and semicolons. It keeps the case it was first
/// written in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Tag(String);

text_value!(Tag);
parsed_from_text!(Tag);

impl Tag {
    pub const MAX: usize = 50;

    /// Refuses empty and long tags and those that would fall apart in a comma-separated list.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let tag = clean_line(raw);
        if tag.is_empty() {
            return Err(Problem::Required);
        }
        at_most(Self::MAX, &tag)?;
        if tag.contains(SEPARATORS) {
            return Err(Problem::TagSeparator);
        }
        Ok(Self(tag))
    }

    /// Equal for tags that differ in case only (`VIP`, `vip`; `Straße`, `STRASSE`).
    pub fn key(&self) -> String {
        let folded = self.0.chars().flat_map(char::to_lowercase).flat_map(char::to_uppercase);
        folded.flat_map(char::to_lowercase).nfc().collect()
    }
}

/// Up to 50 tags, each once, in the order they were given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Tags(Vec<Tag>);

impl Tags {
    pub const MAX: usize = 50;

    /// Parses each entry; blank ones are skipped, and of those with one [`Tag::key`] the first
    /// stays.
    pub fn parse<'a>(raw: impl IntoIterator<Item = &'a str>) -> Result<Self, Problem> {
        let mut seen = HashSet::new();
        let mut tags = Vec::new();
        for entry in raw {
            let Some(tag) = super::optional(entry, Tag::parse)? else {
                continue;
            };
            if seen.insert(tag.key()) {
                tags.push(tag);
            }
            if tags.len() > Self::MAX {
                return Err(Problem::TooMany { max: Self::MAX });
            }
        }
        Ok(Self(tags))
    }

    /// Parses one field that holds several tags between commas or semicolons, as files to import
    /// do.
    pub fn parse_list(raw: &str) -> Result<Self, Problem> {
        Self::parse(raw.split(SEPARATORS))
    }

    /// Takes back tags that were parsed before they were stored; they are not checked again.
    pub fn from_stored(stored: impl IntoIterator<Item = String>) -> Self {
        Self(stored.into_iter().map(Tag::from_stored).collect())
    }

    /// This list and those of `other` that it lacks.
    pub fn with(&self, other: &Self) -> Result<Self, Problem> {
        Self::parse(self.iter().chain(other.iter()).map(Tag::as_str))
    }

    /// This list less those of `other`, whatever their case.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let gone: HashSet<_> = other.iter().map(Tag::key).collect();
        Self(self.iter().filter(|tag| !gone.contains(&tag.key())).cloned().collect())
    }

    /// Whether the list has this tag, whatever its case.
    pub fn contains(&self, tag: &Tag) -> bool {
        self.iter().any(|own| own.key() == tag.key())
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Tag> {
        self.0.iter()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Tags {
    type Item = &'a Tag;
    type IntoIter = std::slice::Iter<'a, Tag>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::any_text;
    use super::*;
    use proptest::prelude::*;

    fn shown(tags: &Tags) -> Vec<&str> {
        tags.iter().map(Tag::as_str).collect()
    }

    #[test]
    fn a_tag_is_one_clean_line() {
        assert_eq!(Tag::parse("  горячий \n лид ").unwrap().as_str(), "горячий лид");
        assert_eq!(Tag::parse(" "), Err(Problem::Required));
        assert_eq!(Tag::parse(&"я".repeat(51)), Err(Problem::TooLong { max: 50 }));
        for raw in ["a,b", "a; b", "a，b"] {
            assert_eq!(Tag::parse(raw), Err(Problem::TagSeparator), "{raw}");
        }
    }

    #[test]
    fn case_does_not_make_a_new_tag() {
        for (one, other) in [("VIP", "vip"), ("Straße", "STRASSE"), ("ЁЛКА", "ёлка"), ("ΣΑΣ", "σας"), ("ẞ", "ss")]
        {
            assert_eq!(Tag::parse(one).unwrap().key(), Tag::parse(other).unwrap().key());
        }
        assert_ne!(Tag::parse("vip").unwrap().key(), Tag::parse("v.i.p").unwrap().key());
    }

    #[test]
    fn a_list_keeps_the_first_spelling_and_skips_blanks() {
        assert_eq!(shown(&Tags::parse(["VIP", " ", "vip", "Новый"]).unwrap()), ["VIP", "Новый"]);
        assert_eq!(shown(&Tags::parse_list("холодный; выставка,, Холодный").unwrap()), ["холодный", "выставка"]);
    }

    #[test]
    fn a_list_has_at_most_50_different_tags() {
        let numbers: Vec<String> = (0..51).map(|n| n.to_string()).collect();
        assert_eq!(Tags::parse(numbers.iter().map(String::as_str)), Err(Problem::TooMany { max: 50 }));
        assert_eq!(Tags::parse(numbers.iter().take(50).chain(&numbers[..5]).map(String::as_str)).unwrap().len(), 50);
    }

    #[test]
    fn lists_are_added_and_subtracted_whatever_the_case() {
        let (ours, theirs) = (Tags::parse_list("A, b").unwrap(), Tags::parse_list("B, c").unwrap());
        assert_eq!(shown(&ours.with(&theirs).unwrap()), ["A", "b", "c"]);
        assert_eq!(shown(&ours.without(&theirs)), ["A"]);
        assert!(ours.contains(&Tag::parse("a").unwrap()));
        assert!(Tags::default().is_empty());
    }

    #[test]
    fn stored_tags_come_back_as_they_were() {
        let tags = Tags::parse_list("VIP, b").unwrap();
        assert_eq!(Tags::from_stored((&tags).into_iter().map(Tag::to_string)), tags);
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(raw in any_text()) {
            if let Ok(tag) = Tag::parse(&raw) {
                prop_assert_eq!(Tag::parse(tag.as_str()), Ok(tag.clone()));
            }
            if let Ok(tags) = Tags::parse_list(&raw) {
                prop_assert_eq!(Tags::parse(tags.iter().map(Tag::as_str)), Ok(tags.clone()));
                prop_assert_eq!(tags.with(&tags), Ok(tags.clone()));
                prop_assert!(tags.without(&tags).is_empty());
            }
        }
    }
}
