//! What happened in a campaign, line by line, as people read it. Written in the transaction that makes it so.

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::Scope;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use crate::Error;

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "campaign_log")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub campaign_id: Uuid,
        pub at: DateTimeUtc,
        pub kind: String,
        pub contact_id: Option<Uuid>,
        pub enrolment_id: Option<Uuid>,
        pub step_id: Option<Uuid>,
        pub variant_id: Option<Uuid>,
        pub account_id: Option<Uuid>,
        pub message_id: Option<Uuid>,
        pub chat_id: Option<Uuid>,
        pub code: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

crate::words::words! {
    /// What happened.
    What {
        Started = "started",
        /// It was to begin by itself, and is a draft again.
        NotStarted = "not_started",
        Paused = "paused",
        Finished = "finished",
        /// Contacts came in; many at once are one line.
        Enrolled = "enrolled",
        Queued = "queued",
        Sent = "sent",
        Read = "read",
        Replied = "replied",
        Failed = "failed",
        /// A contact left it before its end.
        Stopped = "stopped",
        /// A contact is through.
        Through = "through",
        Refused = "refused",
        CalledBack = "called_back",
        Task = "task",
        Moved = "moved",
        Won = "won",
    }
}

/// A line.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub campaign_id: Uuid,
    pub what: What,
    pub contact_id: Option<Uuid>,
    pub enrolment_id: Option<Uuid>,
    pub step_id: Option<Uuid>,
    pub variant_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub message_id: Option<Uuid>,
    pub chat_id: Option<Uuid>,
    /// Why, or how many.
    pub code: Option<String>,
}

impl Entry {
    /// A line about the campaign.
    #[must_use]
    pub fn new(campaign_id: Uuid, what: What) -> Self {
        Self {
            campaign_id,
            what,
            contact_id: None,
            enrolment_id: None,
            step_id: None,
            variant_id: None,
            account_id: None,
            message_id: None,
            chat_id: None,
            code: None,
        }
    }
}

/// Writes lines.
///
/// # Errors
/// When the database refuses.
pub async fn record(tx: &Tx, scope: &Scope, entries: impl IntoIterator<Item = Entry>) -> Result<(), Error> {
    let at: DateTime<Utc> = tx.clock().now();
    let rows: Vec<entity::ActiveModel> = entries
        .into_iter()
        .map(|entry| entity::ActiveModel {
            id: Set(tx.clock().new_id()),
            org_id: Set(scope.org_id.0),
            campaign_id: Set(entry.campaign_id),
            at: Set(at),
            kind: Set(entry.what.as_str().to_owned()),
            contact_id: Set(entry.contact_id),
            enrolment_id: Set(entry.enrolment_id),
            step_id: Set(entry.step_id),
            variant_id: Set(entry.variant_id),
            account_id: Set(entry.account_id),
            message_id: Set(entry.message_id),
            chat_id: Set(entry.chat_id),
            code: Set(entry.code),
        })
        .collect();
    Ok(db::insert_all(tx, rows).await?)
}
