//! Roles: the built-in ones and those that the organization makes up. Nobody grants what they do not hold.

pub mod http;

use std::collections::HashMap;

use api::requests::Given;
use contracts::{events as event, permissions};
use db::{Action, Change, Tx, change_log};
use events::NewEvent;
use kernel::{
    Fields, Levels, OrgId, Permission, Scope,
    values::{Line, Paragraph, Problem, name_key, optional},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder,
};
use serde_json::{Value, json};
use uuid::Uuid;

use self::http::{Input, Patch, View};
use super::{
    Refused,
    members::{held, in_turn, keep_roles},
    viewing,
};
use crate::{
    Error, Identity, Role,
    rights::{self, Known},
    store::{membership, role, with},
    views::ReachView,
};

/// Roles that an organization may make up.
const MOST: u64 = 50;

/// Every role of an organization, the built-in ones first.
///
/// # Errors
/// When the database is away.
pub async fn all_of(connection: &impl ConnectionTrait, org: OrgId) -> Result<Vec<Known>, Error> {
    let own = own(connection, org).await?;
    Ok(Role::ALL.into_iter().map(Known::from).chain(own.iter().filter_map(Known::stored)).collect())
}

async fn own(connection: &impl ConnectionTrait, org: OrgId) -> Result<Vec<role::Model>, Error> {
    let find = role::Entity::find().filter(role::Column::OrgId.eq(org.0));
    Ok(find.order_by_asc(role::Column::NameKey).all(connection).await?)
}

/// The roles of these keys.
///
/// # Errors
/// A field `roles` where one is not known, there is none, or one goes beyond the actor's own rights.
pub async fn given(connection: &impl ConnectionTrait, scope: &Scope, keys: &[String]) -> Result<Vec<Known>, Error> {
    if keys.is_empty() || keys.len() > 10 {
        return Err(field("roles", if keys.is_empty() { "roles.none" } else { "roles.unknown" }));
    }
    let all = all_of(connection, scope.org_id).await?;
    let mut found: Vec<Known> = Vec::new();
    for key in keys {
        let known = all.iter().find(|role| role.key == *key).ok_or_else(|| field("roles", "roles.unknown"))?;
        if !found.contains(known) {
            found.push(known.clone());
        }
    }
    Ok(found)
}

/// Whether the actor holds all that a role gives.
#[must_use]
pub fn is_within(scope: &Scope, permissions: &[Permission], levels: Levels) -> bool {
    permissions.iter().all(|permission| scope.grants.allows(*permission)) && levels.is_within(scope.reach.levels())
}

pub fn field(name: &str, code: &'static str) -> Error {
    let mut fields = Fields::default();
    fields.refuse(name, code);
    fields.into()
}

#[derive(FromQueryResult)]
struct Count {
    roles: String,
    n: i64,
}

/// How many members have each role.
async fn counts(connection: &impl ConnectionTrait, org: OrgId) -> Result<HashMap<String, i64>, Error> {
    let sql = "select roles, count(*) as n from memberships where org_id = $1 group by roles";
    let mut counts = HashMap::new();
    for row in Count::find_by_statement(with(connection, sql, [org.0.into()])).all(connection).await? {
        for key in rights::keys(&row.roles) {
            *counts.entry(key).or_default() += row.n;
        }
    }
    Ok(counts)
}

impl View {
    fn of(role: Known, row: Option<&role::Model>, members: i64) -> Self {
        Self {
            built_in: row.is_none(),
            base: role.base,
            description: row.and_then(|row| row.description.clone()),
            permissions: role.permissions.iter().map(|permission| permission.name).collect(),
            reach: role.levels.into(),
            members,
            version: row.map_or(1, |row| row.version),
            updated_at: row.map(|row| row.updated_at),
            key: role.key,
            name: role.name,
        }
    }
}

/// What the change log keeps.
fn image(row: &role::Model) -> Value {
    json!({"name": row.name, "description": row.description, "base": row.base, "permissions": row.permissions,
        "reach": row.reach})
}

/// What was given of a role, checked.
struct Checked {
    name: Option<Line<60>>,
    description: Given<Paragraph<500>>,
    permissions: Option<Vec<Permission>>,
}

fn check(
    scope: &Scope,
    (name, description): (Option<&str>, Given<String>),
    (base, permissions, reach): (Option<Role>, Option<&[String]>, Option<ReachView>),
) -> Result<Checked, Fields> {
    let mut fields = Fields::default();
    let name = name.and_then(|name| fields.take("name", Line::parse(name)));
    let description = match description {
        Given::Absent => Given::Absent,
        Given::Null => Given::Null,
        Given::Value(text) => fields.take("description", optional(&text, Paragraph::parse)).flatten().into(),
    };
    if base == Some(Role::Owner) {
        fields.refuse("base", "roles.owner");
    }
    let permissions = permissions.map(|names| {
        let mut known: Vec<Permission> = names.iter().filter_map(|name| rights::permission(name)).collect();
        if known.len() < names.len() {
            fields.refuse("permissions", "roles.permission");
        }
        known.sort_by_key(|permission| permission.bit);
        known.dedup();
        known
    });
    let nothing = Levels::default();
    if !is_within(scope, permissions.as_deref().unwrap_or_default(), nothing) {
        fields.refuse("permissions", "roles.beyond");
    }
    if reach.is_some_and(|reach| !is_within(scope, &[], reach.into())) {
        fields.refuse("reach", "roles.beyond");
    }
    fields.finish(|| Checked { name, description, permissions })
}

