//! The events this version tells: their names, their data, and who may learn of them. In words: `docs/events.md`.
//!
//! A producer writes the data by hand; tests read each back through [`Fact`], so that no event leaves its schema.

mod data;

use kernel::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use data::*;

use crate::permissions::{
    ACCOUNTS_PURCHASE, ACCOUNTS_READ, API_KEYS_WRITE, AUDIT_READ, CAMPAIGNS_READ, CHATS_IMPORT, CHATS_READ,
    COMPANIES_READ, CONTACTS_READ, DEALS_READ, MEMBERS_READ, MEMBERS_WRITE, NOTES_READ, ORGANIZATION_WRITE,
    PIPELINES_READ, WEBHOOKS_READ,
};

/// Who in the organization may learn of an event. Whoever may not is not told that it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody in it.
    Members,
    /// Those who hold the permission.
    Holders(Permission),
    /// Those who hold the permission, each for the subjects within their reach.
    Reach(Permission),
    /// As [`Self::Reach`], for the record that `recordType` and `recordId` of the data name.
    Record(Permission),
    /// Who did it or whom it is about, and those who hold the permission.
    Oneself(Permission),
    /// A saved view: everybody, unless the `visibility` of the data is `private`.
    View,
    /// Only the person that `userId` of the data names.
    Addressed,
    /// Those who hold the permission and may read the chats of the account that is the subject.
    Account(Permission),
    /// Those who hold the permission and may read the chat that `chatId` of the data names.
    Chat(Permission),
}
use Audience::{Account, Addressed, Chat, Holders, Members, Oneself, Reach, Record, View};

