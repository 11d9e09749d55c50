//! Records as the cells of a CSV file. No I/O.

use fields::{CustomField, FieldSet, Readable, key_of_path, path};
use serde_json::Value;

use crate::{Error, record::RecordKind};

/// Columns of an export, in the order they are written when the caller names none.
const CONTACT_COLUMNS: &[&str] = &[
    "name",
    "firstName",
    "middleName",
    "lastName",
    "jobTitle",
    "companyName",
    "ownerName",
    "emails",
    "phones",
    "telegramUsername",
    "website",
    "linkedinUrl",
    "source",
    "tags",
    "description",
    "leadScore",
    "doNotContact",
    "custom",
    "createdAt",
    "updatedAt",
];

const COMPANY_COLUMNS: &[&str] = &[
    "name",
    "industry",
    "size",
    "description",
    "website",
    "phones",
    "emails",
    "address",
    "ownerName",
    "tags",
    "source",
    "contactCount",
    "custom",
    "createdAt",
    "updatedAt",
];

/// Columns that are there for whoever asks.
const MORE_COLUMNS: &[&str] = &["id"];

/// A column of an export.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    Known(&'static str),
    /// A field that the organization made up.
    Own(CustomField),
}

impl Column {
    /// What the caller names it by.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Known(name) => (*name).to_owned(),
            Self::Own(field) => path(&field.key),
        }
    }

    /// What stands above it: a field's own name, unless another column has that.
    #[must_use]
    pub fn header(&self, all: &[Self]) -> String {
        let Self::Own(field) = self else { return self.name() };
        let same = |other: &&Self| match other {
            Self::Known(name) => *name == field.name,
            Self::Own(other) => other.name == field.name,
        };
        if all.iter().filter(same).count() == 1 { field.name.clone() } else { self.name() }
    }

    /// The cell of a record. The known column `custom` has what the organization did not define.
    #[must_use]
    pub fn cell(&self, record: &Value, own: &FieldSet, names: Readable<'_>) -> String {
        match self {
            Self::Own(field) => harmless(field.readable(&record["custom"][&field.key], names)),
            Self::Known("custom") => {
                let free = record["custom"].as_object().into_iter().flatten();
                let free = free.filter(|(key, _)| own.shown().all(|field| field.key != **key));
                cell(&Value::Object(free.map(|(key, value)| (key.clone(), value.clone())).collect()))
            }
            Self::Known(name) => cell(record.get(name).unwrap_or(&Value::Null)),
        }
    }
}

/// The columns of an export: those that are named, else all of them, fields of the organization's own before the rest of
/// the custom ones.
///
/// # Errors
/// A refusal of `columns` when one is unknown.
pub fn columns(kind: RecordKind, wanted: Option<&str>, own: &FieldSet) -> Result<Vec<Column>, Error> {
    let known = match kind {
        RecordKind::Contact => CONTACT_COLUMNS,
        RecordKind::Company => COMPANY_COLUMNS,
    };
    let names: Vec<&str> =
        wanted.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        let (before, behind) = known.split_at(known.iter().position(|name| *name == "custom").unwrap_or(known.len()));
        let own = own.shown().cloned().map(Column::Own);
        let known = |names: &[&'static str]| names.iter().copied().map(Column::Known).collect::<Vec<_>>();
        return Ok(known(before).into_iter().chain(own).chain(known(behind)).collect());
    }
    let find = |name: &str| {
        let found = known.iter().chain(MORE_COLUMNS).find(|column| **column == name).copied().map(Column::Known);
        found.or_else(|| own.find(key_of_path(name)?).cloned().map(Column::Own))
    };
    names.into_iter().map(|name| find(name).ok_or_else(|| Error::field("columns", "export.column"))).collect()
}

/// The text of a cell: several values are separated by `; `, what is not a text is written as JSON.
#[must_use]
pub fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell_text).collect::<Vec<_>>().join("; "),
        Value::Object(map) if map.is_empty() => String::new(),
        other => other.to_string(),
    };
    harmless(text)
}

fn cell_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Spreadsheets run a cell that begins with `=`, `+`, `-`, `@` or a tab as a formula (OWASP "CSV injection"); an apostrophe
/// makes it text. Phone numbers are left as they are: no formula is made of digits alone.
fn harmless(text: String) -> String {
    let dangerous = text.starts_with(['=', '@', '\t', '\r']) || (text.starts_with(['+', '-']) && !all_phones(&text));
    if dangerous { format!("'{text}") } else { text }
}

fn all_phones(text: &str) -> bool {
    text.split("; ").all(|part| {
        let digits = part.trim_start_matches(['+', '-']);
        !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || " ()-".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cell_that_would_run_is_made_text() {
        for (value, expected) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
            ("+cmd", "'+cmd"),
            ("\t=1", "'\t=1"),
            ("+79125550011", "+79125550011"),
            ("a=b", "a=b"),
            ("Анна", "Анна"),
        ] {
            assert_eq!(cell(&json!(value)), expected);
        }
        assert_eq!(cell(&json!(["+442079460000", "+79125550011"])), "+442079460000; +79125550011");
        assert_eq!(cell(&json!(["+442079460000", "=x"])), "'+442079460000; =x");
    }

    #[test]
    fn what_is_no_text_is_written_plainly() {
        assert_eq!(cell(&json!(null)), "");
        assert_eq!(cell(&json!(7)), "7");
        assert_eq!(cell(&json!(true)), "true");
        assert_eq!(cell(&json!({})), "");
        assert_eq!(cell(&json!({"k": [1]})), r#"{"k":[1]}"#);
    }

    #[test]
    fn columns_are_known_ones_in_the_callers_order() {
        let names = |kind, wanted| -> Option<Vec<String>> {
            let columns = columns(kind, wanted, &FieldSet::default()).ok()?;
            Some(columns.iter().map(Column::name).collect())
        };
        let expected = ["emails", "name", "id"].map(str::to_owned).to_vec();
        assert_eq!(names(RecordKind::Contact, Some("emails, name,id")), Some(expected));
        let all = names(RecordKind::Company, None).unwrap();
        assert_eq!((all[0].as_str(), all.len()), ("name", COMPANY_COLUMNS.len()));
        assert_eq!(names(RecordKind::Company, Some("jobTitle")), None);
        assert_eq!(names(RecordKind::Company, Some("custom.gone")), None);
    }
}
