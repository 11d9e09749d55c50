//! `Idempotency-Key` on POST: a repeated request gets the first one's answer and changes nothing
//! (draft-ietf-httpapi-idempotency-key-header). The mark itself is written by the command's transaction (`db`). What is
//! answered may hold secrets that are shown once, so it is kept sealed, for its own key.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use db::Db;
use kernel::{ErrorKind, OrgId, scope::IdempotencyMark};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use vault::{Place, Vault};

use crate::{ApiError, Principal, auth::Credentials};

/// Largest body of a request with a key, and largest answer kept for replay, bytes.
const MAX_BYTES: usize = 1 << 20;

/// Where answers are kept, and what seals them.
#[derive(Clone)]
pub struct Answers {
    pub db: Db,
    pub vault: Arc<Vault>,
}

/// Whose answer to which request it is.
struct Asked {
    who: Uuid,
    org: OrgId,
    key: String,
}

impl Asked {
    /// No two requests have the same.
    fn place(&self) -> Place {
        let mut hash = Sha256::new();
        hash.update(self.who.as_bytes());
        hash.update(&self.key);
        let digest: [u8; 32] = hash.finalize().into();
        let mut row = [0; 16];
        row.copy_from_slice(&digest[..16]);
        Place { table: "idempotency_keys", column: "answer", org: self.org, row: Uuid::from_bytes(row) }
    }
}

/// Replays known answers, and lets the first request of a key through with its mark.
pub async fn replay(State(answers): State<Answers>, request: Request, next: Next) -> Response {
    let key = match request.headers().get("idempotency-key") {
        Some(value) if request.method() == Method::POST && !is_secret(request.uri().path()) => {
            value.to_str().unwrap_or_default().to_owned()
        }
        _ => return next.run(request).await,
    };
    let Some(Credentials::Accepted(principal)) = request.extensions().get::<Credentials>().cloned() else {
        return next.run(request).await;
    };
    once(&answers, &principal, key, request, next).await.unwrap_or_else(IntoResponse::into_response)
}

/// What is answered there (tokens, keys, secrets of authenticator apps, backup codes, links of invitations) is not kept anywhere. A new organization is
/// no secret.
fn is_secret(path: &str) -> bool {
    const SECRET: [&str; 3] = ["/api/api-keys", "/api/team/members/invite", "/api/team/invitations/"];
    (path.starts_with("/api/auth/") && path != "/api/auth/organizations")
        || SECRET.iter().any(|beginning| path.starts_with(beginning))
}

async fn once(
    answers: &Answers,
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

    let asked = Asked { who, org: principal.scope.org_id, key };
    if let Some(recorded) = db::recall(&answers.db, who, &asked.key).await? {
        if recorded.fingerprint != fingerprint {
            return Err(ApiError::new(ErrorKind::Invalid, "idempotency.mismatch"));
        }
        let kept =
            recorded.answer.and_then(|(status, sealed)| Some((status, opened(&answers.vault, &asked, &sealed)?)));
        let (status, answer) = kept.ok_or(ApiError::new(ErrorKind::Conflict, "idempotency.in_progress"))?;
        return Ok(replayed(status, answer));
    }
    let mut marked = Principal::clone(principal);
    marked.scope.idempotency = Some(Arc::new(IdempotencyMark { key: asked.key.clone(), fingerprint }));
    parts.extensions.insert(Credentials::Accepted(Arc::new(marked)));
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    keep(answers, &asked, response).await
}

/// Keeps a success for replay; a refusal left no mark and may be tried again.
async fn keep(answers: &Answers, asked: &Asked, response: Response) -> Result<Response, ApiError> {
    if !response.status().is_success() {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body: Bytes = to_bytes(body, MAX_BYTES).await.map_err(|_| ApiError::new(ErrorKind::Internal, "internal"))?;
    match answers.vault.seal(asked.place(), &body) {
        Ok(sealed) => {
            let status = parts.status.as_u16();
            db::remember_answer(&answers.db, asked.who, &asked.key, status, sealed.as_bytes()).await?;
        }
        // The request was done all the same; a repeated one learns that, and not the answer.
        Err(error) => tracing::error!(%error, "an answer could not be sealed, and is not kept"),
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// An answer as it was sent; none where no key opens it any more.
fn opened(vault: &Vault, asked: &Asked, sealed: &[u8]) -> Option<Vec<u8>> {
    let opened = std::str::from_utf8(sealed).ok().map(|sealed| vault.open(asked.place(), sealed))?;
    opened.inspect_err(|error| tracing::warn!(%error, "a kept answer cannot be opened")).ok()
}

fn replayed(status: u16, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    response
}
