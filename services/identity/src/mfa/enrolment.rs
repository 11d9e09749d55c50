//! Setting up an authenticator app, giving it up, and new backup codes.

use std::sync::Arc;

use api::{ApiError, Caller, Confirmed, ErrorBody, Json, messages};
use axum::{extract::State, http::StatusCode};
use contracts::{events as event, mails::Kind};
use db::{Action, Change, Tx, change_log};
use events::NewEvent;
use kernel::{Fields, Locale};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Refused, backup_codes, factors_of,
    proofs::{changed, count_try, forget_tries, place},
    store::{passkey, totp_secret},
    totp::{SECRET_BYTES, Totp},
    trusted,
};
use crate::{Error, Identity, enforcement::is_enforced, store::user};

/// A secret for an authenticator app, shown this once.
#[derive(Serialize, ToSchema)]
pub struct TotpStart {
    /// Base 32, to be typed in.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    secret: String,
    /// For a QR code.
    #[schema(example = "otpauth://totp/Rapport:anna%40example.com?secret=GEZDGNBV&issuer=Rapport")]
    uri: String,
}

/// The first code of an authenticator app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpCode {
    #[schema(max_length = 20, example = "287082")]
    code: String,
}

/// Backup codes, shown this once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupCodes {
    /// Ten, as `xxxxx-xxxxx`.
    backup_codes: Vec<String>,
}

/// Set up an authenticator app
///
/// Nothing is asked of the person yet: the app counts once its first code is confirmed. Another call replaces a secret
/// that waits. Asks for a proof of the last minutes (`auth.step_up`).
#[utoipa::path(post, path = "/api/auth/mfa/totp", tag = "Auth", operation_id = "startTotp",
    responses((status = 201, description = "A secret that waits for its first code", body = TotpStart),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 403, description = "A proof of the last minutes is asked for", body = ErrorBody),
        (status = 409, description = "There is an authenticator app already", body = ErrorBody)))]
pub async fn start_totp(
    State(identity): State<Arc<Identity>>,
    Confirmed(caller): Confirmed,
) -> Result<(StatusCode, Json<TotpStart>), ApiError> {
    Ok((StatusCode::CREATED, Json(identity.start_totp(&caller).await?)))
}

/// Confirm an authenticator app
///
/// From now on signing in asks for its codes. Backup codes that there were are replaced.
#[utoipa::path(post, path = "/api/auth/mfa/totp/confirm", tag = "Auth", operation_id = "confirmTotp",
    request_body = TotpCode,
    responses((status = 200, description = "It is on; the backup codes, shown this once", body = BackupCodes),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 409, description = "None is being set up", body = ErrorBody),
        (status = 422, description = "The code is wrong", body = ErrorBody),
        (status = 429, description = "Too many tries", body = ErrorBody)))]
pub async fn confirm_totp(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Json(input): Json<TotpCode>,
) -> Result<Json<BackupCodes>, ApiError> {
    Ok(Json(BackupCodes { backup_codes: identity.confirm_totp(&caller, &input.code).await? }))
}

/// Remove the authenticator app
///
/// With the last factor go the backup codes and the trust in devices. Asks for a proof of the last minutes
/// (`auth.step_up`).
#[utoipa::path(delete, path = "/api/auth/mfa/totp", tag = "Auth", operation_id = "removeTotp",
    responses((status = 204, description = "It is off"), (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 403, description = "A proof of the last minutes is asked for", body = ErrorBody),
        (status = 404, description = "There is none", body = ErrorBody),
        (status = 409, description = "An organization asks for one, and this is the last", body = ErrorBody)))]
pub async fn remove_totp(
    State(identity): State<Arc<Identity>>,
    Confirmed(caller): Confirmed,
) -> Result<StatusCode, ApiError> {
    identity.remove_totp(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make new backup codes
///
/// The old ones are good for nothing from now on. Asks for a proof of the last minutes (`auth.step_up`).
#[utoipa::path(post, path = "/api/auth/mfa/backup-codes", tag = "Auth", operation_id = "renewBackupCodes",
    responses((status = 200, description = "The new ones, shown this once", body = BackupCodes),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 403, description = "A proof of the last minutes is asked for", body = ErrorBody),
        (status = 409, description = "There is no second factor", body = ErrorBody)))]
pub async fn renew_backup_codes(
    State(identity): State<Arc<Identity>>,
    Confirmed(caller): Confirmed,
) -> Result<Json<BackupCodes>, ApiError> {
    Ok(Json(BackupCodes { backup_codes: identity.renew_backup_codes(&caller).await? }))
}

impl Identity {
    async fn start_totp(&self, caller: &Caller) -> Result<TotpStart, Error> {
        let user = self.person(caller).await?;
        let secret = self.db.clock().secret_bytes()[..SECRET_BYTES].to_vec();
        let sealed = self.vault.seal(place(user.id), &secret)?;
        let totp = Totp::new(secret, &user.email).map_err(|error| Error::Unusable(error.to_string()))?;
        let uri = totp.uri().map_err(|error| Error::Unusable(error.to_string()))?;
        // Nothing has changed for the person yet, so there is nothing to tell.
        let tx = self.db.begin(caller.scope()).await?;
        let sql = "insert into totp_secrets (user_id, secret, created_at, confirmed_at, last_step) \
                   values ($1, $2, $3, null, 0) on conflict (user_id) do update set secret = $2, created_at = $3 \
                   where totp_secrets.confirmed_at is null";
        if !changed(&tx, sql, vec![user.id.into(), sealed.into(), tx.clock().now().into()]).await? {
            return Err(Refused::TotpExists.into());
        }
        tx.commit().await?;
        Ok(TotpStart { secret: totp.base32(), uri })
    }