fn names(permissions: &[Permission]) -> Value {
    permissions.iter().map(|permission| permission.name).collect()
}

/// Refuses to count somebody as more than the actor counts as themselves.
async fn check_base(tx: &Tx, scope: &Scope, base: Role) -> Result<(), Error> {
    let Some(me) = scope.user_id() else { return Ok(()) };
    let roles = held(tx, scope, me.0).await?.roles;
    let rights = rights::of(tx, scope.org_id.0, &roles).await?;
    let is_above = rights.is_none_or(|rights| base < rights.role());
    if is_above { Err(field("base", "roles.beyond")) } else { Ok(()) }
}

async fn found(tx: &Tx, scope: &Scope, id: Uuid) -> Result<role::Model, Error> {
    let find = role::Entity::find_by_id(id).filter(role::Column::OrgId.eq(scope.org_id.0));
    find.one(tx).await?.ok_or(Error::NotFound)
}

/// Refuses a name that another role has.
async fn check_name(tx: &Tx, org: OrgId, id: Uuid, name: &str) -> Result<(), Error> {
    let key = name_key(name);
    let taken = role::Entity::find()
        .filter(role::Column::OrgId.eq(org.0))
        .filter(role::Column::NameKey.eq(&key))
        .filter(role::Column::Id.ne(id))
        .count(tx)
        .await?;
    let is_word = Role::parse(&key).is_some();
    if taken > 0 || is_word { Err(field("name", "roles.name_taken")) } else { Ok(()) }
}

async fn tell(tx: &Tx, kind: &'static str, change: Change) -> Result<(), Error> {
    let id = change.subject_id;
    change_log::record(tx, [change]).await?;
    Ok(events::append(tx, [NewEvent::of(kind, "role", id, json!({}))]).await?)
}

impl Identity {
    async fn roles(&self, scope: &Scope) -> Result<Vec<View>, Error> {
        scope.require(permissions::MEMBERS_READ)?;
        let reader = self.db.system_reader();
        let counts = counts(&reader, scope.org_id).await?;
        let members = |key: &str| counts.get(key).copied().unwrap_or_default();
        let built_in = Role::ALL.into_iter().map(|role| View::of(role.into(), None, members(role.as_str())));
        let rows = own(&reader, scope.org_id).await?;
        let own = rows.iter().filter_map(|row| {
            let known = Known::stored(row)?;
            let members = members(&known.key);
            Some(View::of(known, Some(row), members))
        });
        Ok(built_in.chain(own).collect())
    }

    async fn shown_role(&self, scope: &Scope, row: &role::Model) -> Result<View, Error> {
        let members = counts(&self.db.system_reader(), scope.org_id).await?;
        let known = Known::stored(row).ok_or(Error::NotFound)?;
        let members = members.get(&known.key).copied().unwrap_or_default();
        Ok(View::of(known, Some(row), members))
    }

