//! Routes of the list of duplicates, below each kind of record.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::{collections::HashMap, sync::Arc};

use api::{ApiError, Caller, Json, Query, Refusals};
use axum::{extract::State, http::StatusCode};
use kernel::{Scope, values::company_key};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    dismissals,
    groups::{self, Group},
};
use crate::{
    Crm, Error,
    companies::{self, queries::Company},
    contacts::{self, queries::Contact},
    identities::MatchedOn,
    record::{RecordKind, name_key},
};

type Answer<T> = Result<Json<T>, ApiError>;

/// Groups of a page when the caller names no number.
const DEFAULT_LIMIT: u64 = 20;
const MAX_LIMIT: u64 = 100;

/// Contacts that look the same.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContactDuplicateGroup {
    /// The same for the same contacts as long as they share the same.
    id: String,
    matched_on: Vec<MatchedOn>,
    /// Two to ten, oldest first.
    records: Vec<Contact>,
}

/// Companies that look the same.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompanyDuplicateGroup {
    /// The same for the same companies as long as they share the same.
    id: String,
    matched_on: Vec<MatchedOn>,
    /// Two to ten, oldest first.
    records: Vec<Company>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContactDuplicateGroups {
    items: Vec<ContactDuplicateGroup>,
    /// Null on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompanyDuplicateGroups {
    items: Vec<CompanyDuplicateGroup>,
    /// Null on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Which part of the list is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Part {
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Groups of a page, 20 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
}

/// Records that look the same and are not.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DuplicateDismissal {
    #[schema(min_items = 2, max_items = 10)]
    ids: Vec<Uuid>,
}

/// Routes below `/api/crm/contacts`.
pub fn of_contacts() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(list_contacts)).routes(routes!(dismiss_contacts))
}

/// Routes below `/api/crm/companies`.
pub fn of_companies() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(list_companies)).routes(routes!(dismiss_companies))
}

async fn page(crm: &Crm, scope: &Scope, kind: RecordKind, part: Part) -> Result<(Vec<Group>, Option<String>), Error> {
    let limit = part.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    groups::page(crm, scope, kind, part.cursor.as_deref().filter(|cursor| !cursor.is_empty()), limit).await
}

/// The records of a group, those that went meanwhile aside, and what they match on; `None` when one is left.
fn filled<R: Clone>(
    group: &Group,
    known: &HashMap<Uuid, R>,
    likeness: impl Fn(&R) -> (String, Option<Uuid>),
) -> Option<(Vec<MatchedOn>, Vec<R>)> {
    let records: Vec<R> = group.records.iter().filter_map(|id| known.get(id).cloned()).collect();
    let mut matched_on = group.matched_on.clone();
    let names: Vec<_> = records.iter().map(likeness).collect();
    if names.iter().enumerate().any(|(index, name)| names[..index].contains(name)) {
        matched_on.insert(MatchedOn::Name);
    }
    (records.len() > 1).then(|| (matched_on.into_iter().collect(), records))
}

/// Lists contacts that look the same
///
/// They share an e-mail address, a phone number, a Telegram name or a LinkedIn address, or the name at the same company.
/// A pair is told once.
#[utoipa::path(
    get, path = "/duplicates", operation_id = "listContactDuplicates", tag = "Contacts", params(Part),
    responses((status = 200, description = "A page of groups", body = ContactDuplicateGroups), Refusals)
)]
async fn list_contacts(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Query(part): Query<Part>,
) -> Answer<ContactDuplicateGroups> {
    let (groups, next_cursor) = page(&crm, caller.scope(), RecordKind::Contact, part).await?;
    let ids: Vec<Uuid> = groups.iter().flat_map(|group| group.records.iter().copied()).collect();
    let known = contacts::queries::many(&crm, caller.scope(), &ids).await?;
    let name = |contact: &Contact| (name_key(&contact.name), contact.company_id);
    let fill = |group: Group| {
        let (matched_on, records) = filled(&group, &known, name)?;
        Some(ContactDuplicateGroup { id: group.id, matched_on, records })
    };
    Ok(Json(ContactDuplicateGroups { items: groups.into_iter().filter_map(fill).collect(), next_cursor }))
}

/// Lists companies that look the same
///
/// They share an e-mail address, a phone number or a web address, or the name, legal form aside. A pair is told once.
#[utoipa::path(
    get, path = "/duplicates", operation_id = "listCompanyDuplicates", tag = "Companies", params(Part),
    responses((status = 200, description = "A page of groups", body = CompanyDuplicateGroups), Refusals)
)]
async fn list_companies(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Query(part): Query<Part>,
) -> Answer<CompanyDuplicateGroups> {
    let (groups, next_cursor) = page(&crm, caller.scope(), RecordKind::Company, part).await?;
    let ids: Vec<Uuid> = groups.iter().flat_map(|group| group.records.iter().copied()).collect();
    let known = companies::queries::many(&crm, caller.scope(), &ids).await?;
    let name = |company: &Company| (company_key(&company.name), None);
    let fill = |group: Group| {
        let (matched_on, records) = filled(&group, &known, name)?;
        Some(CompanyDuplicateGroup { id: group.id, matched_on, records })
    };
    Ok(Json(CompanyDuplicateGroups { items: groups.into_iter().filter_map(fill).collect(), next_cursor }))
}

/// Tells that contacts are not the same
#[utoipa::path(
    post, path = "/duplicates/dismiss", operation_id = "dismissContactDuplicates", tag = "Contacts",
    request_body = DuplicateDismissal, responses((status = 204, description = "No two of them are duplicates any more"), Refusals)
)]
async fn dismiss_contacts(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Json(body): Json<DuplicateDismissal>,
) -> Result<StatusCode, ApiError> {
    dismissals::dismiss(&crm, caller.scope(), RecordKind::Contact, body.ids).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells that companies are not the same
#[utoipa::path(
    post, path = "/duplicates/dismiss", operation_id = "dismissCompanyDuplicates", tag = "Companies",
    request_body = DuplicateDismissal, responses((status = 204, description = "No two of them are duplicates any more"), Refusals)
)]
async fn dismiss_companies(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Json(body): Json<DuplicateDismissal>,
) -> Result<StatusCode, ApiError> {
    dismissals::dismiss(&crm, caller.scope(), RecordKind::Company, body.ids).await?;
    Ok(StatusCode::NO_CONTENT)
}
