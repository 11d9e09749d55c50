//! Changing what programs may do: the policy, suppressed addresses, consents.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use contracts::{
    events::{CONTACT_OPTED_OUT, ContactOptedOut},
    permissions::{CAMPAIGNS_READ, CAMPAIGNS_START, CAMPAIGNS_WRITE},
};
use db::{Action, Change, Sql, Tx};
use events::NewEvent;
use kernel::{
    Scope,
    values::{Email, Phone, TelegramUsername},
};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    facts::{self, ReasonView},
    port, store,
};
use crate::{
    Campaigns, Error,
    campaign::{Channel, StopCause, policy::PolicyInput},
    enrolling::store::{self as enrolments, Whose},
    rules::policy::{ConsentState, Purpose, SuppressionReason},
    schemas,
    sending::{
        self,
        calling_back::{self, Wanted},
    },
    stopping::recheck,
};

/// Rows of a page of suppressed addresses.
const PAGE: u64 = 50;

/// The policy of an organization.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyView {
    #[schema(value_type = schemas::Policy)]
    pub policy: PolicyInput,
    /// 0 while nobody has said anything.
    pub version: i64,
}

/// A policy as it is to be.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PolicyRequest {
    #[schema(value_type = schemas::Policy)]
    pub policy: PolicyInput,
    #[serde(default)]
    pub version: Option<i64>,
}

/// What the policy says of a contact.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerdictView {
    #[schema(value_type = String)]
    pub channel: Channel,
    pub allowed: bool,
    pub reasons: Vec<ReasonView>,
    #[schema(required)]
    pub not_before: Option<DateTime<Utc>>,
}

/// An address that is written to no more.
#[derive(Clone, Debug, Serialize, FromQueryResult, ToSchema)]
#[schema(as = Suppression)]
pub struct SuppressionView {
    pub id: Uuid,
    pub channel: String,
    /// Enough to know it again: `a***@example.com`.
    pub hint: String,
    /// `opted_out`, `bounced`, `complained` or `manual`.
    pub reason: String,
    pub source: String,
    pub at: DateTime<Utc>,
}

/// A page of suppressed addresses.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SuppressionPage {
    pub items: Vec<SuppressionView>,
    #[schema(required)]
    pub next_cursor: Option<Uuid>,
}

/// An address to be written to no more.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuppressionRequest {
    #[schema(value_type = String)]
    pub channel: Channel,
    #[schema(max_length = 320)]
    pub address: String,
}

/// What a contact said.
#[derive(Clone, Debug, Serialize, FromQueryResult, ToSchema)]
#[schema(as = Consent)]
pub struct ConsentView {
    pub channel: String,
    /// `granted` or `denied`.
    pub state: String,
    /// `reply`, or `manual` when a member said so.
    pub source: String,
    pub at: DateTime<Utc>,
}

/// The words of a contact on each channel.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Consents {
    pub items: Vec<ConsentView>,
}

/// What a contact said, as a member notes it.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentRequest {
    #[schema(value_type = String)]
    pub channel: Channel,
    /// `granted` or `denied`.
    #[schema(value_type = String)]
    pub state: ConsentState,
}

/// The policy of the organization.
///
/// # Errors
/// When the database is away.
pub async fn policy(service: &Campaigns, scope: &Scope) -> Result<PolicyView, Error> {
    scope.require(CAMPAIGNS_READ)?;
    let (policy, version) = store::policy(&service.db.reader(scope), scope).await?;
    Ok(PolicyView { policy: policy.into(), version })
}

/// Changes the policy of the organization.
///
/// # Errors
/// [`Error::Invalid`] with every field at fault; [`Error::Stale`].
pub async fn put_policy(service: &Campaigns, scope: &Scope, request: PolicyRequest) -> Result<PolicyView, Error> {
    scope.require(CAMPAIGNS_START)?;
    let new = request.policy.parse()?;
    let running = sending::job::running(service, scope).await?;
    let tx = service.db.begin(scope).await?;
    let (old, version) = store::policy(&tx, scope).await?;
    let based_on = request.version.unwrap_or(version);
    if based_on != version || !store::put_policy(&tx, scope, &new, version).await? {
        tx.rollback().await?;
        let current = policy(service, scope).await?;
        return Err(Error::Stale(serde_json::to_value(current).unwrap_or_default()));
    }
    let id = scope.org_id.0;
    let change = Change::between("contact_policy", id, Action::Updated, &json!(old), &json!(new), version + 1);
    if !change.is_empty() {
        db::change_log::record(&tx, [change]).await?;
        // What waits was allowed by the one before; it is decided anew.
        for campaign in running {
            calling_back::enqueue(&tx, Wanted::of_campaign(campaign)).await?;
        }
        sending::job::enqueue(&tx).await?;
    }
    tx.commit().await?;
    policy(service, scope).await
}

