//! Companies in the database: loading for a change, inserting, updating, finding or creating by name. Every row written
//! here has its identities and its search text written with it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use contracts::{
    events::{Assigned, COMPANY_CREATED, RecordsCreated},
    permissions::COMPANIES_WRITE,
};
use db::{Action, Change, Tx};
use events::NewEvent;
use kernel::{Scope, values::company_key};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, Order, QueryFilter, QueryResult,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement, SimpleExpr},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::company::{CompanyFields, CompanySize};
use crate::{
    Error,
    columns::{InOrder, Texts, object},
    identities,
    record::{Column as Shared, RecordKind, Standing, Stored, filled_in, name_key},
};

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    use crate::columns::Texts;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "companies")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub name: String,
        pub name_key: String,
        pub match_key: String,
        pub industry: Option<String>,
        pub size: Option<String>,
        pub description: Option<String>,
        pub website: Option<String>,
        pub address: Option<String>,
        pub source: Option<String>,
        #[sea_orm(column_type = "JsonBinary")]
        pub emails: Texts,
        #[sea_orm(column_type = "JsonBinary")]
        pub phones: Texts,
        #[sea_orm(column_type = "JsonBinary")]
        pub tags: Texts,
        #[sea_orm(column_type = "JsonBinary")]
        pub custom: Json,
        pub owner_id: Option<Uuid>,
        pub search_text: String,
        pub created_by: Option<Uuid>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub deleted_at: Option<DateTimeUtc>,
        pub merged_into: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::Column;

const KIND: RecordKind = RecordKind::Company;

/// What is read of a company: everything but the search text, and how many contacts it has.
#[derive(Debug)]
pub struct Row {
    id: Uuid,
    name: String,
    industry: Option<String>,
    size: Option<String>,
    description: Option<String>,
    website: Option<String>,
    address: Option<String>,
    source: Option<String>,
    emails: Texts,
    phones: Texts,
    tags: Texts,
    custom: Value,
    owner_id: Option<Uuid>,
    contact_count: i64,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    deleted_at: Option<DateTime<Utc>>,
    merged_into: Option<Uuid>,
}

impl FromQueryResult for Row {
    /// The columns stand in the order of [`read`].
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        let mut columns = InOrder::of(row);
        Ok(Self {
            id: columns.read()?,
            name: columns.read()?,
            industry: columns.read()?,
            size: columns.read()?,
            description: columns.read()?,
            website: columns.read()?,
            address: columns.read()?,
            source: columns.read()?,
            emails: columns.read()?,
            phones: columns.read()?,
            tags: columns.read()?,
            custom: columns.read()?,
            owner_id: columns.read()?,
            version: columns.read()?,
            created_at: columns.read()?,
            updated_at: columns.read()?,
            deleted_at: columns.read()?,
            merged_into: columns.read()?,
            contact_count: columns.read()?,
        })
    }
}

const READ: [Column; 18] = [
    Column::Id,
    Column::Name,
    Column::Industry,
    Column::Size,
    Column::Description,
    Column::Website,
    Column::Address,
    Column::Source,
    Column::Emails,
    Column::Phones,
    Column::Tags,
    Column::Custom,
    Column::OwnerId,
    Column::Version,
    Column::CreatedAt,
    Column::UpdatedAt,
    Column::DeletedAt,
    Column::MergedInto,
];

/// A company and the number of its contacts that are not in the trash.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    pub company: Stored<CompanyFields>,
    pub contact_count: i64,
}

impl From<Row> for Loaded {
    fn from(row: Row) -> Self {
        let fields = CompanyFields {
            name: row.name,
            industry: row.industry,
            size: row.size.as_deref().and_then(CompanySize::parse),
            description: row.description,
            website: row.website,
            phones: row.phones.0,
            emails: row.emails.0,
            address: row.address,
            owner_id: row.owner_id,
            tags: row.tags.0,
            source: row.source,
            custom: object(row.custom),
        };
        let company = Stored {
            id: row.id,
            fields,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            deleted_at: row.deleted_at,
            merged_into: row.merged_into,
        };
        Self { company, contact_count: row.contact_count }
    }
}

/// Companies within the actor's reach, each with the number of its contacts.
pub fn select(scope: &Scope) -> SelectStatement {
    let mut select = Query::select();
    select.from(entity::Entity);
    read(&mut select, scope);
    select
}

/// Adds to a statement over companies what a [`Row`] is read from, and the actor's reach.
pub fn read(select: &mut SelectStatement, scope: &Scope) {
    select.columns(READ.map(|column| (entity::Entity, column)));
    select.expr_as(contact_count(), Alias::new("contact_count"));
    select.cond_where(KIND.within(scope));
}

