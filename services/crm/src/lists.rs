//! What the lists of both kinds of record share: compiling search, filter and trash into the statement, and reading
//! filter values in the form that the columns are kept in.

use db::{List, Page, Params, Reader, Total};
use kernel::{
    Scope,
    filter::{Filter, Test},
    values::{Email, Phone},
};
use sea_orm::{
    ConnectionTrait, DbBackend, FromQueryResult, Order,
    sea_query::{Query, SelectStatement, SimpleExpr},
};
use serde_json::Value;

use crate::{
    Error,
    record::{Column, RecordKind, name_key},
    search,
};

/// What is wanted of a list of records.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    pub list: &'a List,
    pub kind: RecordKind,
    /// Adds to a statement over the records what a row is read from, and the actor's reach.
    pub read: fn(&mut SelectStatement, &Scope),
    pub params: &'a Params,
    pub trash: bool,
    /// Country of phone numbers in filters.
    pub region: Option<&'a str>,
}

impl Wanted<'_> {
    /// One page.
    ///
    /// # Errors
    /// Filter, sort or cursor that do not fit; the database being away.
    pub async fn page<M: FromQueryResult>(&self, reader: &Reader<'_>, scope: &Scope) -> Result<Page<M>, Error> {
        let me = scope.eyes().map(Into::into);
        let params = self.stored_params();
        let rows = self.rows(reader, scope);
        match self.matches_by_number(reader, scope) {
            Some((select, number)) if params.sort.is_none() => {
                Ok(self.list.page_by_number(reader, (select, number), &rows, &params, me).await?)
            }
            _ => Ok(self.list.page(reader, rows, &params, me).await?),
        }
    }

    /// The next rows, `params.limit` of them, and the cursor to go on from.
    ///
    /// # Errors
    /// As [`Wanted::page`].
    pub async fn chunk<M: FromQueryResult>(
        &self,
        reader: &Reader<'_>,
        scope: &Scope,
    ) -> Result<(Vec<M>, Option<String>), Error> {
        let me = scope.eyes().map(Into::into);
        Ok(self.list.chunk(reader, self.rows(reader, scope), &self.stored_params(), me).await?)
    }

    /// The newest matches of a search, `params.limit` of them, without their number.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn newest<M: FromQueryResult>(&self, reader: &Reader<'_>, scope: &Scope) -> Result<Vec<M>, Error> {
        let (mut select, order) = self
            .matches_by_number(reader, scope)
            .unwrap_or_else(|| (self.rows(reader, scope), self.kind.column(Column::CreatedAt)));
        let rows = reader.query_all(select.order_by_expr(order, Order::Desc).limit(self.params.limit)).await?;
        Ok(rows.iter().map(|row| M::from_query_result(row, "")).collect::<Result<_, _>>()?)
    }

    /// How many there are.
    ///
    /// # Errors
    /// As [`Wanted::page`].
    pub async fn total(&self, reader: &Reader<'_>, scope: &Scope) -> Result<Total, Error> {
        let me = scope.eyes().map(Into::into);
        Ok(self.list.total(reader, self.rows(reader, scope), &self.stored_params(), me).await?)
    }

    /// The statement with every condition of the list, for a caller with an order of its own.
    ///
    /// # Errors
    /// A filter that does not fit.
    pub fn narrowed(&self, reader: &Reader<'_>, scope: &Scope) -> Result<SelectStatement, Error> {
        let mut select = self.rows(reader, scope);
        if let Some(filter) = self.stored_params().filter {
            let me = scope.eyes().map(Into::into);
            self.list.apply_filter(&mut select, (&filter, &self.params.own_fields), reader, me)?;
        }
        Ok(select)
    }

    /// The records with search and trash, without filter and order.
    fn rows(&self, reader: &Reader<'_>, scope: &Scope) -> SelectStatement {
        let mut select = Query::select();
        select.from(self.kind.table());
        (self.read)(&mut select, scope);
        select.and_where(self.kind.in_trash(self.trash));
        if let Some(question) = &self.params.search {
            select.and_where(search::matching(self.kind, reader.get_database_backend(), scope, question));
        }
        select
    }

    /// The same rows of a search in the form that SQLite reads newest first, and the number it reads them by.
    fn matches_by_number(&self, reader: &Reader<'_>, scope: &Scope) -> Option<(SelectStatement, SimpleExpr)> {
        let question = self.params.search.as_ref().filter(|_| reader.get_database_backend() == DbBackend::Sqlite)?;
        let (mut select, number) = search::matches_by_number(self.kind, scope, question);
        (self.read)(&mut select, scope);
        select.and_where(self.kind.in_trash(self.trash));
        Some((select, number))
    }

    /// The parameters with filter values as they are stored.
    fn stored_params(&self) -> Params {
        let filter = self.params.filter.clone().map(|filter| folded(filter, self.region));
        Params { filter, ..self.params.clone() }
    }
}

/// Names compare without case, e-mail addresses and phones in their stored form.
fn folded(filter: Filter, region: Option<&str>) -> Filter {
    let all = |nodes: Vec<Filter>| nodes.into_iter().map(|node| folded(node, region)).collect();
    match filter {
        Filter::And { and } => Filter::And { and: all(and) },
        Filter::Or { or } => Filter::Or { or: all(or) },
        Filter::Not { not } => Filter::Not { not: Box::new(folded(*not, region)) },
        Filter::Test(test) => Filter::Test(folded_test(test, region)),
    }
}

fn folded_test(mut test: Test, region: Option<&str>) -> Test {
    let fold: &dyn Fn(&str) -> String = match test.field.as_str() {
        "name" | "companyName" => &name_key,
        "emails" => &|raw: &str| Email::parse(raw).map_or_else(|_| raw.to_owned(), Email::into_string),
        "phones" => &|raw: &str| Phone::parse(raw, region).map_or_else(|_| raw.to_owned(), Phone::into_string),
        "telegramUsername" => &|raw: &str| raw.trim_start_matches('@').to_owned(),
        _ => return test,
    };
    match &mut test.value {
        Value::String(text) => *text = fold(text),
        Value::Array(items) => {
            for item in items {
                if let Value::String(text) = item {
                    *text = fold(text);
                }
            }
        }
        _ => {}
    }
    test
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filter_values_take_the_stored_form() {
        let fold = |json: &str| serde_json::to_string(&folded(Filter::parse(json).unwrap(), None)).unwrap();
        assert_eq!(
            fold(r#"{"not":{"field":"name","op":"contains","value":"СЕМЁН"}}"#),
            r#"{"not":{"field":"name","op":"contains","value":"семен"}}"#
        );
        assert_eq!(
            fold(r#"{"and":[{"field":"phones","op":"hasAny","value":["8 912 555-00-11","x"]}]}"#),
            r#"{"and":[{"field":"phones","op":"hasAny","value":["+79125550011","x"]}]}"#
        );
        let tags = r#"{"field":"tags","op":"has","value":"VIP"}"#;
        assert_eq!(fold(tags), tags);
    }
}
