//! Whom a campaign would write to, and why not to others. The first contacts are looked at one by one; the rest is as many
//! as the keeper of contacts says.

use db::Sql;
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use contracts::{audience::Addressee, permissions::CAMPAIGNS_READ};
use kernel::{Fields, Scope};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Campaigns, Error,
    campaign::{Channel, audience::AudienceQuery, policy::Policy},
    campaigns::store::{self as campaigns, StoredCampaign},
    enrolling::job::wanted,
    policies::{
        facts::{Known, ReasonView, text_of, zone_of},
        store as policies,
    },
    rules::policy::{self, Facts, Purpose, Reason, ReasonCode},
    schemas,
};

/// Contacts that are looked at one by one.
pub const LOOKED_AT: usize = 2_000;
const PART: usize = 1_000;
/// Contacts that are shown.
const SHOWN: usize = 20;

/// An audience to be looked at; that of the campaign unless given.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PreviewRequest {
    #[schema(value_type = Option<schemas::Audience>)]
    pub audience: Option<AudienceQuery>,
}

/// Why contacts are left out, and how many of those that were looked at.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Exclusion {
    /// A code of the policy, or `audience.excluded`, `audience.written_to`, `audience.in_campaign`.
    pub code: String,
    /// In the caller's language.
    pub message: String,
    pub count: u64,
}

/// A contact of an audience.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Sampled {
    pub id: Uuid,
    pub name: String,
    #[schema(required)]
    pub company: Option<String>,
    /// Why it is left out; nothing when it is not.
    pub excluded: Vec<ReasonView>,
}

/// Whom a campaign would write to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AudiencePreview)]
pub struct Preview {
    /// Exact up to 10 000.
    pub count: u64,
    pub is_estimate: bool,
    /// How many were looked at one by one: the first 2000.
    pub looked: u64,
    /// Of them, those that nothing excludes.
    pub eligible: u64,
    pub exclusions: Vec<Exclusion>,
    pub sample: Vec<Sampled>,
}

/// The first contacts of an audience, with what is known of them.
pub(crate) struct Looked {
    pub count: u64,
    pub is_estimate: bool,
    pub contacts: Vec<Judged>,
}

/// A contact, and why it is left out.
pub(crate) struct Judged {
    pub contact: Addressee,
    pub facts: Facts,
    pub codes: Vec<&'static str>,
    pub reasons: Vec<Reason>,
}

impl Looked {
    /// How many contacts are on which clocks, the whole audience as those that were looked at.
    pub fn zones(&self) -> Vec<(Option<Tz>, u64)> {
        let mut zones: HashMap<Option<Tz>, u64> = HashMap::new();
        let eligible = self.contacts.iter().filter(|judged| judged.is_eligible());
        for judged in eligible {
            *zones.entry(zone_of(&judged.contact)).or_default() += 1;
        }
        let looked = self.contacts.len() as u64;
        let scaled = |count: u64| if looked == 0 { 0 } else { (count * self.count).div_ceil(looked.max(1)) };
        let mut zones: Vec<(Option<Tz>, u64)> = zones.into_iter().map(|(zone, count)| (zone, scaled(count))).collect();
        zones.sort_by_key(|(zone, _)| zone.map(Tz::name));
        zones
    }
}

impl Judged {
    pub fn is_eligible(&self) -> bool {
        self.codes.is_empty()
    }
}

/// Looks at the first contacts of an audience.
pub(crate) async fn look(
    service: &Campaigns,
    scope: &Scope,
    stored: &StoredCampaign,
    query: &AudienceQuery,
    most: usize,
) -> Result<Looked, Error> {
    if query.is_nobody() {
        return Ok(Looked { count: 0, is_estimate: false, contacts: Vec::new() });
    }
    let wanted = wanted(query)?;
    let size = service.asked.audience.size(scope, &wanted).await?;
    let limit = u64::try_from(most).unwrap_or_default();
    let ids = service.asked.audience.ids(scope, &wanted, None, limit).await?;
    let reader = service.db.reader(scope);
    let (policy, _) = policies::policy(&reader, scope).await?;
    let policy = policy.with(&stored.campaign.policy);
    let now = service.db.clock().now();
    let mut contacts = Vec::with_capacity(ids.len());
    for ids in ids.chunks(PART) {
        let mut found = service.asked.audience.addressees(scope, ids).await?;
        let known = Known::load(&reader, scope, ids, &found, now).await?;
        let (written, inside) = excluded(service, scope, stored.id, query, ids).await?;
        for id in ids {
            let Some(contact) = found.remove(id) else { continue };
            let facts = known.of(scope, (*id, Some(&contact)), stored.campaign.channel, None);
            let mut codes = Vec::new();
            if query.exclude.contact_ids.contains(id) {
                codes.push("audience.excluded");
            }
            if written.contains(id) {
                codes.push("audience.written_to");
            }
            if inside.contains(id) {
                codes.push("audience.in_campaign");
            }
            let reasons = lasting(&facts, &policy, stored.campaign.channel, now);
            codes.extend(reasons.iter().map(|reason| reason.code.as_str()));
            contacts.push(Judged { contact, facts, codes, reasons });
        }
    }
    Ok(Looked { count: size.count, is_estimate: size.is_estimate, contacts })
}

