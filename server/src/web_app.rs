//! The web app, embedded: hashed assets for ever, everything else revalidated, every page address answered by the one
//! HTML file. Unknown addresses under `/api` are errors, not pages.

use std::{borrow::Cow, fmt::Write};

use api::ApiError;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use kernel::ErrorKind;
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[exclude = "*.map"]
#[exclude = ".vite/*"]
#[allow_missing = true]
struct Files;

/// Serves a file of the web app, or its page.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") || path == "api" || path.starts_with("health") {
        return ApiError::new(ErrorKind::NotFound, "not_found").into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return ApiError::new(ErrorKind::MethodNotAllowed, "method.not_allowed").into_response();
    }
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    match (Files::get(path), is_file) {
        (Some(_), _) if !path.is_empty() => file(path, &headers),
        // A file that is gone (an old asset) must not be answered by a page.
        (None, true) => ApiError::new(ErrorKind::NotFound, "not_found").into_response(),
        _ => file("index.html", &headers),
    }
}

fn file(path: &str, headers: &HeaderMap) -> Response {
    let accepts_brotli = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.split(',').any(|e| e.trim().starts_with("br")));
    let compressed = accepts_brotli.then(|| Files::get(&format!("{path}.br"))).flatten();
    let Some(file) = Files::get(path) else { return missing() };
    let tag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..12]));
    if headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()) == Some(&tag) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let mime = file.metadata.mimetype().to_owned();
    let brotli = compressed.is_some();
    let mut response = Response::new(body(compressed.unwrap_or(file)));
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, &with_charset(&mime));
    set(header::ETAG, &tag);
    set(header::VARY, "accept-encoding");
    set(
        header::CACHE_CONTROL,
        if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" },
    );
    if brotli {
        set(header::CONTENT_ENCODING, "br");
    }
    response
}

fn body(file: EmbeddedFile) -> Body {
    match file.data {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    }
}

fn with_charset(mime: &str) -> String {
    if mime.starts_with("text/") || mime.ends_with("javascript") {
        format!("{mime}; charset=utf-8")
    } else {
        mime.to_owned()
    }
}

fn missing() -> Response {
    let text = "The web app is not part of this build. Run `make run`, or build web/ first.";
    (StatusCode::NOT_FOUND, text).into_response()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
