//! What becomes of the rows of a chunk: each creates a record, changes one, or is passed over as a duplicate – of what
//! is stored, or of an earlier row. One transaction, few statements.

use std::collections::HashMap;

use contracts::events::{Assigned, RecordsCreated, RecordsUpdated};
use db::{Tx, change_log};
use events::NewEvent;
use exchange::import::{DuplicatePolicy, Plan};
use kernel::{Scope, values::company_key};
use serde_json::json;
use uuid::Uuid;

use super::subject::{Draft, Existing, Fresh, Row, Subject};
use crate::{
    Error, companies,
    identities::{self, Identity},
};

/// How many rows came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub created: i64,
    pub updated: i64,
    pub skipped: i64,
}

/// A record that a row was found to be about.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    /// A row of this chunk, by its place among the new records.
    New(usize),
    Stored(Uuid),
}

struct Known {
    by_identity: HashMap<Identity, Place>,
    by_likeness: HashMap<String, Place>,
}

struct Work<S: Subject> {
    known: Known,
    fresh: Vec<Draft<S::Fields>>,
    stored: HashMap<Uuid, Existing<S::Fields>>,
    /// Stored records with what the rows add to them, in the order of the rows.
    changed: Vec<(Uuid, Draft<S::Fields>)>,
    outcome: Outcome,
}

/// Stores the rows of a chunk.
///
/// # Errors
/// When the database refuses; nothing of the chunk is kept then.
pub async fn store<S: Subject>(
    tx: &Tx,
    scope: &Scope,
    plan: &Plan,
    rows: Vec<Row<S::Fields>>,
) -> Result<Outcome, Error> {
    let known = known::<S>(tx, scope, plan.policy, &rows).await?;
    let stored = match plan.policy {
        DuplicatePolicy::Update => stored::<S>(tx, scope, &known).await?,
        _ => HashMap::new(),
    };
    let mut work = Work::<S> { known, fresh: Vec::new(), stored, changed: Vec::new(), outcome: Outcome::default() };
    for mut row in rows {
        S::tag(&mut row.draft.fields, &plan.default_tags);
        work.place(plan, row);
    }
    work.write(tx, plan).await
}

