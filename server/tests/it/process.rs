//! The real binary as a process of its own.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use kernel::OrgId;
use serde_json::Value;

use crate::world::sign_up_body;

pub struct Process {
    child: Child,
    port: u16,
}

impl Process {
    pub async fn start(data: &Path, database: &str) -> Self {
        Self::start_as(data, database, &[]).await
    }

    /// With these arguments of `serve`.
    pub async fn start_as(data: &Path, database: &str, arguments: &[&str]) -> Self {
        Self::start_with(data, database, arguments, &[]).await
    }

    /// With these settings besides.
    pub async fn start_with(
        data: &Path,
        database: &str,
        arguments: &[&str],
        settings: &[(&'static str, String)],
    ) -> Self {
        let process = Self::spawn(data, database, arguments, settings, Stdio::null());
        process.ready().await;
        process
    }

    /// Without waiting until it answers; what it logs goes there.
    pub fn spawn(
        data: &Path,
        database: &str,
        arguments: &[&str],
        settings: &[(&'static str, String)],
        log: Stdio,
    ) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(env!("CARGO_BIN_EXE_rapport"))
            .arg("serve")
            .args(arguments)
            .env("RAPPORT_LISTEN", format!("127.0.0.1:{port}"))
            .env("RAPPORT_DATA_DIR", data)
            .env("RAPPORT_DATABASE_URL", database)
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .stderr(log)
            .spawn()
            .unwrap();
        Self { child, port }
    }

    pub fn is_ready(&self) -> bool {
        self.try_call("GET", "/health/ready", "", b"").is_some_and(|(status, _)| status == 200)
    }

    /// Waits until it answers.
    pub async fn ready(&self) {
        for _ in 0..3000 {
            if self.is_ready() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the server does not answer");
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, as an operator stops it; waits until it has ended.
    pub fn stop(mut self) {
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        self.child.wait().unwrap();
    }

    /// Where it answers.
    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn call(&self, method: &str, path: &str, token: &str, body: &[u8]) -> Value {
        let (status, answer) = self.try_call(method, path, token, body).expect("an answer");
        assert!((200..300).contains(&status), "{method} {path}: {status} {}", String::from_utf8_lossy(&answer));
        serde_json::from_slice(&answer).unwrap()
    }

    /// Somebody founds an organization: gives the token, and the organization.
    pub fn sign_up(&self, email: &str) -> (String, OrgId) {
        let signed = self.call("POST", "/api/auth/signup", "", sign_up_body(email).to_string().as_bytes());
        let org = signed["organization"]["id"].as_str().unwrap().parse().unwrap();
        (signed["accessToken"].as_str().unwrap().to_owned(), OrgId(org))
    }

    pub fn try_call(&self, method: &str, path: &str, token: &str, body: &[u8]) -> Option<(u16, Vec<u8>)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        let kind = if path.contains("fileName") { "application/octet-stream" } else { "application/json" };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
             content-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let split = answer.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
        let status = std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()?;
        Some((status, answer.split_off(split)))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
