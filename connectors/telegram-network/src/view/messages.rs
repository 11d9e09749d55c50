//! Messages.

use grammers_tl_types::{enums, types};

use super::{
    View, blank,
    media::{is_listened_to, media},
    peer,
};
use crate::world::{Action, Entity, EntityKind, Peer, Post};

impl View<'_> {
    /// A message of this account's mailbox or of a channel, under its id there.
    pub fn message_by_id(&mut self, channel: Option<i64>, id: i32) -> Option<enums::Message> {
        let (chat, post) = self.world.find_message(self.account, channel, id)?;
        Some(self.message(chat, id, post))
    }

    pub fn message(&mut self, chat: Peer, id: i32, post: &Post) -> enums::Message {
        self.mention(chat);
        self.mention(Peer::User(post.from));
        if let Some(action) = &post.action {
            return self.service(chat, id, post, action);
        }
        let out = post.from == self.account;
        let is_broadcast = self.is_broadcast(chat);
        types::Message {
            out,
            media_unread: !out && is_listened_to(post.media.as_ref()) && id > self.read_up_to(chat),
            post: is_broadcast,
            id,
            from_id: self.shown_author(chat, post),
            fwd_from: self.forward_header(post),
            reply_to: self.reply_header(post),
            date: post.sent_at,
            message: post.text.clone(),
            media: post.media.as_ref().and_then(|it| media(self.world, it)),
            entities: (!post.entities.is_empty()).then(|| post.entities.iter().map(entity).collect()),
            views: is_broadcast.then_some(1),
            forwards: is_broadcast.then_some(0),
            edit_date: post.edited_at,
            grouped_id: post.album,
            reactions: (!post.reactions.is_empty()).then(|| self.reactions(post)),
            ..blank::message(peer(chat))
        }
        .into()
    }

    fn service(&mut self, chat: Peer, id: i32, post: &Post, action: &Action) -> enums::Message {
        types::MessageService {
            out: post.from == self.account,
            post: self.is_broadcast(chat),
            id,
            from_id: self.shown_author(chat, post),
            reply_to: self.reply_header(post),
            date: post.sent_at,
            ..blank::service(peer(chat), self.action(chat, action))
        }
        .into()
    }

    fn action(&mut self, chat: Peer, action: &Action) -> enums::MessageAction {
        match action {
            Action::Created { title } => match chat {
                Peer::Channel(_) => types::MessageActionChannelCreate { title: title.clone() }.into(),
                _ => types::MessageActionChatCreate { title: title.clone(), users: Vec::new() }.into(),
            },
            Action::Joined { people } => {
                for person in people {
                    self.mention(Peer::User(*person));
                }
                types::MessageActionChatAddUser { users: people.clone() }.into()
            }
            Action::Left { person } => {
                self.mention(Peer::User(*person));
                types::MessageActionChatDeleteUser { user_id: *person }.into()
            }
            Action::Renamed { title } => types::MessageActionChatEditTitle { title: title.clone() }.into(),
            Action::Pinned => enums::MessageAction::PinMessage,
            Action::SignedUp => enums::MessageAction::ContactSignUp,
        }
    }

    /// Posts of a broadcast and what others write in private chats have no author of their own.
    fn shown_author(&self, chat: Peer, post: &Post) -> Option<enums::Peer> {
        (!self.is_broadcast(chat)).then(|| peer(Peer::User(post.from)))
    }

    fn is_broadcast(&self, chat: Peer) -> bool {
        matches!(chat, Peer::Channel(id) if self.world.channels.get(&id).is_some_and(|it| it.broadcast))
    }

    fn read_up_to(&self, chat: Peer) -> i32 {
        self.world.dialog(self.account, chat).map_or(i32::MAX, |dialog| dialog.read_inbox)
    }

    fn reply_header(&self, post: &Post) -> Option<enums::MessageReplyHeader> {
        let answered = self.world.post(post.reply_to?.post)?;
        let reply_to_msg_id = Some(answered.id_for(self.account)?);
        Some(types::MessageReplyHeader { reply_to_msg_id, ..blank::reply_header() }.into())
    }

    fn forward_header(&mut self, post: &Post) -> Option<enums::MessageFwdHeader> {
        let forward = post.forward.as_ref()?;
        self.mention(forward.from);
        let header = types::MessageFwdHeader {
            from_id: Some(peer(forward.from)),
            date: forward.sent_at,
            channel_post: forward.channel_post,
            ..blank::forward_header()
        };
        Some(header.into())
    }

    pub(super) fn reactions(&mut self, post: &Post) -> enums::MessageReactions {
        let mut results: Vec<types::ReactionCount> = Vec::new();
        let mut recent = Vec::new();
        for given in &post.reactions {
            self.mention(Peer::User(given.person));
            let my = given.person == self.account;
            let reaction = emoji(&given.emoji);
            match results.iter_mut().find(|it| it.reaction == reaction) {
                Some(known) => {
                    known.count += 1;
                    known.chosen_order = known.chosen_order.or(my.then_some(0));
                }
                None => results.push(types::ReactionCount {
                    chosen_order: my.then_some(0),
                    reaction: reaction.clone(),
                    count: 1,
                }),
            }
            let peer_id = peer(Peer::User(given.person));
            let one = types::MessagePeerReaction { big: false, unread: false, my, peer_id, date: given.at, reaction };
            recent.push(one.into());
        }
        types::MessageReactions {
            min: false,
            can_see_list: true,
            reactions_as_tags: false,
            results: results.into_iter().map(Into::into).collect(),
            recent_reactions: Some(recent),
            top_reactors: None,
        }
        .into()
    }
}

pub(crate) fn emoji(emoticon: &str) -> enums::Reaction {
    types::ReactionEmoji { emoticon: emoticon.to_owned() }.into()
}

fn entity(entity: &Entity) -> enums::MessageEntity {
    let (offset, length) = (entity.offset, entity.length);
    match &entity.kind {
        EntityKind::Bold => types::MessageEntityBold { offset, length }.into(),
        EntityKind::Italic => types::MessageEntityItalic { offset, length }.into(),
        EntityKind::Underline => types::MessageEntityUnderline { offset, length }.into(),
        EntityKind::Strike => types::MessageEntityStrike { offset, length }.into(),
        EntityKind::Spoiler => types::MessageEntitySpoiler { offset, length }.into(),
        EntityKind::Code => types::MessageEntityCode { offset, length }.into(),
        EntityKind::Pre(language) => types::MessageEntityPre { offset, length, language: language.clone() }.into(),
        EntityKind::Quote => types::MessageEntityBlockquote { collapsed: false, offset, length }.into(),
        EntityKind::Url => types::MessageEntityUrl { offset, length }.into(),
        EntityKind::TextUrl(url) => types::MessageEntityTextUrl { offset, length, url: url.clone() }.into(),
        EntityKind::Email => types::MessageEntityEmail { offset, length }.into(),
        EntityKind::Phone => types::MessageEntityPhone { offset, length }.into(),
        EntityKind::Mention => types::MessageEntityMention { offset, length }.into(),
        EntityKind::MentionName(user_id) => {
            types::MessageEntityMentionName { offset, length, user_id: *user_id }.into()
        }
        EntityKind::Hashtag => types::MessageEntityHashtag { offset, length }.into(),
        EntityKind::Command => types::MessageEntityBotCommand { offset, length }.into(),
        EntityKind::CustomEmoji(document_id) => {
            types::MessageEntityCustomEmoji { offset, length, document_id: *document_id }.into()
        }
    }
}
