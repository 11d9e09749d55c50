//! Routes of imports of history.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::{collections::HashSet, sync::Arc};

use api::{ApiError, Caller, Json, Path, Query, Refusals};
use axum::{body::Body, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands,
    queries::{self, ListedChatImport},
    store::{ChosenChat, FoundChat, Row},
};
use crate::{Messaging, chats::http::CursorPage};

api::words! {
    /// Where an import of history stands.
    ChatImportStatus {
        /// It was looked at.
        Ready = "ready",
        Running = "running",
        Completed = "completed",
        Failed = "failed",
        Reverting = "reverting",
        Reverted = "reverted",
    }
}

/// What a file is called.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct UploadParams {
    file_name: String,
}

/// Which part of the list is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct ListParams {
    /// `nextCursor` of the part before.
    cursor: Option<String>,
    /// Imports of a part, 20 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
}

/// Imports of history, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatImportList {
    items: Vec<ListedChatImport>,
    page: CursorPage,
}

/// An import of history.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChatImport {
    id: Uuid,
    file_name: String,
    status: ChatImportStatus,
    #[schema(required)]
    account_id: Option<Uuid>,
    /// What the file has.
    chats: Vec<FoundChat>,
    /// Of those that were chosen.
    messages_total: u64,
    messages_done: i64,
    /// How many were not here before; known at the end.
    messages_new: i64,
    /// Files that came with the export; none with `result.json` alone.
    files_total: u64,
    /// Files that messages have by it.
    files_done: i64,
    #[schema(required)]
    error: Option<String>,
    created_at: DateTime<Utc>,
}

impl From<Row> for ChatImport {
    fn from(row: Row) -> Self {
        let (chats, plan, files_total) = (row.chats(), row.plan(), row.files());
        let chosen: HashSet<&str> = plan.chats.iter().map(|chat| chat.id.as_str()).collect();
        let chosen = |chat: &&FoundChat| chosen.contains(chat.id.as_str());
        Self {
            id: row.id,
            status: ChatImportStatus::parse(&row.status).unwrap_or(ChatImportStatus::Failed),
            account_id: row.account_id,
            messages_total: chats.iter().filter(chosen).map(|chat| chat.messages).sum(),
            chats,
            file_name: row.file_name,
            messages_done: row.messages_done,
            messages_new: row.messages_new,
            files_total,
            files_done: row.files_done,
            error: row.error,
            created_at: row.created_at,
        }
    }
}

/// What is to be taken in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StartChatImport {
    /// Whose history it is.
    account_id: Uuid,
    chats: Vec<ChosenChat>,
}

/// Routes below `/api/messaging`.
pub fn routes() -> OpenApiRouter<Arc<Messaging>> {
    OpenApiRouter::new()
        .routes(routes!(list, upload))
        .routes(routes!(get))
        .routes(routes!(start))
        .routes(routes!(revert))
}

/// Lists imports of history
///
/// Newest first: one's own, or everybody's for who reaches the whole organization.
#[utoipa::path(
    get, path = "/imports", operation_id = "listChatImports", tag = "Messaging", params(ListParams),
    responses((status = 200, description = "A part of the list", body = ChatImportList), Refusals)
)]
async fn list(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Query(params): Query<ListParams>,
) -> Result<Json<ChatImportList>, ApiError> {
    let limit = params.limit.unwrap_or(20);
    let cursor = params.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let part = queries::list(&service, caller.scope(), cursor, limit).await?;
    Ok(Json(ChatImportList { items: part.items, page: CursorPage { limit, next_cursor: part.next_cursor } }))
}

/// Uploads an export of Telegram Desktop
///
/// The body is `result.json`, or a zip of the folder that Telegram Desktop makes, with its files; at most 8 GB. It is only
/// looked at; `start` takes it in.
#[utoipa::path(
    post, path = "/imports", operation_id = "uploadChatImport", tag = "Messaging", params(UploadParams),
    request_body(content = String, content_type = "application/octet-stream", description = "The file"),
    responses((status = 201, description = "What it has", body = ChatImport), Refusals)
)]
async fn upload(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Query(params): Query<UploadParams>,
    body: Body,
) -> Result<(StatusCode, Json<ChatImport>), ApiError> {
    let row = commands::upload(&service, caller.scope(), &params.file_name, body).await?;
    Ok((StatusCode::CREATED, Json(row.into())))
}

/// Gets an import of history
#[utoipa::path(
    get, path = "/imports/{id}", operation_id = "getChatImport", tag = "Messaging", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The import", body = ChatImport), Refusals)
)]
async fn get(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<ChatImport>, ApiError> {
    Ok(Json(commands::get(&service, caller.scope(), id).await?.into()))
}

/// Starts an import of history
///
/// Messages that are here already stay as they are.
#[utoipa::path(
    post, path = "/imports/{id}/start", operation_id = "startChatImport", tag = "Messaging",
    params(("id" = Uuid, Path)), request_body = StartChatImport,
    responses((status = 202, description = "It runs", body = ChatImport), Refusals)
)]
async fn start(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<StartChatImport>,
) -> Result<(StatusCode, Json<ChatImport>), ApiError> {
    let row = commands::start(&service, caller.scope(), id, body.account_id, body.chats).await?;
    Ok((StatusCode::ACCEPTED, Json(row.into())))
}

/// Takes an import of history back
///
/// What it brought is removed; what was here before, or came since, stays.
#[utoipa::path(
    post, path = "/imports/{id}/revert", operation_id = "revertChatImport", tag = "Messaging",
    params(("id" = Uuid, Path)), responses((status = 202, description = "It runs", body = ChatImport), Refusals)
)]
async fn revert(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<(StatusCode, Json<ChatImport>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(commands::revert(&service, caller.scope(), id).await?.into())))
}
