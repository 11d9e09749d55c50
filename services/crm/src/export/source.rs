//! Contacts and companies as the rows of an export.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use contracts::events::EXPORT_COMPLETED;
use db::{Db, Params};
use exchange::export::{self, Source, Wanted, columns};
use fields::RecordType;
use futures_util::Stream;
use kernel::Scope;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{Crm, Error, companies, contacts, record::RecordKind};

/// Columns of an export, in the order they are written when the caller names none.
const CONTACT_COLUMNS: &[&str] = &[
    "name",
    "firstName",
    "middleName",
    "lastName",
    "jobTitle",
    "companyName",
    "ownerName",
    "emails",
    "phones",
    "timeZone",
    "telegramUsername",
    "website",
    "linkedinUrl",
    "source",
    "tags",
    "description",
    "leadScore",
    "doNotContact",
    "custom",
    "createdAt",
    "updatedAt",
];

const COMPANY_COLUMNS: &[&str] = &[
    "name",
    "industry",
    "size",
    "description",
    "website",
    "phones",
    "emails",
    "address",
    "ownerName",
    "tags",
    "source",
    "contactCount",
    "custom",
    "createdAt",
    "updatedAt",
];

/// Columns that are there for whoever asks.
const MORE_COLUMNS: &[&str] = &["id"];

/// Begins an export.
///
/// # Errors
/// Filter, sort or columns that do not fit.
pub async fn begin(
    crm: Arc<Crm>,
    scope: Scope,
    kind: RecordKind,
    params: Params,
    wanted: Option<&str>,
) -> Result<impl Stream<Item = Result<Bytes, Error>> + use<>, Error> {
    scope.require(kind.rights().export)?;
    let own = crm.definitions.of(&scope, kind.into()).await?;
    let known = match kind {
        RecordKind::Contact => CONTACT_COLUMNS,
        RecordKind::Company => COMPANY_COLUMNS,
    };
    let columns = columns((known, MORE_COLUMNS), wanted, &own)?;
    let wanted = Wanted { scope, record_type: kind.into(), params, columns, own, completed: EXPORT_COMPLETED };
    export::begin(Records { crm, kind }, wanted).await
}

struct Records {
    crm: Arc<Crm>,
    kind: RecordKind,
}

#[async_trait::async_trait]
impl Source for Records {
    type Error = Error;

    fn db(&self) -> &Db {
        &self.crm.db
    }

    async fn chunk(&self, scope: &Scope, params: &Params) -> Result<(Vec<Value>, Option<String>), Error> {
        Ok(match self.kind {
            RecordKind::Contact => shown(contacts::queries::chunk(&self.crm, scope, params).await?),
            RecordKind::Company => shown(companies::queries::chunk(&self.crm, scope, params).await?),
        })
    }

    async fn member_names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, Error> {
        self.crm.names(scope, ids.iter().copied()).await
    }

    async fn record_names(&self, scope: &Scope, of: RecordType, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, Error> {
        self.crm.definitions.names(scope, of, ids).await.map_err(Error::Port)
    }
}

fn shown<T: Serialize>((items, next): (Vec<T>, Option<String>)) -> (Vec<Value>, Option<String>) {
    (items.into_iter().map(|item| serde_json::to_value(item).unwrap_or_default()).collect(), next)
}
