//! The sandbox network: people played by this server, started when the first of its accounts is connected.

use std::{
    net::{SocketAddr, SocketAddrV4},
    path::PathBuf,
    sync::Arc,
};

use ::telegram::Session;
use telegram_network::{DC, Network, Options};
use tokio::sync::OnceCell;

use crate::telegram::Refused;

/// The sandbox network, kept in a folder.
#[derive(Clone)]
pub struct Sandbox {
    folder: PathBuf,
    seed: u64,
    network: Arc<OnceCell<Network>>,
}

impl Sandbox {
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, seed: u64) -> Self {
        Self { folder: folder.into(), seed, network: Arc::default() }
    }

    /// One that runs already.
    #[must_use]
    pub fn over(network: Network) -> Self {
        Self { folder: PathBuf::new(), seed: 0, network: Arc::new(OnceCell::from(network)) }
    }

    pub(super) async fn address(&self) -> Result<SocketAddrV4, Refused> {
        match self.network().await?.address() {
            SocketAddr::V4(address) => Ok(address),
            SocketAddr::V6(_) => Err(Refused::Unavailable),
        }
    }

    /// A session that can sign in there, with any number.
    pub(super) async fn session(&self) -> Result<Session, Refused> {
        let network = self.network().await?;
        let key = network.new_key().map_err(|error| Refused::Other(error.to_string()))?;
        Ok(Session::seeded(DC, self.address().await?, key))
    }

    async fn network(&self) -> Result<&Network, Refused> {
        let opened = self.network.get_or_try_init(|| Network::start(Options::sandbox(&self.folder, self.seed))).await;
        opened.map_err(|error| {
            tracing::error!(%error, "the sandbox network cannot be started");
            Refused::Unavailable
        })
    }
}
