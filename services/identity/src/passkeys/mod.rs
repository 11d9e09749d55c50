//! Passkeys: a second factor that is not typed, and a way to sign in without a password. Registering, renaming and removing
//! them; `sign_in.rs` proves them, `webauthn.rs` judges what authenticators say.

mod cbor;
mod keys;
mod sign_in;
#[cfg(test)]
mod tests;
mod webauthn;

use std::sync::Arc;

use api::{ApiError, Caller, Confirmed, ErrorBody, Json, Path};
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use contracts::events as event;
use db::{Action, Change, change_log};
use kernel::{Fields, values::Line};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

pub use webauthn::{Assertion, RelyingParty};

use crate::{
    Error, Identity,
    challenges::{begin, finish},
    mfa::{
        Refused, backup_codes, factors_of,
        proofs::{changed, forget_tries},
        record,
        store::passkey,
        tell,
        trusted::tell_updated,
    },
    step_up::refused,
    tokens,
};

/// Passkeys of one person at most.
const MOST: u64 = 20;
/// What a challenge of registration is for.
const REGISTER: &str = "register";

/// A passkey.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Passkey)]
pub struct PasskeyView {
    id: Uuid,
    /// As its owner calls it.
    name: String,
    created_at: DateTime<Utc>,
    #[schema(required)]
    last_used_at: Option<DateTime<Utc>>,
}

impl From<passkey::Model> for PasskeyView {
    fn from(row: passkey::Model) -> Self {
        Self { id: row.id, name: row.name, created_at: row.created_at, last_used_at: row.last_used_at }
    }
}

