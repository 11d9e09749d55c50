//! A receiver of webhooks: takes what comes, answers as it is told to.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::{net::TcpListener, sync::Semaphore};

/// A message that came.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: String,
    pub timestamp: i64,
    /// Without their `v1,`.
    pub signatures: Vec<String>,
    pub text: String,
    pub body: Value,
}

impl Message {
    /// Whether one of its signatures is by this secret, as the specification has a receiver check it.
    pub fn is_signed_by(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let signed = format!("{}.{}.{}", self.id, self.timestamp, self.text);
        let mac = Hmac::<Sha256>::new_from_slice(&key).unwrap().chain_update(signed);
        let expected = STANDARD.encode(mac.finalize().into_bytes());
        self.signatures.contains(&expected)
    }
}

#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    shared: Arc<Shared>,
}

/// An answer: its status, and headers.
type Scripted = (u16, Vec<(&'static str, String)>);

struct Shared {
    messages: Mutex<Vec<Message>>,
    answers: Mutex<VecDeque<Scripted>>,
    /// What is answered when nothing else is in the queue.
    otherwise: Mutex<u16>,
    /// Closed, it takes requests and answers none.
    open: Semaphore,
    at_once: AtomicUsize,
    most: AtomicUsize,
}

impl Receiver {
    pub async fn start() -> Self {
        let shared = Arc::new(Shared {
            messages: Mutex::default(),
            answers: Mutex::default(),
            otherwise: Mutex::new(200),
            open: Semaphore::new(1000),
            at_once: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().route("/hook", post(receive)).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    pub fn messages(&self) -> Vec<Message> {
        self.shared.messages.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.messages().len()
    }

    /// The one message that came.
    pub fn only(&self) -> Message {
        let messages = self.messages();
        assert_eq!(messages.len(), 1, "{messages:?}");
        messages[0].clone()
    }

    pub fn forget(&self) {
        self.shared.messages.lock().unwrap().clear();
    }

    /// Answers the next request like this.
    pub fn answer_next(&self, status: u16, headers: &[(&'static str, &str)]) {
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.shared.answers.lock().unwrap().push_back((status, headers));
    }

    pub fn answer(&self, status: u16) {
        *self.shared.otherwise.lock().unwrap() = status;
    }

    /// Answers nobody, until it is opened again.
    pub fn close(&self) {
        self.shared.open.forget_permits(1000);
    }

    pub fn open(&self) {
        self.shared.open.add_permits(1000);
    }

    /// The most requests that were open at the same time.
    pub fn most_at_once(&self) -> usize {
        self.shared.most.load(Ordering::SeqCst)
    }

    /// Waits until so many messages came.
    pub async fn reached(&self, count: usize) {
        let reached = async {
            while self.count() < count {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), reached).await.unwrap();
    }
}

async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let at_once = shared.at_once.fetch_add(1, Ordering::SeqCst) + 1;
    shared.most.fetch_max(at_once, Ordering::SeqCst);
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/json");
    let text = String::from_utf8(body.to_vec()).unwrap();
    shared.messages.lock().unwrap().push(Message {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp").parse().unwrap(),
        signatures: header("webhook-signature").split(' ').map(|one| one.strip_prefix("v1,").unwrap().into()).collect(),
        body: serde_json::from_str(&text).unwrap(),
        text,
    });
    // Answers are due in the order of requests, not in that in which the gate opens.
    let next = shared.answers.lock().unwrap().pop_front();
    let (status, more) = next.unwrap_or_else(|| (*shared.otherwise.lock().unwrap(), Vec::new()));
    drop(shared.open.acquire().await.unwrap());
    shared.at_once.fetch_sub(1, Ordering::SeqCst);
    let mut response = (StatusCode::from_u16(status).unwrap(), format!("answer {status}")).into_response();
    for (name, value) in more {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}
