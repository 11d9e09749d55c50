//! Accounts in the database. What an actor reaches: all of the organization, or their own, those they may use, and those
//! of nobody that name nobody.

use std::collections::HashMap;

use db::Tx;
use kernel::{OrgId, Owners, Resource, Scope};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;
use vault::{Place, Vault};

use super::{
    account::{Network, StoredAccount},
    rows::{account_of, columns, entity, users},
};
use crate::Error;

pub use entity::Column;

/// Most accounts that are looked at together.
pub const MOST: u64 = 1000;

fn everywhere(org: OrgId) -> Condition {
    Condition::all().add(Column::OrgId.eq(org.0))
}

/// The accounts that the actor sees.
#[must_use]
pub fn within(scope: &Scope) -> Condition {
    of_people(scope, scope.owners(Resource::Accounts))
}

/// The accounts of some people: those that they own or are allowed to use, and those that everybody is.
fn of_people(scope: &Scope, people: Owners) -> Condition {
    let all = everywhere(scope.org_id);
    let Owners::These(people) = people else { return all };
    let users = || {
        let of = Expr::col((users::Entity, users::Column::AccountId)).equals((entity::Entity, Column::Id));
        let org = Expr::col((users::Entity, users::Column::OrgId)).eq(scope.org_id.0);
        Query::select().expr(Expr::val(1)).from(users::Entity).and_where(of).and_where(org).to_owned()
    };
    let named = users().and_where(Expr::col((users::Entity, users::Column::UserId)).is_in(people.clone())).to_owned();
    let of_all = Condition::all().add(Column::OwnerId.is_null()).add(Expr::exists(users()).not());
    all.add(Condition::any().add(Column::OwnerId.is_in(people)).add(Expr::exists(named)).add(of_all))
}

async fn loaded(
    reader: &impl ConnectionTrait,
    org: OrgId,
    rows: Vec<entity::Model>,
) -> Result<Vec<StoredAccount>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let find = users::Entity::find().filter(users::Column::OrgId.eq(org.0));
    let find = find.filter(users::Column::AccountId.is_in(rows.iter().map(|row| row.id)));
    let mut allowed: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for user in find.order_by_asc(users::Column::UserId).all(reader).await? {
        allowed.entry(user.account_id).or_default().push(user.user_id);
    }
    let of = |row: entity::Model| {
        let allowed = allowed.remove(&row.id).unwrap_or_default();
        Ok(account_of(row, allowed)?)
    };
    rows.into_iter().map(of).collect()
}

/// The accounts within reach, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn list(
    reader: &impl ConnectionTrait,
    scope: &Scope,
    after: Option<(chrono::DateTime<chrono::Utc>, Uuid)>,
    limit: u64,
) -> Result<Vec<StoredAccount>, Error> {
    let mut find = entity::Entity::find().filter(within(scope));
    if let Some((at, id)) = after {
        let place = Expr::tuple([Expr::col(Column::CreatedAt), Expr::col(Column::Id)]);
        find = find.filter(place.gt(Expr::tuple([Expr::value(at), Expr::value(id)])));
    }
    let rows = find.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).limit(limit).all(reader).await?;
    loaded(reader, scope.org_id, rows).await
}

/// These of the organization, within reach or not.
///
/// # Errors
/// When the database refuses.
pub async fn of_ids(reader: &impl ConnectionTrait, org: OrgId, ids: &[Uuid]) -> Result<Vec<StoredAccount>, Error> {
    let find = entity::Entity::find().filter(everywhere(org)).filter(Column::Id.is_in(ids.iter().copied()));
    let rows = find.limit(MOST).all(reader).await?;
    loaded(reader, org, rows).await
}

