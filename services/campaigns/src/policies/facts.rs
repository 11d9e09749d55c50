//! What the policy goes by, for many contacts at once: a bounded number of statements, however many they are.

use db::Sql;
use std::collections::{BTreeMap, HashMap};

use api::{context, messages};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use contracts::audience::Addressee;
use kernel::Scope;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::hashed;
use crate::{
    Error,
    campaign::Channel,
    rules::policy::{Consent, ConsentState, Facts, Reason, SuppressionReason, Touch},
};

/// Days whose touches are read: a week on any clocks.
const TOUCHED_DAYS: i64 = 9;

/// Why something may not go, in words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReasonView {
    /// Such as `policy.opted_out`.
    pub code: String,
    /// In the caller's language.
    pub message: String,
    pub params: BTreeMap<String, String>,
    /// From when on it holds no more, if waiting helps.
    #[schema(required)]
    pub until: Option<DateTime<Utc>>,
}

/// The text of a code in the caller's language. Where its numbers and names are not known, the one that needs none.
#[must_use]
pub fn text_of(code: &str) -> String {
    let bare = format!("{code}.bare");
    match messages::text(context::locale(), &bare, &[]) {
        none if none == bare => messages::text(context::locale(), code, &[]),
        text => text,
    }
}

impl ReasonView {
    /// A reason that needs no parameters.
    #[must_use]
    pub fn of_code(code: &str) -> Self {
        Self { code: code.to_owned(), message: text_of(code), params: BTreeMap::new(), until: None }
    }
}

impl From<&Reason> for ReasonView {
    fn from(reason: &Reason) -> Self {
        let params: Vec<(&'static str, String)> =
            reason.params.iter().map(|(name, value)| (*name, value.clone())).collect();
        let code = reason.code.as_str();
        Self {
            code: code.to_owned(),
            message: messages::text(context::locale(), code, &params),
            params: params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            until: reason.until,
        }
    }
}

/// A campaign that a contact is on the way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    pub campaign_id: Uuid,
    pub since: DateTime<Utc>,
}

/// What is known of some contacts.
#[derive(Clone, Debug, Default)]
pub struct Known {
    consents: HashMap<Uuid, BTreeMap<Channel, Consent>>,
    suppressed: HashMap<(Channel, String), SuppressionReason>,
    declines: HashMap<Uuid, DateTime<Utc>>,
    touches: HashMap<Uuid, Vec<Touch>>,
    elsewhere: HashMap<Uuid, Vec<Elsewhere>>,
}

