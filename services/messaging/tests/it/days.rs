//! Conversations with a contact by day, as timelines ask for them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use contracts::{
    channels::{Origin, Seen, SeenChat, SeenMessage},
    conversations::{ConversationDay, Conversations, WantedDays},
};
use kernel::{Grants, Locale, Reach, Scope};
use messaging::ChatDirectory;
use serde_json::json;
use testkit::on_both;
use uuid::Uuid;

use crate::world::{World, message, ours, private};

/// Everything, in Warsaw.
fn wanted(contact: Uuid) -> WantedDays<'static> {
    WantedDays { contact, time_zone: "Europe/Warsaw", before: None, down_to: None, limit: 100 }
}

fn directory(world: &World) -> ChatDirectory {
    ChatDirectory::new(world.db().clone(), world.house.clone())
}

async fn days(world: &World, who: &Scope, wanted: WantedDays<'_>) -> Vec<ConversationDay> {
    directory(world).days_with(who, wanted).await.unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn anna(chat: i64) -> SeenChat {
    SeenChat { username: Some("anna".to_owned()), ..private(chat, &format!("Anna {chat}")) }
}

fn told(days: &[ConversationDay]) -> Vec<String> {
    let line = |day: &ConversationDay| {
        format!("{} {} {} in {} out: {}", day.title, day.day, day.received, day.sent, day.last.text)
    };
    days.iter().map(line).collect()
}

/// What was said within weeks in which clocks were turned back, at all hours, often at the same second.
fn much(chats: i64) -> Vec<SeenMessage> {
    let first = at("2025-10-20T00:00:00Z");
    let mut seed = 7_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((seed >> 33) % below).unwrap()
    };
    let mut instants: Vec<_> =
        (0..240).map(|_| first + TimeDelta::minutes(30) * i32::try_from(next(48 * 14)).unwrap()).collect();
    instants.sort();
    let said = instants.into_iter().zip(1..).map(|(at, id)| {
        let chat = next(u64::try_from(chats).unwrap()) + 1;
        let said = if next(3) == 0 { ours(chat, id, &format!("{id}")) } else { message(chat, id, &format!("{id}")) };
        SeenMessage { at, ..said }
    });
    said.collect()
}

/// Of each chat and day: in, out, the last one.
type Days = BTreeMap<(i64, NaiveDate), (u64, u64, String)>;

fn by_hand(said: &[SeenMessage], zone: Tz) -> Days {
    let mut days = Days::new();
    for message in said {
        let day = days.entry((message.chat_id, message.at.with_timezone(&zone).date_naive())).or_default();
        *(if message.outgoing { &mut day.1 } else { &mut day.0 }) += 1;
        day.2.clone_from(&message.text);
    }
    days
}

