//! Values as the cells of a table: readable ones for an export, and values out of the cells of an import. No I/O: names
//! are given, and how to find who or what a name means.

use std::collections::HashMap;

use kernel::values::name_key;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    field::{CustomField, FieldKind, FieldOption},
    number,
    value::{Wrong, as_number},
};

/// What stands between several values of a cell.
const SEPARATOR: &str = "; ";

/// Names for an export.
#[derive(Clone, Copy, Debug)]
pub struct Readable<'a> {
    pub members: &'a HashMap<Uuid, String>,
    pub records: &'a HashMap<Uuid, String>,
}

/// Who and what the cells of an import may mean.
pub trait People {
    /// The only member of this name, e-mail address or id.
    fn member(&self, text: &str) -> Option<Uuid>;
    /// The only record of this name, or id.
    fn record(&self, of: crate::RecordType, text: &str) -> Option<Uuid>;
}

impl CustomField {
    /// The text of a cell: labels of options, names of members and records, amounts in whole units.
    #[must_use]
    pub fn readable(&self, value: &Value, names: Readable<'_>) -> String {
        let named = |names: &HashMap<Uuid, String>| {
            let id = value.as_str().unwrap_or_default();
            id.parse().ok().and_then(|id: Uuid| names.get(&id).cloned()).unwrap_or_else(|| id.to_owned())
        };
        let label = |value: &Value| {
            let id = value.as_str().unwrap_or_default();
            self.option(id).map_or_else(|| id.to_owned(), |option| option.label.clone())
        };
        match (self.kind, value) {
            (_, Value::Null) => String::new(),
            (FieldKind::Select, Value::String(_)) => label(value),
            (FieldKind::MultiSelect, Value::Array(chosen)) => {
                chosen.iter().map(label).collect::<Vec<_>>().join(SEPARATOR)
            }
            (FieldKind::User, Value::String(_)) => named(names.members),
            (FieldKind::Relation, Value::String(_)) => named(names.records),
            (FieldKind::Money, Value::Number(minor)) => {
                let currency = self.currency.as_deref().unwrap_or_default();
                minor.as_i64().map_or_else(|| minor.to_string(), |minor| number::major_units(minor, currency))
            }
            (_, Value::String(text)) => text.clone(),
            (_, other) => other.to_string(),
        }
    }

    /// The value that a cell means; `None` for an empty one.
    ///
    /// # Errors
    /// Why it means none.
    pub fn read_cell(&self, cell: &str, region: Option<&str>, people: &dyn People) -> Result<Option<Value>, Wrong> {
        let text = cell.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let value = match self.kind {
            FieldKind::Number => {
                let plain = number::plain_number(text).and_then(|plain| plain.parse().ok());
                as_number(plain.ok_or(Wrong::Code("field.number.invalid"))?)
            }
            FieldKind::Money => {
                let currency = self.currency.as_deref().unwrap_or_default();
                let minor = number::plain_number(text).and_then(|plain| number::minor_units(&plain, currency));
                Value::from(minor.ok_or(Wrong::Code("field.number.invalid"))?)
            }
            FieldKind::Date => Value::from(number::day(text).ok_or(Wrong::Code("field.day.invalid"))?.to_string()),
            FieldKind::Checkbox => Value::from(flag(text).ok_or(Wrong::Code("field.flag.invalid"))?),
            FieldKind::Select => Value::from(self.labelled(text)?.id.as_str()),
            FieldKind::MultiSelect => self.labelled_all(text)?,
            FieldKind::User => Value::from(people.member(text).ok_or(Wrong::Code("field.member.unknown"))?.to_string()),
            FieldKind::Relation => {
                let found = self.relation.and_then(|of| people.record(of, text));
                Value::from(found.ok_or(Wrong::Code("reference.unknown"))?.to_string())
            }
            _ => Value::from(text),
        };
        self.parse(&value, region)
    }

    /// The option with this label, or id.
    fn labelled(&self, text: &str) -> Result<&FieldOption, Wrong> {
        let key = name_key(text.trim());
        let offered = || self.options.iter().filter(|option| !option.archived);
        let by_label = offered().find(|option| name_key(&option.label) == key);
        let found = by_label.or_else(|| offered().find(|option| option.id == text.trim()));
        found.ok_or(kernel::values::Problem::ChoiceUnknown.into())
    }

    /// The options of a cell: one label, or several behind each other. A label may have a comma in it.
    fn labelled_all(&self, text: &str) -> Result<Value, Wrong> {
        if let Ok(one) = self.labelled(text) {
            return Ok(vec![one.id.as_str()].into());
        }
        let mut ids = Vec::new();
        for part in text.split([';', '|', '\n', '\r']).map(str::trim).filter(|part| !part.is_empty()) {
            match self.labelled(part) {
                Ok(option) => ids.push(option.id.as_str()),
                Err(_) => {
                    for part in part.split(',').map(str::trim).filter(|part| !part.is_empty()) {
                        ids.push(self.labelled(part)?.id.as_str());
                    }
                }
            }
        }
        Ok(ids.into())
    }
}

