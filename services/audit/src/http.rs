//! Routes of the audit log, below `/api/audit`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Confirmed, Json, PageInfo, Query as Parameters, Refusals};
use axum::{extract::State, response::Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Audit, export,
    queries::{AuditFilter, AuditLine},
    verifying::Verified,
};

type Service = State<Arc<Audit>>;

/// Lines of the audit log.
#[derive(Serialize, ToSchema)]
pub struct AuditList {
    items: Vec<AuditLine>,
    page: PageInfo,
}

pub fn routes() -> OpenApiRouter<Arc<Audit>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(export_lines)).routes(routes!(verify))
}

/// Lists what was done
///
/// The latest first. Without `audit.read` it has what the caller did.
#[utoipa::path(
    get, path = "/", operation_id = "listAudit", tag = "Audit", params(AuditFilter),
    responses((status = 200, description = "Lines of the audit log", body = AuditList), Refusals)
)]
async fn list(
    State(audit): Service,
    caller: Caller,
    Parameters(filter): Parameters<AuditFilter>,
) -> Result<Json<AuditList>, ApiError> {
    let page = audit.lines(caller.scope(), &filter).await?;
    let info = PageInfo::from(&page);
    Ok(Json(AuditList { items: page.items, page: info }))
}

/// Exports the audit log as CSV (UTF-8 with a byte order mark)
///
/// The latest lines first. Asks for a proof of the last minutes (`auth.step_up`), and is a line itself.
#[utoipa::path(
    get, path = "/export.csv", operation_id = "exportAudit", tag = "Audit", params(AuditFilter),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv"), Refusals)
)]
async fn export_lines(
    State(audit): Service,
    Confirmed(caller): Confirmed,
    Parameters(filter): Parameters<AuditFilter>,
) -> Result<Response, ApiError> {
    let today = audit.db.clock().now().date_naive();
    let bytes = export::begin(audit, caller.scope().clone(), filter).await?;
    Ok(exchange::export::file("audit", today, bytes))
}

/// Verifies the audit log
///
/// Every line follows the one before it, and the change log says what it said then.
#[utoipa::path(
    get, path = "/verify", operation_id = "verifyAudit", tag = "Audit",
    responses((status = 200, description = "How the chain stands", body = Verified), Refusals)
)]
async fn verify(State(audit): Service, caller: Caller) -> Result<Json<Verified>, ApiError> {
    Ok(Json(audit.verify(caller.scope()).await?))
}
