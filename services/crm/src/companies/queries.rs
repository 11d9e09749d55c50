//! Reading companies: one, and pages of them, each with its owner's name and the number of its contacts.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::permissions::COMPANIES_READ;
use db::{Page, Params};
use kernel::Scope;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    company::CompanySize,
    list::COMPANIES,
    store::{self, Loaded, Row},
};
use crate::{Crm, Error, lists::Wanted, record::RecordKind};

/// A company that contacts work for.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Company {
    pub id: Uuid,
    pub name: String,
    #[schema(required)]
    pub industry: Option<String>,
    #[schema(required)]
    pub size: Option<CompanySize>,
    #[schema(required)]
    pub description: Option<String>,
    #[schema(required)]
    pub website: Option<String>,
    /// E.164.
    pub phones: Vec<String>,
    pub emails: Vec<String>,
    #[schema(required)]
    pub address: Option<String>,
    #[schema(required)]
    pub owner_id: Option<Uuid>,
    #[schema(required)]
    pub owner_name: Option<String>,
    pub tags: Vec<String>,
    #[schema(required)]
    pub source: Option<String>,
    #[schema(value_type = Object)]
    pub custom: Map<String, Value>,
    /// Contacts out of the trash.
    pub contact_count: i64,
    /// Grows with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Set while the company is in the trash.
    #[schema(required)]
    pub deleted_at: Option<DateTime<Utc>>,
    /// The company that it was merged into; then it is in no list.
    #[schema(required)]
    pub merged_into: Option<Uuid>,
}

impl Company {
    /// The company with the name of its owner out of `names`.
    #[must_use]
    pub fn of(loaded: Loaded, names: &HashMap<Uuid, String>) -> Self {
        let Loaded { company, contact_count } = loaded;
        let fields = company.fields;
        Self {
            id: company.id,
            name: fields.name,
            industry: fields.industry,
            size: fields.size,
            description: fields.description,
            website: fields.website,
            phones: fields.phones,
            emails: fields.emails,
            address: fields.address,
            owner_id: fields.owner_id,
            owner_name: fields.owner_id.and_then(|id| names.get(&id).cloned()),
            tags: fields.tags,
            source: fields.source,
            custom: fields.custom,
            contact_count,
            version: company.version,
            created_at: company.created_at,
            updated_at: company.updated_at,
            deleted_at: company.deleted_at,
            merged_into: company.merged_into,
        }
    }
}

/// One company, in the trash or not.
///
/// # Errors
/// [`Error::NotFound`] when it is unknown or out of reach.
pub async fn get(crm: &Crm, scope: &Scope, id: Uuid) -> Result<Company, Error> {
    scope.require(COMPANIES_READ)?;
    let loaded = store::get(&crm.db.reader(scope), scope, id).await?;
    view(crm, scope, loaded).await
}

/// What is wanted of the list of companies.
pub fn wanted<'a>(crm: &'a Crm, params: &'a Params, trash: bool) -> Wanted<'a> {
    Wanted { list: &COMPANIES, kind: RecordKind::Company, read: store::read, params, trash, region: crm.region() }
}

/// A page of companies; of those in the trash with `trash`.
///
/// # Errors
/// Filter, sort or cursor that do not fit.
pub async fn list(crm: &Crm, scope: &Scope, params: &Params, trash: bool) -> Result<Page<Company>, Error> {
    scope.require(COMPANIES_READ)?;
    let params = &crm.list_params(scope, RecordKind::Company, params).await?;
    let Page { items, number, limit, total, next_cursor } =
        wanted(crm, params, trash).page(&crm.db.reader(scope), scope).await?;
    let items = views(crm, scope, items).await?;
    Ok(Page { items, number, limit, total, next_cursor })
}

/// The next rows of an export, as many as `params.limit` says, and the cursor to go on from.
///
/// # Errors
/// Filter, sort or cursor that do not fit.
pub async fn chunk(crm: &Crm, scope: &Scope, params: &Params) -> Result<(Vec<Company>, Option<String>), Error> {
    let params = &crm.list_params(scope, RecordKind::Company, params).await?;
    let (rows, next) = wanted(crm, params, false).chunk(&crm.db.reader(scope), scope).await?;
    Ok((views(crm, scope, rows).await?, next))
}

/// Those of these companies that are within reach, by id.
///
/// # Errors
/// When the database is away.
pub async fn many(crm: &Crm, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, Company>, Error> {
    scope.require(COMPANIES_READ)?;
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let loaded = store::load_many(&crm.db.reader(scope), scope, ids).await?;
    let names = crm.names(scope, loaded.iter().filter_map(|loaded| loaded.company.fields.owner_id)).await?;
    Ok(loaded.into_iter().map(|loaded| Company::of(loaded, &names)).map(|company| (company.id, company)).collect())
}

async fn views(crm: &Crm, scope: &Scope, rows: Vec<Row>) -> Result<Vec<Company>, Error> {
    let loaded: Vec<Loaded> = rows.into_iter().map(Loaded::from).collect();
    let names = crm.names(scope, loaded.iter().filter_map(|loaded| loaded.company.fields.owner_id)).await?;
    Ok(loaded.into_iter().map(|loaded| Company::of(loaded, &names)).collect())
}

/// A company as it is shown.
pub(super) async fn view(crm: &Crm, scope: &Scope, loaded: Loaded) -> Result<Company, Error> {
    let names = crm.names(scope, loaded.company.fields.owner_id).await?;
    Ok(Company::of(loaded, &names))
}
