//! What a person typed into a search box, as terms, and the terms in the query languages of both
//! databases.

use rust_stemmers::{Algorithm, Stemmer};

use super::{TOKEN_CHARS_MAX, first_chars, tokens};

/// Further words are ignored; each one costs an index look-up.
pub(super) const TERMS_MAX: usize = 8;
/// Characters of the question that are read at all.
pub(super) const QUERY_CHARS_MAX: usize = 512;
/// Shorter words have no inflection to take off.
const STEMMED_FROM: usize = 4;
/// What a stem must keep, so that `анна` does not ask for everything in `ан`.
const STEM_MIN: usize = 3;

/// One thing to look for: a document matches when a word of it begins with any of the forms. The
/// forms consist of letters and digits only, so they can stand in a query language unescaped.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    any: Vec<String>,
}

impl Term {
    /// The prefixes to look for; there is at least one.
    pub fn any(&self) -> &[String] {
        &self.any
    }

    pub(super) fn of(token: &str) -> Self {
        let mut any: Vec<String> = Vec::new();
        for form in forms(token) {
            if !any.contains(&form) {
                any.push(form);
            }
        }
        Self { any }
    }
}

/// The terms of a question, all of which a document must match; none if nothing can be looked for.
///
/// A question of digits and phone punctuation is one term. Words of four letters and more lose
/// their inflection (Snowball, Russian for Cyrillic, English for Latin), and what is left always
/// finds the word itself, too.
pub fn query_terms(query: &str) -> Vec<Term> {
    let query = first_chars(query, QUERY_CHARS_MAX);
    if let Some(digits) = phone_digits(&query) {
        return vec![Term::of(&digits)];
    }
    let mut terms = Vec::new();
    for term in tokens(&query).map(|token| Term::of(&token)) {
        if terms.len() < TERMS_MAX && !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms
}

/// A MATCH expression for FTS5, `("compani"* OR "company"*) AND "рома"*`; empty for no terms, which
/// FTS5 answers with an error.
pub fn fts5_match(terms: &[Term]) -> String {
    joined(terms, |form| format!("\"{form}\"*"), " OR ", " AND ")
}

/// A `tsquery`, `(compani:* | company:*) & рома:*`, to be cast (`::tsquery`) rather than parsed by
/// `to_tsquery`; empty for no terms, which matches nothing.
pub fn tsquery(terms: &[Term]) -> String {
    joined(terms, |form| format!("{form}:*"), " | ", " & ")
}

fn joined(terms: &[Term], prefix: impl Fn(&str) -> String, or: &str, and: &str) -> String {
    let alternatives = |term: &Term| {
        let forms: Vec<String> = term.any.iter().map(|form| prefix(form)).collect();
        if forms.len() > 1 { format!("({})", forms.join(or)) } else { forms.concat() }
    };
    terms.iter().map(alternatives).collect::<Vec<_>>().join(and)
}

/// The digits of a question that has at least three and otherwise only what stands between the
/// digits of a phone.
fn phone_digits(query: &str) -> Option<String> {
    let punctuation = |c: char| c.is_whitespace() || "+()-\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}".contains(c);
    let only = query.chars().all(|c| punctuation(c) || c.is_ascii_digit());
    let digits: String = query.chars().filter(char::is_ascii_digit).take(TOKEN_CHARS_MAX).collect();
    (only && digits.len() >= 3).then_some(digits)
}

fn forms(token: &str) -> Vec<String> {
    if token.bytes().all(|b| b.is_ascii_digit()) {
        return digit_forms(token);
    }
    if token.chars().count() < STEMMED_FROM {
        return vec![token.to_owned()];
    }
    if token.chars().all(|c| matches!(c, '\u{400}'..='\u{52F}')) {
        return vec![russian_form(token)];
    }
    if token.bytes().all(|b| b.is_ascii_alphabetic()) {
        return english_forms(token);
    }
    vec![token.to_owned()]
}

/// Digits as typed, then as the index has them: the Russian trunk 8 (also of a number not yet typed
/// to its end) as the country code 7, and without the zeros of a trunk or international prefix.
fn digit_forms(digits: &str) -> Vec<String> {
    let mut forms = vec![digits.to_owned()];
    if let Some(rest) = digits.strip_prefix('8').filter(|rest| (4..=10).contains(&rest.len())) {
        forms.push(format!("7{rest}"));
    }
    let without_zeros = digits.trim_start_matches('0');
    if without_zeros.len() >= 3 {
        forms.push(without_zeros.to_owned());
    }
    forms
}

/// Russian inflection stands at the end, so the common beginning of word and stem is a prefix of
/// every form.
fn russian_form(word: &str) -> String {
    let stemmer = Stemmer::create(Algorithm::Russian);
    let common = common_chars(word, &stemmer.stem(word));
    first_chars(word, common.max(STEM_MIN))
}

/// English stems may change a letter: the stem of `company` is `compani`, that of `pricing` is
/// `price`. Both spellings are looked for, and the word itself where neither of them begins it.
fn english_forms(word: &str) -> Vec<String> {
    let stem = Stemmer::create(Algorithm::English).stem(word).into_owned();
    let mut forms = vec![stem.clone()];
    if let Some(root) = stem.strip_suffix('i') {
        forms.push(format!("{root}y"));
    }
    if let Some(root) = stem.strip_suffix('e') {
        forms.push(format!("{root}i"));
    }
    forms.retain(|form| form.len() >= STEM_MIN);
    if !forms.iter().any(|form| word.starts_with(form.as_str())) {
        forms.push(word.to_owned());
    }
    forms
}

fn common_chars(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests;
