//! The list of duplicates: records that share an address, or the name. What is shared is walked off an index, in its order:
//! addresses first (of those only the ones that were given twice), then names. A pair is shown once, where it first meets; pairs that somebody said are not the same do not
//! meet. However many there are, a page costs the same number of statements.

use std::collections::{BTreeSet, HashMap, HashSet};

use kernel::{Owners, Resource, Scope, cursor::Cursor};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value as SqlValue};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::dismissals;
use crate::{
    Crm, Error,
    identities::{self, Identity, MatchedOn},
    record::RecordKind,
};

/// Most records of a group: the oldest ones. When they are merged, others follow.
pub const MAX_RECORDS: usize = 10;
/// Most records looked at for what they share: some may not be the same as others.
const MAX_ALIKE: usize = 20;
/// What the cursors of this list name as their sort.
const SORT: &str = "duplicates";

/// Records that look the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The same for the same records as long as they share the same.
    pub id: String,
    pub matched_on: BTreeSet<MatchedOn>,
    /// Oldest first.
    pub records: Vec<Uuid>,
}

/// What records share.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Shared {
    on: MatchedOn,
    value: String,
    /// Of contacts with the same name.
    company: Option<Uuid>,
}

/// How far the list was read.
#[derive(Clone, Debug, PartialEq)]
enum Reached {
    Start,
    /// Everything up to this address, it included.
    Identity(String, String),
    /// All addresses, and so many groups of the first name that is left.
    Name(String, u64),
}

impl Reached {
    fn read(cursor: Option<&str>) -> Result<Self, Error> {
        let Some(text) = cursor else { return Ok(Self::Start) };
        let cursor = Cursor::decode(text).filter(|cursor| cursor.sort == SORT).ok_or(db::Error::Cursor)?;
        match cursor.keys.as_slice() {
            [Value::String(kind), Value::String(value)] => Ok(Self::Identity(kind.clone(), value.clone())),
            [Value::String(name), Value::Number(skip)] => {
                Ok(Self::Name(name.clone(), skip.as_u64().filter(|skip| *skip < 1 << 32).ok_or(db::Error::Cursor)?))
            }
            _ => Err(db::Error::Cursor.into()),
        }
    }

    fn write(&self) -> Option<String> {
        let keys = match self {
            Self::Start => return None,
            Self::Identity(kind, value) => vec![kind.clone().into(), value.clone().into()],
            Self::Name(name, skip) => vec![name.clone().into(), (*skip).into()],
        };
        Some(Cursor { sort: SORT.to_owned(), keys, id: Uuid::nil() }.encode())
    }

    /// Where the list goes on behind the last of these.
    fn behind(&self, page: &[Shared]) -> Self {
        match page.last() {
            None => self.clone(),
            Some(last) if last.on == MatchedOn::Name => {
                let shown =
                    page.iter().filter(|shared| shared.on == last.on && shared.value == last.value).count() as u64;
                let before = match self {
                    Self::Name(name, skip) if *name == last.value => *skip,
                    _ => 0,
                };
                Self::Name(last.value.clone(), before + shown)
            }
            Some(last) => Self::Identity(last.on.as_str().to_owned(), last.value.clone()),
        }
    }
}

/// A page of groups, and where the next one starts.
///
/// # Errors
/// A cursor of another list.
pub async fn page(
    crm: &Crm,
    scope: &Scope,
    kind: RecordKind,
    cursor: Option<&str>,
    limit: u64,
) -> Result<(Vec<Group>, Option<String>), Error> {
    scope.require(kind.rights().read)?;
    let reached = Reached::read(cursor)?;
    let reader = crm.db.reader(scope);
    let mut shared = Vec::new();
    if !matches!(reached, Reached::Name(..)) {
        shared = read_all(&reader, &Sql::addresses(&reader, scope, kind, &reached, limit + 1), address_of).await?;
    }
    let left = (limit + 1).saturating_sub(shared.len() as u64);
    if left > 0 {
        shared.extend(read_all(&reader, &Sql::names(&reader, scope, kind, &reached, left), name_of).await?);
    }
    let more = shared.len() as u64 > limit;
    shared.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = if more { reached.behind(&shared).write() } else { None };
    Ok((groups(&reader, scope, kind, &shared).await?, next))
}

