//! Companies: create, read, change, trash.

use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, id_of, texts};

const COMPANIES: &str = "/api/crm/companies";

fn at(id: &str) -> String {
    format!("{COMPANIES}/{id}")
}

on_both! {
    async fn a_company_is_created_and_read_back(world: World) {
        let created = world.post(&world.manager, COMPANIES, json!({
            "name": "Acme GmbH", "industry": "Software", "size": "11-50", "website": "www.acme.example",
            "phones": ["+49 30 901820"], "emails": ["info@acme.example"], "address": "Berlin\nMitte", "tags": ["new"],
            "ownerId": world.manager.user_id(), "custom": {"k": [1, {"deep": true}]}
        })).await;
        assert_eq!(created["website"], "https://www.acme.example");
        assert_eq!((&created["size"], &created["contactCount"]), (&json!("11-50"), &json!(0)));
        assert_eq!(created["ownerName"], "Mary Manager");
        let mut read = world.get(&world.manager, &at(&id_of(&created))).await;
        read["duplicates"] = json!([]);
        assert_eq!(read, created);
    }

    async fn duplicates_are_found_by_name_and_host(world: World) {
        let old = world.post(&world.manager, COMPANIES, json!({"name": "ООО Ромашка", "website": "romashka.example"})).await;
        let by_name = world.post(&world.manager, COMPANIES, json!({"name": "«Ромашка», ООО"})).await;
        assert_eq!(by_name["duplicates"][0]["matchedOn"], json!(["name"]));
        let check = json!({"website": "http://www.romashka.example/contacts"});
        let by_host = world.ok(&world.manager, "POST", "/api/crm/companies/check-duplicates", check, 200).await;
        assert_eq!(texts(&by_host, "/id"), [id_of(&old)]);
    }

    async fn a_change_is_checked_against_the_version(world: World) {
        let id = id_of(&world.post(&world.manager, COMPANIES, json!({"name": "Acme"})).await);
        let changed = world.patch(&world.manager, &at(&id), json!({"size": "500+", "version": 1})).await;
        assert_eq!((&changed["size"], &changed["version"]), (&json!("500+"), &json!(2)));
        let refused = world.refused(&world.manager, "PATCH", &at(&id), json!({"size": null, "version": 1})).await;
        assert_eq!(refused, (409, "version.conflict".to_owned()));
        let (status, answer) = world.call(&world.manager, "PATCH", &at(&id), json!({"size": "7"})).await;
        assert_eq!((status, &answer["details"][0]["field"]), (422, &json!("size")));
        let replaced = world.ok(&world.manager, "PUT", &at(&id), json!({"name": "Acme 2"}), 200).await;
        assert_eq!((&replaced["size"], &replaced["name"]), (&Value::Null, &json!("Acme 2")));
    }

    async fn contacts_of_a_purged_company_have_none(world: World) {
        let contact = world.post(&world.manager, "/api/crm/contacts", json!({"name": "A", "companyName": "Acme"})).await;
        let company = contact["companyId"].as_str().unwrap().to_owned();
        world.ok(&world.manager, "DELETE", &at(&company), Value::Null, 204).await;
        let contact_path = format!("/api/crm/contacts/{}", id_of(&contact));
        assert_eq!(world.get(&world.manager, &contact_path).await["companyName"], "Acme", "it can still be restored");
        world.ok(&world.manager, "DELETE", &format!("{}/purge", at(&company)), Value::Null, 204).await;
        let contact = world.get(&world.manager, &contact_path).await;
        assert_eq!((&contact["companyId"], &contact["companyName"]), (&Value::Null, &Value::Null));
    }
}
