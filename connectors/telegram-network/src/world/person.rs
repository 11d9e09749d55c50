//! People (accounts, simulated people and bots alike), their folders, and the keys by which they are signed in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Mailbox, Peer};

/// Somebody with a phone number. Whether a program or a script acts for them is not known here.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Person {
    pub id: i64,
    /// Digits only.
    pub phone: String,
    pub first_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(default)]
    pub bot: bool,
    /// Cannot sign in: `PHONE_NUMBER_BANNED`.
    #[serde(default)]
    pub banned: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Verifier>,
    #[serde(default)]
    pub contacts: BTreeSet<i64>,
    #[serde(default)]
    pub blocked: BTreeSet<i64>,
    #[serde(default)]
    pub folders: Vec<Folder>,
    /// Unix seconds; `None` is "recently".
    #[serde(default)]
    pub seen_at: Option<i32>,
    /// What acts for them: nothing, for those who sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persona: Option<Persona>,
    #[serde(default)]
    pub mailbox: Mailbox,
}

impl Person {
    /// First and last name.
    pub fn name(&self) -> String {
        match &self.last_name {
            Some(last) => format!("{} {last}", self.first_name),
            None => self.first_name.clone(),
        }
    }
}

/// What a server keeps of a two-factor password (SRP); not the password.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Verifier {
    pub salt1: Vec<u8>,
    pub salt2: Vec<u8>,
    /// `g` to the power of the hashed password.
    pub power: Vec<u8>,
    pub hint: String,
}

/// A dialog folder.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Folder {
    /// 2 and up: 0 and 1 mean all chats and the archive.
    pub id: i32,
    pub title: String,
    #[serde(default)]
    pub pinned: Vec<Peer>,
    #[serde(default)]
    pub include: Vec<Peer>,
    #[serde(default)]
    pub exclude: Vec<Peer>,
    #[serde(default)]
    pub contacts: bool,
    #[serde(default)]
    pub non_contacts: bool,
    #[serde(default)]
    pub groups: bool,
    #[serde(default)]
    pub channels: bool,
    #[serde(default)]
    pub bots: bool,
}

/// A registered auth key, and who is signed in with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeyRecord {
    /// 256 bytes in hexadecimal.
    pub key: String,
    pub created_at: i32,
    pub account: Option<i64>,
    /// The code was right, the password is still missing.
    #[serde(default)]
    pub password_pending: Option<i64>,
    /// Ended from another session: calls are answered `SESSION_REVOKED`.
    #[serde(default)]
    pub revoked: bool,
    #[serde(default)]
    pub active_at: i32,
}

impl KeyRecord {
    pub(crate) fn new(key: &[u8; 256], created_at: i32) -> Self {
        let key = grammers_crypto::hex::to_hex(key);
        Self { key, created_at, account: None, password_pending: None, revoked: false, active_at: created_at }
    }

    pub(crate) fn bytes(&self) -> Option<[u8; 256]> {
        grammers_crypto::hex::opt_from_hex(&self.key)?.try_into().ok()
    }
}

/// How a simulated person behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Persona {
    pub temperament: Temperament,
    pub language: Language,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Temperament {
    /// Answers within seconds, writes first.
    Eager,
    /// Reads, takes time, reacts, answers at length.
    Thoughtful,
    /// Answers with pictures now and then.
    Showing,
    /// Prefers voice messages.
    Speaking,
    /// Edits what was written, and sometimes deletes it.
    Correcting,
    /// Reads and does not answer.
    Silent,
    /// Blocks whoever writes twice.
    Offended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    Russian,
    English,
}