async fn read_all<T>(
    connection: &impl ConnectionTrait,
    statement: &Statement,
    read: fn(&QueryResult) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    connection.query_all_raw(statement.clone()).await?.iter().map(read).collect()
}

fn address_of(row: &QueryResult) -> Result<Shared, Error> {
    let kind: String = row.try_get("", "kind")?;
    let on = MatchedOn::parse(&kind).ok_or(db::Error::Stored("identity kind"))?;
    Ok(Shared { on, value: row.try_get("", "value")?, company: None })
}

fn name_of(row: &QueryResult) -> Result<Shared, Error> {
    Ok(Shared { on: MatchedOn::Name, value: row.try_get("", "value")?, company: row.try_get("", "company_id")? })
}

/// The records of each, apart where somebody said so, and what else they share.
async fn groups(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    kind: RecordKind,
    shared: &[Shared],
) -> Result<Vec<Group>, Error> {
    if shared.is_empty() {
        return Ok(Vec::new());
    }
    let mut alike: Vec<Vec<Uuid>> = vec![Vec::new(); shared.len()];
    let members = Sql::members(connection, scope, kind, shared);
    for (index, id) in
        read_all(connection, &members, |row| Ok((row.try_get::<i64>("", "n")?, row.try_get("", "id")?))).await?
    {
        if let Some(ids) = usize::try_from(index).ok().and_then(|index| alike.get_mut(index)) {
            ids.push(id);
        }
    }
    let ids: HashSet<Uuid> = alike.iter().flatten().copied().collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let dismissed = dismissals::among(connection, scope, &ids).await?;
    let identities = identities::of_records(connection, scope, &ids).await?;
    let mut groups = Vec::new();
    for (shared, ids) in shared.iter().zip(alike) {
        for (number, records) in apart(ids, &dismissed).into_iter().enumerate() {
            let mut matched_on = in_common(&records, &identities);
            matched_on.insert(shared.on);
            groups.push(Group { id: shared.group_id(number), matched_on, records });
        }
    }
    Ok(groups)
}

/// Parts a set of records so that no two of a part were said to be different; those that are then alone are left out.
fn apart(mut ids: Vec<Uuid>, dismissed: &HashSet<(Uuid, Uuid)>) -> Vec<Vec<Uuid>> {
    ids.sort_unstable();
    let mut parts: Vec<Vec<Uuid>> = Vec::new();
    for id in ids {
        // Sorted: what came before has the smaller id.
        let fits = |part: &&mut Vec<Uuid>| part.iter().all(|earlier| !dismissed.contains(&(*earlier, id)));
        match parts.iter_mut().find(fits) {
            Some(part) => part.push(id),
            None => parts.push(vec![id]),
        }
    }
    parts.retain(|part| part.len() > 1);
    for part in &mut parts {
        part.truncate(MAX_RECORDS);
    }
    parts
}

/// Kinds of address that two of the records share.
fn in_common(records: &[Uuid], identities: &HashMap<Uuid, Vec<Identity>>) -> BTreeSet<MatchedOn> {
    let mut seen = HashSet::new();
    let all = records.iter().filter_map(|id| identities.get(id)).flatten();
    all.filter(|identity| !seen.insert(*identity)).map(|identity| identity.kind).collect()
}

impl Shared {
    fn group_id(&self, part: usize) -> String {
        let company = self.company.map(|id| id.to_string()).unwrap_or_default();
        let text = format!("{}\n{}\n{company}\n{part}", self.on.as_str(), self.value);
        Sha256::digest(text.as_bytes())[..16].iter().fold(String::new(), |id, byte| format!("{id}{byte:02x}"))
    }
}

/// A statement in the making. The text is the same for both databases.
struct Sql<'a> {
    backend: DbBackend,
    scope: &'a Scope,
    kind: RecordKind,
    values: Vec<SqlValue>,
}

impl<'a> Sql<'a> {
    fn new(connection: &impl ConnectionTrait, scope: &'a Scope, kind: RecordKind) -> Self {
        // $1 and $2 everywhere: the organization, and the word of the kind.
        let values = vec![scope.org_id.0.into(), kind.as_str().into()];
        Self { backend: connection.get_database_backend(), scope, kind, values }
    }

    /// Binds a value; gives its place.
    fn bind(&mut self, value: impl Into<SqlValue>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn done(self, text: &str) -> Statement {
        Statement::from_sql_and_values(self.backend, text, self.values)
    }

    fn table(&self) -> &'static str {
        self.kind.table_name()
    }

