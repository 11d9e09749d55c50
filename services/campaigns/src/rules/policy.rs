//! Whether something may go to a contact, and if not, why, and when it may. One function for every sender: campaigns, rules,
//! bulk; somebody who writes to one person is only warned. No I/O.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use uuid::Uuid;

use super::window::{begin_of, day_of};
use crate::{
    campaign::{
        Channel,
        policy::{Cap, Policy, Quiet},
    },
    words::words,
};

/// Days that a cap of a week counts: the day itself, and those before it.
const WEEK: u64 = 7;
/// Times that several reasons may put each other off before it is given up.
const MOST_ROUNDS: usize = 64;

words! {
    /// Who wants to write.
    Purpose {
        /// A campaign, a rule, a bulk operation.
        Program = "program",
        /// A person, to one person.
        Manual = "manual",
    }
}

words! {
    /// What somebody said to being written to on a channel.
    ConsentState {
        Granted = "granted",
        Denied = "denied",
    }
}

words! {
    /// Why an address is written to no more.
    SuppressionReason {
        OptedOut = "opted_out",
        Bounced = "bounced",
        Complained = "complained",
        Manual = "manual",
    }
}

words! {
    /// Why something may not go.
    ReasonCode {
        /// The contact is in the trash, or gone.
        Deleted = "policy.deleted",
        DoNotContact = "policy.do_not_contact",
        /// There is no address on the channel.
        Unreachable = "policy.unreachable",
        /// The address is on the suppression list.
        Suppressed = "policy.suppressed",
        OptedOut = "policy.opted_out",
        /// The channel asks for consent, and there is none.
        NoConsent = "policy.no_consent",
        OtherCampaign = "policy.other_campaign",
        CoolDown = "policy.cool_down",
        QuietHours = "policy.quiet_hours",
        DayCap = "policy.day_cap",
        WeekCap = "policy.week_cap",
        ChannelDayCap = "policy.channel_day_cap",
        ChannelWeekCap = "policy.channel_week_cap",
    }
}

/// What somebody said, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consent {
    pub state: ConsentState,
    pub at: DateTime<Utc>,
}

/// A message of a program to the contact that went, or is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    pub channel: Channel,
    pub at: DateTime<Utc>,
}

/// What is known of a contact.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub deleted: bool,
    pub do_not_contact: bool,
    /// The contact's clocks, if known.
    pub zone: Option<Tz>,
    /// Whether there is an address on the channel asked for.
    pub reachable: bool,
    /// The newest word of the contact for each channel.
    pub consents: BTreeMap<Channel, Consent>,
    /// Of the address on the channel asked for.
    pub suppressed: Option<SuppressionReason>,
    /// When the contact last said no.
    pub refused_at: Option<DateTime<Utc>>,
    /// Of at least the last eight days, in any order.
    pub touches: Vec<Touch>,
    /// Another running campaign that the contact is on the way in.
    pub other_campaign: Option<Uuid>,
}

/// A reason, with what its text names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    pub code: ReasonCode,
    /// `max`, `reason`, `campaignId` …
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<&'static str, String>,
    /// From when on it holds no more, if waiting helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

/// What the policy says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// Always so for a person who writes to one person: reasons are warnings then.
    pub allowed: bool,
    /// Those that hold now, all of them; what never ends comes first.
    pub reasons: Vec<Reason>,
    /// When it may go, as far as is known now; none when it may go now, or when waiting does not help.
    pub not_before: Option<DateTime<Utc>>,
}

impl Reason {
    fn new(code: ReasonCode) -> Self {
        Self { code, params: BTreeMap::new(), until: None }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.insert(name, value.to_string());
        self
    }

    fn until(mut self, at: DateTime<Utc>) -> Self {
        self.until = Some(at);
        self
    }
}

impl ReasonCode {
    /// Whether a program that comes to it gives the contact up: it will hold until somebody does something.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Deleted | Self::DoNotContact | Self::Suppressed | Self::OptedOut)
    }
}

