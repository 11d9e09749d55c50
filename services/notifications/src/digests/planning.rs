//! When the digests of a person come: a job at their next slot for what waits.

use chrono::{DateTime, Utc};
use db::Tx;
use jobs::NewJob;
use kernel::Scope;
use serde_json::json;
use uuid::Uuid;

use super::{Of, job};
use crate::{
    Error,
    deliveries::{self, TRIES},
    kinds::Channel,
    preferences::store::Settings,
};

/// What waits for the person's digests waits for the next one by these settings, on the clocks of this zone; where there are
/// none it waits no longer.
///
/// # Errors
/// When the database refuses.
pub async fn replan(tx: &Tx, scope: &Scope, person: Uuid, settings: &Settings, zone: &str) -> Result<(), Error> {
    let next = settings.next_slot(tx.clock().now(), zone);
    for channel in Channel::OUTWARD {
        match next {
            Some(at) => postpone(tx, scope, (person, channel), (None, at)).await?,
            None => deliveries::give_up_digest(tx, scope, (person, channel)).await?,
        }
    }
    Ok(())
}

/// What waits for a digest, or would have been due by an instant, waits for the slot at `at`; nothing that waits makes no job.
///
/// # Errors
/// When the database refuses.
pub async fn postpone(
    tx: &Tx,
    scope: &Scope,
    of: Of,
    (due_by, at): (Option<DateTime<Utc>>, DateTime<Utc>),
) -> Result<(), Error> {
    move_to(tx, scope, of, due_by, (at, true)).await
}

/// What is due and late waits for the end of quiet hours; its slot stays the one that is over.
///
/// # Errors
/// When the database refuses.
pub async fn hold(tx: &Tx, scope: &Scope, of: Of, (now, until): (DateTime<Utc>, DateTime<Utc>)) -> Result<(), Error> {
    move_to(tx, scope, of, Some(now), (until, false)).await
}

async fn move_to(
    tx: &Tx,
    scope: &Scope,
    of: Of,
    due_by: Option<DateTime<Utc>>,
    (at, is_slot): (DateTime<Utc>, bool),
) -> Result<(), Error> {
    if deliveries::postpone_digest(tx, scope, of, due_by, (at, is_slot)).await? > 0 {
        let payload = json!({ "userId": of.0, "channel": of.1 });
        jobs::enqueue_at(tx, NewJob { kind: job::KIND, payload, max_attempts: TRIES }, at).await?;
    }
    Ok(())
}
