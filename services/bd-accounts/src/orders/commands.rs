//! Ordering accounts, and reading the orders.

use chrono::{DateTime, Utc};
use contracts::{events::ACCOUNT_PURCHASED, permissions::ACCOUNTS_PURCHASE};
use db::{Action, Change, Field, List, Page, Params};
use events::NewEvent;
use kernel::{Fields, Scope, filter::FieldType, values::Problem};
use sea_orm::{
    FromQueryResult,
    sea_query::{Expr, SimpleExpr},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Wish,
    store::{self, entity},
};
use crate::{BdAccounts, Error, telegram::Refused};

/// The word for orders in change log and events.
const KIND: &str = "account_order";
const MAX_QUANTITY: i64 = 100;

/// Accounts to be ordered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderInput {
    /// Two letters, as in `PL`: where their numbers are from.
    #[schema(min_length = 2, max_length = 2)]
    pub country: String,
    #[schema(minimum = 1, maximum = 100)]
    pub quantity: i64,
}

/// An order of accounts.
#[derive(Clone, Debug, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct AccountOrder {
    pub id: Uuid,
    pub provider: String,
    pub country: String,
    pub quantity: i64,
    pub amount_minor: i64,
    pub currency: String,
    /// `placed`.
    pub status: String,
    pub created_at: DateTime<Utc>,
}

fn created_at() -> SimpleExpr {
    Expr::col((entity::Entity, entity::Column::CreatedAt))
}

const ORDERS: List = List {
    fields: &[Field { name: "createdAt", kind: FieldType::Instant, expr: created_at, order: Some(created_at) }],
    default_sort: "-createdAt",
    id: || Expr::col((entity::Entity, entity::Column::Id)),
};

fn wish(input: &OrderInput) -> Result<Wish, Error> {
    let mut refused = Fields::default();
    let country = input.country.trim().to_ascii_uppercase();
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        refused.refuse_with("country", Problem::ChoiceUnknown);
    }
    let quantity = u32::try_from(input.quantity).ok().filter(|_| (1..=MAX_QUANTITY).contains(&input.quantity));
    if quantity.is_none() {
        refused.refuse_with("quantity", Problem::NumberRange { min: 1, max: MAX_QUANTITY });
    }
    Ok(refused.finish(|| Wish { country, quantity: quantity.unwrap_or_default() })?)
}

/// Orders accounts from the provider.
///
/// # Errors
/// [`Error::OrdersOff`]; [`Error::Invalid`]; [`Error::Network`] when the provider refuses.
pub async fn order(accounts: &BdAccounts, scope: &Scope, input: &OrderInput) -> Result<AccountOrder, Error> {
    scope.require(ACCOUNTS_PURCHASE)?;
    let wish = wish(input)?;
    let Some(provider) = accounts.provider.as_ref().filter(|_| accounts.options.orders) else {
        return Err(Error::OrdersOff);
    };
    let offer = provider.order(&wish).await.map_err(|text| Error::Network(Refused::Other(text)))?;
    let tx = accounts.db.begin(scope).await?;
    let order = entity::Model {
        id: tx.clock().new_id(),
        org_id: scope.org_id.0,
        provider: provider.name().to_owned(),
        country: wish.country,
        quantity: wish.quantity.into(),
        amount_minor: offer.amount_minor,
        currency: offer.currency,
        status: "placed".to_owned(),
        external_id: Some(offer.external_id),
        created_at: tx.clock().now(),
        created_by: scope.user_id().map(Uuid::from),
    };
    store::insert(&tx, &order).await?;
    let after = json!({ "provider": order.provider, "country": order.country, "quantity": order.quantity });
    let change = Change {
        subject_kind: KIND,
        subject_id: order.id,
        record_id: order.id,
        action: Action::Created,
        before: None,
        after: Some(after),
        version: 1,
    };
    db::change_log::record(&tx, [change]).await?;
    let data = json!({ "provider": order.provider, "amountMinor": order.amount_minor, "currency": order.currency });
    events::append(&tx, [NewEvent::of(ACCOUNT_PURCHASED, KIND, order.id, data)]).await?;
    tx.commit().await?;
    Ok(AccountOrder {
        id: order.id,
        provider: order.provider,
        country: order.country,
        quantity: order.quantity,
        amount_minor: order.amount_minor,
        currency: order.currency,
        status: order.status,
        created_at: order.created_at,
    })
}

/// The orders of the organization, the newest first.
///
/// # Errors
/// [`Error::OrdersOff`]; [`Error::Forbidden`].
pub async fn list(accounts: &BdAccounts, scope: &Scope, params: &Params) -> Result<Page<AccountOrder>, Error> {
    scope.require(ACCOUNTS_PURCHASE)?;
    if !accounts.options.orders {
        return Err(Error::OrdersOff);
    }
    Ok(ORDERS.page(&accounts.db.reader(scope), store::select(scope), params, None).await?)
}
