//! What a member may do: the union of their roles, built-in ones and those of the organization. Asked for wherever a scope
//! is made, so that users, jobs, sockets, search and exports all have it from here.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use kernel::{Grants, Level, Levels, OrgId, Permission, Reach, Resource};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter};
use uuid::Uuid;

use crate::{
    Error, Role,
    store::{role, with},
};

/// Teammates of one person at most.
const MOST_TEAMMATES: usize = 500;

/// The permission of a name.
pub fn permission(name: &str) -> Option<Permission> {
    contracts::permissions::ALL.iter().copied().find(|permission| permission.name == name)
}

/// A role as far as rights go: a built-in one, or one of the organization.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The word of a built-in role, or an id.
    pub key: String,
    /// None: it is built in.
    pub name: Option<String>,
    /// The built-in role that it counts as.
    pub base: Role,
    pub permissions: Vec<Permission>,
    pub levels: Levels,
}

impl From<Role> for Known {
    fn from(role: Role) -> Self {
        Self {
            key: role.as_str().to_owned(),
            name: None,
            base: role,
            permissions: role.permissions().collect(),
            levels: role.levels(),
        }
    }
}

impl Known {
    /// None for a row that a newer version wrote and this one cannot read.
    pub fn stored(row: &role::Model) -> Option<Self> {
        let names: Vec<String> = serde_json::from_value(row.permissions.clone()).ok()?;
        Some(Self {
            key: row.id.to_string(),
            name: Some(row.name.clone()),
            base: Role::parse(&row.base)?,
            // A permission that is no longer there is none.
            permissions: names.iter().filter_map(|name| permission(name)).collect(),
            levels: serde_json::from_value(row.reach.clone()).ok()?,
        })
    }
}

/// What somebody may do by all their roles.
#[derive(Clone, Debug, PartialEq)]
pub struct Rights {
    /// In their order; never none.
    pub roles: Vec<Known>,
    pub grants: Grants,
    pub levels: Levels,
}

impl Rights {
    /// None where not one of the roles is known.
    pub fn of(roles: Vec<Known>) -> Option<Self> {
        let grants = Grants::of(roles.iter().flat_map(|role| role.permissions.iter().copied()));
        let levels = roles.iter().map(|role| role.levels).reduce(Levels::or)?;
        Some(Self { roles, grants, levels })
    }

    /// The highest built-in kin.
    pub fn role(&self) -> Role {
        self.roles.iter().map(|role| role.base).min().unwrap_or(Role::Viewer)
    }

    /// What the person may do, in the order in which permissions are shown.
    pub fn permissions(&self) -> impl Iterator<Item = Permission> {
        contracts::permissions::ALL.iter().copied().filter(|permission| self.grants.allows(*permission))
    }
}

/// The keys of a stored list.
pub fn keys(stored: &str) -> Vec<String> {
    serde_json::from_str(stored).unwrap_or_default()
}

/// The keys as they are stored.
pub fn listed(keys: &[String]) -> String {
    serde_json::to_string(keys).unwrap_or_default()
}

/// The condition that a role is in the stored list: keys are words and ids, so a key in quotes is one of the list.
pub fn has_role(key: &str) -> String {
    format!("%\"{key}\"%")
}

/// Lists of keys, each by its organization, as rights; in their order, none where no role is known.
///
/// # Errors
/// When the database is away.
pub async fn of_all(
    connection: &impl ConnectionTrait,
    stored: impl IntoIterator<Item = (Uuid, String)>,
) -> Result<Vec<Option<Rights>>, Error> {
    let wanted: Vec<(Uuid, Vec<String>)> = stored.into_iter().map(|(org, text)| (org, keys(&text))).collect();
    let ids: Vec<Uuid> = wanted.iter().flat_map(|(_, keys)| keys.iter().filter_map(|key| key.parse().ok())).collect();
    let own: HashMap<(Uuid, String), Known> = if ids.is_empty() {
        HashMap::new()
    } else {
        let rows = role::Entity::find().filter(role::Column::Id.is_in(ids)).all(connection).await?;
        rows.iter().filter_map(|row| Some(((row.org_id, row.id.to_string()), Known::stored(row)?))).collect()
    };
    let known = |(org, keys): (Uuid, Vec<String>)| {
        let roles = keys.into_iter().filter_map(|key| match Role::parse(&key) {
            Some(role) => Some(role.into()),
            None => own.get(&(org, key)).cloned(),
        });
        Rights::of(roles.collect())
    };
    Ok(wanted.into_iter().map(known).collect())
}

