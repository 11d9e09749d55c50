//! Strategies shared by the property tests of the value types.

use proptest::prelude::*;

/// Characters that break naive text handling: invisible ones, joiners, marks, odd spaces, case
/// oddities, separators.
const AWKWARD: &str = "\0\t\n\r\u{85}\u{A0}\u{AD}\u{200B}\u{200C}\u{200D}\u{200F}\u{202E}\u{2028}\
    \u{2060}\u{2066}\u{FEFF}\u{FE0F}\u{E0067}\u{E007F}\u{1F3F4}\u{1F468}\u{1F3FD}\u{2764}\u{3164}\
    \u{301}\u{306}\u{308}\u{327}\u{345}\u{61C}\u{645}\u{6CC}\u{915}\u{93C}\u{94D}\u{951}\u{9B0}\
    \u{1100}\u{1161}\u{AC00}\u{4E00}\u{FF10}\u{FF21}ßẞİıςŉﬁйиЁьaZeiy0789 .-_@:/?#%+()<>\"'*&|!,;\\[]。";

/// Text of up to 40 characters, half of them awkward and half from all of Unicode.
pub fn any_text() -> impl Strategy<Value = String> {
    let awkward: Vec<char> = AWKWARD.chars().collect();
    let character = prop_oneof![prop::sample::select(awkward), any::<char>()];
    prop::collection::vec(character, 0..40).prop_map(String::from_iter)
}

/// Words of 1 to `max` characters out of `alphabet`.
pub fn word_of(alphabet: &'static str, max: usize) -> impl Strategy<Value = String> {
    let letters: Vec<char> = alphabet.chars().collect();
    prop::collection::vec(prop::sample::select(letters), 1..=max).prop_map(String::from_iter)
}
