//! Messages that are changed after they were sent: edited, deleted, pinned, reacted to.

use grammers_tl_types::{enums, functions as f, types};

use super::{Answer, Call, Refusal, bad, entities::entities_of, read::affected};
use crate::world::{Action, Fact, NewPost, Notice, Peer, ReplyTo};

pub(super) fn edit_message(call: &mut Call<'_>, request: f::messages::EditMessage) -> Answer<enums::Updates> {
    let chat = call.peer(&request.peer)?;
    let post = call.message(chat, request.id)?;
    if post.from != call.me {
        return Err(Refusal::new(403, "MESSAGE_AUTHOR_REQUIRED"));
    }
    let (number, old_text, old_entities, had_media) =
        (post.number, post.text.clone(), post.entities.clone(), post.media.is_some());
    let media = match &request.media {
        Some(input) => Some(call.media(input)?),
        None => None,
    };
    let (text, entities) = match request.message {
        Some(text) => (text, entities_of(request.entities.unwrap_or_default())),
        None => (old_text.clone(), old_entities.clone()),
    };
    if text.trim().is_empty() && media.is_none() && !had_media {
        return Err(bad("MESSAGE_EMPTY"));
    }
    if text == old_text && entities == old_entities && media.is_none() {
        return Err(bad("MESSAGE_NOT_MODIFIED"));
    }
    let at = call.core.now();
    let notices = call.commit(Fact::Edited { post: number, text, entities, media, at });
    Ok(call.updates(&notices))
}

pub(super) fn delete_messages(
    call: &mut Call<'_>,
    request: f::messages::DeleteMessages,
) -> Answer<enums::messages::AffectedMessages> {
    let found = request.id.iter().filter_map(|id| call.core.world.find_message(call.me, None, *id));
    let posts: Vec<u64> = found.map(|(_, post)| post.number).collect();
    let only_for = (!request.revoke).then_some(call.me);
    let notices = delete(call, posts, only_for);
    Ok(affected(call, &notices))
}

pub(super) fn delete_channel_messages(
    call: &mut Call<'_>,
    request: f::channels::DeleteMessages,
) -> Answer<enums::messages::AffectedMessages> {
    let channel = call.channel(&request.channel)?;
    let (id, pts_before) = (channel.id, channel.past.pts);
    let may_delete_all = channel.creator == call.me || channel.members.get(&call.me).is_some_and(|member| member.admin);
    let found = request.id.iter().filter_map(|message| call.core.world.find_message(call.me, Some(id), *message));
    let posts: Vec<(u64, i64)> = found.map(|(_, post)| (post.number, post.from)).collect();
    if posts.iter().any(|(_, from)| *from != call.me && !may_delete_all) {
        return Err(Refusal::new(403, "MESSAGE_DELETE_FORBIDDEN"));
    }
    delete(call, posts.into_iter().map(|(number, _)| number).collect(), None);
    let pts = call.core.world.channels.get(&id).map_or(pts_before, |channel| channel.past.pts);
    Ok(types::messages::AffectedMessages { pts, pts_count: pts - pts_before }.into())
}

pub(super) fn delete_history(
    call: &mut Call<'_>,
    request: f::messages::DeleteHistory,
) -> Answer<enums::messages::AffectedHistory> {
    let chat = call.peer(&request.peer)?;
    if matches!(chat, Peer::Channel(_)) {
        return Err(bad("PEER_ID_INVALID"));
    }
    let world = &call.core.world;
    let ids = world.message_ids(call.me, chat).into_iter().filter(|id| request.max_id == 0 || *id <= request.max_id);
    let posts = ids.filter_map(|id| world.find_message(call.me, None, id)).map(|(_, post)| post.number).collect();
    let only_for = (!request.revoke).then_some(call.me);
    let notices = delete(call, posts, only_for);
    let enums::messages::AffectedMessages::Messages(it) = affected(call, &notices);
    Ok(types::messages::AffectedHistory { pts: it.pts, pts_count: it.pts_count, offset: 0 }.into())
}

fn delete(call: &mut Call<'_>, posts: Vec<u64>, only_for: Option<i64>) -> Vec<Notice> {
    if posts.is_empty() { Vec::new() } else { call.commit(Fact::Deleted { posts, only_for }) }
}

pub(super) fn update_pinned(call: &mut Call<'_>, request: f::messages::UpdatePinnedMessage) -> Answer<enums::Updates> {
    let chat = call.peer(&request.peer)?;
    let post = call.message(chat, request.id)?.number;
    if request.unpin || request.silent {
        return Ok(call.updates(&[]));
    }
    let reply_to = Some(ReplyTo { post });
    let post = Box::new(NewPost { action: Some(Action::Pinned), reply_to, ..NewPost::default() });
    let at = call.core.now();
    let notices = call.commit(Fact::Sent { from: call.me, to: chat, at, post });
    Ok(call.updates(&notices))
}

pub(super) fn send_reaction(call: &mut Call<'_>, request: f::messages::SendReaction) -> Answer<enums::Updates> {
    let chat = call.peer(&request.peer)?;
    let post = call.message(chat, request.msg_id)?.number;
    let emoji = |reaction| match reaction {
        enums::Reaction::Emoji(it) => Ok(it.emoticon),
        _ => Err(bad("REACTION_INVALID")),
    };
    let emoji: Vec<String> = request.reaction.unwrap_or_default().into_iter().map(emoji).collect::<Answer<_>>()?;
    if emoji.len() > 3 {
        return Err(bad("REACTIONS_TOO_MANY"));
    }
    let (person, at) = (call.me, call.core.now());
    let notices = call.commit(Fact::Reacted { post, person, emoji, at });
    Ok(call.updates(&notices))
}
