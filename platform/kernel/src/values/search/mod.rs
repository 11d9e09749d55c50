//! Search text that SQLite FTS5 and PostgreSQL read alike: documents become normalised words here,
//! questions become terms in [`query`], and both databases only compare prefixes. Accents, case,
//! scripts and inflections are settled in this module, never in a tokenizer or a dictionary of the
//! database.

mod fold;
mod query;
mod spelling;

use std::collections::HashSet;

pub use query::{Term, fts5_match, query_terms, tsquery};
pub use spelling::Vocabulary;

pub(super) use fold::words;

use super::Phone;

/// Words kept per document: enough for every field of a record and the beginning of a long note.
const INDEX_TOKENS_MAX: usize = 400;

/// Longer words are cut, in documents and in questions alike.
const TOKEN_CHARS_MAX: usize = 64;

/// The different words of all parts, in order, joined by spaces: lower case, without accents (`й`
/// stays, `ё` is `е`), `ß` as `ss`, split at everything that is not a letter or a digit. Han and
/// kana are indexed character by character: they are written without spaces, and any substring is
/// then found as an AND of its characters.
///
/// FTS5 takes the text as it is (`tokenize = "unicode61 remove_diacritics 0"`). PostgreSQL takes
/// `array_to_tsvector(string_to_array(text, ' '))`: the parser of `to_tsvector` loses whole scripts.
pub fn index_tokens<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut seen = HashSet::new();
    let mut document = String::new();
    for token in parts.into_iter().flat_map(tokens) {
        if seen.len() == INDEX_TOKENS_MAX {
            break;
        }
        if seen.contains(&token) {
            continue;
        }
        if !document.is_empty() {
            document.push(' ');
        }
        document.push_str(&token);
        seen.insert(token);
    }
    document
}

/// What a phone is found by, as one more part for [`index_tokens`]: all digits, the national
/// number, the last seven and the last four.
pub fn phone_tokens(phone: &Phone) -> String {
    let digits = phone.digits();
    let last = |count: usize| &digits[digits.len().saturating_sub(count)..];
    index_tokens([digits, &phone.national_digits(), last(7), last(4)])
}

fn tokens(text: &str) -> impl Iterator<Item = String> {
    words(text).into_iter().flat_map(|word| split_ideographs(&word)).map(|token| first_chars(&token, TOKEN_CHARS_MAX))
}

fn first_chars(text: &str, count: usize) -> String {
    text.chars().take(count).collect()
}

fn split_ideographs(word: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut glue = false;
    for c in word.chars() {
        let alone = is_ideograph(c);
        match pieces.last_mut() {
            Some(piece) if glue && !alone => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
        glue = !alone;
    }
    pieces
}

/// Han, hiragana, katakana and bopomofo. Korean is written with spaces and keeps its words.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}'
        | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::super::testing::any_text;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_document_is_its_different_words_in_order() {
        assert_eq!(
            index_tokens(["ООО «Ромашка»", "ivan@romashka.ru", "Иван, ООО"]),
            "ооо ромашка ivan romashka ru иван"
        );
    }

    #[test]
    fn ideographs_stand_alone_and_korean_words_do_not() {
        assert_eq!(index_tokens(["山田太郎abc山", "김철수 カタ"]), "山 田 太 郎 abc 김철수 カ タ");
    }

    #[test]
    fn a_phone_is_found_by_any_of_its_usual_beginnings() {
        let phone = Phone::parse("+7 912 555-00-11", None).unwrap();
        assert_eq!(phone_tokens(&phone), "79125550011 9125550011 5550011 0011");
        assert_eq!(phone_tokens(&Phone::from_stored("+12".into())), "12");
    }

    #[test]
    fn long_documents_and_long_words_are_cut() {
        let many: Vec<String> = (0..1000).map(|n| format!("w{n}")).collect();
        let document = index_tokens(many.iter().map(String::as_str));
        assert_eq!(document.split(' ').count(), INDEX_TOKENS_MAX);
        assert_eq!(index_tokens(["я".repeat(100).as_str()]).chars().count(), TOKEN_CHARS_MAX);
    }

    proptest! {
        #[test]
        fn indexing_the_index_changes_nothing(raw in any_text()) {
            let document = index_tokens([raw.as_str()]);
            prop_assert!(document.chars().all(|c| c == ' ' || c.is_alphanumeric()), "{}", document);
            prop_assert_eq!(index_tokens([document.as_str()]), document.as_str());
            prop_assert_eq!(index_tokens([raw.as_str(), document.as_str()]), document);
        }
    }
}
