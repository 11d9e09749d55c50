//! What a bulk operation is asked to do, and to which records.

use api::words;
use batches::Chosen;
pub use batches::Selection;
use kernel::Fields;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::distribute::Share;
use crate::{
    Error,
    requests::{Form, Given, tags_schema},
};

words! {
    /// What is done to each record.
    BulkAction {
        Delete = "delete",
        Restore = "restore",
        Assign = "assign",
        AddTags = "addTags",
        RemoveTags = "removeTags",
    }
}

/// Changes many records: those of `ids`, or `all` that match the filter and the search.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BulkRequest {
    pub action: BulkAction,
    #[serde(default)]
    #[schema(value_type = Option<Vec<Uuid>>, max_items = 10_000)]
    pub ids: Option<Vec<Uuid>>,
    /// A node of the filter language.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Map<String, Value>>,
    #[serde(default)]
    #[schema(max_length = 200)]
    pub search: Option<String>,
    #[serde(default)]
    pub all: bool,
    /// For `assign`; null leaves the records unassigned.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    pub owner_id: Given<Uuid>,
    /// For `addTags` and `removeTags`.
    #[serde(default)]
    #[schema(schema_with = tags_schema)]
    pub tags: Vec<String>,
}

/// A request that makes sense; kept with the batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub task: Task,
    pub selection: Selection,
}

/// What is done to each record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Task {
    Delete,
    Restore,
    Assign(Option<Uuid>),
    Distribute(Share),
    AddTags(Vec<String>),
    RemoveTags(Vec<String>),
}

impl Task {
    /// Restoring works on the trash, everything else on what is not in it.
    #[must_use]
    pub fn on_trash(&self) -> bool {
        matches!(self, Self::Restore)
    }
}

impl BulkRequest {
    /// The order, with everything checked that needs no database.
    ///
    /// # Errors
    /// Every field that was refused; a filter that is not one.
    pub fn parse(self) -> Result<Order, Error> {
        let mut form = Form::new(None);
        let task = self.task(&mut form);
        let chosen = Chosen { ids: self.ids, filter: self.filter, search: self.search, all: self.all };
        let selection = chosen.parse(&mut form.refused)?;
        match (task, selection) {
            (Some(task), Some(selection)) => Ok(form.refused.finish(|| Order { task, selection })?),
            _ => Err(form.refused.into()),
        }
    }

    fn task(&self, form: &mut Form<'_>) -> Option<Task> {
        match self.action {
            BulkAction::Delete => Some(Task::Delete),
            BulkAction::Restore => Some(Task::Restore),
            BulkAction::Assign => match &self.owner_id {
                Given::Absent => refused(&mut form.refused, "ownerId", "field.required"),
                Given::Null => Some(Task::Assign(None)),
                Given::Value(owner) => Some(Task::Assign(Some(*owner))),
            },
            BulkAction::AddTags | BulkAction::RemoveTags => {
                let before = form.refused.0.len();
                let mut tags = Vec::new();
                form.tags(&Given::Value(self.tags.clone()), &mut tags);
                if tags.is_empty() && form.refused.0.len() == before {
                    form.refused.refuse("tags", "field.required");
                }
                Some(if self.action == BulkAction::AddTags { Task::AddTags(tags) } else { Task::RemoveTags(tags) })
            }
        }
    }
}

fn refused<T>(fields: &mut Fields, field: &str, code: &'static str) -> Option<T> {
    fields.refuse(field, code);
    None
}

/// The tags of a record after a task; `None` when they would be too many.
#[must_use]
pub fn retagged(tags: &[String], task: &Task) -> Option<Vec<String>> {
    match task {
        Task::AddTags(more) => batches::retagged(tags, more, &[]),
        Task::RemoveTags(less) => batches::retagged(tags, &[], less),
        _ => Some(tags.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use kernel::Coded;
    use serde_json::json;

    use super::*;

    fn order(body: Value) -> Result<Order, Vec<String>> {
        let request: BulkRequest = serde_json::from_value(body).unwrap();
        request.parse().map_err(|error| match error {
            Error::Invalid(fields) => fields.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect(),
            other => vec![other.code().to_owned()],
        })
    }

    #[test]
    fn either_some_records_or_all_are_named() {
        let one = Uuid::max();
        assert_eq!(order(json!({"action": "delete"})), Err(vec!["ids bulk.nothing_selected".to_owned()]));
        assert_eq!(order(json!({"action": "delete", "ids": []})), Err(vec!["ids bulk.nothing_selected".to_owned()]));
        assert_eq!(
            order(json!({"action": "delete", "ids": [one], "all": true})),
            Err(vec!["ids bulk.both".to_owned()])
        );
        let twice = order(json!({"action": "delete", "ids": [one, one]})).unwrap();
        assert_eq!(twice.selection, Selection::Ids(vec![one]));
        let all = order(json!({"action": "restore", "all": true, "search": " "})).unwrap();
        assert_eq!(all.selection, Selection::Matching { filter: None, search: None });
    }

    #[test]
    fn an_action_needs_its_values() {
        let with = |more: Value| {
            let mut body = json!({"all": true});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            order(body)
        };
        assert_eq!(with(json!({"action": "assign"})), Err(vec!["ownerId field.required".to_owned()]));
        assert_eq!(with(json!({"action": "assign", "ownerId": null})).unwrap().task, Task::Assign(None));
        assert_eq!(with(json!({"action": "addTags", "tags": [" "]})), Err(vec!["tags field.required".to_owned()]));
        assert_eq!(
            with(json!({"action": "addTags", "tags": ["a,b"]})),
            Err(vec!["tags[0] field.tag.separator".to_owned()])
        );
        assert_eq!(with(json!({"action": "delete", "filter": {"x": 1}})), Err(vec!["filter.malformed".to_owned()]));
    }

    #[test]
    fn an_order_survives_the_batch_it_is_kept_with() {
        let filter = json!({"field": "name", "op": "contains", "value": "a"});
        let order = order(json!({"action": "removeTags", "tags": ["x"], "all": true, "filter": filter})).unwrap();
        let back: Order = serde_json::from_value(serde_json::to_value(&order).unwrap()).unwrap();
        assert_eq!(back, order);
    }
}
