//! Webhooks in the database, with their sealed secrets.

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::Scope;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;
use vault::{Place, Vault};

use super::{
    secret::SigningSecret,
    webhook::{DisabledBecause, MAX_WEBHOOKS, StoredWebhook},
};
use crate::Error;

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhooks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub url: String,
        pub description: Option<String>,
        #[sea_orm(column_type = "JsonBinary")]
        pub types: Json,
        pub enabled: bool,
        pub secret: String,
        pub secret_rotated_at: DateTimeUtc,
        pub previous_secret: Option<String>,
        pub previous_until: Option<DateTimeUtc>,
        pub failures: i64,
        pub failing_since: Option<DateTimeUtc>,
        pub disabled_at: Option<DateTimeUtc>,
        pub disabled_because: Option<String>,
        pub last_at: Option<DateTimeUtc>,
        pub last_status: Option<String>,
        pub sends_at: Option<DateTimeUtc>,
        pub forgets_at: Option<DateTimeUtc>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: Option<Uuid>,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use entity::Column;

/// A webhook with what only the sender needs.
pub struct Sending {
    pub webhook: StoredWebhook,
    pub sends_at: Option<DateTime<Utc>>,
    secret: String,
    previous_secret: Option<String>,
}

/// What two webhooks differ in, one old and one new.
const SECRET: &str = "secret";
const PREVIOUS: &str = "previous_secret";

fn place(scope: &Scope, row: Uuid, column: &'static str) -> Place {
    Place { table: "webhooks", column, org: scope.org_id, row }
}

/// Seals a secret for its webhook.
///
/// # Errors
/// [`vault::Error`].
pub fn seal(vault: &Vault, scope: &Scope, webhook: Uuid, secret: &SigningSecret) -> Result<String, vault::Error> {
    vault.seal(place(scope, webhook, SECRET), secret.bytes())
}

impl Sending {
    /// The secrets that sign now, the newest first.
    ///
    /// # Errors
    /// [`vault::Error`].
    pub fn secrets(
        &self,
        vault: &Vault,
        scope: &Scope,
        now: DateTime<Utc>,
    ) -> Result<Vec<SigningSecret>, vault::Error> {
        let previous =
            self.previous_secret.as_deref().filter(|_| self.webhook.previous_until.is_some_and(|end| end > now));
        let sealed = [(SECRET, Some(self.secret.as_str())), (PREVIOUS, previous)];
        let sealed = sealed.into_iter().filter_map(|(column, sealed)| Some((column, sealed?)));
        sealed
            .map(|(column, sealed)| {
                let bytes = vault.open(place(scope, self.webhook.id, column), sealed)?;
                SigningSecret::from_slice(&bytes).ok_or(vault::Error::Damaged)
            })
            .collect()
    }
}

impl TryFrom<entity::Model> for StoredWebhook {
    type Error = db::Error;

    fn try_from(row: entity::Model) -> Result<Self, db::Error> {
        let unreadable = || db::Error::Stored("webhooks");
        let because =
            row.disabled_because.map(|word| DisabledBecause::parse(&word).ok_or_else(unreadable)).transpose()?;
        Ok(Self {
            id: row.id,
            url: row.url,
            description: row.description,
            types: serde_json::from_value(row.types).map_err(|_| unreadable())?,
            enabled: row.enabled,
            failures: row.failures,
            failing_since: row.failing_since,
            disabled_at: row.disabled_at,
            disabled_because: because,
            last: row.last_at.zip(row.last_status),
            secret_rotated_at: row.secret_rotated_at,
            previous_until: row.previous_until,
            version: row.version,
            created_at: row.created_at,
            created_by: row.created_by,
            updated_at: row.updated_at,
        })
    }
}

fn of_org(scope: &Scope) -> Condition {
    Condition::all().add(Column::OrgId.eq(scope.org_id.0))
}

fn this(scope: &Scope, id: Uuid) -> Condition {
    of_org(scope).add(Column::Id.eq(id))
}

