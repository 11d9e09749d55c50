//! Routes of chosen chats and their history, below `/api/bd-accounts`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Refusals};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands::{self, Selection},
    queries::{self, SyncChat, SyncStatus},
};
use crate::BdAccounts;

type Service = State<Arc<BdAccounts>>;
type Answer<T> = Result<Json<T>, ApiError>;

/// Chats that are stored.
#[derive(Serialize, ToSchema)]
pub struct SyncChatList {
    items: Vec<SyncChat>,
}

pub fn routes() -> OpenApiRouter<Arc<BdAccounts>> {
    OpenApiRouter::new()
        .routes(routes!(list, select))
        .routes(routes!(start))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(status))
}

/// Lists the chats of an account that are stored
#[utoipa::path(
    get, path = "/{id}/sync-chats", operation_id = "listSyncChats", tag = "Accounts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "All of them, by title", body = SyncChatList), Refusals)
)]
async fn list(State(accounts): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<SyncChatList> {
    Ok(Json(SyncChatList { items: queries::chats(&accounts, caller.scope(), id).await? }))
}

/// Chooses the chats that are stored
///
/// In place of those before. Nothing of any other chat is stored; what was stored of those left out stays.
#[utoipa::path(
    post, path = "/{id}/sync-chats", operation_id = "selectSyncChats", tag = "Accounts", params(("id" = Uuid, Path)),
    request_body = Selection,
    responses((status = 200, description = "All of them, by title", body = SyncChatList), Refusals)
)]
async fn select(
    State(accounts): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<Selection>,
) -> Answer<SyncChatList> {
    Ok(Json(SyncChatList { items: commands::select(&accounts, caller.scope(), id, &body).await? }))
}

/// Reads in the history of the chosen chats
#[utoipa::path(
    post, path = "/{id}/sync-start", operation_id = "startSync", tag = "Accounts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "How far it is", body = SyncStatus), Refusals)
)]
async fn start(State(accounts): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<SyncStatus> {
    Ok(Json(commands::start(&accounts, caller.scope(), id).await?))
}

/// Pauses reading in history
///
/// New messages come in all the same.
#[utoipa::path(
    post, path = "/{id}/sync-pause", operation_id = "pauseSync", tag = "Accounts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "How far it is", body = SyncStatus), Refusals)
)]
async fn pause(State(accounts): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<SyncStatus> {
    Ok(Json(commands::pause(&accounts, caller.scope(), id).await?))
}

/// Goes on reading in history
#[utoipa::path(
    post, path = "/{id}/sync-resume", operation_id = "resumeSync", tag = "Accounts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "How far it is", body = SyncStatus), Refusals)
)]
async fn resume(State(accounts): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<SyncStatus> {
    Ok(Json(commands::resume(&accounts, caller.scope(), id).await?))
}

/// Gets how far reading in the history is
#[utoipa::path(
    get, path = "/{id}/sync-status", operation_id = "getSyncStatus", tag = "Accounts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "How far it is", body = SyncStatus), Refusals)
)]
async fn status(State(accounts): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<SyncStatus> {
    Ok(Json(queries::status(&accounts, caller.scope(), id).await?))
}
