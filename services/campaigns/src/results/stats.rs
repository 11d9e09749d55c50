//! Numbers by step, variant, account and day, as they are kept: the same few statements, however many messages there are.

use std::collections::{BTreeMap, HashMap};

use contracts::permissions::CAMPAIGNS_READ;
use kernel::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Campaigns, Error,
    campaign::{CampaignState, step::Action},
    campaigns::store as campaigns,
    counting::{self, OnDay, Sends, Totals, count},
    policies::facts::text_of,
    rules::variants::{Judgement, judge},
    sending::experiments::{self, fared},
};

/// What became of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    pub sent: u64,
    pub delivered: u64,
    pub read: u64,
    pub replied: u64,
    pub positive: u64,
    pub failed: u64,
    pub opted_out: u64,
}

/// How a variant fared.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VariantStats {
    pub variant_id: Uuid,
    pub name: String,
    /// `running`, `won` or `lost`.
    pub state: &'static str,
    pub counts: Counts,
}

/// How a step fared.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepStats {
    pub step_id: Uuid,
    pub place: i32,
    pub kind: &'static str,
    pub retired: bool,
    pub counts: Counts,
    /// Of a message.
    pub variants: Vec<VariantStats>,
    /// What is known of the variants that run: `kind` is `single`, `tooFew`, `open` or `won`.
    #[schema(value_type = Option<Object>, required)]
    pub judgement: Option<Judgement>,
}

/// How an account fared.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountStats {
    pub account_id: Uuid,
    #[schema(required)]
    pub name: Option<String>,
    pub counts: Counts,
    /// Messages of programs in its queue.
    pub waiting: u64,
}

/// The numbers of a campaign.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CampaignStats)]
pub struct Stats {
    pub totals: Totals,
    pub steps: Vec<StepStats>,
    pub accounts: Vec<AccountStats>,
    /// Each day, UTC, from the first message to the last message or answer; to today while it runs. At most the last 90.
    pub days: Vec<OnDay>,
    /// Contacts that were stopped, by cause: `replied`, `opted_out`, `stage`, `deleted`, `manual`, `policy`, `failed` or `step`.
    pub stops: BTreeMap<String, u64>,
    /// Why contacts were not written to, the most frequent first.
    pub refusals: Vec<RefusalCount>,
}

/// Why contacts were not written to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CampaignRefusalCount)]
pub struct RefusalCount {
    /// Such as `policy.day_cap`.
    pub code: String,
    /// In the caller's language.
    pub message: String,
    /// Contacts for whom it came up.
    pub count: u64,
}

impl From<&experiments::Counts> for Counts {
    fn from(row: &experiments::Counts) -> Self {
        Self {
            sent: count(row.sent),
            delivered: count(row.delivered),
            read: count(row.read),
            replied: count(row.replied),
            positive: count(row.positive),
            failed: count(row.failed),
            opted_out: count(row.opted_out),
        }
    }
}

impl Counts {
    fn plus(self, other: Self) -> Self {
        Self {
            sent: self.sent + other.sent,
            delivered: self.delivered + other.delivered,
            read: self.read + other.read,
            replied: self.replied + other.replied,
            positive: self.positive + other.positive,
            failed: self.failed + other.failed,
            opted_out: self.opted_out + other.opted_out,
        }
    }
}

/// The numbers of a campaign.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<Stats, Error> {
    scope.require(CAMPAIGNS_READ)?;
    let reader = service.db.reader(scope);
    let campaign = campaigns::get(&reader, scope, id).await?;
    let kept = campaigns::steps(&reader, scope, id).await?;
    let today = service.db.clock().now().date_naive();
    let numbers = counting::numbers(&reader, scope, &[id], today).await?.remove(&id).unwrap_or_default();
    let sends = counting::sends(&reader, scope, id).await?;
    let counts = experiments::by_variant(&sends);
    let steps = kept.iter().map(|stored| step(stored, &counts)).collect();
    let accounts = accounts(service, scope, &campaign, &sends).await?;
    let goes_on = matches!(campaign.state, CampaignState::Running | CampaignState::Paused);
    let days = counting::days(&reader, scope, id, goes_on.then_some(today)).await?;
    let refused = counting::refusals(&reader, scope, id).await?;
    let refusal = |(code, count): (String, u64)| RefusalCount { message: text_of(&code), code, count };
    let refusals = refused.into_iter().map(refusal).collect();
    Ok(Stats { totals: numbers.totals, steps, accounts, days, stops: numbers.stops, refusals })
}

fn step(stored: &campaigns::StoredStep, counts: &[experiments::Counts]) -> StepStats {
    let step = &stored.step;
    let of_step = || counts.iter().filter(|counts| counts.step_id == step.id);
    let mut variants = Vec::new();
    let mut judgement = None;
    if let Action::Message(message) = &step.action {
        for variant in &message.variants {
            let own = of_step().find(|counts| counts.variant_id == variant.id);
            variants.push(VariantStats {
                variant_id: variant.id,
                name: variant.name.clone(),
                state: variant.state.as_str(),
                counts: own.map(Counts::from).unwrap_or_default(),
            });
        }
        judgement = Some(judge(&fared(step.id, message, counts), message.experiment.minimum_sample, stored.looks));
    }
    StepStats {
        step_id: step.id,
        place: step.place,
        kind: step.action.kind(),
        retired: step.retired,
        counts: of_step().map(Counts::from).fold(Counts::default(), Counts::plus),
        variants,
        judgement,
    }
}

async fn accounts(
    service: &Campaigns,
    scope: &Scope,
    campaign: &campaigns::StoredCampaign,
    sends: &[Sends],
) -> Result<Vec<AccountStats>, Error> {
    let mut counts: HashMap<Uuid, Counts> = HashMap::new();
    for row in sends {
        let kept = counts.entry(row.account_id).or_default();
        *kept = kept.plus(row.into());
    }
    let ids = crate::unique(counts.keys().copied().chain(campaign.campaign.account_ids.iter().copied()));
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let states = service.asked.senders.states(scope, &ids).await.map_err(Error::Port)?;
    let waiting = service.asked.outbox.waiting(scope, &ids).await.map_err(Error::Port)?;
    let of = |id: Uuid| AccountStats {
        account_id: id,
        name: states.get(&id).map(|state| state.name.clone()),
        counts: counts.get(&id).copied().unwrap_or_default(),
        waiting: waiting.get(&id).copied().unwrap_or_default(),
    };
    Ok(ids.into_iter().map(of).collect())
}

impl From<&Sends> for Counts {
    fn from(row: &Sends) -> Self {
        Self {
            sent: count(row.sent),
            delivered: count(row.delivered),
            read: count(row.read),
            replied: count(row.replied),
            positive: count(row.positive),
            failed: count(row.failed),
            opted_out: count(row.opted_out),
        }
    }
}
