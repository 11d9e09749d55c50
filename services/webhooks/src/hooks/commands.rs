//! Making, changing and deleting webhooks. Each command is one transaction: the rule, the rows, the change log, the event.
//! Where an address leads is looked up before it.

use chrono::TimeDelta;
use contracts::{
    events::{WEBHOOK_CREATED, WEBHOOK_DELETED, WEBHOOK_DISABLED, WEBHOOK_UPDATED},
    permissions::WEBHOOKS_WRITE,
};
use db::{
    Action, Change, Tx,
    image::{changed_fields, filled_in},
};
use events::NewEvent;
use kernel::{Fields, Scope, values::Problem};
use serde_json::json;
use uuid::Uuid;

use super::{
    queries::{self, Webhook},
    secret::SigningSecret,
    store,
    webhook::{MAX_WEBHOOKS, StoredWebhook, WebhookInput, WebhookPatch},
};
use crate::{
    Error, Webhooks,
    deliveries::{self, sending::SWITCHED_OFF},
    forgetting,
};

/// The word for webhooks in change log and events.
pub const KIND: &str = "webhook";
/// Longest time that a rotated secret goes on to sign, hours.
pub const MAX_GRACE_HOURS: i64 = 168;

/// Makes a webhook, with a secret that is shown this once.
///
/// # Errors
/// [`Error::Invalid`] with every part at fault; [`Error::TooMany`].
pub async fn create(
    webhooks: &Webhooks,
    scope: &Scope,
    input: WebhookInput,
) -> Result<(Webhook, SigningSecret), Error> {
    crate::require(scope, WEBHOOKS_WRITE)?;
    let patch = WebhookPatch::from(input);
    let url = address(webhooks, &patch).await;
    let (now, id) = (webhooks.db.clock().now(), webhooks.db.clock().new_id());
    let blank = StoredWebhook {
        id,
        url: String::new(),
        description: None,
        types: Vec::new(),
        enabled: true,
        failures: 0,
        failing_since: None,
        disabled_at: None,
        disabled_because: None,
        last: None,
        secret_rotated_at: now,
        previous_until: None,
        version: 1,
        created_at: now,
        created_by: scope.user_id().map(Uuid::from),
        updated_at: now,
    };
    let webhook = applied(&patch, blank, url)?;
    let secret = SigningSecret::new(webhooks.db.clock().secret_bytes());
    let tx = webhooks.db.begin(scope).await?;
    if store::count(&tx, scope).await? >= MAX_WEBHOOKS as u64 {
        return Err(Error::TooMany { max: MAX_WEBHOOKS });
    }
    store::insert(&tx, scope, &webhook, store::seal(&webhooks.vault, scope, id, &secret)?).await?;
    forgetting::begin(&tx, scope, id).await?;
    let after = Some(filled_in(webhook.image()));
    db::change_log::record(&tx, [change(&webhook, Action::Created, None, after)]).await?;
    events::append(&tx, [NewEvent::of(WEBHOOK_CREATED, KIND, id, json!({}))]).await?;
    tx.commit().await?;
    Ok((queries::shown(webhooks, scope, webhook).await?, secret))
}

/// The address that a body gives, if it may be sent to at present.
async fn address(webhooks: &Webhooks, patch: &WebhookPatch) -> Result<Option<String>, Fields> {
    let Some(url) = &patch.url else { return Ok(None) };
    let refused = |refused: outbound::Refused| Fields(vec![refused.of_field("url")]);
    if url.trim().is_empty() {
        let mut fields = Fields::default();
        fields.refuse_with("url", Problem::Required);
        return Err(fields);
    }
    let target = webhooks.outbound.target(url).map_err(refused)?;
    webhooks.outbound.look(&target).await.map_err(refused)?;
    Ok(Some(target.as_str().to_owned()))
}

/// The patched webhook, or the refusals of the address and all the rest together.
fn applied(
    patch: &WebhookPatch,
    current: StoredWebhook,
    url: Result<Option<String>, Fields>,
) -> Result<StoredWebhook, Fields> {
    let now = current.updated_at;
    match url {
        Ok(url) => patch.apply(current, url, now),
        Err(mut refused) => {
            refused.0.extend(patch.apply(current, None, now).err().unwrap_or_default().0);
            Err(refused)
        }
    }
}

fn change(
    webhook: &StoredWebhook,
    action: Action,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
) -> Change {
    let (id, version) = (webhook.id, webhook.version);
    Change { subject_kind: KIND, subject_id: id, record_id: id, action, before, after, version }
}

