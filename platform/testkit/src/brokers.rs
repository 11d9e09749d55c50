//! RabbitMQ and Redis for tests: shared ones that `scripts/with-brokers` started, and private ones that a test may stop.

#![expect(clippy::expect_used, reason = "a test that has no broker has nothing to say")]

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use kernel::Clock;
use settings::test_variable;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_mins(1);

/// The address of the Redis that tests share.
pub fn redis_url() -> Option<String> {
    test_variable("REDIS_URL")
}

/// The address of a vhost of its own on the RabbitMQ that tests share.
pub async fn rabbitmq_vhost() -> Option<String> {
    let (server, management) = (test_variable("RABBITMQ_URL")?, test_variable("RABBITMQ_MANAGEMENT_URL")?);
    let vhost = format!("test-{}", Clock::system().new_id().simple());
    let address = management.rsplit_once('@').expect("the address has a user").1;
    let mut stream = TcpStream::connect(address).await.expect("the management of the test RabbitMQ answers");
    // The user is rapport, so is the password.
    let request = format!(
        "PUT /api/vhosts/{vhost} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Basic cmFwcG9ydDpyYXBwb3J0\r\n\
         Content-Length: 0\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("the management of the test RabbitMQ takes a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("the management of the test RabbitMQ answers");
    assert!(answer.starts_with("HTTP/1.1 201"), "a vhost can be made: {answer}");
    Some(format!("{server}/{vhost}"))
}

/// A RabbitMQ or a Redis of one test, which may stop it and start it again.
pub struct PrivateServer {
    program: PathBuf,
    folder: TempDir,
    ports: [u16; 2],
    running: Option<Child>,
}

impl PrivateServer {
    /// A RabbitMQ; `None` where there is none.
    pub async fn rabbitmq() -> Option<Self> {
        Self::of(test_variable("RABBITMQ_START")?.into()).await
    }

    /// A Redis, which forgets everything when it is stopped; `None` where there is none.
    pub async fn redis() -> Option<Self> {
        Self::of(test_variable("REDIS_START")?.into()).await
    }

    async fn of(program: PathBuf) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut server = Self { program, folder, ports: [free_port().await, free_port().await], running: None };
        server.start().await;
        Some(server)
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.ports[0]
    }

    /// Starts it, and waits until it listens.
    pub async fn start(&mut self) {
        let [port, management] = self.ports.map(|port| port.to_string());
        let mut command = Command::new(&self.program);
        command.arg(self.folder.path().join("server")).args([port, management]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.running = Some(child.expect("a private server starts"));
        let listens = async {
            while TcpStream::connect(("127.0.0.1", self.port())).await.is_err() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(PATIENCE, listens).await.expect("a private server listens");
    }

    /// Stops it, and waits until it is gone.
    pub async fn stop(&mut self) {
        let Some(mut child) = self.running.take() else { return };
        terminate(&child);
        while child.try_wait().expect("a child can be asked").is_none() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        if let Some(mut child) = self.running.take() {
            terminate(&child);
            let _ = child.wait();
        }
    }
}

fn terminate(child: &Child) {
    let _ = Command::new("kill").arg(child.id().to_string()).status();
}

async fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port is free");
    listener.local_addr().expect("a listener has an address").port()
}
