//! Routes of imports.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, ListParams, PageInfo, Path, Query, Refusals};
use axum::{
    body::Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use fields::RecordType;
use serde::{Deserialize, Serialize};
use tokio_util::io::ReaderStream;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands::{self, ImportStart},
    queries::{self, Import},
    store,
    upload::{self, ImportPreviewRequest},
};
use crate::{Crm, Error};

type Answer<T> = Result<Json<T>, ApiError>;

/// A page of imports.
#[derive(Serialize, ToSchema)]
pub struct ImportPage {
    items: Vec<Import>,
    page: PageInfo,
}

/// What an uploaded file is.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UploadParams {
    /// What its rows are.
    record_type: RecordType,
    /// As it was called where it came from.
    #[param(max_length = 255)]
    file_name: String,
}

pub fn routes() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new()
        .routes(routes!(list, upload))
        .routes(routes!(get, delete))
        .routes(routes!(preview))
        .routes(routes!(start))
        .routes(routes!(cancel))
        .routes(routes!(revert))
        .routes(routes!(errors))
}

/// Upload a file
///
/// The body is the file itself. It is only looked at; `start` imports it.
#[utoipa::path(post, path = "/api/crm/imports", tag = "Imports", operation_id = "uploadImport", params(UploadParams),
    request_body(content = String, content_type = "application/octet-stream", description = "The file"),
    responses((status = 201, description = "Taken, with a preview", body = Import), Refusals))]
async fn upload(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Query(params): Query<UploadParams>,
    body: Body,
) -> Result<(StatusCode, Json<Import>), ApiError> {
    let scope = caller.scope();
    let import = upload::upload(&crm, scope, params.record_type, &params.file_name, body).await?;
    Ok((StatusCode::CREATED, Json(queries::view(&crm, scope, import).await?)))
}

/// List imports
#[utoipa::path(get, path = "/api/crm/imports", tag = "Imports", operation_id = "listImports", params(ListParams),
    responses((status = 200, description = "Newest first", body = ImportPage), Refusals))]
async fn list(State(crm): State<Arc<Crm>>, caller: Caller, Query(params): Query<ListParams>) -> Answer<ImportPage> {
    let page = queries::list(&crm, caller.scope(), &params.parse()?).await?;
    let info = PageInfo::from(&page);
    Ok(Json(ImportPage { items: page.items, page: info }))
}

/// Get an import
#[utoipa::path(get, path = "/api/crm/imports/{id}", tag = "Imports", operation_id = "getImport",
    params(("id" = Uuid, Path, description = "The import's id")),
    responses((status = 200, description = "The import", body = Import), Refusals))]
async fn get(State(crm): State<Arc<Crm>>, caller: Caller, Path(id): Path<Uuid>) -> Answer<Import> {
    Ok(Json(queries::get(&crm, caller.scope(), id).await?))
}

/// Delete an import
///
/// Its files go; the records it made stay.
#[utoipa::path(delete, path = "/api/crm/imports/{id}", tag = "Imports", operation_id = "deleteImport",
    params(("id" = Uuid, Path, description = "The import's id")),
    responses((status = 204, description = "Deleted"), Refusals))]
async fn delete(State(crm): State<Arc<Crm>>, caller: Caller, Path(id): Path<Uuid>) -> Result<StatusCode, ApiError> {
    commands::delete(&crm, caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Preview once more
///
/// With another encoding, delimiter or header row than were detected.
#[utoipa::path(post, path = "/api/crm/imports/{id}/preview", tag = "Imports", operation_id = "previewImport",
    params(("id" = Uuid, Path, description = "The import's id")), request_body = ImportPreviewRequest,
    responses((status = 200, description = "The import with its new preview", body = Import), Refusals))]
async fn preview(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(request): Json<ImportPreviewRequest>,
) -> Answer<Import> {
    let scope = caller.scope();
    let import = upload::preview(&crm, scope, id, request).await?;
    Ok(Json(queries::view(&crm, scope, import).await?))
}

/// Start an import
#[utoipa::path(post, path = "/api/crm/imports/{id}/start", tag = "Imports", operation_id = "startImport",
    params(("id" = Uuid, Path, description = "The import's id")), request_body = ImportStart,
    responses((status = 202, description = "It runs", body = Import), Refusals))]
async fn start(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(input): Json<ImportStart>,
) -> Result<(StatusCode, Json<Import>), ApiError> {
    let scope = caller.scope();
    let import = commands::start(&crm, scope, id, input).await?;
    Ok((StatusCode::ACCEPTED, Json(queries::view(&crm, scope, import).await?)))
}

/// Cancel an import
///
/// What it has stored stays, and can be reverted.
#[utoipa::path(post, path = "/api/crm/imports/{id}/cancel", tag = "Imports", operation_id = "cancelImport",
    params(("id" = Uuid, Path, description = "The import's id")),
    responses((status = 202, description = "It stops", body = Import), Refusals))]
async fn cancel(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<(StatusCode, Json<Import>), ApiError> {
    let scope = caller.scope();
    let import = commands::cancel(&crm, scope, id).await?;
    Ok((StatusCode::ACCEPTED, Json(queries::view(&crm, scope, import).await?)))
}

/// Revert an import
///
/// What it created is deleted, what it changed is put back; records that were changed since are left and counted.
#[utoipa::path(post, path = "/api/crm/imports/{id}/revert", tag = "Imports", operation_id = "revertImport",
    params(("id" = Uuid, Path, description = "The import's id")),
    responses((status = 202, description = "It is being taken back", body = Import), Refusals))]
async fn revert(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<(StatusCode, Json<Import>), ApiError> {
    let scope = caller.scope();
    let import = commands::revert(&crm, scope, id).await?;
    Ok((StatusCode::ACCEPTED, Json(queries::view(&crm, scope, import).await?)))
}

/// Download refused rows
///
/// The rows as they were, with the reason in the last column: mend them and import the file again.
#[utoipa::path(get, path = "/api/crm/imports/{id}/errors.csv", tag = "Imports", operation_id = "downloadImportErrors",
    params(("id" = Uuid, Path, description = "The import's id")),
    responses((status = 200, description = "CSV in UTF-8 with BOM", body = String, content_type = "text/csv"), Refusals))]
async fn errors(State(crm): State<Arc<Crm>>, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, ApiError> {
    let scope = caller.scope();
    let import = queries::get(&crm, scope, id).await?;
    if !import.has_error_file {
        return Err(Error::NotFound.into());
    }
    let length = store::get(&crm.db.reader(scope), scope, id).await.map_err(ApiError::from)?.error_bytes;
    let file = tokio::fs::File::open(crm.files.errors(id)).await.map_err(Error::from)?;
    // Only what belongs to stored rows: the run may be writing behind it.
    let file = tokio::io::AsyncReadExt::take(file, u64::try_from(length).unwrap_or_default());
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"import-{}-errors.csv\"", id.simple())),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(file))).into_response())
}
