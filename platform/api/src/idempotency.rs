//! `Idempotency-Key` on POST: a repeated request gets the first one's answer and changes nothing
//! (draft-ietf-httpapi-idempotency-key-header). The mark itself is written by the command's transaction (`db`).

use std::sync::Arc;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use db::Db;
use kernel::{ErrorKind, scope::IdempotencyMark};
use sha2::{Digest, Sha256};

use crate::{ApiError, Principal, auth::Credentials};

/// Largest body of a request with a key, and largest answer kept for replay, bytes.
const MAX_BYTES: usize = 1 << 20;

/// Replays known answers, and lets the first request of a key through with its mark.
pub async fn replay(State(db): State<Db>, request: Request, next: Next) -> Response {
    let key = match request.headers().get("idempotency-key") {
        Some(value) if request.method() == Method::POST && !is_secret(request.uri().path()) => {
            value.to_str().unwrap_or_default().to_owned()
        }
        _ => return next.run(request).await,
    };
    let Some(Credentials::Accepted(principal)) = request.extensions().get::<Credentials>().cloned() else {
        return next.run(request).await;
    };
    once(&db, &principal, key, request, next).await.unwrap_or_else(IntoResponse::into_response)
}

/// What is answered there (tokens, keys, secrets of authenticator apps, backup codes, links of invitations) is not kept anywhere. A new organization is
/// no secret.
fn is_secret(path: &str) -> bool {
    const SECRET: [&str; 3] = ["/api/api-keys", "/api/team/members/invite", "/api/team/invitations/"];
    (path.starts_with("/api/auth/") && path != "/api/auth/organizations")
        || SECRET.iter().any(|beginning| path.starts_with(beginning))
}

async fn once(
    db: &Db,
    principal: &Arc<Principal>,
    key: String,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    if key.is_empty() || key.len() > 200 || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(ApiError::new(ErrorKind::Malformed, "idempotency.key"));
    }
    let (mut parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BYTES).await.map_err(|_| ApiError::new(ErrorKind::TooLarge, "body.too_large"))?;
    let mut hash = Sha256::new();
    hash.update(principal.scope.org_id.0.as_bytes());
    hash.update(parts.uri.to_string().as_bytes());
    hash.update(&body);
    let fingerprint: [u8; 32] = hash.finalize().into();
    let who = principal.scope.actor.id().unwrap_or(principal.scope.org_id.0);

    if let Some(recorded) = db::recall(db, who, &key).await? {
        if recorded.fingerprint != fingerprint {
            return Err(ApiError::new(ErrorKind::Invalid, "idempotency.mismatch"));
        }
        let (status, answer) = recorded.answer.ok_or(ApiError::new(ErrorKind::Conflict, "idempotency.in_progress"))?;
        return Ok(replayed(status, answer));
    }
    let mut marked = Principal::clone(principal);
    marked.scope.idempotency = Some(Arc::new(IdempotencyMark { key: key.clone(), fingerprint }));
    parts.extensions.insert(Credentials::Accepted(Arc::new(marked)));
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    keep(db, who, &key, response).await
}

/// Keeps a success for replay; a refusal left no mark and may be tried again.
async fn keep(db: &Db, who: uuid::Uuid, key: &str, response: Response) -> Result<Response, ApiError> {
    if !response.status().is_success() {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body: Bytes = to_bytes(body, MAX_BYTES).await.map_err(|_| ApiError::new(ErrorKind::Internal, "internal"))?;
    db::remember_answer(db, who, key, parts.status.as_u16(), &body).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn replayed(status: u16, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    response
}