    /// The condition that a record is in use and within the actor's reach.
    fn live(&mut self, record: &str) -> String {
        let live = format!("{record}.org_id = $1 and {record}.deleted_at is null");
        match self.scope.owners(Resource::Clients) {
            Owners::All => live,
            Owners::These(people) => {
                let people: Vec<String> = people.into_iter().map(|person| self.bind(person)).collect();
                format!("{live} and ({record}.owner_id is null or {record}.owner_id in ({}))", people.join(", "))
            }
        }
    }

    /// Addresses that two records share and share first: no earlier one makes them a pair.
    fn addresses(
        connection: &impl ConnectionTrait,
        scope: &'a Scope,
        kind: RecordKind,
        reached: &Reached,
        limit: u64,
    ) -> Statement {
        let mut sql = Self::new(connection, scope, kind);
        let behind = match reached {
            Reached::Identity(kind, value) => {
                format!("and (k.kind, k.value) > ({}, {})", sql.bind(kind.as_str()), sql.bind(value.as_str()))
            }
            _ => String::new(),
        };
        let (table, one, other) = (sql.table(), sql.live("one"), sql.live("other"));
        let text = format!(
            "select k.kind, k.value from record_identities k
             where k.org_id = $1 and k.record_kind = $2 and k.shared = true {behind}
             group by k.kind, k.value
             having exists (
                select 1 from record_identities a
                join record_identities b on b.org_id = a.org_id and b.record_kind = a.record_kind
                    and b.kind = a.kind and b.value = a.value and b.record_id > a.record_id
                join {table} one on one.id = a.record_id and {one}
                join {table} other on other.id = b.record_id and {other}
                where a.org_id = $1 and a.record_kind = $2 and a.kind = k.kind and a.value = k.value
                and {NOT_DISMISSED} and not exists ({SHARED} and (x.kind, x.value) < (a.kind, a.value)))
             order by k.kind, k.value limit {limit}"
        );
        sql.done(&text)
    }

    /// Names, with companies, of records that share no address.
    fn names(
        connection: &impl ConnectionTrait,
        scope: &'a Scope,
        kind: RecordKind,
        reached: &Reached,
        limit: u64,
    ) -> Statement {
        let mut sql = Self::new(connection, scope, kind);
        let (from, skip) = match reached {
            Reached::Name(name, skip) => (format!("k.{{name}} >= {}", sql.bind(name.as_str())), *skip),
            _ => ("k.{name} > ''".to_owned(), 0),
        };
        let (table, one, other) = (sql.table(), sql.live("one"), sql.live("other"));
        let text = format!(
            "select k.{{name}} as value, {{company}} as company_id from {table} k
             where k.org_id = $1 and k.deleted_at is null and {from}
             group by k.{{name}}{{by_company}}
             having count(*) > 1 and exists (
                select 1 from {table} one
                join {table} other on other.{{name}} = one.{{name}} {{same_company}} and other.id > one.id and {other}
                where one.{{name}} = k.{{name}} {{this_company}} and {one}
                and {NOT_DISMISSED} and not exists ({SHARED}))
             order by k.{{name}}{{by_company}} limit {limit} offset {skip}"
        );
        sql.done(&named(kind, &text))
    }

    /// The oldest records that share each.
    fn members(connection: &impl ConnectionTrait, scope: &'a Scope, kind: RecordKind, shared: &[Shared]) -> Statement {
        let mut sql = Self::new(connection, scope, kind);
        let (table, live) = (sql.table(), sql.live("one"));
        let mut parts = Vec::with_capacity(shared.len());
        for (number, shared) in shared.iter().enumerate() {
            let value = sql.bind(shared.value.as_str());
            let found = if shared.on == MatchedOn::Name {
                let company = match (kind, shared.company) {
                    (RecordKind::Company, _) => String::new(),
                    (RecordKind::Contact, None) => "and one.company_id is null".to_owned(),
                    (RecordKind::Contact, Some(id)) => format!("and one.company_id = {}", sql.bind(id)),
                };
                named(kind, &format!("from {table} one where one.{{name}} = {value} {company} and {live}"))
            } else {
                let on = sql.bind(shared.on.as_str());
                format!(
                    "from record_identities a join {table} one on one.id = a.record_id and {live}
                     where a.org_id = $1 and a.record_kind = $2 and a.kind = {on} and a.value = {value}"
                )
            };
            let number = i64::try_from(number).unwrap_or_default();
            parts.push(format!(
                "select * from (select cast({number} as bigint) as n, one.id as id {found} order by one.id limit {MAX_ALIKE}) as part"
            ));
        }
        sql.done(&parts.join(" union all "))
    }
}

