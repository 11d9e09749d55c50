//! What becomes of the rows of a chunk: each opens a deal, changes one, or is passed over as a duplicate – of a stored deal,
//! or of an earlier row. What a stage refuses fails alone. One transaction that holds the plan, few statements.

use std::collections::{BTreeMap, HashMap};

use contracts::{imports::DealRow, ports::PortError};
use db::Tx;
use exchange::import::{DuplicatePolicy, Fate, Intake};
use kernel::{
    FieldError, Fields, Scope,
    values::{Tags, name_key},
};
use uuid::Uuid;

use super::row::Draft;
use crate::{
    Error,
    bulk::run::record,
    deals::{
        commands,
        deal::{DealFields, StoredDeal},
        store::{self, Loaded},
    },
    moves::{
        operation::{self, Cause, Course, NewDeal, Rules, Spot},
        rules::Lack,
    },
    plan::{self, Plan},
    stages::stage::StageKind,
};

/// Titles of one look-up, and deals that it may find.
const TITLES_PER_QUERY: usize = 1000;
const MOST_NAMESAKES: u64 = 10_000;

/// Takes the rows of one import.
pub struct Deals {
    pub policy: DuplicatePolicy,
    pub owner_id: Option<Uuid>,
    /// Of the importing person; none for the system.
    pub role: Option<&'static str>,
}

#[async_trait::async_trait]
impl Intake<DealRow> for Deals {
    async fn store(&self, tx: &Tx, rows: Vec<DealRow>) -> Result<Vec<Fate>, PortError> {
        Ok(self.take(tx, rows).await?)
    }
}

/// Which deal a row was found to be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Place {
    /// One that a row of this chunk opens, by its place among those.
    New(usize),
    Stored(Uuid),
}

/// What a deal is recognised by beside its title: its company, its contact, or having neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Whose {
    Company(Uuid),
    Contact(Uuid),
    Nobodys,
}

/// A deal that a row may be about.
#[derive(Clone, Copy, Debug)]
struct Known {
    place: Place,
    pipeline_id: Uuid,
    stage_id: Uuid,
    is_open: bool,
}

/// The rows of a chunk on their way.
struct Work<'a> {
    plan: &'a Plan,
    policy: DuplicatePolicy,
    known: HashMap<(String, Whose), Vec<Known>>,
    stored: HashMap<Uuid, StoredDeal>,
    fresh: Vec<Draft>,
    /// Stored deals with what the rows add to them.
    changed: BTreeMap<Uuid, Draft>,
    /// What each row came to, unless the deal that it is about is refused.
    fates: Vec<(Option<Place>, Fate)>,
}

impl Deals {
    async fn take(&self, tx: &Tx, rows: Vec<DealRow>) -> Result<Vec<Fate>, Error> {
        let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
        let plan = plan::lock(tx, scope).await?;
        let drafts: Vec<Result<Draft, Fields>> = rows.into_iter().map(|row| Draft::read(row, &plan)).collect();
        let course =
            Course { cause: Cause::Import, reason: None, lost_reason: None, role: self.role, rules: Rules::Obeyed };
        let mut work = Work::begin(tx, scope, &plan, self.policy, &drafts).await?;
        for draft in drafts {
            match draft {
                Ok(draft) => work.place(draft, self.owner_id),
                Err(fields) => work.fates.push((None, Fate::Refused(fields))),
            }
        }
        work.write(tx, &course).await
    }
}

/// What a deal is recognised by: by its company as well as by its contact, if it has both.
fn whose(fields: &DealFields) -> Vec<Whose> {
    let company = fields.company_id.map(Whose::Company);
    let both: Vec<Whose> = company.into_iter().chain(fields.contact_id.map(Whose::Contact)).collect();
    if both.is_empty() { vec![Whose::Nobodys] } else { both }
}

