//! Proving once more who one is, before what is dangerous: handlers ask for it by naming `api::Confirmed`. Who has a second
//! factor proves that; a password alone is as good as the session that may have been stolen with it.

use std::sync::Arc;

use api::{ApiError, Caller, ErrorBody, Json};
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::events as event;
use db::{Action, Change, Tx, change_log};
use events::NewEvent;
use kernel::Fields;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Error, Identity,
    challenges::finish,
    mfa::{
        Factors, Refused, factors_of,
        proofs::{Method, Proof, count_try, forget_tries, spend},
        wrong_code,
    },
    passkeys::Assertion,
    store::{session, user},
    tokens, turns,
    watch::Watched,
};

/// How long a proof counts.
const CONFIRMED_FOR: TimeDelta = TimeDelta::minutes(10);

/// How somebody who is signed in proves who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum StepUpMethod {
    /// Of who has no second factor.
    Password,
    Totp,
    Backup,
    Passkey,
    /// An account elsewhere, of who has neither a password nor a second factor: `POST /api/auth/link/{provider}/confirm`.
    Provider,
}

/// What a challenge of a passkey that is to prove who one is, is for.
pub const STEP_UP: &str = "stepup";

impl StepUpMethod {
    /// Those that a person with these factors can choose from.
    pub fn of(factors: Factors, user: &user::Model) -> Vec<Self> {
        let of = |method| match method {
            Method::Totp => Self::Totp,
            Method::Backup => Self::Backup,
            Method::Passkey => Self::Passkey,
        };
        if factors.any() {
            return factors.methods().into_iter().map(of).collect();
        }
        vec![if user.password_hash.is_empty() { Self::Provider } else { Self::Password }]
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::Backup => "backup",
            Self::Passkey => "passkey",
            Self::Provider => "provider",
        }
    }
}

/// A proof of who one is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepUp {
    method: StepUpMethod,
    /// Of an app or a backup code.
    #[schema(max_length = 64)]
    code: Option<String>,
    #[schema(format = Password, max_length = 128)]
    password: Option<String>,
    /// Of `POST /api/auth/step-up/passkey`, with a passkey.
    #[schema(max_length = 256)]
    token: Option<String>,
    /// Of a passkey: the answer of `navigator.credentials.get`, as its `toJSON` has it.
    #[schema(value_type = Option<Object>)]
    credential: Option<Assertion>,
}

/// Prove who you are once more
///
/// For ten minutes dangerous actions are open to this session, which answer 403 with `auth.step_up` else. `stepUp` of
/// `GET /api/auth/mfa` tells which methods are taken.
#[utoipa::path(post, path = "/api/auth/step-up", tag = "Auth", operation_id = "stepUp", request_body = StepUp,
    responses((status = 204, description = "Proved"), (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 422, description = "The proof is wrong or of another kind than is asked for", body = ErrorBody),
        (status = 429, description = "Too many tries", body = ErrorBody)))]
pub async fn step_up(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Json(input): Json<StepUp>,
) -> Result<StatusCode, ApiError> {
    identity.step_up(&caller, input).await.watched(&identity, "step_up", None)?;
    Ok(StatusCode::NO_CONTENT)
}

/// A refusal of one field.
pub fn refused(field: &str, code: &'static str) -> Error {
    let mut fields = Fields::default();
    fields.refuse(field, code);
    fields.into()
}

impl Identity {
    /// Whether a proof of then counts now.
    pub(crate) fn counts(&self, confirmed_at: Option<DateTime<Utc>>) -> bool {
        confirmed_at.is_some_and(|at| self.db.clock().now() - at < CONFIRMED_FOR)
    }

    /// Until when the session is confirmed, as the database has it now; none where it is not.
    pub(crate) async fn confirmed_until(&self, session_id: Uuid) -> Result<Option<DateTime<Utc>>, Error> {
        let session = session::Entity::find_by_id(session_id).one(&self.db.system_reader()).await?;
        let confirmed_at = session.and_then(|session| session.confirmed_at).filter(|at| self.counts(Some(*at)));
        Ok(confirmed_at.map(|at| at + CONFIRMED_FOR))
    }

