//! The steps of a campaign. Those of a draft are put as they come; a running one keeps the rows that somebody passed, so
//! that nobody comes to a step twice and its numbers can be read.

use db::Sql;
use std::collections::HashSet;

use contracts::permissions::{CAMPAIGNS_START, CAMPAIGNS_WRITE};
use kernel::{Fields, Scope};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    commands::{self, KIND, updated},
    queries::{self, stale},
    store::{self, StepChange, StoredCampaign, StoredStep},
    view::{CampaignView, count},
};
use crate::{
    Campaigns, Error,
    campaign::{
        CampaignState,
        step::{Action, Step, StepInput, Variant, VariantState, parse_steps},
    },
    schemas,
    sending::{
        STEP_HELD,
        calling_back::{self, Wanted},
    },
};

/// The steps that a campaign is to have, in order.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StepsInput {
    #[schema(value_type = Vec<schemas::StepInput>)]
    pub steps: Vec<StepInput>,
    /// The version that the change is based on.
    #[serde(default)]
    pub version: Option<i64>,
}

/// How many contacts a change of steps is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Impact {
    /// Those on the way that have something of it before them.
    pub ahead: u64,
    /// Those that are through, or gone.
    pub behind: u64,
}

/// A campaign with other steps.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StepsPut {
    pub campaign: CampaignView,
    pub impact: Impact,
}

/// What becomes of rows.
#[derive(Debug, Default)]
struct Edit {
    changed: Vec<(Uuid, StepChange)>,
    added: Vec<Step>,
    /// The first place at which something is another than before.
    from: i32,
}

/// Puts the steps of a campaign; with `dry_run` it only says for how many that matters.
///
/// # Errors
/// [`Error::Invalid`] with every field at fault; [`Error::Stale`]; [`Error::State`] of one that is over.
pub async fn put(
    service: &Campaigns,
    scope: &Scope,
    id: Uuid,
    input: StepsInput,
    dry_run: bool,
) -> Result<StepsPut, Error> {
    scope.require(CAMPAIGNS_WRITE)?;
    let reader = service.db.reader(scope);
    let old = store::get(&reader, scope, id).await?;
    if input.version.is_some_and(|version| version != old.version) {
        return Err(stale(service, scope, id).await?);
    }
    let running = matches!(old.state, CampaignState::Running | CampaignState::Paused);
    if !running && !old.state.is_open() {
        return Err(Error::State(old.state));
    }
    if old.state != CampaignState::Draft {
        // Somebody who may start campaigns said yes to the steps as they are.
        scope.require(CAMPAIGNS_START)?;
    }
    let mut refused = Fields::default();
    let steps = parse_steps(&input.steps, "steps", &mut refused);
    refused.finish(|| ())?;
    if !dry_run {
        keep_media(service, scope, &steps).await?;
    }
    let kept = store::steps(&reader, scope, id).await?;
    let edit = if running { edited(&kept, steps)? } else { Edit { added: steps, ..Edit::default() } };
    let impact = impact(service, scope, id, edit.from).await?;
    if !dry_run {
        write(service, scope, (&old, &kept), edit, running).await?;
    }
    Ok(StepsPut { campaign: queries::current(service, scope, id).await?, impact })
}

/// Has the files stay that are sent with messages, and refuses those that are not there, or are somebody else's.
///
/// # Errors
/// [`Error::Invalid`] with every file at fault.
pub(super) async fn keep_media(service: &Campaigns, scope: &Scope, steps: &[Step]) -> Result<(), Error> {
    let mut media: Vec<(String, Uuid)> = Vec::new();
    for (step, at) in steps.iter().zip(0..) {
        let Action::Message(message) = &step.action else { continue };
        for (variant, of) in message.variants.iter().zip(0..) {
            let at = format!("steps[{at}].action.variants[{of}].media");
            media.extend(variant.media.iter().zip(0..).map(|(id, place)| (format!("{at}[{place}]"), *id)));
        }
    }
    if media.is_empty() {
        return Ok(());
    }
    let ids = crate::unique(media.iter().map(|(_, id)| *id));
    let kept = service.asked.outbox.keep_media(scope, &ids).await.map_err(Error::Port)?;
    let mut refused = Fields::default();
    for (field, _) in media.iter().filter(|(_, id)| !kept.contains(id)) {
        refused.refuse(field, "reference.unknown");
    }
    Ok(refused.finish(|| ())?)
}

