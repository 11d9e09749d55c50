//! Fields that the organization makes up, through the whole application: a file that was exported is imported again, and
//! deals, contacts and views know each other's fields.

use axum::{body::Body, http::Method};
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{Client, World};

const FIELDS: &str = "/api/crm/fields";
const CONTACTS: &str = "/api/crm/contacts";

fn id_of(answer: &Value) -> String {
    answer["id"].as_str().unwrap().to_owned()
}

async fn define(client: &Client, body: Value) -> Value {
    client.post(FIELDS, body).await.expect(201)
}

/// A field of contacts of every kind, and values of all of them.
async fn every_kind(owner: &Client) -> Value {
    let mut custom = json!({"free": "as it is"});
    let options = json!([{"label": "Red, dark"}, {"label": "Голубой"}]);
    let company = id_of(&owner.post("/api/crm/companies", json!({"name": "Ромашка"})).await.expect(201));
    let deal = id_of(&owner.post("/api/crm/deals", json!({"title": "Big deal"})).await.expect(201));
    for (name, kind, more, value) in [
        ("Должность по договору", "text", json!({}), json!("Director; acting")),
        ("Remarks", "longText", json!({}), json!("One\nTwo, \"three\"")),
        ("Weight", "number", json!({}), json!(1234.5)),
        ("Budget", "money", json!({"currency": "EUR"}), json!(125_050)),
        ("Yen", "money", json!({"currency": "JPY"}), json!(-7)),
        ("Birthday", "date", json!({}), json!("1990-01-31")),
        ("Colour", "select", json!({"options": options}), json!(0)),
        ("Colours", "multiSelect", json!({"options": options}), json!([1, 0])),
        ("Agreed", "checkbox", json!({}), json!(true)),
        ("Portfolio", "url", json!({}), json!("https://example.com/a?b=1")),
        ("Second address", "email", json!({}), json!("second@example.com")),
        ("Night number", "phone", json!({}), json!("+442079460000")),
        ("Curator", "user", json!({}), json!(owner.user_id)),
        ("Agency", "relation", json!({"relation": "company"}), json!(company)),
        ("Origin", "relation", json!({"relation": "deal"}), json!(deal)),
    ] {
        let mut body = json!({"recordType": "contact", "name": name, "kind": kind});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let field = define(owner, body).await;
        let option = |index: &Value| field["options"][usize::try_from(index.as_u64().unwrap()).unwrap()]["id"].clone();
        let value = match kind {
            "select" => option(&value),
            "multiSelect" => value.as_array().unwrap().iter().map(option).collect(),
            _ => value,
        };
        custom[field["key"].as_str().unwrap()] = value;
    }
    custom
}

async fn upload(client: &Client, content: &[u8]) -> Value {
    let path = "/api/crm/imports?recordType=contact&fileName=a.csv";
    let answer = client.send(Method::POST, path, Body::from(content.to_vec()), Some("application/octet-stream")).await;
    answer.expect(201)
}

/// The mapping that the preview proposes.
fn proposed(import: &Value) -> Vec<Value> {
    let columns = import["preview"]["columns"].as_array().unwrap();
    let guessed = columns.iter().filter(|column| !column["guess"].is_null());
    let entry = |column: &Value| {
        let mut entry = json!({"column": column["index"], "target": column["guess"]});
        if column["customKey"].is_string() {
            entry["customKey"] = column["customKey"].clone();
        }
        entry
    };
    guessed.map(entry).collect()
}

async fn run(world: &World, client: &Client, content: &[u8], mapping: Vec<Value>) -> Value {
    let import = upload(client, content).await;
    let path = format!("/api/crm/imports/{}", id_of(&import));
    let body = json!({"mapping": mapping, "duplicatePolicy": "update"});
    client.post(&format!("{path}/start"), body).await.expect(202);
    world.settle().await;
    client.get(&path).await.expect(200)
}

