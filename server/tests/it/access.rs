//! The access matrix (each route × each role) and the tenancy matrix (each route with a foreign id), over the list of
//! routes that the server itself tells. A route that is missing in [`ROUTES`] fails here: add it with the permission its
//! command asks for, a body that passes as far as the permission check, and the record that its id names.

use std::{collections::BTreeSet, fmt::Write};

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use identity::Role;
use kernel::Permission;
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::{
    chats,
    world::{Client, World},
};
use contracts::permissions as p;

/// Who may call a route.
#[derive(Clone, Copy)]
enum Need {
    Nobody,
    SignedIn,
    Permission(Permission),
}

/// What the id in a path names.
#[derive(Clone, Copy, PartialEq)]
pub enum Id {
    None,
    Contact,
    /// In the trash.
    Trashed,
    Company,
    TrashedCompany,
    Note,
    Import,
    Batch,
    Session,
    TrustedDevice,
    Passkey,
    /// An account elsewhere.
    Identity,
    ApiKey,
    Organization,
    Member,
    Role,
    Team,
    Invitation,
    Pipeline,
    Stage,
    Deal,
    TrashedDeal,
    Field,
    View,
    Notification,
    Mute,
    Push,
    Webhook,
    Account,
    Chat,
    Message,
    Comment,
    Template,
    Inbound,
    Campaign,
    Enrolment,
    Suppression,
}

use Need::{Nobody, Permission as May, SignedIn};

/// What programs may do to contacts.
const CONTACT_POLICY: &str = r#"{"policy":{"timeZone":"UTC","quiet":null,"coolDownDays":90,"optOutEverywhere":true,
    "allowParallel":false}}"#;
/// An address that is written to no more.
const SUPPRESSION: &str = r#"{"channel":"email","address":"anna@example.com"}"#;
/// A move to a stage that is nobody's: what it moves is looked up first.
const TO_SOME_STAGE: &str = r#"{"stageId":"ffffffff-ffff-ffff-ffff-ffffffffffff"}"#;

/// Records that nobody has.
const TWO_OF_NOBODY: &str =
    r#"{"ids":["ffffffff-ffff-ffff-ffff-ffffffffffff","eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee"]}"#;
const ASSIGN_NOTHING: &str = r#"{"ids":["ffffffff-ffff-ffff-ffff-ffffffffffff"],"people":[]}"#;
const MERGE_OF_NOBODY: &str =
    r#"{"into":"ffffffff-ffff-ffff-ffff-ffffffffffff","from":["eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee"]}"#;

const PREFERENCES: &str = r#"{"kinds":[],"digestTimes":["09:00"],"digestDays":["monday"],
    "quietHours":{"enabled":true,"from":"22:00","to":"08:00","weekends":false}}"#;
/// A subscription with the keys of RFC 8291.
const BROWSER: &str = r#"{"endpoint":"https://93.184.215.14/send/1","keys":{"auth":"BTBZMqHH6r4Tts7J_aSIgg",
    "p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"}}"#;
const MESSAGE_TO_NOBODY: &str = r#"{"chatId":"ffffffff-ffff-ffff-ffff-ffffffffffff","text":"Hello",
    "clientId":"eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee"}"#;
/// An address that is written out, so that nothing is looked up, and an event that does not happen.
const WEBHOOK: &str = r#"{"url":"https://93.184.215.14/hook","description":"ERP","types":["import.reverted"]}"#;

const ROLE: &str = r#"{"name":"Closers","base":"agent","permissions":[],
    "reach":{"clients":"own","deals":"own","chats":"own","accounts":"own"}}"#;

const CONNECT: &str = r#"{"network":"telegram","phone":"+48601234560","name":"Sales","apiId":7,
    "apiHash":"00000000000000000000000000000000"}"#;
const IMPORT_SESSION: &str = r#"{"network":"telegram","format":"telethon","session":"+48601234561","name":"Sales",
    "apiId":7,"apiHash":"00000000000000000000000000000000"}"#;

const API_KEY: &str = r#"{"name":"x","permissions":["crm.contacts.read"],"expiresAt":null}"#;

/// Answers of authenticators, by their form.
const NEW_PASSKEY: &str = r#"{"token":"x","name":"x","credential":{"id":"x","rawId":"AA","type":"public-key",
    "response":{"attestationObject":"AA","clientDataJSON":"AA"}}}"#;
const ASSERTION: &str = r#"{"token":"x","credential":{"id":"x","rawId":"AA","type":"public-key",
    "response":{"authenticatorData":"AA","clientDataJSON":"AA","signature":"AA","userHandle":null}}}"#;

