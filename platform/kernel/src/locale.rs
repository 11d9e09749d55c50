//! The languages the product speaks, and how one is chosen from what a client says it accepts.

use serde::{Deserialize, Serialize};

/// Language of messages and labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    #[default]
    En,
    Ru,
}

impl Locale {
    /// `en` or `ru`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
        }
    }

    /// Parses a language tag by its primary subtag (`ru-RU` → `Ru`).
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.trim().split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "ru" => Some(Self::Ru),
            _ => None,
        }
    }

    /// The best supported language of an `Accept-Language` header (RFC 9110 §12.5.4), by weight, then by order.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for part in header.split(',').take(20) {
            let mut pieces = part.split(';');
            let Some(locale) = pieces.next().and_then(Self::from_tag) else { continue };
            let weight = pieces.find_map(|p| p.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
            if weight > 0.0 && best.is_none_or(|(_, w)| weight > w) {
                best = Some((locale, weight));
            }
        }
        best.map(|(locale, _)| locale)
    }
}

#[cfg(test)]
mod tests {
    use super::Locale;

    #[test]
    fn the_heaviest_supported_language_wins() {
        let of = Locale::from_accept_language;
        assert_eq!(of("ru-RU,ru;q=0.9,en;q=0.8"), Some(Locale::Ru));
        assert_eq!(of("de, en;q=0.4, ru;q=0.7"), Some(Locale::Ru));
        assert_eq!(of("fr, de"), None);
        assert_eq!(of("ru;q=0, en;q=0.1"), Some(Locale::En));
        assert_eq!(of(";;;,=q"), None);
    }
}
