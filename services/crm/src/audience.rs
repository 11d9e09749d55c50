//! Whom programs write to: contacts by the thousand, in the order of their ids. Each part of a long list is one statement
//! that begins where the last one ended; nothing here reads more than it is asked for.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use contracts::{
    audience::{Addressee, Audience, AudienceError, AudienceQuery, AudienceSize},
    permissions::CONTACTS_READ,
};
use db::{Params, Reader, by_index, change_log, count_rows, limited};
use kernel::{
    Actor, Coded, ErrorKind, Fields, Scope,
    filter::{Filter, Op},
    values::Problem,
};
use sea_orm::{
    ConnectionTrait, DbErr, Order, Statement,
    sea_query::{ExprTrait, SelectStatement},
};
use serde_json::Value;
use uuid::{Builder, Uuid};

use crate::{
    Crm, Error,
    contacts::{
        self,
        store::{self, Loaded},
    },
    imports::store::{self as imports, ImportStatus},
    lists::Wanted,
    record::{Column, RecordKind},
    views::{
        store as views,
        view::{StoredView, ViewQuery, ViewRecordType},
    },
};

const KIND: RecordKind = RecordKind::Contact;
/// The index of the migration: contacts out of the trash in the order of their ids.
const BY_ID: &str = "contacts_ids";

/// Most ids of one answer.
const MAX_PART: u64 = 5_000;
/// Most ids that a query names.
const MAX_NAMED: usize = 10_000;
/// Ids of one statement.
const AT_ONCE: usize = 1_000;