/// What an edit of a running campaign does to its rows. Steps that stay keep their order and their kind; how their variants
/// fared is kept. New ones come behind those that stay before them, and places only grow: so what stands behind a new one
/// is taken out and put anew only when there is no place between.
fn edited(kept: &[StoredStep], wanted: Vec<Step>) -> Result<Edit, Error> {
    let live: Vec<&Step> = kept.iter().map(|stored| &stored.step).filter(|step| !step.retired).collect();
    let order: Vec<Uuid> =
        wanted.iter().map(|step| step.id).filter(|id| live.iter().any(|old| old.id == *id)).collect();
    let stays: Vec<Uuid> = live.iter().map(|step| step.id).filter(|id| order.contains(id)).collect();
    if order != stays {
        return Err(Error::field("steps", "campaign.steps.order"));
    }
    let taken: HashSet<Uuid> = kept.iter().filter(|stored| stored.step.retired).map(|stored| stored.step.id).collect();
    if wanted.iter().any(|step| taken.contains(&step.id)) {
        return Err(Error::field("steps", "campaign.id.twice"));
    }
    let mut edit = Edit { from: i32::MAX, ..Edit::default() };
    for old in live.iter().filter(|old| !order.contains(&old.id)) {
        edit.from = edit.from.min(old.place);
        edit.changed.push((old.id, StepChange { retired: true, ..StepChange::default() }));
    }
    let last = kept.iter().map(|stored| stored.step.place).max().unwrap_or(-1);
    let mut place = -1;
    let mut moved = false;
    let mut next = last;
    for step in wanted {
        let old = live.iter().find(|old| old.id == step.id);
        match old {
            Some(old) if !moved => {
                place = old.place;
                let action = with_fates(&old.action, step.action)?;
                if action != old.action {
                    edit.from = edit.from.min(old.place);
                    edit.changed.push((old.id, StepChange { action: Some(action), ..StepChange::default() }));
                }
            }
            Some(old) => {
                // Something new stands before it: it comes behind that, for those who have not passed it yet.
                next += 1;
                let action = with_fates(&old.action, step.action)?;
                edit.changed
                    .push((old.id, StepChange { action: Some(action), place: Some(next), ..StepChange::default() }));
                edit.from = edit.from.min(old.place);
            }
            None => {
                moved = true;
                next += 1;
                edit.from = edit.from.min(place + 1);
                edit.added.push(Step { place: next, ..step });
            }
        }
    }
    Ok(edit)
}

/// The action as it is wanted, with how its variants fared.
fn with_fates(old: &Action, wanted: Action) -> Result<Action, Error> {
    match (old, wanted) {
        (Action::Message(old), Action::Message(mut wanted)) => {
            let state = |variant: &Variant| {
                let known = old.variants.iter().find(|known| known.id == variant.id);
                known.map_or(VariantState::Running, |known| known.state)
            };
            for variant in &mut wanted.variants {
                variant.state = state(variant);
            }
            if wanted.variants.iter().all(|variant| variant.state == VariantState::Lost) {
                // The one that won was taken out: those that are left are all there is.
                for variant in &mut wanted.variants {
                    variant.state = VariantState::Running;
                }
            }
            Ok(Action::Message(wanted))
        }
        (old, wanted) if old.kind() == wanted.kind() => Ok(wanted),
        _ => Err(Error::field("steps", "campaign.step.kind")),
    }
}

#[derive(FromQueryResult)]
struct Counted {
    ahead: i64,
    total: i64,
}

async fn impact(service: &Campaigns, scope: &Scope, id: Uuid, from: i32) -> Result<Impact, Error> {
    let mut sql = Sql::new("select count(case when ended_at is null and place < ");
    sql.bind(i64::from(from)).add(" then 1 end) as ahead, count(*) as total from enrolments where org_id = ");
    sql.bind(scope.org_id.0).add(" and campaign_id = ").bind(id);
    let counted = sql.one::<Counted>(&service.db.reader(scope)).await?;
    let Counted { ahead, total } = counted.unwrap_or(Counted { ahead: 0, total: 0 });
    Ok(Impact { ahead: count(ahead), behind: count(total - ahead) })
}

async fn write(
    service: &Campaigns,
    scope: &Scope,
    (old, kept): (&StoredCampaign, &[StoredStep]),
    edit: Edit,
    running: bool,
) -> Result<(), Error> {
    let before: Vec<Value> =
        kept.iter().filter(|stored| !stored.step.retired).map(|stored| shown(&stored.step)).collect();
    let tx = service.db.begin(scope).await?;
    let told = vec![updated(old.id, ["steps"].into_iter())];
    if commands::put(&tx, scope, old, old.clone(), told).await?.is_none() {
        tx.rollback().await?;
        return Err(stale(service, scope, old.id).await?);
    }
    if !running {
        store::clear_steps(&tx, scope, old.id).await?;
    }
    // From the last one on: who passed a step is told from who only comes to stand behind an earlier one.
    for (id, change) in edit.changed.into_iter().rev() {
        if change.place.is_some() {
            // Who passed it passed it: they stand behind its new place too.
            passed_stay_passed(&tx, scope, old.id, id, &change).await?;
        }
        store::change_step(&tx, scope, old.id, id, change).await?;
    }
    store::insert_steps(&tx, scope, old.id, &edit.added).await?;
    let now_are = store::steps(&tx, scope, old.id).await?;
    let after: Vec<Value> =
        now_are.iter().filter(|stored| !stored.step.retired).map(|stored| shown(&stored.step)).collect();
    let (before, after) = (json!({ "steps": before }), json!({ "steps": after }));
    let change = db::Change::between(KIND, old.id, db::Action::Updated, &before, &after, old.version + 1);
    db::change_log::record(&tx, [change]).await?;
    Ok(tx.commit().await?)
}

