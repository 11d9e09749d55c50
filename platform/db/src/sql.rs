//! Statements that are written out: one text for both databases, its values bound one by one.

use std::fmt::Write;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, QueryResult, Statement, Value};

use crate::Tx;

/// The text of a statement and its values so far.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    /// Adds text.
    pub fn add(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds text in which each `?` stands for the next of these values.
    pub fn with(&mut self, text: &str, values: impl IntoIterator<Item = Value>) -> &mut Self {
        let mut values = values.into_iter();
        let mut parts = text.split('?');
        self.text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            if let Some(value) = values.next() {
                self.bind(value);
            }
            self.text.push_str(part);
        }
        self
    }

    /// Adds a value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        let _ = write!(self.text, "${}", self.values.len());
        self
    }

    /// Adds values in parentheses, with commas between; `(null)` when there are none.
    pub fn list(&mut self, values: impl IntoIterator<Item = impl Into<Value>>) -> &mut Self {
        self.text.push('(');
        let mut any = false;
        for value in values {
            if any {
                self.text.push_str(", ");
            }
            self.bind(value);
            any = true;
        }
        self.text.push_str(if any { ")" } else { "null)" });
        self
    }

    pub fn statement(self, backend: DbBackend) -> Statement {
        Statement::from_sql_and_values(backend, self.text, self.values)
    }

    /// The rows it finds.
    pub async fn all<T: FromQueryResult>(self, connection: &impl ConnectionTrait) -> Result<Vec<T>, DbErr> {
        let rows = self.rows(connection).await?;
        rows.iter().map(|row| T::from_query_result(row, "")).collect()
    }

    /// The first row it finds.
    pub async fn one<T: FromQueryResult>(self, connection: &impl ConnectionTrait) -> Result<Option<T>, DbErr> {
        let row = connection.query_one_raw(self.statement(connection.get_database_backend())).await?;
        row.map(|row| T::from_query_result(&row, "")).transpose()
    }

    pub async fn rows(self, connection: &impl ConnectionTrait) -> Result<Vec<QueryResult>, DbErr> {
        connection.query_all_raw(self.statement(connection.get_database_backend())).await
    }

    /// How many rows it changes.
    pub async fn run(self, tx: &Tx) -> Result<u64, DbErr> {
        Ok(tx.execute_raw(self.statement(tx.get_database_backend())).await?.rows_affected())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_in_the_order_they_come() {
        let mut sql = Sql::new("select 1 where a = ");
        sql.bind(1).with(" and b = ? and c in ", [Value::from(2)]).list([3, 4]).add(" and d in ");
        sql.list(Vec::<i32>::new());
        let statement = sql.statement(DbBackend::Postgres);
        assert_eq!(statement.sql, "select 1 where a = $1 and b = $2 and c in ($3, $4) and d in (null)");
        assert_eq!(statement.values.unwrap().0.len(), 4);
    }
}
