//! The ceremonies of `WebAuthn` (W3C, level 3, §7) with us as the relying party. Which make an authenticator is of is not
//! asked (attestation `none`); that the person was verified, by a PIN or a finger, always is. Nothing here does I/O:
//! that a question is answered once is kept by `challenges.rs`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;
use uuid::Uuid;

use super::{
    cbor::{self, Item},
    keys::{ALGORITHMS, PublicKey},
};
use crate::{
    mfa::{Refused, store::passkey},
    store::user,
};

/// What people see of us beside a passkey.
const NAME: &str = "Rapport";
/// How long a browser waits for the person, in milliseconds.
const PATIENCE_MS: u64 = 300_000;
/// Bytes of a credential's id at most (§5.8.3).
const ID_BYTES: usize = 1023;
/// Ways to an authenticator that browsers know.
const TRANSPORTS: [&str; 6] = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb"];

// Flags of an authenticator (§6.1).
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;
const EXTENDED: u8 = 0x80;

/// The answer of `navigator.credentials.create`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    raw_id: String,
    response: RegistrationResponse,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegistrationResponse {
    attestation_object: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    #[serde(default)]
    transports: Vec<String>,
}

/// The answer of `navigator.credentials.get`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assertion {
    raw_id: String,
    response: AssertionResponse,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssertionResponse {
    authenticator_data: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    signature: String,
    user_handle: Option<String>,
}

/// What is kept of a passkey beside its id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Credential {
    /// Its COSE key.
    key: String,
    /// Of its last signature; zero where the authenticator does not count.
    counter: u32,
    /// How browsers reach it.
    transports: Vec<String>,
}

/// A passkey to be.
pub struct Registered {
    pub id: Vec<u8>,
    pub credential: Credential,
}

/// What the browser says of itself.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// What an authenticator says.
struct Said<'a> {
    counter: u32,
    /// The id and key of a new credential.
    attested: Option<(&'a [u8], &'a [u8])>,
}

/// Us, as authenticators know us.
pub struct RelyingParty {
    /// Our domain.
    id: String,
    /// Pages from which people prove their passkeys.
    origins: Vec<String>,
}

impl RelyingParty {
    /// None where browsers have no passkeys for the public address: it must be a domain, and served over https or on
    /// this computer.
    pub fn new(public_url: &str, allowed_origins: &[String]) -> Option<Self> {
        let url = Url::parse(public_url).ok()?;
        let id = url.domain()?.to_owned();
        let own = url.origin().ascii_serialization();
        let origins = std::iter::once(own).chain(allowed_origins.iter().cloned()).collect();
        (url.scheme() == "https" || id == "localhost" || id.ends_with(".localhost")).then_some(Self { id, origins })
    }

    /// What the browser passes to the authenticator to make a passkey.
    pub fn register(&self, challenge: &str, user: &user::Model, have: &[passkey::Model]) -> Value {
        let kinds = ALGORITHMS.map(|algorithm| json!({"type": "public-key", "alg": algorithm}));
        json!({
            "rp": {"id": self.id, "name": NAME},
            "user": {"id": BASE64.encode(user.id.as_bytes()), "name": user.email, "displayName": user.name},
            "challenge": challenge,
            "pubKeyCredParams": kinds,
            "timeout": PATIENCE_MS,
            "excludeCredentials": descriptors(have),
            // Signing in without an address needs a key that the authenticator finds by itself; one that cannot is still
            // a second factor.
            "authenticatorSelection": {
                "residentKey": "preferred", "requireResidentKey": false, "userVerification": "required",
            },
            "attestation": "none",
        })
    }

    /// What the browser passes to the authenticator to prove one of these, or any one where there are none.
    pub fn ask(&self, challenge: &str, of: &[passkey::Model]) -> Value {
        json!({
            "challenge": challenge,
            "rpId": self.id,
            "timeout": PATIENCE_MS,
            "allowCredentials": descriptors(of),
            "userVerification": "required",
        })
    }

    /// Judges a new passkey.
    ///
    /// # Errors
    /// [`Refused::Passkey`] for whatever is not as it must be.
    pub fn registered(&self, challenge: &str, given: &Registration) -> Result<Registered, Refused> {
        self.check_page("webauthn.create", challenge, &decoded(&given.response.client_data)?)?;
        let object = decoded(&given.response.attestation_object)?;
        let (object, _) = cbor::read(&object).ok_or_else(|| refused("no attestation object"))?;
        let data = object.get(&Item::Text("authData")).and_then(Item::bytes).ok_or_else(|| refused("no data"))?;
        let said = self.said(data)?;
        let (id, key) = said.attested.ok_or_else(|| refused("no key"))?;
        if id != decoded(&given.raw_id)? {
            return Err(refused("another credential"));
        }
        let transports = TRANSPORTS.iter().filter(|way| given.response.transports.iter().any(|given| given == *way));
        let credential = Credential {
            key: BASE64.encode(key),
            counter: said.counter,
            transports: transports.map(|way| (*way).to_owned()).collect(),
        };
        Ok(Registered { id: id.to_vec(), credential })
    }

