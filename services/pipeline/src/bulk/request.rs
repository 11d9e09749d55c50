//! What a bulk operation is asked to do, and to which deals.

use api::{
    requests::{Form, Given, tags_schema},
    words,
};
use batches::{Chosen, Selection};
use chrono::NaiveDate;
use kernel::Fields;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Error,
    deals::deal::day,
    moves::operation::{Cause, Course},
};

words! {
    /// What is done to each deal.
    DealBulkAction {
        Delete = "delete",
        Restore = "restore",
        Assign = "assign",
        AddTags = "addTags",
        RemoveTags = "removeTags",
        SetExpectedCloseOn = "setExpectedCloseOn",
        Move = "move",
    }
}

/// Changes many deals: those of `ids`, or `all` that match the filter and the search.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct DealBulkRequest {
    pub action: DealBulkAction,
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
    /// For `assign`; null leaves the deals unassigned.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    pub owner_id: Given<Uuid>,
    /// For `addTags` and `removeTags`.
    #[serde(default)]
    #[schema(schema_with = tags_schema)]
    pub tags: Vec<String>,
    /// For `setExpectedCloseOn`; null clears it.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub expected_close_on: Given<String>,
    /// For `move`.
    pub stage_id: Option<Uuid>,
    /// For `move`.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// For `move` to a stage that counts as lost.
    #[schema(max_length = 500)]
    pub lost_reason: Option<String>,
}

/// A request that makes sense; kept with the batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub task: Task,
    pub selection: Selection,
}

/// What is done to each deal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Task {
    Delete,
    Restore,
    Assign(Option<Uuid>),
    AddTags(Vec<String>),
    RemoveTags(Vec<String>),
    Expect(Option<NaiveDate>),
    #[serde(rename_all = "camelCase")]
    Move {
        stage_id: Uuid,
        reason: Option<String>,
        lost_reason: Option<String>,
    },
}

impl Task {
    /// Restoring works on the trash, everything else on what is not in it.
    #[must_use]
    pub fn on_trash(&self) -> bool {
        matches!(self, Self::Restore)
    }
}

impl DealBulkRequest {
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
            DealBulkAction::Delete => Some(Task::Delete),
            DealBulkAction::Restore => Some(Task::Restore),
            DealBulkAction::Assign => match &self.owner_id {
                Given::Absent => needed(&mut form.refused, "ownerId"),
                Given::Null => Some(Task::Assign(None)),
                Given::Value(owner) => Some(Task::Assign(Some(*owner))),
            },
            DealBulkAction::AddTags => self.tags(form).map(Task::AddTags),
            DealBulkAction::RemoveTags => self.tags(form).map(Task::RemoveTags),
            DealBulkAction::SetExpectedCloseOn => match &self.expected_close_on {
                Given::Absent => needed(&mut form.refused, "expectedCloseOn"),
                Given::Null => Some(Task::Expect(None)),
                Given::Value(raw) => {
                    let day = day(raw.trim());
                    if day.is_none() {
                        form.refused.refuse("expectedCloseOn", "day.invalid");
                    }
                    day.map(|day| Task::Expect(Some(day)))
                }
            },
            DealBulkAction::Move => {
                let Some(stage_id) = self.stage_id else { return needed(&mut form.refused, "stageId") };
                match Course::parse(Cause::Bulk, self.reason.as_deref(), self.lost_reason.as_deref()) {
                    Ok(Course { reason, lost_reason, .. }) => Some(Task::Move { stage_id, reason, lost_reason }),
                    Err(refused) => {
                        form.refused.0.extend(refused.0);
                        None
                    }
                }
            }
        }
    }

    fn tags(&self, form: &mut Form<'_>) -> Option<Vec<String>> {
        let before = form.refused.0.len();
        let mut tags = Vec::new();
        form.tags(&Given::Value(self.tags.clone()), &mut tags);
        if tags.is_empty() && form.refused.0.len() == before {
            return needed(&mut form.refused, "tags");
        }
        Some(tags)
    }
}

fn needed<T>(refused: &mut Fields, field: &str) -> Option<T> {
    refused.refuse(field, "field.required");
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn order(body: Value) -> Result<Order, Vec<String>> {
        let request: DealBulkRequest = serde_json::from_value(body).unwrap();
        request.parse().map_err(|error| match error {
            Error::Invalid(fields) => fields.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect(),
            other => vec![other.to_string()],
        })
    }

    #[test]
    fn an_action_needs_its_values() {
        for (action, field) in [
            ("assign", "ownerId"),
            ("addTags", "tags"),
            ("removeTags", "tags"),
            ("setExpectedCloseOn", "expectedCloseOn"),
            ("move", "stageId"),
        ] {
            let refused = order(json!({"action": action, "all": true}));
            assert_eq!(refused, Err(vec![format!("{field} field.required")]), "{action}");
        }
        let bad = json!({"action": "setExpectedCloseOn", "expectedCloseOn": "soon"});
        assert_eq!(order(bad).unwrap_err(), ["expectedCloseOn day.invalid", "ids bulk.nothing_selected"]);
        let long = json!({"action": "move", "stageId": Uuid::nil(), "reason": "x".repeat(501), "all": true});
        assert_eq!(order(long).unwrap_err(), ["reason field.too_long"]);
    }

    #[test]
    fn an_order_survives_the_batch_it_is_kept_with() {
        let body = json!({"action": "move", "stageId": Uuid::nil(), "lostReason": " Price ", "ids": [Uuid::max()]});
        let order = order(body).unwrap();
        let back: Order = serde_json::from_value(serde_json::to_value(&order).unwrap()).unwrap();
        assert_eq!(back, order);
        let expected = Task::Move { stage_id: Uuid::nil(), reason: None, lost_reason: Some("Price".to_owned()) };
        assert_eq!(order.task, expected);
    }
}
