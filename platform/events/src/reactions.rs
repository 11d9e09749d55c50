//! One event to one handler: in a transaction of its own with an inbox row, so that it has its effect once however often it
//! is delivered; set aside when it keeps failing.

use std::time::Duration;

use db::{Db, Error};
use kernel::{OrgId, Scope};
use sea_orm::ConnectionTrait;

use crate::{Event, Handler, HandlerError, statement};

/// Tries of one event by one handler before it is set aside, and the pause after the first of them.
const TRIES: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// How a delivery ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The handler has reacted, now or before.
    Done,
    /// It does not react to this one.
    Unwanted,
    /// It kept failing.
    SetAside,
}

/// Delivers an event, trying again when the handler fails.
pub(crate) async fn deliver(db: &Db, handler: &dyn Handler, event: &Event) -> Result<Outcome, Error> {
    // Who cannot tell tries to react: that is tried again, and set aside when it keeps failing.
    if !handler.wants(event).await.unwrap_or(true) {
        return Ok(Outcome::Unwanted);
    }
    let mut pause = FIRST_PAUSE;
    let mut attempt = 1;
    loop {
        match react(db, handler, event).await {
            Ok(()) => return Ok(Outcome::Done),
            Err(error) if attempt == TRIES => return set_aside(db, handler, event, &error.to_string()).await,
            Err(error) => {
                tracing::warn!(handler = handler.name(), event_id = %event.id, attempt, %error, "handler failed; trying again");
                tokio::time::sleep(pause).await;
                pause *= 4;
                attempt += 1;
            }
        }
    }
}

async fn react(db: &Db, handler: &dyn Handler, event: &Event) -> Result<(), HandlerError> {
    let mut scope = Scope::system(OrgId(event.org_id), &event.request_id);
    scope.cause_event_id = Some(event.id);
    scope.batch_id = event.batch_id;
    let tx = db.begin(&scope).await?;
    let mark = "insert into event_inbox (handler, event_id, done_at) values ($1, $2, $3) on conflict do nothing";
    let values = [handler.name().into(), event.id.into(), tx.clock().now().into()];
    if tx.execute_raw(statement(db, mark, values)).await?.rows_affected() == 0 {
        return Ok(());
    }
    handler.handle(&tx, event).await?;
    Ok(tx.commit().await?)
}

/// Notes that a handler gave an event up, for a person to look at.
pub(crate) async fn set_aside(db: &Db, handler: &dyn Handler, event: &Event, error: &str) -> Result<Outcome, Error> {
    tracing::error!(handler = handler.name(), event_id = %event.id, kind = event.kind, %error, "event set aside");
    metrics::counter!("rapport_event_dead_letters_total", "handler" => handler.name()).increment(1);
    let tx = db.begin_system().await?;
    let sql = "insert into event_dead_letters (handler, event_id, org_id, error, failed_at) \
               values ($1, $2, $3, $4, $5) on conflict do nothing";
    let values = [handler.name().into(), event.id.into(), event.org_id.into(), error.into(), tx.clock().now().into()];
    tx.execute_raw(statement(db, sql, values)).await?;
    tx.commit().await?;
    Ok(Outcome::SetAside)
}
