//! Finding people who were not met yet.

use grammers_tl_types::{enums, functions as f, types};

use crate::connection::Connection;
use crate::convert::chat_id;
use crate::plain::Chat;
use crate::refused::Refused;

impl Connection {
    /// Who or what has this username.
    ///
    /// # Errors
    /// [`Refused::PeerUnknown`] when nobody has it.
    pub async fn resolve_username(&self, username: &str) -> Result<Chat, Refused> {
        let username = username.trim().trim_start_matches('@').to_owned();
        let found = self.line.ask(&f::contacts::ResolveUsername { username, referer: None }).await?;
        self.resolved(&found)
    }

    /// Who has this number, if they let themselves be found by it.
    ///
    /// # Errors
    /// [`Refused::PeerUnknown`].
    pub async fn resolve_phone(&self, phone: &str) -> Result<Chat, Refused> {
        let digits = phone.chars().filter(char::is_ascii_digit).collect();
        let found = self.line.ask(&f::contacts::ResolvePhone { phone: digits }).await?;
        self.resolved(&found)
    }

    /// Takes somebody into the account's contacts by their number, which finds more people than
    /// [`Connection::resolve_phone`] and which the account's owner sees.
    ///
    /// # Errors
    /// [`Refused::PeerUnknown`].
    pub async fn import_phone(&self, phone: &str, first_name: &str, last_name: &str) -> Result<Chat, Refused> {
        let contact = types::InputPhoneContact {
            client_id: 0,
            phone: phone.to_owned(),
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            note: None,
        };
        let request = f::contacts::ImportContacts { contacts: vec![contact.into()] };
        let enums::contacts::ImportedContacts::Contacts(found) = self.line.ask(&request).await?;
        self.people.meet(&found.users, &[]);
        let imported = found.imported.first().map(|enums::ImportedContact::Contact(contact)| contact.user_id);
        imported.and_then(|id| self.people.chat(id)).ok_or(Refused::PeerUnknown)
    }

    fn resolved(
        &self,
        enums::contacts::ResolvedPeer::Peer(found): &enums::contacts::ResolvedPeer,
    ) -> Result<Chat, Refused> {
        self.people.meet(&found.users, &found.chats);
        chat_id(&found.peer).and_then(|id| self.people.chat(id)).ok_or(Refused::PeerUnknown)
    }
}
