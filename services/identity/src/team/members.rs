//! Members of the organization: the list, and which roles they have.

use std::{collections::HashMap, sync::Arc};

use api::{ApiError, Caller, ErrorBody, Json, ListParams, PageInfo, Path, Query as Parameters, Refusals};
use axum::extract::State;
use chrono::{DateTime, Utc};
use contracts::{events as event, permissions, ports::Owned};
use db::{Action, Change, Field, List, Page, Tx, change_log};
use events::NewEvent;
use kernel::{Actor, Scope, filter::FieldType};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::{Alias, Expr, ExprTrait, Func, LockType, Query as Select, SelectStatement, SimpleExpr},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Asked, Refused, own_roles, removal, viewing};
use crate::{
    Error, Identity, Role, lockout,
    rights::{self, Known, Rights},
    store::{membership, organization, user, with},
    views::{Load, Member, RoleName, TeamName},
};

/// Members, by name.
#[derive(Serialize, ToSchema)]
pub struct MemberList {
    items: Vec<Member>,
    page: PageInfo,
}

/// Which members are wanted.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct MembersParams {
    /// Page number from 1; ignored with `cursor`.
    #[param(minimum = 1)]
    page: Option<u64>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Rows of a page, 20 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// `name`, `email`; `-` for descending.
    sort: Option<String>,
    /// A part of the name or the address.
    search: Option<String>,
    /// A filter as JSON text.
    filter: Option<String>,
    /// Counts what each of them holds, too.
    #[serde(default)]
    #[param(default = false)]
    load: bool,
}

/// The roles that a member is to have.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberRoles {
    /// Keys of roles.
    #[schema(min_items = 1, max_items = 10)]
    roles: Vec<String>,
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
    roles: String,
    created_at: DateTime<Utc>,
    suspended_at: Option<DateTime<Utc>>,
}

/// List members
#[utoipa::path(get, path = "/api/team/members", tag = "Team", operation_id = "listMembers", params(MembersParams),
    responses((status = 200, description = "Members of the organization", body = MemberList),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 403, description = "Not allowed", body = ErrorBody),
        (status = 422, description = "There is no such list: `list.sort`, `list.cursor`, `filter.…`", body = ErrorBody)))]
pub async fn list_members(
    State(asked): State<Asked>,
    caller: Caller,
    Parameters(params): Parameters<MembersParams>,
) -> Result<Json<MemberList>, ApiError> {
    let (identity, keepers) = asked;
    let MembersParams { page, cursor, limit, sort, search, filter, load } = params;
    let params = ListParams { page, cursor, limit, sort, search, filter, trash: false }.parse()?;
    let keepers = load.then_some(&*keepers);
    let page = identity.members(caller.scope(), keepers, &params).await?;
    let info = PageInfo::from(&page);
    Ok(Json(MemberList { items: page.items, page: info }))
}

/// Give a member roles
///
/// Takes effect at once. Nobody gives what they do not hold; only an owner makes or unmakes an owner.
#[utoipa::path(put, path = "/api/team/members/{id}/role", tag = "Team", operation_id = "setMemberRoles",
    request_body = MemberRoles, params(("id" = Uuid, Path, description = "The person's id")),
    responses((status = 200, description = "Given", body = Member), Refusals))]
pub async fn set_member_roles(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(input): Json<MemberRoles>,
) -> Result<Json<Member>, ApiError> {
    Ok(Json(identity.set_roles(caller.scope(), id, &input.roles).await?))
}

#[derive(FromQueryResult)]
struct Seen {
    user_id: Uuid,
    at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct Open {
    user_id: Uuid,
    n: i64,
}

#[derive(FromQueryResult)]
struct Factor {
    user_id: Uuid,
}

#[derive(FromQueryResult)]
struct OfTeam {
    user_id: Uuid,
    id: Uuid,
    name: String,
}

/// A list of values as `$2, $3, …`.
fn places(ids: &[Uuid]) -> String {
    let places: Vec<String> = (2..ids.len() + 2).map(|place| format!("${place}")).collect();
    places.join(", ")
}

/// What is told of some members besides their names.
#[derive(Default)]
struct Details {
    seen: HashMap<Uuid, DateTime<Utc>>,
    factors: Vec<Uuid>,
    teams: HashMap<Uuid, Vec<TeamName>>,
    /// How many sessions each has open; only for whoever may end them.
    sessions: Option<HashMap<Uuid, u64>>,
}

/// How many sessions each of these people has open in the organization.
async fn open_sessions(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, u64>, Error> {
    let sql = format!(
        "select user_id, count(*) as n from sessions where org_id = $1 and user_id in ({}) and revoked_at is null \
         and expires_at > ${} group by user_id",
        places(ids),
        ids.len() + 2
    );
    let people = ids.iter().map(|id| (*id).into());
    let values = [scope.org_id.0.into()].into_iter().chain(people).chain([now.into()]);
    let rows = Open::find_by_statement(with(connection, &sql, values)).all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.user_id, u64::try_from(row.n).unwrap_or_default())).collect())
}

