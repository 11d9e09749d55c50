//! Contacts in the database: loading for a change, inserting, updating. Every row written here has its identities and
//! its search text written with it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::Scope;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryResult,
    sea_query::{Alias, ExprTrait, Query, SelectStatement},
};
use serde_json::Value;
use uuid::Uuid;

use super::contact::ContactFields;
use crate::{
    Error,
    columns::{InOrder, Texts, object},
    identities,
    record::{Column as Shared, RecordKind, Standing, Stored, name_key},
};

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    use crate::columns::Texts;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "contacts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub name: String,
        pub name_key: String,
        pub first_name: Option<String>,
        pub middle_name: Option<String>,
        pub last_name: Option<String>,
        pub job_title: Option<String>,
        pub company_id: Option<Uuid>,
        pub owner_id: Option<Uuid>,
        #[sea_orm(column_type = "JsonBinary")]
        pub emails: Texts,
        #[sea_orm(column_type = "JsonBinary")]
        pub phones: Texts,
        pub time_zone: Option<String>,
        pub telegram_username: Option<String>,
        pub website: Option<String>,
        pub linkedin_url: Option<String>,
        pub source: Option<String>,
        #[sea_orm(column_type = "JsonBinary")]
        pub tags: Texts,
        pub description: Option<String>,
        pub lead_score: Option<i64>,
        pub do_not_contact: bool,
        #[sea_orm(column_type = "JsonBinary")]
        pub custom: Json,
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

/// What is read of a contact: everything but the search text, and the name of its company.
#[derive(Debug)]
pub struct Row {
    id: Uuid,
    name: String,
    first_name: Option<String>,
    middle_name: Option<String>,
    last_name: Option<String>,
    job_title: Option<String>,
    /// Of the company's row: none when the company is gone.
    company_id: Option<Uuid>,
    company_name: Option<String>,
    owner_id: Option<Uuid>,
    emails: Texts,
    phones: Texts,
    time_zone: Option<String>,
    telegram_username: Option<String>,
    website: Option<String>,
    linkedin_url: Option<String>,
    source: Option<String>,
    tags: Texts,
    description: Option<String>,
    lead_score: Option<i64>,
    do_not_contact: bool,
    custom: Value,
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
            first_name: columns.read()?,
            middle_name: columns.read()?,
            last_name: columns.read()?,
            job_title: columns.read()?,
            owner_id: columns.read()?,
            emails: columns.read()?,
            phones: columns.read()?,
            time_zone: columns.read()?,
            telegram_username: columns.read()?,
            website: columns.read()?,
            linkedin_url: columns.read()?,
            source: columns.read()?,
            tags: columns.read()?,
            description: columns.read()?,
            lead_score: columns.read()?,
            do_not_contact: columns.read()?,
            custom: columns.read()?,
            version: columns.read()?,
            created_at: columns.read()?,
            updated_at: columns.read()?,
            deleted_at: columns.read()?,
            merged_into: columns.read()?,
            company_id: columns.read()?,
            company_name: columns.read()?,
        })
    }
}

const READ: [Column; 22] = [
    Column::Id,
    Column::Name,
    Column::FirstName,
    Column::MiddleName,
    Column::LastName,
    Column::JobTitle,
    Column::OwnerId,
    Column::Emails,
    Column::Phones,
    Column::TimeZone,
    Column::TelegramUsername,
    Column::Website,
    Column::LinkedinUrl,
    Column::Source,
    Column::Tags,
    Column::Description,
    Column::LeadScore,
    Column::DoNotContact,
    Column::Custom,
    Column::Version,
    Column::CreatedAt,
    Column::UpdatedAt,
];

/// A contact and the name of its company.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    pub contact: Stored<ContactFields>,
    pub company_name: Option<String>,
}

impl From<Row> for Loaded {
    fn from(row: Row) -> Self {
        let fields = ContactFields {
            name: row.name,
            first_name: row.first_name,
            middle_name: row.middle_name,
            last_name: row.last_name,
            job_title: row.job_title,
            company_id: row.company_id,
            owner_id: row.owner_id,
            emails: row.emails.0,
            phones: row.phones.0,
            time_zone: row.time_zone,
            telegram_username: row.telegram_username,
            website: row.website,
            linkedin_url: row.linkedin_url,
            source: row.source,
            tags: row.tags.0,
            description: row.description,
            lead_score: row.lead_score,
            do_not_contact: row.do_not_contact,
            custom: object(row.custom),
        };
        let contact = Stored {
            id: row.id,
            fields,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            deleted_at: row.deleted_at,
            merged_into: row.merged_into,
        };
        Self { contact, company_name: row.company_name }
    }
}

/// Contacts within the actor's reach, each with its company.
pub fn select(scope: &Scope) -> SelectStatement {
    let mut select = Query::select();
    select.from(entity::Entity);
    read(&mut select, scope);
    select
}

/// Adds to a statement over contacts what a [`Row`] is read from, and the actor's reach.
pub fn read(select: &mut SelectStatement, scope: &Scope) {
    join_companies(select);
    select
        .columns(READ.map(|column| (entity::Entity, column)))
        .columns([Column::DeletedAt, Column::MergedInto].map(|column| (entity::Entity, column)));
    select.expr_as(RecordKind::Company.column(Shared::Id), Alias::new("company_id"));
    select.expr_as(RecordKind::Company.column(Shared::Name), Alias::new("company_name"));
    select.cond_where(RecordKind::Contact.within(scope));
}

