//! Rows of accounts, to and from the database.

use contracts::channels::AccountStatus;
use sea_orm::ActiveValue::Set;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use super::account::{Mode, Network, Preset, StoredAccount, SyncState, status_of, word_of};
use crate::{health::score::Band, pace::rules::Limits};

pub mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bd_accounts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub network: String,
        pub name: String,
        pub phone: Option<String>,
        pub peer_id: Option<i64>,
        pub username: Option<String>,
        pub owner_id: Option<Uuid>,
        pub api_id: Option<i64>,
        pub status: String,
        pub status_code: Option<String>,
        pub mode: String,
        pub preset: String,
        pub messages_per_minute: i64,
        pub messages_per_day: i64,
        pub first_contacts_per_day: i64,
        pub time_zone: String,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub working_hours: Option<Json>,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub quiet_hours: Option<Json>,
        pub proxy: Option<String>,
        pub proxy_shown: Option<String>,
        pub signature: Option<String>,
        pub is_online: bool,
        pub offline_since: Option<DateTimeUtc>,
        pub offline_told_at: Option<DateTimeUtc>,
        pub flood_until: Option<DateTimeUtc>,
        pub flood_method: Option<String>,
        pub peer_flood_until: Option<DateTimeUtc>,
        pub restricted_until: Option<DateTimeUtc>,
        pub last_activity_at: Option<DateTimeUtc>,
        pub connected_at: Option<DateTimeUtc>,
        pub dc: Option<i64>,
        pub health_band: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub folders: Json,
        pub dialogs_at: Option<DateTimeUtc>,
        pub sync_state: String,
        pub sync_days: Option<i64>,
        pub sync_started_at: Option<DateTimeUtc>,
        pub sync_ended_at: Option<DateTimeUtc>,
        pub sync_wait_until: Option<DateTimeUtc>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: Option<Uuid>,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Who may use an account beside its owner.
pub mod users {
    #![expect(clippy::struct_field_names, reason = "the columns are ids of different things")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bd_account_users")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

fn unreadable() -> db::Error {
    db::Error::Stored("bd_accounts")
}

fn word<T>(read: fn(&str) -> Option<T>, text: &str) -> Result<T, db::Error> {
    read(text).ok_or_else(unreadable)
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

fn object<T: DeserializeOwned>(value: Option<Value>) -> Result<Option<T>, db::Error> {
    value.map(|value| serde_json::from_value(value).map_err(|_| unreadable())).transpose()
}

/// The account of a row; `allowed` stand in a table of their own.
pub fn account_of(row: entity::Model, allowed: Vec<Uuid>) -> Result<StoredAccount, db::Error> {
    let status: AccountStatus = word(status_of, &row.status)?;
    let limits = Limits {
        preset: word(Preset::parse, &row.preset)?,
        messages_per_minute: count(row.messages_per_minute),
        messages_per_day: count(row.messages_per_day),
        first_contacts_per_day: count(row.first_contacts_per_day),
    };
    Ok(StoredAccount {
        id: row.id,
        network: word(Network::parse, &row.network)?,
        name: row.name,
        phone: row.phone,
        peer_id: row.peer_id,
        username: row.username,
        owner_id: row.owner_id,
        allowed,
        api_id: row.api_id.and_then(|id| i32::try_from(id).ok()),
        status,
        status_code: row.status_code,
        mode: word(Mode::parse, &row.mode)?,
        limits,
        time_zone: row.time_zone,
        working_hours: object(row.working_hours)?,
        quiet_hours: object(row.quiet_hours)?,
        proxy_shown: row.proxy_shown,
        signature: row.signature,
        is_online: row.is_online,
        offline_since: row.offline_since,
        offline_told_at: row.offline_told_at,
        flood_until: row.flood_until,
        flood_method: row.flood_method,
        peer_flood_until: row.peer_flood_until,
        restricted_until: row.restricted_until,
        last_activity_at: row.last_activity_at,
        connected_at: row.connected_at,
        dc: row.dc.and_then(|dc| i32::try_from(dc).ok()),
        health_band: word(Band::parse, &row.health_band)?,
        folders: row.folders,
        dialogs_at: row.dialogs_at,
        sync_state: word(SyncState::parse, &row.sync_state)?,
        sync_days: row.sync_days,
        sync_started_at: row.sync_started_at,
        sync_ended_at: row.sync_ended_at,
        sync_wait_until: row.sync_wait_until,
        version: row.version,
        created_at: row.created_at,
        created_by: row.created_by,
        updated_at: row.updated_at,
    })
}

fn json<T: Serialize>(value: Option<&T>) -> Option<Value> {
    value.map(|value| serde_json::to_value(value).unwrap_or_default())
}

/// What can change of an account, the secrets aside.
pub fn columns(account: &StoredAccount) -> entity::ActiveModel {
    entity::ActiveModel {
        name: Set(account.name.clone()),
        phone: Set(account.phone.clone()),
        peer_id: Set(account.peer_id),
        username: Set(account.username.clone()),
        owner_id: Set(account.owner_id),
        api_id: Set(account.api_id.map(i64::from)),
        status: Set(word_of(account.status).to_owned()),
        status_code: Set(account.status_code.clone()),
        mode: Set(account.mode.as_str().to_owned()),
        preset: Set(account.limits.preset.as_str().to_owned()),
        messages_per_minute: Set(account.limits.messages_per_minute.into()),
        messages_per_day: Set(account.limits.messages_per_day.into()),
        first_contacts_per_day: Set(account.limits.first_contacts_per_day.into()),
        time_zone: Set(account.time_zone.clone()),
        working_hours: Set(json(account.working_hours.as_ref())),
        quiet_hours: Set(json(account.quiet_hours.as_ref())),
        proxy_shown: Set(account.proxy_shown.clone()),
        signature: Set(account.signature.clone()),
        is_online: Set(account.is_online),
        offline_since: Set(account.offline_since),
        offline_told_at: Set(account.offline_told_at),
        flood_until: Set(account.flood_until),
        flood_method: Set(account.flood_method.clone()),
        peer_flood_until: Set(account.peer_flood_until),
        restricted_until: Set(account.restricted_until),
        last_activity_at: Set(account.last_activity_at),
        connected_at: Set(account.connected_at),
        dc: Set(account.dc.map(i64::from)),
        health_band: Set(account.health_band.as_str().to_owned()),
        folders: Set(account.folders.clone()),
        dialogs_at: Set(account.dialogs_at),
        sync_state: Set(account.sync_state.as_str().to_owned()),
        sync_days: Set(account.sync_days),
        sync_started_at: Set(account.sync_started_at),
        sync_ended_at: Set(account.sync_ended_at),
        sync_wait_until: Set(account.sync_wait_until),
        version: Set(account.version),
        updated_at: Set(account.updated_at),
        ..Default::default()
    }
}
