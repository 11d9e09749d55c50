//! A field that an organization made up: what it is called and what it holds. No I/O.

use api::words;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

words! {
    /// A kind of record that can have fields of its organization's own.
    #[schema(as = FieldRecordType)]
    RecordType {
        Contact = "contact",
        Company = "company",
        Deal = "deal",
    }
}

words! {
    /// What a field holds.
    #[schema(as = CustomFieldKind)]
    FieldKind {
        Text = "text",
        LongText = "longText",
        Number = "number",
        /// Whole minor units of the field's currency.
        Money = "money",
        Date = "date",
        /// The id of an option.
        Select = "select",
        MultiSelect = "multiSelect",
        Checkbox = "checkbox",
        Url = "url",
        Email = "email",
        Phone = "phone",
        /// The id of a member.
        User = "user",
        /// The id of a record.
        Relation = "relation",
    }
}

words! {
    /// The colour of an option.
    OptionColor {
        Gray = "gray",
        Blue = "blue",
        Teal = "teal",
        Green = "green",
        Yellow = "yellow",
        Orange = "orange",
        Red = "red",
        Pink = "pink",
        Violet = "violet",
    }
}

/// One of the values that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CustomFieldOption)]
pub struct FieldOption {
    /// What the records keep.
    pub id: String,
    pub label: String,
    pub color: OptionColor,
    /// No longer offered; records that have it keep it.
    pub archived: bool,
}

/// A field of the organization's own.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomField {
    pub id: Uuid,
    pub record_type: RecordType,
    /// Where the values stand: `custom.<key>`. Never changes.
    pub key: String,
    pub name: String,
    /// Never changes.
    pub kind: FieldKind,
    /// With `select` and `multiSelect`.
    pub options: Vec<FieldOption>,
    /// With `relation`: what is named.
    #[schema(required)]
    pub relation: Option<RecordType>,
    /// With `money`.
    #[schema(required)]
    pub currency: Option<String>,
    /// Place among the fields of the kind of record, from 0.
    pub position: i64,
    /// No longer shown; the values stay.
    pub archived: bool,
    /// Grows with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What stands before a key where fields are named: `custom.budget`.
const PREFIX: &str = "custom.";

/// The name of the field with this key in lists, filters and refusals.
#[must_use]
pub fn path(key: &str) -> String {
    format!("{PREFIX}{key}")
}

/// The key in a name such as `custom.budget`.
#[must_use]
pub fn key_of_path(path: &str) -> Option<&str> {
    path.strip_prefix(PREFIX)
}

impl CustomField {
    /// The option with this id, archived or not.
    #[must_use]
    pub fn option(&self, id: &str) -> Option<&FieldOption> {
        self.options.iter().find(|option| option.id == id)
    }

    /// The image for the change log. The place among the others is no change of a field.
    #[must_use]
    pub fn image(&self) -> Value {
        let mut image = serde_json::to_value(self).unwrap_or_default();
        if let Value::Object(map) = &mut image {
            for known in ["id", "position", "version", "createdAt", "updatedAt"] {
                map.remove(known);
            }
        }
        image
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// A field with this key and kind; choices A and B, and C which is archived.
    pub(crate) fn field(key: &str, kind: FieldKind) -> CustomField {
        let option = |id: &str, archived| FieldOption {
            id: id.to_lowercase(),
            label: format!("Option {id}"),
            color: OptionColor::Gray,
            archived,
        };
        let choice = matches!(kind, FieldKind::Select | FieldKind::MultiSelect);
        CustomField {
            id: Uuid::nil(),
            record_type: RecordType::Contact,
            key: key.to_owned(),
            name: key.to_uppercase(),
            kind,
            options: if choice { vec![option("A", false), option("B", false), option("C", true)] } else { Vec::new() },
            relation: (kind == FieldKind::Relation).then_some(RecordType::Company),
            currency: (kind == FieldKind::Money).then(|| "EUR".to_owned()),
            position: 0,
            archived: false,
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }
}
