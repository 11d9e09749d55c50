//! Around every request: its id, the caller's language, security headers, the time limit, one log line, metrics.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{Clock, ErrorKind, Locale};
use tokio::time::Instant;

use crate::{
    ApiError,
    context::{self, Origin, RequestContext},
    rate_limit::{Class, classify, client_address, one_client},
};

/// What the envelope needs to know.
#[derive(Clone)]
pub struct Envelope {
    pub clock: Clock,
    /// Time limit of ordinary requests; uploads and exports have sixty times as much.
    pub timeout: Duration,
    /// Served over https: tell browsers to stay there.
    pub https: bool,
    /// Take the client's address from what our own proxy wrote.
    pub trust_proxy: bool,
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// No inline script or style anywhere; images may also be data URLs. Voice messages and films are played from here.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                   media-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
                   form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", CSP),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=()"),
];

/// The outermost middleware.
pub async fn wrap(State(envelope): State<Envelope>, request: Request, next: Next) -> Response {
    let id = request_id(request.headers(), &envelope.clock);
    let accepted = request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|v| v.to_str().ok())
        .and_then(Locale::from_accept_language);
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let client = one_client(client_address(request.headers(), peer, envelope.trust_proxy));
    let context = RequestContext::new(Arc::clone(&id), accepted).coming_from(client);
    context.run(serve(envelope, id, request, next)).await
}

async fn serve(envelope: Envelope, id: Arc<str>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "unmatched".to_owned(), |p| p.as_str().to_owned());
    let limit = match classify(&method, request.uri().path()) {
        Class::Heavy => envelope.timeout * 60,
        _ => envelope.timeout,
    };
    let mut response = match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::new(ErrorKind::Unavailable, "request.timeout").into_response(),
    };
    let elapsed = started.elapsed();
    let status = response.status();
    let labels = [("method", method.to_string()), ("route", route.clone()), ("status", status.as_str().to_owned())];
    metrics::histogram!("rapport_http_request_seconds", &labels).record(elapsed.as_secs_f64());
    let Origin { client, org, user, key } = context::origin();
    tracing::info!(
        request_id = %id, %method, route, status = status.as_u16(),
        org_id = org.map(tracing::field::display), user_id = user.map(tracing::field::display),
        key_id = key.map(tracing::field::display), client = client.map(tracing::field::display),
        elapsed_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX), "request"
    );
    add_headers(response.headers_mut(), &id, envelope.https);
    response
}

fn add_headers(headers: &mut HeaderMap, id: &str, https: bool) {
    for (name, value) in HEADERS {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    if https {
        let hsts = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts);
    }
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, value);
    }
    // Answers of the API are about one caller at one moment; assets set their own.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// The caller's own id when it is a harmless token, so that logs of both sides meet; else a new one.
fn request_id(headers: &HeaderMap, clock: &Clock) -> Arc<str> {
    let given = headers.get(&REQUEST_ID).and_then(|v| v.to_str().ok());
    let harmless = |id: &&str| {
        (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    given.filter(harmless).map_or_else(|| clock.new_id().simple().to_string().into(), Arc::from)
}
