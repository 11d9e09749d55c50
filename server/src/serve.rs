//! The running server: listens, dispatches events, runs jobs, keeps house, and stops without losing anything.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use blobs::Blobs;
use chrono::TimeDelta;
use cluster::{Cluster, Topic};
use db::Db;
use events::Dispatcher;
use jobs::Lease;
use messaging::TheyType;
use realtime::Hub;
use sea_orm::DbBackend;
use tokio::{
    net::TcpListener,
    signal::unix::SignalKind,
    sync::broadcast::{Receiver, error::RecvError},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::{compose::App, roles::Roles};

const HOUSEKEEPING_EVERY: Duration = Duration::from_mins(10);
/// Webhooks that one process sends to at the same time.
const COURIERS: usize = 8;
/// How long an `Idempotency-Key` is remembered.
const KEYS_KEPT: TimeDelta = TimeDelta::hours(24);

/// How long a file may take to come in.
const PARTS_KEPT: Duration = Duration::from_hours(24);
/// How long a job that is done can be looked at.
const JOBS_KEPT: TimeDelta = TimeDelta::days(7);

/// Serves until the process is told to stop.
///
/// # Errors
/// When the address is taken or the server fails.
pub async fn run(app: App, roles: Roles) -> Result<()> {
    let address = app.settings.listen;
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("{address} cannot be listened on (is another Rapport running? RAPPORT_LISTEN chooses another address)")
    })?;
    let stop = CancellationToken::new();
    let mut tasks = background(&app, &roles, &stop);
    let url = app.settings.public_url.as_str().to_owned();
    tracing::info!(%address, url, version = env!("CARGO_PKG_VERSION"), "Rapport is ready");
    let grace = Duration::from_secs(app.settings.shutdown_grace_seconds.into());
    // Sockets stay open for hours: they pass neither the time limit nor the request log of the router.
    let (sockets, opened) = realtime::layer(app.hub.clone());
    let router = app.router_of(&roles);
    let router = if roles.realtime { router.layer(sockets) } else { router };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
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

fn background(app: &App, roles: &Roles, stop: &CancellationToken) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    if roles.worker {
        let (dispatcher, schedules, cancel) = (Arc::clone(&app.dispatcher), Arc::clone(&app.schedules), stop.clone());
        let lease = Lease::new(app.db.clone(), "dispatcher");
        let (db, blobs) = (app.db.clone(), app.files.0.clone());
        let kept = TimeDelta::days(app.settings.events_kept_days.into());
        tasks.spawn(async move {
            let work = |term: CancellationToken| async {
                tokio::join!(
                    dispatcher.run(term.clone()),
                    schedules.run(term.clone()),
                    keep_house(&db, &dispatcher, (&blobs, kept), term)
                );
            };
            lease.lead(cancel, work).await;
        });
        let (dispatcher, cancel) = (Arc::clone(&app.dispatcher), stop.clone());
        let handlers = dispatcher.handlers().iter().filter(|handler| roles.do_work(handler.name())).cloned().collect();
        tasks.spawn(async move { dispatcher.consume(handlers, cancel).await });
        let runner = Arc::new(app.runner.only(|kind| roles.do_work(kind)));
        let (cancel, workers) = (stop.clone(), app.settings.workers);
        tasks.spawn(async move { runner.run(workers, cancel).await });
        let (couriers, cancel) = (Arc::new(app.couriers.only(|kind| roles.do_work(kind))), stop.clone());
        tasks.spawn(async move { couriers.run(COURIERS, cancel).await });
    }
    if roles.telegram
        && let Some(telegrams) = app.telegrams()
    {
        let (db, cancel) = (app.db.clone(), stop.clone());
        tasks.spawn(async move {
            // SQLite has one process: whoever kept accounts before is gone.
            if db.backend() == DbBackend::Sqlite
                && let Err(error) = bd_accounts::leases::release_all(&db).await
            {
                tracing::warn!(%error, "accounts that the last run kept are taken when their leases run out");
            }
            telegrams.run(cancel).await;
        });
    }
    let (typing, hub, cancel) = (app.messaging.subscribe_typing(), app.hub.clone(), stop.clone());
    tasks.spawn(async move { cancel.run_until_cancelled(show_typing(typing, hub)).await.unwrap_or_default() });
    tasks.spawn(link(app.db.clone(), Arc::clone(&app.dispatcher), app.cluster.clone(), stop.clone()));
    if roles.realtime {
        let (hub, cancel) = (app.hub.clone(), stop.clone());
        tasks.spawn(async move { hub.run(cancel).await });
    }
    tasks
}

/// Shows those who look at a chat that the other side types.
async fn show_typing(mut typing: Receiver<TheyType>, hub: Hub) {
    loop {
        match typing.recv().await {
            Ok(they) => hub.show_typing(they.org, &format!("chat:{}", they.chat), they.part, &they.name),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// Passes what happens in this process on to the others, and what happens there to this one.
async fn link(db: Db, dispatcher: Arc<Dispatcher>, cluster: Cluster, cancel: CancellationToken) {
    if !cluster.is_shared() {
        return;
    }
    let (mut commits, mut placed, mut words) = (db.commits(), dispatcher.placed_here(), cluster.listen());
    let exchange = async {
        loop {
            tokio::select! {
                () = commits.next() => cluster.say(Topic::Committed, ""),
                () = placed.next() => cluster.say(Topic::Placed, ""),
                word = words.recv() => match word.map(|word| word.topic) {
                    Ok(Topic::Committed) => db.hear_of_commit(),
                    Ok(Topic::Placed) => dispatcher.placed_elsewhere(),
                    Ok(Topic::Missed) | Err(RecvError::Lagged(_)) => {
                        db.hear_of_commit();
                        dispatcher.placed_elsewhere();
                    }
                    Ok(Topic::Presence | Topic::Typing) => {}
                    Err(RecvError::Closed) => return,
                },
            }
        }
    };
    tokio::join!(cluster.run(cancel.clone()), cancel.run_until_cancelled(exchange));
}

async fn keep_house(
    db: &Db,
    dispatcher: &Dispatcher,
    (blobs, events_kept): (&Blobs, TimeDelta),
    cancel: CancellationToken,
) {
    loop {
        if let Err(error) = forget_events(db, dispatcher, events_kept, &cancel).await {
            tracing::warn!(%error, "old events could not be deleted");
        }
        if let Err(error) = forget_jobs(db, &cancel).await {
            tracing::warn!(%error, "jobs that are done could not be deleted");
        }
        if let Err(error) = db::forget_expired(db, db.clock().now() - KEYS_KEPT).await {
            tracing::warn!(%error, "old idempotency keys could not be deleted");
        }
        match blobs.forget_parts(PARTS_KEPT).await {
            Ok(0) => {}
            Ok(parts) => tracing::info!(parts, "files that did not come whole were cleared away"),
            Err(error) => tracing::warn!(%error, "files that did not come whole could not be cleared away"),
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

async fn forget_jobs(db: &Db, cancel: &CancellationToken) -> Result<(), db::Error> {
    let before = db.clock().now() - JOBS_KEPT;
    while !cancel.is_cancelled() && jobs::forget_done(db, before).await? > 0 {}
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
