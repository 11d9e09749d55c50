//! Lists: filter, sort, page by number or by cursor, and a bounded total. Cursors are row-value comparisons, which both
//! databases answer by seeking the index (`stack.md` §1.3).

use std::fmt::Write;

use chrono::{DateTime, Utc};
use kernel::{
    cursor::Cursor,
    filter::{FieldType, Filter},
};
use sea_orm::{
    ConnectionTrait, DbBackend, FromQueryResult, Order, QueryResult, Statement,
    sea_query::{Alias, Expr, ExprTrait, SelectStatement, SimpleExpr},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Error, Reader,
    count::{Total, count_rows},
    filter::{Column, Relative, condition},
};

/// Most rows of a page (`design.md` §5).
pub const MAX_LIMIT: u64 = 100;
/// What a cursor of [`List::page_by_number`] names as its sort.
const BY_NUMBER: &str = "#";
/// Most keys of a sort, without the id that always ends it.
const MAX_SORT_KEYS: usize = 3;

/// A field that a list can be filtered, and perhaps sorted, by.
#[derive(Clone, Copy)]
pub struct Field {
    /// Name in the API.
    pub name: &'static str,
    pub kind: FieldType,
    /// What filters compare.
    pub expr: fn() -> SimpleExpr,
    /// What the list is ordered by: never NULL. `None`: not sortable.
    pub order: Option<fn() -> SimpleExpr>,
}

/// A field that is known only when it is asked for: one that an organization made up.
#[derive(Clone, Debug)]
pub struct OwnField {
    pub name: String,
    pub kind: FieldType,
    pub expr: SimpleExpr,
    /// As in [`Field`].
    pub order: Option<SimpleExpr>,
}

/// What a list offers.
#[derive(Clone, Copy)]
pub struct List {
    pub fields: &'static [Field],
    /// As in the `sort` parameter, e.g. `-createdAt`.
    pub default_sort: &'static str,
    /// The id that makes the order total.
    pub id: fn() -> SimpleExpr,
}

/// What the caller asked for.
#[derive(Clone, Debug, Default)]
pub struct Params {
    /// 1-based; ignored when there is a cursor.
    pub page: Option<u64>,
    pub cursor: Option<String>,
    /// 1 ..= [`MAX_LIMIT`].
    pub limit: u64,
    pub sort: Option<String>,
    pub filter: Option<Filter>,
    pub search: Option<String>,
    /// Fields that filter and sort may name beside those of the list.
    pub own_fields: Vec<OwnField>,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// 1-based number when asked by number.
    pub number: Option<u64>,
    pub limit: u64,
    pub total: Total,
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// The same page with other items.
    pub fn map<U>(self, items: impl FnOnce(Vec<T>) -> Vec<U>) -> Page<U> {
        Page {
            items: items(self.items),
            number: self.number,
            limit: self.limit,
            total: self.total,
            next_cursor: self.next_cursor,
        }
    }
}

struct Key {
    kind: FieldType,
    order: SimpleExpr,
    descending: bool,
}

impl List {
    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    fn kind_of(&self, own: &[OwnField], name: &str) -> Option<FieldType> {
        self.field(name).map(|f| f.kind).or_else(|| own.iter().find(|f| f.name == name).map(|f| f.kind))
    }

    /// Checks a filter and a sort against the fields without asking the database.
    ///
    /// # Errors
    /// [`Error::Filter`], [`Error::Sort`] for what does not fit.
    pub fn check(&self, filter: Option<&Filter>, sort: Option<&str>, own: &[OwnField]) -> Result<(), Error> {
        if let Some(filter) = filter {
            filter.check(&|name| self.kind_of(own, name))?;
        }
        self.keys(sort.unwrap_or_default(), own)?;
        Ok(())
    }

    /// Adds the filter to a statement; `own` are fields beside those of the list.
    ///
    /// # Errors
    /// [`Error::Filter`] when it does not fit the fields.
    pub fn apply_filter(
        &self,
        select: &mut SelectStatement,
        (filter, own): (&Filter, &[OwnField]),
        reader: &Reader<'_>,
        me: Option<Uuid>,
    ) -> Result<(), Error> {
        filter.check(&|name| self.kind_of(own, name))?;
        let relative = Relative { now: reader.db().clock().now(), me };
        let of_own = |name: &str| own.iter().find(|f| f.name == name);
        let column_of = |name: &str| match self.field(name) {
            Some(field) => Some(Column { expr: (field.expr)(), kind: field.kind }),
            None => of_own(name).map(|field| Column { expr: field.expr.clone(), kind: field.kind }),
        };
        select.cond_where(condition(filter, reader.get_database_backend(), relative, &column_of));
        Ok(())
    }