macro_rules! events {
    ($($constant:ident $variant:ident($data:ty) = $name:tt to $audience:expr;)*) => {
        $(pub const $constant: &str = $name;)*

        /// Every event that this version tells.
        pub const ALL: &[&str] = &[$($constant),*];

        /// What happened: the name and the data of an event.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
        #[serde(tag = "type", content = "data")]
        pub enum Fact {
            $(#[serde(rename = $name)] $variant($data),)*
        }

        /// Who may learn of an event of this name; nobody of one that is unknown.
        #[must_use]
        pub fn audience_of(name: &str) -> Option<Audience> {
            match name {
                $($constant => Some($audience),)*
                _ => None,
            }
        }
    };
}

events! {
    ORGANIZATION_CREATED OrganizationCreated(OrganizationCreated) = "organization.created" to Members;
    ORGANIZATION_UPDATED OrganizationUpdated(OrganizationUpdated) = "organization.updated" to Members;
    USER_REGISTERED UserRegistered(Nothing) = "user.registered" to Oneself(ORGANIZATION_WRITE);
    USER_SIGNED_IN UserSignedIn(UserSignedIn) = "user.signed_in" to Oneself(ORGANIZATION_WRITE);
    USER_PROFILE_UPDATED UserProfileUpdated(Nothing) = "user.profile.updated" to Oneself(MEMBERS_READ);
    USER_PASSWORD_CHANGED UserPasswordChanged(Nothing) = "user.password.changed" to Oneself(ORGANIZATION_WRITE);
    USER_MFA_ENABLED UserMfaEnabled(FactorTold) = "user.mfa.enabled" to Oneself(ORGANIZATION_WRITE);
    USER_MFA_DISABLED UserMfaDisabled(FactorTold) = "user.mfa.disabled" to Oneself(ORGANIZATION_WRITE);
    USER_MFA_UPDATED UserMfaUpdated(FactorUpdated) = "user.mfa.updated" to Oneself(ORGANIZATION_WRITE);
    USER_IDENTITY_LINKED UserIdentityLinked(IdentityTold) = "user.identity.linked" to Oneself(ORGANIZATION_WRITE);
    USER_IDENTITY_UNLINKED UserIdentityUnlinked(IdentityTold) = "user.identity.unlinked" to Oneself(ORGANIZATION_WRITE);
    SESSION_CONFIRMED SessionConfirmed(SessionConfirmed) = "session.confirmed" to Oneself(ORGANIZATION_WRITE);
    USER_SIGNIN_FAILED UserSigninFailed(UserSigninFailed) = "user.signin.failed" to Oneself(ORGANIZATION_WRITE);
    USER_LOCKED UserLocked(UserLocked) = "user.locked" to Oneself(ORGANIZATION_WRITE);
    USER_UNLOCKED UserUnlocked(Nothing) = "user.unlocked" to Oneself(ORGANIZATION_WRITE);
    USER_EMAIL_VERIFIED UserEmailVerified(Nothing) = "user.email.verified" to Oneself(ORGANIZATION_WRITE);
    SESSION_REVOKED SessionRevoked(SessionRevoked) = "session.revoked" to Oneself(ORGANIZATION_WRITE);
    MEMBER_JOINED MemberJoined(MemberJoined) = "member.joined" to Holders(MEMBERS_READ);
    MEMBER_UPDATED MemberUpdated(MemberUpdated) = "member.updated" to Holders(MEMBERS_READ);
    MEMBER_REMOVED MemberRemoved(MemberRemoved) = "member.removed" to Holders(MEMBERS_READ);
    MEMBER_SUSPENDED MemberSuspended(Nothing) = "member.suspended" to Holders(MEMBERS_READ);
    MEMBER_RESTORED MemberRestored(Nothing) = "member.restored" to Holders(MEMBERS_READ);
    ROLE_CREATED RoleCreated(Nothing) = "role.created" to Holders(MEMBERS_READ);
    ROLE_UPDATED RoleUpdated(AccessTold) = "role.updated" to Holders(MEMBERS_READ);
    ROLE_DELETED RoleDeleted(Nothing) = "role.deleted" to Holders(MEMBERS_READ);
    TEAM_CREATED TeamCreated(AccessTold) = "team.created" to Holders(MEMBERS_READ);
    TEAM_UPDATED TeamUpdated(AccessTold) = "team.updated" to Holders(MEMBERS_READ);
    TEAM_DELETED TeamDeleted(AccessTold) = "team.deleted" to Holders(MEMBERS_READ);
    INVITATION_SENT InvitationSent(Nothing) = "invitation.sent" to Holders(MEMBERS_WRITE);
    INVITATION_REVOKED InvitationRevoked(Nothing) = "invitation.revoked" to Holders(MEMBERS_WRITE);
    INVITATION_ACCEPTED InvitationAccepted(InvitationAccepted) = "invitation.accepted" to Holders(MEMBERS_WRITE);
    ACCESS_VIEWED_AS_STARTED AccessViewedAsStarted(ViewingStarted) = "access.viewed_as.started" to Oneself(AUDIT_READ);
    ACCESS_VIEWED_AS_ENDED AccessViewedAsEnded(ViewingEnded) = "access.viewed_as.ended" to Oneself(AUDIT_READ);
    COMPANY_CREATED CompanyCreated(RecordsCreated) = "company.created" to Reach(COMPANIES_READ);
    COMPANY_UPDATED CompanyUpdated(RecordsUpdated) = "company.updated" to Reach(COMPANIES_READ);
    COMPANY_DELETED CompanyDeleted(Nothing) = "company.deleted" to Reach(COMPANIES_READ);
    COMPANY_RESTORED CompanyRestored(Nothing) = "company.restored" to Reach(COMPANIES_READ);
    COMPANY_PURGED CompanyPurged(Nothing) = "company.purged" to Reach(COMPANIES_READ);
    COMPANY_MERGED CompanyMerged(RecordsMerged) = "company.merged" to Reach(COMPANIES_READ);
    COMPANY_UNMERGED CompanyUnmerged(RecordsUnmerged) = "company.unmerged" to Reach(COMPANIES_READ);
    COMPANY_DUPLICATES_DISMISSED CompanyDuplicatesDismissed(Nothing) = "company.duplicates.dismissed"
        to Reach(COMPANIES_READ);
    CONTACT_CREATED ContactCreated(RecordsCreated) = "contact.created" to Reach(CONTACTS_READ);
    CONTACT_UPDATED ContactUpdated(RecordsUpdated) = "contact.updated" to Reach(CONTACTS_READ);
    CONTACT_DELETED ContactDeleted(Nothing) = "contact.deleted" to Reach(CONTACTS_READ);
    CONTACT_RESTORED ContactRestored(Nothing) = "contact.restored" to Reach(CONTACTS_READ);
    CONTACT_PURGED ContactPurged(Nothing) = "contact.purged" to Reach(CONTACTS_READ);
    CONTACT_MERGED ContactMerged(RecordsMerged) = "contact.merged" to Reach(CONTACTS_READ);
    CONTACT_UNMERGED ContactUnmerged(RecordsUnmerged) = "contact.unmerged" to Reach(CONTACTS_READ);
    CONTACT_DUPLICATES_DISMISSED ContactDuplicatesDismissed(Nothing) = "contact.duplicates.dismissed"
        to Reach(CONTACTS_READ);
    NOTE_CREATED NoteCreated(NoteTold) = "note.created" to Record(NOTES_READ);
    NOTE_UPDATED NoteUpdated(NoteTold) = "note.updated" to Record(NOTES_READ);
    NOTE_DELETED NoteDeleted(NoteTold) = "note.deleted" to Record(NOTES_READ);
    DEAL_CREATED DealCreated(DealsCreated) = "deal.created" to Reach(DEALS_READ);
    DEAL_UPDATED DealUpdated(DealsUpdated) = "deal.updated" to Reach(DEALS_READ);
    DEAL_DELETED DealDeleted(Nothing) = "deal.deleted" to Reach(DEALS_READ);
    DEAL_RESTORED DealRestored(Nothing) = "deal.restored" to Reach(DEALS_READ);
    DEAL_PURGED DealPurged(Nothing) = "deal.purged" to Reach(DEALS_READ);
    DEAL_STAGE_CHANGED DealStageChanged(DealStageChanged) = "deal.stage.changed" to Reach(DEALS_READ);
    DEAL_WON DealWon(DealEnded) = "deal.won" to Reach(DEALS_READ);
    DEAL_LOST DealLost(DealEnded) = "deal.lost" to Reach(DEALS_READ);
    DEAL_ROTTING DealRotting(DealRotting) = "deal.rotting" to Reach(DEALS_READ);
    PIPELINE_CREATED PipelineCreated(Nothing) = "pipeline.created" to Holders(PIPELINES_READ);
    PIPELINE_UPDATED PipelineUpdated(PipelineUpdated) = "pipeline.updated" to Holders(PIPELINES_READ);
    PIPELINE_DELETED PipelineDeleted(PipelineDeleted) = "pipeline.deleted" to Holders(PIPELINES_READ);
    STAGE_CREATED StageCreated(StageCreated) = "stage.created" to Holders(PIPELINES_READ);
    STAGE_UPDATED StageUpdated(StageUpdated) = "stage.updated" to Holders(PIPELINES_READ);
    STAGE_DELETED StageDeleted(StageDeleted) = "stage.deleted" to Holders(PIPELINES_READ);
    STAGE_RULE_REJECTED StageRuleRejected(StageRuleRejected) = "stage.rule.rejected" to Reach(DEALS_READ);
    FIELD_CREATED FieldCreated(FieldTold) = "field.created" to Members;
    FIELD_UPDATED FieldUpdated(FieldUpdated) = "field.updated" to Members;
    FIELD_DELETED FieldDeleted(FieldTold) = "field.deleted" to Members;
    VIEW_CREATED ViewCreated(ViewTold) = "view.created" to View;
    VIEW_UPDATED ViewUpdated(ViewUpdated) = "view.updated" to View;
    VIEW_DELETED ViewDeleted(ViewTold) = "view.deleted" to View;
    IMPORT_STARTED ImportStarted(ImportStarted) = "import.started" to Oneself(ORGANIZATION_WRITE);
    IMPORT_COMPLETED ImportCompleted(ImportCompleted) = "import.completed" to Oneself(ORGANIZATION_WRITE);
    IMPORT_REVERTED ImportReverted(ImportReverted) = "import.reverted" to Oneself(ORGANIZATION_WRITE);
    EXPORT_COMPLETED ExportCompleted(ExportCompleted) = "export.completed" to Oneself(ORGANIZATION_WRITE);
    BULK_COMPLETED BulkCompleted(BulkCompleted) = "bulk.completed" to Oneself(ORGANIZATION_WRITE);
    BULK_UNDONE BulkUndone(BulkUndone) = "bulk.undone" to Oneself(ORGANIZATION_WRITE);
    NOTIFICATION_CREATED NotificationCreated(NotificationCreated) = "notification.created" to Addressed;
    NOTIFICATION_UPDATED NotificationUpdated(NotificationUpdated) = "notification.updated" to Addressed;
    WEBHOOK_CREATED WebhookCreated(Nothing) = "webhook.created" to Holders(WEBHOOKS_READ);
    WEBHOOK_UPDATED WebhookUpdated(WebhookUpdated) = "webhook.updated" to Holders(WEBHOOKS_READ);
    WEBHOOK_DELETED WebhookDeleted(Nothing) = "webhook.deleted" to Holders(WEBHOOKS_READ);
    WEBHOOK_DISABLED WebhookDisabled(WebhookDisabled) = "webhook.disabled" to Holders(WEBHOOKS_READ);
    API_KEY_CREATED ApiKeyCreated(Nothing) = "api_key.created" to Holders(API_KEYS_WRITE);
    API_KEY_UPDATED ApiKeyUpdated(ApiKeyUpdated) = "api_key.updated" to Holders(API_KEYS_WRITE);
    API_KEY_REVOKED ApiKeyRevoked(Nothing) = "api_key.revoked" to Holders(API_KEYS_WRITE);
    AUDIT_EXPORTED AuditExported(AuditExported) = "audit.exported" to Oneself(AUDIT_READ);
    ACCOUNT_CONNECT_STARTED AccountConnectStarted(AccountConnectStarted) = "bd_account.connect.started"
        to Account(ACCOUNTS_READ);
    ACCOUNT_CODE_SENT AccountCodeSent(AccountCodeSent) = "bd_account.code.sent" to Account(ACCOUNTS_READ);
    ACCOUNT_PASSWORD_REQUIRED AccountPasswordRequired(Nothing) = "bd_account.password.required"
        to Account(ACCOUNTS_READ);
    ACCOUNT_CONNECTED AccountConnected(AccountConnected) = "bd_account.connected" to Account(ACCOUNTS_READ);
    ACCOUNT_DISCONNECTED AccountDisconnected(AccountDisconnected) = "bd_account.disconnected"
        to Account(ACCOUNTS_READ);
    ACCOUNT_RECONNECTING AccountReconnecting(AccountReconnecting) = "bd_account.reconnecting"
        to Account(ACCOUNTS_READ);
    ACCOUNT_CONFIG_UPDATED AccountConfigUpdated(AccountConfigUpdated) = "bd_account.config.updated"
        to Account(ACCOUNTS_READ);
    ACCOUNT_FLOOD_WAIT AccountFloodWait(AccountFloodWait) = "bd_account.flood_wait" to Account(ACCOUNTS_READ);
    ACCOUNT_RESTRICTED AccountRestricted(AccountRestricted) = "bd_account.restricted" to Account(ACCOUNTS_READ);
    ACCOUNT_HEALTH_CHANGED AccountHealthChanged(AccountHealthChanged) = "bd_account.health.changed"
        to Account(ACCOUNTS_READ);
    ACCOUNT_SESSION_REVOKED AccountSessionRevoked(AccountSessionRevoked) = "bd_account.session.revoked"
        to Account(ACCOUNTS_READ);
    ACCOUNT_LIMIT_REACHED AccountLimitReached(AccountLimitReached) = "bd_account.limit.reached"
        to Account(ACCOUNTS_READ);
    ACCOUNT_DIALOGS_UPDATED AccountDialogsUpdated(AccountDialogsUpdated) = "bd_account.dialogs.updated"
        to Account(ACCOUNTS_READ);
    ACCOUNT_DELETED AccountDeleted(Nothing) = "bd_account.deleted" to Holders(ACCOUNTS_READ);
    ACCOUNT_PURCHASED AccountPurchased(AccountPurchased) = "bd_account.purchased" to Holders(ACCOUNTS_PURCHASE);
    SYNC_CHATS_UPDATED SyncChatsUpdated(SyncChatsUpdated) = "sync.chats.updated" to Account(ACCOUNTS_READ);
    SYNC_STARTED SyncStarted(SyncStarted) = "sync.started" to Account(ACCOUNTS_READ);
    SYNC_PAUSED SyncPaused(Nothing) = "sync.paused" to Account(ACCOUNTS_READ);
    SYNC_PROGRESS SyncProgress(SyncProgress) = "sync.progress" to Account(ACCOUNTS_READ);
    SYNC_COMPLETED SyncCompleted(SyncCompleted) = "sync.completed" to Account(ACCOUNTS_READ);
    SYNC_FAILED SyncFailed(SyncFailed) = "sync.failed" to Account(ACCOUNTS_READ);
    MESSAGE_RECEIVED MessageReceived(MessageReceived) = "message.received" to Chat(CHATS_READ);
    MESSAGE_QUEUED MessageQueued(MessageQueued) = "message.queued" to Chat(CHATS_READ);
    MESSAGE_SCHEDULED MessageScheduled(MessageScheduled) = "message.scheduled" to Chat(CHATS_READ);
    MESSAGE_SENT MessageSent(MessageSent) = "message.sent" to Chat(CHATS_READ);
    MESSAGE_READ MessageRead(MessagesRead) = "message.read" to Chat(CHATS_READ);
    MESSAGE_EDITED MessageEdited(MessageTold) = "message.edited" to Chat(CHATS_READ);
    MESSAGE_DELETED MessageDeleted(MessageTold) = "message.deleted" to Chat(CHATS_READ);
    MESSAGE_CANCELED MessageCanceled(MessageCanceled) = "message.canceled" to Chat(CHATS_READ);
    MESSAGE_FAILED MessageFailed(MessageFailed) = "message.failed" to Chat(CHATS_READ);
    MESSAGE_REACTION_CHANGED MessageReactionChanged(MessageTold) = "message.reaction.changed" to Chat(CHATS_READ);
    MEDIA_READY MediaReady(MediaReady) = "media.ready" to Chat(CHATS_READ);
    CHAT_ASSIGNED ChatAssigned(ChatAssigned) = "chat.assigned" to Chat(CHATS_READ);
    CHAT_SNOOZED ChatSnoozed(ChatSnoozed) = "chat.snoozed" to Chat(CHATS_READ);
    CHAT_LINKED ChatLinked(ChatLinked) = "chat.linked" to Chat(CHATS_READ);
    CHAT_MERGED ChatMerged(ChatMerged) = "chat.merged" to Chat(CHATS_READ);
    CHAT_SPLIT ChatSplit(ChatMerged) = "chat.split" to Chat(CHATS_READ);
    CHAT_ALL_READ ChatAllRead(ChatTold) = "chat.all_read" to Chat(CHATS_READ);
    CHAT_UPDATED ChatUpdated(ChatUpdated) = "chat.updated" to Chat(CHATS_READ);
    CHAT_SYNCED ChatSynced(ChatSynced) = "chat.synced" to Chat(CHATS_READ);
    COMMENT_CREATED CommentCreated(CommentTold) = "comment.created" to Chat(CHATS_READ);
    COMMENT_UPDATED CommentUpdated(CommentTold) = "comment.updated" to Chat(CHATS_READ);
    COMMENT_DELETED CommentDeleted(ChatTold) = "comment.deleted" to Chat(CHATS_READ);
    TEMPLATE_CREATED TemplateCreated(TemplateTold) = "template.created" to Holders(CHATS_READ);
    TEMPLATE_UPDATED TemplateUpdated(TemplateTold) = "template.updated" to Holders(CHATS_READ);
    TEMPLATE_DELETED TemplateDeleted(TemplateTold) = "template.deleted" to Holders(CHATS_READ);
    CHAT_IMPORT_STARTED ChatImportStarted(ChatImportStarted) = "chat_import.started" to Oneself(CHATS_IMPORT);
    CHAT_IMPORT_PROGRESS ChatImportProgress(ChatImportProgress) = "chat_import.progress" to Oneself(CHATS_IMPORT);
    CHAT_IMPORT_COMPLETED ChatImportCompleted(ChatImportCompleted) = "chat_import.completed" to Oneself(CHATS_IMPORT);
    CHAT_IMPORT_REVERTED ChatImportReverted(Nothing) = "chat_import.reverted" to Oneself(CHATS_IMPORT);
    DRAFT_UPDATED DraftUpdated(DraftUpdated) = "draft.updated" to Addressed;
    CAMPAIGN_CREATED CampaignCreated(Nothing) = "campaign.created" to Reach(CAMPAIGNS_READ);
    CAMPAIGN_UPDATED CampaignUpdated(CampaignUpdated) = "campaign.updated" to Reach(CAMPAIGNS_READ);
    CAMPAIGN_SCHEDULED CampaignScheduled(CampaignScheduled) = "campaign.scheduled" to Reach(CAMPAIGNS_READ);
    CAMPAIGN_START_FAILED CampaignStartFailed(CampaignStartFailed) = "campaign.start_failed" to Reach(CAMPAIGNS_READ);
    CAMPAIGN_STARTED CampaignStarted(Nothing) = "campaign.started" to Reach(CAMPAIGNS_READ);
    CAMPAIGN_PAUSED CampaignPaused(CampaignPaused) = "campaign.paused" to Reach(CAMPAIGNS_READ);
    CAMPAIGN_FINISHED CampaignFinished(CampaignFinished) = "campaign.finished" to Reach(CAMPAIGNS_READ);
    CAMPAIGN_VARIANT_WON CampaignVariantWon(CampaignVariantWon) = "campaign.variant.won" to Reach(CAMPAIGNS_READ);
    ENROLMENT_STARTED EnrolmentStarted(EnrolmentStarted) = "enrolment.started" to Reach(CAMPAIGNS_READ);
    ENROLMENT_STEP_SENT EnrolmentStepSent(EnrolmentStepSent) = "enrolment.step.sent" to Reach(CAMPAIGNS_READ);
    ENROLMENT_STOPPED EnrolmentStopped(EnrolmentStopped) = "enrolment.stopped" to Reach(CAMPAIGNS_READ);
    CONTACT_OPTED_OUT ContactOptedOut(ContactOptedOut) = "contact.opted_out" to Reach(CONTACTS_READ);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn data_that_is_not_as_the_schema_has_it_is_refused() {
        let read = |name: &str, data| serde_json::from_value::<Fact>(json!({ "type": name, "data": data }));
        assert!(read(CONTACT_DELETED, json!({})).is_ok());
        assert!(read(CONTACT_DELETED, json!({ "name": "Anna" })).is_err());
        assert!(read(PIPELINE_UPDATED, json!({ "fields": ["name"] })).is_ok());
        assert!(read(PIPELINE_UPDATED, json!({})).is_err());
        assert!(read("contact.eaten", json!({})).is_err());
    }

    #[test]
    fn every_event_has_an_audience() {
        assert!(ALL.iter().all(|name| audience_of(name).is_some()));
        assert_eq!(audience_of("contact.eaten"), None);
    }
}