#[async_trait::async_trait]
impl Audience for Crm {
    async fn ids(
        &self,
        scope: &Scope,
        wanted: &AudienceQuery,
        after: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<Uuid>, AudienceError> {
        Ok(part(self, scope, wanted, after, limit.clamp(1, MAX_PART)).await?)
    }

    async fn size(&self, scope: &Scope, wanted: &AudienceQuery) -> Result<AudienceSize, AudienceError> {
        Ok(size(self, scope, wanted).await?)
    }

    async fn addressees(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, Addressee>, AudienceError> {
        Ok(addressees(self, scope, ids).await?)
    }

    async fn matches(&self, scope: &Scope, ids: &[Uuid], filter: &Filter) -> Result<HashSet<Uuid>, AudienceError> {
        Ok(matches(self, scope, ids, filter).await?)
    }
}

impl From<Error> for AudienceError {
    fn from(error: Error) -> Self {
        let refused = |field: &str, code: &str| Self::Refused { field: field.to_owned(), code: code.to_owned() };
        match &error {
            Error::Invalid(fields) => match fields.0.first() {
                Some(first) => refused(&first.field, &first.code),
                None => Self::Away(error.into()),
            },
            Error::Db(db::Error::Filter(wrong)) => refused(&wrong.field, wrong.code),
            Error::Forbidden(forbidden) => refused("", forbidden.code()),
            other if other.kind() == ErrorKind::Invalid => refused("", other.code()),
            _ => Self::Away(error.into()),
        }
    }
}

async fn part(
    crm: &Crm,
    scope: &Scope,
    wanted: &AudienceQuery,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Uuid>, Error> {
    scope.require(CONTACTS_READ)?;
    let reader = crm.db.reader(scope);
    let Some(chosen) = chosen(crm, scope, &reader, wanted, after).await? else { return Ok(Vec::new()) };
    let rows = reader.query_all_raw(paged(&reader, chosen, limit)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, DbErr>>()?)
}

async fn size(crm: &Crm, scope: &Scope, wanted: &AudienceQuery) -> Result<AudienceSize, Error> {
    scope.require(CONTACTS_READ)?;
    let reader = crm.db.reader(scope);
    let Some(chosen) = chosen(crm, scope, &reader, wanted, None).await? else {
        return Ok(AudienceSize::default());
    };
    let total = count_rows(&reader, &chosen.select).await?;
    Ok(AudienceSize { count: total.count, is_estimate: total.is_estimate })
}

async fn addressees(crm: &Crm, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, Addressee>, Error> {
    scope.require(CONTACTS_READ)?;
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(AT_ONCE) {
        let loaded = store::load_many(&crm.db.reader(scope), scope, ids).await?;
        let in_use = loaded.into_iter().filter(|loaded| loaded.contact.deleted_at.is_none());
        found.extend(in_use.map(|loaded| (loaded.contact.id, addressee(loaded))));
    }
    Ok(found)
}

async fn matches(crm: &Crm, scope: &Scope, ids: &[Uuid], filter: &Filter) -> Result<HashSet<Uuid>, Error> {
    scope.require(CONTACTS_READ)?;
    let reader = crm.db.reader(scope);
    let mut found = HashSet::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let select = matching(crm, scope, &reader, (Some(filter.clone()), None)).await?;
    for ids in ids.chunks(AT_ONCE) {
        let mut select = select.clone();
        select.and_where(KIND.column(Column::Id).is_in(ids.iter().copied()));
        for row in reader.query_all(&select).await? {
            found.insert(row.try_get("", "id")?);
        }
    }
    Ok(found)
}

fn addressee(Loaded { contact, company_name }: Loaded) -> Addressee {
    let time_zone = contact.fields.zone().map(str::to_owned);
    let fields = contact.fields;
    Addressee {
        id: contact.id,
        name: fields.name,
        first_name: fields.first_name,
        last_name: fields.last_name,
        job_title: fields.job_title,
        company_id: fields.company_id,
        company: company_name,
        locale: None,
        time_zone_by_phone: time_zone.is_some() && fields.time_zone.is_none(),
        time_zone,
        phones: fields.phones,
        telegram_username: fields.telegram_username,
        emails: fields.emails,
        do_not_contact: fields.do_not_contact,
        owner_id: fields.owner_id,
        source: fields.source,
        tags: fields.tags,
        custom: fields.custom,
        created_at: contact.created_at,
    }
}

/// The ids that are wanted, in no order.
struct Chosen {
    select: SelectStatement,
    /// Whether the index of ids is the one to read by: not where contacts are named, or found by words, or are those of a
    /// company, which are few and known by other means.
    is_by_id: bool,
}

/// Whether only contacts of some companies can pass.
fn is_of_company(filter: &Filter) -> bool {
    match filter {
        Filter::And { and } => and.iter().any(is_of_company),
        Filter::Test(test) => test.field == "companyId" && matches!(test.op, Op::Eq | Op::In),
        Filter::Or { .. } | Filter::Not { .. } => false,
    }
}

/// The statement of one part: the first `limit` of these contacts.
fn paged(reader: &Reader<'_>, Chosen { mut select, is_by_id }: Chosen, limit: u64) -> Statement {
    select.order_by((KIND.table(), Column::Id), Order::Asc);
    let statement = limited(reader.get_database_backend(), &select, limit, 0);
    if is_by_id { by_index(statement, KIND.table_name(), BY_ID) } else { statement }
}

/// Who is wanted of those after an id; `None`: nobody.
async fn chosen(
    crm: &Crm,
    scope: &Scope,
    reader: &Reader<'_>,
    wanted: &AudienceQuery,
    after: Option<Uuid>,
) -> Result<Option<Chosen>, Error> {
    let ids = wanted.ids.as_deref();
    if ids.is_some_and(|ids| ids.len() > MAX_NAMED) {
        let mut refused = Fields::default();
        refused.refuse_with("ids", Problem::TooMany { max: MAX_NAMED });
        return Err(refused.into());
    }
    if ids.is_some_and(<[Uuid]>::is_empty) {
        return Ok(None);
    }
    let view = match wanted.view_id {
        Some(id) => view(reader, scope, id).await?,
        None => ViewQuery::default(),
    };
    let (filter, search) = joined(wanted, view)?;
    let is_by_id = ids.is_none() && search.is_none() && !filter.as_ref().is_some_and(is_of_company);
    let mut select = matching(crm, scope, reader, (filter, search)).await?;
    if let Some(ids) = ids {
        select.and_where(KIND.column(Column::Id).is_in(ids.iter().copied()));
    }
    if let Some(id) = wanted.import_id
        && !narrow_to_import(reader, scope, (id, after), &mut select).await?
    {
        return Ok(None);
    }
    if let Some(after) = after {
        select.and_where(KIND.column(Column::Id).gt(after));
    }
    Ok(Some(Chosen { select, is_by_id }))
}

/// What a query and the view that it names look for together.
fn joined(wanted: &AudienceQuery, view: ViewQuery) -> Result<(Option<Filter>, Option<String>), Error> {
    let malformed = |_: serde_json::Error| Error::field("viewId", "filter.malformed");
    let of_view = view.filter.map(|node| serde_json::from_value::<Filter>(Value::Object(node)));
    let of_view = of_view.transpose().map_err(malformed)?;
    let filter = match (of_view, wanted.filter.clone()) {
        (Some(one), Some(other)) => Some(Filter::And { and: vec![one, other] }),
        (one, other) => one.or(other),
    };
    let words = [view.search, wanted.search.clone()];
    let words: Vec<String> = words.into_iter().flatten().filter(|words| !words.trim().is_empty()).collect();
    Ok((filter, (!words.is_empty()).then(|| words.join(" "))))
}

/// The ids of contacts out of the trash and within reach that a filter and a search leave.
async fn matching(
    crm: &Crm,
    scope: &Scope,
    reader: &Reader<'_>,
    (filter, search): (Option<Filter>, Option<String>),
) -> Result<SelectStatement, Error> {
    let params = Params { filter, search, limit: MAX_PART, ..Params::default() };
    let params = crm.list_params(scope, KIND, &params).await?;
    ids_of(&contacts::queries::wanted(crm, &params, false), scope, reader)
}

fn ids_of(wanted: &Wanted<'_>, scope: &Scope, reader: &Reader<'_>) -> Result<SelectStatement, Error> {
    let mut select = wanted.narrowed(reader, scope)?;
    select.clear_selects().column((KIND.table(), Column::Id));
    Ok(select)
}

/// What a saved view of contacts looks for.
async fn view(reader: &Reader<'_>, scope: &Scope, id: Uuid) -> Result<ViewQuery, Error> {
    let person = scope.user_id().map(Uuid::from);
    // The system goes on with what a person began, who saw the view.
    let is_seen = |view: &StoredView| scope.actor == Actor::System || view.is_seen_by(person);
    let found = views::find(reader, scope, id).await?.filter(is_seen);
    let found = found.filter(|view| view.record_type == ViewRecordType::Contact);
    found.map(|view| view.query).ok_or_else(|| Error::field("viewId", "reference.unknown"))
}

/// Leaves only what an import made or changed; `false` when there is nothing: it has not begun, or was taken back. Those
/// up to `after` are known already.
async fn narrow_to_import(
    reader: &Reader<'_>,
    scope: &Scope,
    (id, after): (Uuid, Option<Uuid>),
    select: &mut SelectStatement,
) -> Result<bool, Error> {
    let import = imports::get(reader, scope, id).await.map_err(|error| match error {
        Error::NotFound => Error::field("importId", "reference.unknown"),
        other => other,
    })?;
    let is_undone = matches!(import.status(), ImportStatus::Reverting | ImportStatus::Reverted);
    let Some(batch) = import.batch_id.filter(|_| !is_undone) else { return Ok(false) };
    // Whom it made are younger than it. Where it changed nobody, those who were there before need not be asked.
    let youngest = import.started_at.filter(|_| import.updated == 0).map(id_before);
    if let Some(youngest) = youngest {
        select.and_where(KIND.column(Column::Id).gt(youngest));
    }
    let (backend, beyond) = (reader.get_database_backend(), std::cmp::max(after, youngest));
    let record = KIND.column(Column::Id);
    select.and_where(change_log::is_of_batch(scope, backend, (batch, KIND.as_str()), record, beyond));
    Ok(true)
}

/// No record that was made after this instant has a smaller id; a clock may have been put back by an hour.
fn id_before(at: DateTime<Utc>) -> Uuid {
    let millis = u64::try_from((at - TimeDelta::hours(1)).timestamp_millis()).unwrap_or_default();
    Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

#[cfg(test)]
mod tests {
    use testkit::{Backend, TestDatabase};

    use super::*;
    use crate::contacts::list::CONTACTS;

    /// Filters, each of which SQLite would rather answer by an index of its own.
    const FILTERS: [&str; 4] = [
        r#"{"and":[]}"#,
        r#"{"field":"ownerId","op":"eq","value":"00000000-0000-7000-8000-000000000001"}"#,
        r#"{"field":"name","op":"startsWith","value":"a"}"#,
        r#"{"field":"createdAt","op":"gte","value":{"daysAgo":30}}"#,
    ];

    async fn open(backend: Backend) -> Option<(TestDatabase, Scope)> {
        let clock = kernel::Clock::system();
        let migrations = [db::MIGRATIONS, fields::MIGRATIONS, crate::MIGRATIONS].concat();
        let scope = Scope::system(kernel::OrgId(clock.new_id()), "test");
        Some((TestDatabase::open(backend, &migrations, clock).await?, scope))
    }

    /// The statement of a later part of an audience.
    fn later_part(reader: &Reader<'_>, scope: &Scope, filter: &str, import: bool) -> Statement {
        let filter = Some(Filter::parse(filter).unwrap());
        let params = Params { filter, limit: MAX_PART, ..Params::default() };
        let (list, read) = (&CONTACTS, store::read);
        let wanted = Wanted { list, kind: KIND, read, params: &params, trash: false, region: None };
        let mut select = ids_of(&wanted, scope, reader).unwrap();
        let (id, after) = (KIND.column(Column::Id), Some(Uuid::nil()));
        if import {
            let (backend, batch) = (reader.get_database_backend(), (Uuid::nil(), KIND.as_str()));
            select.and_where(change_log::is_of_batch(scope, backend, batch, id.clone(), after));
        }
        select.and_where(id.gt(after));
        paged(reader, Chosen { select, is_by_id: true }, MAX_PART)
    }

    async fn plan(connection: &impl ConnectionTrait, how: &str, column: &str, part: Statement) -> Vec<String> {
        let asked = Statement { sql: format!("{how} {}", part.sql), ..part };
        let steps = connection.query_all_raw(asked).await.unwrap();
        steps.iter().map(|step| step.try_get("", column).unwrap()).collect()
    }

    /// Sorted, each part of a million contacts would be found by reading all of them.
    #[tokio::test]
    async fn sqlite_reads_a_part_off_the_index_of_ids() {
        let (database, scope) = open(Backend::Sqlite).await.unwrap();
        let reader = database.db.reader(&scope);
        for filter in FILTERS {
            let part = later_part(&reader, &scope, filter, false);
            let steps = plan(&reader, "explain query plan", "detail", part).await;
            assert!(steps[0].contains("INDEX contacts_ids (org_id=? AND id>?)"), "{filter}: {steps:?}");
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{filter}: {steps:?}");
        }
        let steps = plan(&reader, "explain query plan", "detail", later_part(&reader, &scope, FILTERS[0], true)).await;
        let history = "INDEX change_log_record (org_id=? AND record_id=?)";
        assert!(steps.iter().any(|step| step.contains(history)), "{steps:?}");
    }

    #[tokio::test]
    async fn postgres_can_read_a_part_off_the_index_of_ids() {
        let Some((database, scope)) = open(Backend::Postgres).await else { return };
        for filter in FILTERS {
            let tx = database.db.begin(&scope).await.unwrap();
            // The tables are empty: what would be cheapest then says nothing of a million rows.
            for other in ["seqscan", "bitmapscan", "sort"] {
                tx.execute_unprepared(&format!("set local enable_{other} = off")).await.unwrap();
            }
            let part = later_part(&database.db.reader(&scope), &scope, filter, false);
            let steps = plan(&tx, "explain", "QUERY PLAN", part).await;
            assert!(steps.iter().any(|step| step.contains("contacts_ids")), "{filter}: {steps:?}");
            tx.rollback().await.unwrap();
        }
    }

    #[test]
    fn contacts_of_companies_are_not_sought_among_all() {
        let is = |json: &str| is_of_company(&Filter::parse(json).unwrap());
        let id = r#""value":"00000000-0000-7000-8000-000000000001""#;
        assert!(is(&format!(r#"{{"and":[{{"field":"companyId","op":"eq",{id}}}]}}"#)));
        assert!(!is(&format!(r#"{{"not":{{"field":"companyId","op":"eq",{id}}}}}"#)));
        assert!(!is(&format!(r#"{{"field":"companyId","op":"ne",{id}}}"#)));
    }
}
