//! What a question without an answer may have meant: words that differ by a slip of the finger from those that there are, or
//! that were typed with the other keyboard layout.

use std::collections::HashMap;

use super::{
    Term, first_chars,
    query::{QUERY_CHARS_MAX, TERMS_MAX},
    tokens,
};

/// Words kept, the frequent ones first.
const WORDS_MAX: usize = 100_000;
/// Shorter words are not corrected: every one of them is a slip away from many others.
const CORRECTED_FROM: usize = 4;
/// From this length on a word may have two slips.
const TWO_SLIPS_FROM: usize = 8;

/// Keys of the two layouts in the same order.
const LATIN: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const CYRILLIC: &str = "йцукенгшщзхъфывапролджэячсмитьбюё";

/// The words that there are, sorted, each with how many documents have it.
#[derive(Debug, Default)]
pub struct Vocabulary(Vec<(String, u32)>);

impl Vocabulary {
    /// The words of documents as [`super::index_tokens`] makes them.
    pub fn of<'a>(documents: impl IntoIterator<Item = &'a str>) -> Self {
        let mut counts: HashMap<&str, u32> = HashMap::new();
        for word in documents.into_iter().flat_map(|document| document.split(' ')) {
            if word.chars().any(char::is_alphabetic) {
                *counts.entry(word).or_default() += 1;
            }
        }
        let mut words: Vec<(&str, u32)> = counts.into_iter().collect();
        if words.len() > WORDS_MAX {
            words.sort_unstable_by_key(|(_, count)| std::cmp::Reverse(*count));
            words.truncate(WORDS_MAX);
        }
        words.sort_unstable();
        Self(words.into_iter().map(|(word, count)| (word.to_owned(), count)).collect())
    }

    /// How many words there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The question as it may have been meant; `None` when each of its words is there, or nothing is near one of them.
    #[must_use]
    pub fn corrected(&self, question: &str) -> Option<String> {
        let question = first_chars(question, QUERY_CHARS_MAX).to_lowercase();
        let words: Vec<String> = tokens(&question).take(TERMS_MAX).collect();
        if words.iter().all(|word| self.knows(word)) {
            return None;
        }
        let retyped: Vec<String> = tokens(&other_layout(&question)).take(TERMS_MAX).collect();
        if !retyped.is_empty() && retyped.iter().all(|word| self.knows(word)) {
            return Some(retyped.join(" "));
        }
        let meant = words.into_iter().map(|word| if self.knows(&word) { Some(word) } else { self.nearest(&word) });
        Some(meant.collect::<Option<Vec<String>>>()?.join(" "))
    }

    /// Whether a search for this word finds a document. Numbers are never doubted.
    fn knows(&self, word: &str) -> bool {
        !word.chars().any(char::is_alphabetic) || Term::of(word).any().iter().any(|form| self.has_beginning(form))
    }

    fn has_beginning(&self, beginning: &str) -> bool {
        let at = self.0.partition_point(|(word, _)| word.as_str() < beginning);
        self.0.get(at).is_some_and(|(word, _)| word.starts_with(beginning))
    }

    /// The word whose beginning is nearest; of several the one with the same first letter, of about the same length, the most
    /// frequent.
    fn nearest(&self, wrong: &str) -> Option<String> {
        let wrong: Vec<char> = wrong.chars().collect();
        let slips = match wrong.len() {
            ..CORRECTED_FROM => return None,
            CORRECTED_FROM..TWO_SLIPS_FROM => 1,
            _ => 2,
        };
        let mut beginning = Vec::new();
        let near = self.0.iter().filter_map(|(word, count)| {
            beginning.clear();
            beginning.extend(word.chars().take(wrong.len() + slips));
            let distance = distance_to_beginning(&wrong, &beginning, slips)?;
            let length = word.chars().count().abs_diff(wrong.len());
            Some(((distance, beginning.first() != wrong.first(), length, std::cmp::Reverse(*count)), word))
        });
        near.min().map(|(_, word)| word.clone())
    }
}

/// The least number of letters put in, left out, changed, or swapped with their neighbour, that make the first word a
/// beginning of the second (optimal string alignment); `None` when it is more than `most`.
fn distance_to_beginning(wrong: &[char], word: &[char], most: usize) -> Option<usize> {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=word.len()).collect();
    for (i, a) in wrong.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in word.iter().enumerate() {
            let mut least = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == word[j - 1] && wrong[i - 1] == *b {
                least = least.min(before_last[j - 1] + 1);
            }
            row.push(least);
        }
        if row.iter().min().is_none_or(|least| *least > most) {
            return None;
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.into_iter().min().filter(|least| *least <= most)
}

