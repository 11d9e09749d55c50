//! Keys of each kind that authenticators have, and what of their answers is refused. `server/tests/it/passkeys.rs` has
//! the whole way, over HTTP.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ed25519_dalek::Signer;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    keys::PublicKey,
    webauthn::{Assertion, Registered, Registration, RelyingParty},
};

const ID: [u8; 4] = [1, 2, 3, 4];

fn us() -> RelyingParty {
    RelyingParty::new("https://crm.example.com/", &["https://app.crm.example.com".to_owned()]).unwrap()
}

/// A byte string of up to 65 535 bytes.
fn bytes(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
    [&[0x59, length[0], length[1]], bytes].concat()
}

fn ed25519() -> (ed25519_dalek::SigningKey, Vec<u8>) {
    let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let cose = [&[0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21][..], &bytes(key.verifying_key().as_bytes())].concat();
    (key, cose)
}

/// A key of 2048 bits and what it signed, made by OpenSSL: to make one takes minutes here.
const RSA_MODULUS: &str = "xve2o72cBqIwnalROGLvGKb4VGMQCFDGZX5GnEfAsd1mDvv06zJWOR_KfcNNYXQM79ntU0-l6AspCjiia2hGcYlBT10dU5S0dDViaAgz\
    w87lSONi1QRFBEAgX4UPNs2rUIRS5LP70fJ2oNCZRRtQKnBPMcBK-Mz5un6AW2oPwLqjde9TrM6Vk65bYKWdCL4CkA-0b1Jebsu0lU2D\
    pIjM2adOq_F7tsjBRxcT9060xO1dswgYyi_lTxhElwQ_Yd5vsVhxVpygnDfhoCBLSpereVZMWC0gam9hcqglD6h8nNYSM5JS7_oibcM-\
    UHp-GvDWag_D86q7U2Av6eRELZZAdQ";
const RSA_SIGNATURE: &str = "pNz5Rl92R4PDzZW-kdETB1l9dtSnyBq2mLEOBQbfOmNXofCAUX7gU2CawC7RQ2RuUyf_YsLxpEFv94JGX8a_Cmvwpdr8JqpRIyxn9ljK\
    u5aMkBUJHL3yvexksknSx0hySQkT61KXY3JR1tzGjcY32kELrXb8q_VB8tj43rsthLOF0txrdfYVFsNe3zRptNKiKTMe-yPFGjodRuPG\
    snFCIP0G5XEX37E7c8WGMbaIZo6hF1JYBurknzlRU3JdY-PCr7-mUTh0TKHQyMIyRzW-D7E-7j4J9adQEIJr7vQLj_RKa_7ZtN7P9t9t\
    NAJb9DEs0qXQ_RjqAmFnH3j0BRzu8Q";

fn rsa() -> Vec<u8> {
    let n = BASE64.decode(RSA_MODULUS).unwrap();
    [&[0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20][..], &bytes(&n), &[0x21], &bytes(&[1, 0, 1])].concat()
}

fn data(site: &str, flags: u8, counter: u32, rest: &[u8]) -> Vec<u8> {
    [&Sha256::digest(site)[..], &[flags], &counter.to_be_bytes(), rest].concat()
}

fn page(kind: &str, challenge: &str) -> Value {
    json!({"type": kind, "challenge": challenge, "origin": "https://crm.example.com"})
}

fn registration(data: &[u8], page: &Value) -> Registration {
    let object = [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData"[..], &bytes(data)].concat();
    let response = json!({
        "attestationObject": BASE64.encode(object), "clientDataJSON": BASE64.encode(page.to_string()),
        "transports": ["usb", "carrier pigeon"],
    });
    serde_json::from_value(json!({"rawId": BASE64.encode(ID), "response": response})).unwrap()
}

fn attested(cose: &[u8]) -> Vec<u8> {
    [&[0; 16][..], &[0, 4], &ID, cose].concat()
}

fn register(cose: &[u8]) -> Registered {
    let given = registration(&data("crm.example.com", 0x45, 0, &attested(cose)), &page("webauthn.create", "q"));
    us().registered("q", &given).unwrap()
}

fn proof(sign: impl Fn(&[u8]) -> Vec<u8>, data: &[u8], page: &Value) -> Assertion {
    let page = page.to_string();
    let signature = sign(&[data, &Sha256::digest(&page)[..]].concat());
    let response = json!({
        "authenticatorData": BASE64.encode(data), "clientDataJSON": BASE64.encode(page),
        "signature": BASE64.encode(signature), "userHandle": BASE64.encode(Uuid::from_u128(1).as_bytes()),
    });
    serde_json::from_value(json!({"rawId": BASE64.encode(ID), "response": response})).unwrap()
}

#[test]
fn keys_of_other_kinds_than_the_usual_one_are_taken() {
    let (ed, cose) = ed25519();
    let sign = |message: &[u8]| ed.sign(message).to_bytes().to_vec();
    let kept = register(&cose).credential;
    let (said, asked) = (data("crm.example.com", 0x05, 0, &[]), page("webauthn.get", "q"));
    us().proved("q", &proof(sign, &said, &asked), Uuid::from_u128(1), &kept).unwrap();

    let other = register(&rsa()).credential;
    assert!(us().proved("q", &proof(sign, &said, &asked), Uuid::from_u128(1), &other).is_err(), "another key");
    let (key, _) = PublicKey::read(&rsa()).unwrap();
    let signature = BASE64.decode(RSA_SIGNATURE).unwrap();
    assert!(key.verifies(b"signed by a key of RSA", &signature));
    assert!(!key.verifies(b"signed by a key of RSA.", &signature));
}

#[test]
fn no_key_is_read_where_there_is_none() {
    let (_, cose) = ed25519();
    assert!(PublicKey::read(&cose).is_some());
    assert!(PublicKey::read(&cose[..cose.len() - 1]).is_none());
    let mut other = cose.clone();
    other[4] = 0x26;
    assert!(PublicKey::read(&other).is_none(), "an algorithm that is not of the kind");
    // (1, 1) is not on P-256.
    let one = bytes(&[&[0; 31][..], &[1]].concat());
    let point = [&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21][..], &one, &[0x22], &one].concat();
    assert!(PublicKey::read(&point).is_none());
    let short = [&[0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20][..], &bytes(&[0xff; 128]), &[0x21], &bytes(&[3])];
    assert!(PublicKey::read(&short.concat()).is_none(), "1024 bits are too few");
}

