//! Signing in with a second factor: the password gives a challenge in place of a session, its answer gives the session.
//! A challenge is known by the hash of its token, is answered once, and is tried five times at most.

use std::sync::Arc;

use api::{ApiError, ErrorBody, Json};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::events as event;
use db::Tx;
use events::NewEvent;
use kernel::OrgId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Error, Identity,
    accounts::entering,
    federated::{Arrived, note_origin},
    mfa::{
        Refused, factors_of,
        proofs::{Method, Proof, changed, count_try, forget_tries, spend},
        store::challenge,
        trusted,
    },
    passkeys::{Assertion, read, written},
    sessions::{Device, Opened},
    step_up::refused,
    store::user,
    tokens,
    views::AuthResult,
    watch::Watched,
};

/// How long a challenge may be answered.
pub const LIFE: TimeDelta = TimeDelta::minutes(10);
/// Answers that one challenge takes.
const TRIES: i64 = 5;
/// What a challenge of the sign-in with a password is for.
pub const SIGN_IN: &str = "signin";

/// A session, or what is still asked for.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "the form of two answers; each is sent as what it is")]
pub enum SignInResult {
    SignedIn(Box<AuthResult>),
    Challenged(ChallengeResult),
}

/// The password was right; a second factor is asked for.
#[derive(Serialize, ToSchema)]
pub struct ChallengeResult {
    challenge: Challenge,
}

/// What is to be answered at `POST /api/auth/challenge`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Challenge {
    token: String,
    /// Any one of them.
    methods: Vec<Method>,
    expires_at: DateTime<Utc>,
}

/// The answer to a challenge.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChallengeAnswer {
    #[schema(max_length = 256)]
    token: String,
    method: Method,
    /// Of an app or a backup code.
    #[schema(max_length = 64)]
    code: Option<String>,
    /// Of a passkey: the answer of `navigator.credentials.get` to `POST /api/auth/challenge/passkey`, as its `toJSON` has
    /// it.
    #[schema(value_type = Option<Object>)]
    credential: Option<Assertion>,
    /// Not to ask this browser again for thirty days; with `X-Session-Mode: cookie` only.
    #[serde(default)]
    trust_device: bool,
}

/// What a challenge of the sign-in waits with.
#[derive(Serialize, Deserialize)]
pub struct Waiting {
    /// Of the person: whoever changes the account meanwhile, its password for one, ends the challenge.
    pub version: i64,
    /// To a passkey, where one is to answer.
    pub question: Option<String>,
    /// The account elsewhere by which they came; none of who gave the password.
    #[serde(default)]
    pub arrived: Option<Arrived>,
}

/// Answer a challenge
///
/// Gives the session that the sign-in did not. Bearer mode answers tokens; with `X-Session-Mode: cookie` the session is
/// a cookie and the tokens are null. `mfa.code` comes with `triesLeft`.
#[utoipa::path(post, path = "/api/auth/challenge", tag = "Auth", operation_id = "answerChallenge", security(()),
    request_body = ChallengeAnswer,
    responses((status = 200, description = "Signed in", body = AuthResult),
        (status = 401, description = "The code is wrong", body = ErrorBody),
        (status = 410, description = "The challenge is over", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody),
        (status = 429, description = "Too many tries", body = ErrorBody)))]
pub async fn answer_challenge(
    State(identity): State<Arc<Identity>>,
    device: Device,
    Json(input): Json<ChallengeAnswer>,
) -> Result<Response, ApiError> {
    let answered = identity.answer_challenge(input, device).await;
    let (opened, trust) = answered.watched(&identity, "second_factor", None)?;
    let mut response = opened.answer(&identity);
    if let Some(trust) = trust {
        identity.cookies.set_device(response.headers_mut(), &trust, trusted::TRUSTED_FOR.num_seconds());
    }
    Ok(response)
}

/// What a right password is worth.
pub enum Demand {
    /// There is no second factor: it proves who somebody is.
    Nothing,
    /// The browser is trusted: enough to work with, not for what is dangerous.
    Trust,
    Factor(ChallengeResult),
}

/// What a sign-in came to.
pub enum Entered {
    Opened(Box<Opened>),
    Challenged(ChallengeResult),
}

impl Entered {
    /// The answer.
    pub fn answer(self, identity: &Identity) -> Response {
        match self {
            Self::Opened(opened) => opened.answer(identity),
            Self::Challenged(challenged) => Json(challenged).into_response(),
        }
    }
}

/// Begins a proof; gives the token that finishes it, and until when.
pub async fn begin(
    tx: &Tx,
    user: Option<Uuid>,
    purpose: &str,
    state: String,
) -> Result<(String, DateTime<Utc>), Error> {
    let now = tx.clock().now();
    // What is over goes when another one comes.
    challenge::Entity::delete_many().filter(challenge::Column::ExpiresAt.lte(now)).exec(tx).await?;
    let (token, id_hash) = tokens::opaque(tx.clock());
    let row = challenge::Model {
        id_hash,
        user_id: user,
        purpose: purpose.to_owned(),
        state,
        tries: 0,
        created_at: now,
        expires_at: now + LIFE,
        used_at: None,
    };
    challenge::Entity::insert(challenge::ActiveModel::from(row)).exec_without_returning(tx).await?;
    Ok((token, now + LIFE))
}

