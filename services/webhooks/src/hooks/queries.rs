//! Reading webhooks, as they are shown.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::permissions::WEBHOOKS_READ;
use kernel::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    store,
    webhook::{DisabledBecause, StoredWebhook},
};
use crate::{Error, Webhooks, deliveries::delivery::DeliveryStatus};

/// An address that is told of events.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    pub id: Uuid,
    pub url: String,
    #[schema(required)]
    pub description: Option<String>,
    /// Names of events, or only `*` for all of them.
    pub types: Vec<String>,
    pub enabled: bool,
    /// Since when every try has failed.
    #[schema(required)]
    pub failing_since: Option<DateTime<Utc>>,
    #[schema(required)]
    pub disabled_at: Option<DateTime<Utc>>,
    /// Null when somebody switched it off.
    #[schema(required)]
    pub disabled_because: Option<DisabledBecause>,
    pub secret_rotated_at: DateTime<Utc>,
    /// Until when the secret before signs too.
    #[schema(required)]
    pub previous_secret_until: Option<DateTime<Utc>>,
    #[schema(required)]
    pub last_delivery: Option<LastDelivery>,
    /// Grows with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    #[schema(required)]
    pub created_by: Option<WebhookAuthor>,
}

/// Who made a webhook.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookAuthor {
    pub id: Uuid,
    #[schema(required)]
    pub name: Option<String>,
}

/// How the last try ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LastDelivery {
    pub at: DateTime<Utc>,
    /// `pending` when it failed and is tried again.
    pub status: DeliveryStatus,
}

impl Webhook {
    fn of(webhook: StoredWebhook, now: DateTime<Utc>, names: &HashMap<Uuid, String>) -> Self {
        let last =
            webhook.last.and_then(|(at, status)| Some(LastDelivery { at, status: DeliveryStatus::parse(&status)? }));
        Self {
            id: webhook.id,
            url: webhook.url,
            description: webhook.description,
            types: webhook.types,
            enabled: webhook.enabled,
            failing_since: webhook.failing_since,
            disabled_at: webhook.disabled_at,
            disabled_because: webhook.disabled_because,
            secret_rotated_at: webhook.secret_rotated_at,
            previous_secret_until: webhook.previous_until.filter(|until| *until > now),
            last_delivery: last,
            version: webhook.version,
            created_at: webhook.created_at,
            created_by: webhook.created_by.map(|id| WebhookAuthor { id, name: names.get(&id).cloned() }),
        }
    }
}

/// The webhooks of the organization, the oldest first.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn list(webhooks: &Webhooks, scope: &Scope) -> Result<Vec<Webhook>, Error> {
    crate::require(scope, WEBHOOKS_READ)?;
    let rows = store::list(&webhooks.db.reader(scope), scope).await?;
    let names = webhooks.names(scope, rows.iter().filter_map(|row| row.created_by)).await?;
    let now = webhooks.db.clock().now();
    Ok(rows.into_iter().map(|row| Webhook::of(row, now, &names)).collect())
}

/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`].
pub async fn get(webhooks: &Webhooks, scope: &Scope, id: Uuid) -> Result<Webhook, Error> {
    crate::require(scope, WEBHOOKS_READ)?;
    let webhook = store::get(&webhooks.db.reader(scope), scope, id).await?;
    shown(webhooks, scope, webhook).await
}

/// A webhook as it is shown.
pub(super) async fn shown(webhooks: &Webhooks, scope: &Scope, webhook: StoredWebhook) -> Result<Webhook, Error> {
    let names = webhooks.names(scope, webhook.created_by).await?;
    Ok(Webhook::of(webhook, webhooks.db.clock().now(), &names))
}