/// That nobody said of `one` and `other` that they are not the same.
const NOT_DISMISSED: &str = "not exists (select 1 from duplicate_dismissals d \
    where d.org_id = $1 and d.first_id = one.id and d.second_id = other.id)";
/// The addresses `x` that `one` and `other` share.
const SHARED: &str = "select 1 from record_identities x join record_identities y on y.org_id = x.org_id \
    and y.record_kind = x.record_kind and y.kind = x.kind and y.value = x.value and y.record_id = other.id \
    where x.org_id = $1 and x.record_kind = $2 and x.record_id = one.id";

/// A statement over names with the columns that the kind of record has for them.
fn named(kind: RecordKind, text: &str) -> String {
    let words = match kind {
        RecordKind::Contact => [
            ("{name}", "name_key"),
            ("{company}", "k.company_id"),
            ("{by_company}", ", k.company_id"),
            ("{same_company}", "and other.company_id is not distinct from one.company_id"),
            ("{this_company}", "and one.company_id is not distinct from k.company_id"),
        ],
        RecordKind::Company => [
            ("{name}", "match_key"),
            ("{company}", "null"),
            ("{by_company}", ""),
            ("{same_company}", ""),
            ("{this_company}", ""),
        ],
    };
    words.iter().fold(text.to_owned(), |text, (word, stands_for)| text.replace(word, stands_for))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids<const N: usize>(numbers: [u128; N]) -> Vec<Uuid> {
        numbers.map(Uuid::from_u128).to_vec()
    }

    fn pairs<const N: usize>(pairs: [(u128, u128); N]) -> HashSet<(Uuid, Uuid)> {
        pairs.map(|(one, other)| (Uuid::from_u128(one), Uuid::from_u128(other))).into()
    }

    #[test]
    fn records_that_are_not_the_same_stand_apart() {
        assert_eq!(apart(ids([3, 1, 2]), &pairs([])), [ids([1, 2, 3])]);
        assert_eq!(apart(ids([1, 2, 3]), &pairs([(1, 2)])), [ids([1, 3])]);
        assert_eq!(apart(ids([1, 2, 3]), &pairs([(1, 2), (1, 3)])), [ids([2, 3])]);
        assert_eq!(apart(ids([1, 2, 3, 4]), &pairs([(1, 2), (1, 4), (2, 3)])), [ids([1, 3]), ids([2, 4])]);
        assert!(apart(ids([1, 2]), &pairs([(1, 2)])).is_empty());
    }

    #[test]
    fn a_group_has_the_oldest_records() {
        let parts = apart((1..=15).map(Uuid::from_u128).collect(), &pairs([]));
        assert_eq!(parts, [(1..=10).map(Uuid::from_u128).collect::<Vec<_>>()]);
    }

    #[test]
    fn a_position_survives_its_text_and_nothing_else_is_one() {
        let name = |value: &str| Shared { on: MatchedOn::Name, value: value.to_owned(), company: None };
        let address = Shared { on: MatchedOn::Email, value: "a@example.com".to_owned(), company: None };
        let first = Reached::Start.behind(std::slice::from_ref(&address));
        assert_eq!(first, Reached::Identity("email".to_owned(), "a@example.com".to_owned()));
        let second = first.behind(&[address, name("a"), name("a")]);
        assert_eq!(second, Reached::Name("a".to_owned(), 2));
        let third = second.behind(&[name("a")]);
        assert_eq!(third, Reached::Name("a".to_owned(), 3), "the name goes on where the page before ended");
        for reached in [first, second, third] {
            assert_eq!(Reached::read(reached.write().as_deref()).unwrap(), reached);
        }
        for bad in ["", "zz", "7b7d"] {
            assert!(Reached::read(Some(bad)).is_err(), "{bad}");
        }
        let other = Cursor { sort: "#".to_owned(), keys: vec![1.into()], id: Uuid::nil() };
        assert!(Reached::read(Some(&other.encode())).is_err());
    }
}
