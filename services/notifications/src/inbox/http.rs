//! Routes of notifications. Everybody who is signed in has their own, and nobody anybody else's.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Query, Refusals};
use axum::extract::State;
use chrono::{DateTime, Utc};
use db::Params;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands,
    queries::{self, Notification, Shelf},
};
use crate::{Notifications, kinds::Category};

/// Which notifications are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// `inbox` unless given.
    #[param(inline)]
    filter: Option<Shelf>,
    category: Option<Category>,
    /// `nextCursor` of the part before.
    cursor: Option<String>,
    /// Notifications of a part, 20 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
}

/// Where a part of a list stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CursorPage {
    limit: u64,
    /// Null on the last part.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Notifications, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationList {
    items: Vec<Notification>,
    page: CursorPage,
}

/// How many notifications are unread, each counted to 100 at most.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnreadCount {
    unread: u64,
    mentions: u64,
}

/// Whether it is read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadMark {
    read: bool,
}

/// Notifications to be marked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadMarks {
    #[schema(max_items = 100)]
    ids: Vec<Uuid>,
    read: bool,
}

/// Which notifications are to be marked as read; all of the inbox unless given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ReadAll {
    category: Option<Category>,
    /// Only what happened by then: what came since was not seen.
    up_to: Option<DateTime<Utc>>,
}

/// How many notifications changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changed {
    changed: u64,
}

/// How many notifications changed, and which.
#[derive(Debug, Serialize, ToSchema)]
pub struct AllChanged {
    changed: u64,
    /// The newest 100 of them.
    ids: Vec<Uuid>,
}

/// Until when it is put off; null: no longer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Snooze {
    until: Option<DateTime<Utc>>,
}

/// Routes below `/api/v1/notifications`.
pub fn routes() -> OpenApiRouter<Arc<Notifications>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(count_unread))
        .routes(routes!(mark_one))
        .routes(routes!(mark_many))
        .routes(routes!(mark_all))
        .routes(routes!(snooze))
}

/// Lists notifications
///
/// Newest first, by `lastAt`.
#[utoipa::path(
    get, path = "", operation_id = "listNotifications", tag = "Notifications", params(Wanted),
    responses((status = 200, description = "A part of the list", body = NotificationList), Refusals)
)]
async fn list(
    State(service): State<Arc<Notifications>>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<NotificationList>, ApiError> {
    let limit = wanted.limit.unwrap_or(20).clamp(1, db::list::MAX_LIMIT);
    let params = Params { limit, cursor: wanted.cursor.filter(|c| !c.is_empty()), ..Params::default() };
    let which = (wanted.filter.unwrap_or(Shelf::Inbox), wanted.category);
    let part = queries::list(&service, caller.scope(), which, &params).await?;
    Ok(Json(NotificationList { items: part.items, page: CursorPage { limit, next_cursor: part.next_cursor } }))
}

/// Counts unread notifications
#[utoipa::path(
    get, path = "/unread-count", operation_id = "countUnreadNotifications", tag = "Notifications",
    responses((status = 200, description = "How many", body = UnreadCount), Refusals)
)]
async fn count_unread(
    State(service): State<Arc<Notifications>>,
    caller: Caller,
) -> Result<Json<UnreadCount>, ApiError> {
    let (unread, mentions) = queries::unread(&service, caller.scope()).await?;
    Ok(Json(UnreadCount { unread, mentions }))
}

/// Marks a notification as read, or as unread
#[utoipa::path(
    patch, path = "/{id}/read", operation_id = "markNotification", tag = "Notifications", params(("id" = Uuid, Path)),
    request_body = ReadMark,
    responses((status = 200, description = "The notification", body = Notification), Refusals)
)]
async fn mark_one(
    State(service): State<Arc<Notifications>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(mark): Json<ReadMark>,
) -> Result<Json<Notification>, ApiError> {
    Ok(Json(commands::read(&service, caller.scope(), id, mark.read).await?))
}

/// Marks notifications as read, or as unread
#[utoipa::path(
    post, path = "/read", operation_id = "markNotifications", tag = "Notifications", request_body = ReadMarks,
    responses((status = 200, description = "How many were not so before", body = Changed), Refusals)
)]
async fn mark_many(
    State(service): State<Arc<Notifications>>,
    caller: Caller,
    Json(marks): Json<ReadMarks>,
) -> Result<Json<Changed>, ApiError> {
    let changed = commands::read_many(&service, caller.scope(), &marks.ids, marks.read).await?;
    Ok(Json(Changed { changed }))
}

/// Marks all notifications as read
#[utoipa::path(
    post, path = "/read-all", operation_id = "markAllNotifications", tag = "Notifications", request_body = ReadAll,
    responses((status = 200, description = "How many were unread", body = AllChanged), Refusals)
)]
async fn mark_all(
    State(service): State<Arc<Notifications>>,
    caller: Caller,
    Json(which): Json<ReadAll>,
) -> Result<Json<AllChanged>, ApiError> {
    let (changed, ids) = commands::read_all(&service, caller.scope(), which.category, which.up_to).await?;
    Ok(Json(AllChanged { changed, ids }))
}

/// Puts a notification off
///
/// It is unread then, is out of the inbox until its time comes, and is told anew.
#[utoipa::path(
    post, path = "/{id}/snooze", operation_id = "snoozeNotification", tag = "Notifications",
    params(("id" = Uuid, Path)), request_body = Snooze,
    responses((status = 200, description = "The notification", body = Notification), Refusals)
)]
async fn snooze(
    State(service): State<Arc<Notifications>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<Snooze>,
) -> Result<Json<Notification>, ApiError> {
    Ok(Json(commands::snooze(&service, caller.scope(), id, body.until).await?))
}
