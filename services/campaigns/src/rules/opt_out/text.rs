//! An answer as sentences of words: lower case, one spelling for each letter, without what is quoted.

use unicode_normalization::UnicodeNormalization;

/// A sentence, or a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Letters and digits, with hyphens and apostrophes between them: "стоп-кадр" is one word, "don't" too.
    pub words: Vec<String>,
    /// Whether it ends in a question mark.
    pub asks: bool,
}

/// Latin letters that look like Cyrillic ones.
const LOOKALIKES: &[(char, char)] = &[
    ('a', 'а'),
    ('b', 'в'),
    ('c', 'с'),
    ('e', 'е'),
    ('h', 'н'),
    ('k', 'к'),
    ('m', 'м'),
    ('o', 'о'),
    ('p', 'р'),
    ('t', 'т'),
    ('x', 'х'),
    ('y', 'у'),
];

/// Lines behind which everything is quoted, in lower case: what they begin with.
const QUOTES: &[&str] = &[
    "-----original message",
    "----- original message",
    "-----исходное сообщение",
    "-------- forwarded message",
    "-------- пересылаемое сообщение",
    "begin forwarded message",
    "________________________________",
];

/// The words of a text as they are compared.
#[must_use]
pub fn normal(text: &str) -> String {
    words(text).join(" ")
}

/// The sentences that the person wrote, without empty ones.
#[must_use]
pub fn sentences(text: &str, most: usize) -> Vec<Sentence> {
    let own: Vec<&str> = own_lines(text).collect();
    let text: String = own.join("\n").chars().take(most).collect();
    let mut sentences = Vec::new();
    let mut begin = 0;
    for (at, mark) in text.char_indices() {
        if matches!(mark, '.' | '!' | '?' | '\n' | '…' | ';') {
            let end = at + mark.len_utf8();
            add(&text[begin..end], mark == '?', &mut sentences);
            begin = end;
        }
    }
    add(&text[begin..], false, &mut sentences);
    sentences
}

fn add(text: &str, asks: bool, sentences: &mut Vec<Sentence>) {
    let words = words(text);
    if !words.is_empty() {
        sentences.push(Sentence { words, asks });
    }
}

/// Lines before what is quoted.
fn own_lines(text: &str) -> impl Iterator<Item = &str> {
    let is_quote = |line: &&str| {
        let line = line.trim().to_lowercase();
        let said =
            line.ends_with(':') && (line.contains(" wrote") || line.contains("написал") || line.contains("пишет"));
        said || QUOTES.iter().any(|begin| line.starts_with(begin))
    };
    text.lines().take_while(move |line| !is_quote(line)).filter(|line| !line.trim_start().starts_with('>'))
}

fn words(text: &str) -> Vec<String> {
    let text: String = text.nfkc().filter(|mark| !is_invisible(*mark)).collect::<String>().to_lowercase();
    let text = text.replace('ё', "е").replace(['’', '‘', '`', '´'], "'").replace(['‐', '‑', '–', '—'], "-");
    let is_part = |mark: char| mark.is_alphanumeric() || mark == '-' || mark == '\'';
    let parts = text.split(|mark| !is_part(mark)).map(|word| word.trim_matches(['-', '\'']));
    parts.filter(|word| !word.is_empty()).map(one_script).collect()
}

/// Marks that are there and not seen.
fn is_invisible(mark: char) -> bool {
    matches!(mark, '\u{00ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// A word that mixes scripts is Cyrillic with Latin letters that look alike.
fn one_script(word: &str) -> String {
    let is_cyrillic = |mark: char| ('\u{0400}'..='\u{04ff}').contains(&mark);
    let mixed = word.contains(is_cyrillic) && word.contains(|mark: char| mark.is_ascii_lowercase());
    if !mixed {
        return word.to_owned();
    }
    let cyrillic = |mark: char| LOOKALIKES.iter().find(|(latin, _)| *latin == mark).map_or(mark, |(_, same)| *same);
    word.chars().map(cyrillic).collect()
}
