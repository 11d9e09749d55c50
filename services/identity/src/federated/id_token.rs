//! Judging an ID token (OpenID Connect Core 1.0, §3.1.3.7): pure, the keys and the time are given.

use chrono::{DateTime, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse},
};
use serde::{Deserialize, de::DeserializeOwned};
use subtle::ConstantTimeEq;

/// Clocks of two servers differ, seconds.
pub const LEEWAY: i64 = 60;

/// What an ID token says of a person.
#[derive(Clone, Debug, Deserialize)]
pub struct Claims {
    pub sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    pub auth_time: Option<i64>,
    /// The session there, which a logout token will name.
    pub sid: Option<String>,
    #[serde(flatten)]
    pub person: Person,
}

/// Whom the token, or the page about the person, tells of.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Person {
    pub email: Option<String>,
    pub email_verified: Option<Flag>,
    pub name: Option<String>,
    pub preferred_username: Option<String>,
}

/// Some providers write it as text.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Flag {
    Bool(bool),
    Text(String),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// What a token must say.
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub now: DateTime<Utc>,
}

/// Why a token is none.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The issuer may have a new key.
    #[error("no key of the issuer has this id")]
    UnknownKey,
    #[error("signed by another algorithm than RS256 and ES256")]
    Algorithm,
    #[error("not a token of this issuer for us: {0}")]
    Invalid(String),
    #[error("for others too, and not issued to us")]
    Party,
    #[error("out of its time")]
    Time,
    #[error("another nonce")]
    Nonce,
    #[error("no logout token: {0}")]
    NoLogout(&'static str),
}

impl Person {
    /// The address, where the provider vouches for it.
    pub fn verified_email(&self) -> Option<&str> {
        let vouched = match &self.email_verified {
            Some(Flag::Bool(verified)) => *verified,
            Some(Flag::Text(text)) => text == "true",
            None => false,
        };
        self.email.as_deref().filter(|_| vouched)
    }
}

/// The claims of a token that holds.
///
/// # Errors
/// [`Flaw`].
pub fn verify(token: &str, keys: &JwkSet, expected: &Expected<'_>) -> Result<Claims, Flaw> {
    let required = ["iss", "aud", "exp", "sub"];
    let (_, claims) = signed::<Claims>(token, keys, (expected.issuer, expected.client_id), &required)?;
    claims.hold(expected)?;
    Ok(claims)
}

/// The kind of a token, and what it claims, where a key of the issuer signed it and it is of the issuer and for the client.
/// These claims must be there; times are for the caller to check.
///
/// # Errors
/// [`Flaw`].
pub fn signed<T: DeserializeOwned>(
    token: &str,
    keys: &JwkSet,
    (issuer, client_id): (&str, &str),
    required: &[&str],
) -> Result<(Option<String>, T), Flaw> {
    let invalid = |error: &jsonwebtoken::errors::Error| Flaw::Invalid(error.to_string());
    let header = decode_header(token).map_err(|error| invalid(&error))?;
    if !matches!(header.alg, Algorithm::RS256 | Algorithm::ES256) {
        return Err(Flaw::Algorithm);
    }
    let key = key_of(keys, header.kid.as_deref(), header.alg).ok_or(Flaw::UnknownKey)?;
    let key = DecodingKey::from_jwk(key).map_err(|error| invalid(&error))?;
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[client_id]);
    validation.set_required_spec_claims(required);
    // Times are checked against our own clock.
    validation.validate_exp = false;
    let claims = decode::<T>(token, &key, &validation).map_err(|error| invalid(&error))?.claims;
    Ok((header.typ, claims))
}

/// The key that is named; without a name, the only one that fits.
fn key_of<'a>(keys: &'a JwkSet, id: Option<&str>, algorithm: Algorithm) -> Option<&'a Jwk> {
    let fits = |key: &&Jwk| {
        let signs = !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption));
        signs
            && match (&key.algorithm, algorithm) {
                (AlgorithmParameters::RSA(_), Algorithm::RS256) => true,
                (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES256) => curve.curve == EllipticCurve::P256,
                _ => false,
            }
    };
    let mut fitting = keys.keys.iter().filter(fits);
    match id {
        Some(id) => fitting.find(|key| key.common.key_id.as_deref() == Some(id)),
        None => fitting.next().filter(|_| fitting.next().is_none()),
    }
}

impl Claims {
    fn hold(&self, expected: &Expected<'_>) -> Result<(), Flaw> {
        let for_others = match &self.aud {
            Audience::One(only) => only != expected.client_id,
            Audience::Many(all) => all.len() > 1,
        };
        let to_us = self.azp.as_deref().map_or(!for_others, |party| party == expected.client_id);
        if !to_us {
            return Err(Flaw::Party);
        }
        let now = expected.now.timestamp();
        let begun = self.nbf.unwrap_or(self.iat).max(self.iat);
        if self.exp + LEEWAY <= now || begun - LEEWAY > now {
            return Err(Flaw::Time);
        }
        let nonce = self.nonce.as_deref().unwrap_or_default();
        if bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) { Ok(()) } else { Err(Flaw::Nonce) }
    }
}

