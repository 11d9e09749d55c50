//! Routes of files: what one is about to send, and the bytes of those of messages.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Query, Refusals};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::Scope;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands::{self, Found, Readable, UploadedFile},
    range::{self, Wanted},
    shared::{self, Shared, SharedKind},
    sniff::is_shown,
};
use crate::{Error, Messaging, chats::http::CursorPage, messages::view::MediaState};

/// What a file is called.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct UploadParams {
    file_name: String,
}

/// Whether its small picture is meant.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct ReadParams {
    /// `1` for the small picture of a photo.
    #[param(minimum = 0, maximum = 1)]
    thumb: Option<u8>,
}

impl ReadParams {
    fn thumb(&self) -> Result<bool, Error> {
        match self.thumb {
            None | Some(0) => Ok(false),
            Some(1) => Ok(true),
            Some(_) => Err(Error::field("thumb", "field.choice.unknown")),
        }
    }
}

/// What of a chat is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct SharedParams {
    /// All files unless given.
    #[param(inline)]
    kind: Option<SharedKind>,
    /// `nextCursor` of the part before.
    cursor: Option<String>,
    /// 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
}

/// What was shared in a chat, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharedList {
    items: Vec<Shared>,
    page: CursorPage,
}

/// How a file stands that is not here yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct MediaPending {
    state: MediaState,
}

/// Routes below `/api/messaging`.
pub fn routes() -> OpenApiRouter<Arc<Messaging>> {
    OpenApiRouter::new()
        .routes(routes!(upload))
        .routes(routes!(read_upload))
        .routes(routes!(read))
        .routes(routes!(shared))
}

/// Uploads a file
///
/// The body is the file itself, at most 50 MB. It is sent with a message.
#[utoipa::path(
    post, path = "/uploads", operation_id = "uploadMedia", tag = "Messaging", params(UploadParams),
    request_body(content = String, content_type = "application/octet-stream", description = "The file"),
    responses((status = 201, description = "Kept", body = UploadedFile), Refusals)
)]
async fn upload(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Query(params): Query<UploadParams>,
    body: Body,
) -> Result<(StatusCode, Json<UploadedFile>), ApiError> {
    let kept = commands::upload(&service, caller.scope(), &params.file_name, body).await?;
    Ok((StatusCode::CREATED, Json(kept)))
}

/// Reads a file that one has uploaded
///
/// As long as it was not forgotten: a week, if it was not sent.
#[utoipa::path(
    get, path = "/uploads/{id}", operation_id = "readUpload", tag = "Messaging",
    params(("id" = Uuid, Path), ReadParams),
    responses(
        (status = 200, description = "The file", content_type = "application/octet-stream", body = String),
        (status = 206, description = "A range of it", content_type = "application/octet-stream", body = String),
        Refusals
    )
)]
async fn read_upload(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(params): Query<ReadParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let file = commands::uploaded(&service, caller.scope(), id, params.thumb()?).await?;
    answer(&service, caller.scope(), file, &headers).await
}

/// Lists what was shared in a chat
///
/// Files of a kind or links, the newest first.
#[utoipa::path(
    get, path = "/chats/{id}/media", operation_id = "listChatMedia", tag = "Messaging",
    params(("id" = Uuid, Path), SharedParams),
    responses((status = 200, description = "A part of it", body = SharedList), Refusals)
)]
async fn shared(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(params): Query<SharedParams>,
) -> Result<Json<SharedList>, ApiError> {
    let limit = params.limit.unwrap_or(50).clamp(1, shared::MAX_LIMIT);
    let cursor = params.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let part = shared::list(&service, caller.scope(), (id, params.kind), (cursor, limit)).await?;
    Ok(Json(SharedList { items: part.items, page: CursorPage { limit, next_cursor: part.next_cursor } }))
}

/// Reads a file of a message
///
/// Or a range of it, or the small picture of a photo. One that is still with the channel is asked for, and `media.ready` tells when it is here.
#[utoipa::path(
    get, path = "/media/{id}", operation_id = "readMedia", tag = "Messaging",
    params(("id" = Uuid, Path), ReadParams),
    responses(
        (status = 200, description = "The file", content_type = "application/octet-stream", body = String),
        (status = 202, description = "It was asked for", body = MediaPending),
        (status = 206, description = "A range of it", content_type = "application/octet-stream", body = String),
        Refusals
    )
)]
async fn read(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(params): Query<ReadParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    match commands::find(&service, caller.scope(), id, params.thumb()?).await? {
        Found::Wanted => Ok((StatusCode::ACCEPTED, Json(MediaPending { state: MediaState::Wanted })).into_response()),
        Found::Ready(file) => answer(&service, caller.scope(), file, &headers).await,
    }
}

async fn answer(service: &Messaging, scope: &Scope, file: Readable, headers: &HeaderMap) -> Result<Response, ApiError> {
    let size = file.size_bytes;
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let (status, part) = match range::wanted(range, size) {
        Wanted::Whole => (StatusCode::OK, 0..size),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Wanted::Nothing => {
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, format!("bytes */{size}"))])
                .into_response());
        }
    };
    let pieces = commands::read(service, scope, &file.key, part.clone()).await?;
    let shown = is_shown(&file.mime_type);
    let mime_type = if shown { file.mime_type } else { "application/octet-stream".to_owned() };
    let name = encoded(&file.file_name);
    let how = if shown { "inline" } else { "attachment" };
    let mut response = (status, Body::from_stream(pieces)).into_response();
    let all = response.headers_mut();
    for (header, value) in [
        (header::CONTENT_TYPE, mime_type),
        (header::CONTENT_LENGTH, (part.end - part.start).to_string()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CACHE_CONTROL, "private, max-age=86400, immutable".to_owned()),
        (header::CONTENT_DISPOSITION, format!("{how}; filename*=UTF-8''{name}")),
    ] {
        if let Ok(value) = value.parse() {
            all.insert(header, value);
        }
    }
    if status == StatusCode::PARTIAL_CONTENT
        && let Ok(value) = format!("bytes {}-{}/{size}", part.start, part.end - 1).parse()
    {
        all.insert(header::CONTENT_RANGE, value);
    }
    Ok(response)
}

/// A name as RFC 8187 has it.
fn encoded(name: &str) -> String {
    use std::fmt::Write;
    name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}
