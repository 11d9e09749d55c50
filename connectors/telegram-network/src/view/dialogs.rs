//! Dialogs and folders.

use grammers_tl_types::{enums, types};

use super::{View, blank, input_peer, peer};
use crate::world::{Folder, Peer, World};

impl View<'_> {
    /// The dialog with its newest message, or nothing where the account is not in the chat.
    pub fn dialog(&mut self, chat: Peer) -> Option<(enums::Dialog, Option<enums::Message>)> {
        self.mention(chat);
        let unread_count = self.world.unread(self.account, chat);
        let (top, read_inbox, read_outbox, pinned, unread_mark, pts) = if let Peer::Channel(id) = chat {
            let channel = self.world.channels.get(&id)?;
            let it = channel.members.get(&self.account)?;
            (channel.top(), it.read_inbox, it.read_outbox, it.pinned, it.unread_mark, Some(channel.past.pts))
        } else {
            let it = self.world.dialog(self.account, chat)?;
            (it.top(), it.read_inbox, it.read_outbox, it.pinned, it.unread_mark, None)
        };
        let channel = if let Peer::Channel(id) = chat { Some(id) } else { None };
        let message = self.message_by_id(channel, top);
        let dialog = types::Dialog {
            pinned,
            unread_mark,
            view_forum_as_messages: false,
            peer: peer(chat),
            top_message: top,
            read_inbox_max_id: read_inbox,
            read_outbox_max_id: read_outbox,
            unread_count,
            unread_mentions_count: 0,
            unread_reactions_count: 0,
            unread_poll_votes_count: 0,
            notify_settings: blank::notify_settings().into(),
            pts,
            draft: None,
            folder_id: None,
            ttl_period: None,
        };
        Some((dialog.into(), message))
    }
}

pub(crate) fn folder(world: &World, folder: &Folder) -> enums::DialogFilter {
    let peers = |chats: &[Peer]| chats.iter().map(|chat| input_peer(world, *chat)).collect();
    let title = types::TextWithEntities { text: folder.title.clone(), entities: Vec::new() };
    types::DialogFilter {
        contacts: folder.contacts,
        non_contacts: folder.non_contacts,
        groups: folder.groups,
        broadcasts: folder.channels,
        bots: folder.bots,
        id: folder.id,
        pinned_peers: peers(&folder.pinned),
        include_peers: peers(&folder.include),
        exclude_peers: peers(&folder.exclude),
        ..blank::dialog_filter(title.into())
    }
    .into()
}
