//! Browsers come and go. Each command is one transaction.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use chrono::{DateTime, Utc};
use db::{Action, Change};
use kernel::{Fields, Scope};
use outbound::Refused;
use p256::PublicKey;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::{self, Row};
use crate::{Error, Notifications};

/// The word for subscriptions in the change log.
const SUBJECT: &str = "push_subscription";
/// Longest name of a device, characters.
const LONGEST_DEVICE: usize = 300;
/// Browsers write base64url without padding, some libraries with it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The keys of a subscription, in base64url.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PushKeys {
    p256dh: String,
    auth: String,
}

/// A subscription as the browser tells it (`PushSubscription.toJSON()`).
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PushInput {
    #[schema(max_length = 2000)]
    endpoint: String,
    keys: PushKeys,
    /// Not needed; browsers tell it.
    #[serde(rename = "expirationTime")]
    _expiration_time: Option<f64>,
}

/// A browser that may be woken.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PushSubscription {
    pub id: Uuid,
    /// What it said of itself: its user agent.
    #[schema(required)]
    pub device: Option<String>,
    pub created_at: DateTime<Utc>,
    #[schema(required)]
    pub last_used_at: Option<DateTime<Utc>>,
}

impl From<Row> for PushSubscription {
    fn from(row: Row) -> Self {
        Self { id: row.id, device: row.device, created_at: row.created_at, last_used_at: row.last_used_at }
    }
}

/// The caller's browsers.
///
/// # Errors
/// When the database is away.
pub async fn list(service: &Notifications, scope: &Scope) -> Result<Vec<PushSubscription>, Error> {
    let rows = store::list(&service.db.reader(scope), scope, Notifications::me(scope)?).await?;
    Ok(rows.into_iter().map(PushSubscription::from).collect())
}

/// Keeps a browser of the caller's.
///
/// # Errors
/// [`Error::Invalid`] with every part at fault; no push is set up.
pub async fn create(
    service: &Notifications,
    scope: &Scope,
    input: &PushInput,
    device: Option<String>,
) -> Result<PushSubscription, Error> {
    let me = Notifications::me(scope)?;
    let pusher = service.pusher.as_ref().ok_or_else(|| Error::field("endpoint", "notify.channel"))?;
    let (p256dh, auth) = parse(input)?;
    let refused = |refused: Refused| Error::Invalid(Fields(vec![refused.of_field("endpoint")]));
    let target = pusher.outbound.target(&input.endpoint).map_err(refused)?;
    pusher.outbound.look(&target).await.map_err(refused)?;
    let tx = service.db.begin(scope).await?;
    let row = Row {
        id: tx.clock().new_id(),
        org_id: scope.org_id.0,
        user_id: me,
        endpoint: input.endpoint.clone(),
        p256dh,
        auth,
        device: device.map(|device| device.chars().take(LONGEST_DEVICE).collect()),
        created_at: tx.clock().now(),
        last_used_at: None,
    };
    store::replace(&tx, scope, row.clone()).await?;
    db::change_log::record(&tx, [change(&row, Action::Created)]).await?;
    tx.commit().await?;
    Ok(row.into())
}

/// The keys of a subscription.
fn parse(input: &PushInput) -> Result<(Vec<u8>, Vec<u8>), Fields> {
    let mut refused = Fields::default();
    let p256dh = BASE64.decode(&input.keys.p256dh).ok();
    let p256dh = p256dh.filter(|key| key.len() == 65 && PublicKey::from_sec1_bytes(key).is_ok());
    let auth = BASE64.decode(&input.keys.auth).ok().filter(|auth| auth.len() == 16);
    for (field, is_there) in [("keys.p256dh", p256dh.is_some()), ("keys.auth", auth.is_some())] {
        if !is_there {
            refused.refuse(field, "notify.push.keys");
        }
    }
    refused.finish(|| (p256dh.unwrap_or_default(), auth.unwrap_or_default()))
}

/// Forgets a browser of the caller's.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn delete(service: &Notifications, scope: &Scope, id: Uuid) -> Result<(), Error> {
    let me = Notifications::me(scope)?;
    let tx = service.db.begin(scope).await?;
    let row = store::get(&tx, scope, me, id).await?;
    store::remove(&tx, scope, &[id]).await?;
    db::change_log::record(&tx, [change(&row, Action::Deleted)]).await?;
    Ok(tx.commit().await?)
}

/// Without the address: whoever knows it could wake the browser.
fn change(row: &Row, action: Action) -> Change {
    let image = json!({ "device": row.device });
    let (before, after) = if action == Action::Deleted { (Some(image), None) } else { (None, Some(image)) };
    Change { subject_kind: SUBJECT, subject_id: row.id, record_id: row.user_id, action, before, after, version: 1 }
}
