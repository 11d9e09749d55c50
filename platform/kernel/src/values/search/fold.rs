//! Folding of text to comparable words: what people hold to be the same letter becomes the same
//! letter.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

const BREVE: char = '\u{306}';

/// The words of a text: lower case, compatibility forms resolved (NFKD), accents dropped, cut at
/// everything that is not a letter or a digit.
pub fn words(text: &str) -> Vec<String> {
    let folded = folded(text);
    folded.split(|c| !is_word_char(c)).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Composed again at the end for the sake of Korean, whose syllables NFKD takes apart.
fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd() {
        match c {
            // The only accent that makes another letter in people's eyes: мои is not мой.
            BREVE if folded.ends_with('и') => {
                folded.pop();
                folded.push('й');
            }
            _ if is_combining_mark(c) || is_inside_words(c) => {}
            _ => push_lower(&mut folded, c),
        }
    }
    folded.nfc().collect()
}

/// Lower case by way of upper case, which makes one of `ß ẞ`, of `σ ς` and of `i ı`.
fn push_lower(folded: &mut String, c: char) {
    for c in c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase) {
        match c {
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            _ => folded.push(c),
        }
    }
}

/// Soft hyphens and joiners shape a word, they do not end it.
fn is_inside_words(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

/// Letters and digits, less the apostrophe of Ukrainian (a letter to Unicode, typed in three ways)
/// and the letters in circles and squares, which databases hold to be symbols.
fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() && !is_combining_mark(c) && !matches!(c, '\u{2BC}' | '\u{1F100}'..='\u{1F2FF}')
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::any_text;
    use super::*;
    use proptest::prelude::*;

    fn folded_words(text: &str) -> String {
        words(text).join(" ")
    }

    #[test]
    fn case_and_accents_make_no_difference() {
        assert_eq!(folded_words("José Núñez, ŁÓDŹ, Søren, Straße, STRASSE"), "jose nunez lodz soren strasse strasse");
        assert_eq!(folded_words("ΟΔΥΣΣΕΥΣ Οδυσσεύς İstanbul ısı"), "οδυσσευσ οδυσσευσ istanbul isi");
    }

    #[test]
    fn short_i_is_a_letter_of_its_own_and_yo_is_not() {
        assert_eq!(folded_words("Фёдор Йод мой мои"), "федор йод мой мои");
        assert_eq!(folded_words("И\u{306}од И\u{301}\u{306}од"), "йод йод");
    }

    #[test]
    fn compatibility_forms_are_resolved() {
        assert_eq!(folded_words("ﬁne Ｆｕｌｌ１２ ½ m² ⓐ"), "fine full12 1 2 m2 a");
    }

    #[test]
    fn everything_else_separates_words() {
        assert_eq!(folded_words("a.b-c_d@e/f’g'h!🔥об\u{2BC}єкт"), "a b c d e f g h об єкт");
    }

    #[test]
    fn invisible_characters_do_not() {
        assert_eq!(folded_words("ab\u{AD}c می\u{200C}خواهم"), "abc میخواهم");
        assert_eq!(folded_words("한국"), "한국");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(raw in any_text()) {
            let once = words(&raw);
            prop_assert_eq!(words(&once.join(" ")), once);
        }
    }
}