    /// Judges a proof of a passkey of this person; gives it as it is from now on.
    ///
    /// # Errors
    /// [`Refused::Passkey`] for whatever is not as it must be.
    pub fn proved(
        &self,
        challenge: &str,
        given: &Assertion,
        user: Uuid,
        kept: &Credential,
    ) -> Result<Credential, Refused> {
        let client_data = decoded(&given.response.client_data)?;
        self.check_page("webauthn.get", challenge, &client_data)?;
        if given.response.user_handle.is_some() && given.claimed() != Some(user) {
            return Err(refused("somebody else"));
        }
        let data = decoded(&given.response.authenticator_data)?;
        let said = self.said(&data)?;
        let key = decoded(&kept.key)?;
        let (key, _) = PublicKey::read(&key).ok_or_else(|| refused("no key is kept"))?;
        let message = [&data[..], &Sha256::digest(&client_data)[..]].concat();
        if !key.verifies(&message, &decoded(&given.response.signature)?) {
            return Err(refused("a wrong signature"));
        }
        // A copy of the authenticator: one of the two is not the person's.
        if (said.counter != 0 || kept.counter != 0) && said.counter <= kept.counter {
            return Err(refused("its counter goes back"));
        }
        Ok(Credential { counter: said.counter, ..kept.clone() })
    }

    fn check_page(&self, kind: &str, challenge: &str, client_data: &[u8]) -> Result<(), Refused> {
        let page: ClientData = serde_json::from_slice(client_data).map_err(|_| refused("no client data"))?;
        if page.kind != kind {
            return Err(refused("another ceremony"));
        }
        if page.challenge != challenge {
            return Err(refused("another challenge"));
        }
        if page.cross_origin || !self.origins.contains(&page.origin) {
            return Err(refused("another page"));
        }
        Ok(())
    }

    fn said<'a>(&self, data: &'a [u8]) -> Result<Said<'a>, Refused> {
        let (site, flags, said) = read(data).ok_or_else(|| refused("no authenticator data"))?;
        if site[..] != Sha256::digest(&self.id)[..] {
            return Err(refused("another site"));
        }
        if flags & PRESENT == 0 || flags & VERIFIED == 0 {
            return Err(refused("nobody was verified"));
        }
        if flags & BACKED_UP != 0 && flags & BACKUP_ELIGIBLE == 0 {
            return Err(refused("backed up, and not to be"));
        }
        Ok(said)
    }
}

impl Assertion {
    /// The id of the passkey that is proved.
    pub fn id(&self) -> Result<Vec<u8>, Refused> {
        decoded(&self.raw_id)
    }

    /// Who it says it is of; to be believed once it is proved.
    pub fn claimed(&self) -> Option<Uuid> {
        let handle = BASE64.decode(self.response.user_handle.as_ref()?).ok()?;
        Uuid::from_slice(&handle).ok()
    }
}

/// Authenticator data (§6.1): the hash of the site, flags, and the rest.
fn read(data: &[u8]) -> Option<(&[u8; 32], u8, Said<'_>)> {
    let (site, rest) = data.split_first_chunk::<32>()?;
    let (&flags, rest) = rest.split_first()?;
    let (counter, mut rest) = rest.split_first_chunk::<4>()?;
    let mut attested = None;
    if flags & ATTESTED != 0 {
        // Sixteen bytes name the make.
        let (length, behind) = rest.get(16..)?.split_first_chunk::<2>()?;
        let (id, key) = behind.split_at_checked(u16::from_be_bytes(*length).into())?;
        rest = PublicKey::read(key)?.1;
        attested = Some((id, &key[..key.len() - rest.len()])).filter(|_| !id.is_empty() && id.len() <= ID_BYTES);
    }
    if flags & EXTENDED != 0 {
        rest = cbor::read(rest)?.1;
    }
    rest.is_empty().then_some((site, flags, Said { counter: u32::from_be_bytes(*counter), attested }))
}

fn descriptors(of: &[passkey::Model]) -> Vec<Value> {
    let descriptor = |row: &passkey::Model| {
        let kept: Option<Credential> = serde_json::from_str(&row.credential).ok();
        let transports = kept.map(|kept| kept.transports).unwrap_or_default();
        json!({"type": "public-key", "id": BASE64.encode(&row.credential_id), "transports": transports})
    };
    of.iter().map(descriptor).collect()
}

/// A question nobody can guess.
pub fn question(clock: &kernel::Clock) -> String {
    BASE64.encode(clock.secret_bytes())
}

fn decoded(text: &str) -> Result<Vec<u8>, Refused> {
    BASE64.decode(text).map_err(|_| refused("not base64url"))
}

fn refused(reason: &'static str) -> Refused {
    tracing::debug!(reason, "a passkey was refused");
    Refused::Passkey
}