/// Reasons that are not only those of the hour and the day.
fn lasting(facts: &Facts, policy: &Policy, channel: Channel, at: DateTime<Utc>) -> Vec<Reason> {
    use ReasonCode as R;
    let passing = [R::QuietHours, R::DayCap, R::WeekCap, R::ChannelDayCap, R::ChannelWeekCap].map(ReasonCode::as_str);
    let mut reasons = policy::decide(facts, policy, channel, Purpose::Program, at).reasons;
    reasons.retain(|reason| !passing.contains(&reason.code.as_str()));
    reasons
}

/// Those of these contacts that were written to lately, and that are or were in campaigns that exclude them, this one among
/// those.
async fn excluded(
    service: &Campaigns,
    scope: &Scope,
    campaign: Uuid,
    query: &AudienceQuery,
    contacts: &[Uuid],
) -> Result<(HashSet<Uuid>, HashSet<Uuid>), Error> {
    let reader = service.db.reader(scope);
    let mut written = HashSet::new();
    if let Some(days) = query.exclude.written_to_within_days {
        let mut sql = Sql::new("select distinct contact_id from touches where org_id = ");
        sql.bind(scope.org_id.0).add(" and contact_id in ").list(contacts.iter().copied());
        sql.add(" and at > ").bind(service.db.clock().now() - TimeDelta::days(days.into()));
        let rows = sql.rows(&reader).await?;
        written = rows.iter().map(|row| row.try_get("", "contact_id")).collect::<Result<_, DbErr>>()?;
    }
    let campaigns = query.exclude.campaign_ids.iter().copied().chain([campaign]);
    let mut sql = Sql::new("select distinct contact_id from enrolments where org_id = ");
    sql.bind(scope.org_id.0).add(" and contact_id in ").list(contacts.iter().copied());
    sql.add(" and campaign_id in ").list(campaigns);
    let rows = sql.rows(&reader).await?;
    let inside = rows.iter().map(|row| row.try_get("", "contact_id")).collect::<Result<_, DbErr>>()?;
    Ok((written, inside))
}

/// Whom a campaign would write to, and why not to others.
///
/// # Errors
/// [`Error::NotFound`]; an audience that is refused.
pub async fn preview(service: &Campaigns, scope: &Scope, id: Uuid, request: PreviewRequest) -> Result<Preview, Error> {
    scope.require(CAMPAIGNS_READ)?;
    let stored = campaigns::get(&service.db.reader(scope), scope, id).await?;
    let mut refused = Fields::default();
    let query = request.audience.map(|audience| audience.parse("audience", &mut refused));
    refused.finish(|| ())?;
    let query = query.unwrap_or_else(|| stored.campaign.audience.clone());
    let looked = look(service, scope, &stored, &query, LOOKED_AT).await?;
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    for code in looked.contacts.iter().flat_map(|judged| &judged.codes) {
        *counts.entry(*code).or_default() += 1;
    }
    let exclusion =
        |(code, count): (&'static str, u64)| Exclusion { code: code.to_owned(), message: text_of(code), count };
    let sampled = |judged: &Judged| Sampled {
        id: judged.contact.id,
        name: judged.contact.name.clone(),
        company: judged.contact.company.clone(),
        excluded: views(judged),
    };
    Ok(Preview {
        count: looked.count,
        is_estimate: looked.is_estimate,
        looked: looked.contacts.len() as u64,
        eligible: looked.contacts.iter().filter(|judged| judged.is_eligible()).count() as u64,
        exclusions: counts.into_iter().map(exclusion).collect(),
        sample: looked.contacts.iter().take(SHOWN).map(sampled).collect(),
    })
}

fn views(judged: &Judged) -> Vec<ReasonView> {
    let by_list =
        judged.codes.iter().filter(|code| code.starts_with("audience.")).map(|code| ReasonView::of_code(code));
    by_list.chain(judged.reasons.iter().map(ReasonView::from)).collect()
}
