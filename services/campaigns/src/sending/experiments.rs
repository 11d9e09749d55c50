//! Comparing variants: at set numbers of messages, by the test of `rules::variants`. The better one goes to everybody then.

use std::collections::BTreeMap;

use contracts::events::{CAMPAIGN_VARIANT_WON, CampaignVariantWon};
use events::NewEvent;
use kernel::Scope;
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::facts::Course;
use crate::{
    Campaigns, Error,
    campaign::step::{Action, Message, Metric, Step, VariantState},
    campaigns::{
        commands::{self, KIND},
        store::{self as campaigns, StepChange},
    },
    counting::{self, Sends, count},
    log,
    rules::{
        significance::Count,
        variants::{Fared, Judgement, judge, looks_due},
    },
};

/// How the messages of a variant fared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub step_id: Uuid,
    pub variant_id: Uuid,
    pub sent: i64,
    pub delivered: i64,
    pub read: i64,
    pub replied: i64,
    pub positive: i64,
    pub failed: i64,
    pub opted_out: i64,
}

/// How each variant of a campaign fared.
///
/// # Errors
/// When the database is away.
pub async fn counts(connection: &impl ConnectionTrait, scope: &Scope, campaign: Uuid) -> Result<Vec<Counts>, Error> {
    Ok(by_variant(&counting::sends(connection, scope, campaign).await?))
}

/// The same by step and variant, whichever account they went from.
#[must_use]
pub fn by_variant(sends: &[Sends]) -> Vec<Counts> {
    let mut all: BTreeMap<(Uuid, Uuid), Counts> = BTreeMap::new();
    for row in sends {
        let (step_id, variant_id) = (row.step_id, row.variant_id);
        let counts = all.entry((step_id, variant_id)).or_insert(Counts { step_id, variant_id, ..Counts::default() });
        counts.sent += row.sent;
        counts.delivered += row.delivered;
        counts.read += row.read;
        counts.replied += row.replied;
        counts.positive += row.positive;
        counts.failed += row.failed;
        counts.opted_out += row.opted_out;
    }
    all.into_values().collect()
}

/// What the variants of a step that still run are compared by.
#[must_use]
pub fn fared(step: Uuid, message: &Message, counts: &[Counts]) -> Vec<Fared> {
    let running = message.variants.iter().filter(|variant| variant.state == VariantState::Running);
    let of = |id: Uuid| counts.iter().find(|counts| counts.step_id == step && counts.variant_id == id);
    let fared = |id: Uuid| {
        let successes = of(id).map_or(0, |counts| match message.experiment.metric {
            Metric::Replied => counts.replied,
            Metric::Positive => counts.positive,
            Metric::Read => counts.read,
        });
        Fared { variant: id, count: Count::new(of(id).map_or(0, |counts| count(counts.sent)), count(successes)) }
    };
    running.map(|variant| fared(variant.id)).collect()
}

/// Compares the variants of steps that are compared by themselves.
///
/// # Errors
/// When the database is away.
pub async fn look(service: &Campaigns, scope: &Scope, course: &Course) -> Result<(), Error> {
    let open = |step: &&Step| match &step.action {
        Action::Message(message) => {
            let running = message.variants.iter().filter(|variant| variant.state == VariantState::Running).count();
            message.experiment.automatic && running > 1
        }
        _ => false,
    };
    let steps: Vec<&Step> = course.plan.live().filter(open).collect();
    if steps.is_empty() {
        return Ok(());
    }
    let reader = service.db.reader(scope);
    let counts = counts(&reader, scope, course.stored.id).await?;
    let kept = campaigns::steps(&reader, scope, course.stored.id).await?;
    for step in steps {
        let Action::Message(message) = &step.action else { continue };
        let fared = fared(step.id, message, &counts);
        let smallest = fared.iter().map(|one| one.count.trials).min().unwrap_or_default();
        let due = looks_due(smallest, message.experiment.minimum_sample);
        let looked = kept.iter().find(|stored| stored.step.id == step.id).map_or(0, |stored| stored.looks);
        if due > looked {
            let judgement = judge(&fared, message.experiment.minimum_sample, looked);
            write(service, scope, course, (step, message), (&judgement, due)).await?;
        }
    }
    Ok(())
}

async fn write(
    service: &Campaigns,
    scope: &Scope,
    course: &Course,
    (step, message): (&Step, &Message),
    (judgement, looks): (&Judgement, u32),
) -> Result<(), Error> {
    let id = course.stored.id;
    let tx = service.db.begin(scope).await?;
    let old = campaigns::lock(&tx, scope, id).await?;
    if old.version != course.stored.version {
        // Somebody changed it meanwhile; it is looked at again.
        return Ok(());
    }
    let mut change = StepChange { looks: Some(looks), ..StepChange::default() };
    if let Judgement::Won { comparison } = judgement {
        let mut message = message.clone();
        for variant in &mut message.variants {
            let won = variant.id == comparison.leader;
            variant.state = if won { VariantState::Won } else { VariantState::Lost };
        }
        let (before, after) = (json!({ "step": step.action }), json!({ "step": Action::Message(message.clone()) }));
        change.action = Some(Action::Message(message));
        let (variant_id, lift, p) = (comparison.leader, comparison.lift, comparison.p);
        let data = json!(CampaignVariantWon { step_id: step.id, variant_id, lift, p });
        let told =
            vec![NewEvent::of(CAMPAIGN_VARIANT_WON, KIND, id, data), commands::updated(id, ["steps"].into_iter())];
        commands::put(&tx, scope, &old, old.clone(), told).await?;
        let logged = db::Change::between(KIND, id, db::Action::Updated, &before, &after, old.version + 1);
        db::change_log::record(&tx, [logged]).await?;
        let line =
            log::Entry { step_id: Some(step.id), variant_id: Some(variant_id), ..log::Entry::new(id, log::What::Won) };
        log::record(&tx, scope, [line]).await?;
    }
    campaigns::change_step(&tx, scope, id, step.id, change).await?;
    Ok(tx.commit().await?)
}