/// How many contacts out of the trash name the company of the row.
pub fn contact_count() -> SimpleExpr {
    let contacts = RecordKind::Contact;
    let company = Expr::col((contacts.table(), Alias::new("company_id")));
    let count = Query::select()
        .expr(Expr::cust("count(*)"))
        .from(contacts.table())
        .and_where(contacts.column(Shared::OrgId).eq(KIND.column(Shared::OrgId)))
        .and_where(company.eq(KIND.column(Shared::Id)))
        .and_where(contacts.in_trash(false))
        .to_owned();
    Expr::SubQuery(None, Box::new(count.into()))
}

/// Companies by id, in the trash or not; those that are unknown or out of reach are left out.
///
/// # Errors
/// When the database is away.
pub async fn load_many(connection: &impl ConnectionTrait, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Loaded>, Error> {
    let mut select = select(scope);
    select.and_where(KIND.column(Shared::Id).is_in(ids.iter().copied()));
    let rows = connection.query_all(&select).await?;
    let read = |row| Row::from_query_result(row, "").map(Loaded::from);
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// One company.
///
/// # Errors
/// [`Error::NotFound`] when it is unknown or out of reach.
pub async fn get(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Loaded, Error> {
    load_many(connection, scope, &[id]).await?.pop().ok_or(Error::NotFound)
}

/// The name of the company that a contact is being given.
///
/// # Errors
/// A refusal of `companyId` when there is no such company within reach, or when it is in the trash.
pub async fn named(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<String, Error> {
    let mut select = Query::select();
    select.expr(KIND.column(Shared::Name)).from(KIND.table()).cond_where(KIND.within(scope));
    select.and_where(KIND.column(Shared::Id).eq(id)).and_where(KIND.in_trash(false));
    let row = connection.query_one(&select).await?.ok_or_else(|| Error::field("companyId", "reference.unknown"))?;
    Ok(row.try_get("", "name")?)
}

/// Names of companies of the organization, by id.
///
/// # Errors
/// When the database is away.
pub async fn names(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, String>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut select = Query::select();
    select.columns([Column::Id, Column::Name]).from(entity::Entity).and_where(Column::OrgId.eq(scope.org_id.0));
    select.and_where(Column::Id.is_in(ids.iter().copied()));
    let rows = connection.query_all(&select).await?;
    let names = rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "name")?)));
    Ok(names.collect::<Result<_, DbErr>>()?)
}

/// A company to be inserted.
#[derive(Clone, Debug)]
pub struct NewCompany {
    pub id: Uuid,
    pub fields: CompanyFields,
}

impl NewCompany {
    /// The change-log entry of a new company.
    #[must_use]
    pub fn created(&self) -> Change {
        Change {
            subject_kind: KIND.as_str(),
            subject_id: self.id,
            record_id: self.id,
            action: Action::Created,
            before: None,
            after: Some(filled_in(self.fields.image())),
            version: 1,
        }
    }
}

/// Inserts companies with their identities; version 1, created now by the actor.
///
/// # Errors
/// When the database refuses.
pub async fn insert_many(tx: &Tx, companies: &[NewCompany]) -> Result<(), Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
    let now = tx.clock().now();
    let rows = companies.iter().cloned().map(|new| entity::ActiveModel {
        id: Set(new.id),
        org_id: Set(scope.org_id.0),
        created_by: Set(scope.user_id().map(Uuid::from)),
        created_at: Set(now),
        version: Set(1),
        ..columns(new.fields, now, Standing::default())
    });
    db::insert_all(tx, rows).await?;
    let owned = companies.iter().flat_map(|new| new.fields.identities().into_iter().map(|identity| (new.id, identity)));
    Ok(identities::insert_many(tx, KIND, owned).await?)
}

/// Every column that an edit may change.
fn columns(fields: CompanyFields, updated_at: DateTime<Utc>, standing: Standing) -> entity::ActiveModel {
    entity::ActiveModel {
        search_text: Set(fields.search_text()),
        name_key: Set(name_key(&fields.name)),
        match_key: Set(fields.match_key()),
        name: Set(fields.name),
        industry: Set(fields.industry),
        size: Set(fields.size.map(|size| size.as_str().to_owned())),
        description: Set(fields.description),
        website: Set(fields.website),
        address: Set(fields.address),
        source: Set(fields.source),
        emails: Set(Texts(fields.emails)),
        phones: Set(Texts(fields.phones)),
        tags: Set(Texts(fields.tags)),
        custom: Set(Value::Object(fields.custom)),
        owner_id: Set(fields.owner_id),
        updated_at: Set(updated_at),
        deleted_at: Set(standing.deleted_at),
        merged_into: Set(standing.merged_into),
        ..Default::default()
    }
}

/// A company as it was loaded and as it shall be.
#[derive(Clone, Debug)]
pub struct Update {
    pub old: Stored<CompanyFields>,
    pub fields: CompanyFields,
    pub standing: Standing,
}

