//! What is logged and in which form.

use crate::value::Value;

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// Directives of a log filter: a level, or `target=level`, separated by commas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFilter(String);

impl LogFilter {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for LogFilter {
    fn expected() -> String {
        "off, error, warn, info, debug or trace; single targets as in info,sqlx=debug".into()
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let is_directive = |directive: &str| match directive.trim().split_once('=') {
            None => LEVELS.contains(&directive.trim()),
            Some((target, level)) => is_target(target) && LEVELS.contains(&level),
        };
        text.split(',').all(is_directive).then(|| Self(text.replace(' ', "")))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

fn is_target(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':';
    !text.is_empty() && text.bytes().all(allowed)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// `Text` on a terminal, `Json` elsewhere.
    Auto,
    Json,
    Text,
}

impl Value for LogFormat {
    fn expected() -> String {
        "auto, json or text".into()
    }

    fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "auto" => Some(Self::Auto),
            "json" => Some(Self::Json),
            "text" => Some(Self::Text),
            _ => None,
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Auto => "auto",
            Self::Json => "json",
            Self::Text => "text",
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_levels_and_targets() {
        for good in ["info", "INFO", "off", "info,sqlx=debug", "warn, hyper::client=trace"] {
            assert!(LogFilter::parse(good).is_some(), "{good}");
        }
        for bad in ["", "verbose", "info,", "sqlx=loud", "=debug", "info;sqlx=debug"] {
            assert!(LogFilter::parse(bad).is_none(), "{bad}");
        }
    }
}
