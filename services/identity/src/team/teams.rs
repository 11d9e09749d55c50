//! Teams: whose rows the level `team` reaches.

pub mod http;

use std::collections::HashMap;

use api::requests::Given;
use contracts::{events as event, permissions};
use db::{Action, Change, Tx, change_log};
use events::NewEvent;
use kernel::{
    Fields, Resource, Scope,
    values::{Line, Paragraph, name_key, optional},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder,
};
use serde_json::{Value, json};
use uuid::Uuid;

use self::http::{Input, MemberInput, MemberView, Patch, View};
use super::{Refused, members::in_turn, own_roles::field, viewing};
use crate::{
    Error, Identity, rights,
    store::{membership, team, team_member, with},
};

/// Teams of an organization.
const MOST: u64 = 100;
/// Members of a team.
const MOST_MEMBERS: usize = 500;

#[derive(FromQueryResult)]
struct InTeam {
    team_id: Uuid,
    id: Uuid,
    name: String,
    is_lead: bool,
}

/// The members of all teams, or of one.
async fn members(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    team: Option<Uuid>,
) -> Result<HashMap<Uuid, Vec<MemberView>>, Error> {
    let of_one = if team.is_some() { "and m.team_id = $2" } else { "" };
    let sql = format!(
        "select m.team_id, u.id, u.name, m.is_lead from team_members m join users u on u.id = m.user_id \
         where m.org_id = $1 {of_one} order by m.is_lead desc, lower(u.name), u.id"
    );
    let values = [scope.org_id.0.into()].into_iter().chain(team.map(Into::into));
    let mut teams: HashMap<Uuid, Vec<MemberView>> = HashMap::new();
    for row in InTeam::find_by_statement(with(connection, &sql, values)).all(connection).await? {
        let member = MemberView { id: row.id, name: row.name, lead: row.is_lead };
        teams.entry(row.team_id).or_default().push(member);
    }
    Ok(teams)
}

fn view(row: &team::Model, members: Vec<MemberView>) -> View {
    View { id: row.id, name: row.name.clone(), description: row.description.clone(), members, version: row.version }
}

fn image(row: &team::Model, members: &[MemberInput]) -> Value {
    let mut ids: Vec<(Uuid, bool)> = members.iter().map(|member| (member.id, member.lead)).collect();
    ids.sort_unstable();
    let people: Vec<Uuid> = ids.iter().map(|(id, _)| *id).collect();
    let leads: Vec<Uuid> = ids.iter().filter(|(_, lead)| *lead).map(|(id, _)| *id).collect();
    json!({"name": row.name, "description": row.description, "members": people, "leads": leads})
}

/// The teams of these ids.
///
/// # Errors
/// A field `teamIds` where one is not known.
pub async fn given(connection: &impl ConnectionTrait, scope: &Scope, ids: &[Uuid]) -> Result<Vec<team::Model>, Error> {
    let rows = known(connection, scope, ids).await?;
    let is_known = |id: &Uuid| rows.iter().any(|row| row.id == *id);
    if ids.iter().all(is_known) { Ok(rows) } else { Err(field("teamIds", "teams.unknown")) }
}

/// The teams of these ids, as far as there are such.
///
/// # Errors
/// When the database is away.
pub async fn known(connection: &impl ConnectionTrait, scope: &Scope, ids: &[Uuid]) -> Result<Vec<team::Model>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let find = team::Entity::find().filter(team::Column::OrgId.eq(scope.org_id.0));
    Ok(find.filter(team::Column::Id.is_in(ids.iter().copied())).all(connection).await?)
}

/// Puts somebody into a team; who is in it already stays, and a full one stays as it is. Changes of the organization's
/// teams wait for the end of the transaction ([`super::members::in_turn`]).
pub async fn put(tx: &Tx, scope: &Scope, team: &team::Model, user: Uuid) -> Result<(), Error> {
    let were = members(tx, scope, Some(team.id)).await?.remove(&team.id).unwrap_or_default();
    if were.len() >= MOST_MEMBERS || were.iter().any(|member| member.id == user) {
        return Ok(());
    }
    let were = inputs(&were);
    let are = [&*were, &[MemberInput { id: user, lead: false }]].concat();
    let sql = "insert into team_members (org_id, team_id, user_id, is_lead) values ($1, $2, $3, $4)";
    tx.execute_raw(with(tx, sql, [scope.org_id.0.into(), team.id.into(), user.into(), false.into()])).await?;
    let after = team::Model { version: team.version + 1, updated_at: tx.clock().now(), ..team.clone() };
    write(tx, &after).await?;
    let (was, is) = (image(team, &were), image(&after, &are));
    tell(tx, event::TEAM_UPDATED, Change::between("team", team.id, Action::Updated, &was, &is, after.version)).await
}

