//! Nobody sees or touches what is another organization's: every route with a foreign id answers 404.

use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, id_of};

on_both! {
    async fn a_foreign_id_is_unknown_to_every_route(world: World) {
        let contact = id_of(&world.post(&world.manager, "/api/crm/contacts", json!({"name": "A", "companyName": "Acme"})).await);
        let company = world.get(&world.manager, &format!("/api/crm/contacts/{contact}")).await["companyId"].as_str().unwrap().to_owned();
        let note = id_of(&world.post(&world.manager, &format!("/api/crm/contacts/{contact}/notes"), json!({"body": "x"})).await);
        for (kind, id) in [("contacts", &contact), ("clients", &contact), ("companies", &company)] {
            let at = format!("/api/crm/{kind}/{id}");
            for (method, path, body) in [
                ("GET", at.clone(), Value::Null),
                ("PATCH", at.clone(), json!({"name": "B"})),
                ("PUT", at.clone(), json!({"name": "B"})),
                ("DELETE", at.clone(), Value::Null),
                ("POST", format!("{at}/restore"), Value::Null),
                ("DELETE", format!("{at}/purge"), Value::Null),
                ("GET", format!("{at}/timeline"), Value::Null),
                ("GET", format!("{at}/notes"), Value::Null),
                ("POST", format!("{at}/notes"), json!({"body": "x"})),
            ] {
                let refused = world.refused(&world.stranger, method, &path, body).await;
                assert_eq!(refused, (404, "not_found".to_owned()), "{method} {path}");
            }
        }
        let at = format!("/api/crm/notes/{note}");
        assert_eq!(world.refused(&world.stranger, "PATCH", &at, json!({"body": "y"})).await.0, 404);
        assert_eq!(world.refused(&world.stranger, "DELETE", &at, Value::Null).await.0, 404);
    }

    async fn foreign_records_are_in_no_list_and_in_no_bulk_operation(world: World) {
        let body = json!({"name": "Secret", "companyName": "Acme", "emails": ["s@example.com"], "tags": ["t"]});
        let contact = id_of(&world.post(&world.manager, "/api/crm/contacts", body).await);
        let company = world.get(&world.manager, "/api/crm/companies").await["items"][0]["id"].clone();
        for path in ["/api/crm/contacts", "/api/crm/contacts?search=secret", "/api/crm/contacts?search=secret&sort=name", "/api/crm/companies"] {
            assert_eq!(world.get(&world.stranger, path).await["page"]["total"], 0, "{path}");
        }
        let foreign = json!({"name": "X", "companyId": company});
        let (status, answer) = world.call(&world.stranger, "POST", "/api/crm/contacts", foreign).await;
        assert_eq!((status, &answer["details"][0]["code"]), (422, &json!("reference.unknown")));
        let own = world.post(&world.stranger, "/api/crm/contacts", json!({"name": "X", "companyName": "Acme"})).await;
        assert_ne!(own["companyId"], company, "companies are found in one's own organization");
        for body in [json!({"action": "delete", "ids": [contact]}), json!({"action": "delete", "all": true})] {
            world.ok(&world.stranger, "POST", "/api/crm/contacts/bulk", body, 202).await;
        }
        world.settle().await;
        let kept = world.get(&world.manager, &format!("/api/crm/contacts/{contact}")).await;
        assert_eq!((&kept["deletedAt"], &kept["version"]), (&Value::Null, &json!(1)));
    }

    async fn the_openapi_document_has_every_operation_once(world: World) {
        let operations = world.operations();
        let unique: std::collections::BTreeSet<_> = operations.iter().collect();
        assert_eq!(unique.len(), operations.len());
        for expected in include_str!("operations.txt").lines() {
            assert!(operations.iter().any(|found| found == expected), "{expected} in {operations:#?}");
        }
    }
}
