//! What can happen to an account that has signed in, and what becomes of it: status, a line of its history, an event.
//! Wherever an account is kept connected tells it; nothing else changes these parts. No I/O.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::{channels::AccountStatus, events as names};
use serde_json::{Value, json};

use super::account::{PEER_FLOOD_PAUSE, StoredAccount};

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// The connection stands.
    Online,
    /// It is lost, and will be tried again.
    Reconnecting {
        attempt: u32,
        next_at: DateTime<Utc>,
    },
    /// It was let go, to be taken up again later or elsewhere.
    Offline,
    FloodWait {
        method: String,
        seconds: u32,
    },
    /// Told as spam by those who were written to first.
    PeerFlood,
    /// `spam` or `frozen`.
    Restricted {
        kind: String,
        until: Option<DateTime<Utc>>,
    },
    /// The session is no longer taken: `revoked`, `duplicated`, `banned`, `expired`, `key_lost` …
    Revoked {
        cause: String,
    },
    /// It cannot go on, for another reason: a code that has a text.
    Failed {
        code: String,
    },
    /// Somebody took it up again, by the session that was kept.
    TakenUp,
    /// Somebody took it off.
    Disconnected {
        logged_out: bool,
    },
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Turned {
    pub account: StoredAccount,
    /// Kind and details of the line in the history.
    pub line: (&'static str, Value),
    pub event: Option<(&'static str, Value)>,
    /// Whether it is to be kept connected no longer.
    pub ends: bool,
}

/// As long as nobody says how long.
const UNKNOWN: TimeDelta = TimeDelta::days(7);

impl StoredAccount {
    /// The account after something happened; none where that changes nothing.
    #[must_use]
    pub fn turned(&self, turn: &Turn, now: DateTime<Utc>) -> Option<Turned> {
        // What a keeper tells of an account that was taken off meanwhile comes too late.
        if !self.is_signed_in() && !matches!(turn, Turn::TakenUp | Turn::Disconnected { .. }) {
            return None;
        }
        let account = self.clone();
        let turned = match turn {
            Turn::TakenUp => {
                let details = json!({ "attempt": 0, "nextAt": now });
                let told = (names::ACCOUNT_RECONNECTING, details.clone());
                let account =
                    Self { is_online: false, status: AccountStatus::Reconnecting, status_code: None, ..account };
                Some((account, ("reconnecting", details), Some(told)))
            }
            Turn::Online => {
                let is_news = !(self.is_online && self.status == AccountStatus::Connected);
                let account = Self { is_online: true, status: AccountStatus::Connected, status_code: None, ..account };
                let told =
                    (names::ACCOUNT_CONNECTED, json!({ "telegramUserId": account.peer_id.map(|id| id.to_string()) }));
                is_news.then_some((account, ("online", json!({})), Some(told)))
            }
            Turn::Reconnecting { attempt, next_at } => {
                let details = json!({ "attempt": attempt, "nextAt": next_at });
                let told = (names::ACCOUNT_RECONNECTING, details.clone());
                let account = Self { is_online: false, status: AccountStatus::Reconnecting, ..account };
                Some((account, ("reconnecting", details), Some(told)))
            }
            Turn::Offline => {
                let account = Self { is_online: false, ..account };
                self.is_online.then_some((account, ("offline", json!({})), None))
            }
            Turn::FloodWait { method, seconds } => {
                let until = now + TimeDelta::seconds(i64::from(*seconds));
                let flood_until = self.flood_until.map_or(until, |known| known.max(until));
                let details = json!({ "method": method, "seconds": seconds });
                let told = (names::ACCOUNT_FLOOD_WAIT, details.clone());
                let account = Self { flood_until: Some(flood_until), flood_method: Some(method.clone()), ..account };
                Some((account, ("flood_wait", details), Some(told)))
            }
            Turn::PeerFlood => {
                let until = now + PEER_FLOOD_PAUSE;
                let told = (names::ACCOUNT_RESTRICTED, json!({ "kind": "peer_flood", "until": until }));
                let account = Self { peer_flood_until: Some(until), ..account };
                Some((account, ("peer_flood", json!({ "until": until })), Some(told)))
            }
            Turn::Restricted { kind, until } => {
                let details = json!({ "kind": kind, "until": until });
                let told = (names::ACCOUNT_RESTRICTED, details.clone());
                let account = Self {
                    restricted_until: Some(until.unwrap_or(now + UNKNOWN)),
                    status_code: Some("bd.status.restricted".to_owned()),
                    ..account
                };
                Some((account, ("restricted", details), Some(told)))
            }
            Turn::Revoked { cause } => {
                let status = if cause == "banned" { AccountStatus::Error } else { AccountStatus::ReauthRequired };
                let code = if cause == "banned" { "bd.status.banned" } else { "bd.status.revoked" };
                let told = (names::ACCOUNT_SESSION_REVOKED, json!({ "cause": cause }));
                let account = Self { is_online: false, status, status_code: Some(code.to_owned()), ..account };
                Some((account, ("session_revoked", json!({ "cause": cause })), Some(told)))
            }
            Turn::Failed { code } => {
                let told = (names::ACCOUNT_DISCONNECTED, json!({ "reason": code }));
                let account =
                    Self { is_online: false, status: AccountStatus::Error, status_code: Some(code.clone()), ..account };
                Some((account, ("failed", json!({ "code": code })), Some(told)))
            }
            Turn::Disconnected { logged_out } => {
                let reason = if *logged_out { "logged_out" } else { "asked" };
                let told = (names::ACCOUNT_DISCONNECTED, json!({ "reason": reason }));
                let account =
                    Self { is_online: false, status: AccountStatus::Disconnected, status_code: None, ..account };
                Some((account, ("disconnected", json!({ "reason": reason })), Some(told)))
            }
        };
        let turned = turned.map(|(account, line, event)| (account.counting_outage(turn, now), line, event));
        let ends = matches!(turn, Turn::Revoked { .. } | Turn::Failed { .. } | Turn::Disconnected { .. });
        turned.map(|(account, line, event)| Turned { account, line, event, ends })
    }
}

impl StoredAccount {
    /// With since when it is not connected although it is to be.
    fn counting_outage(self, turn: &Turn, now: DateTime<Utc>) -> Self {
        match turn {
            Turn::Offline | Turn::Reconnecting { .. } | Turn::TakenUp => {
                Self { offline_since: self.offline_since.or(Some(now)), ..self }
            }
            Turn::Online | Turn::Revoked { .. } | Turn::Failed { .. } | Turn::Disconnected { .. } => {
                Self { offline_since: None, offline_told_at: None, ..self }
            }
            Turn::FloodWait { .. } | Turn::PeerFlood | Turn::Restricted { .. } => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{super::account::Network, *};

    fn now() -> DateTime<Utc> {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }

    fn connected() -> StoredAccount {
        let account = StoredAccount::new(Uuid::nil(), Network::Sandbox, "A".into(), None, now());
        StoredAccount { status: AccountStatus::Connected, is_online: true, ..account }
    }

    #[test]
    fn each_turn_leads_to_its_status_and_tells_of_it() {
        use AccountStatus as S;
        let revoked = |cause: &str| Turn::Revoked { cause: cause.to_owned() };
        let table = [
            (
                Turn::Reconnecting { attempt: 2, next_at: now() },
                S::Reconnecting,
                false,
                Some("bd_account.reconnecting"),
                false,
            ),
            (Turn::Offline, S::Connected, false, None, false),
            (
                Turn::FloodWait { method: "x".into(), seconds: 9 },
                S::FloodWait,
                true,
                Some("bd_account.flood_wait"),
                false,
            ),
            (Turn::PeerFlood, S::Connected, true, Some("bd_account.restricted"), false),
            (
                Turn::Restricted { kind: "spam".into(), until: None },
                S::Restricted,
                true,
                Some("bd_account.restricted"),
                false,
            ),
            (revoked("revoked"), S::ReauthRequired, false, Some("bd_account.session.revoked"), true),
            (revoked("banned"), S::Error, false, Some("bd_account.session.revoked"), true),
            (Turn::Failed { code: "bd.status.proxy".into() }, S::Error, false, Some("bd_account.disconnected"), true),
            (Turn::Disconnected { logged_out: true }, S::Disconnected, false, Some("bd_account.disconnected"), true),
        ];
        for (turn, status, online, event, ends) in table {
            let turned = connected().turned(&turn, now()).unwrap();
            let found =
                (turned.account.shown_status(now()), turned.account.is_online, turned.event.map(|e| e.0), turned.ends);
            assert_eq!(found, (status, online, event, ends), "{turn:?}");
        }
    }

    #[test]
    fn what_is_no_news_is_not_told() {
        assert_eq!(connected().turned(&Turn::Online, now()), None);
        let offline = StoredAccount { is_online: false, ..connected() };
        assert_eq!(offline.turned(&Turn::Offline, now()), None);
        assert!(offline.turned(&Turn::Online, now()).is_some());
    }

    #[test]
    fn an_outage_lasts_from_the_first_try_until_the_connection_stands() {
        let later = now() + TimeDelta::minutes(3);
        let reconnecting = |attempt| Turn::Reconnecting { attempt, next_at: later };
        let first = connected().turned(&reconnecting(1), now()).unwrap().account;
        let told = StoredAccount { offline_told_at: Some(later), ..first };
        let again = told.turned(&reconnecting(2), later).unwrap().account;
        assert_eq!((again.offline_since, again.offline_told_at), (Some(now()), Some(later)));
        let online = again.turned(&Turn::Online, later).unwrap().account;
        assert_eq!((online.offline_since, online.offline_told_at), (None, None));
        let ended = again.turned(&Turn::Revoked { cause: "revoked".into() }, later).unwrap().account;
        assert_eq!(ended.offline_since, None, "that is told by itself");
    }

    #[test]
    fn what_is_told_of_an_account_that_was_taken_off_comes_too_late() {
        let off = connected().turned(&Turn::Disconnected { logged_out: false }, now()).unwrap().account;
        let late = [
            Turn::Online,
            Turn::Reconnecting { attempt: 1, next_at: now() },
            Turn::PeerFlood,
            Turn::Revoked { cause: "revoked".into() },
        ];
        assert!(late.iter().all(|turn| off.turned(turn, now()).is_none()));
        let up = off.turned(&Turn::TakenUp, now()).unwrap().account;
        assert_eq!(up.status, AccountStatus::Reconnecting);
        assert_eq!(up.turned(&Turn::Online, now()).unwrap().account.status, AccountStatus::Connected);
    }

    #[test]
    fn of_two_flood_waits_the_longer_one_is_obeyed() {
        let long = connected().turned(&Turn::FloodWait { method: "a".into(), seconds: 90 }, now()).unwrap().account;
        let short = long.turned(&Turn::FloodWait { method: "b".into(), seconds: 2 }, now()).unwrap().account;
        assert_eq!(short.flood_until, Some(now() + TimeDelta::seconds(90)));
    }
}
