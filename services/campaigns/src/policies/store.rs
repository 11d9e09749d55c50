//! Policy, consents, suppressed addresses, refusals and touches in the database.

use chrono::{DateTime, Utc};
use db::{Sql, Tx};
use kernel::Scope;
use sea_orm::{ActiveValue::Set, ConnectionTrait, FromQueryResult};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Error,
    campaign::{Channel, policy::Policy},
    rules::policy::{ConsentState, Reason, SuppressionReason},
};

#[derive(FromQueryResult)]
struct Kept {
    policy: Value,
    version: i64,
}

/// The policy of the organization, and its version: 0 while nobody has said anything.
///
/// # Errors
/// When the database is away.
pub async fn policy(connection: &impl ConnectionTrait, scope: &Scope) -> Result<(Policy, i64), Error> {
    let mut sql = Sql::new("select policy, version from contact_policies where org_id = ");
    sql.bind(scope.org_id.0);
    match sql.one::<Kept>(connection).await? {
        Some(kept) => {
            let policy = serde_json::from_value(kept.policy).map_err(|_| db::Error::Stored("a policy"))?;
            Ok((policy, kept.version))
        }
        None => Ok((Policy::default(), 0)),
    }
}

/// Writes the policy over the version it is based on; `false` when that is another one by now.
///
/// # Errors
/// When the database refuses.
pub async fn put_policy(tx: &Tx, scope: &Scope, policy: &Policy, version: i64) -> Result<bool, Error> {
    let mut sql = Sql::new("insert into contact_policies (org_id, policy, version, updated_at) values (");
    sql.bind(scope.org_id.0).add(", ").bind(json!(policy)).add(", ").bind(version + 1).add(", ");
    sql.bind(tx.clock().now()).add(") on conflict (org_id) do update set policy = excluded.policy, ");
    sql.add("version = excluded.version, updated_at = excluded.updated_at where contact_policies.version = ");
    sql.bind(version);
    Ok(sql.run(tx).await? > 0)
}

