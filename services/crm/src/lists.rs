//! What the lists of both kinds of record share: compiling search, filter and trash into the statement, and reading
//! filter values in the form that the columns are kept in.

use db::{List, Page, Params, Reader, Total};
use kernel::{
    Scope,
    filter::{Filter, Test},
    values::{Email, Phone},
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Order, sea_query::SelectStatement};
use serde_json::Value;

use crate::{
    Error,
    record::{Column, RecordKind, name_key},
    search,
};

/// A page that is wanted of a list of records.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    pub list: &'a List,
    pub kind: RecordKind,
    pub params: &'a Params,
    pub trash: bool,
    /// Country of phone numbers in filters.
    pub region: Option<&'a str>,
}

impl Wanted<'_> {
    /// The page.
    ///
    /// # Errors
    /// Filter, sort or cursor that do not fit; the database being away.
    pub async fn page<M: FromQueryResult>(
        &self,
        reader: &Reader<'_>,
        scope: &Scope,
        select: SelectStatement,
    ) -> Result<Page<M>, Error> {
        let me = scope.user_id().map(Into::into);
        let params = self.stored_params();
        if let (Some(question), None, DbBackend::Sqlite) = (&params.search, &params.sort, reader.get_database_backend())
        {
            let mut select = select;
            select.and_where(self.kind.in_trash(self.trash));
            let number = search::join_matches(self.kind, scope, question, &mut select);
            return Ok(self.list.page_by_number(reader, select, &params, me, number).await?);
        }
        Ok(self.list.page(reader, self.searched(reader, scope, select), &params, me).await?)
    }

    /// The next rows, `params.limit` of them, and the cursor to go on from.
    ///
    /// # Errors
    /// As [`Wanted::page`].
    pub async fn chunk<M: FromQueryResult>(
        &self,
        reader: &Reader<'_>,
        scope: &Scope,
        select: SelectStatement,
    ) -> Result<(Vec<M>, Option<String>), Error> {
        let me = scope.user_id().map(Into::into);
        let select = self.searched(reader, scope, select);
        Ok(self.list.chunk(reader, select, &self.stored_params(), me).await?)
    }

    /// The newest matches of a search, `params.limit` of them, without their number.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn newest<M: FromQueryResult>(
        &self,
        reader: &Reader<'_>,
        scope: &Scope,
        mut select: SelectStatement,
    ) -> Result<Vec<M>, Error> {
        if let (Some(question), DbBackend::Sqlite) = (&self.params.search, reader.get_database_backend()) {
            select.and_where(self.kind.in_trash(self.trash));
            let number = search::join_matches(self.kind, scope, question, &mut select);
            select.order_by_expr(number, Order::Desc);
        } else {
            select = self.searched(reader, scope, select);
            select.order_by_expr(self.kind.column(Column::CreatedAt), Order::Desc);
        }
        let rows = reader.query_all(select.limit(self.params.limit)).await?;
        Ok(rows.iter().map(|row| M::from_query_result(row, "")).collect::<Result<_, _>>()?)
    }

    /// How many there are.
    ///
    /// # Errors
    /// As [`Wanted::page`].
    pub async fn total(&self, reader: &Reader<'_>, scope: &Scope, select: SelectStatement) -> Result<Total, Error> {
        let me = scope.user_id().map(Into::into);
        let select = self.searched(reader, scope, select);
        Ok(self.list.total(reader, select, &self.stored_params(), me).await?)
    }

    /// The statement with every condition of the list, for a caller with an order of its own.
    ///
    /// # Errors
    /// A filter that does not fit.
    pub fn narrowed(
        &self,
        reader: &Reader<'_>,
        scope: &Scope,
        select: SelectStatement,
    ) -> Result<SelectStatement, Error> {
        let mut select = self.searched(reader, scope, select);
        if let Some(filter) = self.stored_params().filter {
            self.list.apply_filter(&mut select, &filter, reader, scope.user_id().map(Into::into))?;
        }
        Ok(select)
    }

    fn searched(&self, reader: &Reader<'_>, scope: &Scope, mut select: SelectStatement) -> SelectStatement {
        select.and_where(self.kind.in_trash(self.trash));
        if let Some(question) = &self.params.search {
            select.and_where(search::matching(self.kind, reader.get_database_backend(), scope, question));
        }
        select
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