/// Joins the company of each contact.
pub fn join_companies(select: &mut SelectStatement) {
    let company = |column| RecordKind::Company.column(column);
    let same_id = company(Shared::Id).equals((entity::Entity, Column::CompanyId));
    let same_org = company(Shared::OrgId).equals((entity::Entity, Column::OrgId));
    select.join(JoinType::LeftJoin, RecordKind::Company.table(), same_id.and(same_org));
}

/// Contacts by id, in the trash or not; those that are unknown or out of reach are left out.
///
/// # Errors
/// When the database is away.
pub async fn load_many(connection: &impl ConnectionTrait, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Loaded>, Error> {
    let mut select = select(scope);
    select.and_where(RecordKind::Contact.column(Shared::Id).is_in(ids.iter().copied()));
    let rows = connection.query_all(&select).await?;
    let read = |row| Row::from_query_result(row, "").map(Loaded::from);
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// One contact.
///
/// # Errors
/// [`Error::NotFound`] when it is unknown or out of reach.
pub async fn get(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Loaded, Error> {
    load_many(connection, scope, &[id]).await?.pop().ok_or(Error::NotFound)
}

/// Names of contacts of the organization, by id.
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

/// The contacts that became this one, and those that became these.
///
/// # Errors
/// When the database is away.
pub async fn merged_into(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Vec<Uuid>, Error> {
    let (mut all, mut next) = (Vec::new(), vec![id]);
    while !next.is_empty() {
        let mut select = Query::select();
        select.column(Column::Id).from(entity::Entity).and_where(Column::OrgId.eq(scope.org_id.0));
        select.and_where(Column::MergedInto.is_in(next));
        let rows = connection.query_all(&select).await?;
        next = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?;
        all.extend_from_slice(&next);
    }
    Ok(all)
}

/// A contact to be inserted.
#[derive(Clone, Debug)]
pub struct NewContact {
    pub id: Uuid,
    pub fields: ContactFields,
    /// Name of the company that `fields.company_id` names, for the search text.
    pub company_name: Option<String>,
}

/// Inserts contacts with their identities; version 1, created now by the actor.
///
/// # Errors
/// When the database refuses.
pub async fn insert_many(tx: &Tx, contacts: &[NewContact]) -> Result<(), Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
    let now = tx.clock().now();
    let rows = contacts.iter().cloned().map(|new| entity::ActiveModel {
        id: Set(new.id),
        org_id: Set(scope.org_id.0),
        created_by: Set(scope.user_id().map(Uuid::from)),
        created_at: Set(now),
        version: Set(1),
        ..columns(new.fields, new.company_name.as_deref(), now, Standing::default())
    });
    db::insert_all(tx, rows).await?;
    let owned = contacts.iter().flat_map(|new| new.fields.identities().into_iter().map(|identity| (new.id, identity)));
    Ok(identities::insert_many(tx, RecordKind::Contact, owned).await?)
}

/// Every column that an edit may change.
fn columns(
    fields: ContactFields,
    company_name: Option<&str>,
    updated_at: DateTime<Utc>,
    standing: Standing,
) -> entity::ActiveModel {
    entity::ActiveModel {
        search_text: Set(fields.search_text(company_name)),
        name_key: Set(name_key(&fields.name)),
        name: Set(fields.name),
        first_name: Set(fields.first_name),
        middle_name: Set(fields.middle_name),
        last_name: Set(fields.last_name),
        job_title: Set(fields.job_title),
        company_id: Set(fields.company_id),
        owner_id: Set(fields.owner_id),
        emails: Set(Texts(fields.emails)),
        phones: Set(Texts(fields.phones)),
        time_zone: Set(fields.time_zone),
        telegram_username: Set(fields.telegram_username),
        website: Set(fields.website),
        linkedin_url: Set(fields.linkedin_url),
        source: Set(fields.source),
        tags: Set(Texts(fields.tags)),
        description: Set(fields.description),
        lead_score: Set(fields.lead_score),
        do_not_contact: Set(fields.do_not_contact),
        custom: Set(Value::Object(fields.custom)),
        updated_at: Set(updated_at),
        deleted_at: Set(standing.deleted_at),
        merged_into: Set(standing.merged_into),
        ..Default::default()
    }
}

/// A contact as it was loaded and as it shall be.
#[derive(Clone, Debug)]
pub struct Update {
    pub old: Stored<ContactFields>,
    pub fields: ContactFields,
    pub standing: Standing,
    /// Name of the company that `fields.company_id` names, for the search text.
    pub company_name: Option<String>,
}

/// Writes contacts whose version is still the loaded one; returns the records as they are now, in the same order, `None`
/// for those that somebody else changed.
///
/// # Errors
/// When the database refuses.
pub async fn update_many(tx: &Tx, updates: Vec<Update>) -> Result<Vec<Option<Stored<ContactFields>>>, Error> {
    let org_id = tx.scope().ok_or(db::Error::Stored("scope"))?.org_id.0;
    let now = tx.clock().now();
    let (mut written, mut owned) = (Vec::with_capacity(updates.len()), Vec::new());
    for Update { old, fields, standing, company_name } in updates {
        let version = old.version + 1;
        let row = entity::ActiveModel {
            version: Set(version),
            ..columns(fields.clone(), company_name.as_deref(), now, standing)
        };
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
    identities::replace_many(tx, RecordKind::Contact, owned).await?;
    Ok(written)
}
