//! What a record is recognised by – addresses and names in the form that compares – and finding records by it.

use api::words;
use std::collections::{BTreeMap, HashMap};

use db::{Error, Tx};
use kernel::Scope;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement},
};
use uuid::Uuid;

use crate::record::{Column, RecordKind};

words! {
    /// What two records may have in common. `Name` is never stored as an identity: people share names.
    MatchedOn {
        Email = "email",
        Phone = "phone",
        Telegram = "telegram",
        LinkedIn = "linkedin",
        Website = "website",
        Name = "name",
    }
}

/// One thing a record is recognised by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    pub kind: MatchedOn,
    /// In the form that compares.
    pub value: String,
}

impl Identity {
    pub fn new(kind: MatchedOn, value: impl Into<String>) -> Self {
        Self { kind, value: value.into() }
    }
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "record_identities")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub record_kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub value: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub record_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::Column as Own;

/// Values of one look-up.
const VALUES_PER_QUERY: usize = 2000;

/// Keeps the identities of new records.
///
/// # Errors
/// When the database refuses.
pub async fn insert_many(
    tx: &Tx,
    record_kind: RecordKind,
    identities: impl IntoIterator<Item = (Uuid, Identity)>,
) -> Result<(), Error> {
    let org_id = tx.scope().ok_or(Error::Stored("scope"))?.org_id.0;
    let identities: Vec<_> = identities.into_iter().collect();
    let rows = identities.into_iter().map(|(record_id, identity)| entity::ActiveModel {
        org_id: Set(org_id),
        record_kind: Set(record_kind.as_str().to_owned()),
        kind: Set(identity.kind.as_str().to_owned()),
        value: Set(identity.value),
        record_id: Set(record_id),
    });
    db::insert_all(tx, rows).await
}

/// Replaces the identities of records: `(id, before, after)`; those that stay the same cost nothing.
///
/// # Errors
/// When the database refuses.
pub async fn replace_many(
    tx: &Tx,
    record_kind: RecordKind,
    changes: Vec<(Uuid, Vec<Identity>, Vec<Identity>)>,
) -> Result<(), Error> {
    let changed: Vec<_> = changes.into_iter().filter(|(_, before, after)| before != after).collect();
    let gone: Vec<Uuid> = changed.iter().filter(|c| !c.1.is_empty()).map(|c| c.0).collect();
    remove(tx, &gone).await?;
    let new = changed.into_iter().flat_map(|(id, _, after)| after.into_iter().map(move |identity| (id, identity)));
    insert_many(tx, record_kind, new).await
}

/// Forgets the identities of these records.
///
/// # Errors
/// When the database refuses.
pub async fn remove(tx: &Tx, records: &[Uuid]) -> Result<(), Error> {
    let org_id = tx.scope().ok_or(Error::Stored("scope"))?.org_id.0;
    for chunk in records.chunks(VALUES_PER_QUERY) {
        let mut delete = Query::delete();
        delete.from_table(entity::Entity).and_where(Own::OrgId.eq(org_id));
        delete.and_where(Own::RecordId.is_in(chunk.iter().copied()));
        tx.execute(&delete).await?;
    }
    Ok(())
}

/// Statements that seek identities: one for each kind, since an index is sought by kind and value together, and neither
/// database splits an `or` so.
pub(crate) fn seek(scope: &Scope, record_kind: RecordKind, identities: &[Identity]) -> Vec<SelectStatement> {
    let mut by_kind: BTreeMap<MatchedOn, Vec<&str>> = BTreeMap::new();
    for identity in identities {
        by_kind.entry(identity.kind).or_default().push(&identity.value);
    }
    let column = |own: Own| Expr::col((entity::Entity, own));
    let lookup = |(kind, values): (MatchedOn, Vec<&str>)| {
        Query::select()
            .from(entity::Entity)
            .and_where(column(Own::OrgId).eq(scope.org_id.0))
            .and_where(column(Own::RecordKind).eq(record_kind.as_str()))
            .and_where(column(Own::Kind).eq(kind.as_str()))
            .and_where(column(Own::Value).is_in(values))
            .to_owned()
    };
    by_kind.into_iter().map(lookup).collect()
}

