//! Routes of exports.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, ListParams, Query, Refusals};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::stream;
use crate::{Crm, record::RecordKind};

/// Which rows and columns are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportParams {
    /// Words to look for; each may be the beginning of a word.
    search: Option<String>,
    /// A filter as JSON text.
    filter: Option<String>,
    /// Field names, comma-separated, `-` for descending.
    sort: Option<String>,
    /// Names of columns, comma-separated; all of them unless given.
    #[param(example = "name,emails")]
    columns: Option<String>,
}

/// Routes below `/api/crm/contacts`.
pub fn of_contacts() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(contacts))
}

/// Routes below `/api/crm/companies`.
pub fn of_companies() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(companies))
}

/// Exports contacts as CSV (UTF-8 with a byte order mark)
#[utoipa::path(
    get, path = "/export.csv", operation_id = "exportContacts", tag = "Contacts", params(ExportParams),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv"), Refusals)
)]
async fn contacts(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Query(params): Query<ExportParams>,
) -> Result<Response, ApiError> {
    file(crm, &caller, RecordKind::Contact, params).await
}

/// Exports companies as CSV (UTF-8 with a byte order mark)
#[utoipa::path(
    get, path = "/export.csv", operation_id = "exportCompanies", tag = "Companies", params(ExportParams),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv"), Refusals)
)]
async fn companies(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Query(params): Query<ExportParams>,
) -> Result<Response, ApiError> {
    file(crm, &caller, RecordKind::Company, params).await
}

async fn file(crm: Arc<Crm>, caller: &Caller, kind: RecordKind, params: ExportParams) -> Result<Response, ApiError> {
    let ExportParams { search, filter, sort, columns } = params;
    let list = ListParams { search, filter, sort, ..ListParams::default() };
    let today = crm.db.clock().now().date_naive();
    let name = format!("attachment; filename=\"{}-{today}.csv\"", kind.table_name());
    let bytes = stream::begin(crm, caller.scope().clone(), kind, list.parse()?, columns.as_deref()).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("attachment"))),
    ];
    Ok((headers, Body::from_stream(bytes)).into_response())
}
