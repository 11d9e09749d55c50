//! Opening and closing ways in, and giving them new secrets. A secret is told once, and sealed.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::permissions::{ORGANIZATION_WRITE, WEBHOOKS_READ, WEBHOOKS_WRITE};
use db::{Action, Change, Sql, Tx};
use kernel::{
    OrgId, Scope,
    values::{Line, Problem},
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;
use vault::Place;

use super::signature;
use crate::{Error, Messaging};

const KIND: &str = "inbound_channel";
/// Longest time that a secret is taken after it was replaced, hours.
pub const MAX_GRACE_HOURS: i64 = 168;
/// Most channels of an organization.
const MOST: usize = 50;

/// A way in for another program.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct InboundChannel {
    pub id: Uuid,
    pub name: String,
    pub created_at: DateTime<Utc>,
    /// When something came last.
    #[schema(required)]
    pub last_at: Option<DateTime<Utc>>,
    /// Since when the secret is in force; none: since the channel was opened.
    #[schema(required)]
    pub secret_rotated_at: Option<DateTime<Utc>>,
    /// Until when the secret before it is taken as well.
    #[schema(required)]
    pub previous_secret_until: Option<DateTime<Utc>>,
}

/// A way in that was opened.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenedChannel {
    #[serde(flatten)]
    pub channel: InboundChannel,
    /// What messages are signed with. It is not told again.
    pub secret: String,
    /// Where messages are sent to.
    pub path: String,
}

/// Where the secret of a channel stands.
#[must_use]
pub fn place(org: OrgId, row: Uuid) -> Place {
    Place { table: "inbound_channels", column: "secret", org, row }
}

/// Where the one before stands.
#[must_use]
pub fn previous_place(org: OrgId, row: Uuid) -> Place {
    Place { table: "inbound_channels", column: "previous_secret", org, row }
}

/// The channels of the organization, oldest first.
///
/// # Errors
/// When the database is away.
pub async fn list(service: &Messaging, scope: &Scope) -> Result<Vec<InboundChannel>, Error> {
    scope.require(WEBHOOKS_READ)?;
    let mut sql = Sql::new("select id, name, created_at, last_at, secret_rotated_at, ");
    sql.with(
        "case when previous_until > ? then previous_until end as previous_secret_until ",
        [service.db.clock().now().into()],
    );
    sql.add("from inbound_channels where org_id = ")
        .bind(scope.org_id.0)
        .add(&format!(" and deleted_at is null order by created_at, id limit {MOST}"));
    Ok(sql.all(&service.db.reader(scope)).await?)
}

/// Opens a channel.
///
/// # Errors
/// [`Error::Invalid`]; [`Error::TooMany`].
pub async fn open(service: &Messaging, scope: &Scope, name: &str) -> Result<OpenedChannel, Error> {
    scope.require(WEBHOOKS_WRITE)?;
    scope.require(ORGANIZATION_WRITE)?;
    let created_by = Messaging::me(scope)?;
    let mut refused = kernel::Fields::default();
    let name = refused.take("name", Line::<100>::parse(name)).map(Line::into_string);
    let name = refused.finish(|| name.unwrap_or_default())?;
    if list(service, scope).await?.len() >= MOST {
        return Err(Error::TooMany { max: MOST });
    }
    let clock = service.db.clock();
    let (id, secret) = (clock.new_id(), clock.secret_bytes());
    let sealed = service.vault.seal(place(scope.org_id, id), &secret).map_err(|error| Error::Port(error.into()))?;
    let tx = service.db.begin(scope).await?;
    let created_at = tx.clock().now();
    let mut sql = Sql::new("insert into inbound_channels (id, org_id, name, secret, created_by, created_at) values (");
    sql.with(
        "?, ?, ?, ?, ?, ?)",
        [id.into(), scope.org_id.0.into(), name.as_str().into(), sealed.into(), created_by.into(), created_at.into()],
    );
    sql.run(&tx).await?;
    let mut sql = Sql::new("insert into inbound_channel_orgs (channel_id, org_id) values (");
    sql.with("?, ?)", [id.into(), scope.org_id.0.into()]);
    sql.run(&tx).await?;
    let change = Change::between(KIND, id, Action::Created, &json!({}), &json!({ "name": name }), 1);
    db::change_log::record(&tx, [Change { before: None, ..change }]).await?;
    tx.commit().await?;
    let channel =
        InboundChannel { id, name, created_at, last_at: None, secret_rotated_at: None, previous_secret_until: None };
    let path = format!("/api/webhooks/inbound/{id}");
    Ok(OpenedChannel { channel, secret: signature::shown(&secret), path })
}