impl<'a> Work<'a> {
    async fn begin(
        tx: &Tx,
        scope: &Scope,
        plan: &'a Plan,
        policy: DuplicatePolicy,
        drafts: &[Result<Draft, Fields>],
    ) -> Result<Self, Error> {
        let mut work = Self {
            plan,
            policy,
            known: HashMap::new(),
            stored: HashMap::new(),
            fresh: Vec::new(),
            changed: BTreeMap::new(),
            fates: Vec::with_capacity(drafts.len()),
        };
        if policy == DuplicatePolicy::Create {
            return Ok(work);
        }
        let mut titles: Vec<String> = drafts.iter().flatten().map(|draft| name_key(&draft.fields.title)).collect();
        titles.sort_unstable();
        titles.dedup();
        for titles in titles.chunks(TITLES_PER_QUERY) {
            for Loaded { deal, kind, .. } in store::titled(tx, scope, titles, MOST_NAMESAKES).await? {
                let known = Known {
                    place: Place::Stored(deal.id),
                    pipeline_id: deal.place.pipeline_id,
                    stage_id: deal.place.stage_id,
                    is_open: kind == StageKind::Open,
                };
                work.remember(&deal.fields, known);
            }
        }
        if policy == DuplicatePolicy::Update {
            let found = drafts.iter().flatten().filter_map(|draft| match work.find(draft)?.place {
                Place::Stored(id) => Some(id),
                Place::New(_) => None,
            });
            let ids = crate::unique(found);
            for ids in ids.chunks(TITLES_PER_QUERY) {
                let held = store::lock_many(tx, scope, ids).await?;
                work.stored.extend(held.into_iter().map(|loaded| (loaded.deal.id, loaded.deal)));
            }
        }
        Ok(work)
    }

    fn remember(&mut self, fields: &DealFields, known: Known) {
        let title = name_key(&fields.title);
        for whose in whose(fields) {
            self.known.entry((title.clone(), whose)).or_default().push(known);
        }
    }

    /// The deal that a row is about: an open one of its pipeline, or one that stands where the row puts it, so that deals
    /// which are closed are not doubled by a second import either.
    fn find(&self, draft: &Draft) -> Option<Known> {
        let title = name_key(&draft.fields.title);
        let meant = |known: &&Known| {
            known.pipeline_id == draft.pipeline_id && (known.is_open || known.stage_id == draft.stage_id)
        };
        let of = |whose| self.known.get(&(title.clone(), whose))?.iter().find(meant).copied();
        whose(&draft.fields).into_iter().find_map(of)
    }

    fn place(&mut self, mut draft: Draft, owner_id: Option<Uuid>) {
        let found = if self.policy == DuplicatePolicy::Create { None } else { self.find(&draft) };
        let Some(known) = found else {
            draft.fields.owner_id = draft.fields.owner_id.or(owner_id);
            let place = Place::New(self.fresh.len());
            let kind = self.plan.stage(draft.stage_id).map(|stage| stage.kind);
            let is_open = kind == Some(StageKind::Open);
            let known = Known { place, pipeline_id: draft.pipeline_id, stage_id: draft.stage_id, is_open };
            self.remember(&draft.fields, known);
            self.fresh.push(draft);
            return self.fates.push((Some(place), Fate::Created));
        };
        let adds = self.policy == DuplicatePolicy::Update && self.add(known.place, draft);
        self.fates.push((Some(known.place), if adds { Fate::Updated } else { Fate::Skipped }));
    }

    /// Adds what a row knows to a deal; `false` when the deal knew it all.
    fn add(&mut self, place: Place, row: Draft) -> bool {
        let draft = match place {
            Place::New(index) => &mut self.fresh[index],
            Place::Stored(id) => {
                let Some(deal) = self.stored.get(&id) else { return false };
                self.changed.entry(id).or_insert_with(|| Draft {
                    fields: deal.fields.clone(),
                    pipeline_id: deal.place.pipeline_id,
                    stage_id: deal.place.stage_id,
                    names_stage: false,
                    lost_reason: None,
                })
            }
        };
        let before = draft.clone();
        join(&mut draft.fields, row.fields);
        if row.names_stage && row.stage_id != draft.stage_id {
            (draft.stage_id, draft.names_stage) = (row.stage_id, true);
        }
        draft.lost_reason = row.lost_reason.or(draft.lost_reason.take());
        draft.fields != before.fields || draft.stage_id != before.stage_id
    }

    async fn write(mut self, tx: &Tx, course: &Course) -> Result<Vec<Fate>, Error> {
        let mut refused = self.open(tx, course).await?;
        refused.extend(self.change(tx, course).await?);
        let fate = |(place, fate): (Option<Place>, Fate)| match place.and_then(|place| refused.get(&place)) {
            // Whoever adds to a deal that is refused is refused with it; who would not change it is not.
            Some(_) if fate == Fate::Skipped && matches!(place, Some(Place::Stored(_))) => fate,
            Some(why) => Fate::Refused(Fields(why.clone())),
            None => fate,
        };
        Ok(self.fates.into_iter().map(fate).collect())
    }

