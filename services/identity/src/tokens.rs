//! Tokens: short-lived access JWTs (HS256, issuer, audience, `kid`), opaque refresh tokens and cookies of which only the
//! SHA-256 is stored, and the CSRF token derived from a session.

use std::fmt::Write;

use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use kernel::{Clock, OrgId, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::Error;

/// What an access token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: UserId,
    pub org: OrgId,
    /// The session; what it is today (alive, which organization, which role) is looked up.
    pub sid: Uuid,
    pub iat: i64,
    pub exp: i64,
}

/// Signs and checks.
pub struct Tokens {
    issuer: String,
    audience: String,
    access_ttl: TimeDelta,
    clock: Clock,
    keys: Vec<Key>,
}

struct Key {
    id: String,
    secret: Vec<u8>,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// How tokens are made.
#[derive(Clone, Debug)]
pub struct TokenOptions {
    pub issuer: String,
    pub audience: String,
    /// The first signs; all of them verify, so that a secret can be replaced without signing everybody out.
    pub secrets: Vec<Vec<u8>>,
    pub access_ttl: TimeDelta,
}

impl Tokens {
    #[must_use]
    pub fn new(options: TokenOptions, clock: Clock) -> Self {
        let keys = options.secrets.into_iter().map(Key::new).collect();
        Self { issuer: options.issuer, audience: options.audience, access_ttl: options.access_ttl, clock, keys }
    }

    /// Seconds an access token lives.
    pub fn access_seconds(&self) -> i64 {
        self.access_ttl.num_seconds()
    }

    /// An access token of a session.
    pub fn access(&self, user: UserId, org: OrgId, session: Uuid) -> Result<String, Error> {
        let now = self.clock.now();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: user,
            org,
            sid: session,
            iat: now.timestamp(),
            exp: (now + self.access_ttl).timestamp(),
        };
        let key = self.keys.first().ok_or(Error::Token)?;
        let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::HS256) };
        Ok(encode(&header, &claims, &key.encoding)?)
    }

    /// The claims of an access token that is ours and has not expired.
    pub fn verify(&self, token: &str) -> Result<Claims, Error> {
        let header = decode_header(token).map_err(|_| Error::Token)?;
        let key = self.keys.iter().find(|k| Some(&k.id) == header.kid.as_ref()).ok_or(Error::Token)?;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        // Expiry is checked against our own clock below.
        validation.validate_exp = false;
        let claims = decode::<Claims>(token, &key.decoding, &validation).map_err(|_| Error::Token)?.claims;
        if claims.exp <= self.clock.now().timestamp() { Err(Error::Token) } else { Ok(claims) }
    }

    /// The CSRF token of a browser session: nothing to store, and useless for another session.
    pub fn csrf(&self, session: Uuid) -> String {
        let Some(key) = self.keys.first() else { return String::new() };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key.secret) else { return String::new() };
        mac.update(b"rapport csrf ");
        mac.update(session.as_bytes());
        hex(&mac.finalize().into_bytes())
    }

    /// A mark by which a text is known in logs again, and not learnt; the same as long as the key is.
    pub fn mark(&self, text: &str) -> String {
        let Some(key) = self.keys.first() else { return String::new() };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key.secret) else { return String::new() };
        mac.update(b"rapport mark ");
        mac.update(text.as_bytes());
        hex(&mac.finalize().into_bytes()[..6])
    }

    /// Compares in constant time.
    pub fn csrf_matches(&self, session: Uuid, given: &str) -> bool {
        self.csrf(session).as_bytes().ct_eq(given.as_bytes()).into()
    }
}

impl Key {
    fn new(secret: Vec<u8>) -> Self {
        Self {
            id: hex(&Sha256::digest(&secret)[..4]),
            encoding: EncodingKey::from_secret(&secret),
            decoding: DecodingKey::from_secret(&secret),
            secret,
        }
    }
}

/// A new opaque token (256 random bits, hexadecimal) and the hash to store.
pub fn opaque(clock: &Clock) -> (String, Vec<u8>) {
    let token = hex(&clock.secret_bytes());
    let hash = fingerprint(&token);
    (token, hash)
}

/// What is stored of an opaque token. Looked up by index: the token has 256 random bits, so timing tells nothing.
pub fn fingerprint(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn tokens(clock: &Clock, secrets: &[&[u8]], audience: &str) -> Tokens {
        let secrets = secrets.iter().map(|s| s.to_vec()).collect();
        let options = TokenOptions {
            issuer: "rapport".to_owned(),
            audience: audience.to_owned(),
            secrets,
            access_ttl: TimeDelta::minutes(15),
        };
        Tokens::new(options, clock.clone())
    }

    fn made(tokens: &Tokens) -> String {
        tokens.access(UserId(Uuid::from_u128(1)), OrgId(Uuid::from_u128(2)), Uuid::from_u128(3)).unwrap()
    }

    #[test]
    fn a_token_holds_until_it_expires() {
        let clock = Clock::manual(DateTime::from_timestamp(1_790_000_000, 0).unwrap(), 1);
        let tokens = tokens(&clock, &[b"0123456789abcdef0123456789abcdef"], "a");
        let token = made(&tokens);
        assert_eq!(tokens.verify(&token).unwrap().sid, Uuid::from_u128(3));
        clock.advance(TimeDelta::minutes(15));
        assert!(tokens.verify(&token).is_err());
    }

    #[test]
    fn another_audience_another_secret_and_a_changed_token_are_refused() {
        let clock = Clock::manual(DateTime::from_timestamp(1_790_000_000, 0).unwrap(), 1);
        let (old, new): (&[u8], &[u8]) = (b"0123456789abcdef0123456789abcdef", b"abcdef0123456789abcdef0123456789");
        let token = made(&tokens(&clock, &[old], "a"));
        assert!(tokens(&clock, &[old], "b").verify(&token).is_err());
        assert!(tokens(&clock, &[new], "a").verify(&token).is_err());
        assert!(tokens(&clock, &[new, old], "a").verify(&token).is_ok(), "a replaced secret still verifies");
        assert!(tokens(&clock, &[old], "a").verify(&format!("{token}x")).is_err());
        assert!(tokens(&clock, &[old], "a").verify("").is_err());
    }

    #[test]
    fn a_csrf_token_belongs_to_one_session() {
        let tokens = tokens(&Clock::system(), &[b"0123456789abcdef0123456789abcdef"], "a");
        let csrf = tokens.csrf(Uuid::from_u128(1));
        assert!(tokens.csrf_matches(Uuid::from_u128(1), &csrf));
        assert!(!tokens.csrf_matches(Uuid::from_u128(2), &csrf));
    }
}