on_both! {
    async fn an_exported_file_is_imported_again_without_a_difference(world: World) {
        let owner = world.owner().await;
        world.settle().await;
        let custom = every_kind(&owner).await;
        let body = json!({"name": "Anna", "emails": ["anna@example.com"], "custom": custom});
        let anna = owner.post(CONTACTS, body).await.expect(201);
        let path = format!("{CONTACTS}/{}", id_of(&anna));
        let export = owner.get(&format!("{CONTACTS}/export.csv")).await;
        let text = String::from_utf8(export.bytes.clone()).unwrap();
        for cell in ["Director; acting", "1250.50", ",-7,", "\"Red, dark\"", "\"Голубой; Red, dark\"", "Anna Kowalska", "Ромашка", "Big deal"] {
            assert!(text.contains(cell), "{cell} in {text}");
        }
        let import = upload(&owner, &export.bytes).await;
        let mapping = proposed(&import);
        let own = mapping.iter().filter(|entry| entry["target"] == "custom").count();
        assert_eq!(own, 15, "{import}");

        let same = run(&world, &owner, &export.bytes, mapping.clone()).await;
        assert_eq!((&same["counts"]["skipped"], &same["counts"]["failed"]), (&json!(1), &json!(0)), "{same}");
        let nothing: Value = custom.as_object().unwrap().keys().map(|key| (key.clone(), Value::Null)).collect();
        let emptied = owner.patch(&path, json!({"custom": nothing})).await.expect(200);
        assert_eq!(emptied["custom"], json!({}));
        let back = run(&world, &owner, &export.bytes, mapping).await;
        assert_eq!((&back["counts"]["updated"], &back["counts"]["failed"]), (&json!(1), &json!(0)), "{back}");
        let mut defined = custom.clone();
        defined.as_object_mut().unwrap().remove("free");
        assert_eq!(owner.get(&path).await.expect(200)["custom"], defined);
    }

    async fn cells_are_read_in_the_usual_spellings_and_refused_with_their_field(world: World) {
        let owner = world.owner().await;
        world.settle().await;
        every_kind(&owner).await;
        let keys: Vec<String> = owner.get(&format!("{FIELDS}?recordType=contact")).await.expect(200)["items"]
            .as_array().unwrap().iter().map(|field| field["key"].as_str().unwrap().to_owned()).collect();
        let header = "Name;weight;budget;birthday;colour;colours;agreed;curator;agency\n";
        let rows = "Good;1 234,5;\"1.250,50 €\";31.01.1990;red, DARK;голубой|Red, dark;да;owner@example.com;ромашка\n\
            Empty;;;;;;;;\n\
            Bad1;many;;;;;;;\n\
            Bad2;;1.234567;;;;;;\n\
            Bad3;;;soon;Green;;;;\n\
            Bad4;;;;;Green;maybe;;\n\
            Bad5;;;;;;;Nobody;Nothing\n";
        let content = format!("{header}{rows}");
        let custom = |column: usize, key: &str| json!({"column": column, "target": "custom", "customKey": key});
        let names = ["weight", "budget", "birthday", "colour", "colours", "agreed", "curator", "agency"];
        assert!(names.iter().all(|name| keys.iter().any(|key| key == name)), "{keys:?}");
        let mut mapping = vec![json!({"column": 0, "target": "name"})];
        // A key may be given as lists name the field.
        mapping.extend(names.iter().enumerate().map(|(index, key)| match index {
            0 => custom(index + 1, &format!("custom.{key}")),
            _ => custom(index + 1, key),
        }));
        let done = run(&world, &owner, content.as_bytes(), mapping).await;
        assert_eq!((&done["counts"]["created"], &done["counts"]["failed"]), (&json!(2), &json!(5)), "{done}");
        let good = owner.get(&format!("{CONTACTS}?search=good")).await.expect(200)["items"][0]["custom"].clone();
        assert_eq!((&good["weight"], &good["budget"], &good["birthday"], &good["agreed"]),
            (&json!(1234.5), &json!(125_050), &json!("1990-01-31"), &json!(true)));
        assert_eq!((&good["curator"], good["colours"].as_array().map(Vec::len)), (&json!(owner.user_id), Some(2)));
        assert!(good["agency"].is_string() && good["colour"].is_string(), "{good}");
        let errors = owner.get(&format!("/api/crm/imports/{}/errors.csv", id_of(&done))).await;
        let errors = String::from_utf8(errors.bytes).unwrap();
        let expected = [
            "custom.weight: This is not a number.",
            "custom.budget: This is not a number.",
            "custom.birthday: Write the day as 2026-01-31.",
            "custom.colour: Choose one of the offered values.",
            "custom.colours: Choose one of the offered values.",
            "custom.agreed: Write yes or no.",
            "custom.curator: Nobody in the organization is called that.",
            "custom.agency: There is no such record.",
        ];
        for reason in expected {
            assert!(errors.contains(reason), "{reason} in {errors}");
        }
    }

    async fn views_of_deals_know_the_list_of_deals(world: World) {
        let owner = world.owner().await;
        define(&owner, json!({"recordType": "deal", "name": "Budget", "kind": "number"})).await;
        let view = |query: Value| json!({"recordType": "deal", "name": "Mine", "query": query});
        let good = json!({"filter": {"and": [{"field": "rotting", "op": "eq", "value": true}, {"field": "custom.budget", "op": "gt", "value": 1}]},
            "sort": "-custom.budget,expectedCloseOn", "layout": "forecast"});
        let saved = owner.post("/api/crm/views", view(good.clone())).await.expect(201);
        assert_eq!(saved["query"], good);
        let bad = json!({"sort": "jobTitle"});
        assert_eq!(owner.post("/api/crm/views", view(bad)).await.code(422), "list.sort");
        let bad = json!({"filter": {"field": "jobTitle", "op": "eq", "value": "x"}});
        assert_eq!(owner.post("/api/crm/views", view(bad)).await.code(422), "filter.unknown_field");
    }

    async fn a_deal_names_a_contact_and_a_contact_a_deal(world: World) {
        let owner = world.owner().await;
        world.settle().await;
        define(&owner, json!({"recordType": "deal", "name": "Adviser", "kind": "relation", "relation": "contact"})).await;
        define(&owner, json!({"recordType": "contact", "name": "Origin", "kind": "relation", "relation": "deal"})).await;
        let anna = id_of(&owner.post(CONTACTS, json!({"name": "Anna"})).await.expect(201));
        let deal = owner.post("/api/crm/deals", json!({"title": "A", "custom": {"adviser": anna}})).await.expect(201);
        let named = json!({"custom": {"origin": deal["id"]}});
        owner.patch(&format!("{CONTACTS}/{anna}"), named).await.expect(200);
        let stranger = world.sign_up("stranger@example.com").await;
        world.settle().await;
        let theirs = id_of(&stranger.post(CONTACTS, json!({"name": "Boris"})).await.expect(201));
        let refused = owner.post("/api/crm/deals", json!({"title": "B", "custom": {"adviser": theirs}})).await.refused(422);
        assert_eq!(refused, ["custom.adviser reference.unknown"]);
    }
}
