//! Messages of a chat: pages, by id, by what they say.

use grammers_tl_types::{enums, functions as f, types};

use super::{Answer, Call, bad};
use crate::world::{DocumentKind, EntityKind, Media, Peer, Post};

/// Telegram gives no more at once.
const MAX_MESSAGES: usize = 100;

/// Which part of a list of ids is asked for.
struct Page {
    offset_id: i32,
    offset_date: i32,
    add_offset: i32,
    limit: i32,
    max_id: i32,
    min_id: i32,
}

pub(super) fn get_history(call: &mut Call<'_>, request: f::messages::GetHistory) -> Answer<enums::messages::Messages> {
    let chat = call.peer(&request.peer)?;
    let ids = call.core.world.message_ids(call.me, chat);
    let f::messages::GetHistory { offset_id, offset_date, add_offset, limit, max_id, min_id, .. } = request;
    let page = Page { offset_id, offset_date, add_offset, limit, max_id, min_id };
    let (found, position) = page_of(call, chat, &ids, &page);
    Ok(listed(call, chat, &found, ids.len(), position))
}

pub(super) fn search(call: &mut Call<'_>, request: f::messages::Search) -> Answer<enums::messages::Messages> {
    let chat = call.peer(&request.peer)?;
    let from = match &request.from_id {
        Some(input) => Some(call.peer(input)?),
        None => None,
    };
    let sought = request.q.to_lowercase();
    let mut ids = call.core.world.message_ids(call.me, chat);
    ids.retain(|id| {
        call.message(chat, *id).is_ok_and(|post| {
            post.text.to_lowercase().contains(&sought)
                && from.is_none_or(|from| from == Peer::User(post.from))
                && (request.min_date == 0 || post.sent_at > request.min_date)
                && (request.max_date == 0 || post.sent_at < request.max_date)
                && passes(&request.filter, post)
        })
    });
    let f::messages::Search { offset_id, add_offset, limit, max_id, min_id, .. } = request;
    let page = Page { offset_id, offset_date: 0, add_offset, limit, max_id, min_id };
    let (found, position) = page_of(call, chat, &ids, &page);
    Ok(listed(call, chat, &found, ids.len(), position))
}

pub(super) fn search_global(
    call: &mut Call<'_>,
    request: f::messages::SearchGlobal,
) -> Answer<enums::messages::Messages> {
    let sought = request.q.to_lowercase();
    let world = &call.core.world;
    let mut found: Vec<(i32, Peer, i32)> = Vec::new();
    for chat in world.chats_of(call.me) {
        for id in world.message_ids(call.me, chat) {
            if let Ok(post) = call.message(chat, id)
                && post.text.to_lowercase().contains(&sought)
                && passes(&request.filter, post)
            {
                found.push((post.sent_at, chat, id));
            }
        }
    }
    found.sort_by(|a, b| b.cmp(a));
    let count = i32::try_from(found.len()).unwrap_or(i32::MAX);
    // The rate that is asked from is the time of the last message of the page before.
    found.retain(|(at, _, id)| request.offset_rate == 0 || (*at, *id) < (request.offset_rate, request.offset_id));
    found.truncate(usize::try_from(request.limit).unwrap_or(0).min(MAX_MESSAGES));
    let mut view = call.view();
    let messages = found.iter().filter_map(|(_, chat, id)| view.message_by_id(channel(*chat), *id)).collect();
    Ok(types::messages::MessagesSlice {
        inexact: false,
        count,
        next_rate: found.last().map(|(at, _, _)| *at),
        offset_id_offset: None,
        search_flood: None,
        messages,
        topics: Vec::new(),
        chats: view.chats(),
        users: view.users(),
    }
    .into())
}

pub(super) fn get_messages(
    call: &mut Call<'_>,
    request: f::messages::GetMessages,
) -> Answer<enums::messages::Messages> {
    Ok(by_id(call, None, &request.id))
}

pub(super) fn get_channel_messages(
    call: &mut Call<'_>,
    request: f::channels::GetMessages,
) -> Answer<enums::messages::Messages> {
    let id = call.channel(&request.channel)?.id;
    if request.id.is_empty() {
        return Err(bad("MESSAGE_IDS_EMPTY"));
    }
    Ok(by_id(call, Some(id), &request.id))
}

