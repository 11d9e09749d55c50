//! What can happen. A fact holds what was decided, so that applying it again needs no time and no chance.

use serde::{Deserialize, Serialize};

use super::{Channel, Entity, FileRecord, Folder, Group, KeyRecord, Media, NewPost, Peer, Person, Verifier};

/// One change of the world; one line of its file.
#[derive(Debug, Clone, Serialize, Deserialize)]
// Not tagged inside: maps with numbers as keys, as channels have them, cannot be read from that.
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Somebody new, or somebody known with other names.
    Person {
        person: Box<Person>,
    },
    Password {
        person: i64,
        password: Option<Verifier>,
    },
    Banned {
        person: i64,
        banned: bool,
    },
    Folders {
        person: i64,
        folders: Vec<Folder>,
    },
    Contact {
        of: i64,
        person: i64,
        is: bool,
    },
    Blocked {
        by: i64,
        person: i64,
        is: bool,
    },
    Seen {
        person: i64,
        at: i32,
    },
    Group {
        group: Box<Group>,
    },
    Channel {
        channel: Box<Channel>,
    },
    Members {
        chat: Peer,
        joined: Vec<i64>,
        left: Vec<i64>,
        at: i32,
    },
    Pinned {
        account: i64,
        chat: Peer,
        is: bool,
    },
    UnreadMark {
        account: i64,
        chat: Peer,
        is: bool,
    },
    File {
        file: FileRecord,
    },
    Sent {
        from: i64,
        to: Peer,
        at: i32,
        post: Box<NewPost>,
    },
    Edited {
        post: u64,
        text: String,
        entities: Vec<Entity>,
        media: Option<Media>,
        at: i32,
    },
    /// For everybody, or only in the mailbox of one account.
    Deleted {
        posts: Vec<u64>,
        only_for: Option<i64>,
    },
    Read {
        account: i64,
        chat: Peer,
        max_id: i32,
    },
    Reacted {
        post: u64,
        person: i64,
        emoji: Vec<String>,
        at: i32,
    },
    Key {
        key: Box<KeyRecord>,
    },
    SignedIn {
        key: String,
        account: i64,
        at: i32,
    },
    PasswordPending {
        key: String,
        account: i64,
    },
    SignedOut {
        key: String,
        revoked: bool,
    },
}
