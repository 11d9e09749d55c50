//! Reactions to what campaigns do by themselves: whoever owns, made or launched one is told, as far as they may read
//! it. Not of what they did to it themselves.

use std::{collections::HashSet, sync::Arc};

use contracts::{events as e, ports::Holding};
use db::Tx;
use events::{Event, Handler, HandlerError};
use uuid::Uuid;

use crate::{
    Notifications,
    kinds::Kind,
    subscriptions::{each_once, seeing},
    telling::{self, News},
};

/// The word for campaigns as subjects.
pub const CAMPAIGN: &str = "campaign";

/// Tells them.
pub struct TellOfCampaigns(pub Arc<Notifications>);

/// What an event is told as.
fn meant(event: &Event) -> Option<Kind> {
    match event.kind.as_str() {
        // Whoever paused it sees that.
        e::CAMPAIGN_PAUSED if event.data["reason"] == "manual" => None,
        e::CAMPAIGN_PAUSED => Some(Kind::CampaignPaused),
        e::CAMPAIGN_START_FAILED => Some(Kind::CampaignNotStarted),
        e::CAMPAIGN_FINISHED => Some(Kind::CampaignFinished),
        e::CAMPAIGN_VARIANT_WON => Some(Kind::CampaignVariantWon),
        _ => None,
    }
}

/// Whom it concerns, each once.
fn concerned(holding: &Holding) -> Vec<Uuid> {
    let people: HashSet<Uuid> =
        [holding.owner_id, holding.created_by, holding.launched_by].into_iter().flatten().collect();
    people.into_iter().collect()
}

#[async_trait::async_trait]
impl Handler for TellOfCampaigns {
    fn name(&self) -> &'static str {
        "notifications.tell_of_campaigns"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[e::CAMPAIGN_PAUSED, e::CAMPAIGN_START_FAILED, e::CAMPAIGN_FINISHED, e::CAMPAIGN_VARIANT_WON]
    }

    async fn wants(&self, event: &Event) -> Result<bool, HandlerError> {
        Ok(meant(event).is_some())
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let (Some(kind), Some(id)) = (meant(event), event.subjects().first().copied()) else { return Ok(()) };
        let service = &self.0;
        let Some(holding) = service.held(event, CAMPAIGN, &[id]).await?.remove(&id) else { return Ok(()) };
        let people = seeing(service.members(event, &concerned(&holding)).await?, CAMPAIGN, &holding);
        let (subject, data) = ((CAMPAIGN.to_owned(), id), event.data.clone());
        let news = News { kind, subject, actor: event.actor_id, data, in_batch: false };
        Ok(telling::tell(service, tx, &news, &each_once(people)).await?)
    }
}