/// What the browser passes to the authenticator.
#[derive(Serialize, ToSchema)]
pub struct PasskeyOptions {
    /// Goes back with the authenticator's answer.
    token: String,
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`.
    #[schema(value_type = Object)]
    options: Value,
}

/// A passkey to keep.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyInput {
    #[schema(max_length = 256)]
    token: String,
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// The answer of `navigator.credentials.create`, as its `toJSON` has it.
    #[schema(value_type = Object)]
    credential: webauthn::Registration,
}

/// A new name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyPatch {
    #[schema(min_length = 1, max_length = 60)]
    name: String,
}

/// A passkey that was registered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasskeyRegistered {
    passkey: PasskeyView,
    /// Ten, shown this once; null where there are some already.
    #[schema(required)]
    backup_codes: Option<Vec<String>>,
}

/// Begin to register a passkey
///
/// Asks for a proof of the last minutes (`auth.step_up`).
#[utoipa::path(post, path = "/api/auth/passkeys/options", tag = "Auth", operation_id = "startPasskey",
    responses((status = 200, description = "For `navigator.credentials.create`", body = PasskeyOptions),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 403, description = "A proof of the last minutes is asked for", body = ErrorBody),
        (status = 409, description = "There are too many", body = ErrorBody),
        (status = 503, description = "The public address is not a domain", body = ErrorBody)))]
async fn start_passkey(
    State(identity): State<Arc<Identity>>,
    Confirmed(caller): Confirmed,
) -> Result<Json<PasskeyOptions>, ApiError> {
    Ok(Json(identity.start_passkey(&caller).await?))
}

/// Register a passkey
#[utoipa::path(post, path = "/api/auth/passkeys", tag = "Auth", operation_id = "createPasskey",
    request_body = PasskeyInput,
    responses((status = 201, description = "Registered", body = PasskeyRegistered),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 410, description = "It took too long, or was used before", body = ErrorBody),
        (status = 422, description = "A field is not valid, or the authenticator's answer", body = ErrorBody)))]
async fn create_passkey(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Json(input): Json<PasskeyInput>,
) -> Result<(StatusCode, Json<PasskeyRegistered>), ApiError> {
    Ok((StatusCode::CREATED, Json(identity.create_passkey(&caller, input).await?)))
}

/// Rename a passkey
#[utoipa::path(patch, path = "/api/auth/passkeys/{id}", tag = "Auth", operation_id = "renamePasskey",
    params(("id" = Uuid, Path, description = "The passkey's id")), request_body = PasskeyPatch,
    responses((status = 200, description = "Renamed", body = PasskeyView),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 404, description = "No such passkey of yours", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody)))]
async fn rename_passkey(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(input): Json<PasskeyPatch>,
) -> Result<Json<PasskeyView>, ApiError> {
    Ok(Json(identity.rename_passkey(&caller, id, &input.name).await?))
}

/// Remove a passkey
///
/// With the last factor go the backup codes and the trust in devices. Asks for a proof of the last minutes
/// (`auth.step_up`).
#[utoipa::path(delete, path = "/api/auth/passkeys/{id}", tag = "Auth", operation_id = "deletePasskey",
    params(("id" = Uuid, Path, description = "The passkey's id")),
    responses((status = 204, description = "Removed"), (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 403, description = "A proof of the last minutes is asked for", body = ErrorBody),
        (status = 404, description = "No such passkey of yours", body = ErrorBody),
        (status = 409, description = "An organization asks for one, and this is the last", body = ErrorBody)))]
async fn delete_passkey(
    State(identity): State<Arc<Identity>>,
    Confirmed(caller): Confirmed,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    identity.delete_passkey(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The routes of passkeys.
pub fn routes() -> OpenApiRouter<Arc<Identity>> {
    OpenApiRouter::new()
        .routes(routes!(start_passkey))
        .routes(routes!(create_passkey))
        .routes(routes!(rename_passkey, delete_passkey))
        .merge(sign_in::routes())
}

fn unusable() -> Error {
    refused("credential", "passkey.answer")
}

fn named(raw: &str) -> Result<String, Error> {
    let mut fields = Fields::default();
    fields.take("name", Line::<60>::parse(raw)).map(Line::into_string).ok_or_else(|| fields.into())
}

impl Identity {
    /// Us, as authenticators know us.
    fn relying_party(&self) -> Result<&RelyingParty, Error> {
        self.relying_party.as_ref().ok_or_else(|| Refused::NoPasskeys.into())
    }

    /// The passkeys of a person, the oldest first.
    pub(crate) async fn passkeys_of(&self, user: Uuid) -> Result<Vec<passkey::Model>, Error> {
        Ok(passkey::Entity::find()
            .filter(passkey::Column::UserId.eq(user))
            .order_by_asc(passkey::Column::CreatedAt)
            .limit(MOST)
            .all(&self.db.system_reader())
            .await?)
    }

    async fn start_passkey(&self, caller: &Caller) -> Result<PasskeyOptions, Error> {
        let user = self.person(caller).await?;
        let have = self.passkeys_of(user.id).await?;
        if have.len() as u64 >= MOST {
            return Err(Refused::TooManyPasskeys.into());
        }
        let question = webauthn::question(self.db.clock());
        let options = self.relying_party()?.register(&question, &user, &have);
        let tx = self.db.begin_system().await?;
        let (token, _) = begin(&tx, Some(user.id), REGISTER, question).await?;
        tx.commit().await?;
        Ok(PasskeyOptions { token, options })
    }

    async fn create_passkey(&self, caller: &Caller, input: PasskeyInput) -> Result<PasskeyRegistered, Error> {
        let user = self.person(caller).await?;
        let name = named(&input.name)?;
        let asked = self.try_challenge(tokens::fingerprint(&input.token), REGISTER).await?;
        if asked.user_id != Some(user.id) {
            return Err(Refused::Challenge.into());
        }
        let new = self.relying_party()?.registered(&asked.state, &input.credential).map_err(|_| unusable())?;
        let codes = match factors_of(&self.db.system_reader(), user.id).await?.codes {
            0 => Some(self.make_backup_codes(user.id).await?),
            _ => None,
        };
        let tx = self.db.begin(caller.scope()).await?;
        finish(&tx, &asked.id_hash).await?;
        let mine = passkey::Entity::find().filter(passkey::Column::UserId.eq(user.id));
        if mine.count(&tx).await? >= MOST {
            return Err(Refused::TooManyPasskeys.into());
        }
        // One key is one person's: it tells who signs in.
        let of_one = passkey::Column::CredentialId.eq(new.id.clone());
        if passkey::Entity::find().filter(of_one).one(&tx).await?.is_some() {
            return Err(unusable());
        }
        let row = passkey::Model {
            id: tx.clock().new_id(),
            user_id: user.id,
            credential_id: new.id,
            credential: written(&new.credential)?,
            name,
            created_at: tx.clock().now(),
            last_used_at: None,
        };
        let new = passkey::Entity::insert(passkey::ActiveModel::from(row.clone()));
        match new.exec_without_returning(&tx).await.map_err(db::Error::from) {
            // Somebody registered it a moment ago.
            Err(error) if error.is_unique_violation() => return Err(unusable()),
            done => done?,
        };
        if let Some(codes) = &codes {
            backup_codes::replace(&tx, user.id, codes).await?;
        }
        forget_tries(&tx, user.id).await?;
        record(&tx, &user, &json!({}), &json!({"passkey": row.name})).await?;
        tell(&tx, event::USER_MFA_ENABLED, user.id, "passkey").await?;
        self.tell_of_factor(&tx, &user, "mfa.change.passkey_on").await?;
        tx.commit().await?;
        self.live.forget(move |live| live.user_id == user.id);
        Ok(PasskeyRegistered { passkey: row.into(), backup_codes: codes.map(|codes| codes.shown) })
    }

    async fn rename_passkey(&self, caller: &Caller, id: Uuid, name: &str) -> Result<PasskeyView, Error> {
        let user = self.person(caller).await?;
        let name = named(name)?;
        let mine = self.passkeys_of(user.id).await?;
        let row = mine.into_iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
        let tx = self.db.begin(caller.scope()).await?;
        let change = passkey::ActiveModel { id: Set(id), name: Set(name.clone()), ..Default::default() };
        passkey::Entity::update(change).exec(&tx).await?;
        let (before, after) = (json!({"name": row.name}), json!({"name": name}));
        change_log::record(&tx, [Change::between("passkey", id, Action::Updated, &before, &after, 2)]).await?;
        tell_updated(&tx, user.id, "passkey").await?;
        tx.commit().await?;
        Ok(passkey::Model { name, ..row }.into())
    }

    async fn delete_passkey(&self, caller: &Caller, id: Uuid) -> Result<(), Error> {
        let user = self.person(caller).await?;
        let tx = self.db.begin(caller.scope()).await?;
        let sql = "delete from passkeys where id = $1 and user_id = $2";
        if !changed(&tx, sql, vec![id.into(), user.id.into()]).await? {
            return Err(Error::NotFound);
        }
        self.after_removal(&tx, user.id).await?;
        self.keep_a_way_in(&tx, user.id).await?;
        record(&tx, &user, &json!({"passkey": true}), &json!({"passkey": false})).await?;
        tell(&tx, event::USER_MFA_DISABLED, user.id, "passkey").await?;
        self.tell_of_factor(&tx, &user, "mfa.change.passkey_off").await?;
        Ok(tx.commit().await?)
    }
}

/// What is stored, as text.
pub fn written(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Unusable(error.to_string()))
}

/// What was stored.
pub fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::Unusable(error.to_string()))
}