    fn keys(&self, sort: &str, own: &[OwnField]) -> Result<Vec<Key>, Error> {
        let words: Vec<&str> = sort.split(',').map(str::trim).filter(|w| !w.is_empty()).collect();
        if words.len() > MAX_SORT_KEYS {
            return Err(Error::Sort(sort.chars().take(100).collect()));
        }
        words
            .into_iter()
            .map(|word| {
                let (name, descending) = word.strip_prefix('-').map_or((word, false), |name| (name, true));
                let unsortable = || Error::Sort(name.chars().take(100).collect());
                let (kind, order) = if let Some(field) = self.field(name) {
                    (field.kind, field.order.map(|order| order()))
                } else {
                    let field = own.iter().find(|field| field.name == name).ok_or_else(unsortable)?;
                    (field.kind, field.order.clone())
                };
                Ok(Key { kind, order: order.ok_or_else(unsortable)?, descending })
            })
            .collect()
    }

    /// Runs `select` (with its columns, joins and own conditions) as one page of this list.
    ///
    /// # Errors
    /// Filter, sort or cursor that do not fit; the database being away.
    pub async fn page<M: FromQueryResult>(
        &self,
        reader: &Reader<'_>,
        mut select: SelectStatement,
        params: &Params,
        me: Option<Uuid>,
    ) -> Result<Page<M>, Error> {
        self.apply_given_filter(&mut select, reader, params, me)?;
        let total = count_rows(reader, &select).await?;
        let limit = params.limit.clamp(1, MAX_LIMIT);
        let (items, next_cursor) = self.slice(reader, select, params, limit).await?;
        let number = params.cursor.is_none().then(|| params.page.filter(|p| *p > 0).unwrap_or(1));
        Ok(Page { items, number, limit, total, next_cursor })
    }

    /// As [`List::page`], newest first by a unique number of the rows. The database can read such a page off an index
    /// (a full-text match on SQLite) and stop, where any other order makes it read and sort every match. `counted` are
    /// the same rows in the form that is fastest to count.
    ///
    /// # Errors
    /// As [`List::page`].
    pub async fn page_by_number<M: FromQueryResult>(
        &self,
        reader: &Reader<'_>,
        (mut select, number): (SelectStatement, SimpleExpr),
        counted: &SelectStatement,
        params: &Params,
        me: Option<Uuid>,
    ) -> Result<Page<M>, Error> {
        self.apply_given_filter(&mut select, reader, params, me)?;
        let total = self.total(reader, counted.clone(), params, me).await?;
        let limit = params.limit.clamp(1, MAX_LIMIT);
        select.expr_as(number.clone(), Alias::new("sort_0")).expr_as((self.id)(), Alias::new("sort_id"));
        select.order_by_expr(number.clone(), Order::Desc);
        let mut skip = 0;
        if let Some(text) = &params.cursor {
            let cursor = Cursor::decode(text).filter(|c| c.sort == BY_NUMBER).ok_or(Error::Cursor)?;
            let last = cursor.keys.first().and_then(Value::as_i64).ok_or(Error::Cursor)?;
            select.and_where(number.lt(last));
        } else if let Some(page) = params.page.filter(|p| *p > 1) {
            skip = (page - 1).saturating_mul(limit);
        }
        let rows = reader.query_all_raw(limited(reader.get_database_backend(), &select, limit + 1, skip)).await?;
        let last = |row: &QueryResult| {
            let number: i64 = row.try_get("", "sort_0")?;
            Ok(Cursor { sort: BY_NUMBER.to_owned(), keys: vec![number.into()], id: row.try_get("", "sort_id")? })
        };
        let (items, next_cursor) = cut(&rows, limit, last)?;
        let number = params.cursor.is_none().then(|| params.page.filter(|p| *p > 0).unwrap_or(1));
        Ok(Page { items, number, limit, total, next_cursor })
    }

