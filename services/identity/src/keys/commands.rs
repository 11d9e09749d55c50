//! Making, changing and revoking keys: one transaction each.

use contracts::{
    events::{API_KEY_CREATED, API_KEY_REVOKED, API_KEY_UPDATED},
    permissions::API_KEYS_WRITE,
};
use db::{
    Action, Change, Tx, change_log,
    image::{changed_fields, filled_in},
};
use events::NewEvent;
use kernel::Scope;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::{
    key::{self, KeyPatch, NewKey},
    queries::ApiKey,
    store,
};
use crate::{Error, Identity};

/// The word for keys in change log and events.
pub const KIND: &str = "api_key";
/// Keys of one organization at most that are not revoked.
const MOST: u64 = 100;

impl Identity {
    /// Makes a key, whose token is shown this once.
    pub(super) async fn create_key(&self, scope: &Scope, input: NewKey) -> Result<(ApiKey, String), Error> {
        scope.require(API_KEYS_WRITE)?;
        let user = scope.user_id().ok_or(Error::NotFound)?;
        let (now, id) = (self.db.clock().now(), self.db.clock().new_id());
        let (token, token_hash, prefix) = key::token(self.db.clock());
        let blank = store::Model {
            id,
            org_id: scope.org_id.0,
            user_id: user.0,
            name: String::new(),
            token_hash,
            prefix,
            permissions: json!([]),
            created_at: now,
            expires_at: None,
            last_used_at: None,
            last_ip: None,
            revoked_at: None,
            version: 1,
            updated_at: now,
        };
        let patch = KeyPatch {
            name: Some(input.name),
            permissions: Some(input.permissions),
            expires_at: input.expires_at.into(),
            version: None,
        };
        let row = patch.apply(blank, scope.grants, now)?;
        let tx = self.db.begin(scope).await?;
        let alive = store::Entity::find()
            .filter(store::Column::OrgId.eq(scope.org_id.0))
            .filter(store::Column::RevokedAt.is_null())
            .count(&tx)
            .await?;
        if alive >= MOST {
            return Err(Error::TooManyKeys { most: MOST });
        }
        store::Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx).await?;
        let after = Some(filled_in(key::image(&row)));
        record(&tx, &row, Action::Created, None, after).await?;
        events::append(&tx, [NewEvent::of(API_KEY_CREATED, KIND, id, json!({}))]).await?;
        tx.commit().await?;
        Ok((self.shown_key(scope, row).await?, token))
    }

    /// Changes a key. What changes nothing writes nothing.
    pub(super) async fn change_key(&self, scope: &Scope, id: Uuid, patch: KeyPatch) -> Result<ApiKey, Error> {
        scope.require(API_KEYS_WRITE)?;
        let tx = self.db.begin(scope).await?;
        let old = held(&tx, scope, id).await?;
        if old.revoked_at.is_some() {
            return Err(Error::KeyRevoked);
        }
        if patch.version.is_some_and(|version| version != old.version) {
            let current = self.shown_key(scope, old).await?;
            return Err(Error::Stale(Box::new(serde_json::to_value(current).unwrap_or_default())));
        }
        let now = tx.clock().now();
        let mut new = patch.apply(old.clone(), scope.grants, now)?;
        let (before, after) = (key::image(&old), key::image(&new));
        if before == after {
            return self.shown_key(scope, old).await;
        }
        (new.version, new.updated_at) = (old.version + 1, now);
        write(&tx, &new).await?;
        let change = Change::between(KIND, id, Action::Updated, &before, &after, new.version);
        let event = NewEvent::of(API_KEY_UPDATED, KIND, id, json!({"fields": changed_fields(&change)}));
        change_log::record(&tx, [change]).await?;
        events::append(&tx, [event]).await?;
        tx.commit().await?;
        self.shown_key(scope, new).await
    }

    /// Ends a key at once. One that has ended stays so.
    pub(super) async fn revoke_key(&self, scope: &Scope, id: Uuid) -> Result<(), Error> {
        scope.require(API_KEYS_WRITE)?;
        let tx = self.db.begin(scope).await?;
        let old = held(&tx, scope, id).await?;
        if old.revoked_at.is_some() {
            return Ok(());
        }
        revoke(&tx, &old).await?;
        Ok(tx.commit().await?)
    }
}

/// Ends all keys that somebody made.
pub async fn revoke_all_of(tx: &Tx, scope: &Scope, user: Uuid) -> Result<(), Error> {
    let of_org = store::Entity::find().filter(store::Column::OrgId.eq(scope.org_id.0));
    let theirs = of_org.filter(store::Column::UserId.eq(user)).filter(store::Column::RevokedAt.is_null());
    for old in theirs.lock_exclusive().all(tx).await? {
        revoke(tx, &old).await?;
    }
    Ok(())
}

/// The organizations that keys were made for which are somebody's and have not ended.
pub async fn organizations_of(connection: &impl ConnectionTrait, user: Uuid) -> Result<Vec<Uuid>, Error> {
    let theirs =
        store::Entity::find().filter(store::Column::UserId.eq(user)).filter(store::Column::RevokedAt.is_null());
    let orgs = theirs.select_only().column(store::Column::OrgId).distinct().into_tuple();
    Ok(orgs.all(connection).await?)
}

async fn revoke(tx: &Tx, old: &store::Model) -> Result<(), Error> {
    let now = tx.clock().now();
    let new = store::Model { revoked_at: Some(now), version: old.version + 1, updated_at: now, ..old.clone() };
    write(tx, &new).await?;
    let change = Change::between(KIND, old.id, Action::Updated, &key::image(old), &key::image(&new), new.version);
    change_log::record(tx, [change]).await?;
    Ok(events::append(tx, [NewEvent::of(API_KEY_REVOKED, KIND, old.id, json!({}))]).await?)
}

/// A key, held until the transaction ends.
async fn held(tx: &Tx, scope: &Scope, id: Uuid) -> Result<store::Model, Error> {
    let of_org = store::Entity::find_by_id(id).filter(store::Column::OrgId.eq(scope.org_id.0));
    of_org.lock_exclusive().one(tx).await?.ok_or(Error::NotFound)
}

async fn write(tx: &Tx, new: &store::Model) -> Result<(), Error> {
    let changes = store::ActiveModel {
        name: sea_orm::Set(new.name.clone()),
        permissions: sea_orm::Set(new.permissions.clone()),
        expires_at: sea_orm::Set(new.expires_at),
        revoked_at: sea_orm::Set(new.revoked_at),
        version: sea_orm::Set(new.version),
        updated_at: sea_orm::Set(new.updated_at),
        ..Default::default()
    };
    store::Entity::update_many()
        .set(changes)
        .filter(store::Column::Id.eq(new.id))
        .filter(store::Column::OrgId.eq(new.org_id))
        .exec(tx)
        .await?;
    Ok(())
}

async fn record(
    tx: &Tx,
    row: &store::Model,
    action: Action,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
) -> Result<(), Error> {
    let change = Change {
        subject_kind: KIND,
        subject_id: row.id,
        record_id: row.id,
        action,
        before,
        after,
        version: row.version,
    };
    Ok(change_log::record(tx, [change]).await?)
}
