//! A contact's part in all campaigns, and why they were not written to.

use db::Sql;
use std::collections::BTreeMap;

use api::{context, messages};
use chrono::{DateTime, Utc};
use contracts::permissions::CAMPAIGNS_READ;
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Campaigns, Error,
    campaign::Channel,
    campaigns::view::{Named, count, named},
    enrolling::queries::{self as enrolments, Enrolment},
    policies::{
        commands::{self, VerdictView},
        facts::text_of,
    },
    rules::policy::Purpose,
};

/// Why a campaign did not write to a contact.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CampaignRefusal)]
pub struct Refusal {
    /// None of one out of reach.
    #[schema(required)]
    pub campaign: Option<Named>,
    /// Such as `policy.day_cap`.
    pub code: String,
    /// In the caller's language.
    pub message: String,
    pub params: BTreeMap<String, String>,
    /// When it came up last.
    pub at: DateTime<Utc>,
    /// How often it came up.
    pub count: u64,
}

/// A contact's part in all campaigns.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactCampaigns {
    /// The newest first.
    pub enrolments: Vec<Enrolment>,
    pub refusals: Vec<Refusal>,
    /// What the policy says of a program that would write now, on each channel.
    pub verdicts: Vec<VerdictView>,
}

#[derive(FromQueryResult)]
struct Row {
    campaign_id: Uuid,
    code: String,
    params: Value,
    at: DateTime<Utc>,
    count: i64,
}

/// A contact's part in all campaigns.
///
/// # Errors
/// [`Error::NotFound`] of a contact out of reach.
pub async fn get(service: &Campaigns, scope: &Scope, contact: Uuid) -> Result<ContactCampaigns, Error> {
    scope.require(CAMPAIGNS_READ)?;
    service.check_contact(scope, contact).await?;
    let mut sql = Sql::new("select campaign_id, code, params, at, count from campaign_refusals where org_id = ");
    sql.bind(scope.org_id.0).add(" and contact_id = ").bind(contact).add(" order by at desc limit 100");
    let rows: Vec<Row> = sql.all(&service.db.reader(scope)).await?;
    let names = enrolments::names_of(service, scope, rows.iter().map(|row| row.campaign_id)).await?;
    let refusal = |row: Row| {
        let params: BTreeMap<String, String> = serde_json::from_value(row.params).unwrap_or_default();
        Refusal {
            campaign: named(Some(row.campaign_id), &names),
            message: filled(&row.code, &params),
            code: row.code,
            params,
            at: row.at,
            count: count(row.count),
        }
    };
    let refusals = rows.into_iter().map(refusal).collect();
    let channels = [Channel::Telegram, Channel::Email];
    let verdicts = commands::check(service, scope, contact, &channels, Purpose::Program).await?;
    Ok(ContactCampaigns { enrolments: enrolments::of_contact(service, scope, contact).await?, refusals, verdicts })
}

/// Names that parameters of reasons have.
const PARAMS: [&str; 6] = ["max", "reason", "channel", "campaignId", "days", "variables"];

/// The text of a reason that was kept.
fn filled(code: &str, params: &BTreeMap<String, String>) -> String {
    if params.is_empty() {
        return text_of(code);
    }
    let known = PARAMS.iter().filter_map(|name| params.get(*name).map(|value| (*name, value.clone())));
    messages::text(context::locale(), code, &known.collect::<Vec<_>>())
}
