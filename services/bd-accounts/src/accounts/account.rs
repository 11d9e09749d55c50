//! An account: what it is, what can happen to it, what it may do. No I/O.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::channels::AccountStatus;
use serde_json::{Value, json};
use uuid::Uuid;

use super::config::{Quiet, WorkingHours};
use crate::{
    health::score::Band,
    pace::{
        hours,
        rules::{Hours, Limits, Standing},
    },
    telegram::Me,
};

api::words! {
    /// Which network an account is of.
    Network {
        Telegram = "telegram",
        /// People who are played by this server.
        Sandbox = "sandbox",
    }
}

api::words! {
    /// What an account may send.
    Mode {
        Active = "active",
        /// Nobody is written to for the first time.
        RepliesOnly = "replies_only",
        Paused = "paused",
    }
}

api::words! {
    /// Limits by a word.
    Preset {
        Careful = "careful",
        Normal = "normal",
        Custom = "custom",
    }
}

api::words! {
    /// How far reading in the history of the chosen chats got.
    SyncState {
        Idle = "idle",
        Running = "running",
        Paused = "paused",
        Done = "done",
        Failed = "failed",
    }
}

/// How long nobody is written to for the first time after a `PEER_FLOOD`, which names no end.
pub const PEER_FLOOD_PAUSE: TimeDelta = TimeDelta::hours(24);

/// An account as it is kept, its secrets aside.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredAccount {
    pub id: Uuid,
    pub network: Network,
    pub name: String,
    pub phone: Option<String>,
    pub peer_id: Option<i64>,
    pub username: Option<String>,
    pub owner_id: Option<Uuid>,
    /// Sorted.
    pub allowed: Vec<Uuid>,
    pub api_id: Option<i32>,
    /// Waits are told by [`Self::shown_status`].
    pub status: AccountStatus,
    pub status_code: Option<String>,
    pub mode: Mode,
    pub limits: Limits,
    pub time_zone: String,
    pub working_hours: Option<WorkingHours>,
    pub quiet_hours: Option<Quiet>,
    pub proxy_shown: Option<String>,
    pub signature: Option<String>,
    pub is_online: bool,
    /// Since when it is not connected although it is to be, and when that was told.
    pub offline_since: Option<DateTime<Utc>>,
    pub offline_told_at: Option<DateTime<Utc>>,
    pub flood_until: Option<DateTime<Utc>>,
    pub flood_method: Option<String>,
    pub peer_flood_until: Option<DateTime<Utc>>,
    pub restricted_until: Option<DateTime<Utc>>,
    pub last_activity_at: Option<DateTime<Utc>>,
    pub connected_at: Option<DateTime<Utc>>,
    pub dc: Option<i32>,
    pub health_band: Band,
    pub folders: Value,
    pub dialogs_at: Option<DateTime<Utc>>,
    pub sync_state: SyncState,
    pub sync_days: Option<i64>,
    pub sync_started_at: Option<DateTime<Utc>>,
    pub sync_ended_at: Option<DateTime<Utc>>,
    pub sync_wait_until: Option<DateTime<Utc>>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub created_by: Option<Uuid>,
    pub updated_at: DateTime<Utc>,
}

/// The word of a status, as stored and shown.
#[must_use]
pub fn word_of(status: AccountStatus) -> &'static str {
    use AccountStatus as S;
    match status {
        S::New => "new",
        S::CodeSent => "code_sent",
        S::PasswordRequired => "password_required",
        S::Connected => "connected",
        S::Reconnecting => "reconnecting",
        S::FloodWait => "flood_wait",
        S::Restricted => "restricted",
        S::ReauthRequired => "reauth_required",
        S::Disconnected => "disconnected",
        S::Error => "error",
    }
}

/// Reads [`word_of`] back.
#[must_use]
pub fn status_of(word: &str) -> Option<AccountStatus> {
    serde_json::from_value(Value::from(word)).ok()
}

/// A number of which only the ends are shown: `+48 ••• ••89`.
#[must_use]
pub fn masked(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    let (first, last) = (digits.len().min(2), digits.len().saturating_sub(2).max(2));
    let begin: String = digits[..first].iter().collect();
    let end: String = digits.get(last..).unwrap_or_default().iter().collect();
    format!("+{begin} ••• ••{end}")
}

impl StoredAccount {
    /// A new one, of who makes it.
    #[must_use]
    pub fn new(id: Uuid, network: Network, name: String, owner: Option<Uuid>, now: DateTime<Utc>) -> Self {
        Self {
            id,
            network,
            name,
            phone: None,
            peer_id: None,
            username: None,
            owner_id: owner,
            allowed: Vec::new(),
            api_id: None,
            status: AccountStatus::New,
            status_code: None,
            mode: Mode::Active,
            limits: Limits::CAREFUL,
            time_zone: "UTC".to_owned(),
            working_hours: None,
            quiet_hours: None,
            proxy_shown: None,
            signature: None,
            is_online: false,
            offline_since: None,
            offline_told_at: None,
            flood_until: None,
            flood_method: None,
            peer_flood_until: None,
            restricted_until: None,
            last_activity_at: None,
            connected_at: None,
            dc: None,
            health_band: Band::Good,
            folders: json!([]),
            dialogs_at: None,
            sync_state: SyncState::Idle,
            sync_days: None,
            sync_started_at: None,
            sync_ended_at: None,
            sync_wait_until: None,
            version: 1,
            created_at: now,
            created_by: owner,
            updated_at: now,
        }
    }

