//! What can be wrong with a setting, and the text that says so: which setting, where it came from, what is expected.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use crate::load::env_name;
use crate::table::TABLE;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Default,
    File { path: PathBuf, line: usize },
    Environment,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Environment => f.write_str("environment"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    #[error("{origin}: there is no setting {name}{}", suggestion(nearest.as_deref()))]
    Unknown { name: String, origin: Origin, nearest: Option<String> },
    /// `found` is absent where the value is a secret.
    #[error("{origin}: {name}{} is wrong: expected {expected}", found.as_ref().map(|text| format!(" = {text:?}")).unwrap_or_default())]
    Wrong { name: String, origin: Origin, found: Option<String>, expected: String },
    #[error("{}: cannot be read: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: String },
}

fn suggestion(nearest: Option<&str>) -> String {
    match nearest {
        Some(name) => format!("; did you mean {name}?"),
        None => "; `rapport config` lists them".into(),
    }
}

/// The known key nearest to `key`, if it is near enough to be meant: a third of the letters may differ.
pub(crate) fn nearest_key(key: &str) -> Option<&'static str> {
    let key = key.to_ascii_lowercase().replace('-', "_");
    let key = key.strip_prefix("rapport_").unwrap_or(&key);
    let farthest = key.len().max(3) / 3;
    TABLE
        .iter()
        .map(|setting| (strsim::damerau_levenshtein(key, setting.key), setting.key))
        .min()
        .filter(|(distance, _)| *distance <= farthest)
        .map(|(_, key)| key)
}

/// The name under which `origin` knows the setting `key`.
pub(crate) fn name_in(origin: &Origin, key: &str) -> String {
    match origin {
        Origin::Environment => env_name(key),
        Origin::Default | Origin::File { .. } => key.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_key_is_the_one_that_was_meant() {
        assert_eq!(nearest_key("listne"), Some("listen"));
        assert_eq!(nearest_key("data-dir"), Some("data_dir"));
        assert_eq!(nearest_key("RAPPORT_DATABSE_URL"), Some("database_url"));
        assert_eq!(nearest_key("jwt_secrets"), Some("jwt_secret"));
        assert_eq!(nearest_key("colour_of_the_moon"), None);
    }
}
