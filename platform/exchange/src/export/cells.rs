//! Records as the cells of a CSV file. No I/O.

use fields::{CustomField, FieldSet, Readable, key_of_path, path};
use kernel::{FieldError, Fields};
use serde_json::Value;

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

/// The columns of an export: those that are named, else all the known ones, fields of the organization's own before the
/// rest of the custom ones. `more` are there for whoever asks.
///
/// # Errors
/// A refusal of `columns` when one is unknown.
pub fn columns(
    (known, more): (&'static [&'static str], &'static [&'static str]),
    wanted: Option<&str>,
    own: &FieldSet,
) -> Result<Vec<Column>, Fields> {
    let names: Vec<&str> =
        wanted.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        let (before, behind) = known.split_at(known.iter().position(|name| *name == "custom").unwrap_or(known.len()));
        let own = own.shown().cloned().map(Column::Own);
        let known = |names: &[&'static str]| names.iter().copied().map(Column::Known).collect::<Vec<_>>();
        return Ok(known(before).into_iter().chain(own).chain(known(behind)).collect());
    }
    let find = |name: &str| {
        let found = known.iter().chain(more).find(|column| **column == name).copied().map(Column::Known);
        found.or_else(|| own.find(key_of_path(name)?).cloned().map(Column::Own))
    };
    let unknown = || Fields(vec![FieldError::new("columns", "export.column")]);
    names.into_iter().map(|name| find(name).ok_or_else(unknown)).collect()
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
        let names = |wanted| -> Option<Vec<String>> {
            let columns = columns((&["name", "emails", "custom", "createdAt"], &["id"]), wanted, &FieldSet::default());
            Some(columns.ok()?.iter().map(Column::name).collect())
        };
        let expected = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(names(Some("emails, name,id")), expected(&["emails", "name", "id"]));
        assert_eq!(names(None), expected(&["name", "emails", "custom", "createdAt"]));
        assert_eq!(names(Some("jobTitle")), None);
        assert_eq!(names(Some("custom.gone")), None);
    }
}
