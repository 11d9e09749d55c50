//! The sandbox network: people played by this server, started when the first of its accounts is connected; or a network in
//! another process, for tests.

use std::{
    net::{SocketAddr, SocketAddrV4},
    path::PathBuf,
    sync::Arc,
};

use ::telegram::Session;
use telegram_network::{
    DC, Network, NetworkError, Options,
    control::{Command, ask},
};
use tokio::sync::OnceCell;

use crate::telegram::Refused;

/// The sandbox network.
#[derive(Clone)]
pub struct Sandbox(Place);

#[derive(Clone)]
enum Place {
    /// Kept in a folder.
    Here { folder: PathBuf, seed: u64, network: Arc<OnceCell<Network>> },
    /// Where it takes commands.
    Elsewhere(SocketAddr),
}

impl Sandbox {
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, seed: u64) -> Self {
        Self(Place::Here { folder: folder.into(), seed, network: Arc::default() })
    }

    /// One that runs already.
    #[must_use]
    pub fn over(network: Network) -> Self {
        Self(Place::Here { folder: PathBuf::new(), seed: 0, network: Arc::new(OnceCell::from(network)) })
    }

    /// One in another process, by where it takes commands.
    #[must_use]
    pub fn elsewhere(control: SocketAddr) -> Self {
        Self(Place::Elsewhere(control))
    }

    pub(super) async fn address(&self) -> Result<SocketAddrV4, Refused> {
        let address = match &self.0 {
            Place::Here { .. } => self.network().await?.address(),
            Place::Elsewhere(control) => {
                let answer = ask(*control, Command::Address).await.map_err(away)?;
                serde_json::from_value(answer).map_err(|_| Refused::Unavailable)?
            }
        };
        match address {
            SocketAddr::V4(address) => Ok(address),
            SocketAddr::V6(_) => Err(Refused::Unavailable),
        }
    }

    /// A session that can sign in there, with any number.
    pub(super) async fn session(&self) -> Result<Session, Refused> {
        let key = match &self.0 {
            Place::Here { .. } => self.network().await?.new_key().map_err(|error| Refused::Other(error.to_string()))?,
            Place::Elsewhere(control) => {
                let answer = ask(*control, Command::NewKey).await.map_err(away)?;
                answer.as_str().and_then(bytes_of).ok_or(Refused::Unavailable)?
            }
        };
        Ok(Session::seeded(DC, self.address().await?, key))
    }

    async fn network(&self) -> Result<&Network, Refused> {
        let Place::Here { folder, seed, network } = &self.0 else { return Err(Refused::Unavailable) };
        let opened = network.get_or_try_init(|| Network::start(Options::sandbox(folder, *seed))).await;
        opened.map_err(|error| {
            tracing::error!(%error, "the sandbox network cannot be started");
            Refused::Unavailable
        })
    }
}

/// Whoever is away for a while is tried again.
fn away(error: NetworkError) -> Refused {
    tracing::warn!(%error, "the sandbox network does not answer");
    Refused::Unreachable
}

/// A key as it is written in hexadecimal.
fn bytes_of(text: &str) -> Option<[u8; 256]> {
    let digits = text.as_bytes().chunks_exact(2);
    let bytes: Option<Vec<u8>> =
        digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
    bytes?.try_into().ok()
}
