//! Reading enrolments.

use chrono::{DateTime, Utc};
use contracts::permissions::CAMPAIGNS_READ;
use db::Sql;
use kernel::Scope;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::store::{COLUMNS, Row};
use crate::{
    Campaigns, Error,
    campaigns::{
        store as campaigns,
        view::{Named, named},
    },
    policies::facts::text_of,
};

/// Rows of a page unless the caller says how many.
const LIMIT: u64 = 50;

/// A contact on the way in a campaign.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Enrolment {
    pub id: Uuid,
    #[schema(required)]
    pub campaign: Option<Named>,
    /// None when the contact is gone for good.
    #[schema(required)]
    pub contact: Option<Named>,
    pub contact_id: Uuid,
    /// `waiting`, `sending`, `paused`, `finished` or `stopped`.
    pub state: String,
    /// Why it was stopped.
    #[schema(required)]
    pub cause: Option<String>,
    #[schema(required)]
    pub account_id: Option<Uuid>,
    /// The last step that was done.
    #[schema(required)]
    pub step_id: Option<Uuid>,
    /// When it goes on.
    #[schema(required)]
    pub due_at: Option<DateTime<Utc>>,
    /// Why it waits, if not for its time: a code, and its text.
    #[schema(required)]
    pub held: Option<String>,
    #[schema(required)]
    pub held_message: Option<String>,
    pub enrolled_at: DateTime<Utc>,
    #[schema(required)]
    pub ended_at: Option<DateTime<Utc>>,
}

/// Which enrolments.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct EnrolmentParams {
    pub state: Option<String>,
    pub cause: Option<String>,
    /// The last step that was done.
    pub step_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    /// `nextCursor` of the page before.
    pub cursor: Option<Uuid>,
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
}

/// A page of enrolments.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnrolmentPage {
    pub items: Vec<Enrolment>,
    #[schema(required)]
    pub next_cursor: Option<Uuid>,
}

/// The enrolments of a campaign, in the order of the contacts.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn list(
    service: &Campaigns,
    scope: &Scope,
    campaign: Uuid,
    params: &EnrolmentParams,
) -> Result<EnrolmentPage, Error> {
    scope.require(CAMPAIGNS_READ)?;
    let reader = service.db.reader(scope);
    campaigns::get(&reader, scope, campaign).await?;
    let limit = params.limit.unwrap_or(LIMIT).clamp(1, 100);
    let mut sql = Sql::new(&format!("select {COLUMNS} from enrolments where org_id = "));
    sql.bind(scope.org_id.0).add(" and campaign_id = ").bind(campaign);
    for (column, value) in [("state", &params.state), ("cause", &params.cause)] {
        if let Some(value) = value {
            sql.add(&format!(" and {column} = ")).bind(value.clone());
        }
    }
    for (column, value) in [("step_id", params.step_id), ("account_id", params.account_id)] {
        if let Some(value) = value {
            sql.add(&format!(" and {column} = ")).bind(value);
        }
    }
    if let Some(after) = params.cursor {
        sql.add(" and contact_id > ").bind(after);
    }
    sql.add(&format!(" order by contact_id limit {}", limit + 1));
    let mut rows: Vec<Row> = sql.all(&reader).await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next_cursor = rows.last().filter(|_| more).map(|row| row.contact_id);
    Ok(EnrolmentPage { items: shown(service, scope, rows).await?, next_cursor })
}

/// One enrolment.
///
/// # Errors
/// [`Error::NotFound`].
pub(crate) async fn one(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<Enrolment, Error> {
    let row = super::store::get(&service.db.reader(scope), scope, id).await?;
    shown(service, scope, vec![row]).await?.pop().ok_or(Error::NotFound)
}

/// The enrolments of a contact within reach, the newest first.
///
/// # Errors
/// When the database is away.
pub(crate) async fn of_contact(service: &Campaigns, scope: &Scope, contact: Uuid) -> Result<Vec<Enrolment>, Error> {
    let mut sql = Sql::new(&format!("select {COLUMNS} from enrolments where org_id = "));
    sql.bind(scope.org_id.0).add(" and contact_id = ").bind(contact).add(" order by enrolled_at desc, id limit 100");
    let rows: Vec<Row> = sql.all(&service.db.reader(scope)).await?;
    shown(service, scope, rows).await
}

/// Enrolments with the names around them, asked for once each. Contacts out of reach have no name.
async fn shown(service: &Campaigns, scope: &Scope, rows: Vec<Row>) -> Result<Vec<Enrolment>, Error> {
    let campaigns = names_of(service, scope, rows.iter().map(|row| row.campaign_id)).await?;
    let contacts = service.contact_names(scope, rows.iter().map(|row| row.contact_id)).await?;
    let view = |row: Row| Enrolment {
        id: row.id,
        campaign: named(Some(row.campaign_id), &campaigns),
        contact: named(Some(row.contact_id), &contacts),
        contact_id: row.contact_id,
        due_at: (row.state == "waiting").then_some(row.due_at),
        held_message: row.held.as_deref().map(text_of),
        held: row.held,
        state: row.state,
        cause: row.cause,
        account_id: row.account_id,
        step_id: row.step_id,
        enrolled_at: row.enrolled_at,
        ended_at: row.ended_at,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Names of those of these campaigns that the actor reaches.
///
/// # Errors
/// When the database is away.
pub(crate) async fn names_of(
    service: &Campaigns,
    scope: &Scope,
    ids: impl Iterator<Item = Uuid>,
) -> Result<std::collections::HashMap<Uuid, String>, Error> {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

    use crate::campaigns::store::entity::{Column, Entity};
    let ids = crate::unique(ids);
    if ids.is_empty() {
        return Ok(std::collections::HashMap::new());
    }
    let find = Entity::find().select_only().column(Column::Id).column(Column::Name).filter(campaigns::within(scope));
    let rows: Vec<(Uuid, String)> =
        find.filter(Column::Id.is_in(ids)).into_tuple().all(&service.db.reader(scope)).await?;
    Ok(rows.into_iter().collect())
}
