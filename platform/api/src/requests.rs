//! Bodies that create, replace or change a record, and the form that parses them: it collects every refusal with the
//! path of its field. The three bodies of a kind of record come from one table of fields, so they cannot drift apart.

use std::collections::HashSet;

use kernel::{
    Fields,
    values::{Email, Line, Paragraph, Phone, Problem, Tags, optional},
};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use utoipa::openapi::{Array, ArrayBuilder, ObjectBuilder, SchemaFormat, schema::Type};

/// A field of a body: left out, cleared, or given.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Given<T> {
    #[default]
    Absent,
    Null,
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

impl<T> From<Option<T>> for Given<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T> Given<T> {
    /// In a body that replaces a record, what is left out is cleared.
    #[must_use]
    pub fn or_null(self) -> Self {
        match self {
            Self::Absent => Self::Null,
            given => given,
        }
    }

    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }
}

/// Declares the bodies of `POST`, `PUT` and `PATCH` from one table of fields. A field marked `(required)` is so in the
/// documentation of the first two. Fields in braces after the name of the first body are its own.
#[macro_export]
macro_rules! request_bodies {
    ($input:ident $({ $($(#[$extra_attr:meta])* $extra:ident: $extra_type:ty,)* })?, $replace:ident, $patch:ident { $($(#[$attr:meta])* $field:ident $(($needed:ident))?: $type:ty,)* }) => {
        /// A new record.
        #[derive(Clone, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields, rename_all = "camelCase")]
        pub struct $input {
            $($(#[$attr])* $(#[schema($needed)])? #[serde(default)] pub $field: $crate::requests::Given<$type>,)*
            $($($(#[$extra_attr])* pub $extra: $extra_type,)*)?
        }

        /// The whole record: what is left out is cleared.
        #[derive(Clone, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields, rename_all = "camelCase")]
        pub struct $replace {
            $($(#[$attr])* $(#[schema($needed)])? #[serde(default)] pub $field: $crate::requests::Given<$type>,)*
            /// The version this is based on; another one by now is a conflict.
            pub version: Option<i64>,
        }

        /// Some fields: what is left out stays, null clears.
        #[derive(Clone, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields, rename_all = "camelCase")]
        pub struct $patch {
            $($(#[$attr])* #[serde(default)] pub $field: $crate::requests::Given<$type>,)*
            /// The version this is based on; another one by now is a conflict.
            pub version: Option<i64>,
            /// Whether it takes the place of the whole record: custom fields that it leaves out are cleared then.
            #[serde(skip)]
            pub whole: bool,
        }

        impl From<$input> for $patch {
            fn from(input: $input) -> Self {
                Self { $($field: input.$field,)* version: None, whole: true }
            }
        }

        impl From<$replace> for $patch {
            fn from(replace: $replace) -> Self {
                Self { $($field: replace.$field.or_null(),)* version: replace.version, whole: true }
            }
        }
    };
}

pub use crate::request_bodies;

/// Schema of a list of e-mail addresses.
pub fn emails_schema() -> Array {
    list_schema(text_schema().max_length(Some(254)).format(Some(SchemaFormat::Custom("idn-email".to_owned()))), 20)
}

/// Schema of a list of phone numbers.
pub fn phones_schema() -> Array {
    list_schema(text_schema().max_length(Some(64)).description(Some("Any way of writing; kept as E.164.")), 20)
}

/// Schema of a list of tags.
pub fn tags_schema() -> Array {
    list_schema(text_schema().min_length(Some(1)).max_length(Some(50)), 50)
}

fn text_schema() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn list_schema(items: ObjectBuilder, max: usize) -> Array {
    ArrayBuilder::new().items(items).max_items(Some(max)).build()
}

/// Most e-mail addresses, and most phones, of a record.
pub const MAX_CONTACT_POINTS: usize = 20;
/// Most custom fields of a record: those of the organization, and as many free ones.
const MAX_CUSTOM_KEYS: usize = 200;
const MAX_CUSTOM_BYTES: usize = 64 * 1024;

/// Parses given fields into the values they replace.
pub struct Form<'a> {
    pub refused: Fields,
    /// Country of phone numbers without a country code.
    region: Option<&'a str>,
}

impl<'a> Form<'a> {
    #[must_use]
    pub fn new(region: Option<&'a str>) -> Self {
        Self { refused: Fields::default(), region }
    }

    /// A field of one value; blank is as good as null.
    pub fn value<T: Into<V>, V>(
        &mut self,
        field: &str,
        given: &Given<String>,
        into: &mut Option<V>,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) {
        match given {
            Given::Absent => {}
            Given::Null => *into = None,
            Given::Value(raw) => {
                if let Some(value) = self.refused.take(field, optional(raw, parse)) {
                    *into = value.map(Into::into);
                }
            }
        }
    }

    /// A field of one line.
    pub fn line<const MAX: usize>(&mut self, field: &str, given: &Given<String>, into: &mut Option<String>) {
        self.value(field, given, into, |raw| Line::<MAX>::parse(raw).map(Line::into_string));
    }

    /// A field of several lines.
    pub fn paragraph<const MAX: usize>(&mut self, field: &str, given: &Given<String>, into: &mut Option<String>) {
        self.value(field, given, into, |raw| Paragraph::<MAX>::parse(raw).map(Paragraph::into_string));
    }

    pub fn emails(&mut self, given: &Given<Vec<String>>, into: &mut Vec<String>) {
        self.list("emails", given, into, |raw| Email::parse(raw).map(Email::into_string));
    }

    pub fn phones(&mut self, given: &Given<Vec<String>>, into: &mut Vec<String>) {
        let region = self.region;
        self.list("phones", given, into, |raw| Phone::parse(raw, region).map(Phone::into_string));
    }

    /// A field of several values, each once; blank ones are skipped.
    fn list(
        &mut self,
        field: &str,
        given: &Given<Vec<String>>,
        into: &mut Vec<String>,
        parse: impl Fn(&str) -> Result<String, Problem>,
    ) {
        let raw = match given {
            Given::Absent => return,
            Given::Null => return into.clear(),
            Given::Value(raw) => raw,
        };
        if raw.len() > MAX_CONTACT_POINTS {
            return self.refused.refuse_with(field, Problem::TooMany { max: MAX_CONTACT_POINTS });
        }
        let mut seen = HashSet::new();
        let parsed = raw
            .iter()
            .enumerate()
            .filter_map(|(index, one)| self.refused.take(&format!("{field}[{index}]"), optional(one, &parse))?)
            .filter(|value| seen.insert(value.clone()));
        *into = parsed.collect();
    }

    pub fn tags(&mut self, given: &Given<Vec<String>>, into: &mut Vec<String>) {
        match given {
            Given::Absent => {}
            Given::Null => into.clear(),
            Given::Value(raw) => {
                let before = self.refused.0.len();
                for (index, tag) in raw.iter().enumerate() {
                    self.refused.take(&format!("tags[{index}]"), optional(tag, kernel::values::Tag::parse));
                }
                if self.refused.0.len() == before
                    && let Some(tags) = self.refused.take("tags", Tags::parse(raw.iter().map(String::as_str)))
                {
                    *into = tags.iter().map(|tag| tag.as_str().to_owned()).collect();
                }
            }
        }
    }

    pub fn number(&mut self, field: &str, given: &Given<i64>, into: &mut Option<i64>, (min, max): (i64, i64)) {
        match given {
            Given::Absent => {}
            Given::Null => *into = None,
            Given::Value(number) if (min..=max).contains(number) => *into = Some(*number),
            Given::Value(_) => self.refused.refuse_with(field, Problem::NumberRange { min, max }),
        }
    }

    /// Fields that the organization made up itself: those that are given, null for none; in a `whole` record those that
    /// are left out are cleared.
    pub fn custom(&mut self, given: &Given<Map<String, Value>>, whole: bool, into: &mut Map<String, Value>) {
        match given {
            Given::Absent => {}
            Given::Null => into.clear(),
            Given::Value(map) => {
                let mut merged = if whole { Map::new() } else { into.clone() };
                merged.extend(map.iter().map(|(key, value)| (storable(key), storable_value(value))));
                let bytes = serde_json::to_vec(&merged).map_or(usize::MAX, |json| json.len());
                if merged.len() > MAX_CUSTOM_KEYS || bytes > MAX_CUSTOM_BYTES {
                    self.refused.refuse("custom", "custom.too_large");
                } else {
                    *into = merged.into_iter().filter(|(_, value)| !value.is_null()).collect();
                }
            }
        }
    }
}

/// PostgreSQL keeps no NUL in JSON.
fn storable(text: &str) -> String {
    text.replace('\0', "")
}

/// The value without what PostgreSQL cannot keep in JSON.
#[must_use]
pub fn storable_value(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(storable(text)),
        Value::Array(items) => Value::Array(items.iter().map(storable_value).collect()),
        Value::Object(map) => Value::Object(map.iter().map(|(k, v)| (storable(k), storable_value(v))).collect()),
        other => other.clone(),
    }
}

/// Sets a field that has no empty value, only "keep" and a new one.
pub fn set<T: Clone + Default>(given: &Given<T>, into: &mut T) {
    match given {
        Given::Absent => {}
        Given::Null => *into = T::default(),
        Given::Value(value) => *into = value.clone(),
    }
}

/// Sets a field that may be empty.
pub fn set_option<T: Clone>(given: &Given<T>, into: &mut Option<T>) {
    match given {
        Given::Absent => {}
        Given::Null => *into = None,
        Given::Value(value) => *into = Some(value.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusals(form: &Form<'_>) -> Vec<(String, String)> {
        form.refused.0.iter().map(|f| (f.field.clone(), f.code.to_string())).collect()
    }

    #[test]
    fn a_field_is_absent_null_or_given() {
        #[derive(Deserialize)]
        #[serde(default)]
        #[derive(Default)]
        struct Body {
            a: Given<u8>,
            b: Given<u8>,
            c: Given<u8>,
        }
        let body: Body = serde_json::from_value(json!({"b": null, "c": 1})).unwrap();
        assert_eq!((body.a, body.b, body.c), (Given::Absent, Given::Null, Given::Value(1)));
    }

    #[test]
    fn every_bad_value_of_a_list_is_named_by_its_place() {
        let mut form = Form::new(None);
        let mut emails = vec!["old@example.com".to_owned()];
        let given = Given::Value(["a@example.com", "nonsense", "", "A@example.com", "x@"].map(str::to_owned).to_vec());
        form.emails(&given, &mut emails);
        assert_eq!(refusals(&form).iter().map(|r| r.0.as_str()).collect::<Vec<_>>(), ["emails[1]", "emails[4]"]);
        assert_eq!(emails, ["a@example.com"]);
    }

    #[test]
    fn too_many_values_are_refused_as_a_whole() {
        let mut form = Form::new(None);
        form.phones(&Given::Value(vec!["+442079460000".to_owned(); 21]), &mut Vec::new());
        assert_eq!(refusals(&form), [("phones".to_owned(), "field.too_many".to_owned())]);
    }

    #[test]
    fn custom_fields_lose_what_a_database_cannot_keep_and_are_bounded() {
        let mut form = Form::new(None);
        let mut custom = Map::new();
        let given = json!({"a\u{0}": ["x\u{0}y", {"k": "\u{0}"}]});
        form.custom(&Given::Value(given.as_object().unwrap().clone()), false, &mut custom);
        assert_eq!(Value::Object(custom.clone()), json!({"a": ["xy", {"k": ""}]}));
        let many: Map<_, _> = (0..201).map(|n| (n.to_string(), Value::Null)).collect();
        form.custom(&Given::Value(many), false, &mut custom);
        let long = json!({"a": "x".repeat(65 * 1024)});
        form.custom(&Given::Value(long.as_object().unwrap().clone()), false, &mut custom);
        assert_eq!(refusals(&form).len(), 2);
    }

    #[test]
    fn custom_fields_are_given_one_by_one_or_all_together() {
        let map = |value: Value| value.as_object().unwrap().clone();
        let old = map(json!({"a": 1, "b": 2}));
        for (given, whole, expected) in [
            (json!({"b": 3, "c": 4}), false, json!({"a": 1, "b": 3, "c": 4})),
            (json!({"b": null}), false, json!({"a": 1})),
            (json!({"b": 3, "c": null}), true, json!({"b": 3})),
        ] {
            let (mut form, mut custom) = (Form::new(None), old.clone());
            form.custom(&Given::Value(map(given)), whole, &mut custom);
            assert_eq!((Value::Object(custom), form.refused.0.len()), (expected, 0));
        }
    }
}
