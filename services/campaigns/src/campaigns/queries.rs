//! Reading campaigns: one with its steps, and pages of them.

use chrono::NaiveDate;
use contracts::permissions::CAMPAIGNS_READ;
use db::{Field, List, Page, Params};
use kernel::{Scope, filter::FieldType, values::name_key};
use sea_orm::{
    EntityTrait, QueryFilter, QueryTrait,
    sea_query::{ExprTrait, LikeExpr},
};
use uuid::Uuid;

use super::{
    store::{self, StoredCampaign, column, entity, entity::Column},
    view::CampaignView,
};
use crate::{
    Campaigns, Error,
    campaign::{CampaignState, Channel},
    counting,
};

pub const CAMPAIGNS: List = List {
    fields: &[
        Field {
            name: "name",
            kind: FieldType::Text,
            expr: || column(Column::Name),
            order: Some(|| column(Column::NameKey)),
        },
        Field {
            name: "state",
            kind: FieldType::Choice(CampaignState::WORDS),
            expr: || column(Column::State),
            order: Some(|| column(Column::State)),
        },
        Field {
            name: "channel",
            kind: FieldType::Choice(Channel::WORDS),
            expr: || column(Column::Channel),
            order: None,
        },
        Field {
            name: "ownerId",
            kind: FieldType::Reference { me: true },
            expr: || column(Column::OwnerId),
            order: None,
        },
        Field { name: "startedAt", kind: FieldType::Instant, expr: || column(Column::StartedAt), order: None },
        Field {
            name: "createdAt",
            kind: FieldType::Instant,
            expr: || column(Column::CreatedAt),
            order: Some(|| column(Column::CreatedAt)),
        },
        Field {
            name: "updatedAt",
            kind: FieldType::Instant,
            expr: || column(Column::UpdatedAt),
            order: Some(|| column(Column::UpdatedAt)),
        },
    ],
    default_sort: "-createdAt",
    id: || column(Column::Id),
};

/// A page of campaigns, without their steps. Those that were archived only when a filter asks for states.
///
/// # Errors
/// Filter, sort or cursor that do not fit.
pub async fn list(service: &Campaigns, scope: &Scope, params: &Params) -> Result<Page<CampaignView>, Error> {
    scope.require(CAMPAIGNS_READ)?;
    let reader = service.db.reader(scope);
    let mut find = entity::Entity::find().filter(store::within(scope));
    if params.filter.is_none() {
        find = find.filter(column(Column::State).ne(CampaignState::Archived.as_str()));
    }
    if let Some(search) = &params.search {
        let pattern = db::like_pattern("%", &name_key(search), "%");
        find = find.filter(column(Column::NameKey).like(LikeExpr::new(pattern).escape('\\')));
    }
    let page =
        CAMPAIGNS.page::<entity::Model>(&reader, find.into_query(), params, scope.eyes().map(Into::into)).await?;
    let Page { items, number, limit, total, next_cursor } = page;
    let stored: Vec<StoredCampaign> = items.into_iter().map(TryInto::try_into).collect::<Result<_, db::Error>>()?;
    let ids: Vec<Uuid> = stored.iter().map(|campaign| campaign.id).collect();
    let mut numbers = counting::numbers(&reader, scope, &ids, today(service)).await?;
    let members = service.member_names(scope, stored.iter().filter_map(|campaign| campaign.owner_id)).await?;
    let view = |campaign: StoredCampaign| {
        let numbers = numbers.remove(&campaign.id).unwrap_or_default();
        CampaignView::of(campaign, Vec::new(), &members, numbers)
    };
    Ok(Page { items: stored.into_iter().map(view).collect(), number, limit, total, next_cursor })
}

/// One campaign with its steps.
///
/// # Errors
/// [`Error::NotFound`] when it is unknown or out of reach.
pub async fn get(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<CampaignView, Error> {
    scope.require(CAMPAIGNS_READ)?;
    current(service, scope, id).await
}

/// The campaign as it is now: the answer to a change, and the other side of a conflict.
///
/// # Errors
/// [`Error::NotFound`] when it is unknown or out of reach.
pub(crate) async fn current(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<CampaignView, Error> {
    let reader = service.db.reader(scope);
    let stored = store::get(&reader, scope, id).await?;
    let steps = store::steps(&reader, scope, id).await?;
    let numbers = counting::numbers(&reader, scope, &[id], today(service)).await?.remove(&id).unwrap_or_default();
    let members = service.member_names(scope, stored.owner_id).await?;
    Ok(CampaignView::of(stored, steps, &members, numbers))
}

/// The day that it is, by the clocks that numbers are kept by.
fn today(service: &Campaigns) -> NaiveDate {
    service.db.clock().now().date_naive()
}

/// The refusal of a change that is based on another version.
///
/// # Errors
/// [`Error::NotFound`] when the campaign is gone by now.
pub(crate) async fn stale(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<Error, Error> {
    let current = current(service, scope, id).await?;
    Ok(Error::Stale(serde_json::to_value(current).unwrap_or_default()))
}
