//! What is known of those who are due, for all of them at once: as many questions as there are kinds of facts, not contacts.

use db::Sql;
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use contracts::audience::Addressee;
use kernel::{Scope, filter::Filter};
use sea_orm::FromQueryResult;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Campaigns, Error,
    campaign::{StopOn, policy::Policy, schedule::Schedule},
    campaigns::store::{self as campaigns, StoredCampaign},
    enrolling::store::Row,
    policies::{facts::Known, store as policies},
    rules::{
        steps::{Facts, Plan, Sent},
        window::{begin_of, day_of},
    },
};

/// A campaign with what it goes by.
pub struct Course {
    pub stored: StoredCampaign,
    pub plan: Plan,
    pub schedule: Schedule,
    /// As it is for the campaign.
    pub policy: Policy,
    /// Steps that are held for the time being.
    pub held: HashSet<Uuid>,
}

/// What is known of those who are due.
pub struct Gathered {
    pub addressees: HashMap<Uuid, Addressee>,
    pub known: Known,
    /// By contact.
    pub stages: HashMap<Uuid, HashSet<Uuid>>,
    pub answered: HashSet<Uuid>,
    /// By enrolment.
    pub sent: HashMap<Uuid, History>,
    /// Condition steps, and the contacts that fit their filter.
    pub fits: HashMap<Uuid, HashSet<Uuid>>,
}

/// What was sent in an enrolment.
#[derive(Clone, Debug, Default)]
pub struct History {
    pub sent: HashMap<Uuid, Sent>,
    pub last: Option<Uuid>,
    /// Whether the other side has never written to the account, as far as is known.
    pub first_contact: Option<bool>,
}

#[derive(FromQueryResult)]
struct SentRow {
    enrolment_id: Uuid,
    step_id: Uuid,
    state: String,
    delivered_at: Option<DateTime<Utc>>,
    read_at: Option<DateTime<Utc>>,
    replied_at: Option<DateTime<Utc>>,
    positive: bool,
    first_contact: bool,
}

impl Course {
    /// The campaign as it is now; none when it says nothing of when it sends, which a running one always does.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn load(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<Option<Self>, Error> {
        let reader = service.db.reader(scope);
        let stored = campaigns::get(&reader, scope, id).await?;
        let steps = campaigns::steps(&reader, scope, id).await?;
        let (policy, _) = policies::policy(&reader, scope).await?;
        let Some(schedule) = stored.campaign.schedule.clone() else { return Ok(None) };
        let held = steps.iter().filter(|stored| stored.held).map(|stored| stored.step.id).collect();
        let plan = Plan::new(steps.into_iter().map(|stored| stored.step).collect());
        let policy = policy.with(&stored.campaign.policy);
        Ok(Some(Self { stored, plan, schedule, policy, held }))
    }

    pub fn stop_on(&self) -> &StopOn {
        &self.stored.campaign.stop_on
    }
}

impl Gathered {
    /// Everything that may be asked of these, who are due in a campaign.
    ///
    /// # Errors
    /// When a service is away.
    pub async fn load(
        service: &Campaigns,
        scope: &Scope,
        course: &Course,
        due: &[Row],
        at: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let contacts: Vec<Uuid> = due.iter().map(|row| row.contact_id).collect();
        let places: HashSet<i32> = due.iter().map(place_of).collect();
        let addressees = service.asked.audience.addressees(scope, &contacts).await?;
        let reader = service.db.reader(scope);
        let known = Known::load(&reader, scope, &contacts, &addressees, at).await?;
        let asked: Vec<(Uuid, DateTime<Utc>)> = due.iter().map(|row| (row.contact_id, row.answered_gate)).collect();
        let answered = service.asked.outbox.answered_since(scope, &asked).await.map_err(Error::Port)?;
        let questions: Vec<_> = places.iter().map(|place| course.plan.questions(*place)).collect();
        let needs_stages = questions.iter().any(|asked| asked.stages) || !course.stop_on().stage_ids.is_empty();
        let stages = if needs_stages { stages(service, scope, &contacts).await? } else { HashMap::new() };
        let filters: BTreeMap<Uuid, &Value> =
            questions.iter().flat_map(|asked| asked.filters.iter().copied()).collect();
        let mut fits = HashMap::new();
        for (step, filter) in filters {
            let filter = Filter::parse(&filter.to_string()).map_err(db::Error::from)?;
            fits.insert(step, service.asked.audience.matches(scope, &contacts, &filter).await?);
        }
        let sent = history(service, scope, due).await?;
        Ok(Self { addressees, known, stages, answered, sent, fits })
    }