/// The ids within reach.
///
/// # Errors
/// When the database refuses.
pub async fn ids_within(reader: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<Uuid>, Error> {
    let find = entity::Entity::find().select_only().column(Column::Id);
    let find = find.filter(of_people(scope, scope.owners(Resource::Chats)));
    Ok(find.order_by_asc(Column::CreatedAt).limit(MOST).into_tuple().all(reader).await?)
}

/// # Errors
/// [`Error::NotFound`] for what is out of reach, too.
pub async fn get(reader: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<StoredAccount, Error> {
    let row = entity::Entity::find().filter(within(scope)).filter(Column::Id.eq(id)).one(reader).await?;
    loaded(reader, scope.org_id, row.into_iter().collect()).await?.pop().ok_or(Error::NotFound)
}

/// The ids of accounts that somebody owns, or is named to use.
///
/// # Errors
/// When the database refuses.
pub async fn ids_of(reader: &impl ConnectionTrait, scope: &Scope, user: Uuid) -> Result<Vec<Uuid>, Error> {
    let named = Query::select()
        .column(users::Column::AccountId)
        .from(users::Entity)
        .and_where(Expr::col(users::Column::OrgId).eq(scope.org_id.0))
        .and_where(Expr::col(users::Column::UserId).eq(user))
        .to_owned();
    let theirs = Condition::any().add(Column::OwnerId.eq(user)).add(Column::Id.in_subquery(named));
    let find = entity::Entity::find().select_only().column(Column::Id).filter(everywhere(scope.org_id)).filter(theirs);
    Ok(find.order_by_asc(Column::CreatedAt).limit(MOST).into_tuple().all(reader).await?)
}

/// How many accounts these people own.
///
/// # Errors
/// When the database refuses.
pub async fn counts_of(reader: &impl ConnectionTrait, org: OrgId, people: &[Uuid]) -> Result<Vec<(Uuid, i64)>, Error> {
    let find = entity::Entity::find().select_only().column(Column::OwnerId).column_as(Column::Id.count(), "n");
    let find = find.filter(everywhere(org)).filter(Column::OwnerId.is_in(people.iter().copied()));
    Ok(find.group_by(Column::OwnerId).into_tuple().all(reader).await?)
}

/// The account, kept from other writers until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn hold(tx: &Tx, scope: &Scope, id: Uuid) -> Result<StoredAccount, Error> {
    let mut find = entity::Entity::find().filter(within(scope)).filter(Column::Id.eq(id));
    if tx.get_database_backend() == DbBackend::Postgres {
        find = find.lock_exclusive();
    }
    let row = find.one(tx).await?;
    loaded(tx, scope.org_id, row.into_iter().collect()).await?.pop().ok_or(Error::NotFound)
}

/// The account of a number, within reach or not.
///
/// # Errors
/// When the database refuses.
pub async fn find_by_phone(
    reader: &impl ConnectionTrait,
    scope: &Scope,
    network: Network,
    phone: &str,
) -> Result<Option<StoredAccount>, Error> {
    let find = entity::Entity::find().filter(everywhere(scope.org_id)).filter(Column::Network.eq(network.as_str()));
    let row = find.filter(Column::Phone.eq(phone)).one(reader).await?;
    Ok(loaded(reader, scope.org_id, row.into_iter().collect()).await?.pop())
}

/// Another account of whom the network knows by this id.
///
/// # Errors
/// When the database refuses.
pub async fn find_by_peer(
    reader: &impl ConnectionTrait,
    scope: &Scope,
    network: Network,
    peer_id: i64,
) -> Result<Option<Uuid>, Error> {
    let find = entity::Entity::find().select_only().column(Column::Id).filter(everywhere(scope.org_id));
    let find = find.filter(Column::Network.eq(network.as_str())).filter(Column::PeerId.eq(peer_id));
    Ok(find.into_tuple().one(reader).await?)
}

/// How many accounts the organization has.
///
/// # Errors
/// When the database refuses.
pub async fn count(reader: &impl ConnectionTrait, scope: &Scope) -> Result<u64, Error> {
    Ok(entity::Entity::find().filter(everywhere(scope.org_id)).count(reader).await?)
}

/// # Errors
/// When the database refuses.
pub async fn insert(tx: &Tx, scope: &Scope, account: &StoredAccount) -> Result<(), Error> {
    let row = entity::ActiveModel {
        id: Set(account.id),
        org_id: Set(scope.org_id.0),
        network: Set(account.network.as_str().to_owned()),
        proxy: Set(None),
        created_at: Set(account.created_at),
        created_by: Set(account.created_by),
        ..columns(account)
    };
    Ok(db::insert_all(tx, [row]).await?)
}

/// Writes what can change of an account.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &Tx, scope: &Scope, account: &StoredAccount) -> Result<(), Error> {
    let update = entity::Entity::update_many().set(columns(account)).filter(everywhere(scope.org_id));
    update.filter(Column::Id.eq(account.id)).exec(tx).await?;
    Ok(())
}

