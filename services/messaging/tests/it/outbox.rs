//! What programs send: queued by the batch, each message once, called back, counted.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use contracts::{
    channels::{Action, Ended, Errand, Inbox, Origin, Seen, SeenChat, SeenMessage},
    outreach::{CAMPAIGN, MOST_OUTGOING, Outbox, Outgoing, OutgoingSource, Queued},
};
use kernel::Scope;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::{
    media::{PNG, upload},
    world::{World, id_of, me, message, ours, private},
};

pub const PROGRAM: Uuid = Uuid::from_u128(0xca);
pub const ENROLMENT: Uuid = Uuid::from_u128(0xe1);

/// A message of a campaign that is wanted now, unless the contact answers from now on.
pub fn outgoing(world: &World, contact: Uuid, account: Uuid, text: &str) -> Outgoing {
    Outgoing {
        key: world.clock.new_id(),
        contact_id: contact,
        account_id: account,
        text: text.to_owned(),
        media: Vec::new(),
        not_before: world.clock.now(),
        source: OutgoingSource { kind: CAMPAIGN, id: PROGRAM, enrolment_id: ENROLMENT },
        unless_answered_since: Some(world.clock.now()),
        author: Some(me(&world.manager)),
    }
}

/// Queues messages as the scheduler of campaigns does.
pub async fn queue(world: &World, wanted: &[Outgoing]) -> Vec<Queued> {
    world.service.queue(&world.system(), wanted).await.unwrap()
}

/// The chat of a message that was queued, and whether it is a first contact.
pub fn queued(answer: Queued) -> (Uuid, bool) {
    match answer {
        Queued::Message { chat_id, first_contact, .. } => (chat_id, first_contact),
        Queued::Refused { code } => panic!("refused: {code}"),
    }
}

/// The errands of the account that are due, by the texts that they send.
async fn due(world: &World) -> Vec<(String, Errand)> {
    let text = |errand: &Errand| match &errand.action {
        Action::Send { text, .. } => text.clone(),
        other => format!("{other:?}"),
    };
    world.errands().await.into_iter().map(|errand| (text(&errand), errand)).collect()
}

/// What the channel says of a message that was sent.
fn sent(errand: &Errand, chat: i64, id: i64) -> SeenMessage {
    let Action::Send { random_id, text, .. } = &errand.action else { panic!("{errand:?}") };
    SeenMessage { random_id: Some(*random_id), ..ours(chat, id, text) }
}

async fn shown(world: &World, message: Uuid) -> Value {
    world.get(&world.manager, &format!("/messages/{message}")).await
}

fn named(id: i64, username: &str) -> SeenChat {
    SeenChat { username: Some(username.to_owned()), ..private(id, "Somebody") }
}

