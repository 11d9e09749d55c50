//! Deals follow contacts and companies that are merged, and go back when they are taken apart. Where a deal stands does not
//! change, so nobody who moves deals has to wait; its history keeps naming the contact that it had.

use std::collections::HashMap;

use batches::{BatchRecord, Children, Deed, Left, Merge, PortError, PutBack};
use db::Tx;
use kernel::{Reach, Scope};
use uuid::Uuid;

use super::{
    commands::changed,
    deal::{DealFields, StoredDeal},
    store::{self, entity::Column},
};
use crate::{Error, bulk::run::record, moves::operation};

/// Deals written, and told of, at once.
const CHUNK: usize = 500;

/// Deals as what hangs on contacts and companies.
pub struct DealsFollow;

#[async_trait::async_trait]
impl Children for DealsFollow {
    fn kind(&self) -> BatchRecord {
        BatchRecord::Deal
    }

    async fn follow(&self, tx: &Tx, merge: &Merge) -> Result<u64, PortError> {
        Ok(follow(tx, merge).await?)
    }

    async fn put_back(&self, tx: &Tx, deeds: HashMap<Uuid, Deed>) -> Result<PutBack, PortError> {
        Ok(put_back(tx, deeds).await?)
    }
}

/// Whoever merges records takes every deal of theirs along.
fn everywhere(tx: &Tx) -> Result<Scope, Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
    Ok(Scope { reach: Reach::ORGANIZATION, ..scope.clone() })
}

async fn follow(tx: &Tx, merge: &Merge) -> Result<u64, Error> {
    let by = match merge.record {
        BatchRecord::Contact => Column::ContactId,
        BatchRecord::Company => Column::CompanyId,
        BatchRecord::Deal => return Ok(0),
    };
    let scope = everywhere(tx)?;
    let ids = store::hold(tx, &scope, by, &merge.from).await?;
    for chunk in ids.chunks(CHUNK) {
        let mut changes = Vec::with_capacity(chunk.len());
        for old in store::load_many(tx, &scope, chunk).await?.into_iter().map(|loaded| loaded.deal) {
            let fields = old.fields.clone();
            let fields = match merge.record {
                BatchRecord::Contact => DealFields { contact_id: Some(merge.into), ..fields },
                _ => DealFields { company_id: Some(merge.into), ..fields },
            };
            let new = store::update_fields(tx, &old, fields).await?;
            changes.push(changed(&old, &new.ok_or(db::Error::Stored("a deal that is held"))?));
        }
        record(tx, changes).await?;
    }
    Ok(ids.len() as u64)
}

async fn put_back(tx: &Tx, mut deeds: HashMap<Uuid, Deed>) -> Result<PutBack, Error> {
    let scope = everywhere(tx)?;
    let mut ids: Vec<Uuid> = deeds.keys().copied().collect();
    ids.sort_unstable();
    let mut back = PutBack::default();
    for chunk in ids.chunks(CHUNK) {
        let mut changes = Vec::with_capacity(chunk.len());
        for old in store::lock_many(tx, &scope, chunk).await?.into_iter().map(|loaded| loaded.deal) {
            let Some(deed) = deeds.remove(&old.id) else { continue };
            if deed.earlier.version != old.version {
                back.left.push(Left { id: old.id, name: Some(old.fields.title) });
                continue;
            }
            let earlier = StoredDeal::overlaid(&old, deed.earlier)?;
            changes.push(operation::put_back(tx, &old, earlier).await?);
        }
        back.done += changes.len() as u64;
        record(tx, changes).await?;
    }
    back.left.extend(deeds.into_keys().map(|id| Left { id, name: None }));
    back.left.sort_by_key(|left| left.id);
    Ok(back)
}