/// An issuer whose keys tests know.
#[cfg(test)]
pub mod issuer_of_tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::JwkSet};
    use p256::ecdsa::SigningKey;
    use serde_json::{Value, json};

    pub const NOW: i64 = 1_790_000_000;
    /// What stands before the 32 bytes of a key of P-256 in PKCS #8.
    const PKCS8: &[u8] =
        b"\x30\x41\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\
        \x03\x01\x07\x04\x27\x30\x25\x02\x01\x01\x04\x20";

    pub struct Issuer(SigningKey);

    impl Issuer {
        pub fn new(seed: u8) -> Self {
            Self(SigningKey::from_slice(&[seed; 32]).unwrap())
        }

        pub fn keys(&self) -> JwkSet {
            let point = self.0.verifying_key().to_encoded_point(false);
            let part = |bytes: Option<&[u8]>| URL_SAFE_NO_PAD.encode(bytes.unwrap());
            let key = json!({"kty": "EC", "crv": "P-256", "kid": "one", "use": "sig", "alg": "ES256",
                "x": part(point.x().map(AsRef::as_ref)), "y": part(point.y().map(AsRef::as_ref))});
            serde_json::from_value(json!({ "keys": [key] })).unwrap()
        }

        pub fn sign(&self, kid: &str, claims: &Value) -> String {
            let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::ES256) };
            let der = [PKCS8, &self.0.to_bytes()[..]].concat();
            encode(&header, claims, &EncodingKey::from_ec_der(&der)).unwrap()
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::{Value, json};

    use super::{
        issuer_of_tests::{Issuer, NOW},
        *,
    };

    fn claims() -> Value {
        json!({"iss": "https://id.example", "sub": "anna", "aud": "us", "exp": NOW + 300, "iat": NOW - 5, "nonce": "n",
            "email": "anna@example.com", "email_verified": true})
    }

    fn judged(claims: &Value) -> Result<Claims, Flaw> {
        let issuer = Issuer::new(7);
        verified(&issuer.sign("one", claims), &issuer.keys())
    }

    fn verified(token: &str, keys: &JwkSet) -> Result<Claims, Flaw> {
        let now = DateTime::from_timestamp(NOW, 0).unwrap();
        verify(token, keys, &Expected { issuer: "https://id.example", client_id: "us", nonce: "n", now })
    }

    fn with(name: &str, value: Value) -> Value {
        let mut changed = claims();
        changed[name] = value;
        changed
    }

    #[test]
    fn a_good_token_tells_who_it_is() {
        let claims = judged(&claims()).unwrap();
        assert_eq!((claims.sub.as_str(), claims.person.verified_email()), ("anna", Some("anna@example.com")));
    }

    #[test]
    fn another_issuer_audience_nonce_and_time_are_refused() {
        assert!(matches!(judged(&with("iss", json!("https://evil.example"))), Err(Flaw::Invalid(_))));
        assert!(matches!(judged(&with("aud", json!("them"))), Err(Flaw::Invalid(_))));
        assert_eq!(judged(&with("nonce", json!("m"))).unwrap_err(), Flaw::Nonce);
        assert_eq!(judged(&with("nonce", Value::Null)).unwrap_err(), Flaw::Nonce);
        assert_eq!(judged(&with("exp", json!(NOW - 60))).unwrap_err(), Flaw::Time);
        assert!(judged(&with("exp", json!(NOW - 59))).is_ok());
        assert_eq!(judged(&with("iat", json!(NOW + 61))).unwrap_err(), Flaw::Time);
        assert_eq!(judged(&with("nbf", json!(NOW + 61))).unwrap_err(), Flaw::Time);
    }

    #[test]
    fn a_token_for_others_too_must_be_issued_to_us() {
        assert_eq!(judged(&with("aud", json!(["us", "them"]))).unwrap_err(), Flaw::Party);
        assert_eq!(judged(&with("azp", json!("them"))).unwrap_err(), Flaw::Party);
        let mut ours = with("aud", json!(["us", "them"]));
        ours["azp"] = json!("us");
        assert!(judged(&ours).is_ok());
    }

    #[test]
    fn the_signature_is_of_a_key_of_the_issuer() {
        let (issuer, other) = (Issuer::new(7), Issuer::new(8));
        assert!(matches!(verified(&other.sign("one", &claims()), &issuer.keys()), Err(Flaw::Invalid(_))));
        assert_eq!(verified(&issuer.sign("two", &claims()), &issuer.keys()).unwrap_err(), Flaw::UnknownKey);
        // A key for verifying is no password, and no signature is none at all.
        let secret = EncodingKey::from_secret(b"us");
        let symmetric = encode(&Header::new(Algorithm::HS256), &claims(), &secret).unwrap();
        assert_eq!(verified(&symmetric, &issuer.keys()).unwrap_err(), Flaw::Algorithm);
        let none = format!(
            "{}.{}.",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#),
            URL_SAFE_NO_PAD.encode(claims().to_string())
        );
        assert!(verified(&none, &issuer.keys()).is_err());
    }

    #[test]
    fn an_address_counts_only_where_it_is_vouched_for() {
        let email = |flag: Value| judged(&with("email_verified", flag)).unwrap().person.verified_email().is_some();
        assert!(email(json!(true)) && email(json!("true")));
        assert!(!email(json!(false)) && !email(json!("false")) && !email(Value::Null));
    }
}
