//! What the API shows of people, organizations and sessions.

use chrono::{DateTime, Utc};
use contracts::ports::Held;
use kernel::{Level, Levels, Locale};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    devices::DeviceName,
    roles::Role,
    shortcuts::{self, Shortcuts},
    store::{organization, session, user},
};

/// Language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Locale)]
pub enum LocaleName {
    En,
    Ru,
}

impl From<LocaleName> for Locale {
    fn from(name: LocaleName) -> Self {
        match name {
            LocaleName::En => Self::En,
            LocaleName::Ru => Self::Ru,
        }
    }
}

impl LocaleName {
    /// Reads a stored locale.
    pub fn stored(word: &str) -> Self {
        if word == "ru" { Self::Ru } else { Self::En }
    }
}

/// Colours of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads a stored theme.
    pub fn stored(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// A person, as they see themselves.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub id: Uuid,
    pub email: String,
    /// Whether they proved that the address is theirs; null where no mail is sent, so that nothing can be proved.
    #[schema(required)]
    pub email_verified: Option<bool>,
    pub name: String,
    /// E.164.
    #[schema(required)]
    pub phone: Option<String>,
    pub locale: LocaleName,
    /// IANA name.
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    pub theme: Theme,
    pub shortcuts: Shortcuts,
    pub version: i64,
    pub created_at: DateTime<Utc>,
}

impl From<user::Model> for User {
    fn from(row: user::Model) -> Self {
        Self {
            id: row.id,
            email: row.email,
            email_verified: Some(row.email_verified_at.is_some()),
            name: row.name,
            phone: row.phone,
            locale: LocaleName::stored(&row.locale),
            time_zone: row.time_zone,
            theme: Theme::stored(&row.theme),
            shortcuts: shortcuts::stored(&row.shortcuts),
            version: row.version,
            created_at: row.created_at,
        }
    }
}

/// A tenant.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    pub id: Uuid,
    pub name: String,
    /// Whether members without a second factor get nowhere but to setting one up.
    pub mfa_required: bool,
    pub version: i64,
    pub created_at: DateTime<Utc>,
}

impl From<organization::Model> for Organization {
    fn from(row: organization::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            mfa_required: row.mfa_required,
            version: row.version,
            created_at: row.created_at,
        }
    }
}

/// An organization the caller is a member of; `id` and `name` are the organization's.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrganizationMembership {
    pub id: Uuid,
    pub name: String,
    pub role: Role,
}

/// The answer to signing up, signing in, refreshing and switching organization.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthResult {
    pub user: User,
    pub organization: Organization,
    pub role: Role,
    /// A JWT for `Authorization: Bearer`; null in cookie mode.
    #[schema(required)]
    pub access_token: Option<String>,
    /// For `POST /api/auth/refresh`, once; null in cookie mode.
    #[schema(required)]
    pub refresh_token: Option<String>,
    /// Seconds the access token (cookie mode: the session) lives.
    pub expires_in: i64,
}

/// How far, from least to most: what is one's own or nobody's, also what is one's teammates', everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReachLevel {
    Own,
    Team,
    Organization,
}

/// How far somebody reaches, for each kind of rows. `clients` are contacts and companies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RoleReach)]
pub struct ReachView {
    pub clients: ReachLevel,
    pub deals: ReachLevel,
    pub chats: ReachLevel,
    pub accounts: ReachLevel,
}

impl From<Level> for ReachLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::Own => Self::Own,
            Level::Team => Self::Team,
            Level::Organization => Self::Organization,
        }
    }
}

impl From<ReachLevel> for Level {
    fn from(level: ReachLevel) -> Self {
        match level {
            ReachLevel::Own => Self::Own,
            ReachLevel::Team => Self::Team,
            ReachLevel::Organization => Self::Organization,
        }
    }
}

impl From<Levels> for ReachView {
    fn from(levels: Levels) -> Self {
        Self {
            clients: levels.clients.into(),
            deals: levels.deals.into(),
            chats: levels.chats.into(),
            accounts: levels.accounts.into(),
        }
    }
}

