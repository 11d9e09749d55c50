//! Reading deliveries.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::permissions::WEBHOOKS_READ;
use db::{Field, List, Page, Params};
use kernel::{Scope, filter::FieldType};
use sea_orm::{
    ColumnTrait, FromQueryResult,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    delivery::DeliveryStatus,
    store::{
        self,
        entity::{Column, Entity, Model},
        tries,
    },
};
use crate::{Error, Webhooks, forgetting::KEPT_DAYS, hooks};

/// A message to a webhook, and how it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookDelivery {
    pub id: Uuid,
    /// The header `webhook-id`: the same over all tries.
    pub event_id: Uuid,
    pub r#type: String,
    pub status: DeliveryStatus,
    pub attempts: i64,
    /// HTTP status of the last answer.
    #[schema(required)]
    pub last_status: Option<i64>,
    /// Why there was none.
    #[schema(required)]
    pub last_error: Option<String>,
    #[schema(required)]
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    #[schema(required)]
    pub delivered_at: Option<DateTime<Utc>>,
}

/// A message with what was sent and what came back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookDeliveryDetails {
    #[serde(flatten)]
    pub delivery: WebhookDelivery,
    /// The JSON text that is sent.
    pub body: String,
    /// The first one first; the newest hundred of them.
    pub tries: Vec<DeliveryTry>,
}

/// One time that it was sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeliveryTry {
    pub at: DateTime<Utc>,
    /// HTTP status of the answer.
    #[schema(required)]
    pub status: Option<i64>,
    /// How long it took.
    pub ms: i64,
    #[schema(required)]
    pub error: Option<String>,
    /// The first 2 kB of the answer.
    #[schema(required)]
    pub answer: Option<String>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    event_id: Uuid,
    r#type: String,
    status: String,
    attempts: i64,
    last_status: Option<i64>,
    last_error: Option<String>,
    next_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    delivered_at: Option<DateTime<Utc>>,
}

impl From<Row> for WebhookDelivery {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            event_id: row.event_id,
            r#type: row.r#type,
            status: DeliveryStatus::parse(&row.status).unwrap_or(DeliveryStatus::Failed),
            attempts: row.attempts,
            last_status: row.last_status,
            last_error: row.last_error,
            next_attempt_at: row.next_at,
            created_at: row.created_at,
            delivered_at: row.delivered_at,
        }
    }
}

impl From<Model> for Row {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            event_id: row.event_id,
            r#type: row.r#type,
            status: row.status,
            attempts: row.attempts,
            last_status: row.last_status,
            last_error: row.last_error,
            next_at: row.next_at,
            created_at: row.created_at,
            delivered_at: row.delivered_at,
        }
    }
}

impl From<tries::Model> for DeliveryTry {
    fn from(row: tries::Model) -> Self {
        Self { at: row.at, status: row.status, ms: row.ms, error: row.error, answer: row.answer }
    }
}

fn created_at() -> SimpleExpr {
    Expr::col((Entity, Column::CreatedAt))
}

const DELIVERIES: List = List {
    fields: &[Field { name: "createdAt", kind: FieldType::Instant, expr: created_at, order: Some(created_at) }],
    default_sort: "-createdAt",
    id: || Expr::col((Entity, Column::Id)),
};

/// What was sent to a webhook in the last 30 days, the newest first.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`].
pub async fn list(
    webhooks: &Webhooks,
    scope: &Scope,
    webhook: Uuid,
    status: Option<DeliveryStatus>,
    params: &Params,
) -> Result<Page<WebhookDelivery>, Error> {
    crate::require(scope, WEBHOOKS_READ)?;
    let reader = webhooks.db.reader(scope);
    hooks::store::get(&reader, scope, webhook).await?;
    let mut select = store::select(scope, webhook);
    let kept = webhooks.db.clock().now() - TimeDelta::days(KEPT_DAYS);
    select.and_where(created_at().gte(kept));
    if let Some(status) = status {
        select.and_where(Column::Status.eq(status.as_str()));
    }
    let page: Page<Row> = DELIVERIES.page(&reader, select, params, None).await?;
    Ok(page.map(|rows| rows.into_iter().map(WebhookDelivery::from).collect()))
}

/// A delivery with its body and its tries.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`].
pub async fn get(webhooks: &Webhooks, scope: &Scope, webhook: Uuid, id: Uuid) -> Result<WebhookDeliveryDetails, Error> {
    crate::require(scope, WEBHOOKS_READ)?;
    let reader = webhooks.db.reader(scope);
    hooks::store::get(&reader, scope, webhook).await?;
    let row = store::get(&reader, scope, webhook, id).await?;
    let tries = store::tries_of(&reader, scope, id).await?.into_iter().map(DeliveryTry::from).collect();
    let body = row.body.clone();
    Ok(WebhookDeliveryDetails { delivery: Row::from(row).into(), body, tries })
}
