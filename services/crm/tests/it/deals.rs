//! Notes on deals and their timelines. What deals there are is another service's word.

use contracts::{
    events::{DEAL_PURGED, NOTE_CREATED},
    ports::{MoveCause, StageName},
};
use db::{Action, Change};
use events::NewEvent;
use kernel::{Level, Levels, Reach, Scope};
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{World, id_of, texts};

fn at(id: &str, what: &str) -> String {
    format!("/api/crm/deals/{id}/{what}")
}

on_both! {
    async fn notes_on_a_deal_are_changed_by_who_reaches_all_deals(world: World) {
        let deal = world.deal(&world.manager, "Big", Some(&world.colleague));
        let note = id_of(&world.post(&world.manager, &at(&deal, "notes"), json!({"body": "Called"})).await);
        for (clients, deals, status) in [(Level::Organization, Level::Own, 403), (Level::Own, Level::Organization, 200)] {
            let reach = Reach::new(Levels { clients, deals, ..Levels::default() }, None);
            let who = Scope { reach, ..world.colleague.clone() };
            let path = format!("/api/crm/notes/{note}");
            assert_eq!(world.call(&who, "PATCH", &path, json!({"body": "Called again"})).await.0, status);
        }
    }

    async fn whoever_reaches_a_deal_reaches_its_notes(world: World) {
        let deal = world.deal(&world.manager, "Big", Some(&world.agent));
        let notes = at(&deal, "notes");
        let first = world.post(&world.manager, &notes, json!({"body": " Called.\r\nAgain. "})).await;
        assert_eq!((&first["body"], &first["dealId"]), (&json!("Called.\nAgain."), &json!(deal)));
        assert_eq!((&first["contactId"], &first["companyId"]), (&Value::Null, &Value::Null));
        world.tick();
        let second = id_of(&world.post(&world.agent, &notes, json!({"body": "Mine"})).await);
        assert_eq!(texts(&world.get(&world.agent, &notes).await, "/id"), [second.clone(), id_of(&first)]);
        let note = format!("/api/crm/notes/{second}");
        let not_found = (404, "not_found".to_owned());
        for who in [&world.colleague, &world.stranger] {
            for (method, path, body) in [
                ("GET", notes.clone(), Value::Null),
                ("POST", notes.clone(), json!({"body": "x"})),
                ("PATCH", note.clone(), json!({"body": "x"})),
                ("DELETE", note.clone(), Value::Null),
            ] {
                assert_eq!(world.refused(who, method, &path, body).await, not_found, "{method} {path}");
            }
        }
        assert_eq!(world.refused(&world.viewer, "POST", &notes, json!({"body": "x"})).await.0, 403);
        assert_eq!(world.refused(&world.manager, "GET", &at(&first["id"].to_string().replace('"', ""), "notes"), Value::Null).await, not_found);
        let other = format!("/api/crm/notes/{}", id_of(&first));
        assert_eq!(world.refused(&world.agent, "PATCH", &other, json!({"body": "x"})).await.0, 403, "not their own");
        let changed = world.patch(&world.agent, &note, json!({"body": "Mine too", "version": 1})).await;
        assert_eq!((&changed["version"], &changed["dealId"]), (&json!(2), &json!(deal)));
        let stale = world.refused(&world.agent, "PATCH", &note, json!({"body": "c", "version": 1})).await;
        assert_eq!(stale, (409, "version.conflict".to_owned()));
        for body in ["", " \u{200B}", &"x".repeat(10_001)] {
            let (status, answer) = world.call(&world.manager, "POST", &notes, json!({"body": body})).await;
            assert_eq!((status, &answer["details"][0]["field"]), (422, &json!("body")));
        }
        world.ok(&world.manager, "DELETE", &note, Value::Null, 204).await;
        assert_eq!(world.get(&world.manager, &notes).await["page"]["total"], 1);
        assert_eq!(world.events(NOTE_CREATED).await, 2);
        let told = world.raw(&world.manager, "events", "kind, cast(data as text)").await;
        assert!(told.iter().any(|row| row.starts_with(NOTE_CREATED) && row.contains(&deal) && row.contains("deal")));
    }

    async fn notes_go_with_a_deal_that_is_purged(world: World) {
        let (gone, kept) = (world.deal(&world.manager, "Gone", None), world.deal(&world.manager, "Kept", None));
        let secret = "Xenophon";
        let note = id_of(&world.post(&world.manager, &at(&gone, "notes"), json!({"body": secret})).await);
        world.patch(&world.manager, &format!("/api/crm/notes/{note}"), json!({"body": format!("{secret} 2")})).await;
        world.post(&world.manager, &at(&kept, "notes"), json!({"body": "Stays"})).await;
        world.deals.forget(&gone);
        let tx = world.db().begin(&world.manager).await.unwrap();
        events::append(&tx, [NewEvent::of(DEAL_PURGED, "deal", gone.parse().unwrap(), json!({}))]).await.unwrap();
        tx.commit().await.unwrap();
        world.settle().await;
        for (table, column) in [("notes", "body"), ("change_log", "cast(before as text)"), ("change_log", "cast(after as text)")] {
            let rows = world.raw(&world.manager, table, column).await;
            assert!(rows.iter().all(|row| !row.contains(secret)), "{table}: {rows:?}");
        }
        assert_eq!(world.get(&world.manager, &at(&kept, "notes")).await["page"]["total"], 1);
        assert_eq!(world.refused(&world.manager, "GET", &at(&gone, "notes"), Value::Null).await.0, 404);
    }

    async fn a_move_reads_as_a_move(world: World) {
        let deal = world.deal(&world.manager, "Big", None);
        let id: Uuid = deal.parse().unwrap();
        let (lead, won) = (Uuid::from_u128(1), Uuid::from_u128(2));
        for (id, name, color) in [(lead, "Lead", "gray"), (won, "Won", "green")] {
            let (name, color, pipeline) = (name.to_owned(), color.to_owned(), "Sales".to_owned());
            let stage = StageName { name, color, pipeline_id: Uuid::nil(), pipeline };
            world.deals.stages.lock().unwrap().insert(id, stage);
        }
        let entered = world.now();
        let place = |stage: Uuid, position: &str| json!({"stageId": stage, "stageEnteredAt": entered, "position": position});
        let (mut before, mut after) = (place(lead, "a"), place(won, "b"));
        before["stageEnteredAt"] = json!("2026-01-01T00:00:00Z");
        before["wonAt"] = Value::Null;
        after["wonAt"] = json!(entered);
        after["lostReason"] = json!("None");
        let reordered = (json!({"position": "b"}), json!({"position": "c"}));
        let changes = [
            Change { before: None, ..Change::between("deal", id, Action::Created, &json!({}), &place(lead, "a"), 1) },
            Change::between("deal", id, Action::Updated, &before, &after, 2),
            Change::between("deal", id, Action::Updated, &reordered.0, &reordered.1, 3),
            Change::between("deal", id, Action::Reverted, &place(won, "c"), &place(lead, "a"), 4),
        ];
        for change in changes {
            let tx = world.db().begin(&world.agent).await.unwrap();
            db::change_log::record(&tx, [change]).await.unwrap();
            tx.commit().await.unwrap();
            world.tick();
        }
        let cause = MoveCause {
            cause: "manual".to_owned(), auto: false, reason: Some("Signed".to_owned()), seconds_in_from: Some(60),
        };
        world.deals.moves.lock().unwrap().insert((id, entered), cause);
        let note = world.post(&world.manager, &at(&deal, "notes"), json!({"body": "Hello"})).await;

        let (statements, asked) = (world.db().statement_count(), world.deals.asked());
        let timeline = world.get(&world.manager, &at(&deal, "timeline")).await;
        assert!(world.db().statement_count() - statements <= 3, "count, entries, notes");
        assert_eq!(world.deals.asked() - asked, 3, "reach, stages, moves");
        assert_eq!(texts(&timeline, "/action"), ["created", "reverted", "updated", "created"]);
        let items = timeline["items"].as_array().unwrap();
        assert_eq!((&items[0]["note"]["id"], &items[0]["moved"]), (&note["id"], &Value::Null));
        let stage = |id: Uuid, name: &str, color: &str| json!({"id": id, "name": name, "color": color, "pipeline": "Sales"});
        let moved = &items[2]["moved"];
        assert_eq!((&moved["from"], &moved["to"]), (&stage(lead, "Lead", "gray"), &stage(won, "Won", "green")));
        assert_eq!((&moved["cause"], &moved["auto"], &moved["reason"]), (&json!("manual"), &json!(false), &json!("Signed")));
        assert_eq!((&moved["secondsInFrom"], &items[2]["actor"]["name"]), (&json!(60), &json!("Andy Agent")));
        assert_eq!(items[2]["changes"], json!([{"field": "lostReason", "from": null, "to": "None"}]));
        let undone = &items[1]["moved"];
        assert_eq!((&undone["to"]["name"], &undone["cause"]), (&json!("Lead"), &Value::Null));
        assert_eq!((&items[3]["moved"]["from"], &items[3]["moved"]["to"]["name"]), (&Value::Null, &json!("Lead")));
        assert_eq!(world.refused(&world.stranger, "GET", &at(&deal, "timeline"), Value::Null).await.0, 404);
        let recent = world.get(&world.manager, "/api/crm/overview").await["recent"].clone();
        let told: Vec<_> = recent.as_array().unwrap().iter().map(|entry| entry["subjectName"].as_str().unwrap()).collect();
        assert_eq!((told, &recent[2]["moved"]["to"]["name"]), (vec!["Big"; 4], &json!("Won")));
        let page = world.get(&world.manager, &at(&deal, "timeline?limit=2")).await;
        let cursor = page["page"]["nextCursor"].as_str().unwrap();
        let rest = world.get(&world.manager, &at(&deal, &format!("timeline?cursor={cursor}"))).await;
        assert_eq!(texts(&rest, "/action"), ["updated", "created"]);
    }

    async fn a_contact_tells_what_happened_to_its_deals(world: World) {
        let contact = id_of(&world.post(&world.manager, "/api/crm/contacts", json!({"name": "Anna"})).await);
        let (big, small) = (world.deal(&world.manager, "Big", Some(&world.agent)), world.deal(&world.manager, "Small", None));
        for deal in [&big, &small] {
            world.sell_to(deal, &contact);
            world.tick();
            let created = Change::between("deal", deal.parse().unwrap(), Action::Created, &json!({}), &json!({"title": "x"}), 1);
            let tx = world.db().begin(&world.manager).await.unwrap();
            db::change_log::record(&tx, [created]).await.unwrap();
            tx.commit().await.unwrap();
        }
        world.tick();
        let note = id_of(&world.post(&world.agent, &at(&big, "notes"), json!({"body": "Hello"})).await);
        let timeline = format!("/api/crm/contacts/{contact}/timeline");
        let (statements, asked) = (world.db().statement_count(), world.deals.asked());
        let told = world.get(&world.manager, &timeline).await;
        assert!(world.db().statement_count() - statements <= 4, "the contact, count, entries, notes");
        assert_eq!(world.deals.asked() - asked, 3, "its deals, stages, moves");
        assert_eq!(texts(&told, "/deal/title"), ["Big", "Small", "Big", ""]);
        assert_eq!((&told["items"][0]["note"]["id"], &told["items"][0]["deal"]["id"]), (&json!(note), &json!(big)));
        assert_eq!((&told["page"]["total"], &told["items"][3]["deal"]), (&json!(4), &Value::Null));
        let part = world.get(&world.manager, &format!("{timeline}?limit=2")).await;
        let cursor = part["page"]["nextCursor"].as_str().unwrap();
        let rest = world.get(&world.manager, &format!("{timeline}?limit=2&cursor={cursor}")).await;
        assert_eq!((texts(&part, "/deal/title"), texts(&rest, "/deal/title")), (vec!["Big".to_owned(), "Small".to_owned()], vec!["Big".to_owned(), String::new()]));
        let theirs = world.get(&world.colleague, &timeline).await;
        assert_eq!((texts(&theirs, "/deal/title"), &theirs["page"]["total"]), (vec!["Small".to_owned(), String::new()], &json!(2)));
        let mut blind = world.manager.clone();
        blind.grants = kernel::Grants::of([contracts::permissions::CONTACTS_READ, contracts::permissions::NOTES_READ]);
        assert_eq!(texts(&world.get(&blind, &timeline).await, "/deal/title"), [""]);
        let own = world.get(&world.agent, &at(&big, "timeline")).await;
        assert_eq!(texts(&own, "/deal/title"), ["", ""], "on its own it is what the page is about");
        assert_eq!(world.refused(&world.stranger, "GET", &timeline, Value::Null).await.0, 404);
    }

    async fn a_note_tells_of_calls_and_meetings(world: World) {
        let contact = id_of(&world.post(&world.manager, "/api/crm/contacts", json!({"name": "A"})).await);
        let company = id_of(&world.post(&world.manager, "/api/crm/companies", json!({"name": "A"})).await);
        let deal = world.deal(&world.manager, "Big", None);
        for path in [format!("/api/crm/contacts/{contact}"), format!("/api/crm/companies/{company}"), format!("/api/crm/deals/{deal}")] {
            let notes = format!("{path}/notes");
            let plain = world.post(&world.agent, &notes, json!({"body": "x", "durationMinutes": 5})).await;
            assert_eq!((&plain["kind"], &plain["durationMinutes"]), (&json!("note"), &Value::Null));
            assert_eq!(plain["occurredAt"], plain["createdAt"], "when it was written, unless it says");
            let body = json!({"body": "Agreed", "kind": "call", "occurredAt": "2026-09-01T10:00:00+03:00", "durationMinutes": 15});
            let call = world.post(&world.agent, &notes, body).await;
            assert_eq!((&call["occurredAt"], &call["durationMinutes"]), (&json!("2026-09-01T07:00:00Z"), &json!(15)));
            assert_eq!(texts(&world.get(&world.viewer, &format!("{notes}?kind=call")).await, "/id"), [id_of(&call)]);
            assert_eq!(world.get(&world.viewer, &format!("{notes}?kind=meeting")).await["page"]["total"], 0);
            assert_eq!(world.get(&world.viewer, &notes).await["page"]["total"], 2);
            assert_eq!(world.refused(&world.viewer, "GET", &format!("{notes}?kind=dream"), Value::Null).await.0, 400);
            let note = format!("/api/crm/notes/{}", id_of(&call));
            let same = world.patch(&world.agent, &note, json!({"durationMinutes": 15})).await;
            assert_eq!(same["version"], 1, "what changes nothing writes nothing");
            let meeting = json!({"kind": "meeting", "occurredAt": null, "durationMinutes": 60});
            let meeting = world.patch(&world.agent, &note, meeting).await;
            assert_eq!((&meeting["kind"], &meeting["body"], &meeting["version"]), (&json!("meeting"), &json!("Agreed"), &json!(2)));
            assert_eq!(meeting["occurredAt"], meeting["createdAt"]);
            let timeline = world.get(&world.viewer, &format!("{path}/timeline")).await;
            assert_eq!((&timeline["items"][0]["action"], &timeline["items"][0]["note"]["kind"]), (&json!("updated"), &json!("meeting")));
            for (bad, field) in [
                (json!({"body": "x", "kind": "dream"}), "kind"),
                (json!({"body": "x", "occurredAt": "tomorrow"}), "occurredAt"),
                (json!({"body": "x", "occurredAt": "2031-01-01T00:00:00Z"}), "occurredAt"),
                (json!({"body": "x", "kind": "call", "durationMinutes": 0}), "durationMinutes"),
                (json!({"body": "x", "kind": "call", "durationMinutes": 10_081}), "durationMinutes"),
            ] {
                let (status, answer) = world.call(&world.agent, "POST", &notes, bad).await;
                assert_eq!((status, &answer["details"][0]["field"]), (422, &json!(field)), "{answer}");
            }
        }
        let told = world.raw(&world.manager, "events", "kind, cast(data as text)").await;
        assert!(told.iter().any(|row| row.starts_with(NOTE_CREATED) && row.contains("call")));
    }

    async fn a_note_mentions_members_and_nobody_else(world: World) {
        let deal = world.deal(&world.manager, "Big", None);
        let notes = at(&deal, "notes");
        let id = |who: &Scope| Uuid::from(who.user_id().unwrap());
        let (agent, viewer, stranger) = (id(&world.agent), id(&world.viewer), id(&world.stranger));
        let body = format!("@[Boss](user:{agent}) ask @[Sam](user:{stranger}), @[A](user:{agent})");
        let note = world.post(&world.manager, &notes, json!({"body": body})).await;
        let named = format!("@[Andy Agent](user:{agent})");
        assert_eq!(note["body"], format!("{named} ask @[Sam](user:{stranger}), {named}"));
        assert_eq!(note["mentions"], json!([agent]));
        let path = format!("/api/crm/notes/{}", id_of(&note));
        let both = world.patch(&world.manager, &path, json!({"body": format!("{named} @[V](user:{viewer})")})).await;
        assert_eq!(both["mentions"], json!([agent, viewer]));
        let none = world.patch(&world.manager, &path, json!({"body": "Nobody"})).await;
        assert_eq!(none["mentions"], json!([]));
        assert_eq!(world.get(&world.manager, &notes).await["items"][0]["mentions"], json!([]));
        let told = world.raw(&world.manager, "events", "kind, cast(data as text)").await;
        let told: Vec<(String, Value)> = told
            .iter()
            .filter_map(|row| row.split_once(' '))
            .filter(|(kind, _)| kind.starts_with("note."))
            .map(|(kind, data)| (kind.to_owned(), serde_json::from_str(data).unwrap()))
            .collect();
        let mentions = |n: usize| (told[n].0.as_str(), &told[n].1["mentions"]);
        assert_eq!(mentions(0), (NOTE_CREATED, &json!([agent])));
        assert_eq!(mentions(1), ("note.updated", &json!([viewer])), "whom it did not mention before");
        assert_eq!(mentions(2), ("note.updated", &json!([])));
    }

    async fn deals_are_found_tagged_and_counted_beside_records(world: World) {
        let anna = json!({"name": "Anna Wintour", "tags": ["VIP", "vip"]});
        let contact = id_of(&world.post(&world.manager, "/api/crm/contacts", anna).await);
        let (sold, own) = (world.deal(&world.manager, "Licence", None), world.deal(&world.manager, "Winter", Some(&world.agent)));
        world.sell_to(&sold, &contact);
        let (statements, asked) = (world.db().statement_count(), world.deals.asked());
        let found = world.get(&world.agent, "/api/search?q=wint").await;
        assert!(world.db().statement_count() - statements <= 4, "contacts, companies, names of both");
        assert_eq!(world.deals.asked() - asked, 1);
        let kinds = texts(&found, "/kind");
        assert_eq!((kinds[0].as_str(), kinds.len()), ("contact", 3));
        let items = found["items"].as_array().unwrap();
        let deal = |id: &str| items.iter().find(|item| item["id"] == id).unwrap();
        assert_eq!((&deal(&sold)["name"], &deal(&sold)["subtitle"]), (&json!("Licence"), &json!("Anna Wintour")));
        assert_eq!((&deal(&own)["kind"], &deal(&own)["subtitle"]), (&json!("deal"), &Value::Null));
        assert_eq!(texts(&world.get(&world.colleague, "/api/search?q=winter").await, "/kind"), Vec::<String>::new());
        assert_eq!(world.get(&world.stranger, "/api/search?q=wint").await["items"], json!([]));

        let tags = world.get(&world.manager, "/api/crm/tags").await;
        let counts: Vec<_> = tags["items"].as_array().unwrap().iter().map(|tag| (tag["name"].clone(), tag["count"].clone())).collect();
        assert!(counts.contains(&(json!("deal"), json!(2))), "{counts:?}");
        assert_eq!(texts(&world.get(&world.manager, "/api/crm/tags?search=DEA").await, "/name"), ["deal"]);

        let overview = world.get(&world.manager, "/api/crm/overview").await;
        let expected = json!({"open": 4, "openAmounts": [{"currency": "EUR", "amountMinor": 500}], "wonThisMonth": 0, "wonAmounts": []});
        assert_eq!(overview["deals"], expected);
    }
}
