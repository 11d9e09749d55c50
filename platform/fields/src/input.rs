//! How input becomes a field. No I/O: the id and the instant are given, and what keys are taken.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use kernel::{
    Fields,
    values::{Currency, Line, Problem, name_key},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    field::{CustomField, FieldKind, FieldOption, OptionColor, RecordType},
    key,
};

/// Most fields of a kind of record.
pub const MAX_FIELDS: usize = 100;
/// Most options of a field.
const MAX_OPTIONS: usize = 200;

/// A choice as it is given.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CustomFieldOptionInput)]
pub struct OptionInput {
    /// Of an option that is there; a new one has none.
    #[schema(max_length = 64)]
    pub id: Option<String>,
    #[schema(min_length = 1, max_length = 100)]
    pub label: String,
    pub color: Option<OptionColor>,
    /// No longer offered.
    #[serde(default)]
    pub archived: bool,
}

/// A new field.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CustomFieldInput {
    pub record_type: RecordType,
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    pub kind: FieldKind,
    /// Small Latin letters, digits and underscores, a letter first; made of the name unless given.
    #[schema(max_length = 40)]
    pub key: Option<String>,
    /// For `select` and `multiSelect`.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub options: Vec<OptionInput>,
    /// For `relation`, and needed there: what is named.
    pub relation: Option<RecordType>,
    /// For `money`, and needed there: a code of ISO 4217.
    #[schema(min_length = 3, max_length = 3)]
    pub currency: Option<String>,
}

/// A changed field: what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CustomFieldPatch {
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    /// All options in their order. One that is left out is archived: records may have it.
    #[schema(max_items = 200)]
    pub options: Option<Vec<OptionInput>>,
    /// The new place among the fields, from 0; the others close up.
    #[schema(minimum = 0)]
    pub position: Option<i64>,
    pub archived: Option<bool>,
    /// The version this is based on; another one by now is a conflict.
    pub version: Option<i64>,
}

impl CustomFieldInput {
    /// The field, behind the others.
    ///
    /// # Errors
    /// Every part that was refused.
    pub fn parse(
        self,
        others: &[CustomField],
        now: DateTime<Utc>,
        new_id: &mut dyn FnMut() -> Uuid,
    ) -> Result<CustomField, Fields> {
        let mut refused = Fields::default();
        let name = refused.take("name", Line::<100>::parse(&self.name)).map(Line::into_string).unwrap_or_default();
        let key = self.key(&name, others, &mut refused);
        let options = if takes_options(self.kind) {
            options(&[], &self.options, new_id, &mut refused)
        } else {
            refuse_if(!self.options.is_empty(), "options", "field.options.unfit", &mut refused);
            Vec::new()
        };
        let relation = self.relation();
        refuse_if(self.kind == FieldKind::Relation && relation.is_none(), "relation", "field.required", &mut refused);
        refuse_if(self.relation.is_some() && relation.is_none(), "relation", "field.relation.unfit", &mut refused);
        let currency = self.currency(&mut refused);
        let position = others.iter().map(|field| field.position + 1).max().unwrap_or_default();
        refused.finish(|| CustomField {
            id: new_id(),
            record_type: self.record_type,
            key,
            name,
            kind: self.kind,
            options,
            relation,
            currency,
            position,
            archived: false,
            version: 1,
            created_at: now,
            updated_at: now,
        })
    }

    fn key(&self, name: &str, others: &[CustomField], refused: &mut Fields) -> String {
        let taken = |key: &str| others.iter().any(|field| field.key == key);
        let Some(given) = self.key.as_deref().map(str::trim).filter(|key| !key.is_empty()) else {
            return key::made_of(name, &taken);
        };
        refuse_if(!key::is_key(given), "key", "field.key.invalid", refused);
        refuse_if(taken(given), "key", "field.key.taken", refused);
        given.to_owned()
    }

    fn relation(&self) -> Option<RecordType> {
        self.relation.filter(|_| self.kind == FieldKind::Relation)
    }