    /// Opens the new deals, stage by stage, behind those that are there.
    async fn open(&mut self, tx: &Tx, course: &Course) -> Result<HashMap<Place, Vec<FieldError>>, Error> {
        let mut by_stage: BTreeMap<Uuid, Vec<(usize, NewDeal)>> = BTreeMap::new();
        for (index, draft) in std::mem::take(&mut self.fresh).into_iter().enumerate() {
            let Draft { fields, stage_id, lost_reason, .. } = draft;
            by_stage.entry(stage_id).or_default().push((index, NewDeal { fields, lost_reason }));
        }
        let mut refused = HashMap::new();
        for (stage, deals) in by_stage {
            let target = self.plan.target("stage", stage)?;
            let (places, deals): (Vec<_>, Vec<_>) = deals.into_iter().unzip();
            let spot = Spot { last: true, ..Spot::default() };
            let opened = operation::open_many(tx, self.plan, target, deals, &spot, course).await?;
            for (index, opened) in places.into_iter().zip(opened) {
                if let Err(error) = opened {
                    refused.insert(Place::New(index), refusal(error)?);
                }
            }
        }
        Ok(refused)
    }

    /// Moves and edits the deals that are there. Moves come first, judged with the deal as it would be; a deal whose move
    /// is refused stays as it is.
    async fn change(&mut self, tx: &Tx, course: &Course) -> Result<HashMap<Place, Vec<FieldError>>, Error> {
        let mut refused = HashMap::new();
        let mut changed = std::mem::take(&mut self.changed);
        let mut moves: BTreeMap<(Uuid, Option<String>), Vec<StoredDeal>> = BTreeMap::new();
        for (id, draft) in &changed {
            let Some(old) = self.stored.get(id).filter(|old| old.place.stage_id != draft.stage_id) else { continue };
            let deal = StoredDeal { fields: draft.fields.clone(), ..old.clone() };
            moves.entry((draft.stage_id, draft.lost_reason.clone())).or_default().push(deal);
        }
        for ((stage, lost_reason), deals) in moves {
            let target = self.plan.target("stage", stage)?;
            let ids: Vec<Uuid> = deals.iter().map(|deal| deal.id).collect();
            let course = Course { lost_reason, ..course.clone() };
            let spot = Spot { last: true, ..Spot::default() };
            match operation::carry(tx, self.plan, target, deals, &spot, &course).await {
                Ok(moved) => {
                    refused.extend(moved.refused.iter().map(|(id, lacks)| (Place::Stored(*id), told(lacks))));
                    for deal in moved.moved {
                        // Its fields are still to be written.
                        let fields = self.stored.remove(&deal.id).map(|old| old.fields).unwrap_or_default();
                        self.stored.insert(deal.id, StoredDeal { fields, ..deal });
                    }
                }
                Err(error) => {
                    let why = refusal(error)?;
                    refused.extend(ids.into_iter().map(|id| (Place::Stored(id), why.clone())));
                }
            }
        }
        changed.retain(|id, _| !refused.contains_key(&Place::Stored(*id)));
        let mut edits = Vec::new();
        for (id, draft) in changed {
            let Some(old) = self.stored.get(&id).filter(|old| old.fields != draft.fields) else { continue };
            let new = store::update_fields(tx, old, draft.fields).await?;
            edits.push(commands::changed(old, &new.ok_or(db::Error::Stored("a deal that is held"))?));
        }
        record(tx, edits).await?;
        Ok(refused)
    }
}

/// Why a deal was refused; an error that is no refusal stays one.
fn refusal(error: Error) -> Result<Vec<FieldError>, Error> {
    match error {
        Error::StageRules { lacks, .. } => Ok(told(&lacks)),
        Error::Invalid(fields) => Ok(fields.0),
        other => Err(other),
    }
}

fn told(lacks: &[Lack]) -> Vec<FieldError> {
    lacks.iter().map(Lack::refusal).collect()
}

/// Adds what a row knows to what is there: filled fields win, tags are joined.
fn join(into: &mut DealFields, from: DealFields) {
    into.title = from.title;
    if from.amount_minor.is_some() {
        (into.amount_minor, into.currency) = (from.amount_minor, from.currency);
    }
    into.company_id = from.company_id.or(into.company_id);
    into.contact_id = from.contact_id.or(into.contact_id);
    into.owner_id = from.owner_id.or(into.owner_id);
    into.expected_close_on = from.expected_close_on.or(into.expected_close_on);
    into.source = from.source.or(into.source.take());
    into.description = from.description.or(into.description.take());
    for tag in from.tags {
        if into.tags.len() < Tags::MAX && !into.tags.contains(&tag) {
            into.tags.push(tag);
        }
    }
    into.custom.extend(from.custom);
}
