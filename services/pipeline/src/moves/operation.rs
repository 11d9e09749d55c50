//! The one operation by which deals get and change their stage. Whoever writes a stage – the board, the API, a client's
//! move, a bulk operation, an import, a rule, the deletion of a stage – comes through here, inside a transaction that
//! holds the plan: what the stages ask for is checked, the place in the column is found, and deal, history, change log
//! and events are written together, each once. A single card mostly gets through without holding anything ([`slip`]).

use api::words;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::events::{Assigned, DEAL_CREATED, DEAL_LOST, DEAL_STAGE_CHANGED, DEAL_UPDATED, DEAL_WON, DealsCreated};
use db::{Action, Change, Db, Tx};
use events::NewEvent;
use kernel::{
    Fields, Scope,
    values::{Paragraph, optional},
};
use sea_orm::{ConnectionTrait, sea_query::Order};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    history::{self, NewMove},
    order,
    rules::{Attempt, Lack},
};
use crate::{
    Error,
    deals::{
        commands::{KIND, moved},
        deal::{DELETED_AT, DealFields, Place, StoredDeal},
        store,
    },
    pipelines,
    plan::Plan,
    stages::{
        stage::{Stage, StageKind, StageRules},
        store as stages,
    },
};

words! {
    /// Why a deal came into a stage.
    Cause {
        Created = "created",
        Manual = "manual",
        Bulk = "bulk",
        Import = "import",
        Rule = "rule",
        StageDeleted = "stage_deleted",
    }
}

/// Whether what the stages ask for counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    Obeyed,
    /// By somebody who may; the change log tells it.
    Overridden,
    /// The stage itself goes: nobody is asked.
    Waived,
}

/// How and why deals are moved.
#[derive(Clone, Debug)]
pub struct Course {
    pub cause: Cause,
    pub reason: Option<String>,
    /// For a stage that counts as lost.
    pub lost_reason: Option<String>,
    /// The actor's role; none for the system, which no role binds.
    pub role: Option<&'static str>,
    pub rules: Rules,
}

impl Course {
    /// A move by somebody who gave these reasons.
    ///
    /// # Errors
    /// A reason that is too long, by its field.
    pub fn parse(cause: Cause, reason: Option<&str>, lost_reason: Option<&str>) -> Result<Self, Fields> {
        let mut refused = Fields::default();
        let mut parsed = |field: &str, raw: Option<&str>| {
            let parsed = raw.and_then(|raw| refused.take(field, optional(raw, Paragraph::<500>::parse)).flatten());
            parsed.map(Paragraph::into_string)
        };
        let (reason, lost_reason) = (parsed("reason", reason), parsed("lostReason", lost_reason));
        refused.finish(|| Self { cause, reason, lost_reason, role: None, rules: Rules::Obeyed })
    }

    /// The first stage of a new deal.
    ///
    /// # Errors
    /// A reason that is too long, by its field.
    pub fn created(lost_reason: Option<&str>) -> Result<Self, Fields> {
        Self::parse(Cause::Created, None, lost_reason)
    }

    /// The stage they were in is deleted.
    #[must_use]
    pub fn stage_deleted() -> Self {
        Self { cause: Cause::StageDeleted, reason: None, lost_reason: None, role: None, rules: Rules::Waived }
    }

    /// Whether no person chose the stage.
    #[must_use]
    pub fn auto_moved(&self) -> bool {
        matches!(self.cause, Cause::Rule | Cause::StageDeleted)
    }
}

/// Where in the column: behind one card, else before another, as far as they are there; else at the top.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spot {
    /// The card that shall follow.
    pub before: Option<Uuid>,
    /// The card that shall precede.
    pub after: Option<Uuid>,
    /// At the end, when neither is there.
    pub last: bool,
}

/// What became of the deals that were to be moved.
#[derive(Debug, Default)]
pub struct Moved {
    pub moved: Vec<StoredDeal>,
    pub refused: Vec<(Uuid, Vec<Lack>)>,
}

fn scope_of(tx: &Tx) -> Result<&Scope, Error> {
    Ok(tx.scope().ok_or(db::Error::Stored("scope"))?)
}

