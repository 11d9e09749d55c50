//! The port `ContactPolicy`: the answer for every sender.

use chrono::{DateTime, Utc};
use contracts::{
    contact_policy::{ContactPolicy, PolicyAsk, PolicyPurpose, PolicyReason, PolicyVerdict},
    ports::PortError,
};
use kernel::Scope;
use uuid::Uuid;

use super::{facts::Known, store};
use crate::{
    Campaigns, Error,
    campaign::Channel,
    rules::policy::{Purpose, Verdict, decide},
};

/// Most questions of one call.
const MOST: usize = 1_000;

/// What the policy says of a contact on these channels now.
///
/// # Errors
/// When a service is away.
pub(crate) async fn verdicts(
    service: &Campaigns,
    scope: &Scope,
    asked: &[(Uuid, Channel, Purpose, DateTime<Utc>)],
) -> Result<Vec<Verdict>, Error> {
    let asked = &asked[..asked.len().min(MOST)];
    let contacts = crate::unique(asked.iter().map(|(contact, ..)| *contact));
    let addressees = service.asked.audience.addressees(scope, &contacts).await?;
    let reader = service.db.reader(scope);
    let (policy, _) = store::policy(&reader, scope).await?;
    let earliest = asked.iter().map(|(.., at)| *at).min().unwrap_or_else(|| service.db.clock().now());
    let known = Known::load(&reader, scope, &contacts, &addressees, earliest).await?;
    let verdict = |(contact, channel, purpose, at): &(Uuid, Channel, Purpose, DateTime<Utc>)| {
        let mut facts = known.of(scope, (*contact, addressees.get(contact)), *channel, None);
        if *purpose == Purpose::Manual {
            // A person answers somebody who is in a campaign.
            facts.other_campaign = None;
        }
        decide(&facts, &policy, *channel, *purpose, *at)
    };
    Ok(asked.iter().map(verdict).collect())
}

#[async_trait::async_trait]
impl ContactPolicy for Campaigns {
    async fn check(&self, scope: &Scope, asked: &[PolicyAsk<'_>]) -> Result<Vec<PolicyVerdict>, PortError> {
        let question = |ask: &PolicyAsk<'_>| {
            let purpose = match ask.purpose {
                PolicyPurpose::Program => Purpose::Program,
                PolicyPurpose::Manual => Purpose::Manual,
            };
            (ask.contact_id, Channel::parse(ask.channel).unwrap_or(Channel::Api), purpose, ask.at)
        };
        let asked: Vec<_> = asked.iter().map(question).collect();
        let verdicts = verdicts(self, scope, &asked).await?;
        Ok(verdicts.into_iter().map(told).collect())
    }
}

fn told(verdict: Verdict) -> PolicyVerdict {
    let reason = |reason: crate::rules::policy::Reason| PolicyReason {
        code: reason.code.as_str(),
        params: reason.params,
        until: reason.until,
    };
    PolicyVerdict {
        allowed: verdict.allowed,
        reasons: verdict.reasons.into_iter().map(reason).collect(),
        not_before: verdict.not_before,
    }
}
