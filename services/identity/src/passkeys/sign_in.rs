//! Proving a passkey: to sign in without a password, as the answer to a challenge, and as a proof of the last minutes.

use std::sync::Arc;

use api::{ApiError, Caller, ErrorBody, Json};
use axum::{extract::State, response::Response};
use contracts::events as event;
use events::NewEvent;
use kernel::OrgId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{PasskeyOptions, read, webauthn, webauthn::Assertion, written};
use crate::{
    Error, Identity,
    accounts::entering,
    challenges::{SIGN_IN, Waiting, begin, finish},
    mfa::{
        Refused,
        proofs::{Proof, changed, spend},
        store::passkey,
    },
    sessions::{Device, Opened},
    step_up::STEP_UP,
    store::user,
    tokens,
    views::AuthResult,
    watch::Watched,
};

/// What a challenge of the sign-in without a password is for.
const ANYBODY: &str = "anybody";

/// A challenge that is to be answered by a passkey.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChallengeToken {
    #[schema(max_length = 256)]
    token: String,
}

/// The answer of an authenticator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeySignIn {
    #[schema(max_length = 256)]
    token: String,
    /// The answer of `navigator.credentials.get`, as its `toJSON` has it.
    #[schema(value_type = Object)]
    credential: Assertion,
}

/// Begin to sign in with a passkey
///
/// The same for everybody: the passkey tells who it is.
#[utoipa::path(post, path = "/api/auth/passkey/options", tag = "Auth", operation_id = "startPasskeySignIn", security(()),
    responses((status = 200, description = "For `navigator.credentials.get`", body = PasskeyOptions),
        (status = 429, description = "Too many tries", body = ErrorBody),
        (status = 503, description = "The public address is not a domain", body = ErrorBody)))]
async fn start_passkey_sign_in(State(identity): State<Arc<Identity>>) -> Result<Json<PasskeyOptions>, ApiError> {
    Ok(Json(identity.start_passkey_sign_in().await?))
}

/// Sign in with a passkey
///
/// It stands for both factors: the authenticator has verified the person. Bearer mode answers tokens; with
/// `X-Session-Mode: cookie` the session is a cookie and the tokens are null.
#[utoipa::path(post, path = "/api/auth/passkey", tag = "Auth", operation_id = "signInWithPasskey", security(()),
    request_body = PasskeySignIn,
    responses((status = 200, description = "Signed in", body = AuthResult),
        (status = 401, description = "Unknown or not proved", body = ErrorBody),
        (status = 410, description = "It took too long, or was used before", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody),
        (status = 429, description = "Too many tries", body = ErrorBody)))]
async fn sign_in_with_passkey(
    State(identity): State<Arc<Identity>>,
    device: Device,
    Json(input): Json<PasskeySignIn>,
) -> Result<Response, ApiError> {
    let opened = identity.sign_in_with_passkey(input, device).await.watched(&identity, "passkey", None)?;
    Ok(opened.answer(&identity))
}

/// Begin to answer a challenge with a passkey
#[utoipa::path(post, path = "/api/auth/challenge/passkey", tag = "Auth", operation_id = "startChallengePasskey",
    security(()), request_body = ChallengeToken,
    responses((status = 200, description = "For `navigator.credentials.get`; the token is the challenge's", body = PasskeyOptions),
        (status = 410, description = "The challenge is over", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody),
        (status = 429, description = "Too many tries", body = ErrorBody)))]
async fn start_challenge_passkey(
    State(identity): State<Arc<Identity>>,
    Json(input): Json<ChallengeToken>,
) -> Result<Json<PasskeyOptions>, ApiError> {
    Ok(Json(identity.ask_in_challenge(input.token).await?))
}

/// Begin to prove who you are with a passkey
#[utoipa::path(post, path = "/api/auth/step-up/passkey", tag = "Auth", operation_id = "startStepUpPasskey",
    responses((status = 200, description = "For `navigator.credentials.get`", body = PasskeyOptions),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 409, description = "There is no passkey", body = ErrorBody)))]
async fn start_step_up_passkey(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
) -> Result<Json<PasskeyOptions>, ApiError> {
    Ok(Json(identity.ask_for_step_up(&caller).await?))
}

