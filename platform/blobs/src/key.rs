//! How a file is found again.

use std::{fmt, str::FromStr};

use kernel::OrgId;
use uuid::Uuid;

/// The organization of a file and the SHA-256 of its bytes. Written `<organization>/<hash>`, both in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    org: Uuid,
    hash: [u8; 32],
}

/// A text that is no key.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no key of a file")]
pub struct NotAKey;

impl Key {
    pub(crate) fn new(org: OrgId, hash: [u8; 32]) -> Self {
        Self { org: org.0, hash }
    }

    /// Whether it is a file of the organization.
    #[must_use]
    pub fn is_of(&self, org: OrgId) -> bool {
        self.org == org.0
    }

    /// Folders of 256, so that none holds too many.
    pub(crate) fn path(&self) -> String {
        format!("{}{:02x}/{}", Self::folder(OrgId(self.org)), self.hash[0], hex(&self.hash))
    }

    /// Where the files of an organization are.
    pub(crate) fn folder(org: OrgId) -> String {
        format!("files/{}/", org.0.simple())
    }

    /// The key of a file that was found there.
    pub(crate) fn of_path(org: OrgId, path: &str) -> Option<Self> {
        let key: Self = format!("{}/{}", org.0.simple(), path.rsplit('/').next()?).parse().ok()?;
        (key.path() == path).then_some(key)
    }
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.org.simple(), hex(&self.hash))
    }
}

impl FromStr for Key {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let (org, hash) = text.split_once('/').ok_or(NotAKey)?;
        let org = Uuid::try_parse(org).map_err(|_| NotAKey)?;
        if hash.len() != 64 || !hash.is_ascii() {
            return Err(NotAKey);
        }
        let mut bytes = [0; 32];
        for (byte, digits) in bytes.iter_mut().zip(hash.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| NotAKey)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| NotAKey)?;
        }
        Ok(Self { org, hash: bytes })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_is_read_as_it_was_written(org: u128, hash: [u8; 32]) {
            let key = Key::new(OrgId(Uuid::from_u128(org)), hash);
            prop_assert_eq!(key.to_string().parse(), Ok(key));
            prop_assert!(key.is_of(OrgId(Uuid::from_u128(org))));
        }

        #[test]
        fn a_key_is_found_again_by_where_its_file_is(org: u128, hash: [u8; 32]) {
            let key = Key::new(OrgId(Uuid::from_u128(org)), hash);
            prop_assert_eq!(Key::of_path(OrgId(Uuid::from_u128(org)), &key.path()), Some(key));
            prop_assert_eq!(Key::of_path(OrgId(Uuid::from_u128(!org)), &key.path()), None);
        }

        #[test]
        fn no_text_leads_out_of_its_folder(text: String) {
            if let Ok(key) = text.parse::<Key>() {
                prop_assert!(!key.path().contains(".."));
            }
        }
    }
}
