//! Permissions as a fixed set of named bits, and the set a principal holds. The names live in `contracts`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// One thing a principal may be allowed to do, e.g. `crm.contacts.write`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Permission {
    /// Stable name, shown in the API.
    pub name: &'static str,
    /// Position in [`Grants`], unique per permission, below 128.
    pub bit: u8,
}

/// The permissions a principal holds: a set of up to 128 bits, stored as hexadecimal text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grants(u128);

impl Serialize for Grants {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{:x}", self.0))
    }
}

impl<'de> Deserialize<'de> for Grants {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        u128::from_str_radix(&text, 16).map(Self).map_err(D::Error::custom)
    }
}

impl Grants {
    /// Every permission, for work the system does itself.
    pub const ALL: Self = Self(u128::MAX);

    /// The set that holds exactly these permissions.
    #[must_use]
    pub fn of(permissions: impl IntoIterator<Item = Permission>) -> Self {
        Self(permissions.into_iter().fold(0, |set, p| set | 1 << p.bit))
    }

    /// What is in both sets.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether the other set has all of this one.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        self.and(other) == self
    }

    /// Whether the permission is in the set.
    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        self.0 & (1 << permission.bit) != 0
    }
}
