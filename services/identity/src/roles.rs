//! Roles and what each may do: the permission matrix as data, in one place.

use contracts::permissions as p;
use kernel::{Grants, Permission, Reach};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A member's role, from most to least rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Owner,
    Admin,
    Manager,
    Agent,
    Viewer,
}

const READ: &[Permission] = &[
    p::CONTACTS_READ,
    p::COMPANIES_READ,
    p::NOTES_READ,
    p::MEMBERS_READ,
    p::DEALS_READ,
    p::PIPELINES_READ,
    p::CHATS_READ,
    p::ACCOUNTS_READ,
];
const WORK: &[Permission] = &[
    p::CONTACTS_WRITE,
    p::CONTACTS_DELETE,
    p::CONTACTS_BULK,
    p::COMPANIES_WRITE,
    p::COMPANIES_DELETE,
    p::COMPANIES_BULK,
    p::NOTES_WRITE,
    p::DEALS_WRITE,
    p::DEALS_DELETE,
    p::DEALS_BULK,
    p::CHATS_WRITE,
    p::MESSAGES_SEND,
    p::ACCOUNTS_WRITE,
];
const LEAD: &[Permission] = &[
    p::CONTACTS_PURGE,
    p::CONTACTS_IMPORT,
    p::CONTACTS_EXPORT,
    p::COMPANIES_PURGE,
    p::COMPANIES_IMPORT,
    p::COMPANIES_EXPORT,
    p::DEALS_PURGE,
    p::DEALS_IMPORT,
    p::DEALS_EXPORT,
    p::PIPELINES_WRITE,
    p::CONTACTS_MERGE,
    p::COMPANIES_MERGE,
    p::VIEWS_SHARE,
    p::TEMPLATES_SHARE,
    p::CHATS_IMPORT,
];
const ADMINISTER: &[Permission] = &[
    p::ORGANIZATION_WRITE,
    p::FIELDS_WRITE,
    p::WEBHOOKS_READ,
    p::WEBHOOKS_WRITE,
    p::MEMBERS_WRITE,
    p::API_KEYS_WRITE,
    p::AUDIT_READ,
    p::AUDIT_EXPORT,
];
const OWN: &[Permission] = &[p::ACCOUNTS_PURCHASE];

impl Role {
    pub const ALL: [Self; 5] = [Self::Owner, Self::Admin, Self::Manager, Self::Agent, Self::Viewer];

    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Agent => "agent",
            Self::Viewer => "viewer",
        }
    }

    /// Reads a stored role.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// What the role may do.
    pub fn permissions(self) -> impl Iterator<Item = Permission> {
        let sets: &[&[Permission]] = match self {
            Self::Owner => &[READ, WORK, LEAD, ADMINISTER, OWN],
            Self::Admin => &[READ, WORK, LEAD, ADMINISTER],
            Self::Manager => &[READ, WORK, LEAD],
            Self::Agent => &[READ, WORK],
            Self::Viewer => &[READ],
        };
        sets.iter().flat_map(|set| set.iter().copied())
    }

    /// The same as a set.
    #[must_use]
    pub fn grants(self) -> Grants {
        Grants::of(self.permissions())
    }

    /// Which rows the role reaches: everything, or what is assigned to the member or to nobody.
    #[must_use]
    pub fn reach(self) -> Reach {
        match self {
            Self::Owner | Self::Admin | Self::Manager => Reach::Organization,
            Self::Agent | Self::Viewer => Reach::OwnAndShared,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_holds_all_that_the_next_one_holds() {
        for pair in Role::ALL.windows(2) {
            for permission in pair[1].permissions() {
                assert!(pair[0].grants().allows(permission), "{:?} lacks {}", pair[0], permission.name);
            }
        }
    }

    #[test]
    fn the_owner_holds_every_permission_and_the_viewer_changes_nothing() {
        assert!(p::ALL.iter().all(|permission| Role::Owner.grants().allows(*permission)));
        assert!(Role::Viewer.permissions().all(|permission| permission.name.rsplit('.').next() == Some("read")));
    }
}
