//! How far somebody reaches: for each kind of rows a level, and who their teammates are. Every list, search, export and
//! stream asks the same question, "whose rows?", and gets it answered by [`Owners`].

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::UserId;

/// Rows that belong to somebody, by what levels are given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resource {
    /// Contacts and companies.
    Clients,
    Deals,
    /// Conversations.
    Chats,
    /// Telegram accounts.
    Accounts,
}

impl Resource {
    pub const ALL: [Self; 4] = [Self::Clients, Self::Deals, Self::Chats, Self::Accounts];

    /// What records of a kind, such as `contact`, are among.
    #[must_use]
    pub fn of(kind: &str) -> Option<Self> {
        match kind {
            "contact" | "company" | "campaign" => Some(Self::Clients),
            "deal" => Some(Self::Deals),
            "chat" => Some(Self::Chats),
            "bd_account" => Some(Self::Accounts),
            _ => None,
        }
    }
}

/// How far, from least to most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// What is assigned to oneself, and to nobody.
    #[default]
    Own,
    /// Also what is assigned to members of one's teams.
    Team,
    /// Every row.
    Organization,
}

/// A level for each kind of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Levels {
    pub clients: Level,
    pub deals: Level,
    pub chats: Level,
    pub accounts: Level,
}

impl Levels {
    /// The same level for all.
    #[must_use]
    pub const fn all(level: Level) -> Self {
        Self { clients: level, deals: level, chats: level, accounts: level }
    }

    #[must_use]
    pub fn of(self, resource: Resource) -> Level {
        match resource {
            Resource::Clients => self.clients,
            Resource::Deals => self.deals,
            Resource::Chats => self.chats,
            Resource::Accounts => self.accounts,
        }
    }

    /// The farther one of each.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            clients: self.clients.max(other.clients),
            deals: self.deals.max(other.deals),
            chats: self.chats.max(other.chats),
            accounts: self.accounts.max(other.accounts),
        }
    }

    /// Whether no level goes farther than the other's.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        self.or(other) == other
    }
}

/// Which rows of the organization the actor reaches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Saved")]
pub struct Reach {
    levels: Levels,
    /// Members of the actor's teams but themselves, in the order of their ids; asked for only where a level is [`Level::Team`].
    #[serde(skip_serializing_if = "Option::is_none")]
    teammates: Option<Arc<[Uuid]>>,
}

/// As jobs keep it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Saved {
    /// Before there were levels: `organization` or `own_and_shared`.
    Word(String),
    Whole {
        levels: Levels,
        #[serde(default)]
        teammates: Option<Arc<[Uuid]>>,
    },
}

impl From<Saved> for Reach {
    fn from(saved: Saved) -> Self {
        match saved {
            Saved::Word(word) if word == "organization" => Self::ORGANIZATION,
            Saved::Word(_) => Self::OWN,
            Saved::Whole { levels, teammates } => Self::new(levels, teammates),
        }
    }
}

/// Whose rows of a kind are reached, besides those of nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owners {
    /// Everybody's.
    All,
    /// These people's.
    These(Vec<Uuid>),
}

/// Nobody's but the rows of nobody.
impl Default for Owners {
    fn default() -> Self {
        Self::These(Vec::new())
    }
}

impl Owners {
    /// Whether a row is reached that belongs to this person, or to nobody.
    #[must_use]
    pub fn include(&self, owner: Option<Uuid>) -> bool {
        match (self, owner) {
            (Self::All, _) | (_, None) => true,
            (Self::These(people), Some(owner)) => people.contains(&owner),
        }
    }

    /// Whether all of the other's rows are among these.
    #[must_use]
    pub fn cover(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::These(_), Self::All) => false,
            (Self::These(people), Self::These(others)) => others.iter().all(|other| people.contains(other)),
        }
    }

    /// Whether one of these people is among them.
    #[must_use]
    pub fn any_of(&self, people: &[Uuid]) -> bool {
        people.iter().any(|person| self.include(Some(*person)))
    }
}

impl Reach {
    /// Every row of the organization.
    pub const ORGANIZATION: Self = Self { levels: Levels::all(Level::Organization), teammates: None };
    /// One's own rows, and those of nobody.
    pub const OWN: Self = Self { levels: Levels::all(Level::Own), teammates: None };

