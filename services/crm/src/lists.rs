//! What the lists of both kinds of record share: compiling search, filter and trash into the statement, and reading
//! filter values in the form that the columns are kept in.

use db::{List, Page, Params, Reader};
use kernel::{
    Scope,
    filter::{Filter, Test},
    values::{Email, Phone},
};
use sea_orm::{ConnectionTrait, FromQueryResult, sea_query::SelectStatement};
use serde_json::Value;

use crate::{
    Error,
    record::{RecordKind, name_key},
    search::matching,
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
        mut select: SelectStatement,
    ) -> Result<Page<M>, Error> {
        select.and_where(self.kind.in_trash(self.trash));
        if let Some(question) = &self.params.search {
            select.and_where(matching(self.kind, reader.get_database_backend(), scope, question));
        }
        let filter = self.params.filter.clone().map(|filter| folded(filter, self.region));
        let params = Params { filter, ..self.params.clone() };
        Ok(self.list.page(reader, select, &params, scope.user_id().map(Into::into)).await?)
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