/// Writes who may use an account beside its owner.
///
/// # Errors
/// When the database refuses.
pub async fn set_allowed(tx: &Tx, scope: &Scope, account: &StoredAccount) -> Result<(), Error> {
    let old = users::Entity::delete_many().filter(users::Column::OrgId.eq(scope.org_id.0));
    old.filter(users::Column::AccountId.eq(account.id)).exec(tx).await?;
    let row = |user: &Uuid| users::ActiveModel {
        account_id: Set(account.id),
        org_id: Set(scope.org_id.0),
        user_id: Set(*user),
    };
    Ok(db::insert_all(tx, account.allowed.iter().map(row).collect::<Vec<_>>()).await?)
}

fn proxy_place(scope: &Scope, account: Uuid) -> Place {
    Place { table: "bd_accounts", column: "proxy", org: scope.org_id, row: account }
}

/// Seals the address of a proxy, or takes it away.
///
/// # Errors
/// [`Error::Vault`]; when the database refuses.
pub async fn set_proxy(tx: &Tx, (vault, scope): (&Vault, &Scope), id: Uuid, url: Option<&str>) -> Result<(), Error> {
    let sealed = url.map(|url| vault.seal(proxy_place(scope, id), url.as_bytes())).transpose()?;
    let update = entity::Entity::update_many().col_expr(Column::Proxy, Expr::value(sealed));
    update.filter(everywhere(scope.org_id)).filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// The address of an account's proxy, with its credentials.
///
/// # Errors
/// [`Error::Vault`]; when the database refuses.
pub async fn proxy(
    reader: &impl ConnectionTrait,
    (vault, scope): (&Vault, &Scope),
    id: Uuid,
) -> Result<Option<String>, Error> {
    let find = entity::Entity::find().select_only().column(Column::Proxy).filter(everywhere(scope.org_id));
    let sealed: Option<Option<String>> = find.filter(Column::Id.eq(id)).into_tuple().one(reader).await?;
    let Some(sealed) = sealed.flatten() else { return Ok(None) };
    let bytes = vault.open(proxy_place(scope, id), &sealed)?;
    Ok(Some(String::from_utf8(bytes).map_err(|_| vault::Error::Damaged)?))
}

/// Moves when something was last done or seen, forward only; writes no history and tells nobody.
///
/// # Errors
/// When the database refuses.
pub async fn touch(tx: &Tx, scope: &Scope, id: Uuid) -> Result<(), Error> {
    let update = entity::Entity::update_many().col_expr(Column::LastActivityAt, Expr::value(tx.clock().now()));
    update.filter(everywhere(scope.org_id)).filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// # Errors
/// When the database refuses.
pub async fn remove(tx: &Tx, scope: &Scope, id: Uuid) -> Result<(), Error> {
    for table in OF_AN_ACCOUNT {
        crate::sql::of_account(tx, &format!("delete from {table}"), scope, id).await?;
    }
    entity::Entity::delete_many().filter(everywhere(scope.org_id)).filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// Tables that go with an account.
const OF_AN_ACCOUNT: [&str; 11] = [
    "bd_account_users",
    "bd_account_logins",
    "bd_account_sessions",
    "bd_account_leases",
    "bd_account_sync_chats",
    "bd_account_dialogs",
    "bd_account_health",
    "bd_account_usage",
    "bd_account_pace",
    "bd_account_first_contacts",
    "bd_account_requests",
];
