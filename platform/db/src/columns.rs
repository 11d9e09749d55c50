//! How lists of texts and custom fields stand in a JSON column, and how the columns of a row are read.

use sea_orm::{DbErr, FromJsonQueryResult, QueryResult, TryGetable};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A JSON array of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Texts(pub Vec<String>);

/// A stored JSON object as a map.
#[must_use]
pub fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The columns of a row one after the other: finding each of two dozen by its name costs as much as reading it.
pub struct InOrder<'a> {
    row: &'a QueryResult,
    next: usize,
}

impl<'a> InOrder<'a> {
    #[must_use]
    pub fn of(row: &'a QueryResult) -> Self {
        Self { row, next: 0 }
    }

    /// Reads the next column.
    ///
    /// # Errors
    /// When there is none, or when it holds something else.
    pub fn read<T: TryGetable>(&mut self) -> Result<T, DbErr> {
        let index = self.next;
        self.next += 1;
        self.row.try_get_by_index(index)
    }
}
