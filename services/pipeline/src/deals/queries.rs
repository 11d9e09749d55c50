//! Reading deals: one, and pages of them, each with the names around it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use contracts::permissions::DEALS_READ;
use db::{Page, Params};
use kernel::Scope;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    deal::{DealFields, StoredDeal},
    list::{self, DEALS},
    store::{self, Loaded, Row},
};
use crate::{
    Error, Pipeline,
    stages::stage::{Stage, StageKind},
    unique,
};

/// Somebody or something by name.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Named {
    pub id: Uuid,
    pub name: String,
}

/// What is sold, to whom, and where it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deal {
    pub id: Uuid,
    pub title: String,
    pub pipeline_id: Uuid,
    pub stage_id: Uuid,
    pub stage_kind: StageKind,
    /// The order within the column: sorts by bytes, and means nothing else.
    pub position: String,
    /// The same as `stageKind`.
    pub status: StageKind,
    /// In minor units of the currency: cents.
    #[schema(required)]
    pub amount_minor: Option<i64>,
    #[schema(required)]
    pub currency: Option<String>,
    #[schema(required)]
    pub company: Option<Named>,
    #[schema(required)]
    pub contact: Option<Named>,
    #[schema(required)]
    pub owner: Option<Named>,
    #[schema(required)]
    pub expected_close_on: Option<NaiveDate>,
    #[schema(required)]
    pub source: Option<String>,
    #[schema(required)]
    pub description: Option<String>,
    pub tags: Vec<String>,
    #[schema(value_type = Object)]
    pub custom: Map<String, Value>,
    #[schema(required)]
    pub lost_reason: Option<String>,
    #[schema(required)]
    pub won_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub lost_at: Option<DateTime<Utc>>,
    pub stage_entered_at: DateTime<Utc>,
    pub days_in_stage: i64,
    /// Whether it is in its stage for longer than that allows.
    pub rotting: bool,
    /// Grows with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Set while the deal is in the trash.
    #[schema(required)]
    pub deleted_at: Option<DateTime<Utc>>,
}

/// Names of the people, companies and contacts that deals speak of.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub members: HashMap<Uuid, String>,
    pub companies: HashMap<Uuid, String>,
    pub contacts: HashMap<Uuid, String>,
}

impl Names {
    /// The names around these deals, asked for once each.
    ///
    /// # Errors
    /// When another service cannot answer.
    pub async fn around(service: &Pipeline, scope: &Scope, deals: &[Loaded]) -> Result<Self, Error> {
        let ids = |of: fn(&DealFields) -> Option<Uuid>| deals.iter().filter_map(move |loaded| of(&loaded.deal.fields));
        let (owners, companies) = (ids(|deal| deal.owner_id), ids(|deal| deal.company_id));
        Self::of(service, scope, owners, companies, ids(|deal| deal.contact_id)).await
    }

    /// The names of these members, companies and contacts.
    ///
    /// # Errors
    /// When another service cannot answer.
    pub async fn of(
        service: &Pipeline,
        scope: &Scope,
        members: impl Iterator<Item = Uuid>,
        companies: impl Iterator<Item = Uuid>,
        contacts: impl Iterator<Item = Uuid>,
    ) -> Result<Self, Error> {
        let (members, companies, contacts) = (unique(members), unique(companies), unique(contacts));
        Ok(Self {
            members: service.member_names(scope, members).await?,
            companies: service.clients.company_names(scope, &companies).await.map_err(Error::Port)?,
            contacts: service.clients.contact_names(scope, &contacts).await.map_err(Error::Port)?,
        })
    }
}

/// Somebody by name; none when they are gone for good.
#[must_use]
pub(crate) fn named(id: Option<Uuid>, names: &HashMap<Uuid, String>) -> Option<Named> {
    id.and_then(|id| Some(Named { id, name: names.get(&id)?.clone() }))
}

