//! Sending. A `random_id` that was used is answered with the message it made: a repeated call sends nothing.

use grammers_tl_types::{enums, functions as f, types};

use super::{Answer, Call, Refusal, bad, entities::entities_of};
use crate::{
    view,
    world::{Event, Fact, NewPost, Notice, Peer, ReplyTo},
};

/// In UTF-16 units.
const MAX_TEXT: usize = 4096;
const MAX_CAPTION: usize = 1024;
const MAX_ALBUM: usize = 10;

pub(super) fn send_message(call: &mut Call<'_>, request: f::messages::SendMessage) -> Answer<enums::Updates> {
    let chat = call.peer(&request.peer)?;
    if let Some(updates) = already_sent(call, request.random_id) {
        return Ok(updates);
    }
    if request.message.trim().is_empty() {
        return Err(bad("MESSAGE_EMPTY"));
    }
    check(call, chat, &request.message, MAX_TEXT, request.schedule_date)?;
    let post = NewPost {
        entities: entities_of(request.entities.unwrap_or_default()),
        reply_to: reply_to(call, chat, request.reply_to.as_ref())?,
        random_id: Some(request.random_id),
        text: request.message,
        ..NewPost::default()
    };
    Ok(send(call, chat, vec![post]))
}

pub(super) fn send_media(call: &mut Call<'_>, request: f::messages::SendMedia) -> Answer<enums::Updates> {
    let chat = call.peer(&request.peer)?;
    if let Some(updates) = already_sent(call, request.random_id) {
        return Ok(updates);
    }
    check(call, chat, &request.message, MAX_CAPTION, request.schedule_date)?;
    let reply_to = reply_to(call, chat, request.reply_to.as_ref())?;
    let post = NewPost {
        media: Some(call.media(&request.media)?),
        entities: entities_of(request.entities.unwrap_or_default()),
        reply_to,
        random_id: Some(request.random_id),
        text: request.message,
        ..NewPost::default()
    };
    Ok(send(call, chat, vec![post]))
}

pub(super) fn send_multi_media(call: &mut Call<'_>, request: f::messages::SendMultiMedia) -> Answer<enums::Updates> {
    let chat = call.peer(&request.peer)?;
    let reply_to = reply_to(call, chat, request.reply_to.as_ref())?;
    if request.multi_media.is_empty() || request.multi_media.len() > MAX_ALBUM {
        return Err(bad("MULTI_MEDIA_TOO_LONG"));
    }
    let mut posts = Vec::new();
    let mut again = Vec::new();
    for single in request.multi_media {
        let enums::InputSingleMedia::Media(single) = single;
        if let Some(post) = call.core.world.find_sent(call.me, single.random_id) {
            again.push(post.number);
            continue;
        }
        check(call, chat, &single.message, MAX_CAPTION, request.schedule_date)?;
        posts.push(NewPost {
            media: Some(call.media(&single.media)?),
            entities: entities_of(single.entities.unwrap_or_default()),
            reply_to,
            random_id: Some(single.random_id),
            text: single.message,
            ..NewPost::default()
        });
    }
    // Whatever of it was sent before keeps the album of then.
    let earlier = again.first().and_then(|number| call.core.world.post(*number)).and_then(|post| post.album);
    let album = earlier.or_else(|| posts.first().and_then(|post| post.random_id));
    for post in &mut posts {
        post.album = album;
    }
    let mut updates = Vec::new();
    let mut notices = Vec::new();
    for number in again {
        repeat(call, number, &mut updates, &mut notices);
    }
    commit_all(call, chat, posts, &mut updates, &mut notices);
    Ok(call.updates_after(updates, &notices))
}

pub(super) fn upload_media(call: &mut Call<'_>, request: f::messages::UploadMedia) -> Answer<enums::MessageMedia> {
    call.peer(&request.peer)?;
    let media = call.media(&request.media)?;
    call.core.files.remember(&media);
    view::media(&call.core.world, &media).ok_or(bad("MEDIA_INVALID"))
}

