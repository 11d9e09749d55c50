//! What accounts have used: budgets of a day, buckets, and whom they wrote to first.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::Scope;
use rand::{SeedableRng, rngs::StdRng};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::rules::{Class, Used, Verdict, decide};
use crate::{Error, accounts::account::StoredAccount, sql};

mod days {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bd_account_usage")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: String,
        pub org_id: Uuid,
        pub messages: i64,
        pub first_contacts: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod buckets {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bd_account_pace")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        pub org_id: Uuid,
        pub messages_at: Option<DateTimeUtc>,
        pub first_contacts_at: Option<DateTimeUtc>,
        pub history_at: Option<DateTimeUtc>,
        pub media_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What these accounts did today, each by its own zone. Asked for together, however many they are.
///
/// # Errors
/// When the database refuses.
pub async fn of_today(
    reader: &impl ConnectionTrait,
    scope: &Scope,
    accounts: &[&StoredAccount],
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, Used>, Error> {
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let ids = || accounts.iter().map(|account| account.id);
    let mut today: Vec<String> = accounts.iter().map(|account| account.today(now)).collect();
    today.sort_unstable();
    today.dedup();
    let find = days::Entity::find().filter(days::Column::OrgId.eq(scope.org_id.0));
    let counts = find.filter(days::Column::AccountId.is_in(ids())).filter(days::Column::Day.is_in(today));
    let counts = counts.all(reader).await?;
    let find = buckets::Entity::find().filter(buckets::Column::OrgId.eq(scope.org_id.0));
    let buckets = find.filter(buckets::Column::AccountId.is_in(ids())).all(reader).await?;
    let number = |number: i64| u32::try_from(number).unwrap_or_default();
    let of = |account: &&StoredAccount| {
        let day = account.today(now);
        let count = counts.iter().find(|count| count.account_id == account.id && count.day == day);
        let bucket = buckets.iter().find(|bucket| bucket.account_id == account.id);
        let used = Used {
            messages: count.map_or(0, |count| number(count.messages)),
            first_contacts: count.map_or(0, |count| number(count.first_contacts)),
            messages_at: bucket.and_then(|bucket| bucket.messages_at),
            first_contacts_at: bucket.and_then(|bucket| bucket.first_contacts_at),
            history_at: bucket.and_then(|bucket| bucket.history_at),
            media_at: bucket.and_then(|bucket| bucket.media_at),
        };
        (account.id, used)
    };
    Ok(accounts.iter().map(of).collect())
}

/// Whether the account may do something now.
///
/// # Errors
/// When the database refuses.
pub async fn ask(
    reader: &impl ConnectionTrait,
    scope: &Scope,
    account: &StoredAccount,
    class: Class,
    now: DateTime<Utc>,
) -> Result<Verdict, Error> {
    let used = of_today(reader, scope, &[account], now).await?.remove(&account.id).unwrap_or_default();
    Ok(decide(now, &account.standing(), &used, class))
}

/// Counts something that is being done now; gives the limit of the day that it reached, if it did.
pub(crate) async fn spend(
    tx: &Tx,
    scope: &Scope,
    account: &StoredAccount,
    class: Class,
) -> Result<Option<&'static str>, Error> {
    let now = tx.clock().now();
    let before = of_today(tx, scope, &[account], now).await?.remove(&account.id).unwrap_or_default();
    let mut random = StdRng::from_seed(tx.clock().secret_bytes());
    let used = before.after(now, &account.standing(), class, &mut random);
    let sql = "insert into bd_account_pace \
               (account_id, org_id, messages_at, first_contacts_at, history_at, media_at) \
               values ($1, $2, $3, $4, $5, $6) on conflict (account_id) do update \
               set messages_at = excluded.messages_at, first_contacts_at = excluded.first_contacts_at, \
               history_at = excluded.history_at, media_at = excluded.media_at";
    let (id, org) = (account.id, scope.org_id.0);
    let instants = [used.messages_at, used.first_contacts_at, used.history_at, used.media_at];
    sql::run(tx, sql, [id.into(), org.into()].into_iter().chain(instants.map(Into::into))).await?;
    if (used.messages, used.first_contacts) != (before.messages, before.first_contacts) {
        let sql = "insert into bd_account_usage (account_id, day, org_id, messages, first_contacts) \
                   values ($1, $2, $3, $4, $5) on conflict (account_id, day) do update \
                   set messages = excluded.messages, first_contacts = excluded.first_contacts";
        let counts = [i64::from(used.messages).into(), i64::from(used.first_contacts).into()];
        let values = [id.into(), account.today(now).into(), org.into()].into_iter().chain(counts);
        sql::run(tx, sql, values).await?;
    }
    Ok(used.reached(&before, account.limits))
}

/// Notes that somebody was written to first.
pub(crate) async fn wrote_first(tx: &Tx, scope: &Scope, account: Uuid, chat: i64) -> Result<(), Error> {
    let sql = "insert into bd_account_first_contacts (account_id, chat_id, org_id, sent_at) \
               values ($1, $2, $3, $4) on conflict (account_id, chat_id) do nothing";
    let values = [account.into(), chat.into(), scope.org_id.0.into(), tx.clock().now().into()];
    sql::run(tx, sql, values).await.map(drop)
}

/// Notes that people wrote: those who were written to first have answered.
pub(crate) async fn answered(tx: &Tx, scope: &Scope, account: Uuid, chats: &[i64]) -> Result<(), Error> {
    for part in chats.chunks(500) {
        let places = (4..4 + part.len()).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "update bd_account_first_contacts set answered_at = $1 where org_id = $2 and account_id = $3 \
             and answered_at is null and chat_id in ({places})"
        );
        let values = [tx.clock().now().into(), scope.org_id.0.into(), account.into()];
        sql::run(tx, &sql, values.into_iter().chain(part.iter().map(|chat| (*chat).into()))).await?;
    }
    Ok(())
}