/// Puts a new deal into its first stage.
///
/// # Errors
/// [`Error::StageRules`]; a missing reason for a lost one, by its field.
pub async fn open(
    tx: &Tx,
    plan: &Plan,
    target: &Stage,
    fields: DealFields,
    spot: &Spot,
    course: &Course,
) -> Result<StoredDeal, Error> {
    let new = vec![NewDeal { fields, lost_reason: course.lost_reason.clone() }];
    let opened = open_many(tx, plan, target, new, spot, course).await?.pop();
    opened.unwrap_or_else(|| Err(db::Error::Stored("a new deal").into()))
}

/// A deal to be opened.
#[derive(Clone, Debug)]
pub struct NewDeal {
    pub fields: DealFields,
    /// For a stage that counts as lost.
    pub lost_reason: Option<String>,
}

/// Puts new deals into their first stage, all of them at one spot in their order; why a deal was refused stands in its
/// place. One event tells of those that were created.
///
/// # Errors
/// When the database refuses.
pub async fn open_many(
    tx: &Tx,
    plan: &Plan,
    target: &Stage,
    new: Vec<NewDeal>,
    spot: &Spot,
    course: &Course,
) -> Result<Vec<Result<StoredDeal, Error>>, Error> {
    let scope = scope_of(tx)?;
    let mut in_stage = if target.wip_limit.is_some() { store::count_in(tx, scope, target.id).await? } else { 0 };
    let mut judged = Vec::with_capacity(new.len());
    for NewDeal { fields, lost_reason } in new {
        let course = Course { lost_reason, ..course.clone() };
        judged.push(need_lost_reason(target, &course).and_then(|()| {
            let lacks = judge(plan, (None, target), &fields, &course, in_stage);
            if lacks.is_empty() {
                in_stage += 1;
                Ok((fields, course))
            } else {
                Err(Error::StageRules { stage_id: target.id, lacks })
            }
        }));
    }
    let accepted = judged.iter().filter(|judged| judged.is_ok()).count();
    let mut positions = room(tx, target.id, spot, &[], accepted).await?.into_iter();
    let now = tx.clock().now();
    let (mut outcome, mut deals, mut moves) = (Vec::with_capacity(judged.len()), Vec::new(), Vec::new());
    for judged in judged {
        outcome.push(judged.map(|(fields, course)| {
            let place = place_in(None, target, positions.next().unwrap_or_default(), now, &course);
            let id = tx.clock().new_id();
            let deal = StoredDeal { id, fields, place, version: 1, created_at: now, updated_at: now, deleted_at: None };
            moves.push(NewMove::of(&deal, None, &course, now));
            deals.push(deal.clone());
            deal
        }));
    }
    if deals.is_empty() {
        return Ok(outcome);
    }
    store::insert_many(tx, &deals).await?;
    history::insert_many(tx, &moves).await?;
    let created = |deal: &StoredDeal| pipelines::commands::created(KIND, deal.id, deal.id, deal.image());
    db::change_log::record(tx, deals.iter().map(created)).await?;
    let created = NewEvent {
        kind: DEAL_CREATED,
        subject_kind: KIND,
        subject_ids: deals.iter().map(|deal| deal.id).collect(),
        data: json!(DealsCreated {
            pipeline_id: target.pipeline_id,
            stage_id: target.id,
            assigned: Assigned::of(deals.iter().filter_map(|deal| Some((deal.fields.owner_id?, deal.id)))),
        }),
    };
    let events: Vec<_> = [created].into_iter().chain(deals.iter().filter_map(|deal| ended(deal, target))).collect();
    events::append(tx, events).await?;
    Ok(outcome)
}

/// Moves deals into a stage, those that are in it already aside. Which of them the stages refuse comes back.
///
/// # Errors
/// A missing reason for lost ones, by its field.
pub async fn carry(
    tx: &Tx,
    plan: &Plan,
    target: &Stage,
    deals: Vec<StoredDeal>,
    spot: &Spot,
    course: &Course,
) -> Result<Moved, Error> {
    let scope = scope_of(tx)?;
    need_lost_reason(target, course)?;
    let mut in_stage = if target.wip_limit.is_some() { store::count_in(tx, scope, target.id).await? } else { 0 };
    let (mut accepted, mut refused) = (Vec::new(), Vec::new());
    for deal in deals.into_iter().filter(|deal| deal.place.stage_id != target.id) {
        let lacks = judge(plan, (plan.stage(deal.place.stage_id), target), &deal.fields, course, in_stage);
        if lacks.is_empty() {
            in_stage += 1;
            accepted.push(deal);
        } else {
            refused.push((deal.id, lacks));
        }
    }
    let positions = room(tx, target.id, spot, &[], accepted.len()).await?;
    let mut written = Vec::with_capacity(accepted.len());
    for (old, position) in accepted.into_iter().zip(positions) {
        let at = moved_at(tx, &old);
        let place = place_in(Some(&old), target, position, at, course);
        let new = store::update_place(tx, &old, place).await?.ok_or(db::Error::Stored("a deal that is held"))?;
        written.push((old, new));
    }
    record(tx, target, &written, course).await?;
    Ok(Moved { moved: written.into_iter().map(|(_, new)| new).collect(), refused })
}

