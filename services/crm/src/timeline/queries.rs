//! Reading timelines: the entries in one query, then the names and notes they speak of in one query each.

use std::collections::HashMap;

use contracts::permissions::NOTES_READ;
use db::change_log::{self, Entry};
use kernel::Scope;
use uuid::Uuid;

use super::entry::{Mentioned, Names, TimelineEntry, mentioned};
use crate::{
    Crm, Error, companies, contacts,
    notes::{self, about::About, queries::Note},
};

/// A part of a timeline, newest first.
#[derive(Clone, Debug)]
pub struct Timeline {
    pub entries: Vec<TimelineEntry>,
    pub total: u64,
    /// Older entries follow this one.
    pub next: Option<Uuid>,
}

/// What happened to a record: at most `limit` entries that are older than `before`.
///
/// # Errors
/// [`Error::NotFound`] when the record is unknown or out of reach.
pub async fn of_record(
    crm: &Crm,
    scope: &Scope,
    about: About,
    record: Uuid,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Timeline, Error> {
    scope.require(about.read())?;
    about.require(crm, scope, record).await?;
    let reader = crm.db.reader(scope);
    let total = change_log::count_of_record(&reader, scope, record).await?;
    let mut rows = change_log::of_record(&reader, scope, record, before, limit + 1).await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|last| last.id);
    Ok(Timeline { entries: told(crm, scope, rows).await?, total, next })
}

/// Entries with the names they speak of, and moves of deals with their causes.
///
/// # Errors
/// When the database or the directory is away.
pub async fn told(crm: &Crm, scope: &Scope, mut rows: Vec<Entry>) -> Result<Vec<TimelineEntry>, Error> {
    let reader = crm.db.reader(scope);
    if !scope.grants.allows(NOTES_READ) {
        rows.retain(|row| row.subject_kind != "note");
    }
    let mut all = Mentioned::default();
    for row in &rows {
        all.people.extend(row.actor_id);
        all.add(mentioned(row));
    }
    let note_ids: Vec<Uuid> = rows.iter().filter(|row| row.subject_kind == "note").map(|row| row.subject_id).collect();
    let notes = notes::store::load_many(&reader, scope, &note_ids).await?;
    all.people.extend(notes.iter().map(|note| note.author_id));
    let names = Names {
        people: crm.names(scope, all.people).await?,
        companies: companies::store::names(&reader, scope, &all.companies).await?,
        contacts: contacts::store::names(&reader, scope, &all.contacts).await?,
        stages: crm.deals.stages(scope, &all.stages).await.map_err(Error::Port)?,
        moves: crm.deals.moves(scope, &all.moves).await.map_err(Error::Port)?,
    };
    let notes: HashMap<Uuid, Note> = notes.into_iter().map(|note| (note.id, Note::of(note, &names.people))).collect();
    Ok(rows.into_iter().filter_map(|row| TimelineEntry::of(row, &names, &notes)).collect())
}
