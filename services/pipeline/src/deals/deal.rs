//! A deal: the fields of it, how input becomes them, and where it stands. No I/O.

use api::requests::{Form, Given, request_bodies, set_option, tags_schema};
use batches::Earlier;
use chrono::{DateTime, NaiveDate, Utc};
use fields::FieldSet;
use kernel::{
    Fields,
    values::{Currency, search::index_tokens},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Key of an image that tells whether the deal is in the trash.
pub const DELETED_AT: &str = "deletedAt";

/// Largest amount, in minor units: what any JSON reader takes without loss.
pub const MAX_AMOUNT: i64 = 1_000_000_000_000_000;

/// Everything of a deal that can be edited, normalised. Where it stands is its [`Place`], which only a move changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DealFields {
    pub title: String,
    /// In minor units of `currency`; both or none.
    pub amount_minor: Option<i64>,
    pub currency: Option<String>,
    pub company_id: Option<Uuid>,
    pub contact_id: Option<Uuid>,
    pub owner_id: Option<Uuid>,
    pub expected_close_on: Option<NaiveDate>,
    pub source: Option<String>,
    pub description: Option<String>,
    pub tags: Vec<String>,
    pub custom: Map<String, Value>,
}

/// Where a deal stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    pub pipeline_id: Uuid,
    pub stage_id: Uuid,
    /// Order within the column.
    pub position: String,
    pub lost_reason: Option<String>,
    pub won_at: Option<DateTime<Utc>>,
    pub lost_at: Option<DateTime<Utc>>,
    pub stage_entered_at: DateTime<Utc>,
}

/// A deal as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredDeal {
    pub id: Uuid,
    pub fields: DealFields,
    pub place: Place,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
}

request_bodies!(DealInput {
    /// The default pipeline unless given.
    pipeline_id: Option<Uuid>,
    /// The first open stage of the pipeline unless given. The deal goes to the top of the column.
    stage_id: Option<Uuid>,
    /// Needed for a stage that counts as lost.
    #[schema(max_length = 500)]
    lost_reason: Option<String>,
}, DealReplace, DealPatch {
    #[schema(value_type = String, min_length = 1, max_length = 255)]
    title (required): String,
    /// In minor units of the currency: cents.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 1_000_000_000_000_000i64)]
    amount_minor: i64,
    /// A code of ISO 4217; that of the pipeline unless given. Kept with an amount only.
    #[schema(value_type = Option<String>, min_length = 3, max_length = 3)]
    currency: String,
    #[schema(value_type = Option<Uuid>)]
    company_id: Uuid,
    #[schema(value_type = Option<Uuid>)]
    contact_id: Uuid,
    #[schema(value_type = Option<Uuid>)]
    owner_id: Uuid,
    #[schema(value_type = Option<String>, format = Date)]
    expected_close_on: String,
    #[schema(value_type = Option<String>, max_length = 100)]
    source: String,
    #[schema(value_type = Option<String>, max_length = 5000)]
    description: String,
    #[schema(schema_with = tags_schema)]
    tags: Vec<String>,
    #[schema(value_type = Object)]
    custom: Map<String, Value>,
});

impl DealPatch {
    /// The deal's fields as they would be; an amount without a currency is in that of the pipeline. `own` are
    /// the fields that the organization made up.
    ///
    /// # Errors
    /// Every field that was refused.
    pub fn apply(&self, current: DealFields, pipeline_currency: &str, own: &FieldSet) -> Result<DealFields, Fields> {
        let mut form = Form::new(None);
        let mut fields = current;
        let mut title = Some(std::mem::take(&mut fields.title)).filter(|title| !title.is_empty());
        let before = form.refused.0.len();
        form.line::<255>("title", &self.title, &mut title);
        match title {
            Some(title) => fields.title = title,
            None if form.refused.0.len() == before => form.refused.refuse("title", "field.required"),
            None => {}
        }
        self.apply_amount(&mut form, &mut fields, pipeline_currency);
        set_option(&self.company_id, &mut fields.company_id);
        set_option(&self.contact_id, &mut fields.contact_id);
        set_option(&self.owner_id, &mut fields.owner_id);
        self.apply_day(&mut form, &mut fields);
        form.line::<100>("source", &self.source, &mut fields.source);
        form.paragraph::<5000>("description", &self.description, &mut fields.description);
        form.tags(&self.tags, &mut fields.tags);
        own.fill(&mut form, &self.custom, self.whole, &mut fields.custom);
        form.refused.finish(|| fields)
    }

    fn apply_amount(&self, form: &mut Form<'_>, fields: &mut DealFields, pipeline_currency: &str) {
        form.number("amountMinor", &self.amount_minor, &mut fields.amount_minor, (0, MAX_AMOUNT));
        let parse = |raw: &str| Currency::parse(raw).map(Currency::into_string);
        form.value("currency", &self.currency, &mut fields.currency, parse);
        fields.currency = match fields.amount_minor {
            Some(_) => fields.currency.take().or_else(|| Some(pipeline_currency.to_owned())),
            None => None,
        };
    }