/// One list of keys as rights.
///
/// # Errors
/// When the database is away.
pub async fn of(connection: &impl ConnectionTrait, org: Uuid, stored: &str) -> Result<Option<Rights>, Error> {
    Ok(of_all(connection, [(org, stored.to_owned())]).await?.pop().flatten())
}

#[derive(FromQueryResult)]
struct InTeam {
    team_id: Uuid,
    user_id: Uuid,
}

/// Who is in a team with each of these people. Every team is read once, however many of them are in it.
///
/// # Errors
/// When the database is away.
pub async fn teammates(
    connection: &impl ConnectionTrait,
    org: OrgId,
    people: &[Uuid],
) -> Result<HashMap<Uuid, Arc<[Uuid]>>, Error> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let list: Vec<String> = (2..people.len() + 2).map(|place| format!("${place}")).collect();
    let sql = format!(
        "select b.team_id, b.user_id from team_members b where b.org_id = $1 and b.team_id in \
         (select a.team_id from team_members a where a.org_id = $1 and a.user_id in ({}))",
        list.join(", ")
    );
    let values = [org.0.into()].into_iter().chain(people.iter().map(|person| (*person).into()));
    let mut teams: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for row in InTeam::find_by_statement(with(connection, &sql, values)).all(connection).await? {
        teams.entry(row.team_id).or_default().push(row.user_id);
    }
    Ok(mates_in(teams.values(), people))
}

fn mates_in<'a>(teams: impl Iterator<Item = &'a Vec<Uuid>>, people: &[Uuid]) -> HashMap<Uuid, Arc<[Uuid]>> {
    let mut mates: HashMap<Uuid, BTreeSet<Uuid>> = people.iter().map(|person| (*person, BTreeSet::new())).collect();
    for team in teams {
        for person in team {
            if let Some(mates) = mates.get_mut(person) {
                mates.extend(team.iter().filter(|mate| *mate != person));
            }
        }
    }
    let found = mates.into_iter().filter(|(_, mates)| !mates.is_empty());
    found.map(|(person, mates)| (person, mates.into_iter().take(MOST_TEAMMATES).collect())).collect()
}

/// Whether teammates matter to somebody with these levels.
pub fn asks_for_team(levels: Levels) -> bool {
    Resource::ALL.into_iter().any(|resource| levels.of(resource) == Level::Team)
}

/// How far somebody with these rights reaches.
///
/// # Errors
/// When the database is away.
pub async fn reach(connection: &impl ConnectionTrait, org: OrgId, user: Uuid, levels: Levels) -> Result<Reach, Error> {
    let mates = if asks_for_team(levels) { teammates(connection, org, &[user]).await?.remove(&user) } else { None };
    Ok(Reach::new(levels, mates))
}

#[cfg(test)]
mod tests {
    use contracts::permissions::{CONTACTS_READ, DEALS_READ, DEALS_WRITE};

    use super::*;

    fn own(permissions: &[Permission], levels: Levels) -> Known {
        let name = Some("Closers".to_owned());
        Known { key: "1".into(), name, base: Role::Agent, permissions: permissions.to_vec(), levels }
    }

    #[test]
    fn several_roles_are_their_union() {
        let far = Levels { deals: Level::Organization, ..Levels::default() };
        let rights = Rights::of(vec![own(&[DEALS_READ, DEALS_WRITE], far), Role::Viewer.into()]).unwrap();
        assert!(rights.grants.allows(DEALS_WRITE) && rights.grants.allows(CONTACTS_READ));
        assert_eq!((rights.levels.deals, rights.levels.clients), (Level::Organization, Level::Team));
        assert_eq!(rights.role(), Role::Agent);
    }

    #[test]
    fn many_teammates_of_one_take_nothing_from_another() {
        let id = Uuid::from_u128;
        let crowd: Vec<Uuid> = (1..=2 * MOST_TEAMMATES as u128).map(id).collect();
        let pair = vec![id(5000), id(5001)];
        let mates = mates_in([&crowd, &pair, &vec![id(5001), id(1)]].into_iter(), &[id(1), id(5001), id(6000)]);
        assert_eq!(mates[&id(1)].len(), MOST_TEAMMATES);
        assert!(mates[&id(1)].is_sorted() && !mates[&id(1)].contains(&id(1)));
        assert_eq!(*mates[&id(5001)], [id(1), id(5000)]);
        assert_eq!(mates.len(), 2);
    }

    #[test]
    fn without_a_role_there_are_no_rights() {
        assert_eq!(Rights::of(Vec::new()), None);
        assert!(keys("nonsense").is_empty());
    }
}
