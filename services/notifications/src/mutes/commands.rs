//! Muting records and kinds, and what is muted. Each command is one transaction.

use api::words;
use chrono::{DateTime, Utc};
use db::{Action, Change};
use kernel::Scope;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::{self, Row};
use crate::{Error, Notifications, inbox, kinds::Kind};

/// The word for mutes in the change log.
const SUBJECT: &str = "notification_mute";

words! {
    /// A kind of record that can be muted.
    MutedKind {
        Contact = "contact",
        Company = "company",
        Deal = "deal",
    }
}

/// A record of the CRM.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MutedRecord {
    pub kind: MutedKind,
    pub id: Uuid,
}

/// What is to be muted: a record, or a kind.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MuteInput {
    record: Option<MutedRecord>,
    kind: Option<Kind>,
    /// For good, unless given.
    until: Option<DateTime<Utc>>,
}

/// A record that is muted.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct MuteRecord {
    pub kind: String,
    pub id: Uuid,
    /// Null when it is gone or out of reach.
    #[schema(required)]
    pub name: Option<String>,
}

/// What the caller wants to hear nothing of.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mute {
    pub id: Uuid,
    #[schema(required)]
    pub record: Option<MuteRecord>,
    #[schema(required)]
    pub kind: Option<Kind>,
    #[schema(required)]
    pub until: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// What the caller muted, the newest first.
///
/// # Errors
/// When somebody who is asked is away.
pub async fn list(service: &Notifications, scope: &Scope) -> Result<Vec<Mute>, Error> {
    let me = Notifications::me(scope)?;
    let rows = store::list(&service.db.reader(scope), scope, me, service.db.clock().now()).await?;
    let of = rows.iter().filter_map(|row| Some((row.record_kind.clone()?, row.record_id?)));
    let names = service.subjects.names(scope, of).await?;
    let view = |row: Row| {
        let record = row.record_kind.zip(row.record_id);
        let record = record.map(|of| MuteRecord { name: names.get(&of).cloned(), kind: of.0, id: of.1 });
        let kind = row.kind.as_deref().and_then(Kind::parse);
        Mute { id: row.id, record, kind, until: row.until, created_at: row.created_at }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Mutes a record within reach, or a kind.
///
/// # Errors
/// [`Error::Invalid`]; [`Error::TooMany`].
pub async fn create(service: &Notifications, scope: &Scope, input: MuteInput) -> Result<Mute, Error> {
    let me = Notifications::me(scope)?;
    let (reader, now) = (service.db.reader(scope), service.db.clock().now());
    if input.record.is_some() == input.kind.is_some() {
        return Err(Error::field("record", "notify.mute.what"));
    }
    if input.until.is_some_and(|until| until <= now) {
        return Err(Error::field("until", "notify.snooze.past"));
    }
    let record = match input.record {
        Some(record) => Some(known(service, scope, record).await?),
        None => None,
    };
    if store::list(&reader, scope, me, now).await?.len() as u64 >= store::MAX {
        return Err(Error::TooMany { max: store::MAX });
    }
    let tx = service.db.begin(scope).await?;
    let row = Row {
        id: tx.clock().new_id(),
        org_id: scope.org_id.0,
        user_id: me,
        record_kind: record.as_ref().map(|record| record.kind.clone()),
        record_id: record.as_ref().map(|record| record.id),
        kind: input.kind.map(|kind| kind.as_str().to_owned()),
        until: input.until,
        created_at: tx.clock().now(),
    };
    store::insert(&tx, scope, &row).await?;
    db::change_log::record(&tx, [change(&row, Action::Created)]).await?;
    inbox::commands::tell(&tx, scope, me).await?;
    tx.commit().await?;
    Ok(Mute { id: row.id, record, kind: input.kind, until: row.until, created_at: row.created_at })
}

/// The record by name, if the actor reaches it.
async fn known(service: &Notifications, scope: &Scope, record: MutedRecord) -> Result<MuteRecord, Error> {
    let (kind, id) = (record.kind.as_str().to_owned(), record.id);
    let name = service.subjects.names(scope, [(kind.clone(), id)]).await?.remove(&(kind.clone(), id));
    let name = name.ok_or_else(|| Error::field("record", "reference.unknown"))?;
    Ok(MuteRecord { kind, id, name: Some(name) })
}

/// Ends a mute.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn delete(service: &Notifications, scope: &Scope, id: Uuid) -> Result<(), Error> {
    let me = Notifications::me(scope)?;
    let tx = service.db.begin(scope).await?;
    let row = store::remove(&tx, scope, me, id).await?;
    db::change_log::record(&tx, [change(&row, Action::Deleted)]).await?;
    inbox::commands::tell(&tx, scope, me).await?;
    Ok(tx.commit().await?)
}

fn change(row: &Row, action: Action) -> Change {
    let image: Value = json!({ "record": row.record_id, "kind": row.kind, "until": row.until });
    let (before, after) = if action == Action::Deleted { (Some(image), None) } else { (None, Some(image)) };
    Change { subject_kind: SUBJECT, subject_id: row.id, record_id: row.user_id, action, before, after, version: 1 }
}
