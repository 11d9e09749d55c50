//! The built-in roles and what each may do: the permission matrix as data, in one place. What organizations make up
//! themselves stands in `own_roles.rs`, what a member may do by all their roles in `rights.rs`.

use contracts::permissions as p;
use kernel::{Grants, Level, Levels, Permission};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A built-in role, from most to least rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Owner,
    Admin,
    Manager,
    Agent,
    Viewer,
    /// Reads everything and the audit log; changes nothing.
    Auditor,
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
    p::CAMPAIGNS_READ,
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
    p::CAMPAIGNS_WRITE,
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
    p::CAMPAIGNS_START,
];
const ADMINISTER: &[Permission] = &[
    p::ORGANIZATION_WRITE,
    p::FIELDS_WRITE,
    p::WEBHOOKS_READ,
    p::WEBHOOKS_WRITE,
    p::MEMBERS_WRITE,
    p::ROLES_WRITE,
    p::TEAMS_WRITE,
    p::API_KEYS_WRITE,
    p::AUDIT_READ,
    p::AUDIT_EXPORT,
];
const AUDIT: &[Permission] =
    &[p::CONTACTS_EXPORT, p::COMPANIES_EXPORT, p::DEALS_EXPORT, p::WEBHOOKS_READ, p::AUDIT_READ, p::AUDIT_EXPORT];
const OWN: &[Permission] = &[p::ACCOUNTS_PURCHASE];

impl Role {
    pub const ALL: [Self; 6] = [Self::Owner, Self::Admin, Self::Manager, Self::Agent, Self::Viewer, Self::Auditor];

    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Agent => "agent",
            Self::Viewer => "viewer",
            Self::Auditor => "auditor",
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
            Self::Auditor => &[READ, AUDIT],
        };
        sets.iter().flat_map(|set| set.iter().copied())
    }

    /// The same as a set.
    #[must_use]
    pub fn grants(self) -> Grants {
        Grants::of(self.permissions())
    }

    /// How far the role reaches, the same for all kinds of rows.
    #[must_use]
    pub fn levels(self) -> Levels {
        Levels::all(match self {
            Self::Owner | Self::Admin | Self::Manager | Self::Auditor => Level::Organization,
            Self::Viewer => Level::Team,
            Self::Agent => Level::Own,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_holds_all_that_the_next_one_holds() {
        // Beside them stands who only looks into things.
        let (auditor, chain) = Role::ALL.split_last().unwrap();
        assert_eq!(*auditor, Role::Auditor);
        for pair in chain.windows(2) {
            for permission in pair[1].permissions() {
                assert!(pair[0].grants().allows(permission), "{:?} lacks {}", pair[0], permission.name);
            }
        }
    }

    #[test]
    fn the_owner_holds_every_permission_and_the_viewer_changes_nothing() {
        assert!(p::ALL.iter().all(|permission| Role::Owner.grants().allows(*permission)));
        let last = |permission: Permission| permission.name.rsplit('.').next();
        assert!(Role::Viewer.permissions().all(|permission| last(permission) == Some("read")));
        assert!(Role::Auditor.permissions().all(|permission| matches!(last(permission), Some("read" | "export"))));
    }
}
