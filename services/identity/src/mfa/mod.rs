//! Second factors of a person: what they have, how they set it up and give it up. How one is proved at sign-in stands in
//! `challenges.rs`.

pub mod backup_codes;
mod enrolment;
pub mod proofs;
mod refused;
pub mod store;
mod totp;
pub mod trusted;

use std::sync::Arc;

use api::{ApiError, Caller, ErrorBody, Json, Path};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use chrono::{DateTime, Utc};
use db::{Action, Change, change_log};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

pub use enrolment::{forget_factors, record, tell, wrong_code};
pub use refused::{MESSAGES, Refused};

use crate::{Error, Identity, enforcement::is_enforced, passkeys::PasskeyView, step_up::StepUpMethod, store::user};
use proofs::Method;
use store::{backup_code, passkey, totp_secret, trusted_device};

/// The second factors of the caller.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MfaView {
    totp: TotpView,
    backup_codes: BackupCodesView,
    passkeys: Vec<PasskeyView>,
    /// Whether passkeys can be had here: the public address is a domain.
    passkeys_available: bool,
    trusted_devices: Vec<TrustedDeviceView>,
    /// How the caller can prove once more who they are.
    step_up: Vec<StepUpMethod>,
    /// Until when this session may do what is dangerous; null where it has to prove that first.
    #[schema(required)]
    confirmed_until: Option<DateTime<Utc>>,
    /// Whether an organization of the caller asks for one: the last one cannot be removed then.
    enforced: bool,
}

/// The authenticator app.
#[derive(Serialize, ToSchema)]
pub struct TotpView {
    enabled: bool,
    #[schema(required)]
    since: Option<DateTime<Utc>>,
}

/// The backup codes.
#[derive(Serialize, ToSchema)]
pub struct BackupCodesView {
    /// How many are not used yet.
    left: u64,
}

/// A browser that is not asked for the second factor.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrustedDeviceView {
    id: Uuid,
    /// The one that asks.
    current: bool,
    #[schema(required)]
    user_agent: Option<String>,
    ip: String,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// Which second factors a person has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Factors {
    pub totp: bool,
    pub passkeys: bool,
    /// Backup codes that are left.
    pub codes: u64,
}

impl Factors {
    /// Whether there is one; backup codes alone are none.
    pub fn any(self) -> bool {
        self.totp || self.passkeys
    }

    /// How they can be proved.
    pub fn methods(self) -> Vec<Method> {
        let totp = self.totp.then_some(Method::Totp);
        let backup = (self.any() && self.codes > 0).then_some(Method::Backup);
        let passkey = self.passkeys.then_some(Method::Passkey);
        totp.into_iter().chain(backup).chain(passkey).collect()
    }
}

/// Get the second factors
#[utoipa::path(get, path = "/api/auth/mfa", tag = "Auth", operation_id = "getMfa",
    responses((status = 200, description = "The caller's second factors", body = MfaView),
        (status = 401, description = "Not signed in", body = ErrorBody)))]
async fn get_mfa(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Json<MfaView>, ApiError> {
    let trust = identity.trust_of(&headers);
    Ok(Json(identity.mfa_of(&caller, trust).await?))
}

/// Trust a device no longer
#[utoipa::path(delete, path = "/api/auth/mfa/devices/{id}", tag = "Auth", operation_id = "revokeTrustedDevice",
    params(("id" = Uuid, Path, description = "The trusted device's id")),
    responses((status = 204, description = "It is asked for the second factor again"),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 404, description = "No such device of yours", body = ErrorBody)))]
async fn revoke_trusted_device(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    identity.distrust(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The routes of second factors.
pub fn routes() -> OpenApiRouter<Arc<Identity>> {
    OpenApiRouter::new()
        .routes(routes!(get_mfa))
        .routes(routes!(revoke_trusted_device))
        .routes(routes!(enrolment::start_totp, enrolment::remove_totp))
        .routes(routes!(enrolment::confirm_totp))
        .routes(routes!(enrolment::renew_backup_codes))
}

/// Which second factors a person has.
pub async fn factors_of(connection: &impl ConnectionTrait, user: Uuid) -> Result<Factors, Error> {
    let totp = totp_secret::Entity::find_by_id(user).one(connection).await?;
    let codes = backup_code::Entity::find()
        .filter(backup_code::Column::UserId.eq(user))
        .filter(backup_code::Column::UsedAt.is_null())
        .count(connection)
        .await?;
    let passkey = passkey::Entity::find().filter(passkey::Column::UserId.eq(user)).one(connection).await?;
    let totp = totp.is_some_and(|row| row.confirmed_at.is_some());
    Ok(Factors { totp, passkeys: passkey.is_some(), codes })
}

impl Identity {
    /// The caller as a person.
    pub(crate) async fn person(&self, caller: &Caller) -> Result<user::Model, Error> {
        let id = caller.scope().user_id().ok_or(Error::NotFound)?;
        user::Entity::find_by_id(id.0).one(&self.db.system_reader()).await?.ok_or(Error::NotFound)
    }

    async fn mfa_of(&self, caller: &Caller, trust: Option<Vec<u8>>) -> Result<MfaView, Error> {
        let person = self.person(caller).await?;
        let user = person.id;
        let reader = self.db.system_reader();
        let totp = totp_secret::Entity::find_by_id(user).one(&reader).await?;
        let since = totp.and_then(|row| row.confirmed_at);
        let factors = factors_of(&reader, user).await?;
        let (passkeys, devices) = (self.passkeys_of(user).await?, self.trusted_devices(user).await?);
        Ok(MfaView {
            totp: TotpView { enabled: since.is_some(), since },
            backup_codes: BackupCodesView { left: factors.codes },
            passkeys: passkeys.into_iter().map(PasskeyView::from).collect(),
            passkeys_available: self.relying_party.is_some(),
            trusted_devices: devices.into_iter().map(|row| TrustedDeviceView::of(row, trust.as_deref())).collect(),
            step_up: StepUpMethod::of(factors, &person),
            confirmed_until: self.confirmed_until(caller.0.session_id).await?,
            enforced: is_enforced(&reader, user).await?,
        })
    }

    async fn distrust(&self, caller: &Caller, id: Uuid) -> Result<(), Error> {
        let user = caller.scope().user_id().ok_or(Error::NotFound)?.0;
        let tx = self.db.begin(caller.scope()).await?;
        let gone = trusted_device::Entity::delete_many()
            .filter(trusted_device::Column::Id.eq(id))
            .filter(trusted_device::Column::UserId.eq(user))
            .exec(&tx)
            .await?;
        if gone.rows_affected == 0 {
            return Err(Error::NotFound);
        }
        let change = Change::between("trusted_device", id, Action::Deleted, &json!({"trusted": true}), &json!({}), 2);
        change_log::record(&tx, [change]).await?;
        trusted::tell_updated(&tx, user, "trusted_device").await?;
        Ok(tx.commit().await?)
    }
}

impl TrustedDeviceView {
    fn of(row: trusted_device::Model, trust: Option<&[u8]>) -> Self {
        Self {
            id: row.id,
            current: trust == Some(&row.token_hash),
            user_agent: row.user_agent,
            ip: row.ip,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
        }
    }
}
