//! One pool of the client library, and the tasks that drive it and empty it.

use std::num::NonZeroUsize;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use grammers_mtsender::{ConnectionParams, InvocationError, NoRetries, SenderPool, SenderPoolHandle};
use grammers_session::updates::UpdatesLike;
use grammers_tl_types::Serializable;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Link, went_down};
use crate::endpoint::Endpoint;
use crate::session::Session;

/// The library drops what does not fit. The relay takes it off at once; but the runner reads on for as long as there is
/// something on the socket, and thousands came in before the relay had its turn. Room that is not used costs nothing.
const RELAY_MOST: NonZeroUsize = NonZeroUsize::new(1 << 24).unwrap();
/// Until a pool that was told to end is ended for it.
const GRACE: Duration = Duration::from_secs(2);

/// What came in and was not looked at yet: without bound, but counted.
#[derive(Clone)]
pub(crate) struct Inbound {
    queue: mpsc::UnboundedSender<UpdatesLike>,
    waiting: Arc<AtomicUsize>,
}

impl Inbound {
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<UpdatesLike>) {
        let (queue, receiver) = mpsc::unbounded_channel();
        (Self { queue, waiting: Arc::default() }, receiver)
    }

    pub(crate) fn push(&self, updates: UpdatesLike) {
        // Counted before it can be taken.
        self.waiting.fetch_add(1, Ordering::SeqCst);
        if self.queue.send(updates).is_err() {
            self.waiting.fetch_sub(1, Ordering::SeqCst);
        }
    }

    pub(crate) fn taken(&self) {
        self.waiting.fetch_sub(1, Ordering::SeqCst);
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }
}

pub(super) struct Pool {
    number: u64,
    handle: SenderPoolHandle,
    proxy: Option<String>,
    runner: JoinHandle<()>,
    relay: Option<JoinHandle<()>>,
    panicked: Arc<AtomicBool>,
}

impl Pool {
    pub(super) fn start(
        number: u64,
        session: &Arc<Session>,
        endpoint: &Endpoint,
        proxy: Option<String>,
        inbound: Option<&Inbound>,
        link: &watch::Sender<Link>,
    ) -> Self {
        let parameters = parameters(proxy.clone());
        let pool = SenderPool::with_configuration(Arc::clone(session), endpoint.app.id, parameters);
        let panicked = Arc::<AtomicBool>::default();
        let told = Arc::clone(&panicked);
        let runner = tokio::spawn(async move {
            let ended = AssertUnwindSafe(pool.runner.run()).catch_unwind().await;
            told.store(ended.is_err(), Ordering::SeqCst);
        });
        let relay = inbound.map(|inbound| tokio::spawn(relay(pool.updates, inbound.clone(), link.clone())));
        Self { number, handle: pool.handle.thin, proxy, runner, relay, panicked }
    }

    pub(super) async fn invoke(&self, dc: i32, request: &impl Serializable) -> Result<Vec<u8>, InvocationError> {
        self.handle.raw_invoke_in_dc(dc, request.to_bytes()).await
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn proxy(&self) -> Option<String> {
        self.proxy.clone()
    }

    pub(super) fn is_over(&self) -> bool {
        self.runner.is_finished() || self.has_panicked()
    }

    pub(super) fn has_panicked(&self) -> bool {
        self.panicked.load(Ordering::SeqCst)
    }

    pub(super) fn abort(&self) {
        self.runner.abort();
    }

    pub(super) async fn close(&self) {
        self.handle.quit();
        let ended = async {
            while !self.runner.is_finished() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        if timeout(GRACE, ended).await.is_err() {
            self.runner.abort();
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.runner.abort();
        if let Some(relay) = &self.relay {
            relay.abort();
        }
    }
}

async fn relay(mut updates: mpsc::Receiver<UpdatesLike>, inbound: Inbound, link: watch::Sender<Link>) {
    while let Some(some) = updates.recv().await {
        if matches!(some, UpdatesLike::ConnectionClosed) {
            link.send_if_modified(went_down);
        }
        inbound.push(some);
    }
}

/// What Telegram shows in the account's list of devices, and that the library is to try nothing again by itself.
fn parameters(proxy_url: Option<String>) -> ConnectionParams {
    ConnectionParams {
        device_model: "Rapport".to_owned(),
        system_version: std::env::consts::OS.to_owned(),
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
        system_lang_code: "en".to_owned(),
        lang_code: "en".to_owned(),
        proxy_url,
        retry_policy: Box::new(NoRetries),
        updates_channel_capacity: RELAY_MOST,
        ..ConnectionParams::default()
    }
}
