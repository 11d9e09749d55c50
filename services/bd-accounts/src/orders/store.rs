//! Orders in the database.

use db::Tx;
use kernel::Scope;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryTrait, sea_query::SelectStatement,
};

use crate::Error;

pub mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "account_orders")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub provider: String,
        pub country: String,
        pub quantity: i64,
        pub amount_minor: i64,
        pub currency: String,
        pub status: String,
        pub external_id: Option<String>,
        pub created_at: DateTimeUtc,
        pub created_by: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub fn select(scope: &Scope) -> SelectStatement {
    let mine = Condition::all().add(entity::Column::OrgId.eq(scope.org_id.0));
    entity::Entity::find().filter(mine).into_query()
}

pub async fn insert(tx: &Tx, order: &entity::Model) -> Result<(), Error> {
    let row = entity::ActiveModel {
        id: Set(order.id),
        org_id: Set(order.org_id),
        provider: Set(order.provider.clone()),
        country: Set(order.country.clone()),
        quantity: Set(order.quantity),
        amount_minor: Set(order.amount_minor),
        currency: Set(order.currency.clone()),
        status: Set(order.status.clone()),
        external_id: Set(order.external_id.clone()),
        created_at: Set(order.created_at),
        created_by: Set(order.created_by),
    };
    Ok(db::insert_all(tx, [row]).await?)
}
