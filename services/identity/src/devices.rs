//! What somebody signs in from: its name out of the `User-Agent`, and whether the person has signed in from it before. A
//! device is known by program, system and network, not by the exact address, which changes daily for many.

use std::net::IpAddr;

use api::words;
use chrono::TimeDelta;
use contracts::mails::Kind;
use db::Tx;
use sea_orm::{ConnectionTrait, Statement, Value};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Error, Identity,
    sessions::Device,
    store::user,
    turns::{self, Whose},
};

/// After so long a device is a new one again.
const KNOWN_FOR: TimeDelta = TimeDelta::days(90);

words! {
    /// What sort of device it is.
    DeviceKind {
        Desktop = "desktop",
        Mobile = "mobile",
        /// No browser.
        Program = "program",
    }
}

/// A device as people know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeviceName {
    /// Such as `Firefox`; of a program its own name.
    #[schema(required)]
    pub browser: Option<String>,
    /// Such as `Windows`.
    #[schema(required)]
    pub os: Option<String>,
    pub kind: DeviceKind,
}

/// The words by which programs tell themselves apart, those first that others claim to be too.
const BROWSERS: [(&str, &str); 13] = [
    ("YaBrowser/", "Yandex Browser"),
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 8] = [
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
    ("FreeBSD", "FreeBSD"),
];

impl DeviceName {
    /// Out of a `User-Agent`. Nothing in here is proof of anything: it names devices for their owner.
    #[must_use]
    pub fn of(user_agent: Option<&str>) -> Self {
        let text = user_agent.unwrap_or_default();
        let named = |words: &[(&str, &str)]| {
            words.iter().find(|(word, _)| text.contains(word)).map(|(_, name)| (*name).to_owned())
        };
        let os = named(&SYSTEMS);
        if !text.starts_with("Mozilla/") {
            let program = text.split(['/', ' ', '(']).next().unwrap_or_default();
            let program = (!program.is_empty()).then(|| program.chars().take(40).collect());
            return Self { browser: program, os, kind: DeviceKind::Program };
        }
        let mobile = ["Mobile", "Android", "iPhone", "iPad"].iter().any(|word| text.contains(word));
        let kind = if mobile { DeviceKind::Mobile } else { DeviceKind::Desktop };
        Self { browser: named(&BROWSERS), os, kind }
    }

    /// In one line.
    fn words(&self) -> String {
        let parts: Vec<&str> = [&self.browser, &self.os].into_iter().flatten().map(String::as_str).collect();
        if parts.is_empty() { "?".to_owned() } else { parts.join(", ") }
    }
}

/// The network of an address: what a provider gives one customer (IPv6: /48, IPv4: /24).
pub(crate) fn network(ip: &str) -> String {
    match ip.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}")
        }
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}")
        }
        Err(_) => ip.to_owned(),
    }
}

/// What tells one device of a person from another.
fn fingerprint(device: &Device) -> Vec<u8> {
    let name = DeviceName::of(device.user_agent());
    let seen = format!("{:?}|{:?}|{}", name.browser, name.os, network(device.ip()));
    Sha256::digest(seen.as_bytes()).to_vec()
}

impl Identity {
    /// In whose turn a password of these accounts is looked at: at home on a device that one of them has signed in from. As
    /// much is asked where there is no account, so that the answer takes as long.
    pub(crate) async fn turn_of(&self, accounts: &[user::Model], device: &Device) -> Result<Whose, Error> {
        let since = self.db.clock().now() - KNOWN_FOR;
        let mut ids: Vec<Uuid> = accounts.iter().map(|account| account.id).collect();
        ids.resize(ids.len().max(1), Uuid::nil());
        let places: Vec<String> = (3..ids.len() + 3).map(|place| format!("${place}")).collect();
        let sql = format!(
            "select user_id from known_devices where fingerprint = $1 and seen_at > $2 and user_id in ({}) limit 1",
            places.join(", ")
        );
        let mut values: Vec<Value> = vec![fingerprint(device).into(), since.into()];
        values.extend(ids.into_iter().map(Value::from));
        let asked = Statement::from_sql_and_values(self.db.backend(), sql, values);
        let known = self.db.system_reader().query_one_raw(asked).await?;
        let known: Option<Uuid> = known.map(|row| row.try_get("", "user_id")).transpose()?;
        Ok(known.map_or_else(|| turns::stranger(device), turns::at_home))
    }

    /// Notes that somebody signed in from here; tells them if they have not done so in the last 90 days. The first device of
    /// all is news to nobody.
    pub(crate) async fn note_device(&self, tx: &Tx, user: &user::Model, device: &Device) -> Result<(), Error> {
        let now = tx.clock().now();
        let name = DeviceName::of(device.user_agent());
        let fingerprint = fingerprint(device);
        let with =
            |sql: &str, values: Vec<Value>| Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
        let sql = "select 1 as one from known_devices where user_id = $1 and seen_at > $2 and fingerprint = $3";
        let values = vec![user.id.into(), (now - KNOWN_FOR).into(), fingerprint.clone().into()];
        let known = tx.query_one_raw(with(sql, values)).await?.is_some();
        let sql = "select 1 as one from known_devices where user_id = $1 limit 1";
        let first = tx.query_one_raw(with(sql, vec![user.id.into()])).await?.is_none();
        let sql = "insert into known_devices (user_id, fingerprint, seen_at) values ($1, $2, $3) \
                   on conflict (user_id, fingerprint) do update set seen_at = excluded.seen_at";
        tx.execute_raw(with(sql, vec![user.id.into(), fingerprint.into(), now.into()])).await?;
        let sql = "delete from known_devices where user_id = $1 and seen_at < $2";
        tx.execute_raw(with(sql, vec![user.id.into(), (now - KNOWN_FOR).into()])).await?;
        if known || first {
            return Ok(());
        }
        let values = vec![
            ("device", name.words()),
            ("ip", device.ip().to_owned()),
            ("at", now.format("%Y-%m-%d %H:%M UTC").to_string()),
            ("link", self.options.mailer.link("/settings/security")),
        ];
        self.mail(tx, user, Kind::NewDevice, values).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(user_agent: &str) -> (String, DeviceKind) {
        let name = DeviceName::of(Some(user_agent));
        (name.words(), name.kind)
    }

    #[test]
    fn devices_are_named_as_people_know_them() {
        use DeviceKind::{Desktop, Mobile, Program};
        for (user_agent, words, kind) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox, Windows",
                Desktop,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0",
                "Edge, Windows",
                Desktop,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                "Safari, macOS",
                Desktop,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1",
                "Chrome, iOS",
                Mobile,
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36",
                "Chrome, Android",
                Mobile,
            ),
            ("curl/8.5.0", "curl", Program),
            ("python-requests/2.32", "python-requests", Program),
            ("", "?", Program),
        ] {
            assert_eq!(name(user_agent), (words.to_owned(), kind), "{user_agent}");
        }
    }

    #[test]
    fn an_address_of_the_same_network_is_no_news() {
        assert_eq!(network("203.0.113.7"), network("203.0.113.200"));
        assert_ne!(network("203.0.113.7"), network("203.0.114.7"));
        assert_eq!(network("2001:db8:1::1"), network("2001:db8:1:ffff::2"));
        assert_ne!(network("2001:db8:1::1"), network("2001:db8:2::1"));
    }
}
