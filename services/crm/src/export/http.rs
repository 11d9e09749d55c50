//! Routes of exports.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Confirmed, Query, Refusals};
use axum::{extract::State, response::Response};
use exchange::export::{self, ExportParams};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::source;
use crate::{Crm, record::RecordKind};

/// Routes below `/api/crm/contacts`.
pub fn of_contacts() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(contacts))
}

/// Routes below `/api/crm/companies`.
pub fn of_companies() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(companies))
}

/// Exports contacts as CSV (UTF-8 with a byte order mark)
///
/// Asks for a proof of the last minutes (`auth.step_up`).
#[utoipa::path(
    get, path = "/export.csv", operation_id = "exportContacts", tag = "Contacts", params(ExportParams),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv"), Refusals)
)]
async fn contacts(
    State(crm): State<Arc<Crm>>,
    Confirmed(caller): Confirmed,
    Query(params): Query<ExportParams>,
) -> Result<Response, ApiError> {
    file(crm, &caller, RecordKind::Contact, params).await
}

/// Exports companies as CSV (UTF-8 with a byte order mark)
///
/// Asks for a proof of the last minutes (`auth.step_up`).
#[utoipa::path(
    get, path = "/export.csv", operation_id = "exportCompanies", tag = "Companies", params(ExportParams),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv"), Refusals)
)]
async fn companies(
    State(crm): State<Arc<Crm>>,
    Confirmed(caller): Confirmed,
    Query(params): Query<ExportParams>,
) -> Result<Response, ApiError> {
    file(crm, &caller, RecordKind::Company, params).await
}

async fn file(crm: Arc<Crm>, caller: &Caller, kind: RecordKind, params: ExportParams) -> Result<Response, ApiError> {
    let (list, columns) = params.list();
    let today = crm.db.clock().now().date_naive();
    let bytes = source::begin(crm, caller.scope().clone(), kind, list.parse()?, columns.as_deref()).await?;
    Ok(export::file(kind.table_name(), today, bytes))
}
