//! The values of fields in the records of this service: what checks them, and what lists make of them.

use db::Params;
use fields::FieldSet;
use kernel::Scope;
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
        Ok(self.definitions.given(scope, kind.into(), given).await?)
    }

    /// Refuses values that name nobody, or nothing within the actor's reach, and did not before.
    pub(crate) async fn check_references(
        &self,
        scope: &Scope,
        own: &FieldSet,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
    ) -> Result<(), Error> {
        let is_member = |user| self.directory.is_member(scope, user);
        let refused = self.definitions.unknown_references(scope, own, (before, after), is_member).await;
        Ok(refused.map_err(Error::Port)?.finish(|| ())?)
    }

    /// The parameters of a list with the fields of the organization's own that they name.
    pub(crate) async fn list_params(&self, scope: &Scope, kind: RecordKind, params: &Params) -> Result<Params, Error> {
        Ok(self.definitions.params(scope, kind.into(), &kind.column(Column::Custom), params).await?)
    }
}