impl Quiet {
    /// When quiet hours that hold at an instant are over; none when they do not hold.
    #[must_use]
    pub fn ends(self, at: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let local = at.with_timezone(&zone).naive_local();
        let (day, time) = (local.date(), local.time());
        let holds =
            if self.from < self.to { self.from <= time && time < self.to } else { self.from <= time || time < self.to };
        if !holds {
            return None;
        }
        // The clocks may be turned back before they are over: then the end comes twice, and counts when it came first.
        let day = if time < self.to { Some(day) } else { day.succ_opt() };
        let end = day.map(|day| super::window::instant_of(day.and_time(self.to), zone)).filter(|end| *end > at);
        Some(end.unwrap_or(at + TimeDelta::hours(1)))
    }
}

/// When quiet hours begin after an instant at which they do not hold; none without quiet hours. What was allowed may go until
/// then, or until the window closes ([`super::window::closes`]) if that comes first.
#[must_use]
pub fn quiet_from(at: DateTime<Utc>, policy: &Policy, contact: Option<Tz>) -> Option<DateTime<Utc>> {
    let (quiet, zone) = (policy.quiet?, contact.unwrap_or(policy.zone));
    let days = day_of(at, zone).iter_days().take(3);
    days.map(|day| super::window::instant_of(day.and_time(quiet.from), zone)).find(|from| *from > at)
}

/// When the day of the contact's clocks ends by which caps count; none without caps. What was allowed may go until then: on
/// the next day another message may have been allowed.
#[must_use]
pub fn day_ends(at: DateTime<Utc>, policy: &Policy, contact: Option<Tz>) -> Option<DateTime<Utc>> {
    let is_capped = |cap: &Cap| cap.day.is_some() || cap.week.is_some();
    let capped = is_capped(&policy.total) || policy.per_channel.values().any(is_capped);
    let zone = contact.unwrap_or(policy.zone);
    let tomorrow = day_of(at, zone).succ_opt().filter(|_| capped)?;
    Some(begin_of(tomorrow, zone))
}

/// Whether something may go to a contact on a channel.
#[must_use]
pub fn decide(facts: &Facts, policy: &Policy, channel: Channel, purpose: Purpose, at: DateTime<Utc>) -> Verdict {
    let reasons = reasons(facts, policy, channel, at);
    let not_before = if reasons.is_empty() { None } else { opens(facts, policy, channel, at, &reasons) };
    Verdict { allowed: reasons.is_empty() || purpose == Purpose::Manual, reasons, not_before }
}

/// The first instant at which no reason holds, when all of them end.
fn opens(
    facts: &Facts,
    policy: &Policy,
    channel: Channel,
    at: DateTime<Utc>,
    held: &[Reason],
) -> Option<DateTime<Utc>> {
    let latest =
        |held: &[Reason]| held.iter().map(|reason| reason.until).collect::<Option<Vec<_>>>()?.into_iter().max();
    let mut at = latest(held)?.max(at);
    for _ in 0..MOST_ROUNDS {
        let held = reasons(facts, policy, channel, at);
        if held.is_empty() {
            return Some(at);
        }
        at = latest(&held)?;
    }
    None
}

