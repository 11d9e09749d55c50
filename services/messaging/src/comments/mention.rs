//! Whom a comment mentions. A mention stands in the text as `@[Name](user:<id>)`, as in notes. No I/O.

use std::collections::HashMap;

use kernel::{
    Fields,
    values::{Paragraph, Problem},
};
use uuid::Uuid;

/// Longest comment, in characters.
const MAX_TEXT: usize = 10_000;

/// Where a mention stands in a text, in bytes.
struct Mention {
    start: usize,
    end: usize,
    user: Uuid,
}

fn next(text: &str) -> Option<Mention> {
    let mut from = 0;
    while let Some(found) = text[from..].find("@[") {
        let start = from + found;
        if let Some((length, user)) = at(&text[start..]) {
            return Some(Mention { start, end: start + length, user });
        }
        from = start + 2;
    }
    None
}

/// The mention that a text begins with: its length, and whom it names.
fn at(text: &str) -> Option<(usize, Uuid)> {
    let name = text.strip_prefix("@[")?;
    let closing = name.find(['[', ']', '\n']).filter(|at| *at > 0)?;
    let id = name[closing..].strip_prefix("](user:")?;
    let end = id.find(')').filter(|end| *end == 36)?;
    let user = id[..end].parse().ok()?;
    Some((text.len() - id.len() + end + 1, user))
}

/// The text with the names that members have, and whom it mentions, each once. Who is no member stays a text.
///
/// # Errors
/// A text that is empty, or too long with these names.
pub fn written(text: &str, members: &HashMap<Uuid, String>) -> Result<(String, Vec<Uuid>), Fields> {
    let mut refused = Fields::default();
    let parsed = refused.take("text", Paragraph::<MAX_TEXT>::parse(text));
    let text = parsed.map(Paragraph::into_string).unwrap_or_default();
    let (mut out, mut mentioned, mut rest) = (String::with_capacity(text.len()), Vec::new(), text.as_str());
    while let Some(mention) = next(rest) {
        out.push_str(&rest[..mention.start]);
        match members.get(&mention.user) {
            Some(name) => {
                // What would end the name is no part of one.
                let name: String = name.chars().filter(|c| !matches!(c, '[' | ']' | '\n')).collect();
                out.extend(["@[", &name, "](user:", &mention.user.to_string(), ")"]);
                if !mentioned.contains(&mention.user) {
                    mentioned.push(mention.user);
                }
            }
            None => out.push_str(&rest[mention.start..mention.end]),
        }
        rest = &rest[mention.end..];
    }
    out.push_str(rest);
    if out.chars().count() > MAX_TEXT {
        refused.refuse_with("text", Problem::TooLong { max: MAX_TEXT });
    }
    refused.finish(|| (out, mentioned))
}

/// Whether a text may mention somebody at all.
#[must_use]
pub fn mentions_somebody(text: &str) -> bool {
    next(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_mentioned_once_each_by_the_name_they_have() {
        let (anna, stranger) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let members = HashMap::from([(anna, "Anna [x]".to_owned())]);
        let text = format!("Hi @[Boss](user:{anna}), @[Eve](user:{stranger}) and @[Anna](user:{anna})!");
        let (text, mentioned) = written(&text, &members).unwrap();
        let named = format!("@[Anna x](user:{anna})");
        assert_eq!(mentioned, [anna]);
        assert_eq!(text, format!("Hi {named}, @[Eve](user:{stranger}) and {named}!"));
        assert_eq!(written(&text, &members).unwrap(), (text, mentioned), "and so they stay");
    }

    #[test]
    fn what_only_looks_like_a_mention_is_a_text() {
        let anna = Uuid::from_u128(1);
        let members = HashMap::from([(anna, "Anna".to_owned())]);
        for text in ["@Anna", "@[Anna]", "@[Anna](user:1)", "@[](user:1)", "@["] {
            assert_eq!(written(text, &members).unwrap(), (text.to_owned(), Vec::new()));
        }
        assert!(written(" ", &members).is_err() && written(&"x".repeat(10_001), &members).is_err());
    }
}