    /// What can be edited, and how far it got, for the change log.
    #[must_use]
    pub fn image(&self) -> Value {
        json!({
            "name": self.name, "ownerId": self.owner_id, "allowedUserIds": self.allowed, "mode": self.mode,
            "limits": self.limits.image(), "workingHours": self.working_hours, "quietHours": self.quiet_hours,
            "timeZone": self.time_zone, "proxy": self.proxy_shown, "signature": self.signature,
            "status": self.status, "network": self.network, "phone": self.phone.as_deref().map(masked),
            "username": self.username,
        })
    }

    /// The status as people see it: an account that works may have to wait.
    #[must_use]
    pub fn shown_status(&self, now: DateTime<Utc>) -> AccountStatus {
        let lasts = |until: Option<DateTime<Utc>>| until.is_some_and(|until| until > now);
        match self.status {
            AccountStatus::Connected if lasts(self.restricted_until) => AccountStatus::Restricted,
            AccountStatus::Connected if lasts(self.flood_until) => AccountStatus::FloodWait,
            status => status,
        }
    }

    /// Whether it is, or is about to be, connected by the session that it has.
    #[must_use]
    pub fn is_signed_in(&self) -> bool {
        matches!(self.status, AccountStatus::Connected | AccountStatus::Reconnecting)
    }

    /// The zone of its hours and days; UTC for a name that nobody knows any more.
    #[must_use]
    pub fn zone(&self) -> chrono_tz::Tz {
        self.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC)
    }

    /// The day that its budgets are counted by.
    #[must_use]
    pub fn today(&self, now: DateTime<Utc>) -> String {
        hours::day_of(now, self.zone())
    }

    /// What its pace depends on.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let hours = Hours {
            zone: self.zone(),
            working: self.working_hours.as_ref().and_then(WorkingHours::span),
            quiet: self.quiet_hours.as_ref().and_then(Quiet::span),
        };
        Standing {
            network: self.network,
            is_connected: self.is_signed_in() && self.is_online,
            mode: self.mode,
            flood_until: self.flood_until,
            peer_flood_until: self.peer_flood_until,
            restricted_until: self.restricted_until,
            limits: self.limits,
            hours,
        }
    }

    /// The account after somebody signed in.
    #[must_use]
    pub fn signed_in(self, me: &Me, now: DateTime<Utc>) -> Self {
        Self {
            status: AccountStatus::Connected,
            status_code: None,
            peer_id: Some(me.peer_id),
            username: me.username.clone().or(self.username),
            phone: me.phone.clone().or(self.phone),
            dc: me.dc,
            connected_at: Some(now),
            flood_until: None,
            restricted_until: None,
            ..self
        }
    }

    /// Where an account goes back to when a sign-in comes to nothing.
    #[must_use]
    pub fn at_rest(&self) -> AccountStatus {
        if self.connected_at.is_none() { AccountStatus::New } else { AccountStatus::ReauthRequired }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_number_only_its_ends_are_shown() {
        assert_eq!(masked("+48601234589"), "+48 ••• ••89");
        assert_eq!(masked("+123"), "+12 ••• ••3");
        assert_eq!(masked(""), "+ ••• ••");
    }

    #[test]
    fn every_status_is_read_back() {
        use AccountStatus as S;
        let all = [
            S::New,
            S::CodeSent,
            S::PasswordRequired,
            S::Connected,
            S::Reconnecting,
            S::FloodWait,
            S::Restricted,
            S::ReauthRequired,
            S::Disconnected,
            S::Error,
        ];
        assert!(all.into_iter().all(|status| status_of(word_of(status)) == Some(status)));
        assert_eq!(status_of("asleep"), None);
    }

    #[test]
    fn an_account_that_works_may_have_to_wait() {
        let now: DateTime<Utc> = "2026-11-23T12:00:00Z".parse().unwrap();
        let account = StoredAccount::new(Uuid::nil(), Network::Sandbox, "A".into(), None, now);
        let flooded = StoredAccount {
            status: AccountStatus::Connected,
            flood_until: Some(now + TimeDelta::seconds(30)),
            ..account
        };
        assert_eq!(flooded.shown_status(now), AccountStatus::FloodWait);
        assert_eq!(flooded.shown_status(now + TimeDelta::seconds(30)), AccountStatus::Connected);
        let restricted = StoredAccount { restricted_until: Some(now + TimeDelta::days(1)), ..flooded.clone() };
        assert_eq!(restricted.shown_status(now), AccountStatus::Restricted);
        let broken = StoredAccount { status: AccountStatus::ReauthRequired, ..restricted };
        assert_eq!(broken.shown_status(now), AccountStatus::ReauthRequired);
    }
}