/// Moves a deal into another stage, with `top` as its first card, without holding anything, if that can be done. What the
/// move rests on is read first, and the one statement that writes it says it again: that the deal and both stages still
/// have the versions they had. `None` when that does not do – a limit or a role has to be looked at, or the stages refuse –
/// or when somebody else was faster: then the deal is still where it was, and the caller holds the plan and calls [`carry`].
///
/// # Errors
/// A missing reason for a lost one, by its field.
pub async fn slip(
    db: &Db,
    scope: &Scope,
    plan: &Plan,
    target: &Stage,
    (old, top): (StoredDeal, Option<String>),
    (spot, course): (&Spot, &Course),
) -> Result<Option<StoredDeal>, Error> {
    need_lost_reason(target, course)?;
    let Some(from) = plan.stage(old.place.stage_id).filter(|from| from.id != target.id) else { return Ok(None) };
    let looks_further = |rules: &StageRules| !rules.roles.is_empty() || rules.own_fields().next().is_some();
    if looks_further(&from.exit_rules) || looks_further(&target.entry_rules) || target.wip_limit.is_some() {
        return Ok(None);
    }
    if !judge(plan, (Some(from), target), &old.fields, course, 0).is_empty() {
        return Ok(None);
    }
    let (left, right) = match spot {
        Spot { before: None, after: None, last: false } => (None, top),
        _ => edges(&db.reader(scope), (scope, target.id), spot, &[old.id]).await?,
    };
    let position = order::apart(left.as_deref(), right.as_deref(), old.id).filter(|key| key.len() <= order::LONG);
    let Some(position) = position else { return Ok(None) };
    let tx = db.begin(scope).await?;
    let at = moved_at(&tx, &old);
    let place = place_in(Some(&old), target, position, at, course);
    let new = StoredDeal { place, version: old.version + 1, updated_at: tx.clock().now(), ..old.clone() };
    let conditions = [stages::as_it_was(scope, from, false), stages::as_it_was(scope, target, true)];
    let update = store::place_update(scope, &old, &new, conditions);
    record(&tx, target, &[(old, new.clone())], course).await?;
    Ok(tx.commit_upon(&update).await?.then_some(new))
}

/// When a move happens: moves of one deal have an order of their own, whatever the clock does.
fn moved_at(tx: &Tx, old: &StoredDeal) -> DateTime<Utc> {
    tx.clock().now().max(old.place.stage_entered_at + TimeDelta::microseconds(1))
}

/// Moves every deal of a stage that goes away behind those of another one.
///
/// # Errors
/// When the database refuses.
pub async fn shift(tx: &Tx, plan: &Plan, target: &Stage, deals: Vec<StoredDeal>, course: &Course) -> Result<(), Error> {
    let spot = Spot { last: true, ..Spot::default() };
    carry(tx, plan, target, deals, &spot, course).await?;
    Ok(())
}

/// Gives a deal that is held back what it was before a batch, its place as it was; gives the change, still to be recorded.
///
/// # Errors
/// When the database refuses.
pub async fn put_back(tx: &Tx, old: &StoredDeal, earlier: StoredDeal) -> Result<Change, Error> {
    let new = store::update_all(tx, old, earlier).await?.ok_or(db::Error::Stored("a deal that is held"))?;
    if new.place.stage_id != old.place.stage_id {
        let course = Course { cause: Cause::Bulk, rules: Rules::Waived, ..Course::stage_deleted() };
        let at = moved_at(tx, old);
        history::insert_many(tx, &[NewMove::of(&new, Some(old), &course, at)]).await?;
        events::append(tx, [stage_changed(scope_of(tx)?, old, &new, &course)]).await?;
    }
    let image = |deal: &StoredDeal| {
        let mut image = deal.image();
        image[DELETED_AT] = json!(deal.deleted_at);
        image
    };
    Ok(Change::between(KIND, new.id, Action::Reverted, &image(old), &image(&new), new.version))
}

