//! The request to give records out, as `/api/team/clients/assign` takes it: a bulk operation by another door.

use api::words;
use batches::Chosen;
use kernel::values::Problem;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    distribute::{How, Share},
    request::{Order, Task},
};
use crate::{Error, record::RecordKind, requests::Form};

/// Most people among whom records are given out at once.
pub const MOST_PEOPLE: usize = 50;

words! {
    /// How records are given out among several people.
    AssignHow {
        /// Each gets as many as any other, or one more.
        RoundRobin = "roundRobin",
        /// Whoever has the fewest in use gets the next one.
        ByLoad = "byLoad",
    }
}

/// Gives contacts or companies out: those of `ids`, or `all` that match the filter and the search.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AssignRequest {
    #[serde(default = "contacts")]
    pub record_type: RecordKind,
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
    /// To whom. Nobody: the records become everybody's.
    #[schema(max_items = 50)]
    pub people: Vec<Uuid>,
    /// Needed with several people.
    #[serde(default)]
    pub how: Option<AssignHow>,
}

fn contacts() -> RecordKind {
    RecordKind::Contact
}

impl AssignRequest {
    /// The order, with everything checked that needs no database.
    ///
    /// # Errors
    /// Every field that was refused; a filter that is not one.
    pub fn parse(self) -> Result<Order, Error> {
        let mut form = Form::new(None);
        let mut people: Vec<Uuid> = Vec::with_capacity(self.people.len().min(MOST_PEOPLE));
        if self.people.len() > MOST_PEOPLE {
            form.refused.refuse_with("people", Problem::TooMany { max: MOST_PEOPLE });
        } else {
            for person in self.people {
                if !people.contains(&person) {
                    people.push(person);
                }
            }
        }
        let how = match self.how {
            Some(AssignHow::RoundRobin) => Some(How::RoundRobin),
            Some(AssignHow::ByLoad) => Some(How::ByLoad),
            None => None,
        };
        let task = match (people.as_slice(), how) {
            ([], _) => Some(Task::Assign(None)),
            ([only], _) => Some(Task::Assign(Some(*only))),
            (_, Some(how)) => Some(Task::Distribute(Share { people, how })),
            (_, None) => {
                form.refused.refuse("how", "field.required");
                None
            }
        };
        let chosen = Chosen { ids: self.ids, filter: self.filter, search: self.search, all: self.all };
        let selection = chosen.parse(&mut form.refused)?;
        match (task, selection) {
            (Some(task), Some(selection)) => Ok(form.refused.finish(|| Order { task, selection })?),
            _ => Err(form.refused.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn order(body: Value) -> Result<Order, Vec<String>> {
        let request: AssignRequest = serde_json::from_value(body).unwrap();
        request.parse().map_err(|error| match error {
            Error::Invalid(fields) => fields.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect(),
            other => vec![other.to_string()],
        })
    }

    #[test]
    fn nobody_one_and_several_are_different_tasks() {
        let (anna, boris) = (Uuid::from_u128(2), Uuid::from_u128(1));
        let task = |people: &[Uuid], how: Value| {
            order(json!({"people": people, "how": how, "all": true})).map(|order| order.task)
        };
        assert_eq!(task(&[], Value::Null), Ok(Task::Assign(None)));
        assert_eq!(task(&[anna], json!("byLoad")), Ok(Task::Assign(Some(anna))));
        assert_eq!(task(&[anna, anna], Value::Null), Ok(Task::Assign(Some(anna))), "named twice is one");
        let share = Share { people: vec![anna, boris], how: How::ByLoad };
        assert_eq!(task(&[anna, boris, anna], json!("byLoad")), Ok(Task::Distribute(share)), "in the order given");
        assert_eq!(task(&[anna, boris], Value::Null), Err(vec!["how field.required".to_owned()]));
    }

    #[test]
    fn nothing_is_given_out_unless_it_was_chosen_and_to_so_many_at_most() {
        let nothing = json!({"people": []});
        assert_eq!(order(nothing), Err(vec!["ids bulk.nothing_selected".to_owned()]));
        let many: Vec<Uuid> = (0..=50).map(Uuid::from_u128).collect();
        let refused = order(json!({"people": many, "how": "roundRobin", "all": true})).unwrap_err();
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert!(refused[0].starts_with("people "), "{refused:?}");
        assert!(
            serde_json::from_value::<AssignRequest>(json!({"all": true})).is_err(),
            "nobody is meant, not forgotten"
        );
    }
}
