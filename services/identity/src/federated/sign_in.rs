//! Signing in by an account elsewhere, and accepting an invitation by one.

use std::sync::Arc;

use api::{ApiError, ErrorBody, Json, Path};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use contracts::events as event;
use events::NewEvent;
use kernel::OrgId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Aim, Arrived, CameBack, ProviderKind, Refused, RoundTrip, note_origin, provider_of,
    registering::{Registration, RegistrationOffer},
};
use crate::{
    Error, Identity,
    accounts::entering,
    challenges::{ChallengeResult, Demand, Entered},
    mfa::factors_of,
    sessions::Device,
    store::{invitation, user},
    team::{self, joining},
    views::AuthResult,
    watch::Watched,
};

/// A session, or what is still asked for.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "the form of three answers; each is sent as what it is")]
pub enum FederatedResult {
    SignedIn(Box<AuthResult>),
    Challenged(ChallengeResult),
    Registering(RegistrationOffer),
}

/// What a round trip is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Departure {
    /// What stands in the link of an invitation, to accept it.
    #[schema(max_length = 200)]
    invitation: Option<String>,
}

/// Begin to sign in through another service
///
/// The browser gets a cookie that finishes it, and is to be sent to `url`; it comes back to `/auth/{provider}`.
#[utoipa::path(post, path = "/api/auth/oauth/{provider}/start", tag = "Auth", operation_id = "startFederatedSignIn",
    security(()), params(("provider" = ProviderKind, Path, description = "Through whom")), request_body = Departure,
    responses((status = 200, description = "Where to go", body = RoundTrip),
        (status = 404, description = "It is not set up, or there is no such invitation", body = ErrorBody),
        (status = 410, description = "The invitation is over", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody),
        (status = 429, description = "Too many tries", body = ErrorBody),
        (status = 503, description = "The service does not answer", body = ErrorBody)))]
pub async fn start_federated(
    State(identity): State<Arc<Identity>>,
    Path(provider): Path<String>,
    Json(input): Json<Departure>,
) -> Result<Response, ApiError> {
    let aim = match input.invitation {
        Some(token) => Aim::Invitation(identity.invited(&token).await?.id),
        None => Aim::SignIn,
    };
    Ok(identity.depart(provider_of(&provider)?, aim, None).await?)
}

/// Finish to sign in through another service
///
/// By what the browser came back with, in the browser that went, once. Bearer mode answers tokens; with
/// `X-Session-Mode: cookie` the session is a cookie and the tokens are null. Who has a second factor gets a `challenge`,
/// and who has no account a `registration`, in place of the session.
#[utoipa::path(post, path = "/api/auth/oauth/{provider}/finish", tag = "Auth", operation_id = "finishFederatedSignIn",
    security(()), params(("provider" = ProviderKind, Path, description = "Through whom")), request_body = CameBack,
    responses((status = 200, description = "Signed in, or more is asked for", body = FederatedResult),
        (status = 403, description = "`federated.denied`, `federated.unverified`, `federated.unproved` or \
            `federated.not_linked`", body = ErrorBody),
        (status = 404, description = "It is not set up", body = ErrorBody),
        (status = 409, description = "`invitation.other_address`, or `invitation.sign_in` of who has a second factor", body = ErrorBody),
        (status = 410, description = "It took too long, was finished before, or was begun in another browser", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody),
        (status = 429, description = "Too many tries", body = ErrorBody),
        (status = 503, description = "The service did not answer as expected", body = ErrorBody)))]
pub async fn finish_federated(
    State(identity): State<Arc<Identity>>,
    device: Device,
    headers: HeaderMap,
    Path(provider): Path<String>,
    Json(input): Json<CameBack>,
) -> Result<Response, ApiError> {
    let outcome = identity.finish_federated(provider_of(&provider)?, &input, &headers, device).await;
    let outcome = outcome.watched(&identity, "federated", None);
    let mut response =
        outcome.map_or_else(|error| ApiError::from(error).into_response(), |done| done.answer(&identity));
    // Whatever came of it, it is over.
    identity.cookies.clear_ticket(response.headers_mut());
    Ok(response)
}

/// What a round trip came to.
pub enum Outcome {
    Entered(Entered),
    Registering(Registration),
}

impl Outcome {
    fn answer(self, identity: &Identity) -> Response {
        match self {
            Self::Entered(entered) => entered.answer(identity),
            Self::Registering(registration) => (StatusCode::OK, Json(registration.offer())).into_response(),
        }
    }
}

