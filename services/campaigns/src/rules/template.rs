//! Texts with variables: `{{contact.firstName|there}}` becomes the first name, or what stands behind the bar where there is
//! none; `{{snippet.greeting}}` becomes that snippet, whose own variables count too. What variables become is not read again,
//! so nobody's name can bring in another variable. No I/O.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use uuid::Uuid;

/// What a text may speak of. The first ones are those of the inbox's templates, so that texts go both ways.
pub const VARIABLES: &[&str] =
    &["contact.firstName", "contact.name", "company.name", "deal.title", "me.name", "sender.name"];
/// Fields that the organization made up, by their key.
pub const OWN_FIELD: &str = "contact.custom.";
/// Snippets, by their shortcut.
pub const SNIPPET: &str = "snippet.";
/// How deep snippets may stand in snippets.
const MAX_DEPTH: usize = 3;
/// Pieces that a text may become with the words of its snippets: what names one often names those in it more often.
const MAX_PIECES: usize = 2_000;
/// Contacts that a report names for each variable.
const NAMED: usize = 20;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// The name, and what stands for it where it is not known.
    Variable(String, Option<String>),
    Snippet(String),
}

/// A text that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

/// Why a text is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateProblem {
    /// There is no such variable.
    UnknownVariable(String),
    /// There is no such snippet.
    UnknownSnippet(String),
    /// Snippets that stand in each other, too deep, or too often.
    Nested(String),
}

/// A text for one contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rendered {
    pub text: String,
    /// Variables that are not known and have nothing that stands for them, each once. They are left out of the text, which
    /// should not go so.
    pub missing: Vec<String>,
    /// Variables in whose place something else stands.
    pub fallbacks: Vec<String>,
}

/// For whom a text lacks what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MissingReport {
    pub contacts: u64,
    /// Of them, those for whom nothing is missing.
    pub complete: u64,
    pub variables: BTreeMap<String, Missing>,
}

/// How often a variable is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    pub count: u64,
    /// Of them, those for whom something else stands in its place.
    pub fallbacks: u64,
    /// Some of those for whom nothing does.
    pub contact_ids: Vec<Uuid>,
}

impl TemplateProblem {
    /// The stable code of the refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownVariable(_) => "template.variable.unknown",
            Self::UnknownSnippet(_) => "template.snippet.unknown",
            Self::Nested(_) => "template.snippet.nested",
        }
    }

    /// What it is about.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::UnknownVariable(name) | Self::UnknownSnippet(name) | Self::Nested(name) => name,
        }
    }
}

fn is_known(name: &str) -> bool {
    let own = name.strip_prefix(OWN_FIELD);
    VARIABLES.contains(&name) || own.is_some_and(|key| !key.is_empty() && !key.contains(char::is_whitespace))
}

