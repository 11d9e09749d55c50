//! What happened in a chat, as small JSON: `kind`, and what one needs to say it in words.

use grammers_tl_types::enums::MessageAction as A;
use serde_json::{Value, json};

pub(super) fn plain(action: &A) -> Value {
    membership(action).or_else(|| settings(action)).unwrap_or_else(|| other(action))
}

fn membership(action: &A) -> Option<Value> {
    Some(match action {
        A::ChatCreate(a) => json!({"kind": "created", "title": a.title}),
        A::ChannelCreate(a) => json!({"kind": "created", "title": a.title}),
        A::ChatAddUser(a) => json!({"kind": "joined", "users": a.users}),
        A::ChatJoinedByLink(a) => json!({"kind": "joined_by_link", "inviter": a.inviter_id}),
        A::ChatJoinedByRequest => json!({"kind": "joined_by_request"}),
        A::ChatDeleteUser(a) => json!({"kind": "left", "user": a.user_id}),
        A::ContactSignUp => json!({"kind": "signed_up"}),
        A::ChatMigrateTo(a) => json!({"kind": "moved", "to": super::channel_chat_id(a.channel_id)}),
        A::ChannelMigrateFrom(a) => json!({"kind": "moved", "from": -a.chat_id, "title": a.title}),
        _ => return None,
    })
}

fn settings(action: &A) -> Option<Value> {
    Some(match action {
        A::ChatEditTitle(a) => json!({"kind": "renamed", "title": a.title}),
        A::ChatEditPhoto(_) => json!({"kind": "photo_changed"}),
        A::ChatDeletePhoto => json!({"kind": "photo_removed"}),
        A::PinMessage => json!({"kind": "pinned"}),
        A::HistoryClear => json!({"kind": "history_cleared"}),
        A::SetMessagesTtl(a) => json!({"kind": "self_destruct", "seconds": a.period}),
        A::SetChatTheme(_) | A::SetChatWallPaper(_) => json!({"kind": "theme_changed"}),
        A::TopicCreate(a) => json!({"kind": "topic_created", "title": a.title}),
        A::TopicEdit(a) => json!({"kind": "topic_changed", "title": a.title}),
        _ => return None,
    })
}

fn other(action: &A) -> Value {
    match action {
        A::PhoneCall(a) => json!({"kind": "call", "video": a.video, "seconds": a.duration}),
        A::GroupCall(a) => json!({"kind": "group_call", "seconds": a.duration}),
        A::GroupCallScheduled(a) => json!({"kind": "group_call_scheduled", "at": super::instant(a.schedule_date)}),
        A::ScreenshotTaken => json!({"kind": "screenshot"}),
        A::CustomAction(a) => json!({"kind": "text", "text": a.message}),
        A::PaymentSent(a) => json!({"kind": "payment", "amount": a.total_amount, "currency": a.currency}),
        A::GiftPremium(_) | A::GiftCode(_) | A::GiftStars(_) | A::StarGift(_) | A::StarGiftUnique(_) => {
            json!({"kind": "gift"})
        }
        _ => json!({"kind": "other"}),
    }
}