on_both! {
    async fn each_chat_has_a_line_a_day_that_moves_with_what_is_said(world: World) {
        let contact = world.contact("Anna", Some("anna"), None);
        let on = |id: i64, text: &str, mine: bool| {
            let said = if mine { ours(1, id, text) } else { message(1, id, text) };
            // Half past eleven in the evening of the 19th in Warsaw, and an hour later.
            Seen::Message(SeenMessage { at: at("2026-09-19T21:30:00Z") + TimeDelta::minutes(60 * (id - 1)), ..said })
        };
        world.see(world.account, Origin::Live, &[anna(1)], vec![on(1, "Hi", false), on(2, "Hello", true)]).await;
        let lines = days(&world, &world.manager, wanted(contact)).await;
        assert_eq!(told(&lines), ["Anna 1 2026-09-20 0 in 1 out: Hello", "Anna 1 2026-09-19 1 in 0 out: Hi"]);
        let utc = WantedDays { time_zone: "UTC", ..wanted(contact) };
        assert_eq!(told(&days(&world, &world.manager, utc).await), ["Anna 1 2026-09-19 1 in 1 out: Hello"]);
        assert!(lines[0].last.is_ours && !lines[1].last.is_ours);
        assert_eq!((lines[1].channel.as_str(), lines[1].last.sender_name.as_deref()), ("telegram", Some("Boris Client")));
        world.see(world.account, Origin::Live, &[anna(1)], vec![on(3, "Are you there?", false)]).await;
        let later = days(&world, &world.manager, wanted(contact)).await;
        assert_eq!(told(&later)[0], "Anna 1 2026-09-20 1 in 1 out: Are you there?");
        assert_eq!(later[0].id, lines[0].id, "the same line");
        assert!(later[0].place > lines[0].place, "further up");
        assert_eq!(later[1], lines[1]);
    }

    async fn what_did_not_go_or_is_gone_is_not_told(world: World) {
        let contact = world.contact("Anna", Some("anna"), None);
        let joined = SeenMessage { service: Some(json!({"kind": "joined"})), ..message(1, 1, "") };
        let news = vec![Seen::Message(joined), Seen::Message(message(1, 2, "Hi")), Seen::Message(message(1, 3, "Oops"))];
        world.see(world.account, Origin::Live, &[anna(1)], news).await;
        let chat = world.chat_of(1).await;
        world.send(&chat, "Not gone yet").await;
        world.run("update messages set deleted_at = sent_at where text = 'Oops'").await;
        assert_eq!(told(&days(&world, &world.manager, wanted(contact)).await), ["Anna 1 2026-09-21 1 in 0 out: Hi"]);
    }

    async fn parts_of_what_there_is_leave_nothing_out_and_tell_nothing_twice(world: World) {
        let contact = world.contact("Anna", Some("anna"), None);
        let said = much(3);
        let news = said.iter().cloned().map(Seen::Message).collect();
        world.see(world.account, Origin::Live, &[anna(1), anna(2), anna(3)], news).await;
        for zone in ["Europe/Warsaw", "Asia/Kolkata", "America/New_York"] {
            let expected = by_hand(&said, zone.parse().unwrap());
            for limit in [1, 2, 7, 100] {
                let (mut all, mut before) = (Vec::new(), None);
                loop {
                    let wanted = WantedDays { time_zone: zone, before, limit, ..wanted(contact) };
                    let part = days(&world, &world.manager, wanted).await;
                    let Some(last) = part.last() else { break };
                    before = Some(last.place);
                    all.extend(part);
                }
                assert!(all.is_sorted_by(|a, b| a.place > b.place));
                let found: Days = all
                    .iter()
                    .map(|day| {
                        let chat = day.title.trim_start_matches("Anna ").parse().unwrap();
                        ((chat, day.day), (day.received, day.sent, day.last.text.clone()))
                    })
                    .collect();
                assert_eq!((all.len(), &found), (expected.len(), &expected), "{zone}, {limit} at once");
            }
        }
        let all = days(&world, &world.manager, wanted(contact)).await;
        let down_to = Some(all[5].place);
        let upper = days(&world, &world.manager, WantedDays { down_to, ..wanted(contact) }).await;
        assert_eq!(upper[..6], all[..6]);
        assert!(upper.len() < all.len(), "what is not needed is not looked for");
    }

    async fn a_part_of_a_merged_chat_counts_as_it(world: World) {
        let contact = world.contact("Anna", Some("anna"), None);
        let news = vec![Seen::Message(message(1, 1, "Hi")), Seen::Message(message(2, 2, "It is me again"))];
        world.see(world.account, Origin::Live, &[anna(1), anna(2)], news).await;
        assert_eq!(days(&world, &world.manager, wanted(contact)).await.len(), 2);
        let (one, two) = (world.chat_of(1).await, world.chat_of(2).await);
        world.ok(&world.manager, "POST", &format!("/chats/{two}/merge"), json!({"into": one}), 200).await;
        let lines = days(&world, &world.manager, wanted(contact)).await;
        assert_eq!(told(&lines), ["Anna 1 2026-09-21 2 in 0 out: It is me again"]);
        assert_eq!(lines[0].chat_id.to_string(), one);
        let older = WantedDays { before: Some(lines[0].place), ..wanted(contact) };
        assert!(days(&world, &world.manager, older).await.is_empty(), "its line stands at the later message");
    }

    async fn who_may_not_read_a_chat_does_not_see_its_line(world: World) {
        let contact = world.contact("Anna", Some("anna"), None);
        world.see(world.account, Origin::Live, &[anna(1)], vec![Seen::Message(message(1, 1, "For all"))]).await;
        world.see(world.private, Origin::Live, &[anna(2)], vec![Seen::Message(message(2, 2, "For Colin"))]).await;
        let seen = async |who: &Scope| days(&world, who, wanted(contact)).await.into_iter().map(|d| d.title).collect::<Vec<_>>();
        assert_eq!(seen(&world.manager).await, ["Anna 2", "Anna 1"]);
        assert_eq!(seen(&world.colleague).await, ["Anna 2", "Anna 1"]);
        assert_eq!(seen(&world.agent).await, ["Anna 1"]);
        assert!(seen(&world.stranger).await.is_empty());
        let (org, user) = (world.manager.org_id, world.manager.user_id().unwrap());
        let without = Scope::of_member(org, user, Grants::of([]), Reach::ORGANIZATION, Locale::En, "test".into());
        assert!(seen(&without).await.is_empty());
    }

    async fn statements_do_not_grow_with_what_was_said(world: World) {
        let contact = world.contact("Anna", Some("anna"), None);
        let cost = async || {
            let before = world.db().statement_count();
            days(&world, &world.manager, wanted(contact)).await;
            world.db().statement_count() - before
        };
        assert_eq!(cost().await, 1, "there is no chat");
        world.see(world.account, Origin::Live, &[anna(1)], vec![Seen::Message(message(1, 1, "Hi"))]).await;
        assert_eq!(cost().await, 4);
        let news = much(5).into_iter().map(|said| Seen::Message(SeenMessage { id: said.id + 1000, ..said })).collect();
        world.see(world.account, Origin::Live, &[anna(1), anna(2), anna(3), anna(4), anna(5)], news).await;
        assert_eq!(cost().await, 4);
    }

    async fn the_last_message_before_an_instant_is_read_off_the_index(world: World) {
        world.hear(7, 1, "There is a month to look into").await;
        let sql = "select max(m.sent_at) from messages m where m.deleted_at is null and m.service is null \
                   and m.status in ('received', 'sent', 'delivered', 'read') and m.org_id = $1 and m.chat_id = m.chat_id \
                   and m.sent_at < m.sent_at";
        // The chat and the instant as constants of the same types.
        let (chat, instant) = match world.db().backend() {
            sea_orm::DbBackend::Postgres => ("'00000000-0000-0000-0000-000000000001'::uuid", "'2026-09-21T10:00:00Z'::timestamptz"),
            _ => ("x'00000000000000000000000000000001'", "'2026-09-21T10:00:00+00:00'"),
        };
        let sql = sql.replace("m.chat_id = m.chat_id", &format!("m.chat_id = {chat}"));
        let plan = world.plan(&sql.replace("< m.sent_at", &format!("< {instant}"))).await;
        assert!(plan.contains("messages_days") || plan.contains("_org_id_chat_id_sent_at_idx"), "{plan}");
    }
}
