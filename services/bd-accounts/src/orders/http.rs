//! Routes of orders, below `/api/bd-accounts`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, PageInfo, Query, Refusals};
use axum::{extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::commands::{self, AccountOrder, OrderInput};
use crate::{BdAccounts, health::http::Slice};

#[derive(Serialize, ToSchema)]
pub struct AccountOrderList {
    items: Vec<AccountOrder>,
    page: PageInfo,
}

pub fn routes() -> OpenApiRouter<Arc<BdAccounts>> {
    OpenApiRouter::new().routes(routes!(order)).routes(routes!(list))
}

/// Orders accounts
///
/// Where the operator allows it and has set up a provider. Bought accounts may break the rules of Telegram.
#[utoipa::path(
    post, path = "/purchase", operation_id = "orderAccounts", tag = "Accounts", request_body = OrderInput,
    responses((status = 201, description = "The order", body = AccountOrder), Refusals)
)]
async fn order(
    State(accounts): State<Arc<BdAccounts>>,
    caller: Caller,
    Json(input): Json<OrderInput>,
) -> Result<(StatusCode, Json<AccountOrder>), ApiError> {
    Ok((StatusCode::CREATED, Json(commands::order(&accounts, caller.scope(), &input).await?)))
}

/// Lists orders of accounts
#[utoipa::path(
    get, path = "/orders", operation_id = "listAccountOrders", tag = "Accounts", params(Slice),
    responses((status = 200, description = "The newest first", body = AccountOrderList), Refusals)
)]
async fn list(
    State(accounts): State<Arc<BdAccounts>>,
    caller: Caller,
    Query(slice): Query<Slice>,
) -> Result<Json<AccountOrderList>, ApiError> {
    let page = commands::list(&accounts, caller.scope(), &slice.params()).await?;
    Ok(Json(AccountOrderList { page: PageInfo::from(&page), items: page.items }))
}
