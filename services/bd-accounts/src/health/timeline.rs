//! What happened to an account, line by line.

use chrono::{DateTime, Utc};
use contracts::permissions::ACCOUNTS_READ;
use db::{Field, List, Page, Params, Tx};
use kernel::{Locale, Scope, filter::FieldType};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryTrait,
    sea_query::{Expr, SimpleExpr},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{BdAccounts, Error, accounts::store};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bd_account_health")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub account_id: Uuid,
        pub at: DateTimeUtc,
        pub kind: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub details: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{Column, Entity};

/// Something that happened to an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthLine {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// Such as `flood_wait`.
    pub kind: String,
    /// In the caller's language.
    pub text: String,
    #[schema(value_type = Object)]
    pub details: Value,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    at: DateTime<Utc>,
    kind: String,
    details: Value,
}

fn at() -> SimpleExpr {
    Expr::col((Entity, Column::At))
}

const LINES: List = List {
    fields: &[Field { name: "at", kind: FieldType::Instant, expr: at, order: Some(at) }],
    default_sort: "-at",
    id: || Expr::col((Entity, Column::Id)),
};

/// Adds a line.
pub(crate) async fn add(tx: &Tx, scope: &Scope, account: Uuid, kind: &str, details: Value) -> Result<(), Error> {
    let row = entity::ActiveModel {
        id: Set(tx.clock().new_id()),
        org_id: Set(scope.org_id.0),
        account_id: Set(account),
        at: Set(tx.clock().now()),
        kind: Set(kind.to_owned()),
        details: Set(details),
    };
    Ok(db::insert_all(tx, [row]).await?)
}

fn shown(row: Row, locale: Locale) -> HealthLine {
    let text = api::messages::text(locale, &format!("bd.line.{}", row.kind), &[]);
    HealthLine { id: row.id, at: row.at, kind: row.kind, text, details: row.details }
}

/// What happened to an account, the newest first.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`].
pub async fn list(
    accounts: &BdAccounts,
    scope: &Scope,
    account: Uuid,
    params: &Params,
) -> Result<Page<HealthLine>, Error> {
    scope.require(ACCOUNTS_READ)?;
    let reader = accounts.db.reader(scope);
    store::get(&reader, scope, account).await?;
    let of = Condition::all().add(Column::OrgId.eq(scope.org_id.0)).add(Column::AccountId.eq(account));
    let select = Entity::find().filter(of).into_query();
    let page: Page<Row> = LINES.page(&reader, select, params, None).await?;
    Ok(page.map(|rows| rows.into_iter().map(|row| shown(row, scope.locale)).collect()))
}
