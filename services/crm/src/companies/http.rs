//! Routes of companies, mounted at `/api/crm/companies`.

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, ListParams, PageInfo, Path, Query, Refusals};
use axum::{extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands::{self, CompanyCreated},
    company::{CompanyInput, CompanyPatch, CompanyReplace},
    queries::{self, Company},
};
use crate::{
    Crm,
    duplicates::{DuplicateCheck, DuplicateList},
    record::RecordKind,
    trash,
};

const KIND: RecordKind = RecordKind::Company;

type Answer<T> = Result<Json<T>, ApiError>;

/// A page of companies.
#[derive(Serialize, ToSchema)]
pub struct CompanyPage {
    items: Vec<Company>,
    page: PageInfo,
}

pub fn routes() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(check_duplicates))
        .routes(routes!(get, replace, change, delete))
        .routes(routes!(restore))
        .routes(routes!(purge))
}

/// Lists companies
#[utoipa::path(
    get, path = "/", operation_id = "listCompanies", tag = "Companies", params(ListParams),
    responses((status = 200, description = "A page of companies", body = CompanyPage), Refusals)
)]
async fn list(State(crm): State<Arc<Crm>>, caller: Caller, Query(params): Query<ListParams>) -> Answer<CompanyPage> {
    let page = queries::list(&crm, caller.scope(), &params.parse()?, params.trash).await?;
    Ok(Json(CompanyPage { page: PageInfo::from(&page), items: page.items }))
}

/// Creates a company
///
/// The answer names records that look the same; they do not stop anything.
#[utoipa::path(
    post, path = "/", operation_id = "createCompany", tag = "Companies", request_body = CompanyInput,
    responses((status = 201, description = "The company", body = CompanyCreated), Refusals)
)]
async fn create(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Json(input): Json<CompanyInput>,
) -> Result<(StatusCode, Json<CompanyCreated>), ApiError> {
    Ok((StatusCode::CREATED, Json(commands::create(&crm, caller.scope(), input).await?)))
}

/// Looks for companies that are the same
#[utoipa::path(
    post, path = "/check-duplicates", operation_id = "checkCompanyDuplicates", tag = "Companies",
    request_body = DuplicateCheck,
    responses((status = 200, description = "At most five, the likeliest first", body = DuplicateList), Refusals)
)]
async fn check_duplicates(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Json(check): Json<DuplicateCheck>,
) -> Answer<DuplicateList> {
    Ok(Json(DuplicateList { items: commands::check_duplicates(&crm, caller.scope(), check).await? }))
}

/// Gets a company, in the trash or not
#[utoipa::path(
    get, path = "/{id}", operation_id = "getCompany", tag = "Companies", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The company", body = Company), Refusals)
)]
async fn get(State(crm): State<Arc<Crm>>, caller: Caller, Path(id): Path<Uuid>) -> Answer<Company> {
    Ok(Json(queries::get(&crm, caller.scope(), id).await?))
}

/// Replaces a company
#[utoipa::path(
    put, path = "/{id}", operation_id = "replaceCompany", tag = "Companies", params(("id" = Uuid, Path)),
    request_body = CompanyReplace,
    responses((status = 200, description = "The company", body = Company), Refusals)
)]
async fn replace(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(mut body): Json<CompanyReplace>,
) -> Answer<Company> {
    body.version = expected.or_body(body.version);
    Ok(Json(commands::replace(&crm, caller.scope(), id, body).await?))
}

/// Changes some fields of a company
#[utoipa::path(
    patch, path = "/{id}", operation_id = "updateCompany", tag = "Companies", params(("id" = Uuid, Path)),
    request_body = CompanyPatch,
    responses((status = 200, description = "The company", body = Company), Refusals)
)]
async fn change(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(mut body): Json<CompanyPatch>,
) -> Answer<Company> {
    body.version = expected.or_body(body.version);
    Ok(Json(commands::change(&crm, caller.scope(), id, body).await?))
}

/// Puts a company into the trash
#[utoipa::path(
    delete, path = "/{id}", operation_id = "deleteCompany", tag = "Companies", params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is in the trash"), Refusals)
)]
async fn delete(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
) -> Result<StatusCode, ApiError> {
    trash::delete(&crm, caller.scope(), KIND, id, expected.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a company out of the trash
#[utoipa::path(
    post, path = "/{id}/restore", operation_id = "restoreCompany", tag = "Companies", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The company", body = Company), Refusals)
)]
async fn restore(State(crm): State<Arc<Crm>>, caller: Caller, Path(id): Path<Uuid>) -> Answer<Company> {
    trash::restore(&crm, caller.scope(), KIND, id).await?;
    Ok(Json(queries::get(&crm, caller.scope(), id).await?))
}

/// Deletes a company in the trash for good, with its notes and the values in its history
#[utoipa::path(
    delete, path = "/{id}/purge", operation_id = "purgeCompany", tag = "Companies", params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is gone"), Refusals)
)]
async fn purge(State(crm): State<Arc<Crm>>, caller: Caller, Path(id): Path<Uuid>) -> Result<StatusCode, ApiError> {
    trash::purge(&crm, caller.scope(), KIND, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