impl Deal {
    /// The deal as it is shown at an instant.
    #[must_use]
    pub fn of(loaded: Loaded, names: &Names, now: DateTime<Utc>) -> Self {
        let Loaded { deal, kind, rot_days } = loaded;
        let StoredDeal { id, fields, place, version, created_at, updated_at, deleted_at } = deal;
        Self {
            id,
            title: fields.title,
            pipeline_id: place.pipeline_id,
            stage_id: place.stage_id,
            stage_kind: kind,
            position: place.position,
            status: kind,
            amount_minor: fields.amount_minor,
            currency: fields.currency,
            company: named(fields.company_id, &names.companies),
            contact: named(fields.contact_id, &names.contacts),
            owner: named(fields.owner_id, &names.members),
            expected_close_on: fields.expected_close_on,
            source: fields.source,
            description: fields.description,
            tags: fields.tags,
            custom: fields.custom,
            lost_reason: place.lost_reason,
            won_at: place.won_at,
            lost_at: place.lost_at,
            stage_entered_at: place.stage_entered_at,
            days_in_stage: Stage::days_in(place.stage_entered_at, now),
            rotting: Stage::rots(kind, rot_days, place.stage_entered_at, now),
            version,
            created_at,
            updated_at,
            deleted_at,
        }
    }
}

/// One deal, in the trash or not.
///
/// # Errors
/// [`Error::NotFound`] when it is unknown or out of reach.
pub async fn get(service: &Pipeline, scope: &Scope, id: Uuid) -> Result<Deal, Error> {
    scope.require(DEALS_READ)?;
    current(service, scope, id).await
}

/// A page of deals; of those in the trash with `trash`.
///
/// # Errors
/// Filter, sort or cursor that do not fit.
pub async fn list(service: &Pipeline, scope: &Scope, params: &Params, trash: bool) -> Result<Page<Deal>, Error> {
    scope.require(DEALS_READ)?;
    let reader = service.db.reader(scope);
    let params = list::stored_params(service, &reader, scope, params).await?;
    let select = list::rows(&reader, scope, &params, trash);
    let Page { items, number, limit, total, next_cursor } =
        DEALS.page::<Row>(&reader, select, &params, scope.eyes().map(Into::into)).await?;
    let items = views(service, scope, loaded(items)?).await?;
    Ok(Page { items, number, limit, total, next_cursor })
}

/// The next deals of an export, as many as `params.limit` says, and the cursor to go on from.
///
/// # Errors
/// Filter, sort or cursor that do not fit.
pub async fn chunk(service: &Pipeline, scope: &Scope, params: &Params) -> Result<(Vec<Deal>, Option<String>), Error> {
    let reader = service.db.reader(scope);
    let params = list::stored_params(service, &reader, scope, params).await?;
    let select = list::rows(&reader, scope, &params, false);
    let (rows, next) = DEALS.chunk::<Row>(&reader, select, &params, scope.eyes().map(Into::into)).await?;
    Ok((views(service, scope, loaded(rows)?).await?, next))
}

/// Rows as deals.
///
/// # Errors
/// A stored value that cannot be read.
pub fn loaded(rows: Vec<Row>) -> Result<Vec<Loaded>, Error> {
    Ok(rows.into_iter().map(Loaded::try_from).collect::<Result<_, _>>()?)
}

async fn views(service: &Pipeline, scope: &Scope, deals: Vec<Loaded>) -> Result<Vec<Deal>, Error> {
    let names = Names::around(service, scope, &deals).await?;
    let now = service.db.clock().now();
    Ok(deals.into_iter().map(|deal| Deal::of(deal, &names, now)).collect())
}

/// The deal as it is now: the answer to a change, and the other side of a conflict.
///
/// # Errors
/// [`Error::NotFound`] when it is unknown or out of reach.
pub(crate) async fn current(service: &Pipeline, scope: &Scope, id: Uuid) -> Result<Deal, Error> {
    view(service, scope, store::get(&service.db.reader(scope), scope, id).await?).await
}

/// A deal as it is shown.
///
/// # Errors
/// When another service cannot answer.
pub(crate) async fn view(service: &Pipeline, scope: &Scope, deal: Loaded) -> Result<Deal, Error> {
    views(service, scope, vec![deal]).await?.pop().ok_or(Error::NotFound)
}