/// The same keys with the other layout.
fn other_layout(typed: &str) -> String {
    let swapped = |c: char| {
        let (from, to) = if CYRILLIC.contains(c) { (CYRILLIC, LATIN) } else { (LATIN, CYRILLIC) };
        let at = from.chars().position(|key| key == c)?;
        to.chars().nth(at)
    };
    typed.chars().map(|c| swapped(c).unwrap_or(c)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn vocabulary() -> Vocabulary {
        Vocabulary::of(["anna smith acme smith example com", "иван петров ромашка 79125550011", "john smit ann 山 田"])
    }

    fn corrected(question: &str) -> Option<String> {
        vocabulary().corrected(question)
    }

    #[test]
    fn a_slip_is_taken_back() {
        for (typed, meant) in [
            ("smoth", "smith"),
            ("simth", "smith"),
            ("smitth", "smith"),
            ("jhon", "john"),
            ("ретров", "петров"),
            ("ПЕРТОВ", "петров"),
            ("exmaple", "example"),
        ] {
            assert_eq!(corrected(typed).as_deref(), Some(meant), "{typed}");
        }
    }

    #[test]
    fn the_beginning_of_a_word_may_have_a_slip_too() {
        assert_eq!(corrected("ромаша").as_deref(), None, "found by its stem already");
        assert_eq!(corrected("рамаш").as_deref(), Some("ромашка"));
        assert_eq!(corrected("exanp").as_deref(), Some("example"));
    }

    #[test]
    fn words_that_are_there_stay() {
        assert_eq!(corrected("anna smoth").as_deref(), Some("anna smith"));
        assert_eq!(corrected("smoth 7912").as_deref(), Some("smith 7912"));
        for known in ["anna", "SMITH", "петрову", "acm", "79125550011", "999", "", "?!"] {
            assert_eq!(corrected(known), None, "{known}");
        }
    }

    #[test]
    fn what_is_far_from_everything_stays_unanswered() {
        // Two slips are too many for a word of seven letters.
        for question in ["zzzzzz", "smith zzzzzz", "ab", "xyz", "ромошко"] {
            assert_eq!(corrected(question), None, "{question}");
        }
        assert_eq!(Vocabulary::default().corrected("smith"), None);
    }

    #[test]
    fn the_other_layout_is_understood() {
        for (typed, meant) in
            [("gtnhjd", "петров"), ("Bdfy", "иван"), ("фттф ыьшер", "anna smith"), ("hjvfirf", "ромашка")]
        {
            assert_eq!(corrected(typed).as_deref(), Some(meant), "{typed}");
        }
    }

    #[test]
    fn frequent_words_are_preferred() {
        let words = Vocabulary::of(["lena", "lana lana", "lana"]);
        assert_eq!(words.corrected("lxna").as_deref(), Some("lana"));
    }

    proptest! {
        #[test]
        fn one_slip_in_a_word_is_one_away(word in "[a-z]{4,12}", at in 0_usize..12, letter in proptest::char::range('a', 'z'), how in 0..4) {
            let right: Vec<char> = word.chars().collect();
            let mut wrong = right.clone();
            let at = at % right.len();
            match how {
                0 => wrong[at] = letter,
                1 => wrong.insert(at, letter),
                2 => drop(wrong.remove(at)),
                _ if at > 0 => wrong.swap(at, at - 1),
                _ => {}
            }
            let far = distance_to_beginning(&wrong, &right, 1);
            prop_assert!(far.is_some_and(|far| far <= 1), "{wrong:?} {right:?}");
            prop_assert_eq!(far == Some(0), right.starts_with(&wrong));
        }

        #[test]
        fn what_is_corrected_to_is_there(words in proptest::collection::vec("[a-zа-я]{3,9}", 1..20), question in "[a-zа-я ]{1,20}") {
            let vocabulary = Vocabulary::of(words.iter().map(String::as_str));
            if let Some(meant) = vocabulary.corrected(&question) {
                prop_assert!(tokens(&meant).all(|word| vocabulary.knows(&word)), "{meant}");
                prop_assert_eq!(vocabulary.corrected(&meant), None);
            }
        }
    }
}
