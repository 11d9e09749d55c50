//! Who is whom by merging.

use std::collections::{HashMap, HashSet};

use kernel::Scope;
use sea_orm::{ColumnTrait, ConnectionTrait, sea_query::Query};
use uuid::Uuid;

use super::store::entity::{Column, Entity};
use crate::Error;

/// Ids of one statement.
const AT_ONCE: usize = 500;

/// All that each of these contacts is by merging: itself, what it became, and what became that. As many statements as
/// merges lie on top of each other, however many contacts there are.
///
/// # Errors
/// When the database is away.
pub async fn same_people(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    contacts: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Uuid>>, Error> {
    let mut seen: HashSet<Uuid> = contacts.iter().copied().collect();
    let mut became: HashMap<Uuid, Uuid> = HashMap::new();
    let mut next: Vec<Uuid> = seen.iter().copied().collect();
    while !next.is_empty() {
        let found = merges(connection, scope, Column::Id, &next).await?;
        next = found.iter().map(|(_, into)| *into).filter(|into| seen.insert(*into)).collect();
        became.extend(found);
    }
    next = seen.iter().copied().collect();
    while !next.is_empty() {
        let found = merges(connection, scope, Column::MergedInto, &next).await?;
        next = found.iter().map(|(id, _)| *id).filter(|id| seen.insert(*id)).collect();
        became.extend(found);
    }
    let mut people: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for id in &seen {
        people.entry(survivor(&became, *id)).or_default().push(*id);
    }
    let all = |id: &Uuid| (*id, people.get(&survivor(&became, *id)).cloned().unwrap_or_else(|| vec![*id]));
    Ok(contacts.iter().map(all).collect())
}

/// What a contact is in the end.
fn survivor(became: &HashMap<Uuid, Uuid>, id: Uuid) -> Uuid {
    let mut is = id;
    // No more steps than there are merges, whatever is stored.
    for _ in 0..became.len() {
        match became.get(&is) {
            Some(into) => is = *into,
            None => break,
        }
    }
    is
}

/// Merges of which this column is one of these, as what was merged and into what.
async fn merges(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    of: Column,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Uuid)>, Error> {
    let mut merges = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        let mut select = Query::select();
        select.columns([Column::Id, Column::MergedInto]).from(Entity).and_where(Column::OrgId.eq(scope.org_id.0));
        select.and_where(Column::MergedInto.is_not_null()).and_where(of.is_in(ids.iter().copied()));
        for row in connection.query_all(&select).await? {
            merges.push((row.try_get("", "id")?, row.try_get("", "merged_into")?));
        }
    }
    Ok(merges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_became_somebody_who_became_somebody_is_the_last() {
        let id = Uuid::from_u128;
        let became = HashMap::from([(id(1), id(2)), (id(2), id(3)), (id(4), id(3))]);
        assert_eq!([1, 2, 3, 4, 5].map(|n| survivor(&became, id(n)).as_u128()), [3, 3, 3, 3, 5]);
        let ring = HashMap::from([(id(1), id(2)), (id(2), id(1))]);
        assert!([id(1), id(2)].contains(&survivor(&ring, id(1))), "it ends");
    }
}
