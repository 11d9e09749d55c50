//! A new account for somebody whose address a provider vouches for: nothing is made before they have said so, and named
//! their organization or come by an invitation. It has no password until one is set.

use std::sync::Arc;

use api::{ApiError, ErrorBody, Json};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use db::Tx;
use kernel::{Fields, Locale, OrgId, UserId, values::Line};
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Arrived, Refused, note_origin};
use crate::{
    Error, Identity, Role,
    accounts::{entering, found, register},
    challenges::{Entered, begin, finish},
    passkeys::{read, written},
    profile::parse_time_zone,
    sessions::{Device, Opened},
    store::{invitation, user},
    tokens,
    views::{AuthResult, LocaleName},
    watch::Watched,
};

/// What a challenge of a new account is for.
const REGISTRATION: &str = "registration";

/// Nobody has the address: an account can be made.
#[derive(Serialize, ToSchema)]
pub struct RegistrationOffer {
    registration: Registration,
}

/// What is known of somebody new.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// For `POST /api/auth/oauth/register`.
    token: String,
    /// Theirs, as the service says.
    email: String,
    #[schema(required)]
    name: Option<String>,
    expires_at: DateTime<Utc>,
}

impl Registration {
    pub fn offer(self) -> RegistrationOffer {
        RegistrationOffer { registration: self }
    }
}

/// A new account with its first organization.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FederatedSignUp {
    #[schema(max_length = 256)]
    token: String,
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    #[schema(min_length = 1, max_length = 120)]
    organization_name: String,
    /// Else what the client accepts.
    locale: Option<LocaleName>,
    /// IANA name, else UTC.
    #[schema(max_length = 64)]
    time_zone: Option<String>,
}

/// Sign up through another service
///
/// By the `registration` of `finishFederatedSignIn`: creates a person with a verified address and no password, their
/// organization and a session. With `X-Session-Mode: cookie` the session is a cookie and the tokens are null.
#[utoipa::path(post, path = "/api/auth/oauth/register", tag = "Auth", operation_id = "registerFederated", security(()),
    request_body = FederatedSignUp,
    responses((status = 201, description = "Signed up", body = AuthResult),
        (status = 403, description = "Somebody has the address by now", body = ErrorBody),
        (status = 409, description = "Somebody has linked the account by now", body = ErrorBody),
        (status = 410, description = "It took too long, or was done before", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody),
        (status = 429, description = "Too many tries", body = ErrorBody)))]
pub async fn register_federated(
    State(identity): State<Arc<Identity>>,
    device: Device,
    Json(input): Json<FederatedSignUp>,
) -> Result<Response, ApiError> {
    let opened = identity.register_federated(input, device).await.watched(&identity, "federated_sign_up", None)?;
    Ok((StatusCode::CREATED, opened.answer(&identity)).into_response())
}

impl Identity {
    pub(super) async fn offer_registration(&self, arrived: Arrived) -> Result<Registration, Error> {
        let email = arrived.email.clone().ok_or(Refused::Unverified)?;
        self.check_sign_up().await?;
        let tx = self.db.begin_system().await?;
        let (token, expires_at) = begin(&tx, None, REGISTRATION, written(&arrived)?).await?;
        tx.commit().await?;
        Ok(Registration { token, email, name: arrived.name, expires_at })
    }

    async fn register_federated(&self, input: FederatedSignUp, device: Device) -> Result<Opened, Error> {
        let mut fields = Fields::default();
        let name = fields.take("name", Line::<120>::parse(&input.name));
        let organization_name = fields.take("organizationName", Line::<120>::parse(&input.organization_name));
        let time_zone = input.time_zone.map_or(Some("UTC".to_owned()), |zone| parse_time_zone(&mut fields, &zone));
        let (Some(name), Some(organization_name), Some(time_zone)) = (name, organization_name, time_zone) else {
            return Err(fields.into());
        };
        let locale = input.locale.map_or_else(api::context::locale, Locale::from);
        self.check_sign_up().await?;
        let asked = self.try_challenge(tokens::fingerprint(&input.token), REGISTRATION).await?;
        let arrived: Arrived = read(&asked.state)?;
        if self.whose(&arrived).await?.is_some() {
            // Made meanwhile: signing in finds it.
            return Err(Refused::Taken.into());
        }
        let user = self.newcomer(&arrived, name.into_string(), locale.as_str(), time_zone)?;
        let org = OrgId(self.db.clock().new_id());
        let tx = self.db.begin(&entering(org, &user)).await?;
        finish(&tx, &asked.id_hash).await?;
        let user = self.make(&tx, user, &arrived).await?;
        let organization = found(&tx, org, UserId(user.id), organization_name.as_str()).await?;
        self.note_device(&tx, &user, &device).await?;
        let opened = self.open_session(&tx, (user, organization, Role::Owner), device, true).await?;
        note_origin(&tx, &opened, &arrived).await?;
        tx.commit().await?;
        Ok(opened)
    }

    /// Makes an account for who was invited, and lets them in.
    pub(super) async fn accept_anew_by(
        &self,
        arrived: Arrived,
        row: &invitation::Model,
        device: Device,
    ) -> Result<Entered, Error> {
        let name = arrived.name.as_deref().and_then(|name| Line::<120>::parse(name).ok());
        let name = name.map_or_else(|| row.email.split('@').next().unwrap_or_default().to_owned(), Line::into_string);
        let user = self.newcomer(&arrived, name, &row.locale, "UTC".to_owned())?;
        let tx = self.db.begin(&entering(OrgId(row.org_id), &user)).await?;
        let user = self.make(&tx, user, &arrived).await?;
        let opened = Box::pin(self.enter(&tx, user.id, row, device)).await?;
        note_origin(&tx, &opened, &arrived).await?;
        tx.commit().await?;
        self.forget_org(OrgId(row.org_id));
        Ok(Entered::Opened(Box::new(opened)))
    }

    fn newcomer(&self, arrived: &Arrived, name: String, locale: &str, time_zone: String) -> Result<user::Model, Error> {
        let now = self.db.clock().now();
        Ok(user::Model {
            id: self.db.clock().new_id(),
            email: arrived.email.clone().ok_or(Refused::Unverified)?,
            password_hash: String::new(),
            name,
            phone: None,
            locale: locale.to_owned(),
            time_zone,
            theme: "system".to_owned(),
            shortcuts: "{}".to_owned(),
            email_verified_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        })
    }

    /// Keeps a new person, whose address is proved, with the account that they came by.
    async fn make(&self, tx: &Tx, user: user::Model, arrived: &Arrived) -> Result<user::Model, Error> {
        register(tx, user.clone()).await?;
        self.note_proof(tx, &user).await?;
        let user = user::Entity::find_by_id(user.id).one(tx).await?.ok_or(Error::NotFound)?;
        self.note_arrival(tx, &user, arrived).await?;
        Ok(user)
    }
}
