//! The APIs of providers. The requests are compared with the fields that the providers document, and the answers are
//! those of their documentation; nobody's real service is reached.

use std::sync::{Arc, Mutex};

use mail::ByOutbound;
use mail_transport::{Message, Outcome, Provider, ProviderKind, Sender, Transport};
use outbound::Outbound;
use serde_json::{Value, json};
use settings::AllowedTarget;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

fn message(to: &str) -> Message {
    Message {
        to: to.to_owned(),
        from: Sender::parse("Рапорт <crm@example.com>").unwrap(),
        reply_to: None,
        subject: "Подтвердите адрес – «Łódź»".to_owned(),
        text: "Здравствуйте, Анна!\n\nhttps://crm.example.com/verify?token=abc\n".to_owned(),
        html: "<p>Здравствуйте, <b>Анна</b>!</p>".to_owned(),
        message_id: "01890000-0000-7000-8000-000000000001@example.com".to_owned(),
        headers: vec![("Auto-Submitted", "auto-generated".to_owned())],
    }
}

/// Answers every request with the same, and keeps what was asked.
struct Api {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Api {
    async fn answering(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read(&mut stream).await;
                kept.lock().unwrap().push(request);
                stream.write_all(answer.as_bytes()).await.unwrap();
                stream.shutdown().await.unwrap();
            }
        });
        Self { address, asked }
    }

    fn transport(&self, kind: ProviderKind) -> Transport {
        let provider = Provider::new(kind, "key-1", Some(&self.address), "mg.example.com");
        let outbound = Outbound::new(vec![AllowedTarget::parse_text("127.0.0.1").unwrap()]);
        Transport::Provider(provider, Box::new(ByOutbound(outbound)))
    }

    /// Head and body of the one request.
    fn asked(&self) -> (String, String) {
        let asked = self.asked.lock().unwrap();
        assert_eq!(asked.len(), 1);
        let (head, body) = asked[0].split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }
}

async fn read(stream: &mut tokio::net::TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let mut some = [0; 4096];
        let n = stream.read(&mut some).await.unwrap();
        bytes.extend_from_slice(&some[..n]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            if body.len() >= length.parse::<usize>().unwrap() {
                return text;
            }
        }
    }
}

