//! The fields of one kind of record together: what checks, and what names, the values of a record. No I/O.

use std::sync::Arc;

use api::requests::{Form, Given};
use kernel::Fields;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::field::{CustomField, FieldKind, RecordType, path};

/// The fields of one kind of record, in their order, archived ones among them. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct FieldSet {
    fields: Arc<[CustomField]>,
    /// Country of phone numbers without a country code.
    region: Option<Arc<str>>,
}

/// Somebody or something that a value names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Where the value stands: `custom.<key>`.
    pub field: String,
    pub to: Referred,
    pub id: Uuid,
}

/// What a value names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Referred {
    Member,
    Record(RecordType),
}

impl FieldSet {
    #[must_use]
    pub fn new(fields: Vec<CustomField>, region: Option<Arc<str>>) -> Self {
        Self { fields: fields.into(), region }
    }

    /// All of them, archived ones too.
    #[must_use]
    pub fn all(&self) -> &[CustomField] {
        &self.fields
    }

    /// Those that are shown.
    pub fn shown(&self) -> impl Iterator<Item = &CustomField> {
        self.fields.iter().filter(|field| !field.archived)
    }

    /// The field with this key, archived or not.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&CustomField> {
        self.fields.iter().find(|field| field.key == key)
    }

    pub(crate) fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// Fills a record's own fields out of a body, and checks them as [`FieldSet::check`] does.
    pub fn fill(
        &self,
        form: &mut Form<'_>,
        given: &Given<Map<String, Value>>,
        whole: bool,
        custom: &mut Map<String, Value>,
    ) {
        if *given == Given::Absent {
            return;
        }
        let before = custom.clone();
        form.custom(given, whole, custom);
        self.check(&before, custom, &mut form.refused);
    }

    /// Puts the values that differ from those before into the form they are kept in, drops those that are as good as
    /// none, and notes those that do not fit. Keys without a field stay as they are; so does a value that was there
    /// before, whatever became of its field since.
    pub fn check(&self, before: &Map<String, Value>, after: &mut Map<String, Value>, refused: &mut Fields) {
        for (key, given) in std::mem::take(after) {
            let field = self.find(&key).filter(|_| before.get(&key) != Some(&given));
            let kept = match field {
                Some(field) => field.parse(&given, self.region()),
                None => Ok(Some(given).filter(|given| !given.is_null())),
            };
            match kept {
                Ok(Some(value)) => drop(after.insert(key, value)),
                Ok(None) => {}
                Err(wrong) => wrong.note(refused, &path(&key)),
            }
        }
    }

    /// Whether these keys are such that their values may name members or records.
    #[must_use]
    pub fn may_refer<'a>(&self, mut keys: impl Iterator<Item = &'a String>) -> bool {
        keys.any(|key| self.find(key).is_some_and(|field| referred(field).is_some()))
    }

    /// The members and records that checked values name and did not name before.
    #[must_use]
    pub fn references(&self, before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Reference> {
        let new = after.iter().filter(|(key, value)| before.get(*key) != Some(*value));
        let reference = |(key, value): (&String, &Value)| {
            let to = referred(self.find(key)?)?;
            let id = value.as_str()?.parse().ok()?;
            Some(Reference { field: path(key), to, id })
        };
        new.filter_map(reference).collect()
    }
}

fn referred(field: &CustomField) -> Option<Referred> {
    match field.kind {
        FieldKind::User => Some(Referred::Member),
        FieldKind::Relation => field.relation.map(Referred::Record),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::field::testing::field;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn set() -> FieldSet {
        let kinds = [("text", FieldKind::Text), ("choice", FieldKind::Select), ("who", FieldKind::User)];
        let mut fields: Vec<_> = kinds.into_iter().map(|(key, kind)| field(key, kind)).collect();
        fields.push(field("firm", FieldKind::Relation));
        FieldSet::new(fields, None)
    }

    fn check(before: Value, after: Value) -> Result<Value, Vec<String>> {
        let (mut refused, mut after) = (Fields::default(), map(after));
        set().check(&map(before), &mut after, &mut refused);
        let told = |refused: Fields| refused.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect();
        refused.finish(|| Value::Object(after)).map_err(told)
    }

    #[test]
    fn values_are_kept_in_one_form_and_free_keys_are_free() {
        let given = json!({"text": " a ", "choice": "", "inn": 7, "free": {"deep": [null]}, "gone": null});
        let kept = json!({"text": "a", "inn": 7, "free": {"deep": [null]}});
        assert_eq!(check(json!({}), given), Ok(kept));
    }

    #[test]
    fn every_value_that_does_not_fit_is_named() {
        let refused = check(json!({}), json!({"text": 1, "choice": "z", "inn": 7})).unwrap_err();
        assert_eq!(refused, ["custom.choice field.choice.unknown", "custom.text field.type"]);
    }

    #[test]
    fn what_was_there_before_may_stay() {
        let old = json!({"choice": "c", "text": 7});
        assert_eq!(check(old.clone(), old.clone()), Ok(old.clone()));
        assert!(check(old, json!({"choice": "c", "text": 8})).is_err());
    }

    #[test]
    fn new_members_and_records_are_told() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let references = set().references(&map(json!({"who": one})), &map(json!({"who": one, "firm": two, "x": one})));
        let firm = Reference { field: "custom.firm".to_owned(), to: Referred::Record(RecordType::Company), id: two };
        assert_eq!(references, [firm]);
        assert_eq!(set().references(&Map::new(), &map(json!({"who": one})))[0].to, Referred::Member);
        assert!(set().may_refer(["x".to_owned(), "who".to_owned()].iter()));
        assert!(!set().may_refer(["x".to_owned(), "text".to_owned()].iter()));
    }
}