on_both! {
    async fn what_is_wanted_is_queued_once(world: World) {
        let contact = world.contact("Boris", Some("boris"), None);
        let wanted = outgoing(&world, contact, world.account, "Hello");
        let twice = [wanted.clone(), wanted.clone()];
        let (one, two) = tokio::join!(queue(&world, &twice), queue(&world, &twice[..1]));
        assert!(one[0] == one[1] && one[0] == two[0], "{one:?} {two:?}");
        let (chat, first) = queued(one[0]);
        assert_eq!(one[0], Queued::Message { message_id: wanted.key, chat_id: chat, first_contact: first });
        assert!(first, "nobody has written");
        world.pass(TimeDelta::hours(1));
        assert_eq!(queue(&world, &twice[..1]).await, two, "and later");
        assert_eq!((world.count("errands", "1 = 1").await, world.count("chats", "1 = 1").await), (1, 1));
        let message = shown(&world, wanted.key).await;
        assert_eq!((&message["status"], &message["author"]["name"]), (&json!("queued"), &json!("Mary")));
        assert_eq!(message["program"], json!({"kind": "campaign", "id": PROGRAM}));
        assert_eq!((&message["source"], &message["clientId"]), (&json!("live"), &json!(wanted.key)));
        let shown = world.get(&world.manager, &format!("/chats/{chat}")).await;
        assert_eq!((&shown["title"], &shown["contactId"]), (&json!("Boris"), &json!(contact)));
        assert_eq!(shown["lastMessage"]["text"], "Hello");
        assert!(world.house.woken.lock().unwrap().contains(&world.account));
        let errand = due(&world).await.remove(0).1;
        assert_eq!(errand.to.unwrap().username.as_deref(), Some("boris"));
        assert!(world.told_names().await.contains(&"message.queued".to_owned()));
        world.check_events().await;
    }

    async fn a_key_that_a_person_used_is_not_taken_over(world: World) {
        let contact = world.contact("Boris", Some("boris"), None);
        let wanted = outgoing(&world, contact, world.account, "Hello");
        let chat = world.hear(7, 1, "Hi").await;
        let body = json!({"chatId": chat, "text": "Mine", "undoSeconds": 0, "clientId": wanted.key});
        world.ok(&world.manager, "POST", "/send", body, 201).await;
        assert_eq!(queue(&world, &[wanted]).await, [Queued::Refused { code: "message.client_id.taken" }]);
    }

    async fn contacts_are_written_to_in_the_chats_they_have(world: World) {
        // One whose chat is linked, one whose chat nobody has linked, one with a phone only.
        let linked = world.contact("Linked", None, None);
        let chat = world.hear(7, 1, "Hi").await;
        world.ok(&world.manager, "PATCH", &format!("/chats/{chat}"), json!({"contactId": linked}), 200).await;
        world.see(world.account, Origin::Live, &[named(8, "Late_Comer")], vec![Seen::Message(ours(8, 1, "Good day"))]).await;
        let met = world.contact("Met", Some("late_comer"), None);
        let phone = world.contact("Phone", None, Some("+79125550011"));
        let wanted = [linked, met, phone].map(|contact| outgoing(&world, contact, world.account, "Hello"));
        let spots: Vec<_> = queue(&world, &wanted).await.into_iter().map(queued).collect();
        let unlinked = world.chat_of(8).await;
        assert_eq!(spots[0], (chat.parse().unwrap(), false), "who has written is answered");
        assert_eq!(spots[1], (unlinked.parse().unwrap(), true), "only we have written");
        assert!(spots[2].1 && spots[2].0 != spots[1].0);
        let now = world.get(&world.manager, &format!("/chats/{unlinked}")).await;
        assert_eq!(now["contactId"], json!(met), "it is known now whom it is with");
        assert_eq!(world.count("change_log", "subject_kind = 'chat' and action = 'updated'").await, 2);
        assert_eq!(world.told_names().await.iter().filter(|kind| *kind == "chat.linked").count(), 2);
        assert_eq!(world.count("chats", "phone = '+79125550011' and external_id = '+79125550011'").await, 1);
        world.check_events().await;
    }

    async fn of_several_chats_the_one_with_the_newest_message_is_taken(world: World) {
        let contact = world.contact("Boris", None, None);
        for (external, id) in [(7, 5), (8, 9), (9, 2)] {
            let chat = world.hear(external, id, "Hi").await;
            world.ok(&world.manager, "PATCH", &format!("/chats/{chat}"), json!({"contactId": contact}), 200).await;
        }
        let answer = queue(&world, &[outgoing(&world, contact, world.account, "Hello")]).await;
        assert_eq!(queued(answer[0]).0.to_string(), world.chat_of(8).await);
    }

    async fn what_cannot_go_is_refused_by_itself(world: World) {
        let fine = world.contact("Boris", Some("boris"), None);
        let nowhere = world.contact("Nobody", None, None);
        let unknown = world.clock.new_id();
        let with = |contact, account, text: &str| outgoing(&world, contact, account, text);
        let wanted = vec![
            with(fine, world.account, "Hello"),
            with(nowhere, world.account, "Hello"),
            with(unknown, world.account, "Hello"),
            with(fine, unknown, "Hello"),
            with(fine, world.account, " "),
            with(fine, world.account, &"x".repeat(4097)),
            Outgoing { media: vec![unknown], ..with(fine, world.account, "Hello") },
            Outgoing { media: vec![unknown; 11], ..with(fine, world.account, "Hello") },
        ];
        let codes: Vec<_> = queue(&world, &wanted).await.into_iter().map(|answer| match answer {
            Queued::Message { .. } => "",
            Queued::Refused { code } => code,
        }).collect();
        let expected = ["", "message.contact.no_address", "message.contact.unknown", "chat.read_only.gone", "message.empty",
            "message.text.too_long", "message.media.unknown", "message.media.too_many"];
        assert_eq!(codes, expected);
        for code in &expected[1..] {
            assert_ne!(api::messages::text(kernel::Locale::Ru, code, &[]), *code, "has a text");
        }
        assert_eq!(world.count("errands", "1 = 1").await, 1);
        // Through an account that the actor may not use; without the permission; too many.
        let private = outgoing(&world, fine, world.private, "Hello");
        let refused = world.service.queue(&world.agent, std::slice::from_ref(&private)).await.unwrap();
        assert_eq!(refused, [Queued::Refused { code: "chat.read_only.account" }]);
        assert!(world.service.queue(&world.viewer, std::slice::from_ref(&private)).await.is_err());
        assert!(world.service.call_back(&world.viewer, &[private.key]).await.is_err());
        assert!(queue(&world, &[]).await.is_empty());
        let many = vec![private; MOST_OUTGOING + 1];
        assert!(world.service.queue(&world.system(), &many).await.is_err());
    }

    async fn a_batch_costs_statements_by_the_hundred(world: World) {
        let batch = |count: usize, from: usize| -> Vec<Outgoing> {
            (from..from + count)
                .map(|n| {
                    let contact = world.contact(&format!("Person {n}"), Some(&format!("person_{n}")), None);
                    outgoing(&world, contact, world.account, &format!("Hello {n}"))
                })
                .collect()
        };
        let cost = async |wanted: &[Outgoing]| {
            let before = world.db().statement_count();
            let answers = queue(&world, wanted).await;
            assert!(answers.into_iter().map(queued).all(|(_, first)| first));
            world.db().statement_count() - before
        };
        cost(&batch(1, 0)).await;
        let (few, many) = (batch(100, 100), batch(MOST_OUTGOING, 1000));
        let (of_few, of_many) = (cost(&few).await, cost(&many).await);
        assert!(of_few <= 20, "{of_few}");
        // Chats, messages, errands, numbers and events go by the hundred, what chats show by 200.
        assert!(of_many <= of_few + 5 * 4 + 2, "{of_few} statements for 100, {of_many} for 500");
        let again = cost(&many).await;
        assert!(again <= 5, "{again} to find that all were queued");
        // To the same people once more: their chats are there.
        let chats = world.count("chats", "1 = 1").await;
        let more: Vec<_> = many.iter().map(|one| outgoing(&world, one.contact_id, world.account, "Still there?")).collect();
        assert!(cost(&more).await <= of_many);
        assert_eq!(world.count("chats", "1 = 1").await, chats);
        let keys: Vec<Uuid> = many.iter().map(|one| one.key).collect();
        let before = world.db().statement_count();
        assert_eq!(world.service.call_back(&world.system(), &keys).await.unwrap().len(), MOST_OUTGOING);
        let spent = world.db().statement_count() - before;
        assert!(spent <= 16, "{spent} to call back 500");
    }

    async fn what_waits_is_called_back(world: World) {
        let keys = world.clock.clone();
        let texts = ["gone", "on its way", "failed", "waiting", "later"];
        let mut wanted = Vec::new();
        for text in texts {
            let contact = world.contact(text, Some(&format!("person_{}", text.replace(' ', "_"))), None);
            wanted.push(outgoing(&world, contact, world.account, text));
        }
        wanted[4].not_before = world.clock.now() + TimeDelta::hours(3);
        queue(&world, &wanted).await;
        let system = world.system();
        assert_eq!(world.service.waiting(&system, &[world.account, world.private]).await.unwrap(), HashMap::from([(world.account, 5)]));
        for (number, (text, errand)) in due(&world).await.into_iter().enumerate() {
            let number = i64::try_from(number).unwrap();
            let ended = match text.as_str() {
                "gone" => Some(Ended::Done { sent: vec![sent(&errand, 100 + number, 1)] }),
                "failed" => Some(Ended::Never { code: "peer.blocked_us" }),
                _ => None,
            };
            if text != "waiting" {
                assert!(world.service.start_errand(&system, errand.id).await.unwrap(), "{text}");
            }
            if let Some(ended) = ended {
                world.service.end_errand(&system, errand.id, ended).await.unwrap();
            }
        }
        let all: Vec<Uuid> = wanted.iter().map(|one| one.key).chain([keys.new_id()]).collect();
        let mut stay = world.service.call_back(&system, &all).await.unwrap();
        stay.sort_unstable();
        assert_eq!(stay, all[3..5], "what waited, what was for later");
        let mut again = world.service.call_back(&system, &all).await.unwrap();
        again.sort_unstable();
        assert_eq!(again, stay, "the same again changes nothing");
        let mut statuses = Vec::new();
        for key in &all[..5] {
            statuses.push(shown(&world, *key).await["status"].as_str().unwrap().to_owned());
        }
        assert_eq!(statuses, ["sent", "queued", "failed", "canceled", "canceled"]);
        let told: Vec<Value> = world.told().await.into_iter().filter(|(kind, _)| kind == "message.canceled").map(|e| e.1).collect();
        assert_eq!(told.len(), 2);
        for data in told {
            assert_eq!(data["cause"], "campaign.called_back");
            assert_eq!(data["program"], json!({"kind": "campaign", "id": PROGRAM, "enrolmentId": ENROLMENT}));
        }
        assert_eq!(world.service.waiting(&system, &[world.account]).await.unwrap(), HashMap::from([(world.account, 1)]), "on its way");
        world.check_events().await;
    }

    async fn what_is_called_back_on_its_way_does_not_go_after_a_wait(world: World) {
        let system = world.system();
        let wanted = ["put off", "retried", "waited out"].map(|text| {
            let contact = world.contact(text, Some(&format!("person_{}", text.replace(' ', "_"))), None);
            outgoing(&world, contact, world.account, text)
        });
        queue(&world, &wanted).await;
        let keys = wanted.each_ref().map(|one| one.key);
        let errands = due(&world).await;
        for (_, errand) in &errands {
            assert!(world.service.start_errand(&system, errand.id).await.unwrap());
        }
        assert!(world.service.call_back(&system, &keys).await.unwrap().is_empty(), "they are on their way");
        let of = |text: &str| errands.iter().find(|(said, _)| said == text).unwrap().1.id;
        let later = Ended::Later { not_before: world.clock.now() + TimeDelta::hours(3), code: "flood_wait", counts: false };
        world.service.end_errand(&system, of("put off"), later.clone()).await.unwrap();
        assert!(!world.service.start_errand(&system, of("retried")).await.unwrap(), "its process died, another one takes it up");
        assert!(!world.service.is_still_wanted(&system, of("waited out")).await.unwrap());
        for key in keys {
            let message = shown(&world, key).await;
            assert_eq!((&message["status"], &message["error"]["code"]), (&json!("canceled"), &json!("campaign.called_back")));
        }
        let told: Vec<Value> = world.told().await.into_iter().filter(|(kind, _)| kind == "message.canceled").map(|e| e.1).collect();
        assert!(told.len() == 3 && told.iter().all(|data| data["cause"] == "campaign.called_back"), "{told:?}");
        let doubtful: Vec<_> = told.iter().map(|data| data["mayHaveGone"] == true).collect();
        assert_eq!(doubtful, [false, true, true], "a flood wait says that nothing went");
        world.service.end_errand(&system, of("put off"), later).await.unwrap();
        world.pass(TimeDelta::hours(4));
        assert!(world.errands().await.is_empty());
        assert_eq!(world.count("errands", "status = 'canceled'").await, 3);
        assert_eq!(world.service.call_back(&system, &keys).await.unwrap(), [keys[0]], "the others may have gone");
        world.check_events().await;
    }

    async fn what_an_account_that_is_deleted_was_to_send_goes_back(world: World) {
        let system = world.system();
        let wanted: Vec<Outgoing> = (0..450)
            .map(|n| {
                let contact = world.contact(&format!("Person {n}"), Some(&format!("person_{n}")), None);
                outgoing(&world, contact, world.account, &format!("Hello {n}"))
            })
            .collect();
        queue(&world, &wanted).await;
        let to = json!({"accountId": world.account, "to": {"username": "stranger"}, "text": "Mine",
            "undoSeconds": 0, "clientId": world.clock.new_id()});
        world.ok(&world.manager, "POST", "/send", to, 201).await;
        // One was tried, and nobody knows how that ended.
        let (_, errand) = due(&world).await.pop().unwrap();
        assert!(world.service.start_errand(&system, errand.id).await.unwrap());
        let tx = world.db().begin(&system).await.unwrap();
        let deleted = events::NewEvent::of(contracts::events::ACCOUNT_DELETED, "bd_account", world.account, json!({}));
        events::append(&tx, [deleted]).await.unwrap();
        tx.commit().await.unwrap();
        world.settle().await;
        assert_eq!(world.count("errands", "ended_at is null").await, 1, "what a person wrote waits");
        let told: Vec<Value> = world.told().await.into_iter().filter(|(kind, _)| kind == "message.canceled").map(|e| e.1).collect();
        assert!(told.len() == 450 && told.iter().all(|data| data["cause"] == "campaign.called_back"));
        assert_eq!(told.iter().filter(|data| data["mayHaveGone"] == true).count(), 1);
        world.check_events().await;
    }

    async fn people_do_not_wait_for_programs(world: World) {
        let (mut wanted, answered) = (Vec::new(), world.contact("Answered", None, None));
        let chat = world.hear(7, 1, "Hi").await;
        world.ok(&world.manager, "PATCH", &format!("/chats/{chat}"), json!({"contactId": answered}), 200).await;
        wanted.push(outgoing(&world, answered, world.account, "From the campaign"));
        for n in 0..60 {
            let contact = world.contact(&format!("Person {n}"), Some(&format!("person_{n}")), None);
            wanted.push(outgoing(&world, contact, world.account, &format!("Hello {n}")));
        }
        queue(&world, &wanted).await;
        world.pass(TimeDelta::seconds(1));
        let to = json!({"accountId": world.account, "to": {"username": "stranger"}, "text": "To somebody new",
            "undoSeconds": 0, "clientId": world.clock.new_id()});
        world.ok(&world.manager, "POST", "/send", to, 201).await;
        let mine = world.send(&chat, "Mine").await;
        assert_ne!(mine["waiting"]["because"], "behind_another", "it does not wait for the campaign");
        let texts = |errands: Vec<(String, Errand)>| errands.into_iter().map(|(text, _)| text).collect::<Vec<_>>();
        let first = texts(due(&world).await);
        assert_eq!(first[..3], ["Mine", "To somebody new", "Hello 0"], "those of people, then the campaign's, not behind in the chat");
        let list = world.get(&world.manager, &format!("/messages/waiting?accountId={}", world.account)).await;
        let listed: Vec<_> = list["items"].as_array().unwrap().iter().take(2).map(|item| item["text"].as_str().unwrap()).collect();
        assert_eq!(listed, ["To somebody new", "Mine"]);
        // What of a campaign was tried and left by a process that died goes first: it may have gone.
        let errand = due(&world).await.remove(0).1;
        let seen = sent(&errand, 7, 2);
        world.service.start_errand(&world.system(), errand.id).await.unwrap();
        world.service.end_errand(&world.system(), errand.id, Ended::Done { sent: vec![seen] }).await.unwrap();
        let (text, errand) = due(&world).await.into_iter().find(|(text, _)| text == "From the campaign").unwrap();
        assert!(world.service.start_errand(&world.system(), errand.id).await.unwrap(), "{text}");
        world.pass(TimeDelta::seconds(1));
        world.send(&chat, "Mine too").await;
        let now = texts(due(&world).await);
        assert!(now.contains(&text) && !now.contains(&"Mine too".to_owned()), "{now:?}");
        world.check_events().await;
    }

    async fn what_a_person_wrote_is_not_a_programs_to_call_back(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        let key = world.clock.new_id();
        let body = json!({"chatId": chat, "text": "Mine", "undoSeconds": 0, "clientId": key});
        let message = world.ok(&world.manager, "POST", "/send", body, 201).await;
        assert_eq!(message["program"], Value::Null);
        assert!(world.service.call_back(&world.system(), &[key]).await.unwrap().is_empty());
        assert!(world.service.waiting(&world.system(), &[world.account]).await.unwrap().is_empty());
        world.ok(&world.manager, "POST", &format!("/messages/{}/cancel", id_of(&message)), Value::Null, 200).await;
        let (_, told) = world.told().await.into_iter().find(|(kind, _)| kind == "message.canceled").unwrap();
        assert_eq!((&told["cause"], &told["program"]), (&Value::Null, &Value::Null));
        world.check_events().await;
    }

    async fn files_of_anybody_go_as_an_album(world: World) {
        let contact = world.contact("Boris", Some("boris"), None);
        let (_, one) = upload(&world, "cat.png", PNG).await;
        let (_, two) = upload(&world, "notes.txt", "Notes").await;
        let media: Vec<Uuid> = [&one, &two].map(|kept| id_of(kept).parse().unwrap()).to_vec();
        let keep = async |who: &Scope| world.service.keep_media(who, &media).await.unwrap();
        assert!(keep(&world.manager).await.is_empty(), "of somebody else");
        assert_eq!(keep(&world.agent).await, media.iter().copied().collect::<HashSet<_>>());
        assert_eq!(keep(&world.manager).await.len(), 2, "now everybody's");
        // What nobody keeps is cleared after a week.
        upload(&world, "other.png", PNG).await;
        world.pass(TimeDelta::days(8));
        world.work("messaging.clear").await;
        assert_eq!(world.count("uploads", "1 = 1").await, 2);
        let wanted = Outgoing { media, ..outgoing(&world, contact, world.account, "Look") };
        let (chat, _) = queued(queue(&world, std::slice::from_ref(&wanted)).await[0]);
        let (text, errand) = due(&world).await.remove(0);
        let Action::Send { files, .. } = &errand.action else { panic!("{errand:?}") };
        assert_eq!((files.len(), text.as_str()), (2, "Look"));
        let list = world.get(&world.manager, &format!("/messages?chatId={chat}")).await;
        let items = list["items"].as_array().unwrap();
        assert!(items.len() == 2 && !items[0]["albumId"].is_null() && items[0]["albumId"] == items[1]["albumId"]);
        assert_eq!((items[0]["id"].as_str().unwrap(), &items[0]["text"]), (wanted.key.to_string().as_str(), &json!("Look")));
        assert!(items.iter().all(|item| item["program"]["id"] == json!(PROGRAM) && item["media"][0]["state"] == "ready"));
        world.service.call_back(&world.system(), &[wanted.key]).await.unwrap();
        assert_eq!(world.count("messages", "status = 'canceled'").await, 2, "all of it");
    }

    async fn who_has_answered_since_is_known_by_whoever_they_were(world: World) {
        let since = world.clock.now();
        let people = ["quiet", "wrote", "was", "became"].map(|name| world.contact(name, Some(name), None));
        for (external, name) in [(7_i64, "wrote"), (8, "was")] {
            world.pass(TimeDelta::minutes(1));
            world.see(world.account, Origin::Live, &[named(external, name)], vec![Seen::Message(message(external, 1, "Hi"))]).await;
        }
        world.house.merged.lock().unwrap().insert(people[2], people[3]);
        let asked = |at: DateTime<Utc>| people.map(|contact| (contact, at));
        let answered = async |who: &Scope, at| world.service.answered_since(who, &asked(at)).await.unwrap();
        let system = world.system();
        assert_eq!(answered(&system, since).await, people[1..].iter().copied().collect::<HashSet<_>>());
        let later = since + TimeDelta::minutes(1);
        assert_eq!(answered(&system, later).await, people[2..].iter().copied().collect::<HashSet<_>>(), "an answer of the instant is no later one");
        assert!(answered(&system, since + TimeDelta::minutes(2)).await.is_empty());
        assert!(answered(&world.stranger, since).await.is_empty(), "of another organization");
        assert!(world.service.answered_since(&system, &[]).await.unwrap().is_empty());
    }
}

/// Whoever waits for another one who makes the same month finds it made.
#[tokio::test]
async fn a_month_that_many_need_at_once_is_made_once() {
    let Some(world) = World::open(testkit::Backend::Postgres).await else { return };
    for year in 1990..2020 {
        let make = || async {
            let tx = world.db().begin_system().await.unwrap();
            tx.execute_unprepared(&format!("select messages_month('{year}-03-04T05:06:07Z')")).await.unwrap();
            tx.commit().await.unwrap();
        };
        tokio::join!(make(), make(), make());
    }
    let sql = "select count(*) as n from pg_policies where tablename similar to 'messages_(199|200|201)_\\_03'";
    let row = world.db().system_reader().query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await;
    assert_eq!(row.unwrap().unwrap().try_get::<i64>("", "n").unwrap(), 30);
}