/// [`seek`] joined with the records, those in the trash left out, within the actor's reach.
pub(crate) fn lookups(scope: &Scope, record_kind: RecordKind, identities: &[Identity]) -> Vec<SelectStatement> {
    let joined = |mut select: SelectStatement| {
        let id = record_kind.column(Column::Id).equals((entity::Entity, Own::RecordId));
        select.inner_join(record_kind.table(), id).and_where(record_kind.in_trash(false));
        select.cond_where(record_kind.within(scope)).to_owned()
    };
    seek(scope, record_kind, identities).into_iter().map(joined).collect()
}

/// Who has which of these identities, in no order: sorted by the database, `record_identities_record` would look as good to
/// SQLite as the key, and be walked from end to end.
fn holders(scope: &Scope, record_kind: RecordKind, identities: &[Identity]) -> Vec<SelectStatement> {
    let named = |mut select: SelectStatement| {
        for (own, name) in [(Own::Kind, "kind"), (Own::Value, "value"), (Own::RecordId, "record_id")] {
            select.expr_as(Expr::col((entity::Entity, own)), Alias::new(name));
        }
        select
    };
    lookups(scope, record_kind, identities).into_iter().map(named).collect()
}

/// The live records within reach that have each of these identities, oldest first.
///
/// # Errors
/// When the database is away.
pub async fn find_many(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    record_kind: RecordKind,
    identities: &[Identity],
) -> Result<HashMap<Identity, Vec<Uuid>>, Error> {
    let mut found: HashMap<Identity, Vec<Uuid>> = HashMap::new();
    for select in identities.chunks(VALUES_PER_QUERY).flat_map(|chunk| holders(scope, record_kind, chunk)) {
        for row in connection.query_all(&select).await? {
            let kind: String = row.try_get("", "kind")?;
            let kind = MatchedOn::parse(&kind).ok_or(Error::Stored("identity kind"))?;
            let identity = Identity::new(kind, row.try_get::<String>("", "value")?);
            found.entry(identity).or_default().push(row.try_get("", "record_id")?);
        }
    }
    // Ids are UUIDv7: their order is that of creation.
    for ids in found.values_mut() {
        ids.sort_unstable();
    }
    Ok(found)
}

/// The identities of these records.
///
/// # Errors
/// When the database is away.
pub async fn of_records(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    records: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Identity>>, Error> {
    let mut select = Query::select();
    select.columns([Own::RecordId, Own::Kind, Own::Value]).from(entity::Entity);
    select.and_where(Own::OrgId.eq(scope.org_id.0)).and_where(Own::RecordId.is_in(records.iter().copied()));
    let mut found: HashMap<Uuid, Vec<Identity>> = HashMap::new();
    for row in connection.query_all(&select).await? {
        let kind: String = row.try_get("", "kind")?;
        let kind = MatchedOn::parse(&kind).ok_or(Error::Stored("identity kind"))?;
        let identity = Identity::new(kind, row.try_get::<String>("", "value")?);
        found.entry(row.try_get("", "record_id")?).or_default().push(identity);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use sea_orm::{Statement, sea_query::SqliteQueryBuilder};
    use testkit::{Backend, TestDatabase};

    use super::*;

    /// An import asks this for every chunk: walking all identities would make it slower with each row that is there.
    #[tokio::test]
    async fn known_addresses_are_sought_by_their_key() {
        let clock = kernel::Clock::system();
        let migrations = [db::MIGRATIONS, fields::MIGRATIONS, crate::MIGRATIONS].concat();
        let database = TestDatabase::open(Backend::Sqlite, &migrations, clock.clone()).await.unwrap();
        let scope = Scope::system(kernel::OrgId(clock.new_id()), "test");
        let reader = database.db.reader(&scope);
        for kind in [RecordKind::Contact, RecordKind::Company] {
            let wanted: Vec<Identity> =
                (0..VALUES_PER_QUERY).map(|n| Identity::new(MatchedOn::Email, format!("{n}@b.c"))).collect();
            for select in holders(&scope, kind, &wanted) {
                let sql = format!("explain query plan {}", select.to_string(SqliteQueryBuilder));
                let steps =
                    reader.query_all_raw(Statement::from_string(sea_orm::DbBackend::Sqlite, sql)).await.unwrap();
                let steps: Vec<String> = steps.iter().map(|step| step.try_get("", "detail").unwrap()).collect();
                assert!(
                    steps[0].contains("PRIMARY KEY (org_id=? AND record_kind=? AND kind=? AND value=?)"),
                    "{steps:?}"
                );
            }
        }
    }
}
