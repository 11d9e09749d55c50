//! How a setting is read from text and shown again. Every source gives text; a type says what it accepts.

use std::net::SocketAddr;
use std::path::PathBuf;

pub(crate) trait Value: Sized {
    /// The text itself must not be shown, not even when it is wrong.
    const SECRET: bool = false;

    /// What is accepted, to complete "expected …".
    fn expected() -> String;

    fn parse(text: &str) -> Option<Self>;

    fn show(&self) -> String;

    /// The number that a range of the table applies to.
    fn number(&self) -> Option<u64> {
        None
    }
}

macro_rules! whole_numbers {
    ($($type:ty),+) => {$(
        impl Value for $type {
            fn expected() -> String {
                "a whole number".into()
            }

            fn parse(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn show(&self) -> String {
                self.to_string()
            }

            fn number(&self) -> Option<u64> {
                u64::try_from(*self).ok()
            }
        }
    )+};
}

whole_numbers!(u32, usize);

impl Value for bool {
    fn expected() -> String {
        "true or false".into()
    }

    fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        }
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for String {
    fn expected() -> String {
        "text".into()
    }

    fn parse(text: &str) -> Option<Self> {
        Some(text.into())
    }

    fn show(&self) -> String {
        self.clone()
    }
}

impl Value for PathBuf {
    fn expected() -> String {
        "a path".into()
    }

    fn parse(text: &str) -> Option<Self> {
        Some(text.into())
    }

    fn show(&self) -> String {
        self.display().to_string()
    }
}

impl Value for SocketAddr {
    fn expected() -> String {
        "an IP address and a port, such as 127.0.0.1:3000".into()
    }

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// Empty text is `None`.
impl<T: Value> Value for Option<T> {
    const SECRET: bool = T::SECRET;

    fn expected() -> String {
        T::expected()
    }

    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() { Some(None) } else { T::parse(text).map(Some) }
    }

    fn show(&self) -> String {
        self.as_ref().map(T::show).unwrap_or_default()
    }
}

/// Separated by commas; empty text is the empty list.
impl<T: Value> Value for Vec<T> {
    const SECRET: bool = T::SECRET;

    fn expected() -> String {
        format!("{}; several are separated by commas", T::expected())
    }

    fn parse(text: &str) -> Option<Self> {
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(T::parse).collect()
    }

    fn show(&self) -> String {
        self.iter().map(T::show).collect::<Vec<_>>().join(",")
    }
}

/// A country as ISO 3166-1 alpha-2, in capitals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region(String);

impl Region {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for Region {
    fn expected() -> String {
        "a country as two letters, such as US or DE".into()
    }

    fn parse(text: &str) -> Option<Self> {
        let two_letters = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
        two_letters.then(|| Self(text.to_ascii_uppercase()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}