impl Template {
    /// Reads a text. Braces that do not close, and braces without a name, are text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (mut pieces, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some((before, after)) = rest.split_once("{{") {
            plain.push_str(before);
            let inner = after.split_once("}}").filter(|(inner, _)| !inner.contains('{') && !inner.trim().is_empty());
            let Some((inner, after)) = inner else {
                // The second brace may begin a variable.
                plain.push('{');
                rest = &rest[before.len() + 1..];
                continue;
            };
            let (name, fallback) = match inner.split_once('|') {
                Some((name, fallback)) => (name.trim(), Some(fallback.trim().to_owned())),
                None => (inner.trim(), None),
            };
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(match name.strip_prefix(SNIPPET) {
                Some(shortcut) => Piece::Snippet(shortcut.to_owned()),
                None => Piece::Variable(name.to_owned(), fallback),
            });
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Self { pieces }
    }

    /// Variables that there are not.
    #[must_use]
    pub fn problems(&self) -> Vec<TemplateProblem> {
        let unknown = |piece: &Piece| match piece {
            Piece::Variable(name, _) if !is_known(name) => Some(TemplateProblem::UnknownVariable(name.clone())),
            _ => None,
        };
        self.pieces.iter().filter_map(unknown).collect()
    }

    /// The snippets that the text names itself, by their shortcuts.
    pub fn snippets(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Snippet(shortcut) => Some(shortcut.as_str()),
            _ => None,
        })
    }

    /// The names of its variables, each once.
    #[must_use]
    pub fn variables(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for piece in &self.pieces {
            if let Piece::Variable(name, _) = piece
                && !names.contains(&name.as_str())
            {
                names.push(name.as_str());
            }
        }
        names
    }

    /// The same text with the words of snippets in their place, by shortcut.
    ///
    /// # Errors
    /// Every variable and snippet that there is not, and snippets that stand in each other.
    pub fn with_snippets(&self, snippets: &HashMap<String, String>) -> Result<Self, Vec<TemplateProblem>> {
        let mut problems = self.problems();
        let mut pieces = Vec::new();
        self.unfold(snippets, 0, &mut pieces, &mut problems);
        if problems.is_empty() { Ok(Self { pieces }) } else { Err(problems) }
    }

    fn unfold(
        &self,
        snippets: &HashMap<String, String>,
        depth: usize,
        into: &mut Vec<Piece>,
        problems: &mut Vec<TemplateProblem>,
    ) {
        for piece in &self.pieces {
            let Piece::Snippet(shortcut) = piece else {
                into.push(piece.clone());
                continue;
            };
            let Some(text) = snippets.get(shortcut) else {
                problems.push(TemplateProblem::UnknownSnippet(shortcut.clone()));
                continue;
            };
            // What stands in itself is too deep sooner or later.
            if depth == MAX_DEPTH || into.len() + problems.len() > MAX_PIECES {
                let nested = TemplateProblem::Nested(shortcut.clone());
                if !problems.contains(&nested) {
                    problems.push(nested);
                }
                continue;
            }
            let inner = Self::parse(text);
            problems.extend(inner.problems());
            inner.unfold(snippets, depth + 1, into, problems);
        }
    }

    /// The text for one contact. `word` gives what a variable is; nothing visible counts as not known.
    #[must_use]
    pub fn render(&self, word: impl Fn(&str) -> Option<String>) -> Rendered {
        let mut rendered = Rendered { text: String::new(), missing: Vec::new(), fallbacks: Vec::new() };
        let note = |names: &mut Vec<String>, name: &str| {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        };
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => rendered.text.push_str(text),
                Piece::Variable(name, fallback) => {
                    match (word(name).filter(|word| !word.trim().is_empty()), fallback) {
                        (Some(word), _) => rendered.text.push_str(word.trim()),
                        (None, Some(fallback)) => {
                            note(&mut rendered.fallbacks, name);
                            rendered.text.push_str(fallback);
                        }
                        (None, None) => note(&mut rendered.missing, name),
                    }
                }
                Piece::Snippet(shortcut) => note(&mut rendered.missing, &format!("{SNIPPET}{shortcut}")),
            }
        }
        rendered
    }
}

