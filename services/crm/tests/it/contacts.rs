//! Contacts: create, read, change, trash.

use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{World, id_of, texts};

const CONTACTS: &str = "/api/crm/contacts";

fn at(id: &str) -> String {
    format!("{CONTACTS}/{id}")
}

on_both! {
    async fn a_contact_is_created_with_its_company_and_read_back(world: World) {
        let created = world.post(&world.manager, CONTACTS, json!({
            "firstName": "Анна", "lastName": "Смирнова", "emails": ["Anna@Example.com"], "phones": ["8 912 555-00-11"],
            "telegramUsername": "@anna_s", "companyName": "ООО «Ромашка»", "tags": ["VIP"], "leadScore": 70,
            "ownerId": world.agent.user_id(), "custom": {"inn": 7}, "doNotContact": true
        })).await;
        assert_eq!(created["name"], "Анна Смирнова");
        assert_eq!(created["companyName"], "ООО «Ромашка»");
        assert_eq!(created["ownerName"], "Andy Agent");
        assert_eq!(created["emails"], json!(["anna@example.com"]));
        assert_eq!(created["version"], 1);
        assert_eq!(created["duplicates"], json!([]));
        let mut read = world.get(&world.manager, &at(&id_of(&created))).await;
        read["duplicates"] = json!([]);
        assert_eq!(read, created);
        let company = world.get(&world.manager, "/api/crm/companies").await;
        assert_eq!(company["items"][0]["contactCount"], 1);
    }

    async fn a_company_of_the_same_name_is_found_whatever_its_legal_form(world: World) {
        let one = world.post(&world.manager, CONTACTS, json!({"name": "A", "companyName": "ООО «Ромашка»"})).await;
        let two = world.post(&world.manager, CONTACTS, json!({"name": "B", "companyName": "РОМАШКА"})).await;
        assert_eq!(one["companyId"], two["companyId"]);
        assert_eq!(two["companyName"], "ООО «Ромашка»");
    }

    async fn refusals_name_their_fields(world: World) {
        let (status, answer) = world.call(&world.manager, "POST", CONTACTS, json!({"name": "A", "emails": ["x"],
            "companyId": Uuid::nil(), "ownerId": world.stranger.user_id()})).await;
        assert_eq!((status, answer["details"][0]["field"].as_str()), (422, Some("emails[0]")));
        let unknown_owner = json!({"name": "A", "ownerId": world.stranger.user_id()});
        let (status, answer) = world.call(&world.manager, "POST", CONTACTS, unknown_owner).await;
        assert_eq!((status, &answer["details"][0]["code"]), (422, &json!("reference.unknown")));
        let unknown_company = json!({"name": "A", "companyId": Uuid::nil()});
        let (status, answer) = world.call(&world.manager, "POST", CONTACTS, unknown_company).await;
        assert_eq!((status, &answer["details"][0]["field"]), (422, &json!("companyId")));
        let (status, answer) = world.call(&world.manager, "POST", CONTACTS, json!({"name": "A", "nmae": 1})).await;
        assert_eq!((status, &answer["details"][0]["code"]), (422, &json!("field.unknown")));
    }

    async fn duplicates_are_hinted_at_and_do_not_stop_anybody(world: World) {
        let old = world.post(&world.manager, CONTACTS, json!({"name": "Ivan Petrov", "companyName": "Acme",
            "emails": ["ivan@example.com"], "telegramUsername": "Ivan_P", "linkedinUrl": "linkedin.com/in/ivanp"})).await;
        let new = world.post(&world.manager, CONTACTS, json!({"name": "ivan petrov", "emails": ["IVAN@example.com"],
            "telegramUsername": "ivan_p"})).await;
        let hints = new["duplicates"].as_array().unwrap();
        assert_eq!(hints.len(), 1);
        assert_eq!((&hints[0]["id"], &hints[0]["companyName"]), (&old["id"], &json!("Acme")));
        let mut matched = texts(&json!({"items": hints[0]["matchedOn"]}), "");
        matched.sort();
        assert_eq!(matched, ["email", "name", "telegram"]);
        let check = json!({"linkedinUrl": "https://www.linkedin.com/in/IVANP/", "emails": ["half@"]});
        let found = world.ok(&world.manager, "POST", "/api/crm/contacts/check-duplicates", check, 200).await;
        assert_eq!(texts(&found, "/id"), [id_of(&old)]);
        let theirs = json!({"emails": ["ivan@example.com"]});
        let found = world.ok(&world.stranger, "POST", "/api/crm/contacts/check-duplicates", theirs, 200).await;
        assert_eq!(found["items"], json!([]));
    }

    async fn a_patch_changes_what_it_names_and_counts_the_version(world: World) {
        let id = id_of(&world.post(&world.manager, CONTACTS, json!({"name": "A", "source": "web", "tags": ["x"]})).await);
        world.tick();
        let changed = world.patch(&world.manager, &at(&id), json!({"source": null, "jobTitle": "CTO", "version": 1})).await;
        assert_eq!((&changed["source"], &changed["jobTitle"], &changed["tags"]), (&Value::Null, &json!("CTO"), &json!(["x"])));
        assert_eq!(changed["version"], 2);
        assert_ne!(changed["updatedAt"], changed["createdAt"]);
        assert_eq!(changed, world.get(&world.manager, &at(&id)).await);
    }

    async fn a_patch_that_changes_nothing_writes_nothing(world: World) {
        let id = id_of(&world.post(&world.manager, CONTACTS, json!({"name": "A", "emails": ["a@example.com"]})).await);
        let before = world.get(&world.manager, &at(&id)).await;
        world.tick();
        let same = json!({"name": " A ", "emails": ["A@EXAMPLE.com"], "version": 1});
        assert_eq!(world.patch(&world.manager, &at(&id), same).await, before);
    }

    async fn a_stale_version_is_refused_with_the_record_as_it_is(world: World) {
        let id = id_of(&world.post(&world.manager, CONTACTS, json!({"name": "A"})).await);
        world.patch(&world.manager, &at(&id), json!({"name": "B", "version": 1})).await;
        for (method, body) in [("PATCH", json!({"name": "C", "version": 1})), ("PUT", json!({"name": "C", "version": 1}))] {
            let (status, answer) = world.call(&world.agent, method, &at(&id), body).await;
            assert_eq!((status, answer["code"].as_str()), (409, Some("version.conflict")));
            assert_eq!(answer["conflict"]["current"]["name"], "B");
        }
        let delete = axum::http::Request::delete(at(&id)).header("if-match", "\"1\"").body(axum::body::Body::empty());
        assert_eq!(world.send(&world.manager, delete.unwrap()).await.0, 409);
    }

    async fn of_two_writers_with_one_version_one_wins(world: World) {
        let id = id_of(&world.post(&world.manager, CONTACTS, json!({"name": "A"})).await);
        let path = at(&id);
        let write = |name: &'static str| world.call(&world.manager, "PATCH", &path, json!({"name": name, "version": 1}));
        let (one, two) = tokio::join!(write("B"), write("C"));
        let mut statuses = [one.0, two.0];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let (winner, loser) = if one.0 == 200 { (one.1, two.1) } else { (two.1, one.1) };
        assert_eq!(loser["conflict"]["current"], winner);
        assert_eq!(world.events("contact.updated").await, 1);
    }

    async fn a_put_clears_what_it_leaves_out(world: World) {
        let full = json!({"name": "A", "companyName": "Acme", "emails": ["a@example.com"], "leadScore": 1});
        let id = id_of(&world.post(&world.manager, CONTACTS, full).await);
        let replaced = world.ok(&world.manager, "PUT", &at(&id), json!({"firstName": "B"}), 200).await;
        assert_eq!(replaced["name"], "B");
        assert_eq!((&replaced["companyId"], &replaced["leadScore"]), (&Value::Null, &Value::Null));
        assert_eq!(replaced["emails"], json!([]));
        let again = world.post(&world.manager, CONTACTS, json!({"name": "Z", "emails": ["a@example.com"]})).await;
        assert_eq!(again["duplicates"], json!([]), "the address is no longer the contact's");
    }

    async fn a_contact_goes_to_the_trash_and_comes_back_and_is_purged(world: World) {
        let id = id_of(&world.post(&world.manager, CONTACTS, json!({"name": "A", "emails": ["a@example.com"]})).await);
        world.ok(&world.manager, "DELETE", &at(&id), Value::Null, 204).await;
        world.ok(&world.manager, "DELETE", &at(&id), Value::Null, 204).await;
        assert_eq!(world.get(&world.manager, CONTACTS).await["page"]["total"], 0);
        assert_eq!(texts(&world.get(&world.manager, "/api/crm/contacts?trash=true").await, "/id"), std::slice::from_ref(&id));
        let trashed = world.get(&world.manager, &at(&id)).await;
        assert!(trashed["deletedAt"].is_string());
        assert_eq!(trashed["version"], 2);
        let refused = world.refused(&world.manager, "PATCH", &at(&id), json!({"name": "B"})).await;
        assert_eq!(refused, (409, "record.in_trash".to_owned()));
        let hints = world.post(&world.manager, CONTACTS, json!({"name": "B", "emails": ["a@example.com"]})).await;
        assert_eq!(hints["duplicates"], json!([]));

        let restored = world.ok(&world.manager, "POST", &format!("{}/restore", at(&id)), Value::Null, 200).await;
        assert_eq!((&restored["deletedAt"], &restored["version"]), (&Value::Null, &json!(3)));
        let purge = format!("{}/purge", at(&id));
        let refused = world.refused(&world.manager, "DELETE", &purge, Value::Null).await;
        assert_eq!(refused, (409, "record.not_in_trash".to_owned()));
        world.ok(&world.manager, "DELETE", &at(&id), Value::Null, 204).await;
        world.ok(&world.manager, "DELETE", &purge, Value::Null, 204).await;
        assert_eq!(world.refused(&world.manager, "GET", &at(&id), Value::Null).await.0, 404);
    }

    async fn a_time_zone_is_kept_told_and_cleared(world: World) {
        let body = json!({"name": "A", "timeZone": "europe/berlin", "phones": ["+44 20 7946 0000"]});
        let created = world.post(&world.manager, CONTACTS, body).await;
        assert_eq!((&created["timeZone"], &created["phoneTimeZone"]), (&json!("Europe/Berlin"), &json!("Europe/London")));
        let id = id_of(&created);
        let (status, refused) = world.call(&world.manager, "PATCH", &at(&id), json!({"timeZone": "GMT+3"})).await;
        assert_eq!((status, &refused["details"][0]["field"]), (422, &json!("timeZone")), "{refused}");
        assert_eq!(refused["details"][0]["code"], "field.time_zone.unknown");
        let cleared = world.patch(&world.manager, &at(&id), json!({"timeZone": null, "phones": ["+7 912 555-00-11"]})).await;
        assert_eq!((&cleared["timeZone"], &cleared["phoneTimeZone"]), (&Value::Null, &Value::Null));
        let again = world.patch(&world.manager, &at(&id), json!({"timeZone": " "})).await;
        assert_eq!(again["version"], 2, "nothing changed");
        let log = world.raw(&world.manager, "change_log", "action, cast(before as text)").await;
        assert!(log.iter().any(|line| line.starts_with("updated ") && line.contains("Europe/Berlin")), "{log:?}");
        world.patch(&world.manager, &at(&id), json!({"timeZone": "Asia/Kamchatka"})).await;
        let exported = world.get(&world.manager, &format!("{CONTACTS}/export.csv?columns=name,timeZone")).await;
        assert_eq!(exported, "\u{FEFF}name,timeZone\r\nA,Asia/Kamchatka\r\n");
        let other = id_of(&world.post(&world.manager, CONTACTS, json!({"name": "B", "timeZone": "UTC"})).await);
        let wish = json!({"into": id, "from": [other], "fields": {"timeZone": other}});
        world.ok(&world.manager, "POST", &format!("{CONTACTS}/merge"), wish, 200).await;
        assert_eq!(world.get(&world.manager, &at(&id)).await["timeZone"], "UTC");
    }

    async fn clients_are_contacts(world: World) {
        let id = id_of(&world.post(&world.manager, "/api/crm/clients", json!({"name": "A"})).await);
        assert_eq!(texts(&world.get(&world.manager, "/api/crm/clients").await, "/id"), std::slice::from_ref(&id));
        world.patch(&world.manager, &format!("/api/crm/clients/{id}"), json!({"name": "B"})).await;
        assert_eq!(world.get(&world.manager, &at(&id)).await["name"], "B");
    }

    async fn a_page_costs_as_many_statements_as_a_row(world: World) {
        for n in 0..30 {
            let owner = if n % 2 == 0 { world.agent.user_id() } else { world.colleague.user_id() };
            let body = json!({"name": format!("N{n}"), "companyName": format!("C{}", n % 7), "ownerId": owner});
            world.post(&world.manager, CONTACTS, body).await;
        }
        for path in ["/api/crm/contacts?limit=1", "/api/crm/contacts?limit=25", "/api/crm/companies?limit=7"] {
            let (statements, questions) = (world.db().statement_count(), world.directory.asked());
            world.get(&world.manager, path).await;
            assert!(world.db().statement_count() - statements <= 2, "{path}: the rows and their number");
            assert!(world.directory.asked() - questions <= 1, "{path}: names are asked for once");
        }
    }

    async fn rights_and_reach_are_kept(world: World) {
        let create = |owner: Value| json!({"name": "A", "ownerId": owner});
        let me = json!(world.agent.user_id());
        let mine = id_of(&world.post(&world.agent, CONTACTS, create(me.clone())).await);
        let shared = id_of(&world.post(&world.manager, CONTACTS, create(Value::Null)).await);
        let theirs = id_of(&world.post(&world.manager, CONTACTS, create(json!(world.colleague.user_id()))).await);
        let mut seen = texts(&world.get(&world.agent, CONTACTS).await, "/id");
        seen.sort();
        assert_eq!(seen, [mine.clone(), shared.clone()]);
        for (method, path, body) in [
            ("GET", at(&theirs), Value::Null), ("PATCH", at(&theirs), json!({"name": "B"})),
            ("DELETE", at(&theirs), Value::Null), ("POST", format!("{}/restore", at(&theirs)), Value::Null),
        ] {
            assert_eq!(world.refused(&world.agent, method, &path, body).await.0, 404, "{method} {path}");
        }
        world.patch(&world.agent, &at(&shared), json!({"ownerId": me})).await;
        let (status, answer) =
            world.call(&world.agent, "PATCH", &at(&mine), json!({"ownerId": world.colleague.user_id()})).await;
        assert_eq!((status, &answer["details"][0]["code"]), (422, &json!("owner.not_allowed")));
        for (method, path, body) in [
            ("POST", CONTACTS.to_owned(), json!({"name": "A"})), ("PATCH", at(&mine), json!({"name": "B"})),
            ("PUT", at(&mine), json!({"name": "B"})), ("DELETE", at(&mine), Value::Null),
            ("POST", format!("{}/restore", at(&mine)), Value::Null), ("DELETE", format!("{}/purge", at(&mine)), Value::Null),
        ] {
            assert_eq!(world.refused(&world.viewer, method, &path, body).await.0, 403, "{method} {path}");
        }
    }
}