    #[must_use]
    pub fn new(levels: Levels, mut teammates: Option<Arc<[Uuid]>>) -> Self {
        if let Some(ids) = teammates.as_mut().filter(|ids| !ids.is_sorted()) {
            Arc::make_mut(ids).sort_unstable();
        }
        Self { levels, teammates }
    }

    #[must_use]
    pub fn level(&self, resource: Resource) -> Level {
        self.levels.of(resource)
    }

    #[must_use]
    pub fn levels(&self) -> Levels {
        self.levels
    }

    /// Whether every row of every kind is reached.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.levels == Levels::all(Level::Organization)
    }

    /// Whose rows of a kind a person with this reach sees, besides those of nobody.
    #[must_use]
    pub fn owners(&self, resource: Resource, person: Option<UserId>) -> Owners {
        let mine = person.map(Uuid::from).into_iter();
        match self.level(resource) {
            Level::Organization => Owners::All,
            Level::Team => {
                Owners::These(mine.chain(self.teammates.iter().flat_map(|ids| ids.iter().copied())).collect())
            }
            Level::Own => Owners::These(mine.collect()),
        }
    }

    /// Whether a person with this reach sees the rows of a kind that belong to this one, or to nobody: as [`Self::owners`]
    /// says, for who asks often.
    #[must_use]
    pub fn includes(&self, resource: Resource, person: Option<UserId>, owner: Option<Uuid>) -> bool {
        let (level, Some(owner)) = (self.level(resource), owner) else { return true };
        let is_mate = || self.teammates.as_ref().is_some_and(|ids| ids.binary_search(&owner).is_ok());
        level == Level::Organization || person == Some(UserId(owner)) || level == Level::Team && is_mate()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: Uuid = Uuid::from_u128(1);
    const MATE: Uuid = Uuid::from_u128(2);
    const OTHER: Uuid = Uuid::from_u128(3);

    #[test]
    fn each_kind_of_rows_has_its_own_level() {
        let levels = Levels { clients: Level::Team, deals: Level::Organization, ..Levels::default() };
        let reach = Reach::new(levels, Some([Uuid::from_u128(9), MATE].into()));
        let sees = |resource, owner| {
            let seen = reach.includes(resource, Some(UserId(ME)), owner);
            assert_eq!(seen, reach.owners(resource, Some(UserId(ME))).include(owner), "both say the same");
            seen
        };
        for resource in Resource::ALL {
            assert!(sees(resource, None) && sees(resource, Some(ME)));
        }
        assert!(sees(Resource::Clients, Some(MATE)) && !sees(Resource::Clients, Some(OTHER)));
        assert!(sees(Resource::Deals, Some(OTHER)));
        assert!(!sees(Resource::Chats, Some(MATE)) && !sees(Resource::Accounts, Some(MATE)));
    }

    #[test]
    fn rows_are_covered_by_all_and_by_those_of_the_same_people() {
        let (mine, team) = (Owners::These(vec![ME]), Owners::These(vec![ME, MATE]));
        assert!(Owners::All.cover(&Owners::All) && Owners::All.cover(&team) && team.cover(&mine) && mine.cover(&mine));
        assert!(!team.cover(&Owners::All) && !mine.cover(&team) && !mine.cover(&Owners::These(vec![OTHER])));
    }

    #[test]
    fn several_roles_reach_as_far_as_the_farthest() {
        let one = Levels { clients: Level::Team, ..Levels::default() };
        let other = Levels { deals: Level::Organization, ..Levels::default() };
        let both = one.or(other);
        assert_eq!(both, Levels { clients: Level::Team, deals: Level::Organization, ..Levels::default() });
        assert!(one.is_within(both) && other.is_within(both) && !both.is_within(one));
    }

    #[test]
    fn jobs_of_older_versions_keep_their_reach() {
        let read = |json: &str| serde_json::from_str::<Reach>(json).unwrap();
        assert_eq!(read("\"organization\""), Reach::ORGANIZATION);
        assert_eq!(read("\"own_and_shared\""), Reach::OWN);
        let reach = Reach::new(Levels { chats: Level::Team, ..Levels::default() }, Some([MATE].into()));
        assert_eq!(read(&serde_json::to_string(&reach).unwrap()), reach);
    }
}