impl MissingReport {
    /// Counts one contact in.
    pub fn add(&mut self, contact: Uuid, rendered: &Rendered) {
        self.contacts += 1;
        self.complete += u64::from(rendered.missing.is_empty());
        for name in &rendered.missing {
            let missing = self.variables.entry(name.clone()).or_default();
            missing.count += 1;
            if missing.contact_ids.len() < NAMED {
                missing.contact_ids.push(contact);
            }
        }
        for name in &rendered.fallbacks {
            let missing = self.variables.entry(name.clone()).or_default();
            // A variable may be there twice, once with something that stands for it.
            missing.count += u64::from(!rendered.missing.contains(name));
            missing.fallbacks += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn anna(name: &str) -> Option<String> {
        match name {
            "contact.firstName" => Some("Anna".to_owned()),
            "contact.name" => Some("{{me.name}}".to_owned()),
            "company.name" => Some(" ".to_owned()),
            "contact.custom.plan" => Some("Pro".to_owned()),
            _ => None,
        }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn variables_become_words_and_what_stands_for_them() {
        let cases: [(&str, &str, &[&str], &[&str]); 10] = [
            ("Hi {{ contact.firstName | there }}!", "Hi Anna!", &[], &[]),
            ("Hi {{me.name|there}}!", "Hi there!", &[], &["me.name"]),
            ("Hi{{me.name|}}!", "Hi!", &[], &["me.name"]),
            ("{{deal.title}} and {{deal.title}}", " and ", &["deal.title"], &[]),
            ("{{deal.title}}{{deal.title|it}}", "it", &["deal.title"], &["deal.title"]),
            // Blank is not known, and what a name brings along is no variable.
            ("{{company.name|you}}: {{contact.name}}", "you: {{me.name}}", &[], &["company.name"]),
            ("{{contact.custom.plan}}", "Pro", &[], &[]),
            ("{{ open", "{{ open", &[], &[]),
            ("}} {{}} { {{{contact.firstName}}", "}} {{}} { {Anna", &[], &[]),
            ("{{contact.firstName|a|b}}", "Anna", &[], &[]),
        ];
        for (text, expected, missing, fallbacks) in cases {
            let rendered = Template::parse(text).render(anna);
            assert_eq!(rendered.text, expected, "{text}");
            assert_eq!((rendered.missing, rendered.fallbacks), (names(missing), names(fallbacks)), "{text}");
        }
    }

    #[test]
    fn a_text_names_what_there_is_not() {
        let template = Template::parse("{{contact.age}} {{contact.custom.}} {{me.name}} {{contact.custom.a b}}");
        let unknown: Vec<String> = template.problems().iter().map(|problem| problem.name().to_owned()).collect();
        assert_eq!(unknown, names(&["contact.age", "contact.custom.", "contact.custom.a b"]));
        assert_eq!(Template::parse("{{me.name}} {{me.name|x}}{{deal.title}}").variables(), ["me.name", "deal.title"]);
    }

    #[test]
    fn snippets_bring_their_variables_and_do_not_stand_in_themselves() {
        let snippets = [
            ("hello", "Hello {{contact.firstName|there}}"),
            ("top", "{{snippet.hello}}, it is {{me.name}}"),
            ("loop", "{{snippet.loop}}"),
            ("bad", "{{contact.age}} {{snippet.none}}"),
        ];
        let snippets = snippets.map(|(shortcut, text)| (shortcut.to_owned(), text.to_owned())).into();
        let whole = |text: &str| Template::parse(text).with_snippets(&snippets);
        let template = whole("{{snippet.top}}.").unwrap();
        assert_eq!(template.variables(), ["contact.firstName", "me.name"]);
        assert_eq!(template.render(anna).text, "Hello Anna, it is .");
        let codes = |text: &str| -> Vec<String> {
            whole(text).unwrap_err().iter().map(|p| format!("{} {}", p.code(), p.name())).collect()
        };
        assert_eq!(codes("{{snippet.loop}}"), ["template.snippet.nested loop"]);
        let bad = ["template.variable.unknown contact.age", "template.snippet.unknown none"];
        assert_eq!(codes("{{snippet.bad}}"), bad);
        // Left as it is, a snippet is missing.
        assert_eq!(Template::parse("{{snippet.top}}").render(anna).missing, names(&["snippet.top"]));
        assert_eq!(Template::parse("{{snippet.top}}").snippets().collect::<Vec<_>>(), ["top"]);
    }

    #[test]
    fn snippets_that_name_each_other_again_and_again_are_refused() {
        let naming = |shortcut: &str| format!("{{{{snippet.{shortcut}}}}}").repeat(290);
        let snippets =
            [("a", naming("b")), ("b", naming("c")), ("c", "x".to_owned()), ("d", naming("e")), ("e", naming("f"))];
        let snippets = snippets.map(|(shortcut, text)| (shortcut.to_owned(), text)).into();
        for text in [naming("a"), naming("d")] {
            let problems = Template::parse(&text).with_snippets(&snippets).unwrap_err();
            assert!(
                problems.len() < 3 * MAX_PIECES && problems.iter().any(|one| matches!(one, TemplateProblem::Nested(_)))
            );
        }
    }

    #[test]
    fn a_report_counts_for_whom_what_is_missing() {
        let template = Template::parse("{{contact.firstName|there}} {{deal.title}}");
        let mut report = MissingReport::default();
        for n in 0..30_u128 {
            let known = |name: &str| match name {
                "contact.firstName" => (n % 2 == 0).then(|| "Anna".to_owned()),
                _ => (n % 3 == 0).then(|| "Deal".to_owned()),
            };
            report.add(Uuid::from_u128(n), &template.render(known));
        }
        assert_eq!((report.contacts, report.complete), (30, 10));
        let (first, deal) = (&report.variables["contact.firstName"], &report.variables["deal.title"]);
        assert_eq!((first.count, first.fallbacks, first.contact_ids.len()), (15, 15, 0));
        assert_eq!((deal.count, deal.fallbacks, deal.contact_ids.len()), (20, 0, NAMED));
    }

    proptest! {
        #[test]
        fn a_text_without_variables_stays_and_no_text_stops_it(text in "[{}|a-z. ]{0,60}") {
            let rendered = Template::parse(&text).render(|_| None);
            if !text.contains("{{") {
                prop_assert_eq!(&rendered.text, &text);
            }
            prop_assert!(rendered.text.len() <= text.len());
        }
    }
}