    async fn confirm_totp(&self, caller: &Caller, code: &str) -> Result<Vec<String>, Error> {
        let user = self.person(caller).await?;
        let counted = self.db.begin_system().await?;
        count_try(&counted, user.id).await?;
        counted.commit().await?;
        let row = totp_secret::Entity::find_by_id(user.id).one(&self.db.system_reader()).await?;
        let row = row.filter(|row| row.confirmed_at.is_none()).ok_or(Refused::NotPending)?;
        let now = self.db.clock().now();
        let step = self.totp(&row)?.step_of(code, now).ok_or_else(wrong_code)?;
        let made = self.make_backup_codes(user.id).await?;
        let tx = self.db.begin(caller.scope()).await?;
        let sql = "update totp_secrets set confirmed_at = $3, last_step = $4 \
                   where user_id = $1 and secret = $2 and confirmed_at is null";
        if !changed(&tx, sql, vec![user.id.into(), row.secret.into(), now.into(), step.into()]).await? {
            return Err(Refused::NotPending.into());
        }
        backup_codes::replace(&tx, user.id, &made).await?;
        forget_tries(&tx, user.id).await?;
        record(&tx, &user, &json!({"totp": false}), &json!({"totp": true})).await?;
        tell(&tx, event::USER_MFA_ENABLED, user.id, "totp").await?;
        self.tell_of_factor(&tx, &user, "mfa.change.totp_on").await?;
        tx.commit().await?;
        self.live.forget(move |live| live.user_id == user.id);
        Ok(made.shown)
    }

    async fn remove_totp(&self, caller: &Caller) -> Result<(), Error> {
        let user = self.person(caller).await?;
        let tx = self.db.begin(caller.scope()).await?;
        let sql = "delete from totp_secrets where user_id = $1 and confirmed_at is not null";
        if !changed(&tx, sql, vec![user.id.into()]).await? {
            return Err(Error::NotFound);
        }
        self.after_removal(&tx, user.id).await?;
        record(&tx, &user, &json!({"totp": true}), &json!({"totp": false})).await?;
        tell(&tx, event::USER_MFA_DISABLED, user.id, "totp").await?;
        self.tell_of_factor(&tx, &user, "mfa.change.totp_off").await?;
        Ok(tx.commit().await?)
    }

    /// Mails a person what changed in how they sign in.
    pub(crate) async fn tell_of_factor(&self, tx: &Tx, user: &user::Model, change: &str) -> Result<(), Error> {
        let locale = Locale::from_tag(&user.locale).unwrap_or_default();
        let values = vec![
            ("change", messages::text(locale, change, &[])),
            ("at", tx.clock().now().format("%Y-%m-%d %H:%M UTC").to_string()),
            ("link", self.options.mailer.link("/settings/security")),
        ];
        self.mail(tx, user, Kind::MfaChanged, values).await
    }

    /// With the last factor goes what only helps it; where an organization asks for one, the last one stays.
    pub(crate) async fn after_removal(&self, tx: &Tx, user: Uuid) -> Result<(), Error> {
        if factors_of(tx, user).await?.any() {
            return Ok(());
        }
        if is_enforced(tx, user).await? {
            return Err(Refused::Enforced.into());
        }
        backup_codes::forget(tx, user).await?;
        trusted::forget_all(tx, user).await
    }

    async fn renew_backup_codes(&self, caller: &Caller) -> Result<Vec<String>, Error> {
        let user = self.person(caller).await?;
        let made = self.make_backup_codes(user.id).await?;
        let tx = self.db.begin(caller.scope()).await?;
        if !factors_of(&tx, user.id).await?.any() {
            return Err(Refused::NoFactor.into());
        }
        backup_codes::replace(&tx, user.id, &made).await?;
        record(&tx, &user, &json!({}), &json!({"backupCodes": "renewed"})).await?;
        trusted::tell_updated(&tx, user.id, "backup_codes").await?;
        self.tell_of_factor(&tx, &user, "mfa.change.codes").await?;
        tx.commit().await?;
        Ok(made.shown)
    }
}

/// Takes every factor of a person away, also where an organization asks for one: they set up their own.
pub async fn forget_factors(tx: &Tx, user: &user::Model) -> Result<(), Error> {
    let has = factors_of(tx, user.id).await?;
    totp_secret::Entity::delete_many().filter(totp_secret::Column::UserId.eq(user.id)).exec(tx).await?;
    passkey::Entity::delete_many().filter(passkey::Column::UserId.eq(user.id)).exec(tx).await?;
    backup_codes::forget(tx, user.id).await?;
    trusted::forget_all(tx, user.id).await?;
    for (method, is_gone) in [("totp", has.totp), ("passkey", has.passkeys)] {
        if is_gone {
            record(tx, user, &json!({ method: true }), &json!({ method: false })).await?;
            tell(tx, event::USER_MFA_DISABLED, user.id, method).await?;
        }
    }
    Ok(())
}

/// A wrong code of somebody who is signed in: an answer to what they typed, not the end of their session.
pub fn wrong_code() -> Error {
    let mut fields = Fields::default();
    fields.refuse("code", "mfa.code");
    fields.into()
}

/// That a person's factors changed is history; what they are never is.
pub async fn record(tx: &Tx, user: &user::Model, before: &Value, after: &Value) -> Result<(), Error> {
    let change = Change::between("user", user.id, Action::Updated, before, after, user.version);
    Ok(change_log::record(tx, [change]).await?)
}

pub async fn tell(tx: &Tx, kind: &'static str, user: Uuid, method: &str) -> Result<(), Error> {
    Ok(events::append(tx, [NewEvent::of(kind, "user", user, json!({"method": method}))]).await?)
}
