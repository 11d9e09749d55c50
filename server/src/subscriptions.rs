//! The whole reaction graph on a page: which handlers run on which events, which jobs there are, and which of them come round.

use std::sync::Arc;

use audit::Audit;
use bd_accounts::BdAccounts;
use campaigns::Campaigns;
use crm::Crm;
use events::Handler;
use jobs::{Schedule, Work};
use mail::Mail;
use messaging::Messaging;
use notifications::Notifications;
use pipeline::Pipeline;
use webhooks::Webhooks;

/// The services that react.
pub struct Services<'a> {
    pub crm: &'a Arc<Crm>,
    pub pipeline: &'a Arc<Pipeline>,
    pub notifications: &'a Arc<Notifications>,
    pub webhooks: &'a Arc<Webhooks>,
    pub accounts: &'a Arc<BdAccounts>,
    pub messaging: &'a Arc<Messaging>,
    pub mail: &'a Arc<Mail>,
    pub audit: &'a Arc<Audit>,
    pub campaigns: &'a Arc<Campaigns>,
}

impl Services<'_> {
    /// Event → handlers.
    pub fn handlers(&self) -> Vec<Arc<dyn Handler>> {
        [
            self.crm.handlers(),
            self.pipeline.handlers(),
            self.notifications.handlers(),
            self.webhooks.handlers(),
            BdAccounts::handlers(),
            Messaging::handlers(),
            self.audit.handlers(),
            self.campaigns.handlers(),
        ]
        .concat()
    }

    /// Job kind → worker. Those that send webhooks and mail have a runner of their own.
    pub fn works(&self) -> Vec<Arc<dyn Work>> {
        [
            self.crm.clone().works(),
            self.pipeline.clone().works(),
            self.notifications.works(),
            self.webhooks.works(),
            self.accounts.works(),
            self.messaging.works(),
            self.mail.works(),
            self.campaigns.clone().works(),
        ]
        .concat()
    }

    /// Jobs that come round.
    pub fn schedules() -> Vec<Schedule> {
        [
            Pipeline::schedules(),
            Notifications::schedules(),
            BdAccounts::schedules(),
            Messaging::schedules(),
            Mail::schedules(),
            Campaigns::schedules(),
        ]
        .concat()
    }
}
