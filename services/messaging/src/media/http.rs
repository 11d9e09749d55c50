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
    commands::{self, Found, Stored, UploadedFile},
    range::{self, Wanted},
    sniff::is_shown,
};
use crate::{Messaging, messages::view::MediaState};

/// What a file is called.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct UploadParams {
    file_name: String,
}

/// How a file stands that is not here yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct MediaPending {
    state: MediaState,
}

/// Routes below `/api/messaging`.
pub fn routes() -> OpenApiRouter<Arc<Messaging>> {
    OpenApiRouter::new().routes(routes!(upload)).routes(routes!(read))
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

/// Reads a file of a message
///
/// Or a range of it. One that is still with the channel is asked for, and `media.ready` tells when it is here.
#[utoipa::path(
    get, path = "/media/{id}", operation_id = "readMedia", tag = "Messaging", params(("id" = Uuid, Path)),
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
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    match commands::find(&service, caller.scope(), id).await? {
        Found::Wanted => Ok((StatusCode::ACCEPTED, Json(MediaPending { state: MediaState::Wanted })).into_response()),
        Found::Ready(stored, key, size) => {
            let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
            answer(&service, caller.scope(), (stored, key, size), range::wanted(range, size)).await
        }
    }
}

async fn answer(
    service: &Messaging,
    scope: &Scope,
    (stored, key, size): (Stored, String, u64),
    wanted: Wanted,
) -> Result<Response, ApiError> {
    let (status, part) = match wanted {
        Wanted::Whole => (StatusCode::OK, 0..size),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Wanted::Nothing => {
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, format!("bytes */{size}"))])
                .into_response());
        }
    };
    let pieces = commands::read(service, scope, &key, part.clone()).await?;
    let shown = is_shown(&stored.mime_type);
    let mime_type = if shown { stored.mime_type } else { "application/octet-stream".to_owned() };
    let name = encoded(stored.file_name.as_deref().unwrap_or("file"));
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