/// Ends a proof, which only one can do.
pub async fn finish(tx: &Tx, id_hash: &[u8]) -> Result<(), Error> {
    let sql = "update auth_challenges set used_at = $2 where id_hash = $1 and used_at is null";
    let finished = changed(tx, sql, vec![id_hash.to_vec().into(), tx.clock().now().into()]).await?;
    if finished { Ok(()) } else { Err(Refused::Challenge.into()) }
}

impl Identity {
    /// What is still asked of somebody whose password was right.
    pub async fn challenge(&self, tx: &Tx, user: &user::Model, device: &Device) -> Result<Demand, Error> {
        self.demand(tx, user, device, None).await
    }

    /// The same of somebody who came by an account elsewhere.
    pub(crate) async fn demand(
        &self,
        tx: &Tx,
        user: &user::Model,
        device: &Device,
        arrived: Option<&Arrived>,
    ) -> Result<Demand, Error> {
        let factors = factors_of(tx, user.id).await?;
        if !factors.any() {
            return Ok(Demand::Nothing);
        }
        if trusted::is_trusted(tx, user.id, device).await? {
            return Ok(Demand::Trust);
        }
        let waiting = Waiting { version: user.version, question: None, arrived: arrived.cloned() };
        let waiting = written(&waiting)?;
        let (token, expires_at) = begin(tx, Some(user.id), SIGN_IN, waiting).await?;
        Ok(Demand::Factor(ChallengeResult { challenge: Challenge { token, methods: factors.methods(), expires_at } }))
    }

    /// Counts a try of a challenge, for good, before anything is judged.
    pub(crate) async fn try_challenge(&self, id_hash: Vec<u8>, purpose: &str) -> Result<challenge::Model, Error> {
        let tx = self.db.begin_system().await?;
        let sql = "update auth_challenges set tries = tries + 1 \
                   where id_hash = $1 and purpose = $2 and used_at is null and tries < $3 and expires_at > $4";
        let values = vec![id_hash.clone().into(), purpose.into(), TRIES.into(), tx.clock().now().into()];
        if !changed(&tx, sql, values).await? {
            return Err(Refused::Challenge.into());
        }
        let row = challenge::Entity::find_by_id(id_hash).one(&tx).await?.ok_or(Refused::Challenge)?;
        if let Some(user) = row.user_id {
            count_try(&tx, user).await?;
        }
        tx.commit().await?;
        Ok(row)
    }

    /// A challenge that can be answered yet; nothing is counted.
    pub(crate) async fn open_challenge(&self, id_hash: Vec<u8>, purpose: &str) -> Result<challenge::Model, Error> {
        let row = challenge::Entity::find_by_id(id_hash).one(&self.db.system_reader()).await?;
        let now = self.db.clock().now();
        let open = |row: &challenge::Model| {
            row.purpose == purpose && row.used_at.is_none() && row.tries < TRIES && row.expires_at > now
        };
        row.filter(open).ok_or_else(|| Refused::Challenge.into())
    }

    /// Judges the answer to a challenge of a person.
    async fn judge_answer(
        &self,
        user: Uuid,
        input: &ChallengeAnswer,
        question: Option<&str>,
    ) -> Result<Option<Proof>, Error> {
        if input.method == Method::Passkey {
            let credential = input.credential.as_ref().ok_or_else(|| refused("credential", "field.required"))?;
            let question = question.ok_or(Refused::Challenge)?;
            return self.judge_passkey(user, credential, question).await;
        }
        let code = input.code.as_ref().ok_or_else(|| refused("code", "field.required"))?;
        self.judge(user, input.method, code).await
    }

    async fn answer_challenge(
        &self,
        input: ChallengeAnswer,
        device: Device,
    ) -> Result<(Opened, Option<String>), Error> {
        let asked = self.try_challenge(tokens::fingerprint(&input.token), SIGN_IN).await?;
        let wrong = || Refused::Answer { left: TRIES - asked.tries };
        let id = asked.user_id.ok_or(Refused::Challenge)?;
        let user = user::Entity::find_by_id(id).one(&self.db.system_reader()).await?.ok_or(Refused::Challenge)?;
        let waiting: Waiting = read(&asked.state)?;
        if waiting.version != user.version {
            return Err(Refused::Challenge.into());
        }
        let proof = self.judge_answer(id, &input, waiting.question.as_deref()).await?.ok_or_else(wrong)?;
        let (organization, role) = self.home(id, Error::Credentials).await?;
        let tx = self.db.begin(&entering(OrgId(organization.id), &user)).await?;
        finish(&tx, &asked.id_hash).await?;
        if !spend(&tx, id, &proof).await? {
            return Err(wrong().into());
        }
        forget_tries(&tx, id).await?;
        if let Some(arrived) = &waiting.arrived {
            self.note_arrival(&tx, &user, arrived).await?;
        }
        let trust = if input.trust_device && device.is_browser() {
            Some(trusted::trust(&tx, id, &device).await?)
        } else {
            None
        };
        self.note_device(&tx, &user, &device).await?;
        let opened = self.open_session(&tx, (user, organization, role), device, true).await?;
        if let Some(arrived) = &waiting.arrived {
            note_origin(&tx, &opened, arrived).await?;
        }
        let method = waiting.arrived.map_or("password", |arrived| arrived.provider.as_str());
        let data = json!({"method": method, "factor": input.method.as_str()});
        events::append(&tx, [NewEvent::of(event::USER_SIGNED_IN, "user", id, data)]).await?;
        tx.commit().await?;
        Ok((opened, trust))
    }
}
