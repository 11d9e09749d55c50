//! From a key to a scope. Looked up at each request: a key that ends, a right that its maker loses and a maker who leaves
//! count at once, in every process.

use std::{net::SocketAddr, sync::Arc};

use api::{Principal, SessionKind, auth::Credentials, context, rate_limit::client_address};
use axum::{extract::ConnectInfo, http::request::Parts};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Actor, Grants, Locale, OrgId, Scope, UserId};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter};
use uuid::Uuid;

use super::{key, store};
use crate::{Error, Identity, authenticator::NEEDS_FACTOR, rights, store::with, tokens};

/// Its last use is written at most this often.
const USED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Who made a key, as of now.
#[derive(FromQueryResult)]
struct Maker {
    roles: String,
    locale: String,
    needs_factor: i64,
}

impl Identity {
    /// Whose request it is that brings a key.
    pub(crate) async fn by_key(&self, token: &str, parts: &Parts) -> Result<Credentials, Error> {
        let found = store::Entity::find()
            .filter(store::Column::TokenHash.eq(tokens::fingerprint(token)))
            .one(&self.db.system_reader())
            .await?;
        let now = self.db.clock().now();
        let alive = |row: &store::Model| row.revoked_at.is_none() && row.expires_at.is_none_or(|at| at > now);
        let Some(row) = found.filter(alive) else { return Ok(Credentials::Refused("auth.token")) };
        let Some(maker) = self.maker(&row).await? else { return Ok(Credentials::Refused("auth.token")) };
        let rights = rights::of(&self.db.system_reader(), row.org_id, &maker.roles).await?;
        let Some(rights) = rights else { return Ok(Credentials::Refused("auth.token")) };
        self.note_use(&row, now, parts).await?;
        let user = UserId(row.user_id);
        let grants = rights.grants.and(Grants::of(key::permissions_of(&row)));
        let locale = Locale::from_tag(&maker.locale).unwrap_or_default();
        let org = OrgId(row.org_id);
        let reach = rights::reach(&self.db.system_reader(), org, user.0, rights.levels).await?;
        let scope = Scope::of_member(org, user, grants, reach, locale, context::request_id());
        let scope = Scope { actor: Actor::ApiKey { key: row.id, user }, ..scope };
        let needs_factor = maker.needs_factor != 0;
        let kind = SessionKind::Key;
        Ok(Credentials::Accepted(Arc::new(Principal {
            scope,
            session_id: row.id,
            kind,
            confirmed: false,
            needs_factor,
        })))
    }

    async fn maker(&self, row: &store::Model) -> Result<Option<Maker>, Error> {
        let sql = format!(
            "select m.roles, u.locale, {NEEDS_FACTOR} from memberships m join organizations o on o.id = m.org_id \
             join users u on u.id = m.user_id where m.org_id = $1 and m.user_id = $2 and m.suspended_at is null"
        );
        let reader = self.db.system_reader();
        let statement = with(&reader, &sql, [row.org_id.into(), row.user_id.into()]);
        Ok(Maker::find_by_statement(statement).one(&reader).await?)
    }

    async fn note_use(&self, row: &store::Model, now: DateTime<Utc>, parts: &Parts) -> Result<(), Error> {
        if row.last_used_at.is_some_and(|at| now - at < USED_EVERY) {
            return Ok(());
        }
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
        let ip = client_address(&parts.headers, peer, self.options.trust_proxy).to_string();
        let tx = self.db.begin_system().await?;
        // Of many requests at the same moment one writes.
        let sql = "update api_keys set last_used_at = $2, last_ip = $3 \
                   where id = $1 and (last_used_at is null or last_used_at <= $4)";
        let values = vec![row.id.into(), now.into(), ip.into(), (now - USED_EVERY).into()];
        crate::mfa::proofs::changed(&tx, sql, values).await?;
        Ok(tx.commit().await?)
    }

    /// The names of keys among these ids.
    pub(crate) async fn names_of_keys(&self, org: OrgId, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>, Error> {
        let rows = store::Entity::find()
            .filter(store::Column::OrgId.eq(org.0))
            .filter(store::Column::Id.is_in(ids.iter().copied()))
            .all(&self.db.system_reader())
            .await?;
        Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
    }
}
