//! Browsers that a person trusts: not asked for the second factor for thirty days, known by the hash of a cookie. A new
//! password ends the trust, as does giving up the last factor.

use axum::http::HeaderMap;
use chrono::TimeDelta;
use contracts::events as event;
use db::Tx;
use events::NewEvent;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::store::trusted_device;
use crate::{Error, Identity, accounts::record_created, sessions::Device, tokens};

/// How long a browser is trusted.
pub const TRUSTED_FOR: TimeDelta = TimeDelta::days(30);
/// Devices shown at most.
const SHOWN: u64 = 100;

/// Trusts a device; gives the cookie that it is known by from now on.
pub async fn trust(tx: &Tx, user: Uuid, device: &Device) -> Result<String, Error> {
    let (now, id) = (tx.clock().now(), tx.clock().new_id());
    // What is over goes when another one comes.
    trusted_device::Entity::delete_many().filter(trusted_device::Column::ExpiresAt.lte(now)).exec(tx).await?;
    let (token, token_hash) = tokens::opaque(tx.clock());
    let row = trusted_device::Model {
        id,
        user_id: user,
        token_hash,
        user_agent: device.user_agent().map(str::to_owned),
        ip: device.ip().to_owned(),
        created_at: now,
        last_used_at: now,
        expires_at: now + TRUSTED_FOR,
    };
    let image = json!({"userAgent": row.user_agent, "ip": row.ip});
    trusted_device::Entity::insert(trusted_device::ActiveModel::from(row)).exec_without_returning(tx).await?;
    record_created(tx, "trusted_device", id, image).await?;
    tell_updated(tx, user, "trusted_device").await?;
    Ok(token)
}

/// Tells that something of a person's second factors changed which turns none on or off.
pub async fn tell_updated(tx: &Tx, user: Uuid, what: &str) -> Result<(), Error> {
    Ok(events::append(tx, [NewEvent::of(event::USER_MFA_UPDATED, "user", user, json!({"what": what}))]).await?)
}

/// Whether the device is one that the person trusts.
pub async fn is_trusted(tx: &Tx, user: Uuid, device: &Device) -> Result<bool, Error> {
    let Some(token) = &device.trust else { return Ok(false) };
    let sql = "update trusted_devices set last_used_at = $3 where token_hash = $1 and user_id = $2 and expires_at > $3";
    let values = vec![tokens::fingerprint(token).into(), user.into(), tx.clock().now().into()];
    super::proofs::changed(tx, sql, values).await
}

/// Trusts none of a person's devices any more.
pub async fn forget_all(tx: &Tx, user: Uuid) -> Result<(), Error> {
    trusted_device::Entity::delete_many().filter(trusted_device::Column::UserId.eq(user)).exec(tx).await?;
    Ok(())
}

impl Identity {
    /// The devices that a person trusts, the latest first.
    pub(super) async fn trusted_devices(&self, user: Uuid) -> Result<Vec<trusted_device::Model>, Error> {
        Ok(trusted_device::Entity::find()
            .filter(trusted_device::Column::UserId.eq(user))
            .filter(trusted_device::Column::ExpiresAt.gt(self.db.clock().now()))
            .order_by_desc(trusted_device::Column::LastUsedAt)
            .limit(SHOWN)
            .all(&self.db.system_reader())
            .await?)
    }

    /// The hash of the cookie by which a browser is trusted.
    pub(super) fn trust_of(&self, headers: &HeaderMap) -> Option<Vec<u8>> {
        crate::cookies::read(headers, self.cookies.device).map(tokens::fingerprint)
    }
}
