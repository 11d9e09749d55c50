//! The whole reaction graph on a page: which handlers run on which events, and which jobs there are.

use std::sync::Arc;

use crm::Crm;
use events::Handler;
use jobs::Work;
use pipeline::Pipeline;

/// Event → handlers.
pub fn handlers(crm: &Arc<Crm>, pipeline: &Arc<Pipeline>) -> Vec<Arc<dyn Handler>> {
    [crm.handlers(), pipeline.handlers()].concat()
}

/// Job kind → worker.
pub fn works(crm: &Arc<Crm>, pipeline: &Arc<Pipeline>) -> Vec<Arc<dyn Work>> {
    [crm.clone().works(), pipeline.clone().works()].concat()
}