fn flag(text: &str) -> Option<bool> {
    match name_key(text).as_str() {
        "true" | "yes" | "y" | "1" | "x" | "on" | "+" | "✓" | "да" | "истина" | "д" => Some(true),
        "false" | "no" | "n" | "0" | "off" | "-" | "нет" | "ложь" | "н" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{RecordType, field::testing::field};

    struct Known;

    impl People for Known {
        fn member(&self, text: &str) -> Option<Uuid> {
            let anna = Uuid::from_u128(1);
            (text == "Anna" || text == anna.to_string()).then_some(anna)
        }

        fn record(&self, of: RecordType, text: &str) -> Option<Uuid> {
            (of == RecordType::Company && text == "Acme").then_some(Uuid::from_u128(2))
        }
    }

    /// Value, its cell, and other cells that mean the same.
    #[test]
    fn what_is_written_into_a_cell_is_read_back() {
        let (anna, acme) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let (members, records) =
            (HashMap::from([(anna, "Anna".to_owned())]), HashMap::from([(acme, "Acme".to_owned())]));
        let names = Readable { members: &members, records: &records };
        let cases: [(FieldKind, Value, &str, &[&str]); 13] = [
            (FieldKind::Text, json!("a, b"), "a, b", &[" a, b "]),
            (FieldKind::LongText, json!("a\nb"), "a\nb", &["a\r\nb"]),
            (FieldKind::Number, json!(1234.5), "1234.5", &["1 234,5", "1,234.5"]),
            (FieldKind::Money, json!(125_050), "1250.50", &["1 250,50 €", "1250.5"]),
            (FieldKind::Date, json!("2026-01-31"), "2026-01-31", &["31.01.2026"]),
            (FieldKind::Select, json!("a"), "Option A", &["option a", "a"]),
            (FieldKind::MultiSelect, json!(["a", "b"]), "Option A; Option B", &["option a,OPTION B", "a|b"]),
            (FieldKind::Checkbox, json!(true), "true", &["yes", "да", "1"]),
            (FieldKind::Url, json!("https://example.com/a"), "https://example.com/a", &[]),
            (FieldKind::Email, json!("a@example.com"), "a@example.com", &[]),
            (FieldKind::Phone, json!("+442079460000"), "+442079460000", &["+44 20 7946 0000"]),
            (FieldKind::User, json!(anna), "Anna", &["00000000-0000-0000-0000-000000000001"]),
            (FieldKind::Relation, json!(acme), "Acme", &[]),
        ];
        for (kind, value, cell, more) in cases {
            let field = field("k", kind);
            assert_eq!(field.readable(&value, names), cell, "{kind:?}");
            for cell in more.iter().chain([&cell]) {
                assert_eq!(field.read_cell(cell, None, &Known), Ok(Some(value.clone())), "{kind:?} {cell}");
            }
            assert_eq!(field.read_cell("  ", None, &Known), Ok(None), "{kind:?}");
        }
    }

    #[test]
    fn a_cell_that_means_nothing_says_why() {
        for (kind, cell, code) in [
            (FieldKind::Number, "many", "field.number.invalid"),
            (FieldKind::Money, "1.234 ", "field.number.invalid"),
            (FieldKind::Date, "soon", "field.day.invalid"),
            (FieldKind::Select, "Option C", "field.choice.unknown"),
            (FieldKind::MultiSelect, "Option A; Other", "field.choice.unknown"),
            (FieldKind::Checkbox, "maybe", "field.flag.invalid"),
            (FieldKind::User, "Nobody", "field.member.unknown"),
            (FieldKind::Relation, "Nobody", "reference.unknown"),
            (FieldKind::Email, "nobody", "field.email.invalid"),
        ] {
            let wrong = match field("k", kind).read_cell(cell, None, &Known).unwrap_err() {
                Wrong::Problem(problem) => problem.code(),
                Wrong::Code(code) => code,
            };
            assert_eq!(wrong, code, "{kind:?} {cell}");
        }
    }

    #[test]
    fn what_cannot_be_named_is_written_as_it_is() {
        let none = HashMap::new();
        let names = Readable { members: &none, records: &none };
        for (kind, value, cell) in [
            (FieldKind::Select, json!("gone"), "gone"),
            (FieldKind::User, json!("x"), "x"),
            (FieldKind::Number, json!("7 apples"), "7 apples"),
            (FieldKind::Text, json!({"free": 1}), r#"{"free":1}"#),
            (FieldKind::Text, json!(null), ""),
        ] {
            assert_eq!(field("k", kind).readable(&value, names), cell);
        }
    }
}
