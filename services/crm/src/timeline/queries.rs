//! Reading timelines: the entries of the record and its deals in one query, what was said with a contact, then the names and
//! notes they speak of in one query each.

use std::{cmp::Reverse, collections::HashMap};

use contracts::{
    permissions::NOTES_READ,
    ports::{DealsOf, NamedDeal},
};
use db::change_log::{self, Entry};
use kernel::Scope;
use uuid::Uuid;

use super::{
    entry::{Mentioned, Names, TimelineEntry, mentioned},
    talks::{self, Part},
};
use crate::{
    Crm, Error, companies, contacts,
    notes::{self, about::About, queries::Note},
};

/// A part of a timeline, newest first.
#[derive(Clone, Debug)]
pub struct Timeline {
    pub entries: Vec<TimelineEntry>,
    /// Of changes; days of conversations are not counted.
    pub total: u64,
    /// Older entries follow this one.
    pub next: Option<Uuid>,
}

/// What happened to a record and to its deals: at most `limit` entries that are older than `before`.
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
    let deals = deals_of(crm, scope, about, record).await?;
    let records: Vec<Uuid> = std::iter::once(record).chain(deals.iter().map(|deal| deal.id)).collect();
    let reader = crm.db.reader(scope);
    let total = change_log::count_of_records(&reader, scope, &records).await?;
    let rows = change_log::of_records(&reader, scope, &records, before, limit + 1).await?;
    let down_to = rows.get(usize::try_from(limit).unwrap_or(usize::MAX)).map(|row| row.id);
    let days = match about {
        About::Contact => talks::days(crm, scope, record, (before, down_to), limit + 1).await?,
        About::Company | About::Deal => Vec::new(),
    };
    let Part { rows, days, next } = Part::of(rows, days, limit);
    let places: Vec<Uuid> = days.iter().map(|day| day.place).collect();
    let mut entries: Vec<(Uuid, TimelineEntry)> = places.into_iter().zip(days.into_iter().map(Into::into)).collect();
    entries.extend(told(crm, scope, rows, &deals).await?.into_iter().map(|entry| (entry.id, entry)));
    entries.sort_by_key(|(place, _)| Reverse(*place));
    Ok(Timeline { entries: entries.into_iter().map(|(_, entry)| entry).collect(), total, next })
}

/// The deals whose story is a part of the record's.
async fn deals_of(crm: &Crm, scope: &Scope, about: About, record: Uuid) -> Result<Vec<NamedDeal>, Error> {
    let of = match about {
        About::Contact => DealsOf::Contact(record),
        About::Company => DealsOf::Company(record),
        About::Deal => return Ok(Vec::new()),
    };
    crm.deals.of_client(scope, of).await.map_err(Error::Port)
}

/// Entries with the names they speak of, moves of deals with their causes; which of these deals they are about.
///
/// # Errors
/// When the database or the directory is away.
pub async fn told(
    crm: &Crm,
    scope: &Scope,
    mut rows: Vec<Entry>,
    deals: &[NamedDeal],
) -> Result<Vec<TimelineEntry>, Error> {
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
        deals: deals.iter().map(|deal| (deal.id, deal.into())).collect(),
    };
    let notes: HashMap<Uuid, Note> = notes.into_iter().map(|note| (note.id, Note::of(note, &names.people))).collect();
    Ok(rows.into_iter().filter_map(|row| TimelineEntry::of(row, &names, &notes)).collect())
}
