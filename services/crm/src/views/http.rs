//! Routes of saved views.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, Path, Query, Refusals};
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands,
    queries::{self, SavedView},
    view::{ViewInput, ViewPatch, ViewRecordType},
};
use crate::Crm;

/// The views of a list.
#[derive(Serialize, ToSchema)]
pub struct ViewList {
    items: Vec<SavedView>,
}

/// Of which list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfList {
    record_type: ViewRecordType,
}

/// Routes below `/api/crm`.
pub fn routes() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(change, delete))
}

/// Lists saved views
///
/// Those of the caller, and those that are shared.
#[utoipa::path(
    get, path = "/views", operation_id = "listViews", tag = "Views", params(OfList),
    responses((status = 200, description = "All of them, in order", body = ViewList), Refusals)
)]
async fn list(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Query(of): Query<OfList>,
) -> Result<Json<ViewList>, ApiError> {
    Ok(Json(ViewList { items: queries::list(&crm, caller.scope(), of.record_type).await? }))
}

/// Saves a view
///
/// At most 200 for a person and a list. Filter and sort must fit the list.
#[utoipa::path(
    post, path = "/views", operation_id = "createView", tag = "Views", request_body = ViewInput,
    responses((status = 201, description = "The view", body = SavedView), Refusals)
)]
async fn create(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Json(input): Json<ViewInput>,
) -> Result<(StatusCode, Json<SavedView>), ApiError> {
    Ok((StatusCode::CREATED, Json(commands::create(&crm, caller.scope(), input).await?)))
}

/// Changes a view
///
/// A shared view is changed by its owner and by who may share views. Everybody may begin with it (`isDefault`).
#[utoipa::path(
    patch, path = "/views/{id}", operation_id = "updateView", tag = "Views", params(("id" = Uuid, Path)),
    request_body = ViewPatch,
    responses((status = 200, description = "The view", body = SavedView), Refusals)
)]
async fn change(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(mut body): Json<ViewPatch>,
) -> Result<Json<SavedView>, ApiError> {
    body.version = expected.or_body(body.version);
    Ok(Json(commands::change(&crm, caller.scope(), id, body).await?))
}

/// Deletes a view
#[utoipa::path(
    delete, path = "/views/{id}", operation_id = "deleteView", tag = "Views", params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is gone"), Refusals)
)]
async fn delete(State(crm): State<Arc<Crm>>, caller: Caller, Path(id): Path<Uuid>) -> Result<StatusCode, ApiError> {
    commands::delete(&crm, caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