async fn details(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Details, Error> {
    if ids.is_empty() {
        return Ok(Details::default());
    }
    let values = || [scope.org_id.0.into()].into_iter().chain(ids.iter().map(|id| (*id).into()));
    let places = places(ids);
    let sql = format!(
        "select user_id, max(last_seen_at) as at from sessions where org_id = $1 and user_id in ({places}) group by user_id"
    );
    let seen = Seen::find_by_statement(with(connection, &sql, values())).all(connection).await?;
    let sql = format!(
        "select m.user_id from memberships m where m.org_id = $1 and m.user_id in ({places}) and (exists \
         (select 1 from totp_secrets t where t.user_id = m.user_id and t.confirmed_at is not null) \
         or exists (select 1 from passkeys p where p.user_id = m.user_id))"
    );
    let factors = Factor::find_by_statement(with(connection, &sql, values())).all(connection).await?;
    let sql = format!(
        "select m.user_id, t.id, t.name from team_members m join teams t on t.org_id = m.org_id and t.id = m.team_id \
         where m.org_id = $1 and m.user_id in ({places}) order by t.name_key"
    );
    let mut teams: HashMap<Uuid, Vec<TeamName>> = HashMap::new();
    for row in OfTeam::find_by_statement(with(connection, &sql, values())).all(connection).await? {
        teams.entry(row.user_id).or_default().push(TeamName { id: row.id, name: row.name });
    }
    let may_end = scope.grants.allows(permissions::MEMBERS_WRITE);
    let sessions = if may_end { Some(open_sessions(connection, scope, ids, now).await?) } else { None };
    Ok(Details {
        sessions,
        seen: seen.into_iter().map(|row| (row.user_id, row.at)).collect(),
        factors: factors.into_iter().map(|row| row.user_id).collect(),
        teams,
    })
}

/// The roles of a member by name.
pub fn names(roles: &[Known]) -> Vec<RoleName> {
    roles.iter().map(|role| RoleName { key: role.key.clone(), name: role.name.clone() }).collect()
}

/// Writes the roles of a member, with the change and the event.
pub async fn keep_roles(tx: &Tx, scope: &Scope, row: &membership::Model, keys: &[String]) -> Result<(), Error> {
    let new = rights::listed(keys);
    membership::Entity::update_many()
        .set(membership::ActiveModel { roles: Set(new), ..Default::default() })
        .filter(membership::Column::OrgId.eq(scope.org_id.0))
        .filter(membership::Column::UserId.eq(row.user_id))
        .exec(tx)
        .await?;
    viewing::access_changed(tx, Some(row.user_id)).await?;
    let (before, after) = (json!({"roles": rights::keys(&row.roles)}), json!({ "roles": keys }));
    change_log::record(tx, [Change::between("member", row.user_id, Action::Updated, &before, &after, 1)]).await?;
    Ok(events::append(tx, [NewEvent::of(event::MEMBER_UPDATED, "user", row.user_id, json!({ "roles": keys }))]).await?)
}

/// A member by id, as the transaction sees them.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn held(tx: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<membership::Model, Error> {
    membership::Entity::find_by_id((scope.org_id.0, id)).one(tx).await?.ok_or(Error::NotFound)
}

/// Whether somebody else is an owner too, and may enter.
pub async fn has_other_owner(tx: &impl ConnectionTrait, scope: &Scope, but: Uuid) -> Result<bool, Error> {
    let find = membership::Entity::find()
        .filter(membership::Column::OrgId.eq(scope.org_id.0))
        .filter(membership::Column::UserId.ne(but))
        .filter(membership::Column::SuspendedAt.is_null())
        .filter(membership::Column::Roles.like(rights::has_role(Role::Owner.as_str())));
    Ok(find.count(tx).await? > 0)
}

/// Changes of who may do what come one after the other in an organization: each sees what those before it did. The first
/// statement of their transactions. (SQLite has one writer at a time anyway.)
///
/// # Errors
/// [`Error::NotFound`] without such an organization.
pub async fn in_turn(tx: &Tx, scope: &Scope) -> Result<(), Error> {
    let held = organization::Entity::find_by_id(scope.org_id.0).lock(LockType::NoKeyUpdate).one(tx).await?;
    held.map(|_| ()).ok_or(Error::NotFound)
}

/// Whether the actor is an owner; what the system does is an owner's as well. A key never is: it was given permissions, and
/// no role.
pub async fn is_owner(tx: &impl ConnectionTrait, scope: &Scope) -> Result<bool, Error> {
    if matches!(scope.actor, Actor::ApiKey { .. }) {
        return Ok(false);
    }
    let Some(me) = scope.user_id() else { return Ok(true) };
    let row = held(tx, scope, me.0).await?;
    Ok(row.suspended_at.is_none() && rights::keys(&row.roles).iter().any(|key| key == Role::Owner.as_str()))
}

