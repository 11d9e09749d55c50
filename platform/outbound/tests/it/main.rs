//! Sending, over real sockets, with name servers that lie.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use outbound::{Outbound, Refused, Resolve, SendError};
use settings::AllowedTarget;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::oneshot,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{RootCertStore, ServerConfig, crypto::ring, pki_types::PrivatePkcs8KeyDer},
};

/// Answers the first question with one address, and every later one with another.
struct Rebinding {
    first: IpAddr,
    later: IpAddr,
    asked: Arc<AtomicUsize>,
}

#[async_trait::async_trait]
impl Resolve for Rebinding {
    async fn resolve(&self, _host: &str) -> io::Result<Vec<IpAddr>> {
        let first = self.asked.fetch_add(1, Ordering::SeqCst) == 0;
        Ok(vec![if first { self.first } else { self.later }])
    }
}

fn rebinding(allowed: &[&str], first: &str, later: &str) -> (Outbound, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let resolver = Rebinding { first: first.parse().unwrap(), later: later.parse().unwrap(), asked: asked.clone() };
    (Outbound::with(targets(allowed), Box::new(resolver), Duration::from_secs(2)), asked)
}

fn targets(allowed: &[&str]) -> Vec<AllowedTarget> {
    allowed.iter().map(|text| AllowedTarget::parse_text(text).unwrap()).collect()
}

/// Takes one request and answers it; tells what was sent.
async fn receiver(answer: impl Into<Vec<u8>>) -> (u16, oneshot::Receiver<String>) {
    let (listener, answer) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), answer.into());
    let port = listener.local_addr().unwrap().port();
    let (told, hears) = oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut read = vec![0; 64 * 1024];
        let mut length = stream.read(&mut read).await.unwrap();
        // A body may come after the head. What begins a TLS handshake has none.
        if read[0] != 0x16 && !read[..length].windows(4).any(|four| four == b"body") {
            length += stream.read(&mut read[length..]).await.unwrap();
        }
        let _ = told.send(String::from_utf8_lossy(&read[..length]).into_owned());
        let _ = stream.write_all(&answer).await;
    });
    (port, hears)
}

async fn post(outbound: &Outbound, url: &str) -> Result<(u16, usize), SendError> {
    let headers = HeaderMap::from_iter([(http::header::CONTENT_TYPE, HeaderValue::from_static("text/plain"))]);
    let answer = outbound.post(&outbound.target(url)?, headers, Bytes::from_static(b"body")).await?;
    Ok((answer.status.as_u16(), answer.body.len()))
}

#[tokio::test]
async fn a_request_is_sent_as_it_is() {
    let (port, hears) = receiver("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok").await;
    let outbound = Outbound::new(targets(&["localhost"]));
    assert_eq!(post(&outbound, &format!("http://localhost:{port}/a?b=c#d")).await.unwrap(), (201, 2));
    let sent = hears.await.unwrap();
    assert!(sent.starts_with("POST /a?b=c HTTP/1.1\r\n") && sent.ends_with("\r\n\r\nbody"), "{sent}");
    let lower = sent.to_lowercase();
    for line in [format!("host: localhost:{port}"), "content-length: 4".into(), "content-type: text/plain".into()] {
        assert!(lower.contains(&format!("\r\n{line}\r\n")), "{line} in {sent}");
    }
}