/// Sends messages that were checked; gives the answer of the call.
pub(super) fn send(call: &mut Call<'_>, chat: Peer, posts: Vec<NewPost>) -> enums::Updates {
    let (mut updates, mut notices) = (Vec::new(), Vec::new());
    commit_all(call, chat, posts, &mut updates, &mut notices);
    call.updates_after(updates, &notices)
}

pub(super) fn commit_all(
    call: &mut Call<'_>,
    chat: Peer,
    posts: Vec<NewPost>,
    updates: &mut Vec<enums::Update>,
    notices: &mut Vec<Notice>,
) {
    let at = call.core.now();
    for post in posts {
        let random_id = post.random_id;
        let told = call.commit(Fact::Sent { from: call.me, to: chat, at, post: Box::new(post) });
        let own: Vec<Notice> = told.into_iter().filter(|notice| notice.account == call.me).collect();
        for notice in &own {
            if let (Event::Message { id }, Some(random_id)) = (&notice.event, random_id) {
                updates.push(types::UpdateMessageId { id: *id, random_id }.into());
            }
        }
        notices.extend(own);
    }
}

/// The answer of then, when this `random_id` was used.
pub(super) fn already_sent(call: &Call<'_>, random_id: i64) -> Option<enums::Updates> {
    let number = call.core.world.find_sent(call.me, random_id)?.number;
    let (mut updates, mut notices) = (Vec::new(), Vec::new());
    repeat(call, number, &mut updates, &mut notices);
    Some(call.updates_after(updates, &notices))
}

pub(super) fn repeat(call: &Call<'_>, number: u64, updates: &mut Vec<enums::Update>, notices: &mut Vec<Notice>) {
    let world = &call.core.world;
    let Some(post) = world.post(number) else { return };
    let (Some(random_id), Some(id)) = (post.random_id, post.id_for(call.me)) else { return };
    updates.push(types::UpdateMessageId { id, random_id }.into());
    let channel = if let Peer::Channel(id) = post.to { Some(id) } else { None };
    let past = match channel {
        Some(id) => world.channels.get(&id).map(|channel| &channel.past),
        None => world.person(call.me).map(|person| &person.mailbox.past),
    };
    let event = Event::Message { id };
    let told = past.and_then(|past| past.events.iter().rev().find(|(_, _, known)| *known == event));
    let (pts, count) = told.map_or((0, 0), |(pts, count, _)| (*pts, *count));
    notices.push(Notice { account: call.me, channel, event, pts, count });
}

/// Whether a text of this length may be written there by the caller, now.
pub(super) fn check(call: &Call<'_>, chat: Peer, text: &str, max: usize, scheduled: Option<i32>) -> Answer<()> {
    if text.encode_utf16().count() > max {
        return Err(bad(if max == MAX_CAPTION { "MEDIA_CAPTION_TOO_LONG" } else { "MESSAGE_TOO_LONG" }));
    }
    if scheduled.is_some() {
        return Err(bad("SCHEDULE_DATE_INVALID"));
    }
    let world = &call.core.world;
    let is_blocked = |by: i64, whom: i64| world.person(by).is_some_and(|it| it.blocked.contains(&whom));
    match chat {
        Peer::User(person) if is_blocked(person, call.me) => Err(bad("USER_IS_BLOCKED")),
        Peer::User(person) if is_blocked(call.me, person) => Err(bad("YOU_BLOCKED_USER")),
        Peer::Channel(id) if world.channels.get(&id).is_some_and(|channel| !channel.may_post(call.me)) => {
            Err(Refusal::new(403, "CHAT_WRITE_FORBIDDEN"))
        }
        _ => Ok(()),
    }
}

fn reply_to(call: &Call<'_>, chat: Peer, input: Option<&enums::InputReplyTo>) -> Answer<Option<ReplyTo>> {
    let Some(enums::InputReplyTo::Message(input)) = input else { return Ok(None) };
    let post = call.message(chat, input.reply_to_msg_id).map_err(|_| bad("REPLY_MESSAGE_ID_INVALID"))?.number;
    Ok(Some(ReplyTo { post }))
}