fn reasons(facts: &Facts, policy: &Policy, channel: Channel, at: DateTime<Utc>) -> Vec<Reason> {
    use ReasonCode as R;
    let mut reasons = Vec::new();
    if facts.deleted {
        reasons.push(Reason::new(R::Deleted));
    }
    if facts.do_not_contact {
        reasons.push(Reason::new(R::DoNotContact));
    }
    if let Some(why) = facts.suppressed {
        reasons.push(Reason::new(R::Suppressed).with("reason", why.as_str()));
    }
    if let Some(denied) = denied_on(facts, policy, channel) {
        reasons.push(Reason::new(R::OptedOut).with("channel", denied.as_str()));
    }
    if !facts.reachable {
        reasons.push(Reason::new(R::Unreachable));
    }
    let agreed = facts.consents.get(&channel).is_some_and(|consent| consent.state == ConsentState::Granted);
    if policy.consent_needed.contains(&channel) && !agreed {
        reasons.push(Reason::new(R::NoConsent));
    }
    if let Some(campaign) = facts.other_campaign.filter(|_| !policy.allow_parallel) {
        reasons.push(Reason::new(R::OtherCampaign).with("campaignId", campaign));
    }
    if let Some(refused) = facts.refused_at.filter(|_| policy.cool_down_days > 0) {
        let until = refused + TimeDelta::days(policy.cool_down_days.into());
        // Who agreed to be written to after saying no is written to.
        let agreed_since = facts
            .consents
            .get(&channel)
            .is_some_and(|consent| consent.state == ConsentState::Granted && consent.at > refused);
        if until > at && !agreed_since {
            reasons.push(Reason::new(R::CoolDown).with("days", policy.cool_down_days).until(until));
        }
    }
    let zone = facts.zone.unwrap_or(policy.zone);
    if let Some(end) = policy.quiet.and_then(|quiet| quiet.ends(at, zone)) {
        reasons.push(Reason::new(R::QuietHours).until(end));
    }
    let own = policy.per_channel.get(&channel).copied().unwrap_or_default();
    let all: Vec<NaiveDate> = facts.touches.iter().map(|touch| day_of(touch.at, zone)).collect();
    let here =
        facts.touches.iter().filter(|touch| touch.channel == channel).map(|touch| day_of(touch.at, zone)).collect();
    for (cap, days, codes) in
        [(policy.total, all, (R::DayCap, R::WeekCap)), (own, here, (R::ChannelDayCap, R::ChannelWeekCap))]
    {
        capped(cap, days, codes, (at, zone), &mut reasons);
    }
    reasons
}

/// The channel on which the contact said no, as far as it counts for this one.
fn denied_on(facts: &Facts, policy: &Policy, channel: Channel) -> Option<Channel> {
    let said = |channel: Channel| facts.consents.get(&channel).copied();
    let denied = |channel: Channel| said(channel).filter(|consent| consent.state == ConsentState::Denied);
    if denied(channel).is_some() {
        return Some(channel);
    }
    // A later word for this channel counts more than a no on another one.
    let agreed = said(channel).map(|consent| consent.at);
    let mut elsewhere = facts.consents.keys().copied().filter(|other| policy.opt_out_everywhere && *other != channel);
    elsewhere.find(|other| denied(*other).is_some_and(|no| agreed.is_none_or(|yes| no.at >= yes)))
}

/// Caps count days of the contact's clocks. The one of a week counts the day and the six before it.
fn capped(
    cap: Cap,
    days: Vec<NaiveDate>,
    codes: (ReasonCode, ReasonCode),
    (at, zone): (DateTime<Utc>, Tz),
    reasons: &mut Vec<Reason>,
) {
    let today = day_of(at, zone);
    let begin = |day: NaiveDate, later: u64| begin_of(day.checked_add_days(Days::new(later)).unwrap_or(day), zone);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    if let Some(max) = cap.day
        && count(days.iter().filter(|day| **day == today).count()) >= max
    {
        reasons.push(Reason::new(codes.0).with("max", max).until(begin(today, 1)));
    }
    if let Some(max) = cap.week {
        let first = today.checked_sub_days(Days::new(WEEK - 1)).unwrap_or(today);
        // Days after today too: a message may be on its way that is for tomorrow.
        let mut week: Vec<NaiveDate> = days.into_iter().filter(|day| first <= *day).collect();
        if count(week.len()) >= max {
            week.sort_unstable();
            // So many have to be older than a week, that less than `max` are left.
            let last = week.len().saturating_sub(usize::try_from(max).unwrap_or(usize::MAX));
            let until = week.get(last).map_or_else(|| begin(today, 1), |day| begin(*day, WEEK));
            reasons.push(Reason::new(codes.1).with("max", max).until(until));
        }
    }
}

#[cfg(test)]
mod tests;
