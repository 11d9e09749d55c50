//! The one filter language: list filters, bulk selections and (later) audiences and rule conditions. A tree of typed
//! comparisons, checked here against a list of fields; compiled to SQL in `platform/db`.

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Value;

/// Deepest nesting accepted.
const MAX_DEPTH: usize = 8;
/// Most comparisons in one filter.
const MAX_TESTS: usize = 100;
/// Most values in an `in` list.
const MAX_VALUES: usize = 500;

/// A node of a filter.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Filter {
    And { and: Vec<Filter> },
    Or { or: Vec<Filter> },
    Not { not: Box<Filter> },
    Test(Test),
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    pub field: String,
    pub op: Op,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub value: Value,
}

/// Operators; which fit a field depends on its [`FieldType`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Op {
    Eq,
    Ne,
    Contains,
    StartsWith,
    In,
    NotIn,
    Has,
    HasAny,
    HasAll,
    Gt,
    Gte,
    Lt,
    Lte,
    Between,
    IsEmpty,
    IsNotEmpty,
}

/// How a field compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of texts.
    List,
    Number,
    Bool,
    Instant,
    /// A day, `YYYY-MM-DD`.
    Day,
    /// A UUID; `"me"` stands for the acting person where `me` is true.
    Reference {
        me: bool,
    },
    /// A text that stands for something – an option, a member, a record; `"me"` as with a reference.
    Key {
        me: bool,
    },
}

/// Why a filter was refused; `path` points into the filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code} at {field}")]
pub struct FilterError {
    pub field: String,
    pub code: &'static str,
}

impl FilterError {
    fn new(field: &str, code: &'static str) -> Self {
        Self { field: field.to_owned(), code }
    }
}

impl<'de> Deserialize<'de> for Filter {
    // By hand: an untagged enum would hide which part of a bad filter is wrong.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::from_value(value, 0).map_err(D::Error::custom)
    }
}

impl Filter {
    /// Reads a filter from JSON.
    ///
    /// # Errors
    /// `filter.malformed` for another shape, `filter.too_deep` beyond eight levels.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let value = serde_json::from_str(text).map_err(|_| FilterError::new("filter", "filter.malformed"))?;
        Self::from_value(value, 0)
    }

    fn from_value(value: Value, depth: usize) -> Result<Self, FilterError> {
        if depth > MAX_DEPTH {
            return Err(FilterError::new("filter", "filter.too_deep"));
        }
        let malformed = || FilterError::new("filter", "filter.malformed");
        let Value::Object(mut map) = value else { return Err(malformed()) };
        if map.contains_key("field") {
            return serde_json::from_value(Value::Object(map)).map(Self::Test).map_err(|_| malformed());
        }
        let branches = |list: Value| match list {
            Value::Array(items) => items.into_iter().map(|v| Self::from_value(v, depth + 1)).collect(),
            _ => Err(malformed()),
        };
        let filter = match (map.remove("and"), map.remove("or"), map.remove("not")) {
            (Some(list), None, None) => Self::And { and: branches(list)? },
            (None, Some(list), None) => Self::Or { or: branches(list)? },
            (None, None, Some(node)) => Self::Not { not: Box::new(Self::from_value(node, depth + 1)?) },
            _ => return Err(malformed()),
        };
        if map.is_empty() { Ok(filter) } else { Err(malformed()) }
    }

    /// Checks fields, operators and values against what the list knows.
    ///
    /// # Errors
    /// The first test that does not fit, by its field name.
    pub fn check(&self, type_of: &impl Fn(&str) -> Option<FieldType>) -> Result<(), FilterError> {
        let mut tests = 0;
        self.walk(&mut |test| {
            tests += 1;
            if tests > MAX_TESTS {
                return Err(FilterError::new("filter", "filter.too_many"));
            }
            let kind = type_of(&test.field).ok_or_else(|| FilterError::new(&test.field, "filter.unknown_field"))?;
            test.check(kind)
        })
    }

    /// Whether any test is such a one.
    pub fn any(&self, is: &impl Fn(&Test) -> bool) -> bool {
        match self {
            Self::And { and: nodes } | Self::Or { or: nodes } => nodes.iter().any(|node| node.any(is)),
            Self::Not { not } => not.any(is),
            Self::Test(test) => is(test),
        }
    }

    /// The same filter with every test replaced.
    #[must_use]
    pub fn map(self, to: &impl Fn(Test) -> Test) -> Self {
        let all = |nodes: Vec<Self>| nodes.into_iter().map(|node| node.map(to)).collect();
        match self {
            Self::And { and } => Self::And { and: all(and) },
            Self::Or { or } => Self::Or { or: all(or) },
            Self::Not { not } => Self::Not { not: Box::new(not.map(to)) },
            Self::Test(test) => Self::Test(to(test)),
        }
    }

    fn walk(&self, visit: &mut impl FnMut(&Test) -> Result<(), FilterError>) -> Result<(), FilterError> {
        match self {
            Self::And { and: nodes } | Self::Or { or: nodes } => nodes.iter().try_for_each(|n| n.walk(visit)),
            Self::Not { not } => not.walk(visit),
            Self::Test(test) => visit(test),
        }
    }
}

