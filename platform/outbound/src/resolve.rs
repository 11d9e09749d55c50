//! From a name to addresses. A port, so that tests can answer as a hostile name server would.

use std::{io, net::IpAddr};

/// Asks for the addresses of a host.
#[async_trait::async_trait]
pub trait Resolve: Send + Sync {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// As the machine resolves names.
pub(crate) struct System;

#[async_trait::async_trait]
impl Resolve for System {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}
