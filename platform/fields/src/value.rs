//! One value of a field: whether it fits, and the form it is kept in. No I/O: whether a member or a record that it names
//! is there is asked by whoever stores it.

use chrono::NaiveDate;
use kernel::{
    Fields,
    values::{Email, Line, Paragraph, Phone, Problem, WebUrl, optional},
};
use serde_json::{Number, Value};
use uuid::Uuid;

use crate::field::{CustomField, FieldKind};

/// Largest number, and largest amount in minor units: what any JSON reader takes without loss.
pub(crate) const MAX_NUMBER: i64 = 1_000_000_000_000_000;
const MAX_FLOAT: f64 = 1e15;
/// Most options of one value.
const MAX_CHOSEN: usize = 200;

/// Why a value was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    Problem(Problem),
    Code(&'static str),
}

impl From<Problem> for Wrong {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// Another type of JSON than the field's.
const TYPE: Wrong = Wrong::Code("field.type");

impl Wrong {
    /// Notes it under the name of the field.
    pub fn note(self, refused: &mut Fields, field: &str) {
        match self {
            Self::Problem(problem) => refused.refuse_with(field, problem),
            Self::Code(code) => refused.refuse(field, code),
        }
    }
}

impl CustomField {
    /// The value in the form it is kept in; `None` when it is as good as none.
    ///
    /// # Errors
    /// Why it does not fit.
    pub fn parse(&self, value: &Value, region: Option<&str>) -> Result<Option<Value>, Wrong> {
        if value.is_null() {
            return Ok(None);
        }
        match self.kind {
            FieldKind::Number => number(value).map(Some),
            FieldKind::Money => amount(value).map(Some),
            FieldKind::Checkbox => value.is_boolean().then(|| Some(value.clone())).ok_or(TYPE),
            FieldKind::MultiSelect => self.chosen(value),
            _ => {
                let text = value.as_str().ok_or(TYPE)?;
                Ok(self.text(text, region)?.map(Value::String))
            }
        }
    }

    /// The text of a field of one text; `None` when there is nothing to be seen in it.
    fn text(&self, text: &str, region: Option<&str>) -> Result<Option<String>, Wrong> {
        let parsed = match self.kind {
            FieldKind::LongText => optional(text, Paragraph::<10_000>::parse)?.map(Paragraph::into_string),
            FieldKind::Url => optional(text, WebUrl::parse)?.map(WebUrl::into_string),
            FieldKind::Email => optional(text, Email::parse)?.map(Email::into_string),
            FieldKind::Phone => optional(text, |raw| Phone::parse(raw, region))?.map(Phone::into_string),
            FieldKind::Date => match text.trim() {
                "" => None,
                day => Some(iso_day(day).ok_or(Wrong::Code("field.day.invalid"))?.to_string()),
            },
            FieldKind::Select => match text.trim() {
                "" => None,
                id => Some(self.offered(id)?.to_owned()),
            },
            FieldKind::User | FieldKind::Relation => match text.trim() {
                "" => None,
                id => Some(Uuid::parse_str(id).map_err(|_| Wrong::Code("reference.unknown"))?.to_string()),
            },
            _ => optional(text, Line::<1000>::parse)?.map(Line::into_string),
        };
        Ok(parsed)
    }

    fn offered(&self, id: &str) -> Result<&str, Wrong> {
        let offered = self.option(id).filter(|option| !option.archived);
        offered.map(|option| option.id.as_str()).ok_or(Problem::ChoiceUnknown.into())
    }

