//! People and chats: making them, and acting for them.

use serde::{Deserialize, Serialize};

use super::Network;
use crate::{
    error::NetworkError,
    rpc::login::digits,
    world::{Channel, Fact, Folder, Group, Membership, Past, Peer, Person, Verifier},
};

/// Somebody new.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NewPerson {
    /// Anything but its digits is left out.
    pub phone: String,
    pub first_name: String,
    #[serde(default)]
    pub last_name: Option<String>,
    #[serde(default)]
    pub username: Option<String>,
    /// Two-factor.
    #[serde(default)]
    pub password: Option<String>,
    #[serde(default)]
    pub bot: bool,
}

impl NewPerson {
    pub fn new(phone: &str, first_name: &str) -> Self {
        Self { phone: phone.to_owned(), first_name: first_name.to_owned(), ..Self::default() }
    }

    pub fn username(mut self, username: &str) -> Self {
        self.username = Some(username.to_owned());
        self
    }

    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }
}

impl Network {
    /// Adds somebody; gives their id. A phone number that is taken gives the id of who has it.
    pub fn add_person(&self, new: NewPerson) -> i64 {
        let mut core = self.core.lock();
        let phone = digits(&new.phone);
        if let Some(known) = core.world.find_phone(&phone) {
            return known.id;
        }
        let id = core.world.next_person();
        let password = new.password.map(|password| Verifier::of(&password, salt_of(&phone), ""));
        let person = Person {
            id,
            phone,
            first_name: new.first_name,
            last_name: new.last_name,
            username: new.username,
            bot: new.bot,
            password,
            ..Person::default()
        };
        core.commit(Fact::Person { person: Box::new(person) }, None);
        id
    }

    /// A banned person cannot sign in.
    pub fn set_banned(&self, person: i64, banned: bool) {
        self.core.lock().commit(Fact::Banned { person, banned }, None);
    }

    pub fn set_password(&self, person: i64, password: Option<&str>) {
        let mut core = self.core.lock();
        let password = password.map(|password| Verifier::of(password, salt_of(&person.to_string()), ""));
        core.commit(Fact::Password { person, password }, None);
    }

    /// Makes a basic group; gives its id.
    pub fn add_group(&self, title: &str, creator: i64, members: &[i64]) -> i64 {
        let mut core = self.core.lock();
        let (id, created_at) = (core.world.next_group(), core.now());
        let members = members.iter().copied().chain([creator]).collect();
        let group = Group { id, title: title.to_owned(), creator, created_at, members };
        core.commit(Fact::Group { group: Box::new(group) }, None);
        id
    }

    /// Makes a channel (`broadcast`) or a supergroup; gives its id.
    pub fn add_channel(
        &self,
        title: &str,
        username: Option<&str>,
        broadcast: bool,
        creator: i64,
        members: &[i64],
    ) -> i64 {
        let mut core = self.core.lock();
        let (id, created_at) = (core.world.next_channel(), core.now());
        let member = |person: i64| {
            let membership = Membership { joined_at: created_at, admin: person == creator, ..Membership::default() };
            (person, membership)
        };
        let channel = Channel {
            id,
            title: title.to_owned(),
            username: username.map(str::to_owned),
            about: String::new(),
            broadcast,
            creator,
            created_at,
            members: members.iter().copied().chain([creator]).map(member).collect(),
            last_id: 0,
            messages: <_>::default(),
            past: Past::default(),
        };
        core.commit(Fact::Channel { channel: Box::new(channel) }, None);
        id
    }

    /// Adds and removes members.
    pub fn set_members(&self, chat: Peer, joined: &[i64], left: &[i64]) {
        let mut core = self.core.lock();
        let at = core.now();
        core.commit(Fact::Members { chat, joined: joined.to_vec(), left: left.to_vec(), at }, None);
    }

    pub fn set_folders(&self, person: i64, folders: Vec<Folder>) {
        self.core.lock().commit(Fact::Folders { person, folders }, None);
    }

    pub fn set_blocked(&self, by: i64, person: i64, is: bool) {
        self.core.lock().commit(Fact::Blocked { by, person, is }, None);
    }

    pub fn set_contact(&self, of: i64, person: i64, is: bool) {
        self.core.lock().commit(Fact::Contact { of, person, is }, None);
    }

    /// Stores a file, to be named by [`crate::Media`]; gives its number.
    pub fn add_file(&self, bytes: Vec<u8>) -> Result<i64, NetworkError> {
        self.core.lock().keep_file(bytes).map_err(|refusal| NetworkError::Refused(refusal.text.into_owned()))
    }

    /// Ends all sessions of an account from outside, as another client can.
    pub fn revoke_sessions(&self, account: i64) {
        let mut core = self.core.lock();
        let records: Vec<_> = core.world.keys.iter().filter(|key| key.account == Some(account)).cloned().collect();
        for record in records {
            core.revoke(&record);
        }
    }
}

/// Salts only have to differ: what they protect are invented passwords.
fn salt_of(text: &str) -> [u8; 16] {
    use sha2::Digest;
    let mut salt = [0; 16];
    salt.copy_from_slice(&sha2::Sha256::digest(text.as_bytes())[..16]);
    salt
}
