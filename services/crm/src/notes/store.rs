//! Notes in the database. A note is reached by whoever reaches the record it is about.

use chrono::{DateTime, Utc};
use db::{Tx, columns::Texts};
use kernel::Scope;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement},
};
use uuid::Uuid;

use super::{
    about::About,
    note::{ActivityKind, NoteFields},
};
use crate::{
    Error,
    record::{Column as Shared, RecordKind},
};

pub(crate) mod entity {
    use db::columns::Texts;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "notes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub contact_id: Option<Uuid>,
        pub company_id: Option<Uuid>,
        pub deal_id: Option<Uuid>,
        pub author_id: Uuid,
        pub body: String,
        pub kind: String,
        pub occurred_at: Option<DateTimeUtc>,
        pub duration_minutes: Option<i64>,
        #[sea_orm(column_type = "JsonBinary")]
        pub mentions: Texts,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub deleted_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::Column;

/// A note as it is stored.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Row {
    pub id: Uuid,
    pub contact_id: Option<Uuid>,
    pub company_id: Option<Uuid>,
    pub deal_id: Option<Uuid>,
    pub author_id: Uuid,
    pub body: String,
    pub kind: String,
    pub occurred_at: Option<DateTime<Utc>>,
    pub duration_minutes: Option<i64>,
    pub mentions: Texts,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a note is about, in the columns for it.
#[derive(Clone, Copy, Debug)]
pub struct NewRow {
    pub id: Uuid,
    pub about: (About, Uuid),
    pub author_id: Uuid,
    pub at: DateTime<Utc>,
}

impl Row {
    /// A note that is written now.
    #[must_use]
    pub fn new(new: NewRow, fields: NoteFields, mentions: &[Uuid]) -> Self {
        let NewRow { id, about: (about, record), author_id, at } = new;
        let row = Self {
            id,
            contact_id: (about == About::Contact).then_some(record),
            company_id: (about == About::Company).then_some(record),
            deal_id: (about == About::Deal).then_some(record),
            author_id,
            body: String::new(),
            kind: String::new(),
            occurred_at: None,
            duration_minutes: None,
            mentions: Texts(Vec::new()),
            version: 1,
            created_at: at,
            updated_at: at,
        };
        row.saying(fields, mentions)
    }

    /// The note with another content.
    #[must_use]
    pub fn saying(self, fields: NoteFields, mentions: &[Uuid]) -> Self {
        Self {
            body: fields.body,
            kind: fields.kind.as_str().to_owned(),
            occurred_at: fields.occurred_at,
            duration_minutes: fields.duration_minutes,
            mentions: Texts(mentions.iter().map(Uuid::to_string).collect()),
            ..self
        }
    }

    /// What it says.
    #[must_use]
    pub fn fields(&self) -> NoteFields {
        NoteFields {
            body: self.body.clone(),
            // Of a later version.
            kind: ActivityKind::parse(&self.kind).unwrap_or(ActivityKind::Other),
            occurred_at: self.occurred_at,
            duration_minutes: self.duration_minutes,
        }
    }

    /// Whom it mentions.
    #[must_use]
    pub fn mentions(&self) -> Vec<Uuid> {
        self.mentions.0.iter().filter_map(|id| id.parse().ok()).collect()
    }

    /// The kind and the id of the record it is about.
    #[must_use]
    pub fn record(&self) -> Option<(About, Uuid)> {
        [About::Contact, About::Company, About::Deal].into_iter().find_map(|about| Some((about, self.id_of(about)?)))
    }

    /// The id of the record, if it is one of this kind.
    fn id_of(&self, about: About) -> Option<Uuid> {
        match about {
            About::Contact => self.contact_id,
            About::Company => self.company_id,
            About::Deal => self.deal_id,
        }
    }
}

const READ: [Column; 13] = [
    Column::Id,
    Column::ContactId,
    Column::CompanyId,
    Column::DealId,
    Column::AuthorId,
    Column::Body,
    Column::Kind,
    Column::OccurredAt,
    Column::DurationMinutes,
    Column::Mentions,
    Column::Version,
    Column::CreatedAt,
    Column::UpdatedAt,
];

/// Notes of the organization that are not deleted.
pub fn select(scope: &Scope) -> SelectStatement {
    let mut select = Query::select();
    select.from(entity::Entity).columns(READ.map(|column| (entity::Entity, column)));
    select.and_where(Column::OrgId.eq(scope.org_id.0)).and_where(Column::DeletedAt.is_null());
    select
}

/// The column that names the record of this kind.
#[must_use]
pub fn about(about: impl Into<About>) -> Column {
    match about.into() {
        About::Contact => Column::ContactId,
        About::Company => Column::CompanyId,
        About::Deal => Column::DealId,
    }
}

/// Notes by id; those that are unknown or deleted are left out.
///
/// # Errors
/// When the database is away.
pub async fn load_many(connection: &impl ConnectionTrait, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Row>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut select = select(scope);
    select.and_where(Column::Id.is_in(ids.iter().copied()));
    let rows = connection.query_all(&select).await?;
    Ok(rows.iter().map(|row| Row::from_query_result(row, "")).collect::<Result<_, _>>()?)
}

/// One note, whoever reaches it.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Row, Error> {
    load_many(connection, scope, &[id]).await?.pop().ok_or(Error::NotFound)
}

/// Refuses a record of this service that is unknown or out of reach.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn require_record(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    kind: RecordKind,
    id: Uuid,
) -> Result<(), Error> {
    let mut select = Query::select();
    select.expr(Expr::value(1)).from(kind.table()).cond_where(kind.within(scope));
    select.and_where(kind.column(Shared::Id).eq(id));
    connection.query_one(&select).await?.map(drop).ok_or(Error::NotFound)
}