    /// The next rows without their number, as many as `limit` says, and the cursor to go on from: for exports and
    /// bulk work, which read a list to its end.
    ///
    /// # Errors
    /// As [`List::page`].
    pub async fn chunk<M: FromQueryResult>(
        &self,
        reader: &Reader<'_>,
        mut select: SelectStatement,
        params: &Params,
        me: Option<Uuid>,
    ) -> Result<(Vec<M>, Option<String>), Error> {
        self.apply_given_filter(&mut select, reader, params, me)?;
        self.slice(reader, select, params, params.limit).await
    }

    /// How many rows the list has.
    ///
    /// # Errors
    /// A filter that does not fit; the database being away.
    pub async fn total(
        &self,
        reader: &Reader<'_>,
        mut select: SelectStatement,
        params: &Params,
        me: Option<Uuid>,
    ) -> Result<Total, Error> {
        self.apply_given_filter(&mut select, reader, params, me)?;
        count_rows(reader, &select).await
    }

    fn apply_given_filter(
        &self,
        select: &mut SelectStatement,
        reader: &Reader<'_>,
        params: &Params,
        me: Option<Uuid>,
    ) -> Result<(), Error> {
        let filter = params.filter.as_ref();
        filter.map_or(Ok(()), |filter| self.apply_filter(select, (filter, &params.own_fields), reader, me))
    }

    /// The rows of a page and the cursor of the next one.
    async fn slice<M: FromQueryResult>(
        &self,
        reader: &Reader<'_>,
        select: SelectStatement,
        params: &Params,
        limit: u64,
    ) -> Result<(Vec<M>, Option<String>), Error> {
        let sort = params.sort.as_deref().unwrap_or(self.default_sort);
        let keys = self.keys(sort, &params.own_fields)?;
        let rows = self.rows(reader, select, params, &keys, limit).await?;
        cut(&rows, limit, |row| position(row, sort, &keys))
    }

    /// One row more than the page, so that the caller knows whether there is a next one.
    async fn rows(
        &self,
        reader: &Reader<'_>,
        mut select: SelectStatement,
        params: &Params,
        keys: &[Key],
        limit: u64,
    ) -> Result<Vec<QueryResult>, Error> {
        let sort = params.sort.as_deref().unwrap_or(self.default_sort);
        let mut skip = 0;
        let found = params.search.is_some() && reader.get_database_backend() == DbBackend::Postgres;
        for (index, key) in keys.iter().enumerate() {
            select.expr_as(key.order.clone(), Alias::new(format!("sort_{index}")));
            let order = if found { out_of_index(key) } else { key.order.clone() };
            select.order_by_expr(order, direction(key.descending));
        }
        select.expr_as((self.id)(), Alias::new("sort_id"));
        select.order_by_expr((self.id)(), direction(keys.first().is_some_and(|k| k.descending)));
        if let Some(text) = &params.cursor {
            let cursor =
                Cursor::decode(text).filter(|c| c.sort == sort && c.keys.len() == keys.len()).ok_or(Error::Cursor)?;
            select.and_where(self.after(keys, &cursor)?);
        } else if let Some(page) = params.page.filter(|p| *p > 1) {
            skip = (page - 1).saturating_mul(limit);
        }
        Ok(reader.query_all_raw(limited(reader.get_database_backend(), &select, limit + 1, skip)).await?)
    }

    /// Rows that come after the cursor in this order.
    fn after(&self, keys: &[Key], cursor: &Cursor) -> Result<SimpleExpr, Error> {
        let values: Vec<SimpleExpr> =
            keys.iter().zip(&cursor.keys).map(|(key, value)| bound(value, key.kind)).collect::<Result<_, _>>()?;
        let descending = keys.first().is_some_and(|k| k.descending);
        let beyond =
            |left: SimpleExpr, right: SimpleExpr, down: bool| if down { left.lt(right) } else { left.gt(right) };
        if keys.iter().all(|key| key.descending == descending) {
            let left = keys.iter().map(|k| k.order.clone()).chain([(self.id)()]);
            let right = values.into_iter().chain([Expr::value(cursor.id)]);
            return Ok(beyond(Expr::tuple(left), Expr::tuple(right), descending));
        }
        let columns = keys.iter().map(|k| (k.order.clone(), k.descending)).chain([((self.id)(), descending)]);
        let pairs: Vec<_> = columns.zip(values.into_iter().chain([Expr::value(cursor.id)])).collect();
        let steps = (0..pairs.len()).map(|index| {
            let ((column, down), value) = &pairs[index];
            let step = beyond(column.clone(), value.clone(), *down);
            pairs[..index].iter().fold(step, |all, ((column, _), value)| all.and(column.clone().eq(value.clone())))
        });
        steps.reduce(ExprTrait::or).ok_or(Error::Cursor)
    }
}