async fn known<S: Subject>(
    tx: &Tx,
    scope: &Scope,
    policy: DuplicatePolicy,
    rows: &[Row<S::Fields>],
) -> Result<Known, Error> {
    let mut known = Known { by_identity: HashMap::new(), by_likeness: HashMap::new() };
    if policy == DuplicatePolicy::Create {
        return Ok(known);
    }
    let mut wanted: Vec<Identity> = rows.iter().flat_map(|row| row.identities.iter().cloned()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    for (identity, ids) in identities::find_many(tx, scope, S::KIND, &wanted).await? {
        if let Some(first) = ids.first() {
            known.by_identity.insert(identity, Place::Stored(*first));
        }
    }
    let by_likeness: Vec<&Draft<S::Fields>> =
        rows.iter().filter(|row| S::goes_by_likeness(row)).map(|row| &row.draft).collect();
    if !by_likeness.is_empty() {
        let alike = S::alike(tx, scope, &by_likeness).await?;
        known.by_likeness = alike.into_iter().map(|(likeness, id)| (likeness, Place::Stored(id))).collect();
    }
    Ok(known)
}

async fn stored<S: Subject>(
    tx: &Tx,
    scope: &Scope,
    known: &Known,
) -> Result<HashMap<Uuid, Existing<S::Fields>>, Error> {
    let places = known.by_identity.values().chain(known.by_likeness.values());
    let mut ids: Vec<Uuid> = places.filter_map(|p| if let Place::Stored(id) = p { Some(*id) } else { None }).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut stored = HashMap::new();
    for chunk in ids.chunks(1000) {
        stored.extend(S::load(tx, scope, chunk).await?.into_iter().map(|existing| (existing.record.id, existing)));
    }
    Ok(stored)
}

impl<S: Subject> Work<S> {
    fn place(&mut self, plan: &Plan, row: Row<S::Fields>) {
        let found = if plan.policy == DuplicatePolicy::Create { None } else { self.find(&row) };
        match (found, plan.policy) {
            (None, _) => {
                let place = Place::New(self.fresh.len());
                self.remember(&row, place);
                let mut draft = row.draft;
                S::own(&mut draft.fields, plan.owner_id);
                self.fresh.push(draft);
                self.outcome.created += 1;
            }
            (Some(place), DuplicatePolicy::Update) => {
                self.remember(&row, place);
                if self.add(place, row.draft) {
                    self.outcome.updated += 1;
                } else {
                    self.outcome.skipped += 1;
                }
            }
            (Some(_), _) => self.outcome.skipped += 1,
        }
    }

    fn find(&self, row: &Row<S::Fields>) -> Option<Place> {
        let by_identity = row.identities.iter().find_map(|i| self.known.by_identity.get(i).copied());
        let alike = || S::goes_by_likeness(row).then(|| self.known.by_likeness.get(&row.likeness).copied()).flatten();
        by_identity.or_else(alike)
    }

    fn remember(&mut self, row: &Row<S::Fields>, place: Place) {
        for identity in &row.identities {
            if !self.known.by_identity.contains_key(identity) {
                self.known.by_identity.insert(identity.clone(), place);
            }
        }
        if !self.known.by_likeness.contains_key(&row.likeness) {
            self.known.by_likeness.insert(row.likeness.clone(), place);
        }
    }

    /// Adds what a row knows to a record; `false` when the record knew it all.
    fn add(&mut self, place: Place, row: Draft<S::Fields>) -> bool {
        let (draft, company) = match place {
            Place::New(index) => (&mut self.fresh[index], None),
            Place::Stored(id) => {
                let Some(existing) = self.stored.get(&id) else { return false };
                let index = self.changed.iter().position(|(changed, _)| *changed == id).unwrap_or_else(|| {
                    let fields = existing.record.fields.clone();
                    self.changed.push((id, Draft { fields, company_name: None }));
                    self.changed.len() - 1
                });
                (&mut self.changed[index].1, existing.company_name.as_deref())
            }
        };
        let before = draft.fields.clone();
        S::join(&mut draft.fields, &row.fields);
        let named = draft.company_name.as_deref().or(company).map(company_key);
        let moved = row.company_name.is_some() && row.company_name.as_deref().map(company_key) != named;
        if moved {
            draft.company_name = row.company_name;
        }
        moved || draft.fields != before
    }

    async fn write(mut self, tx: &Tx, plan: &Plan) -> Result<Outcome, Error> {
        let drafts = || self.fresh.iter().chain(self.changed.iter().map(|(_, draft)| draft));
        let mut names: Vec<String> = drafts().filter_map(|draft| draft.company_name.clone()).collect();
        names.sort_unstable();
        names.dedup();
        let companies = match names.as_slice() {
            [] => HashMap::new(),
            names => companies::store::find_or_create_if_allowed(tx, names).await?,
        };
        let company_of =
            |draft: &Draft<S::Fields>| companies.get(&company_key(draft.company_name.as_deref()?)).cloned();
        let mut fresh = Vec::with_capacity(self.fresh.len());
        for mut draft in std::mem::take(&mut self.fresh) {
            let company = company_of(&draft);
            S::set_company(&mut draft.fields, company.as_ref().map(|(id, _)| *id));
            fresh.push(Fresh {
                id: tx.clock().new_id(),
                fields: draft.fields,
                company_name: company.map(|(_, name)| name),
            });
        }
        let mut updates = Vec::with_capacity(self.changed.len());
        for (id, mut draft) in std::mem::take(&mut self.changed) {
            let Some(mut existing) = self.stored.remove(&id) else { continue };
            if let Some((company_id, name)) = company_of(&draft) {
                S::set_company(&mut draft.fields, Some(company_id));
                existing.company_name = Some(name);
            }
            if draft.fields != existing.record.fields {
                updates.push((existing, draft.fields));
            }
        }
        record::<S>(tx, plan, fresh, updates).await?;
        Ok(self.outcome)
    }
}

/// Writes new and changed records with change log and events.
///
/// # Errors
/// When the database refuses.
pub async fn record<S: Subject>(
    tx: &Tx,
    plan: &Plan,
    fresh: Vec<Fresh<S::Fields>>,
    updates: Vec<(Existing<S::Fields>, S::Fields)>,
) -> Result<(), Error> {
    let names = S::KIND.events();
    let created = if fresh.is_empty() { Vec::new() } else { S::insert(tx, fresh).await? };
    let changes = if updates.is_empty() { Vec::new() } else { S::update(tx, updates).await? };
    let updated = changes.iter().map(|change| change.subject_id).collect();
    let (import_id, owner) = (Some(plan.import_id), plan.owner_id);
    let assigned = Assigned::of(owner.into_iter().flat_map(|owner| created.iter().map(move |id| (owner, *id))));
    let of_created = json!(RecordsCreated { import_id, assigned });
    let assigned = Assigned::of(db::image::ids_put(&changes, "ownerId"));
    let of_updated = json!(RecordsUpdated { fields: None, import_id, assigned });
    change_log::record(tx, changes).await?;
    let told = [(names.created, created, of_created), (names.updated, updated, of_updated)];
    let told = told.into_iter().filter(|(_, ids, _)| !ids.is_empty());
    let tell = |(kind, subject_ids, data)| NewEvent { kind, subject_kind: S::KIND.as_str(), subject_ids, data };
    Ok(events::append(tx, told.map(tell)).await?)
}