/// Inserts a note.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &Tx, row: &Row) -> Result<(), Error> {
    let org_id = tx.scope().ok_or(db::Error::Stored("scope"))?.org_id.0;
    let model = entity::Model {
        id: row.id,
        org_id,
        contact_id: row.contact_id,
        company_id: row.company_id,
        deal_id: row.deal_id,
        author_id: row.author_id,
        body: row.body.clone(),
        kind: row.kind.clone(),
        occurred_at: row.occurred_at,
        duration_minutes: row.duration_minutes,
        mentions: row.mentions.clone(),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        deleted_at: None,
    };
    let active: entity::ActiveModel = model.into();
    entity::Entity::insert(active.reset_all()).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes content or deletion of a note whose version is still the one before that of `row`; whether it was.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &Tx, row: &Row, deleted_at: Option<DateTime<Utc>>) -> Result<bool, Error> {
    let org_id = tx.scope().ok_or(db::Error::Stored("scope"))?.org_id.0;
    let active = entity::ActiveModel {
        body: Set(row.body.clone()),
        kind: Set(row.kind.clone()),
        occurred_at: Set(row.occurred_at),
        duration_minutes: Set(row.duration_minutes),
        mentions: Set(row.mentions.clone()),
        version: Set(row.version),
        updated_at: Set(row.updated_at),
        deleted_at: Set(deleted_at),
        ..Default::default()
    };
    let update = entity::Entity::update_many().set(active).filter(Column::OrgId.eq(org_id));
    let done = update.filter(Column::Id.eq(row.id)).filter(Column::Version.eq(row.version - 1)).exec(tx).await?;
    Ok(done.rows_affected > 0)
}

/// Where a note is, as far as moving it needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub id: Uuid,
    /// What it is about.
    pub record: Uuid,
    pub version: i64,
    body: String,
}

/// Longest name of a note.
const MAX_TITLE: usize = 80;

impl Place {
    /// The beginning of the text: a note has no name.
    #[must_use]
    pub fn title(&self) -> String {
        self.body.lines().next().unwrap_or_default().chars().take(MAX_TITLE).collect()
    }
}

/// Where the notes on these records are, and will be until the transaction ends, in the order of their ids.
///
/// # Errors
/// When the database is away.
pub async fn hold_of(tx: &Tx, scope: &Scope, kind: RecordKind, records: &[Uuid]) -> Result<Vec<Place>, Error> {
    let mut select = select(scope);
    select.and_where(about(kind).is_in(records.iter().copied()));
    places(tx, kind, select).await
}

/// Where these notes are, and will be until the transaction ends; those that are deleted are left out.
///
/// # Errors
/// When the database is away.
pub async fn hold(tx: &Tx, scope: &Scope, kind: RecordKind, ids: &[Uuid]) -> Result<Vec<Place>, Error> {
    let mut places_of_all = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(NOTES_PER_STATEMENT) {
        let mut select = select(scope);
        select.and_where(Column::Id.is_in(chunk.iter().copied()));
        places_of_all.extend(places(tx, kind, select).await?);
    }
    Ok(places_of_all)
}

async fn places(tx: &Tx, kind: RecordKind, mut select: SelectStatement) -> Result<Vec<Place>, Error> {
    select.order_by((entity::Entity, Column::Id), Order::Asc).lock_exclusive();
    let place =
        |row: Row| Some(Place { id: row.id, record: row.id_of(kind.into())?, version: row.version, body: row.body });
    let rows = tx.query_all(&select).await?;
    let rows = rows.iter().map(|row| Row::from_query_result(row, "")).collect::<Result<Vec<_>, _>>()?;
    Ok(rows.into_iter().filter_map(place).collect())
}

/// Notes of one statement.
const NOTES_PER_STATEMENT: usize = 1000;

/// Moves notes that are held to another record of the kind. Their text is that of before, and so is its date.
///
/// # Errors
/// When the database refuses.
pub async fn move_to(tx: &Tx, scope: &Scope, kind: RecordKind, ids: &[Uuid], to: Uuid) -> Result<(), Error> {
    for chunk in ids.chunks(NOTES_PER_STATEMENT) {
        let mut update = Query::update();
        update.table(entity::Entity).value(about(kind), to).value(Column::Version, Expr::col(Column::Version).add(1));
        update.and_where(Column::OrgId.eq(scope.org_id.0)).and_where(Column::Id.is_in(chunk.iter().copied()));
        tx.execute(&update).await?;
    }
    Ok(())
}

/// Removes every note on these records.
///
/// # Errors
/// When the database refuses.
pub async fn remove_of(tx: &Tx, kind: impl Into<About>, ids: &[Uuid]) -> Result<(), Error> {
    let org_id = tx.scope().ok_or(db::Error::Stored("scope"))?.org_id.0;
    let delete = entity::Entity::delete_many().filter(Column::OrgId.eq(org_id));
    delete.filter(about(kind).is_in(ids.iter().copied())).exec(tx).await?;
    Ok(())
}

/// Whether the organization has any note.
///
/// # Errors
/// When the database is away.
pub async fn any(connection: &impl ConnectionTrait, scope: &Scope) -> Result<bool, Error> {
    let mut select = Query::select();
    select.expr_as(Expr::value(1), Alias::new("one")).from(entity::Entity).and_where(Column::OrgId.eq(scope.org_id.0));
    Ok(connection.query_one(select.limit(1)).await?.is_some())
}
