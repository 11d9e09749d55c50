//! Browsers that may be woken, and push services that wake them, over real sockets.

use aes_gcm::{Aes128Gcm, KeyInit, Nonce, aead::Aead};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use p256::{PublicKey, SecretKey, ecdh::diffie_hellman};
use serde_json::{Value, json};
use sha2::Sha256;
use testkit::on_both;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc,
};

use crate::world::{World, id_of};

/// The keys of RFC 8291, Appendix A.
const P256DH: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const PRIVATE: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

fn browser(endpoint: &str) -> Value {
    json!({ "endpoint": endpoint, "expirationTime": null, "keys": { "p256dh": P256DH, "auth": AUTH } })
}

on_both! {
    async fn browsers_come_and_go(world: World) {
        let path = |n: usize| format!("http://127.0.0.1:1/{n}");
        let first = world.ok(&world.agent, "POST", "/push", browser(&path(0)), 201).await;
        let again = world.ok(&world.agent, "POST", "/push", browser(&path(0)), 201).await;
        let all = world.get(&world.agent, "/push").await;
        assert_eq!(all["subscriptions"], json!([again]));
        assert_ne!(id_of(&first), id_of(&again));
        assert_eq!(world.call(&world.manager, "DELETE", &format!("/push/{}", id_of(&again)), Value::Null).await.0, 404);
        world.ok(&world.agent, "DELETE", &format!("/push/{}", id_of(&again)), Value::Null, 204).await;
        assert_eq!(world.get(&world.agent, "/push").await["subscriptions"], json!([]));
        for n in 0..25 {
            world.pass(chrono::TimeDelta::seconds(1));
            world.ok(&world.agent, "POST", "/push", browser(&path(n)), 201).await;
        }
        assert_eq!(world.get(&world.agent, "/push").await["subscriptions"].as_array().unwrap().len(), 20);
    }

    async fn what_is_no_subscription_is_refused(world: World) {
        for (endpoint, code) in [
            ("push", "target.invalid"),
            ("", "target.invalid"),
            ("ftp://push.example.net/1", "target.scheme"),
            ("https://me@push.example.net/", "target.credentials"),
            ("https://10.0.0.1/", "target.private"),
            ("http://169.254.169.254/latest", "target.private"),
        ] {
            let refused = world.refused(&world.agent, "POST", "/push", browser(endpoint)).await;
            assert_eq!(refused, [format!("endpoint {code}")], "{endpoint}");
        }
        let mut body = browser("http://127.0.0.1:1/");
        body["keys"] = json!({ "p256dh": &P256DH[..80], "auth": "abc" });
        let refused = world.refused(&world.agent, "POST", "/push", body).await;
        assert_eq!(refused, ["keys.p256dh notify.push.keys", "keys.auth notify.push.keys"]);
    }

    async fn a_browser_reads_what_it_is_woken_for(world: World) {
        let (endpoint, mut hears) = service(vec![201]).await;
        world.ok(&world.agent, "POST", "/push", browser(&endpoint), 201).await;
        let deal = world.record("deal", None);
        world.mention(&world.manager, ("deal", deal), &[&world.agent]).await;
        world.settle().await;
        let (head, body) = hears.recv().await.unwrap();
        let told: Value = serde_json::from_slice(&opened(&body)).unwrap();
        let id = id_of(&world.first(&world.agent).await);
        let wanted = json!({ "title": "Mary mentioned you in a note", "body": "The deal", "link": format!("/deals/{deal}"), "tag": id });
        assert_eq!(told, wanted);
        let key = world.get(&world.agent, "/push").await;
        for line in ["content-encoding: aes128gcm", "ttl: 86400", "authorization: vapid t="] {
            assert!(head.contains(line), "{line}: {head}");
        }
        assert!(head.contains(&format!(", k={}", key["publicKey"].as_str().unwrap())), "the key that the browser knows");
        assert!(key["subscriptions"][0]["lastUsedAt"].is_string());
    }

    async fn a_browser_that_is_gone_is_forgotten(world: World) {
        for status in [404, 410] {
            let (endpoint, _hears) = service(vec![status]).await;
            world.ok(&world.agent, "POST", "/push", browser(&endpoint), 201).await;
            world.ok(&world.agent, "POST", "/test", json!({ "channel": "push" }), 202).await;
            world.settle().await;
            assert_eq!(world.get(&world.agent, "/push").await["subscriptions"], json!([]));
        }
        assert_eq!(world.count("notification_deliveries", "channel = 'push' and status = 'failed'").await, 2);
    }

    async fn a_push_service_that_is_busy_is_asked_again(world: World) {
        let (endpoint, mut hears) = service(vec![503, 201]).await;
        world.ok(&world.agent, "POST", "/push", browser(&endpoint), 201).await;
        world.ok(&world.agent, "POST", "/test", json!({ "channel": "push" }), 202).await;
        world.settle().await;
        assert_eq!(world.count("notification_deliveries", "status = 'waiting'").await, 1);
        world.pass(chrono::TimeDelta::seconds(3));
        world.settle().await;
        assert_eq!(world.count("notification_deliveries", "status = 'sent'").await, 1);
        let (first, second) = (hears.recv().await.unwrap(), hears.recv().await.unwrap());
        assert_ne!(first.1, second.1, "no key is used twice");
    }

    async fn who_has_no_browser_is_not_waited_for(world: World) {
        let deal = world.record("deal", None);
        world.mention(&world.manager, ("deal", deal), &[&world.agent]).await;
        world.settle().await;
        assert_eq!(world.count("notification_deliveries", "channel = 'push'").await, 0);
        let refused = world.refused(&world.agent, "POST", "/test", json!({ "channel": "push" })).await;
        assert_eq!(refused, ["channel notify.channel"]);
    }
}

