//! Rehearsals: a campaign is played through with its own contacts, accounts and policy on a clock that jumps, by a job.

use db::Sql;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::permissions::{CAMPAIGNS_READ, CAMPAIGNS_WRITE};
use jobs::{Context, JobError, NewJob, Work};
use kernel::{Fields, Scope, values::Problem};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    audience::{self, LOOKED_AT},
    stage::{self, Failed, MOST_PLAYED, Script},
};
use crate::{
    Campaigns, Error,
    campaign::Campaign,
    campaigns::store::{self as campaigns, StoredCampaign, StoredStep},
    enrolling::job::campaign_in,
    policies::store as policies,
    rules::{
        rehearse::{Behaviour, Happened, MOST_DAYS, Person, Report, Setup, rehearse},
        steps::{Facts, Plan},
    },
    sending::senders,
};

/// Kind of the job.
const KIND: &str = "campaigns.rehearse";
/// The state before the first one.
const NONE: &str = "none";
/// Days unless somebody says how many.
const DAYS: u32 = 14;
/// How far apart an account sends, in seconds.
const APART_SECONDS: u32 = 60;

/// What is to be rehearsed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct RehearsalRequest {
    /// 14 unless given.
    #[schema(minimum = 1, maximum = 120)]
    pub days: Option<u32>,
    /// `network`: by the code that sends, in a world of its own, at most 200 people. `quick`: by the rules alone,
    /// and so unless given.
    pub mode: Option<Mode>,
    /// Contacts that take part; the first 2000 of the audience unless given.
    #[schema(minimum = 1, maximum = 2000)]
    pub people: Option<u32>,
    /// The same one gives the same.
    pub seed: Option<u32>,
    /// How people behave, of a million: `flood`, `bounce`, `read`, `answer`, `optOut`, `autoReply`, `positive`, `negative`;
    /// `withinHours`. As they usually do unless given.
    #[schema(value_type = Option<Object>)]
    pub behaviour: Option<Behaviour>,
}

/// How a rehearsal is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RehearsalMode)]
pub enum Mode {
    Quick,
    Network,
}

/// A rehearsal.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Rehearsal {
    /// None before the first one, as is `at`.
    #[schema(required)]
    pub id: Option<Uuid>,
    /// `none` before the first one; `running`, `done` or `failed`.
    pub state: String,
    /// `mode`; `days` by date, `variants` by step and variant, `senders`, `onTheWay`, `notBegun`.
    #[schema(value_type = Option<Object>, required)]
    pub result: Option<Value>,
    /// The campaign says something else since it was played.
    pub outdated: bool,
    /// When it was asked for.
    #[schema(required)]
    pub at: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    state: String,
    request: Value,
    result: Option<Value>,
    basis: Option<String>,
    at: DateTime<Utc>,
}

/// Begins a rehearsal; the one before is forgotten.
///
/// # Errors
/// [`Error::NotFound`]; numbers out of their range.
pub async fn begin(
    service: &Campaigns,
    scope: &Scope,
    id: Uuid,
    request: RehearsalRequest,
) -> Result<Rehearsal, Error> {
    scope.require(CAMPAIGNS_WRITE)?;
    let mut refused = Fields::default();
    let most_people = u32::try_from(LOOKED_AT).unwrap_or(u32::MAX);
    for (field, given, max) in [("days", request.days, MOST_DAYS), ("people", request.people, most_people)] {
        if given.is_some_and(|given| !(1..=max).contains(&given)) {
            refused.refuse_with(field, Problem::NumberRange { min: 1, max: max.into() });
        }
    }
    refused.finish(|| ())?;
    let stored = campaigns::get(&service.db.reader(scope), scope, id).await?;
    if stored.campaign.schedule.is_none() {
        let mut missing = Fields::default();
        missing.refuse_with("schedule", Problem::Required);
        return Err(missing.into());
    }
    let tx = service.db.begin(scope).await?;
    let (rehearsal, now) = (tx.clock().new_id(), tx.clock().now());
    let mut sql = Sql::new("insert into campaign_rehearsals (campaign_id, org_id, id, state, request, at) values (");
    sql.bind(id).add(", ").bind(scope.org_id.0).add(", ").bind(rehearsal).add(", 'running', ").bind(json!(request));
    sql.add(", ")
        .bind(now)
        .add(") on conflict (org_id, campaign_id) do update set id = excluded.id, state = excluded.state, ");
    sql.add("request = excluded.request, result = null, basis = null, at = excluded.at");
    sql.run(&tx).await?;
    let payload = json!({ "campaignId": id, "rehearsalId": rehearsal });
    jobs::enqueue(&tx, NewJob { kind: KIND, payload, max_attempts: 3 }).await?;
    tx.commit().await?;
    Ok(Rehearsal { id: Some(rehearsal), state: "running".to_owned(), result: None, outdated: false, at: Some(now) })
}

