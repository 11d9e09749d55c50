//! Reading contacts: one, and pages of them, each with the names of its company and its owner.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::permissions::CONTACTS_READ;
use db::{Page, Params};
use kernel::{
    Scope,
    filter::{Filter, Op, Test},
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    list::CONTACTS,
    store::{self, Loaded, Row},
};
use crate::{Crm, Error, lists::Wanted, record::RecordKind};

/// A person to work with.
#[expect(clippy::struct_field_names, reason = "`doNotContact` is what it is called")]
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    pub id: Uuid,
    pub name: String,
    #[schema(required)]
    pub first_name: Option<String>,
    #[schema(required)]
    pub middle_name: Option<String>,
    #[schema(required)]
    pub last_name: Option<String>,
    #[schema(required)]
    pub job_title: Option<String>,
    #[schema(required)]
    pub company_id: Option<Uuid>,
    #[schema(required)]
    pub company_name: Option<String>,
    #[schema(required)]
    pub owner_id: Option<Uuid>,
    #[schema(required)]
    pub owner_name: Option<String>,
    pub emails: Vec<String>,
    /// E.164.
    pub phones: Vec<String>,
    /// A name of the IANA database, such as `Europe/Berlin`.
    #[schema(required)]
    pub time_zone: Option<String>,
    /// The time zone of the country that a phone belongs to, where it has one; what holds when `timeZone` is null.
    #[schema(required, value_type = Option<String>)]
    pub phone_time_zone: Option<&'static str>,
    /// Without `@`.
    #[schema(required)]
    pub telegram_username: Option<String>,
    #[schema(required)]
    pub website: Option<String>,
    #[schema(required)]
    pub linkedin_url: Option<String>,
    #[schema(required)]
    pub source: Option<String>,
    pub tags: Vec<String>,
    #[schema(required)]
    pub description: Option<String>,
    #[schema(required, minimum = 0, maximum = 100)]
    pub lead_score: Option<i64>,
    pub do_not_contact: bool,
    #[schema(value_type = Object)]
    pub custom: Map<String, Value>,
    /// Grows with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Set while the contact is in the trash.
    #[schema(required)]
    pub deleted_at: Option<DateTime<Utc>>,
    /// The contact that it was merged into; then it is in no list.
    #[schema(required)]
    pub merged_into: Option<Uuid>,
}

impl Contact {
    /// The contact with the name of its owner out of `names`.
    #[must_use]
    pub fn of(loaded: Loaded, names: &HashMap<Uuid, String>) -> Self {
        let Loaded { contact, company_name } = loaded;
        let fields = contact.fields;
        let phone_time_zone = fields.phone_zone();
        Self {
            id: contact.id,
            name: fields.name,
            first_name: fields.first_name,
            middle_name: fields.middle_name,
            last_name: fields.last_name,
            job_title: fields.job_title,
            company_id: fields.company_id,
            company_name,
            owner_id: fields.owner_id,
            owner_name: fields.owner_id.and_then(|id| names.get(&id).cloned()),
            emails: fields.emails,
            phones: fields.phones,
            time_zone: fields.time_zone,
            phone_time_zone,
            telegram_username: fields.telegram_username,
            website: fields.website,
            linkedin_url: fields.linkedin_url,
            source: fields.source,
            tags: fields.tags,
            description: fields.description,
            lead_score: fields.lead_score,
            do_not_contact: fields.do_not_contact,
            custom: fields.custom,
            version: contact.version,
            created_at: contact.created_at,
            updated_at: contact.updated_at,
            deleted_at: contact.deleted_at,
            merged_into: contact.merged_into,
        }
    }
}

/// One contact, in the trash or not.
///
/// # Errors
/// [`Error::NotFound`] when it is unknown or out of reach.
pub async fn get(crm: &Crm, scope: &Scope, id: Uuid) -> Result<Contact, Error> {
    scope.require(CONTACTS_READ)?;
    let loaded = store::get(&crm.db.reader(scope), scope, id).await?;
    view(crm, scope, loaded).await
}

/// What is wanted of the list of contacts.
pub fn wanted<'a>(crm: &'a Crm, params: &'a Params, trash: bool) -> Wanted<'a> {
    Wanted { list: &CONTACTS, kind: RecordKind::Contact, read: store::read, params, trash, region: crm.region() }
}

/// A page of contacts; of those in the trash with `trash`.
///
/// # Errors
/// Filter, sort or cursor that do not fit.
pub async fn list(crm: &Crm, scope: &Scope, params: &Params, trash: bool) -> Result<Page<Contact>, Error> {
    scope.require(CONTACTS_READ)?;
    let params = &crm.list_params(scope, RecordKind::Contact, params).await?;
    let Page { items, number, limit, total, next_cursor } =
        wanted(crm, params, trash).page(&crm.db.reader(scope), scope).await?;
    let items = views(crm, scope, items).await?;
    Ok(Page { items, number, limit, total, next_cursor })
}

/// A page of the contacts that are nobody's, which everybody sees.
///
/// # Errors
/// As [`list`].
pub async fn list_of_nobody(crm: &Crm, scope: &Scope, mut params: Params, trash: bool) -> Result<Page<Contact>, Error> {
    let test = Test { field: "ownerId".to_owned(), op: Op::IsEmpty, value: Value::Null };
    let more = params.filter.take().into_iter();
    params.filter = Some(Filter::And { and: std::iter::once(Filter::Test(test)).chain(more).collect() });
    list(crm, scope, &params, trash).await
}

/// The next rows of an export, as many as `params.limit` says, and the cursor to go on from.
///
/// # Errors
/// Filter, sort or cursor that do not fit.
pub async fn chunk(crm: &Crm, scope: &Scope, params: &Params) -> Result<(Vec<Contact>, Option<String>), Error> {
    let params = &crm.list_params(scope, RecordKind::Contact, params).await?;
    let (rows, next) = wanted(crm, params, false).chunk(&crm.db.reader(scope), scope).await?;
    Ok((views(crm, scope, rows).await?, next))
}

/// Those of these contacts that are within reach, by id.
///
/// # Errors
/// When the database is away.
pub async fn many(crm: &Crm, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, Contact>, Error> {
    scope.require(CONTACTS_READ)?;
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let loaded = store::load_many(&crm.db.reader(scope), scope, ids).await?;
    let names = crm.names(scope, loaded.iter().filter_map(|loaded| loaded.contact.fields.owner_id)).await?;
    Ok(loaded.into_iter().map(|loaded| Contact::of(loaded, &names)).map(|contact| (contact.id, contact)).collect())
}

async fn views(crm: &Crm, scope: &Scope, rows: Vec<Row>) -> Result<Vec<Contact>, Error> {
    let loaded: Vec<Loaded> = rows.into_iter().map(Loaded::from).collect();
    let names = crm.names(scope, loaded.iter().filter_map(|loaded| loaded.contact.fields.owner_id)).await?;
    Ok(loaded.into_iter().map(|loaded| Contact::of(loaded, &names)).collect())
}

/// A contact as it is shown.
pub(super) async fn view(crm: &Crm, scope: &Scope, loaded: Loaded) -> Result<Contact, Error> {
    let names = crm.names(scope, loaded.contact.fields.owner_id).await?;
    Ok(Contact::of(loaded, &names))
}