/// A push service that answers one request after the other with these statuses; tells head and body of each.
async fn service(answers: Vec<u16>) -> (String, mpsc::UnboundedReceiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://127.0.0.1:{}/send/1", listener.local_addr().unwrap().port());
    let (tells, hears) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        for status in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut read = Vec::new();
            let (head, body) = loop {
                let mut chunk = [0; 4096];
                let length = stream.read(&mut chunk).await.unwrap();
                assert_ne!(length, 0, "the request ends early");
                read.extend_from_slice(&chunk[..length]);
                let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
                let head = String::from_utf8(read[..end].to_vec()).unwrap();
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
                if read.len() - end - 4 == length.parse::<usize>().unwrap() {
                    break (head, read[end + 4..].to_vec());
                }
            };
            stream.write_all(format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n").as_bytes()).await.unwrap();
            let _ = tells.send((head, body));
        }
    });
    (endpoint, hears)
}

/// What the browser with the keys above reads, as RFC 8291 has it on its side.
fn opened(body: &[u8]) -> Vec<u8> {
    let mac = |key: &[u8], data: &[u8]| {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
        mac.update(data);
        mac.finalize().into_bytes().to_vec()
    };
    let key = SecretKey::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(PRIVATE).unwrap()).unwrap();
    let (salt, theirs) = (&body[..16], &body[21..86]);
    let shared = diffie_hellman(key.to_nonzero_scalar(), PublicKey::from_sec1_bytes(theirs).unwrap().as_affine());
    let mine = BASE64_URL_SAFE_NO_PAD.decode(P256DH).unwrap();
    let info = [b"WebPush: info\0".as_slice(), &mine, theirs, &[1]].concat();
    let auth = BASE64_URL_SAFE_NO_PAD.decode(AUTH).unwrap();
    let secret = mac(salt, &mac(&mac(&auth, shared.raw_secret_bytes()), &info));
    let cipher = Aes128Gcm::new_from_slice(&mac(&secret, b"Content-Encoding: aes128gcm\0\x01")[..16]).unwrap();
    let nonce: [u8; 12] = mac(&secret, b"Content-Encoding: nonce\0\x01")[..12].try_into().unwrap();
    let mut record = cipher.decrypt(&Nonce::from(nonce), &body[86..]).unwrap();
    assert_eq!(record.pop(), Some(2), "the last record");
    record
}
