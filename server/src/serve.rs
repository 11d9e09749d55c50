//! The running server: listens, dispatches events, runs jobs, keeps house, and stops without losing anything.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use chrono::TimeDelta;
use db::Db;
use events::Dispatcher;
use tokio::{net::TcpListener, signal::unix::SignalKind, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::compose::App;

const HOUSEKEEPING_EVERY: Duration = Duration::from_mins(10);
/// How long an `Idempotency-Key` is remembered.
const KEYS_KEPT: TimeDelta = TimeDelta::hours(24);

/// Serves until the process is told to stop.
///
/// # Errors
/// When the address is taken or the server fails.
pub async fn run(app: App) -> Result<()> {
    let address = app.settings.listen;
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("{address} cannot be listened on (is another Rapport running? RAPPORT_LISTEN chooses another address)")
    })?;
    let stop = CancellationToken::new();
    let mut tasks = background(&app, &stop);
    let url = app.settings.public_url.as_str().to_owned();
    tracing::info!(%address, url, version = env!("CARGO_PKG_VERSION"), "Rapport is ready");
    let grace = Duration::from_secs(app.settings.shutdown_grace_seconds.into());
    // Sockets stay open for hours: they pass neither the time limit nor the request log of the router.
    let (sockets, opened) = realtime::layer(app.hub.clone());
    let service = app.router().layer(sockets).into_make_service_with_connect_info::<SocketAddr>();
    let signalled = stop.clone();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        wait_for_signal().await;
        tracing::info!("stopping: requests under way are finished, jobs go on after the next start");
        signalled.cancel();
    });
    // Idle keep-alive connections must not hold the stop up.
    let overdue = async {
        stop.cancelled().await;
        tokio::time::sleep(grace).await;
    };
    tokio::select! {
        ended = server => ended.context("the server failed")?,
        () = overdue => tracing::warn!("some requests did not finish in time"),
    }
    stop.cancel();
    opened.close().await;
    let _ = tokio::time::timeout(grace, async { while tasks.join_next().await.is_some() {} }).await;
    app.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

fn background(app: &App, stop: &CancellationToken) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let (dispatcher, cancel) = (Arc::clone(&app.dispatcher), stop.clone());
    tasks.spawn(async move { dispatcher.run(cancel).await });
    let (runner, cancel, workers) = (Arc::clone(&app.runner), stop.clone(), app.settings.workers);
    tasks.spawn(async move { runner.run(workers, cancel).await });
    let (hub, cancel) = (app.hub.clone(), stop.clone());
    tasks.spawn(async move { hub.run(cancel).await });
    let (db, dispatcher, cancel) = (app.db.clone(), Arc::clone(&app.dispatcher), stop.clone());
    let kept = TimeDelta::days(app.settings.events_kept_days.into());
    tasks.spawn(async move { keep_house(db, &dispatcher, kept, cancel).await });
    tasks
}

async fn keep_house(db: Db, dispatcher: &Dispatcher, events_kept: TimeDelta, cancel: CancellationToken) {
    loop {
        if let Err(error) = forget_events(&db, dispatcher, events_kept, &cancel).await {
            tracing::warn!(%error, "old events could not be deleted");
        }
        if let Err(error) = db::forget_expired(&db, db.clock().now() - KEYS_KEPT).await {
            tracing::warn!(%error, "old idempotency keys could not be deleted");
        }
        tokio::select! {
            () = cancel.cancelled() => return,
            () = tokio::time::sleep(HOUSEKEEPING_EVERY) => {}
        }
    }
}

async fn forget_events(
    db: &Db,
    dispatcher: &Dispatcher,
    kept: TimeDelta,
    cancel: &CancellationToken,
) -> Result<(), db::Error> {
    while !cancel.is_cancelled() && dispatcher.forget(db.clock().now() - kept).await? > 0 {}
    Ok(())
}

async fn wait_for_signal() {
    let terminated = async {
        match tokio::signal::unix::signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
