//! The keys a person chose in place of those the app comes with. Which actions there are is the app's own business: here is
//! only what may be stored.

use std::collections::BTreeMap;

use kernel::{Fields, values::Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Keys in place of those the app comes with, by action; null: no key. A key is a letter A–Z, a digit or one of
/// `/ . , ; ' [ ] \ - =`, alone or after `Mod+` (⌘ or Ctrl). At most 100.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"create": "Q", "views": null}))]
pub struct Shortcuts(BTreeMap<String, Option<String>>);

const MAX: usize = 100;
const ACTION_LENGTH: usize = 40;
const SIGNS: &str = "/.,;'[]\\-=";

/// The keys of a person, as stored.
pub fn stored(text: &str) -> Shortcuts {
    serde_json::from_str(text).unwrap_or_default()
}

/// The text to store, or refusals of `shortcuts`.
pub fn parse(fields: &mut Fields, chosen: &Shortcuts) -> Option<String> {
    if chosen.0.len() > MAX {
        fields.refuse_with("shortcuts", Problem::TooMany { max: MAX });
        return None;
    }
    let before = fields.0.len();
    for (action, key) in &chosen.0 {
        let code = match key {
            _ if !is_action(action) => "shortcut.action",
            Some(key) if !is_key(key) => "shortcut.key",
            _ => continue,
        };
        let named: String = action.chars().take(ACTION_LENGTH).collect();
        fields.refuse(&format!("shortcuts.{named}"), code);
    }
    if fields.0.len() > before {
        return None;
    }
    serde_json::to_string(chosen).ok()
}

/// `create`, `go.contacts`.
fn is_action(text: &str) -> bool {
    text.len() <= ACTION_LENGTH
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.')
}

/// `C`, `7`, `/`, and `Mod+K` with the command key of the device held.
fn is_key(text: &str) -> bool {
    let mut chars = text.strip_prefix("Mod+").unwrap_or(text).chars();
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || SIGNS.contains(c);
    chars.next().is_some_and(fits) && chars.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusals(chosen: &[(&str, Option<&str>)]) -> Vec<String> {
        let chosen = Shortcuts(chosen.iter().map(|(a, k)| ((*a).to_owned(), k.map(str::to_owned))).collect());
        let mut fields = Fields::default();
        let text = parse(&mut fields, &chosen);
        assert_eq!(text.is_some(), fields.0.is_empty());
        if let Some(text) = text {
            assert_eq!(stored(&text), chosen);
        }
        fields.0.into_iter().map(|f| format!("{} {}", f.field, f.code)).collect()
    }

    #[test]
    fn letters_digits_signs_and_no_key_at_all_are_kept() {
        let good = [("create", Some("Q")), ("go.contacts", Some("7")), ("search", Some("\\")), ("undo", Some("Mod+Z"))];
        assert!(refusals(&good).is_empty());
        assert!(refusals(&[("edit", None), ("filter", Some("Mod+'")), ("filter2", Some("-"))]).is_empty());
        assert!(refusals(&[]).is_empty());
    }

    #[test]
    fn anything_else_is_refused_by_its_name() {
        for key in ["", "q", "QQ", "Mod+", "Mod+Mod+Q", "Ctrl+Q", "Й", "?", " ", "Mod+q", "Q "] {
            assert_eq!(refusals(&[("create", Some(key))]), ["shortcuts.create shortcut.key"], "{key:?}");
        }
        let long = "a".repeat(41);
        for action in ["", "Create", "1a", ".a", "a b", "a_b", "ä", long.as_str()] {
            let named: String = action.chars().take(40).collect();
            assert_eq!(refusals(&[(action, None)]), [format!("shortcuts.{named} shortcut.action")]);
        }
    }

    #[test]
    fn a_hundred_actions_are_enough() {
        let chosen = |n: usize| Shortcuts((0..n).map(|i| (format!("a{i}"), None)).collect());
        let mut fields = Fields::default();
        assert!(parse(&mut fields, &chosen(100)).is_some());
        assert!(parse(&mut fields, &chosen(101)).is_none());
        assert_eq!((fields.0[0].field.as_str(), &*fields.0[0].code), ("shortcuts", "field.too_many"));
    }
}