/// A step as history keeps it.
fn shown(step: &Step) -> Value {
    json!({ "id": step.id, "action": step.action })
}

/// Contacts that were sent a step, or otherwise stand behind it, come to stand behind its new place, whatever is between.
async fn passed_stay_passed(
    tx: &db::Tx,
    scope: &Scope,
    campaign: Uuid,
    step: Uuid,
    change: &StepChange,
) -> Result<(), Error> {
    let Some(place) = change.place else { return Ok(()) };
    let mut sql = Sql::new("update enrolments set place = ");
    sql.bind(i64::from(place)).add(" where org_id = ").bind(scope.org_id.0).add(" and campaign_id = ").bind(campaign);
    sql.add(" and place >= (select place from campaign_steps where org_id = ").bind(scope.org_id.0);
    sql.add(" and campaign_id = ").bind(campaign).add(" and id = ").bind(step).add(")");
    sql.add(" and place < ").bind(i64::from(place));
    sql.run(tx).await?;
    Ok(())
}

/// Holds a step for the time being, or lets it go on; its messages that wait in queues are called back.
///
/// # Errors
/// [`Error::NotFound`] when there is no such step; [`Error::State`] of a campaign that is over.
pub async fn hold(
    service: &Campaigns,
    scope: &Scope,
    (id, step): (Uuid, Uuid),
    held: bool,
) -> Result<CampaignView, Error> {
    scope.require(CAMPAIGNS_START)?;
    let tx = service.db.begin(scope).await?;
    let old = store::lock(&tx, scope, id).await?;
    if matches!(old.state, CampaignState::Finished | CampaignState::Archived) {
        return Err(Error::State(old.state));
    }
    let change = StepChange { held: Some(held), ..StepChange::default() };
    if !store::change_step(&tx, scope, id, step, change).await? {
        return Err(Error::NotFound);
    }
    let image = |held: bool| json!({ "step": { "id": step, "held": held } });
    let logged = db::Change::between(KIND, id, db::Action::Updated, &image(!held), &image(held), old.version + 1);
    let told = vec![updated(id, ["steps"].into_iter())];
    commands::put(&tx, scope, &old, old.clone(), told).await?;
    db::change_log::record(&tx, [logged]).await?;
    if held {
        let wanted = Wanted { step_id: Some(step), ..Wanted::of_campaign(id) };
        calling_back::enqueue(&tx, wanted).await?;
    } else {
        crate::enrolling::store::wake(&tx, scope, id, (STEP_HELD, None)).await?;
        crate::sending::job::enqueue(&tx).await?;
    }
    tx.commit().await?;
    queries::current(service, scope, id).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::wait::{Wait, WaitInput};

    fn wait(id: u128, place: i32, hours: u32) -> Step {
        Step { id: Uuid::from_u128(id), place, retired: false, action: Action::Wait(Wait::Hours(hours)) }
    }

    fn kept(steps: &[Step]) -> Vec<StoredStep> {
        steps.iter().cloned().map(|step| StoredStep { step, held: false, looks: 0 }).collect()
    }

    #[test]
    fn steps_that_stay_keep_their_places_and_new_ones_come_behind() {
        let old = kept(&[wait(1, 0, 1), wait(2, 1, 2), wait(3, 2, 3)]);
        let edit = edited(&old, vec![wait(1, 0, 1), wait(2, 1, 5), wait(9, 2, 1)]).unwrap();
        let changed: Vec<(u128, bool)> = edit.changed.iter().map(|(id, c)| (id.as_u128(), c.retired)).collect();
        assert_eq!(changed, [(3, true), (2, false)]);
        assert_eq!(edit.added.iter().map(|step| step.place).collect::<Vec<_>>(), [3]);
        assert_eq!(edit.from, 1);
    }

    #[test]
    fn what_stands_behind_a_new_step_moves_behind_it() {
        let old = kept(&[wait(1, 0, 1), wait(2, 1, 2)]);
        let edit = edited(&old, vec![wait(1, 0, 1), wait(9, 1, 1), wait(2, 2, 2)]).unwrap();
        assert_eq!(edit.added[0].place, 2);
        assert_eq!(edit.changed[0].1.place, Some(3));
        assert_eq!(edit.from, 1);
    }

    #[test]
    fn steps_do_not_change_places_nor_come_back() {
        let mut old = kept(&[wait(1, 0, 1), wait(2, 1, 2)]);
        assert!(edited(&old, vec![wait(2, 0, 2), wait(1, 1, 1)]).is_err());
        old[1].step.retired = true;
        assert!(edited(&old, vec![wait(1, 0, 1), wait(2, 1, 2)]).is_err());
        let input = WaitInput::Hours { count: 1 };
        assert_eq!(WaitInput::from(Wait::Hours(1)), input);
    }
}
