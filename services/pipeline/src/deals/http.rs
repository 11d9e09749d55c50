//! Routes of deals, mounted at `/api/crm/deals`.

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, ListParams, PageInfo, Path, Query, Refusals};
use axum::{extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands,
    deal::{DealInput, DealPatch, DealReplace},
    queries::{self, Deal},
    trash,
};
use crate::Pipeline;

type Service = State<Arc<Pipeline>>;
type Answer<T> = Result<Json<T>, ApiError>;

/// A page of deals.
#[derive(Serialize, ToSchema)]
pub struct DealPage {
    items: Vec<Deal>,
    page: PageInfo,
}

pub fn routes() -> OpenApiRouter<Arc<Pipeline>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, replace, change, delete))
        .routes(routes!(restore))
        .routes(routes!(purge))
}

/// Lists deals
#[utoipa::path(
    get, path = "/", operation_id = "listDeals", tag = "Deals", params(ListParams),
    responses((status = 200, description = "A page of deals", body = DealPage), Refusals)
)]
async fn list(State(service): Service, caller: Caller, Query(params): Query<ListParams>) -> Answer<DealPage> {
    let page = queries::list(&service, caller.scope(), &params.parse()?, params.trash).await?;
    Ok(Json(DealPage { page: PageInfo::from(&page), items: page.items }))
}

/// Creates a deal
///
/// At the top of the first open stage of the default pipeline, unless another stage is named. The rules of the stage
/// hold for it.
#[utoipa::path(
    post, path = "/", operation_id = "createDeal", tag = "Deals", request_body = DealInput,
    responses((status = 201, description = "The deal", body = Deal), Refusals)
)]
async fn create(
    State(service): Service,
    caller: Caller,
    Json(input): Json<DealInput>,
) -> Result<(StatusCode, Json<Deal>), ApiError> {
    Ok((StatusCode::CREATED, Json(commands::create(&service, caller.scope(), input).await?)))
}

/// Gets a deal, in the trash or not
#[utoipa::path(
    get, path = "/{id}", operation_id = "getDeal", tag = "Deals", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The deal", body = Deal), Refusals)
)]
async fn get(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<Deal> {
    Ok(Json(queries::get(&service, caller.scope(), id).await?))
}

/// Replaces the fields of a deal
///
/// Its stage is changed by moving it.
#[utoipa::path(
    put, path = "/{id}", operation_id = "replaceDeal", tag = "Deals", params(("id" = Uuid, Path)),
    request_body = DealReplace,
    responses((status = 200, description = "The deal", body = Deal), Refusals)
)]
async fn replace(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(mut body): Json<DealReplace>,
) -> Answer<Deal> {
    body.version = expected.or_body(body.version);
    Ok(Json(commands::replace(&service, caller.scope(), id, body).await?))
}

/// Changes some fields of a deal
///
/// Its stage is changed by moving it.
#[utoipa::path(
    patch, path = "/{id}", operation_id = "updateDeal", tag = "Deals", params(("id" = Uuid, Path)),
    request_body = DealPatch,
    responses((status = 200, description = "The deal", body = Deal), Refusals)
)]
async fn change(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(mut body): Json<DealPatch>,
) -> Answer<Deal> {
    body.version = expected.or_body(body.version);
    Ok(Json(commands::change(&service, caller.scope(), id, body).await?))
}

/// Puts a deal into the trash
#[utoipa::path(
    delete, path = "/{id}", operation_id = "deleteDeal", tag = "Deals", params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is in the trash"), Refusals)
)]
async fn delete(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
) -> Result<StatusCode, ApiError> {
    trash::delete(&service, caller.scope(), id, expected.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a deal out of the trash, to the stage it was in
#[utoipa::path(
    post, path = "/{id}/restore", operation_id = "restoreDeal", tag = "Deals", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The deal", body = Deal), Refusals)
)]
async fn restore(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<Deal> {
    trash::restore(&service, caller.scope(), id).await?;
    Ok(Json(queries::get(&service, caller.scope(), id).await?))
}

/// Deletes a deal in the trash for good, with its history
#[utoipa::path(
    delete, path = "/{id}/purge", operation_id = "purgeDeal", tag = "Deals", params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is gone"), Refusals)
)]
async fn purge(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Result<StatusCode, ApiError> {
    trash::purge(&service, caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