/// The newest rehearsal of a campaign.
///
/// # Errors
/// [`Error::NotFound`] of the campaign.
pub async fn get(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<Rehearsal, Error> {
    scope.require(CAMPAIGNS_READ)?;
    let reader = service.db.reader(scope);
    let stored = campaigns::get(&reader, scope, id).await?;
    let Some(row) = find(&reader, scope, id).await? else {
        return Ok(Rehearsal { id: None, state: NONE.to_owned(), result: None, outdated: false, at: None });
    };
    let steps = campaigns::steps(&reader, scope, id).await?;
    let outdated = row.basis.is_some_and(|basis| basis != basis_of(&stored, &steps));
    Ok(Rehearsal { id: Some(row.id), state: row.state, result: row.result, outdated, at: Some(row.at) })
}

async fn find(connection: &impl sea_orm::ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Option<Row>, Error> {
    let mut sql = Sql::new("select id, state, request, result, basis, at from campaign_rehearsals where org_id = ");
    sql.bind(scope.org_id.0).add(" and campaign_id = ").bind(id);
    Ok(sql.one(connection).await?)
}

/// Plays rehearsals.
pub struct Rehearse(pub Arc<Campaigns>);

#[async_trait::async_trait]
impl Work for Rehearse {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let id = campaign_in(&payload)?;
        let scope = &context.scope;
        let Some(row) = find(&self.0.db.reader(scope), scope, id).await? else { return Ok(()) };
        // Somebody asked for another one since.
        if payload["rehearsalId"] != json!(row.id) {
            return Ok(());
        }
        let request: RehearsalRequest = serde_json::from_value(row.request).unwrap_or_default();
        let mut played = match self.by_network(&context, id, &request).await {
            Err(Stopped::Cancelled) => return Err(JobError::Interrupted),
            Err(Stopped::Here(Error::NotFound)) => return Ok(()),
            Err(Stopped::Here(error)) => return Err(error.into()),
            Ok(played) => played.map(|played| (Mode::Network, played)),
        };
        if played.is_none() {
            played = match play(&self.0, scope, id, &request).await {
                Err(Error::NotFound) => return Ok(()),
                other => other?.map(|played| (Mode::Quick, played)),
            };
        }
        let played = played.map(|(mode, (report, basis))| {
            let mut result = json!(report);
            result["mode"] = json!(mode);
            (result, basis)
        });
        Ok(settle(&self.0, scope, (id, row.id), played).await?)
    }

    async fn gave_up(&self, context: Context, payload: Value, _error: &str) {
        let rehearsal = payload["rehearsalId"].as_str().and_then(|id| id.parse().ok());
        if let Some(ids) = campaign_in(&payload).ok().zip(rehearsal)
            && let Err(error) = settle(&self.0, &context.scope, ids, None).await
        {
            tracing::error!(%error, "a rehearsal that was given up could not be noted");
        }
    }
}

enum Stopped {
    Cancelled,
    Here(Error),
}

impl<E: Into<Error>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Here(error.into())
    }
}

impl Rehearse {
    /// Plays by the code that sends; none where that is not wanted, cannot be, or takes too long.
    async fn by_network(
        &self,
        context: &Context,
        id: Uuid,
        request: &RehearsalRequest,
    ) -> Result<Option<(Report, String)>, Stopped> {
        let Some(network) = self.0.rehearsing.as_ref().filter(|_| request.mode == Some(Mode::Network)) else {
            return Ok(None);
        };
        let Some((script, basis)) = script(&self.0, &context.scope, id, request).await? else { return Ok(None) };
        match network.play(&context.scope, script, context.cancel.clone()).await {
            Ok(report) => Ok(Some((report, basis))),
            Err(Failed::Cancelled) => Err(Stopped::Cancelled),
            Err(Failed::TooLong) => {
                tracing::warn!(campaign = %id, "a rehearsal by the network took too long; it is played by the rules");
                Ok(None)
            }
            Err(Failed::Away(error)) => Err(Stopped::Here(Error::Port(error))),
        }
    }
}

