//! What people set of a chat, and the rules of it. No I/O.

use api::{requests::Given, words};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{
    Fields,
    values::{Problem, Tags},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

words! {
    /// Where a chat stands.
    #[schema(as = ChatState)]
    State {
        Open = "open",
        /// Out of the queues until its time comes, or they write.
        Snoozed = "snoozed",
        Done = "done",
    }
}

/// The longest that a chat is put off.
const LONGEST_SNOOZE: TimeDelta = TimeDelta::days(366);
/// Most deals of a chat.
const MAX_DEALS: usize = 20;

/// What people set of a chat; its image in the change log.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatFields {
    pub assignee_id: Option<Uuid>,
    pub state: State,
    pub snoozed_until: Option<DateTime<Utc>>,
    pub tags: Vec<String>,
    pub contact_id: Option<Uuid>,
    pub deal_ids: Vec<Uuid>,
}

/// A change of chats; what is left out stays as it is.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ChatPatch {
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    pub assignee_id: Given<Uuid>,
    pub state: Option<State>,
    /// Puts the chat off until then; null: no longer.
    #[serde(default)]
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub snoozed_until: Given<DateTime<Utc>>,
    /// All of them.
    #[schema(max_items = 50)]
    pub tags: Option<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    pub contact_id: Given<Uuid>,
    /// All of them.
    #[schema(max_items = 20)]
    pub deal_ids: Option<Vec<Uuid>>,
    /// Of the chat that the change is based on.
    pub version: Option<i64>,
}

impl ChatPatch {
    /// Refuses what no chat could take; which chat it is makes no difference to that.
    ///
    /// # Errors
    /// Every field that was refused.
    pub fn check(&self, now: DateTime<Utc>) -> Result<(), Fields> {
        let any = ChatFields {
            assignee_id: None,
            state: State::Open,
            snoozed_until: None,
            tags: Vec::new(),
            contact_id: None,
            deal_ids: Vec::new(),
        };
        any.changed(self, now).map(drop)
    }
}

impl ChatFields {
    /// The chat as it would be.
    ///
    /// # Errors
    /// Every field that was refused.
    pub fn changed(&self, patch: &ChatPatch, now: DateTime<Utc>) -> Result<Self, Fields> {
        let mut refused = Fields::default();
        let mut fields = self.clone();
        api::requests::set_option(&patch.assignee_id, &mut fields.assignee_id);
        api::requests::set_option(&patch.contact_id, &mut fields.contact_id);
        fields.stand(patch, now, &mut refused);
        if let Some(tags) = &patch.tags {
            let tags = refused.take("tags", Tags::parse(tags.iter().map(String::as_str)));
            fields.tags = tags.iter().flat_map(Tags::iter).map(|tag| tag.as_str().to_owned()).collect();
        }
        if let Some(ids) = &patch.deal_ids {
            fields.deal_ids = crate::unique(ids.iter().copied());
            if fields.deal_ids.len() > MAX_DEALS {
                refused.refuse_with("dealIds", Problem::TooMany { max: MAX_DEALS });
            }
        }
        refused.finish(|| fields)
    }

    fn stand(&mut self, patch: &ChatPatch, now: DateTime<Utc>, refused: &mut Fields) {
        if let Given::Value(until) = patch.snoozed_until
            && (until <= now || until > now + LONGEST_SNOOZE)
        {
            return refused.refuse("snoozedUntil", "chat.snooze.past");
        }
        let state = match (patch.state, &patch.snoozed_until) {
            (Some(State::Snoozed), Given::Absent | Given::Null) => {
                return refused.refuse("snoozedUntil", "field.required");
            }
            (Some(state), _) => state,
            (None, Given::Value(_)) => State::Snoozed,
            (None, Given::Null) if self.state == State::Snoozed => State::Open,
            (None, _) => self.state,
        };
        self.snoozed_until = match (state, &patch.snoozed_until) {
            (State::Snoozed, Given::Value(until)) => Some(*until),
            (State::Snoozed, _) => self.snoozed_until,
            _ => None,
        };
        self.state = state;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn open() -> ChatFields {
        ChatFields {
            assignee_id: None,
            state: State::Open,
            snoozed_until: None,
            tags: Vec::new(),
            contact_id: None,
            deal_ids: Vec::new(),
        }
    }

    fn changed(from: &ChatFields, patch: Value) -> Result<ChatFields, Vec<String>> {
        let patch: ChatPatch = serde_json::from_value(patch).unwrap();
        let refusals = |refused: Fields| refused.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect();
        from.changed(&patch, now()).map_err(refusals)
    }

    #[test]
    fn a_chat_is_put_off_and_comes_back() {
        let later = now() + TimeDelta::hours(1);
        let snoozed = ChatFields { state: State::Snoozed, snoozed_until: Some(later), ..open() };
        let cases = [
            (open(), json!({"snoozedUntil": later}), snoozed.clone()),
            (open(), json!({"state": "snoozed", "snoozedUntil": later}), snoozed.clone()),
            (snoozed.clone(), json!({"snoozedUntil": null}), open()),
            (snoozed.clone(), json!({"state": "open"}), open()),
            (snoozed.clone(), json!({"state": "done"}), ChatFields { state: State::Done, ..open() }),
            (snoozed.clone(), json!({"tags": []}), snoozed.clone()),
            (open(), json!({"snoozedUntil": null}), open()),
        ];
        for (from, patch, expected) in cases {
            assert_eq!(changed(&from, patch.clone()), Ok(expected), "{patch}");
        }
    }

    #[test]
    fn what_no_chat_could_take_is_refused_without_one() {
        let check = |patch: Value| serde_json::from_value::<ChatPatch>(patch).unwrap().check(now());
        assert!(check(json!({"tags": ["x".repeat(51)]})).is_err());
        assert!(check(json!({"state": "done", "tags": ["x"]})).is_ok());
    }

    #[test]
    fn every_bad_value_is_named() {
        let many: Vec<Uuid> = (0..21).map(Uuid::from_u128).collect();
        let cases = [
            (json!({"state": "snoozed"}), vec!["snoozedUntil field.required"]),
            (json!({"snoozedUntil": now()}), vec!["snoozedUntil chat.snooze.past"]),
            (json!({"snoozedUntil": now() + TimeDelta::days(367)}), vec!["snoozedUntil chat.snooze.past"]),
            (json!({"tags": ["x".repeat(51)], "dealIds": many}), vec!["tags field.too_long", "dealIds field.too_many"]),
        ];
        for (patch, expected) in cases {
            assert_eq!(changed(&open(), patch.clone()).unwrap_err(), expected, "{patch}");
        }
    }
}
