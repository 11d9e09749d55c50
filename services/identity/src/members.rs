//! Who is in the organization: the list for choosing owners, and the directory other services ask for names.

use std::{collections::HashMap, sync::Arc, time::Duration};

use api::{Caller, ErrorBody, Json, ListParams, PageInfo, Query};
use axum::extract::State;
use chrono::{DateTime, Utc};
use contracts::{
    permissions,
    ports::{Directory, Person, PortError, Recipient, Recipients, Roles},
};
use db::{Field, List, Page};
use jobs::Organizations;
use kernel::{Locale, OrgId, Permission, Scope, UserId, filter::FieldType};
use moka::sync::Cache;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, ExprTrait, Func, Query as Select, SimpleExpr},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Error, Identity, Role, lockout,
    store::{membership, organization, user},
    views::Member,
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

/// Members, by name.
#[derive(Serialize, ToSchema)]
pub struct MemberList {
    items: Vec<Member>,
    page: PageInfo,
}

fn name() -> SimpleExpr {
    Func::lower(Expr::col((Alias::new("u"), user::Column::Name))).into()
}

fn plain_name() -> SimpleExpr {
    Expr::col((Alias::new("u"), user::Column::Name))
}

fn email() -> SimpleExpr {
    Expr::col((Alias::new("u"), user::Column::Email))
}

fn id() -> SimpleExpr {
    Expr::col((Alias::new("u"), user::Column::Id))
}

const MEMBERS: List = List {
    fields: &[
        Field { name: "name", kind: FieldType::Text, expr: plain_name, order: Some(name) },
        Field { name: "email", kind: FieldType::Text, expr: email, order: Some(email) },
    ],
    default_sort: "name",
    id,
};

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    email: String,
    role: String,
}

/// List members
#[utoipa::path(get, path = "/api/team/members", tag = "Team", operation_id = "listMembers", params(ListParams),
    responses((status = 200, description = "Members of the organization", body = MemberList),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 403, description = "Not allowed", body = ErrorBody)))]
pub async fn list_members(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Query(params): Query<ListParams>,
) -> Result<Json<MemberList>, api::ApiError> {
    let page = identity.members(caller.scope(), &params.parse()?).await?;
    let info = PageInfo::from(&page);
    Ok(Json(MemberList { items: page.items, page: info }))
}

impl Identity {
    async fn members(&self, scope: &Scope, params: &db::Params) -> Result<Page<Member>, Error> {
        scope.require(permissions::MEMBERS_READ)?;
        let (u, m) = (Alias::new("u"), Alias::new("m"));
        let mut select = Select::select()
            .expr(id())
            .expr(plain_name())
            .expr(email())
            .column((m.clone(), membership::Column::Role))
            .from_as(membership::Entity, m.clone())
            .join_as(
                sea_orm::JoinType::InnerJoin,
                user::Entity,
                u,
                id().eq(Expr::col((m.clone(), membership::Column::UserId))),
            )
            .and_where(Expr::col((m, membership::Column::OrgId)).eq(scope.org_id.0))
            .to_owned();
        if let Some(text) = &params.search {
            let wanted = |field: &str| {
                kernel::filter::Filter::Test(kernel::filter::Test {
                    field: field.to_owned(),
                    op: kernel::filter::Op::Contains,
                    value: text.as_str().into(),
                })
            };
            let either = kernel::filter::Filter::Or { or: vec![wanted("name"), wanted("email")] };
            MEMBERS.apply_filter(&mut select, (&either, &[]), &self.db.reader(scope), None)?;
        }
        let page: Page<Row> = MEMBERS.page(&self.db.reader(scope), select, params, None).await?;
        let emails: Vec<&str> = page.items.iter().map(|row| row.email.as_str()).collect();
        let locked = lockout::locked(&self.db.system_reader(), &emails, self.db.clock().now()).await?;
        Ok(page.map(|rows| rows.into_iter().zip(locked).filter_map(|(row, locked)| row.view(locked)).collect()))
    }
}

impl Row {
    fn view(self, locked_until: Option<DateTime<Utc>>) -> Option<Member> {
        let role = Role::parse(&self.role)?;
        Some(Member { id: self.id, name: self.name, email: self.email, role, locked_until })
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
        let member = membership::Entity::find_by_id(key).one(&self.db.system_reader()).await?;
        Ok(member.and_then(|member| Role::parse(&member.role)).map(Role::as_str))
    }
}

#[derive(FromQueryResult)]
struct Told {
    id: Uuid,
    name: String,
    email: String,
    locale: String,
    time_zone: String,
    role: String,
}

impl Told {
    fn recipient(self) -> Option<Recipient> {
        let role = Role::parse(&self.role)?;
        Some(Recipient {
            id: self.id,
            name: self.name,
            email: self.email,
            locale: Locale::from_tag(&self.locale).unwrap_or_default(),
            time_zone: self.time_zone,
            grants: role.grants(),
            reach: role.reach(),
        })
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
            .column((user::Entity, user::Column::TimeZone))
            .column((membership::Entity, membership::Column::Role))
            .from(membership::Entity)
            .inner_join(user::Entity, column(user::Column::Id).eq(of_member(membership::Column::UserId)))
            .and_where(of_member(membership::Column::OrgId).eq(org.0))
            .cond_where(condition)
            .order_by((user::Entity, user::Column::Id), Order::Asc)
            .limit(MAX_TOLD)
            .to_owned();
        let rows = Told::find_by_statement(self.db.backend().build(&select)).all(&self.db.system_reader()).await?;
        Ok(rows.into_iter().filter_map(Told::recipient).collect())
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
        let roles = Role::ALL.into_iter().filter(|role| role.grants().allows(permission)).map(Role::as_str);
        self.told(org, Condition::all().add(membership::Column::Role.is_in(roles))).await
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
