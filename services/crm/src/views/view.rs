//! A saved view: what it is, who may see and change it, how input becomes it. No I/O.

use api::{
    requests::{Given, storable_value},
    words,
};
use chrono::{DateTime, Utc};
use fields::RecordType;
use kernel::{
    Fields,
    values::{Line, Problem, optional},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

words! {
    /// Which list a view is of.
    ViewRecordType {
        Contact = "contact",
        Company = "company",
        Deal = "deal",
    }
}

words! {
    /// Who sees a view. A team is the whole organization until there are teams.
    ViewVisibility {
        Private = "private",
        Team = "team",
        Org = "org",
    }
}

words! {
    /// How the records are laid out.
    ViewLayout {
        Table = "table",
        Board = "board",
        Forecast = "forecast",
    }
}

impl From<ViewRecordType> for RecordType {
    fn from(of: ViewRecordType) -> Self {
        match of {
            ViewRecordType::Contact => Self::Contact,
            ViewRecordType::Company => Self::Company,
            ViewRecordType::Deal => Self::Deal,
        }
    }
}

/// Longest query as JSON, bytes.
const MAX_QUERY_BYTES: usize = 20_000;
/// Most columns of a view.
const MAX_COLUMNS: usize = 200;

/// What a view shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct ViewQuery {
    /// A node of the filter language.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub search: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 200)]
    pub columns: Option<Vec<String>>,
    /// As in the list's parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<ViewLayout>,
}

/// A new view.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ViewInput {
    pub record_type: ViewRecordType,
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    #[schema(max_length = 40)]
    pub icon: Option<String>,
    /// `private` unless given.
    #[schema(nullable = false)]
    pub visibility: Option<ViewVisibility>,
    pub query: ViewQuery,
    #[serde(default)]
    pub locked: bool,
    /// The list begins with it, for the caller.
    #[serde(default)]
    pub is_default: bool,
    /// The list begins with it, for everybody who chose no other.
    #[serde(default)]
    pub is_org_default: bool,
    /// Place among the views, from 0; behind the others unless given.
    #[schema(minimum = 0, nullable = false)]
    pub position: Option<i64>,
}

/// A changed view: what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ViewPatch {
    #[schema(min_length = 1, max_length = 100, nullable = false)]
    pub name: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 40)]
    pub icon: Given<String>,
    #[schema(nullable = false)]
    pub visibility: Option<ViewVisibility>,
    #[schema(nullable = false)]
    pub query: Option<ViewQuery>,
    #[schema(nullable = false)]
    pub locked: Option<bool>,
    /// The list begins with it, for the caller.
    #[schema(nullable = false)]
    pub is_default: Option<bool>,
    /// The list begins with it, for everybody who chose no other.
    #[schema(nullable = false)]
    pub is_org_default: Option<bool>,
    /// The new place among the views, from 0.
    #[schema(minimum = 0, nullable = false)]
    pub position: Option<i64>,
    /// The version this is based on; another one by now is a conflict.
    #[schema(nullable = false)]
    pub version: Option<i64>,
}

/// A view as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredView {
    pub id: Uuid,
    pub record_type: ViewRecordType,
    pub owner_id: Uuid,
    pub name: String,
    pub icon: Option<String>,
    pub visibility: ViewVisibility,
    pub query: ViewQuery,
    pub locked: bool,
    pub position: i64,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl ViewInput {
    /// The part of it that a change can have too.
    #[must_use]
    pub fn into_patch(self) -> ViewPatch {
        ViewPatch {
            name: Some(self.name),
            icon: self.icon.into(),
            visibility: self.visibility,
            query: Some(self.query),
            locked: Some(self.locked),
            is_default: self.is_default.then_some(true),
            is_org_default: self.is_org_default.then_some(true),
            position: self.position,
            version: None,
        }
    }
}

impl ViewPatch {
    /// The view as it would be, its place aside.
    ///
    /// # Errors
    /// Every part that was refused.
    pub fn apply(&self, current: StoredView) -> Result<StoredView, Fields> {
        let mut refused = Fields::default();
        let mut view = current;
        if let Some(name) = &self.name
            && let Some(name) = refused.take("name", Line::<100>::parse(name))
        {
            view.name = name.into_string();
        }
        match &self.icon {
            Given::Absent => {}
            Given::Null => view.icon = None,
            Given::Value(icon) => {
                if let Some(icon) = refused.take("icon", optional(icon, Line::<40>::parse)) {
                    view.icon = icon.map(Line::into_string);
                }
            }
        }
        view.visibility = self.visibility.unwrap_or(view.visibility);
        view.locked = self.locked.unwrap_or(view.locked);
        if let Some(query) = &self.query {
            match query.stored() {
                Ok(query) => view.query = query,
                Err(wrong) => wrong.into_iter().for_each(|(field, problem)| match problem {
                    Some(problem) => refused.refuse_with(field, problem),
                    None => refused.refuse(field, "view.too_large"),
                }),
            }
        }
        if self.position.is_some_and(|position| position < 0) {
            refused.refuse_with("position", Problem::NumberRange { min: 0, max: 10_000 });
        }
        refused.finish(|| view)
    }