/// What the policy says of a contact on a channel now: what the composer warns of.
///
/// # Errors
/// [`Error::NotFound`] of a contact out of reach.
pub async fn check(
    service: &Campaigns,
    scope: &Scope,
    contact: Uuid,
    channels: &[Channel],
    purpose: Purpose,
) -> Result<Vec<VerdictView>, Error> {
    scope.require(CAMPAIGNS_READ)?;
    service.check_contact(scope, contact).await?;
    let now = service.db.clock().now();
    let asked: Vec<_> = channels.iter().map(|channel| (contact, *channel, purpose, now)).collect();
    let verdicts = port::verdicts(service, scope, &asked).await?;
    let view = |(channel, verdict): (&Channel, crate::rules::policy::Verdict)| VerdictView {
        channel: *channel,
        allowed: verdict.allowed,
        reasons: verdict.reasons.iter().map(ReasonView::from).collect(),
        not_before: verdict.not_before,
    };
    Ok(channels.iter().zip(verdicts).map(view).collect())
}

/// The suppressed addresses, the newest first.
///
/// # Errors
/// When the database is away.
pub async fn suppressions(
    service: &Campaigns,
    scope: &Scope,
    channel: Option<Channel>,
    cursor: Option<Uuid>,
) -> Result<SuppressionPage, Error> {
    scope.require(CAMPAIGNS_READ)?;
    let mut sql = Sql::new("select id, channel, hint, reason, source, at from suppressions where org_id = ");
    sql.bind(scope.org_id.0);
    if let Some(channel) = channel {
        sql.add(" and channel = ").bind(channel.as_str());
    }
    if let Some(before) = cursor {
        sql.add(" and id < ").bind(before);
    }
    sql.add(&format!(" order by id desc limit {}", PAGE + 1));
    let mut items: Vec<SuppressionView> = sql.all(&service.db.reader(scope)).await?;
    let more = items.len() as u64 > PAGE;
    items.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next_cursor = items.last().filter(|_| more).map(|item| item.id);
    Ok(SuppressionPage { items, next_cursor })
}

/// Suppresses an address.
///
/// # Errors
/// An address that is none of the channel's.
pub async fn suppress(
    service: &Campaigns,
    scope: &Scope,
    request: SuppressionRequest,
) -> Result<SuppressionView, Error> {
    scope.require(CAMPAIGNS_START)?;
    let invalid = || Error::field("address", "campaign.address.invalid");
    let address = address_of(request.channel, &request.address).ok_or_else(invalid)?;
    let hash = store::hashed(scope, request.channel, &address);
    let tx = service.db.begin(scope).await?;
    let wanted = [(request.channel, address)];
    let is_new = store::suppress(&tx, scope, &wanted, (SuppressionReason::Manual, "manual")).await? > 0;
    let mut sql = Sql::new("select id, channel, hint, reason, source, at from suppressions where org_id = ");
    sql.bind(scope.org_id.0).add(" and channel = ").bind(request.channel.as_str());
    sql.add(" and address_hash = ").bind(hash);
    let view: SuppressionView = sql.one(&tx).await?.ok_or(Error::NotFound)?;
    // What was suppressed before stays as it is.
    if is_new {
        let image = json!({ "channel": view.channel, "hint": view.hint, "reason": view.reason });
        db::change_log::record(&tx, [logged(view.id, Action::Created, (None, Some(image)))]).await?;
        // It may wait in a queue already.
        recheck::of_all(&tx).await?;
    }
    tx.commit().await?;
    Ok(view)
}

/// An address as contacts have it, however it was written; none when it is none of the channel's.
fn address_of(channel: Channel, written: &str) -> Option<String> {
    match channel {
        Channel::Telegram => {
            let name = TelegramUsername::parse(written).ok().map(|name| name.to_string());
            name.or_else(|| Phone::parse(written, None).ok().map(|phone| phone.to_string()))
        }
        Channel::Email => Email::parse(written).ok().map(|email| email.to_string()),
        Channel::Api => None,
    }
}

fn logged(id: Uuid, action: Action, (before, after): (Option<serde_json::Value>, Option<serde_json::Value>)) -> Change {
    Change { subject_kind: "suppression", subject_id: id, record_id: id, action, before, after, version: 1 }
}

