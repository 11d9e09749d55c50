//! The log of a campaign, the newest first.

use chrono::{DateTime, Utc};
use contracts::permissions::CAMPAIGNS_READ;
use db::Sql;
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    Campaigns, Error,
    campaign::StopCause,
    campaigns::{
        store as campaigns,
        view::{Named, named},
    },
    log::What,
    policies::facts::text_of,
};

/// Rows of a page unless the caller says how many.
const LIMIT: u64 = 50;

/// Which lines.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct LogParams {
    /// `nextCursor` of the page before.
    pub cursor: Option<Uuid>,
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    at: DateTime<Utc>,
    kind: String,
    contact_id: Option<Uuid>,
    enrolment_id: Option<Uuid>,
    step_id: Option<Uuid>,
    variant_id: Option<Uuid>,
    account_id: Option<Uuid>,
    message_id: Option<Uuid>,
    chat_id: Option<Uuid>,
    code: Option<String>,
}

/// Something that happened in a campaign.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CampaignLogLine)]
pub struct Line {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// `started`, `not_started`, `paused`, `finished`, `enrolled`, `queued`, `sent`, `read`, `replied`, `failed`, `stopped`,
    /// `through`, `refused`, `called_back`, `task`, `moved` or `won`.
    pub kind: String,
    /// None of a line about many, and of a contact out of reach.
    #[schema(required)]
    pub contact: Option<Named>,
    #[schema(required)]
    pub enrolment_id: Option<Uuid>,
    #[schema(required)]
    pub step_id: Option<Uuid>,
    #[schema(required)]
    pub variant_id: Option<Uuid>,
    #[schema(required)]
    pub account_id: Option<Uuid>,
    #[schema(required)]
    pub message_id: Option<Uuid>,
    #[schema(required)]
    pub chat_id: Option<Uuid>,
    /// Why; of `enrolled` how many; of `task` its title.
    #[schema(required)]
    pub code: Option<String>,
    /// The same in the caller's language; none where the code says no reason.
    #[schema(required)]
    pub message: Option<String>,
}

/// A page of the log.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CampaignLogPage)]
pub struct Page {
    pub items: Vec<Line>,
    #[schema(required)]
    pub next_cursor: Option<Uuid>,
}

/// A page of the log of a campaign.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn list(service: &Campaigns, scope: &Scope, id: Uuid, params: &LogParams) -> Result<Page, Error> {
    scope.require(CAMPAIGNS_READ)?;
    let reader = service.db.reader(scope);
    campaigns::get(&reader, scope, id).await?;
    let limit = params.limit.unwrap_or(LIMIT).clamp(1, 100);
    let mut sql = Sql::new(
        "select id, at, kind, contact_id, enrolment_id, step_id, variant_id, account_id, message_id, chat_id, code \
         from campaign_log where org_id = ",
    );
    sql.bind(scope.org_id.0).add(" and campaign_id = ").bind(id);
    if let Some(before) = params.cursor {
        sql.add(" and id < ").bind(before);
    }
    sql.add(&format!(" order by id desc limit {}", limit + 1));
    let mut rows: Vec<Row> = sql.all(&reader).await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next_cursor = rows.last().filter(|_| more).map(|row| row.id);
    let names = service.contact_names(scope, rows.iter().filter_map(|row| row.contact_id)).await?;
    let line = |row: Row| Line {
        id: row.id,
        at: row.at,
        contact: named(row.contact_id, &names),
        enrolment_id: row.enrolment_id,
        step_id: row.step_id,
        variant_id: row.variant_id,
        account_id: row.account_id,
        message_id: row.message_id,
        chat_id: row.chat_id,
        message: row.code.as_deref().and_then(|code| said(&row.kind, code)),
        code: row.code,
        kind: row.kind,
    };
    Ok(Page { items: rows.into_iter().map(line).collect(), next_cursor })
}

/// What the code of a line says.
fn said(kind: &str, code: &str) -> Option<String> {
    // Of these it is a number, or what somebody wrote.
    if [What::Enrolled, What::Task].map(What::as_str).contains(&kind) {
        return None;
    }
    let known = |code: &str| Some(text_of(code)).filter(|text| text != code);
    StopCause::parse(code)
        .and_then(|cause| known(&format!("enrolment.cause.{}", cause.as_str())))
        .or_else(|| known(code))
}
