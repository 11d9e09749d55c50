//! `/health/live` (the process answers), `/health/ready` (it can serve), `/health` (each dependency by name) and
//! `/metrics`.

use std::net::SocketAddr;

use axum::{
    Json, Router,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use db::{Db, migrate};
use realtime::Hub;
use sea_orm::{ConnectionTrait, Statement};
use serde::Serialize;
use subtle::ConstantTimeEq;
use telemetry::Metrics;
use tokio::time::Instant;

use crate::compose::{App, migrations};

#[derive(Clone)]
struct Health {
    db: Db,
    metrics: Metrics,
    metrics_token: Option<String>,
    hub: Hub,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    status: &'static str,
    version: &'static str,
    dependencies: Vec<Dependency>,
    live: Live,
}

#[derive(Serialize)]
struct Live {
    /// Open sockets and streams of this process.
    connections: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dependency {
    name: &'static str,
    kind: String,
    status: &'static str,
    latency_ms: f64,
}

/// Routes outside authentication and rate limits: load balancers call them often.
pub fn routes(app: &App) -> Router {
    let health = Health {
        db: app.db.clone(),
        metrics: Metrics::of_process(),
        metrics_token: app.settings.metrics_token.as_ref().map(|t| t.expose().to_owned()),
        hub: app.hub.clone(),
    };
    Router::new()
        .route("/health", get(report))
        .route("/health/live", get(|| async { Json(serde_json::json!({"status": "ok"})) }))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(health)
}

async fn report(State(health): State<Health>) -> Response {
    let database = health.database().await;
    let up = database.status == "ok";
    let status = if up { "ok" } else { "down" };
    let live = Live { connections: health.hub.connections() };
    let report = Report { status, version: env!("CARGO_PKG_VERSION"), dependencies: vec![database], live };
    (code(up), Json(report)).into_response()
}

async fn ready(State(health): State<Health>) -> Response {
    let migrated = migrate::pending(&health.db, &migrations()).await.is_ok_and(|pending| pending.is_empty());
    let up = migrated && health.database().await.status == "ok";
    let status = if up { "ok" } else { "not ready" };
    (code(up), Json(serde_json::json!({"status": status}))).into_response()
}

async fn metrics(State(health): State<Health>, request: Request) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|p| p.0);
    if !health.may_read_metrics(peer, request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], health.metrics.render()).into_response()
}

fn code(up: bool) -> StatusCode {
    if up { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

impl Health {
    async fn database(&self) -> Dependency {
        let started = Instant::now();
        let ping = Statement::from_string(self.db.backend(), "select 1 as one");
        let up = self.db.system_reader().query_one_raw(ping).await.is_ok();
        Dependency {
            name: "database",
            kind: format!("{:?}", self.db.backend()).to_lowercase(),
            status: if up { "ok" } else { "down" },
            latency_ms: (started.elapsed().as_secs_f64() * 100_000.0).round() / 100.0,
        }
    }

    /// With the token, or – when none is set – from this machine and not through a proxy.
    fn may_read_metrics(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> bool {
        match &self.metrics_token {
            Some(token) => {
                let given = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
                let given = given.strip_prefix("Bearer ").unwrap_or_default();
                given.as_bytes().ct_eq(token.as_bytes()).into()
            }
            None => peer.is_some_and(|p| p.ip().is_loopback()) && !headers.contains_key("x-forwarded-for"),
        }
    }
}