/// What is played by the network; none of a campaign without a schedule.
async fn script(
    service: &Campaigns,
    scope: &Scope,
    id: Uuid,
    request: &RehearsalRequest,
) -> Result<Option<(Script, String)>, Error> {
    let reader = service.db.reader(scope);
    let stored = campaigns::get(&reader, scope, id).await?;
    let steps = campaigns::steps(&reader, scope, id).await?;
    let basis = basis_of(&stored, &steps);
    if stored.campaign.schedule.is_none() {
        return Ok(None);
    }
    let most = request.people.and_then(|people| usize::try_from(people).ok());
    let look = most.unwrap_or(MOST_PLAYED).min(MOST_PLAYED);
    let looked = audience::look(service, scope, &stored, &stored.campaign.audience, look).await?;
    let players = looked.contacts.into_iter().filter(|judged| stage::may_play(&judged.codes));
    let people = players.enumerate().map(|(index, one)| stage::masked(index, one.contact, one.facts)).collect();
    let now = service.db.clock().now();
    let starts_at = stored.campaign.starts_at.filter(|at| *at > now).unwrap_or(now);
    let days = request.days.unwrap_or(DAYS).min(MOST_DAYS);
    let account_ids = stored.free_accounts();
    let steps = steps.into_iter().map(|stored| stored.step).filter(|step| !step.retired).collect();
    let script = Script {
        campaign_id: id,
        owner: service.member_names(scope, stored.owner_id).await?.into_values().next(),
        owner_id: stored.owner_id,
        policy: policies::policy(&reader, scope).await?.0,
        snippets: service.asked.answers.snippets(scope).await.map_err(Error::Port)?,
        people,
        behaviour: request.behaviour.unwrap_or(Behaviour::USUAL),
        seed: request.seed.unwrap_or(1).into(),
        starts_at,
        ends_at: starts_at + TimeDelta::days(days.into()),
        campaign: Campaign { account_ids, steps, ..stored.campaign },
    };
    Ok(Some((script, basis)))
}

async fn settle(
    service: &Campaigns,
    scope: &Scope,
    (campaign, id): (Uuid, Uuid),
    played: Option<(Value, String)>,
) -> Result<(), Error> {
    let (result, basis) = played.unzip();
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new("update campaign_rehearsals set state = ");
    sql.bind(if result.is_some() { "done" } else { "failed" }).add(", result = ").bind(result);
    sql.add(", basis = ").bind(basis);
    sql.add(" where org_id = ")
        .bind(scope.org_id.0)
        .add(" and campaign_id = ")
        .bind(campaign)
        .add(" and id = ")
        .bind(id);
    sql.run(&tx).await?;
    Ok(tx.commit().await?)
}

async fn play(
    service: &Campaigns,
    scope: &Scope,
    id: Uuid,
    request: &RehearsalRequest,
) -> Result<Option<(Report, String)>, Error> {
    let reader = service.db.reader(scope);
    let stored = campaigns::get(&reader, scope, id).await?;
    let steps = campaigns::steps(&reader, scope, id).await?;
    let basis = basis_of(&stored, &steps);
    let plan = Plan::new(steps.into_iter().map(|stored| stored.step).collect());
    let Some(schedule) = &stored.campaign.schedule else { return Ok(None) };
    let (policy, _) = policies::policy(&reader, scope).await?;
    let policy = policy.with(&stored.campaign.policy);
    let (senders, _) = senders::load(service, scope, &stored.free_accounts()).await?;
    let most = request.people.and_then(|people| usize::try_from(people).ok()).unwrap_or(LOOKED_AT);
    let looked = audience::look(service, scope, &stored, &stored.campaign.audience, most).await?;
    let eligible = looked.contacts.into_iter().filter(audience::Judged::is_eligible);
    let person = |judged: audience::Judged| Person {
        id: judged.contact.id,
        policy: judged.facts,
        facts: Facts::default(),
        has_written: false,
    };
    let people: Vec<Person> = eligible.map(person).collect();
    let now = service.db.clock().now();
    let setup = Setup {
        plan: &plan,
        schedule,
        stop_on: &stored.campaign.stop_on,
        policy: &policy,
        channel: stored.campaign.channel,
        senders: &senders,
        apart_seconds: APART_SECONDS,
        people: &people,
        behaviour: request.behaviour.unwrap_or(Behaviour::USUAL),
        starts_at: stored.campaign.starts_at.filter(|at| *at > now).unwrap_or(now),
        days: request.days.unwrap_or(DAYS),
        seed: request.seed.unwrap_or(1).into(),
    };
    Ok(Some((rehearse(&setup, &mut |_: Happened| {}), basis)))
}

/// What a campaign says, in short: another one when somebody changes it, the same when it starts or pauses.
fn basis_of(stored: &StoredCampaign, steps: &[StoredStep]) -> String {
    let campaign = &stored.campaign;
    let steps: Vec<Value> =
        steps.iter().map(|StoredStep { step, .. }| json!([step.id, step.place, step.retired, step.action])).collect();
    let said = json!([
        campaign.channel,
        campaign.audience,
        campaign.schedule,
        campaign.account_ids,
        campaign.stop_on,
        campaign.policy,
        campaign.starts_at,
        steps
    ]);
    let hash = Sha256::digest(said.to_string());
    hash.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