/// Takes somebody out of every team, each of which tells of it. As [`put`], in turn.
///
/// # Errors
/// When the database is away.
pub async fn take_from_all(tx: &Tx, scope: &Scope, user: Uuid) -> Result<(), Error> {
    let find = team_member::Entity::find()
        .filter(team_member::Column::OrgId.eq(scope.org_id.0))
        .filter(team_member::Column::UserId.eq(user));
    let ids: Vec<Uuid> = find.all(tx).await?.into_iter().map(|row| row.team_id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut all = members(tx, scope, None).await?;
    for team in known(tx, scope, &ids).await? {
        let were = inputs(&all.remove(&team.id).unwrap_or_default());
        let are: Vec<MemberInput> = were.iter().filter(|member| member.id != user).copied().collect();
        let after = team::Model { version: team.version + 1, updated_at: tx.clock().now(), ..team.clone() };
        write(tx, &after).await?;
        let (was, is) = (image(&team, &were), image(&after, &are));
        let change = Change::between("team", team.id, Action::Updated, &was, &is, after.version);
        tell(tx, event::TEAM_UPDATED, change).await?;
    }
    let sql = "delete from team_members where org_id = $1 and user_id = $2";
    tx.execute_raw(with(tx, sql, [scope.org_id.0.into(), user.into()])).await?;
    Ok(())
}

async fn write(tx: &Tx, row: &team::Model) -> Result<(), Error> {
    team::Entity::update_many()
        .set(team::ActiveModel::from(row.clone()).reset_all())
        .filter(team::Column::Id.eq(row.id))
        .filter(team::Column::OrgId.eq(row.org_id))
        .exec(tx)
        .await?;
    Ok(())
}

/// The teams that the actor is in; none where they reach everything and teams give them nothing.
///
/// # Errors
/// When the database is away.
pub async fn mine(connection: &impl ConnectionTrait, scope: &Scope) -> Result<Option<Vec<Uuid>>, Error> {
    let reaches_all = Resource::ALL.into_iter().all(|resource| scope.reaches_all(resource));
    let Some(me) = scope.user_id().filter(|_| !reaches_all) else { return Ok(None) };
    let find = team_member::Entity::find()
        .filter(team_member::Column::OrgId.eq(scope.org_id.0))
        .filter(team_member::Column::UserId.eq(me.0));
    Ok(Some(find.all(connection).await?.into_iter().map(|row| row.team_id).collect()))
}

/// Refuses people whose rows the actor would come to reach, or who would come to reach what the actor does not: whoever
/// does not reach everything adds teammates only, and themselves to no team of others.
async fn check_added(
    tx: &Tx,
    scope: &Scope,
    team: Option<Uuid>,
    were: &[Uuid],
    given: &[MemberInput],
) -> Result<(), Error> {
    let (Some(mine), Some(me)) = (mine(tx, scope).await?, scope.user_id()) else { return Ok(()) };
    let mates = rights::teammates(tx, scope.org_id, &[me.0]).await?.remove(&me.0);
    let may = |id: &Uuid| {
        if *id == me.0 {
            team.is_none_or(|team| mine.contains(&team))
        } else {
            mates.iter().any(|mates| mates.contains(id))
        }
    };
    match given.iter().position(|member| !were.contains(&member.id) && !may(&member.id)) {
        Some(place) => Err(field(&format!("members.{place}"), "teams.beyond")),
        None => Ok(()),
    }
}

async fn check_name(tx: &Tx, scope: &Scope, id: Uuid, name: &str) -> Result<(), Error> {
    let find = team::Entity::find().filter(team::Column::OrgId.eq(scope.org_id.0));
    let taken = find.filter(team::Column::NameKey.eq(name_key(name))).filter(team::Column::Id.ne(id)).count(tx).await?;
    if taken > 0 { Err(field("name", "teams.name_taken")) } else { Ok(()) }
}

/// Everybody once, and members all of them.
async fn check_members(tx: &Tx, scope: &Scope, given: &[MemberInput]) -> Result<Vec<MemberInput>, Error> {
    if given.len() > MOST_MEMBERS {
        let mut fields = Fields::default();
        fields.refuse_with("members", kernel::values::Problem::TooMany { max: MOST_MEMBERS });
        return Err(fields.into());
    }
    let mut members: Vec<MemberInput> = Vec::new();
    for member in given {
        match members.iter_mut().find(|known| known.id == member.id) {
            Some(known) => known.lead |= member.lead,
            None => members.push(*member),
        }
    }
    let find = membership::Entity::find().filter(membership::Column::OrgId.eq(scope.org_id.0));
    let rows = find.filter(membership::Column::UserId.is_in(members.iter().map(|member| member.id))).all(tx).await?;
    match members.iter().position(|member| rows.iter().all(|row| row.user_id != member.id)) {
        Some(place) => {
            let mut fields = Fields::default();
            fields.refuse(&format!("members.{place}"), "members.unknown");
            Err(fields.into())
        }
        None => Ok(members),
    }
}

async fn keep_members(tx: &Tx, scope: &Scope, team: Uuid, members: &[MemberInput]) -> Result<(), Error> {
    let sql = "delete from team_members where org_id = $1 and team_id = $2";
    tx.execute_raw(with(tx, sql, [scope.org_id.0.into(), team.into()])).await?;
    let rows: Vec<team_member::ActiveModel> = members
        .iter()
        .map(|member| {
            let row =
                team_member::Model { org_id: scope.org_id.0, team_id: team, user_id: member.id, is_lead: member.lead };
            row.into()
        })
        .collect();
    Ok(db::insert_all(tx, rows).await?)
}

async fn tell(tx: &Tx, kind: &'static str, change: Change) -> Result<(), Error> {
    let id = change.subject_id;
    let people = |image: &Option<Value>| image.as_ref().and_then(|image| image["members"].as_array().map(Vec::len));
    // Another name changes nobody's reach, nor does a team of nobody.
    let access = [&change.before, &change.after].into_iter().any(|image| people(image) > Some(0));
    change_log::record(tx, [change]).await?;
    if access {
        viewing::access_changed(tx, None).await?;
    }
    Ok(events::append(tx, [NewEvent::of(kind, "team", id, json!({ "access": access }))]).await?)
}

/// A team with its members, as the connection sees them.
async fn found(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<(team::Model, View), Error> {
    let find = team::Entity::find_by_id(id).filter(team::Column::OrgId.eq(scope.org_id.0));
    let row = find.one(connection).await?.ok_or(Error::NotFound)?;
    let members = members(connection, scope, Some(id)).await?.remove(&id).unwrap_or_default();
    let view = view(&row, members);
    Ok((row, view))
}

fn inputs(members: &[MemberView]) -> Vec<MemberInput> {
    members.iter().map(|member| MemberInput { id: member.id, lead: member.lead }).collect()
}

impl Identity {
    async fn teams(&self, scope: &Scope) -> Result<Vec<View>, Error> {
        scope.require(permissions::MEMBERS_READ)?;
        let reader = self.db.system_reader();
        let find = team::Entity::find().filter(team::Column::OrgId.eq(scope.org_id.0));
        let rows = find.order_by_asc(team::Column::NameKey).all(&reader).await?;
        let mut members = members(&reader, scope, None).await?;
        Ok(rows.iter().map(|row| view(row, members.remove(&row.id).unwrap_or_default())).collect())
    }

    async fn team(&self, scope: &Scope, id: Uuid) -> Result<View, Error> {
        Ok(found(&self.db.system_reader(), scope, id).await?.1)
    }

    async fn create_team(&self, scope: &Scope, input: Input) -> Result<View, Error> {
        scope.require(permissions::TEAMS_WRITE)?;
        let mut fields = Fields::default();
        let name = fields.take("name", Line::<60>::parse(&input.name));
        let text = input.description.as_deref().unwrap_or_default();
        let description = fields.take("description", optional(text, Paragraph::<500>::parse)).flatten();
        let Some(name) = name.filter(|_| fields.0.is_empty()) else { return Err(fields.into()) };
        let tx = self.db.begin(scope).await?;
        in_turn(&tx, scope).await?;
        let (id, now) = (tx.clock().new_id(), tx.clock().now());
        if team::Entity::find().filter(team::Column::OrgId.eq(scope.org_id.0)).count(&tx).await? >= MOST {
            return Err(Refused::TooManyTeams.into());
        }
        check_name(&tx, scope, id, name.as_str()).await?;
        let people = check_members(&tx, scope, &input.members).await?;
        check_added(&tx, scope, None, &[], &input.members).await?;
        let row = team::Model {
            id,
            org_id: scope.org_id.0,
            name_key: name_key(name.as_str()),
            name: name.into_string(),
            description: description.map(Paragraph::into_string),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        team::Entity::insert(team::ActiveModel::from(row.clone())).exec_without_returning(&tx).await?;
        keep_members(&tx, scope, id, &people).await?;
        let change = Change::between("team", id, Action::Created, &json!({}), &image(&row, &people), 1);
        tell(&tx, event::TEAM_CREATED, change).await?;
        tx.commit().await?;
        self.forget_org(scope.org_id);
        self.team(scope, id).await
    }

    async fn update_team(&self, scope: &Scope, id: Uuid, patch: Patch, expected: Option<i64>) -> Result<View, Error> {
        scope.require(permissions::TEAMS_WRITE)?;
        let tx = self.db.begin(scope).await?;
        in_turn(&tx, scope).await?;
        let (before, shown) = found(&tx, scope, id).await?;
        if expected.is_some_and(|version| version != before.version) {
            return Err(Error::Stale(Box::new(serde_json::to_value(shown).unwrap_or_default())));
        }
        let mut fields = Fields::default();
        let name = patch.name.as_deref().and_then(|name| fields.take("name", Line::<60>::parse(name)));
        let mut after = team::Model { version: before.version + 1, updated_at: tx.clock().now(), ..before.clone() };
        match &patch.description {
            Given::Absent => {}
            Given::Null => after.description = None,
            Given::Value(text) => {
                let text = fields.take("description", optional(text, Paragraph::<500>::parse)).flatten();
                after.description = text.map(Paragraph::into_string);
            }
        }
        fields.finish(|| ())?;
        if let Some(name) = name {
            after.name_key = name_key(name.as_str());
            after.name = name.into_string();
        }
        check_name(&tx, scope, id, &after.name).await?;
        let were = inputs(&shown.members);
        let given = match &patch.members {
            Some(given) => {
                let ids: Vec<Uuid> = were.iter().map(|member| member.id).collect();
                let people = check_members(&tx, scope, given).await?;
                check_added(&tx, scope, Some(id), &ids, given).await?;
                Some(people)
            }
            None => None,
        };
        let are = given.as_deref().unwrap_or(&were);
        if image(&before, &were) == image(&after, are) {
            return Ok(shown);
        }
        write(&tx, &after).await?;
        if let Some(people) = &given {
            keep_members(&tx, scope, id, people).await?;
        }
        let (was, is) = (image(&before, &were), image(&after, are));
        tell(&tx, event::TEAM_UPDATED, Change::between("team", id, Action::Updated, &was, &is, after.version)).await?;
        tx.commit().await?;
        self.forget_org(scope.org_id);
        self.team(scope, id).await
    }

    async fn delete_team(&self, scope: &Scope, id: Uuid) -> Result<(), Error> {
        scope.require(permissions::TEAMS_WRITE)?;
        let tx = self.db.begin(scope).await?;
        in_turn(&tx, scope).await?;
        let (row, shown) = found(&tx, scope, id).await?;
        keep_members(&tx, scope, id, &[]).await?;
        team::Entity::delete_by_id(id).filter(team::Column::OrgId.eq(scope.org_id.0)).exec(&tx).await?;
        let was = image(&row, &inputs(&shown.members));
        tell(&tx, event::TEAM_DELETED, Change::between("team", id, Action::Deleted, &was, &json!({}), row.version + 1))
            .await?;
        tx.commit().await?;
        self.forget_org(scope.org_id);
        Ok(())
    }
}
