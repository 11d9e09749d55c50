//! The list of chats, and folders.

use grammers_tl_types::{enums, functions as f, types};

use super::{Answer, Call, bad, updates};
use crate::{
    view,
    world::{Fact, Peer, World},
};

/// Telegram gives no more at once.
const MAX_DIALOGS: usize = 100;

pub(super) fn get_dialogs(call: &mut Call<'_>, request: f::messages::GetDialogs) -> Answer<enums::messages::Dialogs> {
    let chats = in_order(&call.core.world, call.me);
    let count = i32::try_from(chats.len()).unwrap_or(i32::MAX);
    if request.folder_id.is_some_and(|folder| folder != 0) {
        // Nothing is ever archived.
        let (dialogs, messages, chats, users) = <_>::default();
        return Ok(types::messages::Dialogs { dialogs, messages, chats, users }.into());
    }
    let after = view::access_hash_of(&request.offset_peer, call.me).map(|(peer, _)| peer);
    let is_after_offset = |chat: &Listed| {
        request.offset_date == 0
            || (chat.at, chat.top) < (request.offset_date, request.offset_id)
            || ((chat.at, chat.top) == (request.offset_date, request.offset_id) && Some(chat.peer) != after)
    };
    let is_asked_for =
        |chat: &&Listed| !(request.exclude_pinned && chat.pinned) && (chat.pinned || is_after_offset(chat));
    let limit = usize::try_from(request.limit).unwrap_or(0).min(MAX_DIALOGS);
    let page: Vec<Peer> = chats.iter().filter(is_asked_for).take(limit).map(|chat| chat.peer).collect();
    let is_all = page.len() == chats.len();
    let (dialogs, messages, chats, users) = described(call, &page);
    Ok(if is_all {
        types::messages::Dialogs { dialogs, messages, chats, users }.into()
    } else {
        types::messages::DialogsSlice { count, dialogs, messages, chats, users }.into()
    })
}

pub(super) fn get_peer_dialogs(
    call: &mut Call<'_>,
    request: f::messages::GetPeerDialogs,
) -> Answer<enums::messages::PeerDialogs> {
    let named = request.peers.iter().map(|peer| dialog_peer(call, peer));
    let peers: Vec<Peer> = named.collect::<Answer<_>>()?;
    peer_dialogs(call, &peers)
}

pub(super) fn get_pinned_dialogs(
    call: &mut Call<'_>,
    _: f::messages::GetPinnedDialogs,
) -> Answer<enums::messages::PeerDialogs> {
    let listed = in_order(&call.core.world, call.me);
    let pinned: Vec<Peer> = listed.iter().filter(|chat| chat.pinned).map(|chat| chat.peer).collect();
    peer_dialogs(call, &pinned)
}

fn peer_dialogs(call: &Call<'_>, peers: &[Peer]) -> Answer<enums::messages::PeerDialogs> {
    let pts = call.core.world.person(call.me).ok_or(bad("USER_DEACTIVATED"))?.mailbox.past.pts;
    let (dialogs, messages, chats, users) = described(call, peers);
    let state = updates::state(call, pts);
    Ok(types::messages::PeerDialogs { dialogs, messages, chats, users, state }.into())
}

pub(super) fn get_dialog_filters(
    call: &mut Call<'_>,
    _: f::messages::GetDialogFilters,
) -> Answer<enums::messages::DialogFilters> {
    let world = &call.core.world;
    let person = world.person(call.me).ok_or(bad("USER_DEACTIVATED"))?;
    let own = person.folders.iter().map(|folder| view::folder(world, folder));
    let filters = std::iter::once(enums::DialogFilter::Default).chain(own).collect();
    Ok(types::messages::DialogFilters { tags_enabled: false, filters }.into())
}

pub(super) fn toggle_pin(call: &mut Call<'_>, request: f::messages::ToggleDialogPin) -> Answer<bool> {
    let chat = dialog_peer(call, &request.peer)?;
    call.commit(Fact::Pinned { account: call.me, chat, is: request.pinned });
    Ok(true)
}

pub(super) fn mark_unread(call: &mut Call<'_>, request: f::messages::MarkDialogUnread) -> Answer<bool> {
    let chat = dialog_peer(call, &request.peer)?;
    call.commit(Fact::UnreadMark { account: call.me, chat, is: request.unread });
    Ok(true)
}

fn dialog_peer(call: &Call<'_>, input: &enums::InputDialogPeer) -> Answer<Peer> {
    match input {
        enums::InputDialogPeer::Peer(it) => call.peer(&it.peer),
        _ => Err(bad("PEER_ID_INVALID")),
    }
}

type Described = (Vec<enums::Dialog>, Vec<enums::Message>, Vec<enums::Chat>, Vec<enums::User>);

fn described(call: &Call<'_>, peers: &[Peer]) -> Described {
    let mut view = call.view();
    let (mut dialogs, mut messages) = (Vec::new(), Vec::new());
    for peer in peers {
        if let Some((dialog, message)) = view.dialog(*peer) {
            dialogs.push(dialog);
            messages.extend(message);
        }
    }
    (dialogs, messages, view.chats(), view.users())
}

struct Listed {
    peer: Peer,
    pinned: bool,
    /// When its newest message was sent.
    at: i32,
    top: i32,
}

/// Pinned chats first, then those with the newest messages. A chat without messages is not in the list.
fn in_order(world: &World, account: i64) -> Vec<Listed> {
    let listed = |peer: Peer| {
        let (top, pinned, channel) = match peer {
            Peer::Channel(id) => {
                let channel = world.channels.get(&id)?;
                (channel.top(), channel.members.get(&account)?.pinned, Some(id))
            }
            _ => world.dialog(account, peer).map(|it| (it.top(), it.pinned, None))?,
        };
        let (_, post) = world.find_message(account, channel, top)?;
        Some(Listed { peer, pinned, at: post.sent_at, top })
    };
    let mut chats: Vec<Listed> = world.chats_of(account).into_iter().filter_map(listed).collect();
    chats.sort_by_key(|chat| std::cmp::Reverse((chat.pinned, chat.at, chat.top)));
    chats
}