impl Identity {
    async fn finish_federated(
        &self,
        provider: ProviderKind,
        input: &CameBack,
        headers: &HeaderMap,
        device: Device,
    ) -> Result<Outcome, Error> {
        let (aim, arrived) = self.arrive(provider, input, headers, None).await?;
        match aim {
            Aim::SignIn => self.sign_in_by(arrived, device).await,
            Aim::Invitation(id) => Ok(Outcome::Entered(Box::pin(self.accept_by(arrived, id, device)).await?)),
            Aim::Link(_) | Aim::Confirm(_) => Err(Refused::State.into()),
        }
    }

    /// Whose account this is: of who linked it; else of who has the address, where both sides know it to be theirs. None
    /// where nobody has the address.
    ///
    /// # Errors
    /// [`Refused::NotLinked`], [`Refused::Unverified`], [`Refused::Unproved`].
    pub(super) async fn whose(&self, arrived: &Arrived) -> Result<Option<user::Model>, Error> {
        if let Some(user) = self.linked_to(arrived).await? {
            return Ok(Some(user));
        }
        let Some(email) = arrived.email.as_deref() else {
            let is_telegram = arrived.provider == ProviderKind::Telegram;
            return Err(if is_telegram { Refused::NotLinked } else { Refused::Unverified }.into());
        };
        let of_address = user::Entity::find().filter(user::Column::Email.eq(email));
        let reader = self.db.system_reader();
        match of_address.clone().filter(user::Column::EmailVerifiedAt.is_not_null()).one(&reader).await? {
            Some(owner) => Ok(Some(owner)),
            // Whoever made it may have been somebody else, who waits for its owner to come (docs/adr/0002).
            None if of_address.one(&reader).await?.is_some() => Err(Refused::Unproved.into()),
            None => Ok(None),
        }
    }

    async fn sign_in_by(&self, arrived: Arrived, device: Device) -> Result<Outcome, Error> {
        match self.whose(&arrived).await? {
            Some(user) => Ok(Outcome::Entered(self.enter_by(user, arrived, device).await?)),
            None => Ok(Outcome::Registering(self.offer_registration(arrived).await?)),
        }
    }

    /// Signs a person in, or asks for their second factor first; an account that is not linked yet is when that is done.
    async fn enter_by(&self, user: user::Model, arrived: Arrived, device: Device) -> Result<Entered, Error> {
        let (organization, role) = self.home(user.id, Refused::NotLinked).await?;
        let tx = self.db.begin(&entering(OrgId(organization.id), &user)).await?;
        let is_proven = match self.demand(&tx, &user, &device, Some(&arrived)).await? {
            Demand::Nothing => true,
            Demand::Trust => false,
            Demand::Factor(challenge) => {
                tx.commit().await?;
                return Ok(Entered::Challenged(challenge));
            }
        };
        self.note_arrival(&tx, &user, &arrived).await?;
        self.note_device(&tx, &user, &device).await?;
        let id = user.id;
        let opened = self.open_session(&tx, (user, organization, role), device, is_proven).await?;
        note_origin(&tx, &opened, &arrived).await?;
        let data = json!({"method": arrived.provider.as_str()});
        events::append(&tx, [NewEvent::of(event::USER_SIGNED_IN, "user", id, data)]).await?;
        tx.commit().await?;
        Ok(Entered::Opened(Box::new(opened)))
    }

    /// Joins as an invitation says: who has a second factor signs in with it first.
    async fn accept_by(&self, arrived: Arrived, id: Uuid, device: Device) -> Result<Entered, Error> {
        let row = invitation::Entity::find_by_id(id).one(&self.db.system_reader()).await?;
        let row = joining::usable(row, self.db.clock().now())?;
        let known = self.whose(&arrived).await?;
        let email = known.as_ref().map(|user| user.email.as_str()).or(arrived.email.as_deref());
        if email != Some(row.email.as_str()) {
            return Err(team::Refused::OtherAddress.into());
        }
        let Some(user) = known else { return self.accept_anew_by(arrived, &row, device).await };
        let tx = self.db.begin(&entering(OrgId(row.org_id), &user)).await?;
        if factors_of(&tx, user.id).await?.any() {
            return Err(team::Refused::SignIn.into());
        }
        self.note_arrival(&tx, &user, &arrived).await?;
        let opened = Box::pin(self.enter(&tx, user.id, &row, device)).await?;
        note_origin(&tx, &opened, &arrived).await?;
        let data = json!({"method": arrived.provider.as_str()});
        events::append(&tx, [NewEvent::of(event::USER_SIGNED_IN, "user", user.id, data)]).await?;
        tx.commit().await?;
        self.forget_org(OrgId(row.org_id));
        Ok(Entered::Opened(Box::new(opened)))
    }
}