    /// The options of a value, each once.
    fn chosen(&self, value: &Value) -> Result<Option<Value>, Wrong> {
        let given = value.as_array().ok_or(TYPE)?;
        if given.len() > MAX_CHOSEN {
            return Err(Problem::TooMany { max: MAX_CHOSEN }.into());
        }
        let mut chosen: Vec<&str> = Vec::with_capacity(given.len());
        for id in given {
            let id = self.offered(id.as_str().ok_or(TYPE)?)?;
            if !chosen.contains(&id) {
                chosen.push(id);
            }
        }
        Ok((!chosen.is_empty()).then(|| chosen.into()))
    }
}

/// A day written as `2026-01-31`, of a year with four digits.
pub(crate) fn iso_day(raw: &str) -> Option<NaiveDate> {
    raw.parse().ok().filter(|day: &NaiveDate| day.to_string() == raw && raw.len() == 10)
}

fn number(value: &Value) -> Result<Value, Wrong> {
    let number = value.as_f64().ok_or(TYPE)?;
    within(number.abs() <= MAX_FLOAT)?;
    Ok(as_number(number))
}

/// Whole numbers without a fraction, so that 1 and 1.0 are one value.
#[expect(clippy::cast_possible_truncation, reason = "it is whole, and small enough")]
pub(crate) fn as_number(number: f64) -> Value {
    let whole = number.fract() == 0.0 && number.abs() <= MAX_FLOAT;
    if whole { Value::from(number as i64) } else { Number::from_f64(number).map_or(Value::Null, Value::Number) }
}

fn amount(value: &Value) -> Result<Value, Wrong> {
    let minor = value.as_i64().ok_or(TYPE)?;
    within((-MAX_NUMBER..=MAX_NUMBER).contains(&minor))?;
    Ok(Value::from(minor))
}

fn within(fits: bool) -> Result<(), Wrong> {
    if fits { Ok(()) } else { Err(Problem::NumberRange { min: -MAX_NUMBER, max: MAX_NUMBER }.into()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::field::testing::field;

    /// What each kind takes, with the form it is kept in.
    #[test]
    fn each_kind_keeps_what_fits_in_one_form() {
        let id = Uuid::max();
        for (kind, given, kept) in [
            (FieldKind::Text, json!("  A \u{200b} b "), json!("A b")),
            (FieldKind::LongText, json!("a\r\nb"), json!("a\nb")),
            (FieldKind::Number, json!(1.5), json!(1.5)),
            (FieldKind::Number, json!(2.0), json!(2)),
            (FieldKind::Number, json!(-7), json!(-7)),
            (FieldKind::Money, json!(12_550), json!(12_550)),
            (FieldKind::Date, json!("2026-01-31"), json!("2026-01-31")),
            (FieldKind::Select, json!("a"), json!("a")),
            (FieldKind::MultiSelect, json!(["b", "a", "b"]), json!(["b", "a"])),
            (FieldKind::Checkbox, json!(false), json!(false)),
            (FieldKind::Url, json!("Example.com"), json!("https://example.com/")),
            (FieldKind::Email, json!("A@Example.com"), json!("a@example.com")),
            (FieldKind::Phone, json!("+44 20 7946 0000"), json!("+442079460000")),
            (FieldKind::User, json!(id.simple().to_string()), json!(id.to_string())),
            (FieldKind::Relation, json!(id), json!(id)),
        ] {
            let parsed = field("k", kind).parse(&given, None);
            let kept = match kind {
                // As the value types write them.
                FieldKind::Url => json!(WebUrl::parse("Example.com").unwrap().as_str()),
                FieldKind::Email => json!(Email::parse("A@Example.com").unwrap().as_str()),
                _ => kept,
            };
            assert_eq!(parsed, Ok(Some(kept)), "{kind:?} {given}");
        }
    }

    #[test]
    fn what_is_empty_is_none() {
        for (kind, given) in [
            (FieldKind::Text, json!("  ")),
            (FieldKind::LongText, json!("\n")),
            (FieldKind::Date, json!("")),
            (FieldKind::Select, json!("")),
            (FieldKind::MultiSelect, json!([])),
            (FieldKind::Url, json!(" ")),
            (FieldKind::Email, json!("")),
            (FieldKind::Phone, json!("")),
            (FieldKind::User, json!("")),
            (FieldKind::Relation, json!("")),
            (FieldKind::Number, json!(null)),
            (FieldKind::Checkbox, json!(null)),
        ] {
            assert_eq!(field("k", kind).parse(&given, None), Ok(None), "{kind:?} {given}");
        }
    }

    #[test]
    fn what_does_not_fit_says_why() {
        let code = |wrong: Wrong| match wrong {
            Wrong::Problem(problem) => problem.code(),
            Wrong::Code(code) => code,
        };
        for (kind, given, expected) in [
            (FieldKind::Text, json!(7), "field.type"),
            (FieldKind::Text, json!("x".repeat(1001)), "field.too_long"),
            (FieldKind::LongText, json!("x".repeat(10_001)), "field.too_long"),
            (FieldKind::Number, json!("7"), "field.type"),
            (FieldKind::Number, json!(1e16), "field.number.range"),
            (FieldKind::Money, json!(1.5), "field.type"),
            (FieldKind::Money, json!(1_000_000_000_000_001_i64), "field.number.range"),
            (FieldKind::Date, json!("31.01.2026"), "field.day.invalid"),
            (FieldKind::Date, json!("2026-02-30"), "field.day.invalid"),
            (FieldKind::Date, json!(20_260_131), "field.type"),
            (FieldKind::Select, json!("Option A"), "field.choice.unknown"),
            (FieldKind::Select, json!("c"), "field.choice.unknown"),
            (FieldKind::Select, json!(["a"]), "field.type"),
            (FieldKind::MultiSelect, json!("a"), "field.type"),
            (FieldKind::MultiSelect, json!(["a", "z"]), "field.choice.unknown"),
            (FieldKind::MultiSelect, json!([1]), "field.type"),
            (FieldKind::Checkbox, json!("yes"), "field.type"),
            (FieldKind::Url, json!("ftp://x.example"), "field.url.scheme"),
            (FieldKind::Email, json!("nobody"), "field.email.invalid"),
            (FieldKind::Phone, json!("12"), "field.phone.invalid"),
            (FieldKind::User, json!("me"), "reference.unknown"),
            (FieldKind::Relation, json!({"id": 1}), "field.type"),
        ] {
            assert_eq!(field("k", kind).parse(&given, None).map_err(code), Err(expected), "{kind:?} {given}");
        }
    }
}
