//! Questions to an account, by way of the database: whoever keeps it connected, in whatever process, answers them. A
//! session is used from one place only, so nobody else can.

use std::time::Duration;

use chrono::TimeDelta;
use db::Tx;
use kernel::Scope;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{BdAccounts, Error, telegram::Refused};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bd_account_requests")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub account_id: Uuid,
        pub kind: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub payload: Json,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub answer: Option<Json>,
        pub error: Option<String>,
        pub created_at: DateTimeUtc,
        pub done_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{Column, Entity};

/// The dialogs are to be read anew; answered by what they become in the database.
pub const DIALOGS: &str = "dialogs";
/// Which devices are signed in; answered by a list of [`crate::telegram::Device`].
pub const DEVICES: &str = "devices";
/// The device `hash` of the payload is to be signed out.
pub const END_DEVICE: &str = "end_device";

/// A question that waits for its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub id: Uuid,
    pub kind: String,
    pub payload: Value,
}

/// How long somebody waits for an answer.
const PATIENCE: TimeDelta = TimeDelta::seconds(12);
const LOOKED_EVERY: Duration = Duration::from_millis(150);
/// Questions that are read together.
const AT_ONCE: u64 = 20;

fn of(scope: &Scope, account: Uuid) -> Condition {
    Condition::all().add(Column::OrgId.eq(scope.org_id.0)).add(Column::AccountId.eq(account))
}

async fn add(tx: &Tx, scope: &Scope, account: Uuid, kind: &str, payload: Value) -> Result<Uuid, Error> {
    let id = tx.clock().new_id();
    let row = entity::ActiveModel {
        id: Set(id),
        org_id: Set(scope.org_id.0),
        account_id: Set(account),
        kind: Set(kind.to_owned()),
        payload: Set(payload),
        answer: Set(None),
        error: Set(None),
        created_at: Set(tx.clock().now()),
        done_at: Set(None),
    };
    db::insert_all(tx, [row]).await?;
    Ok(id)
}

/// Asks, unless the same is being asked already.
pub(crate) async fn add_once(tx: &Tx, scope: &Scope, account: Uuid, kind: &str, payload: Value) -> Result<(), Error> {
    let find = Entity::find().filter(of(scope, account)).filter(Column::Kind.eq(kind));
    if find.filter(Column::DoneAt.is_null()).one(tx).await?.is_none() {
        add(tx, scope, account, kind, payload).await?;
    }
    Ok(())
}

/// Asks and waits for the answer.
///
/// # Errors
/// [`Error::NotConnected`] when nobody answers in time; [`Error::Network`].
pub async fn ask(
    accounts: &BdAccounts,
    scope: &Scope,
    account: Uuid,
    kind: &str,
    payload: Value,
) -> Result<Value, Error> {
    let tx = accounts.db.begin(scope).await?;
    let id = add(&tx, scope, account, kind, payload).await?;
    tx.commit().await?;
    accounts.tell(account);
    let rounds = PATIENCE.num_milliseconds() / i64::try_from(LOOKED_EVERY.as_millis()).unwrap_or(1);
    for _ in 0..rounds {
        tokio::time::sleep(LOOKED_EVERY).await;
        let find = Entity::find().filter(of(scope, account)).filter(Column::Id.eq(id));
        let Some(row) = find.one(&accounts.db.reader(scope)).await? else { return Err(Error::NotConnected) };
        match (row.done_at, row.error) {
            (Some(_), None) => return Ok(row.answer.unwrap_or_default()),
            (Some(_), Some(error)) => return Err(Error::Network(Refused::Other(error))),
            (None, _) => {}
        }
    }
    // Nobody is to do it when nobody waits for it any more.
    let tx = accounts.db.begin(scope).await?;
    Entity::delete_many().filter(of(scope, account)).filter(Column::Id.eq(id)).exec(&tx).await?;
    tx.commit().await?;
    Err(Error::NotConnected)
}

/// What an account is asked, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn open(reader: &impl ConnectionTrait, scope: &Scope, account: Uuid) -> Result<Vec<Request>, Error> {
    let find = Entity::find().filter(of(scope, account)).filter(Column::DoneAt.is_null());
    let rows = find.order_by_asc(Column::CreatedAt).limit(AT_ONCE).all(reader).await?;
    Ok(rows.into_iter().map(|row| Request { id: row.id, kind: row.kind, payload: row.payload }).collect())
}

/// Answers a question; the text of an error is for the log.
///
/// # Errors
/// When the database refuses.
pub async fn answer(
    accounts: &BdAccounts,
    scope: &Scope,
    request: Uuid,
    answer: Result<Value, String>,
) -> Result<(), Error> {
    let tx = accounts.db.begin(scope).await?;
    let now = tx.clock().now();
    let (answer, error) = match answer {
        Ok(answer) => (Some(answer), None),
        Err(error) => (None, Some(error)),
    };
    let row =
        entity::ActiveModel { answer: Set(answer), error: Set(error), done_at: Set(Some(now)), ..Default::default() };
    let update = Entity::update_many().set(row).filter(Column::OrgId.eq(scope.org_id.0));
    update.filter(Column::Id.eq(request)).exec(&tx).await?;
    Ok(tx.commit().await?)
}

/// Forgets what was asked an hour ago.
pub(crate) async fn forget_old(tx: &Tx, scope: &Scope) -> Result<(), Error> {
    let before = tx.clock().now() - TimeDelta::hours(1);
    let old = Entity::delete_many().filter(Column::OrgId.eq(scope.org_id.0));
    old.filter(Column::CreatedAt.lt(before)).exec(tx).await?;
    Ok(())
}
