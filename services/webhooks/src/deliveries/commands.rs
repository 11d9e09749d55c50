//! Sending something to a webhook by hand: a test, or a message once more. The sending itself is the job's.

use contracts::permissions::WEBHOOKS_WRITE;
use kernel::Scope;
use serde_json::json;
use uuid::Uuid;

use super::{
    delivery::{Delivery, ONCE},
    sending, store,
};
use crate::{Error, Webhooks, hooks};

/// What a test is called. It is no event of the feed.
pub const TEST: &str = "webhook.test";

/// Sends a test, once; returns its delivery.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Disabled`].
pub async fn test(webhooks: &Webhooks, scope: &Scope, webhook: Uuid) -> Result<Uuid, Error> {
    crate::require(scope, WEBHOOKS_WRITE)?;
    let tx = webhooks.db.begin(scope).await?;
    require_enabled(&tx, scope, webhook).await?;
    let (id, event_id, now) = (tx.clock().new_id(), tx.clock().new_id(), tx.clock().now());
    let data = json!({
        "id": event_id, "type": TEST, "version": 1, "occurredAt": now, "organizationId": scope.org_id,
        "actor": { "kind": scope.actor.kind(), "id": scope.actor.id() },
        "subject": { "kind": "webhook", "id": webhook, "ids": [webhook], "count": 1 },
        "data": {},
    });
    let body = sending::body(TEST, now, &data);
    let kind = TEST.to_owned();
    let test = Delivery { id, webhook_id: webhook, event_id, kind, body, step: ONCE, attempts: 0 };
    store::insert(&tx, scope, vec![test]).await?;
    sending::wake(&tx, scope, webhook, now).await?;
    tx.commit().await?;
    Ok(id)
}

/// Sends a message again, whether it was delivered or not, under its own `webhook-id`.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Disabled`].
pub async fn resend(webhooks: &Webhooks, scope: &Scope, webhook: Uuid, id: Uuid) -> Result<(), Error> {
    crate::require(scope, WEBHOOKS_WRITE)?;
    let tx = webhooks.db.begin(scope).await?;
    require_enabled(&tx, scope, webhook).await?;
    store::get(&tx, scope, webhook, id).await?;
    store::want_again(&tx, scope, webhook, id).await?;
    sending::wake(&tx, scope, webhook, tx.clock().now()).await?;
    Ok(tx.commit().await?)
}

async fn require_enabled(tx: &db::Tx, scope: &Scope, webhook: Uuid) -> Result<(), Error> {
    if hooks::store::hold(tx, scope, webhook).await?.enabled { Ok(()) } else { Err(Error::Disabled) }
}
