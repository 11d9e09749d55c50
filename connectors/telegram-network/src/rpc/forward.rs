//! Forwarding.

use grammers_tl_types::{enums, functions as f};

use super::{Answer, Call, bad, send};
use crate::world::{Forward, NewPost, Peer};

pub(super) fn forward_messages(call: &mut Call<'_>, request: f::messages::ForwardMessages) -> Answer<enums::Updates> {
    let (from, to) = (call.peer(&request.from_peer)?, call.peer(&request.to_peer)?);
    if request.id.len() != request.random_id.len() {
        return Err(bad("RANDOM_ID_INVALID"));
    }
    if request.id.is_empty() || request.id.len() > 100 {
        return Err(bad("MESSAGE_IDS_EMPTY"));
    }
    send::check(call, to, "", 0, request.schedule_date)?;
    let mut posts = Vec::new();
    let (mut updates, mut notices) = (Vec::new(), Vec::new());
    for (id, random_id) in request.id.into_iter().zip(request.random_id) {
        if let Some(sent) = call.core.world.find_sent(call.me, random_id) {
            let number = sent.number;
            send::repeat(call, number, &mut updates, &mut notices);
            continue;
        }
        let post = call.message(from, id)?;
        if post.action.is_some() {
            return Err(bad("MESSAGE_ID_INVALID"));
        }
        let author =
            if matches!(from, Peer::Channel(_)) && is_broadcast(call, from) { from } else { Peer::User(post.from) };
        let origin = Forward { from: author, sent_at: post.sent_at, channel_post: (author == from).then_some(id) };
        posts.push(NewPost {
            text: post.text.clone(),
            entities: post.entities.clone(),
            media: post.media.clone(),
            forward: (!request.drop_author).then(|| post.forward.clone().unwrap_or(origin)),
            random_id: Some(random_id),
            ..NewPost::default()
        });
    }
    send::commit_all(call, to, posts, &mut updates, &mut notices);
    Ok(call.updates_after(updates, &notices))
}

fn is_broadcast(call: &Call<'_>, chat: Peer) -> bool {
    matches!(chat, Peer::Channel(id) if call.core.world.channels.get(&id).is_some_and(|it| it.broadcast))
}
