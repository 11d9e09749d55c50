//! Accounts elsewhere of who is signed in: listed, linked, given up; and a proof of who one is by one of them, for who has
//! no password.

use std::sync::Arc;

use api::{ApiError, Caller, Confirmed, ErrorBody, Json, Path};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::UserId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Aim, Arrived, CameBack, MOST, ProviderKind, Refused, RoundTrip, find, provider_of, store::user_identity};
use crate::{
    Error, Identity,
    mfa::factors_of,
    step_up::{StepUpMethod, confirm},
};

/// How old a proof elsewhere may be, where it tells its age.
const PROVED_WITHIN: TimeDelta = TimeDelta::minutes(5);

/// The caller's accounts elsewhere, the oldest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityList {
    items: Vec<IdentityView>,
    /// Whether the caller can sign in with a password too.
    has_password: bool,
}

/// An account elsewhere.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LinkedIdentity)]
pub struct IdentityView {
    id: Uuid,
    provider: ProviderKind,
    /// What people call the service; null where it is not set up any more.
    #[schema(required)]
    provider_name: Option<String>,
    /// The verified address there, when it was last used.
    #[schema(required)]
    email: Option<String>,
    /// By which its owner knows it.
    #[schema(required)]
    label: Option<String>,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
}

/// List accounts elsewhere
#[utoipa::path(get, path = "/api/auth/identities", tag = "Auth", operation_id = "listIdentities",
    responses((status = 200, description = "By which the caller can sign in", body = IdentityList),
        (status = 401, description = "Not signed in", body = ErrorBody)))]
pub async fn list_identities(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
) -> Result<Json<IdentityList>, ApiError> {
    Ok(Json(identity.identities_of(&caller).await?))
}

/// Begin to link an account elsewhere
///
/// As `startFederatedSignIn`. Asks for a proof of the last minutes (`auth.step_up`).
#[utoipa::path(post, path = "/api/auth/link/{provider}/start", tag = "Auth", operation_id = "startLink",
    params(("provider" = ProviderKind, Path, description = "Where")),
    responses((status = 200, description = "Where to go", body = RoundTrip),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 403, description = "A proof of the last minutes is asked for", body = ErrorBody),
        (status = 404, description = "It is not set up", body = ErrorBody),
        (status = 503, description = "The service does not answer", body = ErrorBody)))]
pub async fn start_link(
    State(identity): State<Arc<Identity>>,
    Confirmed(caller): Confirmed,
    Path(provider): Path<String>,
) -> Result<Response, ApiError> {
    let UserId(user) = caller.scope().user_id().ok_or(Error::NotFound)?;
    let aim = Aim::Link(caller.0.session_id);
    Ok(identity.depart(provider_of(&provider)?, aim, Some(user)).await?)
}

/// Begin to prove who you are by an account elsewhere
///
/// For who has neither a password nor a second factor.
#[utoipa::path(post, path = "/api/auth/link/{provider}/confirm", tag = "Auth", operation_id = "startConfirmation",
    params(("provider" = ProviderKind, Path, description = "Where")),
    responses((status = 200, description = "Where to go", body = RoundTrip),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 404, description = "It is not set up", body = ErrorBody),
        (status = 422, description = "This is not how the caller proves who they are", body = ErrorBody),
        (status = 503, description = "The service does not answer", body = ErrorBody)))]
pub async fn start_confirmation(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Path(provider): Path<String>,
) -> Result<Response, ApiError> {
    let provider = provider_of(&provider)?;
    let user = identity.person(&caller).await?;
    let factors = factors_of(&identity.db.system_reader(), user.id).await.map_err(ApiError::from)?;
    if !StepUpMethod::of(factors, &user).contains(&StepUpMethod::Provider) {
        return Err(crate::step_up::refused("method", "mfa.method").into());
    }
    let aim = Aim::Confirm(caller.0.session_id);
    Ok(identity.depart(provider, aim, Some(user.id)).await?)
}

/// Finish to link an account elsewhere, or to prove who you are by one
///
/// By what the browser came back with, in the session that began it, once.
#[utoipa::path(post, path = "/api/auth/link/{provider}/finish", tag = "Auth", operation_id = "finishLink",
    params(("provider" = ProviderKind, Path, description = "Where")), request_body = CameBack,
    responses((status = 200, description = "All of the caller's accounts elsewhere", body = IdentityList),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 403, description = "`federated.denied` or `federated.not_linked`", body = ErrorBody),
        (status = 404, description = "It is not set up", body = ErrorBody),
        (status = 409, description = "`federated.taken` or `federated.too_many`", body = ErrorBody),
        (status = 410, description = "It took too long, was finished before, or was begun in another session", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody),
        (status = 503, description = "The service did not answer as expected", body = ErrorBody)))]
