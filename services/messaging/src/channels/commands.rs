//! Opening and closing ways in. The secret is told once, and sealed.

use chrono::{DateTime, Utc};
use contracts::permissions::{ORGANIZATION_WRITE, WEBHOOKS_READ, WEBHOOKS_WRITE};
use db::{Action, Change};
use kernel::{OrgId, Scope, values::Line};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;
use vault::Place;

use super::signature;
use crate::{Error, Messaging, sql::Sql};

const KIND: &str = "inbound_channel";
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

/// The channels of the organization, oldest first.
///
/// # Errors
/// When the database is away.
pub async fn list(service: &Messaging, scope: &Scope) -> Result<Vec<InboundChannel>, Error> {
    scope.require(WEBHOOKS_READ)?;
    let mut sql = Sql::new("select id, name, created_at, last_at from inbound_channels where org_id = ");
    sql.bind(scope.org_id.0).add(&format!(" and deleted_at is null order by created_at, id limit {MOST}"));
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
    let channel = InboundChannel { id, name, created_at, last_at: None };
    let path = format!("/api/webhooks/inbound/{id}");
    Ok(OpenedChannel { channel, secret: signature::shown(&secret), path })
}

/// Closes a channel. Its chats stay.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn close(service: &Messaging, scope: &Scope, id: Uuid) -> Result<(), Error> {
    scope.require(WEBHOOKS_WRITE)?;
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new("update inbound_channels set secret = '', deleted_at = ");
    sql.bind(tx.clock().now()).add(" where org_id = ").bind(scope.org_id.0);
    sql.with(" and id = ? and deleted_at is null", [id.into()]);
    if sql.run(&tx).await? == 0 {
        return Err(Error::NotFound);
    }
    let mut sql = Sql::new("delete from inbound_channel_orgs where channel_id = ");
    sql.bind(id);
    sql.run(&tx).await?;
    let change = Change::between(KIND, id, Action::Deleted, &json!({ "closed": false }), &json!({ "closed": true }), 2);
    db::change_log::record(&tx, [change]).await?;
    Ok(tx.commit().await?)
}
