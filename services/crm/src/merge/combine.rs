//! What several records become: the rules, over their images. No I/O.

use std::{
    collections::{BTreeMap, HashSet},
    hash::Hash,
};

use kernel::{
    Fields,
    values::{Problem, Tag, Tags},
};
use serde_json::{Map, Value};

use crate::requests::{Form, Given, MAX_CONTACT_POINTS};

/// How one custom field is named.
pub const CUSTOM: &str = "custom.";

/// The image of what these become; the first is the one that stays. `chosen` names the record a field is taken from.
///
/// # Errors
/// Lists and custom fields that are too many together, by their fields.
pub fn combine(images: &[Map<String, Value>], chosen: &BTreeMap<String, usize>) -> Result<Map<String, Value>, Fields> {
    let mut refused = Fields::default();
    let mut combined = Map::new();
    for field in images.first().into_iter().flat_map(Map::keys) {
        let values = || images.iter().map(|image| image.get(field).unwrap_or(&Value::Null));
        let value = match (chosen.get(field), images[0].get(field)) {
            (Some(place), _) => values().nth(*place).cloned().unwrap_or_default(),
            (None, Some(Value::Array(_))) => united(field, values(), &mut refused),
            (None, Some(Value::Object(_))) => Value::Object(key_by_key(values())),
            _ => first_of(values()),
        };
        combined.insert(field.clone(), value);
    }
    for (key, place) in chosen.iter().filter_map(|(field, place)| Some((field.strip_prefix(CUSTOM)?, *place))) {
        choose_custom(&mut combined, key, images.get(place));
    }
    check_custom(&combined, &mut refused);
    refused.finish(|| combined)
}

/// Nothing that anybody entered.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// The first value that is one; else that of the record that stays.
fn first_of<'a>(mut values: impl Iterator<Item = &'a Value> + Clone) -> Value {
    let own = values.clone().next();
    values.find(|value| !is_empty(value)).or(own).cloned().unwrap_or_default()
}

fn key_by_key<'a>(values: impl Iterator<Item = &'a Value> + Clone) -> Map<String, Value> {
    let maps = || values.clone().filter_map(Value::as_object);
    let mut keys = HashSet::new();
    let keys = maps().flat_map(Map::keys).filter(|key| keys.insert(key.as_str()));
    let value = |key: &String| first_of(maps().filter_map(|map| map.get(key)).collect::<Vec<_>>().into_iter());
    keys.map(|key| (key.clone(), value(key))).collect()
}

fn united<'a>(field: &str, values: impl Iterator<Item = &'a Value>, refused: &mut Fields) -> Value {
    let items = values.filter_map(Value::as_array).flatten();
    let (items, max) = if field == "tags" {
        let key = |tag: &&Value| Tag::from_stored(tag.as_str().unwrap_or_default().to_owned()).key();
        (each_once(items, key), Tags::MAX)
    } else {
        (each_once(items, ToString::to_string), MAX_CONTACT_POINTS)
    };
    if items.len() > max {
        refused.refuse_with(field, Problem::TooMany { max });
    }
    Value::Array(items)
}

fn each_once<'a, K: Hash + Eq>(items: impl Iterator<Item = &'a Value>, key: impl Fn(&&'a Value) -> K) -> Vec<Value> {
    let mut seen = HashSet::new();
    items.filter(|item| seen.insert(key(item))).cloned().collect()
}

fn choose_custom(combined: &mut Map<String, Value>, key: &str, image: Option<&Map<String, Value>>) {
    let Some(Value::Object(custom)) = combined.get_mut("custom") else { return };
    match image.and_then(|image| image.get("custom")?.get(key)) {
        Some(value) => drop(custom.insert(key.to_owned(), value.clone())),
        None => drop(custom.remove(key)),
    }
}