pub async fn finish_link(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    headers: HeaderMap,
    Path(provider): Path<String>,
    Json(input): Json<CameBack>,
) -> Result<Response, ApiError> {
    let done = identity.finish_link(&caller, provider_of(&provider)?, &input, &headers).await;
    let mut response = done.map_or_else(|error| ApiError::from(error).into_response(), |all| Json(all).into_response());
    identity.cookies.clear_ticket(response.headers_mut());
    Ok(response)
}

/// Give up an account elsewhere
///
/// The last way to sign in stays. Asks for a proof of the last minutes (`auth.step_up`).
#[utoipa::path(delete, path = "/api/auth/identities/{id}", tag = "Auth", operation_id = "deleteIdentity",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 204, description = "One can no longer sign in by it"),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 403, description = "A proof of the last minutes is asked for", body = ErrorBody),
        (status = 404, description = "The caller has none of this id", body = ErrorBody),
        (status = 409, description = "It is the last way to sign in", body = ErrorBody)))]
pub async fn delete_identity(
    State(identity): State<Arc<Identity>>,
    Confirmed(caller): Confirmed,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    identity.delete_identity(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Identity {
    async fn identities_of(&self, caller: &Caller) -> Result<IdentityList, Error> {
        let user = self.person(caller).await?;
        let rows = user_identity::Entity::find()
            .filter(user_identity::Column::UserId.eq(user.id))
            .order_by_asc(user_identity::Column::CreatedAt)
            .limit(MOST)
            .all(&self.db.system_reader())
            .await?;
        let items = rows.into_iter().filter_map(|row| self.shown_identity(row)).collect();
        Ok(IdentityList { items, has_password: !user.password_hash.is_empty() })
    }

    fn shown_identity(&self, row: user_identity::Model) -> Option<IdentityView> {
        let provider = ProviderKind::parse(&row.provider)?;
        let name = self.providers.name(provider).filter(|_| self.providers.serves(&row.issuer));
        Some(IdentityView {
            id: row.id,
            provider,
            provider_name: name.map(str::to_owned),
            email: row.email,
            label: row.label,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        })
    }

    async fn finish_link(
        &self,
        caller: &Caller,
        provider: ProviderKind,
        input: &CameBack,
        headers: &HeaderMap,
    ) -> Result<IdentityList, Error> {
        let user = self.person(caller).await?;
        let (aim, arrived) = self.arrive(provider, input, headers, Some(user.id)).await?;
        let session = caller.0.session_id;
        match aim {
            Aim::Link(asked) if asked == session => {
                let tx = self.db.begin(caller.scope()).await?;
                self.note_arrival(&tx, &user, &arrived).await?;
                tx.commit().await?;
            }
            Aim::Confirm(asked) if asked == session => self.confirm_by(caller, user.id, &arrived).await?,
            _ => return Err(Refused::State.into()),
        }
        self.identities_of(caller).await
    }

    async fn confirm_by(&self, caller: &Caller, user: Uuid, arrived: &Arrived) -> Result<(), Error> {
        let tx = self.db.begin(caller.scope()).await?;
        find(&tx, arrived).await?.filter(|row| row.user_id == user).ok_or(Refused::NotLinked)?;
        let now = tx.clock().now();
        if arrived.authenticated_at.is_some_and(|at| now - at > PROVED_WITHIN) {
            return Err(Refused::Provider("the proof is an old one".to_owned()).into());
        }
        let id = caller.0.session_id;
        confirm(&tx, id, StepUpMethod::Provider).await?;
        tx.commit().await?;
        self.live.forget(move |live| live.id == id);
        Ok(())
    }

    async fn delete_identity(&self, caller: &Caller, id: Uuid) -> Result<(), Error> {
        let user = self.person(caller).await?;
        let tx = self.db.begin(caller.scope()).await?;
        self.unlink(&tx, &user, id).await?;
        self.keep_a_way_in(&tx, user.id).await?;
        Ok(tx.commit().await?)
    }
}
