//! Notes on deals and their timelines. What deals there are is another service's word.

use contracts::events::{DEAL_PURGED, NOTE_CREATED};
use events::NewEvent;
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, id_of, texts};

fn at(id: &str, what: &str) -> String {
    format!("/api/crm/deals/{id}/{what}")
}

on_both! {
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
}