/// Lets an address be written to again.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn release(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<(), Error> {
    scope.require(CAMPAIGNS_START)?;
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new("delete from suppressions where org_id = ");
    sql.bind(scope.org_id.0).add(" and id = ").bind(id).add(" returning id, channel, hint, reason, source, at");
    let gone: SuppressionView = sql.one(&tx).await?.ok_or(Error::NotFound)?;
    let image = json!({ "channel": gone.channel, "hint": gone.hint, "reason": gone.reason });
    db::change_log::record(&tx, [logged(id, Action::Deleted, (Some(image), None))]).await?;
    Ok(tx.commit().await?)
}

/// What a contact said on each channel.
///
/// # Errors
/// [`Error::NotFound`] of a contact out of reach.
pub async fn consents(service: &Campaigns, scope: &Scope, contact: Uuid) -> Result<Consents, Error> {
    scope.require(CAMPAIGNS_READ)?;
    service.check_contact(scope, contact).await?;
    let mut sql = Sql::new("select channel, state, source, at from consents where org_id = ");
    sql.bind(scope.org_id.0).add(" and contact_id = ").bind(contact).add(" order by channel");
    Ok(Consents { items: sql.all(&service.db.reader(scope)).await? })
}

/// Notes what a contact said. Who opted out is stopped in every campaign at once.
///
/// # Errors
/// [`Error::NotFound`] of a contact out of reach.
pub async fn say(
    service: &Campaigns,
    scope: &Scope,
    contact: Uuid,
    request: ConsentRequest,
) -> Result<Consents, Error> {
    scope.require(CAMPAIGNS_WRITE)?;
    service.check_contact(scope, contact).await?;
    if request.channel == Channel::Api {
        return Err(Error::field("channel", "campaign.channel.receives_only"));
    }
    let addressees = service.asked.audience.addressees(scope, &[contact]).await?;
    let addresses = addressees.get(&contact).map(|contact| {
        let of = facts::addresses(contact, request.channel).into_iter();
        of.map(|address| (request.channel, address.to_owned())).collect::<Vec<_>>()
    });
    let tx = service.db.begin(scope).await?;
    let before = word_of(&tx, scope, contact, request.channel).await?;
    store::say(&tx, scope, (contact, request.channel), (request.state, "manual")).await?;
    let image = |state: Option<&str>| json!({ "consent": { (request.channel.as_str()): state } });
    let (old, new) = (image(before.as_deref()), image(Some(request.state.as_str())));
    let change = Change::between("contact_consent", contact, Action::Updated, &old, &new, 1);
    if !change.is_empty() {
        db::change_log::record(&tx, [change]).await?;
    }
    match request.state {
        ConsentState::Denied => {
            opt_out(&tx, scope, &[contact], (request.channel, "manual")).await?;
            store::suppress(&tx, scope, &addresses.unwrap_or_default(), (SuppressionReason::OptedOut, "manual"))
                .await?;
        }
        ConsentState::Granted => {
            let hashes: BTreeSet<String> = addresses
                .unwrap_or_default()
                .iter()
                .map(|(channel, address)| store::hashed(scope, *channel, address))
                .collect();
            let mut sql = Sql::new("delete from suppressions where org_id = ");
            sql.bind(scope.org_id.0).add(" and channel = ").bind(request.channel.as_str());
            sql.add(" and reason = 'opted_out' and address_hash in ").list(hashes);
            sql.run(&tx).await?;
        }
    }
    tx.commit().await?;
    consents(service, scope, contact).await
}

async fn word_of(tx: &Tx, scope: &Scope, contact: Uuid, channel: Channel) -> Result<Option<String>, Error> {
    let mut sql = Sql::new("select state from consents where org_id = ");
    sql.bind(scope.org_id.0).add(" and contact_id = ").bind(contact).add(" and channel = ").bind(channel.as_str());
    let rows = sql.rows(tx).await?;
    Ok(rows.first().map(|row| row.try_get("", "state")).transpose()?)
}

/// Stops contacts that opted out in every campaign, notes that they said no, and tells of it.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn opt_out(
    tx: &Tx,
    scope: &Scope,
    contacts: &[Uuid],
    (channel, source): (Channel, &str),
) -> Result<(), Error> {
    for contact in contacts {
        store::say(tx, scope, (*contact, channel), (ConsentState::Denied, source)).await?;
        store::decline(tx, scope, *contact).await?;
    }
    let stopped = enrolments::stop(tx, scope, Whose::Contacts(contacts), StopCause::OptedOut).await?;
    calling_back::enqueue(tx, Wanted::of_enrolments(&stopped)).await?;
    let data = json!(ContactOptedOut { channel: channel.as_str().to_owned(), source: source.to_owned() });
    let event = NewEvent { kind: CONTACT_OPTED_OUT, subject_kind: "contact", subject_ids: contacts.to_vec(), data };
    Ok(events::append(tx, [event]).await?)
}
