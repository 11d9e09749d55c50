//! Which column becomes which field: checked once, then applied to every row. No I/O.

use fields::RecordType;
use kernel::Fields;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    csv::{Cells, ImportTarget, split_values},
    finder::Ground,
};
use crate::requests::Given;

/// A column and what it becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportMapping {
    /// Index of the column, from 0.
    pub column: usize,
    pub target: ImportTarget,
    /// Name of the custom field, for `custom`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub custom_key: Option<String>,
}

/// A checked mapping.
#[derive(Clone, Debug)]
pub struct Mapping {
    columns: Vec<ImportMapping>,
}

/// The values of one row, by target.
#[derive(Debug, Default)]
pub struct Values<'a> {
    one: Vec<(ImportTarget, &'a str)>,
    many: Vec<(ImportTarget, Vec<&'a str>)>,
    custom: Vec<(&'a str, &'a str)>,
}

impl Mapping {
    /// Checks a mapping against the file: columns that exist, targets of this kind of record, no target twice that
    /// takes one value, and something to name a record by.
    ///
    /// # Errors
    /// Every entry at fault.
    pub fn try_new(of: RecordType, columns: Vec<ImportMapping>, width: usize) -> Result<Self, Fields> {
        let mut fields = Fields::default();
        let allowed = ImportTarget::of(of);
        for (index, entry) in columns.iter().enumerate() {
            let before = &columns[..index];
            if entry.column >= width || before.iter().any(|b| b.column == entry.column) {
                fields.refuse(&format!("mapping[{index}].column"), "import.column");
            }
            if !allowed.contains(&entry.target) {
                fields.refuse(&format!("mapping[{index}].target"), "field.choice.unknown");
            } else if !entry.target.may_repeat() && before.iter().any(|b| b.target == entry.target) {
                fields.refuse(&format!("mapping[{index}].target"), "import.target_twice");
            }
            let key = entry.custom_key.as_deref().map(str::trim).unwrap_or_default();
            if entry.target == ImportTarget::Custom && (key.is_empty() || key.chars().count() > 64) {
                fields.refuse(&format!("mapping[{index}].customKey"), "field.required");
            }
        }
        if !columns.iter().any(|c| names_a_record(of, c.target)) {
            fields.refuse("mapping", "import.nothing_to_name");
        }
        fields.finish(|| Self { columns })
    }

    /// A mapping that was checked when it was stored.
    #[must_use]
    pub fn stored(columns: Vec<ImportMapping>) -> Self {
        Self { columns }
    }

    /// The values of a row; blank cells give none.
    #[must_use]
    pub fn values<'a>(&'a self, cells: &'a Cells) -> Values<'a> {
        let mut values = Values::default();
        for entry in &self.columns {
            let parts = split_values(entry.target, cells.get(entry.column));
            let Some(first) = parts.first().copied() else { continue };
            match entry.target {
                ImportTarget::Custom => {
                    values.custom.push((entry.custom_key.as_deref().unwrap_or_default().trim(), first));
                }
                target if target.may_repeat() => match values.many.iter_mut().find(|(t, _)| *t == target) {
                    Some((_, all)) => all.extend(parts),
                    None => values.many.push((target, parts)),
                },
                target => values.one.push((target, first)),
            }
        }
        values
    }
}

impl Values<'_> {
    /// The value of a target that takes one.
    #[must_use]
    pub fn one(&self, target: ImportTarget) -> Given<String> {
        let found = self.one.iter().find(|(t, _)| *t == target);
        found.map_or(Given::Absent, |(_, value)| Given::Value((*value).to_owned()))
    }

    /// The values of a target that takes many, without repetition.
    #[must_use]
    pub fn many(&self, target: ImportTarget) -> Given<Vec<String>> {
        let Some((_, all)) = self.many.iter().find(|(t, _)| *t == target) else { return Given::Absent };
        let mut values: Vec<String> = Vec::with_capacity(all.len());
        for value in all {
            if !values.iter().any(|v| v == value) {
                values.push((*value).to_owned());
            }
        }
        Given::Value(values)
    }

    /// The custom fields: what the organization defined as the values of it, everything else as text.
    ///
    /// # Errors
    /// Every cell that means no value of its field.
    pub fn custom(&self, ground: &Ground) -> Result<Given<Map<String, Value>>, Fields> {
        if self.custom.is_empty() {
            return Ok(Given::Absent);
        }
        let (mut refused, mut custom) = (Fields::default(), Map::new());
        for (key, cell) in &self.custom {
            let key = fields::key_of_path(key).unwrap_or(key);
            let value = match ground.own.find(key) {
                Some(field) => field.read_cell(cell, ground.region.as_deref(), &ground.finder),
                None => Ok(Some(Value::from(*cell))),
            };
            match value {
                Ok(Some(value)) => drop(custom.insert(key.to_owned(), value)),
                Ok(None) => {}
                Err(wrong) => wrong.note(&mut refused, &fields::path(key)),
            }
        }
        refused.finish(|| Given::Value(custom))
    }
}

/// Whether a record can be called by what this column holds.
fn names_a_record(of: RecordType, target: ImportTarget) -> bool {
    use ImportTarget::{CompanyName, ContactName, Email, FirstName, LastName, Name, Phone, TelegramUsername, Title};
    match of {
        RecordType::Company => target == Name,
        RecordType::Contact => matches!(target, Name | FirstName | LastName | Email | Phone | TelegramUsername),
        RecordType::Deal => matches!(target, Title | CompanyName | ContactName),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(column: usize, target: ImportTarget) -> ImportMapping {
        ImportMapping { column, target, custom_key: None }
    }

    fn refused(of: RecordType, columns: Vec<ImportMapping>) -> Vec<String> {
        let refused = Mapping::try_new(of, columns, 3).unwrap_err();
        refused.0.into_iter().map(|f| format!("{} {}", f.field, f.code)).collect()
    }

    #[test]
    fn each_misfit_of_a_mapping_is_named() {
        use ImportTarget::{Custom, Email, Industry, Name};
        let columns = vec![entry(0, Name), entry(0, Email), entry(9, Name), entry(1, Industry), entry(2, Custom)];
        assert_eq!(
            refused(RecordType::Contact, columns),
            [
                "mapping[1].column import.column",
                "mapping[2].column import.column",
                "mapping[2].target import.target_twice",
                "mapping[3].target field.choice.unknown",
                "mapping[4].customKey field.required",
            ]
        );
        assert_eq!(refused(RecordType::Company, vec![entry(0, Email)]), ["mapping import.nothing_to_name"]);
    }

    #[test]
    fn several_columns_of_one_list_come_together() {
        let mapping = Mapping::stored(vec![entry(0, ImportTarget::Email), entry(1, ImportTarget::Email)]);
        let cells: Cells = ["a@x.co; b@x.co", "a@x.co"].into_iter().collect();
        let values = mapping.values(&cells);
        assert_eq!(values.many(ImportTarget::Email), Given::Value(vec!["a@x.co".to_owned(), "b@x.co".to_owned()]));
        assert_eq!(values.one(ImportTarget::Name), Given::Absent);
    }
}