/// The webhooks of the organization, the oldest first.
///
/// # Errors
/// When the database is away.
pub async fn list(connection: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<StoredWebhook>, Error> {
    let find = entity::Entity::find().filter(of_org(scope)).order_by_asc(Column::CreatedAt).order_by_asc(Column::Id);
    // Some that were made at the same moment may be beyond the limit; they are there all the same.
    let rows = find.limit(2 * MAX_WEBHOOKS as u64).all(connection).await?;
    Ok(rows.into_iter().map(StoredWebhook::try_from).collect::<Result<_, _>>()?)
}

/// How many there are.
///
/// # Errors
/// When the database is away.
pub async fn count(tx: &Tx, scope: &Scope) -> Result<u64, Error> {
    Ok(entity::Entity::find().filter(of_org(scope)).count(tx).await?)
}

/// # Errors
/// [`Error::NotFound`].
pub async fn get(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<StoredWebhook, Error> {
    let found = entity::Entity::find().filter(this(scope, id)).one(connection).await?;
    Ok(found.ok_or(Error::NotFound)?.try_into()?)
}

/// The webhook as the sender needs it; none when it is gone.
///
/// # Errors
/// When the database is away.
pub async fn find_sending(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<Sending>, Error> {
    let found = entity::Entity::find().filter(this(scope, id)).one(connection).await?;
    let sending = |row: entity::Model| {
        let (sends_at, secret, previous_secret) = (row.sends_at, row.secret.clone(), row.previous_secret.clone());
        Ok(Sending { webhook: row.try_into()?, sends_at, secret, previous_secret })
    };
    found.map(sending).transpose()
}

/// The webhook, kept from other writers until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn hold(tx: &Tx, scope: &Scope, id: Uuid) -> Result<StoredWebhook, Error> {
    let mut find = entity::Entity::find().filter(this(scope, id));
    if tx.get_database_backend() == DbBackend::Postgres {
        find = find.lock_exclusive();
    }
    Ok(find.one(tx).await?.ok_or(Error::NotFound)?.try_into()?)
}

fn columns(webhook: &StoredWebhook) -> entity::ActiveModel {
    entity::ActiveModel {
        url: Set(webhook.url.clone()),
        description: Set(webhook.description.clone()),
        types: Set(json!(webhook.types)),
        enabled: Set(webhook.enabled),
        secret_rotated_at: Set(webhook.secret_rotated_at),
        previous_until: Set(webhook.previous_until),
        failures: Set(webhook.failures),
        failing_since: Set(webhook.failing_since),
        disabled_at: Set(webhook.disabled_at),
        disabled_because: Set(webhook.disabled_because.map(|because| because.as_str().to_owned())),
        last_at: Set(webhook.last.as_ref().map(|(at, _)| *at)),
        last_status: Set(webhook.last.as_ref().map(|(_, status)| status.clone())),
        version: Set(webhook.version),
        updated_at: Set(webhook.updated_at),
        ..Default::default()
    }
}

/// Inserts a webhook with its sealed secret.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &Tx, scope: &Scope, webhook: &StoredWebhook, secret: String) -> Result<(), Error> {
    let row = entity::ActiveModel {
        id: Set(webhook.id),
        org_id: Set(scope.org_id.0),
        secret: Set(secret),
        previous_secret: Set(None),
        sends_at: Set(None),
        forgets_at: Set(None),
        created_at: Set(webhook.created_at),
        created_by: Set(webhook.created_by),
        ..columns(webhook)
    };
    Ok(db::insert_all(tx, [row]).await?)
}

/// Writes what can change of a webhook.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &Tx, scope: &Scope, webhook: &StoredWebhook) -> Result<(), Error> {
    write(tx, scope, webhook.id, columns(webhook)).await
}

/// Gives a webhook another secret; the one before goes on to sign for as long as the webhook says.
///
/// # Errors
/// [`vault::Error`]; when the database refuses.
pub async fn rotate(
    tx: &Tx,
    (vault, scope): (&Vault, &Scope),
    webhook: &StoredWebhook,
    secret: &SigningSecret,
) -> Result<(), Error> {
    let old = find_sending(tx, scope, webhook.id).await?.ok_or(Error::NotFound)?;
    let opened = vault.open(place(scope, webhook.id, SECRET), &old.secret)?;
    let previous =
        webhook.previous_until.map(|_| vault.seal(place(scope, webhook.id, PREVIOUS), &opened)).transpose()?;
    let row = entity::ActiveModel {
        secret: Set(seal(vault, scope, webhook.id, secret)?),
        previous_secret: Set(previous),
        ..columns(webhook)
    };
    write(tx, scope, webhook.id, row).await
}

async fn write(tx: &Tx, scope: &Scope, id: Uuid, row: entity::ActiveModel) -> Result<(), Error> {
    entity::Entity::update_many().set(row).filter(this(scope, id)).exec(tx).await?;
    Ok(())
}

/// # Errors
/// When the database refuses.
pub async fn remove(tx: &Tx, scope: &Scope, id: Uuid) -> Result<(), Error> {
    entity::Entity::delete_many().filter(this(scope, id)).exec(tx).await?;
    Ok(())
}

/// Notes that a job is due at an instant; `false` when one is due no later.
///
/// # Errors
/// When the database refuses.
pub async fn bring_forward(tx: &Tx, scope: &Scope, id: Uuid, at: DateTime<Utc>) -> Result<bool, Error> {
    let later = Condition::any().add(Column::SendsAt.is_null()).add(Column::SendsAt.gt(at));
    let update = entity::Entity::update_many().col_expr(Column::SendsAt, Expr::value(at));
    Ok(update.filter(this(scope, id)).filter(later).exec(tx).await?.rows_affected > 0)
}

/// Ends the turn of the job that was due: nobody is in the queue any more.
///
/// # Errors
/// When the database refuses.
pub async fn end_turn(tx: &Tx, scope: &Scope, id: Uuid, at: DateTime<Utc>) -> Result<bool, Error> {
    let update = entity::Entity::update_many().col_expr(Column::SendsAt, Expr::value(None::<DateTime<Utc>>));
    Ok(update.filter(this(scope, id)).filter(Column::SendsAt.eq(at)).exec(tx).await?.rows_affected > 0)
}

/// Moves the next clean-up of a webhook; `false` when it is gone, or when another job has moved it.
///
/// # Errors
/// When the database refuses.
pub async fn next_clean_up(
    tx: &Tx,
    scope: &Scope,
    id: Uuid,
    (from, to): (Option<DateTime<Utc>>, DateTime<Utc>),
) -> Result<bool, Error> {
    let as_it_was = from.map_or_else(|| Column::ForgetsAt.is_null(), |from| Column::ForgetsAt.eq(from));
    let update = entity::Entity::update_many().col_expr(Column::ForgetsAt, Expr::value(to));
    Ok(update.filter(this(scope, id)).filter(as_it_was).exec(tx).await?.rows_affected > 0)
}
