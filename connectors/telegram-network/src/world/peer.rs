//! Whom or what a message can be sent to.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Somebody, a basic group, or a channel (supergroups are channels). Written as `user:1`, `group:1`, `channel:1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peer {
    User(i64),
    Group(i64),
    Channel(i64),
}

impl Peer {
    /// The number without the kind.
    pub fn number(self) -> i64 {
        match self {
            Self::User(id) | Self::Group(id) | Self::Channel(id) => id,
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::Group(id) => write!(f, "group:{id}"),
            Self::Channel(id) => write!(f, "channel:{id}"),
        }
    }
}

/// The text is not `user:…`, `group:…` or `channel:…` with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a peer is user:<number>, group:<number> or channel:<number>")]
pub struct NotAPeer;

impl FromStr for Peer {
    type Err = NotAPeer;

    fn from_str(text: &str) -> Result<Self, NotAPeer> {
        let (kind, number) = text.split_once(':').ok_or(NotAPeer)?;
        let number = number.parse().map_err(|_| NotAPeer)?;
        match kind {
            "user" => Ok(Self::User(number)),
            "group" => Ok(Self::Group(number)),
            "channel" => Ok(Self::Channel(number)),
            _ => Err(NotAPeer),
        }
    }
}

impl Serialize for Peer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Peer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_is_read_from_what_it_is_written_as() {
        for peer in [Peer::User(1), Peer::Group(-3), Peer::Channel(i64::MAX)] {
            assert_eq!(peer.to_string().parse(), Ok(peer));
        }
        for text in ["", "user", "user:", "user:x", "bot:1"] {
            assert_eq!(text.parse::<Peer>(), Err(NotAPeer));
        }
    }
}
