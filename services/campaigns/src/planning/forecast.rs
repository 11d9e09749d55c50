//! How many messages go on which day, and when a campaign is through, at best.

use contracts::permissions::CAMPAIGNS_READ;
use kernel::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::audience::{self, LOOKED_AT};
use crate::{
    Campaigns, Error,
    campaigns::store as campaigns,
    rules::{
        forecast::{self as rule, Course, Forecast},
        steps::Plan,
    },
    sending::senders,
};

/// An account that is to send.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SenderView {
    pub account_id: Uuid,
    pub name: String,
    pub ready: bool,
    /// Such as `disconnected` or `flood_wait`.
    #[schema(required)]
    pub why_not: Option<&'static str>,
    /// 0 to 100.
    pub health: u8,
    /// Messages to new people that it sends in a day.
    pub per_day: u32,
}

/// What is foretold.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CampaignForecast)]
pub struct ForecastView {
    /// Contacts that it would write to.
    pub contacts: u64,
    /// None while the campaign does not say when it sends. `days` of `date`, `begins`, `followUps`, `capacity`; `messages`;
    /// `finishesOn`; `leftOver`.
    #[schema(value_type = Option<Object>, required)]
    pub forecast: Option<Forecast>,
    pub senders: Vec<SenderView>,
}

/// What is foretold of a campaign as it stands.
///
/// # Errors
/// [`Error::NotFound`]; an audience that is refused.
pub async fn get(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<ForecastView, Error> {
    scope.require(CAMPAIGNS_READ)?;
    let reader = service.db.reader(scope);
    let stored = campaigns::get(&reader, scope, id).await?;
    let steps = campaigns::steps(&reader, scope, id).await?;
    let plan = Plan::new(steps.into_iter().map(|stored| stored.step).collect());
    let (senders, states) = senders::load(service, scope, &stored.free_accounts()).await?;
    let looked = audience::look(service, scope, &stored, &stored.campaign.audience, LOOKED_AT).await?;
    let contacts = looked.zones();
    let now = service.db.clock().now();
    let starts_at = stored.campaign.starts_at.filter(|at| *at > now).unwrap_or(now);
    let forecast = stored.campaign.schedule.as_ref().map(|schedule| {
        rule::forecast(Course {
            plan: &plan,
            schedule,
            senders: &senders,
            contacts: &contacts,
            starts_at,
            sent_today: 0,
        })
    });
    let view = |sender: &crate::rules::capacity::Sender| {
        let state = states.get(&sender.id);
        SenderView {
            account_id: sender.id,
            name: state.map(|state| state.name.clone()).unwrap_or_default(),
            ready: sender.ready,
            why_not: state.and_then(|state| state.why_not),
            health: sender.health,
            per_day: sender.per_day(),
        }
    };
    Ok(ForecastView {
        contacts: contacts.iter().map(|(_, count)| count).sum(),
        forecast,
        senders: senders.iter().map(view).collect(),
    })
}
