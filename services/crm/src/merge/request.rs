//! What a merge is asked to do.

use std::collections::{BTreeMap, HashMap, HashSet};

use kernel::{Fields, values::Problem};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::combine::CUSTOM;
use crate::Error;

/// Most records that are merged into one at once.
const MAX_FROM: usize = 9;

/// Makes one record of several.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct MergeRequest {
    /// The record that stays.
    pub into: Uuid,
    /// Those that become it, in the order in which they fill what it has not.
    #[schema(min_items = 1, max_items = 9)]
    pub from: Vec<Uuid>,
    /// The versions this is based on, by id; another one by now is a conflict.
    #[serde(default)]
    pub versions: BTreeMap<String, i64>,
    /// From which record a field is taken, by its name (`custom.x` for one custom field). Else it is that of the record
    /// that stays, or where that has none, of the first one that has; lists are united.
    #[serde(default)]
    pub fields: BTreeMap<String, Uuid>,
}

/// A merge to take apart.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct UnmergeRequest {
    /// The batch of the merge.
    pub batch_id: Uuid,
}

/// A request that makes sense.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    pub into: Uuid,
    pub from: Vec<Uuid>,
    pub versions: HashMap<Uuid, i64>,
    /// Field → place of the record among [`Wish::ids`].
    pub fields: BTreeMap<String, usize>,
}

impl Wish {
    /// Every record, the one that stays first.
    #[must_use]
    pub fn ids(&self) -> Vec<Uuid> {
        [self.into].into_iter().chain(self.from.iter().copied()).collect()
    }
}

impl MergeRequest {
    /// The request, with everything checked that needs no database; `image` has the fields of the kind of record.
    ///
    /// # Errors
    /// Every field that was refused.
    pub fn parse(self, image: &Map<String, Value>) -> Result<Wish, Error> {
        let mut refused = Fields::default();
        if self.from.is_empty() {
            refused.refuse("from", "field.required");
        } else if self.from.len() > MAX_FROM {
            refused.refuse_with("from", Problem::TooMany { max: MAX_FROM });
        }
        for (index, _) in self.from.iter().enumerate().filter(|(_, id)| **id == self.into) {
            refused.refuse(&format!("from[{index}]"), "merge.itself");
        }
        let mut seen = HashSet::new();
        let from: Vec<Uuid> = self.from.iter().copied().filter(|id| seen.insert(*id)).collect();
        let ids: Vec<Uuid> = [self.into].into_iter().chain(from.iter().copied()).collect();
        let mut versions = HashMap::new();
        for (id, version) in self.versions {
            match id.parse().ok().filter(|id| ids.contains(id)) {
                Some(id) => drop(versions.insert(id, version)),
                None => refused.refuse(&format!("versions.{id}"), "merge.not_among"),
            }
        }
        let mut fields = BTreeMap::new();
        for (field, id) in self.fields {
            let known = image.contains_key(&field) || field.strip_prefix(CUSTOM).is_some_and(|key| !key.is_empty());
            match ids.iter().position(|other| *other == id) {
                _ if !known => refused.refuse(&format!("fields.{field}"), "field.unknown"),
                Some(place) => drop(fields.insert(field, place)),
                None => refused.refuse(&format!("fields.{field}"), "merge.not_among"),
            }
        }
        Ok(refused.finish(|| Wish { into: self.into, from, versions, fields })?)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::contacts::contact::ContactFields;

    fn parse(body: Value) -> Result<Wish, Vec<String>> {
        let request: MergeRequest = serde_json::from_value(body).unwrap();
        let image = ContactFields::default().image();
        request.parse(image.as_object().unwrap()).map_err(|error| match error {
            Error::Invalid(fields) => fields.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect(),
            other => vec![other.to_string()],
        })
    }

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    #[test]
    fn records_are_named_once_and_not_merged_into_themselves() {
        let wish = parse(json!({"into": id(1), "from": [id(2), id(3), id(2)]})).unwrap();
        assert_eq!((wish.from.clone(), wish.ids()), (vec![id(2), id(3)], vec![id(1), id(2), id(3)]));
        assert_eq!(parse(json!({"into": id(1), "from": []})), Err(vec!["from field.required".to_owned()]));
        assert_eq!(parse(json!({"into": id(1), "from": [id(2), id(1)]})), Err(vec!["from[1] merge.itself".to_owned()]));
        let many: Vec<Uuid> = (2..12).map(id).collect();
        assert_eq!(parse(json!({"into": id(1), "from": many})), Err(vec!["from field.too_many".to_owned()]));
    }

    #[test]
    fn fields_and_versions_are_of_the_records_that_are_merged() {
        let wish = parse(json!({"into": id(1), "from": [id(2)], "versions": {(id(2).to_string()): 3},
            "fields": {"name": id(2), "custom.inn": id(1), "custom": id(2)}}));
        let wish = wish.unwrap();
        assert_eq!(wish.versions, HashMap::from([(id(2), 3)]));
        let fields = [("name", 1), ("custom.inn", 0), ("custom", 1)].map(|(field, place)| (field.to_owned(), place));
        assert_eq!(wish.fields, BTreeMap::from(fields));
        let refused = parse(json!({"into": id(1), "from": [id(2)], "versions": {(id(3).to_string()): 3, "x": 1},
            "fields": {"name": id(3), "nonsense": id(1), "deletedAt": id(1), "custom.": id(1)}}));
        let expected = [
            format!("versions.{} merge.not_among", id(3)),
            "versions.x merge.not_among".to_owned(),
            "fields.custom. field.unknown".to_owned(),
            "fields.deletedAt field.unknown".to_owned(),
            "fields.name merge.not_among".to_owned(),
            "fields.nonsense field.unknown".to_owned(),
        ];
        assert_eq!(refused, Err(expected.to_vec()));
    }
}