/// What of a channel a rotation goes by.
#[derive(FromQueryResult)]
struct Held {
    secret: String,
    secret_rotated_at: Option<DateTime<Utc>>,
    version: i64,
}

/// Gives a channel a new secret; the one before is taken for some hours more. Of two rotations within that the first secret
/// ends. Gives the secret, and until when the one before is taken.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`].
pub async fn rotate(
    service: &Messaging,
    scope: &Scope,
    id: Uuid,
    grace_hours: i64,
) -> Result<(String, Option<DateTime<Utc>>), Error> {
    scope.require(WEBHOOKS_WRITE)?;
    scope.require(ORGANIZATION_WRITE)?;
    if !(0..=MAX_GRACE_HOURS).contains(&grace_hours) {
        let mut refused = kernel::Fields::default();
        refused.refuse_with("graceHours", Problem::NumberRange { min: 0, max: MAX_GRACE_HOURS });
        return Err(refused.into());
    }
    let secret = service.db.clock().secret_bytes();
    let vault = |error: vault::Error| Error::Port(error.into());
    let sealed = service.vault.seal(place(scope.org_id, id), &secret).map_err(vault)?;
    let tx = service.db.begin(scope).await?;
    let old = hold(&tx, scope, id).await?;
    let now = tx.clock().now();
    let until = (grace_hours > 0).then(|| now + TimeDelta::hours(grace_hours));
    let previous = match until {
        Some(_) => {
            let opened = service.vault.open(place(scope.org_id, id), &old.secret).map_err(vault)?;
            Some(service.vault.seal(previous_place(scope.org_id, id), &opened).map_err(vault)?)
        }
        None => None,
    };
    let mut sql = Sql::new("update inbound_channels set version = version + 1, secret = ");
    sql.bind(sealed).add(", previous_secret = ").bind(previous).add(", previous_until = ").bind(until);
    sql.add(", secret_rotated_at = ").bind(now).add(" where org_id = ").bind(scope.org_id.0);
    sql.with(" and id = ?", [id.into()]);
    sql.run(&tx).await?;
    let rotated = |at: Option<DateTime<Utc>>| json!({ "secretRotatedAt": at });
    let (before, after) = (rotated(old.secret_rotated_at), rotated(Some(now)));
    let change = Change::between(KIND, id, Action::Updated, &before, &after, old.version + 1);
    db::change_log::record(&tx, [change]).await?;
    tx.commit().await?;
    Ok((signature::shown(&secret), until))
}

/// The channel, held until the transaction ends.
async fn hold(tx: &Tx, scope: &Scope, id: Uuid) -> Result<Held, Error> {
    let mut sql = Sql::new("select secret, secret_rotated_at, version from inbound_channels where org_id = ");
    sql.bind(scope.org_id.0).with(" and id = ? and deleted_at is null", [id.into()]);
    if tx.get_database_backend() == DbBackend::Postgres {
        sql.add(" for update");
    }
    sql.one(tx).await?.ok_or(Error::NotFound)
}

/// Closes a channel. Its chats stay.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn close(service: &Messaging, scope: &Scope, id: Uuid) -> Result<(), Error> {
    scope.require(WEBHOOKS_WRITE)?;
    let tx = service.db.begin(scope).await?;
    let old = hold(&tx, scope, id).await?;
    let mut sql = Sql::new(
        "update inbound_channels set version = version + 1, secret = '', previous_secret = null, previous_until = null, \
         deleted_at = ",
    );
    sql.bind(tx.clock().now()).add(" where org_id = ").bind(scope.org_id.0).with(" and id = ?", [id.into()]);
    sql.run(&tx).await?;
    let mut sql = Sql::new("delete from inbound_channel_orgs where channel_id = ");
    sql.bind(id);
    sql.run(&tx).await?;
    let version = old.version + 1;
    let change =
        Change::between(KIND, id, Action::Deleted, &json!({ "closed": false }), &json!({ "closed": true }), version);
    db::change_log::record(&tx, [change]).await?;
    Ok(tx.commit().await?)
}