impl Test {
    fn check(&self, kind: FieldType) -> Result<(), FilterError> {
        if !kind.operators().contains(&self.op) {
            return Err(FilterError::new(&self.field, "filter.operator"));
        }
        let fits = match self.op {
            Op::IsEmpty | Op::IsNotEmpty => true,
            Op::In | Op::NotIn | Op::HasAny | Op::HasAll => {
                self.values().is_some_and(|v| v.len() <= MAX_VALUES && v.iter().all(|v| kind.accepts(v)))
            }
            Op::Between => self.values().is_some_and(|v| v.len() == 2 && v.iter().all(|v| kind.accepts(v))),
            _ => kind.accepts(&self.value),
        };
        if fits { Ok(()) } else { Err(FilterError::new(&self.field, "filter.value")) }
    }

    fn values(&self) -> Option<&Vec<Value>> {
        self.value.as_array().filter(|v| !v.is_empty())
    }
}

impl FieldType {
    fn operators(self) -> &'static [Op] {
        use Op::{
            Between, Contains, Eq, Gt, Gte, Has, HasAll, HasAny, In, IsEmpty, IsNotEmpty, Lt, Lte, Ne, NotIn,
            StartsWith,
        };
        match self {
            Self::Text => &[Eq, Ne, Contains, StartsWith, In, NotIn, IsEmpty, IsNotEmpty],
            Self::Choice(_) | Self::Reference { .. } | Self::Key { .. } => &[Eq, Ne, In, NotIn, IsEmpty, IsNotEmpty],
            Self::List => &[Has, HasAny, HasAll, IsEmpty, IsNotEmpty],
            Self::Number | Self::Instant | Self::Day => &[Eq, Gt, Gte, Lt, Lte, Between, IsEmpty, IsNotEmpty],
            Self::Bool => &[Eq],
        }
    }

    fn accepts(self, value: &Value) -> bool {
        match self {
            Self::Text | Self::List => value.as_str().is_some_and(|s| s.len() <= 1000),
            Self::Choice(words) => value.as_str().is_some_and(|s| words.contains(&s)),
            Self::Key { .. } => value.as_str().is_some_and(|s| s.len() <= 100),
            Self::Number => value.is_i64() || value.is_f64(),
            Self::Bool => value.is_boolean(),
            Self::Instant => instant(value).is_some(),
            Self::Day => value.as_str().is_some_and(|day| day.len() == 10 && day.parse::<chrono::NaiveDate>().is_ok()),
            Self::Reference { me } => {
                value.as_str().is_some_and(|s| (me && s == "me") || uuid::Uuid::parse_str(s).is_ok())
            }
        }
    }
}

/// An instant in a filter: RFC 3339 text, or `{"daysAgo": n}` relative to the moment the filter runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InstantValue {
    At(chrono::DateTime<chrono::Utc>),
    DaysAgo(i64),
}

