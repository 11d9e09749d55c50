//! Saved views in the database, and which of them lists begin with.

use db::Tx;
use kernel::Scope;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::view::{StoredView, ViewRecordType, ViewVisibility};
use crate::Error;

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "saved_views")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub record_type: String,
        pub owner_id: Uuid,
        pub name: String,
        pub icon: Option<String>,
        pub visibility: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub query: Json,
        pub locked: bool,
        pub place: i64,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod default {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "saved_view_defaults")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub record_type: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub view_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::Column;

/// Whose default a view is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultOf {
    Person(Uuid),
    Everybody,
}

impl DefaultOf {
    fn key(self) -> Uuid {
        match self {
            Self::Person(id) => id,
            Self::Everybody => Uuid::nil(),
        }
    }
}

/// What a list begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    pub own: Option<Uuid>,
    pub everybodys: Option<Uuid>,
}

impl TryFrom<entity::Model> for StoredView {
    type Error = db::Error;

    fn try_from(row: entity::Model) -> Result<Self, db::Error> {
        let unreadable = || db::Error::Stored("saved_views");
        Ok(Self {
            id: row.id,
            record_type: ViewRecordType::parse(&row.record_type).ok_or_else(unreadable)?,
            owner_id: row.owner_id,
            name: row.name,
            icon: row.icon,
            visibility: ViewVisibility::parse(&row.visibility).ok_or_else(unreadable)?,
            query: serde_json::from_value(row.query).map_err(|_| unreadable())?,
            locked: row.locked,
            position: row.place,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

fn of_org(scope: &Scope) -> Condition {
    Condition::all().add(Column::OrgId.eq(scope.org_id.0))
}

/// Views that are shared, and those of this person.
fn seen_by(person: Option<Uuid>) -> Condition {
    let shared = Condition::any().add(Column::Visibility.ne(ViewVisibility::Private.as_str()));
    shared.add_option(person.map(|person| Column::OwnerId.eq(person)))
}

/// The views of a list that the actor sees, in order.
///
/// # Errors
/// When the database is away.
pub async fn list(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    of: ViewRecordType,
) -> Result<Vec<StoredView>, Error> {
    let rows = entity::Entity::find()
        .filter(of_org(scope).add(Column::RecordType.eq(of.as_str())))
        .filter(seen_by(scope.user_id().map(Uuid::from)))
        .order_by_asc(Column::Place)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(StoredView::try_from).collect::<Result<_, _>>()?)
}

/// A view of the organization, whoever's it is.
///
/// # Errors
/// When the database is away.
pub async fn find(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Option<StoredView>, Error> {
    let row = entity::Entity::find().filter(of_org(scope).add(Column::Id.eq(id))).one(connection).await?;
    Ok(row.map(StoredView::try_from).transpose()?)
}

/// The view, if the actor sees it; kept from other writers until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn hold(tx: &Tx, scope: &Scope, id: Uuid) -> Result<StoredView, Error> {
    let mut find = entity::Entity::find().filter(of_org(scope).add(Column::Id.eq(id)));
    if tx.get_database_backend() == DbBackend::Postgres {
        find = find.lock_exclusive();
    }
    let found = find.one(tx).await?.map(StoredView::try_from).transpose()?;
    found.filter(|view| view.is_seen_by(scope.user_id().map(Uuid::from))).ok_or(Error::NotFound)
}

/// How many views of a list are the person's.
///
/// # Errors
/// When the database is away.
pub async fn count(tx: &Tx, scope: &Scope, of: ViewRecordType, owner: Uuid) -> Result<usize, Error> {
    let of_owner = of_org(scope).add(Column::RecordType.eq(of.as_str())).add(Column::OwnerId.eq(owner));
    let ids = entity::Entity::find().select_only().column(Column::Id).filter(of_owner);
    Ok(ids.into_tuple::<Uuid>().all(tx).await?.len())
}

fn columns(view: &StoredView) -> Result<entity::ActiveModel, Error> {
    let query = serde_json::to_value(&view.query).map_err(|_| db::Error::Stored("saved_views.query"))?;
    Ok(entity::ActiveModel {
        name: Set(view.name.clone()),
        icon: Set(view.icon.clone()),
        visibility: Set(view.visibility.as_str().to_owned()),
        query: Set(query),
        locked: Set(view.locked),
        place: Set(view.position),
        version: Set(view.version),
        updated_at: Set(view.updated_at),
        ..Default::default()
    })
}

/// Inserts a view.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &Tx, scope: &Scope, view: &StoredView) -> Result<(), Error> {
    let row = entity::ActiveModel {
        id: Set(view.id),
        org_id: Set(scope.org_id.0),
        record_type: Set(view.record_type.as_str().to_owned()),
        owner_id: Set(view.owner_id),
        created_at: Set(view.created_at),
        ..columns(view)?
    };
    Ok(db::insert_all(tx, [row]).await?)
}

/// Writes what can change of a view.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &Tx, scope: &Scope, view: &StoredView) -> Result<(), Error> {
    write(tx, scope, view.id, columns(view)?).await
}

/// Gives a view another place. That is no change of it: another one took its place.
///
/// # Errors
/// When the database refuses.
pub async fn renumber(tx: &Tx, scope: &Scope, id: Uuid, position: i64) -> Result<(), Error> {
    write(tx, scope, id, entity::ActiveModel { place: Set(position), ..Default::default() }).await
}

async fn write(tx: &Tx, scope: &Scope, id: Uuid, row: entity::ActiveModel) -> Result<(), Error> {
    let this = of_org(scope).add(Column::Id.eq(id));
    entity::Entity::update_many().set(row).filter(this).exec(tx).await?;
    Ok(())
}

/// Deletes a view; no list begins with it any more.
///
/// # Errors
/// When the database refuses.
pub async fn remove(tx: &Tx, scope: &Scope, id: Uuid) -> Result<(), Error> {
    let of_org_defaults = default::Column::OrgId.eq(scope.org_id.0);
    let marks = default::Entity::delete_many().filter(of_org_defaults).filter(default::Column::ViewId.eq(id));
    marks.exec(tx).await?;
    entity::Entity::delete_many().filter(of_org(scope).add(Column::Id.eq(id))).exec(tx).await?;
    Ok(())
}

/// What the list begins with for the actor, and for everybody.
///
/// # Errors
/// When the database is away.
pub async fn defaults(connection: &impl ConnectionTrait, scope: &Scope, of: ViewRecordType) -> Result<Defaults, Error> {
    let me = scope.user_id().map(Uuid::from);
    let keys = me.into_iter().chain([DefaultOf::Everybody.key()]);
    let rows = default::Entity::find()
        .filter(default::Column::OrgId.eq(scope.org_id.0))
        .filter(default::Column::RecordType.eq(of.as_str()))
        .filter(default::Column::UserId.is_in(keys))
        .all(connection)
        .await?;
    let of = |key: Option<Uuid>| rows.iter().find(|row| Some(row.user_id) == key).map(|row| row.view_id);
    Ok(Defaults { own: of(me), everybodys: of(Some(DefaultOf::Everybody.key())) })
}

/// Makes the view what the list begins with, or no longer.
///
/// # Errors
/// When the database refuses.
pub async fn mark(tx: &Tx, scope: &Scope, view: &StoredView, of: DefaultOf, begins: bool) -> Result<(), Error> {
    let mut old = default::Entity::delete_many()
        .filter(default::Column::OrgId.eq(scope.org_id.0))
        .filter(default::Column::RecordType.eq(view.record_type.as_str()))
        .filter(default::Column::UserId.eq(of.key()));
    if !begins {
        old = old.filter(default::Column::ViewId.eq(view.id));
    }
    old.exec(tx).await?;
    if begins {
        let row = default::ActiveModel {
            org_id: Set(scope.org_id.0),
            record_type: Set(view.record_type.as_str().to_owned()),
            user_id: Set(of.key()),
            view_id: Set(view.id),
        };
        db::insert_all(tx, [row]).await?;
    }
    Ok(())
}
