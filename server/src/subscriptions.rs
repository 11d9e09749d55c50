//! The whole reaction graph on a page: which handlers run on which events, and which jobs there are.

use std::sync::Arc;

use events::Handler;
use jobs::Work;

/// Event → handlers.
pub fn handlers() -> Vec<Arc<dyn Handler>> {
    Vec::new()
}

/// Job kind → worker.
pub fn works() -> Vec<Arc<dyn Work>> {
    Vec::new()
}
