//! Images: the fields of a record as JSON, as the change log keeps them.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::Change;

/// The image of a new record: only what was filled in.
#[must_use]
pub fn filled_in(image: Value) -> Value {
    let empty = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    };
    match image {
        Value::Object(map) => Value::Object(map.into_iter().filter(|(_, v)| !empty(v)).collect::<Map<_, _>>()),
        other => other,
    }
}

/// Names of the fields that a change is about.
#[must_use]
pub fn changed_fields(change: &Change) -> Vec<&str> {
    change.after.as_ref().and_then(Value::as_object).into_iter().flat_map(Map::keys).map(String::as_str).collect()
}

/// The ids that changes put into a field, each with the record that has it now.
pub fn ids_put(changes: &[Change], field: &str) -> impl Iterator<Item = (Uuid, Uuid)> {
    changes.iter().filter_map(move |change| {
        let id = change.after.as_ref()?.get(field)?.as_str()?.parse().ok()?;
        Some((id, change.subject_id))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_image_of_a_new_record_has_no_empty_fields() {
        let image =
            json!({"name": "A", "tags": [], "custom": {}, "doNotContact": false, "leadScore": 0, "source": null});
        assert_eq!(filled_in(image), json!({"name": "A", "leadScore": 0}));
    }
}
