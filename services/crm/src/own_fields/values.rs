//! The values of fields in the records of this service: what checks them, and what lists make of them.

use db::Params;
use fields::{FieldSet, Referred};
use kernel::{FieldError, Fields, Scope, UserId};
use serde_json::{Map, Value};

use crate::{
    Crm, Error,
    record::{Column, RecordKind},
    requests::Given,
};

impl Crm {
    /// The fields that check the given values; none are asked for when none are given.
    pub(crate) async fn own_fields(
        &self,
        scope: &Scope,
        kind: RecordKind,
        given: &Given<Map<String, Value>>,
    ) -> Result<FieldSet, Error> {
        match given {
            Given::Value(given) if !given.is_empty() => Ok(self.definitions.of(scope, kind.into()).await?),
            _ => Ok(FieldSet::default()),
        }
    }

    /// Refuses values that name nobody, or nothing within the actor's reach, and did not before.
    pub(crate) async fn check_references(
        &self,
        scope: &Scope,
        own: &FieldSet,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
    ) -> Result<(), Error> {
        let references = own.references(before, after);
        let missing = self.definitions.missing_records(scope, &references).await.map_err(Error::Port)?;
        let mut refused: Vec<&str> = missing.into_iter().map(|reference| reference.field.as_str()).collect();
        for reference in references.iter().filter(|reference| reference.to == Referred::Member) {
            if !self.directory.is_member(scope, UserId(reference.id)).await.map_err(Error::Port)? {
                refused.push(&reference.field);
            }
        }
        if refused.is_empty() {
            return Ok(());
        }
        Err(Fields(refused.into_iter().map(|field| FieldError::new(field, "reference.unknown")).collect()).into())
    }

    /// The parameters of a list with the fields of the organization's own that they name.
    pub(crate) async fn list_params(&self, scope: &Scope, kind: RecordKind, params: &Params) -> Result<Params, Error> {
        Ok(self.definitions.params(scope, kind.into(), &kind.column(Column::Custom), params).await?)
    }
}
