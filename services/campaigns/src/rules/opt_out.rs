//! What an answer means for a campaign: no more messages, no, yes, or a machine that answers. Who uses it stops at any answer
//! anyway; what is decided here is whether the contact is never written to again, and what is counted as positive.
//!
//! Opting out takes one of two things, so that a word alone does nothing in another sense ("стоп-кадр", "nonstop", "stop by
//! tomorrow?", "напишу и отпишусь"):
//! 1. a bare word ("stop", "стоп", "unsubscribe" …) that is the whole message, or all of its last sentence, politeness and a
//!    name aside;
//! 2. an order about being written to ("stop messaging me", "remove me from the list", "больше не пишите") anywhere in what
//!    the person wrote, unless it is itself negated or sends us to another way ("не пишите сюда, лучше позвоните").
//!
//! What is quoted does not count: our own footer may stand there. Words are in `phrases.rs`. No I/O.

mod phrases;
mod text;

use self::{phrases::Phrase, text::Sentence};
use crate::words::words;

/// Characters of an answer that are looked at.
const MAX_CHARACTERS: usize = 4_000;
/// Words that an answer may have to be read as positive or negative as a whole.
const SHORT: usize = 60;

words! {
    /// What an answer is.
    Meaning {
        OptOut = "opt_out",
        /// A machine answered: nobody is there, or the message was received.
        AutoReply = "auto_reply",
        Negative = "negative",
        Positive = "positive",
        Other = "other",
    }
}

/// What an answer was taken for, and by which of its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub meaning: Meaning,
    /// The words, normalised; none for [`Meaning::Other`] and for what the channel says.
    pub because: Option<String>,
}

/// Reads an answer. `flagged` is whether the channel says that a machine wrote it (for e-mail `Auto-Submitted`, RFC 3834);
/// `own` are bare words of the organization, in lower case.
#[must_use]
pub fn read(answer: &str, flagged: bool, own: &[String]) -> Reading {
    let reading = |meaning, because: Option<String>| Reading { meaning, because };
    if flagged {
        return reading(Meaning::AutoReply, None);
    }
    let sentences = text::sentences(answer, MAX_CHARACTERS);
    let kernels = kernels(&sentences);
    if let Some(word) = bare(&kernels, own) {
        return reading(Meaning::OptOut, Some(word));
    }
    if let Some(order) = ordered(&sentences) {
        return reading(Meaning::OptOut, Some(order));
    }
    if let Some(words) = first(&sentences, phrases::AUTO_REPLIES) {
        return reading(Meaning::AutoReply, Some(words));
    }
    let words: usize = sentences.iter().map(|sentence| sentence.words.len()).sum();
    if let [(only, _)] = &kernels[..]
        && phrases::NEGATIVE_IF_WHOLE.contains(&only.as_str())
    {
        return reading(Meaning::Negative, Some(only.clone()));
    }
    if words <= SHORT {
        if let Some(words) = first(&sentences, phrases::NEGATIVE) {
            return reading(Meaning::Negative, Some(words));
        }
        if let Some(words) = positive(&sentences) {
            return reading(Meaning::Positive, Some(words));
        }
    }
    reading(Meaning::Other, None)
}

/// What is left of sentences when politeness is taken off, and which sentence it is; empty ones aside.
fn kernels(sentences: &[Sentence]) -> Vec<(String, &Sentence)> {
    let kernel = |sentence: &Sentence| {
        let words = sentence.words.iter().filter(|word| !phrases::POLITE.contains(&word.as_str()));
        words.cloned().collect::<Vec<_>>().join(" ")
    };
    let kernels = sentences.iter().map(|sentence| (kernel(sentence), sentence));
    kernels.filter(|(kernel, _)| !kernel.is_empty()).collect()
}

/// A bare word that is all there is, or all of the last sentence. Words that are also said in passing ("end", "хватит") have
/// to be all there is.
fn bare(kernels: &[(String, &Sentence)], own: &[String]) -> Option<String> {
    let is_bare = |word: &str| phrases::BARE.contains(&word) || own.iter().any(|own| text::normal(own) == word);
    match kernels {
        [(only, _)] if phrases::BARE_IF_WHOLE.contains(&only.as_str()) => Some(only.clone()),
        [.., (last, _)] if is_bare(last) => Some(last.clone()),
        // With a name behind it: "Stop. John".
        [(word, _), (name, sentence)] if is_bare(word) && !name.contains(' ') => {
            let says_more = sentence.asks || positive(std::slice::from_ref(*sentence)).is_some();
            (!says_more).then(|| word.clone())
        }
        _ => None,
    }
}

/// An order about being written to.
fn ordered(sentences: &[Sentence]) -> Option<String> {
    for (index, sentence) in sentences.iter().enumerate() {
        let Some((at, end)) = find(sentence, phrases::ORDERS) else { continue };
        let negated = at > 0 && phrases::NEGATIONS.contains(&sentence.words[at - 1].as_str());
        let rest = &sentence.words[end..];
        if negated || is_for_a_while(&sentence.words[at..end], rest) || leads_elsewhere(rest, sentences.get(index + 1))
        {
            continue;
        }
        return Some(sentence.words[at..end].join(" "));
    }
    None
}

/// Whether an order not to write goes on with a time, and so asks only not to be written to then: "не пишите до понедельника".
fn is_for_a_while(order: &[String], rest: &[String]) -> bool {
    let any = |words: &[String], list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    any(order, phrases::NEGATIONS)
        && any(&rest[..rest.len().min(2)], phrases::FOR_A_WHILE)
        && !any(order, phrases::FOR_GOOD)
        && !any(rest, phrases::FOR_GOOD)
}

/// Whether what comes after an order names another way to reach the person.
fn leads_elsewhere(rest: &[String], next: Option<&Sentence>) -> bool {
    let invites = |words: &[String]| {
        let invites = |(index, word): (usize, &String)| {
            let negated = index > 0 && phrases::NEGATIONS.contains(&words[index - 1].as_str());
            phrases::INVITATIONS.contains(&word.as_str()) && !negated
        };
        words.iter().enumerate().any(invites)
    };
    let named = |phrase: &&str| {
        let found = Phrase::of(phrase).find(rest);
        let joins = |at: usize| {
            let before = at.checked_sub(1).and_then(|at| rest.get(at)).map(String::as_str);
            before.is_some_and(|word| phrases::JOINING.contains(&word) || phrases::NEGATIONS.contains(&word))
        };
        found.is_some_and(|(at, _)| !joins(at))
    };
    invites(rest) || phrases::INVITING.iter().any(named) || next.is_some_and(|sentence| invites(&sentence.words))
}

/// A yes that nothing takes back: neither a "not" before it nor a question.
fn positive(sentences: &[Sentence]) -> Option<String> {
    sentences.iter().find_map(|sentence| {
        let (at, end) = find(sentence, phrases::POSITIVE)?;
        let before = &sentence.words[at.saturating_sub(2)..at];
        let negated = before.iter().any(|word| phrases::NEGATIONS.contains(&word.as_str()));
        (!negated).then(|| sentence.words[at..end].join(" "))
    })
}

fn first(sentences: &[Sentence], phrases: &[&str]) -> Option<String> {
    sentences.iter().find_map(|sentence| find(sentence, phrases).map(|(at, end)| sentence.words[at..end].join(" ")))
}

/// Where the first phrase stands that does: the first word, and the one behind the last.
fn find(sentence: &Sentence, phrases: &[&str]) -> Option<(usize, usize)> {
    let found = phrases.iter().filter_map(|phrase| Phrase::of(phrase).find(&sentence.words));
    found.min()
}

#[cfg(test)]
mod tests;
