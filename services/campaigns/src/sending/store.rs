//! Messages of campaigns in the database, and whose turn it is.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use db::{Sql, Tx};
use kernel::Scope;
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use crate::Error;

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "campaign_sends")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub campaign_id: Uuid,
        pub enrolment_id: Uuid,
        pub step_id: Uuid,
        pub variant_id: Uuid,
        pub account_id: Uuid,
        pub contact_id: Uuid,
        pub channel: String,
        pub state: String,
        pub text: Option<String>,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub media: Option<Json>,
        pub answered_gate: DateTimeUtc,
        pub handed_at: Option<DateTimeUtc>,
        pub good_until: Option<DateTimeUtc>,
        pub chat_id: Option<Uuid>,
        pub external_id: Option<String>,
        pub first_contact: bool,
        pub begins: bool,
        pub queued_at: DateTimeUtc,
        pub sent_at: Option<DateTimeUtc>,
        pub delivered_at: Option<DateTimeUtc>,
        pub read_at: Option<DateTimeUtc>,
        pub replied_at: Option<DateTimeUtc>,
        pub positive: bool,
        pub opted_out: bool,
        pub code: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Refusals, each contact and code once: a statement meets each row once.
#[must_use]
pub fn counted_once<T>(refused: Vec<(Uuid, &'static str, T)>) -> Vec<(Uuid, &'static str, T)> {
    let mut seen = HashSet::new();
    refused.into_iter().filter(|(contact, code, _)| seen.insert((*contact, *code))).collect()
}

/// A message, as much of it as reactions need.
#[derive(Clone, Debug, FromQueryResult)]
pub struct SentRow {
    pub id: Uuid,
    pub campaign_id: Uuid,
    pub enrolment_id: Uuid,
    pub step_id: Uuid,
    pub variant_id: Uuid,
    pub account_id: Uuid,
    pub contact_id: Uuid,
    pub chat_id: Option<Uuid>,
}

/// The columns of [`SentRow`].
pub const COLUMNS: &str = "id, campaign_id, enrolment_id, step_id, variant_id, account_id, contact_id, chat_id";

#[derive(FromQueryResult)]
struct TurnRow {
    turn: i64,
}

/// The turn that it is; 0 while nobody took one.
///
/// # Errors
/// When the database is away.
pub async fn turn(connection: &impl ConnectionTrait, scope: &Scope) -> Result<i64, Error> {
    let mut sql = Sql::new("select turn from campaign_turns where org_id = ");
    sql.bind(scope.org_id.0);
    Ok(sql.one::<TurnRow>(connection).await?.map_or(0, |row| row.turn))
}

/// Takes the next turn, if it is still the one that was read; what was read since then holds if so.
///
/// # Errors
/// When the database refuses.
pub async fn take_turn(tx: &Tx, scope: &Scope, turn: i64) -> Result<bool, Error> {
    let mut sql = Sql::new("insert into campaign_turns (org_id, turn) values (");
    sql.bind(scope.org_id.0).add(", ").bind(turn + 1);
    sql.add(") on conflict (org_id) do update set turn = excluded.turn where campaign_turns.turn = ").bind(turn);
    Ok(sql.run(tx).await? > 0)
}

/// When the next message of a campaign that waits may go no more; none when none does. What is on its way since then cannot be
/// called back, and is not asked about again.
///
/// # Errors
/// When the database is away.
pub async fn next_overdue(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    (campaign, now): (Uuid, DateTime<Utc>),
) -> Result<Option<DateTime<Utc>>, Error> {
    let mut sql = Sql::new("select good_until from campaign_sends where org_id = ");
    sql.bind(scope.org_id.0).add(" and campaign_id = ").bind(campaign).add(" and state = 'queued' and good_until > ");
    sql.bind(now).add(" order by good_until limit 1");
    let rows = sql.rows(connection).await?;
    Ok(rows.first().map(|row| row.try_get("", "good_until")).transpose()?)
}

/// Notes that somebody looks at an instant, unless somebody does before; says whether it was noted.
///
/// # Errors
/// When the database refuses.
pub async fn note_wake(tx: &Tx, scope: &Scope, at: DateTime<Utc>) -> Result<bool, Error> {
    let mut sql = Sql::new("insert into campaign_turns (org_id, turn, wake_at) values (");
    sql.bind(scope.org_id.0).add(", 0, ").bind(at);
    sql.add(") on conflict (org_id) do update set wake_at = excluded.wake_at where campaign_turns.wake_at is null ");
    sql.add("or campaign_turns.wake_at <= ")
        .bind(tx.clock().now())
        .add(" or campaign_turns.wake_at > excluded.wake_at");
    Ok(sql.run(tx).await? > 0)
}
