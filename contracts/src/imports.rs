//! Rows of imported files, as the service that reads the file hands them to the one that keeps the records.

use serde_json::{Map, Value};
use uuid::Uuid;

/// A deal, its cells as they stand in the file; who is meant was looked up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DealRow {
    pub title: String,
    /// By name.
    pub pipeline: Option<String>,
    /// By name.
    pub stage: Option<String>,
    /// A word for won or lost; anything else says nothing.
    pub status: Option<String>,
    /// In whole units, as people write them.
    pub amount: Option<String>,
    pub currency: Option<String>,
    pub expected_close_on: Option<String>,
    pub lost_reason: Option<String>,
    pub source: Option<String>,
    pub description: Option<String>,
    pub tags: Vec<String>,
    pub company_id: Option<Uuid>,
    pub contact_id: Option<Uuid>,
    pub owner_id: Option<Uuid>,
    /// Values of the fields that the organization made up, checked.
    pub custom: Map<String, Value>,
}
