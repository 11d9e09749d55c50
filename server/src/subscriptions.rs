//! The whole reaction graph on a page: which handlers run on which events, and which jobs there are.

use std::sync::Arc;

use crm::Crm;
use events::Handler;
use jobs::Work;

/// Event → handlers.
pub fn handlers(crm: &Arc<Crm>) -> Vec<Arc<dyn Handler>> {
    crm.handlers()
}

/// Job kind → worker.
pub fn works(crm: &Arc<Crm>) -> Vec<Arc<dyn Work>> {
    crm.clone().works()
}