#[tokio::test]
async fn sendgrid_gets_what_it_documents() {
    let api = Api::answering("HTTP/1.1 202 Accepted\r\nX-Message-Id: sg-14c5d75ce93\r\n\r\n").await;
    let outcome = api.transport(ProviderKind::SendGrid).send(&message("anna@example.org")).await;
    assert_eq!(outcome, Outcome::Accepted { provider_id: Some("sg-14c5d75ce93".to_owned()) });
    let (head, body) = api.asked();
    assert!(head.starts_with("POST /v3/mail/send HTTP/1.1"), "{head}");
    assert!(head.contains("authorization: Bearer key-1"), "{head}");
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["personalizations"], json!([{ "to": [{ "email": "anna@example.org" }] }]));
    assert_eq!(body["from"], json!({ "email": "crm@example.com", "name": "Рапорт" }));
    assert_eq!(body["subject"], message("x").subject);
    let types: Vec<&str> = body["content"].as_array().unwrap().iter().map(|c| c["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["text/plain", "text/html"], "plain comes first, or the API answers 400");
    assert_eq!(body["headers"]["Auto-Submitted"], "auto-generated");
}

#[tokio::test]
async fn mailgun_gets_what_it_documents() {
    let api = Api::answering(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n\
         {\"id\":\"<20111114174239.25659.5817@samples.mg>\",\"message\":\"Queued. Thanks\"}",
    )
    .await;
    let outcome = api.transport(ProviderKind::Mailgun).send(&message("anna@example.org")).await;
    assert!(
        matches!(&outcome, Outcome::Accepted { provider_id: Some(id) } if id.contains("samples.mg")),
        "{outcome:?}"
    );
    let (head, body) = api.asked();
    assert!(head.starts_with("POST /v3/mg.example.com/messages HTTP/1.1"), "{head}");
    assert!(head.contains("authorization: Basic YXBpOmtleS0x"), "{head}");
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap_or_default();
    assert_eq!(field("to"), "anna@example.org");
    assert!(field("from").contains("<crm@example.com>"));
    assert_eq!(field("subject"), message("x").subject);
    assert_eq!(field("text"), message("x").text);
    assert_eq!(field("h:Message-Id"), "<01890000-0000-7000-8000-000000000001@example.com>");
    assert_eq!(field("o:tracking"), "no");
}

#[tokio::test]
async fn resend_gets_what_it_documents() {
    let api = Api::answering(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n\
         {\"id\":\"49a3999c-0ce1-4ea6-ab68-afcd6dc2e794\"}",
    )
    .await;
    let outcome = api.transport(ProviderKind::Resend).send(&message("anna@example.org")).await;
    assert_eq!(outcome, Outcome::Accepted { provider_id: Some("49a3999c-0ce1-4ea6-ab68-afcd6dc2e794".to_owned()) });
    let (head, body) = api.asked();
    assert!(head.starts_with("POST /emails HTTP/1.1"), "{head}");
    assert!(head.contains("idempotency-key: 01890000-0000-7000-8000-000000000001@example.com"), "{head}");
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["to"], json!(["anna@example.org"]));
    assert_eq!((&body["subject"], &body["text"]), (&json!(message("x").subject), &json!(message("x").text)));
}

#[tokio::test]
async fn what_an_api_refuses_is_told_apart() {
    const UNAUTHORISED: &str = "HTTP/1.1 401 Unauthorized\r\n\r\n\
         {\"errors\":[{\"message\":\"The provided authorization grant is invalid\",\"field\":null}]}";
    const BUSY: &str = "HTTP/1.1 429 Too Many Requests\r\n\r\n\
         {\"statusCode\":429,\"name\":\"rate_limit_exceeded\",\"message\":\"Too many requests\"}";
    const INVALID: &str = "HTTP/1.1 422 Unprocessable Entity\r\n\r\n\
         {\"statusCode\":422,\"name\":\"validation_error\",\"message\":\"Invalid `to` field\"}";
    const DOWN: &str = "HTTP/1.1 503 Service Unavailable\r\n\r\nbusy";
    let send =
        |kind, answer| async move { Api::answering(answer).await.transport(kind).send(&message("a@x.org")).await };
    let told = send(ProviderKind::SendGrid, UNAUTHORISED).await;
    assert!(matches!(&told, Outcome::Unauthorised(text) if text.contains("authorization grant")), "{told:?}");
    let refusal = |outcome: Outcome| match outcome {
        Outcome::Refused(refusal) => (refusal.code, refusal.permanent, refusal.text),
        other => panic!("{other:?}"),
    };
    assert_eq!(refusal(send(ProviderKind::Resend, BUSY).await), (429, false, "Too many requests".to_owned()));
    assert_eq!(refusal(send(ProviderKind::Resend, INVALID).await), (422, true, "Invalid `to` field".to_owned()));
    assert_eq!(refusal(send(ProviderKind::Mailgun, DOWN).await), (503, false, "busy".to_owned()));
}

#[tokio::test]
async fn an_address_inside_the_network_needs_the_operators_word() {
    let api = Api::answering("HTTP/1.1 200 OK\r\n\r\n").await;
    let provider = Provider::new(ProviderKind::Resend, "key-1", Some(&api.address), "");
    let outcome =
        Transport::Provider(provider, Box::new(ByOutbound(Outbound::new(Vec::new())))).send(&message("a@x.org")).await;
    assert!(matches!(outcome, Outcome::Unauthorised(_)), "{outcome:?}");
    assert!(api.asked.lock().unwrap().is_empty());
}