#[derive(FromQueryResult)]
struct SaidRow {
    contact_id: Uuid,
    channel: String,
    state: String,
    at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct SuppressedRow {
    channel: String,
    address_hash: String,
    reason: String,
}

#[derive(FromQueryResult)]
struct AtRow {
    contact_id: Uuid,
    at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct TouchRow {
    contact_id: Uuid,
    channel: String,
    at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct ElsewhereRow {
    contact_id: Uuid,
    campaign_id: Uuid,
    enrolled_at: DateTime<Utc>,
}

/// The addresses of a contact on a channel.
#[must_use]
pub fn addresses(contact: &Addressee, channel: Channel) -> Vec<&str> {
    match channel {
        Channel::Telegram => {
            contact.telegram_username.as_deref().into_iter().chain(contact.phones.iter().map(String::as_str)).collect()
        }
        Channel::Email => contact.emails.iter().map(String::as_str).collect(),
        Channel::Api => Vec::new(),
    }
}

/// The contact's clocks, if known.
#[must_use]
pub fn zone_of(contact: &Addressee) -> Option<Tz> {
    contact.time_zone.as_deref().and_then(|zone| zone.parse().ok())
}

impl Known {
    /// What is known of contacts at an instant; at most 1000.
    ///
    /// # Errors
    /// When the database is away.
    pub(crate) async fn load(
        connection: &impl ConnectionTrait,
        scope: &Scope,
        contacts: &[Uuid],
        addressees: &HashMap<Uuid, Addressee>,
        at: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let mut known = Self::default();
        if contacts.is_empty() {
            return Ok(known);
        }
        let org = scope.org_id.0;
        let ids = || contacts.iter().copied();
        let mut sql = Sql::new("select contact_id, channel, state, at from consents where org_id = ");
        sql.bind(org).add(" and contact_id in ").list(ids());
        for row in sql.all::<SaidRow>(connection).await? {
            if let Some((channel, state)) = Channel::parse(&row.channel).zip(ConsentState::parse(&row.state)) {
                known.consents.entry(row.contact_id).or_default().insert(channel, Consent { state, at: row.at });
            }
        }
        known.suppressed = suppressed(connection, scope, addressees.values()).await?;
        let mut sql = Sql::new("select contact_id, at from declines where org_id = ");
        sql.bind(org).add(" and contact_id in ").list(ids());
        known.declines = sql.all::<AtRow>(connection).await?.into_iter().map(|row| (row.contact_id, row.at)).collect();
        let mut sql = Sql::new("select contact_id, channel, at from touches where org_id = ");
        sql.bind(org).add(" and contact_id in ").list(ids());
        sql.add(" and at > ").bind(at - TimeDelta::days(TOUCHED_DAYS));
        for row in sql.all::<TouchRow>(connection).await? {
            if let Some(channel) = Channel::parse(&row.channel) {
                known.touches.entry(row.contact_id).or_default().push(Touch { channel, at: row.at });
            }
        }
        let mut sql = Sql::new(
            "select e.contact_id, e.campaign_id, e.enrolled_at from enrolments e join campaigns c \
             on c.org_id = e.org_id and c.id = e.campaign_id where e.org_id = ",
        );
        sql.bind(org).add(" and e.contact_id in ").list(ids());
        sql.add(" and e.ended_at is null and c.state = 'running'");
        for row in sql.all::<ElsewhereRow>(connection).await? {
            let elsewhere = Elsewhere { campaign_id: row.campaign_id, since: row.enrolled_at };
            known.elsewhere.entry(row.contact_id).or_default().push(elsewhere);
        }
        Ok(known)
    }

    /// What the policy is to know of a contact; `own` is the campaign that asks, and since when the contact is in it. Of two
    /// campaigns the one in which the contact was first goes on, so that they do not wait for each other.
    #[must_use]
    pub fn of(
        &self,
        scope: &Scope,
        (id, contact): (Uuid, Option<&Addressee>),
        channel: Channel,
        own: Option<Elsewhere>,
    ) -> Facts {
        let addresses = contact.map(|contact| addresses(contact, channel)).unwrap_or_default();
        let suppressed = |address: &&str| self.suppressed.get(&(channel, hashed(scope, channel, address))).copied();
        let is_other = |other: &&Elsewhere| {
            own.is_none_or(|own| {
                other.campaign_id != own.campaign_id && (other.since, other.campaign_id) < (own.since, own.campaign_id)
            })
        };
        Facts {
            deleted: contact.is_none(),
            do_not_contact: contact.is_some_and(|contact| contact.do_not_contact),
            zone: contact.and_then(zone_of),
            reachable: !addresses.is_empty(),
            consents: self.consents.get(&id).cloned().unwrap_or_default(),
            suppressed: if self.suppressed.is_empty() { None } else { addresses.iter().find_map(suppressed) },
            refused_at: self.declines.get(&id).copied(),
            touches: self.touches.get(&id).cloned().unwrap_or_default(),
            other_campaign: self.elsewhere.get(&id).into_iter().flatten().find(is_other).map(|other| other.campaign_id),
        }
    }

    /// Notes a message that goes, so that what is decided next knows of it.
    pub fn touched(&mut self, contact: Uuid, touch: Touch) {
        self.touches.entry(contact).or_default().push(touch);
    }
}

/// Those of the addresses of contacts that are suppressed.
async fn suppressed(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    contacts: impl Iterator<Item = &Addressee>,
) -> Result<HashMap<(Channel, String), SuppressionReason>, Error> {
    let of = |contact: &Addressee| {
        let channels = [Channel::Telegram, Channel::Email].into_iter();
        let hash =
            |channel| addresses(contact, channel).into_iter().map(move |address| hashed(scope, channel, address));
        channels.flat_map(hash).collect::<Vec<_>>()
    };
    let hashes: Vec<String> = contacts.flat_map(of).collect();
    let mut found = HashMap::new();
    // As many as there are addresses; a contact has few.
    for hashes in hashes.chunks(5_000) {
        let mut sql = Sql::new("select channel, address_hash, reason from suppressions where org_id = ");
        sql.bind(scope.org_id.0).add(" and channel in ('telegram', 'email') and address_hash in ");
        sql.list(hashes.iter().cloned());
        for row in sql.all::<SuppressedRow>(connection).await? {
            if let Some((channel, reason)) = Channel::parse(&row.channel).zip(SuppressionReason::parse(&row.reason)) {
                found.insert((channel, row.address_hash), reason);
            }
        }
    }
    Ok(found)
}