/// Puts a card elsewhere in its own column; a card that stands there already stays as it is.
///
/// # Errors
/// When the database refuses.
pub async fn reorder(tx: &Tx, deal: StoredDeal, spot: &Spot) -> Result<StoredDeal, Error> {
    let stage = deal.place.stage_id;
    let (left, right) = edges(tx, (scope_of(tx)?, stage), spot, &[deal.id]).await?;
    let own = Some(deal.place.position.as_str());
    if left.as_deref() < own && right.as_deref().is_none_or(|right| own < Some(right)) {
        return Ok(deal);
    }
    let position = room(tx, stage, spot, &[deal.id], 1).await?.pop().unwrap_or_default();
    let place = Place { position, ..deal.place.clone() };
    let new = store::update_place(tx, &deal, place).await?.ok_or(db::Error::Stored("a deal that is held"))?;
    let change = moved(&deal, &new);
    let data = json!({ "fields": db::image::changed_fields(&change) });
    db::change_log::record(tx, [change]).await?;
    events::append(tx, [NewEvent::of(DEAL_UPDATED, KIND, new.id, data)]).await?;
    Ok(new)
}

fn need_lost_reason(target: &Stage, course: &Course) -> Result<(), Error> {
    if target.kind == StageKind::Lost && course.lost_reason.is_none() && course.rules != Rules::Waived {
        return Err(Error::field("lostReason", "field.required"));
    }
    Ok(())
}

fn judge(
    plan: &Plan,
    (from, to): (Option<&Stage>, &Stage),
    deal: &DealFields,
    course: &Course,
    in_stage: u64,
) -> Vec<Lack> {
    if course.rules != Rules::Obeyed {
        return Vec::new();
    }
    // Who says why a deal is lost has given the reason of the move.
    let reason = course.reason.as_deref().or(course.lost_reason.as_deref());
    Attempt { from, to, deal, own: &plan.own_fields, reason, role: course.role, in_stage }.lacks()
}

fn place_in(old: Option<&StoredDeal>, target: &Stage, position: String, at: DateTime<Utc>, course: &Course) -> Place {
    let old = old.map(|deal| &deal.place);
    // Between two stages of a kind the deal was won, or lost, when it first was.
    let since = |kind: StageKind, was: Option<DateTime<Utc>>| (target.kind == kind).then(|| was.unwrap_or(at));
    let lost_reason = course.lost_reason.clone().or_else(|| old.and_then(|place| place.lost_reason.clone()));
    Place {
        pipeline_id: target.pipeline_id,
        stage_id: target.id,
        position,
        lost_reason: lost_reason.filter(|_| target.kind == StageKind::Lost),
        won_at: since(StageKind::Won, old.and_then(|place| place.won_at)),
        lost_at: since(StageKind::Lost, old.and_then(|place| place.lost_at)),
        stage_entered_at: at,
    }
}

/// History, change log and events of moves.
async fn record(tx: &Tx, target: &Stage, moves: &[(StoredDeal, StoredDeal)], course: &Course) -> Result<(), Error> {
    let scope = scope_of(tx)?;
    let rows: Vec<NewMove> =
        moves.iter().map(|(old, new)| NewMove::of(new, Some(old), course, new.place.stage_entered_at)).collect();
    history::insert_many(tx, &rows).await?;
    db::change_log::record(tx, moves.iter().map(|(old, new)| told(moved(old, new), course))).await?;
    let arrived = |(old, new): &(StoredDeal, StoredDeal)| stage_changed(scope, old, new, course);
    let newly_ended = |(old, new): &(StoredDeal, StoredDeal)| {
        let before = (old.place.won_at.is_some(), old.place.lost_at.is_some());
        ended(new, target).filter(|_| before != (new.place.won_at.is_some(), new.place.lost_at.is_some()))
    };
    let events = moves.iter().flat_map(|pair| [Some(arrived(pair)), newly_ended(pair)].into_iter().flatten());
    Ok(events::append(tx, events.collect::<Vec<_>>()).await?)
}

