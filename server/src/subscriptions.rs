//! The whole reaction graph on a page: which handlers run on which events, and which jobs there are.

use std::sync::Arc;

use crm::Crm;
use events::Handler;
use jobs::Work;
use pipeline::Pipeline;
use webhooks::Webhooks;

/// Event → handlers.
pub fn handlers(crm: &Arc<Crm>, pipeline: &Arc<Pipeline>, webhooks: &Arc<Webhooks>) -> Vec<Arc<dyn Handler>> {
    [crm.handlers(), pipeline.handlers(), webhooks.handlers()].concat()
}

/// Job kind → worker. Those that send webhooks have a runner of their own.
pub fn works(crm: &Arc<Crm>, pipeline: &Arc<Pipeline>, webhooks: &Arc<Webhooks>) -> Vec<Arc<dyn Work>> {
    [crm.clone().works(), pipeline.clone().works(), webhooks.works()].concat()
}