    /// Whether it changes the view itself, and not only what the caller begins with.
    #[must_use]
    pub fn is_about_the_view(&self) -> bool {
        let Self { name, icon, visibility, query, locked, position, .. } = self;
        name.is_some()
            || *icon != Given::Absent
            || visibility.is_some()
            || query.is_some()
            || locked.is_some()
            || position.is_some()
    }
}

impl ViewQuery {
    /// The query in the form that databases keep, or the fields at fault; without a problem it is too large.
    fn stored(&self) -> Result<Self, Vec<(&'static str, Option<Problem>)>> {
        let long = |text: &Option<String>, max: usize| text.as_ref().is_some_and(|text| text.chars().count() > max);
        let mut wrong = Vec::new();
        for (field, text, max) in
            [("query.search", &self.search, 200), ("query.sort", &self.sort, 500), ("query.group", &self.group, 100)]
        {
            if long(text, max) {
                wrong.push((field, Some(Problem::TooLong { max })));
            }
        }
        if self.columns.as_ref().is_some_and(|columns| columns.len() > MAX_COLUMNS) {
            wrong.push(("query.columns", Some(Problem::TooMany { max: MAX_COLUMNS })));
        }
        let json = serde_json::to_value(self).unwrap_or_default();
        if json.to_string().len() > MAX_QUERY_BYTES {
            wrong.push(("query", None));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        serde_json::from_value(storable_value(&json)).map_err(|_| vec![("query", None)])
    }
}

impl StoredView {
    #[must_use]
    pub fn is_seen_by(&self, person: Option<Uuid>) -> bool {
        self.visibility != ViewVisibility::Private || Some(self.owner_id) == person
    }

    /// Whether its owner, or somebody who may share views, is at work.
    #[must_use]
    pub fn may_be_changed_by(&self, person: Option<Uuid>, shares: bool) -> bool {
        Some(self.owner_id) == person || (shares && self.visibility != ViewVisibility::Private)
    }

    /// The image for the change log.
    #[must_use]
    pub fn image(&self) -> Value {
        serde_json::json!({
            "recordType": self.record_type, "name": self.name, "icon": self.icon, "visibility": self.visibility,
            "query": self.query, "locked": self.locked, "position": self.position,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn view() -> StoredView {
        StoredView {
            id: Uuid::nil(),
            record_type: ViewRecordType::Contact,
            owner_id: Uuid::from_u128(1),
            name: "Mine".to_owned(),
            icon: None,
            visibility: ViewVisibility::Private,
            query: ViewQuery::default(),
            locked: false,
            position: 0,
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    fn apply(body: Value) -> Result<StoredView, Vec<String>> {
        let patch: ViewPatch = serde_json::from_value(body).unwrap();
        patch.apply(view()).map_err(|refused| refused.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect())
    }

    #[test]
    fn every_part_that_does_not_fit_is_named() {
        let refused = apply(json!({
            "name": " ", "icon": "x".repeat(41), "position": -1,
            "query": {"search": "x".repeat(201), "columns": vec!["a"; 201], "group": "x".repeat(101)},
        }));
        let expected = [
            "name field.required",
            "icon field.too_long",
            "query.search field.too_long",
            "query.group field.too_long",
            "query.columns field.too_many",
            "position field.number.range",
        ];
        assert_eq!(refused.unwrap_err(), expected);
        let large = json!({"query": {"filter": {"field": "name", "op": "eq", "value": "x".repeat(20_000)}}});
        assert_eq!(apply(large).unwrap_err(), ["query view.too_large"]);
    }

    #[test]
    fn what_is_left_out_stays_and_what_cannot_be_kept_goes() {
        let changed = apply(json!({"icon": " star ", "query": {"search": "a\u{0}b", "layout": "board"}})).unwrap();
        assert_eq!((changed.name.as_str(), changed.icon.as_deref()), ("Mine", Some("star")));
        assert_eq!(serde_json::to_value(&changed.query).unwrap(), json!({"search": "ab", "layout": "board"}));
        assert!(!serde_json::from_value::<ViewPatch>(json!({"isDefault": true})).unwrap().is_about_the_view());
    }

    #[test]
    fn who_sees_and_changes_a_view() {
        let (owner, other) = (Some(Uuid::from_u128(1)), Some(Uuid::from_u128(2)));
        let shared = StoredView { visibility: ViewVisibility::Org, ..view() };
        assert!(view().is_seen_by(owner) && !view().is_seen_by(other) && !view().is_seen_by(None));
        assert!(shared.is_seen_by(other) && shared.is_seen_by(None));
        assert!(view().may_be_changed_by(owner, false) && !view().may_be_changed_by(other, true));
        assert!(shared.may_be_changed_by(other, true) && !shared.may_be_changed_by(other, false));
        assert!(shared.may_be_changed_by(owner, false));
    }
}
