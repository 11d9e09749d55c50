//! `/health/live` (the process answers), `/health/ready` (it can serve), `/health` (each dependency by name) and
//! `/metrics`.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use blobs::Blobs;
use cluster::Cluster;
use db::{Db, migrate};
use events::RabbitMq;
use mail::Mail;
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
    broker: Option<RabbitMq>,
    cluster: Cluster,
    files: Blobs,
    files_kind: &'static str,
    mail: Arc<Mail>,
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
        broker: app.dispatcher.broker().cloned(),
        cluster: app.cluster.clone(),
        files: app.files.0.clone(),
        files_kind: if app.settings.files_url.is_some() { "s3" } else { "folder" },
        mail: app.mail.clone(),
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
    let up = database.status == OK;
    let others = [Some(health.files().await), health.broker().await, health.redis().await, health.mail().await];
    let others = others.into_iter().flatten();
    let dependencies: Vec<_> = std::iter::once(database).chain(others).collect();
    // Without a broker or Redis nothing fails: events wait, and each process counts for itself. Without files messages go
    // without them, and mail waits.
    let status = match up {
        true if dependencies.iter().all(|dependency| dependency.status == OK) => OK,
        true => "degraded",
        false => DOWN,
    };
    let live = Live { connections: health.hub.connections() };
    let report = Report { status, version: env!("CARGO_PKG_VERSION"), dependencies, live };
    (code(up), Json(report)).into_response()
}

async fn ready(State(health): State<Health>) -> Response {
    let migrated = migrate::pending(&health.db, &migrations()).await.is_ok_and(|pending| pending.is_empty());
    let up = migrated && health.database().await.status == OK;
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

const OK: &str = "ok";
const DOWN: &str = "down";
/// How long a dependency may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

async fn ask(name: &'static str, kind: &str, answers: impl Future<Output = bool>) -> Dependency {
    let started = Instant::now();
    let up = tokio::time::timeout(PATIENCE, answers).await.unwrap_or(false);
    Dependency {
        name,
        kind: kind.to_owned(),
        status: if up { OK } else { DOWN },
        latency_ms: (started.elapsed().as_secs_f64() * 100_000.0).round() / 100.0,
    }
}

impl Health {
    async fn database(&self) -> Dependency {
        let ping = async {
            let ping = Statement::from_string(self.db.backend(), "select 1 as one");
            self.db.system_reader().query_one_raw(ping).await.is_ok()
        };
        ask("database", &format!("{:?}", self.db.backend()).to_lowercase(), ping).await
    }

    async fn broker(&self) -> Option<Dependency> {
        let broker = self.broker.as_ref()?;
        Some(ask("broker", "rabbitmq", broker.is_up()).await)
    }

    async fn files(&self) -> Dependency {
        ask("files", self.files_kind, async { self.files.answers().await.is_ok() }).await
    }

    async fn redis(&self) -> Option<Dependency> {
        let answers = async { self.cluster.is_up().await.unwrap_or(false) };
        if self.cluster.is_shared() { Some(ask("redis", "redis", answers).await) } else { None }
    }

    /// Where mail is sent. What is wrong with it is in the log and told by `rapport doctor`: this answer is for everybody.
    async fn mail(&self) -> Option<Dependency> {
        let started = Instant::now();
        let condition = tokio::time::timeout(PATIENCE, self.mail.condition()).await;
        let (kind, up) = match condition {
            Ok(None) => return None,
            Ok(Some(condition)) if condition.transport == "outbox" => return None,
            Ok(Some(condition)) => (condition.transport, condition.problem.is_none()),
            Err(_) => ("smtp", false),
        };
        let latency_ms = (started.elapsed().as_secs_f64() * 100_000.0).round() / 100.0;
        Some(Dependency { name: "mail", kind: kind.to_owned(), status: if up { OK } else { DOWN }, latency_ms })
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