/// In the order in which they are asked for; an empty message where there is none.
fn by_id(call: &Call<'_>, channel: Option<i64>, ids: &[enums::InputMessage]) -> enums::messages::Messages {
    let mut view = call.view();
    let mut messages = Vec::new();
    for input in ids.iter().take(MAX_MESSAGES) {
        let id = match input {
            enums::InputMessage::Id(it) => it.id,
            enums::InputMessage::ReplyTo(it) => {
                let answered = view.world.find_message(call.me, channel, it.id);
                let answered = answered.and_then(|(_, post)| view.world.post(post.reply_to?.post));
                answered.and_then(|post| post.id_for(call.me)).unwrap_or(0)
            }
            _ => 0,
        };
        let empty = || types::MessageEmpty { id, peer_id: None }.into();
        messages.push(view.message_by_id(channel, id).unwrap_or_else(empty));
    }
    let count = i32::try_from(messages.len()).unwrap_or(i32::MAX);
    let (topics, chats, users) = (Vec::new(), view.chats(), view.users());
    match channel.and_then(|id| view.world.channels.get(&id)) {
        Some(channel) => types::messages::ChannelMessages {
            inexact: false,
            pts: channel.past.pts,
            count,
            offset_id_offset: None,
            messages,
            topics,
            chats,
            users,
        }
        .into(),
        None => types::messages::Messages { messages, topics, chats, users }.into(),
    }
}

/// The ids of a page, newest first, and how many newer ones stand before it.
fn page_of(call: &Call<'_>, chat: Peer, ids: &[i32], page: &Page) -> (Vec<i32>, usize) {
    let newest_first: Vec<i32> = ids.iter().rev().copied().collect();
    let is_newer = |id: &i32| {
        (page.offset_id > 0 && *id >= page.offset_id)
            || (page.offset_id == 0
                && page.offset_date > 0
                && call.message(chat, *id).is_ok_and(|post| post.sent_at >= page.offset_date))
    };
    let offset = newest_first.partition_point(is_newer);
    let shifted = i64::try_from(offset).unwrap_or(0) + i64::from(page.add_offset);
    let limit = page.limit.clamp(0, 100);
    let end = usize::try_from(shifted + i64::from(limit)).unwrap_or(0).min(newest_first.len());
    let start = usize::try_from(shifted).unwrap_or(0).min(end);
    let is_within = |id: &&i32| (page.max_id == 0 || **id < page.max_id) && **id > page.min_id;
    (newest_first[start..end].iter().filter(is_within).copied().collect(), offset)
}

fn listed(call: &Call<'_>, chat: Peer, ids: &[i32], total: usize, position: usize) -> enums::messages::Messages {
    let mut view = call.view();
    view.mention(chat);
    let messages: Vec<_> = ids.iter().filter_map(|id| view.message_by_id(channel(chat), *id)).collect();
    let (topics, chats, users) = (Vec::new(), view.chats(), view.users());
    let count = i32::try_from(total).unwrap_or(i32::MAX);
    let offset_id_offset = Some(i32::try_from(position).unwrap_or(i32::MAX));
    match channel(chat).and_then(|id| view.world.channels.get(&id)) {
        Some(channel) => types::messages::ChannelMessages {
            inexact: false,
            pts: channel.past.pts,
            count,
            offset_id_offset,
            messages,
            topics,
            chats,
            users,
        }
        .into(),
        None if messages.len() == total => types::messages::Messages { messages, topics, chats, users }.into(),
        None => types::messages::MessagesSlice {
            inexact: false,
            count,
            next_rate: None,
            offset_id_offset,
            search_flood: None,
            messages,
            topics,
            chats,
            users,
        }
        .into(),
    }
}

fn channel(chat: Peer) -> Option<i64> {
    if let Peer::Channel(id) = chat { Some(id) } else { None }
}

fn passes(filter: &enums::MessagesFilter, post: &Post) -> bool {
    use enums::MessagesFilter as Filter;
    let kind =
        |wanted: fn(&DocumentKind) -> bool| matches!(&post.media, Some(Media::Document { kind, .. }) if wanted(kind));
    match filter {
        Filter::InputMessagesFilterPhotos => matches!(post.media, Some(Media::Photo { .. })),
        Filter::InputMessagesFilterVideo => kind(|it| matches!(it, DocumentKind::Video { .. })),
        Filter::InputMessagesFilterVoice => kind(|it| matches!(it, DocumentKind::Voice { .. })),
        Filter::InputMessagesFilterMusic => kind(|it| matches!(it, DocumentKind::Audio { .. })),
        Filter::InputMessagesFilterDocument => kind(|it| matches!(it, DocumentKind::File)),
        Filter::InputMessagesFilterUrl => {
            post.entities.iter().any(|it| matches!(it.kind, EntityKind::Url | EntityKind::TextUrl(_)))
        }
        _ => true,
    }
}
