//! Server processes: started, waited for, looked at, stopped.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use tokio::time::Instant;

use crate::load::{Client, request};

/// A running server; stopped with its value.
pub struct Server {
    child: Child,
    pub port: u16,
    /// From start to the first answer.
    pub start: Duration,
}

impl Server {
    /// The product over a data folder (SQLite) or a PostgreSQL database.
    pub async fn rapport(binary: &Path, data: &Path, database: Option<&str>) -> Result<Self> {
        Self::rapport_with(binary, data, database, &[]).await
    }

    /// With these settings besides.
    pub async fn rapport_with(
        binary: &Path,
        data: &Path,
        database: Option<&str>,
        settings: &[(&'static str, String)],
    ) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(binary);
        command.arg("serve").env("RAPPORT_LISTEN", format!("127.0.0.1:{port}")).env("RAPPORT_DATA_DIR", data);
        for class in ["AUTH_PER_15MIN", "READ_PER_MINUTE", "WRITE_PER_MINUTE", "HEAVY_PER_MINUTE"] {
            command.env(format!("RAPPORT_RATE_LIMIT_{class}"), "4000000000");
        }
        command.env("RAPPORT_MAX_CONNECTIONS_PER_ORG", "100000");
        command.env("RAPPORT_LOG_LEVEL", "info").env("RAPPORT_DB_MAX_CONNECTIONS", "16");
        if let Some(url) = database {
            command.env("RAPPORT_DATABASE_URL", url);
        }
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        Self::start(command, port, "/health/live").await
    }

    /// The floor over the same database.
    pub async fn floor(url: &str, org: &str) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["floor", "--url", url, "--listen", &format!("127.0.0.1:{port}"), "--org", org]);
        Self::start(command, port, "/live").await
    }

    async fn start(mut command: Command, port: u16, probe: &str) -> Result<Self> {
        let started = Instant::now();
        let child =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("the server cannot be started")?;
        let mut server = Self { child, port, start: Duration::ZERO };
        let probe = request("GET", probe, "", "");
        loop {
            if let Ok(mut client) = Client::open(port).await
                && client.send(&probe).await.is_ok_and(|status| status == 200)
            {
                server.start = started.elapsed();
                return Ok(server);
            }
            if server.child.try_wait()?.is_some() {
                bail!("the server ended before it answered");
            }
            if started.elapsed() > Duration::from_secs(30) {
                bail!("the server did not answer");
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Resident memory, MiB (Linux).
    pub fn resident_mib(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let kib: f64 =
            status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?.trim().trim_end_matches(" kB").parse().ok()?;
        Some(kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