    fn currency(&self, refused: &mut Fields) -> Option<String> {
        let given = self.currency.as_deref().filter(|code| !code.trim().is_empty());
        if self.kind != FieldKind::Money {
            refuse_if(given.is_some(), "currency", "field.currency.unfit", refused);
            return None;
        }
        refused.take("currency", Currency::parse(given.unwrap_or_default())).map(Currency::into_string)
    }
}

impl CustomFieldPatch {
    /// The field as it would be, its place aside.
    ///
    /// # Errors
    /// Every part that was refused.
    pub fn apply(&self, current: CustomField, new_id: &mut dyn FnMut() -> Uuid) -> Result<CustomField, Fields> {
        let mut refused = Fields::default();
        let mut field = current;
        if let Some(name) = &self.name
            && let Some(name) = refused.take("name", Line::<100>::parse(name))
        {
            field.name = name.into_string();
        }
        if let Some(given) = &self.options {
            if takes_options(field.kind) {
                field.options = options(&field.options, given, new_id, &mut refused);
            } else {
                refuse_if(!given.is_empty(), "options", "field.options.unfit", &mut refused);
            }
        }
        if self.position.is_some_and(|position| position < 0) {
            let max = i64::try_from(MAX_FIELDS).unwrap_or(i64::MAX);
            refused.refuse_with("position", Problem::NumberRange { min: 0, max });
        }
        field.archived = self.archived.unwrap_or(field.archived);
        refused.finish(|| field)
    }
}

fn takes_options(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Select | FieldKind::MultiSelect)
}

fn refuse_if(refused: bool, field: &str, code: &'static str, fields: &mut Fields) {
    if refused {
        fields.refuse(field, code);
    }
}