/// Changes a webhook. What changes nothing writes nothing.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Stale`]; as [`create`].
pub async fn update(webhooks: &Webhooks, scope: &Scope, id: Uuid, patch: WebhookPatch) -> Result<Webhook, Error> {
    crate::require(scope, WEBHOOKS_WRITE)?;
    // A foreign one is not looked up for.
    store::get(&webhooks.db.reader(scope), scope, id).await?;
    let url = address(webhooks, &patch).await;
    let tx = webhooks.db.begin(scope).await?;
    let old = held(webhooks, scope, &tx, id, patch.version).await?;
    let now = tx.clock().now();
    let mut new = applied(&patch, StoredWebhook { updated_at: now, ..old.clone() }, url)?;
    let (before, after) = (old.image(), new.image());
    if before == after {
        return queries::shown(webhooks, scope, old).await;
    }
    new.version += 1;
    store::update(&tx, scope, &new).await?;
    if !new.enabled {
        deliveries::store::give_up_waiting(&tx, scope, id, SWITCHED_OFF).await?;
    }
    let change = Change::between(KIND, id, Action::Updated, &before, &after, new.version);
    let event = NewEvent::of(WEBHOOK_UPDATED, KIND, id, json!({ "fields": changed_fields(&change) }));
    db::change_log::record(&tx, [change]).await?;
    events::append(&tx, [event]).await?;
    tx.commit().await?;
    queries::shown(webhooks, scope, new).await
}

/// The webhook, kept from other writers, if it has the version that the caller knows.
async fn held(
    webhooks: &Webhooks,
    scope: &Scope,
    tx: &Tx,
    id: Uuid,
    version: Option<i64>,
) -> Result<StoredWebhook, Error> {
    let old = store::hold(tx, scope, id).await?;
    if version.is_some_and(|version| version != old.version) {
        let current = queries::shown(webhooks, scope, old).await?;
        return Err(Error::Stale(serde_json::to_value(current).unwrap_or_default()));
    }
    Ok(old)
}

/// Gives a webhook another secret, which is shown this once. The one before signs too for some hours.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`].
pub async fn rotate(
    webhooks: &Webhooks,
    scope: &Scope,
    id: Uuid,
    grace_hours: i64,
) -> Result<(Webhook, SigningSecret), Error> {
    crate::require(scope, WEBHOOKS_WRITE)?;
    if !(0..=MAX_GRACE_HOURS).contains(&grace_hours) {
        let mut fields = Fields::default();
        fields.refuse_with("graceHours", Problem::NumberRange { min: 0, max: MAX_GRACE_HOURS });
        return Err(fields.into());
    }
    let secret = SigningSecret::new(webhooks.db.clock().secret_bytes());
    let tx = webhooks.db.begin(scope).await?;
    let old = store::hold(&tx, scope, id).await?;
    let now = tx.clock().now();
    let previous_until = (grace_hours > 0).then(|| now + TimeDelta::hours(grace_hours));
    let version = old.version + 1;
    let new = StoredWebhook { secret_rotated_at: now, previous_until, updated_at: now, version, ..old.clone() };
    store::rotate(&tx, (&webhooks.vault, scope), &new, &secret).await?;
    let rotated = |webhook: &StoredWebhook| json!({ "secretRotatedAt": webhook.secret_rotated_at });
    let logged = change(&new, Action::Updated, Some(rotated(&old)), Some(rotated(&new)));
    db::change_log::record(&tx, [logged]).await?;
    events::append(&tx, [NewEvent::of(WEBHOOK_UPDATED, KIND, id, json!({ "fields": ["secret"] }))]).await?;
    tx.commit().await?;
    Ok((queries::shown(webhooks, scope, new).await?, secret))
}

/// Deletes a webhook; what was sent to it is forgotten by and by.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn delete(webhooks: &Webhooks, scope: &Scope, id: Uuid) -> Result<(), Error> {
    crate::require(scope, WEBHOOKS_WRITE)?;
    let tx = webhooks.db.begin(scope).await?;
    let old = store::hold(&tx, scope, id).await?;
    store::remove(&tx, scope, id).await?;
    forgetting::of_deleted(&tx, id).await?;
    db::change_log::record(&tx, [change(&old, Action::Deleted, Some(old.image()), None)]).await?;
    events::append(&tx, [NewEvent::of(WEBHOOK_DELETED, KIND, id, json!({}))]).await?;
    Ok(tx.commit().await?)
}

/// Writes how a webhook stands after a try. One that was switched off by it tells so, and gives up what waits.
///
/// # Errors
/// When the database refuses.
pub async fn note_health(tx: &Tx, scope: &Scope, old: &StoredWebhook, mut new: StoredWebhook) -> Result<(), Error> {
    if old.enabled && !new.enabled {
        (new.version, new.updated_at) = (old.version + 1, tx.clock().now());
        let change = Change::between(KIND, new.id, Action::Updated, &old.image(), &new.image(), new.version);
        let data = json!({ "because": new.disabled_because, "failures": new.failures });
        db::change_log::record(tx, [change]).await?;
        events::append(tx, [NewEvent::of(WEBHOOK_DISABLED, KIND, new.id, data)]).await?;
        deliveries::store::give_up_waiting(tx, scope, new.id, SWITCHED_OFF).await?;
    }
    store::update(tx, scope, &new).await
}