pub fn routes() -> OpenApiRouter<Arc<Identity>> {
    OpenApiRouter::new()
        .routes(routes!(start_passkey_sign_in))
        .routes(routes!(sign_in_with_passkey))
        .routes(routes!(start_challenge_passkey))
        .routes(routes!(start_step_up_passkey))
}

impl Identity {
    async fn start_passkey_sign_in(&self) -> Result<PasskeyOptions, Error> {
        let question = webauthn::question(self.db.clock());
        let options = self.relying_party()?.ask(&question, &[]);
        let tx = self.db.begin_system().await?;
        let (token, _) = begin(&tx, None, ANYBODY, question).await?;
        tx.commit().await?;
        Ok(PasskeyOptions { token, options })
    }

    async fn sign_in_with_passkey(&self, input: PasskeySignIn, device: Device) -> Result<Opened, Error> {
        let asked = self.try_challenge(tokens::fingerprint(&input.token), ANYBODY).await?;
        let id = input.credential.claimed().ok_or(Refused::Passkey)?;
        let proof = self.judge_passkey(id, &input.credential, &asked.state).await?.ok_or(Refused::Passkey)?;
        let user = user::Entity::find_by_id(id).one(&self.db.system_reader()).await?.ok_or(Refused::Passkey)?;
        let (organization, role) = self.home(id, Refused::Passkey).await?;
        let tx = self.db.begin(&entering(OrgId(organization.id), &user)).await?;
        finish(&tx, &asked.id_hash).await?;
        if !spend(&tx, id, &proof).await? {
            return Err(Refused::Passkey.into());
        }
        self.note_device(&tx, &user, &device).await?;
        let opened = self.open_session(&tx, (user, organization, role), device, true).await?;
        events::append(&tx, [NewEvent::of(event::USER_SIGNED_IN, "user", id, json!({"method": "passkey"}))]).await?;
        tx.commit().await?;
        Ok(opened)
    }

    /// Judges an authenticator's answer for one person; none where it proves nothing.
    pub(crate) async fn judge_passkey(
        &self,
        user: Uuid,
        given: &Assertion,
        question: &str,
    ) -> Result<Option<Proof>, Error> {
        let Ok(id) = given.id() else { return Ok(None) };
        let row = passkey::Entity::find()
            .filter(passkey::Column::CredentialId.eq(id))
            .filter(passkey::Column::UserId.eq(user))
            .one(&self.db.system_reader())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let Ok(now) = self.relying_party()?.proved(question, given, user, &read(&row.credential)?) else {
            return Ok(None);
        };
        Ok(Some(Proof::Passkey { id: row.id, before: row.credential, after: written(&now)? }))
    }

    async fn ask_in_challenge(&self, token: String) -> Result<PasskeyOptions, Error> {
        let asked = self.open_challenge(tokens::fingerprint(&token), SIGN_IN).await?;
        let user = asked.user_id.ok_or(Refused::Challenge)?;
        let (options, question) = self.ask(user).await?;
        let waiting: Waiting = read(&asked.state)?;
        let waiting = written(&Waiting { question: Some(question), ..waiting })?;
        let tx = self.db.begin_system().await?;
        let sql = "update auth_challenges set state = $2 where id_hash = $1 and used_at is null";
        if !changed(&tx, sql, vec![asked.id_hash.into(), waiting.into()]).await? {
            return Err(Refused::Challenge.into());
        }
        tx.commit().await?;
        Ok(PasskeyOptions { token, options })
    }

    async fn ask_for_step_up(&self, caller: &Caller) -> Result<PasskeyOptions, Error> {
        let user = caller.scope().user_id().ok_or(Error::NotFound)?.0;
        let (options, question) = self.ask(user).await?;
        let tx = self.db.begin_system().await?;
        let (token, _) = begin(&tx, Some(user), STEP_UP, question).await?;
        tx.commit().await?;
        Ok(PasskeyOptions { token, options })
    }

    /// A question to one of a person's passkeys.
    async fn ask(&self, user: Uuid) -> Result<(Value, String), Error> {
        let passkeys = self.passkeys_of(user).await?;
        if passkeys.is_empty() {
            return Err(Refused::NoFactor.into());
        }
        let question = webauthn::question(self.db.clock());
        Ok((self.relying_party()?.ask(&question, &passkeys), question))
    }
}
