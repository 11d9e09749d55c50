//! Whom a program (a campaign, a rule) writes to: the port by which it asks `crm` for contacts, many at a time.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use kernel::{Locale, Scope, filter::Filter};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ports::PortError;

/// Which contacts are meant: those that fit everything that is given. Nothing given means every one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct AudienceQuery {
    /// A node of the filter language, as the list of contacts takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Filter>,
    /// As in the list of contacts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub search: Option<String>,
    /// A saved view of contacts: its filter and its search, as they are when it is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view_id: Option<Uuid>,
    /// An import: the contacts that it made or changed. None of one that was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import_id: Option<Uuid>,
    /// These contacts; at most 10 000.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 10_000)]
    pub ids: Option<Vec<Uuid>>,
}

/// How many contacts an audience has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AudienceSize {
    /// Exact up to 10 000.
    pub count: u64,
    pub is_estimate: bool,
}

/// A contact as somebody to be written to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Addressee {
    pub id: Uuid,
    pub name: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub job_title: Option<String>,
    pub company_id: Option<Uuid>,
    /// The name of it.
    pub company: Option<String>,
    /// None: nobody knows, and contacts do not say yet.
    pub locale: Option<Locale>,
    /// An IANA name: their own zone, else that of the country of a phone, where it has one. None: nobody knows.
    pub time_zone: Option<String>,
    /// Whether `time_zone` is that of a phone.
    pub time_zone_by_phone: bool,
    /// E.164, in their order.
    pub phones: Vec<String>,
    /// Without `@`.
    pub telegram_username: Option<String>,
    pub emails: Vec<String>,
    pub do_not_contact: bool,
    pub owner_id: Option<Uuid>,
    pub source: Option<String>,
    pub tags: Vec<String>,
    /// Fields that the organization made up, as they are stored.
    pub custom: Map<String, Value>,
    pub created_at: DateTime<Utc>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AudienceError {
    /// What was asked for does not fit: a filter, or a view or an import that is not there or not the actor's to see.
    #[error("{field} was refused: {code}")]
    Refused {
        /// `viewId`, `importId`, `ids`, or the field of the filter at fault.
        field: String,
        /// Stable and translatable, such as `filter.unknown_field`.
        code: String,
    },
    #[error("contacts could not be read")]
    Away(#[source] PortError),
}

/// Contacts by the thousand; implemented by `crm`. All of it out of the trash and within the actor's reach: `"me"` in a
/// filter is the scope's person, and what a member does not reach is not there. The system sees private views too, since
/// it goes on with what a person began.
#[async_trait::async_trait]
pub trait Audience: Send + Sync {
    /// The next ids in their order, which is that of creation: those greater than `after`, at most `limit` (1 ..= 5000).
    /// Fewer than that are the last.
    async fn ids(
        &self,
        scope: &Scope,
        wanted: &AudienceQuery,
        after: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<Uuid>, AudienceError>;

    /// How many there are.
    async fn size(&self, scope: &Scope, wanted: &AudienceQuery) -> Result<AudienceSize, AudienceError>;

    /// What there is to write to these contacts, and by; at most 1000 ids. Those that are gone are absent.
    async fn addressees(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, Addressee>, AudienceError>;

    /// Those of these contacts that the filter holds for; at most 5000 ids.
    async fn matches(&self, scope: &Scope, ids: &[Uuid], filter: &Filter) -> Result<HashSet<Uuid>, AudienceError>;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_query_reads_back_what_it_writes() {
        let filter = json!({"field": "tags", "op": "has", "value": "vip"});
        let json = json!({"filter": filter, "search": "anna", "ids": [Uuid::nil()]});
        let query: AudienceQuery = serde_json::from_value(json.clone()).unwrap();
        assert_eq!((query.view_id, query.ids.as_deref()), (None, Some(&[Uuid::nil()][..])));
        assert_eq!(serde_json::to_value(&query).unwrap(), json);
        assert_eq!(serde_json::from_value::<AudienceQuery>(json!({})).unwrap(), AudienceQuery::default());
        assert!(serde_json::from_value::<AudienceQuery>(json!({"filters": {}})).is_err());
    }
}