/// The options as given, new ones with an id; behind them, archived, those that were there and are left out.
fn options(
    current: &[FieldOption],
    given: &[OptionInput],
    new_id: &mut dyn FnMut() -> Uuid,
    refused: &mut Fields,
) -> Vec<FieldOption> {
    if given.len() > MAX_OPTIONS {
        refused.refuse_with("options", Problem::TooMany { max: MAX_OPTIONS });
        return Vec::new();
    }
    let (mut options, mut labels): (Vec<FieldOption>, HashSet<String>) = (Vec::new(), HashSet::new());
    for (index, input) in given.iter().enumerate() {
        let known = input.id.as_deref().map(|id| current.iter().find(|option| option.id == id));
        let twice = |id: &str| options.iter().any(|option| option.id == id);
        if matches!(known, Some(None)) || input.id.as_deref().is_some_and(twice) {
            refused.refuse(&format!("options[{index}].id"), "reference.unknown");
            continue;
        }
        let field = format!("options[{index}].label");
        let Some(label) = refused.take(&field, Line::<100>::parse(&input.label)) else { continue };
        if !input.archived && !labels.insert(name_key(label.as_str())) {
            refused.refuse(&field, "field.option.twice");
        }
        let known = known.flatten();
        options.push(FieldOption {
            id: known.map_or_else(|| new_id().to_string(), |option| option.id.clone()),
            label: label.into_string(),
            color: input.color.or(known.map(|option| option.color)).unwrap_or(OptionColor::Gray),
            archived: input.archived,
        });
    }
    let left_out: Vec<FieldOption> = current
        .iter()
        .filter(|option| options.iter().all(|kept| kept.id != option.id))
        .map(|option| FieldOption { archived: true, ..option.clone() })
        .collect();
    options.extend(left_out);
    options
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn ids() -> impl FnMut() -> Uuid {
        let mut next = 0;
        move || {
            next += 1;
            Uuid::from_u128(next)
        }
    }

    fn parse(body: Value, others: &[CustomField]) -> Result<CustomField, Vec<String>> {
        let input: CustomFieldInput = serde_json::from_value(body).unwrap();
        let parsed = input.parse(others, DateTime::UNIX_EPOCH, &mut ids());
        parsed.map_err(|refused| refused.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect())
    }

    fn patch(field: &CustomField, body: Value) -> Result<CustomField, Vec<String>> {
        let patch: CustomFieldPatch = serde_json::from_value(body).unwrap();
        let mut next = 100;
        let mut new_id = move || {
            next += 1;
            Uuid::from_u128(next)
        };
        let patched = patch.apply(field.clone(), &mut new_id);
        patched.map_err(|refused| refused.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect())
    }

    #[test]
    fn a_field_gets_a_key_of_its_name_behind_the_others() {
        let first = parse(json!({"recordType": "deal", "name": " Бюджет ", "kind": "text"}), &[]).unwrap();
        assert_eq!((first.key.as_str(), first.name.as_str(), first.position), ("byudzhet", "Бюджет", 0));
        let again = json!({"recordType": "deal", "name": "Бюджет", "kind": "text"});
        let second = parse(again, std::slice::from_ref(&first)).unwrap();
        assert_eq!((second.key.as_str(), second.position), ("byudzhet_2", 1));
        let taken = json!({"recordType": "deal", "name": "X", "kind": "text", "key": "byudzhet"});
        assert_eq!(parse(taken, &[first]), Err(vec!["key field.key.taken".to_owned()]));
    }

    #[test]
    fn each_kind_takes_what_it_needs_and_nothing_else() {
        let body = |kind: &str, more: Value| {
            let mut body = json!({"recordType": "contact", "name": "A", "kind": kind});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            parse(body, &[]).map(|_| ()).map_err(|refused| refused.join(", "))
        };
        let cases = [
            ("money", json!({}), Err("currency field.required")),
            ("money", json!({"currency": "XXX"}), Err("currency field.choice.unknown")),
            ("money", json!({"currency": "eur"}), Ok(())),
            ("text", json!({"currency": "EUR"}), Err("currency field.currency.unfit")),
            ("relation", json!({}), Err("relation field.required")),
            ("relation", json!({"relation": "deal"}), Ok(())),
            ("user", json!({"relation": "deal"}), Err("relation field.relation.unfit")),
            ("select", json!({}), Ok(())),
            (
                "select",
                json!({"options": [{"label": "A"}, {"label": "a"}]}),
                Err("options[1].label field.option.twice"),
            ),
            ("select", json!({"options": [{"label": " "}]}), Err("options[0].label field.required")),
            ("select", json!({"options": [{"id": "x", "label": "A"}]}), Err("options[0].id reference.unknown")),
            ("date", json!({"options": [{"label": "A"}]}), Err("options field.options.unfit")),
            ("text", json!({"key": "No"}), Err("key field.key.invalid")),
            ("text", json!({"name": "", "key": "2"}), Err("name field.required, key field.key.invalid")),
        ];
        for (kind, more, expected) in cases {
            assert_eq!(body(kind, more.clone()), expected.map_err(str::to_owned), "{kind} {more}");
        }
    }

    #[test]
    fn options_are_renamed_reordered_and_archived_but_never_lost() {
        let body = json!({"recordType": "contact", "name": "A", "kind": "select",
            "options": [{"label": "One", "color": "red"}, {"label": "Two"}]});
        let field = parse(body, &[]).unwrap();
        let (one, two) = (field.options[0].id.clone(), field.options[1].id.clone());
        let changed = patch(&field, json!({"options": [{"label": "Three"}, {"id": one, "label": "First"}]})).unwrap();
        let told: Vec<_> = changed.options.iter().map(|o| (o.label.as_str(), o.color, o.archived)).collect();
        let (gray, red) = (OptionColor::Gray, OptionColor::Red);
        assert_eq!(told, [("Three", gray, false), ("First", red, false), ("Two", gray, true)]);
        assert_eq!(changed.options[2].id, two);
        let twice = json!({"options": [{"id": one, "label": "A"}, {"id": one, "label": "B"}]});
        assert_eq!(patch(&field, twice), Err(vec!["options[1].id reference.unknown".to_owned()]));
        let bad = json!({"name": "", "position": -1});
        let refused = vec!["name field.required".to_owned(), "position field.number.range".to_owned()];
        assert_eq!(patch(&field, bad), Err(refused));
        assert!(patch(&field, json!({"archived": true})).unwrap().archived);
    }
}
