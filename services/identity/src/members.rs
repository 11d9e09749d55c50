//! Who is in the organization: the list for choosing owners, and the directory other services ask for names.

use std::{collections::HashMap, sync::Arc, time::Duration};

use api::{Caller, ErrorBody, Json, ListParams, PageInfo, Query};
use axum::extract::State;
use contracts::{
    permissions,
    ports::{Directory, Person, PortError, Roles},
};
use db::{Field, List, Page};
use kernel::{Scope, UserId, filter::FieldType};
use moka::sync::Cache;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter,
    sea_query::{Alias, Expr, ExprTrait, Func, Query as Select, SimpleExpr},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Error, Identity, Role,
    store::{membership, user},
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
        Ok(page.map(|rows| rows.into_iter().filter_map(Row::view).collect()))
    }
}

impl Row {
    fn view(self) -> Option<Member> {
        Some(Member { id: self.id, name: self.name, email: self.email, role: Role::parse(&self.role)? })
    }
}

#[async_trait::async_trait]
impl Directory for Identity {
    async fn names(&self, _scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
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