const ROUTES: &[(&str, Need, Id, &str)] = &[
    ("signUp", Nobody, Id::None, "{}"),
    ("signIn", Nobody, Id::None, "{}"),
    ("answerChallenge", Nobody, Id::None, "{}"),
    ("startChallengePasskey", Nobody, Id::None, "{}"),
    ("startPasskeySignIn", Nobody, Id::None, ""),
    ("signInWithPasskey", Nobody, Id::None, ASSERTION),
    ("listSignInProviders", Nobody, Id::None, ""),
    ("startFederatedSignIn", Nobody, Id::None, "{}"),
    ("finishFederatedSignIn", Nobody, Id::None, r#"{"state":"x"}"#),
    ("registerFederated", Nobody, Id::None, "{}"),
    ("backChannelLogout", Nobody, Id::None, ""),
    ("listIdentities", SignedIn, Id::None, ""),
    ("startLink", SignedIn, Id::None, "{}"),
    ("startConfirmation", SignedIn, Id::None, "{}"),
    ("finishLink", SignedIn, Id::None, r#"{"state":"x"}"#),
    ("deleteIdentity", SignedIn, Id::Identity, ""),
    ("verifyToken", Nobody, Id::None, "{}"),
    ("refreshTokens", Nobody, Id::None, "{}"),
    ("verifyEmail", Nobody, Id::None, "{}"),
    ("forgotPassword", Nobody, Id::None, "{}"),
    ("getPasswordReset", Nobody, Id::None, ""),
    ("resetPassword", Nobody, Id::None, "{}"),
    ("sendVerification", SignedIn, Id::None, "{}"),
    ("unlockMember", May(p::MEMBERS_WRITE), Id::Member, "{}"),
    ("signOut", SignedIn, Id::None, "{}"),
    ("getSession", SignedIn, Id::None, ""),
    ("listSessions", SignedIn, Id::None, ""),
    ("revokeOtherSessions", SignedIn, Id::None, ""),
    ("revokeSession", SignedIn, Id::Session, ""),
    ("stepUp", SignedIn, Id::None, r#"{"method":"password","password":"x"}"#),
    ("startStepUpPasskey", SignedIn, Id::None, "{}"),
    ("startPasskey", SignedIn, Id::None, "{}"),
    ("createPasskey", SignedIn, Id::None, NEW_PASSKEY),
    ("renamePasskey", SignedIn, Id::Passkey, r#"{"name":"x"}"#),
    ("deletePasskey", SignedIn, Id::Passkey, ""),
    ("getMfa", SignedIn, Id::None, ""),
    ("revokeTrustedDevice", SignedIn, Id::TrustedDevice, ""),
    ("startTotp", SignedIn, Id::None, "{}"),
    ("confirmTotp", SignedIn, Id::None, r#"{"code":"000000"}"#),
    ("removeTotp", SignedIn, Id::None, ""),
    ("renewBackupCodes", SignedIn, Id::None, "{}"),
    ("listOrganizations", SignedIn, Id::None, ""),
    ("createOrganization", SignedIn, Id::None, r#"{"name":"Another"}"#),
    ("switchOrganization", SignedIn, Id::Organization, "{}"),
    ("listPermissions", SignedIn, Id::None, ""),
    ("getProfile", SignedIn, Id::None, ""),
    ("updateProfile", SignedIn, Id::None, r#"{"name":"Anna"}"#),
    ("getPreferences", SignedIn, Id::None, ""),
    ("updatePreferences", SignedIn, Id::None, r#"{"theme":"dark"}"#),
    ("changePassword", SignedIn, Id::None, r#"{"currentPassword":"x","newPassword":"x"}"#),
    ("getOrganization", SignedIn, Id::None, ""),
    ("updateOrganization", May(p::ORGANIZATION_WRITE), Id::None, r#"{"mfaRequired":false}"#),
    ("listMembers", May(p::MEMBERS_READ), Id::None, ""),
    ("setMemberRoles", May(p::MEMBERS_WRITE), Id::Member, r#"{"roles":["agent"]}"#),
    ("suspendMember", May(p::MEMBERS_WRITE), Id::Member, ""),
    ("restoreMember", May(p::MEMBERS_WRITE), Id::Member, ""),
    ("endMemberSessions", May(p::MEMBERS_WRITE), Id::Member, ""),
    ("removeMember", May(p::MEMBERS_WRITE), Id::Member, r#"{"reassignTo":null}"#),
    ("getHoldings", May(p::MEMBERS_WRITE), Id::Member, ""),
    ("explainAccess", May(p::MEMBERS_READ), Id::Member, ""),
    ("viewAs", May(p::ROLES_WRITE), Id::None, r#"{"userId":"ffffffff-ffff-ffff-ffff-ffffffffffff"}"#),
    ("stopViewingAs", SignedIn, Id::None, ""),
    ("listRoles", May(p::MEMBERS_READ), Id::None, ""),
    ("createRole", May(p::ROLES_WRITE), Id::None, ROLE),
    ("updateRole", May(p::ROLES_WRITE), Id::Role, r#"{"name":"Hunters"}"#),
    ("deleteRole", May(p::ROLES_WRITE), Id::Role, ""),
    ("listTeams", May(p::MEMBERS_READ), Id::None, ""),
    ("createTeam", May(p::TEAMS_WRITE), Id::None, r#"{"name":"North"}"#),
    ("updateTeam", May(p::TEAMS_WRITE), Id::Team, r#"{"name":"South"}"#),
    ("deleteTeam", May(p::TEAMS_WRITE), Id::Team, ""),
    ("listInvitations", May(p::MEMBERS_WRITE), Id::None, ""),
    ("inviteMembers", May(p::MEMBERS_WRITE), Id::None, r#"{"emails":["x"],"roles":["agent"]}"#),
    ("resendInvitation", May(p::MEMBERS_WRITE), Id::Invitation, "{}"),
    ("revokeInvitation", May(p::MEMBERS_WRITE), Id::Invitation, ""),
    ("getInvitation", Nobody, Id::None, "{}"),
    ("acceptInvitation", Nobody, Id::None, "{}"),
    ("joinOrganization", SignedIn, Id::None, r#"{"token":"x"}"#),
    ("assignClients", May(p::CONTACTS_BULK), Id::None, ASSIGN_NOTHING),
    ("listSharedClients", May(p::CONTACTS_READ), Id::None, ""),
    ("listActivity", May(p::MEMBERS_READ), Id::None, ""),
    ("listContacts", May(p::CONTACTS_READ), Id::None, ""),
    ("createContact", May(p::CONTACTS_WRITE), Id::None, r#"{"name":"New"}"#),
    ("checkContactDuplicates", May(p::CONTACTS_READ), Id::None, r#"{"name":"New"}"#),
    ("getContact", May(p::CONTACTS_READ), Id::Contact, ""),
    ("replaceContact", May(p::CONTACTS_WRITE), Id::Contact, r#"{"name":"Anna"}"#),
    ("updateContact", May(p::CONTACTS_WRITE), Id::Contact, r#"{"name":"Anna"}"#),
    ("deleteContact", May(p::CONTACTS_DELETE), Id::Contact, ""),
    ("restoreContact", May(p::CONTACTS_DELETE), Id::Trashed, "{}"),
    ("purgeContact", May(p::CONTACTS_PURGE), Id::Trashed, ""),
    ("getContactTimeline", May(p::CONTACTS_READ), Id::Contact, ""),
    ("listContactNotes", May(p::NOTES_READ), Id::Contact, ""),
    ("createContactNote", May(p::NOTES_WRITE), Id::Contact, r#"{"body":"A note"}"#),
    ("exportContacts", May(p::CONTACTS_EXPORT), Id::None, ""),
    ("bulkContacts", May(p::CONTACTS_BULK), Id::None, r#"{"action":"addTags","tags":["x"],"all":true}"#),
    ("listCompanies", May(p::COMPANIES_READ), Id::None, ""),
    ("createCompany", May(p::COMPANIES_WRITE), Id::None, r#"{"name":"New"}"#),
    ("checkCompanyDuplicates", May(p::COMPANIES_READ), Id::None, r#"{"name":"New"}"#),
    ("getCompany", May(p::COMPANIES_READ), Id::Company, ""),
    ("replaceCompany", May(p::COMPANIES_WRITE), Id::Company, r#"{"name":"Acme"}"#),
    ("updateCompany", May(p::COMPANIES_WRITE), Id::Company, r#"{"name":"Acme"}"#),
    ("deleteCompany", May(p::COMPANIES_DELETE), Id::Company, ""),
    ("restoreCompany", May(p::COMPANIES_DELETE), Id::TrashedCompany, "{}"),
    ("purgeCompany", May(p::COMPANIES_PURGE), Id::TrashedCompany, ""),
    ("getCompanyTimeline", May(p::COMPANIES_READ), Id::Company, ""),
    ("listCompanyNotes", May(p::NOTES_READ), Id::Company, ""),
    ("createCompanyNote", May(p::NOTES_WRITE), Id::Company, r#"{"body":"A note"}"#),
    ("exportCompanies", May(p::COMPANIES_EXPORT), Id::None, ""),
    ("bulkCompanies", May(p::COMPANIES_BULK), Id::None, r#"{"action":"addTags","tags":["x"],"all":true}"#),
    ("listContactDuplicates", May(p::CONTACTS_READ), Id::None, ""),
    ("listCompanyDuplicates", May(p::COMPANIES_READ), Id::None, ""),
    ("dismissContactDuplicates", May(p::CONTACTS_MERGE), Id::None, TWO_OF_NOBODY),
    ("dismissCompanyDuplicates", May(p::COMPANIES_MERGE), Id::None, TWO_OF_NOBODY),
    ("mergeContacts", May(p::CONTACTS_MERGE), Id::None, MERGE_OF_NOBODY),
    ("mergeCompanies", May(p::COMPANIES_MERGE), Id::None, MERGE_OF_NOBODY),
    ("unmergeContacts", May(p::CONTACTS_MERGE), Id::None, r#"{"batchId":"ffffffff-ffff-ffff-ffff-ffffffffffff"}"#),
    ("unmergeCompanies", May(p::COMPANIES_MERGE), Id::None, r#"{"batchId":"ffffffff-ffff-ffff-ffff-ffffffffffff"}"#),
    ("updateNote", May(p::NOTES_WRITE), Id::Note, r#"{"body":"Changed"}"#),
    ("deleteNote", May(p::NOTES_WRITE), Id::Note, ""),
    ("getBatch", May(p::CONTACTS_BULK), Id::Batch, ""),
    ("undoBatch", May(p::CONTACTS_BULK), Id::Batch, "{}"),
    ("listTags", May(p::CONTACTS_READ), Id::None, ""),
    ("getOverview", May(p::CONTACTS_READ), Id::None, ""),
    ("globalSearch", May(p::CONTACTS_READ), Id::None, ""),
    ("listEvents", SignedIn, Id::None, ""),
    // Its path names no stream that there is: one that is would not end. `live.rs` opens them.
    ("streamEvents", SignedIn, Id::None, ""),
    ("uploadImport", May(p::CONTACTS_IMPORT), Id::None, "Name\nAnna\n"),
    ("listImports", May(p::CONTACTS_IMPORT), Id::None, ""),
    ("getImport", May(p::CONTACTS_IMPORT), Id::Import, ""),
    ("deleteImport", May(p::CONTACTS_IMPORT), Id::Import, ""),
    ("previewImport", May(p::CONTACTS_IMPORT), Id::Import, "{}"),
    (
        "startImport",
        May(p::CONTACTS_IMPORT),
        Id::Import,
        r#"{"mapping":[{"column":0,"target":"name"}],"duplicatePolicy":"skip"}"#,
    ),
    ("cancelImport", May(p::CONTACTS_IMPORT), Id::Import, "{}"),
    ("revertImport", May(p::CONTACTS_IMPORT), Id::Import, "{}"),
    ("downloadImportErrors", May(p::CONTACTS_IMPORT), Id::Import, ""),
    ("listPipelines", May(p::PIPELINES_READ), Id::None, ""),
    ("createPipeline", May(p::PIPELINES_WRITE), Id::None, r#"{"name":"New"}"#),
    ("getPipeline", May(p::PIPELINES_READ), Id::Pipeline, ""),
    ("replacePipeline", May(p::PIPELINES_WRITE), Id::Pipeline, r#"{"name":"Sales"}"#),
    ("deletePipeline", May(p::PIPELINES_WRITE), Id::Pipeline, ""),
    ("listStages", May(p::PIPELINES_READ), Id::None, ""),
    (
        "createStage",
        May(p::PIPELINES_WRITE),
        Id::None,
        r#"{"pipelineId":"ffffffff-ffff-ffff-ffff-ffffffffffff","name":"New"}"#,
    ),
    ("replaceStage", May(p::PIPELINES_WRITE), Id::Stage, r#"{"name":"Lead"}"#),
    ("deleteStage", May(p::PIPELINES_WRITE), Id::Stage, ""),
    ("getStageHistory", May(p::PIPELINES_READ), Id::Stage, ""),
    ("getBoard", May(p::PIPELINES_READ), Id::Pipeline, ""),
    ("getBoardColumn", May(p::PIPELINES_READ), Id::Pipeline, ""),
    ("getForecast", May(p::PIPELINES_READ), Id::Pipeline, ""),
    ("moveClient", May(p::DEALS_WRITE), Id::Contact, TO_SOME_STAGE),
    ("getClientHistory", May(p::DEALS_READ), Id::Contact, ""),
    ("listDeals", May(p::DEALS_READ), Id::None, ""),
    ("createDeal", May(p::DEALS_WRITE), Id::None, r#"{"title":"New"}"#),
    ("getDeal", May(p::DEALS_READ), Id::Deal, ""),
    ("replaceDeal", May(p::DEALS_WRITE), Id::Deal, r#"{"title":"Deal"}"#),
    ("updateDeal", May(p::DEALS_WRITE), Id::Deal, r#"{"title":"Deal"}"#),
    ("deleteDeal", May(p::DEALS_DELETE), Id::Deal, ""),
    ("restoreDeal", May(p::DEALS_DELETE), Id::TrashedDeal, "{}"),
    ("purgeDeal", May(p::DEALS_PURGE), Id::TrashedDeal, ""),
    ("moveDeal", May(p::DEALS_WRITE), Id::Deal, TO_SOME_STAGE),
    ("getDealTimeline", May(p::DEALS_READ), Id::Deal, ""),
    ("listDealNotes", May(p::NOTES_READ), Id::Deal, ""),
    ("createDealNote", May(p::NOTES_WRITE), Id::Deal, r#"{"body":"A note"}"#),
    ("getDealHistory", May(p::DEALS_READ), Id::Deal, ""),
    ("listFields", SignedIn, Id::None, ""),
    ("createField", May(p::FIELDS_WRITE), Id::None, r#"{"recordType":"contact","name":"Budget","kind":"text"}"#),
    ("updateField", May(p::FIELDS_WRITE), Id::Field, r#"{"name":"Budget"}"#),
    ("deleteField", May(p::FIELDS_WRITE), Id::Field, ""),
    ("listViews", SignedIn, Id::None, ""),
    ("createView", SignedIn, Id::None, r#"{"recordType":"contact","name":"Mine","query":{}}"#),
    ("updateView", SignedIn, Id::View, r#"{"name":"Mine"}"#),
    ("deleteView", SignedIn, Id::View, ""),
    ("listNotifications", SignedIn, Id::None, ""),
    ("countUnreadNotifications", SignedIn, Id::None, ""),
    ("markNotification", SignedIn, Id::Notification, r#"{"read":true}"#),
    ("markNotifications", SignedIn, Id::None, r#"{"ids":[],"read":true}"#),
    ("markAllNotifications", SignedIn, Id::None, "{}"),
    ("snoozeNotification", SignedIn, Id::Notification, r#"{"until":null}"#),
    ("listMutes", SignedIn, Id::None, ""),
    ("createMute", SignedIn, Id::None, r#"{"kind":"deal.won"}"#),
    ("deleteMute", SignedIn, Id::Mute, ""),
    ("getNotificationPreferences", SignedIn, Id::None, ""),
    ("updateNotificationPreferences", SignedIn, Id::None, PREFERENCES),
    ("getNextDigest", SignedIn, Id::None, ""),
    ("sendDigest", SignedIn, Id::None, ""),
    ("openDigestStop", Nobody, Id::None, ""),
    ("stopDigests", Nobody, Id::None, ""),
    ("getPush", SignedIn, Id::None, ""),
    ("createPushSubscription", SignedIn, Id::None, BROWSER),
    ("deletePushSubscription", SignedIn, Id::Push, ""),
    ("testNotification", SignedIn, Id::None, r#"{"channel":"inApp"}"#),
    ("listWebhooks", May(p::WEBHOOKS_READ), Id::None, ""),
    ("listWebhookTypes", May(p::WEBHOOKS_READ), Id::None, ""),
    ("listAudit", SignedIn, Id::None, ""),
    ("exportAudit", May(p::AUDIT_EXPORT), Id::None, ""),
    ("verifyAudit", May(p::AUDIT_READ), Id::None, ""),
    ("listApiKeys", May(p::API_KEYS_WRITE), Id::None, ""),
    ("createApiKey", May(p::API_KEYS_WRITE), Id::None, API_KEY),
    ("updateApiKey", May(p::API_KEYS_WRITE), Id::ApiKey, r#"{"name":"x"}"#),
    ("revokeApiKey", May(p::API_KEYS_WRITE), Id::ApiKey, ""),
    ("createWebhook", May(p::WEBHOOKS_WRITE), Id::None, WEBHOOK),
    ("getWebhook", May(p::WEBHOOKS_READ), Id::Webhook, ""),
    ("updateWebhook", May(p::WEBHOOKS_WRITE), Id::Webhook, WEBHOOK),
    ("deleteWebhook", May(p::WEBHOOKS_WRITE), Id::Webhook, ""),
    ("rotateWebhookSecret", May(p::WEBHOOKS_WRITE), Id::Webhook, r#"{"graceHours":1}"#),
    ("testWebhook", May(p::WEBHOOKS_WRITE), Id::Webhook, "{}"),
    ("listWebhookDeliveries", May(p::WEBHOOKS_READ), Id::Webhook, ""),
    ("getWebhookDelivery", May(p::WEBHOOKS_READ), Id::Webhook, ""),
    ("resendWebhookDelivery", May(p::WEBHOOKS_WRITE), Id::Webhook, "{}"),
    ("listAccounts", May(p::ACCOUNTS_READ), Id::None, ""),
    ("getNetworks", May(p::ACCOUNTS_READ), Id::None, ""),
    ("connectAccount", May(p::ACCOUNTS_WRITE), Id::None, CONNECT),
    ("sendAccountCode", May(p::ACCOUNTS_WRITE), Id::None, CONNECT),
    (
        "verifyCodeOfAccount",
        May(p::ACCOUNTS_WRITE),
        Id::None,
        r#"{"accountId":"ffffffff-ffff-ffff-ffff-ffffffffffff","code":"1"}"#,
    ),
    (
        "checkPasswordOfAccount",
        May(p::ACCOUNTS_WRITE),
        Id::None,
        r#"{"accountId":"ffffffff-ffff-ffff-ffff-ffffffffffff","password":"1"}"#,
    ),
    ("importAccountSession", May(p::ACCOUNTS_WRITE), Id::None, IMPORT_SESSION),
    ("getAccount", May(p::ACCOUNTS_READ), Id::Account, ""),
    ("getAccountStatus", May(p::ACCOUNTS_READ), Id::Account, ""),
    ("getAccountHealth", May(p::ACCOUNTS_READ), Id::Account, ""),
    ("configureAccount", May(p::ACCOUNTS_WRITE), Id::Account, r#"{"name":"Sales"}"#),
    ("verifyAccountCode", May(p::ACCOUNTS_WRITE), Id::Account, r#"{"code":"1"}"#),
    ("checkAccountPassword", May(p::ACCOUNTS_WRITE), Id::Account, r#"{"password":"1"}"#),
    ("resendAccountCode", May(p::ACCOUNTS_WRITE), Id::Account, "{}"),
    ("pauseAccount", May(p::ACCOUNTS_WRITE), Id::Account, "{}"),
    ("resumeAccount", May(p::ACCOUNTS_WRITE), Id::Account, "{}"),
    ("reconnectAccount", May(p::ACCOUNTS_WRITE), Id::Account, "{}"),
    ("disconnectAccount", May(p::ACCOUNTS_WRITE), Id::Account, r#"{"logOut":false}"#),
    ("deleteAccount", May(p::ACCOUNTS_WRITE), Id::Account, ""),
    ("listAccountDialogs", May(p::ACCOUNTS_READ), Id::Account, ""),
    ("refreshAccountDialogs", May(p::ACCOUNTS_WRITE), Id::Account, "{}"),
    ("listSyncChats", May(p::ACCOUNTS_READ), Id::Account, ""),
    ("selectSyncChats", May(p::ACCOUNTS_WRITE), Id::Account, r#"{"chats":[],"days":30}"#),
    ("startSync", May(p::ACCOUNTS_WRITE), Id::Account, "{}"),
    ("pauseSync", May(p::ACCOUNTS_WRITE), Id::Account, "{}"),
    ("resumeSync", May(p::ACCOUNTS_WRITE), Id::Account, "{}"),
    ("getSyncStatus", May(p::ACCOUNTS_READ), Id::Account, ""),
    ("listAccountDevices", May(p::ACCOUNTS_WRITE), Id::Account, ""),
    ("endAccountDevice", May(p::ACCOUNTS_WRITE), Id::Account, ""),
    ("orderAccounts", May(p::ACCOUNTS_PURCHASE), Id::None, r#"{"country":"PL","quantity":1}"#),
    ("listAccountOrders", May(p::ACCOUNTS_PURCHASE), Id::None, ""),
    ("listInbox", May(p::CHATS_READ), Id::None, ""),
    ("countInbox", May(p::CHATS_READ), Id::None, ""),
    ("listChats", May(p::CHATS_READ), Id::None, ""),
    ("getChat", May(p::CHATS_READ), Id::Chat, ""),
    ("updateChat", May(p::CHATS_WRITE), Id::Chat, r#"{"state":"open"}"#),
    ("updateChats", May(p::CHATS_WRITE), Id::None, r#"{"ids":[],"change":{"state":"open"}}"#),
    ("createContactOfChat", May(p::CHATS_WRITE), Id::Chat, ""),
    ("mergeChat", May(p::CHATS_WRITE), Id::Chat, r#"{"into":"ffffffff-ffff-ffff-ffff-ffffffffffff"}"#),
    ("splitChat", May(p::CHATS_WRITE), Id::Chat, ""),
    ("readChat", May(p::CHATS_WRITE), Id::Chat, ""),
    ("keepDraft", May(p::MESSAGES_SEND), Id::Chat, r#"{"text":"Dear"}"#),
    ("listChatComments", May(p::CHATS_READ), Id::Chat, ""),
    ("createChatComment", May(p::CHATS_WRITE), Id::Chat, r#"{"text":"A comment"}"#),
    ("updateChatComment", May(p::CHATS_WRITE), Id::Comment, r#"{"text":"Changed"}"#),
    ("deleteChatComment", May(p::CHATS_WRITE), Id::Comment, ""),
    ("listMessages", May(p::CHATS_READ), Id::None, ""),
    ("getMessage", May(p::CHATS_READ), Id::Message, ""),
    ("listMessageEdits", May(p::CHATS_READ), Id::Message, ""),
    ("editMessage", May(p::MESSAGES_SEND), Id::Message, r#"{"text":"Changed"}"#),
    ("deleteMessage", May(p::MESSAGES_SEND), Id::Message, ""),
    ("cancelMessage", May(p::MESSAGES_SEND), Id::Message, ""),
    ("retryMessage", May(p::MESSAGES_SEND), Id::Message, ""),
    ("readMessage", May(p::CHATS_WRITE), Id::Message, ""),
    ("reactToMessage", May(p::MESSAGES_SEND), Id::Message, r#"{"emoji":null}"#),
    ("listWaitingMessages", May(p::CHATS_READ), Id::None, ""),
    ("sendMessage", May(p::MESSAGES_SEND), Id::None, MESSAGE_TO_NOBODY),
    ("searchMessages", May(p::CHATS_READ), Id::None, ""),
    ("getMessageStats", May(p::CHATS_READ), Id::None, ""),
    ("uploadMedia", May(p::MESSAGES_SEND), Id::None, "a file"),
    ("readUpload", May(p::MESSAGES_SEND), Id::Message, ""),
    ("readMedia", May(p::CHATS_READ), Id::Message, ""),
    ("listChatMedia", May(p::CHATS_READ), Id::Chat, ""),
    ("listChatImports", May(p::CHATS_IMPORT), Id::None, ""),
    ("uploadChatImport", May(p::CHATS_IMPORT), Id::None, "a file"),
    ("getChatImport", May(p::CHATS_IMPORT), Id::Message, ""),
    (
        "startChatImport",
        May(p::CHATS_IMPORT),
        Id::Message,
        r#"{"accountId":"ffffffff-ffff-ffff-ffff-ffffffffffff","chats":[]}"#,
    ),
    ("revertChatImport", May(p::CHATS_IMPORT), Id::Message, ""),
    ("listCampaigns", May(p::CAMPAIGNS_READ), Id::None, ""),
    ("createCampaign", May(p::CAMPAIGNS_WRITE), Id::None, r#"{"name":"Spring","channel":"telegram"}"#),
    ("getCampaign", May(p::CAMPAIGNS_READ), Id::Campaign, ""),
    ("updateCampaign", May(p::CAMPAIGNS_WRITE), Id::Campaign, r#"{"name":"Summer"}"#),
    ("archiveCampaign", May(p::CAMPAIGNS_WRITE), Id::Campaign, ""),
    ("duplicateCampaign", May(p::CAMPAIGNS_WRITE), Id::Campaign, "{}"),
    ("putCampaignSteps", May(p::CAMPAIGNS_WRITE), Id::Campaign, r#"{"steps":[]}"#),
    ("scheduleCampaign", May(p::CAMPAIGNS_START), Id::Campaign, r#"{"startsAt":"2099-01-01T00:00:00Z"}"#),
    ("unscheduleCampaign", May(p::CAMPAIGNS_START), Id::Campaign, ""),
    ("startCampaign", May(p::CAMPAIGNS_START), Id::Campaign, "{}"),
    ("pauseCampaign", May(p::CAMPAIGNS_START), Id::Campaign, ""),
    ("resumeCampaign", May(p::CAMPAIGNS_START), Id::Campaign, ""),
    ("finishCampaign", May(p::CAMPAIGNS_START), Id::Campaign, ""),
    ("pauseCampaignSender", May(p::CAMPAIGNS_START), Id::Campaign, ""),
    ("resumeCampaignSender", May(p::CAMPAIGNS_START), Id::Campaign, ""),
    ("pauseCampaignStep", May(p::CAMPAIGNS_START), Id::Campaign, ""),
    ("resumeCampaignStep", May(p::CAMPAIGNS_START), Id::Campaign, ""),
    ("previewCampaignAudience", May(p::CAMPAIGNS_READ), Id::Campaign, "{}"),
    ("getCampaignForecast", May(p::CAMPAIGNS_READ), Id::Campaign, ""),
    ("checkCampaign", May(p::CAMPAIGNS_READ), Id::Campaign, ""),
    ("previewCampaignTexts", May(p::CAMPAIGNS_READ), Id::Campaign, "{}"),
    ("rehearseCampaign", May(p::CAMPAIGNS_WRITE), Id::Campaign, "{}"),
    ("getCampaignRehearsal", May(p::CAMPAIGNS_READ), Id::Campaign, ""),
    ("listEnrolments", May(p::CAMPAIGNS_READ), Id::Campaign, ""),
    ("enrolContacts", May(p::CAMPAIGNS_WRITE), Id::Campaign, r#"{"contactIds":[]}"#),
    ("stopEnrolment", May(p::CAMPAIGNS_WRITE), Id::Enrolment, ""),
    ("pauseEnrolment", May(p::CAMPAIGNS_WRITE), Id::Enrolment, ""),
    ("resumeEnrolment", May(p::CAMPAIGNS_WRITE), Id::Enrolment, ""),
    ("getCampaignStats", May(p::CAMPAIGNS_READ), Id::Campaign, ""),
    ("getCampaignLog", May(p::CAMPAIGNS_READ), Id::Campaign, ""),
    ("getContactCampaigns", May(p::CAMPAIGNS_READ), Id::Contact, ""),
    ("getContactPolicy", May(p::CAMPAIGNS_READ), Id::None, ""),
    ("putContactPolicy", May(p::CAMPAIGNS_START), Id::None, CONTACT_POLICY),
    ("checkContactPolicy", May(p::CAMPAIGNS_READ), Id::None, ""),
    ("listSuppressions", May(p::CAMPAIGNS_READ), Id::None, ""),
    ("createSuppression", May(p::CAMPAIGNS_START), Id::None, SUPPRESSION),
    ("deleteSuppression", May(p::CAMPAIGNS_START), Id::Suppression, ""),
    ("getContactConsents", May(p::CAMPAIGNS_READ), Id::Contact, ""),
    ("putContactConsent", May(p::CAMPAIGNS_WRITE), Id::Contact, r#"{"channel":"telegram","state":"granted"}"#),
    ("listTemplates", May(p::CHATS_READ), Id::None, ""),
    ("createTemplate", May(p::MESSAGES_SEND), Id::None, r#"{"name":"Greeting","text":"Hello"}"#),
    ("updateTemplate", May(p::MESSAGES_SEND), Id::Template, r#"{"name":"Greeting"}"#),
    ("deleteTemplate", May(p::MESSAGES_SEND), Id::Template, ""),
    ("renderTemplate", May(p::CHATS_READ), Id::Template, r#"{"chatId":"ffffffff-ffff-ffff-ffff-ffffffffffff"}"#),
    ("listOutbox", May(p::ORGANIZATION_WRITE), Id::None, ""),
    ("listMailTemplates", May(p::ORGANIZATION_WRITE), Id::None, ""),
    ("previewMailTemplate", May(p::ORGANIZATION_WRITE), Id::None, ""),
    ("listInboundChannels", May(p::WEBHOOKS_READ), Id::None, ""),
    ("openInboundChannel", May(p::WEBHOOKS_WRITE), Id::None, r#"{"name":"Shop"}"#),
    ("rotateInboundSecret", May(p::WEBHOOKS_WRITE), Id::Inbound, r#"{"graceHours":1}"#),
    ("closeInboundChannel", May(p::WEBHOOKS_WRITE), Id::Inbound, ""),
    // Whoever knows the secret of the channel.
    ("receiveInbound", Nobody, Id::None, ""),
    ("exportDeals", May(p::DEALS_EXPORT), Id::None, ""),
    ("bulkDeals", May(p::DEALS_BULK), Id::None, r#"{"action":"addTags","tags":["x"],"all":true}"#),
];

/// What an operation needs besides its path.
fn query_of(operation: &str) -> &'static str {
    match operation {
        "uploadImport" => "?recordType=contact&fileName=a.csv",
        "globalSearch" | "searchMessages" => "?q=anna",
        "listMessages" => "?channel=telegram",
        "uploadMedia" | "uploadChatImport" => "?fileName=a.txt",
        "listFields" | "listViews" => "?recordType=contact",
        "openDigestStop" | "stopDigests" => "?token=none",
        _ => "",
    }
}

pub struct Route {
    pub operation: String,
    pub method: Method,
    pub path: String,
    need: Need,
    pub id: Id,
    pub body: &'static str,
    /// Of the JSON body.
    pub schema: Option<Value>,
    /// Names of the query's parameters.
    pub parameters: Vec<String>,
    pub takes_parameters: bool,
}

impl Route {
    /// Whether nobody has to be signed in for it.
    pub fn is_open(&self) -> bool {
        matches!(self.need, Nobody)
    }

    /// The path to a record, with what the operation needs besides.
    pub fn path_of(&self, id: Uuid) -> String {
        let same = ["{id}", "{stageId}", "{deliveryId}", "{channel}", "{accountId}", "{stepId}", "{contactId}"];
        let path = same.iter().fold(self.path.clone(), |path, name| path.replace(name, &id.to_string()));
        let path = path.replace("{hash}", "none").replace("{name}", "none");
        let path = path.replace("{kind}", "verify-email").replace("{token}", "none");
        let path = path.replace("{provider}", "google");
        format!("{path}{}", query_of(&self.operation))
    }

    pub fn content_type(&self) -> Option<&'static str> {
        match (self.body, self.operation.as_str()) {
            ("", _) => None,
            (_, "uploadImport" | "uploadMedia" | "uploadChatImport") => Some("application/octet-stream"),
            _ => Some("application/json"),
        }
    }

    /// Names of the fields of the JSON body.
    pub fn properties(&self) -> Vec<String> {
        let properties = self.schema.as_ref().and_then(|schema| schema["properties"].as_object());
        properties.into_iter().flatten().map(|(name, _)| name.clone()).collect()
    }
}

/// The schema of an operation's JSON body.
fn schema(document: &Value, operation: &Value) -> Option<Value> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).cloned(),
        None => schema.is_object().then(|| schema.clone()),
    }
}

/// The routes as the server tells them, each with its line of the table.
pub fn routes(world: &World) -> Vec<Route> {
    let document = serde_json::to_value(world.app.document()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let line = ROUTES.iter().find(|(name, ..)| *name == id);
            let (_, need, of, body) =
                *line.unwrap_or_else(|| panic!("{method} {path} ({id}) is missing in ROUTES of access.rs"));
            assert_eq!(path.contains("{id}"), of != Id::None, "{id}: which record does its path name?");
            let method = method.to_uppercase().parse().unwrap();
            let queried = operation["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "query");
            let parameters: Vec<String> = queried.map(|p| p["name"].as_str().unwrap().to_owned()).collect();
            routes.push(Route {
                operation: id.to_owned(),
                method,
                path: path.clone(),
                need,
                id: of,
                body,
                schema: schema(&document, operation),
                takes_parameters: !parameters.is_empty(),
                parameters,
            });
        }
    }
    let told: BTreeSet<&str> = routes.iter().map(|r| r.operation.as_str()).collect();
    let gone: Vec<_> = ROUTES.iter().map(|(name, ..)| *name).filter(|name| !told.contains(name)).collect();
    assert!(gone.is_empty(), "ROUTES has routes that the server does not: {gone:?}");
    routes
}

async fn call(client: &Client, route: &Route, id: Uuid) -> StatusCode {
    client.send(route.method.clone(), &route.path_of(id), Body::from(route.body), route.content_type()).await.status
}

/// One record of every kind in the owner's organization.
pub async fn records(world: &World, owner: &Client) -> impl Fn(Id) -> Uuid + use<> {
    let member = owner.user_id;
    let id_of = |answer: Value| answer["id"].as_str().unwrap().parse::<Uuid>().unwrap();
    let anna = json!({"name": "Anna", "telegramUsername": "anna_of_routes"});
    let contact = id_of(owner.post("/api/crm/contacts", anna).await.expect(201));
    let trashed = id_of(owner.post("/api/crm/contacts", json!({"name": "Gone"})).await.expect(201));
    owner.delete(&format!("/api/crm/contacts/{trashed}")).await;
    let company = id_of(owner.post("/api/crm/companies", json!({"name": "Acme"})).await.expect(201));
    let trashed_company = id_of(owner.post("/api/crm/companies", json!({"name": "Gone"})).await.expect(201));
    owner.delete(&format!("/api/crm/companies/{trashed_company}")).await;
    let note =
        id_of(owner.post(&format!("/api/crm/contacts/{contact}/notes"), json!({"body": "Hi"})).await.expect(201));
    let body = Body::from("Name\nAnna\n");
    let path = "/api/crm/imports?recordType=contact&fileName=a.csv";
    let import = id_of(owner.send(Method::POST, path, body, Some("application/octet-stream")).await.expect(201));
    let bulk = json!({"action": "addTags", "tags": ["x"], "ids": [contact]});
    let batch = id_of(owner.post("/api/crm/contacts/bulk", bulk).await.expect(202));
    let session = id_of(owner.get("/api/auth/sessions").await.expect(200)["items"][0].clone());
    let device = crate::mfa::trusted(world, owner).await;
    let passkey = crate::passkeys::registered(owner, "one").await.1.parse().unwrap();
    let elsewhere = crate::federated::linked(world, owner, 42).await;
    let api_key = id_of(crate::keys::made(owner, &["crm.contacts.read"]).await.0);
    let organization = owner.org_id;
    world.settle().await;
    let deal = owner.post("/api/crm/deals", json!({"title": "Deal"})).await.expect(201);
    let uuid = |value: &Value| value.as_str().unwrap().parse::<Uuid>().unwrap();
    let (pipeline, stage, deal) = (uuid(&deal["pipelineId"]), uuid(&deal["stageId"]), uuid(&deal["id"]));
    let trashed_deal = id_of(owner.post("/api/crm/deals", json!({"title": "Gone"})).await.expect(201));
    owner.delete(&format!("/api/crm/deals/{trashed_deal}")).await;
    let field = json!({"recordType": "company", "name": "Field", "kind": "text"});
    let field = id_of(owner.post("/api/crm/fields", field).await.expect(201));
    let view = json!({"recordType": "company", "name": "View", "visibility": "org", "query": {}});
    let view = id_of(owner.post("/api/crm/views", view).await.expect(201));
    let notification = id_of(owner.get("/api/v1/notifications").await.expect(200)["items"][0].clone());
    let mute = id_of(owner.post("/api/v1/notifications/mutes", json!({"kind": "deal.won"})).await.expect(201));
    let browser = serde_json::from_str(BROWSER).unwrap();
    let push = id_of(owner.post("/api/v1/notifications/push", browser).await.expect(201));
    let webhook = id_of(owner.post("/api/v1/webhooks", serde_json::from_str(WEBHOOK).unwrap()).await.expect(201));
    let account = crate::accounts::connected(owner, "+48601234562").await;
    let campaign = crate::campaigns::running(world, owner, account, contact).await;
    let enrolment =
        id_of(owner.get(&format!("/api/campaigns/{campaign}/enrolments")).await.expect(200)["items"][0].clone());
    let suppression = serde_json::from_str(SUPPRESSION).unwrap();
    let suppression = id_of(owner.post("/api/campaigns/suppressions", suppression).await.expect(201));
    let chats = chats::of(world, owner).await;
    let role = owner.post("/api/roles", serde_json::from_str(ROLE).unwrap()).await.expect(201);
    let role = uuid(&role["key"]);
    let team = id_of(owner.post("/api/teams", json!({"name": "North"})).await.expect(201));
    let asked = json!({"emails": ["new@example.com"], "roles": ["agent"]});
    let invitation = id_of(owner.post("/api/team/members/invite", asked).await.expect(201)["items"][0].clone());
    move |id| match id {
        Id::None => Uuid::nil(),
        Id::Contact => contact,
        Id::Trashed => trashed,
        Id::Company => company,
        Id::TrashedCompany => trashed_company,
        Id::Note => note,
        Id::Import => import,
        Id::Batch => batch,
        Id::Session => session,
        Id::TrustedDevice => device,
        Id::Passkey => passkey,
        Id::Identity => elsewhere,
        Id::ApiKey => api_key,
        Id::Organization => organization,
        Id::Member => member,
        Id::Role => role,
        Id::Team => team,
        Id::Invitation => invitation,
        Id::Pipeline => pipeline,
        Id::Stage => stage,
        Id::Deal => deal,
        Id::TrashedDeal => trashed_deal,
        Id::Field => field,
        Id::View => view,
        Id::Notification => notification,
        Id::Mute => mute,
        Id::Push => push,
        Id::Webhook => webhook,
        Id::Account => account,
        Id::Chat => chats.chat,
        Id::Message => chats.message,
        Id::Comment => chats.comment,
        Id::Template => chats.template,
        Id::Inbound => chats.channel,
        Id::Campaign => campaign,
        Id::Enrolment => enrolment,
        Id::Suppression => suppression,
    }
}

const MATRIX: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/access-matrix.md");

/// Whose level bounds what the id names.
fn level_of(id: Id) -> &'static str {
    match id {
        Id::Contact | Id::Trashed | Id::Company | Id::TrashedCompany | Id::Note | Id::Campaign | Id::Enrolment => {
            "clients"
        }
        Id::Deal | Id::TrashedDeal => "deals",
        Id::Chat | Id::Message | Id::Comment => "chats",
        Id::Account => "accounts",
        _ => "",
    }
}

/// The routes as a table: what each asks for, which built-in roles have it, and which level bounds its record.
fn matrix(routes: &[Route]) -> String {
    let mut text = String::from(
        "# Who may call what\n\nWritten by `server/tests/it/access.rs`, which tries each route as each role; \
         `server/tests/it/reach.rs` tries each route\nwith a record at each level (own, team, organization), of one's own, \
         of a teammate, of somebody else and of another\norganization. A record beyond one's level, and one of another \
         organization, is not found (404). Roles of one's own have\nthe permissions they are given. Delete the file to have \
         it written anew.\n\n| route | permission | level |",
    );
    for role in Role::ALL {
        let _ = write!(text, " {} |", role.as_str());
    }
    let _ = writeln!(text, "\n| --- | --- | --- |{}", " --- |".repeat(Role::ALL.len()));
    for route in routes {
        let (needs, may): (&str, Box<dyn Fn(Role) -> bool>) = match route.need {
            Nobody => ("nobody has to be signed in", Box::new(|_| true)),
            SignedIn => ("signed in", Box::new(|_| true)),
            May(permission) => (permission.name, Box::new(move |role: Role| role.grants().allows(permission))),
        };
        let _ = write!(text, "| `{} {}` | {needs} | {} |", route.method, route.path, level_of(route.id));
        for role in Role::ALL {
            text += if may(role) { " yes |" } else { " – |" };
        }
        text.push('\n');
    }
    text
}

#[tokio::test]
async fn the_matrix_is_written_down() {
    let world = World::open(testkit::Backend::Sqlite).await.unwrap();
    let text = matrix(&routes(&world));
    let Ok(before) = std::fs::read_to_string(MATRIX) else {
        std::fs::write(MATRIX, text).unwrap();
        panic!("docs/access-matrix.md was written: look at it, and keep it");
    };
    assert_eq!(text, before, "delete docs/access-matrix.md to have it written anew");
}

on_both! {
    async fn nobody_gets_nowhere_without_signing_in(world: World) {
        for route in routes(&world) {
            let status = call(&world.anon(), &route, Uuid::max()).await;
            match route.need {
                Nobody => assert_ne!(status, StatusCode::FORBIDDEN, "{}", route.operation),
                _ => assert_eq!(status, StatusCode::UNAUTHORIZED, "{}", route.operation),
            }
        }
    }

    async fn each_role_may_do_what_the_matrix_says_and_nothing_else(world: World) {
        let owner = world.owner().await;
        // Signing out would end the test's own session.
        let routes: Vec<Route> = routes(&world).into_iter().filter(|r| r.operation != "signOut").collect();
        for role in Role::ALL {
            let client = if role == Role::Owner { owner.clone() } else { world.colleague(&owner, role).await };
            for route in &routes {
                // An id that nobody has: who may, learns that; who may not, does not even learn that.
                let status = call(&client, route, Uuid::max()).await;
                let allowed = match route.need {
                    May(permission) => role.grants().allows(permission),
                    _ => true,
                };
                let refused = status == StatusCode::FORBIDDEN;
                assert_eq!(refused, !allowed, "{} as {}: {status}", route.operation, role.as_str());
                assert!(!status.is_server_error(), "{} as {}: {status}", route.operation, role.as_str());
            }
        }
    }

    async fn a_foreign_id_is_as_good_as_unknown(world: World) {
        let owner = world.owner().await;
        let record = records(&world, &owner).await;
        let stranger = world.sign_up("stranger@example.com").await;
        for route in routes(&world).into_iter().filter(|r| r.id != Id::None) {
            let status = call(&stranger, &route, record(route.id)).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{} {}", route.method, route.path);
        }
        // Nothing of it was touched, and the owner still reaches all of it.
        for (kind, id) in [("contacts", Id::Contact), ("companies", Id::Company), ("imports", Id::Import), ("deals", Id::Deal)] {
            owner.get(&format!("/api/crm/{kind}/{}", record(id))).await.expect(200);
        }
    }

    async fn an_agent_does_not_reach_the_records_of_colleagues(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let own = json!({"name": "Owned by the owner", "ownerId": owner.user_id});
        let id = owner.post("/api/crm/contacts", own).await.expect(201)["id"].as_str().unwrap().to_owned();
        owner.post("/api/crm/contacts", json!({"name": "Shared"})).await.expect(201);
        let path = format!("/api/crm/contacts/{id}");
        assert_eq!(agent.get(&path).await.code(404), "not_found");
        assert_eq!(agent.patch(&path, json!({"name": "Mine"})).await.code(404), "not_found");
        assert_eq!(agent.delete(&path).await.code(404), "not_found");
        let list = agent.get("/api/crm/contacts").await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        assert_eq!(list["items"][0]["name"], "Shared");
        let found = agent.get("/api/crm/contacts?search=owned").await.expect(200);
        assert_eq!(found["page"]["total"], 0);
    }
}
