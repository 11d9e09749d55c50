//! The data of events: ids and plain facts. Names, addresses and texts are not copied: look them up by id.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! data {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* })*) => {
        $($(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $kind,)*
        })*
    };
}

mod accounts;
mod campaigns;

pub use accounts::*;
pub use campaigns::*;

data! {
    /// Nothing beside the envelope.
    Nothing {}

    OrganizationCreated {
        owner_id: Uuid,
        /// The language of the founder: `en` or `ru`.
        locale: String,
    }
    OrganizationUpdated {
        /// Names of the changed fields: `mfaRequired`.
        fields: Vec<String>,
    }

    UserSignedIn {
        /// How: `password`, `passkey`, or through another service: `google`, `github`, `oidc` or `telegram`.
        method: String,
        /// The second factor that was proved: `totp`, `backup` or `passkey`; absent when none was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        factor: Option<String>,
    }
    FactorTold {
        /// `totp` or `passkey`.
        method: String,
    }

    FactorUpdated {
        /// `backup_codes` were made anew, a `trusted_device` came or went, a `passkey` got another name.
        what: String,
    }
    IdentityTold {
        /// Where the account is: `google`, `github`, `oidc` or `telegram`.
        provider: String,
    }
    SessionConfirmed {
        /// How: `password`, `totp`, `backup`, `passkey` or `provider`.
        method: String,
    }
    UserSigninFailed {
        /// How: `password`.
        method: String,
    }
    UserLocked {
        /// When somebody may try again.
        until: DateTime<Utc>,
    }
    SessionRevoked {
        /// `revoked`, `refresh_reused` when a refresh token came twice, `removed` with the member, `suspended` with their
        /// access, `ended` by somebody who may, `provider` when the issuer by which it was opened ended it.
        cause: String,
    }
    MemberJoined {
        /// The built-in role that theirs count as, such as `owner`.
        role: String,
        /// Keys of all their roles.
        roles: Vec<String>,
    }
    MemberUpdated {
        /// Keys of all their roles now.
        roles: Vec<String>,
    }
    MemberRemoved {
        /// Who gets their contacts, companies, deals and chats; null: nobody.
        reassign_to: Option<Uuid>,
        /// Who gets their accounts of messengers.
        accounts_to: Option<Uuid>,
    }
    AccessTold {
        /// Whether what members may do or reach is something else now.
        access: bool,
    }
    /// Somebody looks at the organization as the member that is the subject does.
    ViewingStarted {
        session_id: Uuid,
        /// When it ends by itself.
        until: DateTime<Utc>,
    }
    ViewingEnded {
        session_id: Uuid,
        /// `stopped`, or `access` when what one of the two may do or reach changed.
        cause: String,
    }
    InvitationAccepted {
        /// Who joined.
        user_id: Uuid,
    }

    /// Records that somebody got.
    Assigned {
        /// Their owner now.
        to: Uuid,
        ids: Vec<Uuid>,
    }
    RecordsCreated {
        /// The import whose rows they are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        import_id: Option<Uuid>,
        /// Whose they are; absent for those of nobody.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        assigned: Vec<Assigned>,
    }
    RecordsUpdated {
        /// Names of the changed fields, of all the records together; absent when an import changed them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fields: Option<Vec<String>>,
        /// The import that changed them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        import_id: Option<Uuid>,
        /// Those that got another owner, by the new one.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        assigned: Vec<Assigned>,
    }
    RecordsMerged {
        /// The one that stays.
        into: Uuid,
        from: Vec<Uuid>,
    }
    RecordsUnmerged {
        into: Uuid,
        from: Vec<Uuid>,
        /// Rows that were left because somebody had changed them.
        conflicts: u64,
    }
    NoteTold {
        /// `contact`, `company` or `deal`.
        record_type: String,
        /// What the note is about.
        record_id: Uuid,
        /// `note`, `call`, `meeting`, `message` or `other`; absent when notes moved along with a merge.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
        /// Members it mentions and did not mention before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mentions: Option<Vec<Uuid>>,
    }

    DealsCreated {
        pipeline_id: Uuid,
        stage_id: Uuid,
        /// Whose they are; absent for those of nobody.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        assigned: Vec<Assigned>,
    }
    DealsUpdated {
        /// Names of the changed fields; `position` for the place within the column.
        fields: Vec<String>,
        /// Those that got another owner, by the new one.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        assigned: Vec<Assigned>,
    }
    DealStageChanged {
        deal_id: Uuid,
        /// The contact of the deal.
        client_id: Option<Uuid>,
        pipeline_id: Uuid,
        from_stage: Uuid,
        to_stage: Uuid,
        moved_by: Option<Uuid>,
        /// Whether no person chose the stage.
        auto_moved: bool,
        /// The word for it, such as `manual`.
        cause: String,
    }
    DealEnded {
        stage_id: Uuid,
        amount_minor: Option<i64>,
        /// ISO 4217.
        currency: Option<String>,
    }
    DealRotting {
        stage_id: Uuid,
        /// For how many whole days the deal has been in the stage.
        days: i64,
    }
    PipelineUpdated {
        fields: Vec<String>,
    }
    PipelineDeleted {
        /// The pipeline that got its deals.
        moved_to: Option<Uuid>,
    }
    StageCreated {
        pipeline_id: Uuid,
    }
    StageUpdated {
        pipeline_id: Uuid,
        fields: Vec<String>,
    }
    StageDeleted {
        pipeline_id: Uuid,
        /// The stage that got its deals.
        moved_to: Option<Uuid>,
    }
    StageRuleRejected {
        deal_id: Uuid,
        to_stage: Uuid,
        /// Fields (custom ones as `custom.<key>`), `role`, `wip`.
        missing: Vec<String>,
    }

    FieldTold {
        /// `contact`, `company` or `deal`.
        record_type: String,
        key: String,
    }
    FieldUpdated {
        record_type: String,
        key: String,
        fields: Vec<String>,
    }
    ViewTold {
        /// `contact`, `company` or `deal`.
        record_type: String,
        /// `private`, or who else sees it.
        visibility: String,
    }
    ViewUpdated {
        record_type: String,
        visibility: String,
        fields: Vec<String>,
    }

    ImportStarted {
        record_type: String,
    }
    ImportCompleted {
        rows: u64,
        created: u64,
        updated: u64,
        skipped: u64,
        failed: u64,
    }
    ImportReverted {
        /// Records that were left because somebody had changed them.
        conflicts: u64,
    }
    ExportCompleted {
        record_type: String,
        rows: u64,
        columns: Vec<String>,
    }
    BulkCompleted {
        /// What was done, such as `assign`.
        action: String,
        record_type: String,
        done: u64,
    }
    BulkUndone {
        /// The batch of the undo itself.
        undo: Uuid,
        record_type: String,
        done: u64,
        /// Records that were left because somebody had changed them.
        conflicts: u64,
    }

    AuditExported {
        /// How many.
        lines: u64,
    }

    ApiKeyUpdated {
        /// Names of the changed fields.
        fields: Vec<String>,
    }

    WebhookUpdated {
        /// Names of the changed fields; `secret` when it was rotated.
        fields: Vec<String>,
    }
    WebhookDisabled {
        /// `failures`: nothing else for three days. `gone`: the receiver said so.
        because: String,
        /// Failed tries since the last that succeeded.
        failures: u64,
    }
    MessageReceived {
        message_id: Uuid,
        chat_id: Uuid,
        contact_id: Option<Uuid>,
        /// `telegram` or `api`.
        channel: String,
        /// None of an inbound channel.
        account_id: Option<Uuid>,
        /// Whether it is the first that the other side wrote after we did.
        is_first_response: bool,
        /// Whose the chat is; the same as in the chat.
        assignee_id: Option<Uuid>,
        /// Whether it is older than an hour, because nobody listened meanwhile.
        is_late: bool,
        /// Whether the channel says that a program of theirs wrote it, such as a note that they are away.
        #[serde(default)]
        is_automatic: bool,
    }
    MessageTold {
        message_id: Uuid,
        chat_id: Uuid,
    }
    MessageCanceled {
        message_id: Uuid,
        chat_id: Uuid,
        /// `campaign.answered`: the contact wrote before it went. `campaign.called_back`. None: a person called it back.
        cause: Option<String>,
        /// What wanted it sent; none of what a person wrote.
        program: Option<ProgramTold>,
        /// Whether it was tried before and nobody knows how that ended.
        #[serde(default)]
        may_have_gone: bool,
    }
    ProgramTold {
        /// `campaign`.
        kind: String,
        id: Uuid,
        enrolment_id: Uuid,
    }
    MessageQueued {
        message_id: Uuid,
        chat_id: Uuid,
        /// It can be called back until then.
        not_before: String,
    }
    MessageScheduled {
        message_id: Uuid,
        chat_id: Uuid,
        at: String,
    }
    #[expect(clippy::struct_field_names, reason = "they are ids of different things")]
    MessageSent {
        message_id: Uuid,
        chat_id: Uuid,
        /// What the channel calls it.
        external_id: Option<String>,
    }
    MessagesRead {
        chat_id: Uuid,
        /// Up to this message of the channel.
        until: String,
        /// `us` or `them`.
        by: String,
    }
    MessageFailed {
        message_id: Uuid,
        chat_id: Uuid,
        /// Such as `peer.blocked_us`.
        code: String,
        author_id: Option<Uuid>,
    }
    MediaReady {
        media_id: Uuid,
        message_id: Uuid,
        chat_id: Uuid,
        /// Such as `photo`.
        kind: String,
        size_bytes: i64,
    }
    ChatTold {
        chat_id: Uuid,
    }
    ChatAssigned {
        chat_id: Uuid,
        from: Option<Uuid>,
        to: Option<Uuid>,
    }
    ChatSnoozed {
        chat_id: Uuid,
        /// None: awake again.
        until: Option<String>,
    }
    ChatLinked {
        chat_id: Uuid,
        contact_id: Option<Uuid>,
        deal_ids: Vec<Uuid>,
    }
    ChatMerged {
        /// The one that is shown.
        chat_id: Uuid,
        merged_ids: Vec<Uuid>,
    }
    ChatUpdated {
        chat_id: Uuid,
        /// Names of the changed fields.
        fields: Vec<String>,
    }
    ChatSynced {
        chat_id: Uuid,
        /// How many messages of its history came.
        messages: u64,
    }
    ChatImportStarted {
        /// Whose history it becomes.
        account_id: Uuid,
        chats: u64,
    }
    ChatImportProgress {
        /// Messages that were read, of all that were chosen.
        done: u64,
        total: u64,
    }
    ChatImportCompleted {
        /// Messages that were read.
        messages: u64,
        /// Of these, those that were not here before.
        added: u64,
        /// Files that messages have by it.
        files: u64,
        /// Why it ended before its end.
        error: Option<String>,
    }
    CommentTold {
        chat_id: Uuid,
        /// Members it mentions and did not mention before.
        mentions: Vec<Uuid>,
    }
    TemplateTold {
        /// Whose it is.
        user_id: Uuid,
        /// Whether others see it.
        shared: bool,
    }
    DraftUpdated {
        /// Whose draft.
        user_id: Uuid,
        chat_id: Uuid,
    }
    NotificationCreated {
        /// Who is told.
        user_id: Uuid,
        /// Such as `mention`.
        kind: String,
        /// Such as `mentions`.
        category: String,
    }
    NotificationUpdated {
        /// Whose notifications changed.
        user_id: Uuid,
        /// How many are unread now, counted to 100 at most.
        unread: u64,
    }
}

impl Assigned {
    /// Records by their owner, out of pairs of owner and record.
    #[must_use]
    pub fn of(pairs: impl IntoIterator<Item = (Uuid, Uuid)>) -> Vec<Self> {
        let mut by_owner: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
        for (owner, record) in pairs {
            by_owner.entry(owner).or_default().push(record);
        }
        by_owner.into_iter().map(|(to, ids)| Self { to, ids }).collect()
    }
}
