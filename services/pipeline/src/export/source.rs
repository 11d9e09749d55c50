//! Deals as the rows of an export.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use contracts::{events::EXPORT_COMPLETED, permissions::DEALS_EXPORT};
use db::{Db, Params};
use exchange::export::{self, Source, Wanted, columns};
use fields::{RecordType, number::major_units};
use futures_util::Stream;
use kernel::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Error, Pipeline,
    deals::queries::{self, Deal},
    plan::{self, Plan},
};

/// Columns of an export, in the order they are written when the caller names none.
const COLUMNS: &[&str] = &[
    "title",
    "pipeline",
    "stage",
    "status",
    "amount",
    "currency",
    "companyName",
    "contactName",
    "ownerName",
    "expectedCloseOn",
    "source",
    "tags",
    "description",
    "wonAt",
    "lostAt",
    "lostReason",
    "custom",
    "createdAt",
    "updatedAt",
];

/// Columns that are there for whoever asks.
const MORE_COLUMNS: &[&str] = &["id", "stageEnteredAt", "daysInStage"];

/// Begins an export.
///
/// # Errors
/// Filter, sort or columns that do not fit.
pub async fn begin(
    service: Arc<Pipeline>,
    scope: Scope,
    params: Params,
    wanted: Option<&str>,
) -> Result<impl Stream<Item = Result<Bytes, Error>> + use<>, Error> {
    scope.require(DEALS_EXPORT)?;
    let own = service.definitions.of(&scope, RecordType::Deal).await?;
    let columns = columns((COLUMNS, MORE_COLUMNS), wanted, &own)?;
    let plan = plan::load(&service.db.reader(&scope), &scope).await?;
    let wanted = Wanted { scope, record_type: RecordType::Deal, params, columns, own, completed: EXPORT_COMPLETED };
    export::begin(Deals { service, plan }, wanted).await
}

/// Deals with the plan they stand in, which is small and read once.
struct Deals {
    service: Arc<Pipeline>,
    plan: Plan,
}

#[async_trait::async_trait]
impl Source for Deals {
    type Error = Error;

    fn db(&self) -> &Db {
        &self.service.db
    }

    async fn chunk(&self, scope: &Scope, params: &Params) -> Result<(Vec<Value>, Option<String>), Error> {
        let (deals, next) = queries::chunk(&self.service, scope, params).await?;
        Ok((deals.into_iter().map(|deal| self.row(deal)).collect(), next))
    }

    async fn member_names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, Error> {
        self.service.member_names(scope, ids.iter().copied()).await
    }

    async fn record_names(&self, scope: &Scope, of: RecordType, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, Error> {
        self.service.definitions.names(scope, of, ids).await.map_err(Error::Port)
    }
}

impl Deals {
    /// The deal with names for ids, and its amount in whole units.
    fn row(&self, deal: Deal) -> Value {
        let amount = deal.amount_minor.map(|minor| major_units(minor, deal.currency.as_deref().unwrap_or_default()));
        json!({
            "id": deal.id,
            "title": deal.title,
            "pipeline": self.plan.pipeline(deal.pipeline_id).map(|pipeline| &pipeline.name),
            "stage": self.plan.stage(deal.stage_id).map(|stage| &stage.name),
            "status": deal.status,
            "amount": amount,
            "currency": deal.currency,
            "companyName": deal.company.map(|company| company.name),
            "contactName": deal.contact.map(|contact| contact.name),
            "ownerName": deal.owner.map(|owner| owner.name),
            "expectedCloseOn": deal.expected_close_on,
            "source": deal.source,
            "tags": deal.tags,
            "description": deal.description,
            "wonAt": deal.won_at,
            "lostAt": deal.lost_at,
            "lostReason": deal.lost_reason,
            "custom": deal.custom,
            "stageEnteredAt": deal.stage_entered_at,
            "daysInStage": deal.days_in_stage,
            "createdAt": deal.created_at,
            "updatedAt": deal.updated_at,
        })
    }
}