impl Identity {
    /// With what they hold where its keepers are given.
    async fn members(
        &self,
        scope: &Scope,
        keepers: Option<&[Arc<dyn Owned>]>,
        params: &db::Params,
    ) -> Result<Page<Member>, Error> {
        scope.require(permissions::MEMBERS_READ)?;
        let mut select = of_org(scope);
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
        let Page { items, .. } = &page;
        let mut shown = self.shown_members(scope, items).await?;
        let Some(keepers) = keepers else { return Ok(page.map(|_| shown)) };
        let people: Vec<Uuid> = shown.iter().map(|member| member.id).collect();
        let mut loads: HashMap<Uuid, Load> = people.iter().map(|id| (*id, Load::default())).collect();
        for held in removal::held_by(keepers, scope, &people).await? {
            loads.entry(held.by).or_default().add(&held);
        }
        for member in &mut shown {
            member.load = loads.remove(&member.id);
        }
        Ok(page.map(|_| shown))
    }

    async fn shown_members(&self, scope: &Scope, rows: &[Row]) -> Result<Vec<Member>, Error> {
        let reader = self.db.system_reader();
        let emails: Vec<&str> = rows.iter().map(|row| row.email.as_str()).collect();
        let now = self.db.clock().now();
        let locked = lockout::locked(&reader, &emails, now).await?;
        let rights = rights::of_all(&reader, rows.iter().map(|row| (scope.org_id.0, row.roles.clone()))).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let mut details = details(&reader, scope, &ids, now).await?;
        let shown = rows.iter().zip(rights).zip(locked).map(|((row, rights), locked_until)| Member {
            id: row.id,
            name: row.name.clone(),
            email: row.email.clone(),
            role: rights.as_ref().map_or(Role::Viewer, Rights::role),
            roles: rights.map(|rights| names(&rights.roles)).unwrap_or_default(),
            teams: details.teams.remove(&row.id).unwrap_or_default(),
            joined_at: row.created_at,
            last_seen_at: details.seen.get(&row.id).copied(),
            second_factor: details.factors.contains(&row.id),
            locked_until,
            suspended_at: row.suspended_at,
            sessions: details.sessions.as_ref().map(|open| open.get(&row.id).copied().unwrap_or_default()),
            load: None,
        });
        Ok(shown.collect())
    }

    /// One member.
    pub(crate) async fn member(&self, scope: &Scope, id: Uuid) -> Result<Member, Error> {
        let reader = self.db.system_reader();
        let select =
            of_org(scope).and_where(Expr::col((Alias::new("m"), membership::Column::UserId)).eq(id)).to_owned();
        let row = Row::find_by_statement(self.db.backend().build(&select)).one(&reader).await?;
        let row = row.ok_or(Error::NotFound)?;
        self.shown_members(scope, &[row]).await?.pop().ok_or(Error::NotFound)
    }

    async fn set_roles(&self, scope: &Scope, id: Uuid, wanted: &[String]) -> Result<Member, Error> {
        scope.require(permissions::MEMBERS_WRITE)?;
        let tx = self.db.begin(scope).await?;
        in_turn(&tx, scope).await?;
        let row = held(&tx, scope, id).await?;
        let roles = own_roles::given(&tx, scope, wanted).await?;
        let old = rights::keys(&row.roles);
        let keys: Vec<String> = roles.iter().map(|role| role.key.clone()).collect();
        let has_owner = |keys: &[String]| keys.iter().any(|key| key == Role::Owner.as_str());
        let (was, is) = (has_owner(&old), has_owner(&keys));
        if (was || is) && !is_owner(&tx, scope).await? {
            return Err(Refused::OwnersOnly.into());
        }
        let beyond = |role: &Known| {
            role.base != Role::Owner
                && !old.contains(&role.key)
                && !own_roles::is_within(scope, &role.permissions, role.levels)
        };
        if roles.iter().any(beyond) {
            return Err(own_roles::field("roles", "roles.beyond"));
        }
        if was && !is && !has_other_owner(&tx, scope, id).await? {
            return Err(Refused::LastOwner.into());
        }
        if old != keys {
            keep_roles(&tx, scope, &row, &keys).await?;
            tx.commit().await?;
            self.live.forget(move |live| live.user_id == id || live.viewing_as == Some(id));
        }
        self.member(scope, id).await
    }
}

fn of_org(scope: &Scope) -> SelectStatement {
    let (u, m) = (Alias::new("u"), Alias::new("m"));
    Select::select()
        .expr(id())
        .expr(plain_name())
        .expr(email())
        .column((m.clone(), membership::Column::Roles))
        .column((m.clone(), membership::Column::CreatedAt))
        .column((m.clone(), membership::Column::SuspendedAt))
        .from_as(membership::Entity, m.clone())
        .join_as(
            sea_orm::JoinType::InnerJoin,
            user::Entity,
            u,
            id().eq(Expr::col((m.clone(), membership::Column::UserId))),
        )
        .and_where(Expr::col((m, membership::Column::OrgId)).eq(scope.org_id.0))
        .to_owned()
}