    async fn create_role(&self, scope: &Scope, input: Input) -> Result<View, Error> {
        scope.require(permissions::ROLES_WRITE)?;
        let description = input.description.into();
        let about = (Some(input.base), Some(&*input.permissions), Some(input.reach));
        let checked = check(scope, (Some(&input.name), description), about)?;
        let Some(name) = checked.name else { return Err(field("name", Problem::Required.code())) };
        let tx = self.db.begin(scope).await?;
        in_turn(&tx, scope).await?;
        check_base(&tx, scope, input.base).await?;
        let (id, now) = (tx.clock().new_id(), tx.clock().now());
        let count = role::Entity::find().filter(role::Column::OrgId.eq(scope.org_id.0)).count(&tx).await?;
        if count >= MOST {
            return Err(Refused::TooManyRoles.into());
        }
        check_name(&tx, scope.org_id, id, name.as_str()).await?;
        let row = role::Model {
            id,
            org_id: scope.org_id.0,
            name_key: name_key(name.as_str()),
            name: name.into_string(),
            description: checked.description.value().map(|text| text.as_str().to_owned()),
            base: input.base.as_str().to_owned(),
            permissions: names(&checked.permissions.unwrap_or_default()),
            reach: json!(input.reach),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        role::Entity::insert(role::ActiveModel::from(row.clone())).exec_without_returning(&tx).await?;
        let change = Change::between("role", id, Action::Created, &json!({}), &image(&row), 1);
        tell(&tx, event::ROLE_CREATED, change).await?;
        tx.commit().await?;
        self.shown_role(scope, &row).await
    }

    async fn update_role(&self, scope: &Scope, id: Uuid, patch: Patch, expected: Option<i64>) -> Result<View, Error> {
        scope.require(permissions::ROLES_WRITE)?;
        let about = (patch.base, patch.permissions.as_deref(), patch.reach);
        let checked = check(scope, (patch.name.as_deref(), patch.description), about);
        let tx = self.db.begin(scope).await?;
        in_turn(&tx, scope).await?;
        let before = found(&tx, scope, id).await?;
        let checked = checked?;
        if expected.is_some_and(|version| version != before.version) {
            return Err(self.stale_role(scope, &before).await?);
        }
        let mut after = role::Model { version: before.version + 1, updated_at: tx.clock().now(), ..before.clone() };
        if let Some(name) = checked.name {
            after.name_key = name_key(name.as_str());
            after.name = name.into_string();
        }
        match checked.description {
            Given::Absent => {}
            Given::Null => after.description = None,
            Given::Value(text) => after.description = Some(text.into_string()),
        }
        if let Some(base) = patch.base.filter(|base| base.as_str() != before.base) {
            check_base(&tx, scope, base).await?;
            base.as_str().clone_into(&mut after.base);
        }
        if let Some(permissions) = checked.permissions {
            after.permissions = names(&permissions);
        }
        if let Some(reach) = patch.reach {
            after.reach = json!(reach);
        }
        if image(&before) == image(&after) {
            return self.shown_role(scope, &before).await;
        }
        check_name(&tx, scope.org_id, id, &after.name).await?;
        role::Entity::update_many()
            .set(role::ActiveModel::from(after.clone()).reset_all())
            .filter(role::Column::Id.eq(id))
            .filter(role::Column::OrgId.eq(scope.org_id.0))
            .exec(&tx)
            .await?;
        let change = Change::between("role", id, Action::Updated, &image(&before), &image(&after), after.version);
        let rights = |row: &role::Model| (row.base.clone(), row.permissions.clone(), row.reach.clone());
        let access = rights(&before) != rights(&after);
        change_log::record(&tx, [change]).await?;
        if access {
            viewing::access_changed(&tx, None).await?;
        }
        events::append(&tx, [NewEvent::of(event::ROLE_UPDATED, "role", id, json!({ "access": access }))]).await?;
        tx.commit().await?;
        self.forget_org(scope.org_id);
        self.shown_role(scope, &after).await
    }

    async fn stale_role(&self, scope: &Scope, row: &role::Model) -> Result<Error, Error> {
        let current = self.shown_role(scope, row).await?;
        Ok(Error::Stale(Box::new(serde_json::to_value(current).unwrap_or_default())))
    }

    async fn delete_role(&self, scope: &Scope, id: Uuid, replacement: Option<&str>) -> Result<(), Error> {
        scope.require(permissions::ROLES_WRITE)?;
        let key = id.to_string();
        let tx = self.db.begin(scope).await?;
        in_turn(&tx, scope).await?;
        let row = found(&tx, scope, id).await?;
        let replacement = match replacement {
            Some(word) if word == key => return Err(field("replacement", "roles.unknown")),
            Some(word) => {
                let role = given(&tx, scope, &[word.to_owned()]).await?.pop();
                let role = role.ok_or_else(|| field("replacement", "roles.unknown"))?;
                if role.base == Role::Owner || !is_within(scope, &role.permissions, role.levels) {
                    return Err(field("replacement", "roles.beyond"));
                }
                Some(role.key)
            }
            None => None,
        };
        let holders = membership::Entity::find()
            .filter(membership::Column::OrgId.eq(scope.org_id.0))
            .filter(membership::Column::Roles.like(rights::has_role(&key)))
            .all(&tx)
            .await?;
        for holder in holders {
            let Some(replacement) = &replacement else { return Err(Refused::RoleInUse.into()) };
            let old = rights::keys(&holder.roles);
            let mut new: Vec<String> = Vec::new();
            for kept in old.iter().map(|old| if *old == key { replacement } else { old }) {
                if !new.contains(kept) {
                    new.push(kept.clone());
                }
            }
            keep_roles(&tx, scope, &holder, &new).await?;
        }
        super::invitations::replace_role(&tx, scope, &key, replacement.as_deref()).await?;
        role::Entity::delete_by_id(id).filter(role::Column::OrgId.eq(scope.org_id.0)).exec(&tx).await?;
        let change = Change::between("role", id, Action::Deleted, &image(&row), &json!({}), row.version + 1);
        tell(&tx, event::ROLE_DELETED, change).await?;
        tx.commit().await?;
        self.forget_org(scope.org_id);
        Ok(())
    }
}
