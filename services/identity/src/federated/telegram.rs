//! Telegram Login (core.telegram.org/widgets/login, "Checking authorization"): the data of the person, signed with the token
//! of the bot. There is no code to be traded and no address: it signs in who has linked it, nobody else.

use base64::{Engine, alphabet, engine::DecodePaddingMode, engine::GeneralPurpose, engine::GeneralPurposeConfig};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use url::form_urlencoded::Serializer;

use super::{
    providers::{Arrived, ProviderKind},
    refused::Refused,
};

/// Older data is not taken, and none that is from the future by more than a clock can be wrong.
const FRESH_FOR: TimeDelta = TimeDelta::hours(24);
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);
const AUTHORIZE: &str = "https://oauth.telegram.org/auth";
/// Whose numbers of people these are.
pub const ISSUER: &str = "https://oauth.telegram.org";

/// With padding or without.
const ANY_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bot that people sign in by.
pub struct Telegram {
    /// The number before the colon of the token.
    bot: String,
    key: [u8; 32],
}

impl Telegram {
    /// None where the token has not the form of one.
    pub fn new(token: &str) -> Option<Self> {
        let (bot, secret) = token.split_once(':')?;
        let is_number = !bot.is_empty() && bot.bytes().all(|byte| byte.is_ascii_digit());
        let key = Sha256::digest(token.as_bytes()).into();
        (is_number && !secret.is_empty()).then(|| Self { bot: bot.to_owned(), key })
    }

    /// Where a browser is sent: what the widget opens, without its script from elsewhere. The data comes back to `return_to`
    /// behind the #.
    pub fn address(&self, origin: &str, return_to: &str) -> String {
        let query = Serializer::new(String::new())
            .append_pair("bot_id", &self.bot)
            .append_pair("origin", origin)
            .append_pair("return_to", return_to)
            .finish();
        format!("{AUTHORIZE}?{query}")
    }

    /// Who it is, by the data as it came: JSON in base64.
    ///
    /// # Errors
    /// [`Refused::State`] when it is too old, [`Refused::Provider`] when the signature is not Telegram's.
    pub fn arrived(&self, data: &str, now: DateTime<Utc>) -> Result<Arrived, Refused> {
        let wrong = |what: &str| Refused::Provider(what.to_owned());
        let data = data.replace('+', "-").replace('/', "_");
        let json = ANY_BASE64.decode(data).map_err(|_| wrong("the data is not base64"))?;
        let fields: Map<String, Value> = serde_json::from_slice(&json).map_err(|_| wrong("the data is not JSON"))?;
        if !self.is_signed(&fields) {
            return Err(wrong("the data is not signed by Telegram"));
        }
        let at = fields.get("auth_date").and_then(plain).and_then(|at| at.parse().ok());
        let at = at.and_then(|at| DateTime::from_timestamp(at, 0)).ok_or_else(|| wrong("no auth_date"))?;
        if now - at > FRESH_FOR || at - now > CLOCKS_DIFFER {
            return Err(Refused::State);
        }
        let text = |name: &str| fields.get(name).and_then(plain).filter(|text| !text.is_empty());
        let name = [text("first_name"), text("last_name")].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let label = text("username").map_or_else(|| name.clone(), |username| format!("@{username}"));
        Ok(Arrived {
            provider: ProviderKind::Telegram,
            issuer: ISSUER.to_owned(),
            subject: text("id").ok_or_else(|| wrong("no id"))?,
            email: None,
            label: Some(label).filter(|label| !label.is_empty()),
            name: Some(name).filter(|name| !name.is_empty()),
            authenticated_at: None,
            session: None,
        })
    }

    /// Everything but the hash, sorted, a line each; HMAC-SHA256 by the SHA-256 of the token.
    fn is_signed(&self, fields: &Map<String, Value>) -> bool {
        let Some(given) = fields.get("hash").and_then(Value::as_str).and_then(unhex) else { return false };
        let mut lines: Vec<String> = fields
            .iter()
            .filter(|(name, _)| *name != "hash")
            .filter_map(|(name, value)| Some(format!("{name}={}", plain(value)?)))
            .collect();
        lines.sort();
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return false };
        mac.update(lines.join("\n").as_bytes());
        mac.verify_slice(&given).is_ok()
    }
}

/// Text and numbers as they stand in the signed lines.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    (digits.len() == 64).then(|| digits.chunks(2).map(byte).collect::<Option<Vec<u8>>>())?
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TOKEN: &str = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11";
    /// By Python's hmac over the lines of the documentation's example.
    const HASH: &str = "b08da3ce25568050c85f9adbabc3193b162426a44d58d18aaf943471e1b0f4be";

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_100, 0).unwrap()
    }

    fn person() -> Value {
        json!({"id": 42, "first_name": "Анна", "last_name": "К", "username": "anna", "auth_date": 1_790_000_000,
            "photo_url": "https://t.me/i/userpic/320/anna.jpg", "hash": HASH})
    }

    fn arrived(data: &Value, at: DateTime<Utc>) -> Result<Arrived, Refused> {
        Telegram::new(TOKEN).unwrap().arrived(&ANY_BASE64.encode(data.to_string()), at)
    }

    #[test]
    fn what_telegram_signed_tells_who_it_is() {
        let anna = arrived(&person(), now()).unwrap();
        assert_eq!((anna.subject.as_str(), anna.label.as_deref()), ("42", Some("@anna")));
        assert_eq!((anna.name.as_deref(), anna.email), (Some("Анна К"), None));
    }

    #[test]
    fn a_changed_field_another_bot_and_no_hash_are_refused() {
        let mut other = person();
        other["id"] = json!(43);
        assert!(matches!(arrived(&other, now()), Err(Refused::Provider(_))));
        let mut none = person();
        none.as_object_mut().unwrap().remove("hash");
        assert!(matches!(arrived(&none, now()), Err(Refused::Provider(_))));
        let data = ANY_BASE64.encode(person().to_string());
        let stranger = Telegram::new("123456:another").unwrap();
        assert!(matches!(stranger.arrived(&data, now()), Err(Refused::Provider(_))));
        assert!(matches!(Telegram::new(TOKEN).unwrap().arrived("!", now()), Err(Refused::Provider(_))));
    }

    #[test]
    fn data_is_good_for_a_day() {
        assert!(arrived(&person(), now() + TimeDelta::hours(23)).is_ok());
        assert!(matches!(arrived(&person(), now() + TimeDelta::hours(24)), Err(Refused::State)));
        assert!(matches!(arrived(&person(), now() - TimeDelta::hours(1)), Err(Refused::State)));
    }

    #[test]
    fn a_token_names_its_bot() {
        let address =
            Telegram::new(TOKEN).unwrap().address("https://crm.example", "https://crm.example/auth/telegram?state=x");
        assert!(address.starts_with("https://oauth.telegram.org/auth?bot_id=123456&origin=https%3A%2F%2Fcrm.example&"));
        assert!(address.ends_with("return_to=https%3A%2F%2Fcrm.example%2Fauth%2Ftelegram%3Fstate%3Dx"));
        assert!(Telegram::new("no token").is_none());
    }
}