/// Reads an instant value; `None` when it is neither form.
#[must_use]
pub fn instant(value: &Value) -> Option<InstantValue> {
    match value {
        Value::String(text) => chrono::DateTime::parse_from_rfc3339(text).ok().map(|t| InstantValue::At(t.to_utc())),
        Value::Object(map) if map.len() == 1 => {
            map.get("daysAgo")?.as_i64().filter(|d| (0..=36_500).contains(d)).map(InstantValue::DaysAgo)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types(field: &str) -> Option<FieldType> {
        match field {
            "name" => Some(FieldType::Text),
            "tags" => Some(FieldType::List),
            "size" => Some(FieldType::Choice(&["1-10", "500+"])),
            "createdAt" => Some(FieldType::Instant),
            "closesOn" => Some(FieldType::Day),
            "ownerId" => Some(FieldType::Reference { me: true }),
            "custom.who" => Some(FieldType::Key { me: true }),
            _ => None,
        }
    }

    fn check(json: &str) -> Result<(), &'static str> {
        Filter::parse(json).and_then(|f| f.check(&types)).map_err(|e| e.code)
    }

    #[test]
    fn a_nested_filter_of_known_fields_is_accepted() {
        let json = r#"{"and":[{"field":"name","op":"contains","value":"x"},{"or":[{"field":"tags","op":"hasAny","value":["a"]},
            {"not":{"field":"createdAt","op":"gt","value":{"daysAgo":7}}},{"field":"ownerId","op":"eq","value":"me"},
            {"field":"closesOn","op":"between","value":["2026-01-01","2026-12-31"]}]}]}"#;
        assert_eq!(check(json), Ok(()));
    }

    #[test]
    fn each_misfit_has_its_own_code() {
        assert_eq!(check(r#"{"field":"nope","op":"eq","value":1}"#), Err("filter.unknown_field"));
        assert_eq!(check(r#"{"field":"name","op":"gt","value":"x"}"#), Err("filter.operator"));
        assert_eq!(check(r#"{"field":"size","op":"eq","value":"7"}"#), Err("filter.value"));
        assert_eq!(check(r#"{"field":"tags","op":"hasAny","value":[]}"#), Err("filter.value"));
        assert_eq!(check(r#"{"field":"closesOn","op":"lte","value":"2026-02-30"}"#), Err("filter.value"));
        assert_eq!(check(r#"{"field":"custom.who","op":"eq","value":7}"#), Err("filter.value"));
        assert_eq!(check(r#"{"field":"custom.who","op":"contains","value":"x"}"#), Err("filter.operator"));
        assert_eq!(check(r#"{"field":"custom.who","op":"in","value":["me","x"]}"#), Ok(()));
        assert_eq!(check("[]"), Err("filter.malformed"));
        assert_eq!(check(r#"{"and":[],"or":[]}"#), Err("filter.malformed"));
        let deep = format!("{}{}{}", r#"{"not":"#.repeat(20), r#"{"and":[]}"#, "}".repeat(20));
        assert_eq!(check(&deep), Err("filter.too_deep"));
    }

    #[test]
    fn tests_are_looked_for_and_replaced_at_any_depth() {
        let json = r#"{"or":[{"field":"a","op":"isEmpty"},{"not":{"and":[{"field":"b","op":"isEmpty"}]}}]}"#;
        let filter = Filter::parse(json).unwrap();
        assert!(filter.any(&|test| test.field == "b") && !filter.any(&|test| test.field == "c"));
        let mapped = filter.map(&|test| Test { field: format!("x{}", test.field), ..test });
        assert!(mapped.any(&|test| test.field == "xb") && !mapped.any(&|test| test.field == "b"));
    }

    #[test]
    fn a_filter_reads_back_what_it_writes() {
        let json = r#"{"or":[{"field":"name","op":"isEmpty"},{"not":{"and":[]}}]}"#;
        let filter = Filter::parse(json).unwrap();
        assert_eq!(serde_json::to_string(&filter).unwrap(), json);
    }
}