#[tokio::test]
async fn a_name_that_turns_inward_after_the_check_is_not_connected_to() {
    let (port, mut hears) = receiver("HTTP/1.1 200 OK\r\n\r\n").await;
    let (outbound, asked) = rebinding(&[], "93.184.215.14", "127.0.0.1");
    let target = outbound.target(&format!("https://rebind.example:{port}/")).unwrap();
    assert_eq!(outbound.look(&target).await, Ok(()), "at first it leads outward");
    let sent = outbound.post(&target, HeaderMap::new(), Bytes::new()).await;
    assert!(matches!(sent, Err(SendError::Refused(Refused::Private))), "{sent:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert!(hears.try_recv().is_err(), "nobody connected");
}

#[tokio::test]
async fn what_is_connected_to_is_what_was_checked() {
    let (port, hears) = receiver("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    // The second answer would be refused: were it asked for again between check and connection, this would fail.
    let (outbound, asked) = rebinding(&["127.0.0.0/8"], "127.0.0.1", "10.0.0.1");
    assert_eq!(post(&outbound, &format!("http://name.example:{port}/")).await.unwrap().0, 200);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert!(hears.await.unwrap().contains("name.example"));
}

#[tokio::test]
async fn inside_nothing_is_sent_to_unless_it_is_exempt() {
    let outbound = Outbound::new(Vec::new());
    for host in
        ["127.0.0.1", "127.1", "2130706433", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]
    {
        assert_eq!(outbound.target(&format!("https://{host}/")), Err(Refused::Private), "{host}");
    }
    let localhost = outbound.target("https://localhost/").unwrap();
    assert_eq!(outbound.look(&localhost).await, Err(Refused::Private));
    assert_eq!(outbound.target("http://example.com/"), Err(Refused::Scheme));
    let some = Outbound::new(targets(&["10.0.0.0/8"]));
    assert_eq!(some.target("http://127.0.0.1/"), Err(Refused::Private));
    assert_eq!(some.target("http://8.8.8.8/"), Err(Refused::Scheme), "outside it is https even so");
    assert!(some.target("http://10.1.2.3/").is_ok() && some.target("https://8.8.8.8/").is_ok());
}

#[tokio::test]
async fn one_closed_address_among_open_ones_closes_the_name() {
    struct Both;
    #[async_trait::async_trait]
    impl Resolve for Both {
        async fn resolve(&self, _host: &str) -> io::Result<Vec<IpAddr>> {
            Ok(vec!["8.8.8.8".parse().unwrap(), "::1".parse().unwrap()])
        }
    }
    let outbound = Outbound::with(Vec::new(), Box::new(Both), Duration::from_secs(1));
    let sent = post(&outbound, "https://both.example/").await;
    assert!(matches!(sent, Err(SendError::Refused(Refused::Private))), "{sent:?}");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let (port, _hears) =
        receiver("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n").await;
    let outbound = Outbound::new(targets(&["127.0.0.1"]));
    assert_eq!(post(&outbound, &format!("http://127.0.0.1:{port}/")).await.unwrap(), (302, 0));
}

#[tokio::test]
async fn an_answer_without_end_is_read_so_far() {
    let endless = [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 1024 * 1024]].concat();
    let (port, _hears) = receiver(endless).await;
    let outbound = Outbound::new(targets(&["127.0.0.1"]));
    assert_eq!(post(&outbound, &format!("http://127.0.0.1:{port}/")).await.unwrap(), (200, 16 * 1024));
}

#[tokio::test]
async fn silence_and_nonsense_and_plain_text_are_failures() {
    let slow = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = slow.local_addr().unwrap().port();
    let (outbound, _) = rebinding(&["127.0.0.1"], "127.0.0.1", "127.0.0.1");
    let started = std::time::Instant::now();
    assert!(matches!(post(&outbound, &format!("http://127.0.0.1:{port}/")).await, Err(SendError::TimedOut)));
    assert!(started.elapsed() < Duration::from_secs(5));
    let (port, _hears) = receiver("body? no\r\n\r\n").await;
    assert!(matches!(post(&outbound, &format!("http://127.0.0.1:{port}/")).await, Err(SendError::Broken(_))));
    let (port, _hears) = receiver("HTTP/1.1 200 OK body\r\n\r\n").await;
    assert!(matches!(post(&outbound, &format!("https://127.0.0.1:{port}/")).await, Err(SendError::Insecure(_))));
    drop(slow);
}

fn pem(der: &[u8]) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(der))
}

/// A server for `localhost`, with a certificate that is its own root.
async fn encrypted() -> (u16, RootCertStore, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()).into();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let config = config.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let (acceptor, listener) = (TlsAcceptor::from(Arc::new(config)), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
            }
        }
    });
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    (port, roots, pem(made.cert.der()))
}

#[tokio::test]
async fn https_takes_a_trusted_certificate_of_that_very_name() {
    let (port, roots, pem) = encrypted().await;
    let allowed = || targets(&["localhost", "127.0.0.1"]);
    let (trusting, public) = (Outbound::trusting(allowed(), roots), Outbound::new(allowed()));
    assert_eq!(post(&trusting, &format!("https://localhost:{port}/")).await.unwrap(), (200, 2));
    let other_name = post(&trusting, &format!("https://127.0.0.1:{port}/")).await;
    assert!(matches!(other_name, Err(SendError::Insecure(_))), "{other_name:?}");
    let nobody_vouches = post(&public, &format!("https://localhost:{port}/")).await;
    assert!(matches!(nobody_vouches, Err(SendError::Insecure(_))), "{nobody_vouches:?}");
    let named = Outbound::trusting_also(allowed(), pem.as_bytes()).unwrap();
    assert_eq!(post(&named, &format!("https://localhost:{port}/")).await.unwrap(), (200, 2));
}

#[test]
fn a_text_without_a_certificate_names_no_authority() {
    let refused = |pem: &str| Outbound::trusting_also(Vec::new(), pem.as_bytes()).err().unwrap().to_string();
    assert_eq!(refused(""), "there is no certificate in it");
    assert_eq!(refused("https://id.example.com"), "there is no certificate in it");
    let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(refused(nonsense).starts_with("a certificate in it cannot be read: "));
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n";
    assert!(refused(broken).starts_with("a certificate in it cannot be read: "));
}