#[test]
fn whatever_is_not_as_it_must_be_is_refused() {
    let (key, cose) = ed25519();
    let sign = |message: &[u8]| key.sign(message).to_bytes().to_vec();
    let kept = register(&cose).credential;
    let us = us();
    let refused =
        |said: Vec<u8>, asked: &Value| us.proved("q", &proof(sign, &said, asked), Uuid::from_u128(1), &kept).is_err();
    let good = || data("crm.example.com", 0x05, 1, &[]);
    let asked = page("webauthn.get", "q");
    assert!(!refused(good(), &asked));
    let mut other_page = asked.clone();
    other_page["origin"] = json!("https://app.crm.example.com");
    assert!(!refused(good(), &other_page), "an origin that is allowed");
    other_page["origin"] = json!("https://crm.example.com.evil.example");
    assert!(refused(good(), &other_page));
    let mut framed = asked.clone();
    framed["crossOrigin"] = json!(true);
    assert!(refused(good(), &framed));
    assert!(refused(good(), &page("webauthn.create", "q")));
    assert!(refused(good(), &page("webauthn.get", "another")));
    assert!(refused(data("evil.example", 0x05, 1, &[]), &asked));
    assert!(refused(data("crm.example.com", 0x01, 1, &[]), &asked), "nobody was verified");
    assert!(refused(data("crm.example.com", 0x04, 1, &[]), &asked), "nobody was there");
    assert!(refused(data("crm.example.com", 0x15, 1, &[]), &asked), "backed up, and not to be");
    assert!(refused(data("crm.example.com", 0x05, 1, &[0]), &asked), "something behind it");
    let other = us.proved("q", &proof(sign, &good(), &asked), Uuid::from_u128(2), &kept);
    assert!(other.is_err(), "somebody else's handle");
    let then = us.proved("q", &proof(sign, &good(), &asked), Uuid::from_u128(1), &kept).unwrap();
    assert!(us.proved("q", &proof(sign, &good(), &asked), Uuid::from_u128(1), &then).is_err(), "the same counter");
}

#[test]
fn a_registration_names_the_credential_it_brings() {
    let (_, cose) = ed25519();
    let asked = page("webauthn.create", "q");
    let refused = |said: Vec<u8>| us().registered("q", &registration(&said, &asked)).is_err();
    assert!(!refused(data("crm.example.com", 0x45, 0, &attested(&cose))));
    assert!(!refused(data("crm.example.com", 0xc5, 0, &[&attested(&cose)[..], &[0xa0]].concat())), "with extensions");
    assert!(refused(data("crm.example.com", 0x05, 0, &[])), "no key");
    assert!(refused(data("crm.example.com", 0x45, 0, &[&attested(&cose)[..], &[0xa0]].concat())));
    let other = [&[0; 16][..], &[0, 4], &[9; 4], &cose].concat();
    assert!(refused(data("crm.example.com", 0x45, 0, &other)));
    let kept = serde_json::to_value(register(&cose).credential).unwrap();
    assert_eq!(kept["transports"], json!(["usb"]), "what browsers do not know is not handed to them");
}

#[test]
fn passkeys_need_a_domain_that_browsers_trust() {
    let has = |url| RelyingParty::new(url, &[]).is_some();
    assert!(has("https://crm.example.com") && has("http://localhost:3000"));
    assert!(!has("http://crm.example.com") && !has("https://192.0.2.1") && !has("https://[::1]:3000"));
}