    /// Whether the session is confirmed, as the database has it now.
    pub(crate) async fn confirmed_now(&self, session_id: Uuid) -> Result<bool, Error> {
        Ok(self.confirmed_until(session_id).await?.is_some())
    }

    async fn step_up(&self, caller: &Caller, input: StepUp) -> Result<(), Error> {
        let user = self.person(caller).await?;
        let method = input.method;
        let factors = factors_of(&self.db.system_reader(), user.id).await?;
        if method == StepUpMethod::Provider || !StepUpMethod::of(factors, &user).contains(&method) {
            return Err(refused("method", "mfa.method"));
        }
        let counted = self.db.begin_system().await?;
        count_try(&counted, user.id).await?;
        counted.commit().await?;
        let proof = self.proof_of(&user, input).await?;
        let tx = self.db.begin(caller.scope()).await?;
        if let Some(proof) = proof
            && !spend(&tx, user.id, &proof).await?
        {
            return Err(wrong_code());
        }
        forget_tries(&tx, user.id).await?;
        confirm(&tx, caller.0.session_id, method).await?;
        tx.commit().await?;
        let id = caller.0.session_id;
        self.live.forget(move |live| live.id == id);
        Ok(())
    }

    /// The proof to be spent; none for a password, which stays what it is.
    async fn proof_of(&self, user: &user::Model, input: StepUp) -> Result<Option<Proof>, Error> {
        let method = match input.method {
            StepUpMethod::Password => {
                let password = input.password.ok_or_else(|| refused("password", "field.required"))?;
                let right =
                    self.passwords.verify(&password, Some(&user.password_hash), turns::at_home(user.id)).await?;
                return if right { Ok(None) } else { Err(refused("password", "password.current")) };
            }
            StepUpMethod::Totp => Method::Totp,
            StepUpMethod::Backup => Method::Backup,
            StepUpMethod::Passkey => return self.passkey_of(user.id, input).await.map(Some),
            StepUpMethod::Provider => return Err(refused("method", "mfa.method")),
        };
        let code = input.code.ok_or_else(|| refused("code", "field.required"))?;
        self.judge(user.id, method, &code).await?.ok_or_else(wrong_code).map(Some)
    }

    /// Of a passkey, whose challenge ends with it.
    async fn passkey_of(&self, user: Uuid, input: StepUp) -> Result<Proof, Error> {
        let token = input.token.ok_or_else(|| refused("token", "field.required"))?;
        let credential = input.credential.ok_or_else(|| refused("credential", "field.required"))?;
        let asked = self.open_challenge(tokens::fingerprint(&token), STEP_UP).await?;
        if asked.user_id != Some(user) {
            return Err(Refused::Challenge.into());
        }
        let ended = self.db.begin_system().await?;
        finish(&ended, &asked.id_hash).await?;
        ended.commit().await?;
        let proof = self.judge_passkey(user, &credential, &asked.state).await?;
        proof.ok_or_else(|| refused("credential", "mfa.passkey"))
    }
}

/// Notes that somebody proved in this session who they are.
pub async fn confirm(tx: &Tx, session_id: Uuid, method: StepUpMethod) -> Result<(), Error> {
    let now = tx.clock().now();
    let change = session::ActiveModel { id: Set(session_id), confirmed_at: Set(Some(now)), ..Default::default() };
    session::Entity::update(change).exec(tx).await?;
    let after = json!({"confirmedAt": now});
    change_log::record(tx, [Change::between("session", session_id, Action::Updated, &json!({}), &after, 2)]).await?;
    let data = json!({"method": method.as_str()});
    Ok(events::append(tx, [NewEvent::of(event::SESSION_CONFIRMED, "session", session_id, data)]).await?)
}
