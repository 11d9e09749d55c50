//! A secret cannot be printed by accident: it has to be exposed by name.

use std::fmt;

use crate::value::Value;

/// Text that `Debug` and `Display` show as `***`, of at least `MIN_BYTES` bytes when it comes from a setting.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<const MIN_BYTES: usize = 1>(String);

impl<const MIN_BYTES: usize> Secret<MIN_BYTES> {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<const MIN_BYTES: usize> fmt::Debug for Secret<MIN_BYTES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<const MIN_BYTES: usize> fmt::Display for Secret<MIN_BYTES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<const MIN_BYTES: usize> Value for Secret<MIN_BYTES> {
    const SECRET: bool = true;

    fn expected() -> String {
        format!("at least {MIN_BYTES} bytes")
    }

    fn parse(text: &str) -> Option<Self> {
        (text.len() >= MIN_BYTES).then(|| Self(text.into()))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_shown_only_when_exposed() {
        let secret: Secret = Secret::new("tiger");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "*** *** Some(***)");
        assert_eq!(secret.expose(), "tiger");
    }

    #[test]
    fn a_short_secret_is_refused() {
        assert!(Secret::<32>::parse(&"x".repeat(31)).is_none());
        assert!(Secret::<32>::parse(&"x".repeat(32)).is_some());
    }
}
