//! What other services ask of people: names, roles, whom to tell.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use contracts::ports::{Directory, Person, PortError, Recipient, Recipients, Roles};
use jobs::Organizations;
use kernel::{Locale, OrgId, Permission, Reach, Scope, UserId};
use moka::sync::Cache;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Query as Select},
};
use uuid::Uuid;

use crate::{
    Identity,
    rights::{self, Rights},
    store::{membership, organization, user},
    team::own_roles,
};

/// Names of people, kept for a minute: every page of records shows some.
pub struct Names(Cache<Uuid, String>);

impl Default for Names {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(100_000).time_to_live(Duration::from_mins(1)).build())
    }
}

impl Names {
    /// A name changed.
    pub fn forget(&self, user: Uuid) {
        self.0.invalidate(&user);
    }
}

#[async_trait::async_trait]
impl Directory for Identity {
    async fn names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        let mut names = HashMap::new();
        let mut unknown = Vec::new();
        for id in ids.iter().take(1000) {
            match self.names.0.get(id) {
                Some(name) => drop(names.insert(*id, name)),
                None => unknown.push(*id),
            }
        }
        if !unknown.is_empty() {
            let rows =
                user::Entity::find().filter(user::Column::Id.is_in(unknown)).all(&self.db.system_reader()).await?;
            for row in rows {
                self.names.0.insert(row.id, row.name.clone());
                names.insert(row.id, row.name);
            }
        }
        let keys: Vec<Uuid> = ids.iter().filter(|id| !names.contains_key(id)).copied().collect();
        if !keys.is_empty() {
            names.extend(self.names_of_keys(scope.org_id, &keys).await?);
        }
        Ok(names)
    }

    async fn people(&self, scope: &Scope) -> Result<Vec<Person>, PortError> {
        let of_org = membership::Entity::find().filter(membership::Column::OrgId.eq(scope.org_id.0));
        let ids: Vec<Uuid> = of_org.all(&self.db.system_reader()).await?.into_iter().map(|m| m.user_id).collect();
        let rows = user::Entity::find().filter(user::Column::Id.is_in(ids)).all(&self.db.system_reader()).await?;
        Ok(rows.into_iter().map(|row| Person { id: row.id, name: row.name, email: row.email }).collect())
    }

    async fn is_member(&self, scope: &Scope, user: UserId) -> Result<bool, PortError> {
        let key = (scope.org_id.0, user.0);
        Ok(membership::Entity::find_by_id(key).one(&self.db.system_reader()).await?.is_some())
    }
}

#[async_trait::async_trait]
impl Roles for Identity {
    async fn role_of(&self, scope: &Scope, user: UserId) -> Result<Option<&'static str>, PortError> {
        let key = (scope.org_id.0, user.0);
        let reader = self.db.system_reader();
        let Some(member) = membership::Entity::find_by_id(key).one(&reader).await? else { return Ok(None) };
        Ok(rights::of(&reader, scope.org_id.0, &member.roles).await?.map(|rights| rights.role().as_str()))
    }
}

#[derive(FromQueryResult)]
struct Told {
    id: Uuid,
    name: String,
    email: String,
    email_verified_at: Option<DateTime<Utc>>,
    locale: String,
    time_zone: String,
    roles: String,
}

impl Told {
    fn recipient(self, rights: &Rights, mates: Option<Arc<[Uuid]>>) -> Recipient {
        Recipient {
            id: self.id,
            name: self.name,
            email: self.email,
            email_verified: self.email_verified_at.is_some(),
            locale: Locale::from_tag(&self.locale).unwrap_or_default(),
            time_zone: self.time_zone,
            grants: rights.grants,
            reach: Reach::new(rights.levels, mates),
        }
    }
}

/// Most people told of one thing.
const MAX_TOLD: u64 = 1000;

impl Identity {
    async fn told(&self, org: OrgId, condition: Condition) -> Result<Vec<Recipient>, PortError> {
        let column = |column: user::Column| Expr::col((user::Entity, column));
        let of_member = |column: membership::Column| Expr::col((membership::Entity, column));
        let columns = [user::Column::Id, user::Column::Name, user::Column::Email, user::Column::Locale];
        let select = Select::select()
            .columns(columns.map(|column| (user::Entity, column)))
            .column((user::Entity, user::Column::EmailVerifiedAt))
            .column((user::Entity, user::Column::TimeZone))
            .column((membership::Entity, membership::Column::Roles))
            .from(membership::Entity)
            .inner_join(user::Entity, column(user::Column::Id).eq(of_member(membership::Column::UserId)))
            .and_where(of_member(membership::Column::OrgId).eq(org.0))
            .and_where(of_member(membership::Column::SuspendedAt).is_null())
            .cond_where(condition)
            .order_by((user::Entity, user::Column::Id), Order::Asc)
            .limit(MAX_TOLD)
            .to_owned();
        let rows = Told::find_by_statement(self.db.backend().build(&select)).all(&self.db.system_reader()).await?;
        let reader = self.db.system_reader();
        let rights = rights::of_all(&reader, rows.iter().map(|row| (org.0, row.roles.clone()))).await?;
        let known: Vec<(Told, Rights)> = rows.into_iter().zip(rights).filter_map(|(row, r)| Some((row, r?))).collect();
        let asking = known.iter().filter(|(_, rights)| rights::asks_for_team(rights.levels)).map(|(row, _)| row.id);
        let mut mates = rights::teammates(&reader, org, &asking.collect::<Vec<_>>()).await?;
        Ok(known
            .into_iter()
            .map(|(row, rights)| {
                let mates = mates.remove(&row.id);
                row.recipient(&rights, mates)
            })
            .collect())
    }
}

#[async_trait::async_trait]
impl Recipients for Identity {
    async fn recipients(&self, org: OrgId, ids: &[Uuid]) -> Result<Vec<Recipient>, PortError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ids = ids.iter().take(1000).copied();
        self.told(org, Condition::all().add(membership::Column::UserId.is_in(ids))).await
    }

    async fn holders(&self, org: OrgId, permission: Permission) -> Result<Vec<Recipient>, PortError> {
        let mut any = Condition::any();
        for role in own_roles::all_of(&self.db.system_reader(), org).await? {
            if role.permissions.contains(&permission) {
                any = any.add(membership::Column::Roles.like(rights::has_role(&role.key)));
            }
        }
        self.told(org, any).await
    }
}

#[async_trait::async_trait]
impl Organizations for Identity {
    async fn after(&self, last: Option<OrgId>, limit: u64) -> Result<Vec<OrgId>, db::Error> {
        let mut find = organization::Entity::find().select_only().column(organization::Column::Id);
        if let Some(last) = last {
            find = find.filter(organization::Column::Id.gt(last.0));
        }
        let find = find.order_by_asc(organization::Column::Id).limit(limit);
        let ids = find.into_tuple::<Uuid>().all(&self.db.system_reader()).await?;
        Ok(ids.into_iter().map(OrgId).collect())
    }
}