    /// What the steps go by for one of them.
    #[must_use]
    pub fn of(&self, row: &Row) -> Facts {
        let history = self.sent.get(&row.id).cloned().unwrap_or_default();
        let fits = self.fits.iter().filter(|(_, contacts)| contacts.contains(&row.contact_id));
        Facts {
            replied: self.answered.contains(&row.contact_id),
            deleted: !self.addressees.contains_key(&row.contact_id),
            stages: self.stages.get(&row.contact_id).cloned().unwrap_or_default(),
            sent: history.sent,
            last_sent: history.last,
            fits: fits.map(|(step, _)| *step).collect(),
            ..Facts::default()
        }
    }
}

/// Up to which place an enrolment is.
#[must_use]
pub fn place_of(row: &Row) -> i32 {
    i32::try_from(row.place).unwrap_or(i32::MAX)
}

async fn stages(service: &Campaigns, scope: &Scope, contacts: &[Uuid]) -> Result<HashMap<Uuid, HashSet<Uuid>>, Error> {
    let found = service.asked.deals.stages_of_contacts(scope, contacts).await.map_err(Error::Port)?;
    let of = |deals: Vec<contracts::deals::DealStanding>| deals.into_iter().map(|deal| deal.stage_id).collect();
    Ok(found.into_iter().map(|(contact, deals)| (contact, of(deals))).collect())
}

async fn history(service: &Campaigns, scope: &Scope, due: &[Row]) -> Result<HashMap<Uuid, History>, Error> {
    // Who is at the beginning was sent nothing.
    let begun: Vec<Uuid> = due.iter().filter(|row| row.step_id.is_some()).map(|row| row.id).collect();
    let mut histories: HashMap<Uuid, History> = HashMap::new();
    if begun.is_empty() {
        return Ok(histories);
    }
    let mut sql = Sql::new(
        "select enrolment_id, step_id, state, delivered_at, read_at, replied_at, positive, first_contact \
         from campaign_sends where org_id = ",
    );
    sql.bind(scope.org_id.0).add(" and enrolment_id in ").list(begun).add(" order by queued_at, id");
    for row in sql.all::<SentRow>(&service.db.reader(scope)).await? {
        let history = histories.entry(row.enrolment_id).or_default();
        let failed = row.state == "failed" || row.state == "refused";
        let sent = Sent {
            delivered: row.delivered_at.is_some(),
            read: row.read_at.is_some(),
            replied: row.replied_at.is_some(),
            positive: row.positive,
            failed,
        };
        history.sent.insert(row.step_id, sent);
        history.last = Some(row.step_id);
        history.first_contact = Some(row.first_contact && row.replied_at.is_none());
    }
    Ok(histories)
}

/// How many messages a campaign sent today and in this hour, by the days of its own clocks; those on their way among them.
///
/// # Errors
/// When the database is away.
pub async fn sent_lately(
    service: &Campaigns,
    scope: &Scope,
    course: &Course,
    at: DateTime<Utc>,
) -> Result<(u32, u32), Error> {
    #[derive(FromQueryResult)]
    struct Lately {
        today: i64,
        hour: i64,
    }
    if course.schedule.pace.per_day.is_none() && course.schedule.pace.per_hour.is_none() {
        return Ok((0, 0));
    }
    let zone = course.schedule.zone.of(None);
    let today = begin_of(day_of(at, zone), zone);
    let hour = DateTime::from_timestamp(at.timestamp().div_euclid(3600) * 3600, 0).unwrap_or(at);
    let mut sql = Sql::new("select count(*) as today, count(case when queued_at >= ");
    sql.bind(hour).add(" then 1 end) as hour from campaign_sends where org_id = ").bind(scope.org_id.0);
    sql.add(" and campaign_id = ").bind(course.stored.id).add(" and queued_at >= ").bind(today.min(hour));
    sql.add(" and state not in ('called_back', 'refused')");
    let lately = sql.one::<Lately>(&service.db.reader(scope)).await?.unwrap_or(Lately { today: 0, hour: 0 });
    let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    Ok((count(lately.today), count(lately.hour)))
}