    fn apply_day(&self, form: &mut Form<'_>, fields: &mut DealFields) {
        match &self.expected_close_on {
            Given::Absent => {}
            Given::Value(raw) if !raw.trim().is_empty() => match day(raw.trim()) {
                Some(day) => fields.expected_close_on = Some(day),
                None => form.refused.refuse("expectedCloseOn", "day.invalid"),
            },
            _ => fields.expected_close_on = None,
        }
    }
}

/// A day written as `2026-01-31`, of a year with four digits.
#[must_use]
pub fn day(raw: &str) -> Option<NaiveDate> {
    raw.parse().ok().filter(|day: &NaiveDate| day.to_string() == raw && raw.len() == 10)
}

impl DealFields {
    /// The words the deal is found by.
    #[must_use]
    pub fn search_text(&self) -> String {
        let texts = [Some(&self.title), self.source.as_ref()].into_iter().flatten().chain(&self.tags);
        index_tokens(texts.map(String::as_str))
    }
}

impl StoredDeal {
    /// The deal with the values that it had before a batch.
    ///
    /// # Errors
    /// Values that are not of a deal.
    pub fn overlaid(&self, earlier: Earlier) -> Result<Self, db::Error> {
        let unreadable = |_| db::Error::Stored("image");
        let mut image = self.image();
        image[DELETED_AT] = json!(self.deleted_at);
        earlier.overlay(&mut image);
        Ok(Self {
            fields: serde_json::from_value(image.clone()).map_err(unreadable)?,
            place: serde_json::from_value(image.clone()).map_err(unreadable)?,
            deleted_at: serde_json::from_value(image[DELETED_AT].take()).map_err(unreadable)?,
            ..self.clone()
        })
    }

    /// The image for the change log: the fields, and where it stands.
    #[must_use]
    pub fn image(&self) -> Value {
        let mut image = serde_json::to_value(&self.fields).unwrap_or_default();
        if let (Value::Object(image), Value::Object(place)) = (&mut image, self.place.image()) {
            image.extend(place);
        }
        image
    }
}

impl Place {
    /// Its part of the image for the change log.
    #[must_use]
    pub fn image(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(current: DealFields, patch: Value) -> Result<DealFields, Vec<String>> {
        let patch: DealPatch = serde_json::from_value(patch).unwrap();
        let own = FieldSet::default();
        patch.apply(current, "EUR", &own).map_err(|f| f.0.iter().map(|f| format!("{} {}", f.field, f.code)).collect())
    }

    #[test]
    fn an_amount_has_a_currency_and_a_currency_an_amount() {
        let both = |fields: &DealFields| (fields.amount_minor, fields.currency.clone());
        let priced = apply(DealFields::default(), json!({"title": "A", "amountMinor": 5})).unwrap();
        assert_eq!(both(&priced), (Some(5), Some("EUR".to_owned())));
        let other = apply(priced.clone(), json!({"currency": "usd"})).unwrap();
        assert_eq!(both(&other), (Some(5), Some("USD".to_owned())));
        assert_eq!(both(&apply(other.clone(), json!({"amountMinor": 7})).unwrap()), (Some(7), other.currency.clone()));
        assert_eq!(both(&apply(other, json!({"amountMinor": null})).unwrap()), (None, None));
        assert_eq!(
            both(&apply(DealFields::default(), json!({"title": "A", "currency": "USD"})).unwrap()),
            (None, None)
        );
    }

    #[test]
    fn every_bad_value_is_named() {
        let body = json!({"title": " ", "amountMinor": -1, "currency": "XXX", "expectedCloseOn": "2026-02-30",
            "source": "x".repeat(101), "tags": ["a,b"]});
        let refused = apply(DealFields::default(), body).unwrap_err();
        let expected = [
            "title field.required",
            "amountMinor field.number.range",
            "currency field.choice.unknown",
            "expectedCloseOn day.invalid",
            "source field.too_long",
            "tags[0] field.tag.separator",
        ];
        assert_eq!(refused, expected);
        for bad in ["2026-1-31", "31.01.2026", "+12026-01-31", "tomorrow"] {
            assert!(apply(DealFields::default(), json!({"title": "A", "expectedCloseOn": bad})).is_err(), "{bad}");
        }
    }

    #[test]
    fn texts_are_normalised_and_blank_ones_are_none() {
        let body = json!({"title": "  A \u{200B} B ", "source": "  ", "expectedCloseOn": "2026-01-31"});
        let fields = apply(DealFields::default(), body).unwrap();
        assert_eq!((fields.title.as_str(), &fields.source), ("A B", &None));
        assert_eq!(fields.expected_close_on, NaiveDate::from_ymd_opt(2026, 1, 31));
    }
}
