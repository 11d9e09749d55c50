//! Routes of batches, and those by which each kind of record starts a bulk operation.

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Refusals};
use axum::{extract::State, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{assign::AssignRequest, batch::Batch, commands, request::BulkRequest};
use crate::{Crm, record::RecordKind};

type Accepted = Result<(StatusCode, Json<Batch>), ApiError>;

/// Routes below `/api/crm`.
pub fn routes() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(get)).routes(routes!(undo))
}

/// Routes below `/api/crm/contacts`.
pub fn of_contacts() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(contacts))
}

/// Routes below `/api/crm/companies`.
pub fn of_companies() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(companies))
}

/// Routes below `/api/team/clients`.
pub fn of_team() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(assign))
}

/// Gives contacts or companies out
///
/// To nobody, to one person, or among several: by turns (each gets as many as any other, or one more), or to whoever has the
/// fewest in use. It is a batch like any other: it can be followed and undone. Records that are in the trash by then, or out of
/// reach, count as conflicts.
#[utoipa::path(
    post, path = "/assign", operation_id = "assignClients", tag = "Team", request_body = AssignRequest,
    responses((status = 202, description = "It has begun", body = Batch), Refusals)
)]
async fn assign(State(crm): State<Arc<Crm>>, caller: Caller, Json(request): Json<AssignRequest>) -> Accepted {
    let batch = commands::assign(&crm, caller.scope(), request).await?;
    Ok((StatusCode::ACCEPTED, Json(batch)))
}

/// Changes many contacts
#[utoipa::path(
    post, path = "/bulk", operation_id = "bulkContacts", tag = "Contacts", request_body = BulkRequest,
    responses((status = 202, description = "It has begun", body = Batch), Refusals)
)]
async fn contacts(State(crm): State<Arc<Crm>>, caller: Caller, Json(request): Json<BulkRequest>) -> Accepted {
    let batch = commands::start(&crm, caller.scope(), RecordKind::Contact, request).await?;
    Ok((StatusCode::ACCEPTED, Json(batch)))
}

/// Changes many companies
#[utoipa::path(
    post, path = "/bulk", operation_id = "bulkCompanies", tag = "Companies", request_body = BulkRequest,
    responses((status = 202, description = "It has begun", body = Batch), Refusals)
)]
async fn companies(State(crm): State<Arc<Crm>>, caller: Caller, Json(request): Json<BulkRequest>) -> Accepted {
    let batch = commands::start(&crm, caller.scope(), RecordKind::Company, request).await?;
    Ok((StatusCode::ACCEPTED, Json(batch)))
}

/// Tells how far a batch has come
#[utoipa::path(
    get, path = "/batches/{id}", operation_id = "getBatch", tag = "Batches", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The batch", body = Batch), Refusals)
)]
async fn get(State(crm): State<Arc<Crm>>, caller: Caller, Path(id): Path<Uuid>) -> Result<Json<Batch>, ApiError> {
    Ok(Json(commands::get(&crm, caller.scope(), id).await?))
}

/// Undoes a bulk operation
///
/// The answer is the batch of the undo. Records that were changed since stay as they are and count as conflicts.
#[utoipa::path(
    post, path = "/batches/{id}/undo", operation_id = "undoBatch", tag = "Batches", params(("id" = Uuid, Path)),
    responses((status = 202, description = "It has begun", body = Batch), Refusals)
)]
async fn undo(State(crm): State<Arc<Crm>>, caller: Caller, Path(id): Path<Uuid>) -> Accepted {
    Ok((StatusCode::ACCEPTED, Json(commands::undo(&crm, caller.scope(), id).await?)))
}
