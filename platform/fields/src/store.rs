//! Fields in the database.

use db::{Error, Tx};
use kernel::Scope;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::Value;
use uuid::Uuid;

use crate::field::{CustomField, FieldKind, RecordType};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "custom_fields")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub record_type: String,
        pub key: String,
        pub name: String,
        pub kind: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub options: Json,
        pub relation: Option<String>,
        pub currency: Option<String>,
        pub place: i64,
        pub archived: bool,
        pub created_by: Option<Uuid>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::Column;

impl TryFrom<entity::Model> for CustomField {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self, Error> {
        let record_type = |word: &str| RecordType::parse(word).ok_or(Error::Stored("custom_fields.record_type"));
        Ok(Self {
            id: row.id,
            record_type: record_type(&row.record_type)?,
            key: row.key,
            name: row.name,
            kind: FieldKind::parse(&row.kind).ok_or(Error::Stored("custom_fields.kind"))?,
            options: serde_json::from_value(row.options).map_err(|_| Error::Stored("custom_fields.options"))?,
            relation: row.relation.as_deref().map(record_type).transpose()?,
            currency: row.currency,
            position: row.place,
            archived: row.archived,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

fn of_org(scope: &Scope) -> Condition {
    Condition::all().add(Column::OrgId.eq(scope.org_id.0))
}

/// The fields of the organization in their order, of one kind of record or of all.
///
/// # Errors
/// When the database is away.
pub async fn list(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    of: Option<RecordType>,
) -> Result<Vec<CustomField>, Error> {
    let kind = of.map(|of| Column::RecordType.eq(of.as_str()));
    let rows = entity::Entity::find()
        .filter(of_org(scope).add_option(kind))
        .order_by_asc(Column::Place)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(CustomField::try_from).collect()
}

/// The fields of a kind of record, kept from other writers until the transaction ends.
///
/// # Errors
/// When the database is away.
pub async fn lock(tx: &Tx, scope: &Scope, of: RecordType) -> Result<Vec<CustomField>, Error> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let rows = entity::Entity::find().filter(of_org(scope).add(Column::RecordType.eq(of.as_str())));
        rows.order_by_asc(Column::Id).lock_exclusive().all(tx).await?;
    }
    list(tx, scope, Some(of)).await
}

/// The field with this id.
///
/// # Errors
/// When the database is away.
pub async fn get(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Option<CustomField>, Error> {
    let found = entity::Entity::find().filter(of_org(scope).add(Column::Id.eq(id))).one(connection).await?;
    found.map(CustomField::try_from).transpose()
}

fn columns(field: &CustomField) -> Result<entity::ActiveModel, Error> {
    let options: Value = serde_json::to_value(&field.options).map_err(|_| Error::Stored("custom_fields.options"))?;
    Ok(entity::ActiveModel {
        name: Set(field.name.clone()),
        options: Set(options),
        place: Set(field.position),
        archived: Set(field.archived),
        version: Set(field.version),
        updated_at: Set(field.updated_at),
        ..Default::default()
    })
}

/// Inserts a field of the actor's.
///
/// # Errors
/// When the database refuses: a key that somebody else took just now is a unique violation.
pub async fn insert(tx: &Tx, field: &CustomField) -> Result<(), Error> {
    let scope = tx.scope().ok_or(Error::Stored("scope"))?;
    let row = entity::ActiveModel {
        id: Set(field.id),
        org_id: Set(scope.org_id.0),
        record_type: Set(field.record_type.as_str().to_owned()),
        key: Set(field.key.clone()),
        kind: Set(field.kind.as_str().to_owned()),
        relation: Set(field.relation.map(|of| of.as_str().to_owned())),
        currency: Set(field.currency.clone()),
        created_by: Set(scope.user_id().map(Uuid::from)),
        created_at: Set(field.created_at),
        ..columns(field)?
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes what can change of a field.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &Tx, field: &CustomField) -> Result<(), Error> {
    write(tx, field.id, columns(field)?).await
}

/// Gives a field another place. That is no change of it: others made room.
///
/// # Errors
/// When the database refuses.
pub async fn renumber(tx: &Tx, id: Uuid, position: i64) -> Result<(), Error> {
    write(tx, id, entity::ActiveModel { place: Set(position), ..Default::default() }).await
}

async fn write(tx: &Tx, id: Uuid, row: entity::ActiveModel) -> Result<(), Error> {
    let scope = tx.scope().ok_or(Error::Stored("scope"))?;
    let this = of_org(scope).add(Column::Id.eq(id));
    entity::Entity::update_many().set(row).filter(this).exec(tx).await?;
    Ok(())
}

/// Deletes a field; the values stay in the records.
///
/// # Errors
/// When the database refuses.
pub async fn remove(tx: &Tx, id: Uuid) -> Result<(), Error> {
    let scope = tx.scope().ok_or(Error::Stored("scope"))?;
    entity::Entity::delete_many().filter(of_org(scope).add(Column::Id.eq(id))).exec(tx).await?;
    Ok(())
}
