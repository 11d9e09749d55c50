//! Giving records out among several people. Who gets what in a chunk is decided in the transaction that writes it, from what
//! stands committed: how many the batch has given out so far, or how many each of them has. So a job that died goes on as
//! if it had not.

use std::collections::HashMap;

use db::Tx;
use kernel::Scope;
use sea_orm::{
    ConnectionTrait,
    sea_query::{ExprTrait, Query},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    batch::{self, Batch},
    hand_over, run,
};
use crate::{
    Error,
    record::{Column, RecordKind},
    trash,
};

/// The word of batches that give records out.
pub const DISTRIBUTE: &str = "distribute";

/// Among whom, and how. At least two people, each once; the order is that of turns, and settles ties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub people: Vec<Uuid>,
    pub how: How,
}

/// How records are given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum How {
    RoundRobin,
    ByLoad,
}

/// Gives the records of a chunk out; returns how many there was nothing to do with: gone, in the trash, out of reach.
pub async fn chunk(tx: &Tx, scope: &Scope, batch: &Batch, share: &Share, ids: &[Uuid]) -> Result<u64, Error> {
    let kind = batch::kind_of(batch)?;
    // Held until the transaction ends: whoever is counted as given is given.
    let states = trash::states_of(tx, scope, kind, ids).await?;
    let given: Vec<Uuid> = states.iter().filter(|state| state.deleted_at.is_none()).map(|state| state.id).collect();
    let owners = match share.how {
        How::RoundRobin => in_turn(&share.people, given_before(batch), given.len()),
        How::ByLoad => {
            let mut loads = loads(tx, scope, kind, share, &given).await?;
            by_load(&share.people, &mut loads, given.len())
        }
    };
    let owner_of: HashMap<Uuid, Uuid> = given.iter().copied().zip(owners).collect();
    let mut apply = |id, owner: &mut Option<Uuid>, _: &mut Vec<String>| {
        if let Some(to) = owner_of.get(&id) {
            *owner = Some(*to);
        }
    };
    run::apply_to(tx, scope, kind, &given, &mut apply).await?;
    Ok((ids.len() - given.len()) as u64)
}

/// How many records a batch has given out: what it is done with but for those that it could do nothing with.
fn given_before(batch: &Batch) -> u64 {
    u64::try_from(batch.done - batch.conflicts).unwrap_or_default()
}

/// How many records out of the trash each of the people has, without those about to be given out anew.
async fn loads(tx: &Tx, scope: &Scope, kind: RecordKind, share: &Share, given: &[Uuid]) -> Result<Vec<u64>, Error> {
    let held = hand_over::held(tx, scope, kind, &share.people).await?;
    let mut loads: HashMap<Uuid, u64> = held.into_iter().map(|held| (held.by, held.count)).collect();
    let mut select = Query::select();
    select.column((kind.table(), Column::OwnerId)).from(kind.table()).cond_where(kind.within(scope));
    select.and_where(kind.column(Column::Id).is_in(given.iter().copied()));
    select.and_where(kind.column(Column::OwnerId).is_in(share.people.iter().copied()));
    for row in tx.query_all(&select).await? {
        let owner: Uuid = row.try_get("", "owner_id")?;
        loads.entry(owner).and_modify(|load| *load = load.saturating_sub(1));
    }
    Ok(share.people.iter().map(|person| loads.get(person).copied().unwrap_or_default()).collect())
}

/// Who gets each of the next `count` records when each person has a turn, and `before` have been given out.
fn in_turn(people: &[Uuid], before: u64, count: usize) -> Vec<Uuid> {
    let turn = before.checked_rem(people.len() as u64).unwrap_or_default();
    let first = usize::try_from(turn).unwrap_or_default();
    people.iter().copied().cycle().skip(first).take(count).collect()
}

/// Who gets each of the next `count` records when whoever has the fewest does, the first of those who have as few; their
/// loads grow with what they get.
fn by_load(people: &[Uuid], loads: &mut [u64], count: usize) -> Vec<Uuid> {
    let next = |_| {
        let (place, load) = loads.iter_mut().enumerate().min_by_key(|(place, load)| (**load, *place))?;
        *load += 1;
        people.get(place).copied()
    };
    (0..count).map_while(next).collect()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn people(count: usize) -> Vec<Uuid> {
        // Not in the order of their ids: it is the order given that counts.
        (0..count).rev().map(|n| Uuid::from_u128(n as u128)).collect()
    }

    fn place(people: &[Uuid], person: Uuid) -> usize {
        people.iter().position(|known| *known == person).unwrap()
    }

    #[test]
    fn ties_go_to_who_was_named_first() {
        let three = people(3);
        assert_eq!(by_load(&three, &mut [1, 0, 0], 4), [three[1], three[2], three[0], three[1]]);
        assert_eq!(in_turn(&three, 4, 3), [three[1], three[2], three[0]]);
        assert!(in_turn(&three, 0, 0).is_empty());
    }

    proptest! {
        #[test]
        fn turns_are_even_whatever_the_sizes_of_chunks(count in 2_usize..9, chunks in vec(0_usize..40, 0..12)) {
            let people = people(count);
            let (mut got, mut before) = (vec![0_u64; count], 0);
            for size in chunks {
                for person in in_turn(&people, before, size) {
                    got[place(&people, person)] += 1;
                }
                before += size as u64;
                let (most, least) = (got.iter().max().unwrap(), got.iter().min().unwrap());
                prop_assert!(most - least <= 1, "{got:?}");
                prop_assert_eq!(got.iter().sum::<u64>(), before);
            }
        }

        #[test]
        fn chunks_of_turns_together_are_one(count in 2_usize..9, sizes in vec(0_usize..40, 0..12)) {
            let people = people(count);
            let (mut together, mut before) = (Vec::new(), 0);
            for size in &sizes {
                together.extend(in_turn(&people, before, *size));
                before += *size as u64;
            }
            prop_assert_eq!(together, in_turn(&people, 0, sizes.iter().sum()));
        }

        #[test]
        fn nobody_gets_more_who_has_two_more_than_another(loads in vec(0_u64..30, 2..9), count in 0_usize..100) {
            let people = people(loads.len());
            let mut now = loads.clone();
            let given = by_load(&people, &mut now, count);
            prop_assert_eq!(given.len(), count);
            let mut seen = loads;
            for person in given {
                let place = place(&people, person);
                seen[place] += 1;
                let least = seen.iter().min().copied().unwrap();
                prop_assert!(seen[place] <= least + 1, "{seen:?} after {place}");
            }
            prop_assert_eq!(seen, now);
        }
    }
}
