//! The route by which somebody tries a channel.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Refusals};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Notifications, kinds::Channel, telling::test};

/// The channel to try.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelTest {
    channel: Channel,
}

/// Routes below `/api/v1/notifications`.
pub fn routes() -> OpenApiRouter<Arc<Notifications>> {
    OpenApiRouter::new().routes(routes!(try_channel))
}

/// Sends a notification to oneself
///
/// It goes the way of every other, quiet hours aside.
#[utoipa::path(
    post, path = "/test", operation_id = "testNotification", tag = "Notifications", request_body = ChannelTest,
    responses((status = 202, description = "It is on its way"), Refusals)
)]
async fn try_channel(
    State(service): State<Arc<Notifications>>,
    caller: Caller,
    Json(wanted): Json<ChannelTest>,
) -> Result<StatusCode, ApiError> {
    test::send(&service, caller.scope(), wanted.channel).await?;
    Ok(StatusCode::ACCEPTED)
}
