//! Routes of merging, below each kind of record.

use std::sync::Arc;

use api::{ApiError, Caller, Json, Refusals};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    commands::{self, CompanyMerged, ContactMerged},
    request::{MergeRequest, UnmergeRequest},
    unmerge::{self, Unmerged},
};
use crate::{Crm, record::RecordKind};

type Answer<T> = Result<Json<T>, ApiError>;

/// Routes below `/api/crm/contacts`.
pub fn of_contacts() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(merge_contacts)).routes(routes!(unmerge_contacts))
}

/// Routes below `/api/crm/companies`.
pub fn of_companies() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(merge_companies)).routes(routes!(unmerge_companies))
}

/// Makes one contact of several
///
/// Notes and deals of the others move to it. They are in no list any more; asked for by id, they tell what they were
/// merged into.
#[utoipa::path(
    post, path = "/merge", operation_id = "mergeContacts", tag = "Contacts", request_body = MergeRequest,
    responses((status = 200, description = "The contact that stays", body = ContactMerged), Refusals)
)]
async fn merge_contacts(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Json(request): Json<MergeRequest>,
) -> Answer<ContactMerged> {
    Ok(Json(commands::contacts(&crm, caller.scope(), request).await?))
}

/// Makes one company of several
///
/// Contacts, notes and deals of the others move to it. They are in no list any more; asked for by id, they tell what they
/// were merged into.
#[utoipa::path(
    post, path = "/merge", operation_id = "mergeCompanies", tag = "Companies", request_body = MergeRequest,
    responses((status = 200, description = "The company that stays", body = CompanyMerged), Refusals)
)]
async fn merge_companies(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Json(request): Json<MergeRequest>,
) -> Answer<CompanyMerged> {
    Ok(Json(commands::companies(&crm, caller.scope(), request).await?))
}

/// Takes a merge of contacts apart
///
/// What somebody changed since stays as it is and is named in `conflicts`.
#[utoipa::path(
    post, path = "/unmerge", operation_id = "unmergeContacts", tag = "Contacts", request_body = UnmergeRequest,
    responses((status = 200, description = "It is taken apart", body = Unmerged), Refusals)
)]
async fn unmerge_contacts(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Json(request): Json<UnmergeRequest>,
) -> Answer<Unmerged> {
    Ok(Json(unmerge::unmerge(&crm, caller.scope(), RecordKind::Contact, request).await?))
}

/// Takes a merge of companies apart
///
/// What somebody changed since stays as it is and is named in `conflicts`.
#[utoipa::path(
    post, path = "/unmerge", operation_id = "unmergeCompanies", tag = "Companies", request_body = UnmergeRequest,
    responses((status = 200, description = "It is taken apart", body = Unmerged), Refusals)
)]
async fn unmerge_companies(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Json(request): Json<UnmergeRequest>,
) -> Answer<Unmerged> {
    Ok(Json(unmerge::unmerge(&crm, caller.scope(), RecordKind::Company, request).await?))
}