/// The form in which an address is kept: nobody reads it out of it, but the same one has the same.
#[must_use]
pub fn hashed(scope: &Scope, channel: Channel, address: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(scope.org_id.0.as_bytes());
    hash.update(channel.as_str().as_bytes());
    hash.update([0]);
    hash.update(normal(address).as_bytes());
    hash.finalize().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// An address as it compares: without `@` before a name, spaces and case.
fn normal(address: &str) -> String {
    address.trim().trim_start_matches('@').to_lowercase()
}

/// Enough of an address to know it again.
#[must_use]
pub fn hint(address: &str) -> String {
    let address = normal(address);
    let first: String = address.chars().take(1).collect();
    if let Some((_, domain)) = address.split_once('@') {
        return format!("{first}***@{domain}");
    }
    let count = address.chars().count();
    let last: String = address.chars().skip(count.saturating_sub(2).max(1)).collect();
    format!("{first}***{last}")
}

/// Suppresses addresses that are not yet; says how many were not.
///
/// # Errors
/// When the database refuses.
pub async fn suppress(
    tx: &Tx,
    scope: &Scope,
    addresses: &[(Channel, String)],
    (reason, source): (SuppressionReason, &str),
) -> Result<u64, Error> {
    let mut new = 0;
    for (channel, address) in addresses {
        let mut sql =
            Sql::new("insert into suppressions (id, org_id, channel, address_hash, hint, reason, source, at) values (");
        sql.bind(tx.clock().new_id()).add(", ").bind(scope.org_id.0).add(", ").bind(channel.as_str()).add(", ");
        sql.bind(hashed(scope, *channel, address)).add(", ").bind(hint(address)).add(", ").bind(reason.as_str());
        sql.add(", ").bind(source).add(", ").bind(tx.clock().now());
        sql.add(") on conflict (org_id, channel, address_hash) do nothing");
        new += sql.run(tx).await?;
    }
    Ok(new)
}

/// Keeps the newest word of a contact on a channel.
///
/// # Errors
/// When the database refuses.
pub async fn say(
    tx: &Tx,
    scope: &Scope,
    (contact, channel): (Uuid, Channel),
    (state, source): (ConsentState, &str),
) -> Result<(), Error> {
    let mut sql = Sql::new("insert into consents (org_id, contact_id, channel, state, source, at) values (");
    sql.bind(scope.org_id.0).add(", ").bind(contact).add(", ").bind(channel.as_str()).add(", ").bind(state.as_str());
    sql.add(", ").bind(source).add(", ").bind(tx.clock().now());
    sql.add(") on conflict (org_id, contact_id, channel) do update set state = excluded.state, ");
    sql.add("source = excluded.source, at = excluded.at");
    sql.run(tx).await?;
    Ok(())
}

/// Notes that a contact said no.
///
/// # Errors
/// When the database refuses.
pub async fn decline(tx: &Tx, scope: &Scope, contact: Uuid) -> Result<(), Error> {
    let mut sql = Sql::new("insert into declines (org_id, contact_id, at) values (");
    sql.bind(scope.org_id.0).add(", ").bind(contact).add(", ").bind(tx.clock().now());
    sql.add(") on conflict (org_id, contact_id) do update set at = excluded.at");
    sql.run(tx).await?;
    Ok(())
}

/// Rows of one statement: six values each, and SQLite takes 32 766.
const REFUSED_AT_ONCE: usize = 5_000;

/// Counts why contacts were not written to, by statements for many of them.
///
/// # Errors
/// When the database refuses.
pub async fn refuse(
    tx: &Tx,
    scope: &Scope,
    campaign: Uuid,
    refused: &[(Uuid, &'static str, Value)],
) -> Result<(), Error> {
    for part in refused.chunks(REFUSED_AT_ONCE) {
        refuse_part(tx, scope, campaign, part).await?;
    }
    Ok(())
}

async fn refuse_part(
    tx: &Tx,
    scope: &Scope,
    campaign: Uuid,
    refused: &[(Uuid, &'static str, Value)],
) -> Result<(), Error> {
    let now: DateTime<Utc> = tx.clock().now();
    let mut sql =
        Sql::new("insert into campaign_refusals (org_id, campaign_id, contact_id, code, params, at, count) values ");
    for (index, (contact, code, params)) in refused.iter().enumerate() {
        sql.add(if index == 0 { "(" } else { ", (" }).bind(scope.org_id.0).add(", ").bind(campaign).add(", ");
        sql.bind(*contact).add(", ").bind(*code).add(", ").bind(params.clone()).add(", ").bind(now).add(", 1)");
    }
    sql.add(" on conflict (org_id, contact_id, campaign_id, code) do update set params = excluded.params, ");
    sql.add("at = excluded.at, count = campaign_refusals.count + 1");
    sql.run(tx).await?;
    Ok(())
}

/// A reason as it is counted.
#[must_use]
pub fn counted(contact: Uuid, reason: &Reason) -> (Uuid, &'static str, Value) {
    (contact, reason.code.as_str(), json!(reason.params))
}

pub(crate) mod touch {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "touches")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub contact_id: Uuid,
        pub channel: String,
        pub at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Notes messages that go to contacts: `(message, contact, channel)`.
///
/// # Errors
/// When the database refuses.
pub async fn touch(tx: &Tx, scope: &Scope, touches: &[(Uuid, Uuid, Channel)]) -> Result<(), Error> {
    let now = tx.clock().now();
    let rows = touches.iter().map(|(id, contact, channel)| touch::ActiveModel {
        id: Set(*id),
        org_id: Set(scope.org_id.0),
        contact_id: Set(*contact),
        channel: Set(channel.as_str().to_owned()),
        at: Set(now),
    });
    Ok(db::insert_all(tx, rows.collect::<Vec<_>>()).await?)
}

/// Notes when messages really went: they may have waited over the end of a day.
///
/// # Errors
/// When the database refuses.
pub async fn touch_at(tx: &Tx, scope: &Scope, messages: &[Uuid], at: DateTime<Utc>) -> Result<(), Error> {
    if messages.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("update touches set at = ");
    sql.bind(at).add(" where org_id = ").bind(scope.org_id.0).add(" and id in ").list(messages.iter().copied());
    sql.run(tx).await?;
    Ok(())
}

/// Takes back the notes of messages that did not go.
///
/// # Errors
/// When the database refuses.
pub async fn untouch(tx: &Tx, scope: &Scope, messages: &[Uuid]) -> Result<(), Error> {
    if messages.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("delete from touches where org_id = ");
    sql.bind(scope.org_id.0).add(" and id in ").list(messages.iter().copied());
    sql.run(tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_does_not_tell_the_address() {
        assert_eq!(hint("Anna@Example.com"), "a***@example.com");
        assert_eq!(hint("@anna_b"), "a***_b");
        assert_eq!(hint("+79161234567"), "+***67");
        assert_eq!(hint("a"), "a***");
    }

    #[test]
    fn the_same_address_has_the_same_hash_and_another_channel_another() {
        let scope = Scope::system(kernel::OrgId(Uuid::nil()), "test");
        let hash = |channel, address| hashed(&scope, channel, address);
        assert_eq!(hash(Channel::Telegram, "@Anna"), hash(Channel::Telegram, " anna "));
        assert_ne!(hash(Channel::Telegram, "anna"), hash(Channel::Email, "anna"));
    }
}