/// Writes companies whose version is still the loaded one; returns the records as they are now, in the same order, `None`
/// for those that somebody else changed.
///
/// # Errors
/// When the database refuses.
pub async fn update_many(tx: &Tx, updates: Vec<Update>) -> Result<Vec<Option<Stored<CompanyFields>>>, Error> {
    let org_id = tx.scope().ok_or(db::Error::Stored("scope"))?.org_id.0;
    let now = tx.clock().now();
    let (mut written, mut owned) = (Vec::with_capacity(updates.len()), Vec::new());
    for Update { old, fields, standing } in updates {
        let version = old.version + 1;
        let row = entity::ActiveModel { version: Set(version), ..columns(fields.clone(), now, standing) };
        let done = entity::Entity::update_many()
            .set(row)
            .filter(Column::OrgId.eq(org_id))
            .filter(Column::Id.eq(old.id))
            .filter(Column::Version.eq(old.version))
            .exec(tx)
            .await?;
        if done.rows_affected == 0 {
            written.push(None);
            continue;
        }
        owned.push((old.id, old.fields.identities(), fields.identities()));
        written.push(Some(Stored {
            fields,
            version,
            updated_at: now,
            deleted_at: standing.deleted_at,
            merged_into: standing.merged_into,
            ..old
        }));
    }
    identities::replace_many(tx, KIND, owned).await?;
    Ok(written)
}

/// The column that compares names without case, punctuation and legal form.
pub fn match_key() -> SimpleExpr {
    Expr::col((entity::Entity, Column::MatchKey))
}

/// Keys of one look-up.
const KEYS_PER_QUERY: usize = 2000;

/// The companies of these names, by [`company_key`]: the oldest of each out of the trash, created (with history and
/// event) where there is none. Finds companies beyond the actor's reach too: otherwise every agent would add their own
/// Acme.
///
/// # Errors
/// [`Error::Forbidden`] when one is missing and the actor may not create companies.
pub async fn find_or_create_many(tx: &Tx, names: &[String]) -> Result<HashMap<String, (Uuid, String)>, Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
    let mut wanted: HashMap<String, &str> = HashMap::new();
    for name in names {
        wanted.entry(company_key(name)).or_insert(name);
    }
    let mut found = by_match_key(tx, scope, wanted.keys().cloned().collect()).await?;
    let mut missing: Vec<(String, &str)> = wanted.into_iter().filter(|(key, _)| !found.contains_key(key)).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    scope.require(COMPANIES_WRITE)?;
    missing.sort_unstable();
    let new = |name: &str| NewCompany { id: tx.clock().new_id(), fields: CompanyFields::named(name) };
    let companies: Vec<_> = missing.iter().map(|(_, name)| new(name)).collect();
    create_many(tx, &companies).await?;
    found.extend(missing.into_iter().zip(&companies).map(|((key, name), new)| (key, (new.id, name.to_owned()))));
    Ok(found)
}

/// As [`find_or_create_many`] for whoever may create companies; for others, the companies that there are.
///
/// # Errors
/// When the database refuses.
pub async fn find_or_create_if_allowed(tx: &Tx, names: &[String]) -> Result<HashMap<String, (Uuid, String)>, Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
    if scope.grants.allows(COMPANIES_WRITE) {
        return find_or_create_many(tx, names).await;
    }
    let keys: HashSet<String> = names.iter().map(|name| company_key(name)).collect();
    by_match_key(tx, scope, keys.into_iter().collect()).await
}

/// Inserts companies with history and one event.
///
/// # Errors
/// When the database refuses.
pub async fn create_many(tx: &Tx, companies: &[NewCompany]) -> Result<(), Error> {
    insert_many(tx, companies).await?;
    db::change_log::record(tx, companies.iter().map(NewCompany::created)).await?;
    let subject_ids = companies.iter().map(|new| new.id).collect();
    let assigned = Assigned::of(companies.iter().filter_map(|new| Some((new.fields.owner_id?, new.id))));
    let data = json!(RecordsCreated { import_id: None, assigned });
    let event = NewEvent { kind: COMPANY_CREATED, subject_kind: KIND.as_str(), subject_ids, data };
    Ok(events::append(tx, [event]).await?)
}

/// The oldest company of each of these keys ([`company_key`]) out of the trash, beyond the actor's reach too.
///
/// # Errors
/// When the database is away.
pub async fn by_match_key(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    keys: Vec<String>,
) -> Result<HashMap<String, (Uuid, String)>, Error> {
    let mut found = HashMap::new();
    for chunk in keys.chunks(KEYS_PER_QUERY) {
        let mut select = Query::select();
        select.columns([Column::MatchKey, Column::Id, Column::Name]).from(entity::Entity);
        select.and_where(Column::OrgId.eq(scope.org_id.0)).and_where(KIND.in_trash(false));
        select.and_where(Column::MatchKey.is_in(chunk.iter().map(String::as_str)));
        select.order_by(Column::Id, Order::Asc);
        for row in connection.query_all(&select).await? {
            let company = (row.try_get("", "id")?, row.try_get("", "name")?);
            found.entry(row.try_get("", "match_key")?).or_insert(company);
        }
    }
    Ok(found)
}