/// Refuses more than a record may carry.
fn check_custom(combined: &Map<String, Value>, refused: &mut Fields) {
    if let Some(Value::Object(custom)) = combined.get("custom") {
        let mut form = Form::new(None);
        form.custom(&Given::Value(custom.clone()), true, &mut Map::new());
        refused.0.append(&mut form.refused.0);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn combined(images: Value, chosen: &[(&str, usize)]) -> Result<Value, Vec<String>> {
        let images: Vec<Map<String, Value>> = serde_json::from_value(images).unwrap();
        let chosen = chosen.iter().map(|(field, place)| ((*field).to_owned(), *place)).collect();
        let refusals = |fields: Fields| fields.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect();
        combine(&images, &chosen).map(Value::Object).map_err(refusals)
    }

    #[test]
    fn what_stays_is_kept_and_filled_from_the_others_in_their_order() {
        let images = json!([
            {"name": "A", "source": null, "jobTitle": null, "leadScore": 0, "doNotContact": false},
            {"name": "B", "source": null, "jobTitle": "CEO", "leadScore": 5, "doNotContact": true},
            {"name": "C", "source": "x", "jobTitle": "CFO", "leadScore": 7, "doNotContact": false},
        ]);
        let expected = json!({"name": "A", "source": "x", "jobTitle": "CEO", "leadScore": 0, "doNotContact": true});
        assert_eq!(combined(images.clone(), &[]), Ok(expected));
        let chosen = [("name", 2), ("source", 0), ("doNotContact", 0)];
        let expected = json!({"name": "C", "source": null, "jobTitle": "CEO", "leadScore": 0, "doNotContact": false});
        assert_eq!(combined(images, &chosen), Ok(expected), "what is chosen is taken, be it empty");
    }

    #[test]
    fn lists_are_united_unless_one_is_chosen() {
        let images = json!([
            {"emails": ["a@example.com"], "tags": ["VIP"]},
            {"emails": ["b@example.com", "a@example.com"], "tags": ["vip", "new"]},
        ]);
        let expected = json!({"emails": ["a@example.com", "b@example.com"], "tags": ["VIP", "new"]});
        assert_eq!(combined(images.clone(), &[]), Ok(expected));
        let expected = json!({"emails": ["a@example.com"], "tags": ["vip", "new"]});
        assert_eq!(combined(images, &[("emails", 0), ("tags", 1)]), Ok(expected));
    }

    #[test]
    fn custom_fields_are_filled_and_chosen_one_by_one_or_all_at_once() {
        let images =
            json!([{"custom": {"a": 1, "b": null}}, {"custom": {"a": 2, "b": [], "c": 3}}, {"custom": {"b": "x"}}]);
        assert_eq!(combined(images.clone(), &[]), Ok(json!({"custom": {"a": 1, "b": "x", "c": 3}})));
        let chosen = [("custom.a", 1), ("custom.c", 0)];
        assert_eq!(combined(images.clone(), &chosen), Ok(json!({"custom": {"a": 2, "b": "x"}})));
        assert_eq!(combined(images.clone(), &[("custom", 1)]), Ok(json!({"custom": {"a": 2, "b": [], "c": 3}})));
        let both = [("custom", 1), ("custom.a", 0)];
        assert_eq!(combined(images, &both), Ok(json!({"custom": {"a": 1, "b": [], "c": 3}})));
    }

    #[test]
    fn more_than_a_record_may_have_is_refused() {
        let list = |from: usize| (from..from + 15).map(|n| format!("n{n}@example.com")).collect::<Vec<_>>();
        let tags = |from: usize| (from..from + 30).map(|n| n.to_string()).collect::<Vec<_>>();
        let custom = |from: usize| (from..from + 40).map(|n| (n.to_string(), json!(1))).collect::<Map<_, _>>();
        let images = json!([
            {"emails": list(0), "tags": tags(0), "custom": custom(0)},
            {"emails": list(15), "tags": tags(30), "custom": custom(40)},
        ]);
        let expected = ["emails field.too_many", "tags field.too_many", "custom custom.too_large"];
        let mut refused = combined(images.clone(), &[]).unwrap_err();
        refused.sort();
        let mut sorted = expected.map(str::to_owned);
        sorted.sort();
        assert_eq!(refused, sorted);
        assert!(combined(images, &[("emails", 0), ("tags", 1), ("custom", 0)]).is_ok());
    }
}