/// The same order, but not that of an index. PostgreSQL would else walk the index and look whether each row is among the
/// matches of a search, hoping for matches soon; for a rare word it would walk it to its end.
fn out_of_index(key: &Key) -> SimpleExpr {
    let nothing = match key.kind {
        FieldType::Instant => Expr::cust("interval '0'"),
        FieldType::Number => Expr::cust("0"),
        _ => return key.order.clone(),
    };
    key.order.clone().add(nothing)
}

/// The statement for at most `limit` rows after the first `skip`, both numbers written out: bound, PostgreSQL could not
/// know that few rows are wanted, and would plan the statement anew each time to find out.
#[must_use]
pub fn limited(backend: DbBackend, select: &SelectStatement, limit: u64, skip: u64) -> Statement {
    let mut statement = backend.build(select);
    let _ = write!(statement.sql, " LIMIT {limit}");
    if skip > 0 {
        let _ = write!(statement.sql, " OFFSET {}", i64::try_from(skip).unwrap_or(i64::MAX));
    }
    statement
}

fn direction(descending: bool) -> Order {
    if descending { Order::Desc } else { Order::Asc }
}

/// The rows without the surplus one, and the cursor of the last if there was a surplus.
fn cut<M: FromQueryResult>(
    rows: &[QueryResult],
    limit: u64,
    cursor_of: impl Fn(&QueryResult) -> Result<Cursor, Error>,
) -> Result<(Vec<M>, Option<String>), Error> {
    let more = rows.len() as u64 > limit;
    let shown = &rows[..rows.len().min(usize::try_from(limit).unwrap_or(usize::MAX))];
    let next_cursor = match shown.last() {
        Some(last) if more => Some(cursor_of(last)?.encode()),
        _ => None,
    };
    let items = shown.iter().map(|row| M::from_query_result(row, "")).collect::<Result<_, _>>()?;
    Ok((items, next_cursor))
}

fn position(row: &QueryResult, sort: &str, keys: &[Key]) -> Result<Cursor, Error> {
    let values = keys.iter().enumerate().map(|(index, key)| read(row, &format!("sort_{index}"), key.kind));
    Ok(Cursor { sort: sort.to_owned(), keys: values.collect::<Result<_, _>>()?, id: row.try_get("", "sort_id")? })
}

fn read(row: &QueryResult, alias: &str, kind: FieldType) -> Result<Value, Error> {
    Ok(match kind {
        FieldType::Instant => Value::String(row.try_get::<DateTime<Utc>>("", alias)?.to_rfc3339()),
        // As text: JSON might lose the last digit of a fraction.
        FieldType::Number => match row.try_get::<i64>("", alias) {
            Ok(number) => Value::from(number),
            Err(_) => Value::String(row.try_get::<f64>("", alias)?.to_string()),
        },
        FieldType::Bool => Value::from(row.try_get::<bool>("", alias)?),
        _ => Value::String(row.try_get("", alias)?),
    })
}

fn bound(value: &Value, kind: FieldType) -> Result<SimpleExpr, Error> {
    let expr = match kind {
        FieldType::Instant => {
            let at = value.as_str().and_then(|t| DateTime::parse_from_rfc3339(t).ok()).ok_or(Error::Cursor)?;
            Expr::value(at.to_utc())
        }
        FieldType::Number => match value {
            Value::String(text) => Expr::value(text.parse::<f64>().map_err(|_| Error::Cursor)?),
            number => Expr::value(number.as_i64().ok_or(Error::Cursor)?),
        },
        FieldType::Bool => Expr::value(value.as_bool().ok_or(Error::Cursor)?),
        _ => Expr::value(value.as_str().ok_or(Error::Cursor)?),
    };
    Ok(expr)
}
