//! Judging a logout token (OpenID Connect Back-Channel Logout 1.0, §2.6): pure, the keys and the time are given.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::JwkSet;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::id_token::{Flaw, LEEWAY, signed};

/// What makes a token one of logout.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How long a token is good that does not say it, seconds.
const LIFE: i64 = 120;
/// The longest that one is good, whatever it says, seconds: so long it is remembered.
const LONGEST_LIFE: i64 = 60 * 60;

#[derive(Deserialize)]
struct Claims {
    sub: Option<String>,
    sid: Option<String>,
    iat: i64,
    exp: Option<i64>,
    jti: String,
    events: Map<String, Value>,
    nonce: Option<Value>,
}

/// Whose sessions end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of one session there; its person is named where the issuer names them.
    Session { session: String, subject: Option<String> },
    /// All of a person.
    Subject(String),
}

/// What a logout token asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logout {
    pub whose: Whose,
    /// No other token of the issuer has it.
    pub id: String,
    /// When the token is refused for its age.
    pub over_at: DateTime<Utc>,
}

/// What a token asks for that holds.
///
/// # Errors
/// [`Flaw`].
pub fn verify(
    token: &str,
    keys: &JwkSet,
    (issuer, client_id): (&str, &str),
    now: DateTime<Utc>,
) -> Result<Logout, Flaw> {
    let (kind, claims) = signed::<Claims>(token, keys, (issuer, client_id), &["iss", "aud"])?;
    // RFC 8725 §3.11: a token that says to be of another kind is none of this one.
    let kind = kind.unwrap_or_default().to_ascii_lowercase();
    if !matches!(kind.trim_start_matches("application/"), "" | "jwt" | "logout+jwt") {
        return Err(Flaw::NoLogout("it is of another kind"));
    }
    if !claims.events.get(EVENT).is_some_and(Value::is_object) {
        return Err(Flaw::NoLogout("it does not tell of a logout"));
    }
    if claims.nonce.is_some() {
        return Err(Flaw::NoLogout("it has a nonce, as an ID token has"));
    }
    if claims.jti.is_empty() {
        return Err(Flaw::NoLogout("it has no id"));
    }
    let said = claims.exp.unwrap_or_else(|| claims.iat.saturating_add(LIFE));
    let over = said.min(claims.iat.saturating_add(LONGEST_LIFE)).saturating_add(LEEWAY);
    if over <= now.timestamp() || claims.iat.saturating_sub(LEEWAY) > now.timestamp() {
        return Err(Flaw::Time);
    }
    let over_at = DateTime::from_timestamp(over, 0).unwrap_or(now + TimeDelta::seconds(LONGEST_LIFE));
    let whose = match (claims.sid, claims.sub) {
        (Some(session), subject) => Whose::Session { session, subject },
        (None, Some(subject)) => Whose::Subject(subject),
        (None, None) => return Err(Flaw::NoLogout("it names nobody")),
    };
    Ok(Logout { whose, id: claims.jti, over_at })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::federated::id_token::issuer_of_tests::{Issuer, NOW};

    fn claims() -> Value {
        json!({"iss": "https://id.example", "aud": "us", "iat": NOW - 5, "exp": NOW + 115, "jti": "1",
            "events": {EVENT: {}}, "sub": "anna", "sid": "there"})
    }

    fn judged(claims: &Value) -> Result<Logout, Flaw> {
        let issuer = Issuer::new(7);
        let now = DateTime::from_timestamp(NOW, 0).unwrap();
        verify(&issuer.sign("one", claims), &issuer.keys(), ("https://id.example", "us"), now)
    }

    fn with(name: &str, value: Value) -> Value {
        let mut changed = claims();
        changed[name] = value;
        changed
    }

    #[test]
    fn a_good_token_names_a_session_or_a_person() {
        let session = Whose::Session { session: "there".to_owned(), subject: Some("anna".to_owned()) };
        let over_at = DateTime::from_timestamp(NOW + 115 + LEEWAY, 0).unwrap();
        assert_eq!(judged(&claims()), Ok(Logout { whose: session, id: "1".to_owned(), over_at }));
        assert_eq!(judged(&with("sid", Value::Null)).unwrap().whose, Whose::Subject("anna".to_owned()));
        let alone = judged(&with("sub", Value::Null)).unwrap().whose;
        assert_eq!(alone, Whose::Session { session: "there".to_owned(), subject: None });
        assert!(judged(&with("aud", json!(["us", "them"]))).is_ok());
    }

    #[test]
    fn what_is_no_logout_token_is_refused() {
        let mut nobody = with("sid", Value::Null);
        nobody["sub"] = Value::Null;
        for bad in [
            with("events", json!({})),
            with("events", json!({EVENT: "yes"})),
            with("nonce", json!("n")),
            with("jti", json!("")),
            nobody,
        ] {
            assert!(matches!(judged(&bad), Err(Flaw::NoLogout(_))), "{bad}");
        }
        for bad in [with("iss", json!("https://evil.example")), with("aud", json!("them")), with("jti", Value::Null)] {
            assert!(matches!(judged(&bad), Err(Flaw::Invalid(_))), "{bad}");
        }
        // An ID token ends nothing.
        let id_token = json!({"iss": "https://id.example", "sub": "anna", "aud": "us", "exp": NOW + 300, "iat": NOW,
            "nonce": "n", "sid": "there"});
        assert!(judged(&id_token).is_err());
    }

    #[test]
    fn a_token_is_good_in_its_time() {
        assert_eq!(judged(&with("exp", json!(NOW - LEEWAY))), Err(Flaw::Time));
        assert_eq!(judged(&with("iat", json!(NOW + LEEWAY + 1))), Err(Flaw::Time));
        let mut unsaid = with("exp", Value::Null);
        assert!(judged(&unsaid).is_ok());
        unsaid["iat"] = json!(NOW - LIFE - LEEWAY);
        assert_eq!(judged(&unsaid), Err(Flaw::Time));
        let mut endless = with("exp", json!(i64::MAX));
        endless["iat"] = json!(NOW - LONGEST_LIFE - LEEWAY);
        assert_eq!(judged(&endless), Err(Flaw::Time));
    }

    #[test]
    fn the_signature_is_of_a_key_of_the_issuer() {
        let (issuer, other) = (Issuer::new(7), Issuer::new(8));
        let now = DateTime::from_timestamp(NOW, 0).unwrap();
        let verified = |token: &str| verify(token, &issuer.keys(), ("https://id.example", "us"), now);
        assert!(matches!(verified(&other.sign("one", &claims())), Err(Flaw::Invalid(_))));
        assert_eq!(verified(&issuer.sign("two", &claims())), Err(Flaw::UnknownKey));
    }
}
