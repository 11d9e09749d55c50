//! Mails and bounces in the database.

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::Scope;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement,
};
use uuid::Uuid;

use super::mail::{MailState, Verdict};
use crate::Error;

pub mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "mails")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub kind: String,
        pub to_address: String,
        pub locale: String,
        pub data: Option<String>,
        pub state: String,
        pub tries: i64,
        pub next_at: Option<DateTimeUtc>,
        pub last_code: Option<String>,
        pub last_error: Option<String>,
        pub provider_id: Option<String>,
        pub dedup: String,
        pub created_at: DateTimeUtc,
        pub settled_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{Column, Entity, Model};

/// Inserts a mail; `false` when one with its `dedup` is there.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &Tx, mail: Model) -> Result<bool, Error> {
    let sql = "insert into mails (id, org_id, kind, to_address, locale, data, state, tries, next_at, dedup, created_at, \
               settled_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
               on conflict (org_id, dedup) do nothing";
    let values = [
        mail.id.into(),
        mail.org_id.into(),
        mail.kind.into(),
        mail.to_address.into(),
        mail.locale.into(),
        mail.data.into(),
        mail.state.into(),
        mail.tries.into(),
        mail.next_at.into(),
        mail.dedup.into(),
        mail.created_at.into(),
        mail.settled_at.into(),
    ];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await?.rows_affected() > 0)
}

/// A mail of the organization.
///
/// # Errors
/// When the database is away.
pub async fn find(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Option<Model>, Error> {
    Ok(Entity::find_by_id(id).filter(Column::OrgId.eq(scope.org_id.0)).one(connection).await?)
}

/// Whether this mailbox refused mail for good.
///
/// # Errors
/// When the database is away.
pub async fn bounced(connection: &impl ConnectionTrait, address: &str) -> Result<bool, Error> {
    let sql = "select 1 as one from mail_bounces where address = $1";
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, [address.into()]);
    Ok(connection.query_one_raw(statement).await?.is_some())
}

/// Notes what a try came to; `false` when another process noted one meanwhile.
///
/// # Errors
/// When the database refuses.
pub async fn note(tx: &Tx, scope: &Scope, mail: &Model, verdict: &Verdict) -> Result<bool, Error> {
    let now = tx.clock().now();
    let mut row = entity::ActiveModel { tries: Set(mail.tries + 1), ..Default::default() };
    match verdict {
        Verdict::Sent { provider_id } => {
            row.state = Set(MailState::Sent.as_str().to_owned());
            row.provider_id = Set(provider_id.clone());
            (row.data, row.next_at, row.settled_at) = (Set(None), Set(None), Set(Some(now)));
        }
        Verdict::Again { at, code, error, counts } => {
            row.tries = Set(mail.tries + i64::from(*counts));
            row.next_at = Set(Some(*at));
            (row.last_code, row.last_error) = (Set(Some(code.clone())), Set(Some(error.clone())));
        }
        Verdict::Ended { state, code, error, .. } => {
            row.state = Set(state.as_str().to_owned());
            (row.data, row.next_at, row.settled_at) = (Set(None), Set(None), Set(Some(now)));
            (row.last_code, row.last_error) = (Set(Some(code.clone())), Set(Some(error.clone())));
        }
    }
    let as_it_was = Condition::all()
        .add(Column::OrgId.eq(scope.org_id.0))
        .add(Column::Id.eq(mail.id))
        .add(Column::State.eq(MailState::Queued.as_str()))
        .add(Column::Tries.eq(mail.tries));
    let noted = Entity::update_many().set(row).filter(as_it_was).exec(tx).await?.rows_affected > 0;
    if noted && let Verdict::Ended { code, error, mailbox: true, .. } = verdict {
        let sql = "insert into mail_bounces (address, code, error, at) values ($1, $2, $3, $4) \
                   on conflict (address) do update set code = excluded.code, error = excluded.error, at = excluded.at";
        let values = [mail.to_address.as_str().into(), code.as_str().into(), error.as_str().into(), now.into()];
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    }
    Ok(noted)
}

/// Mail to this address goes out again.
///
/// # Errors
/// When the database refuses.
pub async fn forgive(tx: &Tx, address: &str) -> Result<(), Error> {
    let sql = "delete from mail_bounces where address = $1";
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, [address.into()])).await?;
    Ok(())
}

/// Deletes mails from before an instant; at most `limit`. Returns how many.
///
/// # Errors
/// When the database refuses.
pub async fn forget(tx: &Tx, scope: &Scope, before: DateTime<Utc>, limit: u64) -> Result<u64, Error> {
    let of_org = || Entity::find().filter(Column::OrgId.eq(scope.org_id.0));
    let old = of_org().select_only().column(Column::Id).filter(Column::CreatedAt.lt(before));
    let ids: Vec<Uuid> = old.order_by_asc(Column::CreatedAt).limit(limit).into_tuple().all(tx).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let rows = Entity::delete_many().filter(Column::OrgId.eq(scope.org_id.0)).filter(Column::Id.is_in(ids));
    Ok(rows.exec(tx).await?.rows_affected)
}
