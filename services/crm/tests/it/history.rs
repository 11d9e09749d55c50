//! Notes, timelines, events, the overview and what is left of a purged record.

use contracts::conversations::{ConversationDay, LastSaid};
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, id_of, texts};

const CONTACTS: &str = "/api/crm/contacts";

fn at(id: &str) -> String {
    format!("{CONTACTS}/{id}")
}

/// A day of a conversation, with this many messages of theirs.
fn day(world: &World, received: u64) -> ConversationDay {
    let now = world.now();
    let millis = u64::try_from(now.timestamp_millis()).unwrap();
    let place = uuid::Builder::from_unix_timestamp_millis(millis, &[1; 10]).into_uuid();
    let last = LastSaid {
        message_id: place,
        at: now,
        text: format!("Text {received}"),
        is_ours: false,
        media_kind: None,
        sender_name: None,
    };
    ConversationDay {
        id: place,
        place,
        chat_id: place,
        title: "Anna".to_owned(),
        channel: "telegram".to_owned(),
        day: now.date_naive(),
        received,
        sent: 0,
        last,
    }
}

on_both! {
    async fn notes_are_written_rewritten_and_deleted(world: World) {
        let id = id_of(&world.post(&world.manager, CONTACTS, json!({"name": "A"})).await);
        let notes = format!("{}/notes", at(&id));
        let first = world.post(&world.manager, &notes, json!({"body": " Called.\r\nWill call again. "})).await;
        assert_eq!((&first["body"], &first["authorName"]), (&json!("Called.\nWill call again."), &json!("Mary Manager")));
        assert_eq!((&first["contactId"], &first["companyId"]), (&json!(id), &Value::Null));
        world.tick();
        let second = id_of(&world.post(&world.agent, &notes, json!({"body": "<script>alert(1)</script> 🙂"})).await);
        assert_eq!(texts(&world.get(&world.manager, &notes).await, "/id"), [second.clone(), id_of(&first)]);
        let note = format!("/api/crm/notes/{second}");
        let rewritten = world.patch(&world.agent, &note, json!({"body": "b", "version": 1})).await;
        assert_eq!((&rewritten["body"], &rewritten["version"]), (&json!("b"), &json!(2)));
        let stale = world.refused(&world.agent, "PATCH", &note, json!({"body": "c", "version": 1})).await;
        assert_eq!(stale, (409, "version.conflict".to_owned()));
        assert_eq!(world.refused(&world.colleague, "PATCH", &note, json!({"body": "c"})).await.0, 403, "not their own");
        for body in ["", " \u{200B}", &"x".repeat(10_001)] {
            let (status, answer) = world.call(&world.manager, "POST", &notes, json!({"body": body})).await;
            assert_eq!((status, &answer["details"][0]["field"]), (422, &json!("body")));
        }
        world.ok(&world.manager, "DELETE", &note, Value::Null, 204).await;
        assert_eq!(world.get(&world.manager, &notes).await["page"]["total"], 1);
        assert_eq!(world.refused(&world.manager, "PATCH", &note, json!({"body": "c"})).await.0, 404);
    }

    async fn a_timeline_tells_who_changed_what(world: World) {
        let id = id_of(&world.post(&world.manager, CONTACTS, json!({"name": "A", "tags": ["x"]})).await);
        world.tick();
        let change = json!({"companyName": "Acme", "ownerId": world.agent.user_id(), "custom": {"inn": 7}});
        world.patch(&world.manager, &at(&id), change).await;
        world.tick();
        let note = world.post(&world.agent, &format!("{}/notes", at(&id)), json!({"body": "Hello"})).await;
        world.ok(&world.manager, "DELETE", &at(&id), Value::Null, 204).await;
        world.ok(&world.manager, "POST", &format!("{}/restore", at(&id)), Value::Null, 200).await;

        let statements = world.db().statement_count();
        let timeline = world.get(&world.manager, &format!("{}/timeline", at(&id))).await;
        assert!(world.db().statement_count() - statements <= 5, "names and notes are read at once");
        assert_eq!(texts(&timeline, "/action"), ["restored", "deleted", "created", "updated", "created"]);
        let items = timeline["items"].as_array().unwrap();
        assert_eq!((&items[2]["subject"]["kind"], &items[2]["actor"]["name"]), (&json!("note"), &json!("Andy Agent")));
        assert_eq!((&items[2]["note"]["body"], &items[2]["note"]["id"]), (&json!("Hello"), &note["id"]));
        let changes = items[3]["changes"].as_array().unwrap();
        for expected in [
            json!({"field": "companyName", "from": null, "to": "Acme"}),
            json!({"field": "ownerName", "from": null, "to": "Andy Agent"}),
            json!({"field": "custom.inn", "from": null, "to": 7}),
        ] {
            assert!(changes.contains(&expected), "{expected} in {changes:?}");
        }
        assert_eq!(changes.len(), 3);
        assert_eq!(items[4]["changes"].as_array().unwrap().len(), 2, "name and tags");
        let mut cursor = String::new();
        let mut actions = Vec::new();
        loop {
            let part = world.get(&world.manager, &format!("{}/timeline?limit=2{cursor}", at(&id))).await;
            assert_eq!(part["page"]["total"], 5);
            actions.extend(texts(&part, "/action"));
            let Some(next) = part["page"]["nextCursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(actions, texts(&timeline, "/action"));
    }

    async fn what_was_said_stands_among_what_happened(world: World) {
        let id = id_of(&world.post(&world.manager, CONTACTS, json!({"name": "A"})).await);
        let other = id_of(&world.post(&world.manager, CONTACTS, json!({"name": "B"})).await);
        let mut days = Vec::new();
        for n in 0..4_u64 {
            world.tick();
            days.insert(0, day(&world, n));
            world.tick();
            world.patch(&world.manager, &at(&id), json!({"jobTitle": n.to_string()})).await;
        }
        world.talks.days.lock().unwrap().insert(id.parse().unwrap(), days);
        let told = |page: &Value| -> Vec<String> {
            let items = page["items"].as_array().unwrap().iter();
            let word = |entry: &Value| match &entry["conversation"] {
                Value::Null => entry["changes"][0]["to"].as_str().unwrap_or("made").to_owned(),
                talk => format!("said {}", talk["received"]),
            };
            items.map(word).collect()
        };
        let all = world.get(&world.manager, &format!("{}/timeline", at(&id))).await;
        let expected = ["3", "said 3", "2", "said 2", "1", "said 1", "0", "said 0", "A"];
        assert_eq!(told(&all), expected);
        assert_eq!(all["page"]["total"], 5, "changes alone");
        let talk = &all["items"][1];
        assert_eq!((&talk["action"], &talk["subject"]["kind"], &talk["actor"]["kind"]), (&json!("talked"), &json!("chat"), &json!("system")));
        assert_eq!(talk["conversation"]["lastMessage"]["text"], "Text 3");
        assert_eq!(world.talks.zones.lock().unwrap().last().unwrap(), "Europe/Warsaw");
        for limit in 1..5 {
            let (mut cursor, mut parts) = (String::new(), Vec::new());
            loop {
                let part = world.get(&world.manager, &format!("{}/timeline?limit={limit}{cursor}", at(&id))).await;
                assert!(part["items"].as_array().unwrap().len() <= limit);
                parts.extend(told(&part));
                let Some(next) = part["page"]["nextCursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(parts, expected, "{limit} at once");
        }
        // Nothing was said with the other one; and who may not read chats is told of none.
        assert_eq!(told(&world.get(&world.manager, &format!("{}/timeline", at(&other))).await), ["B"]);
        assert_eq!(told(&world.get(&world.viewer, &format!("{}/timeline", at(&id))).await).len(), 5);
    }

    async fn nothing_personal_is_left_of_a_purged_contact(world: World) {
        let secret = "Xenophon";
        let id = id_of(&world.post(&world.manager, CONTACTS, json!({"name": secret, "emails": ["xenophon@example.com"]})).await);
        world.patch(&world.manager, &at(&id), json!({"jobTitle": format!("{secret} II")})).await;
        world.post(&world.manager, &format!("{}/notes", at(&id)), json!({"body": secret})).await;
        world.ok(&world.manager, "DELETE", &at(&id), Value::Null, 204).await;
        world.ok(&world.manager, "DELETE", &format!("{}/purge", at(&id)), Value::Null, 204).await;
        for (table, columns) in [
            ("change_log", "cast(before as text), cast(after as text)"), ("events", "cast(data as text)"),
            ("record_identities", "value"), ("notes", "body"), ("contacts", "name"),
        ] {
            for text in world.raw(&world.manager, table, columns).await {
                assert!(!text.to_lowercase().contains("xenophon"), "{table}: {text}");
            }
        }
        assert_eq!(world.refused(&world.manager, "GET", &format!("{}/timeline", at(&id)), Value::Null).await.0, 404);
    }

    async fn every_change_tells_its_event_and_keeps_its_history(world: World) {
        let id = id_of(&world.post(&world.manager, CONTACTS, json!({"name": "A", "companyName": "Acme"})).await);
        world.patch(&world.manager, &at(&id), json!({"name": "B"})).await;
        world.patch(&world.manager, &at(&id), json!({"name": "B"})).await;
        world.ok(&world.manager, "DELETE", &at(&id), Value::Null, 204).await;
        world.ok(&world.manager, "POST", &format!("{}/restore", at(&id)), Value::Null, 200).await;
        for (kind, count) in [
            ("contact.created", 1), ("company.created", 1), ("contact.updated", 1), ("contact.deleted", 1), ("contact.restored", 1),
        ] {
            assert_eq!(world.events(kind).await, count, "{kind}");
        }
        assert_eq!(world.raw(&world.manager, "change_log", "action").await.len(), 5);
        assert_eq!(world.raw(&world.stranger, "change_log", "action").await.len(), 0);
    }

    async fn the_overview_counts_and_tells_what_happened(world: World) {
        let empty = world.get(&world.manager, "/api/crm/overview").await;
        assert_eq!(empty["contacts"], json!({"total": 0, "totalIsEstimate": false, "last7Days": 0, "previous7Days": 0}));
        assert_eq!(empty["onboarding"]["contacts"], false);
        let mine = json!({"name": "A", "companyName": "Acme", "ownerId": world.manager.user_id()});
        let id = id_of(&world.post(&world.manager, CONTACTS, mine).await);
        world.post(&world.manager, &format!("{}/notes", at(&id)), json!({"body": "Hello"})).await;
        world.pass_days(8);
        world.post(&world.manager, CONTACTS, json!({"name": "B"})).await;
        let overview = world.get(&world.manager, "/api/crm/overview").await;
        assert_eq!(overview["contacts"], json!({"total": 2, "totalIsEstimate": false, "last7Days": 1, "previous7Days": 1}));
        assert_eq!(overview["onboarding"], json!({"profile": true, "contacts": true, "companies": true, "import": false, "note": true}));
        let days = overview["addedByDay"].as_array().unwrap();
        assert_eq!((days.len(), &days[29]["contacts"], &days[21]["contacts"]), (30, &json!(1), &json!(1)));
        let names: Vec<_> = overview["recent"].as_array().unwrap().iter().map(|e| e["subjectName"].clone()).collect();
        assert_eq!(names, ["B", "A", "A", "Acme"].map(|name| json!(name)));
        let theirs = world.get(&world.agent, "/api/crm/overview").await;
        assert_eq!((&theirs["contacts"]["total"], theirs["recent"].as_array().unwrap().len()), (&json!(1), 2), "B and Acme");
    }
}