fn stage_changed(scope: &Scope, old: &StoredDeal, new: &StoredDeal, course: &Course) -> NewEvent {
    let data = json!({
        "dealId": new.id,
        "clientId": new.fields.contact_id,
        "pipelineId": new.place.pipeline_id,
        "fromStage": old.place.stage_id,
        "toStage": new.place.stage_id,
        "movedBy": scope.user_id(),
        "autoMoved": course.auto_moved(),
        "cause": course.cause,
    });
    NewEvent::of(DEAL_STAGE_CHANGED, KIND, new.id, data)
}

/// The change with the word that rules were passed, if they were.
fn told(mut change: Change, course: &Course) -> Change {
    if course.rules == Rules::Overridden
        && let Some(Value::Object(after)) = &mut change.after
    {
        after.insert("rulesOverridden".to_owned(), Value::Bool(true));
    }
    change
}

/// The event of a deal that is won or lost.
fn ended(deal: &StoredDeal, target: &Stage) -> Option<NewEvent> {
    let event = match target.kind {
        StageKind::Open => return None,
        StageKind::Won => DEAL_WON,
        StageKind::Lost => DEAL_LOST,
    };
    let fields = &deal.fields;
    let data = json!({"stageId": target.id, "amountMinor": fields.amount_minor, "currency": fields.currency});
    Some(NewEvent::of(event, KIND, deal.id, data))
}

/// Keys for so many cards at a spot of a column. Where there is no room any more, or keys have grown long, the column is
/// numbered anew first.
async fn room(tx: &Tx, stage: Uuid, spot: &Spot, moving: &[Uuid], count: usize) -> Result<Vec<String>, Error> {
    if let Some(keys) = keys(tx, stage, spot, moving, count).await? {
        return Ok(keys);
    }
    let scope = scope_of(tx)?;
    let places = store::places(tx, (scope, stage), moving, None, None).await?;
    let numbers = order::spread(None, None, places.len()).ok_or(db::Error::Stored("position"))?;
    for ((old, id), new) in places.into_iter().zip(numbers) {
        if old != new {
            store::renumber(tx, scope, id, new).await?;
        }
    }
    Ok(keys(tx, stage, spot, moving, count).await?.ok_or(db::Error::Stored("position"))?)
}

async fn keys(tx: &Tx, stage: Uuid, spot: &Spot, moving: &[Uuid], count: usize) -> Result<Option<Vec<String>>, Error> {
    let (left, right) = edges(tx, (scope_of(tx)?, stage), spot, moving).await?;
    let keys = order::spread(left.as_deref(), right.as_deref(), count);
    Ok(keys.filter(|keys| keys.iter().all(|key| key.len() <= order::LONG)))
}

/// The positions that a spot lies between, the moving cards aside.
async fn edges(
    connection: &impl ConnectionTrait,
    (scope, stage): (&Scope, Uuid),
    spot: &Spot,
    moving: &[Uuid],
) -> Result<(Option<String>, Option<String>), Error> {
    let named: Vec<Uuid> = spot.before.into_iter().chain(spot.after).filter(|id| !moving.contains(id)).collect();
    let known =
        if named.is_empty() { Vec::new() } else { store::positions_of(connection, scope, stage, &named).await? };
    let known = |wanted: Option<Uuid>| known.iter().find(|(id, _)| Some(*id) == wanted).map(|(_, at)| at.clone());
    let next_to = async |beyond: Option<(&str, Order)>| -> Result<Option<String>, Error> {
        let places = store::places(connection, (scope, stage), moving, beyond, Some(1)).await?;
        Ok(places.into_iter().next().map(|(position, _)| position))
    };
    if let Some(left) = known(spot.after) {
        let right = next_to(Some((&left, Order::Asc))).await?;
        return Ok((Some(left), right));
    }
    if let Some(right) = known(spot.before) {
        let left = next_to(Some((&right, Order::Desc))).await?;
        return Ok((left, Some(right)));
    }
    if spot.last {
        // Behind the greatest key: any key is smaller than this text.
        return Ok((next_to(Some(("~", Order::Desc))).await?, None));
    }
    Ok((None, next_to(None).await?))
}
