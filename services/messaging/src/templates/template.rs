//! What a template says, and what becomes of its variables. No I/O.

use kernel::{
    Fields,
    values::{Line, Paragraph},
};

/// What a template may speak of.
pub const VARIABLES: &[&str] = &["contact.firstName", "contact.name", "company.name", "deal.title", "me.name"];
/// Longest text, in characters; what is sent may be cut by the channel.
const MAX_TEXT: usize = 4096;

/// Everything of a template that can be edited.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct TemplateFields {
    pub name: String,
    /// What brings it up in the composer.
    pub shortcut: Option<String>,
    pub text: String,
    pub shared: bool,
}

impl TemplateFields {
    /// # Errors
    /// Every field that was refused.
    pub fn parse(name: &str, shortcut: Option<&str>, text: &str, shared: bool) -> Result<Self, Fields> {
        let mut refused = Fields::default();
        let name = refused.take("name", Line::<100>::parse(name)).map(Line::into_string);
        let shortcut = shortcut.map(str::trim).filter(|raw| !raw.is_empty());
        let shortcut = shortcut.and_then(|raw| refused.take("shortcut", Line::<30>::parse(raw)));
        let shortcut = shortcut.map(|word| word.into_string().to_lowercase());
        if shortcut.as_ref().is_some_and(|word| word.contains(char::is_whitespace)) {
            refused.refuse("shortcut", "template.shortcut.invalid");
        }
        let body = refused.take("text", Paragraph::<MAX_TEXT>::parse(text)).map(Paragraph::into_string);
        if variables(text).any(|name| !VARIABLES.contains(&name)) {
            refused.refuse("text", "template.variable.unknown");
        }
        refused.finish(|| Self { name: name.unwrap_or_default(), shortcut, text: body.unwrap_or_default(), shared })
    }
}

/// The names between double braces.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.trim())
}

/// The text with the words that are known in place of its variables, and the names of those that are not.
#[must_use]
pub fn rendered(text: &str, word: impl Fn(&str) -> Option<String>) -> (String, Vec<&str>) {
    let (mut out, mut missing, mut rest) = (String::with_capacity(text.len()), Vec::new(), text);
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            out.push_str("{{");
            rest = after;
            continue;
        };
        let name = name.trim();
        if let Some(word) = word(name) {
            out.push_str(&word);
        } else {
            out.extend(["{{", name, "}}"]);
            if !missing.contains(&name) {
                missing.push(name);
            }
        }
        rest = after;
    }
    out.push_str(rest);
    (out, missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_become_words_and_those_without_stay() {
        let word = |name: &str| (name == "me.name").then(|| "Anna {{me.name}}".to_owned());
        let cases = [
            ("Hi {{ contact.name }}, {{me.name}}", "Hi {{contact.name}}, Anna {{me.name}}", vec!["contact.name"]),
            ("{{me.name}}{{me.name}}", "Anna {{me.name}}Anna {{me.name}}", vec![]),
            ("{{ open", "{{ open", vec![]),
            ("no }} variables {", "no }} variables {", vec![]),
            ("{{x}} {{x}}", "{{x}} {{x}}", vec!["x"]),
        ];
        for (text, expected, missing) in cases {
            assert_eq!(rendered(text, word), (expected.to_owned(), missing), "{text}");
        }
    }

    #[test]
    fn every_bad_value_is_named() {
        let refused = TemplateFields::parse(" ", Some("a b"), "{{contact.age}}", false).unwrap_err();
        let refused: Vec<String> = refused.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect();
        assert_eq!(
            refused,
            ["name field.required", "shortcut template.shortcut.invalid", "text template.variable.unknown",]
        );
        let parsed = TemplateFields::parse("Hi", Some(" HI "), "Hello {{contact.firstName}}", true).unwrap();
        assert_eq!(parsed.shortcut.as_deref(), Some("hi"));
    }
}
