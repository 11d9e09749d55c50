//! Accounts as they are shown.

use chrono::{DateTime, Utc};
use contracts::channels::AccountStatus;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    account::{Mode, Network, Preset},
    config::{Quiet, WorkingHours},
};
use crate::health::score::{Band, Reason};

/// An account of a messenger.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    pub id: Uuid,
    pub name: String,
    pub network: Network,
    /// Only its ends.
    #[schema(required)]
    pub phone_masked: Option<String>,
    #[schema(required)]
    pub username: Option<String>,
    #[schema(required)]
    pub telegram_user_id: Option<String>,
    pub status: AccountStatus,
    /// What a person can do about it; null when there is nothing to do.
    #[schema(required)]
    pub status_text: Option<String>,
    pub is_connected: bool,
    #[schema(required)]
    pub owner_id: Option<Uuid>,
    #[schema(required)]
    pub owner: Option<AccountOwner>,
    pub allowed_user_ids: Vec<Uuid>,
    /// Whether the caller may change it.
    pub is_yours: bool,
    pub health: AccountHealth,
    pub limits: AccountLimits,
    pub used_today: UsedToday,
    #[schema(required)]
    pub working_hours: Option<WorkingHours>,
    #[schema(required)]
    pub quiet_hours: Option<Quiet>,
    /// The zone that its days are counted by.
    pub time_zone: String,
    #[schema(required)]
    pub proxy: Option<AccountProxy>,
    #[schema(required)]
    pub signature: Option<String>,
    pub mode: Mode,
    #[schema(required)]
    pub flood_until: Option<DateTime<Utc>>,
    #[schema(required)]
    pub restricted_until: Option<DateTime<Utc>>,
    /// Until when nobody is written to for the first time, because people reported it.
    #[schema(required)]
    pub first_contacts_paused_until: Option<DateTime<Utc>>,
    #[schema(required)]
    pub last_activity: Option<DateTime<Utc>>,
    /// Since when its session exists.
    #[schema(required)]
    pub connected_at: Option<DateTime<Utc>>,
    /// The data centre of Telegram that it is at.
    #[schema(required)]
    pub dc: Option<i32>,
    /// How many chats are stored.
    pub synced_chats: u64,
    /// Grows with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountOwner {
    pub id: Uuid,
    #[schema(required)]
    pub name: Option<String>,
}

/// How well an account is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountHealth {
    /// 0 to 100.
    pub score: u8,
    pub band: Band,
    /// What weighs on it, the heaviest first.
    pub reasons: Vec<HealthReason>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HealthReason {
    pub code: Reason,
    pub text: String,
    /// Points that it takes.
    pub weight: u8,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountLimits {
    pub preset: Preset,
    pub messages_per_minute: u32,
    pub messages_per_day: u32,
    pub first_contacts_per_day: u32,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsedToday {
    pub messages: u32,
    pub first_contacts: u32,
}

/// A proxy, its credentials aside.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountProxy {
    pub url: String,
}

/// How an account stands, in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShortStatus {
    pub status: AccountStatus,
    pub is_connected: bool,
    #[schema(required)]
    pub last_activity: Option<DateTime<Utc>>,
    #[schema(required)]
    pub flood_until: Option<DateTime<Utc>>,
    #[schema(required)]
    pub restricted_until: Option<DateTime<Utc>>,
    #[schema(required)]
    pub dc: Option<i32>,
    #[schema(required)]
    pub connected_at: Option<DateTime<Utc>>,
}

/// Some accounts, and the cursor of the next ones.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountList {
    pub items: Vec<Account>,
    #[schema(required)]
    pub next_cursor: Option<String>,
}
