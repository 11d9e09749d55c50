//! Routes of fields.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, Path, Query, Refusals};
use axum::{extract::State, http::StatusCode};
use fields::{CustomField, CustomFieldInput, CustomFieldPatch, RecordType};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::commands;
use crate::Crm;

/// The fields of a kind of record.
#[derive(Serialize, ToSchema)]
pub struct CustomFieldList {
    items: Vec<CustomField>,
}

/// Of which kind of record.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfRecordType {
    record_type: RecordType,
}

/// Routes below `/api/crm`.
pub fn routes() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(change, delete))
}

/// Lists the custom fields of a kind of record
#[utoipa::path(
    get, path = "/fields", operation_id = "listFields", tag = "Custom fields", params(OfRecordType),
    responses((status = 200, description = "All of them in order, archived ones too", body = CustomFieldList), Refusals)
)]
async fn list(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Query(of): Query<OfRecordType>,
) -> Result<Json<CustomFieldList>, ApiError> {
    Ok(Json(CustomFieldList { items: commands::list(&crm, caller.scope(), of.record_type).await? }))
}

/// Defines a custom field
///
/// At most 100 for a kind of record. Its values stand in the records, in `custom` under the key.
#[utoipa::path(
    post, path = "/fields", operation_id = "createField", tag = "Custom fields", request_body = CustomFieldInput,
    responses((status = 201, description = "The field", body = CustomField), Refusals)
)]
async fn create(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Json(input): Json<CustomFieldInput>,
) -> Result<(StatusCode, Json<CustomField>), ApiError> {
    Ok((StatusCode::CREATED, Json(commands::create(&crm, caller.scope(), input).await?)))
}

/// Changes a custom field
#[utoipa::path(
    patch, path = "/fields/{id}", operation_id = "updateField", tag = "Custom fields", params(("id" = Uuid, Path)),
    request_body = CustomFieldPatch,
    responses((status = 200, description = "The field", body = CustomField), Refusals)
)]
async fn change(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(mut body): Json<CustomFieldPatch>,
) -> Result<Json<CustomField>, ApiError> {
    body.version = expected.or_body(body.version);
    Ok(Json(commands::change(&crm, caller.scope(), id, body).await?))
}

/// Deletes a custom field
///
/// The values stay in the records and in their history, as free ones.
#[utoipa::path(
    delete, path = "/fields/{id}", operation_id = "deleteField", tag = "Custom fields", params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is gone"), Refusals)
)]
async fn delete(State(crm): State<Arc<Crm>>, caller: Caller, Path(id): Path<Uuid>) -> Result<StatusCode, ApiError> {
    commands::delete(&crm, caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
