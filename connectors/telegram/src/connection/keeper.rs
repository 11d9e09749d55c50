//! Keeps a connection alive, finds out when it is not, and brings it back.

use std::sync::Arc;

use grammers_tl_types::functions as f;
use tokio::time::{Instant, sleep};

use crate::line::{Line, Link};

pub(super) async fn keep(line: Arc<Line>) {
    let patience = line.endpoint().patience;
    let mut asked = Instant::now();
    let mut link = line.link();
    while line.ended().is_none() {
        tokio::select! {
            () = sleep(patience.probe_every) => {}
            lost = link.wait_for(|link| *link == Link::Down) => drop(lost),
        }
        if *link.borrow_and_update() == Link::Down {
            bring_back(&line).await;
        } else if asked.elapsed() >= patience.keepalive_every {
            asked = Instant::now();
            let _ = line.ask(&f::updates::GetState {}).await;
        } else {
            let _ = line.probe().await;
        }
    }
}

async fn bring_back(line: &Line) {
    let mut attempt = 0;
    let link = line.link();
    while *link.borrow() == Link::Down && !line.is_closed() {
        sleep(line.before_again(attempt)).await;
        attempt += 1;
        if let Err(refused) = line.connect().await {
            tracing::debug!(me = line.session().me(), attempt, %refused, "not connected again yet");
        }
    }
}