impl From<ReachView> for Levels {
    fn from(view: ReachView) -> Self {
        Self {
            clients: view.clients.into(),
            deals: view.deals.into(),
            chats: view.chats.into(),
            accounts: view.accounts.into(),
        }
    }
}

/// The member as whom the caller looks at the organization; what they may do and reach is the member's meanwhile.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ViewingAs {
    pub user_id: Uuid,
    pub name: String,
    pub until: DateTime<Utc>,
}

/// The session of the caller.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionInfo {
    pub user: User,
    pub organization: Organization,
    pub role: Role,
    /// Names of what the caller may do here.
    pub permissions: Vec<String>,
    /// How far that goes.
    pub reach: ReachView,
    pub organizations: Vec<OrganizationMembership>,
    pub session_id: Uuid,
    /// The organization asks for a second factor that the caller does not have: all else answers `mfa.required`.
    pub factor_required: bool,
    /// Absent while they look as themselves. `role`, `permissions` (those that only read) and `reach` are the member's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub viewing_as: Option<ViewingAs>,
    pub expires_at: DateTime<Utc>,
}

/// How a device signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SessionKind)]
pub enum SessionKindName {
    Browser,
    Api,
}

/// A signed-in device.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    pub id: Uuid,
    pub kind: SessionKindName,
    /// The one that asks.
    pub current: bool,
    #[schema(required)]
    pub user_agent: Option<String>,
    /// Its name, out of that.
    pub device: DeviceName,
    #[schema(required)]
    pub ip: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

impl SessionView {
    pub fn of(row: session::Model, current: Uuid) -> Self {
        Self {
            id: row.id,
            kind: if row.kind == "browser" { SessionKindName::Browser } else { SessionKindName::Api },
            current: row.id == current,
            device: DeviceName::of(row.user_agent.as_deref()),
            user_agent: row.user_agent,
            ip: row.ip,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
        }
    }
}

/// A role by name.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RoleName {
    /// The word of a built-in role, or an id.
    pub key: String,
    /// Null for a built-in role.
    #[schema(required)]
    pub name: Option<String>,
}

/// A team by name.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = TeamRef)]
pub struct TeamName {
    pub id: Uuid,
    pub name: String,
}

/// A colleague.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// The person's id.
    pub id: Uuid,
    pub name: String,
    pub email: String,
    /// The highest built-in role that theirs count as.
    pub role: Role,
    pub roles: Vec<RoleName>,
    pub teams: Vec<TeamName>,
    pub joined_at: DateTime<Utc>,
    /// When they were last here, in this organization.
    #[schema(required)]
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Whether they have a second factor.
    pub second_factor: bool,
    /// Until when nobody signs in with their address, after too many wrong passwords.
    #[schema(required)]
    pub locked_until: Option<DateTime<Utc>>,
    /// Since when their access is switched off.
    #[schema(required)]
    pub suspended_at: Option<DateTime<Utc>>,
    /// Open in this organization; null for who may not end them.
    #[schema(required)]
    pub sessions: Option<u64>,
    /// Only in the list, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub load: Option<Load>,
}

/// How much is assigned to somebody, out of the trash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Load {
    /// Contacts.
    pub clients: u64,
    pub deals: u64,
    pub chats: u64,
}

impl Load {
    pub(crate) fn add(&mut self, held: &Held) {
        match held.kind {
            "contact" => self.clients += held.count,
            "deal" => self.deals += held.count,
            "chat" => self.chats += held.count,
            _ => {}
        }
    }
}

/// What a person chose for themselves.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    pub locale: LocaleName,
    pub time_zone: String,
    pub theme: Theme,
    pub shortcuts: Shortcuts,
    pub version: i64,
}

impl From<user::Model> for Preferences {
    fn from(row: user::Model) -> Self {
        Self {
            locale: LocaleName::stored(&row.locale),
            time_zone: row.time_zone,
            theme: Theme::stored(&row.theme),
            shortcuts: shortcuts::stored(&row.shortcuts),
            version: row.version,
        }
    }
}
