//! A software authenticator (`WebAuthn` level 2, §6): keys for ES256 that it finds by itself, no attestation. What it may
//! be made to lie about, tests lie about.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const ORIGIN: &str = "http://localhost:3000";
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

/// One passkey in its authenticator.
#[derive(Clone)]
pub struct Authenticator {
    pub key: SigningKey,
    pub id: Vec<u8>,
    /// Whose it is, as the site said.
    pub user: Value,
    pub counter: u32,
    /// The page it believes to be on.
    pub origin: String,
    /// Whether it looks who is there.
    pub verifies: bool,
}

impl Authenticator {
    /// A new one; different seeds give different keys.
    pub fn new(seed: &str) -> Self {
        let secret: [u8; 32] = Sha256::digest(seed).into();
        let key = SigningKey::from_bytes(&secret.into()).unwrap();
        let id = Sha256::digest(format!("id of {seed}"))[..16].to_vec();
        Self { key, id, user: Value::Null, counter: 1, origin: ORIGIN.to_owned(), verifies: true }
    }

    fn flags(&self) -> u8 {
        if self.verifies { PRESENT | VERIFIED } else { PRESENT }
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let data =
            json!({"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false});
        data.to_string().into_bytes()
    }

    /// `navigator.credentials.create`.
    pub fn create(&mut self, options: &Value) -> Value {
        self.user = options["user"]["id"].clone();
        let site = Sha256::digest(options["rp"]["id"].as_str().unwrap());
        let point = self.key.verifying_key().to_encoded_point(false);
        // A COSE key: EC2, ES256, P-256, x, y.
        let mut cose = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        cose.extend_from_slice(point.x().unwrap());
        cose.extend_from_slice(&[0x22, 0x58, 0x20]);
        cose.extend_from_slice(point.y().unwrap());
        let mut data = site.to_vec();
        data.push(self.flags() | ATTESTED);
        data.extend_from_slice(&self.counter.to_be_bytes());
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend_from_slice(&self.id);
        data.extend_from_slice(&cose);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend_from_slice(&data);
        json!({
            "id": URL_SAFE_NO_PAD.encode(&self.id), "rawId": URL_SAFE_NO_PAD.encode(&self.id), "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "attestationObject": URL_SAFE_NO_PAD.encode(object),
                "clientDataJSON": URL_SAFE_NO_PAD.encode(self.client_data("webauthn.create", options)),
                "transports": ["internal"],
            },
        })
    }

    /// `navigator.credentials.get`.
    pub fn get(&mut self, options: &Value) -> Value {
        self.counter += 1;
        let mut data = Sha256::digest(options["rpId"].as_str().unwrap()).to_vec();
        data.push(self.flags());
        data.extend_from_slice(&self.counter.to_be_bytes());
        let client_data = self.client_data("webauthn.get", options);
        let signature: Signature = self.key.sign(&[&data[..], &Sha256::digest(&client_data)[..]].concat());
        json!({
            "id": URL_SAFE_NO_PAD.encode(&self.id), "rawId": URL_SAFE_NO_PAD.encode(&self.id), "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "authenticatorData": URL_SAFE_NO_PAD.encode(data),
                "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
                "signature": URL_SAFE_NO_PAD.encode(signature.to_der().as_bytes()),
                "userHandle": self.user,
            },
        })
    }
}
